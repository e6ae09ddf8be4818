/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_JUDGE_SIM_H
#define IMAPOL_TEST_JUDGE_SIM_H

#include "domain.h"
#include "judge.h"
#include "kfile.h"

/*
 * What can happen to a file, played: every subject of a small domain does every
 * operation in every order, each hook call by kdialect_walk() and kfile_call(),
 * with all that struct kfile remembers. No diagram, no class, nothing summed up.
 */
struct sim_ids {
	struct kids uid, gid;
};

struct sim_label {
	const char *part[3];	/* user, role, type */
};

struct sim {
	struct arena *arena;
	const struct ktarget *target;
	const struct krule *rules;
	size_t n;
	VEC(struct sim_ids) ids;
	/* of who calls, and what exec may make of it */
	VEC(struct sim_label) caller, becomes;
};

/* the operations of judge.h, then a program that maps its own segments */
#define SIM_OPS (JUDGE_OPS + 1)
#define SIM_RULES 64

struct sim_op {
	bool asked, refused;
	bool everybody;		/* it is refused to each in some order */
	bool once;		/* only for its hash algorithm */
	bool at_first;		/* refused when nothing else was done before */
	uint32_t causes;	/* bits as judge_cause_word() counts */
	uint64_t rules;		/* bits of appraise rules that refused */
};

struct sim_result {
	struct sim_op op[SIM_OPS];
	size_t states;
	bool full;		/* too many of them: not all was seen */
};

/* file: what a kaccess has of it; start: on disk; reach: as in judge_state */
void sim_run(const struct sim *s, const struct kaccess *file,
	     const struct kfile *start, unsigned int reach,
	     struct sim_result *out);

/*
 * Is some access of the one file by these operations, or some open, decided
 * otherwise than the same of the other, or does something else stick?
 */
bool sim_differs(const struct sim *s, const struct kaccess *x,
		 const struct kaccess *y, unsigned int ops);

#endif
