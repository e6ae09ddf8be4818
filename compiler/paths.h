/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PATHS_H
#define IMAPOL_PATHS_H

#include <stdint.h>

#include "assume.h"
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
	enum fc_version version[FC_VERSION_COUNT];	/* of each */
	size_t n_db;
	/* by part of the label and database: one before it that answers alike,
	   or itself; + 1, 0: not looked at */
	uint8_t alike[FCDB_ROLE + 1][FC_VERSION_COUNT];
	struct fc_files files;	/* what they were read from */
	/* lines that tags have put into files.input[FC_LOCAL], or NULL */
	const struct source *applied;
	const struct root *root;	/* NULL: no root and no mounts are known */
	/* types that the SELinux policy constrains by user */
	const char *const *constrained;
	size_t n_constrained;
	bool have_policy;	/* that they are these is known */
	struct assume assume;		/* what all answers rest on */
	bool asked;			/* some answer was given */
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

/*
 * Ask other files in the place of those that are open, by the same versions.
 * False: there was an error; the old ones stay.
 */
bool paths_reopen(struct paths *p, const struct fc_files *files);
/* a text that no file holds, as a source */
const struct source *paths_made_source(struct paths *p, const char *name,
				       const char *text, size_t len);

/* a glob with symlinks followed; false: reported */
bool paths_glob(struct paths *p, const char *text, struct span span,
		struct glob *out);
void paths_say_rewritten(struct paths *p, struct span span, const char *text);

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

#endif
