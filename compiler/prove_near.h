/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PROVE_NEAR_H
#define IMAPOL_PROVE_NEAR_H

#include <stdbool.h>

#include "fcdb.h"

/*
 * The entries that matter most for a verdict: those that may match a path of the
 * glob, as far as their literal heads tell, and of the others those that give a
 * label of which the verdict says that it occurs nowhere outside.
 */
struct near_entry {
	const struct fc_entry *entry;
	const char *key;	/* key in front of what it matches gives way */
	const char *path;	/* to this in a path that leads there; or NULL */
};

struct near {
	struct arena *arena;
	struct near_entries {
		struct near_entry *v;
		size_t n, cap;
	} head, label;
};

void near_init(struct near *n, struct arena *a);
void near_find(struct near *n, const struct fcontext *fc,
	       const struct fcdb_query *q, const struct fcdb_result *r);

/* a substitution of dir fits the path: *len bytes of it are replaced */
bool near_below(const char *path, const char *dir, size_t *len);

#endif
