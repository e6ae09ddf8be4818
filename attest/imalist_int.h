/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_IMALIST_INT_H
#define IMAPOL_IMALIST_INT_H

#include "imalist.h"

/* One entry out of bytes, and which width and order those bytes are in. */

#define IMALIST_WHY_MAX 256
#define IMALIST_PREFIX_MAX 64	/* bytes of "verity:sha256:" and its NUL */

struct imalist_template {
	char name[IMALIST_NAME_MAX];
	size_t len;		/* 0: none so far */
	bool old;
	size_t fields;
	enum imafield kind[IMALIST_FIELDS_MAX];
};

/* what stands before the bytes of a digest */
struct imalist_prefix {
	uint8_t bytes[IMALIST_PREFIX_MAX];
	size_t len;		/* 0: none so far */
	bool v2, verity;
	size_t algo, algo_len;	/* the hash's name in it */
	int hash;
};

/* how far an entry made sense: what is nearest to a list is what is told of */
enum imalist_stage {
	IMALIST_AT_PCR, IMALIST_AT_NAME_LEN, IMALIST_AT_NAME,
	IMALIST_AT_DATA_LEN, IMALIST_AT_FIELDS
};

struct imalist_parser {
	unsigned int width;
	bool big;
	/* of the last entry: the next one mostly has the same */
	struct imalist_template template;
	struct imalist_prefix prefix;
	/* of PARSE_BAD and PARSE_MORE */
	enum imalist_stage stage;
	size_t at;		/* from the first byte of the entry */
	char why[IMALIST_WHY_MAX];
};

enum imalist_parse { PARSE_OK, PARSE_MORE, PARSE_BAD };

/*
 * The entry at s. PARSE_MORE: so far nothing is wrong with its len bytes, and
 * they are not all of it. number and offset are the caller's to set.
 */
enum imalist_parse imalist_parse(struct imalist_parser *p, const uint8_t *s,
				 size_t len, struct imaentry *e);

/* the bytes that there are of a list, from one of its entries on */
struct imalist_bytes {
	const uint8_t *p;
	size_t len;
	bool all;		/* none come behind them */
};

enum imalist_found {
	FOUND,
	FOUND_MORE,		/* not to be told from so few bytes */
	FOUND_CUT,		/* less than one entry, in whatever form */
	FOUND_NONE,		/* p says what is wrong with the likeliest */
	FOUND_TWO,		/* more than one fits: p->why */
};

/*
 * In which width and order are they? Each that o leaves open is tried on the first
 * entry, by all that an entry has to be: its PCR, its template's name, and all
 * lengths in it. Nearly always one is left. Where several are, they have to hold
 * for the next entries, too; where two hold to the end of the list, or of
 * IMALIST_TRIED entries, or of IMALIST_TRIED_BYTES, that is said, and nobody's
 * guess is taken. The digests are not asked, which are the list's own word.
 */
#define IMALIST_TRIED 16
#define IMALIST_TRIED_BYTES (2 * IMALIST_DATA_MAX)

enum imalist_found imalist_find_form(const struct imalist_options *o,
				     const struct imalist_bytes *b,
				     struct imalist_parser *p);

#endif
