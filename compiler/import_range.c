/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "import_int.h"
#include "util.h"

/*
 * The kernel has no ranges of ids. What is said as
 *	dont_measure func=BPRM_CHECK uid<1000
 *	measure func=BPRM_CHECK uid<2000
 * is "by uid 1000..1999", if nothing further down is about the exempt ids.
 */
static const enum import_dim id_dims[] = {
	IMPORT_OWNER, IMPORT_GROUP, IMPORT_UID, IMPORT_GID,
};

static bool is_plain_exemption(const struct import_item *it)
{
	const struct import_does *x = &it->does[import_class(it)];

	return it->exempt && !it->raw && !it->library && !x->verity &&
	       !x->directio;
}

/* all but the ids are the same, and what the fence keeps out is wanted else */
static bool same_but(const struct import_item *fence,
		     const struct import_item *it, enum import_dim dim)
{
	return !it->exempt && it->classes == fence->classes &&
	       import_same_box(fence, it, (int)dim);
}

/*
 * What the fence leaves of the ids, as one range: the fence is all below it, all
 * above it, or both; it has all ids, or a range that ends on the other side.
 */
static bool range_left(const import_terms *fence, const import_terms *its,
		       uint32_t *lo, uint32_t *hi)
{
	size_t i;

	*lo = its->n ? its->v[0].lo : 0;
	*hi = its->n ? its->v[0].hi : KID_MAX;
	if (its->n > 1 || (its->n && its->v[0].effective))
		return false;
	for (i = 0; i < fence->n; i++) {
		const struct import_term *f = &fence->v[i];

		if (f->effective || (f->lo && f->hi < KID_MAX))
			return false;
		if (!f->lo && f->hi >= *lo && f->hi < *hi)
			*lo = f->hi + 1;
		else if (f->lo && f->lo > *lo && f->lo <= *hi)
			*hi = f->lo - 1;
		else
			return false;
	}
	return fence->n > 0 && *lo && *hi < KID_MAX && *lo < *hi;
}

static bool nothing_behind(const struct import_item *fence,
			   const import_items *list, size_t from)
{
	size_t i;

	for (i = from; i < list->n; i++)
		if (list->v[i]->raw || list->v[i]->library ||
		    !import_apart(fence, list->v[i]))
			return false;
	return true;
}

/* the fence is at i, and what it fences in behind it */
static bool join_range(const struct import *im, import_items *list, size_t i)
{
	struct import_item *fence = list->v[i], *it = list->v[i + 1];
	uint32_t lo, hi;
	size_t k;

	if (!is_plain_exemption(fence))
		return false;
	for (k = 0; k < ARRAY_SIZE(id_dims); k++) {
		enum import_dim dim = id_dims[k];

		if (!same_but(fence, it, dim) ||
		    !range_left(&fence->dim[dim], &it->dim[dim], &lo, &hi) ||
		    !nothing_behind(fence, list, i + 2))
			continue;
		it->dim[dim].n = 0;
		it->dim[dim].cap = 0;
		vec_push(im->arena, &it->dim[dim],
			 import_ids(im, dim, false, lo, hi));
		import_join_sources(im, it, fence);
		return true;
	}
	return false;
}

void import_ranges(const struct import *im, import_items *list)
{
	size_t i, n = 0;

	for (i = 0; i < list->n; i++)
		if (i + 1 == list->n || !join_range(im, list, i))
			list->v[n++] = list->v[i];
	list->n = n;
}
