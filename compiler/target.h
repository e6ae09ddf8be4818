/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TARGET_H
#define IMAPOL_TARGET_H

#include "ast.h"
#include "diag.h"
#include "kmodel.h"

/*
 * Which kernels a policy is for: what the command line says and what the
 * policy's target statement says, put together. The machine at hand is asked
 * only when it is named ("running").
 */

/* what a running kernel says of itself; texts, NULL where it does not */
struct target_host {
	const char *release;	/* as uname -r */
	const char *config;	/* the text of its .config */
	const char *lsms;	/* comma separated, as securityfs lists them */
};

/* false: not even the release is to be had */
bool target_host_read(struct arena *a, struct target_host *out);

/* the words of the command line; NULL where an option was not given */
struct target_request {
	const char *kernel;	/* "6.1", "6.1,6.12.117", "running" */
	const char *lsm;
	const char *profile;
	const char *config_name;	/* of --kernel-config, for messages */
	const char *config;		/* its text, config_len bytes */
	size_t config_len;
	const struct target_host *host;	/* needed for "running" */
};

struct targets {
	struct ktarget *v;
	size_t n;		/* 0: no release was named */
	/* also without a release: what is known of LSM and configuration */
	enum klsm lsm;
	enum ktri config[KCONFIG_COUNT];
	uint64_t modules;	/* as in struct ktarget */
	const char *libselinux;	/* as written in the policy, or NULL */
	bool usage;		/* a mistake stands on the command line */
	bool disputed;		/* two places name what cannot both be */
};

/*
 * Releases are compared by major and minor; a bare one stands for all its
 * point releases and the exact one wins. What differs is a diagnostic with
 * both places. False when there was one; out is complete all the same.
 */
bool target_resolve(struct arena *a, const struct target_request *req,
		    const struct ast *ast, struct diags *ds,
		    struct targets *out);

/*
 * The security module alone, and without a message; KLSM_UNSET where none is
 * said, or something that is none.
 */
enum klsm target_lsm(struct arena *a, const struct target_request *req,
		     const struct ast *ast);

/* one target for each release the model knows, all else as in known */
void target_all_releases(struct arena *a, const struct targets *known,
			 struct targets *out);

/* "selinux", "no-lsm" …; NULL for KLSM_UNSET */
const char *target_lsm_word(enum klsm lsm);
/* KLSM_UNSET: no such word */
enum klsm target_lsm_by_word(const char *word, size_t len);
/* the one of securityfs's list that IMA can ask for labels; NULL: not known */
enum klsm target_lsm_of_list(const char *list);

#endif
