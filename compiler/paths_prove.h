/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PATHS_PROVE_H
#define IMAPOL_PATHS_PROVE_H

#include "diag.h"
#include "fcdb.h"
#include "prove_match.h"
#include "prove_walk.h"
#include "ptrmap.h"

/*
 * No verdict on a glob is taken on trust; of a region the glob of the question is
 * one that matches all that is meant, or near it. It says of every path that a file can
 * have: inside the glob its label is among the labels, or it has none and the
 * verdict is UNCOVERED; outside, if it has one of the labels, that label is said
 * to occur outside. Paths are held against this in three ways, none of which
 * goes through the search: those that the verdict names, random ones in and near
 * the glob, and, by libselinux itself, the first again. TOO_HARD says nothing.
 */
#define PROVE_PATHS 1000		/* random ones */
#define PROVE_STEPS ((size_t)1 << 26)	/* of lookups: half a second at most */

/*
 * libselinux, which this layer does not know. opens() tells whether it is there
 * and is known to read these file contexts by the same rules; lookup() gives the
 * context of a regular file, NULL for none. False: there is no answer.
 */
struct prove_oracle {
	void *arg;
	bool (*opens)(void *arg, const struct fcontext *fc);
	bool (*lookup)(void *arg, const char *path, const char **context);
};

enum prove_way { PROVE_NAMED, PROVE_RANDOM, PROVE_LIBSELINUX };

struct prove {
	struct arena *arena;
	const struct prove_oracle *oracle;	/* NULL: there is none */
	unsigned int n_paths;
	struct span span;	/* of the question, for messages */
	bool failed;		/* and reported, since prove_begin() */
	struct matcher matcher;
	struct walk walk;
	struct ptrmap proven;	/* labels of a result, to their number */
};

struct prove_claim {
	struct fcdb *db;
	const struct fcdb_query *q;
	const struct fcdb_result *r;
};

struct prove_failure {
	enum prove_way way;
	const char *path;
	const char *said, *found;	/* "inside, type a_t" */
};

void prove_init(struct prove *p, struct arena *a);

/* one way; false: the claim is wrong, and out says where */
bool prove_by(struct prove *p, enum prove_way way, const struct prove_claim *c,
	      struct prove_failure *out);

void prove_begin(struct prove *p, struct span span);
/*
 * All ways, once for a result. False: it is wrong, which is a fault of the
 * compiler; reported.
 */
bool paths_prove(struct prove *p, const struct prove_claim *c,
		 struct diags *ds);

#endif
