/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TPMBYTES_H
#define IMAPOL_TPMBYTES_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Structures of the TPM 2.0 Library, Part 2, read from front to back: big-endian
 * numbers and sized buffers. What is not there is read as zeros, and the reader
 * is short from then on, so that it need be asked only once, at the end.
 */
struct tpmbytes {
	const uint8_t *p;
	size_t left;
	bool is_short;
};

/* numbers of the TCG registry */
enum {
	TPM_RSA = 0x0001,
	TPM_SHA1 = 0x0004,
	TPM_HMAC = 0x0005,
	TPM_SHA256 = 0x000b,
	TPM_SHA384 = 0x000c,
	TPM_SHA512 = 0x000d,
	TPM_NULL = 0x0010,
	TPM_RSASSA = 0x0014,
	TPM_RSAPSS = 0x0016,
	TPM_ECDSA = 0x0018,
	TPM_ECDAA = 0x001a,
	TPM_ECC = 0x0023,
};

uint8_t tpmbytes_u8(struct tpmbytes *b);
uint16_t tpmbytes_u16(struct tpmbytes *b);
uint32_t tpmbytes_u32(struct tpmbytes *b);
uint64_t tpmbytes_u64(struct tpmbytes *b);
/* n bytes where they are; NULL: there are less */
const uint8_t *tpmbytes_take(struct tpmbytes *b, size_t n);
/* a TPM2B: u16, and as many bytes; *len is 0 where they are not there */
const uint8_t *tpmbytes_sized(struct tpmbytes *b, size_t *len);
/* all was there, and nothing stands behind it */
bool tpmbytes_done(const struct tpmbytes *b);

/* a hash that signatures are still trusted by: not sha1; NULL: none */
const EVP_MD *tpmbytes_md(uint16_t alg);

#endif
