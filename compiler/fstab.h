/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FSTAB_H
#define IMAPOL_FSTAB_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/* One line of an fstab(5), in the arena. What it means is for others. */
struct fstab_line {
	/* without escapes; "" where the line ends before it */
	const char *device, *dir, *type, *options;
	bool check;		/* fsck is to look at it */
};

/* how many of its fields there are; 0: blank, or a comment */
size_t fstab_read_line(struct arena *a, const char *line, size_t len,
		       struct fstab_line *out);
/* NAME or NAME=… among options with commas between */
bool fstab_has_option(const char *options, const char *name);

#endif
