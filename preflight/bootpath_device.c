/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "bootpath_int.h"
#include "fstab.h"

/*
 * Devices that a program has to make before they can be mounted: those of
 * crypttab(5), and what udev's rules put together. A mount by its name of one
 * waits for just that; whether one by UUID= does is not known of a machine that
 * does not run.
 */
void boot_wait_for(struct boot *b, const char *device)
{
	vec_push(b->arena, &b->devices, device);
}

static bool is_waited_for(const struct boot *b, const char *name)
{
	static const char dir[] = "/dev/mapper/";
	size_t i;

	for (i = 0; i < b->devices.n; i++)
		if (!strncmp(b->devices.v[i], dir, strlen(dir)) &&
		    !strcmp(b->devices.v[i] + strlen(dir), name))
			return true;
	return false;
}

/* program made it, or would have */
static void doubt(struct boot *b, const char *program, enum boot_fate fate)
{
	if (fate == BOOT_WORKS || !b->devices.n)
		return;
	boot_note(b, "%s may be what makes a device that a mount in /etc/fstab "
		  "waits for, and whether it could cannot be told", program);
	b->blind = true;
}

/* NAME DEVICE KEY OPTIONS */
static void open_line(struct boot *b, const char *line, const char *program)
{
	const char *name = boot_word(b, &line), *why, *key, *options;
	enum bootpath_weight weight;
	enum boot_fate fate;

	if (!name || *name == '#' || !boot_word(b, &line))
		return;
	key = boot_word(b, &line);
	options = boot_word(b, &line);
	if (options && fstab_has_option(options, "noauto"))
		return;
	weight = is_waited_for(b, name) ? BOOTPATH_FATAL : BOOTPATH_LOSS;
	why = buf_textf(b->arena, "%s in /etc/crypttab", name);
	fate = boot_run(b, program, weight, why);
	if (key && *key == '/' && strncmp(key, "/dev/", 5))
		fate = boot_worse(fate, boot_use(b, key, JUDGE_READ, weight,
						 why));
	if (weight != BOOTPATH_FATAL)
		doubt(b, program, fate);
}

void boot_crypttab(struct boot *b)
{
	static const char *const paths[] = {
		"/usr/lib/systemd/systemd-cryptsetup",
		"/lib/systemd/systemd-cryptsetup",
		"/usr/bin/systemd-cryptsetup",
	};
	const char *text = boot_text(b, "/etc/crypttab"), *line;
	size_t i;

	for (i = 0; i + 1 < ARRAY_SIZE(paths); i++)
		if (boot_has_program(b, paths[i]))
			break;
	while (text && (line = boot_line(b, &text)) && !boot_stopped(b))
		open_line(b, line, paths[i]);
}

void boot_maker(struct boot *b, const char *program, enum boot_fate fate)
{
	static const char *const names[] = {
		"lvm", "pvscan", "vgchange", "systemd-run", "dmsetup", "mdadm",
		"mdadm_env.sh", "multipath", "kpartx", "bcache-register",
		"dmraid", "btrfs",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(boot_name(program), names[i]))
			doubt(b, program, fate);
}
