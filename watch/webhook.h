/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_WEBHOOK_H
#define IMAPOL_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alertfold.h"
#include "arena.h"

/*
 * Alerts to a webhook of Slack's kind: POST {"text":"…"}, about one message a
 * second. What comes in the meantime goes into one message: how many of each
 * kind, and the first few names.
 *
 * An alert is in the spool when webhook_alert() returns; a thread sends. It stays
 * there until the other side said that it has it, through failures, kill -9 and
 * restarts: each is told at least once, in their order. A message says which
 * numbers of the spool it tells, so that one that came twice can be told apart.
 * The spool is bounded; what is dropped from it, the oldest first, is counted,
 * and the next message says so.
 */
enum webhook_event {
	WEBHOOK_SENT,		/* n alerts were told; why is NULL */
	WEBHOOK_FAILED,		/* an attempt was; n is 1; comes again with each */
	WEBHOOK_DROPPED,	/* n alerts will never be told: the spool was full or damaged */
	WEBHOOK_REFUSED,	/* nor will these n: the other side wants no such message */
};

/* texts are kept */
struct webhook_options {
	const char *url;	/* where the address is: secret_read() */
	const char *ca;		/* file of certificates; NULL: the system's */
	const char *spool;	/* a directory, made if need be; NULL: in memory only */
	uint64_t spool_max;	/* bytes; 0: SPOOL_MAX */
	const char *host;	/* NULL: as the machine is called */
	unsigned int every;	/* milliseconds between messages; 0: 1000 */
	long timeout;		/* seconds for one request; 0: 30 */
	/* what goes on, by the thread; why is good until it returns. NULL: nobody cares */
	void (*told)(void *arg, enum webhook_event event, uint64_t n,
		     const char *why);
	void *arg;
};

struct webhook;

/*
 * NULL: *why, in a. The address is read once now, so that a missing file is seen
 * at start, and again for each message, so that a new one is used at once. Two
 * processes cannot have one spool. No signal is handled by the thread.
 */
struct webhook *webhook_new(struct arena *a, const struct webhook_options *o,
			    const char **why);
/* waits for nothing but the disk; by any thread */
void webhook_alert(struct webhook *w, const struct alert *alert);
/* what was taken in survives a power cut, too */
void webhook_sync(struct webhook *w);
/* in the spool, not told yet */
uint64_t webhook_pending(struct webhook *w);
/*
 * Sends what it can in so many seconds. What is left is in the spool, for the
 * next process.
 */
void webhook_free(struct webhook *w, unsigned int seconds);

#endif
