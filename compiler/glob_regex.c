/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "glob.h"

/*
 * Text that PCRE2 reads as file_contexts do. Only what has a meaning gets a
 * backslash: libselinux 3.4 compares the first component with backslashes and
 * all. A byte that no line may hold becomes a class of one, which every version
 * takes for a regex; so does a quote, which semanage would take off.
 */

static void put_byte(struct buf *b, unsigned int c)
{
	if (c == '\\')
		buf_puts(b, "[\\\\]");
	else if (c <= ' ' || c >= 127 || c == '\'' || c == '"')
		buf_printf(b, "[\\x%02X]", c);
	else if (strchr(".^$?*+|[](){}", (int)c))
		buf_printf(b, "\\%c", (int)c);
	else
		buf_putc(b, (char)c);
}

static bool is_alnum(unsigned int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static void put_member(struct buf *b, unsigned int c)
{
	if (is_alnum(c) || c == '/' || c == '_' || c == '.')
		buf_putc(b, (char)c);
	else
		buf_printf(b, "\\x%02X", c);
}

static unsigned int count_bytes(const struct byteset *set)
{
	unsigned int n = 0, c;

	for (c = 1; c < 256; c++)
		n += byteset_has(set, c);
	return n;
}

static void put_set(struct buf *b, struct byteset set)
{
	bool invert = count_bytes(&set) > 128;
	unsigned int c, end;

	if (byteset_full(&set)) {
		buf_putc(b, '.');
		return;
	}
	buf_puts(b, invert ? "[^" : "[");
	if (invert)
		byteset_invert(&set);
	for (c = 1; c < 256; c = end) {
		end = c + 1;
		if (!byteset_has(&set, c))
			continue;
		while (end < 256 && byteset_has(&set, end))
			end++;
		put_member(b, c);
		if (end - c > 2)
			buf_putc(b, '-');
		if (end - c > 1)
			put_member(b, end - 1);
	}
	buf_putc(b, ']');
}

static void put(struct buf *b, const struct re *re, bool alone);

/* the i-th member of a sequence is all of a path component */
static bool is_component(const struct re *cat, size_t i)
{
	const struct re *before = i ? cat->sub[i - 1] : NULL;
	const struct re *after = i + 1 < cat->n ? cat->sub[i + 1] : NULL;

	if (!before || before->op != RE_SET ||
	    byteset_single(&before->set) != '/')
		return false;
	return !after || (after->op == RE_SET &&
			  byteset_single(&after->set) == '/');
}

static void put_cat(struct buf *b, const struct re *re, size_t from)
{
	size_t i;

	for (i = from; i < re->n; i++)
		put(b, re->sub[i], is_component(re, i));
}

static void put_repeat(struct buf *b, const struct re *re, bool alone)
{
	bool group = re->sub[0]->op != RE_SET;

	if (group)
		buf_putc(b, '(');
	put(b, re->sub[0], false);
	if (group)
		buf_putc(b, ')');
	if (re->max == 1)
		buf_putc(b, '?');
	else
		buf_putc(b, re->min || alone ? '+' : '*');
}

static void put(struct buf *b, const struct re *re, bool alone)
{
	size_t i;

	switch (re->op) {
	case RE_SET:
		if (byteset_single(&re->set) > 0)
			put_byte(b, (unsigned int)byteset_single(&re->set));
		else
			put_set(b, re->set);
		break;
	case RE_CAT:
		put_cat(b, re, 0);
		break;
	case RE_ALT:
		for (i = 0; i < re->n; i++) {
			buf_putc(b, i ? '|' : '(');
			put(b, re->sub[i], false);
		}
		buf_putc(b, ')');
		break;
	case RE_REPEAT:
		put_repeat(b, re, alone);
		break;
	case RE_OP_COUNT:
		break;
	}
}

/* alternatives begin with a '/' each, and so must the regex */
static void put_union(struct buf *b, const struct re *re)
{
	size_t i;

	buf_putc(b, '/');
	for (i = 0; i < re->n; i++) {
		const struct re *branch = re->sub[i];

		buf_putc(b, i ? '|' : '(');
		if (branch->op == RE_CAT)
			put_cat(b, branch, 1);
	}
	buf_putc(b, ')');
}

const char *glob_regex(struct arena *a, const struct glob *g)
{
	struct buf b;

	buf_init(&b, a);
	if (g->re->op == RE_ALT)
		put_union(&b, g->re);
	else
		put(&b, g->re, false);
	return b.s ? b.s : "";
}
