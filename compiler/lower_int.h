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

/* lower_class.c: the rules of one class, in an order of their own */
/* *fenced: some rule decides what another statement says */
bool lower_class(struct region_env *renv, enum kclass class,
		 const regions *rs, struct ir *out, bool *fenced);

/* lower_say.c: why the statement at hand has no rules; each is an error */
void lower_say_never(struct lowering *l, size_t stuck, bool for_want_of_dont);
void lower_say_too_many(struct lowering *l);
void lower_say_gave_up(struct lowering *l);
void lower_say_never_matches(struct lowering *l);

#endif
