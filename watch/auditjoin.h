/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_AUDITJOIN_H
#define IMAPOL_AUDITJOIN_H

#include <setjmp.h>

#include "auditrec.h"

/*
 * A record 1800 is the same whether the kernel refused or only took notice. What
 * became of the call says the record SYSCALL of the same serial, which auditd
 * writes behind it, and ausearch before it. So a refusal waits a moment for that.
 * Records leave in the order in which they came.
 */
#define AUDITJOIN_MAX 1024	/* that wait, and calls that are remembered */
#define AUDITJOIN_BYTES (8u << 20)	/* of those that wait: the oldest leaves early */

enum auditjoin_told {
	AUDITJOIN_UNTOLD,
	AUDITJOIN_REFUSED,	/* EACCES, EPERM */
	AUDITJOIN_ALLOWED,	/* it did not fail */
};

/* where a reader is to go on so that this record comes again */
struct auditjoin_place {
	unsigned int source;	/* the caller's own number */
	uint64_t dev, ino, offset;
};

struct auditjoined {
	struct auditrec rec;
	enum auditjoin_told told;
	struct auditjoin_place before;
};

struct auditjoin;

/* wait: milliseconds; 0: nothing is waited for. NULL: out of memory */
struct auditjoin *auditjoin_new(unsigned int wait, jmp_buf *on_oom);
void auditjoin_free(struct auditjoin *j);
/* now: a clock in milliseconds that does not go back. The record is copied. */
void auditjoin_take(struct auditjoin *j, const struct auditrec *r, uint64_t now,
		    const struct auditjoin_place *before);
/*
 * The next one that is ready, good until auditjoin_drop(); NULL: none is. all: the
 * end is there, and nothing comes any more.
 */
const struct auditjoined *auditjoin_next(struct auditjoin *j, uint64_t now,
					 bool all);
void auditjoin_drop(struct auditjoin *j);
/* milliseconds until one is ready; -1: none waits */
int auditjoin_wait(const struct auditjoin *j, uint64_t now);
/* the oldest of a source that waits; NULL: none */
const struct auditjoin_place *auditjoin_oldest(const struct auditjoin *j,
					       unsigned int source);

#endif
