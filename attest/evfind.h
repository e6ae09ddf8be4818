/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EVFIND_H
#define IMAPOL_EVFIND_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "json.h"
#include "jsonread.h"
#include "vec.h"

/*
 * What is wrong with evidence, and what else there is to say of it, in the order in
 * which it was found. Any finding at all means: not trusted. Of each kind the first
 * EVFIND_SHOWN are kept with their words, so that a list of any size fills no
 * memory; all are counted.
 *
 * While a list is read nothing is known to be covered by the quote: what is found
 * counts from evfind_keep() on, and evfind_drop() forgets what came since.
 */
enum evfind_kind {
	EVFIND_QUOTE,		/* signature, nonce, selection */
	EVFIND_PCRS,		/* values of PCRs */
	EVFIND_STATE,		/* does not go on from the last round */
	EVFIND_LIST,		/* is none, is empty */
	EVFIND_REPLAY,		/* does not come to what was quoted */
	EVFIND_DIGEST,		/* of an entry, does not fit its data */
	EVFIND_BOOT,		/* boot_aggregate */
	EVFIND_COVER,		/* an entry of a PCR that proves nothing */
	EVFIND_VIOLATION,
	EVFIND_DENIED,
	EVFIND_REVOKED,
	EVFIND_NAMED,		/* of --allowed-hash */
	EVFIND_REQUIRED,
	EVFIND_CONTENT,		/* another than the one that is allowed */
	EVFIND_UNKNOWN,		/* in no list */
	EVFIND_SIGNATURE,
	EVFIND_UNSIGNED,
	EVFIND_POLICY,
	EVFIND_KINDS
};

#define EVFIND_SHOWN 20

/* "boot-aggregate" */
const char *evfind_word(enum evfind_kind kind);

struct evfind_item {
	enum evfind_kind kind;
	uint64_t entry;		/* 0: of none */
	const char *name;	/* safe to show; NULL: of no file */
	const char *text, *remedy;	/* remedy may be NULL */
};

struct evfind {
	struct arena *arena;
	VEC(struct evfind_item) items;
	uint64_t count[EVFIND_KINDS];
	size_t kept_n;
	uint64_t kept[EVFIND_KINDS];
	VEC(const char *) notes;
};

void evfind_init(struct evfind *f, struct arena *a);
/*
 * false: it was only counted, and need not be put into words. True: evfind_add()
 * has to follow.
 */
bool evfind_count(struct evfind *f, enum evfind_kind kind);
/* name and text are copied; remedy stays */
void evfind_add(struct evfind *f, enum evfind_kind kind, uint64_t entry,
		const char *name, const char *remedy, const char *fmt, ...)
		PRINTF_LIKE(6, 7);
/* both, of no entry */
void evfind_say(struct evfind *f, enum evfind_kind kind, const char *remedy,
		const char *fmt, ...) PRINTF_LIKE(4, 5);
void evfind_note(struct evfind *f, const char *fmt, ...) PRINTF_LIKE(2, 3);

void evfind_keep(struct evfind *f);
void evfind_drop(struct evfind *f);
/* of all kinds, and of one */
uint64_t evfind_total(const struct evfind *f);
uint64_t evfind_total_of(const struct evfind *f, enum evfind_kind kind);
/* what more has, behind what f has */
void evfind_join(struct evfind *f, const struct evfind *more);

/* findings as text for people; "findings" and "counts" of an object that is open */
void evfind_put_text(const struct evfind *f, struct buf *out);
void evfind_put_json(const struct evfind *f, struct json *j);
/* of such an array and such an object, for a later round; they count as kept */
void evfind_read_items(struct evfind *f, struct jsonread *r);
void evfind_read_counts(struct evfind *f, struct jsonread *r);

#endif
