/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "difference.h"

struct side {
	const struct policy *p;
	uint32_t *group;	/* of each rule: the number of its statement, from 1 */
	bool grouped;		/* some statement has several */
	dd_ref outcome[KCLASS_COUNT], decider[KCLASS_COUNT];
	dd_ref flags[KCLASS_COUNT];	/* what the decider leaves with the file */
	dd_ref blacklist;		/* DIFF_FLAG_BLACKLIST of appraise */
};

struct comparing {
	struct arena *arena;
	struct space *space;
	struct dd *m;
	struct access_outcomes outcomes;
	bool blacklist_counts;
	struct side side[2];
	dd_ref files;		/* accesses that are about a file */
	dd_ref sticks;		/* where what stays differs, all classes together */
	bool overflow;		/* more numbers than a terminal can hold */
	struct difference *out;
};

/* ---- statements ---- */

struct place {
	const struct policy_rule *r;
	size_t rule;
};

/* sources that stand at the same place of an order differ in their names */
static int cmp_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int c = span_cmp(x->r->origin, y->r->origin);

	if (!c)
		c = strcmp(x->r->origin.src->name, y->r->origin.src->name);
	return c ? c : (x->rule > y->rule) - (x->rule < y->rule);
}

/* the rules of one statement have one number: that of the first of them, + 1 */
static void number_statements(struct comparing *c, struct side *s)
{
	size_t n = s->p->rules.n, i, first = 0;
	struct place *at = arena_zalloc(c->arena, n + 1, sizeof(*at));

	s->group = arena_zalloc(c->arena, n + 1, sizeof(*s->group));
	for (i = 0; i < n; i++)
		at[i] = (struct place){ &s->p->rules.v[i], i };
	qsort(at, n, sizeof(*at), cmp_place);
	for (i = 0; i < n; i++) {
		if (!i || !policy_same_origin(at[i].r, at[first].r))
			first = i;
		s->group[at[i].rule] = (uint32_t)at[first].rule + 1;
		s->grouped |= i != first;
	}
}

static uint32_t group_of(void *arg, uint32_t t)
{
	const struct side *s = arg;

	return t ? s->group[t - 1] : 0;
}

/* ---- what stays with the file ---- */

static uint32_t rule_flags(const struct comparing *c, const struct krule *k)
{
	return k->sig | (k->directio ? DIFF_FLAG_DIRECT_IO : 0u) |
	       (k->verity ? DIFF_FLAG_VERITY : 0u) |
	       (k->blacklist && c->blacklist_counts ? DIFF_FLAG_BLACKLIST : 0u);
}

/* no outcome shows what this rule leaves */
static bool hides_flags(const struct comparing *c, const struct krule *k)
{
	return (k->dont || k->class == KCLASS_HASH) ?
		rule_flags(c, k) != 0 :
		(rule_flags(c, k) & DIFF_FLAG_BLACKLIST) != 0;
}

static bool flags_matter(const struct comparing *c)
{
	size_t i, s;

	for (s = 0; s < 2; s++)
		for (i = 0; i < c->side[s].p->rules.n; i++)
			if (hides_flags(c, &c->side[s].p->rules.v[i].k))
				return true;
	return false;
}

struct flag_view {
	const struct comparing *c;
	const struct policy *p;
};

static uint32_t flags_of(void *arg, uint32_t t)
{
	const struct flag_view *v = arg;

	return t ? rule_flags(v->c, &v->p->rules.v[t - 1].k) : 0;
}

static uint32_t only_blacklist(void *arg, uint32_t t)
{
	(void)arg;
	return t & DIFF_FLAG_BLACKLIST;
}

/* the kernel walks the rules of a class only where one of them acts */
static bool class_acts(const struct policy *p, enum kclass class)
{
	size_t i;

	for (i = 0; i < p->rules.n; i++)
		if (p->rules.v[i].k.class == class &&
		    krule_opens_class(&p->rules.v[i].k))
			return true;
	return false;
}

static void find_flags(struct comparing *c, struct side *s)
{
	struct flag_view v = { c, s->p };
	int class;

	for (class = 0; class < KCLASS_COUNT; class++) {
		s->flags[class] = DD_PASS;
		if (class_acts(s->p, class))
			s->flags[class] = dd_and(c->m, c->files,
				dd_map(c->m, s->decider[class], flags_of, &v));
	}
	s->blacklist = dd_map(c->m, s->flags[KCLASS_APPRAISE], only_blacklist,
			      NULL);
}

/* what looks at it: bits by file */
enum { LOOKS_ACTS = 1, LOOKS_APPRAISES = 2 };

static uint32_t looks(void *arg, uint32_t t)
{
	const enum kclass *class = arg;

	if (t <= 1)
		return 0;
	return *class == KCLASS_APPRAISE ? LOOKS_ACTS | LOOKS_APPRAISES :
					   LOOKS_ACTS;
}

static uint32_t bit_or(uint32_t a, uint32_t b)
{
	return a | b;
}

static uint32_t bit_xor(uint32_t a, uint32_t b)
{
	return a ^ b;
}

static uint32_t bit_and(uint32_t a, uint32_t b)
{
	return a & b;
}

static dd_ref who_looks(struct comparing *c)
{
	dd_ref r = DD_PASS;
	enum kclass class;
	size_t s;

	for (s = 0; s < 2; s++)
		for (class = 0; class < KCLASS_COUNT; class++)
			r = dd_combine(c->m, bit_or, r, dd_and(c->m, c->files,
				dd_map(c->m, c->side[s].outcome[class], looks,
				       &class)));
	return dd_sum(c->m, r, SPACE_EVENT, bit_or);
}

static uint32_t looked_at(uint32_t flags, uint32_t looks)
{
	uint32_t mask = 0;

	if (looks & LOOKS_ACTS)
		mask |= DIFF_FLAG_DIRECT_IO | DIFF_FLAG_VERITY;
	if (looks & LOOKS_APPRAISES)
		mask |= KSIG_IMASIG | KSIG_MODSIG | KSIG_SIGV3 |
			DIFF_FLAG_BLACKLIST;
	return flags & mask;
}

static void find_sticking(struct comparing *c)
{
	dd_ref looks, all[2] = { DD_PASS, DD_PASS };
	int class;
	size_t s;

	c->sticks = DD_PASS;
	for (s = 0; s < 2; s++)
		for (class = 0; class < KCLASS_COUNT; class++)
			c->side[s].flags[class] = DD_PASS;
	c->side[0].blacklist = c->side[1].blacklist = DD_PASS;
	if (!flags_matter(c))
		return;
	looks = who_looks(c);
	for (s = 0; s < 2; s++) {
		find_flags(c, &c->side[s]);
		for (class = 0; class < KCLASS_COUNT; class++) {
			dd_ref *f = &c->side[s].flags[class];

			*f = dd_combine(c->m, looked_at, *f, looks);
			all[s] = dd_combine(c->m, bit_or, all[s], *f);
		}
	}
	c->sticks = dd_combine(c->m, bit_xor, all[0], all[1]);
}

/* ---- numbers for pairs of terminals ---- */

typedef VEC(uint32_t) numbers;

struct dense {
	struct arena *arena;
	numbers *old;
};

static uint32_t next_number(void *arg, uint32_t t)
{
	struct dense *d = arg;

	if (!t)
		return 0;
	vec_push(d->arena, d->old, t);
	return (uint32_t)d->old->n;
}

/* terminals become 1 to n; old[n - 1] is what n was */
static dd_ref make_dense(struct comparing *c, dd_ref f, numbers *old)
{
	struct dense d = { c->arena, old };

	return dd_map(c->m, f, next_number, &d);
}

#define FIRST_MAX 0x7fffu
#define SECOND_BITS 16
#define SECOND_MAX ((1u << SECOND_BITS) - 1)

static uint32_t pack(uint32_t first, uint32_t second)
{
	return first << SECOND_BITS | second;
}

/* a function with terminals up to max; old: what they were, or they are that */
struct counted {
	dd_ref f;
	size_t max;
	numbers old;
};

/* terminals stand for pairs of terminals; PASS where both are */
struct product {
	dd_ref f;
	struct counted first, second;
};

/* renumbered only where it has to be: that is a walk through all of it */
static void fit(struct comparing *c, struct counted *x, size_t max)
{
	if (x->max <= max)
		return;
	x->f = make_dense(c, x->f, &x->old);
	x->max = x->old.n;
	if (x->max > max)
		c->overflow = true;
}

static void multiply(struct comparing *c, struct product *p)
{
	fit(c, &p->first, FIRST_MAX);
	fit(c, &p->second, SECOND_MAX);
	p->f = c->overflow ? DD_PASS :
		dd_combine(c->m, pack, p->first.f, p->second.f);
}

static uint32_t was(const struct counted *x, uint32_t n)
{
	return n && x->old.n ? x->old.v[n - 1] : n;
}

static uint32_t first_of(const struct product *p, uint32_t t)
{
	return was(&p->first, t >> SECOND_BITS);
}

static uint32_t second_of(const struct product *p, uint32_t t)
{
	return was(&p->second, t & SECOND_MAX);
}

/* ---- kinds ---- */

/* what an appraise can take as good */
enum { SEAL_HASH = 1, SEAL_SIGNED = 2, SEAL_V3 = 4, SEAL_APPENDED = 8,
       SEAL_VERITY = 16, SEAL_VERITY_HASH = 32 };

/* a signature of version 3 over a regular file: 7.1, before it there is none */
static unsigned int accepted(const struct access_outcome *x)
{
	if (x->sig & KSIG_SIGV3)
		return x->verity ? SEAL_VERITY : SEAL_V3;
	if (x->sig & KSIG_MODSIG)
		return SEAL_SIGNED | SEAL_V3 | SEAL_APPENDED;
	if (x->sig)
		return SEAL_SIGNED | SEAL_V3;
	return x->verity ? SEAL_VERITY_HASH :
			   SEAL_HASH | SEAL_SIGNED | SEAL_V3;
}

/* what passes a passes b */
static bool no_weaker(const struct difference_side *a,
		      const struct difference_side *b)
{
	const struct access_outcome *x = &a->outcome, *y = &b->outcome;
	uint32_t some = x->algos ? x->algos : UINT32_MAX;
	uint32_t all = y->algos ? y->algos : UINT32_MAX;

	return !(accepted(x) & ~accepted(y)) && !(some & ~all) &&
	       (!x->directio || y->directio) &&
	       !(b->flags & ~a->flags & DIFF_FLAG_BLACKLIST);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static unsigned int kinds_of(enum kclass class,
			     const struct difference_side *old,
			     const struct difference_side *new)
{
	const struct access_outcome *x = &old->outcome, *y = &new->outcome;
	unsigned int kinds = 0;

	if (x->acts != y->acts)
		return y->acts ? DIFF_GAINED : DIFF_LOST;
	if (x->acts && class == KCLASS_APPRAISE) {
		if (no_weaker(new, old) != no_weaker(old, new))
			return no_weaker(new, old) ? DIFF_STRICTER : DIFF_WEAKER;
		return DIFF_REQUIREMENT;
	}
	kinds |= x->pcr != y->pcr ? DIFF_PCR : 0;
	kinds |= !same_text(x->template, y->template) ? DIFF_TEMPLATE : 0;
	kinds |= x->verity != y->verity ? DIFF_DIGEST : 0;
	kinds |= x->directio != y->directio ? DIFF_DIRECT_IO : 0;
	return kinds ? kinds : DIFF_STICKY;
}

/* ---- entries ---- */

/*
 * Who decides, with which outcome, and what stays, as one number each: parties.
 * Two products, for a terminal holds two numbers.
 */
struct parties {
	struct product who;	/* statement, 1 + outcome */
	numbers number;		/* number[n - 1]: terminal of who */
	struct product all;	/* number, flags */
	numbers party;		/* party[n - 1]: terminal of all */
};

static dd_ref flags_there(struct comparing *c, const struct side *s,
			  enum kclass class, dd_ref where, dd_ref sticks)
{
	dd_ref flags = dd_and(c->m, sticks, s->flags[class]);

	if (class != KCLASS_APPRAISE)
		return flags;
	return dd_combine(c->m, bit_or, flags,
			  dd_and(c->m, where, s->blacklist));
}

static struct counted find_parties(struct comparing *c, struct side *s,
				   enum kclass class, dd_ref where,
				   dd_ref sticks, struct parties *p)
{
	dd_ref who = dd_and(c->m, where, s->decider[class]);

	if (s->grouped)
		who = dd_map(c->m, who, group_of, s);
	p->who.first = (struct counted){ who, s->p->rules.n, { 0 } };
	p->who.second = (struct counted){
		dd_and(c->m, where, s->outcome[class]), c->outcomes.n, { 0 } };
	multiply(c, &p->who);
	who = make_dense(c, p->who.f, &p->number);
	p->all.first = (struct counted){ who, p->number.n, { 0 } };
	p->all.second = (struct counted){
		flags_there(c, s, class, where, sticks), SECOND_MAX, { 0 } };
	/* most have none */
	if (p->all.second.f == DD_PASS)
		return p->all.first;
	multiply(c, &p->all);
	who = make_dense(c, p->all.f, &p->party);
	return (struct counted){ who, p->party.n, { 0 } };
}

/* of a run, the rule that matches there; from is the first of it, + 1 */
static size_t rule_at(const struct comparing *c, const struct side *s,
		      uint32_t from, const struct witness *w)
{
	size_t i = from - 1;

	if (!from)
		return DIFFERENCE_NONE;
	while (i + 1 < s->p->rules.n &&
	       !dd_eval(c->m, access_rule_region(c->space,
						 &s->p->rules.v[i].k), w->atom))
		i++;
	return i;
}

static struct difference_side side_of(const struct comparing *c,
				      const struct side *s, enum kclass class,
				      const struct parties *p, uint32_t party,
				      const struct witness *w)
{
	uint32_t from = dd_eval(c->m, s->decider[class], w->atom);
	uint32_t all = p->party.n ? p->party.v[party - 1] : 0;
	uint32_t number = all ? first_of(&p->all, all) : party;
	uint32_t who = p->number.v[number - 1];

	return (struct difference_side){
		.rule = rule_at(c, s, from, w),
		.outcome = c->outcomes.v[second_of(&p->who, who) - 1],
		.flags = all ? second_of(&p->all, all) : 0,
	};
}

static void add_entries(struct comparing *c, enum kclass class,
			const struct product *both, const struct parties *p)
{
	const struct dd_part *part;
	size_t i, n;

	part = dd_split(c->m, both->f, &n);
	for (i = 0; i < n; i++) {
		struct difference_entry e = { .class = class,
					      .region = part[i].set };

		if (!witness_smallest(c->space, e.region, &e.witness))
			return;		/* the budget is gone */
		e.old = side_of(c, &c->side[0], class, &p[0],
				first_of(both, part[i].t), &e.witness);
		e.new = side_of(c, &c->side[1], class, &p[1],
				second_of(both, part[i].t), &e.witness);
		e.kinds = kinds_of(class, &e.old, &e.new);
		vec_push(c->arena, &c->out->entries, e);
	}
}

static void compare_class(struct comparing *c, enum kclass class)
{
	struct parties p[2] = { 0 };
	struct side *old = &c->side[0], *new = &c->side[1];
	dd_ref where = dd_distinct(c->m, old->outcome[class],
				   new->outcome[class]);
	dd_ref sticks = dd_combine(c->m, bit_xor, old->flags[class],
				   new->flags[class]);
	struct product both = { 0 };

	sticks = dd_combine(c->m, bit_and, c->sticks, sticks);
	sticks = dd_diff(c->m, sticks, where);
	where = dd_or(c->m, where, sticks);
	if (where == DD_PASS)
		return;
	both.first = find_parties(c, old, class, where, sticks, &p[0]);
	both.second = find_parties(c, new, class, where, sticks, &p[1]);
	multiply(c, &both);
	if (!dd_full(c->m) && !c->overflow)
		add_entries(c, class, &both, p);
}

static int cmp_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int cmp_atoms(const uint32_t *x, const uint32_t *y)
{
	size_t i;

	for (i = 0; i < SPACE_DIMS; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

/* DIFFERENCE_NONE is past all others; what is left differs in its outcomes */
static int cmp_entry(const void *a, const void *b)
{
	const struct difference_entry *x = a, *y = b;
	int c = cmp_size(x->class, y->class);

	c = c ? c : cmp_size(x->old.rule, y->old.rule);
	c = c ? c : cmp_size(x->new.rule, y->new.rule);
	c = c ? c : cmp_size(x->kinds, y->kinds);
	return c ? c : cmp_atoms(x->witness.atom, y->witness.atom);
}

/* ---- */

static void prepare(struct comparing *c, size_t budget)
{
	unsigned int h;
	size_t s;
	int class;

	for (s = 0; s < 2; s++)
		policy_add(c->side[s].p, c->space);
	space_finish(c->space);
	c->m = space_dd(c->space);
	if (budget)
		dd_set_budget(c->m, budget);
	access_outcomes_init(&c->outcomes, c->arena);
	c->files = DD_PASS;
	for (h = KHOOK_NONE + 1; h < KHOOK_COUNT; h++)
		if (!khook_is_text(h) && h != KHOOK_SETXATTR)
			c->files = dd_or(c->m, c->files, space_hook(c->space, h,
						SPACE_MASK_ALL, 0));
	for (s = 0; s < 2; s++)
		for (class = 0; class < KCLASS_COUNT; class++)
			c->side[s].outcome[class] = policy_decide(c->side[s].p,
					c->space, &c->outcomes, class);
}

/* most policies that are compared are alike but for a class, or equal */
static bool need_deciders(const struct comparing *c, enum kclass class)
{
	return flags_matter(c) ||
	       c->side[0].outcome[class] != c->side[1].outcome[class];
}

static void find_deciders(struct comparing *c)
{
	size_t s;
	int class;

	for (s = 0; s < 2; s++) {
		number_statements(c, &c->side[s]);
		for (class = 0; class < KCLASS_COUNT; class++)
			c->side[s].decider[class] = need_deciders(c, class) ?
				policy_run_decider(c->side[s].p, c->space,
						   class) :
				DD_PASS;
	}
}

static void compare_effects(struct difference *d, const struct policy *old,
			    const struct policy *new)
{
	const struct verify_effects *x = &old->effects, *y = &new->effects;

	d->effects_gained = y->appraise & ~x->appraise;
	d->effects_lost = x->appraise & ~y->appraise;
	d->xattr = x->xattr != y->xattr || x->xattr_algos != y->xattr_algos;
}

bool difference_find(struct arena *a, const struct policy *old,
		     const struct policy *new, size_t budget,
		     struct difference *out)
{
	struct comparing c = { .arena = a, .out = out,
			       .space = space_new(a, &old->target),
			       .side = { { .p = old }, { .p = new } } };
	int class;

	memset(out, 0, sizeof(*out));
	out->space = c.space;
	c.blacklist_counts = kmodel_has(&old->target,
		KF_RULE_FLAG_IGNORED).verdict == KV_ABSENT;
	compare_effects(out, old, new);
	prepare(&c, budget);
	find_deciders(&c);
	find_sticking(&c);
	for (class = 0; class < KCLASS_COUNT; class++)
		compare_class(&c, class);
	if (out->entries.n)
		qsort(out->entries.v, out->entries.n, sizeof(*out->entries.v),
		      cmp_entry);
	return !dd_full(c.m) && !c.overflow;
}

bool difference_none(const struct difference *d)
{
	return !d->entries.n && !d->effects_gained && !d->effects_lost &&
	       !d->xattr;
}
