/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The comparison of policies against enumeration: random pairs, and for each all
 * accesses of a small domain. The differences found must be those there are, with
 * the rules that decide; each witness must be one, and the smallest; equal pairs
 * must be equal. Then the same with what was found falsified, to see the judge
 * say no.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "diff_judge.h"
#include "pairs.h"
#include "util.h"

#define ACCESS_CAP 30000
#define FAULT_PAIRS 30

struct totals {
	uint64_t pairs[PAIR_KINDS], equal[PAIR_KINDS], too_large, unusable;
	uint64_t entries[KCLASS_COUNT][DIFFERING_KINDS], effects, accesses, witnesses;
	uint64_t smallest, points, wrong;
};

/* ---- faults ---- */

/* false: there is nothing that it could falsify */
typedef bool plant(struct difference *d, struct rng *r);

static struct difference_entry *some_entry(struct difference *d,
					   struct rng *r)
{
	return d->entries.n ? &d->entries.v[rng_below(r, d->entries.n)] : NULL;
}

static bool plant_dropped(struct difference *d, struct rng *r)
{
	struct difference_entry *e = some_entry(d, r);

	if (!e)
		return false;
	memmove(e, e + 1, (size_t)(d->entries.v + d->entries.n - (e + 1)) *
			  sizeof(*e));
	d->entries.n--;
	return true;
}

static bool plant_all_equal(struct difference *d, struct rng *r)
{
	bool any = !difference_none(d);

	(void)r;
	d->entries.n = 0;
	d->effects_gained = d->effects_lost = 0;
	d->xattr = false;
	return any;
}

static bool plant_swapped(struct difference *d, struct rng *r)
{
	struct difference_entry *e = some_entry(d, r);
	struct difference_side old;

	if (!e)
		return false;
	old = e->old;
	e->old = e->new;
	e->new = old;
	return true;
}

static bool plant_other_kind(struct difference *d, struct rng *r)
{
	struct difference_entry *e = some_entry(d, r);

	if (!e)
		return false;
	e->kinds ^= 1u << rng_below(r, DIFFERING_KINDS);
	return true;
}

static bool plant_other_class(struct difference *d, struct rng *r)
{
	struct difference_entry *e = some_entry(d, r);

	if (!e)
		return false;
	e->class = (e->class + 1 + rng_below(r, 3)) % KCLASS_COUNT;
	return true;
}

static bool plant_other_outcome(struct difference *d, struct rng *r)
{
	struct difference_entry *e = some_entry(d, r);
	struct access_outcome *o = e && e->old.outcome.acts ? &e->old.outcome :
				   e ? &e->new.outcome : NULL;

	if (!o || !o->acts)
		return false;
	o->pcr++;
	return true;
}

static bool plant_other_rule(struct difference *d, struct rng *r)
{
	struct difference_entry *e = some_entry(d, r);

	if (!e)
		return false;
	e->new.rule = e->new.rule == DIFFERENCE_NONE ? 0 : DIFFERENCE_NONE;
	return true;
}

/* one of its atoms is another, with which it lies outside */
static bool plant_other_witness(struct difference *d, struct rng *r)
{
	struct difference_entry *e = some_entry(d, r);
	struct dd *m = space_dd(d->space);
	uint32_t *atom, was;
	unsigned int i;

	for (i = 0; e && i < SPACE_DIMS; i++) {
		atom = e->witness.atom;
		was = atom[i];
		for (atom[i] = 0; e->witness.fixed[i] &&
				  atom[i] < dd_width(m, i); atom[i]++)
			if (!dd_eval(m, e->region, atom))
				return true;
		atom[i] = was;
	}
	return false;
}

static bool plant_wider_witness(struct difference *d, struct rng *r)
{
	struct difference_entry *e = some_entry(d, r);
	struct witness *w;
	unsigned int i;

	for (i = 0; e && i < SPACE_DIMS; i++) {
		w = &e->witness;
		if (!w->fixed[i] || dd_width(space_dd(d->space), i) > 2)
			continue;
		w->fixed[i] = false;
		return true;
	}
	return false;
}

/* one condition more than it takes; seen where spaces are small */
static bool plant_longer_witness(struct difference *d, struct rng *r)
{
	struct difference_entry *e = some_entry(d, r);
	unsigned int i;
	uint64_t n = 1;

	for (i = 0; i < SPACE_DIMS && n < DIFF_JUDGE_SMALL; i++)
		n *= dd_width(space_dd(d->space), i);
	for (i = 0; e && n < DIFF_JUDGE_SMALL && i < SPACE_DIMS; i++) {
		if (e->witness.fixed[i] ||
		    dd_width(space_dd(d->space), i) < 2)
			continue;
		return e->witness.fixed[i] = true;
	}
	return false;
}

static bool plant_smaller_region(struct difference *d, struct rng *r)
{
	struct difference_entry *e = some_entry(d, r);
	struct dd *m = space_dd(d->space);
	dd_ref part;
	struct dd_range one;

	if (!e)
		return false;
	one.lo = one.hi = e->witness.atom[SPACE_EVENT];
	part = dd_diff(m, e->region, dd_ranges(m, SPACE_EVENT, &one, 1));
	e->region = part;
	return true;
}

static bool plant_larger_region(struct difference *d, struct rng *r)
{
	struct difference_entry *e = some_entry(d, r);
	dd_ref was = e ? e->region : 0;

	if (e)
		e->region = DD_TRUE;
	return e && was != DD_TRUE;
}

static bool plant_effect(struct difference *d, struct rng *r)
{
	unsigned int bit = 1u << rng_below(r, 4);

	if (rng_percent(r, 50))
		d->effects_gained ^= bit;
	else
		d->effects_lost ^= bit;
	return true;
}

static bool plant_xattr(struct difference *d, struct rng *r)
{
	(void)r;
	d->xattr = !d->xattr;
	return true;
}

static const struct {
	const char *name;
	plant *plant;
} faults[] = {
	{ "a difference is left out", plant_dropped },
	{ "all is equal", plant_all_equal },
	{ "old and new are swapped", plant_swapped },
	{ "a kind is there or not", plant_other_kind },
	{ "another class", plant_other_class },
	{ "another outcome", plant_other_outcome },
	{ "another rule", plant_other_rule },
	{ "another witness", plant_other_witness },
	{ "a witness with a condition less", plant_wider_witness },
	{ "a witness with a condition more", plant_longer_witness },
	{ "a region without an event", plant_smaller_region },
	{ "a region of everything", plant_larger_region },
	{ "a load-time effect", plant_effect },
	{ "other algorithms", plant_xattr },
};

struct planted {
	uint64_t tried[ARRAY_SIZE(faults)], caught[ARRAY_SIZE(faults)];
};

/* ---- one pair ---- */

static void say_wrong(const struct pair *p, const char *what)
{
	printf("FAIL: the comparison and the enumeration differ\n");
	pair_print(p);
	printf("--- %s\n", what);
}

static void count(struct totals *sum, const struct pair *p,
		  const struct diff_judge *j)
{
	size_t i, k;

	sum->pairs[p->kind]++;
	sum->equal[p->kind] += differing_equal(j->brute);
	sum->accesses += domain_count(&j->brute->domain);
	sum->witnesses += j->witnesses;
	sum->smallest += j->smallest;
	sum->points += j->points;
	sum->effects += j->brute->effects_gained || j->brute->effects_lost ||
			j->brute->xattr;
	for (i = 0; i < j->brute->keys.n; i++)
		for (k = 0; k < DIFFERING_KINDS; k++)
			sum->entries[j->brute->keys.v[i].class][k] +=
				j->brute->keys.v[i].at.kinds >> k & 1;
}

static bool judge_pair(struct pair *p, struct differing *b, struct rng *r,
		       struct totals *sum)
{
	struct difference said;
	struct diff_judge j = { .brute = b, .said = &said, .r = r };

	if (!difference_find(&p->arena, &p->policy[0], &p->policy[1], 0,
			     &said)) {
		say_wrong(p, "past the budget");
		return false;
	}
	if (!diff_judge(&j)) {
		say_wrong(p, j.wrong.s);
		return false;
	}
	count(sum, p, &j);
	if (p->equal && !differing_equal(b)) {
		say_wrong(p, "it was made to be equal");
		return false;
	}
	return true;
}

static void plant_all(struct pair *p, struct differing *b, struct rng *r,
		      struct planted *sum)
{
	size_t f;

	for (f = 0; f < ARRAY_SIZE(faults); f++) {
		struct difference said;
		struct diff_judge j = { .brute = b, .said = &said, .r = r };

		difference_find(&p->arena, &p->policy[0], &p->policy[1], 0,
				&said);
		if (!faults[f].plant(&said, r))
			continue;
		sum->tried[f]++;
		if (!diff_judge(&j)) {
			sum->caught[f]++;
			continue;
		}
		printf("FAIL: nobody sees that %s is planted\n",
		       faults[f].name);
		pair_print(p);
	}
}

/* a pair that can be enumerated */
static void draw(struct pair *p, struct differing *b, struct rng *r,
		 struct totals *sum)
{
	for (;;) {
		if (!pair_draw(p, r)) {
			sum->unusable++;
			continue;
		}
		differing_init(b, &p->arena, &p->policy[0], &p->policy[1]);
		if (domain_count(&b->domain) <= ACCESS_CAP &&
		    !b->domain.partial)
			return;
		sum->too_large++;
		pair_free(p);
	}
}

static void one_pair(void *totals, struct rng *r)
{
	struct totals *sum = totals;
	struct differing b;
	struct pair p;

	draw(&p, &b, r, sum);
	sum->wrong += !judge_pair(&p, &b, r, sum);
	pair_free(&p);
}

/* ---- all ---- */

static bool print_pairs(const struct totals *sum)
{
	bool all = true;
	uint64_t n = 0;
	int k;

	for (k = 0; k < PAIR_KINDS; k++)
		n += sum->pairs[k];
	printf("%" PRIu64 " pairs, %" PRIu64 " accesses enumerated (drawn "
	       "besides: %" PRIu64 " too large, %" PRIu64 " not usable)\n", n,
	       sum->accesses, sum->too_large, sum->unusable);
	for (k = 0; k < PAIR_KINDS; k++) {
		printf("  %s: %" PRIu64 ", of which %" PRIu64 " equal\n",
		       pair_kind_name((enum pair_kind)k), sum->pairs[k],
		       sum->equal[k]);
		all &= sum->pairs[k] && (sum->equal[k] ||
					 k == PAIR_UNRELATED);
	}
	return all;
}

/* what can never be is not asked for */
static bool can_be(enum kclass c, int kind)
{
	unsigned int appraise = DIFF_STRICTER | DIFF_WEAKER | DIFF_REQUIREMENT;
	unsigned int bit = 1u << kind;

	if (bit & (DIFF_GAINED | DIFF_LOST | DIFF_STICKY))
		return true;
	if (c == KCLASS_APPRAISE)
		return bit & appraise;
	if (bit & (DIFF_PCR | DIFF_TEMPLATE))
		return c == KCLASS_MEASURE;
	return !(bit & appraise);
}

static bool print_kinds(const struct totals *sum)
{
	const unsigned int rare = DIFF_DIGEST | DIFF_DIRECT_IO | DIFF_STICKY;
	uint64_t of_kind[DIFFERING_KINDS] = { 0 };
	bool all = true;
	struct arena a;
	int c, k;

	arena_init(&a);
	for (c = 0; c < KCLASS_COUNT; c++) {
		printf("  %s:", bclass_name((enum kclass)c));
		for (k = 0; k < DIFFERING_KINDS; k++) {
			struct buf b;

			if (!can_be((enum kclass)c, k))
				continue;
			buf_init(&b, &a);
			differing_print_kinds(&b, 1u << k);
			printf(" %s %" PRIu64, b.s, sum->entries[c][k]);
			of_kind[k] += sum->entries[c][k];
			/* these come up in one class or another */
			all &= sum->entries[c][k] || rare >> k & 1;
		}
		printf("\n");
	}
	for (k = 0; k < DIFFERING_KINDS; k++)
		all &= of_kind[k] != 0;
	arena_free(&a);
	printf("%" PRIu64 " witnesses held, %" PRIu64 " of them known to be "
	       "the smallest; %" PRIu64 " points drawn; %" PRIu64 " pairs with "
	       "other load-time effects\n", sum->witnesses, sum->smallest,
	       sum->points, sum->effects);
	return all && sum->witnesses && sum->smallest && sum->effects;
}

static bool run_faults(const struct options *o)
{
	struct planted planted = { { 0 }, { 0 } };
	struct totals unused = { .wrong = 0 };
	bool all = true;
	size_t f, i;

	for (i = 0; i < FAULT_PAIRS; i++) {
		struct rng r = rng_new(o->seed * 7000003 + i);
		struct differing b;
		struct pair p;

		draw(&p, &b, &r, &unused);
		plant_all(&p, &b, &r, &planted);
		pair_free(&p);
	}
	for (f = 0; f < ARRAY_SIZE(faults); f++) {
		printf("planted: %s: %" PRIu64 " of %" PRIu64 " seen\n",
		       faults[f].name, planted.caught[f], planted.tried[f]);
		all &= planted.tried[f] && planted.caught[f] == planted.tried[f];
	}
	return all;
}

int main(int argc, char **argv)
{
	struct totals sum = { .wrong = 0 };
	struct options o;
	bool all;

	options_read(&o, argc, argv, 1000, 60);
	programs_run(&o, one_pair, &sum, &sum.wrong);
	all = print_pairs(&sum);
	all &= print_kinds(&sum);
	if (sum.wrong)
		return 1;
	/* some come up once in a few hundred pairs */
	if (!all && (o.count < 1000 || options_late(&o))) {
		printf("not all cases came up in this short run\n");
	} else if (!all) {
		printf("FAIL: one of the cases never came up\n");
		return 1;
	}
	return run_faults(&o) ? 0 : 1;
}
