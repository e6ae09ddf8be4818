/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_AUDITREC_H
#define IMAPOL_AUDITREC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/*
 * One record of the kernel's audit about IMA, from a line of any shape that it
 * comes in:
 *
 *	[  41.29] audit: type=1800 audit(EPOCH.ms:SERIAL): pid=…	kernel log
 *	type=INTEGRITY_DATA msg=audit(EPOCH.ms:SERIAL): pid=…		auditd, and
 *				its plug-ins; ENRICHED adds 0x1d and more fields
 *	type=INTEGRITY_DATA msg=audit(11/24/26 00:25:50.493:22) : pid=…	ausearch -i,
 *				its times read as those of this time zone
 *	{"MESSAGE":"INTEGRITY_DATA pid=…","_AUDIT_TYPE":"1800","_AUDIT_ID":…}
 *				journalctl -o json
 *	INTEGRITY_DATA pid=…	its text alone: no serial, no time
 *
 * with whatever rsyslog or a terminal puts before it: a time, a host, one tag. A
 * record stands right behind that, or the line is none: what a program says in the
 * middle of a line of its own is not believed. Types are those of linux/audit.h:
 * 1800 to 1808, 1300 (SYSCALL) for its success of the same serial.
 *
 * The kernel writes a name or a comm with blanks, quotes or control bytes in
 * hexadecimal, so that neither can be taken for anything else. ausearch -i does
 * not: there, a comm that holds " name=" goes for more than it is.
 */
enum auditrec_kind {
	AUDITREC_REFUSED,	/* 1800, 1808: refused where IMA enforces */
	AUDITREC_VIOLATION,	/* 1804 op=invalid_pcr open_writers, ToMToU */
	AUDITREC_POLICY,	/* 1807 a rule, 1802 policy_update, update_policy */
	AUDITREC_LABEL_LOST,	/* "rule for LSM 'X' is undefined" */
	AUDITREC_FAULT,		/* 1804 of an entry that was not made, or not extended */
	AUDITREC_OTHER,		/* of IMA, nothing to alert of */
	AUDITREC_SYSCALL,	/* 1300: only success and exit are read */
	AUDITREC_KINDS
};

/* who could have written the line */
enum auditrec_from {
	AUDITREC_PIPE,		/* it starts with the record: who filled the pipe, or the file */
	AUDITREC_JOURNAL,	/* journald says that the kernel or its audit did */
	AUDITREC_ANYONE,	/* anyone who may log: behind a tag, or in the journal of a program */
};

struct auditrec {
	enum auditrec_kind kind;
	enum auditrec_from from;
	unsigned int type;	/* 0: AUDITREC_LABEL_LOST is no record of the audit */
	bool has_id;
	uint64_t seconds, serial;
	unsigned int millis;
	/* texts decoded (hex, quotes), in the arena; any bytes but NUL; NULL: not said */
	const char *op, *cause, *comm, *name, *dev, *subj, *hash;
	uint64_t pid, uid, auid, ino;	/* UINT64_MAX: not said */
	int res;		/* -1: not said */
	int success, exit;	/* of SYSCALL; success -1: not said, or of no file */
	const char *rule;	/* of AUDITREC_POLICY: the record's own words; of 1802 NULL */
	const char *label;	/* of AUDITREC_LABEL_LOST */
};

#define AUDITREC_LINE_MAX 65536

/* false: no record about IMA. Any bytes; a line is at most AUDITREC_LINE_MAX. */
bool auditrec_read(struct arena *a, const char *line, size_t len,
		   struct auditrec *out);

#endif
