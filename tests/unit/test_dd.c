/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <string.h>

#include "dd.h"

/* A small space, so that every function is also a table of all its points. */
#define LEVELS 4
static const uint32_t widths[LEVELS] = { 3, 5, 2, 4 };
#define POINTS (3 * 5 * 2 * 4)

static struct arena arena;
static struct dd *m;
static uint32_t seed;

/* a diagram and what it has to be */
struct pair {
	dd_ref f;
	uint32_t t[POINTS];
};

static void setup(void)
{
	arena_init(&arena);
	m = dd_new(&arena, widths, LEVELS);
	seed = 12345;
}

static void teardown(void)
{
	arena_free(&arena);
}

static uint32_t rnd(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 16) % n;
}

static void point(uint32_t p, uint32_t *atom)
{
	unsigned int i;

	for (i = LEVELS; i-- > 0;) {
		atom[i] = p % widths[i];
		p /= widths[i];
	}
}

static void same(const struct pair *p)
{
	uint32_t atom[LEVELS], i;

	for (i = 0; i < POINTS; i++) {
		point(i, atom);
		ck_assert_uint_eq(dd_eval(m, p->f, atom), p->t[i]);
	}
}

/* a few ranges of atoms of one level */
static struct pair random_ranges(unsigned int level)
{
	struct dd_range r[8];
	struct pair p;
	uint32_t in[8] = { 0 }, atom[LEVELS], i;
	size_t n = 0;

	for (i = 0; i < widths[level]; i++) {
		in[i] = rnd(2);
		if (in[i])
			r[n++] = (struct dd_range){ i, i };
	}
	p.f = dd_ranges(m, level, r, n);
	for (i = 0; i < POINTS; i++) {
		point(i, atom);
		p.t[i] = in[atom[level]];
	}
	return p;
}

/* a conjunction of conditions on some of the levels, then a terminal */
static struct pair random_cube(uint32_t terminal)
{
	struct pair p = { dd_term(terminal), { 0 } };
	unsigned int level;
	uint32_t i;

	for (i = 0; i < POINTS; i++)
		p.t[i] = terminal;
	for (level = 0; level < LEVELS; level++) {
		struct pair c;

		if (rnd(3) == 0)
			continue;
		c = random_ranges(level);
		p.f = dd_and(m, c.f, p.f);
		for (i = 0; i < POINTS; i++)
			p.t[i] = c.t[i] ? p.t[i] : 0;
	}
	return p;
}

static struct pair random_function(uint32_t terminals)
{
	struct pair p = random_cube(1 + rnd(terminals));
	uint32_t n = rnd(6), i;

	while (n--) {
		struct pair c = random_cube(1 + rnd(terminals));

		p.f = dd_or(m, p.f, c.f);
		for (i = 0; i < POINTS; i++)
			p.t[i] = p.t[i] ? p.t[i] : c.t[i];
	}
	return p;
}

START_TEST(operations)
{
	unsigned int round;
	uint32_t i;

	for (round = 0; round < 400; round++) {
		struct pair a = random_function(1), f = random_function(4);
		struct pair g = random_function(4), r;

		same(&f);
		r.f = dd_and(m, a.f, f.f);
		for (i = 0; i < POINTS; i++)
			r.t[i] = a.t[i] ? f.t[i] : 0;
		same(&r);
		r.f = dd_diff(m, f.f, a.f);
		for (i = 0; i < POINTS; i++)
			r.t[i] = a.t[i] ? 0 : f.t[i];
		same(&r);
		r.f = dd_not(m, a.f);
		for (i = 0; i < POINTS; i++)
			r.t[i] = !a.t[i];
		same(&r);
		r.f = dd_or(m, f.f, g.f);
		for (i = 0; i < POINTS; i++)
			r.t[i] = f.t[i] ? f.t[i] : g.t[i];
		same(&r);
		r.f = dd_distinct(m, f.f, g.f);
		for (i = 0; i < POINTS; i++)
			r.t[i] = f.t[i] != g.t[i];
		same(&r);
	}
	ck_assert(!dd_full(m));
}
END_TEST

/* the same function has the same reference, whatever way it was made */
START_TEST(canonical)
{
	unsigned int round;

	for (round = 0; round < 400; round++) {
		struct pair a = random_function(1), f = random_function(3);
		struct pair g = random_function(3);
		dd_ref in = dd_and(m, a.f, f.f), out = dd_diff(m, f.f, a.f);

		ck_assert_uint_eq(dd_or(m, in, out), f.f);
		ck_assert_uint_eq(dd_or(m, out, in), f.f);
		ck_assert_uint_eq(dd_not(m, dd_not(m, a.f)), a.f);
		ck_assert_int_eq(f.f == g.f,
				 memcmp(f.t, g.t, sizeof(f.t)) == 0);
		ck_assert_int_eq(dd_distinct(m, f.f, g.f) == DD_PASS,
				 f.f == g.f);
	}
	ck_assert_uint_eq(dd_ranges(m, 1, NULL, 0), DD_PASS);
	ck_assert_uint_eq(dd_ranges(m, 1, &(struct dd_range){ 0, 4 }, 1),
			  DD_TRUE);
}
END_TEST

#define LIST_MAX 14

START_TEST(overlays)
{
	static struct pair list[LIST_MAX];
	dd_ref refs[LIST_MAX];
	unsigned int round;
	uint32_t i;
	size_t n, k;

	for (round = 0; round < 400; round++) {
		struct pair r = { DD_PASS, { 0 } };

		n = rnd(LIST_MAX + 1);
		for (k = 0; k < n; k++) {
			list[k] = random_cube(1 + rnd(5));
			refs[k] = list[k].f;
		}
		for (i = 0; i < POINTS; i++)
			for (k = n; k-- > 0;)
				if (list[k].t[i])
					r.t[i] = list[k].t[i];
		r.f = dd_overlay(m, refs, n);
		same(&r);
		for (k = n, r.f = DD_PASS; k-- > 0;)
			r.f = dd_or(m, refs[k], r.f);
		ck_assert_uint_eq(r.f, dd_overlay(m, refs, n));
	}
}
END_TEST

static uint32_t odd_sum(uint32_t a, uint32_t b)
{
	return (3 * a + b + 2) % 5;
}

static uint32_t plus_one(void *arg, uint32_t t)
{
	++*(unsigned int *)arg;
	return t + 1;
}

START_TEST(combining)
{
	unsigned int round, calls = 0;
	uint32_t i;

	for (round = 0; round < 200; round++) {
		struct pair f = random_function(4), g = random_function(4), r;

		r.f = dd_combine(m, odd_sum, f.f, g.f);
		for (i = 0; i < POINTS; i++)
			r.t[i] = odd_sum(f.t[i], g.t[i]);
		same(&r);
		r.f = dd_map(m, f.f, plus_one, &calls);
		for (i = 0; i < POINTS; i++)
			r.t[i] = f.t[i] + 1;
		same(&r);
	}
	/* each terminal of a diagram is renamed once */
	ck_assert_uint_le(calls, 200 * 5);
	ck_assert_uint_gt(calls, 0);
}
END_TEST

static uint32_t bit_of(void *arg, uint32_t t)
{
	return 1u << t;
}

static uint32_t bit_or(uint32_t a, uint32_t b)
{
	return a | b;
}

START_TEST(sums)
{
	unsigned int round, cut;

	for (round = 0; round < 100; round++) {
		struct pair f = random_function(4);

		for (cut = 0; cut <= LEVELS; cut++) {
			uint32_t below = 1, i, k, bits;
			struct pair r;

			for (k = cut; k < LEVELS; k++)
				below *= widths[k];
			for (i = 0; i < POINTS; i += below) {
				for (k = bits = 0; k < below; k++)
					bits |= 1u << f.t[i + k];
				for (k = 0; k < below; k++)
					r.t[i + k] = bits;
			}
			r.f = dd_sum(m, dd_map(m, f.f, bit_of, NULL), cut,
				     bit_or);
			same(&r);
		}
	}
}
END_TEST

START_TEST(witnesses)
{
	uint32_t atom[LEVELS], other[LEVELS], i, k, seen = 0;
	bool fixed[LEVELS];
	unsigned int round;

	ck_assert(!dd_witness(m, DD_PASS, atom, fixed));
	for (round = 0; round < 400; round++) {
		struct pair f = random_function(3);
		uint32_t t;

		if (f.f == DD_PASS)
			continue;
		seen++;
		ck_assert(dd_witness(m, f.f, atom, fixed));
		t = dd_eval(m, f.f, atom);
		ck_assert_uint_ne(t, 0);
		/* what is not fixed changes nothing */
		for (i = 0; i < POINTS; i++) {
			point(i, other);
			for (k = 0; k < LEVELS; k++)
				if (fixed[k])
					other[k] = atom[k];
			ck_assert_uint_eq(dd_eval(m, f.f, other), t);
		}
	}
	ck_assert_uint_gt(seen, 100);
}
END_TEST

START_TEST(parts)
{
	int round;

	for (round = 0; round < 200; round++) {
		struct pair p = random_function(5);
		const struct dd_part *v;
		uint32_t atom[LEVELS], i, found = 0, decided = 0;
		size_t n, k;

		v = dd_split(m, p.f, &n);
		for (k = 0; k < n; k++) {
			ck_assert(v[k].t && (!k || v[k].t > v[k - 1].t));
			for (i = 0; i < POINTS; i++) {
				bool in = p.t[i] == v[k].t;

				point(i, atom);
				ck_assert_uint_eq(dd_eval(m, v[k].set, atom),
						  in);
				found += in;
			}
		}
		for (i = 0; i < POINTS; i++)
			decided += p.t[i] != 0;
		ck_assert_uint_eq(found, decided);
	}
}
END_TEST

/* all points that have the atoms of which are in it */
static bool cube_inside(const struct pair *p, uint32_t which,
			const uint32_t *atom)
{
	uint32_t at[LEVELS], i;
	unsigned int level;

	for (i = 0; i < POINTS; i++) {
		point(i, at);
		for (level = 0; level < LEVELS; level++)
			if (which >> level & 1 && at[level] != atom[level])
				break;
		if (level == LEVELS && !p->t[i])
			return false;
	}
	return true;
}

static unsigned int count_bits(uint32_t x)
{
	unsigned int n = 0;

	for (; x; x >>= 1)
		n += x & 1;
	return n;
}

START_TEST(smallest)
{
	int round;

	for (round = 0; round < 200; round++) {
		struct pair p = random_function(1);
		uint32_t atom[LEVELS], at[LEVELS], which, i, taken = 0;
		bool fixed[LEVELS];
		unsigned int least = LEVELS + 1;

		for (which = 0; which < 1u << LEVELS; which++)
			for (i = 0; i < POINTS; i++) {
				point(i, at);
				if (count_bits(which) < least &&
				    p.t[i] && cube_inside(&p, which, at))
					least = count_bits(which);
			}
		ck_assert_int_eq(dd_smallest(m, p.f, atom, fixed),
				 least <= LEVELS);
		if (p.f == DD_PASS)
			continue;
		for (i = 0; i < LEVELS; i++)
			taken |= fixed[i] ? 1u << i : 0;
		ck_assert_uint_eq(count_bits(taken), least);
		ck_assert(cube_inside(&p, taken, atom));
	}
}
END_TEST

START_TEST(constants)
{
	unsigned int round, yes = 0;

	for (round = 0; round < 2000; round++) {
		struct pair set = random_cube(1), f = random_function(3);
		bool constant = true, found = false;
		uint32_t i, first = 0, t;

		for (i = 0; i < POINTS; i++) {
			if (!set.t[i])
				continue;
			if (!found)
				first = f.t[i];
			found = true;
			constant &= f.t[i] == first;
		}
		ck_assert_int_eq(dd_constant_on(m, set.f, f.f, &t), constant);
		if (constant && found)
			ck_assert_uint_eq(t, first);
		yes += constant && found;
	}
	ck_assert_uint_gt(yes, 20);
	ck_assert_uint_lt(yes, 1980);
}
END_TEST

START_TEST(budget)
{
	struct pair f;

	dd_set_budget(m, dd_cells(m) + 40);
	while (!dd_full(m))
		f = random_function(4);
	/* the end of the budget is no diagram of anything, and it stays so */
	ck_assert_uint_eq(dd_not(m, DD_PASS), DD_PASS);
	ck_assert_uint_eq(dd_overlay(m, &f.f, 1), DD_PASS);
	ck_assert(dd_full(m));
}
END_TEST

/* many values in one dimension: runs, not tables */
START_TEST(wide)
{
	static const uint32_t big[2] = { 100001, 3 };
	struct dd *w = dd_new(&arena, big, 2);
	static dd_ref list[5000];
	uint32_t i, atom[2] = { 0, 1 };
	size_t before;

	for (i = 0; i < 5000; i++) {
		struct dd_range r = { 20 * i, 20 * i };

		list[i] = dd_and(w, dd_ranges(w, 0, &r, 1), dd_term(1 + i));
	}
	before = dd_cells(w);
	list[0] = dd_overlay(w, list, 5000);
	ck_assert_uint_lt(dd_cells(w) - before, 20000);
	for (i = 0; i < 5000; i++) {
		atom[0] = 20 * i;
		ck_assert_uint_eq(dd_eval(w, list[0], atom), 1 + i);
		atom[0]++;
		ck_assert_uint_eq(dd_eval(w, list[0], atom), 0);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dd");
	TCase *tc = tcase_create("dd");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, operations);
	tcase_add_test(tc, canonical);
	tcase_add_test(tc, overlays);
	tcase_add_test(tc, combining);
	tcase_add_test(tc, sums);
	tcase_add_test(tc, witnesses);
	tcase_add_test(tc, parts);
	tcase_add_test(tc, smallest);
	tcase_add_test(tc, constants);
	tcase_add_test(tc, budget);
	tcase_add_test(tc, wide);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
