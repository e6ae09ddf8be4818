/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

#include "quote.h"
#include "tpmbytes.h"
#include "util.h"

#define MAGIC 0xff544347	/* TPM_GENERATED_VALUE */

enum {
	ATTEST_QUOTE = 0x8018,
	NAME_MAX_LEN = 66,	/* of a TPM name: a hash's number, and a digest */
	SELECT_MAX = 4,		/* bytes of a bitmap, as TPM2_PCR_SELECT_MAX has it */
	PCRS = 24,
};

/* ---- the quote ---- */

/* what else a restricted key signs (TPMI_ST_ATTEST) */
static const struct {
	uint16_t type;
	const char *what;
} others[] = {
	{ 0x8014, "this is no quote: it attests an NV index" },
	{ 0x8015, "this is no quote: it attests the commands of an audit" },
	{ 0x8016, "this is no quote: it attests the audit of a session" },
	{ 0x8017, "this is no quote: it attests another key" },
	{ 0x8019, "this is no quote: it attests the time alone" },
	{ 0x801a, "this is no quote: it attests where a key was made" },
	{ 0x801c, "this is no quote: it attests the digest of an NV index" },
};

static const char *is_other(uint16_t type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (others[i].type == type)
			return others[i].what;
	return "this is no quote: it is of a type that no TPM has";
}

const char *quote_bitmap(const uint8_t *map, size_t n, uint32_t *pcrs)
{
	*pcrs = 0;
	if (n > SELECT_MAX)
		return "the bitmap of PCRs is longer than any TPM has it";
	while (map && n--)
		*pcrs = *pcrs << 8 | map[n];
	return *pcrs >> PCRS ? "it selects a PCR beyond 23" : NULL;
}

bool quote_selects(const struct quote_selection *select, size_t n, uint16_t alg)
{
	while (n--)
		if (select[n].alg == alg)
			return true;
	return false;
}

static const char *read_selections(struct tpmbytes *b, struct quote *q)
{
	uint32_t n = tpmbytes_u32(b), pcrs = 0;
	const char *why = NULL;

	if (n > QUOTE_SELECTIONS_MAX)
		return "it selects more banks than any TPM has";
	while (!why && !b->is_short && q->selections < n) {
		struct quote_selection s = { .alg = tpmbytes_u16(b) };
		size_t size = tpmbytes_u8(b);

		why = quote_bitmap(tpmbytes_take(b, size), size, &s.pcrs);
		if (!why && quote_selects(q->select, q->selections, s.alg))
			why = "it selects a bank twice";
		q->select[q->selections++] = s;
		pcrs |= s.pcrs;
	}
	if (!why && !b->is_short && !pcrs)
		why = "it selects no PCR";
	return why;
}

static const char *read_head(struct tpmbytes *b, struct quote *q)
{
	uint32_t magic = tpmbytes_u32(b);
	uint16_t type = tpmbytes_u16(b);

	if (b->is_short)
		return NULL;
	if (magic != MAGIC)
		return "it does not begin as what a TPM attests: nothing in it is a TPM's word";
	if (type != ATTEST_QUOTE)
		return is_other(type);
	q->signer = tpmbytes_sized(b, &q->signer_len);
	q->nonce = tpmbytes_sized(b, &q->nonce_len);
	if (q->signer_len > NAME_MAX_LEN)
		return "the name of its key is longer than any is";
	if (q->nonce_len > QUOTE_NONCE_MAX)
		return "its nonce is longer than 64 bytes";
	return NULL;
}

static const char *read_clock(struct tpmbytes *b, struct quote *q)
{
	uint8_t safe;

	q->clock = tpmbytes_u64(b);
	q->reset_count = tpmbytes_u32(b);
	q->restart_count = tpmbytes_u32(b);
	safe = tpmbytes_u8(b);
	q->safe = safe;
	q->firmware = tpmbytes_u64(b);
	return safe > 1 ? "its clock is neither safe nor unsafe" : NULL;
}

const char *quote_read(const void *bytes, size_t len, struct quote *out)
{
	struct tpmbytes b = { .p = bytes, .left = len };
	const char *why;

	memset(out, 0, sizeof(*out));
	if (!len)
		return "it is empty";
	if (len > QUOTE_MAX)
		return "it is too large to be a quote";
	why = read_head(&b, out);
	if (!why)
		why = read_clock(&b, out);
	if (!why)
		why = read_selections(&b, out);
	if (why)
		return why;
	out->digest = tpmbytes_sized(&b, &out->digest_len);
	if (b.is_short)
		return "it ends early";
	return b.left ? "there are bytes behind the quote" : NULL;
}

/* ---- its signature ---- */

/* behind its scheme and hash */
static const char *read_parts(struct tpmbytes *b, struct quote_signature *s)
{
	switch (s->scheme) {
	case TPM_RSASSA:
	case TPM_RSAPSS:
		s->sig = tpmbytes_sized(b, &s->sig_len);
		return NULL;
	case TPM_ECDSA:
		s->r = tpmbytes_sized(b, &s->r_len);
		s->s = tpmbytes_sized(b, &s->s_len);
		return NULL;
	case TPM_NULL:
		return "the quote is not signed";
	case TPM_HMAC:
		return "the quote is signed by HMAC, which whoever verifies it could have made";
	default:
		return "the scheme of the signature is none of RSASSA, RSAPSS and ECDSA";
	}
}

static const char *read_tpmt(struct tpmbytes b, struct quote_signature *s)
{
	const char *why;

	s->scheme = tpmbytes_u16(&b);
	if (!b.is_short && s->scheme != TPM_NULL)
		s->hash = tpmbytes_u16(&b);
	why = b.is_short ? NULL : read_parts(&b, s);
	if (why)
		return why;
	if (b.is_short)
		return "the signature ends early";
	return b.left ? "there are bytes behind the signature" : NULL;
}

const char *quote_signature_read(const void *bytes, size_t len,
				 uint16_t plain_hash,
				 struct quote_signature *out)
{
	struct tpmbytes b = { .p = bytes, .left = len };
	const char *why;

	memset(out, 0, sizeof(*out));
	if (!len)
		return "the signature is empty";
	if (len > QUOTE_MAX)
		return "it is too large to be a signature";
	why = read_tpmt(b, out);
	if (!why || !plain_hash)
		return why;
	memset(out, 0, sizeof(*out));
	out->hash = plain_hash;
	out->sig = bytes;
	out->sig_len = len;
	return NULL;
}

/* ---- is it the key's? ---- */

static bool is_rsa(const struct tpmkey *key)
{
	return EVP_PKEY_get_base_id(key->key) == EVP_PKEY_RSA;
}

static const char *judge_scheme(const struct quote_signature *s,
				const struct tpmkey *key)
{
	bool rsa = s->scheme == TPM_RSASSA || s->scheme == TPM_RSAPSS;

	if (s->hash == TPM_SHA1)
		return "it is signed over sha1, which can be forged";
	if (!tpmbytes_md(s->hash))
		return "it is signed over a hash that is none of sha256, sha384 and sha512";
	if (s->scheme && rsa != is_rsa(key))
		return rsa ? "the signature is one of RSA, and the key is none" :
			"the signature is one of ECDSA, and the key is one of RSA";
	if (key->scheme != TPM_NULL && s->scheme && s->scheme != key->scheme)
		return "the scheme of the signature is another than the key is made for";
	if (key->scheme != TPM_NULL && s->hash != key->hash)
		return "the hash of the signature is another than the key is made for";
	return NULL;
}

/* a parser's verdict first: whatever else the key signed is no quote */
static const char *judge_quote(const void *quote, size_t len,
			       const struct quote_signature *s)
{
	struct quote q;
	const char *why = quote_read(quote, len, &q);

	if (why)
		return why;
	if (q.digest_len != (size_t)EVP_MD_get_size(tpmbytes_md(s->hash)))
		return "the digest of the PCRs is not by the hash of the signature";
	return NULL;
}

/* DER; its length, 0: out of memory */
static size_t ecdsa_der(const struct quote_signature *s, unsigned char **der)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(s->r, (int)s->r_len, NULL);
	BIGNUM *t = BN_bin2bn(s->s, (int)s->s_len, NULL);
	int len = 0;

	*der = NULL;
	if (sig && r && t && ECDSA_SIG_set0(sig, r, t)) {
		r = t = NULL;
		len = i2d_ECDSA_SIG(sig, der);
	}
	BN_free(r);
	BN_free(t);
	ECDSA_SIG_free(sig);
	return len > 0 ? (size_t)len : 0;
}

/* a salt may be of any length: TPMs differ in it, and it proves nothing */
static bool set_padding(EVP_PKEY_CTX *ctx, uint16_t scheme)
{
	if (scheme == TPM_ECDSA)
		return true;
	if (scheme == TPM_RSASSA)
		return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_AUTO) > 0;
}

struct signed_bytes {
	const void *bytes;
	size_t len;
	const uint8_t *sig;
	size_t sig_len;
	uint16_t hash;
};

static bool fits(const struct signed_bytes *b, uint16_t scheme, EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how;
	bool ok;

	ERR_set_mark();
	ok = ctx && EVP_DigestVerifyInit(ctx, &how, tpmbytes_md(b->hash), NULL,
					 key) > 0 &&
	     set_padding(how, scheme) &&
	     EVP_DigestVerify(ctx, b->sig, b->sig_len, b->bytes, b->len) == 1;
	ERR_pop_to_mark();
	EVP_MD_CTX_free(ctx);
	return ok;
}

/* numbers are no longer than the curve's, so that zeros cannot be put before one */
static bool fits_ecdsa(struct signed_bytes *b, const struct quote_signature *s,
		       EVP_PKEY *key)
{
	size_t field = ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
	unsigned char *der = NULL;
	bool ok;

	if (s->r_len > field || s->s_len > field)
		return false;
	if (s->scheme) {
		b->sig_len = ecdsa_der(s, &der);
		b->sig = der;
	}
	ok = b->sig_len && fits(b, TPM_ECDSA, key);
	OPENSSL_free(der);
	return ok;
}

/*
 * A signature of RSA is as long as the modulus; of a shorter one libcrypto thinks
 * zeros before it. A bare one says nothing of its scheme.
 */
static bool fits_rsa(const struct signed_bytes *b, uint16_t scheme,
		     EVP_PKEY *key)
{
	if (b->sig_len != (size_t)EVP_PKEY_get_size(key))
		return false;
	if (scheme)
		return fits(b, scheme, key);
	return fits(b, TPM_RSASSA, key) || fits(b, TPM_RSAPSS, key);
}

const char *quote_verify(const void *quote, size_t len,
			 const struct quote_signature *s,
			 const struct tpmkey *key)
{
	struct signed_bytes b = { .bytes = quote, .len = len, .sig = s->sig,
				  .sig_len = s->sig_len, .hash = s->hash };
	uint16_t scheme = s->scheme;
	const char *why = judge_scheme(s, key);
	bool ok;

	if (!why)
		why = judge_quote(quote, len, s);
	if (why)
		return why;
	if (!scheme && key->scheme != TPM_NULL)
		scheme = key->scheme;
	ok = is_rsa(key) ? fits_rsa(&b, scheme, key->key) :
		fits_ecdsa(&b, s, key->key);
	return ok ? NULL : "the key did not sign this quote";
}
