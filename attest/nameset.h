/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_NAMESET_H
#define IMAPOL_NAMESET_H

#include <stdbool.h>
#include <stddef.h>

#include "glob.h"
#include "vec.h"

/*
 * Paths and globs (glob.h) that names in measurement lists are held against. IMA
 * writes an underscore for each blank of a name, and so is one in these read.
 */
struct nameset_item {
	const char *text;	/* as it was given */
	const char *name;	/* a path: with underscores; NULL: a glob */
	size_t len;
	struct glob_matcher *glob;
};

struct nameset {
	struct arena *arena;
	VEC(struct nameset_item) items;
};

void nameset_init(struct nameset *s, struct arena *a);
/* NULL: added; else what is wrong with the glob */
const char *nameset_add(struct nameset *s, const char *text);

/* name ends with a NUL, and has none before */
bool nameset_item_is(const struct nameset_item *i, const char *name, size_t len);
/* the first that it is; NULL: none */
const struct nameset_item *nameset_find(const struct nameset *s,
					const char *name, size_t len);

#endif
