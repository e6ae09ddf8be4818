/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_COLUMNS_H
#define IMAPOL_TEST_COLUMNS_H

#include "brute.h"
#include "domain.h"
#include "search.h"

/*
 * The distinct accesses of a policy: two are the same when no kernel condition
 * of the vocabulary tells them apart. The vocabulary is what the policy speaks
 * of: its hooks, masks, names and numbers, with every comparison at every
 * bound. A list of lines over it that is right for one access of each column
 * is right for all accesses there are.
 */
#define COLUMNS_CONDS 256

struct column_cond {
	unsigned int dim;	/* at most one of each stands in a line */
	struct krule rule;	/* the condition alone, without a hook */
};

struct columns {
	const struct ktarget *target;
	unsigned int n;
	struct kaccess rep[SEARCH_ACCESSES];
	unsigned int hooks;		/* of the lines; bit KHOOK_NONE too */
	VEC(struct column_cond) conds;
};

/*
 * False: more than SEARCH_ACCESSES columns, or over cap accesses to look at.
 * rich: ids asked for as equal may also be compared with.
 */
bool columns_build(struct columns *c, struct arena *a,
		   const struct ktarget *t, const struct atoms *at, bool rich,
		   uint64_t cap);
/* all lines for one class; effects: KEFFECT_ bits that lines may bring along */
void columns_lines(const struct columns *c, enum kclass class, bool dont,
		   unsigned int effects, struct search *s);
/* a line of the search as text: the shortest with that region */
void columns_line_print(struct buf *b, const struct columns *c,
			enum kclass class, const struct search_line *line);

#endif
