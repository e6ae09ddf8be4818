/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EVIDENCE_H
#define IMAPOL_EVIDENCE_H

#include "allowlist.h"
#include "bootagg.h"
#include "entrysig.h"
#include "evfind.h"
#include "evpolicy.h"
#include "hashset.h"
#include "imalist.h"
#include "nameset.h"
#include "replay.h"

/*
 * The judge of entries: what is asked of a list beyond that it comes to the quoted
 * PCRs. Entries are given as they are read; what is found of them is pending until
 * evidence_covered() says that the replay has come to the goal, and is forgotten
 * by evidence_end() where it never has. So nothing that no quote covers is ever for
 * or against a machine.
 *
 * Memory is that of the rules and of what is named in findings, whatever the list.
 */
#define EVIDENCE_NAME_MAX 8191	/* bytes of a name; longer ones no kernel writes */

struct evidence_rules {
	/* NULL: none. A content of allow is none that a named file is to have */
	struct allowlist *named, *allow;
	bool only_allowed;
	struct nameset *require, *deny, *exclude;
	struct hashset *deny_hash, *revoked;
	bool allow_violations;
	const struct pubkeys *certs;	/* NULL: signatures are not looked at */
	bool only_signed;
	struct evpolicy *policy;	/* NULL: none */
	bool policy_read;		/* it is enough that its bytes were read */
	const struct replay_goal *goal;	/* of the round */
	unsigned int ima_pcr;
	bool big;			/* numbers of the list; set before the first entry */
};

/* of the entries that are covered */
struct evidence_counts {
	uint64_t entries, violations, files, buffers, excluded;
	uint64_t signed_good, unsigned_;
	uint64_t pcr[REPLAY_PCRS];	/* entries in it */
	uint64_t boot;			/* the first wrong boot_aggregate, or the last;
					   0: none */
	enum bootagg bootagg;
	bool begins;			/* the first entry is one */
};

struct evidence;

/* NULL: out of memory */
struct evidence *evidence_new(struct arena *a, struct evidence_rules *rules);
void evidence_free(struct evidence *v);

/*
 * Before the same entry is replayed, if at all: what its answer stands in is fetched
 * meanwhile.
 */
void evidence_expect(struct evidence *v, const struct imaentry *e);
/* fits: the stored digest is that of the data (replay_add()) */
void evidence_entry(struct evidence *v, const struct imaentry *e, bool fits);
void evidence_covered(struct evidence *v);
/* what only the end shows: what was never measured, or last with a bad content */
void evidence_end(struct evidence *v);

struct evfind *evidence_findings(struct evidence *v);
const struct evidence_counts *evidence_counts(const struct evidence *v);
/* where the policy was loaded, and what of it is known, of what is covered */
const struct evpolicy_at *evidence_policy(const struct evidence *v);

/*
 * What a later round needs to know of what was covered, before evidence_end().
 * rules says what was asked, in any words: with others, what was judged is not
 * judged. load: NULL; else why the round cannot go on from there.
 */
const char *evidence_save(struct evidence *v, const char *rules);
const char *evidence_load(struct evidence *v, const char *rules,
			  const char *text);

#endif
