/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "sniff.h"
#include "unzip.h"
#include "util.h"

#define HEAD 4096
#define EXT_MAGIC 1080		/* s_magic, behind the first KiB */
#define SECTOR 512
#define PARTITIONS 128

#define MOUNT "mount it read-only, and name the directory"

struct bytes {
	unsigned char v[HEAD];
	size_t n;
};

static bool has(const struct bytes *b, size_t at, const char *what, size_t len)
{
	return b->n >= at + len && !memcmp(b->v + at, what, len);
}

static bool read_at(int fd, uint64_t off, struct bytes *b)
{
	ssize_t n;

	do
		n = pread(fd, b->v, sizeof(b->v), (off_t)off);
	while (n < 0 && errno == EINTR);
	b->n = n > 0 ? (size_t)n : 0;
	return n >= 0;
}

/* the first bytes of what is compressed; none: it is not */
static void read_zipped(int fd, struct bytes *b)
{
	struct unzip u = { .fd = fd };
	struct archive *ar = unzip_new();
	struct archive_entry *entry;
	la_ssize_t n = 0;

	b->n = 0;
	if (!ar)
		return;
	archive_read_support_format_raw(ar);
	if (unzip_open(ar, &u) == ARCHIVE_OK &&
	    archive_read_next_header(ar, &entry) == ARCHIVE_OK &&
	    archive_filter_count(ar) > 1)
		n = archive_read_data(ar, b->v, sizeof(b->v));
	archive_read_free(ar);
	b->n = n > 0 ? (size_t)n : 0;
}

static bool is_ext4(const struct bytes *b)
{
	return has(b, EXT_MAGIC, "\x53\xef", 2);
}

static bool is_newc(const struct bytes *b)
{
	return has(b, 0, "070701", 6) || has(b, 0, "070702", 6);
}

/* ---- what is not read, and what to do with it ---- */

static const char *known(int fd, uint64_t offset, const struct bytes *b)
{
	static const struct {
		uint64_t at;
		const char *magic;
		size_t len;
		const char *why;
	} kinds[] = {
		{ 0, "070707", 6, "a cpio archive of the old form, and the "
		  "kernel takes newc (cpio -H newc)" },
		{ 0, "\xc7\x71", 2, "a cpio archive of the old form, and the "
		  "kernel takes newc (cpio -H newc)" },
		{ 0, "\x89LZO\0\r\n\x1a\n", 9, "compressed by lzop; unpack it "
		  "first" },
		{ 0, "!<arch>\n", 8, "a Debian package or a library; unpack it "
		  "with dpkg-deb -x" },
		{ 0, "PK\3\4", 4, "a zip archive, which has no owners; unpack it" },
		{ 0, "XFSB", 4, "an xfs image; " MOUNT },
		{ 0, "hsqs", 4, "a squashfs image; " MOUNT },
		{ 0, "LUKS\xba\xbe", 6, "an encrypted volume; open and " MOUNT },
		{ 0, "QFI\xfb", 4, "a qcow2 image; make it a raw one "
		  "(qemu-img convert -O raw)" },
		{ 1024, "\xe2\xe1\xf5\xe0", 4, "an erofs image; " MOUNT },
		{ 1024, "\x10\x20\xf5\xf2", 4, "an f2fs image; " MOUNT },
		{ 32769, "CD001", 5, "an ISO 9660 image; " MOUNT },
		{ 65600, "_BHRfS_M", 8, "a btrfs image; " MOUNT },
	};
	struct bytes far;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].at < HEAD - 16 ?
		    has(b, kinds[i].at, kinds[i].magic, kinds[i].len) :
		    read_at(fd, offset + kinds[i].at, &far) &&
		    has(&far, 0, kinds[i].magic, kinds[i].len))
			return kinds[i].why;
	}
	return NULL;
}

/* ---- whole disks ---- */

static uint64_t little(const unsigned char *p, size_t size)
{
	uint64_t v = 0;

	while (size--)
		v = v << 8 | p[size];
	return v;
}

/* byte offset of partition i; 0: there is none */
static uint64_t gpt_start(int fd, const struct bytes *disk, unsigned int i)
{
	const unsigned char *h = disk->v + SECTOR;
	uint64_t table = little(h + 72, 8), number = little(h + 80, 4);
	uint64_t size = little(h + 84, 4), first;
	struct bytes entry;

	if (i >= number || size < 128 || size > HEAD ||
	    table > (uint64_t)INT64_MAX / SECTOR / 2 ||
	    !read_at(fd, table * SECTOR + i * size, &entry) || entry.n < 128)
		return 0;
	first = little(entry.v + 32, 8);
	return first > (uint64_t)INT64_MAX / SECTOR / 2 ? 0 : first * SECTOR;
}

static uint64_t mbr_start(const struct bytes *disk, unsigned int i)
{
	const unsigned char *p = disk->v + 446 + i * 16;

	return i < 4 && p[4] ? little(p + 8, 4) * SECTOR : 0;
}

/* where ext4 is in a whole disk; 0: nowhere */
static uint64_t find_partition(int fd, const struct bytes *disk)
{
	bool gpt = has(disk, SECTOR, "EFI PART", 8);
	struct bytes b;
	unsigned int i;

	for (i = 0; i < PARTITIONS; i++) {
		uint64_t at = gpt ? gpt_start(fd, disk, i) :
			mbr_start(disk, i);

		if (at && read_at(fd, at, &b) && is_ext4(&b))
			return at;
	}
	return 0;
}

static const char *whole_disk(struct arena *a, int fd,
			      const struct bytes *disk)
{
	uint64_t at = find_partition(fd, disk);

	if (!at)
		return "a whole disk without a partition that is ext4; attach it "
		       "(losetup -rP), mount its root, and name the directory";
	return buf_textf(a, "a whole disk; its first partition that is ext4 is "
			 "meant by \"?offset=%llu\" behind the name",
			 (unsigned long long)at);
}

/* ---- the answer ---- */

bool sniff(struct arena *a, int fd, uint64_t offset, enum tree_kind *kind,
	   const char **why)
{
	struct bytes b, inner;

	if (!read_at(fd, offset, &b)) {
		*why = strerror(errno);
		return false;
	}
	*kind = is_ext4(&b) ? TREE_EXT4 : is_newc(&b) ? TREE_CPIO : TREE_TAR;
	if (*kind != TREE_TAR)
		return true;
	*why = offset ? "there is no ext4 file system at that offset" :
		known(fd, offset, &b);
	/* a tar archive, too, may have these two bytes there */
	if (!*why && has(&b, 510, "\x55\xaa", 2) && !has(&b, 257, "ustar", 5))
		*why = whole_disk(a, fd, &b);
	if (*why)
		return false;
	read_zipped(fd, &inner);
	if (is_newc(&inner))
		*kind = TREE_CPIO;
	else if (is_ext4(&inner))
		*why = "a compressed image; unpack it first";
	return !*why;
}
