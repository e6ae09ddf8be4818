/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_DIFFS_H
#define IMAPOL_TEST_DIFFS_H

#include "difference.h"
#include "draw.h"

/*
 * Pairs of policies, what difference_find() says of them, and accesses that are
 * its witnesses. All old policies are one load, all new ones another; each pair
 * has a role of its own (draw.h). One access is done in both boots, and each time
 * what comes of it is a word:
 *
 *	measure		"10/ima-sig", the PCR and the template; "-"
 *	audit		"audited"; "-"
 *	appraise	"refused"; "passed"
 */
struct diffs_wanted {
	unsigned int seq;	/* of the access */
	enum kclass class;
	unsigned int kinds;	/* DIFF_ bits */
	const char *word[2];	/* under the old policy, under the new one */
};

struct diffs {
	struct arena *arena;
	struct draw draw;
	FILE *policy[2];
	VEC(struct diffs_wanted) wanted;
	size_t pairs, unreached;	/* entries of which no witness can be tried */
};

/* "gained lost …", by bit */
#define DIFFS_KINDS 10
extern const char *const diffs_kind_names[DIFFS_KINDS];
/* the word of a measurement */
const char *diffs_measured(struct arena *a, int pcr, const char *template);

/* one more pair whose differences can be seen, its lines to both policies */
void diffs_draw_pair(struct diffs *d, unsigned int number);

#endif
