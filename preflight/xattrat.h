/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_XATTRAT_H
#define IMAPOL_XATTRAT_H

#include <sys/types.h>

/*
 * Extended attributes of a name in an open directory: no symlink is followed,
 * also not where one of the directories above was swapped for one meanwhile, and
 * the file is not opened, which a policy in force could refuse.
 */
enum xattrat_way {
	XATTRAT_CALL,		/* getxattrat(2), Linux 6.13 and later */
	/* lgetxattr(2) from a working directory that the thread has for itself:
	   unshare(2) CLONE_FS, so it must not be one of those that share it later */
	XATTRAT_OWN_DIR,
	XATTRAT_PROC,		/* through /proc/self/fd, three times as slow */
	XATTRAT_NONE,		/* there is no /proc either */
};

struct xattrat {
	enum xattrat_way way;
	int back;		/* the working directory; -1: not open */
};

/*
 * The best way that works here, at best as good as best. Asked by the thread that
 * asks for attributes; others need their own. Working directories are as before
 * after each call.
 */
void xattrat_open(struct xattrat *x, enum xattrat_way best);
void xattrat_close(struct xattrat *x);

/* the length, which may be 0; -1: errno (ENOSYS: XATTRAT_NONE) */
ssize_t xattrat_get(const struct xattrat *x, int dir, const char *name,
		    const char *attr, void *value, size_t size);

#endif
