/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "bootpath_int.h"
#include "fstab.h"

/* What becomes of /etc/fstab at boot: systemd-fstab-generator(8), systemd.mount(5). */

/* modules that file systems are, where their name is another */
static void load_type(struct boot *b, const char *type,
		      enum bootpath_weight weight, const char *why)
{
	static const char *const alone[][2] = {
		{ "vfat", "nls_cp437" }, { "vfat", "nls_ascii" },
		{ "vfat", "nls_iso8859-1" }, { "iso9660", "isofs" },
	};
	size_t i;

	boot_module(b, type, weight, why);
	for (i = 0; i < ARRAY_SIZE(alone); i++)
		if (!strcmp(alone[i][0], type))
			boot_module(b, alone[i][1], BOOTPATH_LOSS, why);
}

void boot_mount_type(struct boot *b, const char *type,
		     enum bootpath_weight weight, const char *why)
{
	const char *helper = buf_textf(b->arena, "/sbin/mount.%s", type);

	boot_run(b, "/bin/mount", weight, why);
	if (boot_has_program(b, helper))
		boot_run(b, helper, weight, why);
	load_type(b, type, weight, why);
}

/* systemd-fsck fails where it is refused; of fsck behind it, it does not mind */
static void check(struct boot *b, const struct fstab_line *m,
		  enum bootpath_weight weight, const char *why)
{
	static const char *const fronts[] = {
		"/usr/lib/systemd/systemd-fsck", "/lib/systemd/systemd-fsck",
	};
	const char *checker = buf_textf(b->arena, "/sbin/fsck.%s", m->type);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fronts); i++)
		if (boot_has_program(b, fronts[i])) {
			boot_run(b, fronts[i], weight, why);
			break;
		}
	boot_run(b, "/sbin/fsck", BOOTPATH_LOSS, why);
	if (boot_has_program(b, checker))
		boot_run(b, checker, BOOTPATH_LOSS, why);
}

static bool is_remote(const struct fstab_line *m)
{
	static const char *const types[] = {
		"nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "9p", "sshfs",
		"fuse.sshfs",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(m->type, types[i]))
			return true;
	return fstab_has_option(m->options, "_netdev");
}

/*
 * The kernel or the initramfs has mounted it. Where the initramfs has checked it,
 * the unit does nothing, which is not known here.
 */
static void mount_root(struct units *us, const struct fstab_line *m)
{
	struct unit *target = units_get(us, "local-fs.target");

	units_want(us, target, "systemd-remount-fs.service");
	if (m->check)
		units_want(us, target, "systemd-fsck-root.service");
}

static void mount_line(struct boot *b, struct units *us, const struct fstab_line *m)
{
	const char *why = buf_textf(b->arena, "%s in /etc/fstab", m->dir);
	bool device = m->device[0] == '/' || strchr(m->device, '=');
	enum bootpath_weight weight = BOOTPATH_FATAL;

	if (!strcmp(m->type, "swap")) {
		boot_run(b, "/sbin/swapon", BOOTPATH_LOSS,
			 "swap in /etc/fstab");
		return;
	}
	if (!strcmp(m->dir, "/")) {
		mount_root(us, m);
		return;
	}
	if (m->dir[0] != '/' || fstab_has_option(m->options, "noauto"))
		return;
	if (fstab_has_option(m->options, "nofail") || is_remote(m) ||
	    fstab_has_option(m->options, "x-systemd.automount"))
		weight = BOOTPATH_LOSS;
	boot_mount_type(b, m->type, weight, why);
	if (device && weight == BOOTPATH_FATAL)
		boot_wait_for(b, m->device);
	if (m->check)
		check(b, m, weight, why);
}

/* udevd finds the devices that mounts wait for */
static void run_udevd(struct boot *b)
{
	static const char *const paths[] = {
		"/usr/lib/systemd/systemd-udevd", "/lib/systemd/systemd-udevd",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paths); i++)
		if (boot_has_program(b, paths[i])) {
			boot_run(b, paths[i], BOOTPATH_FATAL,
				 "mounts in /etc/fstab wait for devices");
			return;
		}
}

void boot_mounts(struct boot *b, struct units *us)
{
	const char *text = boot_text(b, "/etc/fstab"), *line;
	struct fstab_line m;

	while (text && (line = boot_line(b, &text)) && !boot_stopped(b))
		if (fstab_read_line(b->arena, line, strlen(line), &m) >= 3)
			mount_line(b, us, &m);
	if (b->devices.n)
		run_udevd(b);
	boot_crypttab(b);
}
