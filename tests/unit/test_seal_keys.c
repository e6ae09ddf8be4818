/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <string.h>

#include "fake_root.h"
#include "ktargets.h"
#include "kcrypto.h"
#include "pubkeys.h"
#include "sealcheck.h"
#include "seals.h"
#include "util.h"

static struct arena a;
static struct pubkeys keys;
static const char *why;

static void set_up(void)
{
	arena_init(&a);
	pubkeys_init(&keys, &a);
	fake_root_make();
	why = NULL;
}

static void tear_down(void)
{
	pubkeys_free(&keys);
	arena_free(&a);
	fake_root_remove();
}

static bool load(const char *path)
{
	return pubkeys_load(&keys, fake_root_path(path), &why);
}

static void refused(const char *path, const char *words)
{
	size_t before = keys.v.n;

	ck_assert_msg(!load(path), "%s is taken", path);
	ck_assert_ptr_nonnull(strstr(why, path));
	ck_assert_msg(strstr(why, words), "%s", why);
	ck_assert_uint_eq(keys.v.n, before);
}

/* what BIO_new() of memory holds, as a file */
static void put_bio(const char *path, BIO *bio)
{
	char *bytes;
	long len = BIO_get_mem_data(bio, &bytes);

	fake_root_put_bytes(path, bytes, (size_t)len);
	BIO_free(bio);
}

static BIO *memory(void)
{
	return BIO_new(BIO_s_mem());
}

static const uint8_t id_a[] = { 1, 2, 3, 4, 0xde, 0xad, 0xbe, 0xef };
static const uint8_t id_b[] = { 0xca, 0xfe, 0xba, 0xbe };

static void check_id(size_t i, uint32_t id)
{
	ck_assert_uint_gt(keys.v.n, i);
	ck_assert(keys.v.v[i].has_keyid);
	ck_assert_uint_eq(keys.v.v[i].keyid, id);
	ck_assert_ptr_nonnull(keys.v.v[i].key);
}

START_TEST(certificates)
{
	EVP_PKEY *key = seals_ec("P-256");
	X509 *x = seals_cert(key, id_a, sizeof(id_a));
	X509 *y = seals_cert(key, id_b, sizeof(id_b));
	BIO *bio = memory();

	ck_assert(i2d_X509_bio(bio, x));
	put_bio("/one.der", bio);
	bio = memory();
	ck_assert(i2d_X509_bio(bio, x));
	ck_assert(i2d_X509_bio(bio, y));
	put_bio("/two.der", bio);
	bio = memory();
	BIO_puts(bio, "what openssl x509 -text says stands before it\n");
	ck_assert(PEM_write_bio_X509(bio, x));
	ck_assert(PEM_write_bio_X509_AUX(bio, y));
	put_bio("/two.pem", bio);

	ck_assert_msg(load("/one.der"), "%s", why);
	check_id(0, 0xdeadbeef);
	ck_assert_ptr_nonnull(keys.v.v[0].cert);
	ck_assert(load("/two.der"));
	ck_assert_uint_eq(keys.v.n, 3);
	check_id(1, 0xdeadbeef);
	check_id(2, 0xcafebabe);
	ck_assert(load("/two.pem"));
	ck_assert_uint_eq(keys.v.n, 5);
	check_id(3, 0xdeadbeef);
	check_id(4, 0xcafebabe);
	X509_free(x);
	X509_free(y);
	EVP_PKEY_free(key);
}
END_TEST

/* a certificate with the identifier that openssl makes has the id of its bare key */
START_TEST(bare_keys)
{
	EVP_PKEY *rsa = seals_rsa(2048), *ec = seals_ec("P-384");
	EVP_PKEY *both[] = { rsa, ec };
	BIO *bio = memory();
	size_t i;

	ck_assert(PEM_write_bio_PUBKEY(bio, rsa));
	ck_assert(PEM_write_bio_PUBKEY(bio, ec));
	put_bio("/keys.pem", bio);
	bio = memory();
	ck_assert(i2d_PUBKEY_bio(bio, ec));
	put_bio("/ec.der", bio);
	ck_assert_msg(load("/keys.pem"), "%s", why);
	ck_assert(load("/ec.der"));
	ck_assert_uint_eq(keys.v.n, 3);
	for (i = 0; i < 2; i++) {
		uint8_t md[EVP_MAX_MD_SIZE], *bits = NULL;
		int len = i2d_PublicKey(both[i], &bits);

		ck_assert(EVP_Digest(bits, (size_t)len, md, NULL, EVP_sha1(),
				     NULL));
		check_id(i, (uint32_t)md[16] << 24 | (uint32_t)md[17] << 16 |
			 (uint32_t)md[18] << 8 | md[19]);
		ck_assert_ptr_null(keys.v.v[i].cert);
		OPENSSL_free(bits);
	}
	check_id(2, keys.v.v[1].keyid);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
}
END_TEST

START_TEST(no_identifier)
{
	EVP_PKEY *key = seals_ec("P-256");
	X509 *bare = seals_cert(key, NULL, 0), *tiny = seals_cert(key, id_a, 3);
	BIO *bio = memory();

	ck_assert(PEM_write_bio_X509(bio, bare));
	ck_assert(PEM_write_bio_X509(bio, tiny));
	put_bio("/bare.pem", bio);
	ck_assert(load("/bare.pem"));
	ck_assert_uint_eq(keys.v.n, 2);
	ck_assert(!keys.v.v[0].has_keyid);
	ck_assert(!keys.v.v[1].has_keyid);
	ck_assert_ptr_null(pubkeys_find(&keys, 0, NULL));
	X509_free(bare);
	X509_free(tiny);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(directories)
{
	EVP_PKEY *key = seals_ec("P-256");
	X509 *x = seals_cert(key, id_a, sizeof(id_a));
	X509 *y = seals_cert(key, id_b, sizeof(id_b));
	const struct pubkey *found;
	BIO *bio = memory();

	ck_assert(i2d_X509_bio(bio, y));
	put_bio("/d/b.der", bio);
	bio = memory();
	ck_assert(PEM_write_bio_X509(bio, x));
	put_bio("/d/a.pem", bio);
	fake_root_put("/d/.hidden", "nothing");
	fake_root_put("/d/more/none", "nothing");
	fake_root_link("/d/c.pem", "a.pem");
	ck_assert_msg(load("/d"), "%s", why);
	ck_assert_uint_eq(keys.v.n, 3);
	check_id(0, 0xdeadbeef);
	check_id(1, 0xcafebabe);
	check_id(2, 0xdeadbeef);
	found = pubkeys_find(&keys, 0xdeadbeef, NULL);
	ck_assert_ptr_eq(found, &keys.v.v[0]);
	found = pubkeys_find(&keys, 0xdeadbeef, found);
	ck_assert_ptr_eq(found, &keys.v.v[2]);
	ck_assert_ptr_null(pubkeys_find(&keys, 0xdeadbeef, found));
	ck_assert_ptr_null(pubkeys_find(&keys, 1, NULL));
	X509_free(x);
	X509_free(y);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(wrong_ones)
{
	EVP_PKEY *key = seals_ec("P-256");
	X509 *x = seals_cert(key, id_a, sizeof(id_a));
	uint8_t *der = NULL;
	int len = i2d_X509(x, &der);
	BIO *bio = memory();

	refused("/missing", "No such file");
	fake_root_put("/empty", "");
	refused("/empty", "no certificate");
	fake_root_put("/text", "this is a text\n");
	refused("/text", "no certificate");
	fake_root_dir("/none");
	refused("/none", "no key in this directory");
	fake_root_fifo("/fifo");
	refused("/fifo", "no regular file");
	fake_root_fifo("/with-fifo/fifo");
	refused("/with-fifo", "no regular file");
	ck_assert(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
	put_bio("/private.pem", bio);
	refused("/private.pem", "private key");
	fake_root_put_bytes("/short.der", (const char *)der, (size_t)len - 1);
	refused("/short.der", "no certificate");
	fake_root_put("/damaged.pem", "-----BEGIN CERTIFICATE-----\n"
		      "AAAA\n-----END CERTIFICATE-----\n");
	refused("/damaged.pem", "\"CERTIFICATE\" in it cannot be read");
	fake_root_put("/half.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n");
	refused("/half.pem", "no certificate");
	fake_root_put("/other.pem", "-----BEGIN THING-----\nAAAA\n-----END THING-----\n");
	refused("/other.pem", "no certificate");
	OPENSSL_free(der);
	X509_free(x);
	EVP_PKEY_free(key);
}
END_TEST

/* a good one first does not hide it; those read until then stay */
START_TEST(wrong_behind)
{
	EVP_PKEY *key = seals_ec("P-256");
	X509 *x = seals_cert(key, id_a, sizeof(id_a));
	BIO *bio = memory();

	ck_assert(i2d_X509_bio(bio, x));
	BIO_puts(bio, "rest");
	put_bio("/rest.der", bio);
	ck_assert(!load("/rest.der"));
	ck_assert_ptr_nonnull(strstr(why, "behind the last certificate"));
	bio = memory();
	ck_assert(i2d_X509_bio(bio, x));
	put_bio("/d/a", bio);
	fake_root_put("/d/b", "nothing");
	ck_assert(!load("/d"));
	ck_assert_ptr_nonnull(strstr(why, "/d/b: "));
	/* a private key beside its certificate is nothing wrong */
	bio = memory();
	ck_assert(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
	ck_assert(PEM_write_bio_X509(bio, x));
	put_bio("/both.pem", bio);
	ck_assert(load("/both.pem"));
	X509_free(x);
	EVP_PKEY_free(key);
}
END_TEST

/* ---- what kernels verify by ---- */

static enum ktri can(const struct ktarget *t, EVP_PKEY *key, const char *hash)
{
	struct kcrypto_answer k = kcrypto_signature(t, &a, key,
						    kmodel_hash_index(hash));

	ck_assert((k.can == KTRI_YES) == !k.why);
	ck_assert_int_eq(kcrypto_signature(t, NULL, key,
					   kmodel_hash_index(hash)).can, k.can);
	return k.can;
}

START_TEST(key_names)
{
	static const struct {
		const char *curve, *name;
	} curves[] = {
		{ "P-256", "EC P-256" }, { "P-384", "EC P-384" },
		{ "P-521", "EC P-521" }, { "prime192v1", "EC P-192" },
		{ "secp256k1", "EC secp256k1" },
		{ "brainpoolP256r1", "EC brainpoolP256r1" },
	};
	EVP_PKEY *key = seals_rsa(1024);
	size_t i;

	ck_assert_str_eq(kcrypto_key_name(&a, key), "RSA-1024");
	EVP_PKEY_free(key);
	for (i = 0; i < ARRAY_SIZE(curves); i++) {
		key = seals_ec(curves[i].curve);
		ck_assert_str_eq(kcrypto_key_name(&a, key), curves[i].name);
		EVP_PKEY_free(key);
	}
	key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	ck_assert_str_eq(kcrypto_key_name(&a, key), "ED25519-256");
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(kinds_of_keys)
{
	struct ktarget old = target_with_all("5.10"), t61 = target_with_all("6.1");
	struct ktarget new = target_with_all("6.12");
	EVP_PKEY *rsa = seals_rsa(2048), *odd = seals_rsa(1792);
	EVP_PKEY *p256 = seals_ec("P-256"), *p521 = seals_ec("P-521");
	EVP_PKEY *koblitz = seals_ec("secp256k1");
	EVP_PKEY *ed = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	ck_assert_int_eq(can(&old, rsa, "sha256"), KTRI_YES);
	ck_assert_int_eq(can(&old, p256, "sha256"), KTRI_NO);
	ck_assert_int_eq(can(&t61, p256, "sha256"), KTRI_YES);
	ck_assert_int_eq(can(&t61, p521, "sha512"), KTRI_NO);
	ck_assert_int_eq(can(&new, p521, "sha512"), KTRI_YES);
	ck_assert_int_eq(can(&new, odd, "sha256"), KTRI_NO);
	ck_assert_int_eq(can(&new, koblitz, "sha256"), KTRI_NO);
	ck_assert_int_eq(can(&new, ed, "sha512"), KTRI_NO);
	/* whole digests in PKCS #1, but only some under ECDSA */
	ck_assert_int_eq(can(&new, rsa, "md5"), KTRI_YES);
	ck_assert_int_eq(can(&new, p256, "md5"), KTRI_NO);
	ck_assert_int_eq(can(&new, rsa, "sm3"), KTRI_NO);
	ck_assert_int_eq(can(&t61, rsa, "sha3-256"), KTRI_NO);
	ck_assert_int_eq(can(&new, rsa, "sha3-256"), KTRI_YES);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(odd);
	EVP_PKEY_free(p256);
	EVP_PKEY_free(p521);
	EVP_PKEY_free(koblitz);
	EVP_PKEY_free(ed);
}
END_TEST

START_TEST(options)
{
	static const char config[] = "CONFIG_IMA=y\n"
		"CONFIG_INTEGRITY_ASYMMETRIC_KEYS=y\n"
		"# CONFIG_CRYPTO_ECDSA is not set\nCONFIG_CRYPTO_SHA512=m\n";
	struct ktarget bare = target_of("6.12", KLSM_UNSET), t = bare;
	EVP_PKEY *rsa = seals_rsa(2048), *ec = seals_ec("P-256");
	struct kcrypto_answer k;

	ck_assert_int_eq(can(&bare, ec, "sha256"), KTRI_MAYBE);
	ck_assert_int_eq(can(&bare, rsa, "sha256"), KTRI_YES);
	bare.config[KCONFIG_INTEGRITY_ASYMMETRIC_KEYS] = KTRI_NO;
	ck_assert_int_eq(can(&bare, rsa, "sha256"), KTRI_NO);
	ck_assert(ktarget_read_config(&t, config, strlen(config)));
	k = kcrypto_key(&t, &a, ec);
	ck_assert_int_eq(k.can, KTRI_NO);
	ck_assert_int_eq(k.option, KCONFIG_CRYPTO_ECDSA);
	ck_assert_ptr_nonnull(strstr(k.why, "CONFIG_CRYPTO_ECDSA, which is off"));
	ck_assert_int_eq(can(&t, rsa, "sha256"), KTRI_YES);
	/* a module is loaded where it can be */
	k = kcrypto_hash(&t, &a, kmodel_hash_index("sha512"));
	ck_assert_int_eq(k.can, KTRI_MAYBE);
	ck_assert_int_eq(k.option, KCONFIG_CRYPTO_SHA512);
	ck_assert_ptr_nonnull(strstr(k.why, "a module"));
	ck_assert_int_eq(can(&t, rsa, "sha384"), KTRI_MAYBE);
	ck_assert_int_eq(kcrypto_hash(&t, &a, kmodel_hash_index("md4")).can,
			 KTRI_NO);
	ck_assert_int_eq(kcrypto_hash(&t, &a, kmodel_hash_index("tgr128")).can,
			 KTRI_NO);
	ck_assert_int_eq(kcrypto_hash(&t, &a, 23).can, KTRI_NO);
	ck_assert_int_eq(kcrypto_hash(&t, &a, -1).can, KTRI_NO);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
}
END_TEST

START_TEST(hash_numbers)
{
	struct ktarget old = target_of("5.4", KLSM_UNSET);
	struct ktarget t61 = target_of("6.1", KLSM_UNSET);
	struct ktarget new = target_of("6.12", KLSM_UNSET);
	int sha3 = kmodel_hash_index("sha3-256");

	ck_assert(kcrypto_knows_hash(&old, kmodel_hash_index("sha256")));
	ck_assert_int_eq(kcrypto_hash(&old, &a,
				      kmodel_hash_index("sha256")).can,
			 KTRI_YES);
	ck_assert(kcrypto_knows_hash(&t61, kmodel_hash_index("tgr128")));
	ck_assert(!kcrypto_knows_hash(&old, sha3));
	ck_assert(!kcrypto_knows_hash(&t61, sha3));
	ck_assert(kcrypto_knows_hash(&new, sha3));
	ck_assert(!kcrypto_knows_hash(&new, 23));
	ck_assert(!kcrypto_knows_hash(&new, -1));
}
END_TEST

/* ---- certificates that no kernel takes ---- */

static void load_cert(X509 *cert)
{
	BIO *bio = memory();

	ck_assert(i2d_X509_bio(bio, cert));
	put_bio("/cert.der", bio);
	pubkeys_free(&keys);
	ck_assert_msg(load("/cert.der"), "%s", why);
	X509_free(cert);
}

/* what is said of a signature by that key once its certificate was loaded */
static enum sealcheck_result result_of(const struct ktarget *t, EVP_PKEY *key,
				       struct sealcheck *s)
{
	struct seals_content none = { 0 };
	struct filedigest_source src = seals_source(&none);
	struct filedigest *d = filedigest_new();
	struct sealcheck_file f = { .content = &src };
	uint8_t digest[FILEDIGEST_MAX], b[IMAXATTR_MAX];
	int sha256 = kmodel_hash_index("sha256");
	size_t n = filedigest_content(d, sha256, &src, NULL, digest);

	f.ima = b;
	f.ima_len = seals_sign(key, filedigest_md(d, sha256), sha256,
			       0xcafebabe, 2, digest, n, b);
	sealcheck(d, &keys, t, &f, NULL, s);
	filedigest_free(d);
	return s->result;
}

static void ck_cert(const char *release, EVP_PKEY *key,
		    enum sealcheck_result wanted)
{
	struct ktarget t = target_with_all(release);
	struct sealcheck s;

	ck_assert_msg(result_of(&t, key, &s) == wanted, "%s: %s", release,
		      sealcheck_text(&a, &s));
	/* that is the kernel's alone */
	ck_assert_int_eq(result_of(NULL, key, &s), SEALCHECK_GOOD);
}

/* signs itself in another way */
static X509 *signed_by(EVP_PKEY *key, const EVP_MD *md, bool pss)
{
	X509 *cert = seals_cert(key, id_b, sizeof(id_b));
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how;

	ck_assert_int_gt(EVP_DigestSignInit(ctx, &how, md, NULL, key), 0);
	if (pss)
		ck_assert_int_gt(EVP_PKEY_CTX_set_rsa_padding(how,
					RSA_PKCS1_PSS_PADDING), 0);
	ck_assert_int_gt(X509_sign_ctx(cert, ctx), 0);
	EVP_MD_CTX_free(ctx);
	return cert;
}

/*
 * The parser has no number for how it is signed: x509_note_sig_algo(). Booted 6.1
 * and 6.12 said so of each.
 */
START_TEST(certificates_of_another_signature)
{
	EVP_PKEY *rsa = seals_rsa(2048);

	load_cert(signed_by(rsa, EVP_sha256(), false));
	ck_cert("6.1", rsa, SEALCHECK_GOOD);
	load_cert(signed_by(rsa, EVP_md5(), false));
	ck_cert("6.1", rsa, SEALCHECK_GOOD);
	ck_cert("6.6", rsa, SEALCHECK_MAYBE);
	ck_cert("6.12", rsa, SEALCHECK_KEY_KIND);
	load_cert(signed_by(rsa, EVP_ripemd160(), false));
	ck_cert("6.12", rsa, SEALCHECK_KEY_KIND);
	load_cert(signed_by(rsa, EVP_sha256(), true));
	ck_cert("6.12", rsa, SEALCHECK_KEY_KIND);
	load_cert(signed_by(rsa, EVP_sha1(), false));
	ck_cert("6.1", rsa, SEALCHECK_GOOD);
	ck_cert("6.7.0", rsa, SEALCHECK_KEY_KIND);
	ck_cert("6.12", rsa, SEALCHECK_GOOD);
	load_cert(signed_by(rsa, EVP_sha3_256(), false));
	ck_cert("6.1", rsa, SEALCHECK_KEY_KIND);
	ck_cert("6.12", rsa, SEALCHECK_GOOD);
	EVP_PKEY_free(rsa);
}
END_TEST

/* that nothing is known of a release is not that two keys have an id */
START_TEST(releases_that_are_not_known)
{
	struct ktarget t = target_with_all("6.7");
	EVP_PKEY *key = seals_ec("P-521");
	struct sealcheck s;

	load_cert(seals_cert(key, id_b, sizeof(id_b)));
	ck_assert_int_eq(result_of(&t, key, &s), SEALCHECK_MAYBE);
	ck_assert_int_eq(s.option, KCONFIG_COUNT);
	ck_assert(!s.shared);
	ck_assert_ptr_nonnull(strstr(sealcheck_text(&a, &s), "release"));
	EVP_PKEY_free(key);
}
END_TEST

/* one that signs itself is verified when it is loaded */
START_TEST(certificate_that_is_damaged)
{
	EVP_PKEY *rsa = seals_rsa(2048), *other = seals_rsa(2048);
	X509 *cert = seals_cert(rsa, id_b, sizeof(id_b));
	X509_NAME *ca = X509_NAME_new();

	ck_assert_int_gt(X509_sign(cert, other, EVP_sha256()), 0);
	load_cert(cert);
	ck_cert("6.12", rsa, SEALCHECK_KEY_KIND);
	/* that of another name was signed by another */
	cert = seals_cert(rsa, id_b, sizeof(id_b));
	ck_assert(X509_NAME_add_entry_by_txt(ca, "CN", MBSTRING_ASC,
					     (const uint8_t *)"ca", -1, -1, 0));
	ck_assert(X509_set_issuer_name(cert, ca));
	ck_assert_int_gt(X509_sign(cert, other, EVP_sha256()), 0);
	load_cert(cert);
	ck_cert("6.12", rsa, SEALCHECK_GOOD);
	X509_NAME_free(ca);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(other);
}
END_TEST

/* curves by name, and points that are written out: ecdsa_set_pub_key() */
START_TEST(certificates_of_odd_points)
{
	static const struct {
		const char *name, *value;
	} odd[] = {
		{ OSSL_PKEY_PARAM_EC_ENCODING, "explicit" },
		{ OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed" },
		{ OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "hybrid" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		EVP_PKEY *ec = seals_ec("P-256");

		load_cert(seals_cert(ec, id_b, sizeof(id_b)));
		ck_cert("6.12", ec, SEALCHECK_GOOD);
		ck_assert_int_gt(EVP_PKEY_set_utf8_string_param(ec, odd[i].name,
							odd[i].value), 0);
		load_cert(seals_cert(ec, id_b, sizeof(id_b)));
		ck_cert("6.12", ec, SEALCHECK_KEY_KIND);
		EVP_PKEY_free(ec);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("seal_keys");
	TCase *tc = tcase_create("keys");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, certificates);
	tcase_add_test(tc, bare_keys);
	tcase_add_test(tc, no_identifier);
	tcase_add_test(tc, directories);
	tcase_add_test(tc, wrong_ones);
	tcase_add_test(tc, wrong_behind);
	tcase_add_test(tc, key_names);
	tcase_add_test(tc, kinds_of_keys);
	tcase_add_test(tc, options);
	tcase_add_test(tc, hash_numbers);
	tcase_add_test(tc, certificates_of_another_signature);
	tcase_add_test(tc, releases_that_are_not_known);
	tcase_add_test(tc, certificate_that_is_damaged);
	tcase_add_test(tc, certificates_of_odd_points);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
