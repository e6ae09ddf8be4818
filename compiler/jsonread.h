/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_JSONREAD_H
#define IMAPOL_JSONREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/*
 * JSON as it is written by json.h, and any other, value by value; nothing is
 * built of it. What is not looked at is skipped:
 *
 *	if (jsonread_enter(&r, '{'))
 *		while (jsonread_member(&r, &key))
 *			if (key is wanted) ... else jsonread_skip(&r);
 *
 * After the first thing that is wrong nothing more is read, and why is set.
 */
#define JSONREAD_DEPTH 64	/* values in each other */

struct jsonread {
	struct arena *arena;	/* of texts */
	const char *text, *p, *end;
	const char *why;	/* NULL: nothing is wrong so far */
	unsigned int depth;
	bool first;		/* in what was entered last */
};

void jsonread_init(struct jsonread *r, struct arena *a, const char *text,
		   size_t len);
/* the byte of the value that comes next: { [ " t f n - 0…9; 0: none */
char jsonread_peek(struct jsonread *r);
/* into an object or array; false: it is none, and was skipped */
bool jsonread_enter(struct jsonread *r, char bracket);
/* the next value is in there; false: there was the end of it */
bool jsonread_member(struct jsonread *r, const char **key);
bool jsonread_element(struct jsonread *r);
/* NULL: it is no text, and was skipped, or it holds a zero byte */
const char *jsonread_text(struct jsonread *r);
/* false: it is no whole number from 0 to max, written in digits, and was skipped */
bool jsonread_number(struct jsonread *r, uint64_t max, uint64_t *out);
void jsonread_skip(struct jsonread *r);
/* nothing stands behind the value; false: why */
bool jsonread_end(struct jsonread *r);

#endif
