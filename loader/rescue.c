/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "rescue.h"

#define FORCE "SYSTEMD_SULOGIN_FORCE"

enum { ACCOUNTS_MAX = 4 * 1024 * 1024 };

/* Does the second field of root's first line, and what is behind it, start with text? */
static bool root_has(struct span all, const char *text)
{
	struct lines it;
	struct span line;

	lines_start(&it, all.text, all.len);
	while (lines_next(&it, &line))
		if (span_starts(line, "root:"))
			return span_starts((struct span){ line.text + 5, line.len - 5 }, text);
	return false;
}

/* The same of a file; not where it cannot be read. */
static bool file_has(const struct load_ops *ops, const char *root, const char *file, const char *text)
{
	char path[PATH_MAX], *data;
	struct span all;
	bool has;

	if ((size_t)snprintf(path, sizeof(path), "%s%s", root, file) >= sizeof(path) ||
	    ops_read_file(ops, path, ACCOUNTS_MAX, &data, &all.len))
		return false;
	all.text = data;
	has = root_has(all, text);
	free(data);
	return has;
}

const char *rescue_open(const struct load_ops *ops, const char *root, const char *cmdline)
{
	/* Anywhere in it: others split and unquote it in other ways than the kernel. */
	if (!cmdline || strstr(cmdline, FORCE) || ops->env(ops->ctx, FORCE))
		return FORCE " is set, or may be, and no password would be asked for: take it off the kernel command line";
	if (!file_has(ops, root, "/etc/passwd", "x:"))
		return "root's password is not kept in /etc/shadow, or /etc/passwd cannot be read: pwconv puts it there";
	if (!file_has(ops, root, "/etc/shadow", "$"))
		return "root has no password, or is locked: set one with passwd";
	return NULL;
}
