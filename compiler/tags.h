/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TAGS_H
#define IMAPOL_TAGS_H

#include "paths.h"

/*
 * Tags: files that get a SELinux user of their own, so that a kernel rule can
 * name exactly them. Where tags overlap the files in common have a user that
 * stands for all of these tags. What has to be added to file_contexts.local for
 * that is worked out, and proven on the database that results: each path of a
 * tag has its user and no other path has, and no path changes its role, type or
 * range.
 */
struct tag {
	const struct ast_stmt *stmt;
	/* SELinux users of its files, n of them */
	const char **users;
	size_t n_users;
	/* up to five paths that get no label, so no user either */
	struct fcdb_hole holes[5];
	size_t n_holes;
	/* below --root: a directory of its files that others may write, or NULL */
	const char *writable;
	unsigned int writable_uid, writable_mode;
};

/* a glob of some tag; each text once */
struct tag_leaf {
	struct glob glob;
	struct span span;
};

/* the files that exactly these tags have in common */
struct tag_user {
	const char *name;	/* "ima_flashers_u"; also between tags: "ima_a__b_u" */
	const bool *has;	/* by tag */
};

#define TAG_NO_USER UINT32_MAX	/* in no tag: the labels stay as they are */

/* paths that exactly these globs match; a later one goes before an earlier */
struct tag_layer {
	const uint32_t *globs;	/* leaves, ascending */
	size_t n;
	uint32_t user;
};

/* a line of file_contexts.local for regular files */
struct tag_line {
	const char *regex;
	const struct fc_entry *entry;	/* whose label it repeats */
	const char *user;		/* NULL: that of the entry */
	const char *inside;		/* a path that it is for */
};

struct tags {
	struct paths *paths;
	VEC(struct tag) tag;		/* as they are declared */
	VEC(struct tag_leaf) leaf;
	VEC(struct tag_user) user;
	VEC(struct tag_layer) layer;
	VEC(struct tag_line) line;	/* in the order in which they count */
};

/*
 * Find the tags of a checked tree, work their lines out, prove them, and put the
 * database that results in the place of the one that paths asks. False: there
 * was an error, reported where it stands. Without a tag nothing is done.
 */
bool tags_build(struct tags *t, struct paths *p, const struct ast *ast);

/* NULL: no such tag */
const struct tag *tags_find(const struct tags *t, const struct ast_stmt *stmt);

/*
 * before and "`& !path "/x"`", to leave one path out of a tag; "" where a glob
 * would have to quote it.
 */
const char *tag_leave_out(const struct tags *t, const char *path,
			  const char *before);

/* as file_contexts.local holds them, in order */
void tags_put_contexts(const struct tags *t, struct buf *out);

#endif
