/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PATHS_H
#define IMAPOL_PATHS_H

#include <stdint.h>

#include "ast.h"
#include "diag.h"
#include "fcdb.h"
#include "root.h"

/*
 * Path globs to conditions that a kernel rule can have, with a proof: a whole
 * mounted file system, or labels that file_contexts gives to exactly these
 * files. What cannot be proven is an error with a path as witness, unless the
 * statement allows covering more.
 */
/* one glob, one database, one part of the label */
struct paths_known {
	const char *text;	/* interned */
	size_t db;
	enum fcdb_part part;
	struct fcdb_result result;
};

struct paths {
	struct arena *arena;
	struct intern *strings;
	struct diags *diags;
	/* one database for each way libselinux may read it: one where the
	   target names its version, else all that are known */
	struct fcdb *db[FC_VERSION_COUNT];
	size_t n_db;
	/* by part of the label and database: one before it that answers alike,
	   or itself; + 1, 0: not looked at */
	uint8_t alike[FCDB_ROLE + 1][FC_VERSION_COUNT];
	const struct root *root;	/* NULL: no root and no mounts are known */
	/* names of what was read, for the assumptions; NULL: nothing */
	const char *contexts_name, *mounts_name;
	struct glob_alias *alias;
	size_t n_alias;
	/* answers that were given: a let may be asked for again and again */
	VEC(struct paths_known) known;
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

/* what one glob comes to */
enum paths_how { PATHS_FSUUID, PATHS_LABELS, PATHS_NOTHING };

struct paths_answer {
	enum paths_how how;
	enum fcdb_part part;		/* LABELS: which part of the label */
	const char **names;		/* uuids or names, n of them */
	size_t n;
	bool wider;			/* also covers files outside */
	/* the verdict by type, of the first database; why there is nothing */
	struct fcdb_result types;
	struct root_answer mount;
	const struct root_mount *no_labels;	/* the files are on such a mount */
	bool versions_differ;
	const char *text;		/* the glob as it is asked for */
	bool rewritten;			/* a symlink in it was followed */
};

struct paths_wish {
	bool wider;			/* labels may occur outside, too */
	const ast_words *pinned;	/* these alone; NULL or none: any */
	bool unlabelled;		/* paths without a label may stay out */
};

/* false: the glob is malformed, or nothing is known to answer from */
bool paths_ask(struct paths *p, const char *glob, struct span span,
	       const struct paths_wish *wish, struct paths_answer *out);

/*
 * Put the answers into the tree: each path term becomes the labels or file
 * systems that it was proven to be. To be called once, after the checks of names
 * and values; ast->lower_paths has to be set before these.
 */
void paths_lower(struct paths *p, struct ast *ast);

#endif
