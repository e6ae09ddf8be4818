/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "linebuf.h"

void linebuf_init(struct linebuf *b, uint64_t offset)
{
	b->start = b->len = 0;
	b->skipping = 0;
	b->offset = offset;
}

ssize_t linebuf_fill(struct linebuf *b, int fd)
{
	ssize_t n;

	if (b->start) {
		b->len -= b->start;
		memmove(b->text, b->text + b->start, b->len);
		b->start = 0;
	}
	n = read(fd, b->text + b->len, LINEBUF_SIZE - b->len);
	if (n > 0)
		b->len += (size_t)n;
	return n;
}

static void pass(struct linebuf *b, size_t n)
{
	b->start += n;
	b->offset += n;
}

enum linebuf_next linebuf_next(struct linebuf *b, const char **line, size_t *len)
{
	char *from = b->text + b->start;
	const char *end = memchr(from, '\n', b->len - b->start);
	int was_long = b->skipping;

	if (!end && b->len - b->start > LINEBUF_LINE_MAX)
		b->skipping = 1;
	if (!end) {
		if (b->skipping)
			pass(b, b->len - b->start);
		return LINEBUF_NONE;
	}
	*line = from;
	*len = (size_t)(end - from);
	b->skipping = 0;
	pass(b, *len + 1);
	return was_long || *len > LINEBUF_LINE_MAX ? LINEBUF_LONG : LINEBUF_LINE;
}

enum linebuf_next linebuf_last(struct linebuf *b, const char **line, size_t *len)
{
	int was_long = b->skipping;

	*line = b->text + b->start;
	*len = b->len - b->start;
	b->skipping = 0;
	pass(b, *len);
	if (was_long || *len > LINEBUF_LINE_MAX)
		return LINEBUF_LONG;
	return *len ? LINEBUF_LINE : LINEBUF_NONE;
}
