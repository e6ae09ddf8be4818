/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_HASHSET_H
#define IMAPOL_HASHSET_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "vec.h"

/*
 * Digests without names: of contents that are not to run, or were withdrawn. All
 * of it lives in one arena. Added first, then only asked.
 */
#define HASHSET_MAX 64	/* bytes of a digest */
#define HASHSET_HASHES 32	/* the kernel has 23 */

struct hashset_item {
	const uint8_t *p;
	size_t len;
	int hash;
};

struct hashset {
	struct arena *arena;
	VEC(struct hashset_item) items;
	size_t by[HASHSET_HASHES];	/* how many by each hash, once sorted */
	bool sorted;
};

void hashset_init(struct hashset *s, struct arena *a);

/* "HEX", or with the name of its hash before it, "sha256:HEX"; false: it is none */
bool hashset_add(struct hashset *s, const char *text, size_t len);
/*
 * A text with one a line; what stands behind a blank is a name and not looked at;
 * # begins a comment. NULL: read; else what is wrong, with the line.
 */
const char *hashset_read(struct hashset *s, const char *text, size_t len);
/*
 * Does a text look like one, by a digest in the first line that says anything? It
 * may be one of another form, which hashset_read() refuses.
 */
bool hashset_is(const char *text, size_t len);

bool hashset_has(struct hashset *s, const uint8_t *digest, size_t len);
/*
 * False: it has digests, and fewer or none by that hash (as kmodel_hash_name()
 * counts) than by another, so that of some of its contents it says nothing. By which
 * hash one is follows from its length where its name does not stand before it.
 */
bool hashset_tells(struct hashset *s, int hash);

#endif
