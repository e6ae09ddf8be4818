/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_COPY_H
#define LOADER_COPY_H

#include "input.h"

enum { COPY_PATH_MAX = 64 };

/* A private copy of a policy, closed for writing, in the first directory that takes one and where nobody but root can put
 * another file in its place. */
struct copy {
	char path[COPY_PATH_MAX]; /* "" while there is none */
};

/* Makes it: mode 0600, complete, ending in a newline. False when no directory takes one: each is told with its error,
 * and nothing is left behind. */
bool copy_make(struct copy *copy, const struct voice *voice, const struct input *src);

/* Removes it, if there is one. */
void copy_remove(struct copy *copy, const struct voice *voice);

#endif
