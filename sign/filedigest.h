/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FILEDIGEST_H
#define IMAPOL_FILEDIGEST_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Digests of contents, by the hashes of kmodel_hash_name() that libcrypto has.
 * One struct filedigest a thread; algorithms are fetched once and kept.
 */
#define FILEDIGEST_MAX 64	/* bytes */

struct filedigest;

struct filedigest *filedigest_new(void);	/* NULL: out of memory */
void filedigest_free(struct filedigest *d);

/* where a content comes from */
struct filedigest_source {
	/* up to len bytes from off on; 0: the end; -1: errno tells */
	ssize_t (*pread)(void *arg, void *buf, size_t len, uint64_t off);
	void *arg;
	uint64_t size;		/* as its inode says */
};

/* kept by d; NULL: libcrypto lacks the hash */
const EVP_MD *filedigest_md(struct filedigest *d, int hash);
/* its length; 0: libcrypto lacks the hash */
size_t filedigest_length(struct filedigest *d, int hash);
/*
 * The length, or 0: reading failed (errno), or no such hash (ENOTSUP). Read to
 * its end, whatever its inode says of its size. stop is looked at between blocks
 * and ends it with EINTR; may be NULL.
 */
size_t filedigest_content(struct filedigest *d, int hash,
			  const struct filedigest_source *src,
			  const volatile bool *stop, uint8_t *out);
/*
 * The fs-verity digest (Documentation/filesystems/fsverity.rst): Merkle tree of
 * blocks of 4096 bytes, no salt, hash sha256 or sha512.
 */
size_t filedigest_verity(struct filedigest *d, int hash,
			 const struct filedigest_source *src,
			 const volatile bool *stop, uint8_t *out);
/*
 * What a signature of version 3 signs: the hash of struct ima_file_id, which is
 * type, hash number and digest (ima_appraise.c, calc_file_id_hash()).
 */
size_t filedigest_file_id(struct filedigest *d, uint8_t type, int hash,
			  const uint8_t *digest, size_t len, uint8_t *out);

#endif
