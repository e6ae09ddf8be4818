/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_SEARCH_H
#define IMAPOL_TEST_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which outcome tables can a list of kernel lines give? The table has an
 * outcome for each of at most 16 accesses; a region, a set of accesses, is what
 * one line can match. Outcome 0 is nothing.
 *
 * Lists are built by prepending lines to the empty list, whose table is all
 * nothing. search_lines() walks that backwards: below a line that covers some
 * accesses it does not matter what they would get, so a table with such holes
 * stands for many, and the sets of covered accesses are all there is to
 * remember. search_forward() walks it as it is said, over whole tables; it is
 * for few accesses and checks the other.
 */
#define SEARCH_ACCESSES 16
#define SEARCH_LINES 6

enum { SEARCH_DO = 1, SEARCH_DONT = 2 };	/* what a region's line may be */

struct search {
	unsigned int n_access;
	unsigned char flags[1u << SEARCH_ACCESSES];	/* by region; 0: none */
	uint16_t regions[1u << SEARCH_ACCESSES];
	size_t n_regions;
};

/* conditions on one dimension; one of them, or none, stands in a line */
struct search_dim {
	uint16_t v[64];
	size_t n;
};

void search_init(struct search *s, unsigned int n_access);
/* every line made of base and at most one condition of each dimension */
void search_add(struct search *s, uint16_t base, const struct search_dim *dims,
		size_t n, unsigned char flags);

#define SEARCH_MORE (SEARCH_LINES + 1)	/* expressible, but not in six lines */
#define SEARCH_NEVER (-1)

struct search_line {
	uint16_t region;
	unsigned char outcome;
};

/*
 * The least number of lines that give the table; lines, if not NULL, is set to
 * them in list order where they are at most six.
 */
int search_lines(const struct search *s, const unsigned char *table,
		 struct search_line lines[SEARCH_LINES]);
/* the same for n_outcomes ** n_access up to 2^16 tables */
int search_forward(const struct search *s, const unsigned char *table,
		   unsigned int n_outcomes);

#endif
