/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CELL_H
#define IMAPOL_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "kmodel.h"

/*
 * A cell is a product of one set for each dimension of an access: what lower
 * computes with. Sets are shared and never changed once made. A NULL set is
 * the whole dimension.
 *
 * The hook and its mask are one dimension, the event: bit m (1 to 15) is
 * FILE_CHECK with mask m, each other hook has one bit.
 */
enum { EVENT_FILE_ALL = 0xfffe };
uint32_t event_of_hook(enum khook h);	/* all its bits; 0 for SETXATTR, NONE */

/* dimensions whose values are names: equal or not, nothing between */
enum nom_dim {
	NOM_FSMAGIC,		/* as "0x9fa0" */
	NOM_FSNAME, NOM_FS_SUBTYPE, NOM_FSUUID,
	NOM_LSM,		/* KLSM_FIELDS of them */
	NOM_RING = NOM_LSM + KLSM_FIELDS, NOM_DATA,
	NOM_DIMS
};

/* values sorted by text; negated: everything but them */
struct nset {
	bool negated;
	size_t n;
	const char **v;
	const char **order;	/* the same as they were written; may be NULL */
};

enum num_dim { NUM_UID, NUM_GID, NUM_OWNER, NUM_GROUP, NUM_DIMS };

struct interval {
	uint32_t lo, hi;	/* both inside; 0 to KID_MAX */
};

/* sorted, apart by at least one id; n is 0 for the empty set */
struct iset {
	size_t n;
	struct interval v[];
};

/*
 * Effective ids are a set E of one to three ids, so a test of them says that
 * some id of E lies in a range. pos: each of these sets holds some id of E;
 * none: no id of E lies in it (NULL: nothing is forbidden).
 */
enum eff_dim { EFF_UID, EFF_GID, EFF_DIMS };

struct eset {
	size_t n;
	const struct iset **pos;
	const struct iset *none;
};

struct cell {
	uint32_t events;
	const struct nset *nom[NOM_DIMS];
	const struct iset *num[NUM_DIMS];
	const struct eset *eff[EFF_DIMS];
};

/* ---- sets ---- */

const struct nset *nset_one(struct arena *a, const char *value);
const struct nset *nset_not(struct arena *a, const struct nset *s);
/* NULL in a or b is everything; empty: n is 0 and not negated */
const struct nset *nset_and(struct arena *a, const struct nset *x,
			    const struct nset *y);
bool nset_empty(const struct nset *s);
bool nset_has(const struct nset *s, const char *value);
bool nset_subset(const struct nset *x, const struct nset *y);

const struct iset *iset_range(struct arena *a, uint32_t lo, uint32_t hi);
const struct iset *iset_not(struct arena *a, const struct iset *s);
const struct iset *iset_and(struct arena *a, const struct iset *x,
			    const struct iset *y);
const struct iset *iset_or(struct arena *a, const struct iset *x,
			   const struct iset *y);
bool iset_subset(const struct iset *x, const struct iset *y);

const struct eset *eset_some(struct arena *a, const struct iset *s);
const struct eset *eset_none(struct arena *a, const struct iset *s);

/* ---- cells ---- */

void cell_all(struct cell *c, uint32_t events);
/* false: they have no access in common, and *out is not to be used */
bool cell_and(struct arena *a, const struct cell *x, const struct cell *y,
	      struct cell *out);
bool cell_meets(struct arena *a, const struct cell *x, const struct cell *y);
/* every access of x lies in y; false where that cannot be seen by dimension */
bool cell_within(const struct cell *x, const struct cell *y);
/*
 * x without y, where they differ in one dimension only so that a cell is what
 * remains. False: y cuts x in several; *out unset. *empty: nothing remains.
 */
bool cell_fold(struct arena *a, const struct cell *x, const struct cell *y,
	       struct cell *out, bool *empty);

#endif
