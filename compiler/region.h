/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_REGION_H
#define IMAPOL_REGION_H

#include "ast.h"
#include "buf.h"
#include "cell.h"
#include "diag.h"

/*
 * What a statement says of one class of actions, as cells: it matches the
 * accesses that lie in some cell of pos and in no cell of neg.
 */
typedef VEC(struct cell) cells;

#define REGION_MAX_CELLS 4096	/* of one statement, in pos and in neg each */

/* what happens to an access that a statement decides */
struct outcome {
	bool act;		/* false: nothing (exempt) */
	bool verity, directio;	/* may stand on an exempt too: flags stick */
	bool blacklist;		/* raw lines only */
	uint8_t sig;		/* KSIG_ bits */
	int pcr;		/* -1: not given */
	const char *template;	/* NULL: not given */
	uint32_t algos;
};

extern const struct outcome outcome_nothing;
bool outcome_equal(const struct outcome *x, const struct outcome *y);

struct region {
	enum kclass class;
	size_t stmt;		/* number in deciding order */
	struct span span;
	cells pos, neg;
	struct outcome outcome;
	unsigned int loads;	/* KEFFECT_ bits that its rules must switch on */
	size_t action_no;	/* place among all actions, in deciding order */
};

typedef VEC(struct region) regions;

struct region_env {
	struct arena *arena;
	struct intern *strings;
	const struct ktarget *target;
	struct diags *diags;
	uint32_t universe;	/* the events that exist on the target */
};

void region_env_init(struct region_env *env, struct arena *a,
		     struct intern *strings, const struct ktarget *t,
		     struct diags *diags);

/*
 * One region for each action of the rule, added to out[class]. A statement of
 * more than REGION_MAX_CELLS cells gets a diagnostic and no region.
 */
void region_of_rule(struct region_env *env, const struct ast_context *ctx,
		    size_t stmt, regions out[KCLASS_COUNT]);

/* the cells of a region as text, for --dump; events as a bit set, see cell.h */
void region_dump(const struct region *r, struct buf *out);

/* the hashes that the algorithms option in force allows; bits as in krule */
uint32_t region_algos(const struct ast_context *ctx);

/* the events that a kernel rule with this func and mask matches */
uint32_t region_events(const struct region_env *env, const struct krule *r);

#endif
