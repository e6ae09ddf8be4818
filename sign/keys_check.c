/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "buf.h"
#include "keys_check.h"
#include "keys_ring.h"

enum {
	FILE_MAX = 1024 * 1024 - 1,	/* bytes; what add_key(2) takes */
	KEYID_LEN = 4,
	DAYS_BEFORE = 30,		/* of an end that is told */
	DAY = 24 * 60 * 60,
};

#define NEW "make it anew with imapol-sign keys new"

static void say(struct keys_check *c, const char *file, enum keys_weight weight,
		const char *fmt, ...) PRINTF_LIKE(4, 5);
static void say(struct keys_check *c, const char *file, enum keys_weight weight,
		const char *fmt, ...)
{
	struct keys_finding f = { file, weight, NULL };
	va_list ap;
	size_t i;

	va_start(ap, fmt);
	f.text = buf_vtextf(c->arena, fmt, ap);
	va_end(ap);
	/* of several kernels, once is enough */
	for (i = 0; i < c->findings.n; i++)
		if (c->findings.v[i].file == file && !strcmp(c->findings.v[i].text, f.text))
			return;
	vec_push(c->arena, &c->findings, f);
}

void keys_check_init(struct keys_check *c, struct arena *a,
		     const struct ktarget *targets, size_t n, time_t now)
{
	memset(c, 0, sizeof(*c));
	c->arena = a;
	c->targets = targets;
	c->n_targets = n;
	c->now = now;
}

void keys_check_free(struct keys_check *c)
{
	size_t i;

	for (i = 0; i < c->certs.n; i++)
		X509_free(c->certs.v[i].cert);
	for (i = 0; i < c->authorities.n; i++)
		X509_free(c->authorities.v[i]);
}

/* ---- files ---- */

/* NULL: there is a finding */
static const uint8_t *read_open(struct keys_check *c, const char *file, int fd, size_t *len)
{
	struct stat st;
	uint8_t *p;
	ssize_t n;

	if (fstat(fd, &st)) {
		say(c, file, KEYS_ERROR, "cannot look at it: %s", strerror(errno));
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		say(c, file, KEYS_ERROR, "no regular file: name a certificate");
		return NULL;
	}
	p = arena_alloc(c->arena, FILE_MAX + 1);
	for (*len = 0; *len <= FILE_MAX; *len += (size_t)n) {
		n = read(fd, p + *len, FILE_MAX + 1 - *len);
		if (n < 0) {
			say(c, file, KEYS_ERROR, "cannot read it: %s", strerror(errno));
			return NULL;
		}
		if (!n)
			return p;
	}
	say(c, file, KEYS_ERROR, "larger than 1 MiB, which no key may be: is it a certificate");
	return NULL;
}

static const uint8_t *read_file(struct keys_check *c, const char *file, size_t *len)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	const uint8_t *bytes;

	if (fd < 0) {
		say(c, file, KEYS_ERROR, "cannot open it: %s", strerror(errno));
		return NULL;
	}
	bytes = read_open(c, file, fd, len);
	close(fd);
	return bytes;
}

static bool has_text(const uint8_t *bytes, size_t len, const char *text)
{
	return memmem(bytes, len, text, strlen(text)) != NULL;
}

/* false: there is a finding, since the kernel reads nothing else than DER */
static bool is_der(struct keys_check *c, const char *file, const uint8_t *bytes, size_t len)
{
	if (!len)
		say(c, file, KEYS_ERROR, "empty: is it a certificate");
	else if (has_text(bytes, len, "PRIVATE KEY-----"))
		say(c, file, KEYS_ERROR, "a private key is in it, by which whoever has it can sign: keep "
		    "it off the machines that check signatures");
	else if (has_text(bytes, len, "-----BEGIN"))
		say(c, file, KEYS_ERROR, "PEM, and the kernel reads DER: openssl x509 -in FILE -outform DER -out "
		    "FILE.der");
	else
		return true;
	return false;
}

static X509 *parse(struct keys_check *c, const char *file, const uint8_t *bytes, size_t len)
{
	const uint8_t *p = bytes;
	X509 *cert = d2i_X509(NULL, &p, (long)len);

	ERR_clear_error();
	if (!cert)
		say(c, file, KEYS_ERROR, "no X.509 certificate in DER: name one, as imapol-sign keys new makes it");
	else if (p != bytes + len)
		say(c, file, KEYS_WARNING, "%zu bytes stand behind the certificate, of which the kernel takes no "
		    "notice: if they are another one, give it a file of its own", (size_t)(bytes + len - p));
	return cert;
}

void keys_check_authority(struct keys_check *c, const char *file)
{
	size_t len, before = c->authorities.n;
	const uint8_t *bytes, *p;
	X509 *cert;
	BIO *in;

	c->asked_authorities = true;
	bytes = read_file(c, file, &len);
	if (!bytes)
		return;
	p = bytes;
	in = BIO_new_mem_buf(bytes, (int)len);
	while (in && (cert = PEM_read_bio_X509(in, NULL, NULL, NULL)))
		vec_push(c->arena, &c->authorities, cert);
	BIO_free(in);
	if (c->authorities.n == before && (cert = d2i_X509(NULL, &p, (long)len)))
		vec_push(c->arena, &c->authorities, cert);
	ERR_clear_error();
	if (c->authorities.n == before)
		say(c, file, KEYS_ERROR, "no certificate in it, neither PEM nor DER: name that of the authority");
}

/* ---- one certificate ---- */

/* how bad it is where only .ima minds */
static enum keys_weight of_trusted(const struct keys_check *c)
{
	return keys_ring_of(c->target) == KEYS_RING_TRUSTED ? KEYS_ERROR : KEYS_WARNING;
}

static void check_identifier(struct keys_check *c, struct keys_cert *k)
{
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(k->cert);

	if (id) {
		k->id = ASN1_STRING_get0_data(id);
		k->id_len = (size_t)ASN1_STRING_length(id);
	}
	if (!id)
		say(c, k->file, KEYS_ERROR, "no subject key identifier, by which the kernel finds the key of a "
		    "signature: " NEW ", or with subjectKeyIdentifier=hash");
	else if (k->id_len < KEYID_LEN)
		say(c, k->file, KEYS_ERROR, "its subject key identifier has %zu bytes, and a signature names "
		    "four: " NEW ", or with subjectKeyIdentifier=hash", k->id_len);
}

/* where these cannot be verified by, nothing can */
static bool is_usual(EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);

	return EVP_PKEY_is_a(key, "RSA") && (bits == 2048 || bits == 3072 || bits == 4096);
}

static void check_key(struct keys_check *c, const struct keys_cert *k)
{
	EVP_PKEY *key = X509_get0_pubkey(k->cert);
	struct kcrypto_answer answer;

	if (!key) {
		say(c, k->file, KEYS_ERROR, "a key of a kind that is not known here: make one by imapol-sign "
		    "keys new");
		ERR_clear_error();
		return;
	}
	if (!c->target)
		return;
	answer = kcrypto_key(c->target, c->arena, key);
	if (answer.can == KTRI_NO)
		say(c, k->file, KEYS_ERROR, "the kernel cannot verify by %s: %s: %s", kcrypto_key_name(c->arena, key),
		    answer.why, is_usual(key) ? "boot a kernel that can" :
		    "use rsa-3072, which all of them can that verify signatures");
	else if (answer.can == KTRI_MAYBE)
		say(c, k->file, KEYS_WARNING, "whether the kernel can verify by %s is not known: %s: name its configuration "
		    "with --kernel-config", kcrypto_key_name(c->arena, key), answer.why);
}

static void check_use(struct keys_check *c, const struct keys_cert *k)
{
	/* without the extension all bits are set, which is not what .ima means */
	uint32_t flags = X509_get_extension_flags(k->cert);
	uint32_t use = X509_get_key_usage(k->cert);
	bool has_use = flags & EXFLAG_KUSAGE;

	if (keys_ring_of(c->target) == KEYS_RING_OWN ||
	    keys_ring_wants_signers(c->target) == KTRI_NO)
		return;
	if (!has_use || !(use & KU_DIGITAL_SIGNATURE))
		say(c, k->file, of_trusted(c), "no keyUsage digitalSignature, without which .ima does not take it "
		    "(since some release from 6.4 to 6.6): " NEW);
	if (flags & EXFLAG_CA || (has_use && use & KU_KEY_CERT_SIGN))
		say(c, k->file, of_trusted(c), "it may sign certificates (CA:TRUE or keyCertSign), and .ima does not "
		    "take an authority: make a key of its own for files, signed by this one");
}

/* the hash's name, lower case, as kmodel_hash_index() has it; NULL: none */
static const char *signed_hash(const X509 *cert, int *kind)
{
	int hash = NID_undef, bits;
	uint32_t flags;

	*kind = NID_undef;
	/* without libcrypto's idea of how strong it is */
	if (!OBJ_find_sigid_algs(X509_get_signature_nid(cert), &hash, kind) &&
	    !X509_get_signature_info((X509 *)cert, &hash, kind, &bits, &flags))
		return NULL;
	switch (hash) {
	case NID_sha1: return "sha1";
	case NID_sha224: return "sha224";
	case NID_sha256: return "sha256";
	case NID_sha384: return "sha384";
	case NID_sha512: return "sha512";
	case NID_sha3_256: return "sha3-256";
	case NID_sha3_384: return "sha3-384";
	case NID_sha3_512: return "sha3-512";
	default: return NULL;
	}
}

/*
 * A signature of a kind that the kernel's parser has no number for is refused
 * at once; with a hash that it has no code for, the certificate counts as
 * unsigned, which only .ima minds (x509_note_sig_algo(), x509_get_sig_params()).
 */
static void check_signed(struct keys_check *c, const struct keys_cert *k)
{
	const char *name = OBJ_nid2sn(X509_get_signature_nid(k->cert)), *hash;
	static const struct krelease with_sha3 = { 6, 7, -1 };
	struct kcrypto_answer answer;
	int kind;

	hash = signed_hash(k->cert, &kind);
	ERR_clear_error();
	if (!hash || kind == NID_rsassaPss || kind == NID_dsa) {
		say(c, k->file, KEYS_ERROR, "it is signed with %s, which kernels do not know: have it signed with RSA "
		    "(PKCS #1 v1.5) or ECDSA, and SHA-256", name);
		return;
	}
	if (!strcmp(hash, "sha1"))
		say(c, k->file, KEYS_WARNING, "it is signed over SHA-1, for which others can be made: have it signed over "
		    "SHA-256");
	if (!c->target)
		return;
	if (!strncmp(hash, "sha3-", 5) && krelease_cmp(c->target->release, with_sha3) < 0)
		say(c, k->file, KEYS_ERROR, "it is signed over %s, which kernels before 6.7 do not know: have it signed "
		    "over sha256", hash);
	answer = kcrypto_hash(c->target, c->arena, kmodel_hash_index(hash));
	if (answer.can == KTRI_NO && keys_ring_of(c->target) != KEYS_RING_OWN)
		say(c, k->file, of_trusted(c), "it is signed over %s, which the kernel lacks, so .ima does not take it: "
		    "have it signed over sha256", hash);
}

static void check_dates(struct keys_check *c, const struct keys_cert *k)
{
	time_t soon = c->now + (time_t)DAYS_BEFORE * DAY;

	if (X509_cmp_time(X509_get0_notAfter(k->cert), &c->now) < 0)
		say(c, k->file, KEYS_WARNING, "it has run out; the kernel does not look at dates and goes on with it: "
		    "make a new key, sign anew, and take this one away");
	else if (X509_cmp_time(X509_get0_notAfter(k->cert), &soon) < 0)
		say(c, k->file, KEYS_WARNING, "it runs out within %d days: make a new key and sign anew while both "
		    "are loaded", DAYS_BEFORE);
	if (X509_cmp_time(X509_get0_notBefore(k->cert), &c->now) > 0)
		say(c, k->file, KEYS_WARNING, "it is not valid yet; the kernel does not look at dates and takes it: "
		    "look at the clock of who made it");
}

/* who signed it, of those that were named; NULL: none of them */
static X509 *issuer_of(const struct keys_check *c, X509 *cert)
{
	X509 *found = NULL;
	size_t i;

	for (i = 0; !found && i < c->authorities.n; i++) {
		EVP_PKEY *key = X509_get0_pubkey(c->authorities.v[i]);

		if (key && X509_verify(cert, key) == 1)
			found = c->authorities.v[i];
	}
	ERR_clear_error();
	return found;
}

/*
 * restrict_link_by_signature() looks for the issuer by this identifier; where there
 * is none, newer kernels by the issuer's name.
 */
static void check_names_issuer(struct keys_check *c, const struct keys_cert *k, X509 *issuer)
{
	static const struct krelease by_name = { 6, 12, -1 };
	const ASN1_OCTET_STRING *wanted = X509_get0_authority_key_id(k->cert);
	const ASN1_OCTET_STRING *has = X509_get0_subject_key_id(issuer);

	if (wanted && (!has || ASN1_OCTET_STRING_cmp(wanted, has)))
		say(c, k->file, KEYS_ERROR, "its authority key identifier is not the subject key identifier of the "
		    "authority, by which the kernel finds that: have it signed with authorityKeyIdentifier=keyid");
	if (!wanted && (!c->target || krelease_cmp(c->target->release, by_name) < 0))
		say(c, k->file, KEYS_WARNING, "no authority key identifier, by which kernels before 6.12 find the "
		    "authority, as far as is known: have it signed with authorityKeyIdentifier=keyid");
}

static void check_issuer(struct keys_check *c, const struct keys_cert *k, X509 *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);
	struct kcrypto_answer answer;

	check_names_issuer(c, k, issuer);
	if (X509_get_extension_flags(issuer) & EXFLAG_KUSAGE &&
	    !(X509_get_key_usage(issuer) & KU_KEY_CERT_SIGN))
		say(c, k->file, KEYS_ERROR, "its authority has no keyUsage keyCertSign, without which .machine does not take "
		    "that: imapol-sign keys new --authority makes one that has");
	if (!c->target)
		return;
	answer = kcrypto_key(c->target, c->arena, key);
	if (answer.can == KTRI_NO)
		say(c, k->file, KEYS_ERROR, "its authority's key is %s, by which the kernel cannot verify: %s",
		    kcrypto_key_name(c->arena, key), answer.why);
}

static void check_chain(struct keys_check *c, const struct keys_cert *k)
{
	X509 *issuer = issuer_of(c, k->cert);
	bool own = X509_get_extension_flags(k->cert) & EXFLAG_SS;

	if (issuer)
		check_issuer(c, k, issuer);
	else if (c->asked_authorities)
		say(c, k->file, KEYS_ERROR, "none of the named authorities has signed it, so .ima does not take it: "
		    "imapol-sign keys new --request, and have the request signed");
	else if (keys_ring_of(c->target) == KEYS_RING_TRUSTED)
		say(c, k->file, own ? KEYS_ERROR : KEYS_WARNING, own ?
		    "it signs itself, and .ima takes what a key of the kernel has signed: imapol-sign keys new --request, "
		    "and have the request signed; where it is enrolled itself, in .machine, name it with --ca" :
		    "who signed it was not looked at: name the authority's certificate with --ca");
}

/* what depends on who is to verify */
static void check_for_target(struct keys_check *c, const struct keys_cert *k)
{
	check_key(c, k);
	check_use(c, k);
	check_signed(c, k);
	check_chain(c, k);
}

void keys_check_file(struct keys_check *c, const char *file)
{
	struct keys_cert k = { .file = file };
	const uint8_t *bytes;
	size_t len, i;

	bytes = read_file(c, file, &len);
	if (bytes && is_der(c, file, bytes, len))
		k.cert = parse(c, file, bytes, len);
	if (k.cert) {
		check_identifier(c, &k);
		check_dates(c, &k);
		for (i = 0; i < c->n_targets || !i; i++) {
			c->target = c->n_targets ? c->targets + i : NULL;
			check_for_target(c, &k);
		}
	}
	vec_push(c->arena, &c->certs, k);
}

/* ---- all of them ---- */

uint32_t keys_cert_keyid(const struct keys_cert *k)
{
	const uint8_t *p = k->id + k->id_len - KEYID_LEN;

	if (!k->id || k->id_len < KEYID_LEN)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void check_pair(struct keys_check *c, const struct keys_cert *one,
		       const struct keys_cert *two)
{
	if (!X509_cmp(one->cert, two->cert)) {
		say(c, two->file, KEYS_WARNING, "the same certificate as %s: one of them is enough", one->file);
		return;
	}
	if (!one->id || !two->id || keys_cert_keyid(one) != keys_cert_keyid(two))
		return;
	if (EVP_PKEY_eq(X509_get0_pubkey(one->cert), X509_get0_pubkey(two->cert)) == 1)
		say(c, two->file, KEYS_WARNING, "the key of %s once more: either is enough", one->file);
	else
		say(c, two->file, KEYS_ERROR, "its key has the id %08x, as that of %s, and the kernel tries "
		    "one of them alone: make one of the keys anew", keys_cert_keyid(two), one->file);
}

void keys_check_end(struct keys_check *c)
{
	size_t i, j;

	for (i = 0; i < c->certs.n; i++)
		for (j = 0; j < i; j++)
			if (c->certs.v[i].cert && c->certs.v[j].cert)
				check_pair(c, &c->certs.v[j], &c->certs.v[i]);
	ERR_clear_error();
}
