/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "entrysig.h"
#include "imaxattr.h"
#include "kmodel.h"

/* what a portable signature of EVM begins with: it is of the file's attributes */
enum { EVM_PORTABLE = 5, FILE_VERSION = 2, ID_VERSION = 3 };

static const char *hash_word(int hash)
{
	const char *name = hash < 0 ? NULL : kmodel_hash_name((unsigned int)hash);

	return name ? name : "no known hash";
}

/* NULL: x can be held against the digest of the entry */
static const char *cannot(struct arena *a, const struct imaxattr *x,
			  const struct imaentry *e)
{
	bool verity = x->kind == IMAXATTR_VERITY_SIGNATURE;

	if (x->type == EVM_PORTABLE)
		return "a portable signature of EVM, which is of the file's "
		       "attributes";
	if (x->kind != IMAXATTR_SIGNATURE && !verity)
		return buf_textf(a, "its first byte, %02x, is that of no "
				 "signature", x->type);
	if (x->version != ID_VERSION && (verity || x->version != FILE_VERSION))
		return buf_textf(a, "a signature of version %u", x->version);
	if (verity != e->file.verity)
		return verity ? "a signature of the fs-verity digest, and the "
				"content was measured" :
				"a signature of the content, and the fs-verity "
				"digest was measured";
	if (x->hash < 0 || x->hash != e->file.hash)
		return buf_textf(a, "it is over %s, and %s was measured",
				 hash_word(x->hash), hash_word(e->file.hash));
	return NULL;
}

/* what was signed, into out; its length, or 0 */
static size_t signed_bytes(struct filedigest *d, const struct imaxattr *x,
			   const struct imaentry *e, uint8_t *out)
{
	size_t want = filedigest_length(d, x->hash);

	if (!want || e->file.len != want)
		return 0;
	if (x->version == ID_VERSION)
		return filedigest_file_id(d, x->type, x->hash, e->file.p, want,
					  out);
	memcpy(out, e->file.p, want);
	return want;
}

static enum entrysig by_keys(struct filedigest *d, const struct pubkeys *keys,
			     const struct imaxattr *x, const uint8_t *digest,
			     size_t len)
{
	const struct pubkey *key = NULL;
	enum entrysig got = ENTRYSIG_NO_KEY;

	while (keys && (key = pubkeys_find(keys, x->keyid, key))) {
		if (pubkey_verifies(key->key, filedigest_md(d, x->hash),
				    x->data, x->len, digest, len))
			return ENTRYSIG_GOOD;
		got = ENTRYSIG_BAD;
	}
	return got;
}

enum entrysig entrysig_check(struct arena *a, struct filedigest *d,
			     const struct pubkeys *keys,
			     const struct imaentry *e, const char **why)
{
	uint8_t digest[FILEDIGEST_MAX];
	struct imaxattr x;
	enum entrysig got;
	size_t len;
	bool whole;

	*why = NULL;
	if (!e->sig_len)
		return ENTRYSIG_NONE;
	whole = imaxattr_read(e->sig, e->sig_len, &x);
	*why = cannot(a, &x, e);
	if (!*why && !whole)
		*why = "a signature that is cut short, or whose size is wrong";
	if (*why)
		return ENTRYSIG_OTHER;
	len = signed_bytes(d, &x, e, digest);
	if (!len) {
		*why = buf_textf(a, "libcrypto makes no %s, or the digest has "
				 "another length", hash_word(x.hash));
		return ENTRYSIG_OTHER;
	}
	got = by_keys(d, keys, &x, digest, len);
	if (got == ENTRYSIG_NO_KEY)
		*why = buf_textf(a, "no key has the id %08x", x.keyid);
	else if (got == ENTRYSIG_BAD)
		*why = buf_textf(a, "the key with the id %08x did not sign "
				 "this content", x.keyid);
	return got;
}
