/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fault.h"
#include "lower_int.h"
#include "table.h"

static enum low_result step(struct lowering *l)
{
	return ++l->steps > LOWER_MAX_STEPS ? LOW_GAVE_UP : LOW_OK;
}

/* some rule before takes all of c */
static bool covered(struct lowering *l, const struct cell *c)
{
	struct typed_iter it = typed_from(&l->covered_by, c, 0);
	size_t i;

	while ((i = typed_next(&it)) != SIZE_MAX) {
		l->steps++;
		if (cell_within(c, &l->covered.v[i]))
			return true;
	}
	return fault_on(DEAD_TOO_EAGER) && l->covered.n > 2;
}

static void set_outcome(struct krule *k, const struct outcome *o)
{
	k->dont = !o->act;
	k->verity = o->verity;
	k->directio = o->directio && !fault_on(DIRECTIO_LOST);
	k->blacklist = o->blacklist;
	k->sig = o->sig;
	k->pcr = o->pcr;
	k->template = o->template;
	k->algos = fault_on(ALGOS_LOST) ? 0 : o->algos;
}

/* what the rules of an outcome are laid to */
struct maker {
	const struct outcome *o;
	const struct region *r;
};

static enum low_result add_rule(struct lowering *l, const struct krule *conds,
				const struct cell *box, struct maker m)
{
	struct ir_rule rule = { *conds, m.r->span, m.r->stmt,
				m.r->action_no };

	if (m.o->act ? !box_may_do(&l->boxes, conds) : !l->dont)
		return LOW_NEVER;
	if (l->rules.n - l->mark >= LOWER_MAX_RULES)
		return LOW_TOO_MANY;
	set_outcome(&rule.k, m.o);
	vec_push(l->arena, &l->rules, rule);
	typed_add(&l->covered_by, box, l->covered.n);
	vec_push(l->arena, &l->covered, *box);
	return LOW_OK;
}

/* ---- what the statements say of a cell as a whole ---- */

enum hold { HOLD_NONE, HOLD_PART, HOLD_ALL };

static bool any_within(const cells *cs, const struct cell *c)
{
	size_t i;

	for (i = 0; i < cs->n; i++)
		if (cell_within(c, &cs->v[i]))
			return true;
	return false;
}

static bool any_meets(struct lowering *l, const cells *cs, const struct cell *c)
{
	size_t i;

	for (i = 0; i < cs->n; i++)
		if (cell_meets(l->arena, c, &cs->v[i]))
			return true;
	return false;
}

static enum hold region_hold(struct lowering *l, const struct region *r,
			     const struct cell *c)
{
	if (!any_meets(l, &r->pos, c) || any_within(&r->neg, c))
		return HOLD_NONE;
	if (any_within(&r->pos, c) && !any_meets(l, &r->neg, c))
		return HOLD_ALL;
	return HOLD_PART;
}

/*
 * What the statements from a number on say of c; false: parts of c have
 * different outcomes.
 */
static bool uniform_from(struct lowering *l, size_t from, const struct cell *c,
			 struct maker *out)
{
	struct typed_iter it = typed_from(&l->regions_by, c, from);
	bool have = false;
	size_t i;

	while ((i = typed_next(&it)) != SIZE_MAX) {
		const struct region *r = &l->rs->v[i];
		enum hold h = region_hold(l, r, c);

		l->steps++;
		if (h == HOLD_NONE)
			continue;
		if (have && !outcome_equal(out->o, &r->outcome))
			return fault_on(UNIFORM_TOO_EAGER);
		if (!have)
			*out = (struct maker){ &r->outcome, r };
		have = true;
		if (h == HOLD_ALL)
			return true;
	}
	if (have)
		return outcome_equal(out->o, &outcome_nothing);
	*out = (struct maker){ &outcome_nothing, &l->rs->v[l->cur] };
	return true;
}

static bool uniform(struct lowering *l, const struct cell *c, struct maker *out)
{
	return uniform_from(l, l->cur, c, out);
}

/* c is exempt by r, and without r nothing would be done there either */
static bool needless(struct lowering *l, const struct region *r,
		     const struct cell *c)
{
	size_t next = (size_t)(r - l->rs->v) + 1;
	struct maker m;

	return outcome_equal(&r->outcome, &outcome_nothing) &&
	       uniform_from(l, next, c, &m) && outcome_equal(m.o, &outcome_nothing);
}

/* ---- boxes and fences ---- */

static enum low_result lower_part(struct lowering *l, const struct cell *c);
static enum low_result lower_cell(struct lowering *l, const struct cell *c,
				  struct maker m);

/*
 * An exception of a statement about a user (by real or effective id) holds for
 * both: without the ids, one fence serves both, where nothing else is meant by
 * the statements there.
 */
static void widen(struct lowering *l, struct cell *f)
{
	size_t i;

	for (i = 0; i < EFF_DIMS; i++) {
		struct cell g = *f;
		struct maker m;

		if (!g.num[i] && !g.eff[i])
			continue;
		g.num[i] = NULL;
		g.eff[i] = NULL;
		if (uniform(l, &g, &m) && outcome_equal(m.o, &outcome_nothing))
			*f = g;
	}
}

/* see to it that f is decided as the statements say, before m covers it */
static enum low_result lower_fence(struct lowering *l, const struct cell *f,
				   struct maker m)
{
	enum low_result res;
	struct maker inside;

	if (covered(l, f) || fault_on(FENCE_LEFT_OUT))
		return LOW_OK;
	if (step(l) != LOW_OK || l->nest >= LOWER_MAX_NEST)
		return LOW_GAVE_UP;
	l->fenced = true;
	if (uniform(l, f, &inside)) {
		struct cell wide = *f;

		if (outcome_equal(inside.o, m.o))
			return LOW_OK;
		if (!inside.o->act) {
			inside.r = m.r;
			widen(l, &wide);
		}
		return lower_cell(l, &wide, inside);
	}
	l->nest++;
	res = fault_on(FENCE_WITHOUT_REST) ? LOW_OK : lower_part(l, f);
	l->nest--;
	if (res != LOW_OK || covered(l, f) || fault_on(FENCE_NOT_CLOSED))
		return res;
	return lower_cell(l, f, (struct maker){ &outcome_nothing, m.r });
}

static enum low_result lower_pieces(struct lowering *l, const pieces *ps,
				    struct maker m)
{
	enum low_result res = LOW_OK;
	size_t i, j;

	for (i = 0; res == LOW_OK && i < ps->n; i++) {
		struct piece *p = &ps->v[i];

		if (covered(l, &p->box) && !l->force)
			continue;
		for (j = 0; res == LOW_OK && j < p->fences.n; j++)
			res = lower_fence(l, &p->fences.v[j], m);
		if (res == LOW_OK)
			res = add_rule(l, &p->k, &p->box, m);
	}
	return res;
}

/* undo what was made since there were n rules */
static void cut_back(struct lowering *l, size_t n)
{
	l->rules.n = n;
	l->covered.n = n;
	typed_rewind(&l->covered_by, n);
}

/* a cell whose own fences lead back to it cannot be laid this way */
static bool in_progress(const struct lowering *l, const struct cell *c)
{
	size_t i;

	for (i = 0; i < l->depth; i++)
		if (cell_within(c, l->open[i]))
			return true;
	return false;
}

static enum low_result lower_cell(struct lowering *l, const struct cell *c,
				  struct maker m)
{
	enum low_result res = LOW_NEVER;
	enum box_result box;
	size_t mark = l->rules.n, choice;
	pieces ps;

	if ((!m.o->act && !l->dont) || in_progress(l, c))
		return LOW_NEVER;
	if (l->depth > LOWER_MAX_DEPTH)
		return LOW_GAVE_UP;
	l->open[l->depth++] = c;
	for (choice = 0; res == LOW_NEVER; choice++) {
		box = box_pieces(&l->boxes, c, choice, &ps);
		if (box == BOX_NEVER)
			break;
		cut_back(l, mark);
		res = box == BOX_TOO_MANY ? LOW_TOO_MANY : step(l);
		if (res == LOW_OK)
			res = lower_pieces(l, &ps, m);
	}
	l->depth--;
	return res;
}

/* exceptions that cut one dimension only become part of the cell */
static bool fold_exceptions(struct lowering *l, const struct region *r,
			    struct cell *c, cells *left)
{
	struct cell folded;
	bool empty;
	size_t i;

	for (i = 0; i < r->neg.n; i++) {
		if (!cell_meets(l->arena, c, &r->neg.v[i]) ||
		    fault_on(EXCEPTION_IGNORED))
			continue;
		if (!cell_fold(l->arena, c, &r->neg.v[i], &folded, &empty))
			vec_push(l->arena, left, r->neg.v[i]);
		else if (empty)
			return false;
		else
			*c = folded;
	}
	return true;
}

/* as a rule for all of it, wider than asked, where that comes out no different */
static enum low_result lower_whole(struct lowering *l, const struct region *r,
				   const struct cell *whole)
{
	struct maker m;

	if (!uniform(l, whole, &m) || !outcome_equal(m.o, &r->outcome))
		return LOW_NEVER;
	l->fenced = true;
	return lower_cell(l, whole, (struct maker){ &r->outcome, r });
}

/*
 * An exception of several dimensions: all of it, where nothing else is said
 * there, so that one fence serves all cells of the statement; else its part in
 * c. Where that cannot be laid (it may test an id that c tests, too), all of it
 * again.
 */
static enum low_result lower_exception(struct lowering *l, const struct cell *c,
				       const struct cell *neg,
				       const struct cell *within,
				       struct maker m)
{
	size_t mark = l->rules.n;
	struct cell part, whole;
	enum low_result res;
	struct maker what;

	if (!cell_and(l->arena, neg, c, &part) ||
	    !cell_and(l->arena, neg, within, &whole))
		return LOW_OK;
	/* an exception without operations has those of its statement */
	whole.events &= c->events;
	if (m.r->pos.n > 1 && uniform(l, &whole, &what) && !what.o->act) {
		res = lower_fence(l, &whole, m);
		if (res == LOW_OK)
			return res;
		cut_back(l, mark);
	}
	res = lower_fence(l, &part, m);
	if (res == LOW_OK)
		return res;
	cut_back(l, mark);
	return lower_fence(l, &whole, m);
}

static enum low_result lower_pos(struct lowering *l, const struct region *r,
				 const struct cell *pos,
				 const struct cell *within)
{
	struct maker m = { &r->outcome, r };
	enum low_result res = LOW_OK;
	size_t mark = l->rules.n, j;
	cells left = { 0 };
	struct cell c;

	if (!cell_meets(l->arena, pos, within) ||
	    !cell_and(l->arena, pos, within, &c) ||
	    !fold_exceptions(l, r, &c, &left) ||
	    (covered(l, &c) && !l->force) || needless(l, r, &c))
		return LOW_OK;
	for (j = 0; res == LOW_OK && j < left.n; j++)
		res = lower_exception(l, &c, &left.v[j], within, m);
	if (res == LOW_OK)
		res = lower_cell(l, &c, m);
	if (res == LOW_NEVER && !cell_within(pos, within)) {
		cut_back(l, mark);
		res = lower_whole(l, r, pos);
	}
	return res;
}

static enum low_result lower_region(struct lowering *l, const struct region *r,
				    const struct cell *within)
{
	enum low_result res = LOW_OK;
	size_t i;

	for (i = 0; res == LOW_OK && i < r->pos.n; i++) {
		res = step(l);
		if (res == LOW_OK)
			res = lower_pos(l, r, &r->pos.v[i], within);
	}
	return res;
}

/* everything that is not done yet, where it lies in c */
static enum low_result lower_part(struct lowering *l, const struct cell *c)
{
	struct typed_iter it = typed_from(&l->regions_by, c, l->cur);
	enum low_result res = LOW_OK;
	size_t i;

	while (res == LOW_OK && (i = typed_next(&it)) != SIZE_MAX)
		res = lower_region(l, &l->rs->v[i], c);
	return res;
}

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
		res = add_rule(l, &t->k, &t->box, m);
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
	cut_back(l, mark);
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
		if (!covered(l, &r->pos.v[i]))
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
