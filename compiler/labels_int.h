/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LABELS_INT_H
#define IMAPOL_LABELS_INT_H

#include "labels.h"

/* Inside labels: shared by labels*.c, and by nobody else. */

typedef VEC(const char *) label_words;

/*
 * Files and directories below which all files of the globs are, for restorecon;
 * sorted, none inside of another.
 */
void labels_heads(const struct tags *t, label_words *out);

/* the CIL module; false: a range that cannot be put together, reported */
bool labels_put_cil(const struct tags *t, struct buf *out);

void labels_put_relabel(const label_words *heads, struct buf *out);
void labels_put_apply(struct buf *out);
void labels_put_remove(struct buf *out);
void labels_put_service(struct buf *out);
void labels_put_path_unit(const label_words *heads, struct buf *out);
void labels_put_timer(struct buf *out);
void labels_put_readme(const struct tags *t, const char *policy,
		       const label_words *heads, struct buf *out);

#endif
