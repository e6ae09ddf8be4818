/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_UTF8_H
#define IMAPOL_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* bytes of the code point at s, of len bytes; 0: no valid UTF-8 */
size_t utf8_decode(const char *s, size_t len, uint32_t *out);

/* how many code points, and bytes that are in none */
size_t utf8_count(const char *s, size_t len);

/*
 * One code point or stray byte at s in a form that is safe to print: as itself
 * only when it is known to take place on a line and to move nothing else; bytes
 * are shown as <1b>, code points as <U+202E>. column is where it will stand.
 * Returns how many bytes of s it takes.
 */
size_t utf8_put_visible(struct buf *b, const char *s, size_t len,
			size_t *column);
/* all of a text that way */
void utf8_puts_visible(struct buf *b, const char *s);

#endif
