/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "cases_int.h"

/* ---- operations ---- */

bool cases_is_text(const struct space *sp, uint32_t event)
{
	enum khook hook = space_event(sp, event).hook;

	return hook == KHOOK_KEY || hook == KHOOK_DATA;
}

#define MASKS 16	/* 0 is none */

/* masks in words: those with one bit, without another, whatever the rest */
struct cube {
	uint8_t with, without;
};

static bool in_cube(const struct cube *c, unsigned int mask)
{
	return (mask & c->with) == c->with && !(mask & c->without);
}

/* how many masks of wanted it takes in that are not in done; 0: others, too */
static unsigned int cube_gain(const struct cube *c, uint32_t wanted,
			      uint32_t done)
{
	unsigned int mask, n = 0;

	for (mask = 1; mask < MASKS; mask++) {
		if (!in_cube(c, mask))
			continue;
		if (!(wanted >> mask & 1))
			return 0;
		n += !(done >> mask & 1);
	}
	return n;
}

/* the largest that fits, of these the one with the fewest words */
static struct cube best_cube(uint32_t wanted, uint32_t done)
{
	struct cube best = { 0, 0 }, c;
	unsigned int with, without, gain, most = 0;

	for (with = 0; with < MASKS; with++)
		for (without = 0; without < MASKS; without++) {
			if (with & without)
				continue;
			c = (struct cube){ (uint8_t)with, (uint8_t)without };
			gain = cube_gain(&c, wanted, done);
			if (gain > most) {
				most = gain;
				best = c;
			}
		}
	return best;
}

static void put_bits(struct buf *b, const char *word, uint8_t bits)
{
	const char *between = word;
	uint8_t bit;

	for (bit = KMASK_EXEC; bit <= KMASK_APPEND; bit <<= 1)
		if (bits & bit) {
			buf_printf(b, "%s%s", between, kmask_word(bit));
			between = " and ";
		}
}

static void put_masks(struct buf *b, uint32_t wanted)
{
	uint32_t done = 0;
	struct cube c;
	unsigned int mask;

	while (done != wanted) {
		c = best_cube(wanted, done);
		if (b->len)
			buf_puts(b, ", ");
		buf_puts(b, "open");
		put_bits(b, " with ", c.with);
		put_bits(b, " without ", c.without);
		for (mask = 1; mask < MASKS; mask++)
			if (in_cube(&c, mask))
				done |= 1u << mask;
	}
}

const char *cases_operation(struct cases_walk *w, const uint32_t *events,
			    size_t n)
{
	uint32_t masks = 0;
	struct buf b;
	size_t i;

	buf_init(&b, w->arena);
	for (i = 0; i < n; i++) {
		struct space_event e = space_event(w->sp, events[i]);

		if (e.hook == KHOOK_FILE) {
			masks |= 1u << e.mask;
			continue;
		}
		if (b.len)
			buf_puts(&b, ", ");
		witness_describe_event(w->sp, events[i], &b);
	}
	put_masks(&b, masks);
	return b.s;
}

/* ---- sets of atoms ---- */

static bool is_id(unsigned int dim)
{
	return dim == SPACE_OWNER || dim == SPACE_GROUP ||
	       (dim >= SPACE_UID && dim <= SPACE_SGID);
}

static void put_ids(struct cases_walk *w, unsigned int dim,
		    const struct atoms *set, struct buf *b)
{
	uint32_t lo, width = dd_width(w->m, dim);
	size_t i;

	for (i = 0; i < set->n; i++) {
		lo = space_atom_id(w->sp, dim, set->v[i].lo);
		buf_printf(b, "%s", i ? " | " : " ");
		if (set->v[i].hi == width - 1) {
			buf_printf(b, ">%" PRIu32, lo - 1);
			continue;
		}
		buf_printf(b, "%" PRIu32, lo);
		if (space_atom_id(w->sp, dim, set->v[i].hi + 1) - 1 > lo)
			buf_printf(b, "..%" PRIu32, space_atom_id(w->sp, dim,
						set->v[i].hi + 1) - 1);
	}
}

/* a name or a magic number */
static void put_atom(struct cases_walk *w, unsigned int dim, uint32_t atom,
		     struct buf *b)
{
	const char *name;
	uint64_t magic;

	if (dim != SPACE_FSMAGIC) {
		buf_puts(b, space_atom_name(w->sp, dim, atom));
	} else if (space_atom_fsmagic(w->sp, atom, &magic)) {
		name = kmodel_magic_word(magic);
		if (name)
			buf_puts(b, name);
		else
			buf_printf(b, "0x%" PRIx64, magic);
	}
}

#define MANY_NAMES 6

struct names {
	struct buf *b;
	size_t n;
};

static void put_names(struct cases_walk *w, unsigned int dim, uint32_t lo,
		      uint32_t hi, struct names *to)
{
	for (; lo < hi; lo++, to->n++)
		if (to->n < MANY_NAMES) {
			buf_puts(to->b, to->n ? " | " : " ");
			put_atom(w, dim, lo, to->b);
		}
}

/* with the last atom, which nothing names: all but those that are not there */
static void put_named(struct cases_walk *w, unsigned int dim,
		      const struct atoms *set, struct buf *b)
{
	uint32_t last = dd_width(w->m, dim) - 1, from = 0;
	bool rest = set->v[set->n - 1].hi == last;
	struct names to = { b, 0 };
	size_t i;

	if (rest)
		buf_puts(b, " other than");
	for (i = 0; i < set->n; i++) {
		if (rest)
			put_names(w, dim, from, set->v[i].lo, &to);
		else
			put_names(w, dim, set->v[i].lo, set->v[i].hi + 1, &to);
		from = set->v[i].hi + 1;
	}
	if (to.n > MANY_NAMES)
		buf_printf(b, " and %zu more", to.n - MANY_NAMES);
}

static void put_condition(struct cases_walk *w, unsigned int dim,
			  const struct atoms *set, struct buf *b)
{
	buf_puts(b, witness_dim_word(dim));
	if (is_id(dim))
		put_ids(w, dim, set, b);
	else
		put_named(w, dim, set, b);
}

/* ---- terms ---- */

static dd_ref term_set(struct cases_walk *w, const struct term *t)
{
	dd_ref r = DD_TRUE;
	unsigned int dim;

	for (dim = SPACE_DIMS; dim-- > 0;)
		if (t->dim[dim].n)
			r = dd_and(w->m, dd_ranges(w->m, dim, t->dim[dim].v,
						   t->dim[dim].n), r);
	return r;
}

static dd_ref terms_set(struct cases_walk *w, const terms *t, const bool *gone)
{
	dd_ref r = DD_PASS;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (!gone || !gone[i])
			r = dd_or(w->m, r, term_set(w, &t->v[i]));
	return r;
}

/* more are left as they are: nobody reads them one by one */
#define SHORTEN_MAX 64
/* with more atoms a dimension is not widened one by one */
#define WIDEN_MAX 64

static bool inside(struct cases_walk *w, const struct term *t, dd_ref all)
{
	return dd_diff(w->m, term_set(w, t), all) == DD_PASS;
}

/* all atoms of one dimension with which the term stays inside; all: none */
static void widen(struct cases_walk *w, struct term *t, unsigned int dim,
		  dd_ref all)
{
	uint32_t atom, width = dd_width(w->m, dim);
	struct atoms had = t->dim[dim], wide = { 0 };
	struct dd_range one;

	t->dim[dim] = (struct atoms){ 0 };
	if (inside(w, t, all))
		return;
	t->dim[dim] = had;
	if (width > WIDEN_MAX)
		return;
	for (atom = 0; atom < width; atom++) {
		one = (struct dd_range){ atom, atom };
		t->dim[dim] = (struct atoms){ &one, 1, 1 };
		if (!inside(w, t, all))
			continue;
		if (wide.n && wide.v[wide.n - 1].hi + 1 == atom)
			wide.v[wide.n - 1].hi = atom;
		else
			vec_push(w->arena, &wide, one);
	}
	t->dim[dim] = wide;
}

/*
 * The path through a diagram names what was tested on the way. A condition that
 * takes nothing away is left out, one that takes away too much is widened, and
 * a term that others hold is left out, too.
 */
static void shorten(struct cases_walk *w, terms *t, bool *gone)
{
	dd_ref all = terms_set(w, t, NULL);
	unsigned int dim;
	size_t i;

	for (i = 0; i < t->n; i++)
		for (dim = SPACE_DIMS; dim-- > 0;)
			if (t->v[i].dim[dim].n)
				widen(w, &t->v[i], dim, all);
	for (i = t->n; i-- > 0;) {
		gone[i] = true;
		if (dd_full(w->m) || terms_set(w, t, gone) != all)
			gone[i] = false;
	}
}

static void put_term(struct cases_walk *w, const struct term *t, struct buf *b)
{
	const char *between = "";
	unsigned int dim;

	for (dim = 0; dim < SPACE_DIMS; dim++)
		if (t->dim[dim].n) {
			buf_puts(b, between);
			put_condition(w, dim, &t->dim[dim], b);
			between = ", ";
		}
}

/* whole: what it is called when no condition is left */
static const char *put_terms(struct cases_walk *w, const terms *given,
			     const char *whole)
{
	bool *gone = arena_zalloc(w->arena, given->n + 1, sizeof(*gone));
	terms t = { 0 };
	const char *between = "";
	struct buf b;
	size_t i;

	buf_init(&b, w->arena);
	for (i = 0; i < given->n; i++)
		vec_push(w->arena, &t, given->v[i]);
	if (t.n <= SHORTEN_MAX)
		shorten(w, &t, gone);
	for (i = 0; i < t.n; i++)
		if (!gone[i]) {
			buf_puts(&b, between);
			put_term(w, &t.v[i], &b);
			between = "; or ";
		}
	return b.len ? b.s : whole;
}

const char *cases_files(struct cases_walk *w, const terms *t)
{
	return put_terms(w, t, "any file");
}

const char *cases_subjects(struct cases_walk *w, const terms *t)
{
	return put_terms(w, t, "anyone");
}
