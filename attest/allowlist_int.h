/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ALLOWLIST_INT_H
#define IMAPOL_ALLOWLIST_INT_H

#include "allowlist_read.h"
#include "util.h"

/* What the readers of the forms share. */

enum {
	ALLOWLIST_DIGEST_MAX = 64,	/* bytes */
	ALLOWLIST_NAME_MAX = 4095,	/* bytes; longer ones are never measured */
};

struct allowlist_reading {
	struct arena *arena;	/* gone when the list is read */
	const struct allowlist_sink *to;
	const char *why;	/* set by who returns false; in the arena, or static */
};

/* text ends with a NUL, holds no other, and may be changed */
bool allowlist_read_own(struct allowlist_reading *r, char *text);
bool allowlist_read_sums(struct allowlist_reading *r, char *text);
bool allowlist_read_keylime(struct allowlist_reading *r, const char *text,
			    size_t len);

/* why is a format; always false */
bool allowlist_wrong(struct allowlist_reading *r, const char *why, ...)
	PRINTF_LIKE(2, 3);
/* the hash of a digest of which only the length tells; -1, and what is wrong */
int allowlist_hash_of(struct allowlist_reading *r, size_t len);
/* may it be the name of what is measured? It is given on, or why says why not */
bool allowlist_give(struct allowlist_reading *r, const struct allowlist_item *i);
/* base64 of a public key, given on */
bool allowlist_give_key(struct allowlist_reading *r, uint64_t keyid,
			const char *base64);

#endif
