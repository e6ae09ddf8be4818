/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SIGNER_H
#define IMAPOL_SIGNER_H

#include "imaxattr.h"
#include "pubkeys.h"

/*
 * Who holds the key. It is a private key in PEM, or one in a token, named by a
 * pkcs11: URI (RFC 7512), whose bits never come here.
 */
struct signer_request {
	const char *key;
	const char *cert;	/* whose key id signatures have; NULL: the key's */
	const char *password_file;	/* its first line: passphrase or PIN; or NULL */
};

struct signer;

/* NULL: *why says what is wrong with which of them. Lives in the arena. */
struct signer *signer_open(struct arena *a, const struct signer_request *req,
			   const char **why);
void signer_close(struct signer *s);

/* its public half, with the key id; just this one */
const struct pubkeys *signer_keys(const struct signer *s);
const struct pubkey *signer_key(const struct signer *s);
/* a file with the key or its passphrase that others may read; NULL: there is none */
const char *signer_exposed(const struct signer *s);

/* ---- signing, by a hand of each thread ---- */

struct signer_hand;

struct signer_hand *signer_hand_new(const struct signer *s); /* NULL: no memory */
void signer_hand_free(struct signer_hand *h);

/*
 * The signature of a digest by that hash, which outlives the hand; RSA as PKCS#1
 * v1.5, EC as DER: its length. 0: *why says why not, and is the arena's.
 */
size_t signer_sign(struct signer_hand *h, struct arena *a, const EVP_MD *md,
		   const uint8_t *digest, size_t len,
		   uint8_t out[IMAXATTR_MAX - IMAXATTR_HEADER],
		   const char **why);

#endif
