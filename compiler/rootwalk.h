/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ROOTWALK_H
#define IMAPOL_ROOTWALK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "arena.h"

/*
 * All that is below a directory, with paths as seen from there, as from a root.
 * No symlink is followed. Files come in the order of the bytes of their paths,
 * each directory just before what is in it.
 */
#define ROOTWALK_DEPTH 200	/* in each other; each holds a descriptor */

struct rootwalk_entry {
	const char *path;	/* "/usr/bin/ls"; "/" is the directory itself */
	const struct statx *st;	/* of a symlink itself, not of where it leads */
	/* the directory that it is in, open, and its name there; "/" is "." */
	int dir;
	const char *name;
	/* what tells mounts apart, of itself and of that directory */
	uint64_t mount, dir_mount;
};

enum rootwalk_next {
	ROOTWALK_ON,
	ROOTWALK_PASS,		/* not into this directory */
	ROOTWALK_END,
};

/* why there may be files that were not seen */
enum rootwalk_miss {
	ROOTWALK_UNREADABLE,
	ROOTWALK_VANISHED,	/* since the directory was read */
	ROOTWALK_TOO_DEEP,
	ROOTWALK_MADE_UP,	/* mounted there is what the kernel makes up */
	ROOTWALK_MISS_COUNT
};

struct rootwalk {
	struct arena *arena;
	void *arg;
	enum rootwalk_next (*visit)(void *arg, const struct rootwalk_entry *e);
	/* error is an errno, or 0; may be NULL */
	void (*missed)(void *arg, const char *path, enum rootwalk_miss why,
		       int error);
};

/*
 * False: dir cannot be opened, errno is set. Out of memory, what the open
 * directories hold is lost with the process.
 */
bool rootwalk(const struct rootwalk *w, const char *dir);
/* the same from an open directory, whose fd is closed in any case */
bool rootwalk_fd(const struct rootwalk *w, int fd);

/*
 * <0, 0, >0: two paths, or names in one directory, in the order of a walk, which is
 * that of their bytes with a slash behind directories ("/" itself has one).
 */
int rootwalk_order(const char *a, bool a_is_dir, const char *b, bool b_is_dir);
/* what the walk knows of a name in an open directory; false: errno */
bool rootwalk_stat(int dir, const char *name, struct statx *st);
/* subvolumes of a btrfs are devices of their own, and no mounts; by 5.8 and later */
uint64_t rootwalk_mount(const struct statx *st);

#endif
