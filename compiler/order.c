/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "order.h"
#include "order_int.h"

#define ORDER_MAX_CELLS ((size_t)4 << 20)
#define ORDER_MAX_WIDE 256	/* rules that name no type, looked at singly */

static void count_effects(struct ordering *o, const struct krule *k, int by)
{
	unsigned int bits = krule_effects(k), n;

	for (n = 0; n < 4; n++)
		if (bits & 1u << n)
			o->effects[n] += (size_t)by;
}

/* the rule is the last with some load-time effect */
static bool has_last_effect(const struct ordering *o, const struct krule *k)
{
	unsigned int bits = krule_effects(k), n;

	for (n = 0; n < 4; n++)
		if ((bits & 1u << n) && o->effects[n] == 1)
			return !fault_on(EFFECT_DROPPED);
	return false;
}

void order_drop(struct ordering *o, size_t i)
{
	o->gone[i] = true;
	count_effects(o, &o->ir->rules.v[i].k, -1);
}

static bool clears_or_cleared(const struct krule *k)
{
	return k->class == KCLASS_HASH || k->class == KCLASS_APPRAISE;
}

static bool has_hash_first(const struct ir *ir)
{
	bool hash = false;
	size_t i;

	for (i = 0; i < ir->rules.n; i++) {
		const struct krule *k = &ir->rules.v[i].k;

		if (hash && k->class == KCLASS_APPRAISE && !k->dont)
			return true;
		hash |= k->class == KCLASS_HASH && !k->dont;
	}
	return false;
}

/*
 * live: what the rule decides. It can go when nothing is left for it, or when
 * the rules below say the same of all that.
 */
static bool redundant(struct ordering *o, size_t i, dd_ref live, dd_ref below)
{
	uint32_t t;

	if (has_last_effect(o, &o->ir->rules.v[i].k))
		return false;
	if (live == DD_PASS)
		return true;
	/* which of them comes first decides whether a hash is cleared */
	if (o->hash_first && clears_or_cleared(&o->ir->rules.v[i].k))
		return false;
	if (fault_on(MERGE_TOO_MUCH))
		return !o->ir->rules.v[i].k.dont && i % 2;
	return dd_constant_on(o->m, live, below, &t) && t == o->value[i];
}

/*
 * The rules of one list within one part of the space, last to first; may[k]
 * tells which of them may go.
 */
static void thin_slice(struct ordering *o, dd_ref part, const indices *list,
		       const bool *may)
{
	dd_ref below = dd_term(UNDECIDED);
	dd_ref *before = arena_zalloc(o->arena, list->n + 1, sizeof(*before));
	size_t k;

	before[0] = DD_PASS;
	for (k = 0; k < list->n; k++)
		before[k + 1] = dd_or(o->m, before[k],
				      dd_and(o->m, part,
					     o->region[list->v[k]]));
	for (k = list->n; k-- > 0 && !dd_full(o->m);) {
		size_t i = list->v[k];
		dd_ref here = dd_and(o->m, part, o->region[i]);
		dd_ref live = dd_diff(o->m, here, before[k]);

		if (may[i] && redundant(o, i, live, below) && !dd_full(o->m))
			order_drop(o, i);
		else
			below = dd_or(o->m, dd_and(o->m, here,
						   dd_term(o->value[i])),
				      below);
	}
}

static const char *type_of(const struct ordering *o, size_t i)
{
	return o->ir->rules.v[i].k.lsm[KLSM_OBJ_TYPE];
}

struct of_type {
	const char *type;
	size_t rule;
};

static int cmp_of_type(const void *x, const void *y)
{
	const struct of_type *a = x, *b = y;
	int c = strcmp(a->type, b->type);

	return c ? c : a->rule < b->rule ? -1 : a->rule > b->rule;
}

/* both ascending */
static indices merge_lists(struct ordering *o, const struct of_type *t, size_t n,
			   const indices *wide)
{
	indices out = { 0 };
	size_t i = 0, j = 0;

	while (i < n || j < wide->n) {
		bool first = j == wide->n ||
			     (i < n && t[i].rule < wide->v[j]);

		vec_push(o->arena, &out, first ? t[i++].rule : wide->v[j++]);
	}
	return out;
}

/*
 * Rules that name a type can only meet rules that name the same one or none:
 * the list is thinned type by type, which keeps the diagrams small however
 * many types there are.
 */
static void thin_by_type(struct ordering *o, const indices *list,
			 const indices *wide)
{
	struct of_type *t = arena_zalloc(o->arena, list->n + 1, sizeof(*t));
	bool *may = arena_zalloc(o->arena, o->ir->rules.n + 1, sizeof(*may));
	size_t n = 0, i, from;

	for (i = 0; i < list->n; i++)
		if (type_of(o, list->v[i])) {
			t[n++] = (struct of_type){ type_of(o, list->v[i]),
						 list->v[i] };
			may[list->v[i]] = true;
		}
	qsort(t, n, sizeof(*t), cmp_of_type);
	for (from = 0; from < n; from = i) {
		indices slice;
		dd_ref part;

		for (i = from; i < n && !strcmp(t[i].type, t[from].type); i++)
			;
		slice = merge_lists(o, t + from, i - from, wide);
		part = space_name(o->space, SPACE_OBJ_TYPE, t[from].type);
		thin_slice(o, part, &slice, may);
	}
}

/* rules that name no type meet all others */
static void thin_wide(struct ordering *o, enum kclass class,
		      const indices *list)
{
	indices left = { 0 };
	bool *may = arena_zalloc(o->arena, o->ir->rules.n + 1, sizeof(*may));
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (o->gone[list->v[i]])
			continue;
		vec_push(o->arena, &left, list->v[i]);
		may[list->v[i]] = !type_of(o, list->v[i]);
	}
	thin_slice(o, DD_TRUE, &left, may);
	o->merge[class] = left;
}

static void thin_class(struct ordering *o, enum kclass class)
{
	indices list = { 0 }, wide = { 0 };
	size_t i;

	for (i = 0; i < o->ir->rules.n; i++) {
		const struct krule *k = &o->ir->rules.v[i].k;

		if (k->class != class || k->func == KHOOK_SETXATTR)
			continue;
		vec_push(o->arena, &list, i);
		if (!type_of(o, i))
			vec_push(o->arena, &wide, i);
	}
	if (wide.n <= ORDER_MAX_WIDE || wide.n == list.n)
		thin_by_type(o, &list, &wide);
	if (wide.n <= ORDER_MAX_WIDE || list.n <= 4 * ORDER_MAX_WIDE)
		thin_wide(o, class, &list);
}

#ifdef IMAPOL_FAULTS
static void plant(struct ir *ir)
{
	struct ir_rule *v = ir->rules.v, tmp;
	size_t n = ir->rules.n, i;

	if (n > 1 && (fault_on(SWAP_FIRST) || fault_on(SWAP_LAST))) {
		i = fault_on(SWAP_FIRST) ? 0 : n - 2;
		tmp = v[i];
		v[i] = v[i + 1];
		v[i + 1] = tmp;
	}
	if (fault_on(LAST_DROPPED) && n)
		ir->rules.n--;
	for (i = 0; i < n && fault_on(DONT_DROPPED); i++)
		if (v[i].k.dont) {
			memmove(&v[i], &v[i + 1], (n - i - 1) * sizeof(*v));
			ir->rules.n--;
			return;
		}
}
#else
static void plant(struct ir *ir)
{
	(void)ir;
}
#endif

static void prepare(struct ordering *o)
{
	size_t n = o->ir->rules.n, i;

	for (i = 0; i < n; i++)
		space_add_rule(o->space, &o->ir->rules.v[i].k);
	space_finish(o->space);
	o->m = space_dd(o->space);
	dd_set_budget(o->m, ORDER_MAX_CELLS);
	access_outcomes_init(&o->outcomes, o->arena);
	o->region = arena_zalloc(o->arena, n + 1, sizeof(*o->region));
	o->value = arena_zalloc(o->arena, n + 1, sizeof(*o->value));
	o->gone = arena_zalloc(o->arena, n + 1, sizeof(*o->gone));
	o->last = arena_zalloc(o->arena, n + 1, sizeof(*o->last));
	for (i = 0; i < n; i++) {
		const struct krule *k = &o->ir->rules.v[i].k;
		struct access_outcome what = access_rule_outcome(k);

		o->last[i] = o->ir->rules.v[i].stmt;
		o->region[i] = access_rule_region(o->space, k);
		o->value[i] = 1 + access_outcome(&o->outcomes, &what);
		count_effects(o, k, 1);
	}
}

static void keep(const struct ordering *o, struct ir *out)
{
	size_t i, n = o->ir->rules.n;

	for (i = 0; i < n; i++)
		if (!o->gone[i])
			vec_push(out->arena, &out->rules, o->ir->rules.v[i]);
}

void order(struct arena *a, const struct ktarget *t, struct ir *ir,
	   struct ir *apart)
{
	struct ordering o = { .arena = a, .ir = ir,
			      .space = space_new(a, t) };
	struct ir out;
	int c;

	prepare(&o);
	o.hash_first = has_hash_first(ir);
	for (c = 0; c < KCLASS_COUNT && !dd_full(o.m); c++)
		thin_class(&o, c);
	if (apart) {
		ir_init(apart, a);
		keep(&o, apart);
	}
	for (c = 0; c < KCLASS_COUNT; c++)
		order_merge(&o, &o.merge[c]);
	ir_init(&out, ir->arena);
	keep(&o, &out);
	*ir = out;
	for (c = 0; c < KCLASS_COUNT; c++)
		if (!o.hash_first || (c != KCLASS_HASH && c != KCLASS_APPRAISE))
			order_opens_first(ir, c);
	plant(ir);
}
