/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

#define BLOCK_SIZE (64 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *a)
{
	memset(a, 0, sizeof(*a));
}

void arena_free(struct arena *a)
{
	struct arena_block *b, *next;

	for (b = a->head; b; b = next) {
		next = b->next;
		free(b);
	}
	a->head = NULL;
}

static _Noreturn void out_of_memory(struct arena *a)
{
	if (a->on_oom)
		longjmp(*a->on_oom, 1);
	abort();
}

static struct arena_block *add_block(struct arena *a, size_t size)
{
	struct arena_block *b;

	if (size > SIZE_MAX / 2)
		out_of_memory(a);
	b = malloc(sizeof(*b) + size);
	if (!b)
		out_of_memory(a);
	b->used = 0;
	b->size = size;
	b->next = a->head;
	a->head = b;
	return b;
}

#ifdef IMAPOL_ARENA_MALLOC
void *arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *b = add_block(a, size ? size : 1);

	a->bytes += size;
	return b->data;
}
#else
/* a large piece gets a block of its own, behind the one being filled */
static void *alloc_large(struct arena *a, size_t size)
{
	struct arena_block *fill = a->head, *b = add_block(a, size);

	b->used = size;
	if (fill) {
		b->next = fill->next;
		fill->next = b;
		a->head = fill;
	}
	return b->data;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct arena_block *b = a->head;
	void *p;

	if (size > SIZE_MAX / 4)
		out_of_memory(a);
	size = (size + align - 1) & ~(align - 1);
	a->bytes += size;
	if (size > BLOCK_SIZE / 4)
		return alloc_large(a, size);
	if (!b || b->size - b->used < size)
		b = add_block(a, BLOCK_SIZE);
	p = b->data + b->used;
	b->used += size;
	return p;
}
#endif

void *arena_zalloc(struct arena *a, size_t n, size_t size)
{
	void *p;

	if (size && n > SIZE_MAX / size)
		out_of_memory(a);
	p = arena_alloc(a, n * size);
	memset(p, 0, n * size);
	return p;
}

void *arena_grow(struct arena *a, const void *old, size_t old_size,
		 size_t new_size)
{
	void *p = arena_alloc(a, new_size);

	if (old_size)
		memcpy(p, old, old_size);
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *p = arena_alloc(a, len + 1);

	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}
