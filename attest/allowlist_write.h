/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ALLOWLIST_WRITE_H
#define IMAPOL_ALLOWLIST_WRITE_H

#include "allowlist_read.h"
#include "buf.h"
#include "pyregex.h"
#include "vec.h"

/* A list of good contents that is being made, and its three forms. */

struct allowset_item {
	const char *name;
	const uint8_t *digest;
	uint8_t kind, hash;	/* enum allow_kind; as kmodel_hash_name() counts */
	uint8_t len;
};

struct allowset_key {
	uint32_t keyid;
	const uint8_t *der;
	size_t len;
};

struct allowset {
	struct arena *arena;
	VEC(struct allowset_item) items;
	VEC(const char *) excludes, ignored;
	VEC(struct allowset_key) keys;
	struct pyregex checked;	/* excludes */
};

void allowset_init(struct allowset *s, struct arena *a);
/* copies; the name is a file's own, with its spaces, or one that was measured */
void allowset_add(struct allowset *s, const struct allowlist_item *i);
/* all that another list has; false: *why */
bool allowset_read(struct allowset *s, int fd, const char **why);

/* "own", "sha256sum", "keylime"; false: no such form */
bool allowlist_form_find(const char *name, enum allowlist_form *out);
/*
 * Sorted by the bytes of the names, nothing twice: the same set is the same bytes,
 * in whatever order it was made. Names are written as IMA writes them, but in the
 * form of sha256sum, where they are files. False: *why says what the form has no
 * place for, with what is concerned; s may be written again.
 */
bool allowlist_write(struct allowset *s, enum allowlist_form form,
		     struct buf *out, const char **why);

#endif
