/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_KMSG_H
#define LOADER_KMSG_H

#include "lines.h"
#include "ops.h"

enum {
	KMSG_TEXT = 1024,
	KMSG_RECORD = 8192, /* above what the kernel makes one record of */
};

/* The first word of what is written to have it refused. */
#define KMSG_NO_RULE "imapol-load"

/*
 * What the kernel said since kmsg_mark(), in its log and in the audit records that it hands to whoever listens. Both are
 * lossy (rate limits, a full socket): what is found here counts, what is not found means nothing. Only the kernel's own
 * records of the log are taken; anybody who is root can write others there. Where these never end, reading does.
 */
struct kmsg {
	int fd, audit;	       /* -1: none to read */
	bool completed;	       /* ima: policy update completed */
	bool failed;	       /* ima: policy update failed */
	char bad[KMSG_RECORD]; /* body of the last refused rule's record, type 1807: key=value words; "" when none */
	bool rules;	       /* any record of a rule, refused or taken: they reach us */
	char hint[KMSG_TEXT];  /* last other line of ima's own; "" when none */
	bool from_start;       /* the log was still there from its first record on when it was opened, */
	bool updated;	       /* and had a "policy update completed" */
	size_t left;	       /* records that are still read */
};

void kmsg_open(struct kmsg *log, const struct load_ops *ops);
void kmsg_close(struct kmsg *log, const struct load_ops *ops);

/* Forgets what was found and passes over everything said so far. */
void kmsg_mark(struct kmsg *log, const struct load_ops *ops);

/* Reads on to the end of what was said. With for_rule it waits up to a second for the refused rule's record, which the
 * kernel's audit thread writes after the fact. Those of what KMSG_NO_RULE is written for are passed over. */
void kmsg_collect(struct kmsg *log, const struct load_ops *ops, bool for_rule);

/* Takes one record as /dev/kmsg hands it out: PRIORITY,SEQUENCE,TIME,FLAGS;TEXT. */
void kmsg_take(struct kmsg *log, const char *record, size_t len);

/* Takes one message of an audit socket: a netlink header, and "audit(TIME:SERIAL): TEXT". */
void kmsg_take_audit(struct kmsg *log, const char *message, size_t len);

#endif
