/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "cell.h"

/* in the order of enum khook; 0: no access has that hook */
static const uint32_t hook_events[] = {
	[KHOOK_NONE] = 0,
	[KHOOK_FILE] = EVENT_FILE_ALL,
	[KHOOK_MMAP] = 1u << 16,
	[KHOOK_MMAP_REQPROT] = 1u << 17,
	[KHOOK_BPRM] = 1u << 18,
	[KHOOK_CREDS] = 1u << 19,
	[KHOOK_MODULE] = 1u << 20,
	[KHOOK_FIRMWARE] = 1u << 21,
	[KHOOK_KEXEC_KERNEL] = 1u << 22,
	[KHOOK_KEXEC_INITRAMFS] = 1u << 23,
	[KHOOK_POLICY] = 1u << 24,
	[KHOOK_KEXEC_CMDLINE] = 1u << 25,
	[KHOOK_KEY] = 1u << 26,
	[KHOOK_DATA] = 1u << 27,
	[KHOOK_SETXATTR] = 0,
};

static_assert(sizeof(hook_events) / sizeof(hook_events[0]) == KHOOK_COUNT,
	      "one row for each hook");

uint32_t event_of_hook(enum khook h)
{
	return hook_events[h];
}

/* ---- names ---- */

static struct nset *nset_new(struct arena *a, bool negated, size_t max)
{
	struct nset *s = arena_new(a, struct nset);

	s->negated = negated;
	s->v = arena_zalloc(a, max ? max : 1, sizeof(*s->v));
	return s;
}

const struct nset *nset_one(struct arena *a, const char *value)
{
	struct nset *s = nset_new(a, false, 1);

	s->v[s->n++] = value;
	return s;
}

const struct nset *nset_not(struct arena *a, const struct nset *s)
{
	struct nset *r = nset_new(a, !s->negated, 0);

	r->n = s->n;
	r->v = s->v;
	r->order = s->order;
	return r;
}

static bool listed(const struct nset *s, const char *value)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(s->v[mid], value);

		if (!c)
			return true;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

bool nset_has(const struct nset *s, const char *value)
{
	return !s || listed(s, value) != s->negated;
}

bool nset_empty(const struct nset *s)
{
	return s && !s->negated && !s->n;
}

/* the listed values of x that are (or are not) listed in y */
static void filter(struct nset *out, const struct nset *x,
		   const struct nset *y, bool keep_listed)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (listed(y, x->v[i]) == keep_listed)
			out->v[out->n++] = x->v[i];
}

static void merge(struct nset *out, const struct nset *x, const struct nset *y)
{
	size_t i = 0, j = 0;

	while (i < x->n || j < y->n) {
		int c = i == x->n ? 1 : j == y->n ? -1 :
			strcmp(x->v[i], y->v[j]);

		out->v[out->n++] = c <= 0 ? x->v[i] : y->v[j];
		i += c <= 0;
		j += c >= 0;
	}
}

const struct nset *nset_and(struct arena *a, const struct nset *x,
			    const struct nset *y)
{
	struct nset *r;

	if (!x || !y)
		return x ? x : y;
	if (x == y)
		return x;
	r = nset_new(a, x->negated && y->negated, x->n + y->n);
	if (r->negated)
		merge(r, x, y);
	else if (x->negated)
		filter(r, y, x, false);
	else
		filter(r, x, y, !y->negated);
	return r;
}

bool nset_subset(const struct nset *x, const struct nset *y)
{
	size_t i;

	if (!y || x == y)
		return true;
	if (!x)
		return y->negated && !y->n;
	if (x->negated) {
		if (!y->negated)
			return false;
		for (i = 0; i < y->n; i++)
			if (!listed(x, y->v[i]))
				return false;
		return true;
	}
	for (i = 0; i < x->n; i++)
		if (!nset_has(y, x->v[i]))
			return false;
	return true;
}

/* ---- numbers ---- */

static struct iset *iset_new(struct arena *a, size_t max)
{
	return arena_zalloc(a, 1, sizeof(struct iset) +
			    max * sizeof(struct interval));
}

const struct iset *iset_range(struct arena *a, uint32_t lo, uint32_t hi)
{
	struct iset *s = iset_new(a, 1);

	if (lo <= hi)
		s->v[s->n++] = (struct interval){ lo, hi };
	return s;
}

const struct iset *iset_not(struct arena *a, const struct iset *s)
{
	struct iset *r = iset_new(a, s->n + 1);
	uint64_t next = 0;
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (s->v[i].lo > next)
			r->v[r->n++] = (struct interval){ (uint32_t)next,
							  s->v[i].lo - 1 };
		next = (uint64_t)s->v[i].hi + 1;
	}
	if (next <= KID_MAX)
		r->v[r->n++] = (struct interval){ (uint32_t)next, KID_MAX };
	return r;
}

const struct iset *iset_and(struct arena *a, const struct iset *x,
			    const struct iset *y)
{
	struct iset *r;
	size_t i = 0, j = 0;

	if (!x || !y)
		return x ? x : y;
	if (x == y)
		return x;
	r = iset_new(a, x->n + y->n);
	while (i < x->n && j < y->n) {
		uint32_t lo = x->v[i].lo > y->v[j].lo ? x->v[i].lo : y->v[j].lo;
		uint32_t hi = x->v[i].hi < y->v[j].hi ? x->v[i].hi : y->v[j].hi;

		if (lo <= hi)
			r->v[r->n++] = (struct interval){ lo, hi };
		if (x->v[i].hi < y->v[j].hi)
			i++;
		else
			j++;
	}
	return r;
}

const struct iset *iset_or(struct arena *a, const struct iset *x,
			   const struct iset *y)
{
	return iset_not(a, iset_and(a, iset_not(a, x), iset_not(a, y)));
}

bool iset_subset(const struct iset *x, const struct iset *y)
{
	size_t i, j = 0;

	if (!y || x == y)
		return true;
	if (!x)
		return y->n == 1 && !y->v[0].lo && y->v[0].hi == KID_MAX;
	for (i = 0; i < x->n; i++) {
		while (j < y->n && y->v[j].hi < x->v[i].lo)
			j++;
		if (j == y->n || y->v[j].lo > x->v[i].lo ||
		    y->v[j].hi < x->v[i].hi)
			return false;
	}
	return true;
}

/* ---- effective ids ---- */

const struct eset *eset_some(struct arena *a, const struct iset *s)
{
	struct eset *e = arena_new(a, struct eset);

	e->pos = arena_zalloc(a, 1, sizeof(*e->pos));
	e->pos[e->n++] = s;
	return e;
}

const struct eset *eset_none(struct arena *a, const struct iset *s)
{
	struct eset *e = arena_new(a, struct eset);

	e->none = s;
	return e;
}

/* keep only what no other part implies: a smaller set implies a larger one */
static void add_pos(struct eset *e, const struct iset *s)
{
	size_t i, k = 0;

	for (i = 0; i < e->n; i++)
		if (iset_subset(e->pos[i], s))
			return;
	for (i = 0; i < e->n; i++)
		if (!iset_subset(s, e->pos[i]))
			e->pos[k++] = e->pos[i];
	e->pos[k++] = s;
	e->n = k;
}

/* false: no set E of ids can do all that is asked */
static bool eset_and(struct arena *a, const struct eset *x,
		     const struct eset *y, const struct eset **out)
{
	const struct iset *may;
	struct eset *r;
	size_t i;

	*out = x ? x : y;
	if (!x || !y || x == y)
		return true;
	r = arena_new(a, struct eset);
	r->pos = arena_zalloc(a, x->n + y->n + 1, sizeof(*r->pos));
	r->none = x->none && y->none ? iset_or(a, x->none, y->none) :
		  x->none ? x->none : y->none;
	may = r->none ? iset_not(a, r->none) : NULL;
	for (i = 0; i < x->n + y->n; i++) {
		const struct iset *p = i < x->n ? x->pos[i] : y->pos[i - x->n];

		p = iset_and(a, p, may);
		if (!p->n)
			return false;
		add_pos(r, p);
	}
	*out = r;
	return !may || may->n;
}

static bool eset_subset(const struct eset *x, const struct eset *y)
{
	size_t i, j;

	if (!y || x == y)
		return true;
	if (!x)
		return false;
	if (y->none && (!x->none || !iset_subset(y->none, x->none)))
		return false;
	for (i = 0; i < y->n; i++) {
		for (j = 0; j < x->n; j++)
			if (iset_subset(x->pos[j], y->pos[i]))
				break;
		if (j == x->n)
			return false;
	}
	return true;
}

/* ---- cells ---- */

void cell_all(struct cell *c, uint32_t events)
{
	memset(c, 0, sizeof(*c));
	c->events = events;
}

bool cell_and(struct arena *a, const struct cell *x, const struct cell *y,
	      struct cell *out)
{
	struct cell r;
	size_t i;

	cell_all(&r, x->events & y->events);
	if (!r.events)
		return false;
	for (i = 0; i < NOM_DIMS; i++) {
		r.nom[i] = nset_and(a, x->nom[i], y->nom[i]);
		if (nset_empty(r.nom[i]))
			return false;
	}
	for (i = 0; i < NUM_DIMS; i++) {
		r.num[i] = iset_and(a, x->num[i], y->num[i]);
		if (r.num[i] && !r.num[i]->n)
			return false;
	}
	for (i = 0; i < EFF_DIMS; i++)
		if (!eset_and(a, x->eff[i], y->eff[i], &r.eff[i]))
			return false;
	*out = r;
	return true;
}

static bool nsets_meet(const struct nset *x, const struct nset *y)
{
	size_t i;

	if (!x || !y || x == y)
		return !nset_empty(x) && !nset_empty(y);
	if (x->negated && y->negated)
		return true;
	if (x->negated)
		return nsets_meet(y, x);
	for (i = 0; i < x->n; i++)
		if (nset_has(y, x->v[i]))
			return true;
	return false;
}

static bool isets_meet(const struct iset *x, const struct iset *y)
{
	size_t i = 0, j = 0;

	if (!x || !y)
		return (!x || x->n) && (!y || y->n);
	while (i < x->n && j < y->n) {
		if (x->v[i].hi < y->v[j].lo)
			i++;
		else if (y->v[j].hi < x->v[i].lo)
			j++;
		else
			return true;
	}
	return false;
}

bool cell_meets(struct arena *a, const struct cell *x, const struct cell *y)
{
	const struct eset *unused;
	size_t i;

	if (!(x->events & y->events))
		return false;
	for (i = 0; i < NUM_DIMS; i++)
		if (!isets_meet(x->num[i], y->num[i]))
			return false;
	for (i = 0; i < NOM_DIMS; i++)
		if (!nsets_meet(x->nom[i], y->nom[i]))
			return false;
	for (i = 0; i < EFF_DIMS; i++)
		if (x->eff[i] && y->eff[i] &&
		    !eset_and(a, x->eff[i], y->eff[i], &unused))
			return false;
	return true;
}

bool cell_within(const struct cell *x, const struct cell *y)
{
	size_t i;

	if (x->events & ~y->events)
		return false;
	for (i = 0; i < NUM_DIMS; i++)
		if (!iset_subset(x->num[i], y->num[i]))
			return false;
	for (i = 0; i < EFF_DIMS; i++)
		if (!eset_subset(x->eff[i], y->eff[i]))
			return false;
	for (i = 0; i < NOM_DIMS; i++)
		if (!nset_subset(x->nom[i], y->nom[i]))
			return false;
	return true;
}

/*
 * Folding an effective-id test into a cell works where y has one test only:
 * its opposite is again a test.
 */
static bool fold_eff(struct arena *a, const struct cell *y, size_t i,
		     struct cell *out, bool *empty)
{
	const struct eset *e = y->eff[i];

	if (e->n + (e->none != NULL) != 1)
		return false;
	e = e->n ? eset_none(a, e->pos[0]) : eset_some(a, e->none);
	*empty = !eset_and(a, out->eff[i], e, &out->eff[i]);
	return true;
}

bool cell_fold(struct arena *a, const struct cell *x, const struct cell *y,
	       struct cell *out, bool *empty)
{
	size_t i, cuts = 0;
	bool ok = true;

	*out = *x;
	*empty = false;
	if (x->events & ~y->events) {
		cuts++;
		out->events &= ~y->events;
	}
	for (i = 0; i < NOM_DIMS; i++) {
		if (nset_subset(x->nom[i], y->nom[i]))
			continue;
		cuts++;
		out->nom[i] = nset_and(a, x->nom[i], nset_not(a, y->nom[i]));
	}
	for (i = 0; i < NUM_DIMS; i++) {
		if (iset_subset(x->num[i], y->num[i]))
			continue;
		cuts++;
		out->num[i] = iset_and(a, x->num[i], iset_not(a, y->num[i]));
	}
	for (i = 0; i < EFF_DIMS; i++) {
		if (eset_subset(x->eff[i], y->eff[i]))
			continue;
		cuts++;
		ok = fold_eff(a, y, i, out, empty);
	}
	if (!cuts)
		*empty = true;
	return ok && cuts <= 1;
}
