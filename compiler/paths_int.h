/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PATHS_INT_H
#define IMAPOL_PATHS_INT_H

#include "paths.h"

/* What the files of paths share. */

#define PATHS_PARTS (FCDB_TYPE | FCDB_USER | FCDB_ROLE)

/* ---- paths_where.c: files against the other conditions ---- */

/* what is known of a file; NULL: nothing */
struct paths_file {
	struct paths_term label;
	const char *fsname;
	bool other_fs;		/* its UUID is none that the mounts name */
	/* its label is none of these, one part of a label each */
	const paths_terms *not;
};

/* false: no file of this kind meets all of it */
bool paths_possible(const struct paths *p, const struct paths_where *where,
		    const struct paths_file *file);
/* true: each file of this kind is in the set, whatever its path */
bool paths_certain(const struct paths *p, const struct ast_set *set,
		   const struct paths_file *file);
/* the parts of labels that are asked for in it */
unsigned int paths_parts_in(const struct paths_where *where);

/* ---- paths.c ---- */

/* does the label match what the term asks of labels? */
bool paths_has(const struct fcdb_label *l, const struct paths_term *t);
struct fcdb_universe paths_universe(struct paths *p,
				    const struct root_mount *mount);
/* a canonical glob is kept under its text, which is returned interned */
const char *paths_keep(struct paths *p, const struct glob *g);
/* one path, or all below a mount, kept; NULL: no glob can say that */
const char *paths_literal(struct paths *p, const char *path);
const char *paths_below(struct paths *p, const struct root_mount *m);
const struct glob *paths_glob(const struct paths *p, const char *text);
/* the canonical text of a glob as written, kept; NULL: it is malformed */
const char *paths_canonical(struct paths *p, const char *glob);

/* ---- paths_cover.c ---- */

void paths_cover(struct paths *p, const struct paths_wish *w,
		 struct paths_answer *out);

/* ---- paths_twin.c ---- */

/* two paths that file contexts cannot tell apart, one of the glob's alone */
struct paths_twin {
	const char *inside, *outside;
	const struct fc_sub *sub;	/* the line that makes them the same */
};

bool paths_find_twin(struct paths *p, const char *text,
		     const struct root_mount *fs, struct paths_twin *out);

#endif
