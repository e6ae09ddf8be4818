/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_STORED_H
#define IMAPOL_STORED_H

#include "vault.h"
#include "vec.h"

/*
 * Evidence and its verdict as a secret of Vault:
 *
 *	format		"imapolc evidence 1"
 *	result		what the verdict says: "trusted", for people and templates
 *	verdict		the verifier's JSON, byte for byte
 *	bundle_bytes	of the evidence; and bundle_sha256
 *	bundle		base64 of it, where one secret has room for it, or
 *	parts		[{"version":N,"sha256":HEX}…]: part N is the secret
 *			PATH/part/N, in that version: {"part":base64}
 *
 * With neither, the evidence is kept elsewhere. Parts are written before what
 * names them, each by its version, so that two who write at a time cannot mix
 * theirs.
 */
#define STORED_PARTS 64
#define STORED_VERDICT_MAX (256u << 10)

struct stored_part {
	uint64_t version;
	const char *sha256;
};

struct stored {
	const char *result, *verdict, *sha256, *bundle;
	uint64_t bytes;
	VEC(struct stored_part) parts;
};

/*
 * The member "verdict" of a verifier's JSON, a text: "trusted" alone is good.
 * NULL: *why.
 */
const char *stored_result(struct arena *a, const char *verdict, size_t len,
			  const char **why);

/* the secret that has all of it */
void stored_put(const struct stored *s, struct buf *out);
/* a secret with one part */
void stored_put_part(const char *base64, struct buf *out);

/* NULL: read; else what is wrong with it. r is at the object. */
const char *stored_read(struct arena *a, struct jsonread *r, struct stored *out);
/* NULL: there is none */
const char *stored_read_part(struct jsonread *r);

const char *stored_base64(struct arena *a, const void *bytes, size_t len);
/* NULL: it is none */
const char *stored_bytes(struct arena *a, const char *base64, size_t *len);
const char *stored_part_path(struct arena *a, const char *path, size_t n);

#endif
