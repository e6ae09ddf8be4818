/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "textdiff.h"
#include "vec.h"

#define CONTEXT 3

struct line {
	const char *s;
	size_t len;		/* with its newline, if it has one */
};

struct lines {
	VEC(struct line) v;
	bool *changed;		/* removed, or added */
};

struct diff {
	struct arena *arena;
	struct lines a, b;
	size_t start;		/* lines that both begin with */
	size_t end_a, end_b;	/* where those begin that both end with */
};

static void split(struct arena *a, const struct textdiff_side *side,
		  struct lines *out)
{
	const char *s = side->text, *end = s + side->len;

	memset(out, 0, sizeof(*out));
	while (s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *next = newline ? newline + 1 : end;

		vec_push(a, &out->v, (struct line){ s, (size_t)(next - s) });
		s = next;
	}
	out->changed = arena_zalloc(a, out->v.n, sizeof(*out->changed));
}

static bool same(const struct diff *d, size_t i, size_t j)
{
	const struct line *x = &d->a.v.v[i], *y = &d->b.v.v[j];

	return x->len == y->len && !memcmp(x->s, y->s, x->len);
}

static void trim(struct diff *d)
{
	d->end_a = d->a.v.n;
	d->end_b = d->b.v.n;
	while (d->start < d->end_a && d->start < d->end_b &&
	       same(d, d->start, d->start))
		d->start++;
	while (d->end_a > d->start && d->end_b > d->start &&
	       same(d, d->end_a - 1, d->end_b - 1)) {
		d->end_a--;
		d->end_b--;
	}
}

/*
 * The fewest changes, by the greedy algorithm of Myers: furthest[k] is the line
 * of a that n changes reach on the diagonal k = line of a - line of b. What each
 * n began with is kept, to go back along it.
 */
struct search {
	const struct diff *d;
	long n_a, n_b;
	long max;
	long *furthest;		/* from -max to max */
	long **kept;		/* of each n */
};

static bool goes_down(const long *furthest, long k, long n)
{
	return k == -n || (k != n && furthest[k - 1] < furthest[k + 1]);
}

static bool step(struct search *s, long n)
{
	size_t start = s->d->start;
	long k;

	s->kept[n] = arena_alloc(s->d->arena,
				 (size_t)(2 * n + 3) * sizeof(long));
	s->kept[n] += n + 1;
	memcpy(s->kept[n] - n - 1, s->furthest - n - 1,
	       (size_t)(2 * n + 3) * sizeof(long));
	for (k = -n; k <= n; k += 2) {
		long i = goes_down(s->furthest, k, n) ? s->furthest[k + 1]
						      : s->furthest[k - 1] + 1;

		while (i < s->n_a && i - k < s->n_b &&
		       same(s->d, start + (size_t)i, start + (size_t)(i - k)))
			i++;
		s->furthest[k] = i;
		if (i >= s->n_a && i - k >= s->n_b)
			return true;
	}
	return false;
}

static void go_back(struct diff *d, struct search *s, long n)
{
	long i = s->n_a, j = s->n_b;

	for (; n > 0; n--) {
		const long *before = s->kept[n];
		long k = i - j;
		bool down = goes_down(before, k, n);

		k += down ? 1 : -1;
		i = before[k];
		j = i - k;
		/* from there the change, and then lines that are the same */
		if (down)
			d->b.changed[d->start + (size_t)j] = true;
		else
			d->a.changed[d->start + (size_t)i] = true;
	}
}

static bool find_changes(struct diff *d)
{
	struct search s = {
		.d = d, .n_a = (long)(d->end_a - d->start),
		.n_b = (long)(d->end_b - d->start),
	};
	long n;

	s.max = s.n_a + s.n_b < TEXTDIFF_MAX ? s.n_a + s.n_b : TEXTDIFF_MAX;
	s.furthest = arena_zalloc(d->arena, (size_t)(2 * s.max + 3),
				  sizeof(long));
	s.furthest += s.max + 1;
	s.kept = arena_zalloc(d->arena, (size_t)(s.max + 1), sizeof(*s.kept));
	for (n = 0; n <= s.max; n++)
		if (step(&s, n)) {
			go_back(d, &s, n);
			return true;
		}
	return false;
}

static void change_all(struct diff *d)
{
	size_t i;

	for (i = d->start; i < d->end_a; i++)
		d->a.changed[i] = true;
	for (i = d->start; i < d->end_b; i++)
		d->b.changed[i] = true;
}

/* ---- as text ---- */

/* lines [a, end_a) of one text are [b, end_b) of the other */
struct hunk {
	size_t a, end_a, b, end_b;
};

static void put_range(struct buf *out, char sign, size_t from, size_t end)
{
	/* of nothing, the line in front */
	buf_printf(out, " %c%zu", sign, end > from ? from + 1 : from);
	if (end - from != 1)
		buf_printf(out, ",%zu", end - from);
}

static void put_line(struct buf *out, char sign, const struct line *line)
{
	buf_putc(out, sign);
	buf_add(out, line->s, line->len);
	if (line->s[line->len - 1] != '\n')
		buf_puts(out, "\n\\ No newline at end of file\n");
}

static void put_hunk(const struct diff *d, struct hunk h, struct buf *out)
{
	buf_puts(out, "@@");
	put_range(out, '-', h.a, h.end_a);
	put_range(out, '+', h.b, h.end_b);
	buf_puts(out, " @@\n");
	while (h.a < h.end_a || h.b < h.end_b) {
		if (h.a < h.end_a && d->a.changed[h.a])
			put_line(out, '-', &d->a.v.v[h.a++]);
		else if (h.b < h.end_b && d->b.changed[h.b])
			put_line(out, '+', &d->b.v.v[h.b++]);
		else {
			put_line(out, ' ', &d->a.v.v[h.a++]);
			h.b++;
		}
	}
}

static bool is_change(const struct diff *d, size_t a, size_t b)
{
	return (a < d->a.v.n && d->a.changed[a]) ||
	       (b < d->b.v.n && d->b.changed[b]);
}

static void pass_change(const struct diff *d, struct hunk *h)
{
	while (h->end_a < d->a.v.n && d->a.changed[h->end_a])
		h->end_a++;
	while (h->end_b < d->b.v.n && d->b.changed[h->end_b])
		h->end_b++;
}

/* changes with at most twice the context between them are one hunk */
static struct hunk hunk_at(const struct diff *d, size_t a, size_t b)
{
	size_t before = a < CONTEXT ? a : CONTEXT, n;
	struct hunk h = { a - before, a, b - before, b };

	for (;;) {
		pass_change(d, &h);
		for (n = 0; n <= 2 * CONTEXT && h.end_a + n < d->a.v.n &&
		     !is_change(d, h.end_a + n, h.end_b + n); n++)
			;
		if (n > 2 * CONTEXT ||
		    !is_change(d, h.end_a + n, h.end_b + n)) {
			n = n < CONTEXT ? n : CONTEXT;
			h.end_a += n;
			h.end_b += n;
			return h;
		}
		h.end_a += n;
		h.end_b += n;
	}
}

void textdiff_put(const struct textdiff_side *from,
		  const struct textdiff_side *to, struct buf *out)
{
	struct diff d = { .arena = out->arena };
	size_t a = 0, b = 0;

	split(d.arena, from, &d.a);
	split(d.arena, to, &d.b);
	trim(&d);
	if (d.start == d.end_a && d.start == d.end_b)
		return;
	if (!find_changes(&d))
		change_all(&d);
	buf_printf(out, "--- %s\n+++ %s\n", from->name, to->name);
	while (a < d.a.v.n || b < d.b.v.n) {
		struct hunk h;

		if (!is_change(&d, a, b)) {
			a++;
			b++;
			continue;
		}
		h = hunk_at(&d, a, b);
		put_hunk(&d, h, out);
		a = h.end_a;
		b = h.end_b;
	}
}
