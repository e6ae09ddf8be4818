/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>

#include "fake_machine.h"

/* ---- verdicts ---- */

START_TEST(a_root_in_order)
{
	fake_walk(&plain);
	ck_assert_verdict("boots");
	ck_assert_str_eq(fake_out.steps.v[0].path, "/proc");
	ck_assert_step("/usr/lib/systemd/systemd", JUDGE_EXEC, BOOTPATH_FATAL, "PID 1");
	ck_assert_step(LOADER, JUDGE_MMAP, BOOTPATH_FATAL, "the loader of /usr/lib/systemd/systemd");
	ck_assert_no_step(LOADER, JUDGE_EXEC);
	ck_assert_step(LIBS "systemd/libsystemd-shared.so", JUDGE_MMAP, BOOTPATH_FATAL,
		       "linked by /usr/lib/systemd/systemd");
	ck_assert_step(LIBS "libc.so.6", JUDGE_MMAP, BOOTPATH_FATAL, "linked by");
	ck_assert_step(UNITS "multi-user.target", JUDGE_READ, BOOTPATH_FATAL, "read by systemd");
	ck_assert_step(UNITS "daemon.service", JUDGE_READ, BOOTPATH_LOSS, "daemon.service");
	ck_assert_step("/usr/sbin/daemon", JUDGE_EXEC, BOOTPATH_LOSS,
		       "ExecStart= of daemon.service");
	ck_assert_step("/etc/default/daemon", JUDGE_READ, BOOTPATH_LOSS,
		       "EnvironmentFile= of daemon.service");
	ck_assert_step("/usr/bin/must", JUDGE_EXEC, BOOTPATH_FATAL, "ExecStart= of must.service");
	ck_assert_step("/usr/bin/may", JUDGE_EXEC, BOOTPATH_LOSS, "ExecStartPre=");
	ck_assert_step("/bin/login", JUDGE_EXEC, BOOTPATH_LOSS, "started by getty");
	ck_assert_step(LIBS "security/pam_unix.so", JUDGE_MMAP, BOOTPATH_LOSS, "PAM");
	ck_assert_step("/bin/other-shell", JUDGE_EXEC, BOOTPATH_LOSS, "the shell of me");
}
END_TEST

static const struct {
	const char *glob;
	enum judge_op op;
	const char *verdict;
} refusals[] = {
	/* PID 1 and what it is made of */
	{ "/usr/lib/systemd/systemd", JUDGE_EXEC, "does not boot" },
	{ "/usr/lib/systemd/systemd", JUDGE_MMAP, "does not boot" },
	{ LOADER, JUDGE_MMAP, "does not boot" },
	{ LIBS "systemd/libsystemd-shared.so", JUDGE_MMAP, "does not boot" },
	{ LIBS "libc.so.6", JUDGE_READ, "does not boot" },
	/* unit files and programs that bring up basic.target */
	{ UNITS "multi-user.target", JUDGE_READ, "does not boot" },
	{ UNITS "must.service", JUDGE_READ, "does not boot" },
	{ UNITS "early.service", JUDGE_READ, "boots with losses" },
	{ "/usr/bin/must", JUDGE_EXEC, "does not boot" },
	{ "/usr/bin/may", JUDGE_EXEC, "boots with losses" },
	{ "/usr/bin/early", JUDGE_EXEC, "boots with losses" },
	{ "/usr/sbin/daemon", JUDGE_EXEC, "boots with losses" },
	{ "/etc/default/daemon", JUDGE_READ, "boots with losses" },
	/* the only way in */
	{ UNITS "getty@.service", JUDGE_READ, "does not boot" },
	{ "/sbin/agetty", JUDGE_EXEC, "does not boot" },
	{ "/bin/login", JUDGE_EXEC, "does not boot" },
	{ "/etc/pam.d/common", JUDGE_READ, "does not boot" },
	{ LIBS "security/pam_unix.so", JUDGE_MMAP, "does not boot" },
	{ LIBS "security/pam_deny.so", JUDGE_MMAP, "does not boot" },
	{ LIBS "security/pam_motd.so", JUDGE_MMAP, "boots with losses" },
	{ "/bin/*sh*", JUDGE_EXEC, "does not boot" },
	{ "/bin/sh", JUDGE_EXEC, "boots with losses" },
	{ "/etc/passwd", JUDGE_READ, "does not boot" },
	/* made up by the kernel */
	{ "proc", JUDGE_READ, "does not boot" },
	{ "sysfs", JUDGE_READ, "boots with losses" },
	/* no part of the boot */
	{ "/etc/issue", JUDGE_READ, "boots" },
	{ "/usr/lib/systemd/systemd", JUDGE_READ, "boots" },
};

START_TEST(one_file_refused)
{
	fake_refuse(refusals[_i].glob, refusals[_i].op);
	fake_walk(&plain);
	ck_assert_msg(!strcmp(bootpath_verdict_word(fake_out.verdict), refusals[_i].verdict),
		      "%s: %s", refusals[_i].glob, bootpath_verdict_word(fake_out.verdict));
}
END_TEST

/* what cannot be told is never "boots" */
START_TEST(one_file_not_known)
{
	bool fatal = !strcmp(refusals[_i].verdict, "does not boot");

	fake_answer(refusals[_i].glob, refusals[_i].op, JUDGE_UNKNOWN);
	fake_walk(&plain);
	ck_assert_verdict(fatal ? "not known" : refusals[_i].verdict);
}
END_TEST

/* it is not executed, but opened to be */
START_TEST(a_loader_is_no_program)
{
	fake_refuse(LOADER, JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict("boots");
	fake_refusals[0].hook = KHOOK_FILE;
	fake_walk(&plain);
	ck_assert_verdict("does not boot");
}
END_TEST

START_TEST(files_that_are_made_at_boot)
{
	fake_walk(&plain);
	ck_assert(!fake_noted("/run"));
	fake_refuse("tmpfs", JUDGE_READ);
	fake_walk(&plain);
	ck_assert_verdict("boots");
	ck_assert(fake_noted("made there at boot were not judged"));
}
END_TEST

START_TEST(a_second_way_in)
{
	fake_root_put(UNITS "ssh.service", "[Service]\nType=notify\nExecStart=/usr/sbin/sshd -D\n");
	fake_root_link("/etc/systemd/system/multi-user.target.wants/ssh.service",
		       UNITS "ssh.service");
	fake_root_put("/etc/ssh/ssh_host_rsa_key", "key");
	fake_root_put("/etc/ssh/ssh_host_ed25519_key", "key");
	program("/usr/sbin/sshd");
	program("/usr/lib/openssh/sshd-session");
	fake_refuse("/bin/login", JUDGE_EXEC);
	fake_refuse("/etc/ssh/ssh_host_rsa_key", JUDGE_READ);
	fake_walk(&plain);
	ck_assert_verdict("boots with losses");
	ck_assert(!fake_noted("nobody could log in"));
	fake_refuse("/usr/lib/openssh/sshd-session", JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict("does not boot");
	ck_assert(fake_noted("nobody could log in"));
	ck_assert_step("/bin/login", JUDGE_EXEC, BOOTPATH_FATAL,
		       "needed to log in by getty@tty1.service");
}
END_TEST

START_TEST(no_way_in_at_all)
{
	fake_root_link("/etc/systemd/system/getty@tty1.service", "/dev/null");
	fake_walk(&plain);
	ck_assert_verdict("boots");
	ck_assert(fake_noted("no getty, sshd or display manager"));
	ck_assert_no_step("/bin/login", JUDGE_EXEC);
}
END_TEST

/* without a policy it would not work either: that is no verdict, nor "boots" */
START_TEST(something_missing)
{
	ck_assert_int_eq(unlink(fake_root_path("/bin/login")), 0);
	ck_assert_int_eq(unlink(fake_root_path("/usr/sbin/daemon")), 0);
	fake_walk(&plain);
	ck_assert_verdict("not known");
	ck_assert(fake_step("/bin/login", JUDGE_EXEC)->missing);
	ck_assert(fake_step("/usr/sbin/daemon", JUDGE_EXEC)->missing);
	ck_assert(fake_noted("getty@tty1.service: something that it needs is missing"));
}
END_TEST

START_TEST(a_stop)
{
	volatile bool stop = true;
	struct rehearse r = { .arena = &fake_arena, .tree = fake_tree(fake_root), .stop = &stop };

	bootpath_walk(&r, &plain, &fake_out);
	tree_close(r.tree);
	ck_assert_verdict("not known");
}
END_TEST

START_TEST(the_same_twice)
{
	struct bootpath first;
	size_t i;

	fake_walk(&plain);
	first = fake_out;
	fake_walk(&plain);
	ck_assert_uint_eq(first.steps.n, fake_out.steps.n);
	for (i = 0; i < first.steps.n; i++) {
		ck_assert_str_eq(first.steps.v[i].path, fake_out.steps.v[i].path);
		ck_assert_str_eq(first.steps.v[i].why, fake_out.steps.v[i].why);
	}
}
END_TEST

/* ---- init ---- */

START_TEST(another_init)
{
	const struct bootpath_options o = { .init = "/bin/other-shell" };

	fake_walk(&o);
	ck_assert_verdict("not known");
	ck_assert(fake_noted("not an init that is known"));
	fake_refuse("/bin/other-shell", JUDGE_EXEC);
	fake_walk(&o);
	ck_assert_verdict("does not boot");
}
END_TEST

START_TEST(no_init)
{
	const struct bootpath_options o = { .init = "/gone" };

	fake_walk(&o);
	ck_assert_verdict("not known");
	ck_assert(fake_step("/gone", JUDGE_EXEC)->missing);
}
END_TEST

START_TEST(no_such_target)
{
	const struct bootpath_options o = { .target = "gone.target" };

	fake_walk(&o);
	ck_assert_verdict("not known");
	ck_assert(fake_noted("gone.target: there is no such unit"));
}
END_TEST

START_TEST(a_target_that_is_asked_for)
{
	const struct bootpath_options o = { .target = "basic.target" };

	fake_walk(&o);
	ck_assert_no_step("/usr/sbin/daemon", JUDGE_EXEC);
	ck_assert_ptr_nonnull(fake_step("/usr/bin/must", JUDGE_EXEC));
}
END_TEST

START_TEST(programs_by_an_executor)
{
	program("/usr/lib/systemd/systemd-executor");
	fake_refuse("/usr/lib/systemd/systemd-executor", JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict("does not boot");
}
END_TEST

/* PID 1 has begun when it loads the policy; our own unit then watches over it */
START_TEST(a_load_by_init)
{
	fake_root_put("/etc/imapol/load.conf", "load = init # by systemd\nprime = /etc/issue\n");
	fake_root_put("/etc/issue", "");
	fake_root_put(UNITS "imapol-confirm.service", "[Unit]\nDefaultDependencies=no\n"
		      "[Service]\nType=oneshot\nExecStart=/usr/bin/confirm\n");
	fake_root_link(UNITS "sysinit.target.wants/imapol-confirm.service",
		       "../imapol-confirm.service");
	program("/usr/bin/confirm");
	program("/usr/sbin/imapol-load");
	fake_refuse("*/libsystemd-shared.so", JUDGE_MMAP);
	fake_walk(&plain);
	ck_assert_verdict("boots with losses");
	ck_assert_step("/usr/sbin/imapol-load", JUDGE_EXEC, BOOTPATH_FATAL, "imapol-confirm");
	ck_assert_step("/etc/issue", JUDGE_READ, BOOTPATH_LOSS, "primed");
	fake_refuse("/usr/bin/confirm", JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict("does not boot");
}
END_TEST

START_TEST(a_load_by_systemd_alone)
{
	fake_root_put("/etc/ima/ima-policy", "appraise\n");
	fake_refuse("/usr/lib/systemd/systemd", JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict("boots with losses");
	ck_assert_step("/etc/ima/ima-policy", JUDGE_POLICY, BOOTPATH_LOSS, "the policy");
	/* a kernel that takes one policy does not read it under that policy */
	fake_target.config[KCONFIG_IMA_WRITE_POLICY] = KTRI_NO;
	fake_walk(&plain);
	ck_assert_no_step("/etc/ima/ima-policy", JUDGE_POLICY);
}
END_TEST

START_TEST(a_policy_of_selinux)
{
	fake_root_put("/etc/selinux/config", "SELINUX=enforcing\nSELINUXTYPE=default\n");
	fake_root_put("/etc/selinux/default/policy/policy.9", "old");
	fake_root_put("/etc/selinux/default/policy/policy.33", "new");
	fake_refuse("*/policy.33", JUDGE_READ);
	fake_walk(&plain);
	ck_assert_verdict("boots");
	fake_target.lsm = KLSM_SELINUX;
	fake_walk(&plain);
	ck_assert_verdict("does not boot");
	ck_assert_no_step("/etc/selinux/default/policy/policy.9", JUDGE_READ);
	fake_root_put("/etc/selinux/config", "SELINUX=permissive\nSELINUXTYPE=default\n");
	fake_walk(&plain);
	ck_assert_verdict("boots with losses");
	/* read before the policy of IMA comes */
	fake_root_put("/etc/selinux/config", "SELINUX=enforcing\nSELINUXTYPE=default\n");
	fake_root_put("/etc/ima/ima-policy", "appraise\n");
	fake_walk(&plain);
	ck_assert_verdict("boots with losses");
}
END_TEST

/* ---- the initramfs ---- */

START_TEST(an_initramfs)
{
	struct tree *image;
	struct bootpath_options o = { .n_initramfs = 1 };

	fake_root_put("/image/etc/imapol/image.env", "IMAPOL_LOAD=initramfs\nIMAPOL_SELINUX=none\n");
	fake_root_put("/etc/ima/ima-policy", "appraise\n");
	program("/image/usr/bin/run-init");
	library("/image" LIBS "libc.so.6", NULL);
	library("/image" LOADER, NULL);
	image = fake_tree(fake_root_path("/image/"));
	o.initramfs = &image;
	fake_walk(&o);
	ck_assert_verdict("boots");
	ck_assert_step("/usr/bin/run-init", JUDGE_EXEC, BOOTPATH_FATAL, "in the initramfs");
	ck_assert_step(LIBS "libc.so.6", JUDGE_MMAP, BOOTPATH_FATAL,
		       "in the initramfs: linked by /usr/bin/run-init");
	fake_refuse("/usr/bin/run-init", JUDGE_EXEC);
	fake_walk(&o);
	ck_assert_verdict("does not boot");
	tree_close(image);
}
END_TEST

START_TEST(an_initramfs_that_is_not_there)
{
	fake_root_put("/etc/imapol/load.conf", "");
	fake_walk(&plain);
	ck_assert_verdict("boots");
	ck_assert(fake_noted("no initramfs was given"));
	fake_refuse("rootfs", JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict("does not boot");
}
END_TEST

/* ---- libraries ---- */

/* a program of its own, started by daemon.service */
static void daemon_is(const struct fake_elf *e)
{
	fake_elf_put("/usr/sbin/daemon", e);
}

START_TEST(paths_of_libraries)
{
	static const struct fake_elf e = {
		.interpreter = LOADER, .rpath = "/opt/a:$ORIGIN/../own",
		.needed = { "libown.so", "libwrong.so", "/opt/a/libfull.so", "libgone.so",
			    "ld-linux-x86-64.so.2" },
	};
	static const struct fake_elf arm = { .machine = EM_AARCH64 };

	library("/usr/own/libown.so", "libdeep.so");
	library("/opt/a/libdeep.so", NULL);
	library("/opt/a/libfull.so", NULL);
	fake_elf_put("/opt/a/libwrong.so", &arm);
	library("/usr/lib/libwrong.so", NULL);
	daemon_is(&e);
	fake_walk(&plain);
	ck_assert_step("/usr/own/libown.so", JUDGE_MMAP, BOOTPATH_LOSS, "linked by");
	/* RPATH is handed down */
	ck_assert_ptr_nonnull(fake_step("/opt/a/libdeep.so", JUDGE_MMAP));
	ck_assert_ptr_nonnull(fake_step("/opt/a/libfull.so", JUDGE_MMAP));
	ck_assert_no_step("/opt/a/libwrong.so", JUDGE_MMAP);
	ck_assert_ptr_nonnull(fake_step("/usr/lib/libwrong.so", JUDGE_MMAP));
	ck_assert(fake_step("libgone.so", JUDGE_MMAP)->missing);
	ck_assert_verdict("boots");
}
END_TEST

START_TEST(a_runpath_is_for_one)
{
	static const struct fake_elf e = {
		.interpreter = LOADER, .runpath = "/opt/a", .needed = { "libown.so" },
	};

	library("/opt/a/libown.so", "libdeep.so");
	library("/opt/a/libdeep.so", NULL);
	daemon_is(&e);
	fake_walk(&plain);
	ck_assert(fake_step("libdeep.so", JUDGE_MMAP)->missing);
}
END_TEST

START_TEST(directories_of_ld_so_conf)
{
	static const struct fake_elf e = { .interpreter = LOADER, .needed = { "libown.so" } };

	fake_root_put("/etc/ld.so.conf", "# all\ninclude ld.so.conf.d/*.conf\n");
	fake_root_put("/etc/ld.so.conf.d/own.conf", "/opt/conf # ours\n");
	fake_root_put("/etc/ld.so.conf.d/own.txt", "/opt/wrong\n");
	library("/opt/conf/libown.so", NULL);
	library("/opt/wrong/libown.so", NULL);
	daemon_is(&e);
	fake_walk(&plain);
	ck_assert_ptr_nonnull(fake_step("/opt/conf/libown.so", JUDGE_MMAP));
}
END_TEST

/* a cache with one library */
static void put_cache(const char *name, const char *file)
{
	unsigned char bytes[256] = "glibc-ld.so.cache1.1";
	uint32_t v[3] = { 1, 72, (uint32_t)(72 + strlen(name) + 1) };

	memcpy(bytes + 20, &v[0], 4);
	memcpy(bytes + 52, &v[1], 4);
	memcpy(bytes + 56, &v[2], 4);
	strcpy((char *)bytes + v[1], name);
	strcpy((char *)bytes + v[2], file);
	fake_root_put_bytes("/etc/ld.so.cache", (const char *)bytes, sizeof(bytes));
}

START_TEST(a_cache_of_libraries)
{
	static const struct fake_elf e = { .interpreter = LOADER, .needed = { "libown.so" } };

	put_cache("libown.so", "/opt/cached/libown.so");
	library("/opt/cached/libown.so", NULL);
	daemon_is(&e);
	fake_walk(&plain);
	ck_assert_ptr_nonnull(fake_step("/opt/cached/libown.so", JUDGE_MMAP));
	ck_assert_step("/etc/ld.so.cache", JUDGE_READ, BOOTPATH_LOSS, "ld.so");
	/* refused to ld.so, it does not lead anywhere */
	fake_refuse("/etc/ld.so.cache", JUDGE_READ);
	fake_walk(&plain);
	ck_assert_no_step("/opt/cached/libown.so", JUDGE_MMAP);
	ck_assert_verdict("boots with losses");
}
END_TEST

START_TEST(libraries_for_some_processors)
{
	library(LIBS "glibc-hwcaps/x86-64-v3/libc.so.6", NULL);
	fake_refuse("*/glibc-hwcaps/*", JUDGE_MMAP);
	fake_walk(&plain);
	ck_assert_step(LIBS "glibc-hwcaps/x86-64-v3/libc.so.6", JUDGE_MMAP, BOOTPATH_FATAL,
		       "for some processors");
	ck_assert_ptr_nonnull(fake_step(LIBS "libc.so.6", JUDGE_MMAP));
	ck_assert_verdict("does not boot");
}
END_TEST

START_TEST(preloaded)
{
	fake_root_put("/etc/ld.so.preload", "/opt/hook.so relative.so # both\n");
	library("/opt/hook.so", NULL);
	fake_refuse("/opt/hook.so", JUDGE_MMAP);
	fake_walk(&plain);
	ck_assert_verdict("boots with losses");
	ck_assert(fake_noted("relative.so"));
}
END_TEST

/* ---- scripts ---- */

START_TEST(scripts)
{
	script("/usr/sbin/daemon", "#!/usr/bin/env -S snake -u\n");
	script("/usr/bin/snake", "#! /bin/viper  --cold\n");
	program("/usr/bin/env");
	program("/bin/viper");
	fake_walk(&plain);
	ck_assert_step("/usr/sbin/daemon", JUDGE_READ, BOOTPATH_LOSS, "read by its interpreter");
	ck_assert_step("/usr/bin/env", JUDGE_EXEC, BOOTPATH_LOSS, "the interpreter of");
	ck_assert_ptr_nonnull(fake_step("/usr/bin/snake", JUDGE_EXEC));
	ck_assert_step("/bin/viper", JUDGE_EXEC, BOOTPATH_LOSS, "the interpreter of /usr/bin/snake");
}
END_TEST

START_TEST(scripts_without_an_end)
{
	char path[40], text[40];
	int i;

	script("/usr/sbin/daemon", "#!/usr/sbin/daemon\n");
	for (i = 0; i < 40; i++) {
		snprintf(path, sizeof(path), "/usr/bin/s%d", i);
		snprintf(text, sizeof(text), "#!/usr/bin/s%d\n", i + 1);
		script(path, text);
	}
	script("/usr/bin/early", "#!/usr/bin/s0\n");
	fake_walk(&plain);
	ck_assert_ptr_nonnull(fake_step("/usr/bin/s1", JUDGE_EXEC));
	ck_assert_no_step("/usr/bin/s30", JUDGE_EXEC);
}
END_TEST

static const struct {
	const char *line, *path;
} shell_lines[] = {
	{ "/bin/sh -c 'A=1 exec tool --now'", "/usr/bin/tool" },
	{ "/bin/sh -ec \"if [ -x /bin/x ]; then /usr/bin/tool; fi\"", NULL },
	{ "/bin/sh -c 'tool; other'", "/usr/bin/tool" },
	{ "/bin/sh -c '$TOOL'", NULL },
	{ "/usr/bin/env A=1 tool", "/usr/bin/tool" },
	{ "tool", "/usr/bin/tool" },
};

START_TEST(words_for_a_shell)
{
	program("/usr/bin/tool");
	program("/usr/bin/env");
	fake_root_put(UNITS "daemon.service", buf_textf(&fake_arena,
		      "[Service]\nExecStart=%s\n", shell_lines[_i].line));
	fake_walk(&plain);
	if (shell_lines[_i].path)
		ck_assert_ptr_nonnull(fake_step(shell_lines[_i].path, JUDGE_EXEC));
	else
		ck_assert_no_step("/usr/bin/tool", JUDGE_EXEC);
	ck_assert_verdict("boots");
}
END_TEST

START_TEST(a_script_as_an_argument)
{
	fake_root_put("/opt/start", "true\n");
	fake_root_put(UNITS "daemon.service", "[Service]\nExecStart=/bin/sh /opt/start now\n");
	fake_walk(&plain);
	ck_assert_step("/opt/start", JUDGE_READ, BOOTPATH_LOSS, "ExecStart=");
}
END_TEST

/* ---- units ---- */

START_TEST(conditions)
{
	fake_root_put(UNITS "daemon.service", "[Unit]\nConditionPathExists=!/etc/passwd\n"
		      "[Service]\nExecStart=/usr/sbin/daemon\n");
	fake_root_put(UNITS "early.service", "[Unit]\nDefaultDependencies=no\n"
		      "ConditionPathExists=|/etc/gone\nConditionFileNotEmpty=|/etc/passwd\n"
		      "ConditionPathExists=/run/made/later\n"
		      "[Service]\nExecStart=/usr/bin/early\n");
	fake_walk(&plain);
	ck_assert_no_step("/usr/sbin/daemon", JUDGE_EXEC);
	ck_assert_ptr_nonnull(fake_step(UNITS "daemon.service", JUDGE_READ));
	ck_assert_ptr_nonnull(fake_step("/usr/bin/early", JUDGE_EXEC));
}
END_TEST

START_TEST(a_root_of_its_own)
{
	fake_root_put(UNITS "daemon.service", "[Service]\nRootDirectory=/srv/jail\n"
		      "ExecStart=/usr/sbin/daemon\n");
	fake_walk(&plain);
	ck_assert_no_step("/usr/sbin/daemon", JUDGE_EXEC);
	ck_assert(fake_noted("/srv/jail"));
}
END_TEST

static const struct {
	const char *unit, *verdict;
} ends[] = {
	{ "[Unit]\nOnFailure=emergency.target\n[Service]\nExecStart=/usr/sbin/daemon\n",
	  "does not boot" },
	{ "[Unit]\nFailureAction=reboot-force\n[Service]\nExecStart=/usr/sbin/daemon\n",
	  "does not boot" },
	{ "[Unit]\nFailureAction=none\nOnFailure=mail.service\n[Service]\n"
	  "ExecStart=/usr/sbin/daemon\n", "boots with losses" },
	{ "[Unit]\nOnFailure=emergency.target\n[Service]\nExecStart=-/usr/sbin/daemon\n",
	  "boots with losses" },
	{ "[Unit]\nOnFailure=emergency.target\n[Service]\nExecStart=/bin/sh\n"
	  "ExecStop=/usr/sbin/daemon\n", "boots with losses" },
};

START_TEST(failures_that_end_a_boot)
{
	fake_root_put(UNITS "daemon.service", ends[_i].unit);
	fake_refuse("/usr/sbin/daemon", JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict(ends[_i].verdict);
}
END_TEST

/* Type=simple has started before its program is executed */
START_TEST(a_simple_service_that_is_required)
{
	fake_root_put(UNITS "must.service", "[Unit]\nDefaultDependencies=no\n"
		      "[Service]\nExecStart=/usr/bin/must\n");
	fake_refuse("/usr/bin/must", JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict("boots with losses");
}
END_TEST

START_TEST(generators_rules_and_settings)
{
	script("/usr/lib/systemd/system-generators/gen", "#!/bin/sh\n");
	fake_root_link("/etc/systemd/system-generators/off", "/dev/null");
	script("/usr/lib/systemd/system-generators/off", "#!/bin/sh\n");
	fake_root_put(UNITS "early.service", "");
	fake_root_put(UNITS "sysinit.target", "[Unit]\nWants=systemd-udevd.service "
		      "systemd-modules-load.service\n");
	fake_root_put(UNITS "systemd-udevd.service", "[Service]\nExecStart=/usr/bin/early\n");
	fake_root_put(UNITS "systemd-modules-load.service", "[Service]\nExecStart=/usr/bin/may\n");
	fake_root_put("/usr/lib/udev/rules.d/50-a.rules", "# RUN+=\"/usr/bin/no\"\n"
		      "ACTION==\"add\", PROGRAM=\"helper %k\", \\\n  RUN+=\"/usr/bin/tool a,b\"\n"
		      "IMPORT{builtin}=\"path_id\", RUN{program}+=\"/usr/bin/%k\"\n");
	fake_root_put("/usr/lib/udev/rules.d/60-b.rules", "RUN+=\"/usr/bin/no\"\n");
	fake_root_put("/etc/udev/rules.d/60-b.rules", "\n");
	fake_root_put("/etc/modules-load.d/a.conf", "# one\nmy-mod\n");
	fake_root_put("/lib/modules/6.1/modules.dep", "kernel/a/other.ko.xz:\n"
		      "kernel/a/my_mod.ko.xz: kernel/b/base.ko.xz\nkernel/b/base.ko.xz:\n");
	fake_root_put("/lib/modules/6.1/kernel/a/my_mod.ko.xz", "m");
	fake_root_put("/lib/modules/6.1/kernel/b/base.ko.xz", "m");
	fake_root_put("/lib/modules/6.1/kernel/a/other.ko.xz", "m");
	program("/usr/lib/udev/helper");
	program("/usr/bin/tool");
	program("/usr/bin/no");
	fake_walk(&plain);
	ck_assert_step("/usr/lib/systemd/system-generators/gen", JUDGE_EXEC, BOOTPATH_LOSS,
		       "generator");
	ck_assert_no_step("/usr/lib/systemd/system-generators/off", JUDGE_EXEC);
	ck_assert_step("/usr/lib/udev/helper", JUDGE_EXEC, BOOTPATH_LOSS, "PROGRAM of");
	ck_assert_step("/usr/bin/tool", JUDGE_EXEC, BOOTPATH_LOSS, "RUN of");
	ck_assert_no_step("/usr/bin/no", JUDGE_EXEC);
	ck_assert(fake_noted("by the device: /usr/bin/%k"));
	ck_assert_step("/lib/modules/6.1/kernel/a/my_mod.ko.xz", JUDGE_MODULE, BOOTPATH_LOSS,
		       "/etc/modules-load.d/a.conf");
	ck_assert_step("/lib/modules/6.1/kernel/b/base.ko.xz", JUDGE_MODULE, BOOTPATH_LOSS,
		       "needed by");
	ck_assert_no_step("/lib/modules/6.1/kernel/a/other.ko.xz", JUDGE_MODULE);
}
END_TEST

/* ---- mounts ---- */

static const struct {
	const char *line, *refused;
	enum judge_op op;
	const char *verdict;
} mounts[] = {
	{ "UUID=1 /home ext4 defaults 0 2", "/bin/mount", JUDGE_EXEC, "does not boot" },
	{ "UUID=1 /home ext4 nofail 0 2", "/bin/mount", JUDGE_EXEC, "boots with losses" },
	{ "UUID=1 /home ext4 ro,noauto 0 2", "/bin/mount", JUDGE_EXEC, "boots" },
	{ "srv:/x /home nfs rw 0 0", "/bin/mount", JUDGE_EXEC, "boots with losses" },
	{ "# UUID=1 /home ext4 defaults 0 2", "/bin/mount", JUDGE_EXEC, "boots" },
	{ "UUID=1 /home ext4 defaults 0 2", "*/systemd-fsck", JUDGE_EXEC, "does not boot" },
	{ "UUID=1 /home ext4 defaults 0 0", "*/systemd-fsck", JUDGE_EXEC, "boots" },
	{ "UUID=1 /home ext4 defaults 0 2", "/sbin/fsck", JUDGE_EXEC, "boots with losses" },
	{ "UUID=1 /home ext4 defaults 0 2", "*/systemd-udevd", JUDGE_EXEC, "does not boot" },
	{ "tmpfs /home tmpfs defaults", "*/systemd-udevd", JUDGE_EXEC, "boots" },
	{ "UUID=1 /home ext4 defaults 0 2", "*/ext4.ko", JUDGE_MODULE, "does not boot" },
	{ "UUID=1 none swap sw", "/sbin/swapon", JUDGE_EXEC, "boots with losses" },
	{ "UUID=1 / ext4 defaults 0 1", "/usr/bin/fsck-root", JUDGE_EXEC, "does not boot" },
	{ "UUID=1 / ext4 defaults 0 0", "/usr/bin/fsck-root", JUDGE_EXEC, "boots" },
};

START_TEST(mounts_of_fstab)
{
	fake_root_put("/etc/fstab", mounts[_i].line);
	fake_root_put(UNITS "systemd-fsck-root.service", "[Unit]\nDefaultDependencies=no\n"
		      "OnFailure=emergency.target\n"
		      "[Service]\nType=oneshot\nExecStart=/usr/bin/fsck-root\n");
	program("/usr/bin/fsck-root");
	program("/bin/mount");
	program("/sbin/fsck");
	program("/sbin/swapon");
	program("/usr/lib/systemd/systemd-fsck");
	program("/usr/lib/systemd/systemd-udevd");
	fake_root_put("/lib/modules/6.1/modules.dep", "kernel/fs/ext4/ext4.ko:\n");
	fake_root_put("/lib/modules/6.1/kernel/fs/ext4/ext4.ko", "m");
	fake_refuse(mounts[_i].refused, mounts[_i].op);
	fake_walk(&plain);
	ck_assert_verdict(mounts[_i].verdict);
}
END_TEST

/* ---- other inits ---- */

static void make_sysv(void)
{
	ck_assert_int_eq(unlink(fake_root_path("/sbin/init")), 0);
	program("/sbin/init");
	fake_root_put("/etc/inittab", "# comment\nid:2:initdefault:\nsi::sysinit:/etc/init.d/rcS\n"
		      "l6:6:wait:/usr/bin/must\n1:2345:respawn:/sbin/agetty 38400 tty1\n"
		      "x:2:once:A=1; tool >/dev/null\n");
	script("/etc/init.d/rcS", "#!/bin/sh\n");
	script("/etc/rc2.d/S01daemon", "#!/bin/sh\n");
	script("/etc/rc2.d/K01off", "#!/bin/sh\n");
	program("/usr/bin/tool");
}

START_TEST(an_inittab)
{
	make_sysv();
	fake_walk(&plain);
	ck_assert_verdict("boots");
	ck_assert_step("/sbin/init", JUDGE_EXEC, BOOTPATH_FATAL, "PID 1");
	ck_assert_step("/etc/init.d/rcS", JUDGE_EXEC, BOOTPATH_LOSS, "si of /etc/inittab");
	ck_assert_step("/etc/rc2.d/S01daemon", JUDGE_EXEC, BOOTPATH_LOSS, "a script of");
	ck_assert_no_step("/etc/rc2.d/K01off", JUDGE_EXEC);
	ck_assert_no_step("/usr/bin/must", JUDGE_EXEC);
	ck_assert_ptr_nonnull(fake_step("/sbin/agetty", JUDGE_EXEC));
	ck_assert_ptr_nonnull(fake_step("/bin/login", JUDGE_EXEC));
	fake_refuse("/etc/init.d/rcS", JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict("boots with losses");
	fake_refuse("/bin/login", JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict("does not boot");
}
END_TEST

START_TEST(busybox_without_an_inittab)
{
	ck_assert_int_eq(unlink(fake_root_path("/sbin/init")), 0);
	program("/bin/busybox");
	fake_root_link("/sbin/init", "/bin/busybox");
	script("/etc/init.d/rcS", "#!/bin/sh\n");
	fake_walk(&plain);
	ck_assert_verdict("boots");
	ck_assert_ptr_nonnull(fake_step("/etc/init.d/rcS", JUDGE_EXEC));
	fake_refuse("/bin/sh", JUDGE_EXEC);
	fake_walk(&plain);
	ck_assert_verdict("does not boot");
}
END_TEST

/* ---- hostile roots ---- */

START_TEST(files_of_noise)
{
	static const char *const paths[] = {
		"/etc/fstab", "/etc/passwd", "/etc/pam.d/login", "/etc/ld.so.cache",
		"/etc/ld.so.conf", "/etc/ld.so.preload", UNITS "daemon.service",
		UNITS "basic.target", "/etc/imapol/load.conf", "/etc/nsswitch.conf",
		"/usr/lib/udev/rules.d/a.rules", "/lib/modules/6.1/modules.dep",
		"/etc/modules-load.d/a.conf", "/usr/sbin/daemon", LIBS "libc.so.6",
	};
	unsigned char noise[512];
	unsigned int seed = (unsigned int)_i + 1;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		for (j = 0; j < sizeof(noise); j++) {
			static const char often[] = "\n\n \\\"'[]=:/%$#@,;";

			seed = seed * 1103515245 + 12345;
			noise[j] = (seed >> 24) & 1 ? (unsigned char)(seed >> 16) :
				   (unsigned char)often[(seed >> 16) % (sizeof(often) - 1)];
		}
		if (i == 3)
			memcpy(noise, "glibc-ld.so.cache1.1\x04\0\0\0", 24);
		if (i >= ARRAY_SIZE(paths) - 2)
			memcpy(noise, _i & 1 ? "#!/bin/sh -" : "\177ELF\2\1\1\0\0\0\0", 11);
		fake_root_put_bytes(paths[i], (const char *)noise, sizeof(noise));
	}
	fake_walk(&plain);
	ck_assert_uint_gt(fake_out.steps.n, 0);
}
END_TEST

START_TEST(what_is_no_file)
{
	ck_assert_int_eq(unlink(fake_root_path("/usr/sbin/daemon")), 0);
	fake_root_fifo("/usr/sbin/daemon");
	fake_root_fifo("/etc/fstab");
	fake_root_fifo(UNITS "sysinit.target.d/a.conf");
	fake_root_link("/etc/ld.so.preload", "/etc/ld.so.preload");
	fake_root_dir("/etc/inittab");
	fake_walk(&plain);
	ck_assert(fake_step("/usr/sbin/daemon", JUDGE_EXEC)->missing);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bootpath");
	TCase *t = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_root_in_order);
	tcase_add_loop_test(t, one_file_refused, 0, (int)ARRAY_SIZE(refusals));
	tcase_add_loop_test(t, one_file_not_known, 0, (int)ARRAY_SIZE(refusals));
	tcase_add_test(t, a_loader_is_no_program);
	tcase_add_test(t, files_that_are_made_at_boot);
	tcase_add_test(t, a_second_way_in);
	tcase_add_test(t, no_way_in_at_all);
	tcase_add_test(t, something_missing);
	tcase_add_test(t, a_stop);
	tcase_add_test(t, the_same_twice);
	tcase_add_test(t, another_init);
	tcase_add_test(t, no_init);
	tcase_add_test(t, no_such_target);
	tcase_add_test(t, a_target_that_is_asked_for);
	tcase_add_test(t, programs_by_an_executor);
	tcase_add_test(t, a_load_by_init);
	tcase_add_test(t, a_load_by_systemd_alone);
	tcase_add_test(t, a_policy_of_selinux);
	tcase_add_test(t, an_initramfs);
	tcase_add_test(t, an_initramfs_that_is_not_there);
	tcase_add_test(t, paths_of_libraries);
	tcase_add_test(t, a_runpath_is_for_one);
	tcase_add_test(t, directories_of_ld_so_conf);
	tcase_add_test(t, a_cache_of_libraries);
	tcase_add_test(t, libraries_for_some_processors);
	tcase_add_test(t, preloaded);
	tcase_add_test(t, scripts);
	tcase_add_test(t, scripts_without_an_end);
	tcase_add_loop_test(t, words_for_a_shell, 0, (int)ARRAY_SIZE(shell_lines));
	tcase_add_test(t, a_script_as_an_argument);
	tcase_add_test(t, conditions);
	tcase_add_test(t, a_root_of_its_own);
	tcase_add_loop_test(t, failures_that_end_a_boot, 0, (int)ARRAY_SIZE(ends));
	tcase_add_test(t, a_simple_service_that_is_required);
	tcase_add_test(t, generators_rules_and_settings);
	tcase_add_loop_test(t, mounts_of_fstab, 0, (int)ARRAY_SIZE(mounts));
	tcase_add_test(t, an_inittab);
	tcase_add_test(t, busybox_without_an_inittab);
	tcase_add_loop_test(t, files_of_noise, 0, 16);
	tcase_add_test(t, what_is_no_file);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
