/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EVIDENCE_INT_H
#define IMAPOL_EVIDENCE_INT_H

#include "evidence.h"
#include "evnamed.h"

/* Inside the judge of entries: evidence.c, and evidence_round.c, which keeps it. */

/* what is known at a place of the list; copied where it is covered */
struct evidence_at {
	struct evidence_counts counts;
	struct evpolicy_at policy;
};

/* an entry of --require: the entry that met it, or 0 */
struct evidence_wanted {
	uint64_t now, kept;
};

struct evidence {
	struct arena *arena;
	struct arena scratch;	/* of what is said of one entry */
	struct evidence_rules *rules;
	struct filedigest *digests;
	struct evfind found;
	struct evnamed named;
	struct evidence_at now, kept;
	struct evidence_wanted *wanted;
	bool wanted_changed;
	uint64_t expected;	/* allowlist_expect() of the entry; 0: not asked */
	char name[EVIDENCE_NAME_MAX + 1];
};

#endif
