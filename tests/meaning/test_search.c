/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The exhaustive search checks itself: the backward walk over covered accesses
 * must find the same least number of lines as the forward walk over tables, and
 * the lines that it returns must give the table.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "search.h"

static struct search s;

static void random_search(struct rng *r, unsigned int n)
{
	struct search_dim dims[3];
	uint16_t all = (uint16_t)((1u << n) - 1);
	unsigned char flags = SEARCH_DO;

	if (rng_percent(r, 60))
		flags |= SEARCH_DONT;
	for (int d = 0; d < 3; d++) {
		dims[d].n = rng_below(r, 3);
		for (size_t i = 0; i < dims[d].n; i++)
			dims[d].v[i] = (uint16_t)(rng_next(r) >> 20) & all;
	}
	search_init(&s, n);
	search_add(&s, all, dims, 3, flags);
	if (rng_percent(r, 30))
		search_add(&s, (uint16_t)(rng_next(r) >> 20) & all, dims, 2,
			   SEARCH_DONT);
}

static bool lines_give(const unsigned char *table,
		       const struct search_line *lines, int n)
{
	for (unsigned int i = 0; i < s.n_access; i++) {
		unsigned char got = 0;

		for (int j = n - 1; j >= 0; j--)
			if (lines[j].region & 1u << i)
				got = lines[j].outcome;
		if (got != table[i])
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	uint64_t seen[SEARCH_LINES + 3] = { 0 };
	struct options o;

	options_read(&o, argc, argv, 1500, 60);
	for (uint64_t i = 0; i < o.count && !options_late(&o); i++) {
		struct rng r = rng_new(o.seed * 1000003 + i);
		unsigned int n_outcomes = 2 + (unsigned int)rng_below(&r, 2);
		unsigned int n = 3 + (unsigned int)rng_below(&r, 4);
		unsigned char table[SEARCH_ACCESSES];
		struct search_line lines[SEARCH_LINES];
		int back, forth;

		random_search(&r, n);
		for (unsigned int j = 0; j < n; j++)
			table[j] = (unsigned char)rng_below(&r, n_outcomes);
		back = search_lines(&s, table, lines);
		forth = search_forward(&s, table, n_outcomes);
		if (back != forth ||
		    (back >= 0 && back <= SEARCH_LINES &&
		     !lines_give(table, lines, back))) {
			printf("FAIL: table %" PRIu64 ": %d lines backwards, "
			       "%d forwards\n", i, back, forth);
			return 1;
		}
		seen[back + 1]++;
	}
	printf("inexpressible %" PRIu64 "; in 0 to 6 lines:", seen[0]);
	for (int i = 1; i <= SEARCH_LINES + 1; i++)
		printf(" %" PRIu64, seen[i]);
	printf("; in more %" PRIu64 "\n", seen[SEARCH_LINES + 2]);
	return seen[0] && seen[3] && seen[5] ? 0 : 1;
}
