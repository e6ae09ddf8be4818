/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>

#include "fake_machine.h"

/*
 * Roots by which a walk of the boot path could be led past what a boot needs: where
 * it is not known what runs, the verdict is never "boots".
 */

static void refuse_must(void)
{
	fake_refuse("/usr/bin/must", JUDGE_EXEC);
}

static void pad_to_a_megabyte(const char *path, const char *text)
{
	static char s[(1 << 20) + 200];

	memset(s, '#', sizeof(s) - 1);
	strcpy(s, text);
	s[strlen(text)] = '#';
	fake_root_put(path, s);
}

/* ---- units ---- */

#define MUST "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\n"

static const struct {
	const char *unit, *dropin;
	const char *verdict;
} units[] = {
	{ MUST "ExecStart=/usr/bin/must\n", NULL, "does not boot" },
	{ MUST "ExecStart=/usr/bin/may\n", NULL, "boots" },
	/* settings where systemd does not look at them */
	{ MUST "ExecStart=/usr/bin/must\n[X-Other]\nExecStart=\n", NULL, "does not boot" },
	{ MUST "ExecStart=/usr/bin/must\n[Install]\nExecStart=\n", NULL, "does not boot" },
	{ MUST "ExecStart=/usr/bin/must\n[Unit]\nExecStart=\n", NULL, "does not boot" },
	{ MUST "ExecStart=/usr/bin/must\n[Socket]\nExecStart=\n", NULL, "does not boot" },
	{ "\xef\xbb\xbf" MUST "ExecStart=/usr/bin/must\n", NULL, "does not boot" },
	/* drop-ins */
	{ MUST "ExecStart=/usr/bin/may\n", "[Service]\nExecStart=\nExecStart=/usr/bin/must\n",
	  "does not boot" },
	{ MUST "ExecStart=/usr/bin/must\n", "[Service]\nExecStart=\nExecStart=/usr/bin/may\n", "boots" },
	/* conditions */
	{ "[Unit]\nConditionPathExists=/etc/none\n" MUST "ExecStart=/usr/bin/must\n", NULL, "boots" },
	{ "[Unit]\nConditionPathExists=/etc/none\n" MUST "ExecStart=/usr/bin/must\n",
	  "[Unit]\nConditionPathExists=\n", "does not boot" },
	{ "[Unit]\nConditionPathExists=/etc/none\n" MUST "ExecStart=/usr/bin/must\n",
	  "[Unit]\nConditionFirstBoot=\n", "does not boot" },
	{ "[Unit]\nConditionPathExists=/etc/%p\n" MUST "ExecStart=/usr/bin/must\n", NULL,
	  "does not boot" },
	{ "[Service]\nConditionPathExists=/etc/none\n" MUST "ExecStart=/usr/bin/must\n", NULL,
	  "does not boot" },
	{ "[Unit]\nConditionPathExists=!/etc/loop\n" MUST "ExecStart=/usr/bin/must\n", NULL,
	  "does not boot" },
};

START_TEST(what_a_unit_says)
{
	fake_root_put("/etc/must", "");
	fake_root_link("/etc/loop", "/etc/loop");
	fake_root_put(UNITS "must.service", units[_i].unit);
	if (units[_i].dropin)
		fake_root_put("/etc/systemd/system/must.service.d/a.conf", units[_i].dropin);
	refuse_must();
	fake_walk(&plain);
	ck_assert_verdict(units[_i].verdict);
}
END_TEST

START_TEST(a_dropin_that_is_too_long)
{
	pad_to_a_megabyte("/etc/systemd/system/early.service.d/a.conf",
			  "[Unit]\nOnFailure=emergency.target\n");
	fake_walk(&plain);
	ck_assert_verdict("not known");
	ck_assert(fake_noted("/etc/systemd/system/early.service.d/a.conf could not be read"));
}
END_TEST

/* a directory of drop-ins may be a link to another place */
START_TEST(dropins_behind_a_link)
{
	fake_root_put("/opt/d/a.conf", "[Service]\nExecStart=\nExecStart=/usr/bin/other\n");
	fake_root_link(UNITS "must.service.d", "/opt/d");
	program("/usr/bin/other");
	fake_refuse("/usr/bin/other", JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict("does not boot");
}
END_TEST

START_TEST(units_that_cannot_be_seen)
{
	fake_root_link("/etc/systemd/system/must.service.d", "must.service.d");
	fake_root_link("/usr/local/lib/systemd", "systemd");
	fake_walk(&plain);
	ck_assert_verdict("not known");
	ck_assert(fake_noted("/usr/local/lib/systemd/system could not be looked at"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("doubts");
	TCase *t = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, what_a_unit_says, 0, (int)ARRAY_SIZE(units));
	tcase_add_test(t, a_dropin_that_is_too_long);
	tcase_add_test(t, dropins_behind_a_link);
	tcase_add_test(t, units_that_cannot_be_seen);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
