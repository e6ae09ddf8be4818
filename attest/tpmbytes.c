/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "tpmbytes.h"

const uint8_t *tpmbytes_take(struct tpmbytes *b, size_t n)
{
	const uint8_t *p = b->p;

	if (b->is_short || n > b->left) {
		b->is_short = true;
		return NULL;
	}
	b->p += n;
	b->left -= n;
	return p;
}

static uint64_t number(struct tpmbytes *b, size_t n)
{
	const uint8_t *p = tpmbytes_take(b, n);
	uint64_t v = 0;

	while (p && n--)
		v = v << 8 | *p++;
	return v;
}

uint8_t tpmbytes_u8(struct tpmbytes *b)
{
	return (uint8_t)number(b, 1);
}

uint16_t tpmbytes_u16(struct tpmbytes *b)
{
	return (uint16_t)number(b, 2);
}

uint32_t tpmbytes_u32(struct tpmbytes *b)
{
	return (uint32_t)number(b, 4);
}

uint64_t tpmbytes_u64(struct tpmbytes *b)
{
	return number(b, 8);
}

const uint8_t *tpmbytes_sized(struct tpmbytes *b, size_t *len)
{
	size_t n = tpmbytes_u16(b);
	const uint8_t *p = tpmbytes_take(b, n);

	*len = p ? n : 0;
	return p;
}

bool tpmbytes_done(const struct tpmbytes *b)
{
	return !b->is_short && !b->left;
}

const EVP_MD *tpmbytes_md(uint16_t alg)
{
	switch (alg) {
	case TPM_SHA256:
		return EVP_sha256();
	case TPM_SHA384:
		return EVP_sha384();
	case TPM_SHA512:
		return EVP_sha512();
	default:
		return NULL;
	}
}
