/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ktargets.h"
#include "sealcheck.h"
#include "seals.h"
#include "util.h"

static struct arena a;
static struct filedigest *d;
static struct pubkeys keys;
static uint8_t text[] = "a content that somebody signs";
static struct seals_content content;

static void set_up(void)
{
	arena_init(&a);
	d = filedigest_new();
	pubkeys_init(&keys, &a);
	memset(&content, 0, sizeof(content));
	content.bytes = text;
	content.len = sizeof(text) - 1;
}

static void tear_down(void)
{
	pubkeys_free(&keys);
	filedigest_free(d);
	arena_free(&a);
}

static int hash(const char *name)
{
	return kmodel_hash_index(name);
}

/* takes key */
static void add_key(EVP_PKEY *key, uint32_t keyid)
{
	struct pubkey k = { .file = "test", .key = key, .keyid = keyid,
			    .has_keyid = true };

	vec_push(&a, &keys.v, k);
}

static struct sealcheck check(const struct ktarget *t, const uint8_t *ima,
			      size_t len)
{
	struct filedigest_source src = seals_source(&content);
	struct sealcheck_file f = { .ima = ima, .ima_len = len,
				    .content = &src };
	struct sealcheck s;

	content.reads = 0;
	sealcheck(d, &keys, t, &f, NULL, &s);
	ck_assert_uint_gt(strlen(sealcheck_text(&a, &s)), 0);
	return s;
}

static void gives(const struct ktarget *t, const uint8_t *ima, size_t len,
		  enum sealcheck_result wanted)
{
	struct sealcheck s = check(t, ima, len);

	ck_assert_msg(s.result == wanted, "%u, not %u: %s", s.result, wanted,
		      sealcheck_text(&a, &s));
}

/* the content's digest, and a signature of it */
static size_t digest_of(const char *name, uint8_t *out)
{
	struct filedigest_source src = seals_source(&content);

	return filedigest_content(d, hash(name), &src, NULL, out);
}

static size_t sign(EVP_PKEY *key, const char *name, uint32_t keyid, uint8_t *out)
{
	uint8_t digest[FILEDIGEST_MAX];
	size_t len = digest_of(name, digest);

	return seals_sign(key, filedigest_md(d, hash(name)), hash(name), keyid,
			  2, digest, len, out);
}

/* ---- the form ---- */

static void reads(const void *bytes, size_t len, bool whole,
		  enum imaxattr_kind kind, int number, size_t data)
{
	struct imaxattr x;

	ck_assert_msg(imaxattr_read(bytes, len, &x) == whole, "%zu bytes", len);
	ck_assert_int_eq(x.kind, kind);
	ck_assert_int_eq(x.hash, number);
	ck_assert_uint_eq(x.len, data);
}

START_TEST(forms)
{
	uint8_t b[80] = { 0 };

	memset(b + 1, 7, sizeof(b) - 1);
	reads(b, 0, true, IMAXATTR_NONE, -1, 0);
	reads(b, 1, true, IMAXATTR_OTHER, -1, 0);
	b[0] = 1;
	reads(b, 1, false, IMAXATTR_DIGEST, -1, 0);
	reads(b, 17, true, IMAXATTR_DIGEST, 1, 16);
	reads(b, 21, true, IMAXATTR_DIGEST, 2, 20);
	reads(b, 33, false, IMAXATTR_DIGEST, -1, 32);
	/* md5 in the room of sha1 */
	memset(b + 17, 0, 4);
	reads(b, 21, true, IMAXATTR_DIGEST, 1, 20);
	b[0] = 4;
	b[1] = 4;
	reads(b, 1, false, IMAXATTR_DIGEST_NG, -1, 0);
	reads(b, 2, false, IMAXATTR_DIGEST_NG, 4, 0);
	reads(b, 34, true, IMAXATTR_DIGEST_NG, 4, 32);
	b[1] = 99;
	reads(b, 34, true, IMAXATTR_DIGEST_NG, -1, 32);
	for (b[0] = 7; b[0] < 20; b[0]++)
		reads(b, 34, true, IMAXATTR_OTHER, -1, 0);
	b[0] = 2;
	reads(b, 34, true, IMAXATTR_OTHER, -1, 0);
	b[0] = 5;
	reads(b, 34, true, IMAXATTR_OTHER, -1, 0);
}
END_TEST

START_TEST(signatures)
{
	uint8_t b[80] = { 3, 2, 4, 0xde, 0xad, 0xbe, 0xef, 0, 71 };
	struct imaxattr x;
	size_t len;

	for (len = 1; len < IMAXATTR_HEADER; len++)
		reads(b, len, false, IMAXATTR_SIGNATURE, -1, 0);
	reads(b, 9, false, IMAXATTR_SIGNATURE, 4, 0);
	reads(b, 79, false, IMAXATTR_SIGNATURE, 4, 70);
	reads(b, 80, true, IMAXATTR_SIGNATURE, 4, 71);
	ck_assert(imaxattr_read(b, 80, &x));
	ck_assert_uint_eq(x.keyid, 0xdeadbeef);
	ck_assert_uint_eq(x.version, 2);
	ck_assert_ptr_eq(x.data, b + 9);
	b[0] = 6;
	b[1] = 3;
	reads(b, 80, true, IMAXATTR_VERITY_SIGNATURE, 4, 71);
	b[7] = 1;
	reads(b, 80, false, IMAXATTR_VERITY_SIGNATURE, 4, 71);
	b[8] = 0;
	b[7] = 0;
	reads(b, 9, false, IMAXATTR_VERITY_SIGNATURE, 4, 0);
}
END_TEST

/* what is written is read again, byte for byte */
START_TEST(round_trips)
{
	static const struct imaxattr all[] = {
		{ .kind = IMAXATTR_DIGEST, .hash = 1, .len = 16 },
		{ .kind = IMAXATTR_DIGEST, .hash = 2, .len = 20 },
		{ .kind = IMAXATTR_DIGEST_NG, .hash = 4, .len = 32 },
		{ .kind = IMAXATTR_DIGEST_NG, .hash = 22, .len = 64 },
		{ .kind = IMAXATTR_SIGNATURE, .version = 2, .hash = 6,
		  .keyid = 0x01020304, .len = 512 },
		{ .kind = IMAXATTR_VERITY_SIGNATURE, .version = 3, .hash = 4,
		  .keyid = 0xffffffff, .len = 70 },
		{ .kind = IMAXATTR_SIGNATURE, .version = 2, .hash = 0,
		  .len = IMAXATTR_MAX - IMAXATTR_HEADER },
	};
	static uint8_t data[IMAXATTR_MAX], out[IMAXATTR_MAX];
	size_t i, n;

	memset(data, 0xa5, sizeof(data));
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		struct imaxattr x = all[i], y;

		x.data = data;
		n = imaxattr_write(&x, out);
		ck_assert_uint_gt(n, x.len);
		ck_assert(imaxattr_read(out, n, &y));
		ck_assert_int_eq(y.kind, x.kind);
		ck_assert_int_eq(y.hash, x.hash);
		ck_assert_uint_eq(y.version, x.version);
		ck_assert_uint_eq(y.keyid, x.keyid);
		ck_assert_uint_eq(y.len, x.len);
		ck_assert_mem_eq(y.data, data, x.len);
	}
}
END_TEST

START_TEST(not_written)
{
	static uint8_t data[IMAXATTR_MAX], out[IMAXATTR_MAX];
	struct imaxattr x = { .kind = IMAXATTR_SIGNATURE, .version = 2,
			      .hash = 4, .data = data };

	ck_assert_uint_eq(imaxattr_write(&x, out), 0);
	x.len = IMAXATTR_MAX - IMAXATTR_HEADER + 1;
	ck_assert_uint_eq(imaxattr_write(&x, out), 0);
	x.len = 10;
	x.hash = -1;
	ck_assert_uint_eq(imaxattr_write(&x, out), 0);
	x.kind = IMAXATTR_NONE;
	x.hash = 4;
	ck_assert_uint_eq(imaxattr_write(&x, out), 0);
	x.kind = IMAXATTR_OTHER;
	ck_assert_uint_eq(imaxattr_write(&x, out), 0);
	x.kind = IMAXATTR_DIGEST_NG;
	x.len = IMAXATTR_MAX - 1;
	ck_assert_uint_eq(imaxattr_write(&x, out), 0);
}
END_TEST

/* ---- digests ---- */

static size_t make_digest(uint8_t type, const char *name, uint8_t *out)
{
	size_t head = type == 1 ? 1 : 2;

	out[0] = type;
	if (head == 2)
		out[1] = (uint8_t)hash(name);
	return head + digest_of(name, out + head);
}

START_TEST(digests)
{
	static const char *const names[] = {
		"md5", "sha1", "sha224", "sha256", "sha384", "sha512",
		"rmd160", "sm3", "sha3-256", "sha3-512",
	};
	struct ktarget t = target_with_all("6.12");
	uint8_t b[128];
	size_t i, j, n;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		n = make_digest(4, names[i], b);
		gives(NULL, b, n, SEALCHECK_GOOD);
		gives(&t, b, n, SEALCHECK_GOOD);
		for (j = 2; j < n; j++) {
			b[j] ^= 1;
			gives(&t, b, n, SEALCHECK_CONTENT);
			b[j] ^= 1;
		}
		gives(&t, b, n - 1, SEALCHECK_MALFORMED);
		gives(&t, b, 2, SEALCHECK_MALFORMED);
		ck_assert_uint_eq(content.reads, 0);
	}
	n = make_digest(1, "sha1", b);
	gives(&t, b, n, SEALCHECK_GOOD);
	n = make_digest(1, "md5", b);
	gives(&t, b, n, SEALCHECK_GOOD);
}
END_TEST

/* odd ones that IMA takes all the same */
START_TEST(odd_digests)
{
	struct ktarget t61 = target_with_all("6.1");
	struct ktarget t = target_with_all("6.12");
	uint8_t b[128] = { 0 };
	size_t n = make_digest(4, "sha256", b);

	gives(&t, b, n + 30, SEALCHECK_GOOD);
	b[1] = 200;
	gives(&t, b, n, SEALCHECK_GOOD);
	/* 6.1 has no hash 20: it looks for its own */
	b[1] = 20;
	gives(&t61, b, n, SEALCHECK_GOOD);
	gives(&t, b, n, SEALCHECK_CONTENT);
	memset(b, 0, sizeof(b));
	make_digest(1, "md5", b);
	gives(&t, b, 21, SEALCHECK_GOOD);
	b[20] = 1;
	gives(&t, b, 21, SEALCHECK_CONTENT);
	n = make_digest(1, "sha256", b);
	gives(&t, b, n, SEALCHECK_GOOD);
	b[0] = 7;
	gives(&t, b, n, SEALCHECK_MALFORMED);
	gives(&t, b, 0, SEALCHECK_NONE);
	ck_assert_uint_eq(content.reads, 0);
}
END_TEST

START_TEST(unread)
{
	uint8_t b[128];
	size_t n = make_digest(4, "sha256", b);
	struct sealcheck s;

	content.error = EIO;
	s = check(NULL, b, n);
	ck_assert_int_eq(s.result, SEALCHECK_UNREAD);
	ck_assert_int_eq(s.error, EIO);
}
END_TEST

START_TEST(hashes_of_kernels)
{
	struct ktarget t = target_of("6.1", KLSM_UNSET);
	struct sealcheck s;
	uint8_t b[128];
	size_t n = make_digest(4, "sha512", b);

	s = check(&t, b, n);
	ck_assert_int_eq(s.result, SEALCHECK_MAYBE);
	ck_assert_int_eq(s.option, KCONFIG_CRYPTO_SHA512);
	b[9] ^= 1;
	gives(&t, b, n, SEALCHECK_CONTENT);
	b[9] ^= 1;
	t.config[KCONFIG_CRYPTO_SHA512] = KTRI_NO;
	gives(&t, b, n, SEALCHECK_HASH);
	ck_assert_uint_eq(content.reads, 0);
	t.config[KCONFIG_CRYPTO_SHA512] = KTRI_YES;
	gives(&t, b, n, SEALCHECK_GOOD);
	/* a name without an algorithm */
	b[1] = (uint8_t)hash("tgr192");
	gives(&t, b, n, SEALCHECK_HASH);
	gives(NULL, b, n, SEALCHECK_HASH);
}
END_TEST

/* ---- signatures ---- */

static EVP_PKEY *make_key(const char *kind)
{
	return *kind == 'R' ? seals_rsa((unsigned int)atoi(kind + 1)) :
	       seals_ec(kind);
}

/* each bit of each byte, and each length but the right one */
static void no_other_bytes(const struct ktarget *t, uint8_t *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct sealcheck s;

		b[i] ^= 1 << i % 8;
		s = check(t, b, n);
		ck_assert_msg(s.result != SEALCHECK_GOOD &&
			      s.result != SEALCHECK_MAYBE,
			      "byte %zu of %zu does not matter", i, n);
		b[i] ^= 1 << i % 8;
	}
	for (i = 1; i < n; i++)
		gives(t, b, i, SEALCHECK_MALFORMED);
	b[n] = 0;
	gives(t, b, n + 1, SEALCHECK_MALFORMED);
	/* with the right size, too */
	b[8]++;
	gives(t, b, n + 1, SEALCHECK_FORGED);
	b[8]--;
}

static void no_other_content(const struct ktarget *t, const uint8_t *b,
			     size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(text) - 1; i++) {
		text[i] ^= 1 << i % 8;
		gives(t, b, n, SEALCHECK_FORGED);
		text[i] ^= 1 << i % 8;
	}
	content.len--;
	gives(t, b, n, SEALCHECK_FORGED);
	content.len++;
}

START_TEST(every_kind)
{
	static const char *const kinds[] = { "R2048", "R3072", "R4096",
					     "P-256", "P-384", "P-521" };
	static const char *const names[] = { "sha1", "sha224", "sha256",
					     "sha384", "sha512" };
	struct ktarget t = target_with_all("6.12");
	uint8_t b[IMAXATTR_MAX];
	size_t i, j, n;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		EVP_PKEY *key = make_key(kinds[i]);

		add_key(key, 0x1000 + (uint32_t)i);
		for (j = 0; j < ARRAY_SIZE(names); j++) {
			n = sign(key, names[j], 0x1000 + (uint32_t)i, b);
			gives(NULL, b, n, SEALCHECK_GOOD);
			gives(&t, b, n, SEALCHECK_GOOD);
		}
		no_other_content(&t, b, n);
		no_other_bytes(&t, b, n);
		no_other_bytes(NULL, b, n);
	}
}
END_TEST

START_TEST(keys_that_are_missing)
{
	struct ktarget t = target_with_all("6.1");
	EVP_PKEY *p256 = make_key("P-256"), *p521 = make_key("P-521");
	struct sealcheck s;
	uint8_t b[IMAXATTR_MAX];
	size_t n;

	add_key(p256, 1);
	add_key(p521, 2);
	n = sign(p256, "sha256", 3, b);
	gives(&t, b, n, SEALCHECK_NO_KEY);
	ck_assert_uint_eq(content.reads, 0);
	n = sign(p521, "sha256", 2, b);
	gives(&t, b, n, SEALCHECK_KEY_KIND);
	ck_assert_uint_eq(content.reads, 0);
	gives(NULL, b, n, SEALCHECK_GOOD);
	n = sign(p256, "sha256", 1, b);
	gives(&t, b, n, SEALCHECK_GOOD);
	t.config[KCONFIG_CRYPTO_ECDSA] = KTRI_NO;
	s = check(&t, b, n);
	ck_assert_int_eq(s.result, SEALCHECK_KEY_KIND);
	ck_assert_int_eq(s.option, KCONFIG_CRYPTO_ECDSA);
	ck_assert_ptr_eq(s.key, &keys.v.v[0]);
	t.config[KCONFIG_CRYPTO_ECDSA] = KTRI_MAYBE;
	s = check(&t, b, n);
	ck_assert_int_eq(s.result, SEALCHECK_MAYBE);
	ck_assert_int_eq(s.option, KCONFIG_CRYPTO_ECDSA);
	text[0] ^= 1;
	gives(&t, b, n, SEALCHECK_FORGED);
	text[0] ^= 1;
	/* the same of the digest that ECDSA does not take */
	n = sign(p256, "sm3", 1, b);
	gives(&t, b, n, SEALCHECK_KEY_KIND);
}
END_TEST

/* which of two the kernel comes by is not known */
START_TEST(two_of_one_id)
{
	struct ktarget t = target_with_all("6.12");
	EVP_PKEY *one = make_key("P-256"), *two = make_key("R2048");
	EVP_PKEY *odd = make_key("secp256k1");
	struct sealcheck s;
	uint8_t b[IMAXATTR_MAX];
	size_t n;

	add_key(one, 1);
	add_key(two, 1);
	n = sign(two, "sha256", 1, b);
	s = check(NULL, b, n);
	ck_assert_int_eq(s.result, SEALCHECK_GOOD);
	ck_assert_ptr_eq(s.key, &keys.v.v[1]);
	s = check(&t, b, n);
	ck_assert_int_eq(s.result, SEALCHECK_MAYBE);
	ck_assert_int_eq(s.option, KCONFIG_COUNT);
	ck_assert(s.shared);
	text[0] ^= 1;
	gives(&t, b, n, SEALCHECK_FORGED);
	text[0] ^= 1;
	/* one by which its kernel cannot verify that, and yet has it */
	n = sign(one, "sha256", 1, b);
	t.config[KCONFIG_CRYPTO_ECDSA] = KTRI_NO;
	gives(&t, b, n, SEALCHECK_FORGED);
	n = sign(two, "sha256", 1, b);
	gives(&t, b, n, SEALCHECK_MAYBE);
	t.config[KCONFIG_CRYPTO_ECDSA] = KTRI_YES;
	/* a key twice, and one that its kernel cannot have taken, are no doubt */
	keys.v.n = 0;
	add_key(two, 1);
	EVP_PKEY_up_ref(two);
	add_key(two, 1);
	add_key(odd, 1);
	gives(&t, b, n, SEALCHECK_GOOD);
	EVP_PKEY_free(one);
}
END_TEST

START_TEST(versions)
{
	struct ktarget t = target_with_all("6.12");
	struct ktarget new = target_with_all("7.1");
	EVP_PKEY *key = make_key("R2048");
	uint8_t b[IMAXATTR_MAX], digest[FILEDIGEST_MAX], id[FILEDIGEST_MAX];
	size_t n, len = digest_of("sha256", digest);

	add_key(key, 1);
	n = sign(key, "sha256", 1, b);
	b[1] = 1;
	gives(&t, b, n, SEALCHECK_VERSION);
	b[1] = 3;
	gives(&t, b, n, SEALCHECK_VERSION);
	ck_assert_uint_eq(content.reads, 0);
	gives(&new, b, n, SEALCHECK_FORGED);
	/* of a content, as 7.1 takes it */
	ck_assert(filedigest_file_id(d, 3, 4, digest, len, id));
	n = seals_sign(key, EVP_sha256(), 4, 1, 2, id, len, b);
	b[1] = 3;
	gives(&new, b, n, SEALCHECK_GOOD);
	gives(NULL, b, n, SEALCHECK_GOOD);
	gives(&t, b, n, SEALCHECK_VERSION);
	text[0] ^= 1;
	gives(&new, b, n, SEALCHECK_FORGED);
	text[0] ^= 1;
}
END_TEST

static enum sealcheck_result verity(const struct ktarget *t, const uint8_t *b,
				    size_t n, const uint8_t *digest, size_t len)
{
	struct filedigest_source src = seals_source(&content);
	struct sealcheck_file f = {
		.ima = b, .ima_len = n, .content = &src, .verity = digest,
		.verity_len = len, .verity_hash = len == 32 ? 4 : 6,
	};
	struct sealcheck s;

	content.reads = 0;
	sealcheck(d, &keys, t, &f, NULL, &s);
	ck_assert_uint_eq(content.reads, 0);
	return s.result;
}

START_TEST(verity_signatures)
{
	struct ktarget t = target_with_all("6.1");
	EVP_PKEY *key = make_key("R2048");
	uint8_t b[IMAXATTR_MAX], digest[64], id[64];
	size_t n;

	add_key(key, 1);
	memset(digest, 0x11, sizeof(digest));
	ck_assert(filedigest_file_id(d, 6, 4, digest, 32, id));
	n = seals_sign(key, EVP_sha256(), 4, 1, 3, id, 32, b);
	ck_assert_int_eq(verity(&t, b, n, digest, 32), SEALCHECK_GOOD);
	ck_assert_int_eq(verity(NULL, b, n, digest, 32), SEALCHECK_GOOD);
	ck_assert_int_eq(verity(&t, b, n, digest, 0), SEALCHECK_VERITY);
	ck_assert_int_eq(verity(&t, b, n, digest, 64), SEALCHECK_FORGED);
	digest[0] ^= 1;
	ck_assert_int_eq(verity(&t, b, n, digest, 32), SEALCHECK_FORGED);
	digest[0] ^= 1;
	b[1] = 2;
	ck_assert_int_eq(verity(&t, b, n, digest, 32), SEALCHECK_VERSION);
	ck_assert_int_eq(verity(NULL, b, n, digest, 32), SEALCHECK_VERSION);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("seal");
	TCase *tc = tcase_create("seal");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, set_up, tear_down);
	/* keys of 4096 bits */
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, forms);
	tcase_add_test(tc, signatures);
	tcase_add_test(tc, round_trips);
	tcase_add_test(tc, not_written);
	tcase_add_test(tc, digests);
	tcase_add_test(tc, odd_digests);
	tcase_add_test(tc, unread);
	tcase_add_test(tc, hashes_of_kernels);
	tcase_add_test(tc, every_kind);
	tcase_add_test(tc, keys_that_are_missing);
	tcase_add_test(tc, two_of_one_id);
	tcase_add_test(tc, versions);
	tcase_add_test(tc, verity_signatures);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
