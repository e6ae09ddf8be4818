/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_GUNZIP_H
#define IMAPOL_GUNZIP_H

#include <stdbool.h>

#include "buf.h"

/*
 * One gzip member (RFC 1952, RFC 1951), as the kernel makes /proc/config.gz,
 * which is all that this is for. No table is kept, so it is slow and small.
 * What stands behind the member is not looked at.
 */
#define GUNZIP_MAX (4u * 1024 * 1024)	/* bytes that come out */

/* false: malformed, cut off, its checksum differs, or too large */
bool gunzip(const char *data, size_t len, struct buf *out);

#endif
