/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>

#include "dd_int.h"

/* Diagrams taken apart: by terminal, and down to one cube. */

/* ---- by terminal ---- */

struct parts {
	bool known;
	const struct dd_part *v;
	size_t n;
};

struct splitting {
	struct dd *m;
	struct parts *of;	/* of each node that there was at the start */
};

/* the part of one run of a node */
struct piece {
	uint32_t t;
	uint32_t start, end;	/* atoms, one past the last */
	dd_ref set;
};

typedef VEC(struct piece) pieces;

static int cmp_piece(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->t != y->t)
		return x->t < y->t ? -1 : 1;
	return (x->start > y->start) - (x->start < y->start);
}

/* the set of the pieces of one terminal */
static dd_ref join_pieces(struct dd *m, uint32_t level, const struct piece *p,
			  size_t n)
{
	size_t base = m->stack.n, i;
	uint32_t next = 0;

	for (i = 0; i < n; i++) {
		if (p[i].start > next)
			dd_push_run(m, base, next, DD_PASS);
		dd_push_run(m, base, p[i].start, p[i].set);
		next = p[i].end;
	}
	if (next < m->width[level])
		dd_push_run(m, base, next, DD_PASS);
	return dd_close_node(m, level, base);
}

static struct parts join(struct dd *m, uint32_t level, pieces *p)
{
	VEC(struct dd_part) out = { 0 };
	struct parts r = { .known = true };
	size_t i, from;

	qsort(p->v, p->n, sizeof(*p->v), cmp_piece);
	for (from = 0; from < p->n; from = i) {
		struct dd_part part = { p->v[from].t, DD_PASS };

		for (i = from; i < p->n && p->v[i].t == part.t; i++)
			;
		part.set = join_pieces(m, level, p->v + from, i - from);
		vec_push(m->arena, &out, part);
	}
	dd_charge(m, p->n);
	r.v = out.v;
	r.n = out.n;
	return r;
}

static struct parts split_below(struct splitting *s, dd_ref f)
{
	struct parts r = { .known = true }, child;
	pieces p = { 0 };
	const struct dd_run *run;
	struct dd *m = s->m;
	struct dd_part *one;
	size_t i, k, n;

	if (f == DD_PASS || m->full)
		return r;
	if (dd_is_term(f)) {
		one = arena_new(m->arena, struct dd_part);
		*one = (struct dd_part){ dd_value(f), DD_TRUE };
		r.v = one;
		r.n = 1;
		return r;
	}
	if (s->of[f].known)
		return s->of[f];
	run = dd_runs(m, f, &n);
	for (i = 0; i < n && !m->full; i++) {
		child = split_below(s, run[i].child);
		for (k = 0; k < child.n; k++)
			vec_push(m->arena, &p, (struct piece){
				child.v[k].t, run[i].start,
				dd_run_end(m, dd_level(m, f), run, i, n),
				child.v[k].set });
	}
	if (!m->full && p.n)
		s->of[f] = join(m, dd_level(m, f), &p);
	return s->of[f];
}

const struct dd_part *dd_split(struct dd *m, dd_ref f, size_t *n)
{
	struct splitting s = { .m = m };
	struct parts r;

	s.of = arena_zalloc(m->arena, m->nodes.n + 1, sizeof(*s.of));
	r = split_below(&s, f);
	*n = m->full ? 0 : r.n;
	return r.v;
}

/* ---- the smallest cube ---- */

/*
 * What is known of a node: how many levels a cube inside needs, and which run to
 * take at its own level, or FREE.
 */
#define FREE 0u
#define NEVER 255u

static dd_ref pack(uint32_t cost, uint32_t choice)
{
	return dd_term(choice << 8 | cost);
}

struct smallest {
	struct dd *m;
	size_t steps;
};

/* where all children of a node hold */
static dd_ref meet(struct dd *m, const struct dd_run *run, size_t n)
{
	dd_ref r = DD_TRUE;
	size_t i;

	for (i = 0; i < n && r != DD_PASS; i++)
		r = dd_and(m, run[i].child, r);
	return r;
}

static uint32_t first_run(const struct dd_run *run)
{
	return run->child == DD_PASS ? 1 : 0;
}

static uint32_t cost_of(struct smallest *s, dd_ref f, uint32_t *choice)
{
	const struct dd_run *run;
	uint32_t cost, c, below;
	dd_ref known;
	size_t i, n;

	*choice = FREE;
	if (dd_is_term(f))
		return f == DD_PASS ? NEVER : 0;
	if (dd_memo_get(s->m, DD_OP_SMALLEST + 1, f, 0, &known)) {
		*choice = dd_value(known) >> 8;
		return dd_value(known) & 255;
	}
	run = dd_runs(s->m, f, &n);
	if (s->steps++ >= DD_SMALLEST_STEPS) {
		*choice = 1 + first_run(run);
		c = cost_of(s, run[*choice - 1].child, &below);
		return c + 1;
	}
	cost = cost_of(s, meet(s->m, run, n), &below);
	for (i = 0; i < n && cost > 1; i++) {
		if (run[i].child == DD_PASS)
			continue;
		c = 1 + cost_of(s, run[i].child, &below);
		if (c < cost) {
			cost = c;
			*choice = (uint32_t)i + 1;
		}
	}
	dd_memo_put(s->m, DD_OP_SMALLEST + 1, f, 0, pack(cost, *choice));
	return cost;
}

bool dd_smallest(struct dd *m, dd_ref set, uint32_t *atom, bool *fixed)
{
	struct smallest s = { .m = m };
	const struct dd_run *run;
	uint32_t level, choice;
	size_t n;

	for (level = 0; level < m->n_levels; level++) {
		atom[level] = m->width[level] - 1;
		fixed[level] = false;
	}
	while (!dd_is_term(set)) {
		level = dd_level(m, set);
		run = dd_runs(m, set, &n);
		cost_of(&s, set, &choice);
		if (choice == FREE) {
			set = meet(m, run, n);
			continue;
		}
		atom[level] = run[choice - 1].start;
		fixed[level] = true;
		set = run[choice - 1].child;
	}
	return set != DD_PASS;
}
