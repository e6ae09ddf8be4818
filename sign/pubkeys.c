/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "pubkeys.h"

/* more than any bundle of certificates has */
#define FILE_MAX (4u << 20)

enum { KEYID_LEN = 4 };

void pubkeys_init(struct pubkeys *keys, struct arena *a)
{
	memset(keys, 0, sizeof(*keys));
	keys->arena = a;
}

void pubkeys_free(struct pubkeys *keys)
{
	size_t i;

	for (i = 0; i < keys->v.n; i++) {
		X509_free(keys->v.v[i].cert);
		EVP_PKEY_free(keys->v.v[i].key);
	}
	memset(&keys->v, 0, sizeof(keys->v));
}

/* the id that ends these bytes, as the kernel compares them */
static bool last_bytes(const uint8_t *id, size_t len, uint32_t *keyid)
{
	if (len < KEYID_LEN)
		return false;
	id += len - KEYID_LEN;
	*keyid = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 |
		(uint32_t)id[2] << 8 | id[3];
	return true;
}

bool pubkey_cert_id(X509 *cert, uint32_t *keyid)
{
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(cert);

	return id && last_bytes(ASN1_STRING_get0_data(id),
				(size_t)ASN1_STRING_length(id), keyid);
}

bool pubkey_key_id(EVP_PKEY *key, uint32_t *keyid)
{
	uint8_t md[SHA_DIGEST_LENGTH];
	const unsigned char *bits;
	X509_PUBKEY *pub = NULL;
	int len;
	bool ok;

	ok = X509_PUBKEY_set(&pub, key) &&
	     X509_PUBKEY_get0_param(NULL, &bits, &len, NULL, pub) &&
	     EVP_Digest(bits, (size_t)len, md, NULL, EVP_sha1(), NULL) &&
	     last_bytes(md, sizeof(md), keyid);
	X509_PUBKEY_free(pub);
	return ok;
}

/* ---- what a file holds ---- */

struct input {
	struct pubkeys *keys;
	const char *file;
	const uint8_t *bytes;
	size_t len;
	const char **why;
};

static bool wrong(struct input *in, const char *what)
{
	*in->why = buf_textf(in->keys->arena, "%s: %s", in->file, what);
	return false;
}

/* x509_check_for_self_signed() */
static bool is_forged(X509 *cert, EVP_PKEY *key)
{
	bool forged;

	ERR_set_mark();
	forged = X509_self_signed(cert, 0) == 1 && X509_verify(cert, key) != 1;
	ERR_pop_to_mark();
	return forged;
}

/* takes cert, or key */
static bool keep(struct input *in, X509 *cert, EVP_PKEY *key)
{
	struct pubkey k = { .file = in->file, .cert = cert, .key = key };

	if (cert) {
		k.key = X509_get_pubkey(cert);
		if (!k.key) {
			X509_free(cert);
			return wrong(in, "the public key in this certificate is of a kind that libcrypto does not know");
		}
		k.has_keyid = pubkey_cert_id(cert, &k.keyid);
		k.forged = is_forged(cert, k.key);
	} else {
		k.has_keyid = pubkey_key_id(key, &k.keyid);
	}
	vec_push(in->keys->arena, &in->keys->v, k);
	return true;
}

bool pubkey_decode(const char *name, const unsigned char *data, long len,
		   X509 **cert, EVP_PKEY **key)
{
	*cert = NULL;
	*key = NULL;
	if (!strcmp(name, PEM_STRING_X509) || !strcmp(name, PEM_STRING_X509_OLD))
		*cert = d2i_X509(NULL, &data, len);
	else if (!strcmp(name, PEM_STRING_X509_TRUSTED))
		*cert = d2i_X509_AUX(NULL, &data, len);
	else if (!strcmp(name, PEM_STRING_PUBLIC))
		*key = d2i_PUBKEY(NULL, &data, len);
	else if (!strcmp(name, PEM_STRING_RSA_PUBLIC))
		*key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &data, len);
	else
		return false;
	return true;
}

/* what is in a block of PEM; what is neither certificate nor key is passed over */
static bool keep_block(struct input *in, const char *name,
		       const unsigned char *data, long len, bool *private)
{
	X509 *cert;
	EVP_PKEY *key;

	if (!pubkey_decode(name, data, len, &cert, &key)) {
		*private |= strstr(name, "PRIVATE KEY") != NULL;
		return true;
	}
	if (!cert && !key)
		return wrong(in, buf_textf(in->keys->arena,
					   "\"%s\" in it cannot be read: it is damaged", name));
	return keep(in, cert, key);
}

static bool read_pem(struct input *in)
{
	BIO *bio = BIO_new_mem_buf(in->bytes, (int)in->len);
	size_t before = in->keys->v.n;
	bool ok = bio != NULL, private = false;
	unsigned char *data;
	char *name, *head;
	long len;

	while (ok && PEM_read_bio(bio, &name, &head, &data, &len)) {
		ok = keep_block(in, name, data, len, &private);
		OPENSSL_free(name);
		OPENSSL_free(head);
		OPENSSL_free(data);
	}
	BIO_free(bio);
	if (!ok || in->keys->v.n > before)
		return ok;
	return wrong(in, private ?
		     "this is a private key: the certificate that belongs to it is wanted" :
		     "there is no certificate and no public key in it");
}

/* one behind the other, as the kernel's own list of certificates is */
static bool read_der(struct input *in)
{
	const unsigned char *p = in->bytes, *end = p + in->len;
	size_t before = in->keys->v.n;

	while (p < end) {
		const unsigned char *at = p;
		EVP_PKEY *key = NULL;
		X509 *cert = d2i_X509(NULL, &at, end - p);

		if (!cert) {
			at = p;
			key = d2i_PUBKEY(NULL, &at, end - p);
		}
		if (!cert && !key)
			break;
		if (!keep(in, cert, key))
			return false;
		p = at;
	}
	if (in->keys->v.n == before)
		return wrong(in, "there is no certificate and no public key in it");
	return p == end ||
	       wrong(in, "what stands behind the last certificate in it is none");
}

static bool looks_like_pem(const struct input *in)
{
	static const char begin[] = "-----BEGIN ";

	return memmem(in->bytes, in->len, begin, sizeof(begin) - 1) != NULL;
}

/* all of it into the arena; NULL: errno */
static const uint8_t *read_all(struct arena *a, int fd, size_t size,
			       size_t *len)
{
	uint8_t *bytes = arena_alloc(a, size + 1);
	size_t have = 0;
	ssize_t n;

	while (have < size &&
	       (n = read(fd, bytes + have, size - have)) != 0) {
		if (n < 0 && errno != EINTR)
			return NULL;
		if (n > 0)
			have += (size_t)n;
	}
	*len = have;
	return bytes;
}

static bool load_file(struct pubkeys *keys, int fd, const char *file,
		      const struct stat *st, const char **why)
{
	struct input in = { .keys = keys, .file = file, .why = why };

	if (!S_ISREG(st->st_mode))
		return wrong(&in, "this is no regular file");
	if (st->st_size > FILE_MAX)
		return wrong(&in, "this is too large to be a certificate");
	in.bytes = read_all(keys->arena, fd, (size_t)st->st_size, &in.len);
	if (!in.bytes)
		return wrong(&in, strerror(errno));
	return looks_like_pem(&in) ? read_pem(&in) : read_der(&in);
}

/* ---- files and directories ---- */

/* open, and known to hold nobody up; -1: errno */
static int open_at(int dir, const char *name, struct stat *st)
{
	int fd = openat(dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0 && fstat(fd, st)) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

typedef VEC(const char *) names;

static void list(struct arena *a, DIR *d, names *out)
{
	struct dirent *e;

	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			vec_push(a, out,
				 arena_strndup(a, e->d_name, strlen(e->d_name)));
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_bytes);
}

static bool load_entry(struct pubkeys *keys, int dir, const char *path,
		       const char *name, const char **why)
{
	const char *file = buf_textf(keys->arena, "%s/%s", path, name);
	struct stat st;
	int fd = open_at(dir, name, &st);
	bool ok;

	if (fd < 0) {
		*why = buf_textf(keys->arena, "%s: %s", file, strerror(errno));
		return false;
	}
	ok = S_ISDIR(st.st_mode) || load_file(keys, fd, file, &st, why);
	close(fd);
	return ok;
}

/* takes fd; directories in it are passed over */
static bool load_dir(struct pubkeys *keys, int fd, const char *path,
		     const char **why)
{
	size_t i, before = keys->v.n;
	DIR *d = fdopendir(fd);
	names all = { 0 };
	bool ok = true;

	if (!d) {
		*why = buf_textf(keys->arena, "%s: %s", path, strerror(errno));
		close(fd);
		return false;
	}
	list(keys->arena, d, &all);
	for (i = 0; ok && i < all.n; i++)
		ok = load_entry(keys, dirfd(d), path, all.v[i], why);
	closedir(d);
	if (ok && keys->v.n == before) {
		*why = buf_textf(keys->arena, "%s: there is no key in this directory",
				 path);
		return false;
	}
	return ok;
}

bool pubkeys_load(struct pubkeys *keys, const char *path, const char **why)
{
	struct stat st;
	int fd = open_at(AT_FDCWD, path, &st);
	bool ok;

	if (fd < 0) {
		*why = buf_textf(keys->arena, "%s: %s", path, strerror(errno));
		return false;
	}
	if (S_ISDIR(st.st_mode))
		return load_dir(keys, fd, path, why);
	ok = load_file(keys, fd, arena_strndup(keys->arena, path, strlen(path)),
		       &st, why);
	close(fd);
	return ok;
}

const struct pubkey *pubkeys_find(const struct pubkeys *keys, uint32_t keyid,
				  const struct pubkey *after)
{
	size_t i = after ? (size_t)(after - keys->v.v) + 1 : 0;

	for (; i < keys->v.n; i++)
		if (keys->v.v[i].has_keyid && keys->v.v[i].keyid == keyid)
			return &keys->v.v[i];
	return NULL;
}

/* in ECDSA nothing says by which hash the digest is; the kernel does not ask */
static bool set_rsa(EVP_PKEY_CTX *ctx, EVP_PKEY *key, const EVP_MD *md)
{
	return EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
	       (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0 &&
		EVP_PKEY_CTX_set_signature_md(ctx, md) > 0);
}

bool pubkey_verifies(EVP_PKEY *key, const EVP_MD *md, const uint8_t *sig,
		     size_t len, const uint8_t *digest, size_t digest_len)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	bool ok;

	ERR_set_mark();
	ok = ctx && EVP_PKEY_verify_init(ctx) > 0 && set_rsa(ctx, key, md) &&
	     EVP_PKEY_verify(ctx, sig, len, digest, digest_len) == 1;
	ERR_pop_to_mark();
	EVP_PKEY_CTX_free(ctx);
	return ok;
}
