/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ALLOWLIST_READ_H
#define IMAPOL_ALLOWLIST_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/*
 * A list of good contents, read statement by statement; what becomes of them is
 * the reader's. Nothing in a list is passed over: what is not understood is an
 * error.
 *
 * Our own form is lines, the first of them ALLOWLIST_HEADING. A line with a
 * newline, a carriage return or a backslash in it has \n, \r and \\ for them, and
 * a backslash before the whole; "#" begins a comment:
 *
 *	HASH:HEX[,HASH:HEX]... NAME		a file, as IMA names it
 *	ending HASH:HEX[,...] NAME		files whose path is NAME, or ends
 *						with it behind a slash
 *	keyring HASH:HEX[,...] NAME		a key that is put into a keyring
 *	buffer HASH:HEX[,...] NAME		other data that the kernel measures
 *	exclude REGEX				names that are not judged (pyregex.h)
 *	ignore-keyring NAME			keys that are not judged; "*": none is
 *	key ID BASE64				a public key (DER) of signatures
 */
#define ALLOWLIST_HEADING "# imapolc allow-list 1"

enum allowlist_form {
	ALLOWLIST_OWN, ALLOWLIST_SUMS, ALLOWLIST_KEYLIME, ALLOWLIST_FORMS
};

/* as sha256sum writes a name without a slash before it, so is it ALLOW_ENDING */
enum allow_kind {
	ALLOW_FILE, ALLOW_ENDING, ALLOW_KEYRING, ALLOW_BUFFER, ALLOW_KINDS
};

struct allowlist_item {
	enum allow_kind kind;
	const char *name;	/* as it stands there, without escapes */
	int hash;		/* as kmodel_hash_name() counts */
	const uint8_t *digest;
	size_t len;
};

/*
 * Told of each, in their order; what they are given is good until they return.
 * False: *why says what is wrong with it.
 */
struct allowlist_sink {
	void *arg;
	bool (*item)(void *arg, const struct allowlist_item *i, const char **why);
	bool (*exclude)(void *arg, const char *regex, const char **why);
	bool (*ignored)(void *arg, const char *keyring, const char **why);
	/* der: SubjectPublicKeyInfo */
	bool (*key)(void *arg, uint32_t keyid, const uint8_t *der, size_t len,
		    const char **why);
};

/*
 * False: *why says what is wrong, and where. Memory is a few times that of the
 * list, and given back but for *why.
 */
bool allowlist_read(struct arena *a, int fd, const struct allowlist_sink *to,
		    const char **why);

/* bytes of a hash; 0: there is none with that number */
size_t allowlist_hash_length(int hash);

#endif
