/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_SEALS_H
#define IMAPOL_TEST_SEALS_H

#include <check.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "filedigest.h"
#include "imaxattr.h"
#include "kmodel.h"

/*
 * Keys, certificates and signatures made by libcrypto in the plainest way, for
 * tests of what reads them.
 */
static inline EVP_PKEY *seals_rsa(unsigned int bits)
{
	EVP_PKEY *key = EVP_RSA_gen(bits);

	ck_assert_ptr_nonnull(key);
	return key;
}

static inline EVP_PKEY *seals_ec(const char *curve)
{
	EVP_PKEY *key = EVP_EC_gen(curve);

	ck_assert_ptr_nonnull(key);
	return key;
}

/* signs itself; id NULL: no subject key identifier */
static inline X509 *seals_cert(EVP_PKEY *key, const uint8_t *id, size_t len)
{
	X509 *cert = X509_new();
	X509_NAME *name = X509_get_subject_name(cert);

	ck_assert(X509_set_version(cert, X509_VERSION_3));
	ck_assert(ASN1_INTEGER_set(X509_get_serialNumber(cert), 1));
	ck_assert(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
					     (const uint8_t *)"test", -1, -1, 0));
	ck_assert(X509_set_issuer_name(cert, name));
	ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notBefore(cert), 0));
	ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notAfter(cert), 3600));
	ck_assert(X509_set_pubkey(cert, key));
	if (id) {
		ASN1_OCTET_STRING *s = ASN1_OCTET_STRING_new();

		ck_assert(ASN1_OCTET_STRING_set(s, id, (int)len));
		ck_assert_int_eq(X509_add1_ext_i2d(cert,
						   NID_subject_key_identifier,
						   s, 0, 0), 1);
		ASN1_OCTET_STRING_free(s);
	}
	ck_assert_int_gt(X509_sign(cert, key, EVP_sha256()), 0);
	return cert;
}

/* of a digest, as security.ima has it; its length */
static inline size_t seals_sign(EVP_PKEY *key, const EVP_MD *md, int hash,
				uint32_t keyid, uint8_t version,
				const uint8_t *digest, size_t len, uint8_t *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	struct imaxattr x = { .version = version, .hash = hash, .keyid = keyid };
	uint8_t sig[1024];
	size_t n = sizeof(sig);

	ck_assert_int_gt(EVP_PKEY_sign_init(ctx), 0);
	ck_assert_int_gt(EVP_PKEY_CTX_set_signature_md(ctx, md), 0);
	ck_assert_int_gt(EVP_PKEY_sign(ctx, sig, &n, digest, len), 0);
	EVP_PKEY_CTX_free(ctx);
	x.kind = version == 3 ? IMAXATTR_VERITY_SIGNATURE : IMAXATTR_SIGNATURE;
	x.data = sig;
	x.len = n;
	n = imaxattr_write(&x, out);
	ck_assert_uint_gt(n, 0);
	return n;
}

/* a content in memory, and how often it was asked for */
struct seals_content {
	const uint8_t *bytes;
	uint64_t len;
	size_t most;		/* bytes that one read gives; 0: all */
	unsigned int reads;
	int error;		/* errno of every read; 0: none */
};

static inline ssize_t seals_pread(void *arg, void *buf, size_t len,
				  uint64_t off)
{
	struct seals_content *c = arg;

	c->reads++;
	if (c->error) {
		errno = c->error;
		return -1;
	}
	if (off >= c->len)
		return 0;
	if (len > c->len - off)
		len = c->len - off;
	if (c->most && len > c->most)
		len = c->most;
	memcpy(buf, c->bytes + off, len);
	return (ssize_t)len;
}

static inline struct filedigest_source seals_source(struct seals_content *c)
{
	struct filedigest_source src = { seals_pread, c, c->len };

	return src;
}

#endif
