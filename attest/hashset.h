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

struct hashset_item {
	const uint8_t *p;
	size_t len;
};

struct hashset {
	struct arena *arena;
	VEC(struct hashset_item) items;
	uint32_t hashes;	/* of the items, as bits: the kernel has 23 */
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
/* does a text look like one, by the first line that says anything? */
bool hashset_is(const char *text, size_t len);

bool hashset_has(struct hashset *s, const uint8_t *digest, size_t len);
/*
 * False: it has digests, and none by that hash (as kmodel_hash_name() counts), so
 * that it says nothing of one. By which hash one is follows from its length where
 * its name does not stand before it.
 */
bool hashset_tells(const struct hashset *s, int hash);

#endif
