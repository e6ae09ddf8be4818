/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KCRYPTO_H
#define IMAPOL_KCRYPTO_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "kmodel.h"

/*
 * Which signatures the kernel of a target can verify, and with which hashes it
 * can look at a content at all. From rows of kmodel.csv (kinds "pubkey",
 * "sighash" and "hash"): Debian's 6.1 has no ECDSA, its sha512 is a module.
 *
 * As seen on booted kernels (tests/live/seals.sh): RSA of 1792 bits, or of any
 * other size than those of the rows, and curves that have no row are refused when
 * the key is added. An RSA signature may be over any hash that has a row; ECDSA
 * over SHA-1, SHA-2 and SHA-3 alone. Both may be over hashes that nobody trusts.
 */
struct kcrypto_answer {
	/*
	 * MAYBE: an option decides that is not known or is a module, which the
	 * kernel loads by itself where it can; or the release is one of which
	 * nothing is known.
	 */
	enum ktri can;
	enum kconfig option;	/* the one; KCONFIG_COUNT: none decides */
	const char *why;	/* not YES: in words; NULL without an arena */
};

/* All may be called without an arena. A key, by its kind, curve and size; what no kernel can do is NO */
struct kcrypto_answer kcrypto_key(const struct ktarget *t, struct arena *a,
				  EVP_PKEY *key);
/* a hash, as kmodel_hash_name() counts: for digests and in signatures */
struct kcrypto_answer kcrypto_hash(const struct ktarget *t, struct arena *a,
				   int hash);
/* is there a hash with that number at all, whether the kernel can make it or not? */
bool kcrypto_knows_hash(const struct ktarget *t, int hash);
/* both together, for a signature by that key over that hash */
struct kcrypto_answer kcrypto_signature(const struct ktarget *t,
					struct arena *a, EVP_PKEY *key,
					int hash);

/*
 * Does it take a certificate into a keyring, as this one is signed, and the key in
 * it, as that is written? As seen on booted 6.1 and 6.12: those that are signed by
 * RSA-PSS or Ed25519 or over RIPEMD neither takes, whoever signed, and 6.12 none
 * over MD5; curves that are written out neither takes, and by points that are not
 * it does not verify. cert has a key that libcrypto knows.
 */
struct kcrypto_answer kcrypto_cert(const struct ktarget *t, struct arena *a,
				   X509 *cert);

/* "RSA-2048", "EC P-256" */
const char *kcrypto_key_name(struct arena *a, EVP_PKEY *key);

#endif
