/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DD_H
#define IMAPOL_DD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/*
 * Decision diagrams with many-valued variables: ordered, reduced, shared.
 *
 * A variable is a level; level n has width[n] values, the atoms 0 to
 * width[n] - 1. A diagram is a function from one atom for each level to a
 * terminal, a number of 31 bits. Terminal 0 is DD_PASS: "not decided here",
 * and the false of a set; terminal 1 is DD_TRUE. A set is a diagram with these
 * two terminals only; a partial function is PASS where it is not defined.
 *
 * A node stores runs of neighbouring atoms, so one value among thousands costs
 * three runs. Diagrams are canonical: two functions are equal exactly when
 * their references are.
 *
 * Ownership: nodes and memos live in the arena of dd_new().
 *
 * Budget: nodes, runs, memo entries and list items count as cells. Past
 * DD_MAX_CELLS every operation gives DD_PASS at once and dd_full() stays
 * true: whoever draws a conclusion has to ask dd_full() first and to report it.
 */
struct dd;
typedef uint32_t dd_ref;

#define DD_MAX_CELLS ((size_t)16 << 20)

#define DD_TERM_BIT 0x80000000u
#define dd_term(t) ((dd_ref)((t) | DD_TERM_BIT))
#define DD_PASS dd_term(0u)
#define DD_TRUE dd_term(1u)
#define DD_TERM_MAX 0x7fffffffu

/* width is copied; every width is at least 1 */
struct dd *dd_new(struct arena *a, const uint32_t *width, unsigned int n_levels);
/* fewer or more cells than DD_MAX_CELLS */
void dd_set_budget(struct dd *m, size_t cells);
bool dd_full(const struct dd *m);
/* so far used */
size_t dd_cells(const struct dd *m);

/* ---- looking at diagrams ---- */

static inline bool dd_is_term(dd_ref f)
{
	return f & DD_TERM_BIT;
}

static inline uint32_t dd_value(dd_ref f)
{
	return f & ~DD_TERM_BIT;
}

/* the level a node tests; n_levels for a terminal */
unsigned int dd_level(const struct dd *m, dd_ref f);

/* child is what holds from atom start up to the next run's start */
struct dd_run {
	uint32_t start;
	dd_ref child;
};
/* the runs of a node, never of a terminal; valid as long as the arena */
const struct dd_run *dd_runs(const struct dd *m, dd_ref f, size_t *n);
uint32_t dd_width(const struct dd *m, unsigned int level);

/* ---- making sets ---- */

struct dd_range {
	uint32_t lo, hi;	/* both inside */
};
/* the atoms in the ranges, which ascend and do not overlap; n may be 0 */
dd_ref dd_ranges(struct dd *m, unsigned int level, const struct dd_range *r,
		 size_t n);

/*
 * ---- operations, all memoised ----
 *
 * Where a set is asked for a partial function will do: it holds where the
 * function is not PASS.
 */

/* f where set holds, else PASS; with a set for f: the intersection */
dd_ref dd_and(struct dd *m, dd_ref set, dd_ref f);
/* first where it is not PASS, else second; of sets: the union */
dd_ref dd_or(struct dd *m, dd_ref first, dd_ref second);
/* f where set does not hold, else PASS */
dd_ref dd_diff(struct dd *m, dd_ref f, dd_ref set);
dd_ref dd_not(struct dd *m, dd_ref set);
/* the set on which f and g have different terminals */
dd_ref dd_distinct(struct dd *m, dd_ref f, dd_ref g);

/*
 * First match over a list of partial functions, the first element first: at
 * each point the terminal of the first element that is not PASS there. Of sets:
 * their union. Splits the whole list at each level instead of merging pairs.
 */
dd_ref dd_overlay(struct dd *m, const dd_ref *list, size_t n);

/* any function of two terminals, point by point; pure, known by its address */
typedef uint32_t dd_binary(uint32_t a, uint32_t b);
dd_ref dd_combine(struct dd *m, dd_binary *fn, dd_ref f, dd_ref g);

/*
 * What remains when the levels from cut on are summed up: each node at cut or
 * below becomes the join of all terminals that can be reached from it, itself a
 * terminal. join is commutative, associative, idempotent, pure, and known by its
 * address.
 */
dd_ref dd_sum(struct dd *m, dd_ref f, unsigned int cut, dd_binary *join);
/* terminals renamed; fn is called once for each terminal in f */
dd_ref dd_map(struct dd *m, dd_ref f, uint32_t (*fn)(void *arg, uint32_t t),
	      void *arg);

/*
 * f taken apart by its terminals, ascending, PASS left out: in each set f has
 * this terminal. Costs about as much as f is large, however many there are.
 */
struct dd_part {
	uint32_t t;
	dd_ref set;
};
const struct dd_part *dd_split(struct dd *m, dd_ref f, size_t *n);

/* ---- questions ---- */

/* the part of f below the atoms of all levels before cut */
dd_ref dd_follow(const struct dd *m, dd_ref f, const uint32_t *atom,
		 unsigned int cut);
/* the terminal at a point, one atom for each level */
uint32_t dd_eval(const struct dd *m, dd_ref f, const uint32_t *atom);

/*
 * A point where f is not PASS: at each node the first run that leads to one.
 * atom and fixed have n_levels entries; atom of a level that does not matter is
 * its last one, and fixed is false. False: f is PASS everywhere.
 */
bool dd_witness(const struct dd *m, dd_ref f, uint32_t *atom, bool *fixed);

/*
 * The same for a set, and all points that agree with the fixed atoms are in it:
 * as few atoms fixed as can be. Of several such the one that leaves the first
 * levels free, then the one with the first atoms. Past DD_SMALLEST_STEPS nodes
 * looked at, the first that is found: in the set, but perhaps not the smallest.
 */
bool dd_smallest(struct dd *m, dd_ref set, uint32_t *atom, bool *fixed);
#define DD_SMALLEST_STEPS 4096

/*
 * True when f has one and the same terminal (PASS included) all over the set,
 * or the set is empty; *t is that terminal.
 */
bool dd_constant_on(struct dd *m, dd_ref set, dd_ref f, uint32_t *t);

#endif
