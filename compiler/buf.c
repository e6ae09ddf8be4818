/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"

void buf_init(struct buf *b, struct arena *a)
{
	memset(b, 0, sizeof(*b));
	b->arena = a;
}

static void reserve(struct buf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 128;

	while (cap - b->len < more + 1)
		cap *= 2;
	if (cap == b->cap)
		return;
	b->s = arena_grow(b->arena, b->s, b->len, cap);
	b->cap = cap;
}

void buf_add(struct buf *b, const char *s, size_t len)
{
	reserve(b, len);
	if (len)
		memcpy(b->s + b->len, s, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	reserve(b, 128);
	va_copy(again, ap);
	n = vsnprintf(b->s + b->len, b->cap - b->len, fmt, again);
	va_end(again);
	if (n < 0)
		return;
	if ((size_t)n >= b->cap - b->len) {
		reserve(b, (size_t)n);
		vsnprintf(b->s + b->len, (size_t)n + 1, fmt, ap);
	}
	b->len += (size_t)n;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

const char *buf_vtextf(struct arena *a, const char *fmt, va_list ap)
{
	struct buf b;

	buf_init(&b, a);
	buf_vprintf(&b, fmt, ap);
	return b.s ? b.s : "";
}

const char *buf_textf(struct arena *a, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = buf_vtextf(a, fmt, ap);
	va_end(ap);
	return text;
}
