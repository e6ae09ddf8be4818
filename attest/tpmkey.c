/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "pubkeys.h"
#include "tpmbytes.h"
#include "tpmkey.h"
#include "util.h"

enum {
	RSA_BITS_MIN = 2048,
	RSA_BITS_MAX = 4096,
	RSA_EXPONENT = 65537,	/* what 0 stands for in a template */
	EC_BYTES_MAX = 66,
};

/* TPMA_OBJECT (Part 2, 8.3) */
enum {
	FIXED_TPM = 1 << 1,
	FIXED_PARENT = 1 << 4,
	SENSITIVE_ORIGIN = 1 << 5,
	RESTRICTED = 1 << 16,
	DECRYPT = 1 << 17,
	SIGN = 1 << 18,
};

static const struct curve {
	uint16_t tpm;		/* TPM_ECC_CURVE */
	const char *name;
	size_t bytes;		/* of a coordinate */
} curves[] = {
	{ 0x0003, "prime256v1", 32 },
	{ 0x0004, "secp384r1", 48 },
	{ 0x0005, "secp521r1", 66 },
};

/* ---- which keys are taken ---- */

static const char *judge_rsa(EVP_PKEY *key)
{
	BIGNUM *e = NULL;
	const char *why = NULL;
	int bits = EVP_PKEY_get_bits(key);

	if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX)
		return "RSA keys are taken from 2048 to 4096 bits";
	if (!EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e))
		return "out of memory";
	if (!BN_is_odd(e) || BN_num_bits(e) > 32 || BN_num_bits(e) < 17)
		why = "the exponent of this RSA key is none that a TPM has";
	BN_free(e);
	return why;
}

static const char *judge_ec(EVP_PKEY *key)
{
	char name[32] = "";
	size_t i, len;

	if (!EVP_PKEY_get_group_name(key, name, sizeof(name), &len))
		name[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(curves); i++)
		if (!strcmp(name, curves[i].name))
			break;
	if (i == ARRAY_SIZE(curves))
		return "the curve of this key is none of P-256, P-384 and P-521";
	/* whatever form its point was in, its fingerprint is the same */
	if (!EVP_PKEY_set_utf8_string_param(key,
			OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
			OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED))
		return "out of memory";
	return NULL;
}

static const char *judge_key(EVP_PKEY *key)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
		return judge_rsa(key);
	case EVP_PKEY_EC:
		return judge_ec(key);
	default:
		return "this key is neither one of RSA nor one of ECDSA";
	}
}

/* ---- PEM and DER ---- */

/* takes cert and key, of which one at most is there */
static const char *take(struct tpmkey *k, X509 *cert, EVP_PKEY *key)
{
	if (cert) {
		key = X509_get_pubkey(cert);
		X509_free(cert);
	}
	if (!key)
		return "the key in it cannot be read: it is damaged, or of a kind that libcrypto does not know";
	if (k->key) {
		EVP_PKEY_free(key);
		return "there are several keys in it, and one is to be pinned";
	}
	k->key = key;
	return NULL;
}

static const char *read_block(struct tpmkey *k, const char *name,
			      const unsigned char *data, long len)
{
	X509 *cert;
	EVP_PKEY *key;

	if (strstr(name, "PRIVATE KEY"))
		return "this is a private key: the public one is wanted";
	if (!pubkey_decode(name, data, len, &cert, &key))
		return NULL;
	return take(k, cert, key);
}

static const char *read_pem(struct tpmkey *k, const void *bytes, size_t len)
{
	BIO *bio = BIO_new_mem_buf(bytes, (int)len);
	const char *why = bio ? NULL : "out of memory";
	unsigned char *data;
	char *name, *head;
	long n;

	while (!why && PEM_read_bio(bio, &name, &head, &data, &n)) {
		why = read_block(k, name, data, n);
		OPENSSL_free(name);
		OPENSSL_free(head);
		OPENSSL_free(data);
	}
	BIO_free(bio);
	if (!why && !k->key)
		why = "there is no public key and no certificate in it";
	return why;
}

static const char *read_der(struct tpmkey *k, const unsigned char *bytes,
			    size_t len)
{
	const unsigned char *p = bytes;
	X509 *cert = d2i_X509(NULL, &p, (long)len);
	EVP_PKEY *key = NULL;

	if (!cert) {
		p = bytes;
		key = d2i_PUBKEY(NULL, &p, (long)len);
	}
	if (!cert && !key)
		return "there is no public key and no certificate in it";
	if (p == bytes + len)
		return take(k, cert, key);
	X509_free(cert);
	EVP_PKEY_free(key);
	return "there are bytes behind the key";
}

/* ---- the public area of a TPM's key ---- */

static EVP_PKEY *from_parts(const char *type, OSSL_PARAM_BLD *parts)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(parts);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (!params || !ctx || EVP_PKEY_fromdata_init(ctx) <= 0 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) <= 0)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return key;
}

static EVP_PKEY *make_rsa(const uint8_t *n, size_t len, uint32_t exponent)
{
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	BIGNUM *modulus = BN_bin2bn(n, (int)len, NULL);
	EVP_PKEY *key = NULL;

	if (parts && modulus &&
	    OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, modulus) &&
	    OSSL_PARAM_BLD_push_uint32(parts, OSSL_PKEY_PARAM_RSA_E, exponent))
		key = from_parts("RSA", parts);
	BN_free(modulus);
	OSSL_PARAM_BLD_free(parts);
	return key;
}

/* uncompressed; a TPM may leave out the zeros that a coordinate begins with */
static EVP_PKEY *make_ec(const struct curve *c, const uint8_t *x, size_t x_len,
			 const uint8_t *y, size_t y_len)
{
	uint8_t point[1 + 2 * EC_BYTES_MAX] = { 4 };
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	memcpy(point + 1 + c->bytes - x_len, x, x_len);
	memcpy(point + 1 + 2 * c->bytes - y_len, y, y_len);
	if (parts &&
	    OSSL_PARAM_BLD_push_utf8_string(parts, OSSL_PKEY_PARAM_GROUP_NAME,
					    c->name, 0) &&
	    OSSL_PARAM_BLD_push_octet_string(parts, OSSL_PKEY_PARAM_PUB_KEY,
					     point, 1 + 2 * c->bytes))
		key = from_parts("EC", parts);
	OSSL_PARAM_BLD_free(parts);
	return key;
}

static const char *judge_attributes(uint32_t attributes)
{
	if (attributes & DECRYPT)
		return "this is a key to decrypt with, as an endorsement key is; a quote is signed by an attestation key";
	if (!(attributes & SIGN))
		return "this key signs nothing";
	if (!(attributes & RESTRICTED))
		return "this key is not restricted: it signs whatever it is given, made-up quotes included";
	if (!(attributes & FIXED_TPM) || !(attributes & FIXED_PARENT) ||
	    !(attributes & SENSITIVE_ORIGIN))
		return "the private half of this key may be had outside of its TPM";
	return NULL;
}

/* TPMT_SYM_DEF_OBJECT, and the scheme of signatures */
static void read_schemes(struct tpmbytes *b, struct tpmkey *k)
{
	if (tpmbytes_u16(b) != TPM_NULL)
		tpmbytes_u32(b);
	k->scheme = tpmbytes_u16(b);
	k->hash = TPM_NULL;
	if (k->scheme != TPM_NULL)
		k->hash = tpmbytes_u16(b);
	if (k->scheme == TPM_ECDAA)
		tpmbytes_u16(b);
}

static const char *read_rsa(struct tpmbytes *b, struct tpmkey *k)
{
	const uint8_t *n;
	uint32_t exponent;
	uint16_t bits;
	size_t len;

	read_schemes(b, k);
	bits = tpmbytes_u16(b);
	exponent = tpmbytes_u32(b);
	n = tpmbytes_sized(b, &len);
	if (!tpmbytes_done(b))
		return NULL;
	if (len * 8 != bits || bits > RSA_BITS_MAX)
		return "its modulus is of another size than it says";
	k->key = make_rsa(n, len, exponent ? exponent : RSA_EXPONENT);
	return k->key ? NULL : "its modulus is none";
}

static const char *read_ecc(struct tpmbytes *b, struct tpmkey *k)
{
	const uint8_t *x, *y;
	size_t x_len, y_len, i;
	uint16_t curve;

	read_schemes(b, k);
	curve = tpmbytes_u16(b);
	if (tpmbytes_u16(b) != TPM_NULL)
		tpmbytes_u16(b);
	x = tpmbytes_sized(b, &x_len);
	y = tpmbytes_sized(b, &y_len);
	if (!tpmbytes_done(b))
		return NULL;
	for (i = 0; i < ARRAY_SIZE(curves); i++)
		if (curves[i].tpm == curve)
			break;
	if (i == ARRAY_SIZE(curves))
		return "the curve of this key is none of P-256, P-384 and P-521";
	if (x_len > curves[i].bytes || y_len > curves[i].bytes)
		return "its point is of another size than its curve";
	k->key = make_ec(&curves[i], x, x_len, y, y_len);
	return k->key ? NULL : "its point is not on its curve";
}

static bool make_name(struct tpmkey *k, uint16_t alg, const uint8_t *area,
		      size_t len)
{
	unsigned int n;

	k->name[0] = (uint8_t)(alg >> 8);
	k->name[1] = (uint8_t)alg;
	if (!EVP_Digest(area, len, k->name + 2, &n, tpmbytes_md(alg), NULL))
		return false;
	k->name_len = 2 + n;
	return true;
}

static const char *read_area(struct tpmkey *k, const uint8_t *area, size_t len)
{
	struct tpmbytes b = { .p = area, .left = len };
	uint16_t type = tpmbytes_u16(&b), alg = tpmbytes_u16(&b);
	const char *why;
	size_t policy;

	k->has_template = true;
	k->attributes = tpmbytes_u32(&b);
	tpmbytes_sized(&b, &policy);
	why = judge_attributes(k->attributes);
	if (!why && !b.is_short)
		why = type == TPM_RSA ? read_rsa(&b, k) : read_ecc(&b, k);
	if (b.is_short)
		return "the public area ends early";
	if (why)
		return why;
	if (b.left)
		return "there are bytes behind the public area";
	if (!tpmbytes_md(alg))
		return "its name is by a hash that is none of sha256, sha384 and sha512";
	return make_name(k, alg, area, len) ? NULL : "out of memory";
}

static bool begins_area(struct tpmbytes b)
{
	uint16_t type = tpmbytes_u16(&b);

	return type == TPM_RSA || type == TPM_ECC;
}

/* the area without its size, where it has one; false: it is none */
static bool find_area(const uint8_t *bytes, size_t len, struct tpmbytes *area)
{
	struct tpmbytes b = { .p = bytes, .left = len };

	*area = b;
	if (tpmbytes_u16(&b) == b.left && !b.is_short && begins_area(b)) {
		*area = b;
		return true;
	}
	return begins_area(*area);
}

/* ---- one of these ---- */

/* a number in DER may have these letters in it; and all of DER has zeros */
static bool looks_like_pem(const void *bytes, size_t len)
{
	static const char begin[] = "-----BEGIN ";

	return !memchr(bytes, 0, len) &&
	       memmem(bytes, len, begin, sizeof(begin) - 1) != NULL;
}

static const char *read_key(struct tpmkey *k, const void *bytes, size_t len)
{
	struct tpmbytes area;
	const char *why;

	if (find_area(bytes, len, &area))
		why = read_area(k, area.p, area.left);
	else if (looks_like_pem(bytes, len))
		why = read_pem(k, bytes, len);
	else
		why = read_der(k, bytes, len);
	return why ? why : judge_key(k->key);
}

const char *tpmkey_read(const void *bytes, size_t len, struct tpmkey *out)
{
	const char *why;

	memset(out, 0, sizeof(*out));
	out->scheme = out->hash = TPM_NULL;
	if (!len)
		return "it is empty";
	if (len > TPMKEY_MAX)
		return "it is too large to be a key";
	ERR_set_mark();
	why = read_key(out, bytes, len);
	ERR_pop_to_mark();
	if (why)
		tpmkey_free(out);
	return why;
}

void tpmkey_free(struct tpmkey *k)
{
	EVP_PKEY_free(k->key);
	memset(k, 0, sizeof(*k));
}

bool tpmkey_fingerprint(const struct tpmkey *k, uint8_t out[32])
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(k->key, &der);
	bool ok = len > 0 &&
		  EVP_Digest(der, (size_t)len, out, NULL, EVP_sha256(), NULL);

	OPENSSL_free(der);
	return ok;
}
