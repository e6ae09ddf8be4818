/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "json.h"
#include "utf8.h"

void json_init(struct json *j, struct buf *out)
{
	j->out = out;
	j->more = false;
}

/* bytes at the front that stand for themselves in any JSON */
static size_t plain(const unsigned char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && s[i] >= ' ' && s[i] < 127 && s[i] != '"' &&
	     s[i] != '\\'; i++)
		;
	return i;
}

/* what moves a cursor or turns text around on a terminal that it is shown on */
static bool is_control(uint32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x61c ||
	       (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static void put_string(struct buf *out, const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t code = 0;
	size_t i, n;

	buf_putc(out, '"');
	for (i = 0; i < len; i += n) {
		n = plain(s + i, len - i);
		if (n) {
			buf_add(out, text + i, n);
			continue;
		}
		n = utf8_decode(text + i, len - i, &code);
		if (s[i] == '"' || s[i] == '\\')
			buf_printf(out, "\\%c", s[i]);
		else if (!n)
			buf_printf(out, "\\udc%02x", s[i]);
		else if (is_control(code))
			buf_printf(out, "\\u%04x", (unsigned int)code);
		else
			buf_add(out, text + i, n);
		n += !n;
	}
	buf_putc(out, '"');
}

static void start(struct json *j, const char *key)
{
	if (j->more)
		buf_putc(j->out, ',');
	j->more = true;
	if (!key)
		return;
	put_string(j->out, key, strlen(key));
	buf_putc(j->out, ':');
}

void json_open(struct json *j, const char *key, char bracket)
{
	start(j, key);
	buf_putc(j->out, bracket);
	j->more = false;
}

void json_close(struct json *j, char bracket)
{
	buf_putc(j->out, bracket);
	j->more = true;
}

void json_bytes(struct json *j, const char *key, const char *s, size_t len)
{
	start(j, key);
	put_string(j->out, s, len);
}

void json_text(struct json *j, const char *key, const char *s)
{
	if (s)
		json_bytes(j, key, s, strlen(s));
	else
		json_null(j, key);
}

void json_number(struct json *j, const char *key, uint64_t n)
{
	start(j, key);
	buf_printf(j->out, "%" PRIu64, n);
}

void json_bool(struct json *j, const char *key, bool yes)
{
	start(j, key);
	buf_puts(j->out, yes ? "true" : "false");
}

void json_null(struct json *j, const char *key)
{
	start(j, key);
	buf_puts(j->out, "null");
}

void json_place(struct json *j, struct arena *a, struct span s)
{
	struct position pos = source_position(a, s.src, s.start);

	json_text(j, "file", s.src->name);
	json_number(j, "line", pos.line);
	json_number(j, "column", pos.column);
}

void json_statement(struct json *j, struct arena *a, struct span s)
{
	struct buf b;

	json_place(j, a, s);
	buf_init(&b, a);
	span_put_line(s, &b);
	json_bytes(j, "text", b.s, b.len);
}

void json_end(struct json *j)
{
	buf_putc(j->out, '\n');
	j->more = false;
}
