/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_REGION_INT_H
#define IMAPOL_REGION_INT_H

#include "region.h"

/* What region.c and region_set.c share; nobody else includes this. */

/* sorts v and drops what stands twice; v becomes part of the set */
const struct nset *region_names(struct arena *a, const char **v, size_t n,
				bool negated);
/* the name of a magic number in NOM_FSMAGIC */
const char *region_magic(struct region_env *env, uint64_t magic);

/* acc and a set of files or of subjects; false: too many cells */
bool region_and_set(struct region_env *env, cells *acc,
		    const struct ast_set *set);

#endif
