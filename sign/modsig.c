/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "modsig.h"
#include "sealcheck.h"
#include "util.h"

static const char marker[] = "~Module signature appended~\n";

enum {
	MARKER = sizeof(marker) - 1,
	HEADER = 12,		/* struct module_signature */
	TAIL = HEADER + MARKER,
	ID_TYPE = 2,		/* place in the header, and PKEY_ID_PKCS7 */
	SIZE_AT = 8,
};

struct check {
	struct filedigest *d;
	const struct pubkeys *keys;
	const struct ktarget *t;
	const struct filedigest_source *content;
	const volatile bool *stop;
	struct modsig *out;
	uint64_t len;		/* of the content that is signed */
	size_t size;		/* of the PKCS #7 behind it */
};

static void say(struct check *c, enum modsig_result r, const char *text)
{
	c->out->result = r;
	c->out->text = text;
}

static void unread(struct check *c, int error)
{
	say(c, MODSIG_UNREAD, NULL);
	c->out->error = error;
}

/* ---- the tail ---- */

/* all of it; false: that is said */
static bool read_at(struct check *c, uint8_t *to, size_t len, uint64_t off)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n = c->content->pread(c->content->arg, to + have,
					      len - have, off + have);

		if (n < 0 && errno == EINTR && !(c->stop && *c->stop))
			continue;
		if (n <= 0) {
			/* shorter than its inode says */
			unread(c, n ? errno : ESTALE);
			return false;
		}
		have += (size_t)n;
	}
	return true;
}

static bool is_header(const uint8_t *h)
{
	static const uint8_t wanted[SIZE_AT] = { 0, 0, ID_TYPE };

	return memcmp(h, wanted, sizeof(wanted)) == 0;
}

/* read as source: 6.18 did not unpack before it looked, 6.19 does */
static bool unpacks(const struct ktarget *t)
{
	static const struct krelease last = { 6, 18, -1 };

	return t && krelease_cmp(t->release, last) > 0;
}

/* as modules are packed; a file with a tail is longer than that */
static bool is_packed(struct check *c)
{
	static const struct {
		const char *bytes;
		size_t n;
	} magics[] = {
		{ "\x1f\x8b", 2 }, { "\xfd" "7zXZ\0", 6 },
		{ "\x28\xb5\x2f\xfd", 4 },
	};
	uint8_t head[6];
	size_t i;

	if (!read_at(c, head, sizeof(head), 0))
		return false;
	for (i = 0; i < ARRAY_SIZE(magics); i++)
		if (!memcmp(head, magics[i].bytes, magics[i].n))
			return true;
	return false;
}

/* false: there is none, or that is said */
static bool find_tail(struct check *c)
{
	uint64_t size = c->content->size;
	uint8_t t[TAIL];
	uint32_t n;

	say(c, MODSIG_NONE, NULL);
	if (size <= TAIL || !read_at(c, t, TAIL, size - TAIL) ||
	    memcmp(t + HEADER, marker, MARKER) || !is_header(t))
		return false;
	n = (uint32_t)t[SIZE_AT] << 24 | (uint32_t)t[SIZE_AT + 1] << 16 |
	    (uint32_t)t[SIZE_AT + 2] << 8 | t[SIZE_AT + 3];
	if (!n || n >= size - TAIL)
		return false;
	if (n > MODSIG_MAX) {
		say(c, MODSIG_MAYBE, "the signature appended to it is larger than any that is read here");
		return false;
	}
	c->size = n;
	c->len = size - TAIL - n;
	return true;
}

/* ---- its signer ---- */

struct signer {
	CMS_SignerInfo *info;
	int hash;
	const ASN1_OCTET_STRING *value;
};

/* those that pkcs7_parse_message() has a number for; false: it is no PKCS #7 to it */
static bool read_algorithms(struct signer *s)
{
	X509_ALGOR *digest, *how;
	const ASN1_OBJECT *md, *sig;
	int nid, of = NID_undef;

	CMS_SignerInfo_get0_algs(s->info, NULL, NULL, &digest, &how);
	X509_ALGOR_get0(&md, NULL, NULL, digest);
	X509_ALGOR_get0(&sig, NULL, NULL, how);
	nid = OBJ_obj2nid(sig);
	s->hash = kmodel_hash_index(OBJ_nid2ln(OBJ_obj2nid(md)));
	s->value = CMS_SignerInfo_get0_signature(s->info);
	if (nid != NID_rsaEncryption &&
	    !(OBJ_find_sigid_algs(nid, NULL, &of) &&
	      of == NID_X9_62_id_ecPublicKey))
		return false;
	return s->hash >= 0 && s->value;
}

static bool same_issuer(const X509_NAME *x, const X509_NAME *y)
{
	const unsigned char *a, *b;
	size_t n, m;

	return X509_NAME_get0_der(x, &a, &n) && X509_NAME_get0_der(y, &b, &m) &&
	       n == m && memcmp(a, b, n) == 0;
}

/* find_asymmetric_key(): byte for byte */
static bool is_signer(const struct signer *s, const X509 *cert)
{
	const ASN1_OCTET_STRING *has = X509_get0_subject_key_id((X509 *)cert);
	ASN1_OCTET_STRING *id = NULL;
	ASN1_INTEGER *serial = NULL;
	X509_NAME *issuer = NULL;

	CMS_SignerInfo_get0_signer_id(s->info, &id, &issuer, &serial);
	if (id)
		return has && ASN1_OCTET_STRING_cmp(id, has) == 0;
	return issuer && serial &&
	       ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(cert)) == 0 &&
	       same_issuer(issuer, X509_get_issuer_name(cert));
}

/* ---- the signature ---- */

static ssize_t read_before(void *arg, void *buf, size_t len, uint64_t off)
{
	const struct check *c = arg;

	if (off >= c->len)
		return 0;
	if (len > c->len - off)
		len = (size_t)(c->len - off);
	return c->content->pread(c->content->arg, buf, len, off);
}

/* the digest of what is signed, once; false: that is said */
static bool digest_of(struct check *c, int hash, uint8_t *digest, size_t *len)
{
	const struct filedigest_source before = { read_before, c, c->len };

	if (*len)
		return true;
	*len = filedigest_content(c->d, hash, &before, c->stop, digest);
	if (!*len)
		unread(c, errno);
	return *len != 0;
}

static void conclude(struct check *c, unsigned int good, unsigned int bad,
		     bool maybe)
{
	if (!good && !bad)
		say(c, MODSIG_BAD, "the signature appended to it is by none of the keys");
	else if (!good)
		say(c, MODSIG_BAD, "the signature appended to it is of another content, or its kernel cannot verify it");
	else if (bad || maybe)
		say(c, MODSIG_MAYBE, "whether its kernel can verify the signature appended to it is not known");
	else
		say(c, MODSIG_GOOD, NULL);
}

static void try_keys(struct check *c, const struct signer *s)
{
	const uint8_t *sig = ASN1_STRING_get0_data(s->value);
	unsigned int good = 0, bad = 0;
	uint8_t digest[FILEDIGEST_MAX];
	size_t i, len = 0;
	bool maybe = false;

	for (i = 0; i < c->keys->v.n; i++) {
		const struct pubkey *k = &c->keys->v.v[i];
		enum ktri can;

		if (!k->cert || !is_signer(s, k->cert))
			continue;
		can = sealcheck_key(c->t, k, s->hash, NULL).can;
		if (can != KTRI_NO && !digest_of(c, s->hash, digest, &len))
			return;
		maybe |= can == KTRI_MAYBE;
		if (can != KTRI_NO &&
		    pubkey_verifies(k->key, filedigest_md(c->d, s->hash), sig,
				    (size_t)ASN1_STRING_length(s->value),
				    digest, len))
			good++;
		else
			bad++;
	}
	conclude(c, good, bad, maybe);
}

/* 7.0 and later were not asked about signed attributes */
static bool may_take_attributes(const struct check *c)
{
	static const struct krelease since = { 7, 0, 0 };

	return c->t && krelease_cmp(c->t->release, since) >= 0;
}

static void check_signer(struct check *c, CMS_SignerInfo *info)
{
	struct signer s = { .info = info };

	if (!read_algorithms(&s))
		say(c, MODSIG_NONE, NULL);
	else if (CMS_signed_get_attr_count(info) <= 0)
		try_keys(c, &s);
	else if (may_take_attributes(c))
		say(c, MODSIG_MAYBE, "whether its kernel takes signed attributes in the signature appended to it is not known");
	else
		say(c, MODSIG_BAD, "the signature appended to it has signed attributes, which the kernel refuses");
}

/* ---- the message ---- */

/* what is left of a DER value that is walked through */
struct der {
	const unsigned char *at;
	long len;
};

/* into the next value, and behind it; in may be from. False: it is another */
static bool enter(struct der *from, int tag, int class, struct der *in)
{
	const unsigned char *p = from->at;
	int has_tag, has_class;
	long len;

	if (ASN1_get_object(&p, &len, &has_tag, &has_class, from->len) & 0x80 ||
	    has_tag != tag || has_class != class)
		return false;
	from->len -= p + len - from->at;
	from->at = p + len;
	*in = (struct der){ p, len };
	return true;
}

static bool universal(struct der *from, int tag, struct der *in)
{
	return enter(from, tag, V_ASN1_UNIVERSAL, in);
}

static bool is_version(struct der *from, unsigned char n)
{
	struct der v;

	return universal(from, V_ASN1_INTEGER, &v) && v.len == 1 && *v.at == n;
}

/*
 * pkcs7_note_signeddata_version(), pkcs7_note_signerinfo_version(): 1 and 1 where
 * the signer is named by his issuer, 3 and 3 where by his key.
 */
static bool has_versions(const struct check *c, const uint8_t *bytes,
			 unsigned char n)
{
	struct der d = { bytes, (long)c->size }, skip;

	return universal(&d, V_ASN1_SEQUENCE, &d) &&
	       universal(&d, V_ASN1_OBJECT, &skip) &&
	       enter(&d, 0, V_ASN1_CONTEXT_SPECIFIC, &d) &&
	       universal(&d, V_ASN1_SEQUENCE, &d) && is_version(&d, n) &&
	       universal(&d, V_ASN1_SET, &skip) &&
	       universal(&d, V_ASN1_SEQUENCE, &skip) &&
	       universal(&d, V_ASN1_SET, &d) &&
	       universal(&d, V_ASN1_SEQUENCE, &d) && is_version(&d, n);
}

/* the kernel's decoder is not libcrypto's: of what is no DER nothing is said */
static bool is_der(const struct check *c, CMS_ContentInfo *cms,
		   const uint8_t *bytes)
{
	unsigned char *der = NULL;
	int len = i2d_CMS_ContentInfo(cms, &der);
	bool same = len >= 0 && (size_t)len == c->size &&
		    memcmp(der, bytes, c->size) == 0;

	OPENSSL_free(der);
	return same;
}

static bool brings_certificates(CMS_ContentInfo *cms)
{
	STACK_OF(X509) *certs = CMS_get1_certs(cms);
	bool some = sk_X509_num(certs) > 0;

	sk_X509_pop_free(certs, X509_free);
	return some;
}

static bool brings_content(CMS_ContentInfo *cms)
{
	ASN1_OCTET_STRING **content = CMS_get0_content(cms);

	return content && *content;
}

static bool by_key(CMS_SignerInfo *info)
{
	ASN1_OCTET_STRING *id = NULL;

	CMS_SignerInfo_get0_signer_id(info, &id, NULL, NULL);
	return id != NULL;
}

static void check_message(struct check *c, CMS_ContentInfo *cms,
			  const uint8_t *bytes)
{
	STACK_OF(CMS_SignerInfo) *all;

	if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
		return;
	all = CMS_get0_SignerInfos(cms);
	if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data)
		say(c, MODSIG_BAD, "the signature appended to it is of no plain data");
	else if (sk_CMS_SignerInfo_num(all) <= 0)
		say(c, MODSIG_BAD, "nobody signed the signature appended to it");
	else if (sk_CMS_SignerInfo_num(all) > 1)
		say(c, MODSIG_MAYBE, "several signed the signature appended to it");
	else if (brings_content(cms))
		say(c, MODSIG_MAYBE, "the signature appended to it brings a content of its own");
	else if (brings_certificates(cms))
		say(c, MODSIG_MAYBE, "the signature appended to it brings certificates of its own");
	else if (has_versions(c, bytes,
			      by_key(sk_CMS_SignerInfo_value(all, 0)) ? 3 : 1))
		check_signer(c, sk_CMS_SignerInfo_value(all, 0));
}

static void check_bytes(struct check *c, const uint8_t *bytes)
{
	const unsigned char *at = bytes;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)c->size);

	if (cms && (at != bytes + c->size || !is_der(c, cms, bytes)))
		say(c, MODSIG_MAYBE, "the signature appended to it is not written as sign-file does");
	else if (cms)
		check_message(c, cms, bytes);
	CMS_ContentInfo_free(cms);
}

void modsig_check(struct filedigest *d, const struct pubkeys *keys,
		  const struct ktarget *t,
		  const struct filedigest_source *content,
		  const volatile bool *stop, struct modsig *out)
{
	struct check c = { .d = d, .keys = keys, .t = t, .content = content,
			   .stop = stop, .out = out };
	uint8_t *bytes;

	memset(out, 0, sizeof(*out));
	if (!find_tail(&c))
		return;
	bytes = malloc(c.size);
	if (!bytes) {
		unread(&c, ENOMEM);
		return;
	}
	ERR_set_mark();
	if (unpacks(t) && is_packed(&c))
		say(&c, MODSIG_MAYBE, "its kernel unpacks it before it looks for a signature appended to it");
	else if (read_at(&c, bytes, c.size, c.len))
		check_bytes(&c, bytes);
	ERR_pop_to_mark();
	free(bytes);
}
