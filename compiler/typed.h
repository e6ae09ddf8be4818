/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TYPED_H
#define IMAPOL_TYPED_H

#include "ptrmap.h"
#include "region.h"

/*
 * Numbered things that have a cell each, found by the one file type that the
 * cell names: two cells with different types never meet. Large policies are
 * large because they name many types, and this keeps them from being looked
 * through for every statement.
 */
struct typed_list {
	VEC(size_t) v;		/* ascending */
};

struct typed_index {
	struct arena *arena;
	struct ptrmap by_type;	/* interned type: index into lists */
	VEC(struct typed_list) lists;	/* lists.v[0]: no type, or several */
	size_t n;
};

void typed_init(struct typed_index *x, struct arena *a);
/* the single type that a cell names; NULL: none, or several */
const char *typed_of(const struct cell *c);
/* things are added with ascending numbers */
void typed_add(struct typed_index *x, const char *type, size_t number);
/* forget all numbers from n on */
void typed_rewind(struct typed_index *x, size_t n);

/* what may meet a cell, ascending, from a number on */
struct typed_iter {
	const struct typed_index *x;
	const struct typed_list *one;	/* NULL: all things */
	size_t next, i, j;
};

struct typed_iter typed_from(const struct typed_index *x,
			     const struct cell *c, size_t from);
/* SIZE_MAX: no more */
size_t typed_next(struct typed_iter *it);

#endif
