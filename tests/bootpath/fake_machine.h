/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TEST_FAKE_MACHINE_H
#define TEST_FAKE_MACHINE_H

#include "fake_boot.h"

/* A small Debian: systemd, units, a getty and PAM. It boots while nothing is refused. */
#define UNITS "/usr/lib/systemd/system/"
#define LIBS "/usr/lib/x86_64-linux-gnu/"
#define LOADER "/lib64/ld-linux-x86-64.so.2"

static const struct bootpath_options plain;

static inline void program(const char *path)
{
	static const struct fake_elf e = { .interpreter = LOADER, .needed = { "libc.so.6" } };

	fake_elf_put(path, &e);
}

static inline void library(const char *path, const char *needed)
{
	struct fake_elf e = { .needed = { needed } };

	fake_elf_put(path, &e);
}

static inline void script(const char *path, const char *text)
{
	fake_root_put(path, text);
	ck_assert_int_eq(chmod(fake_root_path(path), 0755), 0);
}

/* PID 1 and what it is linked with */
static inline void make_systemd(void)
{
	static const struct fake_elf systemd = {
		.interpreter = LOADER, .runpath = LIBS "systemd",
		.needed = { "libsystemd-shared.so", "libc.so.6" },
	};
	static const struct fake_elf loader = { .soname = "ld-linux-x86-64.so.2" };

	fake_elf_put(LOADER, &loader);
	library(LIBS "libc.so.6", NULL);
	library(LIBS "systemd/libsystemd-shared.so", "libc.so.6");
	fake_elf_put("/usr/lib/systemd/systemd", &systemd);
	fake_root_link("/sbin/init", "/usr/lib/systemd/systemd");
}

static inline void make_units(void)
{
	fake_root_link("/etc/systemd/system/default.target", UNITS "multi-user.target");
	fake_root_put(UNITS "multi-user.target", "[Unit]\nRequires=basic.target\n"
		      "Wants=getty.target daemon.service\n");
	fake_root_put(UNITS "basic.target", "[Unit]\nRequires=sysinit.target\n"
		      "After=sysinit.target\n");
	fake_root_put(UNITS "sysinit.target", "[Unit]\nWants=local-fs.target early.service\n"
		      "After=local-fs.target\nRequires=must.service\n");
	fake_root_put(UNITS "local-fs.target", "[Unit]\nDefaultDependencies=no\n"
		      "OnFailure=emergency.target\n");
	fake_root_put(UNITS "getty.target", "[Unit]\nWants=getty@tty1.service\n");
	fake_root_put(UNITS "getty@.service", "[Service]\nExecStart=-/sbin/agetty %I\n"
		      "Type=idle\n");
	fake_root_put(UNITS "daemon.service", "[Service]\nExecStart=/usr/sbin/daemon -f\n"
		      "EnvironmentFile=-/etc/default/daemon\n");
	fake_root_put(UNITS "early.service", "[Unit]\nDefaultDependencies=no\n"
		      "[Service]\nType=oneshot\nExecStart=/usr/bin/early\n");
	fake_root_put(UNITS "must.service", "[Unit]\nDefaultDependencies=no\n"
		      "[Service]\nType=oneshot\nExecStartPre=-/usr/bin/may\n"
		      "ExecStart=/usr/bin/must\n");
	fake_root_put("/etc/default/daemon", "A=1\n");
	program("/usr/sbin/daemon");
	program("/usr/bin/early");
	program("/usr/bin/must");
	program("/usr/bin/may");
}

static inline void make_login(void)
{
	program("/sbin/agetty");
	program("/bin/login");
	program("/bin/sh");
	program("/bin/other-shell");
	fake_root_put("/etc/passwd", "root:x:0:0::/root:/bin/sh\nbin:x:2:2::/bin:/usr/sbin/nologin\n"
		      "me:x:1000:1000::/home/me:/bin/other-shell\n");
	fake_root_put("/etc/pam.d/login", "auth optional pam_motd.so\n@include common\n"
		      "-session optional pam_gone.so\n");
	fake_root_put("/etc/pam.d/common", "auth [success=1 default=ignore] \\\n pam_unix.so nullok\n"
		      "auth requisite pam_deny.so\n");
	library(LIBS "security/pam_motd.so", NULL);
	library(LIBS "security/pam_unix.so", "libc.so.6");
	library(LIBS "security/pam_deny.so", NULL);
}

static inline void setup(void)
{
	arena_init(&fake_arena);
	fake_root_make();
	fake_refused = 0;
	memset(&fake_target, 0, sizeof(fake_target));
	fake_target.config[KCONFIG_IMA_WRITE_POLICY] = KTRI_YES;
	make_systemd();
	make_units();
	make_login();
}

static inline void teardown(void)
{
	fake_root_remove();
	arena_free(&fake_arena);
}

#endif
