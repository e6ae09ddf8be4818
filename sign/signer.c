/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "password.h"
#include "signer_int.h"

struct signer {
	EVP_PKEY *private;
	bool token;		/* its private half is elsewhere */
	const char *exposed;	/* a file; NULL: none */
	struct pubkeys keys;
};

const char *signer_reason(void)
{
	const char *s = ERR_reason_error_string(ERR_peek_last_error());

	return s ? s : "libcrypto does not say why";
}

/* ---- the key ---- */

struct passphrase {
	const char *text;	/* NULL: none was given */
	bool asked;
};

static int give_passphrase(char *buf, int size, int rwflag, void *arg)
{
	struct passphrase *p = arg;
	size_t len = p->text ? strlen(p->text) : 0;

	p->asked = true;
	if (!p->text || len > (size_t)size)
		return -1;
	memcpy(buf, p->text, len);
	return (int)len;
}

static const char *pem_problem(struct arena *a, const char *file,
			       const struct passphrase *p)
{
	if (p->asked && !p->text)
		return buf_textf(a, "%s: the key is encrypted: name the file "
				 "with its passphrase by --password-file", file);
	if (p->asked)
		return buf_textf(a, "%s: the passphrase does not open the key: "
				 "%s", file, signer_reason());
	return buf_textf(a, "%s: no private key in PEM is in it (%s): openssl "
			 "pkey makes PEM of DER, imapol-sign keys new a key",
			 file, signer_reason());
}

static void note_exposed(struct signer *s, const char *file)
{
	struct stat st;

	if (!stat(file, &st) && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IRGRP | S_IROTH)))
		s->exposed = file;
}

static EVP_PKEY *read_pem(struct arena *a, struct signer *s, const char *file,
			  const char *password, const char **why)
{
	struct passphrase p = { .text = password };
	BIO *bio = BIO_new_file(file, "r");
	EVP_PKEY *key;

	if (!bio) {
		*why = buf_textf(a, "%s: %s", file, strerror(errno));
		return NULL;
	}
	note_exposed(s, file);
	ERR_clear_error();
	key = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, &p);
	BIO_free(bio);
	if (!key)
		*why = pem_problem(a, file, &p);
	return key;
}

static EVP_PKEY *read_key(struct arena *a, struct signer *s,
			  const struct signer_request *req, const char **why)
{
	char password[PASSWORD_MAX];
	const char *given = NULL;
	EVP_PKEY *key;

	s->token = !strncmp(req->key, "pkcs11:", strlen("pkcs11:"));
	if (s->token && strstr(req->key, "pin-value=")) {
		/* nor is it shown here once more */
		*why = "pin-value in the URI of a key: who lists processes sees "
		       "it: --password-file gives the PIN";
		return NULL;
	}
	if (req->password_file) {
		if (!password_read(a, req->password_file, password, why))
			return NULL;
		note_exposed(s, req->password_file);
		given = password;
	}
	if (s->token)
		key = signer_pkcs11(a, req->key, given, why);
	else
		key = read_pem(a, s, req->key, given, why);
	OPENSSL_cleanse(password, sizeof(password));
	if (!key && s->token)
		*why = buf_textf(a, "%s: %s", req->key, *why);
	return key;
}

/* ---- the public half ---- */

/* without anything of an engine in it */
static EVP_PKEY *public_half(EVP_PKEY *key)
{
	unsigned char *der = NULL;
	const unsigned char *p;
	EVP_PKEY *out = NULL;
	int len = i2d_PUBKEY(key, &der);

	p = der;
	if (len > 0)
		out = d2i_PUBKEY(NULL, &p, len);
	OPENSSL_free(der);
	return out;
}

static bool add_bare(struct signer *s, const char *file, const char **why)
{
	struct pubkey k = { .file = file };

	k.key = public_half(s->private);
	k.has_keyid = k.key && pubkey_key_id(k.key, &k.keyid);
	if (!k.has_keyid) {
		EVP_PKEY_free(k.key);
		*why = buf_textf(s->keys.arena, "%s: its public half cannot be "
				 "had: %s", file, signer_reason());
		return false;
	}
	vec_push(s->keys.arena, &s->keys.v, k);
	return true;
}

static bool add_certificate(struct signer *s, const char *file,
			    const char **why)
{
	struct arena *a = s->keys.arena;
	const struct pubkey *k;

	if (!pubkeys_load(&s->keys, file, why))
		return false;
	k = &s->keys.v.v[0];
	if (s->keys.v.n != 1)
		*why = buf_textf(a, "%s: there are %zu keys in it, and a "
				 "signature has the id of one", file,
				 s->keys.v.n);
	else if (!k->has_keyid)
		*why = buf_textf(a, "%s: it has no subject key identifier, so no "
				 "kernel finds it: make it anew with "
				 "imapol-sign keys new", file);
	else if (EVP_PKEY_eq(k->key, s->private) != 1)
		*why = buf_textf(a, "%s: it is of another key", file);
	else
		return true;
	return false;
}

static bool is_usable(struct arena *a, const char *name, EVP_PKEY *key,
		      const char **why)
{
	int id = EVP_PKEY_get_base_id(key);

	if (id == EVP_PKEY_RSA || id == EVP_PKEY_EC)
		return true;
	*why = buf_textf(a, "%s: a key of the kind %s, and kernels verify RSA "
			 "and EC", name, OBJ_nid2sn(id));
	return false;
}

struct signer *signer_open(struct arena *a, const struct signer_request *req,
			   const char **why)
{
	struct signer *s = arena_new(a, struct signer);

	pubkeys_init(&s->keys, a);
	s->private = read_key(a, s, req, why);
	if (s->private && is_usable(a, req->key, s->private, why) &&
	    (req->cert ? add_certificate(s, req->cert, why)
		       : add_bare(s, req->key, why)))
		return s;
	signer_close(s);
	return NULL;
}

void signer_close(struct signer *s)
{
	EVP_PKEY_free(s->private);
	pubkeys_free(&s->keys);
}

const struct pubkeys *signer_keys(const struct signer *s)
{
	return &s->keys;
}

const struct pubkey *signer_key(const struct signer *s)
{
	return &s->keys.v.v[0];
}

const char *signer_exposed(const struct signer *s)
{
	return s->exposed;
}

/* ---- hands ---- */

/* a key of its own: threads that share one wait for each other's blinding */
struct signer_hand {
	EVP_PKEY *key;
	EVP_PKEY_CTX *ctx;
	const EVP_MD *md;	/* that ctx is set to; NULL: none */
};

struct signer_hand *signer_hand_new(const struct signer *s)
{
	struct signer_hand *h = OPENSSL_zalloc(sizeof(*h));

	if (!h)
		return NULL;
	if (s->token && EVP_PKEY_up_ref(s->private))
		h->key = s->private;
	else if (!s->token)
		h->key = EVP_PKEY_dup(s->private);
	if (h->key)
		h->ctx = EVP_PKEY_CTX_new(h->key, NULL);
	if (h->ctx && EVP_PKEY_sign_init(h->ctx) == 1)
		return h;
	signer_hand_free(h);
	return NULL;
}

void signer_hand_free(struct signer_hand *h)
{
	EVP_PKEY_CTX_free(h->ctx);
	EVP_PKEY_free(h->key);
	OPENSSL_free(h);
}

/* what RSA puts before the digest says by which hash it is */
static bool set_hash(struct signer_hand *h, const EVP_MD *md)
{
	if (h->md == md || EVP_PKEY_get_base_id(h->key) != EVP_PKEY_RSA)
		return true;
	h->md = NULL;
	if (EVP_PKEY_CTX_set_rsa_padding(h->ctx, RSA_PKCS1_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(h->ctx, md) != 1)
		return false;
	h->md = md;
	return true;
}

size_t signer_sign(struct signer_hand *h, struct arena *a, const EVP_MD *md,
		   const uint8_t *digest, size_t len,
		   uint8_t out[IMAXATTR_MAX - IMAXATTR_HEADER],
		   const char **why)
{
	size_t n = IMAXATTR_MAX - IMAXATTR_HEADER;

	ERR_clear_error();
	if (set_hash(h, md) &&
	    EVP_PKEY_sign(h->ctx, out, &n, digest, len) == 1)
		return n;
	*why = buf_textf(a, "the key does not sign: %s", signer_reason());
	return 0;
}
