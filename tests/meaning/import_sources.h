/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_IMPORT_SOURCES_H
#define IMAPOL_TEST_IMPORT_SOURCES_H

#include "buf.h"
#include "kmodel.h"
#include "rng.h"
#include "vec.h"

/* Kernel lines to be imported, from all over the tree and from outside of it. */

/* name is for messages; text is kernel lines */
typedef void sources_visit(void *arg, const struct ktarget *t,
			   const char *name, const char *text);

/* the kernel's own policies, of each release that is known */
void sources_builtins(sources_visit *visit, void *arg);
/* what the tree's policies and golden cases compile to */
void sources_files(sources_visit *visit, void *arg);

/* rule lines seen in public, those that a Debian kernel takes */
struct public_lines {
	struct ktarget target[2];	/* 6.1 and 6.12, with labels */
	VEC(const char *) v[2];
};
/* false: they are not there */
bool public_lines_read(struct public_lines *p, struct arena *a);
/* n of them, one below the other */
void public_lines_draw(const struct public_lines *p, size_t which, size_t n,
		       struct rng *r, struct buf *out);

#endif
