/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ORDER_INT_H
#define IMAPOL_ORDER_INT_H

#include "access.h"
#include "ir.h"

/* Inside of order: shared by order.c, order_merge.c and order_move.c. */
typedef VEC(size_t) indices;

struct ordering {
	struct arena *arena;
	struct ir *ir;
	struct space *space;
	struct dd *m;
	struct access_outcomes outcomes;
	dd_ref *region;
	uint32_t *value;	/* terminal of the rule: 1 + its outcome */
	size_t *last;		/* the last statement that it is of */
	bool *gone;
	indices merge[KCLASS_COUNT];	/* rules that may become one */
	size_t effects[4];	/* rules left that have KEFFECT_ bit n */
	bool hash_first;	/* an appraise rule stands behind a hash rule */
};

#define UNDECIDED 1u	/* the terminal of outcome 0 */

/* the rule is not in the list any more; its effects are not counted */
void order_drop(struct ordering *o, size_t i);

/*
 * Two rules become one where one rule says what both say: ranges of ids that
 * meet, lists of keyrings or of data. They are of one statement or of two that
 * follow each other, whose places the rule has then both (span_join()). list:
 * rules of one class, ascending; those that are gone are passed over.
 */
void order_merge(struct ordering *o, const indices *list);

/*
 * Rules of a class that an open(2) can meet, before those of other operations:
 * where one decides, the kernel walks no further. Only between rules that can
 * never meet, and only where ORDER_MIN_PASSED rules are passed: small policies
 * stay in the order in which they were written.
 */
void order_opens_first(struct ir *ir, enum kclass class);
#define ORDER_MIN_PASSED 64

#endif
