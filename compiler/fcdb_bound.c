/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fcdb_int.h"

/*
 * How many bytes a path lacks at least until it is one that is looked for: the
 * entries of the label by themselves, each of their states beside the state of
 * the space, as if no other entry were there. That is little to walk, and the
 * search need not look where the bytes would be too many, or where none lead on.
 *
 * One byte more lowers the bound by one at most, so what lies on a shortest path
 * is never left out. While a path may still be substituted only the space counts.
 */
#define PAIRS_MAX 200000

/* ---- the space alone ---- */

static bool leads_on(const struct bound *b, uint32_t state, unsigned int class)
{
	const struct space *sp = b->sp;
	uint32_t to = sp->next[(size_t)state * sp->classes.n + class];

	if (b->flag == SPACE_OUT && class == sp->newline)
		return false;
	return to != NONE && sp->flags[to] & b->goes_on;
}

/* by state: where the edges that lead to it begin in the list of their origins */
static uint32_t *count_origins(const struct bound *b)
{
	const struct space *sp = b->sp;
	uint32_t *first = arena_zalloc(b->arena, sp->n + 2, sizeof(*first));
	unsigned int c;
	size_t i;

	for (i = 0; i < sp->n; i++) {
		for (c = 0; c < sp->classes.n; c++) {
			if (leads_on(b, (uint32_t)i, c))
				first[sp->next[i * sp->classes.n + c] + 2]++;
		}
	}
	for (i = 2; i < sp->n + 2; i++)
		first[i] += first[i - 1];
	return first;
}

static uint32_t *list_origins(const struct bound *b, uint32_t *first)
{
	const struct space *sp = b->sp;
	uint32_t *from = arena_zalloc(b->arena, (size_t)first[sp->n + 1] + 1,
				      sizeof(*from));
	unsigned int c;
	size_t i;

	for (i = 0; i < sp->n; i++) {
		for (c = 0; c < sp->classes.n; c++) {
			uint32_t to = sp->next[i * sp->classes.n + c];

			if (leads_on(b, (uint32_t)i, c))
				from[first[to + 1]++] = (uint32_t)i;
		}
	}
	return from;
}

/* from the ends backwards */
static uint32_t *space_far(const struct bound *b)
{
	const struct space *sp = b->sp;
	uint32_t *first = count_origins(b), *from = list_origins(b, first);
	uint32_t *far = arena_alloc(b->arena, sp->n * sizeof(*far));
	uint32_t *queue = arena_alloc(b->arena, sp->n * sizeof(*queue));
	size_t n = 0, i;
	uint32_t e;

	for (i = 0; i < sp->n; i++) {
		far[i] = sp->flags[i] & b->flag ? 0 : NONE;
		if (!far[i])
			queue[n++] = (uint32_t)i;
	}
	for (i = 0; i < n; i++) {
		for (e = first[queue[i]]; e < first[queue[i] + 1]; e++) {
			if (far[from[e]] != NONE)
				continue;
			far[from[e]] = far[queue[i]] + 1;
			queue[n++] = from[e];
		}
	}
	return far;
}

/* ---- pairs ---- */

static size_t pair_slot(const struct bound *b, uint32_t thing, uint32_t space)
{
	uint64_t h = ((uint64_t)thing << 32 | space) * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(h >> 30) & (b->n_slots - 1);

	while (b->slots[i]) {
		const struct bound_pair *p = &b->pair.v[b->slots[i] - 1];

		if (p->thing == thing && p->space == space)
			break;
		i = (i + 1) & (b->n_slots - 1);
	}
	return i;
}

static void grow_slots(struct bound *b)
{
	size_t i;

	b->n_slots = b->n_slots ? b->n_slots * 2 : 1024;
	b->slots = arena_zalloc(b->arena, b->n_slots, sizeof(uint32_t));
	for (i = 0; i < b->pair.n; i++) {
		struct bound_pair *p = &b->pair.v[i];

		p->slot = (uint32_t)pair_slot(b, p->thing, p->space);
		b->slots[p->slot] = (uint32_t)i + 1;
	}
}

/* only what was used: the next label may be a small one */
static void clear_pairs(struct bound *b)
{
	size_t i;

	for (i = 0; i < b->pair.n; i++)
		b->slots[b->pair.v[i].slot] = 0;
	b->pair.n = 0;
	b->edge.n = 0;
}

/* from: the pair that a byte leads here from; NONE: it is a start */
static void add_pair(struct bound *b, uint32_t thing, uint32_t space,
		     uint32_t from)
{
	struct bound_pair pair = { thing, space, 0, NONE, NONE };
	struct bound_edge edge = { from, NONE };
	size_t slot;

	if (b->pair.n * 2 >= b->n_slots)
		grow_slots(b);
	slot = pair_slot(b, thing, space);
	if (!b->slots[slot]) {
		pair.slot = (uint32_t)slot;
		vec_push(b->arena, &b->pair, pair);
		b->slots[slot] = (uint32_t)b->pair.n;
	}
	if (from == NONE)
		return;
	edge.next = b->pair.v[b->slots[slot] - 1].in;
	b->pair.v[b->slots[slot] - 1].in = (uint32_t)b->edge.n;
	vec_push(b->arena, &b->edge, edge);
}

static bool is_wanted(const struct bound *b, uint32_t rank)
{
	return b->want->wanted[b->want->label[rank]];
}

/* a node of the trie, and the entries that hang off it */
static void add_node(struct bound *b, uint32_t node, uint32_t space,
		     uint32_t from)
{
	struct machine *m = b->keys->sets.m;
	uint32_t h = m->trie[node].hang;
	size_t i;

	if (b->want->below[node])
		add_pair(b, (uint32_t)m->nfa.n + node, space, from);
	b->scratch.n = 0;
	nfa_walk(&m->nfa);
	for (; h != NONE; h = m->hangs.v[h].next) {
		if (is_wanted(b, m->hangs.v[h].rank))
			nfa_close(&m->nfa, m->hangs.v[h].start, &b->scratch);
	}
	for (i = 0; i < b->scratch.n; i++)
		add_pair(b, b->scratch.v[i], space, from);
}

static void step_node(struct bound *b, uint32_t at, struct bound_pair pair)
{
	const struct machine *m = b->want->m;
	const struct space *sp = b->sp;
	uint32_t c = m->trie[pair.thing - m->nfa.n].child;

	for (; c != NONE; c = m->trie[c].sibling) {
		unsigned int class = sp->classes.of[m->trie[c].byte];

		if (b->want->below[c] && leads_on(b, pair.space, class))
			add_node(b, c, sp->next[(size_t)pair.space *
						sp->classes.n + class], at);
	}
}

static void step_state(struct bound *b, uint32_t at, struct bound_pair pair)
{
	struct machine *m = b->keys->sets.m;
	const struct nfa_state *st = &m->nfa.v[pair.thing];
	const struct space *sp = b->sp;
	const uint32_t *row = sp->next + (size_t)pair.space * sp->classes.n;
	unsigned int c;
	size_t i;

	if (st->kind != NFA_SET)
		return;
	b->stamp++;
	b->scratch.n = 0;
	nfa_walk(&m->nfa);
	nfa_close(&m->nfa, st->a, &b->scratch);
	for (c = 0; c < sp->classes.n; c++) {
		if (!m->hit[(size_t)st->set * m->classes.n +
			    sp->of_machine[c]] ||
		    !leads_on(b, pair.space, c) || b->seen[row[c]] == b->stamp)
			continue;
		b->seen[row[c]] = b->stamp;
		for (i = 0; i < b->scratch.n; i++)
			add_pair(b, b->scratch.v[i], row[c], at);
	}
}

/* ---- substitutions ---- */

static uint32_t space_after(const struct bound *b, const char *s)
{
	uint32_t at = 0;

	for (; *s; s++) {
		unsigned int class = b->sp->classes.of[(unsigned char)*s];

		if (!leads_on(b, at, class))
			return NONE;
		at = b->sp->next[(size_t)at * b->sp->classes.n + class];
	}
	return at;
}

static void add_set(struct bound *b, uint32_t set, uint32_t space)
{
	const struct set *s = &b->keys->sets.set.v[set];
	const struct nfa *nfa = &b->want->m->nfa;
	uint32_t i;

	if (s->trie != NONE && b->want->below[s->trie])
		add_pair(b, (uint32_t)nfa->n + s->trie, space, NONE);
	for (i = 0; i < s->n; i++) {
		uint32_t state = b->keys->sets.members.v[s->at + i];

		if (is_wanted(b, nfa->v[state].owner))
			add_pair(b, state, space, NONE);
	}
}

static void add_middle(struct bound *b, unsigned int layer, uint32_t rule,
		       uint32_t space)
{
	uint32_t middle = keys_middle(b->keys, layer, rule);

	add_set(b, layer ? middle : b->keys->key.v[middle].set, space);
}

/* where the other text takes over */
static void add_rules(struct bound *b, unsigned int layer)
{
	const struct sub_layer *l = &b->keys->layer[layer];
	size_t i;

	for (i = 0; i < l->node.n; i++) {
		uint32_t rule = l->node.v[i].rule, space;

		if (rule == NONE || !b->keys->live[layer][i])
			continue;
		space = space_after(b, l->rules->v[rule].src);
		work_charge(b->keys->sets.work, strlen(l->rules->v[rule].src));
		if (space != NONE)
			add_middle(b, layer, rule, space);
	}
}

/* ---- bounds ---- */

static void walk_back(struct bound *b)
{
	const struct nfa *nfa = &b->want->m->nfa;
	uint32_t e;
	size_t i;

	b->scratch.n = 0;
	for (i = 0; i < b->pair.n; i++) {
		struct bound_pair *p = &b->pair.v[i];

		if (p->thing >= nfa->n || nfa->v[p->thing].kind != NFA_ACCEPT ||
		    !(b->sp->flags[p->space] & b->flag))
			continue;
		p->far = 0;
		vec_push(b->arena, &b->scratch, (uint32_t)i);
	}
	for (i = 0; i < b->scratch.n; i++) {
		struct bound_pair *p = &b->pair.v[b->scratch.v[i]];

		e = fcdb_fault_on(BOUND) && i ? NONE : p->in;
		for (; e != NONE; e = b->edge.v[e].next) {
			struct bound_pair *q = &b->pair.v[b->edge.v[e].from];

			if (q->far != NONE)
				continue;
			q->far = p->far + 1;
			vec_push(b->arena, &b->scratch, b->edge.v[e].from);
		}
	}
}

void bound_space(struct bound *b, struct arena *a, const struct space *sp,
		 enum space_flag flag)
{
	b->arena = a;
	b->sp = sp;
	b->flag = flag;
	b->goes_on = (uint8_t)(flag | (flag == SPACE_IN ? SPACE_CAN_IN
							: SPACE_CAN_OUT));
	b->space_far = space_far(b);
	b->seen = arena_zalloc(a, sp->n, sizeof(*b->seen));
	b->stamp = 0;
}

bool bound_label(struct bound *b, struct keys *k, const struct want *w)
{
	struct work *work = k->sets.work;
	size_t i;

	b->keys = k;
	b->want = w;
	clear_pairs(b);
	add_node(b, 0, 0, NONE);
	add_rules(b, 0);
	add_rules(b, 1);
	for (i = 0; i < b->pair.n && !work->full; i++) {
		if (b->pair.n > PAIRS_MAX)
			return false;
		if (b->pair.v[i].thing >= w->m->nfa.n)
			step_node(b, (uint32_t)i, b->pair.v[i]);
		else
			step_state(b, (uint32_t)i, b->pair.v[i]);
		work_charge(work, b->sp->classes.n / 4);
	}
	walk_back(b);
	return !work->full;
}

static uint32_t pair_far(const struct bound *b, uint32_t thing, uint32_t space)
{
	uint32_t i = b->n_slots ? b->slots[pair_slot(b, thing, space)] : 0;

	/* reached by more than one substitution */
	return i ? b->pair.v[i - 1].far : b->space_far[space];
}

uint32_t bound_of(const struct bound *b, uint32_t key, uint32_t space)
{
	const struct keys *k = b->keys;
	const struct set *set = &k->sets.set.v[k->key.v[key].set];
	const struct nfa *nfa = &b->want->m->nfa;
	uint32_t best = NONE, far, i;

	if (key_live(k, &k->key.v[key]))
		return b->space_far[space];
	if (set->trie != NONE && b->want->below[set->trie])
		best = pair_far(b, (uint32_t)nfa->n + set->trie, space);
	for (i = set->n; i-- > 0;) {
		uint32_t state = k->sets.members.v[set->at + i];

		if (!is_wanted(b, nfa->v[state].owner))
			continue;
		far = pair_far(b, state, space);
		if (far < best)
			best = far;
	}
	return best;
}
