/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ACCESS_H
#define IMAPOL_ACCESS_H

#include "space.h"
#include "witness.h"

/*
 * What kernel rules do to accesses, as diagrams over a space.
 *
 *	sp = space_new(arena, target);
 *	for each rule: space_add_rule(sp, rule);
 *	space_finish(sp);
 *	m = space_dd(sp);
 *	region = access_rule_region(sp, rule);		the accesses it matches
 *
 * Regions are sets: empty when they are DD_PASS, equal when the references are.
 * dd_or(), dd_and(), dd_diff() join them. A rule is dead when
 *	dd_diff(m, region, all that the earlier rules of its class match)
 * is DD_PASS. Who decides, or with which outcome, is a first-match list:
 *	part[i] = dd_and(m, region[i], dd_term(number of the outcome));
 *	decided = dd_overlay(m, part, n);
 * with numbers from 1, and with a last part dd_term(number of "nothing") if "no
 * rule matched" is to be like a dont_ rule. dd_constant_on(m, region, decided,
 * &t) says whether all of a region has one outcome; witness_find(sp,
 * dd_distinct(m, f, g), &w) where two lists differ. After all that, and before
 * any of it is believed: dd_full(m).
 */
dd_ref access_rule_region(struct space *sp, const struct krule *r);

/* What a rule or a statement does where it decides, with all options. */
struct access_outcome {
	bool acts;		/* false: exempt, or nothing matched */
	int pcr;		/* -1: not given */
	const char *template;	/* NULL: not given */
	bool verity, directio;
	uint8_t sig;		/* KSIG_ bits */
	uint32_t algos;
};

/* the numbers of outcomes; equal outcomes have equal numbers; nothing is 0 */
struct access_outcomes {
	struct arena *arena;
	struct access_outcome *v;
	size_t n, cap;
	uint32_t *slots;
	size_t n_slots;
};

void access_outcomes_init(struct access_outcomes *o, struct arena *a);
uint32_t access_outcome(struct access_outcomes *o,
			const struct access_outcome *x);
/* a dont_ rule gives nothing */
struct access_outcome access_rule_outcome(const struct krule *r);
/* "measure pcr 11", "appraise requiring signature", "no measure" */
void access_describe_outcome(enum kclass class, const struct access_outcome *x,
			     struct buf *out);

/*
 * One thing of a list that decides about one class: a rule, or an action of a
 * statement. effect is defined where it matches; its terminals are 1 + number
 * of the outcome.
 */
struct access_step {
	enum kclass class;
	dd_ref effect;
};

/*
 * region with one outcome. Where no file is read but a text is measured (KEY,
 * DATA, KEXEC_CMDLINE) it is what the kernel makes of it: direct-io and verity
 * say nothing, pcr 0 is as if not given, template ima comes to nothing.
 */
dd_ref access_effect(struct space *sp, struct access_outcomes *o, dd_ref region,
		     const struct access_outcome *x);
struct access_step access_rule_step(struct space *sp, struct access_outcomes *o,
				    const struct krule *r);

/*
 * How many rules from the first on are alike but for the number in one test
 * uid=N or euid=N: whichever of them matches, the same happens, so they can be
 * taken as one with a set of ids. Ranges of effective ids make long runs.
 */
size_t access_rule_run(const struct krule *const *rules, size_t n);
/* the same conditions and the same options */
bool access_rule_same(const struct krule *x, const struct krule *y);
/* the step of such a run */
struct access_step access_run_step(struct space *sp, struct access_outcomes *o,
				   const struct krule *const *rules, size_t n);

/*
 * What a list does about a class everywhere: terminals 1 + number of the
 * outcome, never PASS. For hash, an appraise step that acts clears what an
 * earlier step found (facts 4.1).
 */
dd_ref access_decide(struct space *sp, const struct access_step *steps,
		     size_t n, enum kclass class);

#endif
