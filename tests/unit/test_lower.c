/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "compile.h"
#include "ktargets.h"

/* policy text in, kernel lines out, all in memory */
static struct arena arena;
static struct compile unit;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

static const char *compile_text(const char *release, const char *text)
{
	struct ktarget t = target_of(release, KLSM_SELINUX);
	struct buf out;

	compile_init(&unit, &arena);
	compile_add_source(&unit, source_new(&arena, "t", text, strlen(text),
					     0));
	compile_check(&unit);
	buf_init(&out, &arena);
	return compile_emit(&unit, &t, &out) ? out.s : NULL;
}

static const char *first_code(void)
{
	size_t i;

	for (i = 0; i < unit.diags.n; i++)
		if (unit.diags.v[i]->severity == DIAG_ERROR)
			return diag_name(unit.diags.v[i]->code);
	return "none";
}

static size_t count_lines(const char *s)
{
	size_t n = 0;

	for (; (s = strchr(s, '\n')); s++)
		n++;
	return n;
}

#define LINES(text, lines) \
	ck_assert_str_eq(compile_text("6.12", text), lines)

START_TEST(test_one_statement)
{
	LINES("measure exec of label bin_t;",
	      "measure func=BPRM_CHECK obj_type=bin_t\n");
}
END_TEST

START_TEST(test_complement_and_range)
{
	LINES("measure exec of !label a_t;",
	      "dont_measure func=BPRM_CHECK obj_type=a_t\n"
	      "measure func=BPRM_CHECK\n");
	LINES("measure exec by !uid 0;", "measure func=BPRM_CHECK uid>0\n");
	LINES("measure exec by uid 10..20;",
	      "dont_measure func=BPRM_CHECK uid<10\n"
	      "measure func=BPRM_CHECK uid<21\n");
}
END_TEST

/* what is taken out goes on to the statements below */
START_TEST(test_fall_through)
{
	LINES("measure exec except of label a_t; measure exec pcr 11;",
	      "measure func=BPRM_CHECK obj_type=a_t pcr=11\n"
	      "measure func=BPRM_CHECK\n");
	LINES("measure exec except of label a_t;"
	      "measure exec by uid 0 pcr 11;",
	      "measure func=BPRM_CHECK uid=0 obj_type=a_t pcr=11\n"
	      "dont_measure func=BPRM_CHECK obj_type=a_t\n"
	      "measure func=BPRM_CHECK\n");
}
END_TEST

/* an exception that the next statement undoes costs nothing */
START_TEST(test_no_difference_no_rule)
{
	LINES("measure exec except of label a_t; measure exec;",
	      "measure func=BPRM_CHECK\n");
}
END_TEST

START_TEST(test_twenty_exceptions_stay_linear)
{
	struct buf b;
	const char *out;
	int i;

	buf_init(&b, &arena);
	for (i = 0; i < 20; i++)
		buf_printf(&b, "measure exec of label t%d_t pcr %d "
			   "except by uid %d except of owner %d;\n",
			   i, i, i, i);
	buf_puts(&b, "measure exec;\n");
	out = compile_text("6.12", b.s);
	ck_assert_ptr_nonnull(out);
	ck_assert_uint_le(count_lines(out), 61);
}
END_TEST

START_TEST(test_bare_user)
{
	LINES("measure read by root;",
	      "measure func=FILE_CHECK mask=^MAY_READ euid=0\n"
	      "measure func=FILE_CHECK mask=^MAY_READ uid=0\n");
	LINES("measure exec by !root;",
	      "dont_measure func=BPRM_CHECK euid=0\n"
	      "measure func=BPRM_CHECK uid>0\n");
}
END_TEST

/* ids of an exception and of its statement want the same slot */
START_TEST(test_ids_that_share_a_slot)
{
	LINES("measure mmap by (egid 1 | subj-user sv) except of (group 3 &"
	      " label \"v:r:a_t\") by (uid 4 | (euid 2 & egid 99));",
	      "dont_measure func=MMAP_CHECK euid=2 egid=99 fgroup=3"
	      " obj_user=v obj_role=r obj_type=a_t\n"
	      "dont_measure func=MMAP_CHECK uid=4 fgroup=3 obj_user=v"
	      " obj_role=r obj_type=a_t\n"
	      "measure func=MMAP_CHECK subj_user=sv\n"
	      "measure func=MMAP_CHECK egid=1\n");
	ck_assert_ptr_nonnull(compile_text("6.12",
		"appraise any of owner 0 by 5 except of !group 2..7"
		" by (euid 3..4 | uid 1);"));
	ck_assert_uint_le(count_lines(compile_text("6.12",
		"measure open of group 100..150 by 1..3; measure read by 5;")),
		12);
}
END_TEST

/* the real and the effective id share a slot: order does it */
START_TEST(test_real_and_effective)
{
	LINES("measure exec by uid 0 & euid 5;",
	      "dont_measure func=BPRM_CHECK uid>0\n"
	      "measure func=BPRM_CHECK euid=5\n");
}
END_TEST

/* a bare range: by effective id one by one, by real id with a fence below */
START_TEST(test_bare_range)
{
	const char *out = compile_text("6.12", "measure read by 1000..1999;");

	ck_assert_ptr_nonnull(out);
	ck_assert_uint_eq(count_lines(out), 1002);
}
END_TEST

/* what the kernel would do at load time is not asked for in passing */
START_TEST(test_no_effect_in_passing)
{
	const char *out = compile_text("6.12",
		"exempt appraise module of label b_t including loads"
		"	except of owner 7;"
		"appraise any;");

	ck_assert_ptr_nonnull(out);
	ck_assert_ptr_null(strstr(out, "\nappraise func=MODULE_CHECK"));
	ck_assert(strncmp(out, "appraise func=MODULE_CHECK", 26) != 0);
}
END_TEST

START_TEST(test_inexpressible)
{
	ck_assert_ptr_null(compile_text("6.12",
					"measure exec by euid 0 & euid 5;"));
	ck_assert_str_eq(first_code(), "not-expressible");
	ck_assert_ptr_null(compile_text("6.12",
		"audit exec except of label a_t;"));
	ck_assert_str_eq(first_code(), "audit-exception");
	ck_assert_ptr_nonnull(compile_text("6.19",
		"audit exec except of label a_t;"));
	/* no dont_ rule is needed for these */
	ck_assert_ptr_nonnull(compile_text("6.12", "audit exec by !uid 0;"));
	ck_assert_ptr_nonnull(compile_text("6.12",
					   "audit exec by uid 10..20;"));
}
END_TEST

START_TEST(test_hash_and_appraise)
{
	/* the kernel clears the hash where appraise stands behind it */
	LINES("hash exec; appraise exec of label a_t;",
	      "hash func=BPRM_CHECK\n"
	      "appraise func=BPRM_CHECK obj_type=a_t\n");
	LINES("hash read by euid 7; appraise read by euid 9; hash read;",
	      "hash func=FILE_CHECK mask=^MAY_READ euid=7\n"
	      "appraise func=FILE_CHECK mask=^MAY_READ euid=9\n"
	      "hash func=FILE_CHECK mask=^MAY_READ\n");
	/* with a fence the order cannot be kept: exempted by hand */
	LINES("hash exec except of label b_t by uid 5; appraise exec of label a_t;",
	      "appraise func=BPRM_CHECK obj_type=a_t\n"
	      "dont_hash func=BPRM_CHECK obj_type=a_t\n"
	      "dont_hash func=BPRM_CHECK uid=5 obj_type=b_t\n"
	      "hash func=BPRM_CHECK\n");
	LINES("appraise exec of label a_t; hash exec;",
	      "appraise func=BPRM_CHECK obj_type=a_t\n"
	      "hash func=BPRM_CHECK\n");
}
END_TEST

/* a rule that decides nothing may still switch something on at load time */
START_TEST(test_load_effect_is_kept)
{
	const char *out = compile_text("6.12",
		"appraise any requiring signature;"
		"appraise module requiring signature;");

	ck_assert_ptr_nonnull(out);
	ck_assert_ptr_nonnull(strstr(out, "func=MODULE_CHECK"));
}
END_TEST

START_TEST(test_cap)
{
	ck_assert_ptr_null(compile_text("6.12",
					"measure exec by euid 1..5000;"));
	ck_assert_str_eq(first_code(), "too-many-rules");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lower");
	TCase *t = tcase_create("lower");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, test_one_statement);
	tcase_add_test(t, test_complement_and_range);
	tcase_add_test(t, test_fall_through);
	tcase_add_test(t, test_no_difference_no_rule);
	tcase_add_test(t, test_twenty_exceptions_stay_linear);
	tcase_add_test(t, test_bare_user);
	tcase_add_test(t, test_ids_that_share_a_slot);
	tcase_add_test(t, test_real_and_effective);
	tcase_add_test(t, test_bare_range);
	tcase_add_test(t, test_no_effect_in_passing);
	tcase_add_test(t, test_inexpressible);
	tcase_add_test(t, test_hash_and_appraise);
	tcase_add_test(t, test_load_effect_is_kept);
	tcase_add_test(t, test_cap);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
