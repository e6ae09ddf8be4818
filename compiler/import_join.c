/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>

#include "import_int.h"
#include "util.h"

/* Statements about several classes: the lists of the classes become one. */

static int cmp_places(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

void import_join_sources(const struct import *im, struct import_item *to,
			 const struct import_item *from)
{
	size_t i, n = to->from.n;
	bool behind = n && from->from.n &&
		      to->from.v[n - 1] < from->from.v[0];

	for (i = 0; i < from->from.n; i++)
		vec_push(im->arena, &to->from, from->from.v[i]);
	/* both are in order, and long lists grow at their end */
	if (!to->from.n || behind)
		return;
	n = 0;
	qsort(to->from.v, to->from.n, sizeof(*to->from.v), cmp_places);
	for (i = 1; i < to->from.n; i++)
		if (to->from.v[i] != to->from.v[n])
			to->from.v[++n] = to->from.v[i];
	to->from.n = n + 1;
}

/*
 * An item in its list; those that are joined are one group, of which the first
 * holds what they come to.
 */
struct node {
	struct import_item *item;
	size_t before;		/* the one before it in its list; SIZE_MAX: none */
	size_t head;		/* of its group */
	size_t group[IMPORT_LISTS], n_group;	/* of a head */
	bool visited, done;
};

struct joining {
	const struct import *im;
	VEC(struct node) nodes;
	import_places todo;
};

/* ---- does one have to stand behind the other? ---- */

static void push_before(struct joining *j, size_t head)
{
	const struct node *n = &j->nodes.v[head];
	size_t i;

	for (i = 0; i < n->n_group; i++) {
		size_t before = j->nodes.v[n->group[i]].before;

		if (before == SIZE_MAX)
			continue;
		before = j->nodes.v[before].head;
		if (j->nodes.v[before].visited)
			continue;
		j->nodes.v[before].visited = true;
		vec_push(j->im->arena, &j->todo, before);
	}
}

static bool follows(struct joining *j, size_t behind, size_t ahead)
{
	size_t i;

	for (i = 0; i < j->nodes.n; i++)
		j->nodes.v[i].visited = false;
	j->todo.n = 0;
	push_before(j, behind);
	for (i = 0; i < j->todo.n; i++) {
		if (j->todo.v[i] == ahead)
			return true;
		push_before(j, j->todo.v[i]);
	}
	return false;
}

/* ---- what can be one statement ---- */

/* options that one of both does not have and would get */
static bool options_agree(const struct import_item *a,
			  const struct import_item *b)
{
	const struct import_does *x = &a->does[import_class(a)];
	const struct import_does *y = &b->does[import_class(b)];

	if (x->directio != y->directio)
		return false;
	/* an fs-verity signature brings its digest along, for appraise alone */
	return ((x->sig | y->sig) & KSIG_SIGV3) || x->verity == y->verity;
}

/* hash and appraise tell each other apart by which of them stands first */
static bool may_share(const struct import_item *a, const struct import_item *b)
{
	const unsigned int meet = 1u << KCLASS_APPRAISE | 1u << KCLASS_HASH;

	return !(a->classes & b->classes) &&
	       ((a->classes | b->classes) & meet) != meet;
}

static bool same_selection(const struct import_item *a,
			   const struct import_item *b)
{
	return a->exempt == b->exempt && may_share(a, b) &&
	       options_agree(a, b) && import_same_box(a, b, -1);
}

static void join_pair(struct joining *j, size_t first, size_t second)
{
	struct node *a = &j->nodes.v[first], *b = &j->nodes.v[second];
	enum kclass class = import_class(b->item);

	a->item->does[class] = b->item->does[class];
	a->item->classes |= b->item->classes;
	if (b->item->place < a->item->place)
		a->item->place = b->item->place;
	import_join_sources(j->im, a->item, b->item);
	b->head = first;
	a->group[a->n_group++] = second;
}

static void join_all(struct joining *j)
{
	size_t i, k;

	for (i = 0; i < j->nodes.n; i++) {
		if (j->nodes.v[i].head != i)
			continue;
		for (k = i + 1; k < j->nodes.n; k++)
			if (j->nodes.v[k].head == k &&
			    same_selection(j->nodes.v[i].item,
					   j->nodes.v[k].item) &&
			    !follows(j, i, k) && !follows(j, k, i))
				join_pair(j, i, k);
	}
}

/* ---- one order ---- */

static bool is_ready(const struct joining *j, const struct node *n)
{
	size_t i;

	for (i = 0; i < n->n_group; i++) {
		size_t before = j->nodes.v[n->group[i]].before;

		if (before != SIZE_MAX &&
		    !j->nodes.v[j->nodes.v[before].head].done)
			return false;
	}
	return true;
}

/* of those whose turn it may be, that which came first */
static struct node *next_node(struct joining *j)
{
	struct node *best = NULL;
	size_t i;

	for (i = 0; i < j->nodes.n; i++) {
		struct node *n = &j->nodes.v[i];

		if (n->head == i && !n->done &&
		    (!best || n->item->place < best->item->place) &&
		    is_ready(j, n))
			best = n;
	}
	return best;
}

void import_join(const struct import *im, import_items lists[], bool join,
		 import_items *out)
{
	struct joining j = { .im = im };
	struct node *n;
	size_t i, k;

	for (k = 0; k < IMPORT_LISTS; k++)
		for (i = 0; i < lists[k].n; i++) {
			size_t at = j.nodes.n;
			struct node new = {
				.item = lists[k].v[i], .head = at,
				.before = i ? at - 1 : SIZE_MAX,
				.group = { at }, .n_group = 1,
			};

			vec_push(im->arena, &j.nodes, new);
		}
	if (join)
		join_all(&j);
	while ((n = next_node(&j))) {
		n->done = true;
		vec_push(im->arena, out, n->item);
	}
}
