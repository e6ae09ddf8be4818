/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_QUOTES_H
#define IMAPOL_TEST_QUOTES_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Files of tests/attest/data, and structures of a TPM put together by hand: what is
 * tested reads them, and shares nothing with this.
 */
struct bytes {
	uint8_t b[16384];
	size_t len;
};

static inline struct bytes load(const char *name)
{
	const char *top = getenv("srcdir");
	struct bytes f;
	char path[4096];
	FILE *in;

	snprintf(path, sizeof(path), "%s/tests/attest/data/%s", top ? top : ".",
		 name);
	in = fopen(path, "rb");
	ck_assert_msg(in != NULL, "%s", path);
	f.len = fread(f.b, 1, sizeof(f.b), in);
	fclose(in);
	ck_assert_uint_lt(f.len, sizeof(f.b));
	return f;
}

static inline void add(struct bytes *to, const void *p, size_t n)
{
	ck_assert_uint_le(to->len + n, sizeof(to->b));
	if (n)
		memcpy(to->b + to->len, p, n);
	to->len += n;
}

/* the n low bytes of v, big-endian */
static inline void be(struct bytes *to, size_t n, uint64_t v)
{
	while (n--) {
		uint8_t c = (uint8_t)(v >> (8 * n));

		add(to, &c, 1);
	}
}

static inline void sized(struct bytes *to, const void *p, size_t n)
{
	be(to, 2, n);
	add(to, p, n);
}

/* what a quote is made of; zero is what a sound one has */
struct made_quote {
	uint32_t magic;		/* 0: the right one */
	uint16_t type;		/* the same */
	size_t signer_len, nonce_len;
	uint8_t safe;
	/* NULL: sha256, PCR 10 */
	const uint8_t *selections;
	size_t selections_len;
	size_t digest_len;	/* 0: 32 */
};

static inline struct bytes make_quote(const struct made_quote *m)
{
	static const uint8_t one[] = { 0, 0, 0, 1, 0, 0x0b, 3, 0, 4, 0 };
	static const uint8_t fill[128] = { 0, 0x0b, 1, 2, 3, 4 };
	struct bytes q = { .len = 0 };

	be(&q, 4, m->magic ? m->magic : 0xff544347);
	be(&q, 2, m->type ? m->type : 0x8018);
	sized(&q, fill, m->signer_len ? m->signer_len : 34);
	sized(&q, fill, m->nonce_len);
	be(&q, 8, 123456);
	be(&q, 4, 7);
	be(&q, 4, 8);
	be(&q, 1, m->safe);
	be(&q, 8, 0x2019102300163636);
	if (m->selections)
		add(&q, m->selections, m->selections_len);
	else
		add(&q, one, sizeof(one));
	sized(&q, fill, m->digest_len ? m->digest_len : 32);
	return q;
}

#endif
