/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FOLLOW_H
#define IMAPOL_FOLLOW_H

#include <stdbool.h>

#include "arena.h"
#include "linebuf.h"

/*
 * A file that grows, as auditd's log does, through its rotations: renamed and begun
 * anew (auditd, logrotate), or copied and truncated. What was renamed while nobody
 * looked is found beside it, as NAME.1 or NAME-20261126, and read first, in the
 * order of the times of the last change. What was compressed in the meantime is
 * gone, and that is said.
 */
#define FOLLOW_PRINT 16		/* bytes before a place, by which it is known again */

struct follow_place {
	uint64_t dev, ino, offset;
	size_t n;		/* of print; 0: nothing to compare */
	unsigned char print[FOLLOW_PRINT];
};

enum follow_next {
	FOLLOW_LINE,
	FOLLOW_LONG,		/* a line too long was passed over */
	FOLLOW_NONE,		/* not now */
	FOLLOW_LOST,		/* *line says in words why something may be missed */
};

struct follow;

/*
 * from: where to go on; NULL: at the end, or, with whole, at the start. Where the
 * file is not there yet it is waited for. All lives in a.
 */
struct follow *follow_new(struct arena *a, const char *path,
			  const struct follow_place *from, bool whole);
void follow_free(struct follow *f);
/* to be polled for what is new, beside a look once in a second; -1: there is none */
int follow_fd(const struct follow *f);
/* has to be asked until FOLLOW_NONE; now: milliseconds of a clock that only goes on */
enum follow_next follow_next(struct follow *f, uint64_t now, const char **line,
			     size_t *len);
/* of the line that comes next; false: there was no file so far */
bool follow_place(struct follow *f, struct follow_place *out);
/* the bytes before a place in the file that is read now, into it */
void follow_print(const struct follow *f, struct follow_place *p);

#endif
