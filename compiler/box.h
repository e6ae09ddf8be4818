/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_BOX_H
#define IMAPOL_BOX_H

#include "region.h"

/*
 * A box is a cell that one kernel rule matches exactly: one hook or all, one
 * mask, one value or comparison for each condition. Most cells are none; a
 * piece is a box that covers a part of a cell, with fences: cells that the box
 * covers and the cell does not, which earlier rules must decide.
 */
struct piece {
	struct krule k;		/* conditions only; no options */
	struct cell box;
	cells fences;
};

typedef VEC(struct piece) pieces;

/* when is a set of ids covered whole, with fences for what is not in it? */
enum box_holes {
	BOX_HOLES_FEWER,	/* where that takes fewer rules */
	BOX_HOLES_EAGER,	/* also where it takes one more: fences add up,
				   pieces of several dimensions multiply */
	BOX_HOLES_NEVER,
};

#define BOX_MAX_PIECES 4096	/* of one cell */

struct box_env {
	struct arena *arena;
	struct intern *strings;
	enum kclass class;
	bool exact_ids;		/* no fences for ranges of uids and gids */
	enum box_holes holes;
	/* load-time effects that doing rules may have; facts 5 */
	unsigned int effects;
	struct event_box *events;	/* what func= and mask= can select */
	size_t n_events;
};

/* one selection of events by func= and mask=; conditions go into k */
struct event_box {
	uint32_t events;
	enum khook func;
	bool has_mask, mask_in;
	uint8_t mask;
	bool odd;		/* a mask without a hook: never chosen for brevity */
};

void box_env_init(struct box_env *env, const struct region_env *renv,
		  enum kclass class);
void event_box_apply(const struct event_box *e, struct krule *k);

/*
 * A doing appraise rule that names a hook can switch something on at load time;
 * only what some statement asks for may be switched on.
 */
bool box_may_do(const struct box_env *env, const struct krule *conds);

enum box_result {
	BOX_OK,
	BOX_NEVER,	/* no pieces cover the cell: inexpressible as it stands */
	BOX_TOO_MANY,	/* more than BOX_MAX_PIECES */
};

/*
 * Pieces that together cover c, each outside c only inside its fences. Where
 * masks have to be covered by a wider test there is a choice, numbered from 0
 * on, the likeliest first; past the last one the result is BOX_NEVER.
 */
enum box_result box_pieces(struct box_env *env, const struct cell *c,
			   size_t choice, pieces *out);

/* one value of a dimension of names as a condition */
void box_set_name(struct krule *k, size_t dim, const char *name,
		  struct arena *a);
/* where the ids of a dimension stand in a rule */
struct kid *box_kid_slot(struct krule *k, size_t dim);

/* the condition of a comparison: = where lo is hi, else < or > */
bool box_kid(uint32_t lo, uint32_t hi, bool effective, struct kid *out);

#endif
