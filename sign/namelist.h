/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_NAMELIST_H
#define IMAPOL_NAMELIST_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/*
 * Lists of files: what a rehearsal writes and what signing reads. One name a
 * line, as sha256sum(1) writes names: one with a newline, a carriage return or
 * a backslash has \n, \r and \\ for them, and a backslash before the whole. Or
 * each ended by a NUL, and as it is.
 */
void namelist_put(struct buf *out, const char *name, bool nul);
/* a line that says more than a name: has it to be escaped; and a part of one that is */
bool namelist_must_escape(const char *text);
void namelist_put_escaped(struct buf *out, const char *text);
/* in place, what stands behind the backslash before the whole; false: no escape */
bool namelist_unescape(char *text);

enum namelist_next {
	NAMELIST_NAME,
	NAMELIST_END,
	NAMELIST_BAD,	/* no name: why says what it is; reading can go on */
	NAMELIST_ERRNO,	/* reading failed: errno; there is no more */
};

enum {
	/* bytes of a name as it stands in a list: no longer one can be opened */
	NAMELIST_LONGEST = 2 * PATH_MAX + 1,
	NAMELIST_ROOM = 64 * 1024,
};

/* where one is read; nothing of it grows with the list */
struct namelist {
	int fd;			/* the caller's */
	bool nul;
	size_t line;		/* of the name that was given last, from 1 */
	const char *why;
	size_t at, end;		/* in text: what was read and not given */
	bool last, skip;
	char text[NAMELIST_ROOM];
};

void namelist_open(struct namelist *l, int fd, bool nul);
/* *name is good until the next call */
enum namelist_next namelist_next(struct namelist *l, const char **name);

#endif
