/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "trap_int.h"

static uint32_t if_acts(void *arg, uint32_t t)
{
	const struct access_outcomes *o = arg;

	return t && o->v[t - 1].acts;
}

dd_ref trap_acting(struct traps *l, dd_ref decided)
{
	return dd_map(space_dd(l->view.sp), decided, if_acts,
		      &l->view.outcomes);
}

static void add_rules(struct traps *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		space_add_rule(l->view.sp, &l->v[i].k);
	space_finish(l->view.sp);
	if (l->in->budget)
		dd_set_budget(space_dd(l->view.sp), l->in->budget);
}

/* from the top: what is left for a line */
static void look_down(struct traps *l, dd_ref *effect)
{
	struct traps_view *v = &l->view;
	struct dd *m = space_dd(v->sp);
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct krule *k = &l->v[i].k;
		dd_ref *matched = &v->matched[k->class];

		v->region[i] = access_rule_region(v->sp, k);
		effect[i] = access_rule_step(v->sp, &v->outcomes, k).effect;
		v->left[i] = dd_diff(m, effect[i], *matched);
		*matched = dd_or(m, *matched, v->region[i]);
	}
}

/* from the end: what would decide without it, and all of it at last */
static void look_up(struct traps *l, const dd_ref *effect)
{
	struct traps_view *v = &l->view;
	struct dd *m = space_dd(v->sp);
	dd_ref decided[KCLASS_COUNT], live[KCLASS_COUNT];
	size_t i;
	int c;

	for (c = 0; c < KCLASS_COUNT; c++)
		decided[c] = live[c] = DD_PASS;
	for (i = l->n; i-- > 0;) {
		enum kclass class = l->v[i].k.class;

		v->below[i] = decided[class];
		v->live[i] = live[class];
		decided[class] = dd_or(m, effect[i], decided[class]);
		if (v->left[i] != DD_PASS)
			live[class] = dd_or(m, effect[i], live[class]);
	}
	for (c = 0; c < KCLASS_COUNT; c++)
		v->acts[c] = trap_acting(l, decided[c]);
}

bool trap_view_build(struct traps *l)
{
	struct traps_view *v = &l->view;
	dd_ref *effect;
	int c;

	if (l->n > TRAPS_MAX_LINES)
		return false;
	v->sp = space_new(l->arena, l->t);
	add_rules(l);
	access_outcomes_init(&v->outcomes, l->arena);
	effect = arena_zalloc(l->arena, l->n + 1, sizeof(*effect));
	v->region = arena_zalloc(l->arena, l->n + 1, sizeof(*effect));
	v->left = arena_zalloc(l->arena, l->n + 1, sizeof(*effect));
	v->below = arena_zalloc(l->arena, l->n + 1, sizeof(*effect));
	v->live = arena_zalloc(l->arena, l->n + 1, sizeof(*effect));
	for (c = 0; c < KCLASS_COUNT; c++)
		v->matched[c] = DD_PASS;
	look_down(l, effect);
	look_up(l, effect);
	v->usable = true;
	return trap_sure(l);
}

bool trap_sure(const struct traps *l)
{
	return !dd_full(space_dd(l->view.sp));
}

bool trap_can_match(const struct traps *l, const struct trap_line *line)
{
	return l->view.region[line - l->v] != DD_PASS;
}

dd_ref trap_gap(struct traps *l, const struct krule *r)
{
	struct traps_view *v = &l->view;

	return dd_diff(space_dd(v->sp), access_rule_region(v->sp, r),
		       v->matched[r->class]);
}

const char *trap_witness(struct traps *l, dd_ref set)
{
	struct witness w;
	struct buf b;

	buf_init(&b, l->arena);
	if (witness_find(l->view.sp, set, &w))
		witness_describe(l->view.sp, &w, &b);
	return b.s ? b.s : "";
}
