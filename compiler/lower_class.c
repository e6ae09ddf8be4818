/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "lower_int.h"
#include "table.h"

/* ---- the search ---- */

static enum low_result solve_place(struct lowering *l, const struct piece *p,
				   size_t *stuck)
{
	const struct region *home = &l->rs->v[l->cur];
	const struct table_task task = {
		.rs = l->rs, .from = l->cur, .place = p, .done = &l->covered,
		.dont = l->dont,
	};
	table_rules found = { 0 };
	enum low_result res = LOW_OK;
	size_t i;

	switch (table_solve(&l->boxes, &task, &found, stuck)) {
	case TABLE_OK:
		break;
	case TABLE_NEVER:
		return LOW_NEVER;
	case TABLE_TOO_LARGE:
		return LOW_GAVE_UP;
	}
	for (i = 0; res == LOW_OK && i < found.n; i++) {
		const struct table_rule *t = &found.v[i];
		struct maker m = { &outcome_nothing, home };

		if (t->region != SIZE_MAX)
			m = (struct maker){ &l->rs->v[t->region].outcome,
					    &l->rs->v[t->region] };
		res = lower_add_rule(l, &t->k, &t->box, m);
	}
	return res;
}

/* the box around a cell that leaves the ids, and maybe the hook, to the search */
static enum low_result search_around(struct lowering *l, const struct cell *c,
				     bool all_events, size_t *stuck)
{
	struct maker m = { &outcome_nothing, &l->rs->v[l->cur] };
	struct cell hull = *c;
	enum low_result res = LOW_OK;
	enum box_result box;
	pieces ps;
	size_t i, j;

	memset(hull.num, 0, sizeof(hull.num));
	memset(hull.eff, 0, sizeof(hull.eff));
	for (i = 0; i < NOM_DIMS; i++)
		if (hull.nom[i] && (hull.nom[i]->negated || hull.nom[i]->n > 1))
			hull.nom[i] = NULL;
	if (all_events)
		hull.events = l->renv->universe;
	box = box_pieces(&l->boxes, &hull, 0, &ps);
	if (box != BOX_OK)
		return box == BOX_NEVER ? LOW_NEVER : LOW_TOO_MANY;
	for (i = 0; res == LOW_OK && i < ps.n; i++) {
		for (j = 0; res == LOW_OK && j < ps.v[i].fences.n; j++)
			res = lower_fence(l, &ps.v[i].fences.v[j], m);
		if (res == LOW_OK)
			res = solve_place(l, &ps.v[i], stuck);
	}
	return res;
}

/* last resort: all of the class in one table */
static enum low_result search_all(struct lowering *l, size_t *stuck)
{
	struct piece p;

	memset(&p, 0, sizeof(p));
	krule_init(&p.k, l->boxes.class, false);
	cell_all(&p.box, l->renv->universe);
	return solve_place(l, &p, stuck);
}

static void rewind_to(struct lowering *l, size_t mark)
{
	lower_cut_back(l, mark);
	l->mark = mark;
	l->steps = 0;
	l->depth = 0;
	l->nest = 0;
}

static enum low_result search_region(struct lowering *l, bool all_events,
				     size_t *stuck)
{
	const struct region *r = &l->rs->v[l->cur];
	enum low_result res = LOW_OK;
	size_t i;

	for (i = 0; res == LOW_OK && i < r->pos.n; i++)
		if (!lower_covered(l, &r->pos.v[i]))
			res = search_around(l, &r->pos.v[i], all_events,
					    stuck);
	return res;
}

/* ---- classes ---- */

/* an appraise rule works at load time even when it decides nothing */
static enum low_result add_effects(struct lowering *l, const struct cell *all)
{
	const struct region *r = &l->rs->v[l->cur];
	unsigned int have = 0;
	enum low_result res;
	size_t i;

	if (!r->loads)
		return LOW_OK;
	for (i = 0; i < l->rules.n; i++)
		have |= krule_effects(&l->rules.v[i].k);
	if (!(r->loads & ~have))
		return LOW_OK;
	l->force = true;
	res = lower_region(l, r, all);
	l->force = false;
	for (i = 0; i < l->rules.n; i++)
		have |= krule_effects(&l->rules.v[i].k);
	if (res == LOW_OK && (r->loads & ~have))
		lower_say_never_matches(l);
	return res;
}

/* the ways to lay boxes, each better for some statements */
static const struct {
	bool exact_ids;
	enum box_holes holes;
} ways[] = {
	{ false, BOX_HOLES_FEWER }, { false, BOX_HOLES_EAGER },
	{ true, BOX_HOLES_EAGER }, { true, BOX_HOLES_NEVER },
};

/* does it matter for the statement which way is taken? */
static bool has_ranges(const struct lowering *l)
{
	const struct region *r = &l->rs->v[l->cur];
	size_t i, d;

	if (r->neg.n)
		return true;
	for (i = 0; i < r->pos.n; i++)
		for (d = 0; d < NUM_DIMS; d++)
			if (r->pos.v[i].num[d] || (d < EFF_DIMS &&
						   r->pos.v[i].eff[d]))
				return true;
	return false;
}

/* fewer rules are better; of as many, those that settle later statements, too */
static size_t price(const struct lowering *l)
{
	size_t i, own = 0;

	for (i = l->mark; i < l->rules.n; i++)
		own += l->rules.v[i].stmt == l->rs->v[l->cur].stmt;
	return (l->rules.n - l->mark) * 2 * LOWER_MAX_RULES + own;
}

static enum low_result lower_one_way(struct lowering *l, size_t mark,
				     size_t way)
{
	struct cell all;

	cell_all(&all, l->renv->universe);
	rewind_to(l, mark);
	l->boxes.exact_ids = ways[way].exact_ids;
	l->boxes.holes = ways[way].holes;
	return lower_region(l, &l->rs->v[l->cur], &all);
}

/* boxes and fences, laid the best way */
static enum low_result lower_boxes(struct lowering *l)
{
	size_t n = has_ranges(l) ? sizeof(ways) / sizeof(ways[0]) : 1;
	size_t mark = l->rules.n, best = n, best_price = SIZE_MAX, i;
	enum low_result res = LOW_NEVER;

	for (i = 0; i < n; i++) {
		enum low_result r = lower_one_way(l, mark, i);

		if (r != LOW_OK && res == LOW_NEVER)
			res = r;
		if (r != LOW_OK)
			continue;
		res = LOW_OK;
		if (price(l) < best_price) {
			best = i;
			best_price = price(l);
		}
		/* it does not get better than one rule */
		if (l->rules.n - mark <= 1)
			break;
	}
	/* what stands there is the last way that was tried */
	if (best < n && best != i && best != n - 1)
		return lower_one_way(l, mark, best);
	return res;
}

/*
 * No mask test cuts the events of the statement at hand, and rules that name
 * its hooks are not kept back for their load-time effects.
 */
static bool whole_hooks(const struct lowering *l)
{
	const struct region *r = &l->rs->v[l->cur];
	size_t i;

	if (r->class == KCLASS_APPRAISE)
		return false;
	for (i = 0; i < r->pos.n; i++) {
		uint32_t file = r->pos.v[i].events & EVENT_FILE_ALL;

		if (file && file != EVENT_FILE_ALL)
			return false;
	}
	return true;
}

/*
 * Boxes and fences first; then the search, near and then wide. A place whose
 * table has no order proves that there is none, if every rule that reaches into
 * it is like one of its own: where all events are in it, or whole hooks.
 */
static enum low_result lower_somehow(struct lowering *l, size_t *stuck)
{
	size_t mark = l->rules.n;
	enum low_result res = lower_boxes(l), again;
	int wide;

	if (res == LOW_OK)
		return LOW_OK;
	l->fenced = true;
	for (wide = 0; wide <= 1; wide++) {
		rewind_to(l, mark);
		*stuck = SIZE_MAX;
		again = search_region(l, wide, stuck);
		if (again == LOW_OK ||
		    (again == LOW_NEVER && *stuck != SIZE_MAX &&
		     (wide || whole_hooks(l))))
			return again;
	}
	rewind_to(l, mark);
	again = search_all(l, stuck);
	if (again == LOW_OK || again == LOW_NEVER)
		return again;
	return res == LOW_TOO_MANY ? LOW_TOO_MANY : LOW_GAVE_UP;
}

/* would it come out if the class had a dont_ form? */
static bool wants_dont(struct lowering *l)
{
	size_t mark = l->rules.n, stuck;
	bool ok;

	if (l->dont)
		return false;
	l->dont = true;
	ok = lower_somehow(l, &stuck) == LOW_OK;
	l->dont = false;
	rewind_to(l, mark);
	return ok;
}

static void say_why(struct lowering *l, enum low_result res, size_t stuck)
{
	bool dont = wants_dont(l);

	if (res == LOW_NEVER || dont)
		lower_say_never(l, stuck, dont);
	else if (res == LOW_TOO_MANY)
		lower_say_too_many(l);
	else
		lower_say_gave_up(l);
}

static bool lower_statement(struct lowering *l)
{
	size_t mark = l->rules.n, stuck = SIZE_MAX;
	enum low_result res;
	struct cell all;

	cell_all(&all, l->renv->universe);
	l->crowd = NULL;
	res = lower_somehow(l, &stuck);
	if (res == LOW_OK)
		res = add_effects(l, &all);
	if (res == LOW_OK)
		return true;
	rewind_to(l, mark);
	l->limits += res != LOW_NEVER;
	say_why(l, res, stuck);
	return false;
}

static bool dont_exists(const struct ktarget *t, enum kclass c)
{
	return kmodel_has(t, kmodel_action(c, true)).verdict != KV_ABSENT;
}

bool lower_class(struct region_env *renv, enum kclass class,
		 const regions *rs, struct ir *out, bool *fenced)
{
	struct lowering l = { .renv = renv, .arena = renv->arena,
			      .diags = renv->diags, .rs = rs,
			      .dont = dont_exists(renv->target, class) };
	bool ok = true;
	size_t i;

	box_env_init(&l.boxes, renv, class);
	typed_init(&l.covered_by, l.arena);
	typed_init(&l.regions_by, l.arena);
	for (i = 0; i < rs->n; i++) {
		l.boxes.effects |= rs->v[i].loads;
		typed_add_cells(&l.regions_by, &rs->v[i].pos, i);
	}
	/* where the caps are met again and again, the rest would take long */
	for (l.cur = 0; l.cur < rs->n && l.limits < LOWER_MAX_LIMITS; l.cur++)
		ok &= lower_statement(&l);
	for (i = 0; i < l.rules.n; i++)
		vec_push(out->arena, &out->rules, l.rules.v[i]);
	*fenced = l.fenced;
	return ok;
}
