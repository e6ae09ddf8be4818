/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "jsonread.h"
#include "num.h"

void jsonread_init(struct jsonread *r, struct arena *a, const char *text,
		   size_t len)
{
	memset(r, 0, sizeof(*r));
	r->arena = a;
	r->text = r->p = text;
	r->end = text + len;
}

static void wrong(struct jsonread *r, const char *what)
{
	if (!r->why)
		r->why = buf_textf(r->arena, "%s at byte %zu", what,
				   (size_t)(r->p - r->text) + 1);
	r->p = r->end;
}

char jsonread_peek(struct jsonread *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' ||
				 *r->p == '\n' || *r->p == '\r'))
		r->p++;
	return r->p < r->end ? *r->p : '\0';
}

static bool take(struct jsonread *r, char c)
{
	if (jsonread_peek(r) != c || r->p == r->end)
		return false;
	r->p++;
	return true;
}

bool jsonread_enter(struct jsonread *r, char bracket)
{
	if (!take(r, bracket)) {
		jsonread_skip(r);
		return false;
	}
	if (++r->depth > JSONREAD_DEPTH) {
		wrong(r, "values are nested too deep");
		return false;
	}
	r->first = true;
	return true;
}

/* a comma, or nothing before the first; false: the end of what was entered */
static bool next(struct jsonread *r, char bracket)
{
	bool first = r->first;

	r->first = false;
	if (r->why)
		return false;
	if (take(r, bracket)) {
		r->depth--;
		return false;
	}
	if (first || take(r, ','))
		return true;
	wrong(r, "neither a comma nor the end of a list");
	return false;
}

bool jsonread_element(struct jsonread *r)
{
	return next(r, ']');
}

/* ---- texts ---- */

static bool hex4(struct jsonread *r, uint32_t *out)
{
	unsigned int i;

	for (*out = 0, i = 0; i < 4; i++, r->p++) {
		const char *digits = "0123456789abcdef", *at;
		char c = r->p < r->end ? *r->p : '\0';

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		at = c ? strchr(digits, c) : NULL;
		if (!at) {
			wrong(r, "no four hexadecimal digits");
			return false;
		}
		*out = *out * 16 + (uint32_t)(at - digits);
	}
	return true;
}

static void put_utf8(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_putc(b, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_putc(b, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_putc(b, (char)(0xe0 | c >> 12));
		} else {
			buf_putc(b, (char)(0xf0 | c >> 18));
			buf_putc(b, (char)(0x80 | (c >> 12 & 63)));
		}
		buf_putc(b, (char)(0x80 | (c >> 6 & 63)));
	}
	buf_putc(b, (char)(0x80 | (c & 63)));
}

/* behind \u; half a pair alone is a byte where json.h writes one so */
static void take_code(struct jsonread *r, struct buf *b)
{
	uint32_t c, low;

	if (!hex4(r, &c))
		return;
	if (c >= 0xdc80 && c <= 0xdcff) {
		buf_putc(b, (char)(c & 0xff));
		return;
	}
	if (c >= 0xd800 && c < 0xdc00) {
		if (r->end - r->p < 2 || r->p[0] != '\\' || r->p[1] != 'u') {
			wrong(r, "half of a pair");
			return;
		}
		r->p += 2;
		if (!hex4(r, &low))
			return;
		c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
	}
	put_utf8(b, c);
}

static void take_escape(struct jsonread *r, struct buf *b)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char c = r->p < r->end ? *r->p++ : '\0';
	const char *at = c ? strchr(from, c) : NULL;

	if (at)
		buf_putc(b, to[at - from]);
	else if (c == 'u')
		take_code(r, b);
	else
		wrong(r, "an unknown escape");
}

const char *jsonread_text(struct jsonread *r)
{
	struct buf b;

	if (!take(r, '"')) {
		jsonread_skip(r);
		return NULL;
	}
	buf_init(&b, r->arena);
	buf_puts(&b, "");
	while (r->p < r->end && *r->p != '"') {
		char c = *r->p++;

		if (c == '\\')
			take_escape(r, &b);
		else
			buf_putc(&b, c);
	}
	if (!take(r, '"'))
		wrong(r, "a text without an end");
	return r->why || strlen(b.s) != b.len ? NULL : b.s;
}

bool jsonread_member(struct jsonread *r, const char **key)
{
	if (!next(r, '}'))
		return false;
	*key = jsonread_peek(r) == '"' ? jsonread_text(r) : NULL;
	if (!*key || !take(r, ':'))
		wrong(r, "no name of a member");
	return !r->why;
}

/* ---- what is not looked at ---- */

static void skip_text(struct jsonread *r)
{
	for (r->p++; r->p < r->end && *r->p != '"'; r->p++)
		r->p += *r->p == '\\' && r->end - r->p > 1;
	if (!take(r, '"'))
		wrong(r, "a text without an end");
}

static void skip_word(struct jsonread *r)
{
	static const char of[] = "abcdefghijklmnopqrstuvwxyzE0123456789+-.";
	const char *from = r->p;

	while (r->p < r->end && *r->p && strchr(of, *r->p))
		r->p++;
	if (r->p == from)
		wrong(r, "no value");
}

void jsonread_skip(struct jsonread *r)
{
	unsigned int depth = 0;
	char c;

	do {
		c = jsonread_peek(r);
		if (depth && (c == ',' || c == ':')) {
			r->p++;
			continue;
		}
		if (depth && (c == ']' || c == '}')) {
			r->p++;
			depth--;
		} else if (c == '[' || c == '{') {
			r->p++;
			depth++;
		} else if (c == '"') {
			skip_text(r);
		} else {
			skip_word(r);
		}
	} while (depth && !r->why);
}

bool jsonread_number(struct jsonread *r, uint64_t max, uint64_t *out)
{
	char first = jsonread_peek(r);
	const char *from = r->p;

	jsonread_skip(r);
	/* no zeros before it: RFC 8259, section 6 */
	if (r->why || (first == '0' && r->p - from > 1))
		return false;
	return num_parse(from, (size_t)(r->p - from), 10, max, out) == NUM_OK;
}

bool jsonread_end(struct jsonread *r)
{
	jsonread_peek(r);
	if (r->p < r->end)
		wrong(r, "something behind the end");
	return !r->why;
}
