/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ALERTFOLD_H
#define IMAPOL_ALERTFOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/*
 * Alerts as bytes of a spool, and many of them as one message.
 *
 * What an alert says may come from an attacker, who names files. So each text of it
 * stands in a message with what moves or hides something made visible, between
 * backquotes, where webhooks make no link, no mention and no bold of it, and with
 * & < > as Slack wants them.
 */
struct alert {
	/*
	 * What happened: "refused: invalid-signature". Those that are equal are told
	 * together.
	 */
	const char *kind;
	const char *name;	/* of the file or so, any bytes; NULL: none */
	const char *detail;	/* "by bash (uid 0), flash.imapol:5:2"; NULL: none */
	uint64_t seconds;	/* when, since the epoch; 0: not known */
};

/* bytes that are kept of each text; the end of a longer one is cut off */
#define ALERT_KIND_MAX 255
#define ALERT_NAME_MAX 1023
#define ALERT_DETAIL_MAX 511
#define ALERT_PACKED_MAX (8 + 3 + ALERT_KIND_MAX + ALERT_NAME_MAX + ALERT_DETAIL_MAX)

/* how many bytes of out */
size_t alert_pack(const struct alert *a, char out[ALERT_PACKED_MAX]);

#define ALERTFOLD_KINDS 8	/* of one message */
#define ALERTFOLD_NAMES 5	/* that are shown of each kind */
#define ALERTFOLD_TEXT 4000	/* bytes of a text, from which on no more names are shown */

struct alertfold_name {
	char name[ALERT_NAME_MAX + 2], detail[ALERT_DETAIL_MAX + 2];
	uint64_t n;
};

/* one of the kinds of a message */
struct alertfold_kind {
	char kind[ALERT_KIND_MAX + 1];
	uint64_t n, first, last;	/* seconds */
	struct alertfold_name name[ALERTFOLD_NAMES];
	size_t names;
};

struct alertfold {
	struct alertfold_kind kind[ALERTFOLD_KINDS];
	size_t kinds;
	uint64_t from, next;	/* numbers: the first, and after the last */
	uint64_t n, lost;	/* of those, how many it tells, and how many nobody can */
};

/* a message about the numbers from there on */
void alertfold_init(struct alertfold *f, uint64_t from);
/*
 * One more, as it was packed; numbers that were left out are lost. False: it has no
 * room for another kind; the next message has.
 */
bool alertfold_add(struct alertfold *f, uint64_t number, const char *bytes,
		   size_t len);
/* what is left before that number is lost */
void alertfold_lost(struct alertfold *f, uint64_t before);
/* {"text":"…"}; host is the machine's name */
void alertfold_put(const struct alertfold *f, const char *host, struct buf *out);

#endif
