/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "check_kernel.h"
#include "kmodel_row.h"
#include "lint_line.h"

/* Which of the two languages a file is in, damaged as it may be. */

struct text {
	const char *s;
	size_t len;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* the next word of t, which loses it */
static bool take_word(struct text *t, struct text *word)
{
	while (t->len && is_blank(*t->s)) {
		t->s++;
		t->len--;
	}
	*word = (struct text){ t->s, 0 };
	while (t->len && !is_blank(*t->s)) {
		t->s++;
		t->len--;
		word->len++;
	}
	return word->len > 0;
}

static bool is_kind(struct text w, enum kkind kind)
{
	return kmodel_find(kind, w.s, w.len) != KF_COUNT;
}

static enum kwhy foreign(struct text w)
{
	enum kfeature f = kmodel_find(KKIND_FOREIGN, w.s, w.len);

	return f == KF_COUNT ? KWHY_NONE : kmodel_row(f)->why;
}

/* before a comparison; the word itself where it has none */
static struct text key_of(struct text w)
{
	struct text key = { w.s, 0 };

	while (key.len < w.len && !strchr("=<>", w.s[key.len]))
		key.len++;
	return key;
}

/* "func=BPRM_CHECK", "path=/etc": a keyword and its operator */
static bool is_condition(struct text w)
{
	struct text key = key_of(w);

	return key.len && key.len < w.len &&
	       (is_kind(key, KKIND_KEY) || foreign(key) != KWHY_NONE);
}

static bool has_mark(struct text w)
{
	return memchr(w.s, ';', w.len) || memchr(w.s, '{', w.len) ||
	       memchr(w.s, '"', w.len);
}

static bool defines(struct text w)
{
	return (w.len == 3 && !memcmp(w.s, "let", 3)) ||
	       (w.len == 3 && !memcmp(w.s, "tag", 3));
}

/* words of a statement never hold a "="; let and tag may be stuck to one */
static bool is_kernel_line(struct text line)
{
	bool action_first = false, first = true;
	struct text w;

	for (; take_word(&line, &w); first = false) {
		if (first && defines(w))
			return false;
		if (is_condition(w))
			return true;
		if (has_mark(w))
			return false;
		if (first)
			action_first = is_kind(w, KKIND_ACTION);
		else if (action_first && memchr(w.s, '=', w.len))
			return true;
	}
	return false;
}

/* "measure" alone may also begin a statement of several lines */
static bool only_actions(struct text line)
{
	struct text w;
	bool any = false;

	while (take_word(&line, &w)) {
		if (!is_kind(w, KKIND_ACTION))
			return false;
		any = true;
	}
	return any;
}

/* "1", a path, a boot parameter, a command: what is written about policies */
static bool is_no_rule(struct text line)
{
	struct text first, more;
	size_t i;

	if (!take_word(&line, &first))
		return false;
	if (foreign(first) == KWHY_SHELL)
		return true;
	if (take_word(&line, &more))
		return false;
	if (*first.s == '/' || foreign(key_of(first)) == KWHY_PARAM)
		return true;
	for (i = 0; i < first.len; i++)
		if (first.s[i] < '0' || first.s[i] > '9')
			return false;
	return true;
}

/* the line at *at, comments and blank ones left out; false: no more */
static bool next_line(const struct source *src, size_t *at, struct text *line,
		      bool *comment)
{
	while (*at < src->len) {
		size_t start = *at, end = lint_physical_end(src, start);

		*at = end + 1;
		while (start < end && is_blank(src->text[start]))
			start++;
		*line = (struct text){ src->text + start, end - start };
		if (start < end && *line->s != '#')
			return true;
		*comment |= start < end;
	}
	return false;
}

bool check_is_kernel_dialect(const struct source *src)
{
	bool comment = false, statements;
	struct text line;
	size_t at = 0;

	if (!next_line(src, &at, &line, &comment))
		return comment;
	if (is_kernel_line(line))
		return true;
	statements = memchr(src->text, ';', src->len) ||
		     memchr(src->text, '{', src->len);
	if (is_no_rule(line))
		return true;
	if (statements)
		return false;
	if (only_actions(line))
		return true;
	while (next_line(src, &at, &line, &comment))
		if (is_kernel_line(line))
			return true;
	return false;
}
