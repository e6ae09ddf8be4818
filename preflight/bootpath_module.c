/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "bootpath_int.h"

/*
 * Modules that are loaded by their names: modules-load.d(5), and those that a
 * mount needs. What the kernel and udev load by alias depends on the devices;
 * modules are among the files of the rest of the rehearsal.
 */
#define KERNELS_MAX 64	/* directories below /lib/modules */
#define NEEDS_MAX 100	/* modules that one needs */
#define NAMES_MAX 500	/* in a file of modules-load.d */

/* modules are named by - or _ alike, and their files end in .ko and more */
static bool is_module(const char *path, const char *name)
{
	const char *s = boot_name(path);

	for (; *name; name++, s++)
		if (*s != *name && !(strchr("-_", *s) && *s &&
				     strchr("-_", *name)))
			return false;
	return !strncmp(s, ".ko", 3);
}

static void load_file(struct boot *b, const char *dir, const char *path,
		      enum bootpath_weight weight, const char *why)
{
	boot_use(b, *path == '/' ? path :
		 buf_textf(b->arena, "%s/%s", dir, path), JUDGE_MODULE, weight,
		 why);
}

/* a line of modules.dep(5): "kernel/fs/a.ko: kernel/fs/b.ko …" */
static bool load_line(struct boot *b, const char *dir, const char *line,
		      const char *name, enum bootpath_weight weight,
		      const char *why)
{
	size_t n = strcspn(line, ":");
	const char *path = arena_strndup(b->arena, line, n), *word;
	size_t needs = 0;

	if (!line[n] || !is_module(path, name))
		return false;
	line += n + 1;
	while ((word = boot_word(b, &line)) && needs++ < NEEDS_MAX)
		load_file(b, dir, word, weight,
			  buf_textf(b->arena, "needed by %s", path));
	load_file(b, dir, path, weight, why);
	return true;
}

static void load_from(struct boot *b, const char *dir, const char *name,
		      enum bootpath_weight weight, const char *why)
{
	const char *text = boot_text(b, buf_textf(b->arena, "%s/modules.dep",
						  dir));
	const char *at, *line;

	/* most lines are of others */
	while (text && *text) {
		size_t n = strcspn(text, "\n"), colon = strcspn(text, ":\n");

		at = text;
		line = NULL;
		while (colon && at[colon - 1] != '/')
			colon--;
		if (at[colon] && (at[colon] == *name || strchr("-_", *name)))
			line = arena_strndup(b->arena, at, n);
		if (line && load_line(b, dir, line, name, weight, why))
			return;
		text += n + (text[n] == '\n');
	}
}

void boot_module(struct boot *b, const char *name,
		 enum bootpath_weight weight, const char *why)
{
	static const char top[] = "/lib/modules";
	const char *const *names;
	size_t n, i;

	/* which of the kernels will run is not known: each has to be able to */
	if (!*name || !boot_list(b, top, &names, &n))
		return;
	for (i = 0; i < n && i < KERNELS_MAX; i++)
		load_from(b, buf_textf(b->arena, "%s/%s", top, names[i]), name,
			  weight, why);
}

static void read_names(struct boot *b, void *arg, const char *path)
{
	const char *text = boot_text(b, path), *line, *word;
	size_t n = 0;

	(void)arg;
	while (text && (line = boot_line(b, &text)) && !boot_stopped(b)) {
		line = arena_strndup(b->arena, line, strcspn(line, "#;"));
		word = boot_word(b, &line);
		if (word && ++n > NAMES_MAX) {
			boot_aside(b, "%s names more modules than are followed",
				   path);
			return;
		}
		if (word)
			boot_module(b, word, BOOTPATH_LOSS,
				    buf_textf(b->arena, "named in %s", path));
	}
}

void boot_modules(struct boot *b)
{
	boot_read_settings(b, "modules-load.d", ".conf",
			   "read by systemd-modules-load", NULL, read_names);
	if (boot_has_program(b, "/sbin/modprobe"))
		boot_run(b, "/sbin/modprobe", BOOTPATH_LOSS,
			 "run by the kernel for what it has as a module");
}
