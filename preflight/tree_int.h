/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TREE_INT_H
#define IMAPOL_TREE_INT_H

#include "buf.h"
#include "tree.h"
#include "tree_mounts.h"

typedef VEC(const char *) tree_names;

/*
 * What the kinds of trees are made of; one file a kind. Paths that they get are
 * absolute, without "." and "..", and no directory in them is a symlink, as far
 * as that was so when it was looked at.
 */
struct tree_kind_ops {
	void (*close)(struct tree *t);
	/* the table of mounts is there; may be NULL */
	void (*settle)(struct tree *t);
	bool (*walk)(struct tree *t, const struct tree_walk *w);
	/* a symlink is itself; kept in a. False: errno */
	bool (*look)(struct tree *t, struct arena *a, const char *path,
		     struct tree_file *out);
	/* of a directory, in any order; false: errno */
	bool (*list)(struct tree *t, struct arena *a, const char *path,
		     tree_names *out);
	/* of a regular file; NULL: errno */
	struct tree_content *(*content)(struct tree *t,
					const struct tree_file *f);
};

/* the first member of each kind's own struct */
struct tree {
	enum tree_kind kind;
	const struct tree_kind_ops *ops;
	struct arena *arena;
	struct tree_options options;
	struct tree_mounts mounts;
	uint64_t count;
};

static inline bool tree_stopped(const struct tree *t)
{
	return t->options.stop && *t->options.stop;
}

#define TREE_NOTHING "neither a directory, nor an archive, nor an image"

/* each opens one kind; NULL and *why. They take over fd. */
struct tree *tree_dir_open(struct arena *a, int fd, const char **why);
struct tree *tree_ext4_open(struct arena *a, int fd, uint64_t offset,
			    const char **why);
struct tree *tree_archive_open(struct arena *a, int fd, enum tree_kind kind,
			       const struct tree_options *o, const char **why);

/* ---- contents ---- */

/* the first member, too; verity may be NULL */
struct tree_content {
	ssize_t (*pread)(struct tree_content *c, void *buf, size_t len,
			 uint64_t off);
	size_t (*verity)(struct tree_content *c, int *hash, uint8_t out[64]);
	void (*close)(struct tree_content *c);
};

/*
 * At most len bytes of a descriptor, from base on; own: it is closed with it, and
 * now where NULL is returned, which is errno.
 */
struct tree_content *
tree_content_open(int fd, bool own, uint64_t base, uint64_t len,
		  size_t (*verity)(struct tree_content *c, int *hash,
				   uint8_t out[64]));
int tree_content_fd(const struct tree_content *c);

/* ---- for all kinds ---- */

/* all that f points to is copied, to last as long as a */
void tree_file_keep(struct arena *a, struct tree_file *f);

#endif
