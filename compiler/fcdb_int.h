/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FCDB_INT_H
#define IMAPOL_FCDB_INT_H

#include "fcdb.h"
#include "vec.h"

/*
 * Inside the database, from the entries up:
 *
 * machine	the entries of one kind of file: a trie of literal heads, the
 *		rest of each as a small automaton hanging off it, byte classes
 * sets		its states as sets, made when a path first leads there
 * keys		the substitutions around it
 * space	glob and universe as one small automaton, made at once
 * bound	how far a path is at least from one that is looked for
 * search	breadth-first through keys and space together
 */

#define NONE UINT32_MAX

/* faults for the tests to plant, one for each thing that must be right */
enum fcdb_fault {
	FCDB_FAULT_NONE,
	FCDB_FAULT_UNIVERSAL,	/* any loop counts, whatever must follow */
	FCDB_FAULT_RUN,		/* a run reaches over what hangs below */
	FCDB_FAULT_FLOOR,	/* the floor is one entry too high */
	FCDB_FAULT_DEPTH,	/* a deeper <<none>> is forgotten */
	FCDB_FAULT_ALIVE,	/* what hangs below the trie is forgotten */
	FCDB_FAULT_CERTAIN,	/* an accepting glob is taken for certain */
	FCDB_FAULT_SUB_RANK,	/* the longest substitution wins */
	FCDB_FAULT_CAP,		/* labels left over at the cap are dropped */
	FCDB_FAULT_BOUND,	/* of the ways to a state only the last counts */
	FCDB_FAULT_COUNT
};

#ifdef IMAPOL_FAULTS
extern int fcdb_fault;
extern size_t fcdb_together_max;
#define fcdb_fault_on(id) (fcdb_fault == FCDB_FAULT_##id)
#else
#define fcdb_together_max ((size_t)FCDB_TOGETHER_MAX)
#define fcdb_fault_on(id) 0
#endif

/* ---- machine ---- */

struct trie_node {
	uint32_t child, sibling, parent;	/* NONE: there is none */
	uint32_t hang;			/* first of machine.hangs, or NONE */
	uint32_t top;			/* highest rank in the subtree + 1 */
	uint32_t lo, hi;		/* its regexes in machine.preorder */
	uint8_t byte;
	uint8_t none_depth;		/* deepest <<none>> in the subtree */
};

struct hang {
	uint32_t start;			/* state of the nfa */
	uint32_t rank;
	uint32_t next;			/* at the same node, or NONE */
};

/* entries have ranks from 0; the states of a lower rank have lower numbers */
struct machine {
	struct arena *arena;
	const struct fcontext *fc;
	const struct fc_entry **entry;	/* by rank */
	uint32_t n;
	uint32_t first_literal;		/* rank; literals are above regexes */
	bool depth_counts;		/* rules.none_depth */
	struct nfa nfa;
	uint32_t *accept;		/* by rank: the accepting state */
	uint32_t *node;			/* by rank: where its head ends */
	uint8_t *universal;		/* by state: a loop over all bytes */
	struct trie_node *trie;
	size_t n_trie, cap_trie;
	VEC(struct hang) hangs;
	uint32_t *preorder;		/* ranks of regexes */
	struct classes classes;
	uint8_t *hit;			/* set * classes + class */
	struct nfa_list scratch[3];	/* of lookups */
	size_t steps;			/* that they took */
};

struct machine *machine_new(struct arena *a, const struct fcontext *fc,
			    enum fc_kind kind);
uint32_t machine_child(const struct machine *m, uint32_t node,
		       unsigned int byte);
/* every byte of a text gets a class of its own */
void classes_split_text(struct classes *c, const char *s);

/*
 * Which of the accepting entries decides: ranks come highest first, one call
 * each; what is left in winner is the answer.
 */
struct winner {
	const struct machine *m;
	uint32_t best[4];	/* by depth: the highest rank, or NONE */
	uint32_t literal;
};

void winner_init(struct winner *w, const struct machine *m);
void winner_add(struct winner *w, uint32_t rank);
uint32_t winner_get(const struct winner *w);	/* NONE: no entry */

/* ---- sets ---- */

struct set {
	uint32_t at, n;		/* in sets.members, sorted */
	uint32_t trie;		/* node, or NONE: left it */
	uint32_t win;		/* rank, or NONE */
	bool universal;		/* holds an entry that matches all the rest */
};

struct work {
	size_t used, limit;
	bool full;
};

static inline void work_charge(struct work *w, size_t n)
{
	w->used += n;
	if (w->used > w->limit)
		w->full = true;
}

/* beyond these a question is too hard; they bound the memory */
#define SETS_MAX 400000
#define MEMBERS_MAX 16000000

/* all that depends on the labels told apart; label 0 is "no label" */
struct sets {
	struct machine *m;
	const uint32_t *label;		/* by rank */
	uint32_t no_label;		/* that of a path without an entry */
	bool prune;
	struct work *work;
	struct { struct set *v; size_t n, cap; } set;
	struct nfa_list members;
	struct nfa_list next;		/* trans: set * classes + class */
	uint32_t *slots;		/* set number + 1 */
	size_t n_slots;
	struct nfa_list scratch;
	uint32_t start;
};

void sets_init(struct sets *s, struct machine *m, struct work *work);
/* forget all sets; their room is used again */
void sets_reset(struct sets *s, const uint32_t *label, uint32_t no_label,
		bool prune);
uint32_t sets_step(struct sets *s, uint32_t from, unsigned int class);
static inline uint32_t sets_label(const struct sets *s, uint32_t set)
{
	uint32_t win = s->set.v[set].win;

	return win == NONE ? s->no_label : s->label[win];
}

/* what of a set can go without a change of any label; fcdb_prune.c */
void sets_prune(struct sets *s, struct nfa_list *members, uint32_t *trie,
		bool *universal);

/* ---- keys ---- */

struct sub_node {
	uint32_t child, sibling, parent;
	uint32_t rule;		/* that takes effect when '/' or the end comes */
	uint8_t byte;
};

struct sub_layer {
	const struct fc_subs *rules;
	struct { struct sub_node *v; size_t n, cap; } node;
	uint32_t *first;	/* by rule: the first one with the same text */
	/* by first rule: worked out anew for each use of the sets, on demand */
	uint32_t *middle, *end;
};

struct key {
	uint32_t at[2];		/* nodes in .subs and .subs_dist, or NONE */
	uint32_t set;
	uint32_t label;		/* when the path ends here */
};

struct keys {
	struct sets sets;
	struct sub_layer layer[2];	/* .subs, .subs_dist */
	struct { struct key *v; size_t n, cap; } key;
	struct nfa_list next;
	uint32_t *slots;
	size_t n_slots;
	uint32_t start;
	uint8_t *live[2];	/* by node of a layer: a wanted label may come */
};

void sub_layer_init(struct sub_layer *l, struct arena *a,
		    const struct fc_subs *rules);
void keys_init(struct keys *k, struct machine *m, struct work *work);
void keys_reset(struct keys *k, const uint32_t *label, uint32_t no_label,
		bool prune);
uint32_t keys_step(struct keys *k, uint32_t from, unsigned int class);
/* of a rule, the inner state when '/' follows, and when the path ends */
uint32_t keys_middle(struct keys *k, unsigned int layer, uint32_t rule);
uint32_t keys_end(struct keys *k, unsigned int layer, uint32_t rule);

/* ---- wanted labels ---- */

/* which labels a search still looks for, and what may lead there */
struct want {
	const struct machine *m;
	const uint32_t *label;		/* by rank */
	uint8_t *wanted;		/* by label */
	size_t n_labels, left;
	uint32_t *below;		/* by trie node: wanted entries in it */
	const uint32_t *first;		/* by label: its ranks, in ranks[] */
	const uint32_t *ranks;
	const uint8_t *open[2];	/* by node of a layer: the space lets it in */
};

/* a substitution may still lead there */
static inline bool key_live(const struct keys *k, const struct key *y)
{
	return (y->at[0] != NONE && k->live[0][y->at[0]]) ||
	       (y->at[1] != NONE && k->live[1][y->at[1]]);
}

bool want_set(const struct keys *k, const struct want *w, uint32_t set);
bool want_key(const struct keys *k, const struct want *w, uint32_t key);
/* once the labels are set: which substitutions may lead to them */
void want_subs(struct keys *k, const struct want *w);

/* ---- space ---- */

enum space_flag {
	SPACE_IN = 1,		/* a path of the glob ends here */
	SPACE_OUT = 2,		/* a path outside of it ends here */
	SPACE_CAN_IN = 4,	/* one may still come */
	SPACE_CAN_OUT = 8,	/* … without a newline */
};

#define SPACE_STATES_MAX 100000

struct space {
	struct arena *arena;
	struct classes classes;
	uint8_t of_machine[256];	/* the machine's class of a class */
	uint8_t of_also[256];		/* that of a second machine */
	unsigned int newline;		/* class */
	uint32_t *next;			/* state * classes + class, or NONE */
	uint8_t *flags;			/* enum space_flag */
	size_t n;
	bool full;
};

/* state 0 is the start; also: a second machine, or NULL */
void space_build(struct space *sp, const struct machine *m,
		 const struct machine *also, const struct fcdb_query *q,
		 struct work *work);

/* ---- bound ---- */

struct bound_pair {
	uint32_t thing;		/* a state of the nfa, or its size + a node */
	uint32_t space;
	uint32_t slot;
	uint32_t far;		/* bytes, or NONE: no end is reached */
	uint32_t in;		/* first of the edges that lead here */
};

struct bound_edge {
	uint32_t from, next;
};

struct bound {
	struct arena *arena;
	const struct space *sp;
	enum space_flag flag;
	uint8_t goes_on;	/* a flag of states worth a visit */
	uint32_t *space_far;	/* by state of the space */
	struct keys *keys;
	const struct want *want;
	struct { struct bound_pair *v; size_t n, cap; } pair;
	struct { struct bound_edge *v; size_t n, cap; } edge;
	uint32_t *slots;
	size_t n_slots;
	uint32_t *seen, stamp;	/* by state of the space */
	struct nfa_list scratch;
};

/* for all labels of one search: the space and the flag looked for */
void bound_space(struct bound *b, struct arena *a, const struct space *sp,
		 enum space_flag flag);
/* for the labels wanted, which are not "no label"; false: that is too much */
bool bound_label(struct bound *b, struct keys *k, const struct want *w);
/* bytes at least from here to a path that is looked for; NONE: there is none */
uint32_t bound_of(const struct bound *b, uint32_t key, uint32_t space);

/* ---- search ---- */

typedef void search_found(void *arg, uint32_t label, const char *path);

/* paths of more than limit bytes are not looked for */
struct search_guide {
	const struct bound *bound;
	uint32_t limit;
	uint32_t next;		/* the shortest that was left out, or NONE */
};

struct search {
	struct arena *arena;
	struct search_guide *guide;	/* or NULL */
	struct { struct search_state {
		uint32_t key, space, parent, depth;
		uint8_t class;
	} *v; size_t n, cap; } state;
	uint32_t *slots;
	size_t n_slots;
};

enum search_end { SEARCH_DONE, SEARCH_CAP, SEARCH_FULL };

/*
 * First paths for the wanted labels, each told to found() once, until none is
 * left (true from want) or cap states are made. flag is SPACE_IN or SPACE_OUT.
 */
enum search_end search_run(struct search *s, struct keys *k, struct want *w,
			   const struct space *sp, enum space_flag flag,
			   size_t cap, search_found *found, void *arg);

/* ---- the database ---- */

struct part_labels {
	uint32_t *of_entry;	/* by number in fc->entries; NULL: not made */
	uint32_t n;		/* with label 0 */
	struct fcdb_label *label;	/* by label; 0 has no parts */
};

/* a way to tell entries apart: a label for each rank, and for no entry 0 */
struct labelling {
	uint32_t n;			/* labels */
	uint32_t *by_rank;
	uint32_t *first, *ranks;	/* by label: its ranks */
};

#define FCDB_PARTS 8

struct kind_state {
	struct machine *m;
	struct keys keys;	/* for whole labels, kept between questions */
	unsigned int keys_parts;	/* what it is set up for; 0: nothing */
	struct keys one;	/* for one label at a time, or others */
	struct keys find;	/* for fcdb_find() */
	struct labelling parts[FCDB_PARTS], identity;
	uint32_t *below;	/* by trie node; all 0 between uses */
	uint32_t *below_all;	/* for all labels; NULL: not counted yet */
	uint32_t *binary;	/* by rank */
};

struct fcdb {
	struct arena *arena;
	const struct fcontext *fc;
	struct part_labels parts[FCDB_PARTS];
	struct kind_state *kind[FC_ANY + 1];
	struct search search;
	struct bound bound;
	struct work work;
};

struct kind_state *fcdb_kind(struct fcdb *db, enum fc_kind kind);
const struct part_labels *fcdb_parts(struct fcdb *db, unsigned int parts);
const struct labelling *fcdb_labelling(struct fcdb *db, struct kind_state *ks,
				       unsigned int parts);
const struct labelling *fcdb_identity(struct fcdb *db, struct kind_state *ks);
/* first and ranks, from by_rank and n */
void labelling_index(struct labelling *l, const struct machine *m);

/* ---- questions ---- */

struct ask {
	struct fcdb *db;
	const struct fcdb_query *q;
	struct kind_state *ks;
	struct keys *keys;		/* set up for l, unless unpruned */
	const struct labelling *l;
	struct space sp;
	/* of one search, inside or outside: */
	bool bounded;			/* db->bound is its own */
	const uint8_t *open[2];		/* as in struct want */
};

/* false: the glob is empty, or the budget spent (work.full) */
bool ask_init(struct ask *a, struct fcdb *db, const struct fcdb_query *q,
	      const struct labelling *l, struct keys *keys);
/*
 * The first path inside (SPACE_IN) or outside for each label of targets; the
 * others stay NULL. False: the budget is spent.
 */
bool ask_paths(struct ask *a, enum space_flag flag, const uint8_t *targets,
	       const char **path);

#endif
