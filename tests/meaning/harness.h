/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_HARNESS_H
#define IMAPOL_TEST_HARNESS_H

#include "brute.h"
#include "compile.h"
#include "domain.h"
#include "rng.h"

/* What the programs of this folder share: options, and one compilation. */

struct options {
	uint64_t seed, count, seconds;
};

/*
 * PROGRAM [SEED [COUNT [SECONDS]]], or IMAPOL_TEST_SEED, IMAPOL_TEST_COUNT and
 * IMAPOL_TEST_SECONDS; prints what is in force. Exits with 2 on a bad number.
 */
void options_read(struct options *o, int argc, char **argv, uint64_t count,
		  uint64_t seconds);
/* has the time given run out? */
bool options_late(const struct options *o);
/*
 * Runs one on count programs, each drawn from its own r, until the time is over
 * or *wrong, which is in totals, has come to ten; says which ones were wrong.
 */
typedef void program_test(void *totals, struct rng *r);
void programs_run(const struct options *o, program_test *one, void *totals,
		  const uint64_t *wrong);

typedef VEC(struct krule) rule_list;

/* one policy text through the whole library, in an arena of its own */
struct attempt {
	struct arena arena;
	struct compile c;
	struct ktarget target;
	const char *text;
	bool front_ok;		/* parsed and names resolved: c.ast has a meaning */
	bool ok;		/* lines were made */
	struct buf lines;
	rule_list rules;	/* the lines, read back */
	struct bprog prog;	/* the statements; when front_ok */
};

void target_of(struct ktarget *t, const char *release);
/* parse and check; text is kept, not copied */
void attempt_front(struct attempt *at, const char *text,
		   const struct ktarget *t);
/* then make lines and read them back */
void attempt_emit(struct attempt *at);
/* both, and what setup does to the compilation before it begins */
typedef void attempt_setup(struct compile *c);
void attempt_init_with(struct attempt *at, const char *text,
		       const struct ktarget *t, attempt_setup *setup);
/* both */
void attempt_init(struct attempt *at, const char *text,
		  const struct ktarget *t);
void attempt_free(struct attempt *at);
/* was there an error with the code of that name? */
bool attempt_has(const struct attempt *at, const char *code);
/* the name of the first error's code; NULL: none */
const char *attempt_code(const struct attempt *at);
/* the policy, its lines or messages, to standard output */
void attempt_print(struct attempt *at);

/* kernel lines into rules; false: one is refused, *bad is it */
bool lines_read(struct arena *a, struct intern *in, const struct ktarget *t,
		const char *text, size_t len, rule_list *rules,
		const char **bad);

/*
 * Do the statements and the rules agree? Looks at all accesses of their domain,
 * or at cap of them drawn from r where there are more (*all is then false).
 * False: *where and the verdicts are set; a difference of load-time effects
 * alone leaves where->hook at KHOOK_NONE.
 */
struct disagreement {
	struct kaccess where;
	struct bverdict ast, rules;
	bool all;
	uint64_t looked;
};
bool agree(struct arena *a, const struct bprog *p, const struct ast *ast,
	   const rule_list *rules, uint64_t cap, struct rng *r,
	   struct disagreement *d);
void disagreement_print(const struct disagreement *d);

/*
 * The statements of a text at its top level, for leaving some out. Returns how
 * many there are; starts has one more entry, the end.
 */
size_t text_pieces(struct arena *a, const char *text, const size_t **starts);
/* a smaller text, by leaving out statements and words, that still is as wanted */
typedef bool still_wanted(void *arg, const char *text);
const char *text_shrink(struct arena *a, const char *text,
			still_wanted *wanted, void *arg);

/* codes with their counts, for the summary */
struct tally {
	const char *name[64];
	uint64_t count[64];
	size_t n;
};
void tally_add(struct tally *t, const char *name);
void tally_print(const struct tally *t);

#endif
