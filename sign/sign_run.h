/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SIGN_RUN_H
#define IMAPOL_SIGN_RUN_H

#include "aim.h"
#include "pubkeys.h"
#include "signer.h"

/* A call of imapol-sign, by its options, and what its commands share. */

enum {
	SIGN_GOOD,
	SIGN_BAD,	/* some file is not as it should be; each was named */
	SIGN_USAGE,	/* or what all of it needs cannot be had */
};

struct sign_options {
	const char *key, *cert, *password_file;
	const char *hash;	/* NULL: left to us */
	struct aim_request aim;
	const char *root, *list;
	bool nul, detached, verity, enable_verity, skip_exposed, quiet;
	unsigned int threads;	/* 0: as many as there are processors */
	VEC(const char *) keys;
	char **paths;
	size_t n_paths;
};

struct sign_run {
	struct arena arena;
	struct sign_options o;
	struct aim aim;
	struct pubkeys keys;	/* of --keys */
	struct signer *signer;	/* NULL: the command does not sign */
	int hash;		/* by which it does, as kmodel_hash_name() counts */
	volatile bool stop;	/* SIGINT, SIGTERM or SIGHUP came */
};

/* the commands; each says what is wrong, and answers the exit status */
int sign_main(struct sign_run *r);
int verify_main(struct sign_run *r);
int apply_main(struct sign_run *r);
int detach_main(struct sign_run *r);
int tar_main(struct sign_run *r);

/*
 * Key, hash and kernels as the options say, and whether they go together. False:
 * it was said. sign_run_keys(): --keys, at least one of them.
 */
bool sign_run_signer(struct sign_run *r);
bool sign_run_aim(struct sign_run *r);
bool sign_run_keys(struct sign_run *r);

/*
 * Whether a signature that is there is as good as one that would be made now:
 * by the same key, over a hash that is no worse.
 */
struct imaxattr;
bool sign_run_keeps(const struct sign_run *r, struct arena *a,
		    const struct imaxattr *x);

#endif
