/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "imalist_int.h"
#include "util.h"

enum { FORMS = 8 };

struct trial {
	struct imalist_parser p;
	enum imalist_parse got;
	size_t pos;		/* of the next entry */
};

/* the forms that are left open; the likeliest first */
static size_t open_forms(const struct imalist_options *o, struct trial *t)
{
	static const unsigned int widths[] = { 20, 32, 48, 64 };
	unsigned int i, n = 0;

	for (i = 0; i < FORMS; i++) {
		unsigned int which = i % ARRAY_SIZE(widths);
		bool big = i >= ARRAY_SIZE(widths);

		if (o->order == (big ? IMALIST_LITTLE : IMALIST_BIG) ||
		    (o->width && which))
			continue;
		memset(&t[n], 0, sizeof(t[n]));
		t[n].p.width = o->width ? o->width : widths[which];
		t[n++].p.big = big;
	}
	return n;
}

static bool is_whole(const struct trial *t, const struct imalist_bytes *b)
{
	return b->all && t->pos == b->len;
}

/* one entry more of each; how many there are of each outcome */
static void try_next(struct trial *t, size_t n, const struct imalist_bytes *b,
		     size_t count[])
{
	struct imaentry e;
	size_t i;

	memset(count, 0, 3 * sizeof(*count));
	for (i = 0; i < n; i++) {
		t[i].got = t[i].pos && is_whole(&t[i], b) ? PARSE_OK :
			imalist_parse(&t[i].p, b->p + t[i].pos,
				      b->len - t[i].pos, &e);
		count[t[i].got]++;
		if (t[i].got == PARSE_OK && !is_whole(&t[i], b))
			t[i].pos += e.size;
	}
}

/* only those of that outcome; what is behind is moved up */
static size_t keep(struct trial *t, size_t n, enum imalist_parse got)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++)
		if (t[i].got == got)
			t[kept++] = t[i];
	return kept;
}

/* the one of which most made sense */
static const struct imalist_parser *likeliest(const struct trial *t, size_t n)
{
	const struct trial *best = t;
	size_t i;

	for (i = 1; i < n; i++)
		if (t[i].p.stage > best->p.stage)
			best = &t[i];
	return &best->p;
}

static enum imalist_found two(const struct trial *t, struct imalist_parser *p)
{
	*p = t[0].p;
	p->at = 0;
	snprintf(p->why, sizeof(p->why), "digests of %u bytes (%s) fit, and of "
		 "%u (%s) as well: their hash and their "
		 "order have to be told", t[0].p.width,
		 t[0].p.big ? "big-endian" : "little-endian", t[1].p.width,
		 t[1].p.big ? "big-endian" : "little-endian");
	return FOUND_TWO;
}

/* several made sense of the first entry */
static enum imalist_found tell_apart(struct trial *t, size_t n,
				     const struct imalist_bytes *b,
				     struct imalist_parser *p)
{
	size_t i, whole, count[3];
	unsigned int round;

	for (round = 1; n > 1 && round < IMALIST_TRIED; round++) {
		for (i = whole = 0; i < n; i++)
			whole += is_whole(&t[i], b);
		if (whole == n)
			break;
		try_next(t, n, b, count);
		if (count[PARSE_MORE] && !b->all && b->len < IMALIST_TRIED_BYTES)
			return FOUND_MORE;
		if (!count[PARSE_OK])
			break;
		n = keep(t, n, PARSE_OK);
	}
	if (n > 1)
		return two(t, p);
	*p = t[0].p;
	return FOUND;
}

enum imalist_found imalist_find_form(const struct imalist_options *o,
				     const struct imalist_bytes *b,
				     struct imalist_parser *p)
{
	struct trial t[FORMS];
	size_t n = open_forms(o, t), count[3];

	try_next(t, n, b, count);
	if (count[PARSE_MORE] && !b->all)
		return FOUND_MORE;
	if (count[PARSE_OK])
		return tell_apart(t, keep(t, n, PARSE_OK), b, p);
	if (count[PARSE_MORE]) {
		*p = *likeliest(t, keep(t, n, PARSE_MORE));
		return FOUND_CUT;
	}
	*p = *likeliest(t, n);
	return FOUND_NONE;
}
