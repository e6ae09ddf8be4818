/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "fmt_int.h"
#include "utf8.h"

/*
 * A statement is parts inside parts: before an exception, a clause, behind a
 * comma, before |, before &, and these two again inside each parenthesis. A part
 * is put on the line if it fits there, else on the next line if it fits there,
 * else in its own parts. A comment inside ends its line.
 */
enum { LEVEL_EXCEPT, LEVEL_CLAUSE, LEVEL_COMMA, LEVEL_OR, LEVEL_AND };
#define LEVELS_A_PARENTHESIS 2

struct wrap {
	struct fmt_lines *lines;
	const struct fmt_piece *v;
	const unsigned int *inside;	/* parentheses that each is in */
	size_t by;		/* where subjects begin */
	size_t max_level;
	size_t n;
	size_t depth;		/* of the first line; the others have one more */
	bool is_test_line;
	bool blank_before;
	size_t n_lines;
	size_t column;		/* 0: the next piece begins a line */
};

/* ---- pieces on a line ---- */

static bool space_between(const struct fmt_piece *left,
			  const struct fmt_piece *right)
{
	if (fmt_is(right, ";") || fmt_is(right, ",") || fmt_is(right, ")"))
		return false;
	if (fmt_is(left, "(") || fmt_is(left, "!"))
		return false;
	if (fmt_is(left, ">") || fmt_is(left, "<"))
		return false;
	return !fmt_is(left, "..") && !fmt_is(right, "..");
}

static size_t piece_width(const struct wrap *w, size_t from, size_t i)
{
	bool space = i > from && space_between(&w->v[i - 1], &w->v[i]);

	return (size_t)space + utf8_count(w->v[i].text.s, w->v[i].text.len);
}

static size_t line_depth(const struct wrap *w)
{
	return w->depth + (w->n_lines > 0);
}

static struct fmt_line *add_line(struct wrap *w)
{
	bool blank = w->blank_before && !w->n_lines;
	struct fmt_line *line = fmt_line_add(w->lines, line_depth(w), blank);

	w->n_lines++;
	return line;
}

static struct fmt_line *last_line(const struct wrap *w)
{
	return &w->lines->v.v[w->lines->v.n - 1];
}

/* those behind a piece that is not the last one */
static void put_comments(struct wrap *w, const struct fmt_piece *p)
{
	size_t i;

	for (i = 0; i < p->comments.n; i++) {
		const struct fmt_comment *c = &p->comments.v[i];

		if (c->own_line)
			add_line(w)->comment = c->text;
		else
			last_line(w)->comment = c->text;
		w->column = 0;
	}
}

static void put_piece(struct wrap *w, size_t i)
{
	struct fmt_line *line;

	if (!w->column) {
		w->column = line_depth(w) * FMT_TAB;
		line = add_line(w);
		w->column += piece_width(w, i, i);
	} else {
		line = last_line(w);
		if (space_between(&w->v[i - 1], &w->v[i]))
			buf_putc(&line->code, ' ');
		w->column += piece_width(w, i - 1, i);
	}
	if (fmt_is(&w->v[i], "=>") && w->is_test_line)
		line->arrow = line->code.len;
	buf_add(&line->code, w->v[i].text.s, w->v[i].text.len);
	if (i + 1 < w->n)
		put_comments(w, &w->v[i]);
}

/* ---- where a part may be cut ---- */

static bool begins_clause(const struct wrap *w, size_t i)
{
	const struct fmt_piece *before = &w->v[i - 1], *p = &w->v[i];

	if (fmt_is(p, "by") || fmt_is(p, "of"))
		return !fmt_is(before, "except");
	if (w->is_test_line)
		return p->group == KEYWORD_CONDITION && i < w->by;
	return p->group == KEYWORD_OPTION && !fmt_is(before, "requiring");
}

/* whether a part of this level begins at i, in a part that begins at from */
static bool is_cut(const struct wrap *w, size_t from, size_t i, size_t level)
{
	switch (level) {
	case LEVEL_EXCEPT:
		return fmt_is(&w->v[i], "except") ||
		       (w->is_test_line && fmt_is(&w->v[i], "=>"));
	case LEVEL_CLAUSE:	/* outcomes have none */
		return !fmt_is(&w->v[from], "=>") && begins_clause(w, i);
	case LEVEL_COMMA:
		return fmt_is(&w->v[i - 1], ",");
	default:
		level -= LEVEL_OR;
		return fmt_is(&w->v[i],
			      level % LEVELS_A_PARENTHESIS ? "&" : "|") &&
		       w->inside[i] == level / LEVELS_A_PARENTHESIS;
	}
}

static size_t part_end(const struct wrap *w, size_t from, size_t at, size_t to,
		       size_t level)
{
	while (++at < to && !is_cut(w, from, at, level))
		;
	return at;
}

/* ---- parts inside parts ---- */

/* columns of a part on one line; past all columns where it cannot be on one */
static size_t flat_width(const struct wrap *w, size_t from, size_t to)
{
	size_t i, sum = 0;

	for (i = from; i < to && sum <= FMT_COLUMNS; i++) {
		sum += piece_width(w, from, i);
		if (i + 1 < to && w->v[i].comments.n)
			sum += FMT_COLUMNS + 1;
	}
	return sum;
}

static void put_flat(struct wrap *w, size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to; i++)
		put_piece(w, i);
}

/* puts [from, to) where it fits, on this line or the next */
static bool put_whole(struct wrap *w, size_t from, size_t to)
{
	size_t flat = flat_width(w, from, to);
	size_t column = w->column ? w->column : line_depth(w) * FMT_TAB;

	if (w->column && space_between(&w->v[from - 1], &w->v[from]))
		column++;
	if (column + flat > FMT_COLUMNS) {
		if (!w->column ||
		    (w->depth + 1) * FMT_TAB + flat > FMT_COLUMNS)
			return false;
		w->column = 0;
	}
	put_flat(w, from, to);
	return true;
}

/*
 * True: it took several lines. What follows a clause that did begins a line, too.
 */
static bool put_part(struct wrap *w, size_t from, size_t to, size_t level)
{
	size_t i, next;
	bool broken = false;

	if (put_whole(w, from, to))
		return false;
	while (level <= w->max_level &&
	       part_end(w, from, from, to, level) == to)
		level++;
	if (level > w->max_level) {
		w->column = 0;
		put_flat(w, from, to);
		return false;
	}
	/* an exception, and what comes of a test, is easier to find this way */
	if (fmt_is(&w->v[from], "except") || fmt_is(&w->v[from], "=>"))
		w->column = 0;
	for (i = from; i < to; i = next) {
		next = part_end(w, from, i, to, level);
		if (broken && level <= LEVEL_CLAUSE)
			w->column = 0;
		broken = put_part(w, i, next, level + 1);
	}
	return true;
}

/* inside[i] for each piece; returns the deepest */
static unsigned int count_inside(const struct fmt_piece *v, size_t n,
				 unsigned int *inside)
{
	unsigned int depth = 0, max = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		inside[i] = depth;
		depth += fmt_is(&v[i], "(");
		depth -= fmt_is(&v[i], ")");
		max = depth > max ? depth : max;
	}
	return max;
}

static size_t find_by(const struct fmt_piece *v, size_t n)
{
	size_t i;

	for (i = 0; i < n && !fmt_is(&v[i], "by"); i++)
		;
	return i;
}

void fmt_wrap(struct fmt_lines *l, const struct fmt_piece *v, size_t n,
	      size_t depth, bool is_test_line, bool blank_before)
{
	unsigned int *inside = arena_zalloc(l->arena, n, sizeof(*inside));
	unsigned int deepest = count_inside(v, n, inside);
	struct wrap w = {
		.lines = l, .v = v, .n = n, .inside = inside, .by = find_by(v, n),
		.depth = depth, .is_test_line = is_test_line,
		.blank_before = blank_before,
	};
	size_t i;

	w.max_level = LEVEL_AND + LEVELS_A_PARENTHESIS * (size_t)deepest;
	put_part(&w, 0, n, LEVEL_EXCEPT);
	for (i = 0; w.n_lines > 1 && i < w.n_lines; i++)
		l->v.v[l->v.n - 1 - i].arrow = 0;
}
