/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_GUNZIP_H
#define IMAPOL_GUNZIP_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

/*
 * One gzip member (RFC 1952, RFC 1951), as the kernel makes /proc/config.gz,
 * which is all that this is for. No table is kept, so it is slow and small.
 * What stands behind the member is not looked at.
 */
#define GUNZIP_MAX (4u * 1024 * 1024)	/* bytes that come out */

/* false: malformed, cut off, its checksum differs, or too large */
bool gunzip(const char *data, size_t len, struct buf *out);

/* the CRC-32 of its section 8 */
uint32_t gunzip_checksum(const void *bytes, size_t len);

#endif
