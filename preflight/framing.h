/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FRAMING_H
#define IMAPOL_FRAMING_H

#include <stdint.h>

/*
 * Where a compressed stream ends, by its framing alone: an initramfs has zeros
 * and more archives behind one, which libarchive takes for damage in it, and then
 * withholds what it has unpacked before. The forms are those of the kernel's
 * decompressors; xz, zstd and the old form of lz4 tell it.
 */
enum framing {
	FRAMING_NONE,		/* not what the kernel unpacks */
	FRAMING_OWN,		/* libarchive finds the end: gzip, bzip2, lzma */
	FRAMING_END,		/* *end is behind its last byte */
	FRAMING_BAD,		/* cut off, or malformed */
};

enum framing framing_find(int fd, uint64_t from, uint64_t *end);

#endif
