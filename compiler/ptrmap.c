/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "ptrmap.h"

void ptrmap_init(struct ptrmap *m, struct arena *a)
{
	memset(m, 0, sizeof(*m));
	m->arena = a;
}

static struct ptrmap_slot *find_slot(const struct ptrmap *m, const void *key)
{
	uint64_t h = (uint64_t)(uintptr_t)key * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(h >> 20) & (m->cap - 1);

	while (m->slots[i].key && m->slots[i].key != key)
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

size_t *ptrmap_find(const struct ptrmap *m, const void *key)
{
	struct ptrmap_slot *s = m->cap ? find_slot(m, key) : NULL;

	return s && s->key ? &s->value : NULL;
}

static void grow(struct ptrmap *m)
{
	struct ptrmap_slot *old = m->slots;
	size_t i, n = m->cap;

	m->cap = n ? n * 2 : 64;
	m->slots = arena_zalloc(m->arena, m->cap, sizeof(*m->slots));
	for (i = 0; i < n; i++)
		if (old[i].key)
			*find_slot(m, old[i].key) = old[i];
}

bool ptrmap_add(struct ptrmap *m, const void *key, size_t value)
{
	struct ptrmap_slot *s;

	if (m->n * 2 >= m->cap)
		grow(m);
	s = find_slot(m, key);
	if (s->key)
		return false;
	s->key = key;
	s->value = value;
	m->n++;
	return true;
}
