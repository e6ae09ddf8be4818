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

/* ---- programs ---- */

static const struct fake_elf plain_elf = { .interpreter = LOADER, .needed = { "libc.so.6" } };

/* what is damaged may ask for anything */
START_TEST(a_damaged_program)
{
	static const char cut[] = "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\76\0\1\0\0\0";

	fake_root_put_bytes("/usr/bin/must", cut, sizeof(cut));
	fake_walk(&plain);
	ck_assert_verdict("not known");
	ck_assert(fake_noted("/usr/bin/must is damaged"));
}
END_TEST

START_TEST(a_damaged_library)
{
	fake_root_put_bytes(LIBS "libc.so.6", "\177ELF", 4);
	fake_walk(&plain);
	ck_assert_verdict("not known");
}
END_TEST

/* it may be found where nobody looked */
START_TEST(a_library_that_is_nowhere)
{
	static const struct fake_elf e = { .interpreter = LOADER, .needed = { "libodd.so.1" } };

	fake_elf_put("/usr/bin/must", &e);
	fake_walk(&plain);
	ck_assert_verdict("not known");
	ck_assert(fake_noted("/usr/bin/must has to work"));
	fake_elf_put("/usr/bin/must", &plain_elf);
	fake_elf_put("/usr/bin/early", &e);
	fake_walk(&plain);
	ck_assert_verdict("boots");
}
END_TEST

START_TEST(a_program_that_cannot_be_run)
{
	ck_assert_int_eq(chmod(fake_root_path("/usr/bin/must"), 0644), 0);
	fake_walk(&plain);
	ck_assert_verdict("not known");
}
END_TEST

START_TEST(no_exec)
{
	fake_root_put("/etc/fstab", "tmpfs /usr tmpfs noexec,nofail\n");
	program("/bin/mount");
	fake_walk(&plain);
	ck_assert_verdict("not known");
	ck_assert(fake_noted("noexec"));
}
END_TEST

/* which programs a script runs is not followed */
START_TEST(scripts_that_must_work)
{
	script("/usr/bin/early", "#!/bin/sh\n/usr/bin/hidden\n");
	fake_walk(&plain);
	ck_assert_verdict("boots");
	script("/usr/bin/must", "#!/bin/sh\n/usr/bin/hidden\n");
	fake_walk(&plain);
	ck_assert_verdict("not known");
	ck_assert(fake_noted("/usr/bin/must is a script"));
}
END_TEST

START_TEST(a_shell_that_must_work)
{
	fake_root_put(UNITS "must.service", MUST "ExecStart=/bin/sh -c '/usr/bin/may; /usr/bin/hidden'\n");
	fake_walk(&plain);
	ck_assert_verdict("not known");
}
END_TEST

/* what a preloaded library needs, every program needs; it itself is passed over */
START_TEST(preloaded_and_what_it_needs)
{
	fake_root_put("/etc/ld.so.preload", "/opt/hook.so\n");
	library("/opt/hook.so", "libhelp.so");
	library("/usr/lib/libhelp.so", NULL);
	fake_refuse("/usr/lib/libhelp.so", JUDGE_MMAP);
	fake_walk(&plain);
	ck_assert_verdict("does not boot");
	fake_refuse("/opt/hook.so", JUDGE_MMAP);
	fake_walk(&plain);
	ck_assert_verdict("boots with losses");
}
END_TEST

/* ---- PID 1 ---- */

/* systemd by another name than its own */
START_TEST(a_copy_of_systemd)
{
	static const struct fake_elf systemd = {
		.interpreter = LOADER, .runpath = LIBS "systemd",
		.needed = { "libsystemd-shared.so", "libc.so.6" },
	};

	ck_assert_int_eq(unlink(fake_root_path("/sbin/init")), 0);
	fake_elf_put("/sbin/init", &systemd);
	fake_refuse("/usr/bin/must", JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict("does not boot");
}
END_TEST

START_TEST(an_init_without_an_inittab)
{
	ck_assert_int_eq(unlink(fake_root_path("/sbin/init")), 0);
	program("/sbin/init");
	fake_walk(&plain);
	ck_assert_verdict("not known");
}
END_TEST

/* ---- devices that somebody has to make ---- */

static const struct {
	const char *device, *crypttab, *refused;
	const char *verdict;
} devices[] = {
	{ "/dev/mapper/home", "home UUID=1 none luks", "*/systemd-cryptsetup", "does not boot" },
	{ "/dev/mapper/home", "home UUID=1 none luks,nofail", "*/systemd-cryptsetup",
	  "does not boot" },
	{ "UUID=2", "home UUID=1 none luks", "*/systemd-cryptsetup", "not known" },
	{ "UUID=2", "home UUID=1 none luks,nofail", "*/systemd-cryptsetup", "not known" },
	{ "UUID=2", "home UUID=1 none luks,noauto", "*/systemd-cryptsetup", "boots" },
	{ "UUID=2", "# home UUID=1 none luks", "*/systemd-cryptsetup", "boots" },
	{ "/dev/mapper/vg-home", "", "/sbin/lvm", "not known" },
	{ "UUID=2", "", "/sbin/lvm", "not known" },
	{ "UUID=2", "", "/sbin/none", "boots" },
};

START_TEST(made_devices)
{
	char line[100];

	snprintf(line, sizeof(line), "%s /home ext4 defaults 0 0\n", devices[_i].device);
	fake_root_put("/etc/fstab", line);
	fake_root_put("/etc/crypttab", devices[_i].crypttab);
	program("/bin/mount");
	program("/usr/lib/systemd/systemd-udevd");
	program("/usr/lib/systemd/systemd-cryptsetup");
	program("/sbin/lvm");
	fake_root_put(UNITS "sysinit.target.wants/systemd-udevd.service", "");
	fake_root_put(UNITS "systemd-udevd.service", "[Unit]\nDefaultDependencies=no\n[Service]\n"
		      "ExecStart=/usr/lib/systemd/systemd-udevd\n");
	fake_root_put("/usr/lib/udev/rules.d/69-lvm.rules", "RUN+=\"/sbin/lvm vgchange\"\n");
	fake_refuse(devices[_i].refused, JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict(devices[_i].verdict);
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
	tcase_add_test(t, a_damaged_program);
	tcase_add_test(t, a_damaged_library);
	tcase_add_test(t, a_library_that_is_nowhere);
	tcase_add_test(t, a_program_that_cannot_be_run);
	tcase_add_test(t, no_exec);
	tcase_add_test(t, scripts_that_must_work);
	tcase_add_test(t, a_shell_that_must_work);
	tcase_add_test(t, preloaded_and_what_it_needs);
	tcase_add_test(t, a_copy_of_systemd);
	tcase_add_test(t, an_init_without_an_inittab);
	tcase_add_loop_test(t, made_devices, 0, (int)ARRAY_SIZE(devices));
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
