/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ATTSTATE_H
#define IMAPOL_ATTSTATE_H

#include "replay.h"

/*
 * What a verifier keeps of a device between two rounds: how far its list was
 * covered by a quote, what the PCRs were there, and what the judge of entries
 * keeps. A file of the verifier's own: whoever may write it says what was good.
 */
#define ATTSTATE_FILE_MAX (64u << 20)	/* bytes of a file */
#define ATTSTATE_KEY 32			/* of a key's fingerprint, tpmkey.h */

/* what a list has but once in a boot: one (digest, PCR), violations apart */
struct attstate_entry {
	uint32_t pcr;
	uint8_t digest[IMALIST_WIDTH_MAX];	/* as it is stored */
};

/* how far a list was covered; all zero: not at all */
struct attstate_mark {
	uint64_t entries, bytes;	/* from the list's own beginning on */
	struct attstate_entry first, last;	/* that are no violations */
	uint64_t last_size;		/* bytes; 0: there is none */
	uint64_t beyond;		/* bytes of what is covered behind last */
};

struct attstate {
	uint8_t key[ATTSTATE_KEY];
	/* of the last quote; false: it was PCR values that nobody signed */
	bool quoted;
	uint64_t clock;			/* milliseconds */
	uint32_t reset_count, restart_count;
	/* of the list; 0: none was covered yet */
	unsigned int width;
	enum imalist_order order;
	struct attstate_mark mark;
	struct replay_stand stand;
	enum replay_fill fill[REPLAY_BANKS];
	const char *evidence;		/* of the judge of entries; NULL: nothing */
};

/*
 * NULL: read, or *there is false: there is no such file, which is a first round.
 * Else what is wrong with it; it is all that it was when it was written, or that.
 * Texts are in the arena.
 */
const char *attstate_read(struct arena *a, const char *path,
			  struct attstate *out, bool *there);
/* all or nothing, by renaming; false: errno */
bool attstate_write(struct arena *a, const char *path,
		    const struct attstate *s);
/* the same of bytes, without a file; put is false: libcrypto has no sha256 */
const char *attstate_parse(struct arena *a, const char *text, size_t len,
			   struct attstate *out);
bool attstate_put(struct buf *out, const struct attstate *s);

/* ---- the next round ---- */

enum attstate_turn {
	ATTSTATE_GO_ON,
	ATTSTATE_REBOOT,	/* resetCount is another, or the clock went back:
				   a list of its own, from the start */
	ATTSTATE_RESTART,	/* restartCount is: it was suspended, or PCRs were set
				   back by a start after Shutdown(STATE), which no
				   reset counts */
	ATTSTATE_OTHER_KEY,	/* another device, or another key of it */
	ATTSTATE_UNQUOTED,	/* one of the two rounds has no quote: nothing says
				   whether it is the same boot */
};

/* by key, quoted, counts and clock of now */
enum attstate_turn attstate_turn(const struct attstate *before,
				 const struct attstate *now);

/* one entry more is covered, or will be: marks are cheap to keep and to copy */
void attstate_mark_add(struct attstate_mark *m, const struct imaentry *e,
		       unsigned int width);

enum attstate_place {
	ATTSTATE_WHOLE,		/* the list again, with what is new behind */
	ATTSTATE_REST,		/* its end again, from before the last that was covered:
				   it was trimmed */
	ATTSTATE_NEW,		/* nothing of what was covered: all of it is new, or
				   it is no such list, and then comes to no quote */
	ATTSTATE_SHRUNK,	/* the list from its beginning, without what was covered */
	ATTSTATE_ERRNO,		/* ESPIPE: it cannot be read twice; keep it in a file */
};

/*
 * Where in the pieces of a list of the same boot that begins which was not covered:
 * *skip bytes from where the pieces stand now, and stand afterwards. Nothing is
 * read of a whole list but where the last entry was; of another, entries until it
 * is found. What is skipped was judged, and what comes is replayed from the state's
 * PCRs on, so that a wrong answer, by a hostile list, comes to no quote.
 */
enum attstate_place attstate_place(const struct attstate *s, const int *fds,
				   size_t n, uint64_t *skip);
/* over so many bytes of the pieces; false: errno, 0 where they have no more */
bool attstate_skip(const int *fds, size_t n, uint64_t skip);

#endif
