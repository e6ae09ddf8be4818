/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_NUM_H
#define IMAPOL_NUM_H

#include <stddef.h>
#include <stdint.h>

/*
 * Numbers from text: the whole token or nothing, bounded, never octal.
 * Needs libc only; the loader uses it too.
 */
enum num_status {
	NUM_OK,
	NUM_SYNTAX,	/* empty, or a byte that is no digit of the base */
	NUM_RANGE,	/* larger than max */
};

/* base 10 or 16; no sign, no prefix, no blanks; *out is set only on NUM_OK */
enum num_status num_parse(const char *s, size_t len, unsigned int base,
			  uint64_t max, uint64_t *out);

/* "\040", as fstab(5) and the kernel write a blank: the byte; -1: none */
int num_octal_escape(const char *s, size_t len);

#endif
