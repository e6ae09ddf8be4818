/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ALLOWLIST_H
#define IMAPOL_ALLOWLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/*
 * Which contents are good. Read from
 *	sha256sum, sha1sum, sha512sum…	"hex  name", "hex *name", a backslash
 *					before a name with escapes
 *	Keylime's runtime policy v1	JSON; digests, excludes, keyrings, ima-buf,
 *					verification-keys, all keys required
 *	our own				allowlist_read.h
 * The form follows from the bytes. Several lists are one: a name may be in more than
 * one of them, and then the contents of each are good. A list without any digest is
 * an error: nothing would ever be wrong, or everything.
 *
 * Names: IMA writes a space as an underscore, and so are names here taken to be
 * equal to what is measured. Two names of lists that are one by that are both good.
 * A name as sha256sum writes it that does not begin with a slash (a leading "./" or
 * "../" is left out) stands for every file of which the path is that, or ends with it
 * behind a slash.
 *
 * No name is kept: two are taken to be equal where their SipHash of 64 bits is, with a
 * key that is drawn for each struct allowlist. A digest is compared whole.
 */
struct allowlist;
struct pubkeys;

struct allowlist *allowlist_new(struct arena *a);
void allowlist_free(struct allowlist *l);
/*
 * False: *why says what is wrong, with the line. What is read is bounded by the
 * file's own length. named: its files are those to be measured (--allowed-hash).
 */
bool allowlist_load(struct allowlist *l, int fd, const char *file, bool named,
		    const char **why);
/* of names with a digest, each once */
size_t allowlist_count(const struct allowlist *l);

enum allow_answer {
	ALLOW_GOOD,		/* that content under that name */
	ALLOW_OTHER_NAME,	/* that content, but under other names only */
	ALLOW_OTHER_CONTENT,	/* the name is there, with other contents */
	ALLOW_UNKNOWN,		/* neither */
	ALLOW_EXCLUDED,		/* by an exclude of its own (Keylime); never one that
				   is named, nor one that is good */
	ALLOW_OTHER_HASH,	/* the name is there, by other hashes only */
};

/*
 * Of a name as IMA writes it. hash as kmodel_hash_name() counts. By any thread once
 * all is loaded. *id: the number of the named file, 0: none. Several files may have
 * the same, where a list names them by the end of their paths: each of them has to be
 * good.
 */
enum allow_answer allowlist_ask(const struct allowlist *l, const char *name,
				size_t name_len, int hash,
				const uint8_t *digest, size_t digest_len,
				uint32_t *id);
/*
 * The same of an entry with a buffer (ima-buf): keys, whose name is that of their
 * keyring, and other data. Judged by keyrings and ima-buf of Keylime's form.
 * ALLOW_EXCLUDED: also, where it is a key, by the name of a keyring that is ignored.
 */
enum allow_answer allowlist_ask_data(const struct allowlist *l, const char *name,
				     size_t name_len, int hash,
				     const uint8_t *digest, size_t digest_len,
				     bool key);
/*
 * What a question to come about a file will look at is fetched into the cache
 * meanwhile: of use where there is something else to do before it, as the replay of
 * the same entry. What it returns spares allowlist_ask_expected(), which is
 * allowlist_ask() of the same name, a reading of the name.
 */
uint64_t allowlist_expect(const struct allowlist *l, const char *name,
			  size_t name_len, int hash, const uint8_t *digest,
			  size_t digest_len);
enum allow_answer allowlist_ask_expected(const struct allowlist *l,
					 uint64_t expected, const char *name,
					 size_t name_len, int hash,
					 const uint8_t *digest,
					 size_t digest_len, uint32_t *id);

/* the files that are to be measured: 1 to allowlist_named(); its name */
uint32_t allowlist_named(const struct allowlist *l);
const char *allowlist_name(const struct allowlist *l, uint32_t id);
/* of verification-keys, with the ids that are said of them (pubkeys.h) */
const struct pubkeys *allowlist_keys(const struct allowlist *l);

#endif
