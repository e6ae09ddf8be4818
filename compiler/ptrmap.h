/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PTRMAP_H
#define IMAPOL_PTRMAP_H

#include <stdbool.h>

#include "arena.h"

/*
 * From pointers to numbers, in an arena. Keys are compared as pointers, so
 * interned strings serve. Never iterated: the order of addresses must not
 * reach any output.
 */
struct ptrmap {
	struct arena *arena;
	struct ptrmap_slot {
		const void *key;
		size_t value;
	} *slots;
	size_t n, cap;
};

void ptrmap_init(struct ptrmap *m, struct arena *a);
/* NULL: no such key; valid until the next ptrmap_add() */
size_t *ptrmap_find(const struct ptrmap *m, const void *key);
/* false: the key is there already and keeps its value; key is not NULL */
bool ptrmap_add(struct ptrmap *m, const void *key, size_t value);

#endif
