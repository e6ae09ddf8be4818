/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "order_int.h"

#define LIST_MAX 3000	/* bytes of a merged list; a line has 4,095 */
#define AHEAD 256	/* rules below that are looked at for one */

/* ---- unions ---- */

static void id_range(const struct kid *k, uint64_t *lo, uint64_t *hi)
{
	*lo = k->op == KID_EQ ? k->id : k->op == KID_GT ? k->id + 1ull : 0;
	*hi = k->op == KID_EQ ? k->id : k->op == KID_LT ? k->id - 1ull : KID_MAX;
}

/* one comparison for all ids of both; an empty range is no rule's, here */
static bool join_ids(const struct kid *x, const struct kid *y, struct kid *out)
{
	uint64_t lo[2], hi[2], from, to;

	if (x->op == KID_ANY || y->op == KID_ANY ||
	    x->effective != y->effective)
		return false;
	id_range(x, &lo[0], &hi[0]);
	id_range(y, &lo[1], &hi[1]);
	if ((x->op == KID_LT && !x->id) || (y->op == KID_LT && !y->id) ||
	    lo[1] > hi[0] + 1 || lo[0] > hi[1] + 1)
		return false;
	from = lo[0] < lo[1] ? lo[0] : lo[1];
	to = hi[0] > hi[1] ? hi[0] : hi[1];
	*out = (struct kid){ .effective = x->effective };
	if (!from && to == KID_MAX) {
		out->op = KID_ANY;
		out->effective = false;
	} else if (!from) {
		out->op = KID_LT;
		out->id = (uint32_t)to + 1;
	} else {
		out->op = KID_GT;
		out->id = (uint32_t)from - 1;
	}
	return !from || to == KID_MAX;
}

static bool in_list(const struct kstrings *l, const char *s)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (!strcmp(l->v[i], s))
			return true;
	return false;
}

/* the names of x, then those of y that it has not; none is any */
static bool join_lists(struct arena *a, const struct kstrings *x,
		       const struct kstrings *y, struct kstrings *out)
{
	size_t i, len = 0;

	if (!x->n || !y->n)
		return false;
	out->v = arena_alloc(a, (x->n + y->n) * sizeof(*out->v));
	out->n = 0;
	for (i = 0; i < x->n + y->n; i++) {
		const char *s = i < x->n ? x->v[i] : y->v[i - x->n];

		if (i >= x->n && in_list(x, s))
			continue;
		out->v[out->n++] = s;
		len += strlen(s) + 1;
	}
	return len <= LIST_MAX;
}

/*
 * out is x with one condition that takes in what y has there, and all else is
 * the same in both. Such conditions that are the same already do not count.
 */
static bool join_rules(struct arena *a, const struct krule *x,
		       const struct krule *y, struct krule *out)
{
	struct krule rest = *y;
	const size_t ids[] = { offsetof(struct krule, uid),
			       offsetof(struct krule, gid),
			       offsetof(struct krule, fowner),
			       offsetof(struct krule, fgroup) };
	size_t i;

	if (x->class != y->class || x->func != y->func)
		return false;
	*out = *x;
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		const struct kid *p = (const void *)((const char *)x + ids[i]);
		struct kid *q = (void *)((char *)&rest + ids[i]);
		struct kid was = *q;

		*q = *p;
		if (access_rule_same(x, &rest))
			return join_ids(p, &was, (void *)((char *)out + ids[i]));
		*q = was;
	}
	rest.keyrings = x->keyrings;
	rest.labels = x->labels;
	if (!access_rule_same(x, &rest))
		return false;
	return x->func == KHOOK_KEY ?
		join_lists(a, &x->keyrings, &y->keyrings, &out->keyrings) :
		join_lists(a, &x->labels, &y->labels, &out->labels);
}

/* ---- which, and where ---- */

static bool neighbours(const struct ordering *o, size_t i, size_t j)
{
	const struct ir_rule *x = &o->ir->rules.v[i], *y = &o->ir->rules.v[j];

	return x->origin.src == y->origin.src && x->stmt <= y->stmt &&
	       o->last[i] + 1 >= y->stmt;
}

/*
 * Rule i takes in rule j below it: what it matches more, and is not decided
 * above it, has to be decided by the rules below as by itself.
 */
static bool take_in(struct ordering *o, size_t i, size_t j, dd_ref before,
		    dd_ref below)
{
	struct ir_rule *x = &o->ir->rules.v[i], *y = &o->ir->rules.v[j];
	struct krule both;
	dd_ref region, more;
	uint32_t t;

	if (!neighbours(o, i, j) || !join_rules(o->arena, &x->k, &y->k, &both))
		return false;
	region = access_rule_region(o->space, &both);
	more = dd_diff(o->m, dd_diff(o->m, region, before), o->region[i]);
	if (more != DD_PASS &&
	    (!dd_constant_on(o->m, more, below, &t) || t != o->value[i]))
		return false;
	if (dd_full(o->m))
		return false;
	x->k = both;
	x->origin = span_join(x->origin, y->origin);
	o->region[i] = region;
	if (o->last[i] < o->last[j])
		o->last[i] = o->last[j];
	order_drop(o, j);
	return true;
}

/* true: place k of the list has taken in one below it */
static bool take_one(struct ordering *o, const indices *list, size_t k,
		     dd_ref before, dd_ref below)
{
	size_t n;

	for (n = k + 1; n < list->n && n <= k + AHEAD; n++)
		if (!o->gone[list->v[n]] &&
		    take_in(o, list->v[k], list->v[n], before, below))
			return true;
	return false;
}

void order_merge(struct ordering *o, const indices *list)
{
	dd_ref *before = arena_zalloc(o->arena, list->n + 1, sizeof(*before));
	dd_ref below = dd_term(UNDECIDED);
	size_t k;

	before[0] = DD_PASS;
	for (k = 0; k < list->n; k++)
		before[k + 1] = o->gone[list->v[k]] ? before[k] :
			dd_or(o->m, before[k], o->region[list->v[k]]);
	for (k = list->n; k-- > 0 && !dd_full(o->m);) {
		size_t i = list->v[k];

		if (o->gone[i])
			continue;
		while (take_one(o, list, k, before[k], below))
			;
		below = dd_or(o->m, dd_and(o->m, o->region[i],
					   dd_term(o->value[i])), below);
	}
}
