/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_INTERN_H
#define IMAPOL_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/*
 * One copy of each string: two interned strings are equal when their pointers
 * are. Strings live in the arena; they end with a NUL and hold none inside.
 */
struct intern {
	struct arena *arena;
	const char **slots;
	size_t n, cap;
};

void intern_init(struct intern *in, struct arena *a);
/* a NUL in it ends it */
const char *intern_len(struct intern *in, const char *s, size_t len);
const char *intern_str(struct intern *in, const char *s);

#endif
