/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PACKAGES_H
#define IMAPOL_PACKAGES_H

#include "findings.h"
#include "vec.h"

/*
 * Which packages the files of a tree came with: by dpkg's lists, diversions
 * followed, or by rpm's database, which rpm(8) of this machine reads from a copy
 * where there is one. Only files that were found to be refused are looked for;
 * memory does not grow with them.
 */
struct packages {
	struct arena *arena;
	VEC(const char *) names;	/* a finding's package is its place + 1 */
	VEC(const char *) notes;	/* why some are not known */
};

/*
 * Into all findings that are files with something refused. False: errno, the
 * findings could not be read or written.
 */
bool packages_find(struct packages *p, struct arena *a, struct tree *t,
		   struct findings *f, const volatile bool *stop);

/* what the databases say of a file */
struct packages_file {
	const char *package, *path;	/* links at the root are followed in path */
	const char *md5;	/* 32 digits; NULL: it says none here */
	bool conffile;		/* md5 is that of what the package brought */
};

/*
 * Tells of every file of every package, directories among them, and then of
 * those of which there is a digest once more. What is told need not be kept.
 * False: there is no database.
 */
bool packages_each(struct packages *p, struct arena *a, struct tree *t, void *arg,
		   void (*file)(void *arg, const struct packages_file *f),
		   const volatile bool *stop);

#endif
