/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TYPED_H
#define IMAPOL_TYPED_H

#include "ptrmap.h"
#include "region.h"

/*
 * Numbered things that have a cell each, found by one value that the cell
 * names: its file type, else its owner, else its real uid. Cells with
 * different values of one of these never meet. Large policies are large because
 * they name many values, and this keeps them from being looked through for
 * every statement.
 */
enum typed_key { TYPED_TYPE, TYPED_OWNER, TYPED_UID, TYPED_KEYS };

struct typed_list {
	VEC(size_t) v;		/* ascending */
};

struct typed_index {
	struct arena *arena;
	struct ptrmap by_type;	/* interned type: index into lists */
	/* ids: hash table of id and list, for owner and for uid */
	struct typed_ids {
		struct { uint32_t id; size_t list; } *slots;
		size_t n, cap;
	} ids[TYPED_KEYS];
	VEC(struct typed_list) lists;	/* lists.v[0]: none of the values */
	size_t used[TYPED_KEYS];	/* lists of each key */
	VEC(size_t) log;	/* the list of each thing, as they came */
	size_t n;
};

void typed_init(struct typed_index *x, struct arena *a);
/* things are added with ascending numbers */
void typed_add(struct typed_index *x, const struct cell *c, size_t number);
/* a thing of several cells: found by what all of them have in common */
void typed_add_cells(struct typed_index *x, const cells *cs, size_t number);
/* forget all numbers from n on */
void typed_rewind(struct typed_index *x, size_t n);

/* what may meet a cell, ascending, from a number on */
struct typed_iter {
	const struct typed_index *x;
	const struct typed_list *lists[TYPED_KEYS + 1];
	size_t at[TYPED_KEYS + 1];
	bool all;
	size_t next;
};

struct typed_iter typed_from(const struct typed_index *x,
			     const struct cell *c, size_t from);
/* SIZE_MAX: no more */
size_t typed_next(struct typed_iter *it);

#endif
