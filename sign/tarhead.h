/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TARHEAD_H
#define IMAPOL_TARHEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "vec.h"

/*
 * The blocks of a tar archive, as far as one has to know them to find the files
 * and to give one an attribute more: ustar, pax (POSIX.1-2001), GNU and old ones.
 */
enum { TARHEAD_BLOCK = 512, TARHEAD_SPARSE_IN_HEADER = 4,
       TARHEAD_SPARSE_IN_BLOCK = 21 };

enum tarhead_kind {
	TARHEAD_END,		/* zeros: what follows is no archive */
	TARHEAD_BAD,		/* no header: the sum of its bytes is wrong */
	TARHEAD_PAX,		/* records for the next member */
	TARHEAD_LONG_NAME,	/* GNU: its name */
	TARHEAD_LONG_LINK,	/* and where it leads */
	TARHEAD_FILE,
	TARHEAD_SPARSE,		/* GNU: a file, with a map in its header */
	TARHEAD_LINK,		/* a hard link: with a content, in some */
	TARHEAD_EMPTY,		/* something else, without a content */
	TARHEAD_OTHER,		/* something else, with a content */
	TARHEAD_PART,		/* of a file, the rest is on another tape */
};

struct tarhead {
	enum tarhead_kind kind;
	uint64_t size;		/* of what follows, without its padding */
	bool size_good;		/* false: that is no number */
	char name[257];
};

void tarhead_read(const uint8_t block[TARHEAD_BLOCK], struct tarhead *out);

/* the header of records of that size for a member with this header */
void tarhead_make_pax(const uint8_t member[TARHEAD_BLOCK], const char *name,
		      uint64_t size, uint8_t out[TARHEAD_BLOCK]);
/* another size into such a header */
void tarhead_set_size(uint8_t block[TARHEAD_BLOCK], uint64_t size);

/* ---- records of pax ---- */

struct tarhead_record {
	const char *key;
	size_t key_len;
	const uint8_t *value;
	size_t value_len;
	size_t at, len;		/* of all of it, in the records */
};

/* the record at *at, and *at behind it; false: there is no well-formed one */
bool tarhead_next_record(const uint8_t *records, size_t len, size_t *at,
			 struct tarhead_record *out);
bool tarhead_is(const struct tarhead_record *r, const char *key);
/* a decimal value; false: it is none */
bool tarhead_decimal(const uint8_t *s, size_t len, uint64_t *out);
void tarhead_put_record(struct buf *out, const char *key, const uint8_t *value,
			size_t len);

/* ---- sparse files: what is in the archive, and where in the file ---- */

struct tarhead_piece {
	uint64_t off, len;	/* in the file */
	uint64_t at;		/* in the archive; set by tarhead_map_good() */
};

struct tarhead_map {
	VEC(struct tarhead_piece) v;
	uint64_t size;		/* of the file */
};

/* n entries of a GNU header, or of a block behind it; false: no numbers */
bool tarhead_add_pieces(struct arena *a, const uint8_t *p, size_t n,
			struct tarhead_map *out);
/* a header with a map: the size of the file, and whether a block follows */
bool tarhead_sparse(struct arena *a, const uint8_t block[TARHEAD_BLOCK],
		    struct tarhead_map *out, bool *more);
/* such a block */
bool tarhead_sparse_more(struct arena *a, const uint8_t block[TARHEAD_BLOCK],
			 struct tarhead_map *out, bool *more);

/* numbers in a record, "off,len,off,len" (GNU.sparse.map) */
bool tarhead_map_record(struct arena *a, const uint8_t *s, size_t len,
			struct tarhead_map *out);
/* GNU.sparse 1.0: lines before the content, used bytes with their padding */
bool tarhead_map_lines(struct arena *a, const uint8_t *s, size_t len,
		       struct tarhead_map *out, size_t *used);

/*
 * Do pieces follow each other, end in the file, and add up to what the archive
 * has of it?
 */
bool tarhead_map_good(struct tarhead_map *m, uint64_t stored);
/* the first piece that ends behind off; map->v.n: there is none */
size_t tarhead_map_find(const struct tarhead_map *m, uint64_t off);

#endif
