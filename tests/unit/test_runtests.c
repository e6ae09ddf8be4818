/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>

#include "kexplain.h"
#include "question_test.h"
#include "runtests.h"

START_TEST(verdicts)
{
	struct tests_coverage cover;
	struct compile c;
	struct tests t;

	statements(&c, "target kernel 6.1, no-lsm;\n"
		   "measure exec by root pcr 11;\nmeasure mmap;\n"
		   "test \"a\" { exec \"/x\" by root => measure pcr 11;\n"
		   "exec \"/x\" by root => measure;\n"
		   "exec \"/x\" => measure pcr 11; }\n");
	tests_init(&t, &x, NULL);
	ck_assert(tests_run(&t, &c.ast));
	ck_assert_uint_eq(t.results.n, 3);
	ck_assert_int_eq(t.results.v[0].verdict, TEST_PASSED);
	ck_assert_ptr_null(t.results.v[0].why);
	ck_assert_int_eq(t.results.v[1].verdict, TEST_FAILED);
	ck_assert_str_eq(t.results.v[1].why,
			 "expected measure, got measure pcr 11, by "
			 "t.imapol:2:1");
	ck_assert_int_eq(t.results.v[2].verdict, TEST_OPEN);
	ck_assert_uint_eq(ds.n_errors, 2);
	tests_coverage(&t, &cover);
	ck_assert_uint_eq(cover.n_stmts, 2);
	ck_assert_uint_eq(cover.stmts.n, 1);
	ck_assert_ptr_eq(cover.stmts.v[0], c.ast.stmts.v[2]);
}
END_TEST

/* tests beside a policy, and none at all */
START_TEST(other_trees)
{
	static const char beside[] = "test \"b\" { mmap \"/x\" => measure; }\n";
	struct compile c, more;
	struct tests t;

	compile_init(&more, &arena);
	compile_add_source(&more, source_new(&arena, "b.imapol", beside,
					     strlen(beside), 0));
	compile_check(&more);
	statements(&c, "target kernel 6.1, no-lsm;\nmeasure mmap;\n");
	tests_init(&t, &x, NULL);
	ck_assert(tests_run(&t, NULL) && tests_run(&t, &c.ast));
	ck_assert_uint_eq(t.results.n, 0);
	ck_assert(tests_run(&t, &more.ast));
	ck_assert_uint_eq(t.count[TEST_PASSED], 1);
	ck_assert_uint_eq(ds.n, 0);
}
END_TEST

/* what is written in a test is what a rule would be compiled from */
START_TEST(expectations)
{
	struct access_outcome o;
	struct compile c;

	statements(&c, "target kernel 6.6, no-lsm; measure exec;\n"
		   "test \"a\" { exec \"/x\" => appraise verity-signature "
		   "algorithms sha256, measure pcr 12 template ima-sig "
		   "allowing direct-io; }\n");
	o = question_expects(&c.ast.stmts.v[2]->tests.v[0], KCLASS_APPRAISE);
	ck_assert(o.acts && o.verity && o.sig == KSIG_SIGV3);
	ck_assert_uint_eq(o.algos, 1u << kmodel_hash_index("sha256"));
	o = question_expects(&c.ast.stmts.v[2]->tests.v[0], KCLASS_MEASURE);
	ck_assert(o.acts && o.directio && o.pcr == 12);
	ck_assert_str_eq(o.template, "ima-sig");
	o = question_expects(&c.ast.stmts.v[2]->tests.v[0], KCLASS_AUDIT);
	ck_assert(!o.acts);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("runtests");
	TCase *tc = tcase_create("runtests");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, verdicts);
	tcase_add_test(tc, other_trees);
	tcase_add_test(tc, expectations);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
