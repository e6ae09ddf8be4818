/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>

#include "emit.h"
#include "krules.h"
#include "opencost.h"
#include "order.h"

/* each line as of a statement of its own, or all as of one, in a source */
static struct ir lines(const char *text, bool one_statement)
{
	struct ktarget t = target("6.12");
	const struct source *src = source_new(&arena, "p", text, strlen(text),
					      0);
	char *copy = arena_strndup(&arena, text, strlen(text)), *line;
	size_t n = 0;
	struct ir ir;

	ir_init(&ir, &arena);
	for (line = strtok(copy, "\n"); line; line = strtok(NULL, "\n")) {
		size_t at = (size_t)(line - copy);
		struct span s = { src, at, at + strlen(line) };
		struct krule k = rule(&t, line);

		if (one_statement)
			s = (struct span){ src, 0, strlen(text) };
		ir_add(&ir, &k, s, one_statement ? 0 : n, n);
		n++;
	}
	return ir;
}

static const char *text_of(const struct ir *ir)
{
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	for (i = 0; i < ir->rules.n; i++) {
		emit_rule(&ir->rules.v[i].k, &b);
		buf_putc(&b, '\n');
	}
	return b.s;
}

static void becomes(const char *text, const char *want)
{
	struct ktarget t = target("6.12");
	struct ir ir = lines(text, false);

	order(&arena, &t, &ir, NULL);
	ck_assert_str_eq(text_of(&ir), want);
}

START_TEST(ranges)
{
	becomes("measure func=BPRM_CHECK uid<5\nmeasure func=BPRM_CHECK uid=5\n",
		"measure func=BPRM_CHECK uid<6\n");
	becomes("measure func=BPRM_CHECK uid=0\nmeasure func=BPRM_CHECK uid>0\n",
		"measure func=BPRM_CHECK\n");
	becomes("measure func=BPRM_CHECK euid>7 pcr=11\n"
		"measure func=BPRM_CHECK euid<9 pcr=11\n",
		"measure func=BPRM_CHECK pcr=11\n");
	becomes("appraise fowner>9\nappraise fowner=9\nappraise fowner=8\n",
		"appraise fowner>7\n");
	becomes("audit func=FILE_CHECK gid<2 fgroup=1\n"
		"audit func=FILE_CHECK gid<2 fgroup=0\n",
		"audit func=FILE_CHECK gid<2 fgroup<2\n");
}
END_TEST

START_TEST(lists)
{
	becomes("measure func=KEY_CHECK keyrings=.ima|.evm\n"
		"measure func=KEY_CHECK keyrings=.evm|_ima\n",
		"measure func=KEY_CHECK keyrings=.ima|.evm|_ima\n");
	becomes("measure func=CRITICAL_DATA label=a\n"
		"measure func=CRITICAL_DATA label=b\n"
		"measure func=CRITICAL_DATA label=c\n",
		"measure func=CRITICAL_DATA label=a|b|c\n");
}
END_TEST

/* what would say more, less or otherwise, or hide a statement in another */
static void stays(const char *text)
{
	becomes(text, text);
}

START_TEST(apart)
{
	stays("measure func=BPRM_CHECK uid=5\nmeasure func=BPRM_CHECK uid=6\n");
	stays("measure func=BPRM_CHECK uid<5\nmeasure func=BPRM_CHECK uid=6\n");
	stays("measure func=BPRM_CHECK uid<5\nmeasure func=BPRM_CHECK euid=5\n");
	stays("measure func=BPRM_CHECK uid<5\n"
	      "measure func=BPRM_CHECK uid=5 pcr=11\n");
	stays("measure func=BPRM_CHECK uid<5\nmeasure func=MMAP_CHECK uid=5\n");
	stays("measure func=BPRM_CHECK uid<5\naudit func=BPRM_CHECK uid=5\n");
	stays("measure func=BPRM_CHECK uid<5 fowner=1\n"
	      "measure func=BPRM_CHECK uid=5 fowner=0\n");
	stays("measure func=KEY_CHECK keyrings=.ima\n"
	      "measure func=KEY_CHECK keyrings=_ima pcr=11\n");
	stays("measure func=KEY_CHECK keyrings=.ima uid=0\n"
	      "measure func=KEY_CHECK keyrings=_ima\n");
	/* another rule decides about a part of the second before it does */
	stays("measure func=BPRM_CHECK uid<5\n"
	      "dont_measure func=BPRM_CHECK fowner=7\n"
	      "measure func=BPRM_CHECK uid=5\n");
	/* the statements do not follow each other */
	stays("measure func=BPRM_CHECK uid<5\nmeasure func=MODULE_CHECK\n"
	      "measure func=BPRM_CHECK uid=5\n");
}
END_TEST

START_TEST(between)
{
	struct ktarget t = target("6.12");
	struct ir ir = lines("measure func=BPRM_CHECK uid<5\n"
			     "measure func=MODULE_CHECK\n"
			     "measure func=BPRM_CHECK uid=5\n", true);

	/* of one statement, whatever stands between */
	order(&arena, &t, &ir, NULL);
	ck_assert_str_eq(text_of(&ir), "measure func=BPRM_CHECK uid<6\n"
			 "measure func=MODULE_CHECK\n");
	/* what the exemption takes is decided before it all the same */
	becomes("measure func=BPRM_CHECK fowner=7\nmeasure func=BPRM_CHECK uid<5\n"
		"measure func=BPRM_CHECK uid=5\n"
		"dont_measure func=BPRM_CHECK fowner=7\nmeasure uid=9\n",
		"measure func=BPRM_CHECK fowner=7\n"
		"measure func=BPRM_CHECK uid<6\nmeasure uid=9\n");
}
END_TEST

START_TEST(places)
{
	static const char text[] = "measure func=KEY_CHECK keyrings=a\n"
		"measure func=KEY_CHECK keyrings=b\n";
	struct ktarget t = target("6.12");
	struct ir ir = lines(text, false);

	order(&arena, &t, &ir, NULL);
	ck_assert_uint_eq(ir.rules.n, 1);
	ck_assert_uint_eq(ir.rules.v[0].origin.start, 0);
	ck_assert_uint_eq(ir.rules.v[0].origin.end, strlen(text) - 1);
	ck_assert_uint_eq(ir.rules.v[0].stmt, 0);
}
END_TEST

/* n lines of one operation that stay apart, then others */
static const char *long_list(size_t n, const char *others)
{
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	for (i = 0; i < n; i++)
		buf_printf(&b, "measure func=BPRM_CHECK uid=%zu\n", 3 * i);
	buf_puts(&b, others);
	return b.s;
}

START_TEST(opens_first)
{
	static const char opens[] = "dont_measure func=FILE_CHECK fowner=1\n"
		"measure func=FILE_CHECK\n";
	static const char wide[] = "measure fowner=1\n"
		"measure func=FILE_CHECK uid=1\n";
	const char *list = long_list(64, opens);
	struct buf b;

	buf_init(&b, &arena);
	buf_printf(&b, "%s%s", opens, long_list(64, ""));
	becomes(list, b.s);
	/* fewer do not move, and nothing passes a rule about all operations */
	stays(long_list(63, opens));
	stays(long_list(100, wide));
	/* classes do not mix */
	stays(long_list(100, "audit func=FILE_CHECK uid=1\n"));
}
END_TEST

static struct opencost cost(const char *text)
{
	struct ir ir = lines(text, false);
	const struct krule **v = arena_zalloc(&arena, ir.rules.n + 1,
					      sizeof(*v));
	size_t i;

	for (i = 0; i < ir.rules.n; i++)
		v[i] = &ir.rules.v[i].k;
	return opencost_of(v, ir.rules.n);
}

START_TEST(costs)
{
	struct opencost one = cost("measure func=BPRM_CHECK uid=5\n"), c;

	ck_assert_uint_eq(one.cost, 100);
	ck_assert_uint_eq(one.rules, 0);
	c = cost("measure func=FILE_CHECK obj_type=a_t\nmeasure uid=5\n");
	ck_assert_uint_eq(c.rules, 2);
	ck_assert_uint_gt(c.cost, 300);
	/* one condition more costs more; the second fails no more */
	ck_assert_uint_gt(cost("measure func=FILE_CHECK euid=5\n").cost,
			  cost("measure func=FILE_CHECK uid=5\n").cost);
	ck_assert_uint_eq(cost("measure func=FILE_CHECK uid=5 fowner=1\n").cost,
			  cost("measure func=FILE_CHECK uid=5\n").cost);
	/* where all is decided the walk ends */
	c = cost("measure func=FILE_CHECK\n");
	ck_assert_uint_eq(cost("measure func=FILE_CHECK\nmeasure uid=5\n").cost,
			  c.cost);
	ck_assert_uint_gt(cost("measure func=FILE_CHECK\nmeasure uid=5\n"
			       "audit uid=5\n").cost, c.cost);
	/* and a class in which no rule acts is not walked */
	ck_assert_uint_eq(cost("dont_measure uid=5\n").cost, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("order");
	TCase *tc = tcase_create("order");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, ranges);
	tcase_add_test(tc, lists);
	tcase_add_test(tc, apart);
	tcase_add_test(tc, between);
	tcase_add_test(tc, places);
	tcase_add_test(tc, opens_first);
	tcase_add_test(tc, costs);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
