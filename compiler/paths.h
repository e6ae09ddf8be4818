/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PATHS_H
#define IMAPOL_PATHS_H

#include <stdint.h>

#include "assume.h"
#include "ast.h"
#include "diag.h"
#include "fcdb.h"
#include "paths_prove.h"
#include "ptrmap.h"
#include "root.h"
#include "senames.h"

/*
 * Path globs to conditions that a kernel rule can have, with a proof: a whole
 * mounted file system, or labels that file_contexts gives to exactly these
 * files, among those that meet the other conditions of the statement. What
 * cannot be proven is an error with a path as witness, unless the statement
 * allows covering more.
 */

/* what a file has to have; NULL: anything. A condition of one kernel line */
struct paths_term {
	const char *fsuuid;
	const char *user, *role, *type;
};

typedef VEC(struct paths_term) paths_terms;

/* the parts of a label that it asks for: FCDB_* */
unsigned int paths_parts_of(const struct paths_term *t);

/* one question to all databases, kept: a let may be asked for many times */
struct paths_question {
	const char *text;	/* canonical glob, interned */
	const char *except;	/* paths taken out of it, interned; or NULL */
	unsigned int parts;	/* FCDB_* */
	const struct root_mount *mount;	/* its files only; NULL: all files */
};

struct paths_known {
	struct paths_question q;
	struct fcdb_result result;	/* of the first database */
	bool differ;			/* the others say otherwise */
	size_t next;			/* another of this text: 1 + number */
};

/*
 * Where a statement covers more than was written: for the question whether
 * a later statement loses files to it.
 */
struct paths_surplus {
	struct paths_term term;		/* what the kernel is asked for */
	const char *path;		/* has it, and is not of the glob */
	const struct fc_entry *entry;
};

struct paths_widened {
	const struct ast_stmt *stmt;	/* RULE or WITHIN, as lowered */
	const struct ast_set *written;	/* its files, paths not replaced */
	struct span span;		/* of the path */
	const char *glob;		/* canonical */
	VEC(struct paths_surplus) surplus;
};

struct paths {
	struct arena *arena;
	struct intern *strings;
	struct diags *diags;
	/* one database for each way libselinux may read it: one where the
	   target names its version, else all that are known */
	struct fcdb *db[FC_VERSION_COUNT];
	enum fc_version version[FC_VERSION_COUNT];	/* of each */
	size_t n_db;
	/* by parts of the label and database: one before it that answers alike,
	   or itself; + 1, 0: not looked at */
	uint8_t alike[2 * FCDB_ROLE][FC_VERSION_COUNT];
	struct fc_files files;	/* what they were read from */
	const char *contexts_name;	/* of the base file; NULL: no databases */
	/* lines that tags have put into files.input[FC_LOCAL], or NULL */
	const struct source *applied;
	const struct root *root;	/* NULL: no root and no mounts */
	/* the SELinux policy, before paths_open(); NULL: not at hand */
	struct senames *selinux;
	const char *root_dir;	/* the root file system; NULL: not at hand */
	struct assume assume;		/* what all answers rest on */
	bool asked;			/* some answer was given */
	struct glob_alias *alias;
	size_t n_alias;
	struct prove prove;
	VEC(struct paths_known) known;
	struct ptrmap by_text;		/* the last of a text: 1 + number */
	VEC(struct glob) globs;		/* that were asked for */
	struct ptrmap glob_of;		/* text: number in globs */
	/* filled by paths_lower() */
	VEC(struct paths_widened) widened;
	struct ptrmap written;	/* lowered RULE or WITHIN: number in was */
	VEC(const struct ast_set *) was; /* its files, paths not replaced */
};

void paths_init(struct paths *p, struct arena *a, struct intern *strings,
		struct diags *diags);
/* symlinks and mounts; kept */
void paths_set_root(struct paths *p, const struct root *root);
/*
 * The files of a database. version: as in "libselinux 3.4", or NULL. False:
 * there was an error, reported where it stands.
 */
bool paths_open(struct paths *p, const struct fc_files *files,
		const char *version);

/*
 * Ask other files in the place of those that are open, by the same versions.
 * False: there was an error; the old ones stay.
 */
bool paths_reopen(struct paths *p, const struct fc_files *files);
/* a text that no file holds, as a source */
const struct source *paths_made_source(struct paths *p, const char *name,
				       const char *text, size_t len);

/* ---- one glob ---- */

/* a glob with symlinks followed; false: reported */
bool paths_read_glob(struct paths *p, const char *text, struct span span,
		     struct glob *out);
void paths_say_rewritten(struct paths *p, struct span span, const char *text);

/*
 * A condition that the files also meet, whatever the path comes to; a path in
 * it may be anything.
 */
struct paths_where {
	const struct ast_set *set;
	const struct paths_where *next;
};

struct paths_wish {
	bool wider;			/* labels may occur outside, too */
	const ast_words *pinned;	/* these alone; NULL or none: any */
	bool unlabelled;		/* paths without a label may stay out */
	bool subtract;			/* a file system but some labels */
	const struct paths_where *where;	/* NULL: nothing is known */
};

/* what one glob comes to */
enum paths_how { PATHS_FSUUID, PATHS_LABELS, PATHS_NOTHING };

struct paths_answer {
	enum paths_how how;
	paths_terms terms;		/* any of these … */
	paths_terms but;		/* … and none of these */
	bool wider;			/* also covers files outside */
	VEC(struct paths_surplus) surplus;	/* by what */
	/* pinned: which of the names were needed, one for each */
	bool *used;
	paths_terms missing;		/* pinned: what no name covers */
	/*
	 * The best that types alone would do: their verdict by the first
	 * database, without those that the other conditions rule out, on one
	 * file system where that is known. What messages speak of.
	 */
	struct fcdb_result types;
	const struct root_mount *fs;	/* the one file system; or NULL */
	struct root_answer mount;
	const struct root_mount *no_labels;	/* files are on such a mount */
	bool holes_only;		/* exact but for files without one */
	bool versions_differ;
	const char *text;		/* the glob as it is asked for; kept */
	bool rewritten;			/* a symlink in it was followed */
};

/* false: the glob is malformed, or a verdict did not hold; both are reported */
bool paths_ask(struct paths *p, const char *glob, struct span span,
	       const struct paths_wish *wish, struct paths_answer *out);

/*
 * The answer of all databases, that of the first in *out. False: they differ,
 * or it was too hard.
 */
bool paths_query(struct paths *p, const struct paths_question *q,
		 struct fcdb_result *out);

#endif
