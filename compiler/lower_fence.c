/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fault.h"
#include "lower_int.h"

static enum low_result step(struct lowering *l)
{
	return ++l->steps > LOWER_MAX_STEPS ? LOW_GAVE_UP : LOW_OK;
}

bool lower_covered(struct lowering *l, const struct cell *c)
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

enum low_result lower_add_rule(struct lowering *l, const struct krule *conds,
			       const struct cell *box, struct maker m)
{
	struct ir_rule rule = { *conds, m.r->span, m.r->stmt,
				m.r->action_no };

	if (m.o->act ? !box_may_do(&l->boxes, conds) : !l->dont)
		return LOW_NEVER;
	if (l->rules.n - l->mark >= LOWER_MAX_RULES) {
		lower_note_crowd(l);
		return LOW_TOO_MANY;
	}
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

enum low_result lower_fence(struct lowering *l, const struct cell *f,
			    struct maker m)
{
	enum low_result res;
	struct maker inside;

	if (lower_covered(l, f) || fault_on(FENCE_LEFT_OUT))
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
	if (res != LOW_OK || lower_covered(l, f) || fault_on(FENCE_NOT_CLOSED))
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

		if (lower_covered(l, &p->box) && !l->force)
			continue;
		for (j = 0; res == LOW_OK && j < p->fences.n; j++)
			res = lower_fence(l, &p->fences.v[j], m);
		if (res == LOW_OK)
			res = lower_add_rule(l, &p->k, &p->box, m);
	}
	return res;
}

void lower_cut_back(struct lowering *l, size_t n)
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
		lower_cut_back(l, mark);
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
		lower_cut_back(l, mark);
	}
	res = lower_fence(l, &part, m);
	if (res == LOW_OK)
		return res;
	lower_cut_back(l, mark);
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
	    (lower_covered(l, &c) && !l->force) || needless(l, r, &c))
		return LOW_OK;
	for (j = 0; res == LOW_OK && j < left.n; j++)
		res = lower_exception(l, &c, &left.v[j], within, m);
	if (res == LOW_OK)
		res = lower_cell(l, &c, m);
	if (res == LOW_NEVER && !cell_within(pos, within)) {
		lower_cut_back(l, mark);
		res = lower_whole(l, r, pos);
	}
	return res;
}

enum low_result lower_region(struct lowering *l, const struct region *r,
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
