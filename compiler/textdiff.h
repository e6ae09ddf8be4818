/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEXTDIFF_H
#define IMAPOL_TEXTDIFF_H

#include <stddef.h>

#include "buf.h"

/*
 * Two texts as a unified diff, with three lines around each change, as patch(1)
 * takes it. Nothing where they are the same. Texts that differ in more than
 * TEXTDIFF_MAX lines get one change from the first to the last of these.
 */
#define TEXTDIFF_MAX 2000

struct textdiff_side {
	const char *name;	/* behind --- or +++ */
	const char *text;
	size_t len;
};

void textdiff_put(const struct textdiff_side *from,
		  const struct textdiff_side *to, struct buf *out);

#endif
