/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_UNZIP_H
#define IMAPOL_UNZIP_H

#include <archive.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Bytes of an open file from an offset on for libarchive, however they are
 * compressed: gzip, bzip2, xz, lzma, lz4 and zstd, as far as libarchive has them
 * in itself. Programs are never started, as it would else do.
 */
struct unzip {
	int fd;
	uint64_t from, to;	/* to: 0 is the end of the file */
	uint64_t pos;
	const volatile bool *stop;	/* ends it like the end of the file */
	unsigned char buf[65536];
};

/* NULL: out of memory. The caller adds formats, and opens it. */
struct archive *unzip_new(void);
/* an ARCHIVE_ code; u has fd, from, to and stop, and lives as long */
int unzip_open(struct archive *ar, struct unzip *u);
/* bytes of the file that were used so far */
uint64_t unzip_used(struct archive *ar);

#endif
