/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bundle.h"
#include "fuzz.h"
#include "pcrfile.h"
#include "tpmkey.h"

/*
 * The first byte says what the others are: q: a quote; s: a signature; S: one that
 * may be bare; k: a key; p: a file of PCRs; v: one that is said to have sha256:10
 * and sha1:0; t: a selection; b: a bundle. The key that is asked is the one of
 * tests/attest/data/mixed/akec.pem, which signed quotee.bin by sige.bin: these bytes
 * are good, and no others.
 */
static const char key_text[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAwjvEtwQ8EyN6Hv/HuvwyI0nkK3+\n"
	"FkQxJFspCCgsLdkVibGYlzXSpZLmM2wTkPJy9P5CMk5ebUrwUK70hsrV9A==\n"
	"-----END PUBLIC KEY-----\n";

static const uint8_t its_quote[] = {
	0xff, 0x54, 0x43, 0x47, 0x80, 0x18, 0x00, 0x22, 0x00, 0x0b, 0xc5, 0xd2,
	0x7e, 0xc2, 0xa2, 0x2b, 0x9c, 0x47, 0xa2, 0xcb, 0x1b, 0x3d, 0x03, 0xbf,
	0xad, 0x43, 0x6d, 0x53, 0xde, 0x21, 0x5e, 0xdd, 0xfb, 0x4b, 0xc4, 0x85,
	0xd5, 0x67, 0x4b, 0xa8, 0xc9, 0xa4, 0x00, 0x10, 0x01, 0x23, 0x45, 0x67,
	0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x3f, 0xcc, 0x00, 0x00, 0x00, 0x02,
	0x00, 0x00, 0x00, 0x00, 0x01, 0x20, 0x19, 0x10, 0x23, 0x00, 0x16, 0x36,
	0x36, 0x00, 0x00, 0x00, 0x01, 0x00, 0x0b, 0x03, 0x00, 0x04, 0x00, 0x00,
	0x20, 0xb1, 0xa3, 0xef, 0xe0, 0x6e, 0xe6, 0x49, 0x29, 0x62, 0xd8, 0xff,
	0xd5, 0x61, 0xc6, 0x57, 0xc5, 0x51, 0x12, 0x6d, 0x14, 0xda, 0x16, 0xee,
	0x6d, 0x64, 0x97, 0x2c, 0x58, 0xa8, 0xd0, 0x66, 0x05,
};

static const uint8_t its_signature[] = {
	0x00, 0x18, 0x00, 0x0b, 0x00, 0x20, 0xcd, 0x7d, 0x65, 0x88, 0x39, 0x40,
	0x3e, 0x53, 0x4e, 0x95, 0x80, 0xbf, 0xed, 0x08, 0x48, 0x54, 0x04, 0xfe,
	0xb8, 0x5a, 0x9c, 0xe5, 0x36, 0x57, 0xd6, 0x6f, 0x66, 0x2c, 0x8e, 0xb6,
	0x07, 0x82, 0x00, 0x20, 0x62, 0x46, 0x2b, 0xca, 0xff, 0x60, 0xf5, 0x91,
	0x4d, 0x1e, 0x11, 0x5f, 0x89, 0x87, 0xb3, 0xb7, 0xa7, 0x7c, 0x5a, 0xd3,
	0x62, 0x06, 0x53, 0x4f, 0xec, 0xa0, 0x8d, 0x3d, 0x8c, 0xa1, 0x08, 0xcc,
};

static void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

/* what is wrong is said, whatever it is */
static bool good(const char *why)
{
	if (why && !*why)
		fail("refused without a reason");
	return !why;
}

static void inside(const uint8_t *data, size_t size, const uint8_t *p, size_t len)
{
	if (len && (p < data || p + len > data + size))
		fail("bytes that were not there");
}

/* ---- quotes and signatures ---- */

static bool verifies(const uint8_t *quote, size_t len, const uint8_t *sig,
		     size_t sig_len, uint16_t plain)
{
	struct quote_signature s;
	struct tpmkey key;
	bool ok;

	if (!good(quote_signature_read(sig, sig_len, plain, &s)))
		return false;
	inside(sig, sig_len, s.sig, s.sig_len);
	inside(sig, sig_len, s.r, s.r_len);
	inside(sig, sig_len, s.s, s.s_len);
	if (tpmkey_read(key_text, sizeof(key_text) - 1, &key))
		fail("the key is none");
	ok = good(quote_verify(quote, len, &s, &key));
	tpmkey_free(&key);
	return ok;
}

static void check_quote(const uint8_t *data, size_t size)
{
	bool ours = size == sizeof(its_quote) && !memcmp(data, its_quote, size);
	struct quote q;
	uint32_t pcrs = 0;
	size_t i;

	if (good(quote_read(data, size, &q))) {
		inside(data, size, q.signer, q.signer_len);
		inside(data, size, q.nonce, q.nonce_len);
		inside(data, size, q.digest, q.digest_len);
		for (i = 0; i < q.selections; i++)
			pcrs |= q.select[i].pcrs;
		if (!pcrs || pcrs >> 24 || q.nonce_len > QUOTE_NONCE_MAX ||
		    q.selections > QUOTE_SELECTIONS_MAX)
			fail("a quote of nothing, or of too much");
	}
	if (verifies(data, size, its_signature, sizeof(its_signature), 0) != ours)
		fail("another quote than was signed");
}

static void check_signature(const uint8_t *data, size_t size, uint16_t plain)
{
	bool ours = size == sizeof(its_signature) &&
		    !memcmp(data, its_signature, size);

	/* a bare one is DER, which has one form alone, and a seed */
	if (verifies(its_quote, sizeof(its_quote), data, size, plain) != ours &&
	    !plain)
		fail("another signature than the key made");
}

/* ---- keys ---- */

static void check_key(const uint8_t *data, size_t size)
{
	uint8_t print[32], again[32];
	struct tpmkey key, other;
	unsigned char *der = NULL;
	int len;

	if (!good(tpmkey_read(data, size, &key))) {
		if (key.key)
			fail("a key that was refused");
		return;
	}
	if (!key.key || key.has_template != (key.name_len != 0))
		fail("half a key");
	len = i2d_PUBKEY(key.key, &der);
	if (len <= 0 || tpmkey_read(der, (size_t)len, &other))
		fail("a key that is none when it is written");
	if (!tpmkey_fingerprint(&key, print) ||
	    !tpmkey_fingerprint(&other, again) ||
	    memcmp(print, again, sizeof(print)))
		fail("another key is read than was written");
	OPENSSL_free(der);
	tpmkey_free(&other);
	tpmkey_free(&key);
}

/* ---- files of PCRs ---- */

/* a quote of what it has, in the order of the banks */
static struct quote quote_of(const struct pcrfile *f)
{
	struct quote q = { .selections = 0 };
	enum replay_bank b;

	for (b = 0; b < REPLAY_BANKS; b++)
		if (f->known[b])
			q.select[q.selections++] = (struct quote_selection){
				replay_bank_tcg(b), f->known[b] };
	return q;
}

static void check_pcrs(const uint8_t *data, size_t size, bool told)
{
	const struct quote_selection select[] = { { 0x0b, 1u << 10 }, { 4, 1 } };
	uint8_t digest[64], other[64];
	static struct pcrfile f;
	struct quote q;
	size_t len;

	if (!good(pcrfile_read(data, size, told ? select : NULL, told ? 2 : 0,
			       &f)))
		return;
	q = quote_of(&f);
	if (!q.selections || (told && (q.selections != 2 ||
				       f.known[REPLAY_SHA256] != 1u << 10)))
		fail("other PCRs than it was said to have");
	if (!good(pcrfile_digest(&f, 0x0b, &q, digest, &len)) || len != 32)
		fail("values without a digest");
	f.value[replay_bank_of_tcg(q.select[0].alg)]
	       [__builtin_ctz(q.select[0].pcrs)][0] ^= 1;
	if (!good(pcrfile_digest(&f, 0x0b, &q, other, &len)) ||
	    !memcmp(digest, other, len))
		fail("a value that does not count");
	q.select[0].pcrs ^= 1u << 5;
	if (good(pcrfile_digest(&f, 0x0b, &q, digest, &len)))
		fail("a quote of other PCRs");
}

static void check_selection(const uint8_t *data, size_t size)
{
	struct quote_selection s[QUOTE_SELECTIONS_MAX];
	char *text = strndup((const char *)data, size);
	size_t n, i;

	if (text && good(pcrfile_selection(text, s, &n)))
		for (i = 0; i < n; i++)
			if (!s[i].pcrs || s[i].pcrs >> 24 ||
			    replay_bank_of_tcg(s[i].alg) == REPLAY_BANKS)
				fail("a selection of nothing");
	free(text);
}

/* ---- bundles ---- */

static void check_bundle(const uint8_t *data, size_t size)
{
	int fd = memfd_create("bundle", MFD_CLOEXEC);
	struct bundle b;
	uint64_t at = 15;
	size_t i;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		fail("no file in memory");
	if (good(bundle_read(fd, &b))) {
		for (i = 0; i < b.n; i++) {
			if (b.piece[i].offset != at + 16)
				fail("a part that does not stand behind the last");
			at = b.piece[i].offset + b.piece[i].len;
		}
		if (at != size || !bundle_is(fd))
			fail("bytes that are in no part");
	}
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	size--;
	switch (*data++) {
	case 'q':
		check_quote(data, size);
		break;
	case 's':
	case 'S':
		check_signature(data, size, data[-1] == 'S' ? 0x0b : 0);
		break;
	case 'k':
		check_key(data, size);
		break;
	case 'p':
	case 'v':
		check_pcrs(data, size, data[-1] == 'v');
		break;
	case 't':
		check_selection(data, size);
		break;
	case 'b':
		check_bundle(data, size);
		break;
	}
	return 0;
}
