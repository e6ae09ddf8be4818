/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DIGEST_H
#define IMAPOL_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

/* SHA-256 in hexadecimal, by libcrypto; digest.c alone includes it. */

enum { DIGEST_TEXT = 65 };	/* 64 digits and a NUL */

/* false: the library refuses to make one */
bool digest_sha256(const void *data, size_t len, char text[DIGEST_TEXT]);

#endif
