/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_APPLIED_H
#define IMAPOL_APPLIED_H

#include "buf.h"
#include "source.h"

/*
 * file_contexts.local as it is without the lines that tags have put into it:
 * the rest, one line each, fields apart by a tab, comments left out. applied holds
 * these lines as `imapolc labels` wrote them; both may be NULL for there is none.
 */
void applied_strip(struct arena *a, const struct source *local,
		   const struct source *applied, struct buf *out);

#endif
