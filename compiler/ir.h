/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_IR_H
#define IMAPOL_IR_H

#include "buf.h"
#include "kmodel.h"
#include "source.h"
#include "vec.h"

/*
 * Flat rules in the order in which the kernel will walk them. Each knows the
 * statement that it came from.
 */
struct ir_rule {
	struct krule k;
	struct span origin;	/* the statement */
	size_t stmt;		/* its number, from 0, in deciding order */
	size_t place;		/* of the action among all actions */
};

struct ir {
	struct arena *arena;
	VEC(struct ir_rule) rules;
};

void ir_init(struct ir *ir, struct arena *a);
void ir_add(struct ir *ir, const struct krule *k, struct span origin,
	    size_t stmt, size_t place);
/* one line a rule, with its origin; for --dump */
void ir_dump(const struct ir *ir, struct buf *out);

#endif
