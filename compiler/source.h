/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SOURCE_H
#define IMAPOL_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "buf.h"

/*
 * A text and where in it something stands. A span is a source and two byte
 * offsets; line and column are worked out when a message is printed.
 */
struct source {
	const char *name;	/* as messages show it: a path, or "<stdin>" */
	const char *path;	/* the file read; NULL: not from a file */
	const char *text;	/* len bytes and a NUL behind them; may hold NULs */
	size_t len;
	unsigned int order;	/* sources are numbered as they are opened */
	size_t *line_start;	/* offset of each line; made on first use */
	size_t n_lines;
};

/* src is NULL for what stands in no source (options, the target) */
struct span {
	const struct source *src;
	size_t start, end;	/* bytes; end is one past the last */
};

#define NO_SPAN ((struct span){ NULL, 0, 0 })

struct position {
	size_t line, column;		/* from 1; columns count bytes */
	size_t line_start, line_end;	/* offsets; the newline not included */
};

/* text and name are kept, not copied */
struct source *source_new(struct arena *a, const char *name, const char *text,
			  size_t len, unsigned int order);
struct position source_position(struct arena *a, const struct source *src,
				size_t offset);
/* the line at *at, without its newline, and *at behind it; false: the end */
bool source_next_line(const struct source *src, size_t *at, struct span *line);
/* the smallest span over both; a itself when they are in different sources */
struct span span_join(struct span a, struct span b);
/*
 * Its text on one line, for people: blanks made one, cut behind SPAN_SHOWN bytes.
 * Bytes are as they are.
 */
#define SPAN_SHOWN 160
void span_put_line(struct span s, struct buf *out);
/* by source order, then start, then end */
int span_cmp(struct span a, struct span b);

enum source_error { SOURCE_OK, SOURCE_ERRNO, SOURCE_TOO_LARGE };

#define SOURCE_MAX (256u * 1024 * 1024)	/* bytes of one source */

/* read all of path ("-" is standard input) into the arena; errno is kept */
enum source_error source_read(struct arena *a, const char *path,
			      const char **text, size_t *len);
/* the same of what is open; it stays open */
enum source_error source_read_fd(struct arena *a, int fd, const char **text,
				 size_t *len);
/* the same with a bound of its own instead of SOURCE_MAX, for what is no source */
enum source_error source_read_most(struct arena *a, int fd, size_t max,
				   const char **text, size_t *len);

#endif
