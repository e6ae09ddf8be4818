/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "cases.h"
#include "cases_int.h"
#include "verify.h"

/* ---- walking the diagrams of all classes at once ---- */

struct split {
	struct fate fate;
	struct atoms atoms;
};

typedef VEC(struct split) splits;

static unsigned int first_level(const struct dd *m, const struct fate *f)
{
	unsigned int level = SPACE_DIMS, c;

	for (c = 0; c < KCLASS_COUNT; c++)
		if (dd_level(m, f->ref[c]) < level)
			level = dd_level(m, f->ref[c]);
	return level;
}

/* what a diagram is from atom on, and where that ends */
static dd_ref child_at(const struct dd *m, dd_ref f, unsigned int level,
		       uint32_t atom, uint32_t *end)
{
	const struct dd_run *r;
	size_t n, i;

	if (dd_level(m, f) != level)
		return f;
	r = dd_runs(m, f, &n);
	for (i = n - 1; r[i].start > atom; i--)
		;
	if (i + 1 < n && r[i + 1].start < *end)
		*end = r[i + 1].start;
	return r[i].child;
}

static struct fate fate_at(const struct dd *m, const struct fate *f,
			   unsigned int level, uint32_t atom, uint32_t *end)
{
	struct fate child;
	unsigned int c;

	*end = dd_width(m, level);
	for (c = 0; c < KCLASS_COUNT; c++)
		child.ref[c] = child_at(m, f->ref[c], level, atom, end);
	return child;
}

static bool same_fate(const struct fate *a, const struct fate *b)
{
	return !memcmp(a->ref, b->ref, sizeof(a->ref));
}

static void add_atoms(struct arena *a, splits *out, const struct fate *f,
		      uint32_t lo, uint32_t hi)
{
	struct split fresh = { .fate = *f };
	struct atoms *to;
	size_t i;

	for (i = 0; i < out->n && !same_fate(&out->v[i].fate, f); i++)
		;
	if (i == out->n)
		vec_push(a, out, fresh);
	to = &out->v[i].atoms;
	vec_push(a, to, (struct dd_range){ lo, hi });
}

/* the atoms of a level by what is decided below them */
static void split_level(const struct cases_walk *w, const struct fate *f,
			unsigned int level, splits *out)
{
	uint32_t atom, end, width = dd_width(w->m, level);

	/* without the capability: cases.h */
	if (level == SPACE_CAP_SETUID || level == SPACE_CAP_SETGID)
		width = 1;
	for (atom = 0; atom < width; atom = end) {
		struct fate child = fate_at(w->m, f, level, atom, &end);

		add_atoms(w->arena, out, &child, atom, end - 1);
	}
}

static void add_term(struct cases_walk *w, const struct fate *f,
		     const struct term *t)
{
	struct leaf fresh = { .fate = *f };
	size_t i;

	for (i = 0; i < w->leaves.n && !same_fate(&w->leaves.v[i].fate, f);
	     i++)
		;
	if (i == w->leaves.n)
		vec_push(w->arena, &w->leaves, fresh);
	vec_push(w->arena, &w->leaves.v[i].terms, *t);
	w->n_terms++;
}

static void walk_level(struct cases_walk *w, const struct fate *f,
		       unsigned int end, struct term *t)
{
	unsigned int level = first_level(w->m, f);
	splits parts = { 0 };
	size_t i;

	if (w->n_terms > CASES_MAX_TERMS)
		return;
	if (level >= end) {
		add_term(w, f, t);
		return;
	}
	split_level(w, f, level, &parts);
	for (i = 0; i < parts.n; i++) {
		/* what is not looked at is no condition */
		if (parts.n > 1)
			t->dim[level] = parts.v[i].atoms;
		walk_level(w, &parts.v[i].fate, end, t);
	}
	t->dim[level] = (struct atoms){ 0 };
}

bool cases_walk(struct cases_walk *w, const struct fate *f, unsigned int end)
{
	struct term t = { 0 };

	memset(&w->leaves, 0, sizeof(w->leaves));
	w->n_terms = 0;
	walk_level(w, f, end, &t);
	return w->n_terms <= CASES_MAX_TERMS;
}

/* ---- one operation, and those with the same cases ---- */

struct operation {
	VEC(uint32_t) events;
	leaves files;		/* their fates: below the event */
};

struct listing {
	const struct policy *p;
	struct cases *out;
	struct cases_walk w;
	VEC(struct operation) operations;
};

static bool same_terms(const terms *a, const terms *b)
{
	size_t i;
	unsigned int d;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		for (d = 0; d < SPACE_DIMS; d++) {
			const struct atoms *x = &a->v[i].dim[d];
			const struct atoms *y = &b->v[i].dim[d];

			if (x->n != y->n || (x->n && memcmp(x->v, y->v, x->n *
							    sizeof(*x->v))))
				return false;
		}
	return true;
}

static bool same_leaves(const leaves *a, const leaves *b)
{
	size_t i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (!same_fate(&a->v[i].fate, &b->v[i].fate) ||
		    !same_terms(&a->v[i].terms, &b->v[i].terms))
			return false;
	return true;
}

/* what all files come to at one event */
static bool walk_event(struct listing *l, const struct fate *all,
		       uint32_t event)
{
	struct dd_range one = { event, event };
	dd_ref set = dd_ranges(l->w.m, SPACE_EVENT, &one, 1);
	struct fate f;
	unsigned int c;
	uint32_t end;
	size_t i;

	for (c = 0; c < KCLASS_COUNT; c++)
		f.ref[c] = dd_and(l->w.m, set, all->ref[c]);
	if (!cases_walk(&l->w, &f, SPACE_EVENT))
		return false;
	for (i = 0; i < l->w.leaves.n; i++) {
		struct leaf *leaf = &l->w.leaves.v[i];

		leaf->fate = fate_at(l->w.m, &leaf->fate, SPACE_EVENT, event,
				     &end);
	}
	return true;
}

static void add_event(struct listing *l, uint32_t event)
{
	struct operation fresh = { .files = l->w.leaves };
	bool text = cases_is_text(l->w.sp, event);
	size_t i;

	/* a text is no file, and stands in no row with some */
	for (i = 0; i < l->operations.n; i++) {
		const struct operation *op = &l->operations.v[i];

		if (cases_is_text(l->w.sp, op->events.v[0]) == text &&
		    same_leaves(&op->files, &l->w.leaves))
			break;
	}
	if (i == l->operations.n)
		vec_push(l->w.arena, &l->operations, fresh);
	vec_push(l->w.arena, &l->operations.v[i].events, event);
}

static bool list_operations(struct listing *l, const struct fate *all)
{
	uint32_t e, n = dd_width(l->w.m, SPACE_EVENT);

	for (e = 0; e < n; e++) {
		enum khook hook = space_event(l->w.sp, e).hook;

		if (!kmodel_may(&l->p->target, kmodel_hook(hook)))
			continue;
		if (!walk_event(l, all, e))
			return false;
		add_event(l, e);
	}
	return true;
}

/* ---- rows ---- */

static void add_row(struct listing *l, const char *operation,
		    const char *files, const struct leaf *subjects)
{
	struct decision_case row = { .operation = operation, .files = files };
	unsigned int c;

	for (c = 0; c < KCLASS_COUNT; c++)
		row.rule[c] = subjects->fate.ref[c] == DD_PASS ? CASE_NONE :
			dd_value(subjects->fate.ref[c]) - 1;
	row.subjects = cases_subjects(&l->w, &subjects->terms);
	vec_push(l->p->arena, &l->out->list, row);
}

static bool list_files(struct listing *l, const struct operation *op,
		       const char *name)
{
	bool text = cases_is_text(l->w.sp, op->events.v[0]);
	size_t i, j;

	for (i = 0; i < op->files.n; i++) {
		const struct leaf *leaf = &op->files.v[i];
		const char *files = text ? NULL :
				    cases_files(&l->w, &leaf->terms);

		if (!cases_walk(&l->w, &leaf->fate, SPACE_DIMS))
			return false;
		for (j = 0; j < l->w.leaves.n; j++)
			add_row(l, name, files, &l->w.leaves.v[j]);
		if (l->out->list.n > CASES_MAX)
			return false;
	}
	return true;
}

static bool list_all(struct listing *l, const struct fate *all)
{
	size_t i;

	if (!list_operations(l, all))
		return false;
	for (i = 0; i < l->operations.n; i++) {
		const struct operation *op = &l->operations.v[i];

		if (!list_files(l, op, cases_operation(&l->w, op->events.v,
						       op->events.n)))
			return false;
	}
	return true;
}

/* ---- rules that are one ---- */

struct alike {
	const struct policy *p;
	enum cases_by by;
	struct access_outcomes outcomes;
	uint32_t *outcome;	/* of each rule */
};

static void alike_init(struct alike *a, const struct policy *p,
		       enum cases_by by)
{
	size_t i;

	a->p = p;
	a->by = by;
	a->outcome = arena_zalloc(p->arena, p->rules.n + 1,
				  sizeof(*a->outcome));
	access_outcomes_init(&a->outcomes, p->arena);
	for (i = 0; i < p->rules.n; i++) {
		struct access_outcome x = access_rule_outcome(&p->rules.v[i].k);

		a->outcome[i] = access_outcome(&a->outcomes, &x);
	}
}

/* a terminal of policy_decider(): the first rule that is alike */
static uint32_t first_alike(void *arg, uint32_t t)
{
	const struct alike *a = arg;
	const struct policy_rule *rules = a->p->rules.v;
	size_t i;

	if (!t)
		return t;
	for (i = 0; i < t - 1; i++)
		if (rules[i].k.class == rules[t - 1].k.class &&
		    a->outcome[i] == a->outcome[t - 1] &&
		    (a->by == CASES_BY_OUTCOME ||
		     (rules[i].origin.src == rules[t - 1].origin.src &&
		      !span_cmp(rules[i].origin, rules[t - 1].origin))))
			break;
	return (uint32_t)i + 1;
}

/* ---- who decides ---- */

static uint32_t only_acting(void *arg, uint32_t t)
{
	const struct policy *p = arg;

	return t && !p->rules.v[t - 1].k.dont ? t : 0;
}

static uint32_t unless_later(uint32_t hash, uint32_t appraise)
{
	return appraise > hash ? 0 : hash;
}

/* an appraise rule that acts clears what a hash rule above it found */
static dd_ref decider(struct listing *l, unsigned int class)
{
	dd_ref who = policy_decider(l->p, l->w.sp, class), appraise;

	if (class != KCLASS_HASH)
		return who;
	appraise = dd_map(l->w.m, policy_decider(l->p, l->w.sp,
						 KCLASS_APPRAISE),
			  only_acting, (void *)(uintptr_t)l->p);
	return dd_combine(l->w.m, unless_later, who, appraise);
}

bool cases_list(const struct policy *p, enum cases_by by, struct cases *out,
		struct diags *ds)
{
	struct listing l = { .p = p, .out = out };
	struct alike alike;
	struct fate all;
	unsigned int c;
	bool fits;

	memset(out, 0, sizeof(*out));
	l.w.arena = p->arena;
	l.w.sp = space_new(p->arena, &p->target);
	policy_add(p, l.w.sp);
	space_finish(l.w.sp);
	l.w.m = space_dd(l.w.sp);
	alike_init(&alike, p, by);
	for (c = 0; c < KCLASS_COUNT; c++)
		all.ref[c] = dd_map(l.w.m, decider(&l, c), first_alike, &alike);
	fits = list_all(&l, &all);
	if (!verify_budget_ok(l.w.m, ds))
		return false;
	if (!fits)
		diag_note(ds, diag_add(ds, DIAG_TOO_LARGE, NO_SPAN,
				       "the policy has too many cases for a "
				       "picture"), NO_SPAN,
			  "`imapolc explain` answers for one access, whatever "
			  "the size");
	return fits;
}
