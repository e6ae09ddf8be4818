/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_BUF_H
#define IMAPOL_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "arena.h"
#include "util.h"

/* A growing text in an arena, always NUL-terminated once something is added. */
struct buf {
	struct arena *arena;
	char *s;
	size_t len, cap;
};

void buf_init(struct buf *b, struct arena *a);
void buf_add(struct buf *b, const char *s, size_t len);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
	PRINTF_LIKE(2, 0);
/* a text of its own, never NULL */
const char *buf_vtextf(struct arena *a, const char *fmt, va_list ap)
	PRINTF_LIKE(2, 0);
const char *buf_textf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
