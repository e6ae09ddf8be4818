/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "filedigest.h"
#include "kmodel.h"

enum {
	BLOCK = 4096,
	CHUNK = 16 * BLOCK,
	HASHES = 32,		/* the kernel has 23 */
	/* of a tree over 2^64 bytes, 64 hashes to a block */
	LEVELS = 10,
	DESCRIPTOR = 256,
	VERITY_SHA256 = 1, VERITY_SHA512 = 2,
};

struct filedigest {
	EVP_MD_CTX *ctx;
	EVP_MD *md[HASHES];
	bool tried[HASHES];
	uint8_t chunk[CHUNK];
	uint8_t level[LEVELS][BLOCK];
};

struct filedigest *filedigest_new(void)
{
	struct filedigest *d = calloc(1, sizeof(*d));

	if (d)
		d->ctx = EVP_MD_CTX_new();
	if (d && !d->ctx) {
		free(d);
		return NULL;
	}
	return d;
}

void filedigest_free(struct filedigest *d)
{
	size_t i;

	if (!d)
		return;
	for (i = 0; i < HASHES; i++)
		EVP_MD_free(d->md[i]);
	EVP_MD_CTX_free(d->ctx);
	free(d);
}

/* what libcrypto calls it, where that is another name */
static const char *crypto_name(const char *name)
{
	static const char *const other[][2] = {
		{ "rmd160", "RIPEMD-160" },
		{ "wp512", "whirlpool" },
	};
	size_t i;

	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		if (!strcmp(other[i][0], name))
			return other[i][1];
	return name;
}

const EVP_MD *filedigest_md(struct filedigest *d, int hash)
{
	const char *name;

	if (hash < 0 || hash >= HASHES)
		return NULL;
	name = kmodel_hash_name((unsigned int)hash);
	if (name && !d->tried[hash]) {
		d->tried[hash] = true;
		d->md[hash] = EVP_MD_fetch(NULL, crypto_name(name), NULL);
	}
	return d->md[hash];
}

size_t filedigest_length(struct filedigest *d, int hash)
{
	const EVP_MD *md = filedigest_md(d, hash);
	int n = md ? EVP_MD_get_size(md) : 0;

	return n > 0 && n <= FILEDIGEST_MAX ? (size_t)n : 0;
}

/* the length of a hash that can be made, or 0 with errno */
static size_t usable(struct filedigest *d, int hash)
{
	size_t n = filedigest_length(d, hash);

	if (!n)
		errno = ENOTSUP;
	return n;
}

static bool begin(struct filedigest *d, int hash)
{
	if (EVP_DigestInit_ex2(d->ctx, d->md[hash], NULL))
		return true;
	errno = ENOMEM;
	return false;
}

static bool add(struct filedigest *d, const void *data, size_t len)
{
	if (EVP_DigestUpdate(d->ctx, data, len))
		return true;
	errno = EIO;
	return false;
}

static bool end(struct filedigest *d, uint8_t *out)
{
	if (EVP_DigestFinal_ex(d->ctx, out, NULL))
		return true;
	errno = EIO;
	return false;
}

static bool hash_block(struct filedigest *d, int hash, const uint8_t *block,
		       uint8_t *out)
{
	return begin(d, hash) && add(d, block, BLOCK) && end(d, out);
}

/*
 * The chunk from off on, filled but at the end of the content, where nothing is
 * left to be read; -1: errno. The size that an inode tells is not relied on.
 */
static ssize_t fill(struct filedigest *d, const struct filedigest_source *src,
		    const volatile bool *stop, uint64_t off)
{
	size_t have = 0;

	while (have < CHUNK) {
		ssize_t n;

		if (stop && *stop) {
			errno = EINTR;
			return -1;
		}
		n = src->pread(src->arg, d->chunk + have, CHUNK - have,
			       off + have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

size_t filedigest_content(struct filedigest *d, int hash,
			  const struct filedigest_source *src,
			  const volatile bool *stop, uint8_t *out)
{
	size_t len = usable(d, hash);
	uint64_t off = 0;
	ssize_t n;

	if (!len || !begin(d, hash))
		return 0;
	do {
		n = fill(d, src, stop, off);
		if (n < 0 || !add(d, d->chunk, (size_t)n))
			return 0;
		off += (uint64_t)n;
	} while (n == CHUNK);
	return end(d, out) ? len : 0;
}

/* ---- fs-verity ---- */

/* hashes of the blocks below, as many as a block of their own takes */
struct tree {
	int hash;
	size_t len, per;	/* of a hash; hashes to a block */
	struct {
		size_t n;	/* in the block that is being filled */
		uint64_t all;
	} level[LEVELS];
};

/* the hashes that wait at this level, zeros behind them, as one of the next */
static bool hash_level(struct filedigest *d, struct tree *t, size_t at,
		       uint8_t *out)
{
	uint8_t *block = d->level[at];
	size_t used = t->level[at].n * t->len;

	memset(block + used, 0, BLOCK - used);
	t->level[at].n = 0;
	return hash_block(d, t->hash, block, out);
}

static bool put(struct filedigest *d, struct tree *t, size_t at,
		const uint8_t *hash)
{
	uint8_t up[FILEDIGEST_MAX];

	for (;; at++, hash = up) {
		if (at == LEVELS) {
			errno = EFBIG;
			return false;
		}
		memcpy(d->level[at] + t->level[at].n++ * t->len, hash, t->len);
		t->level[at].all++;
		if (t->level[at].n < t->per)
			return true;
		if (!hash_level(d, t, at, up))
			return false;
	}
}

/* up to the level that has one hash, which is the tree's; none: zeros */
static bool root(struct filedigest *d, struct tree *t, uint8_t *out)
{
	uint8_t up[FILEDIGEST_MAX];
	size_t at;

	memset(out, 0, t->len);
	if (!t->level[0].all)
		return true;
	for (at = 0; at < LEVELS && t->level[at].all > 1; at++)
		if (t->level[at].n && (!hash_level(d, t, at, up) ||
				       !put(d, t, at + 1, up)))
			return false;
	if (at == LEVELS) {
		errno = EFBIG;
		return false;
	}
	memcpy(out, d->level[at], t->len);
	return true;
}

static bool add_chunk(struct filedigest *d, struct tree *t, size_t len)
{
	uint8_t hash[FILEDIGEST_MAX];
	size_t off;

	if (len % BLOCK)
		memset(d->chunk + len, 0, BLOCK - len % BLOCK);
	for (off = 0; off < len; off += BLOCK)
		if (!hash_block(d, t->hash, d->chunk + off, hash) ||
		    !put(d, t, 0, hash))
			return false;
	return true;
}

/* struct fsverity_descriptor: what stands for the whole file */
static bool describe(struct filedigest *d, const struct tree *t, uint64_t size,
		     const uint8_t *top, uint8_t *out)
{
	uint8_t desc[DESCRIPTOR] = { 1 };
	size_t i;

	desc[1] = t->len == 32 ? VERITY_SHA256 : VERITY_SHA512;
	desc[2] = 12;		/* blocks of 2^12 bytes; then no salt, no signature */
	for (i = 0; i < 8; i++)
		desc[8 + i] = (uint8_t)(size >> 8 * i);
	memcpy(desc + 16, top, t->len);
	return begin(d, t->hash) && add(d, desc, sizeof(desc)) && end(d, out);
}

static bool verity_hash(int hash)
{
	const char *name = kmodel_hash_name((unsigned int)hash);

	return name && (!strcmp(name, "sha256") || !strcmp(name, "sha512"));
}

size_t filedigest_verity(struct filedigest *d, int hash,
			 const struct filedigest_source *src,
			 const volatile bool *stop, uint8_t *out)
{
	struct tree t = { .hash = hash, .len = usable(d, hash) };
	uint8_t top[FILEDIGEST_MAX];
	uint64_t size = 0;
	ssize_t n;

	if (!t.len || !verity_hash(hash)) {
		errno = ENOTSUP;
		return 0;
	}
	t.per = BLOCK / t.len;
	do {
		n = fill(d, src, stop, size);
		if (n < 0 || !add_chunk(d, &t, (size_t)n))
			return 0;
		size += (uint64_t)n;
	} while (n == CHUNK);
	return root(d, &t, top) && describe(d, &t, size, top, out) ? t.len : 0;
}

size_t filedigest_file_id(struct filedigest *d, uint8_t type, int hash,
			  const uint8_t *digest, size_t len, uint8_t *out)
{
	uint8_t head[2] = { type, (uint8_t)hash };
	size_t n = usable(d, hash);

	if (n && n != len) {
		errno = EINVAL;
		return 0;
	}
	return n && begin(d, hash) && add(d, head, sizeof(head)) &&
	       add(d, digest, len) && end(d, out) ? n : 0;
}
