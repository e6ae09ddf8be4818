/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TESTS_FUZZ_PARTS_H
#define IMAPOL_TESTS_FUZZ_PARTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "fcdb.h"
#include "fuzz.h"

/* Shared by the targets that take an input of several parts. */

static inline void fail(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s\n", what, text ? text : "");
	abort();
}

/* up to the separator, which is passed over */
static inline const struct source *part(struct arena *a, const char **at,
					const char *end, const char *separator,
					unsigned int order)
{
	size_t n = strlen(separator);
	const char *start = *at;
	const char *stop = start < end ? memmem(start, (size_t)(end - start),
						separator, n) : NULL;

	*at = stop ? stop + n : end;
	if (!stop)
		stop = end;
	return source_new(a, "part", arena_strndup(a, start,
			  (size_t)(stop - start)), (size_t)(stop - start),
			  order);
}

/* a refusal has a place inside its text */
static inline void check_diags(const struct diags *ds)
{
	size_t i;

	for (i = 0; i < ds->n; i++) {
		const struct diag *d = ds->v[i];

		if (!d->span.src || d->span.start > d->span.end ||
		    d->span.end > d->span.src->len || !*d->text)
			fail("a message without a place", d->text);
	}
}

/* the two ways to look a path up agree */
static inline void check_path(struct fcdb *db, const char *path,
			      enum fc_kind kind)
{
	if (fcdb_lookup(db, path, kind, NULL) != fcdb_find(db, path, kind))
		fail("two answers", path);
}

/* absolute, and as file contexts see it: no slash twice or at the end */
static inline bool clean_path(const char *path)
{
	size_t len = strlen(path);

	return len > 1 && path[0] == '/' && path[len - 1] != '/' &&
	       !strstr(path, "//");
}

#endif
