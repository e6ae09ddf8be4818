/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_JUDGE_INT_H
#define IMAPOL_JUDGE_INT_H

#include <stdatomic.h>

#include "judge.h"
#include "vec.h"

/*
 * Its parts. judge_class.c: what the policy can tell apart of a file, as nodes
 * of its diagrams. judge_calls.c: what each operation is in hook calls, and who
 * gets what at each of them. judge_settle.c: one file played through them.
 */

/* what all rules that match at a hook call come to, in one terminal */
enum {
	JCODE_MATCHED = 1 << 0,	/* alone: nothing matches */
	JCODE_VERITY = 1 << 1,
	JCODE_MEASURE = 1 << 2,
	JCODE_IMA = 1 << 3,	/* with template=ima, which reads no security.ima */
	JCODE_AUDIT = 1 << 4,
	JCODE_HASH = 1 << 5,
	JCODE_APPRAISE = 1 << 6,
	JCODE_NO_FUNC = 1 << 7,
	/* numbers, from that bit on */
	JCODE_SIG = 8,		/* of KSIG_, 3 bits */
	JCODE_PCR = 11,		/* modulo 32, as IMA keeps what it measured: 5 */
	JCODE_ALGOS = 16,	/* place in algos, from 1 */
};

/*
 * Beside the operations: a program that is run and maps its own segments, and
 * opens of every other kind, by which no more is done than that something sticks.
 */
enum { JUDGE_START = JUDGE_OPS, JUDGE_OPENS, JUDGE_PATHS };

#define JUDGE_CALLS 5

struct judge_call {
	enum khook hook;
	uint8_t mask;
	uint32_t code;
	/* who decides here, for one of those who do it; -1: nobody */
	int rule[KCLASS_COUNT];
};

/* an operation by some subjects, to all of whom the same happens */
struct judge_seq {
	struct judge_call call[JUDGE_CALLS];
	unsigned int n;
	const char *subject;	/* NULL: everybody */
};

typedef VEC(struct judge_seq) judge_seqs;

/* all that can happen to a file: nodes at SPACE_EVENT or below */
struct judge_variant {
	dd_ref decider[KCLASS_COUNT], decided[KCLASS_COUNT];
	dd_ref code, sticks;
	judge_seqs path[JUDGE_PATHS];
};

/* a verdict that was found once */
struct judge_memo {
	struct judge_memo *next;
	uint64_t key;
	struct judge_verdict verdict;
};
#define JUDGE_MEMOS 64

struct judge_class {
	const struct judge *judge;
	/* several where something about the file system is not known */
	VEC(const struct judge_variant *) variants;
	const char *open;	/* what that is, in words */
	bool full;		/* too large to be told */
	unsigned int asks;
	_Atomic(struct judge_memo *) *memo;	/* JUDGE_MEMOS lists */
};

/* from lists of numbers to places in a VEC */
struct judge_map {
	struct judge_slot {
		const uint32_t *key;
		size_t n, value;
	} *slots;
	size_t n, cap;
};

struct judge_fs {
	struct tree_fs fs;
	uint32_t atom[SPACE_OWNER];	/* the labels' are not used */
};

struct judge {
	struct arena *arena;
	const struct policy *policy;
	struct explain x;
	dd_ref code;		/* JCODE_ of every access */
	dd_ref sticks;		/* what of it stays with the file */
	dd_ref subjects;	/* those who are asked about */
	uint32_t asked;		/* bits of dimensions that they were given by */
	VEC(uint32_t) algos;	/* sets of hashes, by JCODE_ALGOS from 1 */
	int packed_rule;	/* by which no init_module(2) is let through; -1: none */
	enum ktri unpacks;	/* its kernel unpacks modules */
	bool new_label;		/* CREDS_CHECK sees the label that exec gives */
	bool idle;
	VEC(struct judge_class *) classes;
	VEC(struct judge_variant *) variants;
	struct judge_map by_atoms, by_nodes, by_variants;
	VEC(struct judge_fs) fs;	/* those that were asked for */
};

/* faults for the tests to plant, one for each thing that must be right */
enum judge_fault {
	JUDGE_FAULT_NONE,
	JUDGE_FAULT_DONT,	/* what a dont_ rule asks for does not stick */
	JUDGE_FAULT_STOP,	/* nothing sticks of a call that is refused */
	JUDGE_FAULT_PASSED,	/* that it passed is not remembered */
	JUDGE_FAULT_OPENS,	/* opens for writing leave nothing */
	JUDGE_FAULT_LABEL,	/* exec gives no new label where it does */
	JUDGE_FAULT_IMA,	/* template=ima collects as all others do */
	JUDGE_FAULT_ALGOS,	/* appraise_algos= is not looked at */
	JUDGE_FAULT_REAL,	/* who is asked for by uid may have any real one */
	JUDGE_FAULT_GROUP,	/* files of all groups are one class */
	JUDGE_FAULT_WORST,	/* what is not known is taken to be the first */
	JUDGE_FAULT_NEAREST,	/* only what is next to the first try */
	JUDGE_FAULT_REACH,	/* what cannot come to it leaves something */
	JUDGE_FAULT_EVERYBODY,	/* some stand for all */
	JUDGE_FAULT_COUNT
};

#ifdef IMAPOL_FAULTS
extern int judge_fault;
#define judge_fault_on(id) (judge_fault == JUDGE_FAULT_##id)
#else
#define judge_fault_on(id) 0
#endif

/* ---- judge_calls.c ---- */

void judge_make_paths(struct judge *j, struct judge_variant *v);
/* an event of the operation at which the target asks nothing is left out */
unsigned int judge_path_events(const struct judge *j, unsigned int path,
			       struct judge_call call[JUDGE_CALLS]);
/*
 * What a diagram of a variant has at an event, of subjects alone: those who are
 * asked about, whatever label exec may give them.
 */
dd_ref judge_at_event(const struct judge *j, dd_ref f, uint32_t event);
#define JUDGE_OPEN_KINDS 5
extern const uint8_t judge_open_masks[JUDGE_OPEN_KINDS];

/* ---- judge_packed.c: modules that user space may have to unpack ---- */

void judge_find_packed(struct judge *j);
void judge_add_packed(const struct judge *j, unsigned int reach,
		      struct judge_verdict *out);

/* ---- judge_seal.c: security.ima as kfile.h takes it ---- */

/* more than one where it cannot be told which of them it is */
#define JUDGE_SEALS 5
struct judge_seal {
	enum kseal seal;
	unsigned int algo;
	bool no_algo;
};
/* why it cannot be told */
enum judge_why {
	JUDGE_WHY_NONE, JUDGE_WHY_CONTENT, JUDGE_WHY_SEAL, JUDGE_WHY_OPTION,
	JUDGE_WHY_RELEASE, JUDGE_WHY_KEYS, JUDGE_WHY_HASH,
	JUDGE_WHYS
};

struct judge_seals {
	struct judge_seal v[JUDGE_SEALS];
	size_t n;
	enum judge_why why;
	enum kappended appended;
	bool appended_unknown;	/* it may be good, and may be none */
};

void judge_find_seals(const struct judge_state *s, const struct ktarget *t,
		      struct judge_seals *out);
/* in words; NULL: it can be told */
const char *judge_why_text(enum judge_why why);

#endif
