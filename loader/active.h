/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_ACTIVE_H
#define LOADER_ACTIVE_H

#include "kconfig.h"
#include "kmsg.h"
#include "policyfile.h"
#include "record.h"

/* Is a policy in force that was loaded, and not only what the kernel brings along? */
enum active_kind {
	ACTIVE_NONE,
	ACTIVE_MAYBE, /* it cannot be told */
	ACTIVE_LOADED,
	ACTIVE_KINDS,
};

enum { ACTIVE_WORD_MAX = 32 };

/* What is in force, and how that is known. */
struct active {
	enum policyfile_state state;
	int err; /* behind POLICYFILE_UNSEEN */
	enum active_kind kind;
	const char *how; /* it is known, for messages */
	bool recorded;
	struct record record; /* of what we loaded last in this boot */
	char *text;	      /* the rules as the kernel prints them; NULL: it does not */
	size_t len;
	size_t rules; /* in it */
	size_t kept;  /* of these, in front and brought along by the kernel; in a boot's policy all */

	/* of the kernel command line */
	bool cmdline_known;
	unsigned int asked;	      /* bits of builtin.h; all where it is not known */
	char appraise[ACTIVE_WORD_MAX]; /* the last ima_appraise=; "" where there is none */
};

/* log: as kmsg_open() left it. */
void active_find(struct active *active, const struct load_ops *ops, const struct policyfile *pf, const struct kmsg *log,
		 const struct kconfig *config);
void active_free(struct active *active);

/* Does the kernel take no other policy before the next boot? */
bool active_final(const struct active *active);

/* Has a list of the kernel's nothing but its own rules in front of its last ones, of which ours are somebody's? */
bool active_alone(struct span kernel, size_t ours);

/* Is the policy, of which rec is the record, known to be what is in force? Where the kernel lists its rules these are it,
 * behind none but the kernel's own, unless the record says that we have loaded it. *how tells by what it is known. */
bool active_is(const struct active *active, struct span policy, const struct record *rec, const char **how);

#endif
