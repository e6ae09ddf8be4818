/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TABLE_INT_H
#define IMAPOL_TABLE_INT_H

#include "table.h"

/* What table.c and table_atoms.c share; nobody else includes this. */

/*
 * Atoms of one dimension: the pieces into which the cells of the place cut it.
 * For ids the real and the effective dimension share the cuts, and an atom of
 * the effective one is a set of up to three of these pieces.
 */
#define MAX_ATOMS 512

enum axis_kind { AXIS_EVENT, AXIS_NAME, AXIS_NUM, AXIS_EFF };

struct axis {
	enum axis_kind kind;
	size_t dim;
	size_t n;			/* atoms */
	uint32_t *events;		/* EVENT: one bit each */
	const char **names;		/* NAME: NULL is every other name */
	struct interval *ivs;		/* NUM: the atoms; EFF: the pieces */
	size_t n_ivs;
	struct { uint16_t piece[3]; uint8_t n; } *sets;	/* EFF: the atoms */
	size_t stride;
};

/* one condition that a rule can have on one axis (or on a shared id slot) */
struct choice {
	struct krule k;		/* only this condition is set */
	struct cell box;
	uint64_t *cells;	/* the table's cells that meet it */
};

typedef VEC(struct choice) choices;

enum { MAX_AXES = 1 + NOM_DIMS + NUM_DIMS + EFF_DIMS, MAX_SLOTS = MAX_AXES };

struct table {
	struct arena *arena;
	struct box_env *env;
	const regions *rs;
	size_t from;
	const struct piece *place;
	cells done;		/* those that reach into the place */
	bool dont;
	struct axis axes[MAX_AXES];
	size_t n_axes, n_cells, n_words;
	uint16_t *want;		/* index into outcomes; 0 is nothing */
	VEC(size_t) outcomes;	/* regions, one for each different outcome */
	uint64_t *care;		/* cells not decided yet */
	uint64_t *must;		/* cells of the statement at hand */
	choices slots[MAX_SLOTS];
	size_t n_slots;
	bool coarse;	/* some ids could only be told apart one by one */
};

/* which earlier rules matter here; before table_fill() */
void table_note_done(struct table *t, const cells *done);
/* axes, wants and cares; false: the table would be too large */
bool table_fill(struct table *t);
/* does the table's cell lie in c, on the axes there are? */
bool table_cell_in(const struct table *t, size_t n, const struct cell *c);
/* the region that decides the table's cell; SIZE_MAX: none */
size_t table_decider(const struct table *t, size_t n);

#endif
