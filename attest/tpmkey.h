/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TPMKEY_H
#define IMAPOL_TPMKEY_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The public half of an attestation key, as it was pinned at enrolment: PEM or
 * DER (SubjectPublicKeyInfo), a certificate, or TPM2B_PUBLIC and TPMT_PUBLIC
 * (Part 2, 12.2.4) as tpm2_readpublic writes them. RSA of 2048 to 4096 bits, P-256,
 * P-384 and P-521. It is pinned as it is: of a certificate neither who signed it
 * nor its dates are looked at.
 */
#define TPMKEY_MAX (64u << 10)	/* bytes of a file that is taken for one */

struct tpmkey {
	EVP_PKEY *key;
	bool has_template;	/* it was TPM2B_PUBLIC: what follows is known */
	uint32_t attributes;	/* TPMA_OBJECT */
	uint16_t scheme, hash;	/* 0x0010 (null): any */
	uint8_t name[66];	/* TPM name: hash id and digest of the public area */
	size_t name_len;
};

/*
 * NULL: read; else what is wrong. A template that is no restricted signing key, or
 * one whose private half may be had outside of its TPM, is wrong.
 */
const char *tpmkey_read(const void *bytes, size_t len, struct tpmkey *out);
void tpmkey_free(struct tpmkey *k);
/* what a verifier pins: sha256 of the DER SubjectPublicKeyInfo; false: out of memory */
bool tpmkey_fingerprint(const struct tpmkey *k, uint8_t out[32]);

#endif
