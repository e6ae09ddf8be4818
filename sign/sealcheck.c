/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "buf.h"
#include "sealcheck.h"

struct check {
	struct filedigest *d;
	const struct pubkeys *keys;
	const struct ktarget *t;
	const struct sealcheck_file *f;
	const volatile bool *stop;
	struct sealcheck *out;
	/* what a signature is of, once it was asked for; 0: not yet */
	size_t len;
	uint8_t digest[FILEDIGEST_MAX];
};

static void say(struct check *c, enum sealcheck_result r)
{
	c->out->result = r;
}

/* false: the kernel has no way to make this hash, or nor have we */
static bool hash_there(struct check *c, int hash)
{
	struct kcrypto_answer k;

	if (c->t) {
		k = kcrypto_hash(c->t, NULL, hash);
		c->out->option = k.option;
		if (k.can == KTRI_NO) {
			say(c, SEALCHECK_HASH);
			return false;
		}
	}
	if (filedigest_length(c->d, hash))
		return true;
	say(c, SEALCHECK_HASH);
	return false;
}

/* good as far as libcrypto goes; an option may still decide */
static void settle(struct check *c, enum ktri can)
{
	say(c, can == KTRI_MAYBE ? SEALCHECK_MAYBE : SEALCHECK_GOOD);
}

static enum ktri kernel_hash(const struct check *c, int hash)
{
	return c->t ? kcrypto_hash(c->t, NULL, hash).can : KTRI_YES;
}

static bool read_content(struct check *c, int hash)
{
	c->len = filedigest_content(c->d, hash, c->f->content, c->stop,
				    c->digest);
	if (c->len)
		return true;
	c->out->error = errno;
	say(c, SEALCHECK_UNREAD);
	return false;
}

/* ---- digests ---- */

static bool hash_known(const struct check *c, int hash)
{
	return hash >= 0 && (!c->t || kcrypto_knows_hash(c->t, hash));
}

static void check_digest(struct check *c)
{
	const struct imaxattr *x = &c->out->x;
	int hash = hash_known(c, x->hash) ? x->hash :
		   kmodel_hash_index("sha256");

	if (!hash_there(c, hash))
		return;
	if (x->len < filedigest_length(c->d, hash)) {
		say(c, SEALCHECK_MALFORMED);
		return;
	}
	if (!read_content(c, hash))
		return;
	if (memcmp(x->data, c->digest, c->len))
		say(c, SEALCHECK_CONTENT);
	else
		settle(c, kernel_hash(c, hash));
}

/* ---- signatures ---- */

static bool version_taken(const struct check *c)
{
	const struct imaxattr *x = &c->out->x;

	if (x->kind == IMAXATTR_VERITY_SIGNATURE)
		return x->version == 3;
	return x->version == 2 ||
	       (x->version == 3 &&
		(!c->t || kmodel_may(c->t, KF_MEAN_SIGV3_CONTENT)));
}

/* what the signature is of: content, or an ima_file_id with a digest in it */
static bool signed_digest(struct check *c)
{
	const struct imaxattr *x = &c->out->x;
	uint8_t inner[FILEDIGEST_MAX];
	const uint8_t *digest = inner;
	size_t len;
	int hash = x->hash;

	if (c->len)
		return true;
	if (x->kind == IMAXATTR_VERITY_SIGNATURE) {
		digest = c->f->verity;
		len = c->f->verity_len;
		hash = c->f->verity_hash;
	} else {
		if (!read_content(c, hash))
			return false;
		if (x->version == 2)
			return true;
		len = c->len;
		memcpy(inner, c->digest, len);
	}
	c->len = filedigest_file_id(c->d, x->type, hash, digest, len,
				    c->digest);
	if (!c->len) {
		c->out->error = errno;
		say(c, SEALCHECK_UNREAD);
	}
	return c->len != 0;
}

static bool verifies(struct check *c, EVP_PKEY *key)
{
	const struct imaxattr *x = &c->out->x;

	return pubkey_verifies(key, filedigest_md(c->d, x->hash), x->data,
			       x->len, c->digest, c->len);
}

/* how the keys with that id came out */
struct tally {
	unsigned int good, bad;
	bool maybe;		/* one that its kernel may not have */
	bool unable;		/* one that it has, and cannot verify this by */
};

struct kcrypto_answer sealcheck_key(const struct ktarget *t,
				    const struct pubkey *key, int hash,
				    bool *cert)
{
	struct kcrypto_answer k = { .can = KTRI_YES, .option = KCONFIG_COUNT };

	if (cert)
		*cert = false;
	if (!t)
		return k;
	if (key->forged)
		k.can = KTRI_NO;
	else if (key->cert)
		k = kcrypto_cert(t, NULL, key->cert);
	if (k.can == KTRI_YES)
		return kcrypto_signature(t, NULL, key->key, hash);
	if (cert)
		*cert = true;
	return k;
}

/*
 * A kernel that does not know such keys has not taken this one. Where an option or
 * the hash is what is missing it may have: who did not sign himself is not verified.
 */
static bool has_key(const struct check *c, const struct pubkey *key,
		    const struct kcrypto_answer *k)
{
	return !c->out->cert && (k->option != KCONFIG_COUNT ||
				 kcrypto_key(c->t, NULL, key->key).can != KTRI_NO);
}

/* false: the answer is given */
static bool try_key(struct check *c, const struct pubkey *key, struct tally *n)
{
	struct kcrypto_answer k = sealcheck_key(c->t, key, c->out->x.hash,
						&c->out->cert);

	if (!n->good && !n->bad)
		c->out->key = key;
	if (k.option != KCONFIG_COUNT)
		c->out->option = k.option;
	if (k.can == KTRI_NO) {
		n->unable |= has_key(c, key, &k);
		return true;
	}
	n->maybe |= k.can == KTRI_MAYBE;
	if (!signed_digest(c))
		return false;
	if (!verifies(c, key->key)) {
		n->bad++;
		return true;
	}
	if (!n->good++)
		c->out->key = key;
	return true;
}

/*
 * The kernel takes the first key of that id that it comes by, and which one that
 * is nothing says.
 */
static void mixed(struct check *c)
{
	c->out->option = KCONFIG_COUNT;
	c->out->shared = true;
	say(c, SEALCHECK_MAYBE);
}

static void conclude(struct check *c, const struct tally *n)
{
	if (!n->good && !n->bad)
		say(c, SEALCHECK_KEY_KIND);
	else if (!n->good)
		say(c, SEALCHECK_FORGED);
	else if ((n->bad || n->unable) && c->t)
		mixed(c);
	else
		settle(c, n->maybe ? KTRI_MAYBE : KTRI_YES);
}

static void check_keys(struct check *c)
{
	const struct pubkey *key = NULL;
	struct tally n = { 0 };

	while ((key = pubkeys_find(c->keys, c->out->x.keyid, key)))
		if (!try_key(c, key, &n))
			return;
	if (!c->out->key)
		say(c, SEALCHECK_NO_KEY);
	else
		conclude(c, &n);
}

static void check_signature(struct check *c, bool whole)
{
	const struct imaxattr *x = &c->out->x;

	if (!version_taken(c))
		say(c, x->version ? SEALCHECK_VERSION : SEALCHECK_MALFORMED);
	else if (!whole)
		say(c, SEALCHECK_MALFORMED);
	else if (!hash_known(c, x->hash))
		say(c, SEALCHECK_HASH);
	else if (!hash_there(c, x->hash))
		return;
	else if (x->kind == IMAXATTR_VERITY_SIGNATURE && !c->f->verity_len)
		say(c, SEALCHECK_VERITY);
	else
		check_keys(c);
}

void sealcheck(struct filedigest *d, const struct pubkeys *keys,
	       const struct ktarget *t, const struct sealcheck_file *f,
	       const volatile bool *stop, struct sealcheck *out)
{
	struct check c = { .d = d, .keys = keys, .t = t, .f = f, .stop = stop,
			   .out = out };
	bool whole;

	memset(out, 0, sizeof(*out));
	out->option = KCONFIG_COUNT;
	whole = imaxattr_read(f->ima, f->ima_len, &out->x);
	switch (out->x.kind) {
	case IMAXATTR_NONE:
		say(&c, SEALCHECK_NONE);
		break;
	case IMAXATTR_DIGEST:
	case IMAXATTR_DIGEST_NG:
		check_digest(&c);
		break;
	case IMAXATTR_SIGNATURE:
	case IMAXATTR_VERITY_SIGNATURE:
		check_signature(&c, whole);
		break;
	case IMAXATTR_OTHER:
		say(&c, SEALCHECK_MALFORMED);
		break;
	}
}

/* ---- in words ---- */

static const char *hash_text(struct arena *a, const struct sealcheck *s)
{
	const char *name;

	if (s->x.hash < 0)
		return "it is by a hash that no kernel has";
	name = kmodel_hash_name((unsigned int)s->x.hash);
	if (s->option != KCONFIG_COUNT)
		return buf_textf(a, "its kernel lacks the hash %s (CONFIG_%s)",
				 name, kconfig_name(s->option));
	return buf_textf(a, "the hash %s cannot be made, here or by its kernel",
			 name);
}

static const char *key_kind_text(struct arena *a, const struct sealcheck *s)
{
	const char *name = kcrypto_key_name(a, s->key->key);

	if (s->cert)
		return buf_textf(a, s->key->forged ?
				 "its kernel does not take the certificate of the key %08x, which did not sign itself" :
				 "its kernel does not take the certificate of the key %08x, for how that is signed or written",
				 s->x.keyid);
	if (s->option != KCONFIG_COUNT)
		return buf_textf(a, "its kernel cannot verify by the %s key %08x (CONFIG_%s)",
				 name, s->x.keyid, kconfig_name(s->option));
	return buf_textf(a, "its kernel cannot verify what the %s key %08x signed by that hash",
			 name, s->x.keyid);
}

static const char *maybe_text(struct arena *a, const struct sealcheck *s)
{
	if (s->option != KCONFIG_COUNT)
		return buf_textf(a, "it fits, but whether its kernel can tell depends on CONFIG_%s",
				 kconfig_name(s->option));
	if (s->shared)
		return buf_textf(a, "several keys have the id %08x, and not all of them made it",
				 s->x.keyid);
	return buf_textf(a, "it fits, but whether its kernel %s the key %08x is not known of that release",
			 s->cert ? "takes the certificate of" : "can verify by",
			 s->x.keyid);
}

static const char *malformed_text(struct arena *a, const struct sealcheck *s)
{
	if (s->x.kind == IMAXATTR_OTHER)
		return buf_textf(a, "security.ima is of the type %02x, which is none",
				 s->x.type);
	return "security.ima is cut short, or the size in it is wrong";
}

const char *sealcheck_text(struct arena *a, const struct sealcheck *s)
{
	switch (s->result) {
	case SEALCHECK_GOOD:
		return "it fits";
	case SEALCHECK_NONE:
		return "it has no security.ima";
	case SEALCHECK_CONTENT:
		return "its content is another than the digest says";
	case SEALCHECK_FORGED:
		return buf_textf(a, "the key %08x did not sign this content",
				 s->x.keyid);
	case SEALCHECK_NO_KEY:
		return buf_textf(a, "no key has the id %08x", s->x.keyid);
	case SEALCHECK_KEY_KIND:
		return key_kind_text(a, s);
	case SEALCHECK_HASH:
		return hash_text(a, s);
	case SEALCHECK_VERSION:
		return buf_textf(a, "its kernel takes no signature of version %u",
				 s->x.version);
	case SEALCHECK_MALFORMED:
		return malformed_text(a, s);
	case SEALCHECK_VERITY:
		return "its signature is of an fs-verity digest, which the file does not have";
	case SEALCHECK_UNREAD:
		return buf_textf(a, "its content cannot be read (%s)",
				 strerror(s->error));
	case SEALCHECK_MAYBE:
		return maybe_text(a, s);
	}
	return "";
}
