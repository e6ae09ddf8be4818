/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ENTRYSIG_H
#define IMAPOL_ENTRYSIG_H

#include "arena.h"
#include "filedigest.h"
#include "imalist.h"
#include "pubkeys.h"

/*
 * The signature that an entry brings along (templates ima-sig, ima-sigv2, any
 * format with the field sig), held against the digest in the same entry: the file
 * is not needed. What the device made of it, and by which keys, is not in a list.
 */
enum entrysig {
	ENTRYSIG_GOOD,
	ENTRYSIG_NONE,		/* its template has no such field, or it is empty */
	ENTRYSIG_BAD,		/* not the key's signature of this digest */
	ENTRYSIG_NO_KEY,	/* none of the keys has its id */
	ENTRYSIG_OTHER,		/* it cannot be told; to be counted as bad */
};

/* *why in words, in the arena, where it is neither good nor none; keys NULL: none */
enum entrysig entrysig_check(struct arena *a, struct filedigest *d,
			     const struct pubkeys *keys,
			     const struct imaentry *e, const char **why);

#endif
