/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TABLE_H
#define IMAPOL_TABLE_H

#include "box.h"

/*
 * The search for a rule order where boxes and fences do not come out: all
 * accesses of a small place are told apart by the atoms that occur there, and
 * rules are picked front to back, each deciding nothing but accesses that want
 * its outcome. That way finds an order whenever there is one: picking such a
 * rule never spoils another.
 */
#define TABLE_MAX_CELLS 65536
#define TABLE_MAX_RULES 200000	/* candidates looked at */
#define TABLE_MAX_DONE 64	/* more earlier rules are not looked at */

struct table_rule {
	struct krule k;		/* conditions only */
	struct cell box;
	size_t region;		/* whose outcome it gives; SIZE_MAX: nothing */
};

typedef VEC(struct table_rule) table_rules;

enum table_result {
	TABLE_OK,
	TABLE_NEVER,	/* no order of rules gives these outcomes */
	TABLE_TOO_LARGE,
};

struct table_task {
	const regions *rs;
	size_t from;		/* regions before are done */
	const struct piece *place;
	const cells *done;	/* boxes of earlier rules: decided already */
	bool dont;		/* rules that give nothing may be used */
};

/*
 * The rules that decide every access in place->box as rs[from..] do, first
 * match first. With TABLE_NEVER, *stuck is the number of a region whose
 * accesses could not be decided.
 */
enum table_result table_solve(struct box_env *env,
			      const struct table_task *task,
			      table_rules *out, size_t *stuck);

#endif
