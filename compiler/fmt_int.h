/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FMT_INT_H
#define IMAPOL_FMT_INT_H

#include "fmt.h"
#include "grammar.h"
#include "vec.h"

/* ---- fmt_pieces.c: tokens, and the comments behind each ---- */

struct fmt_text {
	const char *s;		/* not terminated */
	size_t len;
};

struct fmt_comment {
	struct fmt_text text;	/* from its # on, no blanks at the end */
	bool own_line;
	bool blank_before;	/* an empty line */
};

/* the first piece of a file has no text: it stands for the file's beginning */
struct fmt_piece {
	struct fmt_text text;
	enum keyword_group group;
	bool blank_before;	/* behind the comments of the piece before */
	VEC(struct fmt_comment) comments;
};

typedef VEC(struct fmt_piece) fmt_pieces;

/* src has no mistakes */
void fmt_read(struct ast *ast, const struct source *src, struct diags *ds,
	      fmt_pieces *out);
bool fmt_is(const struct fmt_piece *p, const char *word);

/* ---- fmt_lines.c: the lines that are made of them ---- */

struct fmt_line {
	size_t depth;		/* tabs */
	bool blank_before;
	struct buf code;
	struct fmt_text comment;	/* NULL: none */
	size_t arrow;		/* where => stands in code; 0: there is none */
};

struct fmt_lines {
	struct arena *arena;
	VEC(struct fmt_line) v;
};

struct fmt_line *fmt_line_add(struct fmt_lines *l, size_t depth,
			      bool blank_before);
void fmt_lines_put(struct fmt_lines *l, struct buf *out);

/* ---- fmt_wrap.c: one statement ---- */

/*
 * n pieces, the last of which is ; or {, as lines from depth on. Comments inside
 * are put, too; those behind the last piece are the caller's.
 */
void fmt_wrap(struct fmt_lines *l, const struct fmt_piece *v, size_t n,
	      size_t depth, bool is_test_line, bool blank_before);

#endif
