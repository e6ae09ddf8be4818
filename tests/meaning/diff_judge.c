/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "diff_judge.h"
#include "point.h"
#include "util.h"

#define FILLINGS 24
#define POINTS 100

/* ---- saying what is wrong ---- */

static bool good(const struct diff_judge *j)
{
	return !j->wrong.len;
}

static void wrong_at(struct diff_judge *j, const char *what, enum kclass c,
		     const struct differing_at *at, const struct kaccess *a,
		     const struct difference_entry *e)
{
	if (!good(j))
		return;
	buf_printf(&j->wrong, "%s\n", what);
	if (a) {
		buf_puts(&j->wrong, "at ");
		baccess_print(&j->wrong, a);
		buf_putc(&j->wrong, '\n');
	}
	if (at)
		differing_print(&j->wrong, c, at);
	if (!e)
		return;
	buf_printf(&j->wrong, "entry %zu: ",
		   (size_t)(e - j->said->entries.v));
	differing_print_kinds(&j->wrong, e->kinds);
	buf_printf(&j->wrong, "; rules %zu and %zu, flags %u and %u\nof ",
		   e->old.rule, e->new.rule, e->old.flags, e->new.flags);
	witness_describe(j->said->space, &e->witness, &j->wrong);
	buf_putc(&j->wrong, '\n');
}

/* ---- one entry at one access ---- */

static bool same_outcome(const struct access_outcome *x,
			 const struct boutcome *y)
{
	struct boutcome o = { x->acts, x->pcr, x->template, x->verity,
			      x->directio, x->sig, x->algos };

	return boutcome_equal(&o, y);
}

static bool side_right(const struct diff_judge *j, int s,
		       const struct difference_side *side,
		       const struct differing_side *is)
{
	size_t statement = side->rule;

	if (statement != DIFFERENCE_NONE) {
		if (statement >= j->brute->policy[s]->rules.n)
			return false;
		statement = j->brute->statement[s][statement];
	}
	return statement == is->statement &&
	       same_outcome(&side->outcome, &is->outcome);
}

/* what is said to stay with a file does, and is what differs */
static bool flags_right(const struct difference_entry *e,
			const struct differing_at *at)
{
	if (!(e->kinds & DIFF_STICKY))
		return true;
	return !(e->old.flags & ~at->side[0].flags) &&
	       !(e->new.flags & ~at->side[1].flags) &&
	       ((e->old.flags ^ e->new.flags) & at->flags);
}

static bool entry_right(const struct diff_judge *j,
			const struct difference_entry *e,
			const struct differing_at *at)
{
	return e->kinds == at->kinds &&
	       side_right(j, 0, &e->old, &at->side[0]) &&
	       side_right(j, 1, &e->new, &at->side[1]) && flags_right(e, at);
}

/* ---- regions ---- */

static void judge_class(struct diff_judge *j, const struct kaccess *a,
			const uint32_t *atom, enum kclass c,
			const struct differing_at *at)
{
	struct dd *m = space_dd(j->said->space);
	const struct difference_entry *in = NULL;
	size_t i;

	for (i = 0; i < j->said->entries.n; i++) {
		const struct difference_entry *e = &j->said->entries.v[i];

		if (e->class != c || !dd_eval(m, e->region, atom))
			continue;
		if (in)
			wrong_at(j, "regions overlap", c, at, a, e);
		in = e;
		j->met[i] = true;
	}
	if (in && !at->kinds)
		wrong_at(j, "an access that does not differ is in a region", c,
			 at, a, in);
	else if (!in && at->kinds)
		wrong_at(j, "an access that differs is in no region", c, at, a,
			 NULL);
	else if (in && !entry_right(j, in, at))
		wrong_at(j, "an access is in the region of another difference",
			 c, at, a, in);
}

static void judge_access(void *arg, const struct kaccess *a,
			 const struct differing_at at[KCLASS_COUNT])
{
	struct diff_judge *j = arg;
	uint32_t atom[SPACE_DIMS];
	int c;

	if (!good(j))
		return;
	if (!point_of(j->said->space, a, atom)) {
		wrong_at(j, "the space has no such event", KCLASS_MEASURE,
			 NULL, a, NULL);
		return;
	}
	for (c = 0; c < KCLASS_COUNT; c++)
		judge_class(j, a, atom, (enum kclass)c, &at[c]);
}

/* a space may have events that the target has not: no access is one of them */
static bool there(const struct diff_judge *j, const struct kaccess *a)
{
	return domain_has_hook(&j->brute->policy[0]->target, a->hook);
}

/* points of the library's own space: the domain has one mask for many */
static void judge_points(struct diff_judge *j)
{
	const struct witness all = { .fixed = { false } };
	int i;

	for (i = 0; i < POINTS && good(j); i++) {
		struct differing_at at[KCLASS_COUNT];
		uint32_t atom[SPACE_DIMS];
		struct kaccess a;

		point_fill(j->said->space, &all, j->r, atom);
		point_access(j->said->space, atom, &a);
		if (!there(j, &a))
			continue;
		differing_look(j->brute, &a, at);
		judge_access(j, &a, at);
		j->points++;
	}
}

/* ---- witnesses ---- */

static void judge_rules(struct diff_judge *j, const struct difference_entry *e,
			const struct differing_at *at, const struct kaccess *a)
{
	if (e->old.rule != at->side[0].rule || e->new.rule != at->side[1].rule)
		wrong_at(j, "other rules decide at the witness", e->class, at,
			 a, e);
}

static void judge_witness(struct diff_judge *j,
			  const struct difference_entry *e)
{
	int i;

	for (i = 0; i < FILLINGS && good(j); i++) {
		struct differing_at at[KCLASS_COUNT];
		uint32_t atom[SPACE_DIMS];
		struct kaccess a;

		if (i)
			point_fill(j->said->space, &e->witness, j->r, atom);
		else
			memcpy(atom, e->witness.atom, sizeof(atom));
		point_access(j->said->space, atom, &a);
		if (i && !there(j, &a))
			continue;
		differing_look(j->brute, &a, at);
		if (!entry_right(j, e, &at[e->class]) ||
		    !dd_eval(space_dd(j->said->space), e->region, atom))
			wrong_at(j, "the witness is none", e->class,
				 &at[e->class], &a, e);
		else if (i == 0)
			judge_rules(j, e, &at[e->class], &a);
	}
	j->witnesses++;
}

/* ---- is there a smaller one? ---- */

struct search {
	struct diff_judge *j;
	const struct difference_entry *e;
	uint32_t width[SPACE_DIMS];
	bool *inside;		/* by point */
	uint32_t *count;	/* of the points of a cube that are inside */
	uint64_t points;
};

static void point_number(const struct search *s, uint64_t n, uint32_t *atom)
{
	int d;

	for (d = 0; d < SPACE_DIMS; d++) {
		atom[d] = (uint32_t)(n % s->width[d]);
		n /= s->width[d];
	}
}

/* the points that agree in these dimensions are a cube: is one all inside? */
static bool some_cube(struct search *s, const bool *fixed)
{
	uint64_t n, cubes = 1;
	int d;

	for (d = 0; d < SPACE_DIMS; d++)
		cubes *= fixed[d] ? s->width[d] : 1;
	memset(s->count, 0, cubes * sizeof(*s->count));
	for (n = 0; n < s->points; n++) {
		uint64_t cube = 0, rest = n;

		if (!s->inside[n])
			continue;
		for (d = 0; d < SPACE_DIMS; d++) {
			if (fixed[d])
				cube = cube * s->width[d] + rest % s->width[d];
			rest /= s->width[d];
		}
		if (++s->count[cube] == s->points / cubes)
			return true;
	}
	return false;
}

/* all choices of that many dimensions from number d on */
static bool smaller_from(struct search *s, bool *fixed, int d, int left)
{
	bool found;

	if (!left)
		return some_cube(s, fixed);
	if (d == SPACE_DIMS)
		return false;
	if (s->width[d] > 1) {
		fixed[d] = true;
		found = smaller_from(s, fixed, d + 1, left - 1);
		fixed[d] = false;
		if (found)
			return true;
	}
	return smaller_from(s, fixed, d + 1, left);
}

static int n_fixed(const struct witness *w)
{
	int d, n = 0;

	for (d = 0; d < SPACE_DIMS; d++)
		n += w->fixed[d];
	return n;
}

static void judge_smallest(struct diff_judge *j,
			   const struct difference_entry *e)
{
	struct arena *a = j->brute->arena;
	struct dd *m = space_dd(j->said->space);
	struct search s = { .j = j, .e = e };
	bool fixed[SPACE_DIMS] = { false };
	uint32_t atom[SPACE_DIMS];
	uint64_t n;
	int d;

	s.points = point_count(j->said->space, DIFF_JUDGE_SMALL);
	if (s.points == DIFF_JUDGE_SMALL || !n_fixed(&e->witness))
		return;
	for (d = 0; d < SPACE_DIMS; d++)
		s.width[d] = dd_width(m, (unsigned int)d);
	s.inside = arena_zalloc(a, s.points, sizeof(*s.inside));
	s.count = arena_zalloc(a, s.points, sizeof(*s.count));
	for (n = 0; n < s.points; n++) {
		point_number(&s, n, atom);
		s.inside[n] = dd_eval(m, e->region, atom) != 0;
	}
	if (smaller_from(&s, fixed, 0, n_fixed(&e->witness) - 1))
		wrong_at(j, "there is a witness with fewer conditions",
			 e->class, NULL, NULL, e);
	j->smallest++;
}

/* ---- the whole ---- */

/* DIFFERENCE_NONE is the largest number there is */
static bool before(const struct difference_entry *x,
		   const struct difference_entry *y)
{
	if (x->class != y->class)
		return x->class < y->class;
	if (x->old.rule != y->old.rule)
		return x->old.rule < y->old.rule;
	return x->new.rule <= y->new.rule;
}

static void judge_entries(struct diff_judge *j)
{
	size_t i;

	for (i = 0; i < j->said->entries.n && good(j); i++) {
		const struct difference_entry *e = &j->said->entries.v[i];

		if (i && !before(e - 1, e))
			wrong_at(j, "entries are not in their order", e->class,
				 NULL, NULL, e);
		judge_witness(j, e);
		judge_smallest(j, e);
		if (!j->met[i])
			wrong_at(j, "no access is in the region", e->class,
				 NULL, NULL, e);
	}
	if (good(j) && j->said->entries.n != j->brute->keys.n)
		buf_printf(&j->wrong, "%zu entries, but %zu differences\n",
			   j->said->entries.n, j->brute->keys.n);
}

static void judge_effects(struct diff_judge *j)
{
	const struct differing *b = j->brute;
	const struct difference *d = j->said;

	if (d->effects_gained != b->effects_gained ||
	    d->effects_lost != b->effects_lost || d->xattr != b->xattr)
		buf_printf(&j->wrong, "load-time effects: said +%x -%x xattr "
			   "%d; are +%x -%x xattr %d\n", d->effects_gained,
			   d->effects_lost, d->xattr, b->effects_gained,
			   b->effects_lost, b->xattr);
	if (difference_none(d) != differing_equal(b))
		buf_printf(&j->wrong, "said to be %s\n",
			   difference_none(d) ? "equal" : "different");
}

bool diff_judge(struct diff_judge *j)
{
	buf_init(&j->wrong, j->brute->arena);
	j->met = arena_zalloc(j->brute->arena, j->said->entries.n + 1,
			      sizeof(*j->met));
	differing_find(j->brute, judge_access, j);
	if (good(j))
		judge_effects(j);
	if (good(j))
		judge_entries(j);
	if (good(j))
		judge_points(j);
	return good(j);
}
