/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PATHS_COVER_H
#define IMAPOL_PATHS_COVER_H

#include "paths_int.h"

/* What the ways to cover a path share: paths_cover.c and paths_pinned.c. */

struct cover {
	struct paths *p;
	const struct paths_wish *w;
	const char *text;
	struct root_mounts fs;	/* on which the files are, each an own UUID */
	bool have_fs;
	struct paths_answer *out;
};

/* one way */
struct attempt {
	unsigned int parts;
	bool by_fs;
	paths_terms terms, but;
	bool answered;		/* the databases agree; not too hard */
	bool vain;		/* by more parts, no label is wanted */
	bool tight;		/* no label that is wanted occurs outside */
	bool covered;		/* no file stays outside for want of a label */
	struct fcdb_result shown;	/* what is wanted of the first answer */
};

/* the labels that the other conditions of the statement leave */
struct fcdb_result cover_narrow(const struct cover *c,
				const struct fcdb_result *r,
				const struct root_mount *fs);
/* is there a file without a label that the terms could leave outside? */
bool cover_holes_matter(const struct cover *c, const struct fcdb_result *r,
			const struct root_mount *fs, const paths_terms *terms);
/* does it take in what was written? */
bool cover_takes_in(const struct cover *c, const struct attempt *a);

/* by the names of a pinned widening; *best is set when they do */
void cover_pinned(const struct cover *c, struct attempt *best,
		  struct paths_answer *out);
/* which of them an exact answer would have needed */
void cover_mark_used(const struct cover *c, struct paths_answer *out);

#endif
