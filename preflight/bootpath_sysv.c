/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "bootpath_int.h"

/*
 * Inits with an /etc/inittab: that of sysvinit (inittab(5)), of busybox, and
 * OpenRC below either. None of its lines is fatal: init goes on to the next.
 */
#define SCRIPTS_MAX 10000	/* of all directories of scripts */

/* a command line as init has it: by a shell where it is more than words */
static enum boot_fate run_line(struct boot *b, const char *line,
			       const char *why, const char **program)
{
	static const char shell_only[] = "~`!$^&*()=|\\{}[];\"'<>?";
	enum boot_fate fate = BOOT_WORKS;
	const char *s = line;

	s += strspn(s, "+-@ ");
	if (strpbrk(s, shell_only)) {
		fate = boot_run(b, "/bin/sh", BOOTPATH_LOSS, why);
		*program = boot_shell_word(b, s);
	} else {
		*program = boot_word(b, &s);
		*program = *program ? boot_search(b, *program) : NULL;
	}
	if (!*program)
		return fate;
	return boot_worse(fate, boot_run(b, *program, BOOTPATH_LOSS, why));
}

static void run_way(struct boot *b, const char *line, const char *why)
{
	struct boot_way way = { .name = why };
	struct boot_trail t;
	const char *program;

	boot_trail_begin(b, &t);
	way.fate = run_line(b, line, why, &program);
	if (program && strstr(boot_name(program), "getty"))
		way.fate = boot_worse(way.fate, boot_login(b, program, line));
	boot_trail_end(b);
	way.steps = t.steps;
	vec_push(b->arena, &b->ways, way);
}

/* a terminal's program: a getty, login, or a shell without a question */
static bool lets_in(const char *line)
{
	static const char *const names[] = {
		"getty", "login", "/bin/sh", "/bin/ash", "/bin/bash",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (strstr(line, names[i]))
			return true;
	return false;
}

/* ID:RUNLEVELS:ACTION:PROCESS */
static void inittab_line(struct boot *b, const char *line)
{
	static const char *const actions[] = {
		"sysinit", "boot", "bootwait", "wait", "once", "respawn",
		"askfirst",
	};
	const char *field[3], *why, *program;
	size_t i, n;

	line += strspn(line, " \t");
	if (*line == '#' || !*line)
		return;
	for (i = 0; i < 3; i++) {
		n = strcspn(line, ":");
		if (!line[n])
			return;
		field[i] = arena_strndup(b->arena, line, n);
		line += n + 1;
	}
	for (i = 0; i < ARRAY_SIZE(actions); i++)
		if (!strcmp(field[2], actions[i]))
			break;
	/* of sysvinit, other runlevels than the usual ones are not a boot's */
	if (i == ARRAY_SIZE(actions) || !*line ||
	    (*field[1] && !strpbrk(field[1], "2345S")))
		return;
	why = buf_textf(b->arena, "%s of /etc/inittab",
			*field[0] ? field[0] : field[2]);
	if (i >= 5 && lets_in(line) && b->ways.n < BOOT_WAYS_MAX)
		run_way(b, line, why);
	else
		run_line(b, line, why, &program);
}

/* ---- scripts ---- */

/* the scripts that start something: S… of a runlevel; those that a unit replaces not */
static void run_directory(struct boot *b, const char *dir, const char *first,
			  struct units *us)
{
	const char *const *names;
	size_t n, i;

	if (!boot_list(b, dir, &names, &n))
		return;
	for (i = 0; i < n && i < SCRIPTS_MAX && !boot_stopped(b); i++) {
		const char *name = names[i];
		struct unit *u;

		if (strncmp(name, first, strlen(first)))
			continue;
		u = us && strlen(name) > 3 ? units_get(us, buf_textf(b->arena,
					     "%s.service", name + 3)) : NULL;
		if (!u || u->state == UNIT_MISSING)
			boot_run(b, buf_textf(b->arena, "%s/%s", dir, name),
				 BOOTPATH_LOSS, buf_textf(b->arena,
				 "a script of %s", dir));
	}
}

/* systemd-sysv-generator makes units of those that have none */
void boot_rc_scripts(struct boot *b, struct units *us)
{
	static const char *const dirs[] = {
		"/etc/rc2.d", "/etc/rc3.d", "/etc/rc4.d", "/etc/rc5.d",
	};
	size_t i;

	if (!boot_has_program(b, "/usr/lib/systemd/system-generators/"
				 "systemd-sysv-generator"))
		return;
	for (i = 0; i < ARRAY_SIZE(dirs); i++)
		run_directory(b, dirs[i], "S", us);
}

static void run_scripts(struct boot *b)
{
	static const char *const openrc[] = {
		"sysinit", "boot", "default",
	};
	size_t i;

	if (boot_has_program(b, "/etc/init.d/rcS"))
		boot_run(b, "/etc/init.d/rcS", BOOTPATH_LOSS, "run at boot");
	run_directory(b, "/etc/rcS.d", "S", NULL);
	for (i = '2'; i <= '5'; i++)
		run_directory(b, buf_textf(b->arena, "/etc/rc%c.d", (int)i),
			      "S", NULL);
	for (i = 0; i < ARRAY_SIZE(openrc); i++)
		run_directory(b, buf_textf(b->arena, "/etc/runlevels/%s",
					   openrc[i]), "", NULL);
	/* busybox's rcS of many systems runs these */
	run_directory(b, "/etc/init.d", "S", NULL);
}

void boot_inittab(struct boot *b)
{
	const char *text = boot_text(b, "/etc/inittab"), *line;

	boot_aside(b, "scripts were followed to their interpreters, not to "
		   "what they run");
	if (!text) {
		/* busybox has this of itself */
		run_way(b, "/bin/sh", "a shell on the console, without "
			"/etc/inittab");
	} else {
		boot_use(b, "/etc/inittab", JUDGE_READ, BOOTPATH_LOSS,
			 "read by init");
		while ((line = boot_line(b, &text)) && !boot_stopped(b))
			inittab_line(b, line);
	}
	run_scripts(b);
}
