/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_MEASURE_STATUS_H
#define IMAPOL_MEASURE_STATUS_H

#include "filedigest.h"
#include "imalist.h"

/*
 * What a list says of one file and one content of it. The kernel makes one entry
 * for each content of a path and no second one when an old content is back, so the
 * last entry need not be what the file has now (ima_add_template_entry(), seen on
 * booted kernels): content A, then B, then A again ends with B. Violations, on the
 * other hand, are always added.
 */
enum measure_answer {
	MEASURE_LAST,		/* the last entry of the path has the content */
	MEASURE_EARLIER,	/* an earlier one has, the last one has another */
	MEASURE_OTHER,		/* measured with other contents only */
	MEASURE_NEVER,
	MEASURE_VIOLATION,	/* the last one has; a violation comes after it */
	MEASURE_UNKNOWN,	/* the last one is by a hash that is not compared */
	MEASURE_ANSWERS
};

/* "last", "earlier", "other", "never", "violation", "unknown" */
const char *measure_answer_word(enum measure_answer a);

struct measure_status {
	struct arena *arena;
	const char *path;	/* as lists write it */
	size_t path_len;
	/* the content: digits, and what they are of where that was said */
	uint8_t digest[FILEDIGEST_MAX];
	size_t digest_len;	/* 0: it is a file's */
	const char *algo;	/* "sha256", "verity:sha256"; NULL: not said */
	/* or a file, hashed by whatever an entry is hashed by */
	int fd;
	struct filedigest *hasher;
	struct measure_made {
		int hash;
		bool verity;
		uint8_t digest[FILEDIGEST_MAX];
		size_t len;	/* 0: it cannot be made */
		struct measure_made *next;
	} *made;
	int error;		/* reading the file */
	/* what came of it so far; numbers of entries, 0: none */
	uint64_t entries, measured, last, same, violation, unknown;
	struct buf last_digest;	/* of the last one */
};

/*
 * content: hexadecimal digits of a hash, perhaps with "sha256:" before them, or the
 * name of a file. False: *why.
 */
bool measure_status_init(struct measure_status *s, struct arena *a,
			 const char *path, const char *content,
			 const char **why);
/* false: the file cannot be read, s->error */
bool measure_status_add(struct measure_status *s, const struct imaentry *e);
enum measure_answer measure_status_answer(const struct measure_status *s);
/* a sentence of it */
void measure_status_put(const struct measure_status *s, struct buf *out);
void measure_status_put_json(const struct measure_status *s, struct buf *out);
void measure_status_free(struct measure_status *s);

#endif
