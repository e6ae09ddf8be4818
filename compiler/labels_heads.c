/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "labels_int.h"

/* braces written out; more would be no help to restorecon */
#define HEADS_MAX 64

struct heads {
	struct arena *arena;
	label_words *out;
	size_t first;	/* of the glob that is looked at */
};

static void add_head(struct heads *h, const char *s, size_t len)
{
	/* a name that goes on in wildcards: the directory it is in */
	if (len > 1 && s[len - 1] == '/')
		len--;
	vec_push(h->arena, h->out, arena_strndup(h->arena, s, len));
}

static void add_cut(struct heads *h, struct buf *b)
{
	size_t len = b->len;

	while (len && b->s[len - 1] != '/')
		len--;
	add_head(h, b->s, len ? len : b->len);
}

/* the members of a sequence from i on, and what stands behind it */
struct rest {
	const struct re *re;
	size_t i;
	const struct rest *next;
};

static void follow(struct heads *h, struct rest rest, const struct buf *head);

static void follow_each(struct heads *h, const struct re *alt,
			struct rest rest, const struct buf *head)
{
	size_t i;

	for (i = 0; i < alt->n; i++) {
		struct rest branch = { alt->sub[i], 0, &rest };

		follow(h, branch, head);
	}
}

/* the bytes that come next for certain; what follows head is a copy of it */
static void follow(struct heads *h, struct rest rest, const struct buf *head)
{
	const struct re *re = rest.re;
	struct buf b;

	buf_init(&b, h->arena);
	if (head->len)
		buf_add(&b, head->s, head->len);
	for (;;) {
		bool cat = rest.re->op == RE_CAT;

		if (rest.i == (cat ? rest.re->n : 1)) {
			if (!rest.next)
				break;
			rest = *rest.next;
			continue;
		}
		re = cat ? rest.re->sub[rest.i] : rest.re;
		rest.i++;
		if (re->op == RE_SET && byteset_single(&re->set) > 0) {
			buf_putc(&b, (char)byteset_single(&re->set));
			continue;
		}
		if (re->op == RE_ALT &&
		    h->out->n - h->first + re->n <= HEADS_MAX)
			follow_each(h, re, rest, &b);
		else
			add_cut(h, &b);
		return;
	}
	add_head(h, b.s, b.len);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strcmp(dir, "/") ||
	       (!strncmp(path, dir, len) && (!path[len] || path[len] == '/'));
}

static void heads_of(struct heads *h, const struct glob *g)
{
	struct rest all = { g->re, 0, NULL };
	struct buf empty;

	buf_init(&empty, h->arena);
	h->first = h->out->n;
	follow(h, all, &empty);
}

/* how far down the least of its heads is */
static size_t depth_of(struct arena *a, const struct glob *g)
{
	label_words words = { 0 };
	struct heads h = { .arena = a, .out = &words };
	size_t i, least = SIZE_MAX;

	heads_of(&h, g);
	for (i = 0; i < words.n; i++)
		if (strlen(words.v[i]) < least)
			least = strlen(words.v[i]);
	return least;
}

/* all of the globs of a layer match its files: one of them is enough */
static uint32_t deepest(const struct tags *t, const struct tag_layer *l)
{
	uint32_t best = l->globs[0];
	size_t i;

	for (i = 1; i < l->n; i++)
		if (depth_of(t->paths->arena, &t->leaf.v[l->globs[i]].glob) >
		    depth_of(t->paths->arena, &t->leaf.v[best].glob))
			best = l->globs[i];
	return best;
}

static void drop_inner(label_words *out)
{
	size_t i, j, n = 0;

	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_text);
	for (i = 0; i < out->n; i++) {
		for (j = 0; j < n && !is_below(out->v[i], out->v[j]); j++)
			continue;
		if (j == n)
			out->v[n++] = out->v[i];
	}
	out->n = n;
}

/* a glob that is only taken out of tags has no files to label */
void labels_heads(const struct tags *t, label_words *out)
{
	struct heads h = { .arena = t->paths->arena, .out = out };
	bool *taken = arena_zalloc(h.arena, t->leaf.n + 1, 1);
	size_t i;

	for (i = 0; i < t->layer.n; i++) {
		uint32_t leaf = deepest(t, &t->layer.v[i]);

		if (t->layer.v[i].user == TAG_NO_USER || taken[leaf])
			continue;
		taken[leaf] = true;
		heads_of(&h, &t->leaf.v[leaf].glob);
	}
	drop_inner(out);
}
