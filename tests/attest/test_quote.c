/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "pcrfile.h"
#include "quote.h"
#include "quotes.h"
#include "tpmkey.h"
#include "util.h"

enum { ALG_SHA1 = 4, ALG_SHA256 = 0x0b, ALG_SHA384 = 0x0c, ALG_SHA512 = 0x0d,
       RSASSA = 0x14, RSAPSS = 0x16, ECDSA = 0x18 };

static const uint8_t nonce[] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
				 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };

/* quotes of booted kernels and of a TPM, and the PCR files that came with them */
static const struct fixture {
	const char *key, *quote, *sig, *pcrs, *selection;
	uint16_t plain;
	size_t nonce_len;
	uint16_t scheme, hash;
} fixtures[] = {
	{ "mixed/ak.pem", "mixed/quote.bin", "mixed/sig.bin", "mixed/pcrs.bin",
	  NULL, 0, 16, RSASSA, ALG_SHA256 },
	{ "mixed/ak.tss", "mixed/quote.bin", "mixed/sig.bin", "mixed/pcrs.bin",
	  NULL, 0, 16, RSASSA, ALG_SHA256 },
	{ "mixed/ak.pem", "mixed/quote2.bin", "mixed/sig2.bin",
	  "mixed/pcrs2.bin", NULL, 0, 16, RSASSA, ALG_SHA256 },
	{ "mixed/ak.pem", "mixed/quotea.bin", "mixed/siga.bin",
	  "mixed/pcrsa.bin", NULL, 0, 16, RSASSA, ALG_SHA256 },
	{ "mixed/akec.pem", "mixed/quotee.bin", "mixed/sige.bin",
	  "mixed/pcrse.bin", NULL, 0, 16, ECDSA, ALG_SHA256 },
	{ "mixed/ak.pem", "mixed/quotep.bin", "mixed/sigp.bin", NULL, NULL,
	  ALG_SHA256, 16, 0, ALG_SHA256 },
	{ "mixed/ak.tss", "mixed/quotep.bin", "mixed/sigp.bin", NULL, NULL,
	  ALG_SHA256, 16, 0, ALG_SHA256 },
	{ "mixed/ak.pem", "mixed/quotev.bin", "mixed/sigv.bin",
	  "mixed/pcrsv.bin", "sha256:10", 0, 16, RSASSA, ALG_SHA256 },
	{ "mixed/ak.pem", "mixed/atkq.bin", "mixed/atks.bin", "mixed/atkp.bin",
	  NULL, 0, 16, RSASSA, ALG_SHA256 },
	{ "race/ak.pem", "race/q1", "race/s1", NULL, NULL, 0, 1, RSASSA, ALG_SHA256 },
	{ "race/ak.pem", "race/q45", "race/s45", NULL, NULL, 0, 1, RSASSA, ALG_SHA256 },
	{ "synth/ak3.pem", "synth/e.q", "synth/e.s", NULL, NULL, 0, 4, ECDSA, ALG_SHA384 },
	{ "synth/akp.pem", "synth/p.q", "synth/p.s", NULL, NULL, 0, 50, RSAPSS, ALG_SHA256 },
};

static struct tpmkey load_key(const char *name)
{
	struct bytes f = load(name);
	struct tpmkey key;
	const char *why = tpmkey_read(f.b, f.len, &key);

	ck_assert_msg(!why, "%s: %s", name, why);
	return key;
}

static const char *verify(const struct bytes *quote, const struct bytes *sig,
			  uint16_t plain, const struct tpmkey *key)
{
	struct quote_signature s;
	const char *why = quote_signature_read(sig->b, sig->len, plain, &s);

	return why ? why : quote_verify(quote->b, quote->len, &s, key);
}

static void check_pcrs(const struct fixture *f, const struct quote *q)
{
	struct quote_selection select[QUOTE_SELECTIONS_MAX];
	struct bytes file = load(f->pcrs);
	struct pcrfile pcrs;
	uint8_t digest[64];
	const char *why;
	size_t n = 0, len;

	if (f->selection)
		ck_assert_ptr_null(pcrfile_selection(f->selection, select, &n));
	why = pcrfile_read(file.b, file.len, f->selection ? select : NULL, n,
			   &pcrs);
	ck_assert_msg(!why, "%s: %s", f->pcrs, why);
	why = pcrfile_digest(&pcrs, f->hash, q, digest, &len);
	ck_assert_msg(!why, "%s: %s", f->pcrs, why);
	ck_assert_uint_eq(len, q->digest_len);
	ck_assert_mem_eq(digest, q->digest, len);
}

START_TEST(test_fixture)
{
	const struct fixture *f = &fixtures[_i];
	struct bytes quote = load(f->quote), sig = load(f->sig);
	struct tpmkey key = load_key(f->key);
	struct quote_signature s;
	const char *why;
	struct quote q;

	ck_assert_ptr_null(quote_read(quote.b, quote.len, &q));
	ck_assert_uint_eq(q.nonce_len, f->nonce_len);
	if (f->nonce_len == sizeof(nonce))
		ck_assert_mem_eq(q.nonce, nonce, sizeof(nonce));
	ck_assert_ptr_null(quote_signature_read(sig.b, sig.len, f->plain, &s));
	ck_assert_int_eq(s.scheme, f->scheme);
	ck_assert_int_eq(s.hash, f->hash);
	why = quote_verify(quote.b, quote.len, &s, &key);
	ck_assert_msg(!why, "%s: %s", f->quote, why);
	if (f->pcrs)
		check_pcrs(f, &q);
	tpmkey_free(&key);
}
END_TEST

static void flip(struct bytes *f, size_t bit)
{
	f->b[bit / 8] ^= (uint8_t)(1 << bit % 8);
}

/* of an RSA signature s, s + 2^k is never s again modulo n, which is odd */
static void flip_all(struct bytes *what, const struct bytes *quote,
		     const struct bytes *sig, uint16_t plain,
		     const struct tpmkey *key)
{
	size_t i;

	for (i = 0; i < 8 * what->len; i++) {
		flip(what, i);
		ck_assert_msg(verify(quote, sig, plain, key) != NULL,
			      "bit %zu", i);
		flip(what, i);
	}
}

START_TEST(test_every_bit)
{
	const struct fixture *f = &fixtures[_i];
	struct bytes quote = load(f->quote), sig = load(f->sig);
	struct tpmkey key = load_key(f->key);

	flip_all(&quote, &quote, &sig, f->plain, &key);
	flip_all(&sig, &quote, &sig, f->plain, &key);
	ck_assert_ptr_null(verify(&quote, &sig, f->plain, &key));
	tpmkey_free(&key);
}
END_TEST

/* cut short anywhere, or with a byte behind it */
START_TEST(test_every_length)
{
	const struct fixture *f = &fixtures[_i];
	struct bytes quote = load(f->quote), sig = load(f->sig), cut;
	struct tpmkey key = load_key(f->key);
	struct quote q;

	for (cut = quote, cut.len = 0; cut.len < quote.len; cut.len++) {
		ck_assert_ptr_nonnull(quote_read(cut.b, cut.len, &q));
		ck_assert_ptr_nonnull(verify(&cut, &sig, f->plain, &key));
	}
	cut.len = quote.len + 1;
	ck_assert_str_eq(quote_read(cut.b, cut.len, &q),
			 "there are bytes behind the quote");
	for (cut = sig, cut.len = 0; cut.len < sig.len; cut.len++)
		ck_assert_ptr_nonnull(verify(&quote, &cut, f->plain, &key));
	cut.len = sig.len + 1;
	ck_assert_ptr_nonnull(verify(&quote, &cut, f->plain, &key));
	tpmkey_free(&key);
}
END_TEST

/* each quote with each signature and each key: only those that belong together */
START_TEST(test_pairs)
{
	const struct fixture *q = &fixtures[_i];
	struct bytes quote = load(q->quote);
	struct tpmkey own = load_key(q->key);
	size_t s, k;

	for (k = 0; k < ARRAY_SIZE(fixtures); k++) {
		struct tpmkey key = load_key(fixtures[k].key);
		bool same = EVP_PKEY_eq(own.key, key.key) == 1;

		for (s = 0; s < ARRAY_SIZE(fixtures); s++) {
			struct bytes sig = load(fixtures[s].sig);
			const char *why = verify(&quote, &sig,
						 fixtures[s].plain, &key);

			ck_assert_int_eq(!why, same && !strcmp(q->sig,
							       fixtures[s].sig));
		}
		tpmkey_free(&key);
	}
	tpmkey_free(&own);
}
END_TEST

/* ---- what a quote may not be ---- */

static void refused(const struct made_quote *m, const char *words)
{
	struct bytes b = make_quote(m);
	struct quote q;
	const char *why = quote_read(b.b, b.len, &q);

	ck_assert_msg(why != NULL, "taken, instead of: %s", words);
	ck_assert_msg(strstr(why, words) != NULL, "%s", why);
}

#define SELECTIONS(...)							\
	.selections = (const uint8_t []){ __VA_ARGS__ },		\
	.selections_len = sizeof((const uint8_t []){ __VA_ARGS__ })

START_TEST(test_refused)
{
	refused(&(struct made_quote){ .magic = 0xff544348 }, "does not begin");
	refused(&(struct made_quote){ .type = 0x8017 }, "another key");
	refused(&(struct made_quote){ .type = 0x801a }, "was made");
	refused(&(struct made_quote){ .type = 0x8014 }, "an NV index");
	refused(&(struct made_quote){ .type = 0x8019 }, "the time");
	refused(&(struct made_quote){ .type = 0x0018 }, "no TPM has");
	refused(&(struct made_quote){ .signer_len = 67 }, "name of its key");
	refused(&(struct made_quote){ .nonce_len = 65 }, "nonce");
	refused(&(struct made_quote){ .safe = 2 }, "clock");
	refused(&(struct made_quote){ SELECTIONS(0, 0, 0, 17) }, "more banks");
	refused(&(struct made_quote){ SELECTIONS(0xff, 0xff, 0xff, 0xff) },
		"more banks");
	refused(&(struct made_quote){ SELECTIONS(0, 0, 0, 0) }, "no PCR");
	refused(&(struct made_quote){ SELECTIONS(0, 0, 0, 1, 0, 11, 3, 0, 0, 0) },
		"no PCR");
	refused(&(struct made_quote){ SELECTIONS(0, 0, 0, 1, 0, 11, 4, 0, 4, 0, 1) },
		"beyond 23");
	refused(&(struct made_quote){ SELECTIONS(0, 0, 0, 1, 0, 11, 5, 0, 4, 0, 0, 0) },
		"bitmap");
	refused(&(struct made_quote){ SELECTIONS(0, 0, 0, 1, 0, 11, 255, 0, 4, 0, 0, 0) },
		"bitmap");
	refused(&(struct made_quote){ SELECTIONS(0, 0, 0, 2, 0, 11, 3, 0, 4, 0,
						 0, 11, 3, 0, 8, 0) },
		"twice");
	refused(&(struct made_quote){ SELECTIONS(0, 0, 0, 3, 0, 11, 3, 0, 4, 0,
						 0, 4, 3, 0, 4, 0) },
		"early");
}
END_TEST

START_TEST(test_taken)
{
	struct made_quote m = { .nonce_len = 64, .safe = 1, .signer_len = 66,
		SELECTIONS(0, 0, 0, 3, 0, 4, 1, 0x80, 0, 0x0b, 2, 0, 0x84,
			   0, 0x12, 4, 1, 2, 4, 0) };
	struct bytes b = make_quote(&m);
	struct quote q;

	ck_assert_ptr_null(quote_read(b.b, b.len, &q));
	ck_assert_uint_eq(q.nonce_len, 64);
	ck_assert_uint_eq(q.signer_len, 66);
	ck_assert_uint_eq(q.clock, 123456);
	ck_assert_uint_eq(q.reset_count, 7);
	ck_assert_uint_eq(q.restart_count, 8);
	ck_assert(q.safe);
	ck_assert_uint_eq(q.firmware, 0x2019102300163636);
	ck_assert_uint_eq(q.selections, 3);
	ck_assert_uint_eq(q.select[0].alg, 4);
	ck_assert_uint_eq(q.select[0].pcrs, 1u << 7);
	ck_assert_uint_eq(q.select[1].alg, 0x0b);
	ck_assert_uint_eq(q.select[1].pcrs, 1u << 10 | 1u << 15);
	ck_assert_uint_eq(q.select[2].pcrs, 1u << 0 | 1u << 9 | 1u << 18);
	ck_assert_uint_eq(q.digest_len, 32);
	ck_assert_ptr_eq(q.digest, b.b + b.len - 32);
}
END_TEST

START_TEST(test_sizes)
{
	struct quote_signature s;
	static uint8_t large[QUOTE_MAX + 1];
	struct quote q;

	ck_assert_str_eq(quote_read("", 0, &q), "it is empty");
	ck_assert_ptr_nonnull(strstr(quote_read(large, sizeof(large), &q),
				     "too large"));
	ck_assert_ptr_nonnull(strstr(quote_signature_read("", 0, ALG_SHA256, &s),
				     "empty"));
	ck_assert_ptr_nonnull(strstr(quote_signature_read(large, sizeof(large),
							  ALG_SHA256, &s),
				     "too large"));
}
END_TEST

static void sig_refused(uint16_t scheme, const char *words)
{
	struct bytes b = { .len = 0 };
	struct quote_signature s;
	const char *why;

	be(&b, 2, scheme);
	be(&b, 2, ALG_SHA256);
	sized(&b, "1234", 4);
	why = quote_signature_read(b.b, b.len, 0, &s);
	ck_assert_ptr_nonnull(why);
	ck_assert_msg(strstr(why, words) != NULL, "%s", why);
}

START_TEST(test_schemes)
{
	sig_refused(0x10, "not signed");
	sig_refused(0x05, "HMAC");
	sig_refused(0x1a, "none of RSASSA");
	sig_refused(0x1b, "none of RSASSA");
	sig_refused(ECDSA, "early");
	sig_refused(0xffff, "none of RSASSA");
}
END_TEST

/* ---- signatures of our own making, of every kind ---- */

static const struct {
	uint16_t alg;
	const char *name;
	size_t size;
} hashes[] = {
	{ ALG_SHA256, "sha256", 32 }, { ALG_SHA384, "sha384", 48 },
	{ ALG_SHA512, "sha512", 64 }, { ALG_SHA1, "sha1", 20 },
};

/* a bare signature, as libcrypto makes it; salt: -3 is the longest */
static struct bytes sign(EVP_PKEY *key, const char *hash, uint16_t scheme,
			 int salt, const struct bytes *what)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct bytes sig = { .len = sizeof(sig.b) };
	EVP_PKEY_CTX *how;

	ck_assert_int_gt(EVP_DigestSignInit(ctx, &how, EVP_get_digestbyname(hash),
					    NULL, key), 0);
	if (scheme == RSAPSS) {
		ck_assert_int_gt(EVP_PKEY_CTX_set_rsa_padding(how,
					RSA_PKCS1_PSS_PADDING), 0);
		ck_assert_int_gt(EVP_PKEY_CTX_set_rsa_pss_saltlen(how, salt), 0);
	}
	ck_assert_int_gt(EVP_DigestSign(ctx, sig.b, &sig.len, what->b,
					what->len), 0);
	EVP_MD_CTX_free(ctx);
	return sig;
}

static void add_number(struct bytes *to, const BIGNUM *n, size_t len)
{
	uint8_t b[80];

	ck_assert_int_eq(BN_bn2binpad(n, b, (int)len), (int)len);
	sized(to, b, len);
}

/* the same as a TPM writes it; field: bytes of a number of ECDSA */
static struct bytes tpmt(const struct bytes *bare, uint16_t scheme,
			 uint16_t hash, size_t field)
{
	const unsigned char *p = bare->b;
	struct bytes sig = { .len = 0 };
	ECDSA_SIG *pair;

	be(&sig, 2, scheme);
	be(&sig, 2, hash);
	if (scheme != ECDSA) {
		sized(&sig, bare->b, bare->len);
		return sig;
	}
	pair = d2i_ECDSA_SIG(NULL, &p, (long)bare->len);
	ck_assert_ptr_nonnull(pair);
	add_number(&sig, ECDSA_SIG_get0_r(pair), field);
	add_number(&sig, ECDSA_SIG_get0_s(pair), field);
	ECDSA_SIG_free(pair);
	return sig;
}

static struct tpmkey pinned(EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);
	struct tpmkey k;

	ck_assert_int_gt(len, 0);
	ck_assert_ptr_null(tpmkey_read(der, (size_t)len, &k));
	OPENSSL_free(der);
	return k;
}

static void expect(const char *why, const char *words)
{
	if (!words) {
		ck_assert_msg(!why, "%s", why);
		return;
	}
	ck_assert_msg(why && strstr(why, words), "%s, instead of: %s", why, words);
}

/* by one scheme and each hash, in both forms, and with what is around changed */
static void by_scheme(EVP_PKEY *key, uint16_t scheme, int salt, size_t field)
{
	struct tpmkey k = pinned(key);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hashes); i++) {
		struct made_quote m = { .digest_len = hashes[i].size };
		struct bytes quote = make_quote(&m);
		struct bytes bare = sign(key, hashes[i].name, scheme, salt, &quote);
		struct bytes whole = tpmt(&bare, scheme, hashes[i].alg, field);
		const char *words = hashes[i].alg == ALG_SHA1 ? "sha1" : NULL;

		expect(verify(&quote, &whole, 0, &k), words);
		expect(verify(&quote, &bare, hashes[i].alg, &k), words);
		/* a bare one by another hash than is told */
		expect(verify(&quote, &bare, hashes[(i + 1) % 3].alg, &k),
		       i == 2 || i == 3 ? "" : "digest");
		quote.b[quote.len - 1] ^= 1;
		expect(verify(&quote, &whole, 0, &k),
		       words ? words : "did not sign");
	}
	tpmkey_free(&k);
}

START_TEST(test_own_rsa)
{
	static const unsigned int bits[] = { 2048, 3072, 4096 };
	EVP_PKEY *key = EVP_RSA_gen(bits[_i]);

	by_scheme(key, RSASSA, 0, 0);
	by_scheme(key, RSAPSS, RSA_PSS_SALTLEN_DIGEST, 0);
	by_scheme(key, RSAPSS, RSA_PSS_SALTLEN_MAX, 0);
	by_scheme(key, RSAPSS, 0, 0);
	EVP_PKEY_free(key);
}
END_TEST

/* they make no other number, and yet other bytes */
static void zeros_before(EVP_PKEY *key, size_t field)
{
	struct tpmkey k = pinned(key);
	struct made_quote m = { 0 };
	struct bytes quote = make_quote(&m);
	struct bytes bare = sign(key, "sha256", ECDSA, 0, &quote), sig;

	sig = tpmt(&bare, ECDSA, ALG_SHA256, field);
	expect(verify(&quote, &sig, 0, &k), NULL);
	sig = tpmt(&bare, ECDSA, ALG_SHA256, field + 1);
	expect(verify(&quote, &sig, 0, &k), "did not sign");
	tpmkey_free(&k);
}

START_TEST(test_own_ec)
{
	static const char *const curves[] = { "P-256", "P-384", "P-521" };
	static const size_t fields[] = { 32, 48, 66 };
	EVP_PKEY *key = EVP_EC_gen(curves[_i]);

	by_scheme(key, ECDSA, 0, fields[_i]);
	zeros_before(key, fields[_i]);
	EVP_PKEY_free(key);
}
END_TEST

/* a restricted key signs nothing that begins so; one that is not signs anything */
START_TEST(test_signed_but_no_quote)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct tpmkey k = pinned(key);
	struct made_quote m[] = {
		{ .magic = 0xff544346 }, { .type = 0x8017 },
		{ SELECTIONS(0, 0, 0, 1, 0, 11, 3, 0, 0, 0) },
		{ .digest_len = 20 }, { .digest_len = 48 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(m); i++) {
		struct bytes quote = make_quote(&m[i]);
		struct bytes bare = sign(key, "sha256", ECDSA, 0, &quote);
		struct bytes whole = tpmt(&bare, ECDSA, ALG_SHA256, 32);

		ck_assert_ptr_nonnull(verify(&quote, &whole, 0, &k));
		ck_assert_str_ne(verify(&quote, &whole, 0, &k),
				 "the key did not sign this quote");
	}
	tpmkey_free(&k);
	EVP_PKEY_free(key);
}
END_TEST

/* the scheme is not the key's, or not that of the key's template */
START_TEST(test_scheme_of_key)
{
	EVP_PKEY *rsa = EVP_RSA_gen(2048), *ec = EVP_EC_gen("P-256");
	struct tpmkey kr = pinned(rsa), ke = pinned(ec);
	struct made_quote m = { 0 };
	struct bytes quote = make_quote(&m);
	struct bytes by_ec = sign(ec, "sha256", ECDSA, 0, &quote);
	struct bytes by_pss = sign(rsa, "sha256", RSAPSS, -1, &quote);
	struct bytes by_rsa = sign(rsa, "sha256", RSASSA, 0, &quote), t;

	t = tpmt(&by_ec, ECDSA, ALG_SHA256, 32);
	expect(verify(&quote, &t, 0, &kr), "one of RSA");
	t = tpmt(&by_rsa, RSASSA, ALG_SHA256, 0);
	expect(verify(&quote, &t, 0, &ke), "key is none");
	/* named the other way */
	t = tpmt(&by_rsa, RSAPSS, ALG_SHA256, 0);
	expect(verify(&quote, &t, 0, &kr), "did not sign");
	t = tpmt(&by_pss, RSASSA, ALG_SHA256, 0);
	expect(verify(&quote, &t, 0, &kr), "did not sign");
	kr.scheme = RSASSA;
	kr.hash = ALG_SHA256;
	t = tpmt(&by_pss, RSAPSS, ALG_SHA256, 0);
	expect(verify(&quote, &t, 0, &kr), "made for");
	expect(verify(&quote, &by_pss, ALG_SHA256, &kr), "did not sign");
	expect(verify(&quote, &by_rsa, ALG_SHA256, &kr), NULL);
	kr.hash = ALG_SHA384;
	expect(verify(&quote, &by_rsa, ALG_SHA256, &kr), "hash of the signature");
	tpmkey_free(&kr);
	tpmkey_free(&ke);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
}
END_TEST

/* n, n + s, a zero before all of it: no other bytes are the same signature */
START_TEST(test_rsa_range)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	struct tpmkey k = pinned(key);
	BIGNUM *n = NULL, *s = BN_new(), *sum = BN_new();
	struct made_quote m = { 0 };
	struct bytes quote = make_quote(&m), bare, t;
	uint32_t tries = 0;

	/* until s + n has no more bytes than n */
	ck_assert(EVP_PKEY_get_bn_param(key, "n", &n));
	do {
		quote.len -= 4;
		be(&quote, 4, ++tries);
		bare = sign(key, "sha256", RSASSA, 0, &quote);
		BN_bin2bn(bare.b, (int)bare.len, s);
		ck_assert(BN_add(sum, s, n));
	} while (BN_num_bytes(sum) > BN_num_bytes(n));
	expect(verify(&quote, &bare, ALG_SHA256, &k), NULL);
	bare.len = (size_t)BN_bn2bin(sum, bare.b);
	t = tpmt(&bare, RSASSA, ALG_SHA256, 0);
	expect(verify(&quote, &t, 0, &k), "did not sign");
	bare.len = (size_t)BN_bn2bin(n, bare.b);
	t = tpmt(&bare, RSASSA, ALG_SHA256, 0);
	expect(verify(&quote, &t, 0, &k), "did not sign");
	/* s may have zeros in front by itself, which belong to it */
	bare.b[0] = 0;
	bare.len = 1 + (size_t)BN_bn2binpad(s, bare.b + 1, BN_num_bytes(n));
	t = tpmt(&bare, RSASSA, ALG_SHA256, 0);
	expect(verify(&quote, &t, 0, &k), "did not sign");
	BN_free(n);
	BN_free(s);
	BN_free(sum);
	tpmkey_free(&k);
	EVP_PKEY_free(key);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("quote");
	TCase *tc = tcase_create("quote");
	int n = ARRAY_SIZE(fixtures);

	tcase_add_loop_test(tc, test_fixture, 0, n);
	tcase_add_loop_test(tc, test_every_bit, 0, n);
	tcase_add_loop_test(tc, test_every_length, 0, n);
	tcase_add_loop_test(tc, test_pairs, 0, n);
	tcase_add_test(tc, test_refused);
	tcase_add_test(tc, test_taken);
	tcase_add_test(tc, test_sizes);
	tcase_add_test(tc, test_schemes);
	tcase_add_loop_test(tc, test_own_rsa, 0, 3);
	tcase_add_loop_test(tc, test_own_ec, 0, 3);
	tcase_add_test(tc, test_signed_but_no_quote);
	tcase_add_test(tc, test_scheme_of_key);
	tcase_add_test(tc, test_rsa_range);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
