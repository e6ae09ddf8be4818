/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LINEBUF_H
#define IMAPOL_LINEBUF_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Lines as they come through a descriptor, in memory that does not grow: a line
 * above LINEBUF_LINE_MAX is passed over whole.
 */
#define LINEBUF_LINE_MAX 65536
#define LINEBUF_SIZE (2 * LINEBUF_LINE_MAX)

struct linebuf {
	char text[LINEBUF_SIZE];
	size_t start, len;
	int skipping;		/* the rest of a line that is too long */
	uint64_t offset;	/* of text[start] in all that came */
};

enum linebuf_next {
	LINEBUF_LINE,		/* without its end */
	LINEBUF_LONG,		/* one was passed over */
	LINEBUF_NONE,		/* more has to come */
};

void linebuf_init(struct linebuf *b, uint64_t offset);
/* as read(2) */
ssize_t linebuf_fill(struct linebuf *b, int fd);
/* line is good until the next call of any function here */
enum linebuf_next linebuf_next(struct linebuf *b, const char **line, size_t *len);
/* nothing comes any more: what is left without an end, or LINEBUF_NONE */
enum linebuf_next linebuf_last(struct linebuf *b, const char **line, size_t *len);

#endif
