/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "bootpath_int.h"

/* one file, or those of a directory in each place that settings lie in */
static const struct {
	const char *name;	/* absolute: a file; else NAME.d and how its files end */
	const char *end;
	const char *why;
} settings[] = {
	{ "/etc/systemd/system.conf", NULL, "read by systemd" },
	{ "systemd/system.conf.d", ".conf", "read by systemd" },
	{ "/etc/machine-id", NULL, "read by systemd" },
	{ "/etc/hostname", NULL, "read by systemd" },
	{ "/etc/locale.conf", NULL, "read by systemd" },
	{ "/etc/fstab", NULL, "read by systemd-fstab-generator" },
	{ "/etc/crypttab", NULL, "read by systemd-cryptsetup-generator" },
	{ "/etc/passwd", NULL, "read by all that asks for users" },
	{ "/etc/group", NULL, "read by all that asks for groups" },
	{ "/etc/nsswitch.conf", NULL, "read by all that asks for users" },
	{ "/etc/systemd/journald.conf", NULL, "read by systemd-journald" },
	{ "/etc/systemd/logind.conf", NULL, "read by systemd-logind" },
	{ "/usr/share/dbus-1/system.conf", NULL, "read by dbus-daemon" },
	{ "/etc/issue", NULL, "read by getty" },
	{ "/etc/login.defs", NULL, "read by login" },
	{ "/etc/environment", NULL, "read by pam_env" },
	{ "/etc/profile", NULL, "read by shells" },
	{ "/etc/udev/udev.conf", NULL, "read by systemd-udevd" },
	{ "/etc/udev/hwdb.bin", NULL, "read by systemd-udevd" },
	{ "/usr/lib/udev/hwdb.bin", NULL, "read by systemd-udevd" },
	{ "tmpfiles.d", ".conf", "read by systemd-tmpfiles" },
	{ "sysusers.d", ".conf", "read by systemd-sysusers" },
	{ "sysctl.d", ".conf", "read by systemd-sysctl" },
	{ "binfmt.d", ".conf", "read by systemd-binfmt" },
	{ "modprobe.d", ".conf", "read by modprobe and udevd" },
};

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && !strcmp(s + n - m, end);
}

void boot_read_settings(struct boot *b, const char *dir, const char *end,
			const char *why, void *arg,
			void (*each)(struct boot *b, void *arg,
				     const char *path))
{
	static const char *const tops[] = {
		"/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib",
	};
	struct ptrmap seen;
	size_t i, j, n;

	ptrmap_init(&seen, b->arena);
	for (i = 0; i < ARRAY_SIZE(tops); i++) {
		const char *full = buf_textf(b->arena, "%s/%s", tops[i], dir);
		const char *const *names;

		if (!boot_list(b, full, &names, &n))
			continue;
		for (j = 0; j < n && !boot_stopped(b); j++) {
			const char *path = buf_textf(b->arena, "%s/%s", full,
						     names[j]);

			/* the first of a name counts, also one to /dev/null */
			if (!ends_with(names[j], end) ||
			    !ptrmap_add(&seen, intern_str(&b->names, names[j]),
					0) || !boot_file(b, path))
				continue;
			boot_use(b, path, JUDGE_READ, BOOTPATH_LOSS, why);
			if (each)
				each(b, arg, path);
		}
	}
}

void boot_settings(struct boot *b)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings); i++)
		if (settings[i].end)
			boot_read_settings(b, settings[i].name,
					   settings[i].end, settings[i].why,
					   NULL, NULL);
		else
			boot_use(b, settings[i].name, JUDGE_READ,
				 BOOTPATH_LOSS, settings[i].why);
}
