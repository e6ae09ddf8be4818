/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "kmodel_row.h"
#include "lint_line.h"

/* room for n bytes more behind those that are there */
static void make_room(struct lint_line *l, size_t n)
{
	size_t len = l->len, all = 2 * l->cap;

	if (len + n <= l->cap)
		return;
	if (all < len + n)
		all = len + n;
	l->cap = all;
	l->s = arena_grow(l->arena, l->s, len, all);
	l->from = arena_grow(l->arena, l->from, len * sizeof(*l->from),
			     all * sizeof(*l->from));
	l->to = arena_grow(l->arena, l->to, len * sizeof(*l->to),
			   all * sizeof(*l->to));
}

void lint_line_init(struct lint_line *l, struct arena *a,
		    const struct source *src, size_t start)
{
	*l = (struct lint_line){ .arena = a, .src = src, .start = start,
				 .end = start };
	make_room(l, 1);
}

void lint_line_put(struct lint_line *l, char c, size_t from, size_t to)
{
	make_room(l, 1);
	l->s[l->len] = c;
	l->from[l->len] = from;
	l->to[l->len++] = to;
	l->end = to;
}

void lint_line_add(struct lint_line *l, size_t start, size_t end)
{
	size_t i;

	make_room(l, end - start);
	for (i = start; i < end; i++) {
		l->s[l->len] = l->src->text[i];
		l->from[l->len] = i;
		l->to[l->len++] = i + 1;
	}
	l->end = end;
}

struct span lint_line_span(const struct lint_line *l, size_t start, size_t end)
{
	struct span span = { l->src, l->end, l->end };

	if (start < l->len)
		span.start = l->from[start];
	else if (l->len)
		span.start = l->to[l->len - 1];
	span.end = span.start;
	if (end > start && end <= l->len)
		span.end = l->to[end - 1];
	return span;
}

void lint_line_replace(struct lint_line *l, size_t start, size_t end,
		       const char *text)
{
	struct span where = lint_line_span(l, start, end);
	size_t n = strlen(text), tail = l->len - end, i;

	make_room(l, n);
	memmove(l->s + start + n, l->s + end, tail);
	memmove(l->from + start + n, l->from + end, tail * sizeof(*l->from));
	memmove(l->to + start + n, l->to + end, tail * sizeof(*l->to));
	for (i = 0; i < n; i++) {
		l->s[start + i] = text[i];
		l->from[start + i] = where.start;
		l->to[start + i] = where.end;
	}
	l->len = start + n + tail;
}

void lint_line_blank(struct lint_line *l, size_t start, size_t end)
{
	memset(l->s + start, ' ', end - start);
}

/* ---- the lines of a file ---- */

bool lint_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

size_t lint_physical_end(const struct source *src, size_t start)
{
	const char *nl = memchr(src->text + start, '\n', src->len - start);

	return nl ? (size_t)(nl - src->text) : src->len;
}

/* the word at or behind at; false: there is none before end */
static bool next_word(const char *s, size_t at, size_t end, struct span *out)
{
	while (at < end && lint_is_blank(s[at]))
		at++;
	out->start = at;
	while (at < end && !lint_is_blank(s[at]))
		at++;
	out->end = at;
	return out->start < out->end;
}

static bool is_condition(const char *s, size_t len)
{
	size_t key = 0;

	while (key < len && !strchr("=<>", s[key]))
		key++;
	return key < len && (kmodel_find(KKIND_KEY, s, key) != KF_COUNT ||
			     kmodel_find(KKIND_FOREIGN, s, key) != KF_COUNT);
}

struct shape {
	size_t indent;
	bool rule;		/* neither blank nor a comment */
	bool condition;		/* it begins with one */
	bool action;		/* there is one in it */
	bool backslash;		/* the last byte */
};

static struct shape shape_of(const struct source *src, size_t start,
			     size_t end)
{
	struct span word = { src, start, start };
	const char *s = src->text;
	struct shape sh = { 0 };

	while (next_word(s, word.end, end, &word)) {
		size_t len = word.end - word.start;

		if (!sh.rule) {
			sh.indent = word.start - start;
			sh.rule = s[word.start] != '#';
			sh.condition = is_condition(s + word.start, len);
		}
		sh.action |= kmodel_find(KKIND_ACTION, s + word.start, len) !=
			     KF_COUNT;
		sh.backslash = s[word.end - 1] == '\\';
		if (!sh.rule)
			break;
	}
	return sh;
}

/* longer than any line that the kernel reads */
#define MAX_SHAPE 65536

bool lint_goes_on(const struct source *src, size_t start)
{
	size_t end = lint_physical_end(src, start), above = start;
	struct shape here, before;

	if (!start)
		return false;
	for (above = start - 1; above && src->text[above - 1] != '\n'; above--)
		if (start - above > MAX_SHAPE)
			return false;
	here = shape_of(src, start, end);
	if (!here.rule || here.action || end - start > MAX_SHAPE)
		return false;
	before = shape_of(src, above, start - 1);
	if (!before.rule)
		return false;
	if (before.backslash)
		return true;
	/* below a line of its own kind, which goes on itself */
	return here.condition &&
	       (here.indent > before.indent ||
		(here.indent && here.indent == before.indent &&
		 before.condition && !before.action));
}
