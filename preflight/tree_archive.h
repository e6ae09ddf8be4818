/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TREE_ARCHIVE_H
#define IMAPOL_TREE_ARCHIVE_H

#include "intern.h"
#include "ptrmap.h"
#include "tree_int.h"

/*
 * An archive, unpacked: what stands in it in memory, sorted, and the contents
 * behind each other in one unnamed file. Later entries replace earlier ones, and
 * a symlink among the directories of a name is followed, as whoever unpacks does.
 * About 300 bytes an entry with its path, and its target and attributes.
 */
#define ARCHIVE_INDEX ((size_t)2 << 30)	/* bytes of it; a bomb has more */
#define ARCHIVE_ASK (64u << 20)	/* bytes between two questions for room */
#define ARCHIVE_MISSES 1000	/* that are told one by one */

/* what several names may be of */
struct archive_node {
	mode_t mode;
	uint32_t owner, group;
	uint32_t ino, links, children;
	uint64_t size, at;	/* of its content; where it lies */
	const char *target;
	const uint8_t *ima, *selinux;
	uint32_t ima_len, selinux_len;
	int error;		/* its content is not there: an errno */
	bool implied;		/* a directory that only stands in names */
};

struct archive_name {
	const char *path;
	struct archive_node *node;
};

struct archive_miss {
	const char *path, *text;
	int error;		/* 0: text tells */
};

struct tree_archive {
	struct tree tree;
	struct tree_fs fs;	/* where no table names another */
	int in, data;		/* the archive; the contents */
	uint64_t end;		/* of the contents */
	size_t unasked;		/* bytes, since room was asked for */
	size_t bytes;		/* of the arena, before it was read */
	struct intern strings;
	struct ptrmap by_path;	/* places in names, until they are sorted */
	VEC(struct archive_name) names;
	bool sorted;
	uint32_t inodes;
	VEC(struct archive_miss) misses;
	uint64_t more_misses;
	const char *no_room;	/* why nothing of it can be used; NULL */
	/* the last directory of a name, as it stood there and where it led */
	const char *parent, *parent_path;
};

static inline struct tree_archive *archive_of(struct tree *t)
{
	return (struct tree_archive *)t;
}

/* ---- the index, while it is made ---- */

/*
 * The path that a name leads to, with the directories above it; NULL: it leads
 * nowhere, which is noted as missed.
 */
const char *archive_place(struct tree_archive *t, const char *name);
/* a file of its own there; NULL: it cannot be, which is noted as missed */
struct archive_node *archive_put(struct tree_archive *t, const char *path,
				 mode_t mode);
/* one more name of a file; false: noted as missed */
bool archive_link(struct tree_archive *t, const char *path,
		  struct archive_node *node);
/* the file of that name, no symlink followed; NULL: there is none */
struct archive_node *archive_at(struct tree_archive *t, const char *path);
/* what cannot be told of a name, kept for the walk; text is kept */
void archive_miss(struct tree_archive *t, const char *path, int error,
		  const char *text);
/* it has as many entries as may be, which is noted */
bool archive_full(struct tree_archive *t);

/* ---- contents, while they are made ---- */

/*
 * Some of the bytes of the file that is made, at an offset in it. What goes wrong
 * is kept in node->error, and there is nothing more to do then.
 */
void archive_write(struct tree_archive *t, struct archive_node *node,
		   const void *bytes, size_t len, uint64_t off);
/* it has this size, with holes where nothing was written */
void archive_end_file(struct tree_archive *t, struct archive_node *node,
		      uint64_t size);

/* ---- the kinds ---- */

/*
 * All of it into the index. NULL, or what is wrong with it as a whole: nothing
 * in it could be read. What is wrong further behind is noted as missed.
 */
const char *archive_read_tar(struct tree_archive *t);
const char *archive_read_cpio(struct tree_archive *t);

#endif
