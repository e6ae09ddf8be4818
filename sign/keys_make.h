/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KEYS_MAKE_H
#define IMAPOL_KEYS_MAKE_H

#include <stdbool.h>
#include <time.h>

#include <openssl/x509.h>

/*
 * Keys that kernels verify by, and their certificates. What is made is the
 * caller's, to be freed by libcrypto's functions; NULL: libcrypto could not, and
 * its error queue has why.
 */
enum keys_kind { KEYS_RSA_2048, KEYS_RSA_3072, KEYS_RSA_4096, KEYS_P256,
		 KEYS_P384, KEYS_KINDS };

const char *keys_kind_word(enum keys_kind kind);	/* "rsa-2048", "p-256" */
/* KEYS_KINDS: none is called so */
enum keys_kind keys_kind_by_word(const char *word);

EVP_PKEY *keys_generate(enum keys_kind kind);

struct keys_subject {
	const char *name;	/* the common name, UTF-8 */
	bool authority;		/* it signs certificates, and no files */
	unsigned int days;	/* valid from now on; not of a request */
	time_t now;
};

/* a common name is not longer (X.520), in bytes here */
enum { KEYS_NAME_MAX = 64, KEYS_DAYS_MAX = 36500 };

/*
 * Signed by itself over SHA-256, which every kernel has built in, with what
 * kernels look for: a subject key identifier, keyUsage (digitalSignature, or
 * keyCertSign of an authority), basicConstraints.
 */
X509 *keys_certificate(EVP_PKEY *key, const struct keys_subject *s);
/* the same, asked of an authority */
X509_REQ *keys_request(EVP_PKEY *key, const struct keys_subject *s);

/* a new file of this mode, all or none; an old one is left: false, errno */
bool keys_put(const char *path, mode_t mode, const void *bytes, size_t len);

#endif
