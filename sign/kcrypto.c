/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "kcrypto.h"
#include "kmodel_row.h"
#include "util.h"

enum { NAME_MAX_LEN = 48 };

/* "RSA", "EC", or another kind that no row has */
static const char *kind_name(EVP_PKEY *key)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
		return "RSA";
	case EVP_PKEY_EC:
		return "EC";
	default:
		return OBJ_nid2sn(EVP_PKEY_get_base_id(key));
	}
}

static const char *curve_name(EVP_PKEY *key, char *buf, size_t size)
{
	const char *nist;
	size_t len;

	if (!EVP_PKEY_get_group_name(key, buf, size, &len))
		return "of a curve without a name";
	nist = EC_curve_nid2nist(OBJ_sn2nid(buf));
	return nist ? nist : buf;
}

static void write_name(EVP_PKEY *key, char *out, size_t size)
{
	char curve[NAME_MAX_LEN];

	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
		snprintf(out, size, "EC %s",
			 curve_name(key, curve, sizeof(curve)));
	else
		snprintf(out, size, "%s-%d", kind_name(key),
			 EVP_PKEY_get_bits(key));
}

const char *kcrypto_key_name(struct arena *a, EVP_PKEY *key)
{
	char name[NAME_MAX_LEN + 8];

	write_name(key, name, sizeof(name));
	return arena_strndup(a, name, strlen(name));
}

/* ---- from a row of the model to an answer ---- */

static const char *by_option(const struct ktarget *t, struct arena *a,
			     const char *what, enum kconfig option)
{
	const char *how = "which is off";

	if (!a)
		return NULL;
	if (t->config[option] == KTRI_MAYBE)
		how = "of which nothing is known";
	else if (t->modules >> option & 1)
		how = "which is a module: only where that can be loaded";
	return buf_textf(a, "%s needs CONFIG_%s, %s", what,
			 kconfig_name(option), how);
}

static const char *by_release(const struct ktarget *t, struct arena *a,
			      const char *what, const struct kanswer *k)
{
	char release[KRELEASE_TEXT], since[KRELEASE_TEXT];

	if (!a)
		return NULL;
	krelease_text(t->release, release, sizeof(release));
	if (k->bracketed)
		return buf_textf(a, "it is not known whether %s has %s",
				 release, what);
	if (!k->since.major || krelease_cmp(k->since, t->release) <= 0)
		return buf_textf(a, "%s does not have %s", release, what);
	return buf_textf(a, "%s does not have %s, which came with %s", release,
			 what, krelease_text(k->since, since, sizeof(since)));
}

static struct kcrypto_answer answer(const struct ktarget *t, struct arena *a,
				    const char *what, const struct kanswer *k)
{
	struct kcrypto_answer r = { .can = KTRI_YES, .option = k->option };

	if (k->verdict == KV_PRESENT)
		return r;
	if (k->option != KCONFIG_COUNT) {
		r.can = k->verdict == KV_CONFIG || t->modules >> k->option & 1 ?
			KTRI_MAYBE : KTRI_NO;
		r.why = by_option(t, a, what, k->option);
	} else {
		r.can = k->bracketed ? KTRI_MAYBE : KTRI_NO;
		r.why = by_release(t, a, what, k);
	}
	return r;
}

static struct kcrypto_answer never(struct arena *a, const char *what)
{
	struct kcrypto_answer r = { .can = KTRI_NO, .option = KCONFIG_COUNT };

	r.why = a ? buf_textf(a, "no kernel has %s", what) : NULL;
	return r;
}

static struct kcrypto_answer of_row(const struct ktarget *t, struct arena *a,
				    enum kkind kind, const char *word,
				    const char *what)
{
	enum kfeature f = kmodel_find(kind, word, strlen(word));
	struct kanswer k;

	if (f == KF_COUNT)
		return never(a, what);
	k = kmodel_has(t, f);
	return answer(t, a, what, &k);
}

/* ---- the questions ---- */

/* whoever signs has it on, so it is no question where nothing is known of it */
static bool lacks_signatures(const struct ktarget *t)
{
	return t->config[KCONFIG_INTEGRITY_ASYMMETRIC_KEYS] == KTRI_NO;
}

struct kcrypto_answer kcrypto_key(const struct ktarget *t, struct arena *a,
				  EVP_PKEY *key)
{
	char name[NAME_MAX_LEN + 8], what[NAME_MAX_LEN + 32];
	struct kanswer off = { .verdict = KV_ABSENT,
			       .option = KCONFIG_INTEGRITY_ASYMMETRIC_KEYS };

	write_name(key, name, sizeof(name));
	snprintf(what, sizeof(what), "verifying by %s keys", name);
	if (lacks_signatures(t))
		return answer(t, a, what, &off);
	return of_row(t, a, KKIND_PUBKEY, name, what);
}

/*
 * The rows of hashes say since when appraise_algos= takes their names; kernels
 * before that keyword had those hashes all the same.
 */
static struct kanswer hash_answer(const struct ktarget *t, int hash)
{
	const struct krow *algos = kmodel_row(KF_KEY_APPRAISE_ALGOS);
	struct ktarget at = *t;

	if (krelease_cmp(at.release, algos->since) < 0)
		at.release = algos->since;
	return kmodel_has(&at, (enum kfeature)(kmodel_range(KKIND_HASH).first +
					       (unsigned int)hash));
}

bool kcrypto_knows_hash(const struct ktarget *t, int hash)
{
	struct kanswer k;

	if (hash < 0 || !kmodel_hash_name((unsigned int)hash))
		return false;
	k = hash_answer(t, hash);
	return k.verdict != KV_ABSENT || k.option != KCONFIG_COUNT ||
	       !k.since.major;
}

struct kcrypto_answer kcrypto_hash(const struct ktarget *t, struct arena *a,
				   int hash)
{
	const char *name = hash < 0 ? NULL :
			   kmodel_hash_name((unsigned int)hash);
	char what[NAME_MAX_LEN];
	struct kanswer k;

	if (!name)
		return never(a, "a hash with that number");
	snprintf(what, sizeof(what), "the hash %s", name);
	k = hash_answer(t, hash);
	return k.since.major ? answer(t, a, what, &k) : never(a, what);
}

/* the worse of two */
static struct kcrypto_answer both(struct kcrypto_answer x,
				  struct kcrypto_answer y)
{
	if (x.can == KTRI_NO || y.can == KTRI_YES)
		return x;
	return y.can == KTRI_NO || x.can == KTRI_YES ? y : x;
}

struct kcrypto_answer kcrypto_signature(const struct ktarget *t,
					struct arena *a, EVP_PKEY *key,
					int hash)
{
	struct kcrypto_answer r = both(kcrypto_key(t, a, key),
				       kcrypto_hash(t, a, hash));
	const char *name = hash < 0 ? NULL :
			   kmodel_hash_name((unsigned int)hash);
	char word[NAME_MAX_LEN], what[NAME_MAX_LEN + 32];

	if (!name)
		return r;
	snprintf(word, sizeof(word), "%s %s", kind_name(key), name);
	snprintf(what, sizeof(what), "%s signatures over %s", kind_name(key),
		 name);
	return both(r, of_row(t, a, KKIND_SIGHASH, word, what));
}

/* ---- certificates ---- */

static bool has_value(EVP_PKEY *key, const char *param, const char *wanted)
{
	char value[NAME_MAX_LEN];

	return EVP_PKEY_get_utf8_string_param(key, param, value, sizeof(value),
					      NULL) && !strcmp(value, wanted);
}

/* x509_extract_key_data() wants a curve's number, ecdsa_set_pub_key() all of the point */
static bool is_plain(EVP_PKEY *key)
{
	return EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
	       (has_value(key, OSSL_PKEY_PARAM_EC_ENCODING, "named_curve") &&
		has_value(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
			  "uncompressed"));
}

/* those of x509_note_sig_algo(), but for md5; NULL: it has no number for it */
static const char *row_of_hash(int md)
{
	static const struct {
		int nid;
		const char *row;
	} known[] = {
		{ NID_sha1, "RSA sha1" }, { NID_sha224, "RSA sha224" },
		{ NID_sha256, "RSA sha256" }, { NID_sha384, "RSA sha384" },
		{ NID_sha512, "RSA sha512" }, { NID_sha3_256, "RSA sha3-256" },
		{ NID_sha3_384, "RSA sha3-384" },
		{ NID_sha3_512, "RSA sha3-512" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].nid == md)
			return known[i].row;
	return NULL;
}

/* taken by 6.1, and by 6.12 no more */
static struct kcrypto_answer by_md5(const struct ktarget *t, struct arena *a,
				    const char *what)
{
	static const struct krelease last = { 6, 1, -1 }, without = { 6, 12, 0 };
	struct kanswer k = { .verdict = KV_ABSENT, .option = KCONFIG_COUNT };

	if (krelease_cmp(t->release, last) <= 0)
		k.verdict = KV_PRESENT;
	else
		k.bracketed = krelease_cmp(t->release, without) < 0;
	return answer(t, a, what, &k);
}

struct kcrypto_answer kcrypto_cert(const struct ktarget *t, struct arena *a,
				   X509 *cert)
{
	int nid = X509_get_signature_nid(cert), md, kind;
	char what[NAME_MAX_LEN + 32];
	const char *row;

	if (!is_plain(X509_get0_pubkey(cert)))
		return never(a, "a parser for how the key in its certificate is written");
	snprintf(what, sizeof(what), "certificates signed by %s",
		 OBJ_nid2sn(nid));
	if (!OBJ_find_sigid_algs(nid, &md, &kind) ||
	    (kind != NID_rsaEncryption && kind != NID_X9_62_id_ecPublicKey))
		return never(a, what);
	if (md == NID_md5)
		return by_md5(t, a, what);
	/* by RSA or by ECDSA, the hashes came and went together */
	row = row_of_hash(md);
	return row ? of_row(t, a, KKIND_SIGHASH, row, what) : never(a, what);
}
