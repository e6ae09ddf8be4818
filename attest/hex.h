/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_HEX_H
#define IMAPOL_HEX_H

#include <stdint.h>

#include "buf.h"

/* Bytes as hexadecimal digits: lower case when written, either when read. */
void hex_put(struct buf *out, const uint8_t *bytes, size_t n);
/* the same as a text in a */
const char *hex_text(struct arena *a, const uint8_t *bytes, size_t n);
/* the bytes, at most room; 0: none, more than room, or what is no such text */
size_t hex_read(const char *text, size_t len, uint8_t *out, size_t room);

#endif
