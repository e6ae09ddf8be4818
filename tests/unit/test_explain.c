/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>

#include "explain_say.h"
#include "kexplain.h"
#include "sticky.h"

static const char *case_text(const struct explain_answer *a, enum kclass class,
			     size_t i)
{
	struct buf b;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	explain_say_case(&x, &a->class[class], &a->class[class].branches.v[i],
			 SIZE_MAX, &b);
	return b.s;
}

/* ---- values and atoms ---- */

START_TEST(atoms)
{
	struct space *sp;
	uint32_t a;

	lines("6.1", "measure fsmagic=0x9fa0 fowner>99 obj_type=b\n"
	      "measure func=KEY_CHECK keyrings=.ima\n"
	      "measure obj_type=a euid=1000\n");
	sp = x.space;
	ck_assert_uint_eq(space_find_name(sp, SPACE_OBJ_TYPE, "a"), 0);
	ck_assert_uint_eq(space_find_name(sp, SPACE_OBJ_TYPE, "b"), 1);
	ck_assert_uint_eq(space_find_name(sp, SPACE_OBJ_TYPE, "zz"), 2);
	ck_assert_uint_eq(space_find_name(sp, SPACE_OBJ_TYPE, NULL), 2);
	ck_assert_uint_eq(space_find_fsmagic(sp, 0x9fa0), 0);
	ck_assert_uint_eq(space_find_fsmagic(sp, 7), 1);
	ck_assert_uint_eq(space_find_id(sp, SPACE_OWNER, 0), 0);
	ck_assert_uint_eq(space_find_id(sp, SPACE_OWNER, 99), 0);
	ck_assert_uint_eq(space_find_id(sp, SPACE_OWNER, 100), 1);
	ck_assert_uint_eq(space_find_id(sp, SPACE_OWNER, KID_MAX), 1);
	ck_assert_uint_eq(space_find_id(sp, SPACE_SUID, 1000), 1);
	ck_assert_uint_eq(space_find_id(sp, SPACE_SUID, 1001), 2);
	ck_assert_uint_eq(space_find_event(sp, KHOOK_FILE, 0, NULL),
			  UINT32_MAX);
	a = space_find_event(sp, KHOOK_KEY, 0, ".ima");
	ck_assert_str_eq(space_event(sp, a).name, ".ima");
	a = space_find_event(sp, KHOOK_KEY, 0, ".evm");
	ck_assert_int_eq(space_event(sp, a).hook, KHOOK_KEY);
	ck_assert_ptr_null(space_event(sp, a).name);
}
END_TEST

START_TEST(completed)
{
	struct question q;

	question_init(&q, KHOOK_FILE, KMASK_READ);
	question_name(&q, SPACE_FSNAME, "tmpfs");
	question_id(&q, SPACE_EUID, 0);
	question_complete(&q);
	ck_assert(q.known[SPACE_FSMAGIC] && q.magic == 0x01021994);
	ck_assert(q.known[SPACE_FS_SUBTYPE] && !q.text[SPACE_FS_SUBTYPE]);
	ck_assert(q.known[SPACE_SUID] && q.id[SPACE_SUID] == 0);
	ck_assert(!q.known[SPACE_UID] && !q.known[SPACE_CAP_SETUID]);
	question_plain_process(&q);
	ck_assert(q.known[SPACE_CAP_SETUID] && q.id[SPACE_CAP_SETUID] == 1);

	/* several file systems share this number */
	question_init(&q, KHOOK_FILE, KMASK_READ);
	question_magic(&q, 0xef53);
	question_complete(&q);
	ck_assert(!q.known[SPACE_FSNAME]);
	question_init(&q, KHOOK_FILE, KMASK_READ);
	question_name(&q, SPACE_FSNAME, "fuse");
	question_complete(&q);
	ck_assert(q.known[SPACE_FSMAGIC] && !q.known[SPACE_FS_SUBTYPE]);
}
END_TEST

/* a file without a UUID is compared with the one of zeros */
START_TEST(no_uuid)
{
	struct explain_answer a;
	struct question q;

	lines("6.1", "measure fsuuid=00000000-0000-0000-0000-000000000000\n");
	question_init(&q, KHOOK_BPRM, KMASK_EXEC);
	question_name(&q, SPACE_FSUUID, NULL);
	ck_assert(explain_ask(&x, &q, &a));
	ck_assert_uint_eq(a.class[KCLASS_MEASURE].branches.n, 1);
	ck_assert(a.class[KCLASS_MEASURE].branches.v[0].outcome.acts);
}
END_TEST

/* ---- cases ---- */

START_TEST(cases)
{
	const struct explain_class *c;
	struct explain_answer a;
	struct question q;

	lines("6.1", "measure func=MMAP_CHECK\n"
	      "dont_measure func=BPRM_CHECK fowner=7\n"
	      "measure func=BPRM_CHECK uid=5 fowner<10 pcr=12\n"
	      "measure func=BPRM_CHECK uid=5\nmeasure func=BPRM_CHECK pcr=11\n"
	      "measure func=BPRM_CHECK fowner=3\n");
	question_init(&q, KHOOK_BPRM, KMASK_EXEC);
	question_id(&q, SPACE_UID, 5);
	ck_assert(explain_ask(&x, &q, &a));
	c = &a.class[KCLASS_MEASURE];
	ck_assert_uint_eq(c->branches.n, 3);
	ck_assert_str_eq(case_text(&a, KCLASS_MEASURE, 0), "owner 7");
	ck_assert_str_eq(case_text(&a, KCLASS_MEASURE, 1), "owner < 10");
	ck_assert_str_eq(case_text(&a, KCLASS_MEASURE, 2),
			 "in any other case");
	/* once all is decided no more lines are looked at */
	ck_assert_uint_eq(c->tried.n, 4);
	ck_assert_int_eq(c->tried.v[0].how, EXPLAIN_FAILS);
	ck_assert_uint_eq(c->tried.v[0].fails, 1u << COND_FUNC);
	ck_assert_uint_eq(explain_open_dims(&x, &a), 1u << SPACE_OWNER);

	/* a line of which all is decided before */
	question_id(&q, SPACE_OWNER, 3);
	q.known[SPACE_UID] = false;
	ck_assert(explain_ask(&x, &q, &a));
	c = &a.class[KCLASS_MEASURE];
	ck_assert_uint_eq(c->branches.n, 2);
	ck_assert_int_eq(c->tried.v[3].how, EXPLAIN_LATE);
	ck_assert_int_eq(c->branches.v[1].outcome.pcr, 11);
}
END_TEST

/* lines of which the same comes are one case, while they stand together */
START_TEST(same_outcome)
{
	const struct explain_class *c;
	struct explain_answer a;
	struct question q;

	lines("6.1", "dont_measure fowner=1\ndont_measure fowner=2\n"
	      "measure fowner=3\ndont_measure fowner=4\nmeasure\n");
	question_init(&q, KHOOK_BPRM, KMASK_EXEC);
	ck_assert(explain_ask(&x, &q, &a));
	c = &a.class[KCLASS_MEASURE];
	ck_assert_uint_eq(c->branches.n, 4);
	ck_assert_str_eq(case_text(&a, KCLASS_MEASURE, 0),
			 "owner 1, or owner 2");
	ck_assert_str_eq(case_text(&a, KCLASS_MEASURE, 2), "owner 4");
}
END_TEST

/* lines of one statement are one case */
START_TEST(one_statement)
{
	const struct explain_class *c;
	struct explain_answer a;
	struct compile comp;
	struct question q;

	statements(&comp, "target kernel 6.1, no-lsm;\n"
		   "measure exec by 5 | 6;\nmeasure exec of owner 1 pcr 11;\n");
	question_init(&q, KHOOK_BPRM, KMASK_EXEC);
	ck_assert(explain_ask(&x, &q, &a));
	c = &a.class[KCLASS_MEASURE];
	ck_assert_uint_eq(c->branches.n, 3);
	ck_assert_uint_eq(c->branches.v[0].lines.n, 4);
	ck_assert_uint_eq(c->branches.v[0].stmts.n, 1);
	ck_assert_ptr_eq(c->branches.v[0].stmts.v[0], comp.ast.stmts.v[1]);
	ck_assert_ptr_eq(c->branches.v[1].stmts.v[0], comp.ast.stmts.v[2]);
	ck_assert_uint_eq(c->branches.v[2].stmts.n, 0);
}
END_TEST

/* ---- one access ---- */

static struct kaccess access_of(enum khook hook, uint8_t mask)
{
	struct kaccess a = { .hook = hook, .mask = mask };

	a.uid = (struct kids){ 1000, 1000, 1000, false };
	return a;
}

START_TEST(requirements)
{
	struct kaccess a = access_of(KHOOK_BPRM, KMASK_EXEC);
	struct explain_decision d;
	struct kfile seen = { 0 };

	lines("6.1", "appraise func=BPRM_CHECK uid=1000\n"
	      "appraise func=BPRM_CHECK appraise_type=imasig\n");
	ck_assert(explain_access(&x, &a, NULL, &d));
	ck_assert_int_eq(d.rule[KCLASS_APPRAISE], 0);
	ck_assert_int_eq(d.rule[KCLASS_MEASURE], -1);
	ck_assert(d.refused[KSEAL_NONE] && d.refused[KSEAL_BAD_HASH] &&
		  d.refused[KSEAL_BAD_SIGNATURE]);
	ck_assert(!d.refused[KSEAL_HASH] && !d.refused[KSEAL_SIGNATURE]);
	/* another user's exec leaves the signature */
	ck_assert_uint_eq(d.leaks, STICKY_SIGNATURE);
	ck_assert_uint_eq(d.weaker, 0);
	seen.sig = KSIG_IMASIG;
	ck_assert(explain_access(&x, &a, &seen, &d));
	ck_assert(d.refused[KSEAL_HASH] && !d.refused[KSEAL_SIGNATURE]);

	a.uid.real = 7;
	ck_assert(explain_access(&x, &a, NULL, &d));
	ck_assert_int_eq(d.rule[KCLASS_APPRAISE], 1);
	ck_assert(d.refused[KSEAL_HASH]);
	ck_assert_uint_eq(d.leaks, 0);
	ck_assert_uint_eq(d.weaker, STICKY_R_SIGNATURE);

	/* a signature of version 2 is no sigv3 */
	lines("7.1", "appraise func=BPRM_CHECK appraise_type=sigv3\n");
	ck_assert(explain_access(&x, &a, NULL, &d));
	ck_assert(d.refused[KSEAL_SIGNATURE]);
}
END_TEST

/* a text is only measured, whatever a line without func= says */
START_TEST(texts)
{
	struct kaccess a = access_of(KHOOK_KEXEC_CMDLINE, 0);
	struct explain_decision d;

	lines("6.1", "appraise appraise_type=imasig\nmeasure pcr=0\n");
	ck_assert(explain_access(&x, &a, NULL, &d));
	ck_assert_int_eq(d.rule[KCLASS_APPRAISE], -1);
	ck_assert(!d.refused[KSEAL_NONE]);
	ck_assert(d.outcome[KCLASS_MEASURE].acts);
	/* where a text is measured 0 is "not given" */
	ck_assert_int_eq(d.outcome[KCLASS_MEASURE].pcr, -1);
}
END_TEST

/* SETXATTR_CHECK is for the load: no class is looked at because of it */
START_TEST(not_opened)
{
	struct kaccess a = { .hook = KHOOK_FILE, .mask = KMASK_READ };
	struct explain_decision d;

	lines("6.1", "dont_appraise fowner=0 permit_directio\n"
	      "appraise func=SETXATTR_CHECK appraise_algos=sha256\n");
	ck_assert(explain_access(&x, &a, NULL, &d));
	ck_assert_int_eq(d.rule[KCLASS_APPRAISE], -1);
	ck_assert(!d.matched.directio);
	lines("6.1", "dont_appraise fowner=0 permit_directio\n"
	      "appraise func=BPRM_CHECK\n");
	ck_assert(explain_access(&x, &a, NULL, &d));
	ck_assert_int_eq(d.rule[KCLASS_APPRAISE], 0);
	ck_assert(d.matched.directio);
}
END_TEST

/* ---- why not ---- */

START_TEST(misses)
{
	struct explain_miss *v;
	struct question q;

	lines("6.1", "dont_measure fowner=1\nmeasure func=MMAP_CHECK uid=9\n"
	      "measure func=BPRM_CHECK uid=9\nmeasure func=BPRM_CHECK fowner=1\n"
	      "measure func=MODULE_CHECK mask=MAY_EXEC\n"
	      "measure func=BPRM_CHECK fowner=2\n");
	question_init(&q, KHOOK_BPRM, KMASK_EXEC);
	question_id(&q, SPACE_UID, 5);
	question_id(&q, SPACE_OWNER, 2);
	ck_assert_uint_eq(explain_misses(&x, &q, KCLASS_MEASURE, &v), 4);
	/* nearest first; the one that decides is none */
	ck_assert_uint_eq(v[0].rule, 2);
	ck_assert_uint_eq(v[0].n, 1);
	ck_assert_uint_eq(v[0].fails, 1u << COND_UID);
	ck_assert_uint_eq(v[0].before, x.n);
	ck_assert_uint_eq(v[1].rule, 3);
	ck_assert_uint_eq(v[1].before, 0);
	ck_assert_uint_eq(v[2].rule, 4);
	ck_assert(v[2].never);
	ck_assert_uint_eq(v[3].rule, 1);
	ck_assert_uint_eq(v[3].n, 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("explain");
	TCase *tc = tcase_create("explain");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, atoms);
	tcase_add_test(tc, completed);
	tcase_add_test(tc, no_uuid);
	tcase_add_test(tc, cases);
	tcase_add_test(tc, same_outcome);
	tcase_add_test(tc, one_statement);
	tcase_add_test(tc, requirements);
	tcase_add_test(tc, texts);
	tcase_add_test(tc, not_opened);
	tcase_add_test(tc, misses);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
