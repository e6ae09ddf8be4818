/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FCDB_H
#define IMAPOL_FCDB_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "fcontext.h"
#include "glob.h"

/*
 * Questions to a database of file contexts: which label a path gets, and which
 * labels the paths of a glob get, inside it and outside.
 *
 * Everything lives in the arena given to fcdb_new(); a database keeps what it
 * has worked out, so later questions are cheaper. Answers do not depend on the
 * order of questions.
 */
struct fcdb;

/* fc is kept, and must have been read without an error */
struct fcdb *fcdb_new(struct arena *a, const struct fcontext *fc);
const struct fcontext *fcdb_fcontext(const struct fcdb *db);

/* ---- one path ---- */

struct fcdb_why {
	const char *key;	/* after substitutions; may be the path itself */
	const struct fc_sub *sub, *sub_dist;	/* NULL: none fitted */
	const struct fc_entry **match;	/* all that match, the best first */
	size_t n_match;
};

/*
 * The entry that decides for a path; NULL: no entry matches. An entry with
 * <<none>> means that the path gets no label. Looks at all entries, without any
 * of the shortcuts that queries take; why may be NULL.
 */
const struct fc_entry *fcdb_lookup(struct fcdb *db, const char *path,
				   enum fc_kind kind, struct fcdb_why *why);
/* the same, by the automaton that remembers its states */
const struct fc_entry *fcdb_find(struct fcdb *db, const char *path,
				 enum fc_kind kind);
/* states that all fcdb_lookup() so far went through: what they cost */
size_t fcdb_lookup_steps(struct fcdb *db, enum fc_kind kind);

/* ---- a glob ---- */

/* parts of a label that are compared; several are or-ed */
enum fcdb_part { FCDB_TYPE = 1, FCDB_USER = 2, FCDB_ROLE = 4 };

/*
 * Paths that can be a file's: those through a symlink are not. With a mount,
 * the witnesses outside are limited to its file system: below mount, and not
 * below any of deeper, which are the mounts inside it. With on_mount, the glob
 * is limited to it, too.
 */
struct fcdb_universe {
	const struct glob_alias *alias;
	size_t n_alias;
	const char *mount;		/* NULL: all file systems */
	bool on_mount;
	const char *const *deeper;
	size_t n_deeper;
};

/*
 * Several globs, and which of their paths are meant: inside() is asked once for
 * each set of globs that some path matches, in ascending order and never empty.
 */
struct fcdb_region {
	const struct glob *const *globs;	/* canonical */
	size_t n;
	bool (*inside)(const void *arg, const uint32_t *globs, size_t n);
	const void *arg;
	/* for fcdb_cells(): globs that match all paths meant */
	const struct glob *const *all;
	size_t n_all;
};

struct fcdb_query {
	const struct glob *glob;	/* canonical */
	const struct glob *except;	/* paths taken out of it; or NULL */
	const struct fcdb_region *region;	/* instead of both; or NULL */
	enum fc_kind kind;
	unsigned int parts;		/* FCDB_* */
	const struct fcdb_universe *universe;	/* or NULL */
	size_t work;			/* budget; 0: FCDB_WORK */
	/* for tests: */
	bool unpruned;			/* no shortcut at all */
	size_t together;		/* states of the search for all labels
					   together; 0: FCDB_TOGETHER_MAX */
};

#define FCDB_WORK ((size_t)1 << 29)	/* steps: about four seconds */
#define FCDB_STATES_MAX 1000000		/* states of one search */
#define FCDB_TOGETHER_MAX 2000		/* more: one search a label */

enum fcdb_verdict {
	FCDB_EXACT,	/* the labels inside occur nowhere else */
	FCDB_WIDER,	/* a label inside also occurs outside */
	FCDB_UNCOVERED,	/* some path inside has no label */
	FCDB_EMPTY,	/* the glob matches no path that a file can have */
	FCDB_TOO_HARD,	/* the budget is spent: nothing is known */
	FCDB_VERDICT_COUNT
};

const char *fcdb_verdict_name(enum fcdb_verdict v);	/* "EXACT" … */

struct fcdb_label {
	const char *user, *role, *type;	/* the parts compared; else NULL */
	const char *inside;		/* the first path inside */
	const struct fc_entry *inside_entry;
	const char *outside;		/* the shortest outside; NULL: none */
	const struct fc_entry *outside_entry;
};

struct fcdb_result {
	enum fcdb_verdict verdict;
	const struct fcdb_label *labels; /* in the order of the files */
	size_t n_labels, n_tight;	/* tight: nowhere outside */
	const char *uncovered;		/* a path inside without a label */
	const struct fc_entry *uncovered_entry;	/* its <<none>>, or NULL */
	size_t shortest;	/* WIDER: the label with the shortest outside */
	size_t states, work;		/* what it took */
};

/*
 * UNCOVERED goes before WIDER; its labels have their paths outside all the
 * same. Paths outside hold no newline.
 */
void fcdb_query(struct fcdb *db, const struct fcdb_query *q,
		struct fcdb_result *out);

/*
 * True: the two, which were read from the same files with one struct intern,
 * give every path of the kind the same parts of a label, though the rules of
 * libselinux that they were read with differ. False: they may not.
 */
bool fcdb_alike(struct fcdb *a, struct fcdb *b, enum fc_kind kind,
		unsigned int parts);

/*
 * Up to max paths inside without a label, one for each <<none>> entry and one
 * that no entry matches, shortest first. Their number; SIZE_MAX: too hard.
 */
struct fcdb_hole {
	const char *path;
	const struct fc_entry *entry;	/* NULL: no entry matches */
};

size_t fcdb_holes(struct fcdb *db, const struct fcdb_query *q,
		  struct fcdb_hole *out, size_t max);

/*
 * Each set of globs of q->region that some path matches which a file can have,
 * without looking at any label; a set may be told twice. False: too hard.
 */
typedef void fcdb_meeting(void *arg, const uint32_t *globs, size_t n);

bool fcdb_meetings(struct fcdb *db, const struct fcdb_query *q,
		   fcdb_meeting *found, void *arg);

/* ---- labelling a glob ---- */

enum fcdb_relation {
	FCDB_LITERAL,		/* the entry is a literal inside the glob */
	FCDB_WITHIN,		/* all that the entry matches is inside */
	FCDB_AROUND,		/* the entry matches all of the glob */
	FCDB_PARTIAL,
	FCDB_RELATION_COUNT
};

struct fcdb_cell {
	const struct fc_entry *entry;	/* decides somewhere inside */
	enum fcdb_relation relation;
	const char *inside;		/* a path where it does */
	const char *regex;	/* matches where both do; NULL: none is known */
};

struct fcdb_cells {
	enum fcdb_verdict verdict;	/* EXACT, UNCOVERED, EMPTY, TOO_HARD */
	const struct fcdb_cell *cells;	/* in the order of rank, lowest first */
	size_t n;
	const char *uncovered;		/* a path that no entry matches */
};

/*
 * The entries that decide for paths inside; regexes match where the glob does,
 * or all of q->region->all; without any of these they are the entries' own and
 * no relation is looked at, nor is q->except.
 */
void fcdb_cells(struct fcdb *db, const struct fcdb_query *q,
		struct fcdb_cells *out);

/*
 * Does a second database give every path the same role, type and range, and
 * outside of the glob the same user too? *path is a shortest one where not.
 * Both were read with one struct intern and the same substitutions. Before a
 * final newline the user may differ outside too.
 */
enum fcdb_same { FCDB_SAME, FCDB_DIFFERS, FCDB_SAME_TOO_HARD };

enum fcdb_same fcdb_same(struct fcdb *before, struct fcdb *after,
			 const struct fcdb_query *q, const char **path);

#endif
