/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "automaton.h"

/*
 * The product of two automata, as a third: its states are the pairs of byte
 * states that are reached together.
 */
struct both_pair {
	uint32_t a, b, state;
};

struct both {
	struct nfa *n;
	uint32_t next, owner;
	size_t cap;
	VEC(struct both_pair) pairs;
	uint32_t *slots;	/* pair number + 1 */
	size_t n_slots;
};

static size_t pair_slot(const struct both *p, uint32_t a, uint32_t b)
{
	uint64_t h = ((uint64_t)a << 32 | b) * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(h >> 33) & (p->n_slots - 1);

	while (p->slots[i] && (p->pairs.v[p->slots[i] - 1].a != a ||
			       p->pairs.v[p->slots[i] - 1].b != b))
		i = (i + 1) & (p->n_slots - 1);
	return i;
}

static void grow_pairs(struct both *p)
{
	size_t i;

	p->n_slots = p->n_slots ? p->n_slots * 2 : 64;
	p->slots = arena_zalloc(p->n->arena, p->n_slots, sizeof(uint32_t));
	for (i = 0; i < p->pairs.n; i++)
		p->slots[pair_slot(p, p->pairs.v[i].a, p->pairs.v[i].b)] =
			(uint32_t)i + 1;
}

/* the state of a pair of byte states; NFA_NONE: they share no byte */
static uint32_t pair_state(struct both *p, uint32_t a, uint32_t b)
{
	struct nfa *n = p->n;
	struct byteset set = byteset_and(&n->sets.v[n->v[a].set],
					 &n->sets.v[n->v[b].set]);
	struct both_pair pair = { a, b, NFA_NONE };
	size_t slot;

	if (byteset_empty(&set) || p->pairs.n > p->cap)
		return NFA_NONE;
	if (p->pairs.n * 2 >= p->n_slots)
		grow_pairs(p);
	slot = pair_slot(p, a, b);
	if (!p->slots[slot]) {
		pair.state = nfa_set(n, &set, NFA_NONE, p->owner);
		vec_push(n->arena, &p->pairs, pair);
		p->slots[slot] = (uint32_t)p->pairs.n;
	}
	return p->pairs.v[p->slots[slot] - 1].state;
}

static uint32_t join(struct both *p, uint32_t start, uint32_t more)
{
	if (more == NFA_NONE)
		return start;
	if (start == NFA_NONE)
		return more;
	return nfa_split(p->n, start, more, p->owner);
}

/* one state that reaches all pairs of two states' closures */
static uint32_t pairs_of(struct both *p, uint32_t a, uint32_t b)
{
	struct nfa_list from_a = { 0 }, from_b = { 0 };
	uint32_t start = NFA_NONE;
	size_t i, j;

	nfa_walk(p->n);
	nfa_close(p->n, a, &from_a);
	nfa_walk(p->n);
	nfa_close(p->n, b, &from_b);
	for (i = 0; i < from_a.n; i++) {
		for (j = 0; j < from_b.n; j++) {
			uint32_t x = from_a.v[i], y = from_b.v[j];
			uint8_t kind = p->n->v[x].kind;

			if (kind != p->n->v[y].kind)
				continue;
			start = join(p, start, kind == NFA_ACCEPT ? p->next :
				     pair_state(p, x, y));
		}
	}
	return start;
}

uint32_t nfa_both(struct nfa *n, uint32_t start_a, uint32_t start_b,
		  uint32_t next, uint32_t owner, size_t cap)
{
	struct both p = { .n = n, .next = next, .owner = owner, .cap = cap };
	uint32_t start = pairs_of(&p, start_a, start_b);
	size_t i;

	for (i = 0; i < p.pairs.n; i++) {
		struct both_pair pair = p.pairs.v[i];
		uint32_t to = pairs_of(&p, n->v[pair.a].a, n->v[pair.b].a);

		n->v[pair.state].a = to;
	}
	return p.pairs.n > cap ? NFA_NONE : start;
}
