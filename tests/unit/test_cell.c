/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdlib.h>

#include "cell.h"

static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

#define R(lo, hi) iset_range(&arena, lo, hi)

static bool same(const struct iset *x, const struct iset *y)
{
	return iset_subset(x, y) && iset_subset(y, x);
}

START_TEST(test_intervals)
{
	const struct iset *s = iset_or(&arena, R(5, 9), R(20, KID_MAX));

	ck_assert_uint_eq(s->n, 2);
	ck_assert(same(iset_not(&arena, iset_not(&arena, s)), s));
	ck_assert(same(iset_and(&arena, s, R(0, 6)), R(5, 6)));
	ck_assert_uint_eq(iset_and(&arena, s, R(10, 19))->n, 0);
	/* neighbours become one */
	ck_assert_uint_eq(iset_or(&arena, R(0, 4), R(5, KID_MAX))->n, 1);
	ck_assert_uint_eq(iset_not(&arena, R(0, KID_MAX))->n, 0);
	ck_assert(iset_subset(NULL, R(0, KID_MAX)));
	ck_assert(!iset_subset(NULL, R(1, KID_MAX)));
	ck_assert_uint_eq(R(3, 2)->n, 0);
}
END_TEST

START_TEST(test_names)
{
	const struct nset *a = nset_one(&arena, "a"), *b = nset_one(&arena, "b");
	const struct nset *not_a = nset_not(&arena, a);
	const struct nset *not_ab = nset_and(&arena, not_a,
					     nset_not(&arena, b));

	ck_assert(nset_empty(nset_and(&arena, a, b)));
	ck_assert(nset_has(not_a, "b") && !nset_has(not_a, "a"));
	ck_assert(!nset_has(not_ab, "b") && nset_has(not_ab, "c"));
	ck_assert(nset_subset(not_ab, not_a) && !nset_subset(not_a, not_ab));
	ck_assert(nset_subset(b, not_a) && !nset_subset(not_a, b));
	ck_assert(nset_subset(a, NULL) && !nset_subset(NULL, a));
	ck_assert(nset_has(NULL, "a"));
}
END_TEST

static struct cell eff_cell(const struct eset *e)
{
	struct cell c;

	cell_all(&c, 1);
	c.eff[EFF_UID] = e;
	return c;
}

/* two different ids can both be there: with CAP_SETUID there are up to three */
START_TEST(test_effective_ids_are_a_set)
{
	struct cell zero = eff_cell(eset_some(&arena, R(0, 0)));
	struct cell five = eff_cell(eset_some(&arena, R(5, 5)));
	struct cell low = eff_cell(eset_some(&arena, R(0, 9)));
	struct cell none = eff_cell(eset_none(&arena, R(0, 0)));
	struct cell both, left;
	bool empty;

	ck_assert(cell_and(&arena, &zero, &five, &both));
	ck_assert_uint_eq(both.eff[EFF_UID]->n, 2);
	ck_assert(cell_within(&both, &zero) && !cell_within(&zero, &both));
	ck_assert(cell_within(&zero, &low) && !cell_within(&low, &zero));
	ck_assert(!cell_and(&arena, &zero, &none, &left));
	ck_assert(cell_fold(&arena, &low, &zero, &left, &empty) && !empty);
	ck_assert(!cell_meets(&arena, &left, &zero));
	ck_assert(cell_within(&left, &low));
}
END_TEST

START_TEST(test_fold)
{
	struct cell x, y, left;
	bool empty;

	cell_all(&x, 3);
	cell_all(&y, 1);
	ck_assert(cell_fold(&arena, &x, &y, &left, &empty) && !empty);
	ck_assert_uint_eq(left.events, 2);
	y.num[NUM_UID] = R(0, 0);
	ck_assert(!cell_fold(&arena, &x, &y, &left, &empty));
	ck_assert(cell_fold(&arena, &y, &x, &left, &empty) && empty);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cell");
	TCase *t = tcase_create("cell");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, test_intervals);
	tcase_add_test(t, test_names);
	tcase_add_test(t, test_effective_ids_are_a_set);
	tcase_add_test(t, test_fold);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
