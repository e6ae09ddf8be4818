/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "sha256.h"

enum { LENGTH_AT = 56 }; /* in the last block */

/* FIPS 180-4, 4.2.2: of the first 64 primes, the first 32 bits of the fractional parts of their cube roots */
static const uint32_t constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

static void schedule(uint32_t w[64], const unsigned char *block)
{
	size_t i;

	for (i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
		       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];

		w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] +
		       (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
}

static void take_block(struct sha256 *h)
{
	uint32_t w[64], v[8];
	size_t i;

	schedule(w, h->block);
	memcpy(v, h->state, sizeof(v));
	for (i = 0; i < 64; i++) {
		uint32_t t1 = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) +
			      ((v[4] & v[5]) ^ (~v[4] & v[6])) + constants[i] + w[i];
		uint32_t t2 = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) +
			      ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (i = 0; i < 8; i++)
		h->state[i] += v[i];
}

void sha256_start(struct sha256 *h)
{
	static const uint32_t first[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
					   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

	memcpy(h->state, first, sizeof(first));
	h->len = 0;
}

void sha256_add(struct sha256 *h, const void *data, size_t len)
{
	const unsigned char *at = data;

	while (len) {
		size_t have = h->len % sizeof(h->block), n = sizeof(h->block) - have;

		if (n > len)
			n = len;
		memcpy(h->block + have, at, n);
		at += n;
		len -= n;
		h->len += n;
		if (have + n == sizeof(h->block))
			take_block(h);
	}
}

static void pad(struct sha256 *h)
{
	static const unsigned char one = 0x80, zero;
	uint64_t bits = h->len * 8;
	unsigned char length[8];
	size_t i;

	for (i = 0; i < sizeof(length); i++)
		length[i] = (unsigned char)(bits >> (56 - 8 * i));
	sha256_add(h, &one, 1);
	while (h->len % sizeof(h->block) != LENGTH_AT)
		sha256_add(h, &zero, 1);
	sha256_add(h, length, sizeof(length));
}

void sha256_hex(struct sha256 *h, char hex[SHA256_HEX + 1])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	pad(h);
	for (i = 0; i < SHA256_HEX; i++)
		hex[i] = digits[h->state[i / 8] >> (28 - 4 * (i % 8)) & 15];
	hex[SHA256_HEX] = '\0';
}
