/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "import_int.h"
#include "ptrmap.h"

#define OP(kind) (UINT32_C(1) << AST_OP_##kind)
#define CODE_OPS (OP(EXEC) | OP(MMAP) | OP(EXEC_INTO) | OP(MMAP_REQUESTED))
#define LOAD_OPS (OP(MODULE) | OP(FIRMWARE) | OP(KEXEC_KERNEL) | \
		  OP(KEXEC_INITRAMFS) | OP(KEXEC_CMDLINE) | OP(POLICY))

/*
 * The rules of a list become fewer, larger items: two that are alike but for
 * one dimension become one, where one of them can be moved to the other without
 * passing an item that would decide otherwise.
 */
struct grouping {
	const struct import *im;
	import_items out;	/* NULL: it has been moved away */
	import_items known;	/* what seen has, by number */
	struct ptrmap seen;	/* what an item is but for one dimension */
	unsigned int dims;	/* bits of what may grow; IMPORT_DIMS: operations */
	bool changed;
};

/* ---- what two items have to have in common ---- */

/*
 * Statements about everything stay apart by what happens: programs, opens,
 * what the kernel loads. Narrower ones name all operations at once.
 */
static unsigned int family(const struct import_item *it)
{
	int d;

	if (it->ops & (OP(ANY) | OP(KEY) | OP(DATA) | OP(XATTR)))
		return it->ops & OP(ANY) ? 1 : it->ops & OP(KEY) ? 2 :
		       it->ops & OP(DATA) ? 3 : 4;
	for (d = 0; d < IMPORT_DIMS; d++)
		if (it->dim[d].n)
			return 0;
	if (it->exempt)
		return 0;
	return it->ops & CODE_OPS ? 5 : it->ops & LOAD_OPS ? 6 : 7;
}

static int cmp_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_terms(struct grouping *g, const import_terms *t,
		      struct buf *b)
{
	const char **v = arena_zalloc(g->im->arena, t->n + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < t->n; i++)
		v[i] = t->v[i].text;
	if (t->n)
		qsort(v, t->n, sizeof(*v), cmp_texts);
	for (i = 0; i < t->n; i++)
		buf_printf(b, "%s\n", v[i]);
	buf_putc(b, '\r');
}

/* each item's texts are put together once, then all keys are made of them */
struct parts {
	const char *head;
	const char *dim[IMPORT_DIMS + 1];
};

static void make_parts(struct grouping *g, const struct import_item *it,
		       struct parts *p)
{
	enum kclass class = import_class(it);
	const struct import_does *x = &it->does[class];
	struct buf b;
	int d;

	buf_init(&b, g->im->arena);
	buf_printf(&b, "%d %d %u %d %s %d %d %u %" PRIu32 " ", (int)class,
		   it->exempt, family(it), x->pcr,
		   x->template ? x->template : "-", x->verity, x->directio,
		   x->sig, x->algos);
	p->head = b.s;
	for (d = 0; d < IMPORT_DIMS; d++) {
		buf_init(&b, g->im->arena);
		put_terms(g, &it->dim[d], &b);
		p->dim[d] = b.s;
	}
	buf_init(&b, g->im->arena);
	buf_printf(&b, "%" PRIu32, it->ops);
	p->dim[IMPORT_DIMS] = b.s;
}

static const char *key_without(struct grouping *g, const struct parts *p,
			       int dim)
{
	struct buf b;
	int d;

	buf_init(&b, g->im->arena);
	buf_printf(&b, "%d %s", dim, p->head);
	for (d = 0; d <= IMPORT_DIMS; d++)
		if (d != dim)
			buf_printf(&b, "%s\r", p->dim[d]);
	return intern_str(g->im->in, b.s);
}

/* ---- moving ---- */

/* it, at the end, can stand where first does */
static bool can_move_up(const struct grouping *g, size_t first,
			const struct import_item *it)
{
	size_t i;

	for (i = first + 1; i < g->out.n; i++)
		if (g->out.v[i] && !import_commute(g->out.v[i], it))
			return false;
	return true;
}

static bool can_move_down(const struct grouping *g, size_t first)
{
	return can_move_up(g, first, g->out.v[first]);
}

static void join_terms(struct grouping *g, import_terms *to,
		       const import_terms *from)
{
	size_t i;

	for (i = 0; i < from->n; i++)
		if (!import_has_term(to, from->v[i].text))
			vec_push(g->im->arena, to, from->v[i]);
}

static void merge(struct grouping *g, struct import_item *to,
		  const struct import_item *it, int dim)
{
	if (dim == IMPORT_DIMS)
		to->ops |= it->ops;
	else
		join_terms(g, &to->dim[dim], &it->dim[dim]);
	import_join_sources(g->im, to, it);
	to->grows = dim;
	g->changed = true;
}

static void append(struct grouping *g, struct import_item *it)
{
	it->slot = g->out.n;
	vec_push(g->im->arena, &g->out, it);
}

/* into an item before it that differs in this dimension alone */
static bool merge_in(struct grouping *g, struct import_item *it, int dim,
		     const char *key)
{
	const size_t *at = ptrmap_find(&g->seen, key);
	struct import_item *to = at ? g->known.v[*at] : NULL;

	if (!to || (to->grows >= 0 && to->grows != dim))
		return false;
	if (can_move_up(g, to->slot, it)) {
		merge(g, to, it, dim);
		return true;
	}
	if (!can_move_down(g, to->slot))
		return false;
	g->out.v[to->slot] = NULL;
	append(g, to);
	merge(g, to, it, dim);
	return true;
}

static void remember(struct grouping *g, struct import_item *it,
		     const char *key)
{
	size_t *at = ptrmap_find(&g->seen, key);

	if (at)
		*at = g->known.n;
	else
		ptrmap_add(&g->seen, key, g->known.n);
	vec_push(g->im->arena, &g->known, it);
}

static bool may_grow(const struct grouping *g, const struct import_item *it,
		     int dim)
{
	if (!(g->dims >> dim & 1))
		return false;
	return dim == IMPORT_DIMS ? !(it->ops & (OP(ANY) | OP(XATTR))) :
				    it->dim[dim].n > 0;
}

static void place(struct grouping *g, struct import_item *it)
{
	const char *keys[IMPORT_DIMS + 1] = { NULL };
	struct parts p;
	int d;

	it->grows = -1;
	if (it->raw || it->library) {
		append(g, it);
		return;
	}
	make_parts(g, it, &p);
	for (d = IMPORT_DIMS; d >= 0; d--) {
		if (!may_grow(g, it, d))
			continue;
		keys[d] = key_without(g, &p, d);
		if (merge_in(g, it, d, keys[d]))
			return;
	}
	append(g, it);
	for (d = 0; d <= IMPORT_DIMS; d++)
		if (keys[d])
			remember(g, it, keys[d]);
}

static bool pass(const struct import *im, import_items *list,
		 unsigned int dims)
{
	struct grouping g = { .im = im, .dims = dims };
	size_t i, n = 0;

	ptrmap_init(&g.seen, im->arena);
	for (i = 0; i < list->n; i++)
		place(&g, list->v[i]);
	for (i = 0; i < g.out.n; i++)
		if (g.out.v[i])
			list->v[n++] = g.out.v[i];
	list->n = n;
	return g.changed;
}

/* "by root" first, then operations, then whatever else */
void import_group(const struct import *im, import_items *list)
{
	pass(im, list, 1u << IMPORT_UID);
	pass(im, list, 1u << IMPORT_DIMS);
	while (pass(im, list, (2u << IMPORT_DIMS) - 1))
		;
}
