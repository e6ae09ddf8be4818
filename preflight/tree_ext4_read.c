/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "filedigest.h"
#include "kmodel.h"
#include "tree_ext4.h"

#define READ_MAX (1u << 20)	/* at once: others wait for the lock */
#define DESCRIPTOR 256		/* struct fsverity_descriptor, no signature */
#define MERKLE_ALIGN 65536	/* its tree begins there behind the content */

struct ext4_file {
	struct tree_content content;
	struct tree_ext4 *t;
	ext2_ino_t ino;
	struct ext2_inode inode;
	ext2_file_t file;
};

static struct ext4_file *of(struct tree_content *c)
{
	return (struct ext4_file *)c;
}

static ssize_t read_file(struct tree_content *c, void *buf, size_t len,
			 uint64_t off)
{
	struct ext4_file *f = of(c);
	uint64_t size = EXT2_I_SIZE(&f->inode);
	unsigned int got = 0;
	errcode_t code;

	if (off >= size)
		return 0;
	len = len < size - off ? len : (size_t)(size - off);
	len = len < READ_MAX ? len : READ_MAX;
	pthread_mutex_lock(&f->t->lock);
	code = ext2fs_file_llseek(f->file, off, EXT2_SEEK_SET, NULL);
	if (!code)
		code = ext2fs_file_read(f->file, buf, (unsigned int)len, &got);
	pthread_mutex_unlock(&f->t->lock);
	/* an inode whose size is more than it has */
	if (!code && !got && len)
		code = EXT2_ET_SHORT_READ;
	errno = code ? ext4_errno(code) : 0;
	return code ? -1 : (ssize_t)got;
}

/* ---- fs-verity ---- */

/* where the blocks of a file end, its Merkle tree among them; 0: not known */
static uint64_t last_block(struct ext4_file *f)
{
	struct ext2fs_extent extent;
	ext2_extent_handle_t h;
	uint64_t end = 0;

	if (ext2fs_extent_open2(f->t->fs, f->ino, &f->inode, &h))
		return 0;
	if (!ext2fs_extent_get(h, EXT2_EXTENT_ROOT, &extent) &&
	    !ext2fs_extent_get(h, EXT2_EXTENT_LAST_LEAF, &extent))
		end = extent.e_lblk + extent.e_len;
	ext2fs_extent_free(h);
	return end;
}

static bool read_block(struct ext4_file *f, uint64_t block, uint8_t *out)
{
	blk64_t at = 0;

	return !ext2fs_bmap2(f->t->fs, f->ino, &f->inode, NULL, 0, block, NULL,
			     &at) &&
	       at && !io_channel_read_blk64(f->t->fs->io, at, 1, out);
}

/*
 * As fs/verity and fs/ext4/verity.c of the kernel have it: the last four bytes
 * of the last block are the size of the descriptor, which ends there and begins
 * with a block.
 */
static bool read_descriptor(struct ext4_file *f, uint8_t *block,
			    uint8_t *out)
{
	uint64_t size = f->t->fs->blocksize, end = last_block(f), at;
	uint64_t data = EXT2_I_SIZE(&f->inode);
	uint32_t len;

	if (!end || end > UINT32_MAX || !read_block(f, end - 1, block))
		return false;
	memcpy(&len, block + size - 4, 4);
	len = ext2fs_le32_to_cpu(len);
	at = end * size - 4;
	if (len < DESCRIPTOR || len > at)
		return false;
	at = (at - len) / size * size;
	if (at < data / MERKLE_ALIGN * MERKLE_ALIGN ||
	    !read_block(f, at / size, block))
		return false;
	memcpy(out, block, DESCRIPTOR);
	return true;
}

static ssize_t read_bytes(void *arg, void *buf, size_t len, uint64_t off)
{
	if (off >= DESCRIPTOR)
		return 0;
	len = len < DESCRIPTOR - off ? len : (size_t)(DESCRIPTOR - off);
	memcpy(buf, (uint8_t *)arg + off, len);
	return (ssize_t)len;
}

/* version, hash, block size, salt's size, signature's size, content's size */
static int descriptor_hash(const struct ext4_file *f, uint8_t *d)
{
	uint64_t size;

	memcpy(&size, d + 8, 8);
	if (d[0] != 1 || ext2fs_le64_to_cpu(size) != EXT2_I_SIZE(&f->inode))
		return -1;
	/* the signature is not part of what is digested */
	memset(d + 4, 0, 4);
	return d[1] == 1 ? kmodel_hash_index("sha256") :
		d[1] == 2 ? kmodel_hash_index("sha512") : -1;
}

static size_t verity(struct tree_content *c, int *hash, uint8_t out[64])
{
	struct ext4_file *f = of(c);
	uint8_t d[DESCRIPTOR], *block = malloc(f->t->fs->blocksize);
	struct filedigest_source src = { read_bytes, d, DESCRIPTOR };
	struct filedigest *digest;
	bool there = false;
	size_t n = 0;

	if (block && f->inode.i_flags & EXT4_VERITY_FL) {
		pthread_mutex_lock(&f->t->lock);
		there = read_descriptor(f, block, d);
		pthread_mutex_unlock(&f->t->lock);
	}
	free(block);
	*hash = there ? descriptor_hash(f, d) : -1;
	digest = *hash < 0 ? NULL : filedigest_new();
	if (digest)
		n = filedigest_content(digest, *hash, &src, NULL, out);
	filedigest_free(digest);
	return n;
}

/* ---- open and close ---- */

static void close_file(struct tree_content *c)
{
	struct ext4_file *f = of(c);

	pthread_mutex_lock(&f->t->lock);
	ext2fs_file_close(f->file);
	pthread_mutex_unlock(&f->t->lock);
	free(f);
}

static errcode_t open_file(struct tree_ext4 *t, struct ext4_file *f)
{
	errcode_t code = ext2fs_read_inode(t->fs, f->ino, &f->inode);

	if (!code && f->inode.i_flags & EXT4_ENCRYPT_FL)
		code = ENOKEY;
	if (!code)
		code = ext2fs_file_open2(t->fs, f->ino, &f->inode, 0, &f->file);
	return code;
}

struct tree_content *ext4_content(struct tree_ext4 *t, ext2_ino_t ino)
{
	struct ext4_file *f = calloc(1, sizeof(*f));
	errcode_t code;

	if (!f)
		return NULL;
	f->content = (struct tree_content){ read_file, verity, close_file };
	f->t = t;
	f->ino = ino;
	pthread_mutex_lock(&t->lock);
	code = open_file(t, f);
	pthread_mutex_unlock(&t->lock);
	if (!code)
		return &f->content;
	free(f);
	errno = ext4_errno(code);
	return NULL;
}
