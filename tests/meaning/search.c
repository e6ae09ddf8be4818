/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "search.h"

#define SETS (1u << SEARCH_ACCESSES)

void search_init(struct search *s, unsigned int n_access)
{
	memset(s, 0, sizeof(*s));
	s->n_access = n_access;
}

static void add_region(struct search *s, uint16_t region, unsigned char flags)
{
	if (!region)
		return;
	if (!s->flags[region])
		s->regions[s->n_regions++] = region;
	s->flags[region] |= flags;
}

void search_add(struct search *s, uint16_t base, const struct search_dim *dims,
		size_t n, unsigned char flags)
{
	unsigned char *seen = calloc(SETS, 1);
	uint16_t *list = malloc(SETS * sizeof(*list));
	size_t have = 0;

	if (!seen || !list)
		abort();
	list[have++] = base;
	seen[base] = 1;
	for (size_t d = 0; d < n; d++) {
		size_t before = have;

		for (size_t i = 0; i < before; i++) {
			for (size_t c = 0; c < dims[d].n; c++) {
				uint16_t r = list[i] & dims[d].v[c];

				if (!seen[r]) {
					seen[r] = 1;
					list[have++] = r;
				}
			}
		}
	}
	for (size_t i = 0; i < have; i++)
		add_region(s, list[i], flags);
	free(seen);
	free(list);
}

/* ---- backwards ---- */

struct table_sets {
	uint16_t of[256];	/* accesses with each outcome */
	unsigned int max;	/* largest outcome there is */
	uint16_t all;
};

static void table_sets(const struct search *s, const unsigned char *table,
		       struct table_sets *t)
{
	memset(t, 0, sizeof(*t));
	for (unsigned int i = 0; i < s->n_access; i++) {
		t->of[table[i]] |= (uint16_t)(1u << i);
		t->all |= (uint16_t)(1u << i);
		if (table[i] > t->max)
			t->max = table[i];
	}
}

/* below the covered accesses, may a line with this region stand next? */
static int next_outcome(const struct search *s, const struct table_sets *t,
			uint16_t covered, uint16_t region)
{
	uint16_t open = region & (uint16_t)~covered;

	if (!open)
		return -1;
	for (unsigned int o = 0; o <= t->max; o++) {
		if (open & ~t->of[o])
			continue;
		if (s->flags[region] & (o ? SEARCH_DO : SEARCH_DONT))
			return (int)o;
		return -1;
	}
	return -1;
}

static bool done(const struct table_sets *t, uint16_t covered)
{
	return (t->all & ~covered & ~t->of[0]) == 0;
}

/* whatever can be covered is covered; that never stands in the way later */
static bool ever(const struct search *s, const struct table_sets *t)
{
	uint16_t covered = 0, before;

	do {
		before = covered;
		for (size_t i = 0; i < s->n_regions; i++)
			if (next_outcome(s, t, covered, s->regions[i]) >= 0)
				covered |= s->regions[i];
	} while (covered != before);
	return done(t, covered);
}

struct walk {
	signed char depth[SETS];	/* -1: not seen */
	uint16_t from[SETS];
	struct search_line by[SETS];
	uint16_t queue[SETS];
	size_t head, tail;
};

static void unwind(const struct walk *w, uint16_t at,
		   struct search_line lines[SEARCH_LINES])
{
	while (w->depth[at] > 0) {
		lines[w->depth[at] - 1] = w->by[at];
		at = w->from[at];
	}
}

static void step(const struct search *s, const struct table_sets *t,
		 struct walk *w, uint16_t at)
{
	for (size_t i = 0; i < s->n_regions; i++) {
		uint16_t r = s->regions[i], to = at | r;
		int o;

		if (w->depth[to] >= 0)
			continue;
		o = next_outcome(s, t, at, r);
		if (o < 0)
			continue;
		w->depth[to] = (signed char)(w->depth[at] + 1);
		w->from[to] = at;
		w->by[to] = (struct search_line){ r, (unsigned char)o };
		w->queue[w->tail++] = to;
	}
}

int search_lines(const struct search *s, const unsigned char *table,
		 struct search_line lines[SEARCH_LINES])
{
	struct walk *w = malloc(sizeof(*w));
	struct table_sets t;
	int found = SEARCH_NEVER;

	if (!w)
		abort();
	table_sets(s, table, &t);
	memset(w->depth, -1, sizeof(w->depth));
	w->head = w->tail = 0;
	w->depth[0] = 0;
	w->queue[w->tail++] = 0;
	while (w->head < w->tail) {
		uint16_t at = w->queue[w->head++];

		if (done(&t, at)) {
			found = w->depth[at];
			if (lines)
				unwind(w, at, lines);
			break;
		}
		if (w->depth[at] < SEARCH_LINES)
			step(s, &t, w, at);
	}
	free(w);
	if (found == SEARCH_NEVER && ever(s, &t))
		found = SEARCH_MORE;
	return found;
}

/* ---- forwards ---- */

static unsigned int table_number(const unsigned char *table, unsigned int n,
				 unsigned int base)
{
	unsigned int number = 0;

	while (n-- > 0)
		number = number * base + table[n];
	return number;
}

static void table_of(unsigned int number, unsigned int n, unsigned int base,
		     unsigned char *table)
{
	for (unsigned int i = 0; i < n; i++) {
		table[i] = (unsigned char)(number % base);
		number /= base;
	}
}

/* the table that a line on top of one gives */
static unsigned int prepend(const struct search *s, unsigned int number,
			    unsigned int base, uint16_t region,
			    unsigned char outcome)
{
	unsigned char table[SEARCH_ACCESSES];

	table_of(number, s->n_access, base, table);
	for (unsigned int i = 0; i < s->n_access; i++)
		if (region & 1u << i)
			table[i] = outcome;
	return table_number(table, s->n_access, base);
}

int search_forward(const struct search *s, const unsigned char *table,
		   unsigned int n_outcomes)
{
	unsigned int goal = table_number(table, s->n_access, n_outcomes);
	signed char *depth = malloc(SETS);
	unsigned int *queue = malloc(SETS * sizeof(*queue));
	size_t head = 0, tail = 0;
	int found;

	if (!depth || !queue)
		abort();
	memset(depth, -1, SETS);
	depth[0] = 0;
	queue[tail++] = 0;
	while (head < tail && depth[goal] < 0) {
		unsigned int at = queue[head++];

		for (size_t i = 0; i < s->n_regions; i++) {
			uint16_t r = s->regions[i];

			for (unsigned int o = 0; o < n_outcomes; o++) {
				unsigned int to;

				if (!(s->flags[r] & (o ? SEARCH_DO :
							 SEARCH_DONT)))
					continue;
				to = prepend(s, at, n_outcomes, r,
					     (unsigned char)o);
				if (depth[to] >= 0)
					continue;
				depth[to] = (signed char)(depth[at] + 1);
				queue[tail++] = to;
			}
		}
	}
	found = depth[goal];
	free(depth);
	free(queue);
	if (found < 0)
		return SEARCH_NEVER;
	return found > SEARCH_LINES ? SEARCH_MORE : found;
}
