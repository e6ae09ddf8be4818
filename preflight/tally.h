/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TALLY_H
#define IMAPOL_TALLY_H

#include "findings.h"
#include "packages.h"
#include "vec.h"

/*
 * Findings counted by the statement that refuses them, and there by operation,
 * cause, directory and package. Tables have TALLY_MAX rows; what is more is
 * counted together, so that no tree makes them larger.
 */
enum {
	TALLY_MAX = 512,
	TALLY_DEPTH = 3,	/* components of a directory that is told apart */
};

struct tally_row {
	const char *name;	/* NULL: in silence; no package */
	size_t n;
};

struct tally_table {
	VEC(struct tally_row) rows;
	size_t rest;		/* counted in no row */
	size_t last;		/* the row that was counted last */
};

struct tally_group {
	int rule;		/* the first of its statement; -1: none decides */
	size_t files;
	size_t op[JUDGE_OPS];
	struct tally_table causes, dirs, packages;
	const char *first;	/* path of a file */
	size_t serial;		/* of the file that was counted last */
};

struct tally {
	struct arena *arena;
	const struct policy *policy;
	VEC(struct tally_group) groups;
	size_t serial;
};

void tally_init(struct tally *t, struct arena *a, const struct policy *p);
/* of a file that is refused or not known, and not accepted */
void tally_add(struct tally *t, const struct packages *p,
	       const struct finding *f);
/* the largest first, and so in their tables */
void tally_sort(struct tally *t);

#endif
