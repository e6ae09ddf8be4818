/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ARENA_H
#define IMAPOL_ARENA_H

#include <setjmp.h>
#include <stddef.h>

/*
 * Ownership: everything a compilation makes lives in one arena and is freed
 * with it, at once. Nothing is freed one by one.
 *
 * Out of memory: when on_oom is set, an allocation that cannot be served
 * jumps there; the arena stays valid and must still be freed. When it is not
 * set, the process aborts. Nobody has to test the result of an allocation.
 *
 * Built with IMAPOL_ARENA_MALLOC, each allocation is a malloc() of its own so
 * that the sanitizers see its bounds.
 */
struct arena_block;

struct arena {
	struct arena_block *head;
	jmp_buf *on_oom;
	size_t bytes;	/* handed out so far */
};

void arena_init(struct arena *a);
void arena_free(struct arena *a);

/* size bytes, aligned for any type; not cleared */
void *arena_alloc(struct arena *a, size_t size);
/* n * size bytes, cleared; an overflowing product counts as out of memory */
void *arena_zalloc(struct arena *a, size_t n, size_t size);
/* a copy of old_size bytes in a larger piece; old is left behind */
void *arena_grow(struct arena *a, const void *old, size_t old_size,
		 size_t new_size);
char *arena_strndup(struct arena *a, const char *s, size_t len);

#define arena_new(a, type) ((type *)arena_zalloc((a), 1, sizeof(type)))

#endif
