/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_KMSG_H
#define LOADER_KMSG_H

#include "lines.h"
#include "ops.h"

enum { KMSG_TEXT = 1024 };

/*
 * What the kernel log said since kmsg_mark(). The log is lossy (rate limits, a running auditd takes the audit records
 * away): what is found here counts, what is not found means nothing.
 */
struct kmsg {
	int fd;		     /* -1: no log to read */
	bool completed;	     /* ima: policy update completed */
	bool failed;	     /* ima: policy update failed */
	char bad[KMSG_TEXT]; /* body of the last refused rule's record: key=value words; "" when none */
	char hint[KMSG_TEXT]; /* last other line of ima's own; "" when none */
};

void kmsg_open(struct kmsg *log, const struct load_ops *ops);
void kmsg_close(struct kmsg *log, const struct load_ops *ops);

/* Forgets what was found and passes over everything logged so far. */
void kmsg_mark(struct kmsg *log, const struct load_ops *ops);

/* Reads on to the end of the log. With for_rule it waits a moment for the refused rule's record, which the kernel's
 * audit thread writes after the fact. */
void kmsg_collect(struct kmsg *log, const struct load_ops *ops, bool for_rule);

/* Takes one record as /dev/kmsg hands it out. */
void kmsg_take(struct kmsg *log, const char *record, size_t len);

/* Where in the policy the refused rule stands. */
struct kmsg_culprit {
	struct span rule;
	size_t line;
	struct span word; /* the offending word of rule */
	bool whole;	  /* all words were taken: the combination may be what is refused */
};

/* Finds the rule that the record log->bad speaks of. False when none fits. */
bool kmsg_find(const struct kmsg *log, const char *text, size_t len, struct kmsg_culprit *out);

#endif
