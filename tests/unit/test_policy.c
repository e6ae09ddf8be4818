/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>

#include "compile.h"
#include "kpolicy.h"

START_TEST(places)
{
	static const char text[] = "# a comment\n"
		"measure func=BPRM_CHECK\n\ndont_measure func=MMAP_CHECK";
	struct ktarget t = target("6.1");
	const struct source *stmt = source_new(&arena, "s", "statement;", 10, 1);
	const struct source *src = source_new(&arena, "p", text, strlen(text),
					      0);
	const struct span origins[] = { NO_SPAN, { stmt, 0, 10 } };
	struct policy p;
	struct span bad;

	ck_assert(policy_read(&p, &arena, &in, &t, src, origins, 2, &bad));
	ck_assert_uint_eq(p.rules.n, 2);
	ck_assert_ptr_eq(p.rules.v[0].origin.src, stmt);
	ck_assert_ptr_eq(p.rules.v[1].origin.src, src);
	ck_assert_uint_eq(p.rules.v[1].line.start, 37);
	ck_assert_uint_eq(p.rules.v[1].line.end, strlen(text));
	ck_assert(p.rules.v[1].k.dont);
}
END_TEST

START_TEST(refused_line)
{
	static const char text[] = "measure\nmeasure func=NONE\n";
	struct ktarget t = target("6.1");
	const struct source *src = source_new(&arena, "p", text, strlen(text),
					      0);
	struct policy p;
	struct span bad;

	ck_assert(!policy_read(&p, &arena, &in, &t, src, NULL, 0, &bad));
	ck_assert_uint_eq(bad.start, 8);
	ck_assert_uint_eq(bad.end, 25);
}
END_TEST

START_TEST(effects)
{
	struct ktarget t = target("6.1");
	struct policy p = read_text(&t, "appraise func=MODULE_CHECK "
		"appraise_type=imasig\ndont_appraise func=FIRMWARE_CHECK\n");

	ck_assert_uint_eq(p.effects.appraise, KEFFECT_MODULE);
	ck_assert(!p.effects.xattr);
}
END_TEST

/* the first list for security.ima counts, wherever it comes from */
START_TEST(inserted)
{
	struct ktarget t = target("6.1");
	struct policy p = read_text(&t, "measure\n"
		"appraise func=SETXATTR_CHECK appraise_algos=sha256\n");
	struct policy more = read_text(&t, "appraise func=SETXATTR_CHECK "
		"appraise_algos=sha512\nappraise func=MODULE_CHECK\n");
	uint32_t was = p.effects.xattr_algos;

	policy_insert(&p, 1, &more);
	ck_assert_uint_eq(p.rules.n, 4);
	ck_assert_int_eq(p.rules.v[0].k.class, KCLASS_MEASURE);
	ck_assert_int_eq(p.rules.v[2].k.func, KHOOK_MODULE);
	ck_assert_int_eq(p.rules.v[3].k.func, KHOOK_SETXATTR);
	ck_assert_uint_ne(p.effects.xattr_algos, was);
	ck_assert_uint_eq(p.effects.xattr_algos, more.effects.xattr_algos);
	ck_assert_uint_eq(p.effects.appraise, KEFFECT_MODULE);
}
END_TEST

START_TEST(builtins)
{
	struct ktarget t = target("6.1");
	const struct source *src = policy_builtin(&arena, &t, "tcb");
	struct policy p;
	struct span bad;

	ck_assert_ptr_nonnull(src);
	ck_assert_str_eq(src->name, "builtin:tcb");
	ck_assert(policy_read(&p, &arena, &in, &t, src, NULL, 0, &bad));
	ck_assert_uint_gt(p.rules.n, 15);
	ck_assert_ptr_null(policy_builtin(&arena, &t, "none such"));
}
END_TEST

/* the same decisions in another spelling and order are the same reference */
START_TEST(decisions)
{
	struct ktarget t = target("6.1");
	struct policy a = read_text(&t, "dont_measure fsmagic=0x9fa0\n"
		"measure func=BPRM_CHECK\nmeasure func=MMAP_CHECK\n");
	struct policy b = read_text(&t, "dont_measure fsmagic=0x9fa0\n"
		"measure func=MMAP_CHECK mask=MAY_EXEC\naudit func=BPRM_CHECK\n"
		"measure func=BPRM_CHECK pcr=11 uid=7\nmeasure func=BPRM_CHECK\n");
	struct space *sp = space_new(&arena, &t);
	struct access_outcomes o;
	struct witness w;
	dd_ref where, who;
	struct buf text;

	policy_add(&a, sp);
	policy_add(&b, sp);
	space_finish(sp);
	access_outcomes_init(&o, &arena);
	ck_assert_uint_eq(policy_decide(&a, sp, &o, KCLASS_APPRAISE),
			  policy_decide(&b, sp, &o, KCLASS_APPRAISE));
	ck_assert_uint_ne(policy_decide(&a, sp, &o, KCLASS_AUDIT),
			  policy_decide(&b, sp, &o, KCLASS_AUDIT));
	where = dd_distinct(space_dd(sp),
			    policy_decide(&a, sp, &o, KCLASS_MEASURE),
			    policy_decide(&b, sp, &o, KCLASS_MEASURE));
	ck_assert(witness_find(sp, where, &w));
	buf_init(&text, &arena);
	witness_describe_access(sp, &w, &text);
	ck_assert_msg(strstr(text.s, "uid 7"), "%s", text.s);
	who = policy_decider(&b, sp, KCLASS_MEASURE);
	ck_assert_uint_eq(dd_eval(space_dd(sp), who, w.atom), 4);
	who = policy_decider(&a, sp, KCLASS_MEASURE);
	ck_assert_uint_eq(dd_eval(space_dd(sp), who, w.atom), 2);
	ck_assert(!dd_full(space_dd(sp)));
}
END_TEST

START_TEST(hash_is_cleared)
{
	struct ktarget t = target("6.1");
	struct policy a = read_text(&t, "hash func=BPRM_CHECK\n"
				    "appraise func=BPRM_CHECK\n");
	struct policy b = read_text(&t, "appraise func=BPRM_CHECK\n");
	struct space *sp = space_new(&arena, &t);
	struct access_outcomes o;

	policy_add(&a, sp);
	policy_add(&b, sp);
	space_finish(sp);
	access_outcomes_init(&o, &arena);
	ck_assert_uint_eq(policy_decide(&a, sp, &o, KCLASS_HASH),
			  policy_decide(&b, sp, &o, KCLASS_HASH));
}
END_TEST

START_TEST(compiled)
{
	static const char text[] = "target kernel 6.1, no-lsm;\n"
		"measure code by uid 7;\nmeasure policy;\n";
	struct ktarget t = target("6.1");
	struct compile c;
	struct policy p;
	struct span s;

	compile_init(&c, &arena);
	c.comments = true;
	compile_add_source(&c, source_new(&arena, "a.imapol", text,
					  strlen(text), 0));
	compile_check(&c);
	ck_assert(compile_policy(&c, &t, &p));
	ck_assert_ptr_eq(p.ast, &c.ast);
	ck_assert_uint_eq(p.rules.n, 3);
	s = p.rules.v[2].origin;
	ck_assert_str_eq(s.src->name, "a.imapol");
	ck_assert_int_eq(strncmp(text + s.start, "measure policy", 14), 0);
	s = p.rules.v[2].line;
	ck_assert_int_eq(strncmp(s.src->text + s.start,
				 "measure func=POLICY_CHECK\n", 26), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("policy");
	TCase *tc = tcase_create("policy");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, places);
	tcase_add_test(tc, refused_line);
	tcase_add_test(tc, effects);
	tcase_add_test(tc, inserted);
	tcase_add_test(tc, builtins);
	tcase_add_test(tc, decisions);
	tcase_add_test(tc, hash_is_cleared);
	tcase_add_test(tc, compiled);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
