/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FILEFACTS_H
#define IMAPOL_FILEFACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"

/*
 * What a file of this machine, or below a root file system in a directory, says
 * of itself. Symlinks are followed as seen from that root. Only looked at where
 * somebody asks about the file.
 */
struct filefacts {
	const char *path;	/* where symlinks led, as seen from the root */
	bool regular;
	uint64_t dev, ino;	/* as stat(2) counts them */
	uint32_t owner, group;
	uint64_t magic;		/* of the file system that it is on here */
	const char *label;	/* security.selinux; NULL: it has none */
};

/* root NULL: this machine. False: errno tells */
bool filefacts_read(struct arena *a, const char *root, const char *path,
		    struct filefacts *out);

#endif
