/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdlib.h>

#include "krules.h"
#include "util.h"

static const struct kaccess open_rdwr = {
	.hook = KHOOK_FILE, .mask = KMASK_READ | KMASK_WRITE,
	.uid = { 1000, 1001, 1002, false }, .gid = { 100, 101, 102, false },
	.fowner = 7, .fgroup = 8, .fsmagic = 0xef53, .fsname = "ext4",
	.fs_subtype = "sub",
	.fsuuid = "6a3b7d0c-1b1c-4d5e-8f6a-0123456789ab",
	.lsm = { "sys_u", "object_r", "etc_t", "staff_u", "staff_r",
		 "staff_t" },
};

static bool matches(const char *release, const char *line,
		    const struct kaccess *a)
{
	struct ktarget t = target(release);
	struct krule r = rule(&t, line);

	return kdialect_rule_matches(&t, &r, a);
}

START_TEST(conditions)
{
	static const struct {
		const char *line;
		bool want;
	} v[] = {
		{ "measure", true },
		{ "measure func=FILE_CHECK", true },
		{ "measure func=BPRM_CHECK", false },
		{ "measure mask=MAY_READ", false },
		{ "measure mask=^MAY_READ", true },
		{ "measure mask=^MAY_WRITE", true },
		{ "measure mask=^MAY_EXEC", false },
		{ "measure fsmagic=ef53", true },
		{ "measure fsmagic=ef54", false },
		{ "measure fsname=ext4", true },
		{ "measure fsname=ext", false },
		{ "measure fsname=xfs fsname=ext4", true },
		{ "measure fs_subtype=sub", true },
		{ "measure fs_subtype=other", false },
		{ "measure fsuuid=6A3B7D0C-1b1c-4d5e-8f6a-0123456789ab",
		  true },
		{ "measure fsuuid=00000000-0000-0000-0000-000000000000",
		  false },
		{ "measure uid=1000", true },
		{ "measure uid=1001", false },
		{ "measure uid>999", true },
		{ "measure uid>1000", false },
		{ "measure uid<1001", true },
		{ "measure euid=1001", true },
		{ "measure euid=1000", false },
		{ "measure euid=1002", false },
		{ "measure gid=100", true },
		{ "measure egid=101", true },
		{ "measure egid=102", false },
		{ "measure fowner=7", true },
		{ "measure fowner<7", false },
		{ "measure fgroup>7", true },
		{ "measure obj_type=etc_t", true },
		{ "measure obj_type=etc_t subj_type=staff_t", true },
		{ "measure obj_type=etc_t subj_type=user_t", false },
		{ "measure obj_user=sys_u obj_role=object_r "
		  "subj_user=staff_u subj_role=staff_r", true },
		{ "measure func=KEXEC_CMDLINE", false },
		{ "measure func=KEY_CHECK", false },
		{ "appraise func=SETXATTR_CHECK appraise_algos=sha256",
		  false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++)
		ck_assert_msg(matches("6.19", v[i].line, &open_rdwr) ==
			      v[i].want, "%s", v[i].line);
}
END_TEST

START_TEST(capabilities)
{
	struct kaccess a = open_rdwr;

	a.uid.cap = true;
	ck_assert(matches("6.12", "measure euid=1000", &a));
	ck_assert(matches("6.12", "measure euid=1001", &a));
	ck_assert(matches("6.12", "measure euid=1002", &a));
	ck_assert(matches("6.12", "measure euid>1001", &a));
	ck_assert(!matches("6.12", "measure euid>1002", &a));
	/* each keyword has its own capability, and uid= none */
	ck_assert(!matches("6.12", "measure egid=100", &a));
	ck_assert(!matches("6.12", "measure uid=1001", &a));
	a.gid.cap = true;
	ck_assert(matches("6.12", "measure egid=102", &a));
}
END_TEST

START_TEST(nothing_known)
{
	struct kaccess a = { .hook = KHOOK_FILE, .mask = KMASK_READ };

	ck_assert(matches("6.12", "measure mask=MAY_READ", &a));
	ck_assert(!matches("6.12", "measure obj_type=etc_t", &a));
	ck_assert(!matches("6.12", "measure fsname=ext4", &a));
	/* a file system without a UUID has the all-zero one */
	ck_assert(matches("6.12", "measure fsuuid="
			  "00000000-0000-0000-0000-000000000000", &a));
}
END_TEST

START_TEST(keys_and_data)
{
	struct kaccess key = { .hook = KHOOK_KEY, .keyring = ".ima",
			       .uid = { 5, 6, 7, true } };
	struct kaccess data = { .hook = KHOOK_DATA, .label = "selinux" };

	ck_assert(matches("6.12", "measure func=KEY_CHECK", &key));
	ck_assert(matches("6.12", "measure func=KEY_CHECK keyrings=a|.ima",
			  &key));
	ck_assert(!matches("6.12", "measure func=KEY_CHECK keyrings=ima",
			   &key));
	ck_assert(matches("6.12", "measure func=KEY_CHECK uid=5", &key));
	ck_assert(!matches("6.12", "measure func=KEY_CHECK uid=6", &key));
	/* accepted and never looked at */
	ck_assert(matches("6.12", "measure func=KEY_CHECK gid=99", &key));
	ck_assert(!matches("6.12", "measure", &key));
	ck_assert(!matches("6.12", "measure func=CRITICAL_DATA", &key));
	ck_assert(matches("6.12", "measure func=CRITICAL_DATA label=selinux",
			  &data));
	ck_assert(!matches("6.12", "measure func=CRITICAL_DATA label=se",
			   &data));
	ck_assert(!matches("6.12", "measure", &data));
	data.label = NULL;
	ck_assert(matches("6.12", "measure func=CRITICAL_DATA", &data));
	ck_assert(!matches("6.12", "measure func=CRITICAL_DATA label=x",
			   &data));
}
END_TEST

START_TEST(kexec_command_line)
{
	struct kaccess a = open_rdwr;

	a.hook = KHOOK_KEXEC_CMDLINE;
	a.mask = 0;
	/* 5.4 looks at func alone */
	ck_assert(!matches("5.4", "measure", &a));
	ck_assert(!matches("5.4", "measure fowner=7", &a));
	ck_assert(matches("5.4", "measure func=KEXEC_CMDLINE", &a));
	ck_assert(matches("5.4", "measure func=KEXEC_CMDLINE fowner=9", &a));
	ck_assert(matches("5.10", "measure", &a));
	ck_assert(matches("5.10", "measure fowner=7", &a));
	ck_assert(!matches("5.10", "measure func=KEXEC_CMDLINE fowner=9",
			   &a));
	ck_assert(!matches("6.12", "measure mask=MAY_READ", &a));
	ck_assert(!matches("6.12", "measure mask=^MAY_READ", &a));
}
END_TEST

static void read_rules(const struct ktarget *t, const char *const *lines,
		       size_t n, struct krule *rules)
{
	size_t i;

	for (i = 0; i < n; i++)
		rules[i] = rule(t, lines[i]);
}

START_TEST(walk)
{
	static const char *const lines[] = {
		"dont_appraise fsmagic=9fa0",
		"measure func=BPRM_CHECK",
		"dont_measure fowner=7 uid=1000",
		"measure func=FILE_CHECK",
		"appraise mask=^MAY_READ",
		"appraise",
		"dont_hash",
		"audit uid=1",
	};
	struct ktarget t = target("6.12");
	struct krule rules[ARRAY_SIZE(lines)];
	struct kaccess a = open_rdwr;
	struct kdecision d;

	read_rules(&t, lines, ARRAY_SIZE(lines), rules);
	d = kdialect_walk(&t, rules, ARRAY_SIZE(lines), &a);
	ck_assert_int_eq(d.rule[KCLASS_MEASURE], 2);
	ck_assert_int_eq(d.rule[KCLASS_APPRAISE], 4);
	ck_assert_int_eq(d.rule[KCLASS_AUDIT], -1);
	/* no rule of the list hashes, so nothing is asked */
	ck_assert_int_eq(d.rule[KCLASS_HASH], -1);
	a.fowner = 9;
	a.mask = KMASK_WRITE;
	a.uid.real = 1;
	d = kdialect_walk(&t, rules, ARRAY_SIZE(lines), &a);
	ck_assert_int_eq(d.rule[KCLASS_MEASURE], 3);
	ck_assert_int_eq(d.rule[KCLASS_APPRAISE], 5);
	ck_assert_int_eq(d.rule[KCLASS_AUDIT], 7);
	a.hook = KHOOK_BPRM;
	a.mask = KMASK_EXEC;
	a.fsmagic = 0x9fa0;
	d = kdialect_walk(&t, rules, ARRAY_SIZE(lines), &a);
	ck_assert_int_eq(d.rule[KCLASS_MEASURE], 1);
	ck_assert_int_eq(d.rule[KCLASS_APPRAISE], 0);
	d = kdialect_walk(&t, rules, 0, &a);
	ck_assert_int_eq(d.rule[KCLASS_MEASURE], -1);
}
END_TEST

/* SETXATTR_CHECK opens no class: the exemption is not walked, and leaves nothing */
START_TEST(walk_of_setxattr)
{
	static const char *const lines[] = {
		"appraise func=SETXATTR_CHECK appraise_algos=sha256",
		"dont_appraise permit_directio",
		"appraise func=MODULE_CHECK",
	};
	struct ktarget t = target("6.12");
	struct krule rules[ARRAY_SIZE(lines)];
	struct kdecision d;

	read_rules(&t, lines, ARRAY_SIZE(lines), rules);
	d = kdialect_walk(&t, rules, 2, &open_rdwr);
	ck_assert_int_eq(d.rule[KCLASS_APPRAISE], -1);
	d = kdialect_walk(&t, rules, 3, &open_rdwr);
	ck_assert_int_eq(d.rule[KCLASS_APPRAISE], 1);
}
END_TEST

/* after a change of attributes: which rules may be about this file? */
START_TEST(any_hook)
{
	static const struct {
		const char *line;
		bool want;
	} v[] = {
		{ "appraise", true },
		{ "appraise func=BPRM_CHECK", true },
		{ "appraise func=MODULE_CHECK mask=MAY_READ", true },
		{ "appraise func=FILE_CHECK mask=MAY_EXEC", true },
		{ "appraise func=FILE_CHECK mask=^MAY_EXEC", true },
		{ "appraise func=SETXATTR_CHECK appraise_algos=sha256", true },
		/* everything else is */
		{ "appraise func=BPRM_CHECK fowner=7", true },
		{ "appraise func=BPRM_CHECK fowner=8", false },
		{ "appraise func=BPRM_CHECK uid=1001", false },
		{ "appraise func=BPRM_CHECK egid=100", false },
		{ "appraise func=BPRM_CHECK fsname=xfs", false },
		{ "appraise func=BPRM_CHECK fsmagic=ef54", false },
		{ "appraise func=BPRM_CHECK obj_type=bin_t", false },
	};
	struct kaccess a = open_rdwr;
	size_t i;

	a.hook = KHOOK_NONE;
	a.mask = 0;
	a.any_hook = true;
	for (i = 0; i < ARRAY_SIZE(v); i++)
		ck_assert_msg(matches("6.12", v[i].line, &a) == v[i].want,
			      "%s", v[i].line);
	a.any_hook = false;
	ck_assert(!matches("6.12", "appraise func=BPRM_CHECK", &a));
}
END_TEST

START_TEST(walk_of_any_hook)
{
	static const char *const lines[] = {
		"dont_appraise func=MMAP_CHECK fowner=8",
		"dont_appraise func=MMAP_CHECK fowner=7",
		"hash func=FILE_CHECK mask=MAY_READ",
		"appraise",
	};
	struct ktarget t = target("6.12");
	struct krule rules[ARRAY_SIZE(lines)];
	struct kaccess a = open_rdwr;
	struct kdecision d;

	read_rules(&t, lines, ARRAY_SIZE(lines), rules);
	a.any_hook = true;
	d = kdialect_walk(&t, rules, ARRAY_SIZE(lines), &a);
	/* the first match decides, whatever hook it is of */
	ck_assert_int_eq(d.rule[KCLASS_APPRAISE], 1);
	ck_assert_int_eq(d.rule[KCLASS_HASH], 2);
	ck_assert_int_eq(d.rule[KCLASS_MEASURE], -1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kmatch");
	TCase *tc = tcase_create("kmatch");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, conditions);
	tcase_add_test(tc, capabilities);
	tcase_add_test(tc, nothing_known);
	tcase_add_test(tc, keys_and_data);
	tcase_add_test(tc, kexec_command_line);
	tcase_add_test(tc, walk);
	tcase_add_test(tc, walk_of_setxattr);
	tcase_add_test(tc, any_hook);
	tcase_add_test(tc, walk_of_any_hook);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
