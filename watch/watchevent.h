/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_WATCHEVENT_H
#define IMAPOL_WATCHEVENT_H

#include "auditjoin.h"
#include "buf.h"
#include "counters.h"
#include "enforcing.h"
#include "whichrule.h"

/* What a record means, in words and as a count. */
enum watchevent_weight {
	WATCHEVENT_QUIET,	/* shown only where all is asked for */
	WATCHEVENT_SHOWN,
	WATCHEVENT_ALERT,
};

struct watchevent {
	enum watchevent_weight weight;
	const char *word;	/* "refused", "violation" …: one of a fixed set */
	const char *kind;	/* "refused: invalid-signature"; equal ones are told together */
	const char *name;	/* of the file, any bytes; NULL: none */
	const char *detail;	/* who, which statement; any bytes; NULL: nothing */
	bool counted;
	enum counter counter;
	const char *value;	/* of its label */
};

/* rule NULL: not asked. All texts live in a, or are those of j. */
void watchevent_of(struct arena *a, const struct auditjoined *j,
		   enum enforcing mode, const struct whichrule_answer *rule,
		   struct watchevent *out);

/* a line for people, or an object of JSON on a line; without its end */
void watchevent_put_text(struct buf *b, const struct auditjoined *j,
			 const struct watchevent *e);
void watchevent_put_json(struct buf *b, const struct auditjoined *j,
			 const struct watchevent *e,
			 const struct whichrule_answer *rule);

#endif
