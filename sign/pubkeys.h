/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PUBKEYS_H
#define IMAPOL_PUBKEYS_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "vec.h"

/*
 * The keys that a kernel is to have in .ima or _ima: what signatures are checked
 * with. Read once, then only looked at, by any number of threads.
 */
struct pubkey {
	const char *file;	/* that it was read from */
	X509 *cert;		/* NULL: a bare public key */
	EVP_PKEY *key;
	/*
	 * As the kernel finds it: the last four bytes of the certificate's subject
	 * key identifier; of a bare key, of the SHA-1 of its public key's bits.
	 */
	uint32_t keyid;
	/* it says that it signed itself, and did not: no kernel takes it */
	bool forged;
	bool has_keyid;		/* false: a certificate without the identifier; no
				   kernel ever finds it */
};

struct pubkeys {
	struct arena *arena;
	VEC(struct pubkey) v;
};

void pubkeys_init(struct pubkeys *keys, struct arena *a);
void pubkeys_free(struct pubkeys *keys);

/*
 * A file (DER, or PEM with one or more in it; certificates or public keys) or a
 * directory of them. False, and *why says what is wrong with which file: one
 * that cannot be read, one in which there is no key, none in a directory.
 */
bool pubkeys_load(struct pubkeys *keys, const char *path, const char **why);

/*
 * The first, or the next behind after, with that id: two keys may share it, and
 * then each has to be tried. The kernel looks at one of them alone, and which
 * that is nothing says. NULL: there is none (more).
 */
const struct pubkey *pubkeys_find(const struct pubkeys *keys, uint32_t keyid,
				  const struct pubkey *after);

/*
 * A certificate or a public key from a block of PEM of that name, decoded; both
 * NULL where it is damaged. False: what has that name is neither.
 */
bool pubkey_decode(const char *name, const unsigned char *data, long len,
		   X509 **cert, EVP_PKEY **key);

/* the id of a certificate, and of a bare key; false: it has none */
bool pubkey_cert_id(X509 *cert, uint32_t *keyid);
bool pubkey_key_id(EVP_PKEY *key, uint32_t *keyid);

/*
 * Is that the key's signature of the digest, which is by md? RSA as PKCS #1 v1.5,
 * ECDSA in DER, as kernels have them.
 */
bool pubkey_verifies(EVP_PKEY *key, const EVP_MD *md, const uint8_t *sig,
		     size_t len, const uint8_t *digest, size_t digest_len);

#endif
