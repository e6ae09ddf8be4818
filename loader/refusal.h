/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_REFUSAL_H
#define LOADER_REFUSAL_H

#include "run.h"

/*
 * Explains why the kernel answered the path with a negative errno: the line, the word and the statement it was made from,
 * as far as can be found out. The kernel tells none of it by itself; its log and its audit records name the words up to
 * the refused one, and without these it is asked line by line behind a write that makes it drop everything.
 * LOAD_REFUSED, or LOAD_USAGE where trying again may do.
 */
enum load_status refusal_explain(struct run *run, ssize_t answer);

#endif
