/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "fmt_int.h"
#include "utf8.h"

struct fmt_line *fmt_line_add(struct fmt_lines *l, size_t depth,
			      bool blank_before)
{
	struct fmt_line line = { .depth = depth, .blank_before = blank_before };

	buf_init(&line.code, l->arena);
	vec_push(l->arena, &l->v, line);
	return &l->v.v[l->v.n - 1];
}

/* ---- columns that lines in a row have in common ---- */

static size_t width(const struct fmt_line *line, size_t len)
{
	return line->depth * FMT_TAB + utf8_count(line->code.s, len);
}

/* code in front of at, filled up with blanks to column, and the rest */
static void fill_up(struct fmt_lines *l, struct fmt_line *line, size_t at,
		    size_t column)
{
	struct buf b;
	size_t n;

	buf_init(&b, l->arena);
	buf_add(&b, line->code.s, at);
	for (n = width(line, at); n < column; n++)
		buf_putc(&b, ' ');
	buf_add(&b, line->code.s + at, line->code.len - at);
	line->code = b;
}

static bool goes_on(const struct fmt_lines *l, size_t first, size_t i)
{
	return i < l->v.n && (i == first || !l->v.v[i].blank_before) &&
	       l->v.v[i].depth == l->v.v[first].depth;
}

/* lines [from, to) with an arrow: unless one of them would become too long */
static void align_arrows(struct fmt_lines *l, size_t from, size_t to)
{
	size_t i, column = 0, longest = 0;

	for (i = from; i < to; i++) {
		const struct fmt_line *line = &l->v.v[i];
		size_t before = width(line, line->arrow);
		size_t rest = width(line, line->code.len) - before;

		column = before > column ? before : column;
		longest = rest > longest ? rest : longest;
	}
	if (column + longest > FMT_COLUMNS)
		return;
	for (i = from; i < to; i++)
		fill_up(l, &l->v.v[i], l->v.v[i].arrow, column);
}

static void align_comments(struct fmt_lines *l, size_t from, size_t to)
{
	size_t i, column = 0;

	for (i = from; i < to; i++) {
		size_t n = width(&l->v.v[i], l->v.v[i].code.len);

		column = n > column ? n : column;
	}
	for (i = from; i < to; i++)
		fill_up(l, &l->v.v[i], l->v.v[i].code.len, column);
}

static bool has_arrow(const struct fmt_line *line)
{
	return line->arrow > 0;
}

static bool has_comment(const struct fmt_line *line)
{
	return line->code.len && line->comment.len;
}

/* each run of lines that have it */
static void align(struct fmt_lines *l, bool (*has)(const struct fmt_line *),
		  void (*run)(struct fmt_lines *, size_t, size_t))
{
	size_t i, from;

	for (i = 0; i < l->v.n; i++) {
		from = i;
		while (goes_on(l, from, i) && has(&l->v.v[i]))
			i++;
		if (i - from > 1)
			run(l, from, i);
		i -= i > from;
	}
}

void fmt_lines_put(struct fmt_lines *l, struct buf *out)
{
	size_t i, n;

	align(l, has_arrow, align_arrows);
	align(l, has_comment, align_comments);
	for (i = 0; i < l->v.n; i++) {
		const struct fmt_line *line = &l->v.v[i];

		if (line->blank_before)
			buf_putc(out, '\n');
		for (n = 0; n < line->depth; n++)
			buf_putc(out, '\t');
		if (line->code.len)
			buf_add(out, line->code.s, line->code.len);
		if (has_comment(line))
			buf_putc(out, ' ');
		buf_add(out, line->comment.s, line->comment.len);
		buf_putc(out, '\n');
	}
}
