/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_COUNTERS_H
#define IMAPOL_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/*
 * Counters in a file that the node_exporter's textfile collector reads
 * (Prometheus text format 0.0.4). They are kept in the file itself: it is read at
 * start and written whole each time, under another name first, so that a reader
 * sees the old or the new, and a restart goes on where it was. Comments in it hold
 * what else has to survive together with them.
 *
 * All series are there from the start, at 0: what appears at 1 is no increase to
 * Prometheus. No label has values that come from outside: what is not in the
 * table counts as "other".
 */
enum counter {
	COUNTER_DENIALS,	/* by cause */
	COUNTER_ALLOWED,	/* by cause: failed appraisals that refused nothing */
	COUNTER_VIOLATIONS,	/* by cause */
	COUNTER_LIST_ERRORS,	/* by cause: entries not made, or not extended */
	COUNTER_LOADS,		/* by result */
	COUNTER_LABELS_LOST,
	COUNTER_LOST,		/* by source: records, or times where nobody knows */
	COUNTER_LINES_LONG,
	COUNTER_UNTRUSTED,
	COUNTER_ALERTS,
	COUNTER_ALERT_ERRORS,
	COUNTER_ALERTS_DROPPED,
	COUNTERS
};

/* read when the file is written; a value of UINT64_MAX is left out */
enum gauge { GAUGE_MEASUREMENTS, GAUGE_VIOLATIONS, GAUGE_DUE, GAUGES };

struct counters;

/*
 * NULL: *why. The file is held until counters_free(): two processes that add to
 * one would lose each other's counts. *aside: not NULL where the file was broken
 * and is now kept under that name; all starts at 0 then. All lives in a.
 */
struct counters *counters_open(struct arena *a, const char *file,
			       const char **aside, const char **why);
void counters_free(struct counters *c);

/* value: of its label; NULL where it has none */
void counters_add(struct counters *c, enum counter which, const char *value,
		  uint64_t n);
void counters_set(struct counters *c, enum gauge which, uint64_t value);
uint64_t counters_get(const struct counters *c, enum counter which,
		      const char *value);

/* what is kept with them: words without a line end, at most COUNTERS_NOTE bytes */
#define COUNTERS_NOTES 4
#define COUNTERS_NOTE 512
void counters_note(struct counters *c, const char *key, const char *text);
/* NULL: there is none */
const char *counters_noted(const struct counters *c, const char *key);

/* synced; false: errno, and the file is as it was */
bool counters_write(struct counters *c);

#endif
