/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>

#include "reported.h"

static int cmp(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return span_cmp(*x, *y);
}

void reported_init(struct reported *r, const struct diags *ds)
{
	struct span *v = arena_zalloc(ds->arena, ds->n_errors + 1, sizeof(*v));
	size_t i, n = 0;

	for (i = 0; i < ds->n; i++)
		if (ds->v[i]->severity == DIAG_ERROR && ds->v[i]->span.src)
			v[n++] = ds->v[i]->span;
	qsort(v, n, sizeof(*v), cmp);
	r->v = v;
	r->n = n;
}

/* the first place that is not before at */
static size_t first_from(const struct reported *r, struct span at)
{
	size_t lo = 0, hi = r->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (span_cmp(r->v[mid], at) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool is_inside(struct span part, struct span whole)
{
	return part.src == whole.src && part.start >= whole.start &&
	       part.end <= whole.end;
}

/* shortest first among those that begin together, so whole begins at 0 bytes */
static size_t first_inside(const struct reported *r, struct span whole)
{
	whole.end = whole.start;
	return first_from(r, whole);
}

static bool begins_in(struct span s, struct span whole)
{
	return s.src == whole.src && s.start < whole.end;
}

bool reported_inside(const struct reported *r, struct span whole)
{
	size_t i;

	if (!whole.src)
		return false;
	for (i = first_inside(r, whole);
	     i < r->n && begins_in(r->v[i], whole); i++)
		if (is_inside(r->v[i], whole))
			return true;
	return false;
}

bool reported_about(const struct reported *r, struct span part,
		    struct span whole)
{
	size_t i = first_from(r, part);

	if (!part.src)
		return false;
	if (i < r->n && span_cmp(r->v[i], part) == 0)
		return true;
	for (i = first_inside(r, whole);
	     whole.src && i < r->n && begins_in(r->v[i], whole); i++)
		if (is_inside(part, r->v[i]))
			return true;
	return false;
}
