/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_WATCH_H
#define IMAPOL_WATCH_H

#include <signal.h>
#include <stdatomic.h>

#include "auditjoin.h"
#include "counters.h"
#include "dedupe.h"
#include "enforcing.h"
#include "follow.h"
#include "webhook.h"
#include "whichrule.h"

/*
 * From lines to what is told of them. A line is taken, its record waits for its
 * system call, is counted, shown, and put into the spool of alerts; then the
 * counters are written together with the place behind it. So after a kill at any
 * moment each event is counted once, and told at least once.
 */
struct watch_options {
	/* where records come from; none of these: standard input */
	bool netlink, kernel_log;
	const char *follow;
	bool whole;		/* follow: from its start, where no place is kept */
	bool confirm;		/* OK for each line, as omprog of rsyslog wants it */
	bool kernel_only;	/* not what anyone could have written */
	enum enforcing enforcing;	/* ENFORCINGS: as this machine was booted */
	const char *policy, *release;
	const char *counters;
	struct webhook_options webhook;	/* url NULL: there is none */
	bool json, all, quiet;
};

struct watch {
	struct watch_options o;
	struct arena *arena;
	struct dedupe *dedupe;
	struct auditjoin *join;
	struct counters *counters;	/* NULL: nobody wants them */
	struct webhook *webhook;	/* the same */
	struct whichrule *whichrule;	/* the same */
	struct follow *follow;		/* whose place is kept; NULL: none */
	uint64_t kernel_log;		/* the number to be kept; 0: none */
	char boot[40];
	bool dirty;			/* counted or told, and not written */
	bool unsynced;			/* alerts are in the spool since it was synced */
	bool failing;			/* it was said that they cannot be written */
	bool closed;			/* nobody reads what is shown */
	bool unshown;			/* it cannot be written, and that was said */
	/* of intake_run() */
	const sigset_t *waiting;	/* what is blocked while nothing goes on */
	volatile sig_atomic_t *stop;
	uint64_t written;		/* when */
	/* by the thread that sends */
	_Atomic uint64_t told, errors, dropped;
};

/* numbers of sources, for struct auditjoin_place */
enum { WATCH_INPUT, WATCH_NETLINK, WATCH_KERNEL_LOG, WATCH_FILE };

/* false: it was said why not */
bool watch_open(struct watch *w, struct arena *a, const struct watch_options *o);
void watch_close(struct watch *w);
/* the compiled policy again; one that is wrong leaves the old one in place */
void watch_reload(struct watch *w);

void watch_line(struct watch *w, const char *line, size_t len, uint64_t now,
		const struct auditjoin_place *before);
/* a line was passed over */
void watch_long_line(struct watch *w);
/* n records were lost there: "file", "kernel_log", "netlink"; 1 where nobody knows */
void watch_lost(struct watch *w, const char *source, uint64_t n,
		const char *why);
/* tells what is ready; all: what waits, too */
void watch_release(struct watch *w, uint64_t now, bool all);
/* milliseconds until something has to be done; -1: nothing */
int watch_wait(const struct watch *w, uint64_t now);
/* counters and places, where it is time; force: at once. False: they are not kept. */
bool watch_keep(struct watch *w, uint64_t now, bool force);

#endif
