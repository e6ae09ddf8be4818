/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SPOOL_H
#define IMAPOL_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/*
 * A queue of records on disk that outlives its process. Each record has a number,
 * one more than the one before it; one that is missing was dropped, and that is
 * all that tells of it.
 *
 *	DIR/lock		held with flock(2): one process at a time
 *	DIR/NUMBER.spool	records from that number on (16 hexadecimal digits)
 *	DIR/done		which number comes next for who takes them out
 *
 * A file of records is { u32 length, u32 CRC-32 of all but itself, u64 number,
 * bytes } over and over, in the machine's order; what does not fit in that is no
 * record, and neither is what stands behind it in its file: a tail that was not
 * written whole.
 *
 * What spool_put() was given survives the process at once, and a power cut after
 * spool_sync(). By any thread.
 */
#define SPOOL_MAX (16u << 20)		/* bytes, where nobody says */
#define SPOOL_LEAST (64u << 10)		/* no bound is below that */
#define SPOOL_RECORD_MAX 4096u		/* bytes of one */

struct spool;

/* dir NULL: in memory. max 0: SPOOL_MAX. NULL: *why, in a */
struct spool *spool_open(struct arena *a, const char *dir, uint64_t max,
			 const char **why);
void spool_close(struct spool *s);

/*
 * The oldest make room for it, in whole files, an eighth of the bound each. False:
 * errno, and its number is missing.
 */
bool spool_put(struct spool *s, const void *bytes, size_t len);
void spool_sync(struct spool *s);

/* the number after the last one that is done, and after the last one at all */
uint64_t spool_first(struct spool *s);
uint64_t spool_end(struct spool *s);
/*
 * The first record from a number on: its number, and bytes of it in out. None:
 * spool_end().
 */
uint64_t spool_get(struct spool *s, uint64_t from,
		   char out[SPOOL_RECORD_MAX], size_t *len);
/* all before that number is done, and need not be kept */
void spool_done(struct spool *s, uint64_t before);

#endif
