/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_HOSTFS_H
#define IMAPOL_HOSTFS_H

#include <stdbool.h>
#include <sys/types.h>

#include "arena.h"
#include "vec.h"

/*
 * Small files of a system below a directory. Symlinks are followed as that
 * system would follow them: an absolute one starts at the directory, and none
 * leads out of it. Nothing is ever written, and only regular files are read, so
 * that no fifo and no device can hold the reader up.
 */
struct hostfs {
	struct arena *arena;
	int fd;			/* -1: not open */
	bool whole;		/* the directory is / */
};

/* a file that was looked for, whether it is there or not */
struct hostfs_file {
	const char *path;	/* as seen from there: "/etc/fstab" */
	const char *text;	/* NULL: not read; a NUL behind its len bytes */
	size_t len;
	int error;		/* errno; 0: read */
	bool there;		/* also where it cannot be read */
	mode_t mode;		/* 0: not known */
};

typedef VEC(const char *) hostfs_names;

/* false: dir cannot be opened, errno is set */
bool hostfs_open(struct hostfs *fs, struct arena *a, const char *dir);
void hostfs_close(struct hostfs *fs);

/* path is kept */
struct hostfs_file hostfs_read(const struct hostfs *fs, const char *path);
/* a file or a directory of that name is there, as far as can be seen */
bool hostfs_has(const struct hostfs *fs, const char *path);
/*
 * The names in a directory but those that start with a dot, by their bytes;
 * none where it is not there. False: it cannot be read, errno is set.
 */
bool hostfs_list(const struct hostfs *fs, const char *path, hostfs_names *out);

#endif
