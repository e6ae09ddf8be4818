/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CENSUS_H
#define IMAPOL_CENSUS_H

#include "paths.h"
#include "rootwalk.h"

/*
 * The regular files that there are below a root now, counted against globs and
 * the labels of their files: those that the file contexts give, whatever is on
 * the disk. Files are counted by path, so one with two names counts twice.
 */
struct census_label {
	size_t outside;		/* files outside of the glob that have it */
	const char *first;	/* the first of them by the bytes of its path */
};

/* one glob; text and labels are given */
struct census_glob {
	const char *text;			/* canonical */
	const struct fcdb_result *labels;	/* by type */
	size_t inside;
	size_t unlabelled;		/* of those: have no label */
	struct census_label *label;	/* one for each of labels */
	size_t outside;			/* with any of them */
};

struct census_miss {
	const char *path;
	enum rootwalk_miss why;
	int error;			/* errno, or 0 */
};

struct census {
	size_t files;
	size_t differ;		/* versions of libselinux label them differently */
	VEC(struct census_miss) missed;	/* what is below was not counted */
};

/* false: dir cannot be read, errno tells */
bool census_take(struct paths *p, const char *dir, struct census_glob *globs,
		 size_t n, struct census *out);

#endif
