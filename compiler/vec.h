/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_VEC_H
#define IMAPOL_VEC_H

#include <string.h>

#include "arena.h"

/*
 * A growing array in an arena: VEC(struct thing) things = { 0 };
 * vec_push(arena, &things, thing). Growing leaves the old array in the arena.
 */
#define VEC(type) struct { type *v; size_t n, cap; }

#define vec_push(arena, vec, ...) do {					\
	if ((vec)->n == (vec)->cap) {					\
		size_t vec_cap_ = (vec)->cap ? (vec)->cap * 2 : 4;	\
									\
		(vec)->v = arena_grow((arena), (vec)->v,		\
				      (vec)->n * sizeof(*(vec)->v),	\
				      vec_cap_ * sizeof(*(vec)->v));	\
		(vec)->cap = vec_cap_;					\
	}								\
	(vec)->v[(vec)->n++] = (__VA_ARGS__);				\
} while (0)

#endif
