/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TAGTABLE_H
#define IMAPOL_TAGTABLE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A hash table by open addressing, all of a record in its slot, so that a record
 * that is there costs one miss of the cache:
 *
 *	u64 tag | same bytes, compared as well | more bytes, the user's
 *
 * A tag says where its record is and is never 0. Tags have to be spread evenly,
 * whatever it is that they are made of.
 */
struct tagtable {
	uint8_t *slots;
	size_t n, cap;
	size_t same, size;	/* bytes that are compared; of a slot */
};

void tagtable_init(struct tagtable *t, size_t same, size_t more);
void tagtable_free(struct tagtable *t);
/* the bytes behind its tag; NULL: there is none */
uint8_t *tagtable_find(const struct tagtable *t, uint64_t tag, const void *same);
/* the same; one that was not there has zeros behind same. NULL: out of memory */
uint8_t *tagtable_add(struct tagtable *t, uint64_t tag, const void *same);
/* where it would be is fetched meanwhile */
void tagtable_expect(const struct tagtable *t, uint64_t tag);

#endif
