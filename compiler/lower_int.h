/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LOWER_INT_H
#define IMAPOL_LOWER_INT_H

#include "box.h"
#include "ir.h"
#include "lower.h"
#include "typed.h"

/* What the files of lower share; nobody else includes this. */

/* one class on its way */
struct lowering {
	struct region_env *renv;
	struct box_env boxes;
	struct arena *arena;
	struct diags *diags;
	const regions *rs;
	bool dont;		/* the class has a dont_ form on the target */
	size_t cur;		/* all regions before are done */
	VEC(struct ir_rule) rules;
	cells covered;		/* the box of each rule, in the same order */
	struct typed_index covered_by, regions_by;
	size_t steps, mark, depth;
	size_t nest;		/* fences inside fences */
	size_t limits;		/* statements that met a cap */
	/* what filled the list of the statement at hand when it met the cap */
	const struct region *crowd;
	bool fenced;		/* some rule decides for another statement */
	const struct cell *open[LOWER_MAX_DEPTH + 2];	/* being laid, outer first */
	bool force;		/* rules that decide nothing are made, too */
};

enum low_result {
	LOW_OK,
	LOW_NEVER,	/* boxes and fences do not come out */
	LOW_TOO_MANY,	/* more rules than a statement may have */
	LOW_GAVE_UP,	/* another cap was met: none was found */
};

/* what the rules of an outcome are laid to */
struct maker {
	const struct outcome *o;
	const struct region *r;
};

/*
 * lower_fence.c: statements laid as boxes and fences. Each of these leaves what
 * it made behind when it fails; lower_cut_back() takes it away.
 */
/* some rule before takes all of c */
bool lower_covered(struct lowering *l, const struct cell *c);
enum low_result lower_add_rule(struct lowering *l, const struct krule *conds,
			       const struct cell *box, struct maker m);
/* see to it that f is decided as the statements say, before m covers it */
enum low_result lower_fence(struct lowering *l, const struct cell *f,
			    struct maker m);
/* the part of a statement that lies in a cell */
enum low_result lower_region(struct lowering *l, const struct region *r,
			     const struct cell *within);
/* undo what was made since there were n rules */
void lower_cut_back(struct lowering *l, size_t n);

/* lower_class.c: the rules of one class, in an order of their own */
/* *fenced: some rule decides what another statement says */
bool lower_class(struct region_env *renv, enum kclass class,
		 const regions *rs, struct ir *out, bool *fenced);

/* lower_say.c: why the statement at hand has no rules; each is an error */
void lower_say_never(struct lowering *l, size_t stuck, bool for_want_of_dont);
void lower_say_too_many(struct lowering *l);
/* the list is full: keep what fills it, before the rules are taken away */
void lower_note_crowd(struct lowering *l);
void lower_say_gave_up(struct lowering *l);
void lower_say_never_matches(struct lowering *l);

#endif
