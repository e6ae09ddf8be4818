/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "order_int.h"

static bool is_open(const struct ir_rule *r)
{
	return r->k.func == KHOOK_FILE;
}

/*
 * The places of one class between two of its rules that have no func=, which
 * can meet all others; at is their numbers.
 */
static void move_opens(struct ir *ir, const indices *at)
{
	struct ir_rule *copy;
	size_t i, passed = 0, most = 0, n = 0;

	for (i = 0; i < at->n; i++)
		if (is_open(&ir->rules.v[at->v[i]]))
			most = passed;
		else
			passed++;
	if (most < ORDER_MIN_PASSED)
		return;
	copy = arena_alloc(ir->arena, at->n * sizeof(*copy));
	for (i = 0; i < at->n; i++)
		if (is_open(&ir->rules.v[at->v[i]]))
			copy[n++] = ir->rules.v[at->v[i]];
	for (i = 0; i < at->n; i++)
		if (!is_open(&ir->rules.v[at->v[i]]))
			copy[n++] = ir->rules.v[at->v[i]];
	for (i = 0; i < at->n; i++)
		ir->rules.v[at->v[i]] = copy[i];
}

void order_opens_first(struct ir *ir, enum kclass class)
{
	indices at = { 0 };
	size_t i;

	for (i = 0; i < ir->rules.n; i++) {
		if (ir->rules.v[i].k.class != class)
			continue;
		if (ir->rules.v[i].k.func != KHOOK_NONE) {
			vec_push(ir->arena, &at, i);
			continue;
		}
		move_opens(ir, &at);
		at.n = 0;
	}
	move_opens(ir, &at);
}
