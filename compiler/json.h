/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_JSON_H
#define IMAPOL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "source.h"

/*
 * JSON (RFC 8259) on one line, in the order of the calls. key names a member of
 * an object and is NULL for what stands in an array or alone.
 *
 * Texts are bytes: what is UTF-8 in them stays, but that controls, ASCII or not, and
 * what turns text around are escaped; any other byte XX is \udcXX, which stands in
 * no UTF-8 text, so that the bytes can be had back.
 */
struct json {
	struct buf *out;
	bool more;		/* a comma comes before the next value */
};

void json_init(struct json *j, struct buf *out);
void json_open(struct json *j, const char *key, char bracket);	/* { or [ */
void json_close(struct json *j, char bracket);			/* } or ] */
void json_text(struct json *j, const char *key, const char *s);	/* NULL: null */
void json_bytes(struct json *j, const char *key, const char *s, size_t len);
void json_number(struct json *j, const char *key, uint64_t n);
void json_bool(struct json *j, const char *key, bool yes);
void json_null(struct json *j, const char *key);
/* "file", "line" and "column" of a place, into the object that is open */
void json_place(struct json *j, struct arena *a, struct span s);
/* and "text", span_put_line() */
void json_statement(struct json *j, struct arena *a, struct span s);
/* the end of a value that stands alone: a newline */
void json_end(struct json *j);

#endif
