/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_BUNDLE_H
#define IMAPOL_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a device hands to its verifier: one file, quote first, list after. It is
 * signed by nobody as a whole: of all that is in it only the quote is, and what
 * the quote covers of the list. Written front to back, so that it may go through
 * a pipe:
 *
 *	"IMAPOLBUNDLE 1\n"
 *	parts: u8[8] name, padded with NUL | u64 length, little-endian | the bytes
 *
 * A reader takes parts in any order, each at most once but "list"; one that it
 * does not know is an error, and so are bytes behind the last.
 */
enum bundle_part {
	BUNDLE_QUOTE,		/* "quote": TPMS_ATTEST */
	BUNDLE_SIGNATURE,	/* "sig": TPMT_SIGNATURE */
	BUNDLE_LIST,		/* "list": a piece; several in order */
	BUNDLE_EVENTLOG,	/* "events": binary_bios_measurements */
	BUNDLE_CERTIFICATE,	/* "cert": DER, of the attestation key; says who, proves
				   nothing by itself */
	BUNDLE_PUBLIC,		/* "public": TPM2B_PUBLIC of the key; a hint, never pinned */
	BUNDLE_ABOUT,		/* "about": lines KEY VALUE, visible ASCII: kernel, width of
				   the list, first entry when it was trimmed */
	BUNDLE_PARTS
};

#define BUNDLE_PARTS_MAX 64
#define BUNDLE_SMALL_MAX (1u << 20)	/* of a part that is no list or event log */

struct bundle_piece {
	enum bundle_part part;
	uint64_t offset, len;	/* in the file */
};

struct bundle {
	struct bundle_piece piece[BUNDLE_PARTS_MAX];
	size_t n;
};

/* by its heading; reads from fd at offset 0, and moves nothing */
bool bundle_is(int fd);
/*
 * NULL: read; else what is wrong with it. fd is a regular file. A piece may be
 * empty, and any may be missing.
 */
const char *bundle_read(int fd, struct bundle *out);
/* the first such piece; NULL: there is none */
const struct bundle_piece *bundle_find(const struct bundle *b,
				       enum bundle_part part);

/* heading and parts, for who writes one; false: errno */
bool bundle_begin(int fd);
bool bundle_put(int fd, enum bundle_part part, const void *bytes, size_t len);
/* the bytes follow by the caller: as many as it said */
bool bundle_put_head(int fd, enum bundle_part part, uint64_t len);

#endif
