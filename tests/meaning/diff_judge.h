/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_DIFF_JUDGE_H
#define IMAPOL_TEST_DIFF_JUDGE_H

#include "differing.h"
#include "rng.h"

/* Holds what difference_find() says of two policies against the enumeration. */
struct diff_judge {
	struct differing *brute;	/* differing_find() was not called yet */
	const struct difference *said;
	struct rng *r;
	/* what is wrong, for a reader; empty: nothing. It stops at the first */
	struct buf wrong;
	uint64_t witnesses, smallest, points;	/* looked at */
	/* of differing_find(): which entries were met */
	bool *met;
};

/* spaces of more points are not searched for a smaller witness */
#define DIFF_JUDGE_SMALL 4000

/* true: all is as the header says */
bool diff_judge(struct diff_judge *j);

#endif
