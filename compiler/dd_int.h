/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DD_INT_H
#define IMAPOL_DD_INT_H

#include "dd.h"
#include "vec.h"

/*
 * Inside the diagrams: shared by dd.c (nodes, operations on two), dd_list.c
 * (operations on a list) and dd_parts.c (what a diagram consists of), and by
 * nobody else.
 */
#define DD_OPS_MAX 32

enum dd_op_kind { DD_OP_AND, DD_OP_DIFF, DD_OP_DISTINCT, DD_OP_OVERLAY,
		  DD_OP_BINARY, DD_OP_SUM, DD_OP_SMALLEST, DD_OP_KINDS };

struct dd_op {
	enum dd_op_kind kind;
	uint32_t id;
	dd_binary *binary;
};

struct dd_node {
	uint32_t level, n, hash;
	uint32_t stamp;		/* the list that last held it */
	const struct dd_run *run;
};

struct dd_memo {
	uint32_t op, f, g, result;	/* op 0: free */
};

struct dd_list_memo {
	uint32_t hash, n;	/* n 0: free */
	dd_ref result;
	const dd_ref *list;
};

struct dd {
	struct arena *arena;
	unsigned int n_levels;
	const uint32_t *width;
	VEC(struct dd_node) nodes;
	uint32_t *unique;		/* node number + 1; 0: free */
	size_t unique_cap;
	struct dd_memo *memo;
	size_t memo_n, memo_cap;
	struct dd_list_memo *lists;
	size_t lists_n, lists_cap;
	VEC(uint32_t) stack;		/* scratch, used from a mark upwards */
	uint32_t stamp, next_op;
	struct dd_op by_address[DD_OPS_MAX];
	unsigned int n_by_address;
	size_t cells, budget;
	bool full;
};

static inline uint32_t dd_mix(uint32_t h, uint32_t x)
{
	uint64_t p = ((uint64_t)h ^ x) * 0x9e3779b97f4a7c15u;

	return (uint32_t)(p >> 32) ^ (uint32_t)p;
}

void dd_charge(struct dd *m, size_t cells);

/* results of operations; op is the id of an operation, never 0 */
bool dd_memo_get(struct dd *m, uint32_t op, dd_ref f, dd_ref g, dd_ref *r);
void dd_memo_put(struct dd *m, uint32_t op, dd_ref f, dd_ref g, dd_ref r);

/*
 * ---- scratch ----
 * The stack may move whenever something is pushed: keep positions, not
 * pointers. Whoever pushes takes its own off again.
 */
static inline void dd_push(struct dd *m, uint32_t x)
{
	vec_push(m->arena, &m->stack, x);
}

/* room for n entries at the top; false when the budget is gone */
bool dd_push_room(struct dd *m, size_t n);
/* add a run to those on the stack from base; equal neighbours become one */
void dd_push_run(struct dd *m, size_t base, uint32_t start, dd_ref child);
/* the node of the runs on the stack from base, which are taken off */
dd_ref dd_close_node(struct dd *m, uint32_t level, size_t base);

/* the runs of f seen from level: one run when f does not test it */
static inline const struct dd_run *
dd_runs_at(const struct dd *m, dd_ref f, uint32_t level, struct dd_run *whole,
	   size_t *n)
{
	if (dd_level(m, f) == level)
		return dd_runs(m, f, n);
	*whole = (struct dd_run){ 0, f };
	*n = 1;
	return whole;
}

/* one past the last atom of run i of n */
static inline uint32_t dd_run_end(const struct dd *m, uint32_t level,
				  const struct dd_run *run, size_t i, size_t n)
{
	return i + 1 < n ? run[i + 1].start : m->width[level];
}

#endif
