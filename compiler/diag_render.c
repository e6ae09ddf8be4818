/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "utf8.h"

/* Messages as text. What comes from a file may hold anything. */

#define LINE_COLUMNS 100	/* of the policy's line, in an excerpt */
#define LEAD_BYTES 40		/* shown before a caret where a line is cut */
#define TEXT_COLUMNS 2000	/* of a message or a file name */
#define MAX_MARKED (1 + DIAG_MAX_SPANS)

enum paint { PAINT_PLAIN, PAINT_PLACE, PAINT_ERROR, PAINT_WARNING, PAINT_NOTE,
	     PAINT_CARET, PAINT_COUNT };

static const char *const paints[] = {
	[PAINT_PLAIN] = "\033[0m", [PAINT_PLACE] = "\033[1m",
	[PAINT_ERROR] = "\033[1;31m", [PAINT_WARNING] = "\033[1;35m",
	[PAINT_NOTE] = "\033[1;36m", [PAINT_CARET] = "\033[1;32m",
};

static_assert(ARRAY_SIZE(paints) == PAINT_COUNT, "each paint has a sequence");

struct renderer {
	struct arena *arena;
	const struct diag_style *style;
	struct buf *out;
};

static void paint(const struct renderer *r, enum paint p)
{
	if (r->style->colour)
		buf_puts(r->out, paints[p]);
}

static void put_text(struct renderer *r, const char *s)
{
	size_t column = 0, len = strlen(s);

	while (len && column < TEXT_COLUMNS) {
		size_t n = utf8_put_visible(r->out, s, len, &column);

		s += n;
		len -= n;
	}
	if (len)
		buf_puts(r->out, "...");
}

/* ---- the line of the policy, with its marks ---- */

/* spans of one source, by place; done: already underlined */
struct marked {
	const struct span *span;
	bool primary, done;
};

struct excerpt {
	struct position pos;		/* of the first span to be shown */
	size_t from;			/* first byte shown */
	char marks[LINE_COLUMNS + 16];	/* one a column */
	size_t n_marks;
};

static bool continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t first_byte(const struct source *src, const struct position *pos,
			 size_t start)
{
	size_t from;

	if (pos->line_end - pos->line_start <= LINE_COLUMNS ||
	    start - pos->line_start <= 2 * LEAD_BYTES)
		return pos->line_start;
	for (from = start - LEAD_BYTES; continues(src->text[from]) &&
	     from < start; from++)
		;
	return from;
}

/* what stands under the byte at: '^', '~' or ' '; spans begun are done */
static char mark_at(struct marked *v, size_t n, size_t at, size_t next)
{
	char mark = ' ';
	size_t i;

	for (i = 0; i < n; i++) {
		const struct span *s = v[i].span;
		bool begins = s->start >= at && s->start < next;

		if (begins)
			v[i].done = true;
		if (begins && v[i].primary)
			mark = '^';
		else if (mark == ' ' &&
			 (begins || (s->start < at && s->end > at)))
			mark = '~';
	}
	return mark;
}

static void add_mark(struct excerpt *e, char mark, size_t column)
{
	while (e->n_marks < column && e->n_marks < sizeof(e->marks)) {
		e->marks[e->n_marks++] = mark;
		if (mark == '^')
			mark = '~';
	}
}

static void put_marks(struct renderer *r, const struct excerpt *e)
{
	size_t n = e->n_marks;

	while (n && e->marks[n - 1] == ' ')
		n--;
	buf_puts(r->out, "      | ");
	paint(r, PAINT_CARET);
	buf_add(r->out, e->marks, n);
	paint(r, PAINT_PLAIN);
	buf_putc(r->out, '\n');
}

/* the line of the first span not yet shown, and all spans that fit on it */
static void put_excerpt(struct renderer *r, const struct source *src,
			struct marked *v, size_t n, const struct span *first)
{
	struct excerpt e = { .n_marks = 0 };
	size_t at, len, column = 0;

	e.pos = source_position(r->arena, src, first->start);
	e.from = first_byte(src, &e.pos, first->start);
	buf_printf(r->out, "%5zu | ", e.pos.line);
	if (e.from > e.pos.line_start) {
		buf_puts(r->out, "...");
		column = 3;
		add_mark(&e, ' ', column);
	}
	for (at = e.from; at < e.pos.line_end && column < LINE_COLUMNS;
	     at += len) {
		len = utf8_put_visible(r->out, src->text + at,
				       e.pos.line_end - at, &column);
		add_mark(&e, mark_at(v, n, at, at + len), column);
	}
	if (at < e.pos.line_end)
		buf_puts(r->out, "...");
	else	/* what stands at the end of the line is shown behind it */
		add_mark(&e, mark_at(v, n, at, at + 1), column + 1);
	buf_putc(r->out, '\n');
	put_marks(r, &e);
}

static int marked_cmp(const void *a, const void *b)
{
	return span_cmp(*((const struct marked *)a)->span,
			*((const struct marked *)b)->span);
}

static void put_excerpts(struct renderer *r, struct marked *v, size_t n)
{
	size_t i;

	qsort(v, n, sizeof(*v), marked_cmp);
	for (i = 0; i < n; i++) {
		if (v[i].done)
			continue;
		put_excerpt(r, v[i].span->src, v, n, v[i].span);
		v[i].done = true;
	}
}

/* ---- messages ---- */

static void put_place(struct renderer *r, const struct span *s)
{
	struct position pos;

	paint(r, PAINT_PLACE);
	if (s->src) {
		pos = source_position(r->arena, s->src, s->start);
		put_text(r, s->src->name);
		buf_printf(r->out, ":%zu:%zu: ", pos.line, pos.column);
	}
	paint(r, PAINT_PLAIN);
}

static void put_word(struct renderer *r, enum paint p, const char *word)
{
	paint(r, p);
	buf_puts(r->out, word);
	paint(r, PAINT_PLAIN);
}

static void put_note(struct renderer *r, const struct span *s,
		     const char *text)
{
	struct marked m = { .span = s, .primary = true };

	put_place(r, s);
	put_word(r, PAINT_NOTE, "note: ");
	put_text(r, text);
	buf_putc(r->out, '\n');
	if (s->src)
		put_excerpts(r, &m, 1);
}

static void put_heading(struct renderer *r, const struct diag *d)
{
	bool error = d->severity == DIAG_ERROR;

	if (!d->span.src)
		buf_puts(r->out, "imapolc: ");
	put_place(r, &d->span);
	if (error)
		put_word(r, PAINT_ERROR, "error: ");
	else
		put_word(r, PAINT_WARNING, "warning: ");
	put_text(r, d->text);
	if (diag_default_severity(d->code) == DIAG_ERROR)
		buf_printf(r->out, " [%s]\n", diag_name(d->code));
	else
		buf_printf(r->out, " [-W%s%s]\n", error ? "error=" : "",
			   diag_name(d->code));
}

static void put_diag(struct renderer *r, const struct diag *d)
{
	struct marked v[MAX_MARKED];
	const struct diag_note *note;
	size_t i, n = 0;

	put_heading(r, d);
	if (d->span.src)
		v[n++] = (struct marked){ .span = &d->span, .primary = true };
	for (i = 0; i < d->n_more; i++)
		if (d->more[i].src == d->span.src)
			v[n++] = (struct marked){ .span = &d->more[i] };
	put_excerpts(r, v, n);
	for (i = 0; i < d->n_more; i++)
		if (d->more[i].src != d->span.src)
			put_note(r, &d->more[i], "and here");
	for (note = d->notes; note; note = note->next)
		put_note(r, &note->span, note->text);
}

void diags_render(struct diags *ds, const struct diag_style *style,
		  struct buf *out)
{
	struct renderer r = { ds->arena, style, out };
	struct diags_shown shown;
	size_t i;

	diags_select(ds, style->max_errors, &shown);
	for (i = 0; i < shown.n; i++)
		put_diag(&r, shown.v[i]);
	if (diags_put_left_out(&shown, out))
		buf_putc(out, '\n');
}
