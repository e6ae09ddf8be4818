/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SEALCHECK_H
#define IMAPOL_SEALCHECK_H

#include "filedigest.h"
#include "imaxattr.h"
#include "kcrypto.h"
#include "pubkeys.h"

/*
 * Whether a security.ima fits its file. Nothing of a policy is asked: what is
 * required of a file is decided elsewhere.
 */
enum sealcheck_result {
	SEALCHECK_GOOD,
	SEALCHECK_NONE,		/* there is no security.ima */
	SEALCHECK_CONTENT,	/* a digest, of another content */
	SEALCHECK_FORGED,	/* a signature that its key did not make of this
				   content: which of the two is wrong cannot be told */
	SEALCHECK_NO_KEY,	/* no key has that id */
	SEALCHECK_KEY_KIND,	/* its kernel cannot verify by such a key */
	SEALCHECK_HASH,		/* its kernel, or libcrypto, lacks the hash */
	SEALCHECK_VERSION,	/* a signature of a version that is not taken */
	SEALCHECK_MALFORMED,	/* cut short, sizes that differ, an unknown type */
	SEALCHECK_VERITY,	/* a verity signature, but the file has no fs-verity */
	SEALCHECK_UNREAD,	/* the content could not be read: errno in error */
	/* an option of the kernel decides, or its release, of which that is not
	   known; or, where two keys have its id, which of them it comes by */
	SEALCHECK_MAYBE,
};

struct sealcheck {
	enum sealcheck_result result;
	struct imaxattr x;
	const struct pubkey *key;	/* whose id it has; may be NULL */
	bool shared;		/* its id is that of several keys, and that decides */
	bool cert;		/* its certificate, not its key, is what is in question */
	enum kconfig option;		/* that decides; KCONFIG_COUNT: none */
	int error;
};

/* what a file has, beside its content */
struct sealcheck_file {
	const uint8_t *ima;
	size_t ima_len;
	const struct filedigest_source *content;
	/* the fs-verity digest that its file system keeps; 0: it has none */
	const uint8_t *verity;
	size_t verity_len;
	int verity_hash;
};

/*
 * t NULL: no kernel is asked, only libcrypto. The content is read only where the
 * answer depends on it. One d a thread. Nothing is allocated that stays.
 *
 * As IMA does it, with sha256 as its configured hash: what follows a digest is
 * not looked at, and a digest by no hash that it knows is one by the configured.
 */
void sealcheck(struct filedigest *d, const struct pubkeys *keys,
	       const struct ktarget *t, const struct sealcheck_file *f,
	       const volatile bool *stop, struct sealcheck *out);

/*
 * Does its kernel have that key, and verify what it signed by that hash? t NULL:
 * yes. *cert: it is the certificate that is in question; may be NULL.
 */
struct kcrypto_answer sealcheck_key(const struct ktarget *t,
				    const struct pubkey *key, int hash,
				    bool *cert);

/* in words, for messages: "no key has the id 0a1b2c3d" */
const char *sealcheck_text(struct arena *a, const struct sealcheck *s);

#endif
