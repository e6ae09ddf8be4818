/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "lines.h"

bool lines_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct span trim_left(struct span s)
{
	while (s.len && lines_blank(*s.text)) {
		s.text++;
		s.len--;
	}
	return s;
}

void lines_start(struct lines *it, const char *text, size_t len)
{
	it->at = text;
	it->end = text + len;
	it->number = 0;
}

bool lines_any(struct lines *it, struct span *line)
{
	size_t left = (size_t)(it->end - it->at);
	const char *nl = left ? memchr(it->at, '\n', left) : NULL;

	if (!left)
		return false;
	*line = (struct span){ it->at, nl ? (size_t)(nl - it->at) : left };
	it->at += line->len + (nl ? 1 : 0);
	it->number++;
	return true;
}

bool lines_next(struct lines *it, struct span *rule)
{
	struct span line;

	while (lines_any(it, &line)) {
		*rule = trim_left(line);
		if (rule->len && *rule->text != '#')
			return true;
	}
	return false;
}

void lines_plain(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 127)
			*text = *text == '\t' ? ' ' : '?';
}

size_t lines_count(struct span text)
{
	struct lines it;
	struct span rule;
	size_t n = 0;

	lines_start(&it, text.text, text.len);
	while (lines_next(&it, &rule))
		n++;
	return n;
}

bool lines_word(struct span *rest, struct span *word)
{
	*rest = trim_left(*rest);
	*word = (struct span){ rest->text, 0 };
	while (word->len < rest->len && !lines_blank(rest->text[word->len]))
		word->len++;
	rest->text += word->len;
	rest->len -= word->len;
	return word->len > 0;
}

bool lines_has(struct span rule, struct span word)
{
	struct span w;

	while (lines_word(&rule, &w))
		if (span_same(w, word))
			return true;
	return false;
}

bool lines_appraises(struct span rule)
{
	static const char action[] = "appraise";

	return lines_has(rule, (struct span){ action, sizeof(action) - 1 });
}

struct span span_cut(struct span s, size_t n)
{
	return (struct span){ s.text + n, s.len - n };
}

struct span span_trim(struct span s)
{
	s = trim_left(s);
	while (s.len && lines_blank(s.text[s.len - 1]))
		s.len--;
	return s;
}

void span_keep(char *to, size_t room, struct span s)
{
	if (s.len >= room)
		s.len = room - 1;
	memcpy(to, s.text, s.len);
	to[s.len] = '\0';
}

bool span_is(struct span s, const char *text)
{
	return strlen(text) == s.len && !memcmp(s.text, text, s.len);
}

bool span_same(struct span a, struct span b)
{
	return a.len == b.len && !memcmp(a.text, b.text, a.len);
}

bool span_starts(struct span s, const char *text)
{
	size_t len = strlen(text);

	return s.len >= len && !memcmp(s.text, text, len);
}

/* Cuts ":DIGITS" off the end. */
static bool cut_number(struct span *s)
{
	size_t len = s->len;

	while (len && is_digit(s->text[len - 1]))
		len--;
	if (len == s->len || !len || s->text[len - 1] != ':')
		return false;
	s->len = len - 1;
	return true;
}

static bool origin_in(struct span line, struct span *origin)
{
	struct span place;

	line = trim_left(line);
	if (!line.len || *line.text != '#')
		return false;
	line.text++;
	line.len--;
	while (lines_word(&line, origin)) {
		if (origin->text[origin->len - 1] == ':')
			origin->len--;
		place = *origin;
		if (cut_number(&place) && cut_number(&place) && place.len)
			return true;
	}
	return false;
}

bool lines_origin(const char *text, const char *rule, struct span *origin)
{
	const char *end = rule;

	while (end > text && end[-1] != '\n')
		end--;
	while (end > text) {
		const char *start = --end;

		while (start > text && start[-1] != '\n')
			start--;
		if (origin_in((struct span){ start, (size_t)(end - start) }, origin))
			return true;
		end = start;
	}
	return false;
}
