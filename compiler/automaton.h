/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_AUTOMATON_H
#define IMAPOL_AUTOMATON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "vec.h"

/*
 * Regular languages of bytes: expression trees as regexes and globs are parsed
 * into, nondeterministic automata over byte sets, and the classes of bytes that
 * no set tells apart.
 */

/* ---- sets of bytes ---- */

struct byteset {
	uint64_t w[4];
};

static inline bool byteset_has(const struct byteset *s, unsigned int b)
{
	return s->w[b >> 6] >> (b & 63) & 1;
}

static inline void byteset_add(struct byteset *s, unsigned int b)
{
	s->w[b >> 6] |= UINT64_C(1) << (b & 63);
}

static inline void byteset_remove(struct byteset *s, unsigned int b)
{
	s->w[b >> 6] &= ~(UINT64_C(1) << (b & 63));
}

void byteset_add_range(struct byteset *s, unsigned int lo, unsigned int hi);
void byteset_invert(struct byteset *s);
struct byteset byteset_and(const struct byteset *a, const struct byteset *b);
struct byteset byteset_of(unsigned int b);
struct byteset byteset_all(void);
bool byteset_empty(const struct byteset *s);
bool byteset_full(const struct byteset *s);
/* the byte of a set of one; -1: none or several */
int byteset_single(const struct byteset *s);

/* ---- expressions ---- */

enum re_op { RE_SET, RE_CAT, RE_ALT, RE_REPEAT, RE_OP_COUNT };

#define RE_NO_MAX UINT32_MAX

/* a RE_CAT of nothing is the empty text */
struct re {
	enum re_op op;
	struct byteset set;		/* RE_SET */
	struct re **sub;		/* the others; RE_REPEAT has one */
	size_t n;
	uint32_t min, max;		/* RE_REPEAT */
};

struct re_list {
	struct re **v;
	size_t n, cap;
};

struct re *re_set(struct arena *a, const struct byteset *set);
struct re *re_byte(struct arena *a, unsigned int b);
/* the list itself when it has one member; members are kept, not copied */
struct re *re_cat(struct arena *a, const struct re_list *list);
struct re *re_alt(struct arena *a, const struct re_list *list);
struct re *re_repeat(struct arena *a, struct re *sub, uint32_t min,
		     uint32_t max);
/* states that it takes, repeats written out; never more than cap + 1 */
size_t re_size(const struct re *re, size_t cap);

/* ---- nondeterministic automata ---- */

enum nfa_kind { NFA_SET, NFA_SPLIT, NFA_ACCEPT };

#define NFA_NONE UINT32_MAX

struct nfa_state {
	uint8_t kind;
	uint32_t set;		/* NFA_SET: number in nfa.sets */
	uint32_t a, b;		/* next; the second of a NFA_SPLIT or NFA_NONE */
	uint32_t owner;		/* the entry it belongs to */
};

struct nfa {
	struct arena *arena;
	struct nfa_state *v;
	size_t n, cap;
	VEC(struct byteset) sets;	/* each once */
	uint32_t *set_slots;		/* hash table of sets; number + 1 */
	size_t set_cap;
	uint32_t *mark;			/* by state; for the walk of closures */
	size_t mark_cap;
	uint32_t stamp;
	VEC(uint32_t) stack;
};

struct nfa_list {
	uint32_t *v;
	size_t n, cap;
};

void nfa_init(struct nfa *n, struct arena *a);
uint32_t nfa_accept(struct nfa *n, uint32_t owner);
uint32_t nfa_set(struct nfa *n, const struct byteset *set, uint32_t next,
		 uint32_t owner);
uint32_t nfa_split(struct nfa *n, uint32_t a, uint32_t b, uint32_t owner);
/* the start of re followed by next */
uint32_t nfa_build(struct nfa *n, const struct re *re, uint32_t next,
		   uint32_t owner);
/* what both accept: starts and accepting states are of n; the new start */
uint32_t nfa_both(struct nfa *n, uint32_t start_a, uint32_t start_b,
		  uint32_t next, uint32_t owner, size_t cap);

/* a new walk: no state is marked */
void nfa_walk(struct nfa *n);
/* add the sets and accepting states that s reaches without a byte */
void nfa_close(struct nfa *n, uint32_t s, struct nfa_list *out);
void nfa_list_sort(struct nfa_list *list);

/* one of them over a text, byte by byte; memory is kept for the next text */
struct nfa_run {
	struct nfa_list now, next;	/* as nfa_close() gives them */
};

void nfa_run_start(struct nfa *n, struct nfa_run *r, uint32_t start);
void nfa_run_step(struct nfa *n, struct nfa_run *r, unsigned int byte);
bool nfa_run_accepts(const struct nfa *n, const struct nfa_run *r);

/* ---- classes of bytes ---- */

struct classes {
	unsigned int n;
	uint8_t of[256];	/* the class of a byte */
	uint8_t byte[256];	/* the nicest byte of a class */
};

/*
 * Classes are numbered by their nicest byte: letters, digits, '/', '.', …; a
 * witness that takes the first class that does is short to read, and the same
 * on every machine.
 */
void classes_init(struct classes *c);		/* one class */
/* afterwards no class holds bytes of set and others */
void classes_split(struct classes *c, const struct byteset *set);
void classes_number(struct classes *c);		/* after the last split */
/* the place of a byte in the order of niceness */
unsigned int byte_rank(unsigned int b);

#endif
