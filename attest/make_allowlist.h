/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_MAKE_ALLOWLIST_H
#define IMAPOL_MAKE_ALLOWLIST_H

#include "allowlist_write.h"
#include "glob.h"

/*
 * What imapol-attest-allowlist does for one call. Functions say what is wrong; what
 * they cannot go on with is false, and what is left out for it is counted in bad.
 */
enum { MAKE_HASHES_MAX = 8 };

struct make {
	struct arena arena;
	struct allowset set;
	/* options */
	const char *output, *mounts;	/* NULL: standard output; none */
	enum allowlist_form form;
	int hash[MAKE_HASHES_MAX];
	size_t hashes;
	unsigned int jobs;	/* 0: as many as may run */
	bool packages, quiet;
	VEC(struct glob_matcher) excludes;
	VEC(const char *) lists, more;	/* --list, --add */
	/* how it goes */
	volatile bool stop;	/* set by a signal */
	size_t files, bad;
};

/* all regular files below a root, or in an archive or image */
bool make_tree(struct make *m, const char *source);
/* all that was measured, as a measurement list says */
bool make_list(struct make *m, const char *file);

/* ---- which files are those of packages (make_packages.c) ---- */

struct tree;
struct members;

/* NULL: it was said */
struct members *members_read(struct make *m, struct tree *t, const char *source);
void members_free(struct members *all);

struct member;
/* NULL: no package has the file */
const struct member *members_find(const struct members *all, const char *path);
/* does any package say what is to be in it? */
bool member_has_sum(const struct member *f);
enum { MEMBER_MD5 = 16 };
/* false: it is not to be listed, which was said and counted */
bool member_judge(struct make *m, const struct member *f, const char *path,
		  const uint8_t md5[MEMBER_MD5]);

#endif
