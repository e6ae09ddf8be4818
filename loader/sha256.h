/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_SHA256_H
#define LOADER_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, SHA256_HEX = 2 * SHA256_BYTES };

/* SHA-256 of FIPS 180-4, taken in pieces. */
struct sha256 {
	uint32_t state[8];
	uint64_t len; /* bytes taken so far */
	unsigned char block[64];
};

void sha256_start(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *data, size_t len);
/* The digest in lower case hex, with a NUL behind it. h has to be started anew after this. */
void sha256_hex(struct sha256 *h, char hex[SHA256_HEX + 1]);

#endif
