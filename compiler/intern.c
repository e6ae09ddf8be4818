/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "intern.h"

void intern_init(struct intern *in, struct arena *a)
{
	memset(in, 0, sizeof(*in));
	in->arena = a;
}

/* FNV-1a: no seed, so that the same input takes the same way everywhere */
static uint64_t hash_bytes(const char *s, size_t len)
{
	uint64_t h = 14695981039346656037u;

	while (len--)
		h = (h ^ (unsigned char)*s++) * 1099511628211u;
	return h;
}

static const char **find_slot(const struct intern *in, const char *s,
			      size_t len)
{
	size_t i = hash_bytes(s, len) & (in->cap - 1);

	while (in->slots[i] && (strncmp(in->slots[i], s, len) != 0 ||
				in->slots[i][len] != '\0'))
		i = (i + 1) & (in->cap - 1);
	return &in->slots[i];
}

static void grow(struct intern *in)
{
	const char **old = in->slots;
	size_t i, n = in->cap;

	in->cap = n ? n * 2 : 256;
	in->slots = arena_zalloc(in->arena, in->cap, sizeof(*in->slots));
	for (i = 0; i < n; i++)
		if (old[i])
			*find_slot(in, old[i], strlen(old[i])) = old[i];
}

const char *intern_len(struct intern *in, const char *s, size_t len)
{
	const char **slot;

	len = strnlen(s, len);
	if (in->n * 2 >= in->cap)
		grow(in);
	slot = find_slot(in, s, len);
	if (!*slot) {
		*slot = arena_strndup(in->arena, s, len);
		in->n++;
	}
	return *slot;
}

const char *intern_str(struct intern *in, const char *s)
{
	return intern_len(in, s, strlen(s));
}
