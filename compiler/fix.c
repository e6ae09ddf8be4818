/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fix.h"
#include "klines.h"

/* the edits of one message */
struct unit {
	const struct diag *d;
	size_t start, end;	/* all lines that they touch */
	bool dropped;
};

struct piece {
	size_t start, end;
	const char *text;
	struct unit *unit;
	bool dropped;		/* another one says the same, or more */
};

struct fix {
	const struct fix_input *in;
	struct unit *units;
	struct piece *pieces;
	size_t n_units, n_pieces;
	/* what stays wrong, by place; those before first are done with */
	const struct diag **errors;
	size_t n_errors, first_error;
};

/* ---- what is to be made ---- */

/* the number of edits that are all sure and in this file; else 0 */
static size_t count_edits(const struct fix_input *in, const struct diag *d)
{
	const struct diag_edit *e;
	size_t n = 0;

	for (e = d->edits; e; e = e->next, n++)
		if (!e->sure || e->span.src != in->src)
			return 0;
	return n;
}

static void add_unit(struct fix *f, const struct diag *d)
{
	struct unit *u = &f->units[f->n_units++];
	const struct diag_edit *e;
	size_t last = 0;

	u->d = d;
	u->start = f->in->src->len;
	for (e = d->edits; e; e = e->next) {
		f->pieces[f->n_pieces++] = (struct piece){
			e->span.start, e->span.end, e->text, u, false };
		if (e->span.start < u->start)
			u->start = e->span.start;
		if (e->span.end > last)
			last = e->span.end;
	}
	u->start = source_position(f->in->arena, f->in->src,
				   u->start).line_start;
	u->end = source_position(f->in->arena, f->in->src, last).line_end;
}

static void collect(struct fix *f)
{
	const struct fix_input *in = f->in;
	size_t i, n, units = 0, pieces = 0;

	for (i = 0; i < in->diags->n; i++) {
		n = count_edits(in, in->diags->v[i]);
		units += n > 0;
		pieces += n;
	}
	f->units = arena_zalloc(in->arena, units + 1, sizeof(*f->units));
	f->pieces = arena_zalloc(in->arena, pieces + 1, sizeof(*f->pieces));
	for (i = 0; i < in->diags->n; i++)
		if (count_edits(in, in->diags->v[i]))
			add_unit(f, in->diags->v[i]);
}

/* ---- what overlaps ---- */

static int piece_cmp(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	if (x->unit->d->seq != y->unit->d->seq)
		return x->unit->d->seq < y->unit->d->seq ? -1 : 1;
	return 0;
}

static bool is_same(const struct piece *a, const struct piece *b)
{
	return a->start == b->start && a->end == b->end &&
	       !strcmp(a->text, b->text);
}

static bool overlaps(const struct piece *a, const struct piece *b)
{
	return a->start < b->end && b->start < a->end;
}

static bool contains(const struct piece *outer, const struct piece *inner)
{
	return outer->start <= inner->start && outer->end >= inner->end;
}

/*
 * Two edits of one place: a message that came later was made with the earlier
 * edits in mind, so where it takes in another edit, that is part of it.
 */
static void settle(struct piece *a, struct piece *b)
{
	struct piece *later = a->unit->d->seq > b->unit->d->seq ? a : b;
	struct piece *earlier = later == a ? b : a;

	if (is_same(a, b) || contains(later, earlier))
		earlier->dropped = true;
	else
		later->unit->dropped = true;
}

static void settle_all(struct fix *f)
{
	struct piece *last = NULL;
	size_t i;

	qsort(f->pieces, f->n_pieces, sizeof(*f->pieces), piece_cmp);
	for (i = 0; i < f->n_pieces; i++) {
		struct piece *p = &f->pieces[i];

		if (p->unit->dropped)
			continue;
		if (last && !last->unit->dropped && !last->dropped &&
		    (overlaps(last, p) || is_same(last, p)))
			settle(last, p);
		if (!p->dropped && !p->unit->dropped &&
		    (!last || last->dropped || last->unit->dropped ||
		     p->end >= last->end))
			last = p;
	}
}

/* ---- what the kernel makes of it ---- */

static bool takes_line(const struct fix_input *in, const struct ktarget *t,
		       const char *line, size_t len)
{
	char *copy = arena_strndup(in->arena, line, len);
	struct kd_out out;
	struct span path;

	if (in->paths && klines_find_path(copy, len, &path))
		memset(copy + path.start, ' ', path.end - path.start);
	return kdialect_parse(t, in->strings, copy, len, &out) != KD_REFUSED;
}

static bool takes(const struct fix_input *in, const struct ktarget *t,
		  const char *text, size_t len)
{
	size_t at, n;

	for (at = 0; at < len; at += n + 1) {
		const char *nl = memchr(text + at, '\n', len - at);

		n = nl ? (size_t)(nl - text) - at : len - at;
		if (!takes_line(in, t, text + at, n))
			return false;
	}
	return true;
}

static bool is_taken(const struct fix_input *in, const struct buf *now,
		     const char *before, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < in->n_targets; i++) {
		const struct ktarget *t = &in->targets[i];

		if (takes(in, t, now->s, now->len))
			n++;
		else if (!in->some || takes(in, t, before, len))
			return false;
	}
	return n > 0;
}

/* ---- lines ---- */

static int unit_cmp(const void *a, const void *b)
{
	const struct unit *const *x = a, *const *y = b;

	if ((*x)->start != (*y)->start)
		return (*x)->start < (*y)->start ? -1 : 1;
	return (*x)->d->seq < (*y)->d->seq ? -1 : 1;
}

/* the lines from start to end with the edits made that fall into them */
static void put_changed(const struct fix *f, size_t *piece, size_t start,
			size_t end, struct buf *out)
{
	const char *s = f->in->src->text;
	size_t at = start;

	buf_puts(out, "");
	for (; *piece < f->n_pieces && f->pieces[*piece].start <= end;
	     ++*piece) {
		const struct piece *p = &f->pieces[*piece];

		if (p->dropped || p->unit->dropped || p->start < at)
			continue;
		buf_add(out, s + at, p->start - at);
		buf_puts(out, p->text);
		at = p->end;
	}
	buf_add(out, s + at, end - at);
}

/* the units from v[i] on that share lines; returns how many */
static size_t shared(struct unit **v, size_t i, size_t n, size_t *end)
{
	size_t j = i + 1;

	*end = v[i]->end;
	for (; j < n && v[j]->start <= *end; j++)
		if (v[j]->end > *end)
			*end = v[j]->end;
	return j - i;
}

static int diag_cmp(const void *a, const void *b)
{
	const struct diag *const *x = a, *const *y = b;

	return span_cmp((*x)->span, (*y)->span);
}

static void collect_errors(struct fix *f)
{
	const struct fix_input *in = f->in;
	size_t i, n = 0;

	f->errors = arena_zalloc(in->arena, in->diags->n + 1,
				 sizeof(struct diag *));
	for (i = 0; i < in->diags->n; i++) {
		const struct diag *d = in->diags->v[i];

		if (d->severity == DIAG_ERROR && d->span.src == in->src &&
		    !count_edits(in, d))
			f->errors[n++] = d;
	}
	for (i = 0; i < f->n_units; i++)
		if (f->units[i].dropped &&
		    f->units[i].d->severity == DIAG_ERROR)
			f->errors[n++] = f->units[i].d;
	if (n)
		qsort(f->errors, n, sizeof(struct diag *), diag_cmp);
	f->n_errors = n;
}

/* does something of these lines stay wrong? they are asked in order */
static bool stays_wrong(struct fix *f, size_t start, size_t end)
{
	while (f->first_error < f->n_errors &&
	       f->errors[f->first_error]->span.start < start)
		f->first_error++;
	return f->first_error < f->n_errors &&
	       f->errors[f->first_error]->span.start <= end;
}

static void change_lines(struct fix *f, struct unit **v, size_t n,
			 struct fix_result *out)
{
	const char *s = f->in->src->text;
	size_t i, j, run, end, at = 0, piece = 0;

	for (i = 0; i < n; i += run) {
		struct buf now;

		run = shared(v, i, n, &end);
		buf_init(&now, f->in->arena);
		while (piece < f->n_pieces &&
		       f->pieces[piece].start < v[i]->start)
			piece++;
		put_changed(f, &piece, v[i]->start, end, &now);
		if (stays_wrong(f, v[i]->start, end) ||
		    !is_taken(f->in, &now, s + v[i]->start, end - v[i]->start))
			continue;
		buf_add(&out->text, s + at, v[i]->start - at);
		buf_add(&out->text, now.s, now.len);
		at = end;
		for (j = i; j < i + run; j++)
			out->made[out->n_made++] = v[j]->d;
	}
	buf_add(&out->text, s + at, f->in->src->len - at);
}

bool fix_lines(const struct fix_input *in, struct fix_result *out)
{
	struct fix f = { .in = in };
	struct unit **v;
	size_t i, n = 0;

	collect(&f);
	settle_all(&f);
	collect_errors(&f);
	v = arena_zalloc(in->arena, f.n_units + 1, sizeof(struct unit *));
	for (i = 0; i < f.n_units; i++)
		if (!f.units[i].dropped)
			v[n++] = &f.units[i];
	if (n)
		qsort(v, n, sizeof(struct unit *), unit_cmp);
	buf_init(&out->text, in->arena);
	out->made = arena_zalloc(in->arena, n + 1, sizeof(struct diag *));
	out->n_made = 0;
	change_lines(&f, v, n, out);
	if (out->n_made)
		qsort(out->made, out->n_made, sizeof(struct diag *), diag_cmp);
	return out->n_made > 0;
}
