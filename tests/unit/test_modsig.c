/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <openssl/cms.h>
#include <stdlib.h>
#include <string.h>

#include "ktargets.h"
#include "modsig.h"
#include "seals.h"
#include "util.h"

/*
 * Signatures that are appended as scripts/sign-file.c appends them, by libcrypto
 * and a header that is written here. What booted kernels make of them, with the
 * program itself, is in tests/live/own-plans-use.sh.
 */
#define MARKER "~Module signature appended~\n"
#define HEADER 12
#define PLAIN (CMS_NOCERTS | CMS_BINARY | CMS_DETACHED | CMS_NOATTR | \
	       CMS_NOSMIMECAP | CMS_STREAM)

static struct arena a;
static struct filedigest *d;
static struct pubkeys keys;
static uint8_t file[200000];
static size_t content_len, size;
static struct seals_content content;

static void set_up(void)
{
	size_t i;

	arena_init(&a);
	d = filedigest_new();
	pubkeys_init(&keys, &a);
	memset(&content, 0, sizeof(content));
	content.bytes = file;
	content_len = 70000;
	for (i = 0; i < content_len; i++)
		file[i] = (uint8_t)(i * 7);
}

static void tear_down(void)
{
	pubkeys_free(&keys);
	filedigest_free(d);
	arena_free(&a);
}

static const uint8_t id[] = { 1, 2, 3, 4, 0xca, 0xfe, 0xba, 0xbe };

/* takes key */
static X509 *add_key(EVP_PKEY *key)
{
	struct pubkey k = { .file = "test", .key = key };

	k.cert = seals_cert(key, id, sizeof(id));
	vec_push(&a, &keys.v, k);
	return k.cert;
}

static void put_tail(const void *sig, size_t len)
{
	uint8_t head[HEADER] = { 0, 0, 2 };

	head[8] = (uint8_t)(len >> 24);
	head[9] = (uint8_t)(len >> 16);
	head[10] = (uint8_t)(len >> 8);
	head[11] = (uint8_t)len;
	size = content_len;
	ck_assert_uint_lt(size + len + 100, sizeof(file));
	memcpy(file + size, sig, len);
	size += len;
	memcpy(file + size, head, sizeof(head));
	size += sizeof(head);
	memcpy(file + size, MARKER, strlen(MARKER));
	size += strlen(MARKER);
}

/* also by a second one, where it is not NULL */
static void append(X509 *cert, EVP_PKEY *key, const EVP_MD *md,
		   unsigned int flags, X509 *second)
{
	BIO *in = BIO_new_mem_buf(file, (int)content_len);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL,
					(flags & ~CMS_NOATTR) | CMS_PARTIAL);
	unsigned char *der = NULL;
	int len;

	ck_assert_ptr_nonnull(cms);
	ck_assert_ptr_nonnull(CMS_add1_signer(cms, cert, key, md, flags));
	if (second)
		ck_assert_ptr_nonnull(CMS_add1_signer(cms, second, key, md,
						      flags));
	ck_assert_int_eq(CMS_final(cms, in, NULL, flags), 1);
	len = i2d_CMS_ContentInfo(cms, &der);
	ck_assert_int_gt(len, 0);
	put_tail(der, (size_t)len);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
}

static struct modsig check(const struct ktarget *t)
{
	struct filedigest_source src;
	struct modsig m;

	content.len = size;
	content.reads = 0;
	src = seals_source(&content);
	modsig_check(d, &keys, t, &src, NULL, &m);
	return m;
}

static void gives(const char *release, enum modsig_result wanted)
{
	struct ktarget t = target_with_all(release ? release : "6.12");
	struct modsig m = check(release ? &t : NULL);

	ck_assert_msg(m.result == wanted, "%u, not %u: %s", m.result, wanted,
		      m.text ? m.text : "");
	ck_assert(!m.text == (wanted == MODSIG_GOOD || wanted == MODSIG_NONE ||
			      wanted == MODSIG_UNREAD));
}

static const struct {
	const char *curve;	/* NULL: RSA */
	const char *md;
	unsigned int flags;
} kinds[] = {
	{ NULL, "sha256", 0 }, { NULL, "sha512", 0 }, { NULL, "sha1", 0 },
	{ NULL, "sha256", CMS_USE_KEYID }, { "P-256", "sha256", 0 },
	{ "P-384", "sha384", CMS_USE_KEYID },
};

START_TEST(good)
{
	EVP_PKEY *key = kinds[_i].curve ? seals_ec(kinds[_i].curve) :
					  seals_rsa(2048);
	EVP_PKEY *other = seals_ec("P-256");
	X509 *cert = add_key(key), *unknown = seals_cert(other, id, 4);

	append(cert, key, EVP_get_digestbyname(kinds[_i].md),
	       PLAIN | kinds[_i].flags, NULL);
	gives(NULL, MODSIG_GOOD);
	gives("6.12", MODSIG_GOOD);
	file[content_len - 1] ^= 1;
	gives("6.12", MODSIG_BAD);
	file[content_len - 1] ^= 1;
	file[0] ^= 1;
	gives("6.12", MODSIG_BAD);
	file[0] ^= 1;
	content.most = 1000;
	gives("6.12", MODSIG_GOOD);
	/* nobody has that key, so that nothing but the tail is read */
	content.most = 0;
	keys.v.n = 0;
	gives("6.12", MODSIG_BAD);
	ck_assert_uint_le(content.reads, 2);
	keys.v.n = 1;
	X509_free(unknown);
	EVP_PKEY_free(other);
}
END_TEST

START_TEST(kernels)
{
	EVP_PKEY *key = seals_rsa(2048);
	X509 *cert = add_key(key);
	struct ktarget t = target_with_all("6.12");

	append(cert, key, EVP_sha1(), PLAIN, NULL);
	gives("6.7.0", MODSIG_BAD);
	append(cert, key, EVP_sha512(), PLAIN, NULL);
	t.config[KCONFIG_CRYPTO_SHA512] = KTRI_NO;
	ck_assert_int_eq(check(&t).result, MODSIG_BAD);
	t.config[KCONFIG_CRYPTO_SHA512] = KTRI_MAYBE;
	ck_assert_int_eq(check(&t).result, MODSIG_MAYBE);
	keys.v.v[0].forged = true;
	gives("6.12", MODSIG_BAD);
}
END_TEST

/* what sign-file does not make, and is not said to be good */
START_TEST(others)
{
	EVP_PKEY *key = seals_rsa(2048);
	X509 *cert = add_key(key), *second = seals_cert(key, id, 5);
	static const uint8_t no[] = { 0x30, 0x00 };

	append(cert, key, EVP_sha256(), PLAIN & ~CMS_NOATTR, NULL);
	gives("6.12", MODSIG_BAD);
	gives("7.1", MODSIG_MAYBE);
	append(cert, key, EVP_sha256(), PLAIN & ~CMS_NOCERTS, NULL);
	gives("6.12", MODSIG_MAYBE);
	append(cert, key, EVP_sha256(), PLAIN & ~CMS_DETACHED, NULL);
	gives("6.12", MODSIG_MAYBE);
	append(cert, key, EVP_sha256(), PLAIN, second);
	gives("6.12", MODSIG_MAYBE);
	put_tail(no, sizeof(no));
	gives("6.12", MODSIG_NONE);
	put_tail(file, 1000);
	gives("6.12", MODSIG_NONE);
	X509_free(second);
}
END_TEST

/* what is in it is looked at by the one, what it is in by the other */
START_TEST(packed)
{
	EVP_PKEY *key = seals_rsa(2048);
	X509 *cert = add_key(key);

	memcpy(file, "\xfd" "7zXZ\0", 6);
	append(cert, key, EVP_sha256(), PLAIN, NULL);
	gives("6.12", MODSIG_GOOD);
	gives("6.19", MODSIG_MAYBE);
	memcpy(file, "\x28\xb5\x2f\xfd", 4);
	append(cert, key, EVP_sha256(), PLAIN, NULL);
	gives("7.1", MODSIG_MAYBE);
	memcpy(file, "\x1f\x8b", 2);
	append(cert, key, EVP_sha256(), PLAIN, NULL);
	gives("6.18", MODSIG_GOOD);
	gives("7.0", MODSIG_MAYBE);
}
END_TEST

static void ck_byte(size_t at, bool tail)
{
	struct modsig m = check(NULL);

	ck_assert_msg(m.result != MODSIG_GOOD, "byte %zu does not matter", at);
	if (tail)
		ck_assert_int_ne(m.result, MODSIG_BAD);
}

/*
 * Each byte of the tail, and each of the signature but for those that the kernel
 * does not look at: the list of hashes, and what stands beside a number of one. A
 * booted 6.12 loaded each module with one of them changed.
 */
START_TEST(bytes)
{
	EVP_PKEY *key = seals_rsa(2048);
	X509 *cert = add_key(key);
	size_t i, sig, ignored = 0;

	content_len = 100;
	append(cert, key, EVP_sha256(), PLAIN, NULL);
	sig = size - content_len - HEADER - strlen(MARKER);
	for (i = content_len; i < size; i++) {
		file[i] ^= 1;
		if (i >= content_len + sig)
			ck_byte(i, true);
		else
			ignored += check(NULL).result == MODSIG_GOOD;
		file[i] ^= 1;
	}
	gives(NULL, MODSIG_GOOD);
	ck_assert_uint_le(ignored, 10);
}
END_TEST

START_TEST(cut)
{
	EVP_PKEY *key = seals_rsa(2048);
	X509 *cert = add_key(key);
	size_t whole, i;

	append(cert, key, EVP_sha256(), PLAIN, NULL);
	whole = size;
	for (i = 0; i < 200; i++) {
		size = i;
		gives(NULL, MODSIG_NONE);
		size = whole - i - 1;
		gives(NULL, MODSIG_NONE);
	}
	/* another length than its inode says, and one that cannot be read */
	size = whole;
	content.len = whole - 5;
	{
		struct filedigest_source src = seals_source(&content);
		struct modsig m;

		src.size = whole;
		modsig_check(d, &keys, NULL, &src, NULL, &m);
		ck_assert_int_eq(m.result, MODSIG_UNREAD);
		ck_assert_int_ne(m.error, 0);
	}
	content.error = EIO;
	ck_assert_int_eq(check(NULL).result, MODSIG_UNREAD);
	ck_assert_int_eq(check(NULL).error, EIO);
}
END_TEST

/* lengths that would be too much to read or to hold */
START_TEST(lengths)
{
	static const uint32_t lens[] = {
		0, 1, 69999, 70000, 70001, MODSIG_MAX, MODSIG_MAX + 1,
		INT32_MAX, UINT32_MAX - HEADER, UINT32_MAX,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		uint8_t *at;

		put_tail("", 0);
		at = file + content_len + 8;
		at[0] = (uint8_t)(lens[i] >> 24);
		at[1] = (uint8_t)(lens[i] >> 16);
		at[2] = (uint8_t)(lens[i] >> 8);
		at[3] = (uint8_t)lens[i];
		gives(NULL, MODSIG_NONE);
		ck_assert_uint_le(content.reads, 2);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("modsig");
	TCase *tc = tcase_create("modsig");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, good, 0, ARRAY_SIZE(kinds));
	tcase_add_test(tc, kernels);
	tcase_add_test(tc, others);
	tcase_add_test(tc, packed);
	tcase_add_test(tc, bytes);
	tcase_add_test(tc, cut);
	tcase_add_test(tc, lengths);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
