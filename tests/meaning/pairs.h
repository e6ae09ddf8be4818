/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_PAIRS_H
#define IMAPOL_TEST_PAIRS_H

#include "harness.h"
#include "policy.h"

/*
 * Random pairs of policies of one target, over few values: the same pair from the
 * same numbers on any machine.
 */
enum pair_kind {
	PAIR_CHANGED,	/* kernel lines, and they after one or two changes */
	PAIR_UNRELATED,
	PAIR_RESPELLED,	/* kernel lines, and the same meaning in other lines */
	PAIR_COMPILED,	/* a program, and it without a statement */
	PAIR_LINES,	/* a program, and its lines after a change or none */
	PAIR_KINDS
};

struct pair {
	enum pair_kind kind;
	struct arena arena;
	struct ktarget target;
	struct policy policy[2];	/* old, new */
	const char *text[2];
	bool equal;		/* by the way in which it was made */
	struct attempt *program[2];	/* where it was compiled */
};

/* false: what was drawn cannot be used; the pair needs no pair_free() */
bool pair_draw(struct pair *p, struct rng *r);
void pair_free(struct pair *p);
void pair_print(const struct pair *p);
const char *pair_kind_name(enum pair_kind k);

#endif
