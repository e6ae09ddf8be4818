/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PROVE_WALK_H
#define IMAPOL_PROVE_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "prove_near.h"

/*
 * Random paths in and near a glob: one walk through the regex of each entry near
 * the verdict, then more of these, walks through the glob's expression and the
 * paths that the verdict names, half of them changed a little. The same question
 * gives the same paths on every machine.
 */
struct walk {
	struct arena *arena;
	const struct fcontext *fc;
	const struct fcdb_query *q;
	const struct fcdb_result *r;
	struct near near;
	struct buf path, word, spare;
	uint64_t dice;
	size_t turn;		/* of the next entry */
	unsigned int steps;	/* left for the present text */
	bool words;		/* wide repeats are filled with words */
};

void walk_init(struct walk *w, struct arena *a);
/* the paths for another question; all of it is kept, not copied */
void walk_start(struct walk *w, const struct fcontext *fc,
		const struct fcdb_query *q, const struct fcdb_result *r);
/*
 * Any text, not always a path that a file can have; it holds until the next. By
 * the entries in turn, NULL after the last; and at random, without an end.
 */
const char *walk_entry(struct walk *w);
const char *walk_next(struct walk *w);

#endif
