/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "bootpath_int.h"

/*
 * PID 1: the first of init/main.c's that is there. One that is there and refused
 * is not passed over here, though the kernel goes on to the next: a shell as
 * PID 1 is no machine that came up.
 */
static const char *find_init(struct boot *b)
{
	static const char *const known[] = {
		"/sbin/init", "/etc/init", "/bin/init", "/bin/sh",
	};
	size_t i;

	if (b->options->init)
		return b->options->init;
	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (boot_has_program(b, known[i]))
			return known[i];
	return known[0];
}

/* also a copy that is called init */
static bool is_systemd(struct boot *b, struct boot_file *init)
{
	static const char library[] = "libsystemd-shared";
	const struct elf_facts *elf = boot_elf(b, init);
	const char *name = boot_name(init->path);
	size_t i;

	if (strcmp(name, "init"))
		return !strcmp(name, "systemd");
	for (i = 0; i < elf->n_needed; i++)
		if (!strncmp(elf->needed[i], library, strlen(library)))
			return true;
	return false;
}

/* PID 1 by what its file is called where links lead: systemd, busybox, init … */
static void follow_init(struct boot *b, struct boot_file *init)
{
	const char *name = boot_name(init->path);

	if (is_systemd(b, init)) {
		boot_systemd(b, init->path);
	} else if (!strcmp(name, "busybox") || !strcmp(name, "openrc-init") ||
		   (!strcmp(name, "init") && boot_file(b, "/etc/inittab"))) {
		boot_inittab(b);
	} else {
		boot_note(b, "%s: not an init that is known: only what it is "
			  "linked with was followed", init->path);
		b->blind = true;
	}
}

/* after a load by PID 1 it is mapped already, but daemon-reexec runs it anew */
static const char *why_init(const struct boot *b)
{
	return b->after_init ? "PID 1 loads the policy: what it is made of is "
			       "refused when it executes itself again" :
			       "the first program, PID 1";
}

void boot_init(struct boot *b)
{
	const char *path = find_init(b);
	struct boot_file *init = boot_file(b, path);

	if (!init) {
		boot_gone(b, path, JUDGE_EXEC, BOOTPATH_FATAL, why_init(b));
		boot_note(b, "%s: there is no init", path);
		b->blind = true;
		return;
	}
	if (!is_systemd(b, init))
		b->after_init = false;
	boot_run(b, path, b->after_init ? BOOTPATH_LOSS : BOOTPATH_FATAL,
		 why_init(b));
	follow_init(b, init);
}
