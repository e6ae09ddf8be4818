/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "keys_make.h"
#include "outfile.h"

static const struct {
	const char *word;
	unsigned int bits;	/* of an RSA key */
	const char *curve;
} kinds[] = {
	[KEYS_RSA_2048] = { "rsa-2048", 2048, NULL },
	[KEYS_RSA_3072] = { "rsa-3072", 3072, NULL },
	[KEYS_RSA_4096] = { "rsa-4096", 4096, NULL },
	[KEYS_P256] = { "p-256", 0, "P-256" },
	[KEYS_P384] = { "p-384", 0, "P-384" },
};
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == KEYS_KINDS, "a row each");

/* bits; as RFC 5280 has it, a positive number of 20 bytes at most */
enum { SERIAL_BITS = 159 };

const char *keys_kind_word(enum keys_kind kind)
{
	return kinds[kind].word;
}

enum keys_kind keys_kind_by_word(const char *word)
{
	enum keys_kind kind = 0;

	while (kind < KEYS_KINDS && strcmp(kinds[kind].word, word))
		kind++;
	return kind;
}

EVP_PKEY *keys_generate(enum keys_kind kind)
{
	return kinds[kind].curve ? EVP_EC_gen(kinds[kind].curve) :
		EVP_RSA_gen(kinds[kind].bits);
}

static X509_NAME *name_of(const struct keys_subject *s)
{
	X509_NAME *name = X509_NAME_new();

	if (name && X509_NAME_add_entry_by_NID(name, NID_commonName,
			MBSTRING_UTF8, (const unsigned char *)s->name, -1, -1, 0))
		return name;
	X509_NAME_free(name);
	return NULL;
}

/* what both have, as a configuration of libcrypto would spell it */
static const struct extension {
	int nid;
	const char *signer, *authority;
	bool of_certificate;	/* an authority writes it, when it is asked */
} extensions[] = {
	{ NID_basic_constraints, "critical,CA:FALSE", "critical,CA:TRUE", false },
	{ NID_key_usage, "critical,digitalSignature", "critical,keyCertSign,cRLSign", false },
	{ NID_subject_key_identifier, "hash", "hash", false },
	{ NID_authority_key_identifier, "keyid:always", "keyid:always", true },
};

static bool push_extension(STACK_OF(X509_EXTENSION) **list, X509V3_CTX *ctx,
			   const struct extension *e, bool authority)
{
	X509_EXTENSION *x = X509V3_EXT_nconf_nid(NULL, ctx, e->nid,
			authority ? e->authority : e->signer);
	bool ok = x && X509v3_add_ext(list, x, -1);

	X509_EXTENSION_free(x);
	return ok;
}

static bool add_extensions(X509 *cert, const struct keys_subject *s)
{
	X509V3_CTX ctx;
	size_t i;

	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	for (i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
		STACK_OF(X509_EXTENSION) *list = NULL;
		bool ok = push_extension(&list, &ctx, &extensions[i], s->authority) &&
			  X509_add_ext(cert, sk_X509_EXTENSION_value(list, 0), -1);

		sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
		if (!ok)
			return false;
	}
	return true;
}

static bool set_serial(X509 *cert)
{
	BIGNUM *n = BN_new();
	bool ok = n && BN_rand(n, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) &&
		  BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert));

	BN_free(n);
	return ok;
}

static bool fill(X509 *cert, EVP_PKEY *key, const struct keys_subject *s)
{
	X509_NAME *name = name_of(s);
	time_t now = s->now;
	bool ok = name && X509_set_version(cert, X509_VERSION_3) && set_serial(cert) &&
		  X509_set_subject_name(cert, name) &&
		  X509_set_issuer_name(cert, name) && X509_set_pubkey(cert, key) &&
		  X509_time_adj_ex(X509_getm_notBefore(cert), 0, 0, &now) &&
		  X509_time_adj_ex(X509_getm_notAfter(cert), (int)s->days, 0, &now) &&
		  add_extensions(cert, s) && X509_sign(cert, key, EVP_sha256());

	X509_NAME_free(name);
	return ok;
}

X509 *keys_certificate(EVP_PKEY *key, const struct keys_subject *s)
{
	X509 *cert = X509_new();

	if (cert && fill(cert, key, s))
		return cert;
	X509_free(cert);
	return NULL;
}

static bool request_extensions(X509_REQ *req, const struct keys_subject *s)
{
	STACK_OF(X509_EXTENSION) *list = NULL;
	X509V3_CTX ctx;
	bool ok = true;
	size_t i;

	X509V3_set_ctx(&ctx, NULL, NULL, req, NULL, 0);
	for (i = 0; ok && i < sizeof(extensions) / sizeof(extensions[0]); i++)
		ok = extensions[i].of_certificate ||
		     push_extension(&list, &ctx, &extensions[i], s->authority);
	ok = ok && X509_REQ_add_extensions(req, list);
	sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
	return ok;
}

X509_REQ *keys_request(EVP_PKEY *key, const struct keys_subject *s)
{
	X509_REQ *req = X509_REQ_new();
	X509_NAME *name = name_of(s);
	bool ok = req && name && X509_REQ_set_version(req, X509_REQ_VERSION_1) &&
		  X509_REQ_set_subject_name(req, name) &&
		  X509_REQ_set_pubkey(req, key) && request_extensions(req, s) &&
		  X509_REQ_sign(req, key, EVP_sha256());

	X509_NAME_free(name);
	if (ok)
		return req;
	X509_REQ_free(req);
	return NULL;
}

bool keys_put(const char *path, mode_t mode, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	int saved;
	bool ok;

	if (fd < 0)
		return false;
	ok = outfile_write_all(fd, bytes, len) && !fsync(fd);
	saved = errno;
	if (close(fd) && ok) {
		ok = false;
		saved = errno;
	}
	if (ok)
		return true;
	unlink(path);
	errno = saved;
	return false;
}
