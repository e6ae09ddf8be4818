/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TREE_H
#define IMAPOL_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "arena.h"

/*
 * A root file system that does not run: a directory, a tar archive, a cpio
 * archive (an initramfs: several behind each other, each compressed as it
 * likes), or an ext4 image. Paths are as seen from it. Nothing is ever written
 * below it, no symlink leads out of it, and only regular files are opened.
 *
 *	tree_open()		what it is follows from its bytes
 *	tree_walk()		every file, in the order of the bytes of paths
 *	tree_find()		one, as its own kernel would find it
 *	tree_content()		to read it, by any thread
 */
enum tree_kind { TREE_DIR, TREE_TAR, TREE_CPIO, TREE_EXT4 };

/* the file system that a file will be on, or is */
struct tree_fs {
	const char *name, *uuid;	/* NULL: not known */
	uint64_t magic;
	bool has_magic;
	bool no_xattrs;		/* security.ima cannot be there */
	bool noexec;		/* mounted so, as the table of mounts says */
	/* "/"; all files below it but those of deeper mounts are on it */
	const char *mount;
};

/* a value is the walk's, until the next file; of tree_find() the arena's */
struct tree_attr {
	const uint8_t *value;
	size_t len;
	int error;		/* errno: it could not be read; ENODATA: none */
};

struct tree_file {
	const char *path;	/* "/usr/bin/ls", any bytes but NUL */
	mode_t mode;		/* with its type */
	uint32_t owner, group;
	uint64_t size;
	uint64_t dev, ino;	/* names with both equal are one file */
	uint32_t links;
	const char *target;	/* of a symlink */
	const struct tree_fs *fs;
	struct tree_attr ima, selinux;	/* of regular files */
	bool verity;		/* has fs-verity, as far as it can be seen */
	/*
	 * Where there are no xattrs but in FILE.sig beside it (cpio): ima is that,
	 * as imapol-sign apply will set it.
	 */
	bool detached;
	uint64_t where;		/* the tree's own */
};

struct tree;

struct tree_options {
	/* file: an fstab or findmnt -P of the system to be; NULL: its /etc/fstab */
	const char *mounts;
	/* for walks that must not start anything new; may be NULL */
	const volatile bool *stop;
};

/*
 * NULL, and *why says what is wrong with it. An archive is unpacked into an
 * unnamed file below TMPDIR; its index stays in memory (tree_archive.h). Of a whole
 * disk, "IMAGE?offset=BYTES" is one file system.
 *
 * An initramfs is on rootfs, which is a tmpfs; with root= on the kernel's command
 * line it is a ramfs, without xattrs, and who knows that says so by a table of
 * mounts ("x / ramfs x"). Its own /etc/fstab is about another root, and not read.
 */
struct tree *tree_open(struct arena *a, const char *path,
		       const struct tree_options *o, const char **why);
void tree_close(struct tree *t);
enum tree_kind tree_kind(const struct tree *t);
/* files that a walk will come by, as far as it is known beforehand; or 0 */
uint64_t tree_count(const struct tree *t);

/* why something was not seen; never passed over in silence */
enum tree_miss {
	TREE_UNREADABLE,	/* error is its errno */
	TREE_VANISHED,		/* while it was walked */
	TREE_TOO_DEEP,
	TREE_MADE_UP,		/* mounted there is what the kernel makes up */
	TREE_CORRUPT,		/* an archive or image; text says how */
	TREE_MISS_COUNT
};

struct tree_walk {
	void *arg;
	/* false ends the walk */
	bool (*visit)(void *arg, const struct tree_file *f);
	void (*missed)(void *arg, const char *path, enum tree_miss why,
		       int error, const char *text);
	/* values of attributes are not asked for, where that costs: both are none */
	bool no_attrs;
};

/* memory does not grow with the number of files. False: ended early */
bool tree_walk(struct tree *t, const struct tree_walk *w);

/*
 * The file that path leads to, symlinks followed inside; path in out is where it
 * led. False: errno (ENOENT, ELOOP …). Kept in a. Not by several threads at once.
 */
bool tree_find(struct tree *t, struct arena *a, const char *path,
	       struct tree_file *out);
/* the same, but a symlink at the end is the answer itself */
bool tree_look(struct tree *t, struct arena *a, const char *path,
	       struct tree_file *out);
/* names in a directory, sorted by their bytes; false: errno */
bool tree_list(struct tree *t, struct arena *a, const char *path,
	       const char *const **names, size_t *n);
/* a small text file, up to max bytes, with a NUL behind; NULL: errno (EFBIG …) */
const char *tree_text(struct tree *t, struct arena *a, const char *path,
		      size_t max, size_t *len);

/* ---- contents ---- */

struct tree_content;

/* of a regular file, made by the thread that walks; NULL: errno */
struct tree_content *tree_content(struct tree *t, const struct tree_file *f);
/* by any thread; up to len bytes, 0 at the end, -1: errno */
ssize_t tree_content_pread(struct tree_content *c, void *buf, size_t len,
			   uint64_t off);
/*
 * The fs-verity digest that its file system keeps: its length, 0 where there is
 * none; hash as kmodel_hash_name() counts.
 */
size_t tree_content_verity(struct tree_content *c, int *hash, uint8_t out[64]);
void tree_content_close(struct tree_content *c);

/*
 * What the compiler reads of a root (users, groups, file contexts, fstab,
 * symlinks), copied into the directory dir, which exists and is empty: for trees
 * that are no directory. False: *why.
 */
bool tree_skeleton(struct tree *t, struct arena *a, const char *dir,
		   const char **why);

#endif
