/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_DIFFERING_H
#define IMAPOL_TEST_DIFFERING_H

#include "brute.h"
#include "difference.h"
#include "domain.h"
#include "policy.h"

/*
 * The second mind of difference.h: where two policies of one target do something
 * different, found by looking at every access of a small domain. No diagrams.
 */

/* what a class comes to at one access, under one policy */
struct differing_side {
	size_t rule;		/* decides; DIFFERENCE_NONE */
	size_t statement;	/* the first rule of the same statement */
	struct boutcome outcome;
	unsigned int flags;	/* DIFF_FLAG_ and KSIG_ bits that it leaves */
};

struct differing_at {
	unsigned int kinds;	/* 0: no difference */
	struct differing_side side[2];
	unsigned int flags;	/* of a DIFF_STICKY: those that differ */
};

/* all accesses with the same two statements and outcomes */
struct differing_key {
	enum kclass class;
	struct differing_at at;
	struct kaccess first;
	uint64_t n;
};

struct differing {
	struct arena *arena;
	const struct policy *policy[2];
	struct krule *rules[2];
	size_t *statement[2];	/* by rule */
	bool any_flags;		/* some rule leaves something with a file */
	struct domain domain;
	/* after differing_find() */
	VEC(struct differing_key) keys;
	unsigned int effects_gained, effects_lost;
	bool xattr;
};

void differing_init(struct differing *d, struct arena *a,
		    const struct policy *old, const struct policy *new);
/* at one access, which need not be of the domain */
void differing_look(const struct differing *d, const struct kaccess *a,
		    struct differing_at out[KCLASS_COUNT]);
/* the accesses of the domain, grouped; see is told of each, and may be NULL */
typedef void differing_see(void *arg, const struct kaccess *a,
			   const struct differing_at at[KCLASS_COUNT]);
void differing_find(struct differing *d, differing_see *see, void *arg);
bool differing_equal(const struct differing *d);
bool differing_same_key(const struct differing_at *x,
			const struct differing_at *y);

void differing_print(struct buf *b, enum kclass class,
		     const struct differing_at *at);
/* DIFF_GAINED is the first bit, DIFF_STICKY the last */
#define DIFFERING_KINDS 10
/* "gained, pcr" */
void differing_print_kinds(struct buf *b, unsigned int kinds);

#endif
