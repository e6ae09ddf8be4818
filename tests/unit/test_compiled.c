/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>

#include "compiled.h"
#include "krules.h"
#include "../meaning/rng.h"

#define HEAD "# compiled by imapolc; load with imapol-load\n" \
	"# assumes kernel 6.1\n# assumes lsm selinux\n" \
	"# assumes config IMA_LSM_RULES\n# assumes keys of all signatures\n"

static const char small[] = HEAD
	"# a.imapol:2:1\n"
	"dont_measure func=FILE_CHECK obj_type=var_log_t\n"
	"# lib/b.imapol:7:12\n"
	"measure func=FILE_CHECK mask=^MAY_READ euid=0 pcr=11\n"
	"measure func=FILE_CHECK mask=^MAY_READ uid=0 pcr=11\n"
	"# a.imapol:4:1\n"
	"measure func=BPRM_CHECK\n"
	"appraise func=BPRM_CHECK obj_type=bin_t appraise_type=imasig\n";

static const char *read_as(struct compiled *c, const char *text,
			   const char *release)
{
	return compiled_read(c, &arena, &in, "p.ima", text, strlen(text),
			     release);
}

START_TEST(what_it_says)
{
	struct compiled c;

	ck_assert_ptr_null(read_as(&c, small, NULL));
	ck_assert_uint_eq(c.policy.rules.n, 5);
	ck_assert_uint_eq(c.policy.target.release.minor, 1);
	ck_assert_int_eq(c.policy.target.lsm, KLSM_SELINUX);
	ck_assert_int_eq(c.policy.target.config[KCONFIG_IMA_LSM_RULES],
			 KTRI_YES);
	ck_assert_int_eq(c.policy.target.config[KCONFIG_IMA_APPRAISE],
			 KTRI_MAYBE);
	ck_assert_str_eq(c.statement[0], "a.imapol:2:1");
	ck_assert_str_eq(c.statement[1], "lib/b.imapol:7:12");
	ck_assert_str_eq(c.statement[2], "lib/b.imapol:7:12");
	ck_assert_str_eq(c.statement[4], "a.imapol:4:1");
	/* who says which kernel it runs on knows better */
	ck_assert_ptr_null(read_as(&c, small, "6.12"));
	ck_assert_uint_eq(c.policy.target.release.minor, 12);
}
END_TEST

/* comments mean something in what was compiled alone */
START_TEST(plain_lines)
{
	static const char text[] = "# assumes kernel 6.1\n# x.imapol:3:1\n"
		"measure func=BPRM_CHECK\n\n"
		"measure func=FILE_CHECK subj_role=docker-default\n";
	struct compiled c;

	ck_assert_str_eq(read_as(&c, text, NULL), "it does not say for which "
			 "kernel it is: name the release with --kernel");
	ck_assert_ptr_null(read_as(&c, text, "6.1.192"));
	ck_assert_str_eq(c.statement[0], "p.ima:3");
	ck_assert_str_eq(c.statement[1], "p.ima:5");
	ck_assert_ptr_null(read_as(&c, "measure obj_type=bin_t", "6.1"));
	ck_assert_int_eq(c.policy.target.lsm, KLSM_SELINUX);
}
END_TEST

static void refused(const char *text, const char *release, const char *part)
{
	struct compiled c;
	const char *why = read_as(&c, text, release);

	ck_assert_msg(why && strstr(why, part), "%s: %s", text,
		      why ? why : "read");
}

START_TEST(what_is_wrong)
{
	refused("", "6.1", "there is no rule");
	refused("# only this\n\n", "6.1", "there is no rule");
	refused(HEAD "measure\nmeasure func=NONE\n", NULL, "line 7 is none");
	refused("measure func=NONE\n", "6.1", "line 1 is none that kernel 6.1");
	refused("measure\n", "99.9", "kernel 99.9 is not known");
	refused("measure\n", "x", "kernel x is not known");
	refused("# compiled by imapolc; load with imapol-load\n"
		"# assumes kernel 1.2\nmeasure\n", NULL, "1.2 is not known");
	refused("\177ELF", "6.1", "line 1");
}
END_TEST

/* ---- who decides ---- */

static struct compiled_rules who(const struct compiled *c, struct question *q,
				 enum kclass class)
{
	question_complete(q);
	return compiled_deciders(c, &arena, q, class);
}

START_TEST(deciders)
{
	struct compiled_rules r;
	struct compiled c;
	struct question q;

	ck_assert_ptr_null(read_as(&c, small, NULL));
	/* nothing known but that it was opened: all three statements, or none */
	question_init(&q, KHOOK_FILE, KMASK_READ);
	r = who(&c, &q, KCLASS_MEASURE);
	ck_assert_uint_eq(r.n, 2);
	ck_assert_uint_eq(r.rule[0], 0);
	ck_assert_uint_eq(r.rule[1], 1);
	ck_assert(r.none);
	question_user(&q, 0);
	r = who(&c, &q, KCLASS_MEASURE);
	ck_assert_uint_eq(r.n, 2);
	ck_assert(!r.none);
	question_label(&q, NULL, NULL, "etc_t");
	r = who(&c, &q, KCLASS_MEASURE);
	ck_assert_uint_eq(r.n, 1);
	ck_assert_uint_eq(r.rule[0], 1);
	/* of a class that no line opens there is nobody */
	r = who(&c, &q, KCLASS_AUDIT);
	ck_assert_uint_eq(r.n, 0);
	ck_assert(r.none);
	/* a mask that no hook passes */
	question_init(&q, KHOOK_BPRM, KMASK_READ);
	r = who(&c, &q, KCLASS_MEASURE);
	ck_assert_uint_eq(r.n, 0);
}
END_TEST

static uint32_t id_of(struct rng *rng)
{
	return rng_percent(rng, 50) ? 0 : 1000;
}

/* an access of which all is known has the rule that the plain walk says */
START_TEST(as_the_walk_says)
{
	static const char *const types[] = { "bin_t", "var_log_t", "etc_t" };
	struct rng rng = rng_new(9);
	struct krule rules[5];
	struct compiled c;
	int n, class;

	ck_assert_ptr_null(read_as(&c, small, NULL));
	for (n = 0; n < 5; n++)
		rules[n] = c.policy.rules.v[n].k;
	for (n = 0; n < 400; n++) {
		struct kaccess a = { .hook = KHOOK_FILE, .mask = KMASK_READ };
		struct compiled_rules r;
		struct kdecision d;
		struct question q;

		if (rng_percent(&rng, 40)) {
			a.hook = KHOOK_BPRM;
			a.mask = KMASK_EXEC;
		}
		a.uid = (struct kids){ id_of(&rng), id_of(&rng), id_of(&rng),
				       rng_percent(&rng, 50) };
		a.fsmagic = 0xef53;
		a.fsname = "ext4";
		a.lsm[KLSM_OBJ_TYPE] = types[rng_below(&rng, 3)];
		d = kdialect_walk(&c.policy.target, rules, 5, &a);
		question_of_access(&q, &a);
		for (class = 0; class < KCLASS_COUNT; class++) {
			r = compiled_deciders(&c, &arena, &q, class);
			ck_assert_int_eq(r.none, d.rule[class] < 0);
			ck_assert_uint_eq(r.n, d.rule[class] >= 0);
			if (r.n)
				ck_assert_str_eq(c.statement[r.rule[0]],
					c.statement[d.rule[class]]);
		}
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("compiled");
	TCase *tc = tcase_create("compiled");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_it_says);
	tcase_add_test(tc, plain_lines);
	tcase_add_test(tc, what_is_wrong);
	tcase_add_test(tc, deciders);
	tcase_add_test(tc, as_the_walk_says);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
