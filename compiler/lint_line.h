/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LINT_LINE_H
#define IMAPOL_LINT_LINE_H

#include "source.h"

/*
 * One rule as the kernel would get it, put together from the source: it may
 * come from a quoted text, from several lines, or with a part replaced. Each
 * byte knows the bytes of the source it comes from. Everything is the arena's.
 */
struct lint_line {
	struct arena *arena;
	const struct source *src;
	char *s;		/* len bytes */
	size_t len, cap;
	size_t *from, *to;	/* of each byte: its begin and end in src */
	size_t start, end;	/* in src: all lines of the rule */
};

/* nothing yet, of the rule that begins at start */
void lint_line_init(struct lint_line *l, struct arena *a,
		    const struct source *src, size_t start);
/* bytes of the source as they are */
void lint_line_add(struct lint_line *l, size_t start, size_t end);
/* a byte that stands for others of the source */
void lint_line_put(struct lint_line *l, char c, size_t from, size_t to);
/* put text in the place of bytes of the line; it comes from where they did */
void lint_line_replace(struct lint_line *l, size_t start, size_t end,
		       const char *text);
/* make blanks of them */
void lint_line_blank(struct lint_line *l, size_t start, size_t end);
/* where bytes of the line come from; an empty span is a place */
struct span lint_line_span(const struct lint_line *l, size_t start,
			   size_t end);

/* ---- the lines of a file ---- */

/* also of lines that end in CR LF */
bool lint_is_blank(char c);
/* the end of the line that begins at start, its newline not included */
size_t lint_physical_end(const struct source *src, size_t start);
/*
 * Does the line at start go on with the rule of the line above, as its author
 * meant it: that one ends in a backslash, or this one is indented more and has
 * conditions without an action? The kernel refuses such a line as it is.
 */
bool lint_goes_on(const struct source *src, size_t start);

#endif
