/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TMPDIR_H
#define IMAPOL_TMPDIR_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"

/* Space for what is too large for memory, below TMPDIR or /tmp. */

/* a new directory that only we may look into; NULL: errno */
const char *tmpdir_new(struct arena *a);
/*
 * With all that is in it. No symlink is followed; what cannot be removed stays,
 * and is false with errno.
 */
bool tmpdir_remove(const char *dir);

/* a file without a name; -1: errno */
int tmpdir_file(void);

#endif
