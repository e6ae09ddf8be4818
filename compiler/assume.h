/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ASSUME_H
#define IMAPOL_ASSUME_H

#include <stdbool.h>

#include "buf.h"
#include "senames.h"
#include "vec.h"

/*
 * What a proof about paths rests on: files by their digest, symlinks, mounts,
 * and how file contexts are read; and what labels rest on. Each is a comment of the compiled file,
 * "# assumes KEY NAME STATE", which is read back from there to be compared with
 * what is so later. Words are printable ASCII: other bytes, blanks and
 * backslashes are \ and three octal digits.
 */
enum assume_key {
	ASSUME_READ_AS,		/* libselinux; versions whose rules are used */
	/* files: their name; sha256:HEX or absent */
	ASSUME_CONTEXTS, ASSUME_HOMEDIRS, ASSUME_LOCAL, ASSUME_SUBS,
	ASSUME_SUBS_DIST,
	ASSUME_MOUNTS,
	ASSUME_MOUNT,		/* a mount point; its UUID */
	ASSUME_SYMLINKS,	/* profile; its name */
	ASSUME_SYMLINK,		/* a symlink; where it leads */
	ASSUME_POLICY,		/* the SELinux policy, a file as above */
	ASSUME_ATTRIBUTE,	/* one that was expanded; the digest of its types */
	ASSUME_KEY_COUNT
};

struct assume_item {
	enum assume_key key;
	const char *name, *state;	/* as written, escaped */
};

struct assume {
	struct arena *arena;
	VEC(struct assume_item) items;
	bool have_symlinks;	/* they were looked at, there may be none */
	bool have_version;	/* of libselinux: it was named */
};

void assume_init(struct assume *as, struct arena *a);
/* name and state are escaped here */
void assume_add(struct assume *as, enum assume_key key, const char *name,
		const char *state);
/*
 * A SELinux policy and its attributes: those that were expanded, or all. The
 * digest of an attribute is of its types in their order, a line each.
 */
void assume_add_selinux(struct assume *as, const struct senames *p, bool all);
/* "KEY NAME STATE" */
void assume_put(const struct assume_item *it, struct buf *out);

/* the assumptions in a compiled file; others, and other lines, are skipped */
void assume_read(struct assume *as, const char *text, size_t len);

enum assume_verdict {
	ASSUME_SAME, ASSUME_CHANGED,
	ASSUME_GONE,		/* then, and no longer */
	ASSUME_NEW,		/* now, and not then */
	ASSUME_NOT_ASKED,	/* nothing that was read now tells */
	ASSUME_VERDICT_COUNT
};

struct assume_finding {
	enum assume_verdict verdict;
	const struct assume_item *then, *now;	/* one may be NULL */
};

typedef VEC(struct assume_finding) assume_findings;

/* then in its order, what is new behind it; allocated in now's arena */
void assume_compare(const struct assume *then, const struct assume *now,
		    assume_findings *out);

#endif
