/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fcdb_int.h"

void sets_init(struct sets *s, struct machine *m, struct work *work)
{
	memset(s, 0, sizeof(*s));
	s->m = m;
	s->work = work;
}

static uint32_t set_hash(const uint32_t *v, size_t n, uint32_t trie)
{
	uint64_t h = trie + 1;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ v[i]) * 0x9e3779b97f4a7c15u ^ (h >> 31);
	return (uint32_t)(h >> 32) ^ (uint32_t)h;
}

static size_t set_slot(const struct sets *s, const uint32_t *v, size_t n,
		       uint32_t trie)
{
	size_t i = set_hash(v, n, trie) & (s->n_slots - 1);

	while (s->slots[i]) {
		const struct set *set = &s->set.v[s->slots[i] - 1];

		if (set->n == n && set->trie == trie &&
		    (!n || !memcmp(s->members.v + set->at, v, n * sizeof(*v))))
			break;
		i = (i + 1) & (s->n_slots - 1);
	}
	return i;
}

/* the empty set may be there before there are any members */
static const uint32_t *set_members(const struct sets *s, const struct set *set)
{
	return set->n ? s->members.v + set->at : NULL;
}

static void grow_slots(struct sets *s)
{
	size_t i;

	s->n_slots = s->n_slots ? s->n_slots * 2 : 256;
	s->slots = arena_zalloc(s->m->arena, s->n_slots, sizeof(uint32_t));
	for (i = 0; i < s->set.n; i++) {
		const struct set *set = &s->set.v[i];

		s->slots[set_slot(s, set_members(s, set), set->n,
				  set->trie)] = (uint32_t)i + 1;
	}
}

static uint32_t set_winner(const struct sets *s, const uint32_t *v, size_t n)
{
	const struct nfa *nfa = &s->m->nfa;
	struct winner w;
	size_t i;

	winner_init(&w, s->m);
	for (i = 0; i < n; i++) {
		if (nfa->v[v[i]].kind == NFA_ACCEPT)
			winner_add(&w, nfa->v[v[i]].owner);
	}
	return winner_get(&w);
}

static void add_set(struct sets *s, const struct nfa_list *list, uint32_t trie,
		    bool universal)
{
	struct arena *a = s->m->arena;
	struct set set = { .at = (uint32_t)s->members.n, .trie = trie,
			   .n = (uint32_t)list->n, .universal = universal,
			   .win = set_winner(s, list->v, list->n) };
	size_t i;

	for (i = 0; i < list->n; i++)
		vec_push(a, &s->members, list->v[i]);
	for (i = 0; i < s->m->classes.n; i++)
		vec_push(a, &s->next, NONE);
	vec_push(a, &s->set, set);
}

/* the set of the states in scratch */
static uint32_t make_set(struct sets *s, uint32_t trie)
{
	bool universal = false;
	size_t slot;

	nfa_list_sort(&s->scratch);
	if (s->prune)
		sets_prune(s, &s->scratch, &trie, &universal);
	work_charge(s->work, s->scratch.n + 1);
	if (s->set.n * 2 >= s->n_slots)
		grow_slots(s);
	slot = set_slot(s, s->scratch.v, s->scratch.n, trie);
	if (!s->slots[slot]) {
		add_set(s, &s->scratch, trie, universal);
		if (s->set.n > SETS_MAX || s->members.n > MEMBERS_MAX)
			s->work->full = true;
		s->slots[slot] = (uint32_t)s->set.n;
	}
	return s->slots[slot] - 1;
}

/* what hangs off a node of the trie starts there */
static void add_hanging(struct sets *s, uint32_t trie)
{
	uint32_t h = trie == NONE ? NONE : s->m->trie[trie].hang;

	for (; h != NONE; h = s->m->hangs.v[h].next)
		nfa_close(&s->m->nfa, s->m->hangs.v[h].start, &s->scratch);
}

void sets_reset(struct sets *s, const uint32_t *label, uint32_t no_label,
		bool prune)
{
	s->label = label;
	s->no_label = no_label;
	s->prune = prune;
	s->set.n = 0;
	s->members.n = 0;
	s->next.n = 0;
	if (s->n_slots > 65536)
		s->n_slots = 0;
	if (s->n_slots)
		memset(s->slots, 0, s->n_slots * sizeof(*s->slots));
	s->scratch.n = 0;
	nfa_walk(&s->m->nfa);
	add_hanging(s, 0);
	s->start = make_set(s, 0);
}

uint32_t sets_step(struct sets *s, uint32_t from, unsigned int class)
{
	const struct machine *m = s->m;
	const unsigned int n_classes = m->classes.n;
	struct nfa *nfa = &s->m->nfa;
	size_t cell = (size_t)from * n_classes + class, i;
	struct set set = s->set.v[from];
	uint32_t trie = set.trie;

	if (s->next.v[cell] != NONE)
		return s->next.v[cell];
	s->scratch.n = 0;
	nfa_walk(nfa);
	for (i = 0; i < set.n; i++) {
		const struct nfa_state *st = &nfa->v[s->members.v[set.at + i]];

		if (st->kind == NFA_SET &&
		    m->hit[(size_t)st->set * n_classes + class])
			nfa_close(nfa, st->a, &s->scratch);
	}
	if (trie != NONE)
		trie = machine_child(m, trie, m->classes.byte[class]);
	add_hanging(s, trie);
	work_charge(s->work, set.n + 1);
	i = make_set(s, trie);
	s->next.v[cell] = (uint32_t)i;
	return (uint32_t)i;
}
