/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "ir.h"

void ir_init(struct ir *ir, struct arena *a)
{
	memset(ir, 0, sizeof(*ir));
	ir->arena = a;
}

void ir_add(struct ir *ir, const struct krule *k, struct span origin,
	    size_t stmt, size_t place)
{
	struct ir_rule r = { *k, origin, stmt, place };

	vec_push(ir->arena, &ir->rules, r);
}
