/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_PROVE_TRIAL_H
#define IMAPOL_TEST_PROVE_TRIAL_H

#include "cli_oracle.h"
#include "fcdb_int.h"
#include "paths.h"
#include "paths_prove.h"

/* Verdicts with a planted fault, and the ways by which a proof notices. */

#define WAYS (PROVE_LIBSELINUX + 1)

static const char *const fault_names[FCDB_FAULT_COUNT] = {
	[FCDB_FAULT_NONE] = "none", [FCDB_FAULT_UNIVERSAL] = "universal",
	[FCDB_FAULT_RUN] = "run", [FCDB_FAULT_FLOOR] = "floor",
	[FCDB_FAULT_DEPTH] = "depth", [FCDB_FAULT_ALIVE] = "alive",
	[FCDB_FAULT_CERTAIN] = "certain", [FCDB_FAULT_SUB_RANK] = "sub rank",
	[FCDB_FAULT_CAP] = "cap", [FCDB_FAULT_BOUND] = "bound",
};

struct trial {
	struct arena *arena;
	struct fcdb *honest, *faulty;	/* the same, made without and with it */
	struct fcdb_query q;
	struct fcdb_result r;		/* with the fault */
};

static void plant(int fault)
{
	fcdb_fault = fault;
	fcdb_together_max = fault == FCDB_FAULT_CAP ||
			    fault == FCDB_FAULT_BOUND ? 5 : FCDB_TOGETHER_MAX;
}

/* what is claimed, without the witnesses */
static const char *claim_text(struct arena *a, const struct fcdb_result *r)
{
	struct buf b;
	size_t i;

	buf_init(&b, a);
	buf_puts(&b, r->uncovered ? "holes" : "none");
	for (i = 0; i < r->n_labels; i++)
		buf_printf(&b, " %s%s", r->labels[i].type,
			   r->labels[i].outside ? "+" : "");
	return b.s;
}

/* false: the fault does not show, or the question is too hard */
static bool goes_wrong(struct trial *t, int fault, bool unpruned)
{
	struct fcdb_result honest;

	plant(FCDB_FAULT_NONE);
	t->q.unpruned = unpruned;
	fcdb_query(t->honest, &t->q, &honest);
	plant(fault);
	t->q.unpruned = false;
	fcdb_query(t->faulty, &t->q, &t->r);
	return honest.verdict != FCDB_TOO_HARD &&
	       t->r.verdict != FCDB_TOO_HARD &&
	       strcmp(claim_text(t->arena, &honest),
		      claim_text(t->arena, &t->r));
}

struct tally {
	unsigned int wrong, caught, by[WAYS], asked;
};

/* by each way for itself; asked: libselinux could be */
static void prove_trial(struct trial *t, struct cli_oracle *oracle,
			struct tally *n)
{
	struct prove_claim claim = { t->faulty, &t->q, &t->r };
	struct prove_failure f;
	struct prove p;
	bool caught = false;
	int way;

	prove_init(&p, t->arena);
	p.oracle = &oracle->oracle;
	n->wrong++;
	n->asked += oracle->oracle.opens(oracle, fcdb_fcontext(t->faulty));
	for (way = 0; way < WAYS; way++) {
		bool holds = prove_by(&p, (enum prove_way)way, &claim, &f);

		n->by[way] += !holds;
		caught |= !holds;
	}
	n->caught += caught;
}

static void print_tally(const char *where, int fault, const struct tally *n)
{
	printf("%-9s %-11s %4u wrong, %4u caught: %4u by a path named, %4u by "
	       "a random one, %4u by libselinux (asked of %u)\n",
	       fault_names[fault], where, n->wrong, n->caught,
	       n->by[PROVE_NAMED], n->by[PROVE_RANDOM],
	       n->by[PROVE_LIBSELINUX], n->asked);
}

#endif
