/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PROVE_MATCH_H
#define IMAPOL_PROVE_MATCH_H

#include <stdbool.h>

#include "automaton.h"
#include "fcdb.h"

/*
 * Whether an expression matches a text, and where a path lies that a question
 * is about, without any automaton: from the places in the text where an
 * expression can begin, those where it can end.
 */
struct matcher {
	struct arena *arena;
	const char *text;	/* the present one */
	size_t len, words;	/* words: of a set of its places */
	uint64_t *room;		/* kept from one text to the next */
	size_t cap;
};

void matcher_init(struct matcher *m, struct arena *a);
/* all of the text */
bool matcher_whole(struct matcher *m, const struct re *re, const char *text);

enum prove_place {
	PROVE_NOWHERE,		/* no file has such a path */
	PROVE_INSIDE,
	PROVE_OUTSIDE,
	PROVE_BEYOND,		/* outside, and the question does not reach it */
};

enum prove_place prove_place(struct matcher *m, const struct fcdb_query *q,
			     const char *path);

#endif
