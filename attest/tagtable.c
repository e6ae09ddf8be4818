/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tagtable.h"

enum {
	TAG = sizeof(uint64_t),
	FIRST = 64,			/* slots */
	LINE = 64,			/* bytes that are fetched at once */
	HUGE = 2 * 1024 * 1024,		/* bytes */
};

void tagtable_init(struct tagtable *t, size_t same, size_t more)
{
	memset(t, 0, sizeof(*t));
	t->same = same;
	t->size = TAG + same + more;
}

void tagtable_free(struct tagtable *t)
{
	free(t->slots);
	t->slots = NULL;
	t->n = t->cap = 0;
}

static inline uint64_t tag_at(const struct tagtable *t, size_t i)
{
	uint64_t tag;

	memcpy(&tag, t->slots + i * t->size, TAG);
	return tag;
}

/* cap is below 2^32 */
static inline size_t place(const struct tagtable *t, uint64_t tag)
{
	return (tag >> 32) * t->cap >> 32;
}

/* its slot, or the free one where it would be */
static inline size_t slot_of(const struct tagtable *t, uint64_t tag,
			     const void *same)
{
	size_t i = place(t, tag);
	uint64_t there;

	while ((there = tag_at(t, i)) != 0) {
		if (there == tag && !memcmp(t->slots + i * t->size + TAG, same,
					    t->same))
			break;
		if (++i == t->cap)
			i = 0;
	}
	return i;
}

uint8_t *tagtable_find(const struct tagtable *t, uint64_t tag, const void *same)
{
	size_t i;

	if (!t->n)
		return NULL;
	i = slot_of(t, tag, same);
	return tag_at(t, i) ? t->slots + i * t->size + TAG : NULL;
}

void tagtable_expect(const struct tagtable *t, uint64_t tag)
{
	const uint8_t *slot;

	if (!t->n)
		return;
	slot = t->slots + place(t, tag) * t->size;
	__builtin_prefetch(slot);
	__builtin_prefetch(slot + LINE);
}

/* cleared, and of large pages where the kernel has them to give */
static uint8_t *new_slots(size_t cap, size_t size)
{
	size_t len = cap * size;
	void *p;

	if (len < HUGE)
		return calloc(cap, size);
	len = (len + HUGE - 1) & ~(size_t)(HUGE - 1);
	p = aligned_alloc(HUGE, len);
	if (!p)
		return NULL;
	(void)madvise(p, len, MADV_HUGEPAGE);
	return memset(p, 0, len);
}

static bool grow(struct tagtable *t)
{
	struct tagtable old = *t;
	size_t i;

	t->cap = old.cap ? old.cap + old.cap / 2 : FIRST;
	t->slots = t->cap <= UINT32_MAX ? new_slots(t->cap, t->size) : NULL;
	if (!t->slots) {
		*t = old;
		return false;
	}
	for (i = 0; i < old.cap; i++) {
		const uint8_t *from = old.slots + i * t->size;
		uint64_t tag = tag_at(&old, i);

		if (tag)
			memcpy(t->slots + slot_of(t, tag, from + TAG) * t->size,
			       from, t->size);
	}
	free(old.slots);
	return true;
}

uint8_t *tagtable_add(struct tagtable *t, uint64_t tag, const void *same)
{
	uint8_t *slot;
	size_t i;

	/* half of it is in use at most: what is there is in the first slot or two */
	if (t->n * 2 >= t->cap && !grow(t))
		return NULL;
	i = slot_of(t, tag, same);
	slot = t->slots + i * t->size;
	if (!tag_at(t, i)) {
		memcpy(slot, &tag, TAG);
		memcpy(slot + TAG, same, t->same);
		t->n++;
	}
	return slot + TAG;
}
