/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_OUTFILE_H
#define IMAPOL_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/*
 * Put len bytes into path, all or none: written beside it under another name,
 * synced, and renamed over it, so that a reader sees the old file or the new
 * one. Keeps the mode of an old file and follows a symbolic link. SIGINT, SIGTERM
 * and SIGHUP wait until it is done. What is no regular file (a pipe, a terminal) is written as it is. False: errno tells,
 * and a regular file is as it was.
 */
bool outfile_replace(struct arena *a, const char *path, const char *text,
		     size_t len);

/* all of it into fd; false: errno tells */
bool outfile_write_all(int fd, const char *text, size_t len);

#endif
