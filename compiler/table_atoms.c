/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "table_int.h"

/* ---- atoms ---- */

typedef VEC(const struct cell *) cell_ptrs;

/* the cells of all later statements that reach into the place */
static void collect_cells(struct table *t, cell_ptrs *out)
{
	size_t i, j;

	for (i = t->from; i < t->rs->n; i++) {
		const struct region *r = &t->rs->v[i];

		for (j = 0; j < r->pos.n; j++)
			if (cell_meets(t->arena, &r->pos.v[j], &t->place->box))
				vec_push(t->arena, out, &r->pos.v[j]);
		for (j = 0; j < r->neg.n; j++)
			if (cell_meets(t->arena, &r->neg.v[j], &t->place->box))
				vec_push(t->arena, out, &r->neg.v[j]);
	}
	for (i = 0; i < t->done.n; i++)
		vec_push(t->arena, out, &t->done.v[i]);
}

void table_note_done(struct table *t, const cells *done)
{
	size_t i;

	for (i = 0; i < done->n; i++) {
		if (!cell_meets(t->arena, &done->v[i], &t->place->box))
			continue;
		if (t->done.n == TABLE_MAX_DONE) {
			t->coarse = true;
			return;
		}
		vec_push(t->arena, &t->done, done->v[i]);
	}
}

static struct axis *new_axis(struct table *t, enum axis_kind kind, size_t dim)
{
	struct axis *x = &t->axes[t->n_axes++];

	memset(x, 0, sizeof(*x));
	x->kind = kind;
	x->dim = dim;
	return x;
}

static void event_axis(struct table *t)
{
	struct axis *x = new_axis(t, AXIS_EVENT, 0);
	uint32_t e;

	x->events = arena_zalloc(t->arena, 32, sizeof(*x->events));
	for (e = 1; e; e <<= 1)
		if (t->place->box.events & e)
			x->events[x->n++] = e;
}

static bool known_name(const struct axis *x, const char *name)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (!strcmp(x->names[i], name))
			return true;
	return false;
}

static bool name_axis(struct table *t, size_t dim, const cell_ptrs *cs)
{
	struct axis *x;
	size_t i, j;
	bool used = false;

	for (i = 0; i < cs->n && !used; i++)
		used = cs->v[i]->nom[dim] != NULL;
	if (!used || t->place->box.nom[dim])
		return true;
	x = new_axis(t, AXIS_NAME, dim);
	x->names = arena_zalloc(t->arena, MAX_ATOMS, sizeof(*x->names));
	for (i = 0; i < cs->n; i++) {
		const struct nset *s = cs->v[i]->nom[dim];

		for (j = 0; s && j < s->n; j++) {
			if (known_name(x, s->v[j]))
				continue;
			if (x->n == MAX_ATOMS - 1)
				return false;
			x->names[x->n++] = s->v[j];
		}
	}
	x->n++;
	return true;
}

typedef VEC(uint64_t) cuts;

static void cut(struct table *t, cuts *c, uint64_t at)
{
	size_t i;

	for (i = 0; i < c->n && c->v[i] < at; i++)
		;
	if (i < c->n && c->v[i] == at)
		return;
	vec_push(t->arena, c, at);
	memmove(&c->v[i + 1], &c->v[i], (c->n - 1 - i) * sizeof(*c->v));
	c->v[i] = at;
}

#define SINGLES 16	/* the inside of a short range is told apart, too */

static void cut_interval(struct table *t, cuts *c, struct interval v,
			 bool one_by_one)
{
	struct kid unused;
	uint64_t id;

	cut(t, c, v.lo);
	cut(t, c, (uint64_t)v.hi + 1);
	if (v.hi - v.lo < SINGLES)
		for (id = v.lo; id <= v.hi; id++)
			cut(t, c, id);
	else if (!box_kid(v.lo, v.hi, false, &unused))
		t->coarse |= one_by_one;
}

static void cut_set(struct table *t, cuts *c, const struct iset *s,
		    bool effective)
{
	size_t i;

	for (i = 0; s && i < s->n; i++)
		cut_interval(t, c, s->v[i], effective || !t->dont);
}

static void cut_eff(struct table *t, cuts *c, const struct eset *e)
{
	size_t i;

	for (i = 0; e && i < e->n; i++)
		cut_set(t, c, e->pos[i], true);
	if (e)
		cut_set(t, c, e->none, true);
}

static bool intervals(struct table *t, struct axis *x, const cuts *c)
{
	size_t i;

	if (c->n > MAX_ATOMS)
		return false;
	x->ivs = arena_zalloc(t->arena, c->n, sizeof(*x->ivs));
	for (i = 0; i + 1 < c->n; i++)
		x->ivs[x->n_ivs++] = (struct interval){
			(uint32_t)c->v[i], (uint32_t)(c->v[i + 1] - 1) };
	return true;
}

/* all sets of one to three pieces */
static bool piece_sets(struct table *t, struct axis *x)
{
	size_t m = x->n_ivs, i, j, k, max = m + m * m + m * m * m;

	if (m > 64)
		return false;
	x->sets = arena_zalloc(t->arena, max, sizeof(*x->sets));
	for (i = 0; i < m; i++) {
		x->sets[x->n].piece[0] = (uint16_t)i;
		x->sets[x->n++].n = 1;
		for (j = i + 1; j < m; j++) {
			x->sets[x->n].piece[0] = (uint16_t)i;
			x->sets[x->n].piece[1] = (uint16_t)j;
			x->sets[x->n++].n = 2;
			for (k = j + 1; k < m; k++) {
				x->sets[x->n].piece[0] = (uint16_t)i;
				x->sets[x->n].piece[1] = (uint16_t)j;
				x->sets[x->n].piece[2] = (uint16_t)k;
				x->sets[x->n++].n = 3;
			}
		}
	}
	return true;
}

static bool id_axes(struct table *t, size_t dim, const cell_ptrs *cs)
{
	bool real = false, eff = false;
	struct axis *x;
	cuts c = { 0 };
	size_t i;

	for (i = 0; i < cs->n; i++) {
		real |= cs->v[i]->num[dim] != NULL;
		eff |= dim < EFF_DIMS && cs->v[i]->eff[dim];
	}
	if (!real && !eff)
		return true;
	cut(t, &c, 0);
	cut(t, &c, (uint64_t)KID_MAX + 1);
	for (i = 0; i < cs->n; i++) {
		cut_set(t, &c, cs->v[i]->num[dim], false);
		if (dim < EFF_DIMS)
			cut_eff(t, &c, cs->v[i]->eff[dim]);
	}
	if (real) {
		x = new_axis(t, AXIS_NUM, dim);
		if (!intervals(t, x, &c))
			return false;
		x->n = x->n_ivs;
	}
	if (eff) {
		x = new_axis(t, AXIS_EFF, dim);
		if (!intervals(t, x, &c) || !piece_sets(t, x))
			return false;
	}
	return true;
}

static bool make_axes(struct table *t, const cell_ptrs *cs)
{
	size_t d, i;

	event_axis(t);
	for (d = 0; d < NOM_DIMS; d++)
		if (!name_axis(t, d, cs))
			return false;
	for (d = 0; d < NUM_DIMS; d++)
		if (!id_axes(t, d, cs))
			return false;
	t->n_cells = 1;
	for (i = 0; i < t->n_axes; i++) {
		t->axes[i].stride = t->n_cells;
		t->n_cells *= t->axes[i].n;
		if (t->n_cells > TABLE_MAX_CELLS)
			return false;
	}
	t->n_words = (t->n_cells + 63) / 64;
	return true;
}

/* ---- what one cell of the table is ---- */

static size_t atom_of(const struct axis *x, size_t cell)
{
	return cell / x->stride % x->n;
}

static bool interval_in(struct interval v, const struct iset *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (v.lo >= s->v[i].lo && v.hi <= s->v[i].hi)
			return true;
	return false;
}

static bool some_in(const struct axis *x, size_t atom, const struct iset *s)
{
	size_t i;

	for (i = 0; i < x->sets[atom].n; i++)
		if (interval_in(x->ivs[x->sets[atom].piece[i]], s))
			return true;
	return false;
}

static bool eff_in(const struct axis *x, size_t atom, const struct eset *e)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (!some_in(x, atom, e->pos[i]))
			return false;
	return !e->none || !some_in(x, atom, e->none);
}

static bool other_in(const struct nset *s, const char *name)
{
	return name ? nset_has(s, name) : s->negated;
}

static bool atom_in(const struct axis *x, size_t atom, const struct cell *c)
{
	switch (x->kind) {
	case AXIS_EVENT:
		return (c->events & x->events[atom]) != 0;
	case AXIS_NAME:
		return !c->nom[x->dim] ||
		       other_in(c->nom[x->dim], x->names[atom]);
	case AXIS_NUM:
		return !c->num[x->dim] ||
		       interval_in(x->ivs[atom], c->num[x->dim]);
	case AXIS_EFF:
		return !c->eff[x->dim] || eff_in(x, atom, c->eff[x->dim]);
	}
	return false;
}

bool table_cell_in(const struct table *t, size_t n, const struct cell *c)
{
	size_t i;

	for (i = 0; i < t->n_axes; i++)
		if (!atom_in(&t->axes[i], atom_of(&t->axes[i], n), c))
			return false;
	return true;
}

/*
 * Several effective ids come only with the capability, and then the real id
 * is one of them.
 */
static bool feasible(const struct table *t, size_t n)
{
	size_t i, j, p;

	for (i = 0; i < t->n_axes; i++) {
		const struct axis *e = &t->axes[i];
		size_t ea = e->kind == AXIS_EFF ? atom_of(e, n) : 0;

		if (e->kind != AXIS_EFF || e->sets[ea].n == 1)
			continue;
		for (j = 0; j < t->n_axes; j++) {
			const struct axis *u = &t->axes[j];
			bool in = false;

			if (u->kind != AXIS_NUM || u->dim != e->dim)
				continue;
			for (p = 0; p < e->sets[ea].n; p++)
				in |= e->sets[ea].piece[p] == atom_of(u, n);
			if (!in)
				return false;
		}
	}
	return true;
}

size_t table_decider(const struct table *t, size_t n)
{
	size_t i, j;

	for (i = t->from; i < t->rs->n; i++) {
		const struct region *r = &t->rs->v[i];
		bool in = false;

		for (j = 0; j < r->pos.n && !in; j++)
			in = cell_meets(t->arena, &r->pos.v[j],
					&t->place->box) &&
			     table_cell_in(t, n, &r->pos.v[j]);
		for (j = 0; j < r->neg.n && in; j++)
			in = !cell_meets(t->arena, &r->neg.v[j],
					 &t->place->box) ||
			     !table_cell_in(t, n, &r->neg.v[j]);
		if (in)
			return i;
	}
	return SIZE_MAX;
}

static uint16_t outcome_no(struct table *t, size_t region)
{
	const struct outcome *o;
	size_t i;

	if (region == SIZE_MAX)
		return 0;
	o = &t->rs->v[region].outcome;
	if (outcome_equal(o, &outcome_nothing))
		return 0;
	for (i = 0; i < t->outcomes.n; i++)
		if (outcome_equal(o, &t->rs->v[t->outcomes.v[i]].outcome))
			return (uint16_t)(i + 1);
	vec_push(t->arena, &t->outcomes, region);
	return (uint16_t)t->outcomes.n;
}

static bool is_done(const struct table *t, size_t n)
{
	size_t i;

	for (i = 0; i < t->done.n; i++)
		if (table_cell_in(t, n, &t->done.v[i]))
			return true;
	return false;
}

static void fill(struct table *t)
{
	size_t n;

	t->want = arena_zalloc(t->arena, t->n_cells, sizeof(*t->want));
	t->care = arena_zalloc(t->arena, t->n_words, sizeof(*t->care));
	t->must = arena_zalloc(t->arena, t->n_words, sizeof(*t->must));
	for (n = 0; n < t->n_cells; n++) {
		size_t by;

		if (!feasible(t, n) || is_done(t, n))
			continue;
		by = table_decider(t, n);
		t->want[n] = outcome_no(t, by);
		t->care[n / 64] |= 1ull << (n % 64);
		if (by == t->from)
			t->must[n / 64] |= 1ull << (n % 64);
	}
}

bool table_fill(struct table *t)
{
	cell_ptrs cs = { 0 };

	collect_cells(t, &cs);
	if (!make_axes(t, &cs))
		return false;
	fill(t);
	return true;
}
