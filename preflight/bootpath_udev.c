/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "bootpath_int.h"

/* udev(7): rules are words KEY{attribute}OPERATOR"value", commas between. */

static bool runs_program(const char *key, size_t len)
{
	static const char *const keys[] = {
		"RUN", "RUN{program}", "PROGRAM", "IMPORT{program}",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (len == strlen(keys[i]) && !strncmp(key, keys[i], len))
			return true;
	return false;
}

static void run_value(struct boot *b, const char *key, const char *value,
		      const char *rules)
{
	const char *program = unitfile_word(b->arena, &value);

	if (!program || !*program)
		return;
	if (strpbrk(program, "$%")) {
		boot_aside(b, "%s names programs by the device: %s", rules,
			   program);
		return;
	}
	if (*program != '/') {
		const char *dir = "/usr/lib/udev";
		const char *path = buf_textf(b->arena, "%s/%s", dir, program);

		program = boot_has_program(b, path) ? path :
			  buf_textf(b->arena, "/lib/udev/%s", program);
	}
	/* rules are for what may be there; their programs often are not */
	if (boot_has_program(b, program))
		boot_maker(b, program,
			   boot_run(b, program, BOOTPATH_LOSS,
				    buf_textf(b->arena, "%s of %s", key,
					      rules)));
}

/* each KEY OPERATOR "value" of a line */
static void read_rule(struct boot *b, const char *s, const char *rules)
{
	while (*(s += strspn(s, " \t,"))) {
		const char *key = s, *value;
		size_t len = strcspn(s, "=+-!:\" \t,");
		size_t op, n;

		s += len;
		op = strspn(s, "=+-!: \t");
		s += op;
		/* i"…" and e"…" are values, too */
		s += (*s == 'i' || *s == 'e') && s[1] == '"';
		if (*s != '"') {
			s += strcspn(s, ",");
			continue;
		}
		value = ++s;
		for (n = 0; value[n] && value[n] != '"'; n++)
			n += value[n] == '\\' && value[n + 1];
		if (runs_program(key, len))
			run_value(b, arena_strndup(b->arena, key, len),
				  arena_strndup(b->arena, value, n), rules);
		s = value + n + (value[n] == '"');
	}
}

static void read_rules(struct boot *b, void *arg, const char *path)
{
	const char *text = boot_text(b, path), *line;
	struct buf joined;

	(void)arg;
	buf_init(&joined, b->arena);
	while (text && (line = boot_line(b, &text))) {
		size_t n = strlen(line);
		bool more = n && line[n - 1] == '\\';

		if (!joined.len && line[strspn(line, " \t")] == '#')
			continue;
		buf_add(&joined, line, n - more);
		if (more)
			continue;
		read_rule(b, joined.s, path);
		buf_init(&joined, b->arena);
	}
}

void boot_udev(struct boot *b)
{
	boot_read_settings(b, "udev/rules.d", ".rules",
			   "read by systemd-udevd", NULL, read_rules);
}
