/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_REACH_H
#define IMAPOL_REACH_H

#include <stdbool.h>

/*
 * How a file that is to be signed is opened: whoever signs is root, and the tree
 * may be somebody else's. A link at the end of a path is never followed.
 */
enum reach_how {
	REACH_HERE,	/* as open(2) does, from the working directory or / */
	REACH_ROOT,	/* below fd as below a root: no link leads out of it */
	REACH_TREE,	/* below fd, and no link is followed at all */
};

struct reach {
	enum reach_how how;
	int fd;		/* a directory; not looked at by REACH_HERE */
};

/*
 * A descriptor that exec closes; -1: errno, ELOOP where a link would have to be
 * followed, EXDEV where .. would lead out of a tree. flags are those of open(2).
 */
int reach_open(const struct reach *r, const char *path, int flags);
/* the directory that path is in, and where in path the last name begins */
int reach_parent(const struct reach *r, const char *path, const char **name);

/*
 * What reach_open() does where openat2(2) is not to be had, before 5.6 and in
 * some containers. Made public for its test.
 */
int reach_by_hand(int dir, const char *path, int flags, bool links);

#endif
