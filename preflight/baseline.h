/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_BASELINE_H
#define IMAPOL_BASELINE_H

#include "findings.h"

/*
 * What is known to be refused and let be: the JSON of a rehearsal before, or a
 * list of files as --list writes it. Of JSON, a file is let be where each of its
 * operations was refused then for the same cause; what was not known then and
 * is refused now is worse. Of a list, it is whatever happens to it. Kept whole:
 * memory grows with the baseline, never with the tree.
 */
struct baseline;

/*
 * From a regular file; nul: a list has each name ended by a zero byte. NULL:
 * *why says what is wrong with it.
 */
struct baseline *baseline_read(struct arena *a, int fd, bool nul,
			       const char **why);
/* all that is wrong with the file is in it */
bool baseline_accepts(struct baseline *b, const struct finding *f);
/* files in it that were never asked about, and the first of them; 0: none */
size_t baseline_stale(const struct baseline *b, const char **first);

#endif
