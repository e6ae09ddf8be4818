/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "quotes.h"
#include "tpmkey.h"
#include "util.h"

/* attributes of a key that tpm2_createak makes */
#define ATTESTS 0x00050072

static void refused(const void *p, size_t len, const char *words)
{
	struct tpmkey k;
	const char *why = tpmkey_read(p, len, &k);

	ck_assert_msg(why != NULL, "taken, instead of: %s", words);
	ck_assert_msg(strstr(why, words) != NULL, "%s", why);
	ck_assert_ptr_null(k.key);
}

static struct tpmkey taken(const void *p, size_t len)
{
	struct tpmkey k;
	const char *why = tpmkey_read(p, len, &k);

	ck_assert_msg(!why, "%s", why);
	ck_assert_ptr_nonnull(k.key);
	return k;
}

static void same(struct tpmkey a, struct tpmkey b)
{
	uint8_t x[32], y[32];

	ck_assert(tpmkey_fingerprint(&a, x));
	ck_assert(tpmkey_fingerprint(&b, y));
	ck_assert_mem_eq(x, y, sizeof(x));
	ck_assert_int_eq(EVP_PKEY_eq(a.key, b.key), 1);
	tpmkey_free(&a);
	tpmkey_free(&b);
}

/* a key as each of its forms */
static struct bytes pem_of(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct bytes out = { .len = 0 };
	char *p;
	long n;

	ck_assert(PEM_write_bio_PUBKEY(bio, key));
	n = BIO_get_mem_data(bio, &p);
	add(&out, p, (size_t)n);
	BIO_free(bio);
	return out;
}

static struct bytes der_of(EVP_PKEY *key)
{
	struct bytes out = { .len = 0 };
	unsigned char *p = out.b;

	out.len = (size_t)i2d_PUBKEY(key, &p);
	return out;
}

static struct bytes cert_of(EVP_PKEY *key)
{
	struct bytes out = { .len = 0 };
	unsigned char *p = out.b;
	X509 *cert = X509_new();

	ck_assert(X509_set_pubkey(cert, key));
	ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notBefore(cert), -9));
	ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notAfter(cert), -1));
	ck_assert_int_gt(X509_sign(cert, key, EVP_sha256()), 0);
	out.len = (size_t)i2d_X509(cert, &p);
	X509_free(cert);
	return out;
}

static void add_bn(struct bytes *to, EVP_PKEY *key, const char *param)
{
	BIGNUM *n = NULL;
	uint8_t b[1024];

	ck_assert(EVP_PKEY_get_bn_param(key, param, &n));
	sized(to, b, (size_t)BN_bn2bin(n, b));
	BN_free(n);
}

/* what stands before the scheme; name: the hash of its name */
static struct bytes area_head(uint16_t type, uint16_t name, uint32_t attributes)
{
	struct bytes b = { .len = 0 };

	be(&b, 2, type);
	be(&b, 2, name);
	be(&b, 4, attributes);
	sized(&b, "", 0);
	be(&b, 2, 0x10);
	return b;
}

static struct bytes rsa_area(EVP_PKEY *key, uint16_t name, uint32_t attributes)
{
	struct bytes b = area_head(1, name, attributes);

	be(&b, 2, 0x14);
	be(&b, 2, 0x0b);
	be(&b, 2, (uint64_t)EVP_PKEY_get_bits(key));
	be(&b, 4, 0);
	add_bn(&b, key, OSSL_PKEY_PARAM_RSA_N);
	return b;
}

static struct bytes ec_area(EVP_PKEY *key, uint16_t curve)
{
	struct bytes b = area_head(0x23, 0x0b, ATTESTS);

	be(&b, 2, 0x18);
	be(&b, 2, 0x0b);
	be(&b, 2, curve);
	be(&b, 2, 0x10);
	add_bn(&b, key, OSSL_PKEY_PARAM_EC_PUB_X);
	add_bn(&b, key, OSSL_PKEY_PARAM_EC_PUB_Y);
	return b;
}

static struct bytes with_size(const struct bytes *area)
{
	struct bytes b = { .len = 0 };

	sized(&b, area->b, area->len);
	return b;
}

/* the same key, however it is written, has one fingerprint */
static void forms(EVP_PKEY *key, const struct bytes *area)
{
	struct bytes pem = pem_of(key), der = der_of(key), cert = cert_of(key);
	struct bytes sized_area = with_size(area);
	uint8_t want[32], got[32];
	struct tpmkey k = taken(der.b, der.len);

	SHA256(der.b, der.len, want);
	ck_assert(tpmkey_fingerprint(&k, got));
	ck_assert_mem_eq(got, want, sizeof(want));
	ck_assert(!k.has_template);
	ck_assert_uint_eq(k.scheme, 0x10);
	tpmkey_free(&k);
	same(taken(pem.b, pem.len), taken(der.b, der.len));
	same(taken(cert.b, cert.len), taken(der.b, der.len));
	same(taken(area->b, area->len), taken(der.b, der.len));
	same(taken(sized_area.b, sized_area.len), taken(pem.b, pem.len));
}

START_TEST(test_forms_rsa)
{
	EVP_PKEY *key = EVP_RSA_gen(_i ? 3072 : 2048);
	struct bytes area = rsa_area(key, 0x0b, ATTESTS);

	forms(key, &area);
	EVP_PKEY_free(key);
}
END_TEST

static const struct {
	const char *name;
	uint16_t tpm;
} curves[] = { { "P-256", 3 }, { "P-384", 4 }, { "P-521", 5 } };

START_TEST(test_forms_ec)
{
	EVP_PKEY *key = EVP_EC_gen(curves[_i].name);
	struct bytes area = ec_area(key, curves[_i].tpm), der;

	forms(key, &area);
	/* a compressed point, too, is that key */
	der = der_of(key);
	ck_assert(EVP_PKEY_set_utf8_string_param(key,
			OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed"));
	area = der_of(key);
	ck_assert_uint_lt(area.len, der.len);
	same(taken(area.b, area.len), taken(der.b, der.len));
	EVP_PKEY_free(key);
}
END_TEST

/* of a TPM: ak.pem is what tpm2_readpublic made of ak.tss */
START_TEST(test_fixture)
{
	struct bytes tss = load("mixed/ak.tss"), pem = load("mixed/ak.pem");
	struct tpmkey k = taken(tss.b, tss.len);
	uint8_t name[34] = { 0, 0x0b };

	SHA256(tss.b + 2, tss.len - 2, name + 2);
	ck_assert_uint_eq(k.name_len, sizeof(name));
	ck_assert_mem_eq(k.name, name, sizeof(name));
	ck_assert(k.has_template);
	ck_assert_uint_eq(k.attributes, ATTESTS);
	ck_assert_uint_eq(k.scheme, 0x14);
	ck_assert_uint_eq(k.hash, 0x0b);
	same(k, taken(pem.b, pem.len));
}
END_TEST

/* cut short at any length, and with any one byte another: never a crash */
START_TEST(test_hostile)
{
	static const char *const files[] = { "mixed/ak.tss", "mixed/akec.pem",
					     "mixed/ak.pem", "keys/ima.crt",
					     "keys/ec.der" };
	struct bytes f = load(files[_i]), cut = f;
	struct tpmkey k;
	size_t i, v;

	for (cut.len = 0; cut.len < f.len; cut.len++)
		if (!tpmkey_read(cut.b, cut.len, &k))
			tpmkey_free(&k);
		else
			ck_assert_ptr_null(k.key);
	for (i = 0; i < f.len; i++)
		for (v = 0; v < 4; v++) {
			static const uint8_t values[] = { 0, 1, 0x7f, 0xff };

			cut = f;
			cut.b[i] ^= values[v];
			if (!tpmkey_read(cut.b, cut.len, &k))
				tpmkey_free(&k);
		}
}
END_TEST

START_TEST(test_lengths)
{
	struct bytes f = load("mixed/ak.tss"), cut = f;

	for (cut.len = 0; cut.len < f.len; cut.len++) {
		struct tpmkey k;

		ck_assert_ptr_nonnull(tpmkey_read(cut.b, cut.len, &k));
		/* the same with the size that fits */
		if (cut.len > 4) {
			struct bytes area = { .len = 0 };

			sized(&area, cut.b + 2, cut.len - 2);
			refused(area.b, area.len, "ends early");
		}
	}
	be(&f, 1, 0);
	f.b[1]++;
	refused(f.b, f.len, "behind the public area");
}
END_TEST

START_TEST(test_attributes)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	static const struct {
		uint32_t attributes;
		const char *words;
	} rows[] = {
		{ 0x000300b2, "decrypt" },	/* an endorsement key */
		{ ATTESTS | 1 << 17, "decrypt" },
		{ ATTESTS & ~(1u << 18), "signs nothing" },
		{ ATTESTS & ~(1u << 16), "not restricted" },
		{ ATTESTS & ~(1u << 1), "outside of its TPM" },
		{ ATTESTS & ~(1u << 4), "outside of its TPM" },
		{ ATTESTS & ~(1u << 5), "outside of its TPM" },
	};
	struct bytes b;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		b = rsa_area(key, 0x0b, rows[i].attributes);
		refused(b.b, b.len, rows[i].words);
	}
	b = rsa_area(key, 0x04, ATTESTS);
	refused(b.b, b.len, "its name is by a hash");
	b = rsa_area(key, 0x0c, ATTESTS);
	struct tpmkey k = taken(b.b, b.len);
	ck_assert_uint_eq(k.name_len, 50);
	tpmkey_free(&k);
	EVP_PKEY_free(key);
}
END_TEST

/* the parts of an area that are not what a sound one has */
START_TEST(test_areas)
{
	EVP_PKEY *rsa = EVP_RSA_gen(2048), *ec = EVP_EC_gen("P-256");
	struct bytes b = rsa_area(rsa, 0x0b, ATTESTS);
	static const uint8_t number[33] = { 1 };

	b.b[12 + 4] = 0x0c;	/* 3072 bits, it says */
	refused(b.b, b.len, "modulus");
	b = rsa_area(rsa, 0x0b, ATTESTS);
	b.b[12 + 6 + 3] = 3;	/* its exponent */
	refused(b.b, b.len, "exponent");
	b = ec_area(ec, 4);
	refused(b.b, b.len, "not on its curve");
	b = ec_area(ec, 2);
	refused(b.b, b.len, "none of P-256");
	b = ec_area(ec, 3);
	b.b[b.len - 1] ^= 1;
	refused(b.b, b.len, "not on its curve");
	b = area_head(0x23, 0x0b, ATTESTS);
	be(&b, 2, 0x10);
	be(&b, 2, 3);
	be(&b, 2, 0x10);
	sized(&b, number, 33);
	sized(&b, number, 1);
	refused(b.b, b.len, "another size than its curve");
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
}
END_TEST

static void key_refused(EVP_PKEY *key, const char *words)
{
	struct bytes der = der_of(key), pem = pem_of(key);

	refused(der.b, der.len, words);
	refused(pem.b, pem.len, words);
	EVP_PKEY_free(key);
}

START_TEST(test_kinds)
{
	EVP_PKEY *key = EVP_RSA_gen(1024);
	struct bytes area = rsa_area(key, 0x0b, ATTESTS);

	refused(area.b, area.len, "2048 to 4096");
	key_refused(key, "2048 to 4096");
	key_refused(EVP_EC_gen("P-224"), "none of P-256");
	key_refused(EVP_EC_gen("secp256k1"), "none of P-256");
	key_refused(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), "neither one of RSA");
}
END_TEST

START_TEST(test_files)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct bytes pem = pem_of(key), der = der_of(key), two = pem;
	static uint8_t large[TPMKEY_MAX + 1];
	BIO *bio = BIO_new(BIO_s_mem());
	char *p;
	long n;

	refused("", 0, "empty");
	refused(large, sizeof(large), "too large");
	refused("nothing", 7, "no public key");
	refused("-----BEGIN X-----\n-----END X-----\n", 34, "no public key");
	add(&two, pem.b, pem.len);
	refused(two.b, two.len, "several keys");
	be(&der, 1, 0);
	refused(der.b, der.len, "behind the key");
	pem.b[40] ^= 1;
	refused(pem.b, pem.len, "");
	ck_assert(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
	n = BIO_get_mem_data(bio, &p);
	refused(p, (size_t)n, "private key");
	BIO_free(bio);
	EVP_PKEY_free(key);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("tpmkey");
	TCase *tc = tcase_create("tpmkey");

	tcase_add_loop_test(tc, test_forms_rsa, 0, 2);
	tcase_add_loop_test(tc, test_forms_ec, 0, ARRAY_SIZE(curves));
	tcase_add_test(tc, test_fixture);
	tcase_add_loop_test(tc, test_hostile, 0, 5);
	tcase_add_test(tc, test_lengths);
	tcase_add_test(tc, test_attributes);
	tcase_add_test(tc, test_areas);
	tcase_add_test(tc, test_kinds);
	tcase_add_test(tc, test_files);
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
