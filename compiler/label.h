/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LABEL_H
#define IMAPOL_LABEL_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/*
 * Questions to the security module of this machine, and to its library.
 * label_selinux.c alone includes libselinux. Whether SELinux runs is asked only
 * where the running kernel is the target, by name; how the library reads file
 * contexts only confirms what the compiler has found by itself.
 */

/* SELinux runs here, whether it enforces or not */
bool label_selinux_runs(void);
/* where its file contexts are, or would be; NULL: libselinux does not say */
const char *label_file_contexts(void);
/* the same of its binary policy, whose files have ".N" behind that */
const char *label_policy(void);

/* file contexts as the installed libselinux reads them */
struct label_contexts;

/*
 * The file base and those beside it. NULL: it does not take them, or they are
 * not plain files, or some are compiled, of which no text may be known.
 */
struct label_contexts *label_open(const char *base);
/* a text that lies in no file */
struct label_contexts *label_open_text(const char *text, size_t len);
/* of a regular file; NULL: none. False: it cannot be told */
bool label_lookup(struct label_contexts *c, const char *path, struct arena *a,
		  const char **context);
void label_close(struct label_contexts *c);

#endif
