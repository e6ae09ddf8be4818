/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fcdb_int.h"

/*
 * Breadth-first, classes in the order of niceness: the first path to a label is
 * the shortest and, among those, the first in that order, however the states
 * are merged.
 */

/* ---- wanted labels ---- */

bool want_set(const struct keys *k, const struct want *w, uint32_t set)
{
	const struct set *s = &k->sets.set.v[set];
	const struct nfa *nfa = &w->m->nfa;
	uint32_t i;

	if (!s->universal && w->wanted[k->sets.no_label])
		return true;
	if (s->trie != NONE && w->below[s->trie] && !fcdb_fault_on(ALIVE))
		return true;
	for (i = s->n; i-- > 0;) {
		uint32_t state = k->sets.members.v[s->at + i];

		if (w->wanted[w->label[nfa->v[state].owner]])
			return true;
	}
	return false;
}

bool want_key(const struct keys *k, const struct want *w, uint32_t key)
{
	const struct key *y = &k->key.v[key];

	return key_live(k, y) || want_set(k, w, y->set);
}

/* nodes have higher numbers than their parents */
static void spread_live(struct keys *k, unsigned int layer)
{
	const struct sub_layer *l = &k->layer[layer];
	size_t i;

	for (i = l->node.n; i-- > 1;) {
		if (k->live[layer][i])
			k->live[layer][l->node.v[i].parent] = 1;
	}
}

/* the set at the end counts too: with "/" it differs */
static bool rule_wanted(struct keys *k, const struct want *w,
			unsigned int layer, uint32_t rule)
{
	uint32_t middle = keys_middle(k, layer, rule);
	uint32_t end = keys_end(k, layer, rule);

	if (layer == 1)
		return want_set(k, w, middle) || want_set(k, w, end) ||
		       w->wanted[sets_label(&k->sets, end)];
	return want_key(k, w, middle) || want_key(k, w, end) ||
	       w->wanted[k->key.v[end].label];
}

void want_subs(struct keys *k, const struct want *w)
{
	unsigned int layer;
	size_t i;

	for (layer = 2; layer-- > 0;) {
		const struct sub_layer *l = &k->layer[layer];

		memset(k->live[layer], 0, l->node.n);
		for (i = 0; i < l->node.n; i++) {
			uint32_t rule = l->node.v[i].rule;

			k->live[layer][i] = rule != NONE &&
					    w->open[layer][i] &&
					    rule_wanted(k, w, layer, rule);
		}
		spread_live(k, layer);
		work_charge(k->sets.work, l->node.n / 4);
	}
}

static void want_done(struct want *w, uint32_t label)
{
	uint32_t i, node;

	w->wanted[label] = 0;
	w->left--;
	for (i = w->first[label]; i < w->first[label + 1]; i++) {
		node = w->m->node[w->ranks[i]];
		for (; node != NONE; node = w->m->trie[node].parent)
			w->below[node]--;
	}
}

/* ---- states ---- */

static size_t state_slot(const struct search *s, uint32_t key, uint32_t space)
{
	uint64_t h = ((uint64_t)key << 32 | space) * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(h >> 30) & (s->n_slots - 1);

	while (s->slots[i]) {
		const struct search_state *o = &s->state.v[s->slots[i] - 1];

		if (o->key == key && o->space == space)
			break;
		i = (i + 1) & (s->n_slots - 1);
	}
	return i;
}

static void grow_slots(struct search *s)
{
	size_t i;

	s->n_slots = s->n_slots ? s->n_slots * 2 : 1024;
	s->slots = arena_zalloc(s->arena, s->n_slots, sizeof(uint32_t));
	for (i = 0; i < s->state.n; i++)
		s->slots[state_slot(s, s->state.v[i].key,
				    s->state.v[i].space)] = (uint32_t)i + 1;
}

/* false: it is there already */
static bool add_state(struct search *s, uint32_t key, uint32_t space,
		      uint32_t parent, unsigned int class)
{
	struct search_state st = { key, space, parent, 0, (uint8_t)class };
	size_t slot;

	if (s->state.n * 2 >= s->n_slots)
		grow_slots(s);
	slot = state_slot(s, key, space);
	if (s->slots[slot])
		return false;
	if (s->state.n)
		st.depth = s->state.v[parent].depth + 1;
	vec_push(s->arena, &s->state, st);
	s->slots[slot] = (uint32_t)s->state.n;
	return true;
}

static const char *path_to(const struct search *s, const struct space *sp,
			   uint32_t state)
{
	size_t len = 0;
	uint32_t i;
	char *path;

	for (i = state; i; i = s->state.v[i].parent)
		len++;
	path = arena_alloc(s->arena, len + 1);
	path[len] = '\0';
	for (i = state; i; i = s->state.v[i].parent)
		path[--len] = (char)sp->classes.byte[s->state.v[i].class];
	return path;
}

static void reset(struct search *s)
{
	s->state.n = 0;
	if (s->n_slots > 16384)
		s->n_slots = 0;
	if (s->n_slots)
		memset(s->slots, 0, s->n_slots * sizeof(*s->slots));
}

/* ---- the search ---- */

struct run {
	struct search *s;
	struct keys *k;
	struct want *w;
	const struct space *sp;
	enum space_flag flag;
	uint8_t goes_on;	/* a flag of states worth a visit */
	search_found *found;
	void *arg;
};

/* what lies farther is left for another time */
static bool near(const struct run *r, uint32_t far)
{
	struct search_guide *g = r->s->guide;

	if (g && far > g->limit && far < g->next)
		g->next = far;
	return !g || far <= g->limit;
}

static bool within(const struct run *r, const struct search_state *st)
{
	uint32_t far;

	if (!r->s->guide)
		return true;
	far = bound_of(r->s->guide->bound, st->key, st->space);
	work_charge(r->k->sets.work,
		    r->k->sets.set.v[r->k->key.v[st->key].set].n / 4 + 1);
	return far != NONE && near(r, st->depth + far);
}

static void visit(struct run *r, uint32_t state)
{
	const struct search_state *st = &r->s->state.v[state];
	uint32_t label = r->k->key.v[st->key].label;

	if (!(r->sp->flags[st->space] & r->flag) || !r->w->wanted[label] ||
	    !near(r, st->depth))
		return;
	r->found(r->arg, label, path_to(r->s, r->sp, state));
	want_done(r->w, label);
}

static void expand(struct run *r, uint32_t state)
{
	struct search_state st = r->s->state.v[state];
	const struct space *sp = r->sp;
	const uint32_t *row = sp->next + (size_t)st.space * sp->classes.n;
	unsigned int c;

	for (c = 0; c < sp->classes.n && r->w->left; c++) {
		uint32_t key;

		if (row[c] == NONE || !(sp->flags[row[c]] & r->goes_on))
			continue;
		if (r->flag == SPACE_OUT && c == sp->newline)
			continue;
		key = keys_step(r->k, st.key, sp->of_machine[c]);
		if (add_state(r->s, key, row[c], state, c))
			visit(r, (uint32_t)r->s->state.n - 1);
	}
	work_charge(r->k->sets.work, sp->classes.n);
}

enum search_end search_run(struct search *s, struct keys *k, struct want *w,
			   const struct space *sp, enum space_flag flag,
			   size_t cap, search_found *found, void *arg)
{
	struct run r = { s, k, w, sp, flag, 0, found, arg };
	struct work *work = k->sets.work;
	uint32_t i;

	r.goes_on = (uint8_t)(flag | (flag == SPACE_IN ? SPACE_CAN_IN
						       : SPACE_CAN_OUT));
	reset(s);
	add_state(s, k->start, 0, 0, 0);
	for (i = 0; i < s->state.n && w->left; i++) {
		if (work->full || s->state.n > FCDB_STATES_MAX)
			return SEARCH_FULL;
		if (s->state.n > cap)
			return SEARCH_CAP;
		if (k->sets.prune && !want_key(k, w, s->state.v[i].key))
			continue;
		if (within(&r, &s->state.v[i]))
			expand(&r, i);
	}
	return work->full ? SEARCH_FULL : SEARCH_DONE;
}
