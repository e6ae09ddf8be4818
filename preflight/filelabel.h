/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FILELABEL_H
#define IMAPOL_FILELABEL_H

#include "fcdb.h"
#include "senames.h"
#include "tree.h"

/*
 * The label that a file is judged with: the one on disk, or the one that file
 * contexts give it, as restorecon -F would set it. What restorecon leaves alone
 * without -F, files with a customizable type, stays as it is here, too: those
 * types are an administrator's choice.
 */
#define FILELABEL_MAX 4096	/* bytes; the kernel takes no longer ones */

struct filelabel {
	/* as it is written, to be shown; NULL: there is none */
	const char *text;
	/* NULL: none, or one that the kernel takes for none */
	const char *user, *role, *type;
};

struct filelabels {
	struct fcdb *contexts;		/* NULL: none at hand */
	const struct senames *names;	/* of the SELinux policy; NULL: not known */
	const char *const *customizable;	/* sorted types */
	size_t n_customizable;
};

/* where the answers of one file are kept: good until it is used again */
struct filelabel_room {
	char disk[FILELABEL_MAX + 1], parts[FILELABEL_MAX + 1];
	char expected[FILELABEL_MAX + 1];
	size_t len;		/* of disk, as it was */
	struct filelabel last;
};

/*
 * The types in a file of customizable_types, one a line, sorted; text is kept
 * and taken apart.
 */
void filelabels_customizable(struct filelabels *l, struct arena *a, char *text);

/* on disk; a text that is no label counts as none, and is shown */
struct filelabel filelabel_on_disk(const struct filelabels *l,
				   const struct tree_attr *attr,
				   struct filelabel_room *room);
/*
 * By file contexts, for a file that has the label disk; text NULL: they give it
 * none, or leave it what it is.
 */
struct filelabel filelabel_by_contexts(const struct filelabels *l,
				       const char *path,
				       const struct filelabel *disk,
				       struct filelabel_room *room);
/* a part that policies can ask for is another one; the range is none */
bool filelabel_differs(const struct filelabel *a, const struct filelabel *b);

#endif
