/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FINDINGS_H
#define IMAPOL_FINDINGS_H

#include "judge.h"

/*
 * What a rehearsal has found, in a file without a name, for there may be more
 * than fits in memory: written once, in the order of the walk, then read as often
 * as is wanted. Causes, details and subjects are the judge's, and live as long.
 */
enum finding_kind {
	FINDING_FILE,		/* refused, or not known, or its label matters */
	FINDING_MISS,		/* what was not seen */
	FINDING_KINDS
};

struct finding_op {
	enum judge_op op;
	struct judge_finding at;
};

struct finding {
	enum finding_kind kind;
	const char *path;
	/* of a file */
	uint32_t owner, group, mode;
	const char *label, *expected;	/* NULL: none; it does not matter */
	const char *seal;		/* in words; NULL: it was not looked at */
	unsigned int refused, unknown;	/* bits of operations */
	bool accepted;			/* those are known, and let be */
	uint32_t package;		/* place + 1 in a list; 0: not known */
	/* of a miss */
	enum tree_miss why;
	int error;
	const char *text;
	uint64_t at;			/* of this one in the file */
	size_t n_ops;
	struct finding_op ops[JUDGE_OPS];
};

struct findings;

/* in a; NULL: errno */
struct findings *findings_new(struct arena *a);
void findings_free(struct findings *f);
/* false: errno, and what was not written is lost */
bool findings_add(struct findings *f, const struct finding *x);

/* from the first one on again; false: errno */
bool findings_rewind(struct findings *f);
/*
 * The next one, whose texts are good until the next call. False: there is none,
 * and with errno set: reading failed.
 */
bool findings_next(struct findings *f, struct finding *out);
/* of one that was read, by its place */
bool findings_set_package(struct findings *f, uint64_t at, uint32_t package);

#endif
