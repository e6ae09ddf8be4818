/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fcdb_int.h"
#include "ptrmap.h"

/*
 * A substitution looks at the path only as far as its source, so it is a layer
 * around the sets: a node in the trie of sources, or none when the path has left
 * it, beside the set that the same bytes lead to. Where a source ends and '/' or
 * the end of the path follows, the set is replaced by the one after the other
 * text, unless a source that ended before goes first. .subs is applied once, and
 * .subs_dist once to what comes out.
 */

enum { SUBS, DIST };

/* ---- the trie of sources ---- */

static uint32_t child(const struct sub_layer *l, uint32_t node,
		      unsigned int byte)
{
	uint32_t c = l->node.v[node].child;

	while (c != NONE && l->node.v[c].byte != byte)
		c = l->node.v[c].sibling;
	return c;
}

static uint32_t add_node(struct sub_layer *l, struct arena *a, uint32_t parent,
			 uint8_t byte)
{
	struct sub_node n = { NONE, NONE, parent, NONE, byte };

	if (parent != NONE) {
		n.sibling = l->node.v[parent].child;
		l->node.v[parent].child = (uint32_t)l->node.n;
	}
	vec_push(a, &l->node, n);
	return (uint32_t)l->node.n - 1;
}

static void add_source(struct sub_layer *l, struct arena *a, uint32_t rule)
{
	const char *s = l->rules->v[rule].src;
	uint32_t node = 0;

	for (; *s; s++) {
		uint32_t c = child(l, node, (unsigned char)*s);

		node = c == NONE ? add_node(l, a, node, (uint8_t)*s) : c;
	}
	if (l->node.v[node].rule == NONE)
		l->node.v[node].rule = rule;
}

/* a source that ends further up, before a '/', and goes first, hides this one */
static bool hidden(const struct sub_layer *l, uint32_t node)
{
	uint32_t rule = l->node.v[node].rule, n = node;
	bool slash = false;

	if (fcdb_fault_on(SUB_RANK))
		return false;
	for (; n != NONE; n = l->node.v[n].parent) {
		if (slash && l->node.v[n].rule < rule)
			return true;
		slash = l->node.v[n].byte == '/';
	}
	return false;
}

/* many sources may lead to one text; those are the same pointer */
static void find_first(struct sub_layer *l, struct arena *a)
{
	struct ptrmap seen;
	uint32_t i;

	ptrmap_init(&seen, a);
	for (i = 0; i < l->rules->n; i++) {
		const char *dst = l->rules->v[i].dst;

		ptrmap_add(&seen, dst, i);
		l->first[i] = (uint32_t)*ptrmap_find(&seen, dst);
	}
}

void sub_layer_init(struct sub_layer *l, struct arena *a,
		    const struct fc_subs *rules)
{
	uint32_t i;
	uint8_t *drop;

	memset(l, 0, sizeof(*l));
	l->rules = rules;
	if (!rules->n)
		return;
	add_node(l, a, NONE, 0);
	for (i = 0; i < rules->n; i++)
		add_source(l, a, i);
	drop = arena_zalloc(a, l->node.n, 1);
	for (i = 0; i < l->node.n; i++)
		drop[i] = l->node.v[i].rule != NONE && hidden(l, i);
	for (i = 0; i < l->node.n; i++) {
		if (drop[i])
			l->node.v[i].rule = NONE;
	}
	l->first = arena_zalloc(a, rules->n, sizeof(*l->first));
	find_first(l, a);
	l->middle = arena_zalloc(a, rules->n, sizeof(*l->middle));
	l->end = arena_zalloc(a, rules->n, sizeof(*l->end));
}

/* ---- keys, each once ---- */

static size_t key_slot(const struct keys *k, const struct key *key)
{
	uint64_t h = ((uint64_t)key->at[0] << 40 ^ (uint64_t)key->at[1] << 20 ^
		      key->set) * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(h >> 32) & (k->n_slots - 1);

	while (k->slots[i]) {
		const struct key *other = &k->key.v[k->slots[i] - 1];

		if (other->at[0] == key->at[0] && other->at[1] == key->at[1] &&
		    other->set == key->set)
			break;
		i = (i + 1) & (k->n_slots - 1);
	}
	return i;
}

static void grow_slots(struct keys *k)
{
	size_t i;

	k->n_slots = k->n_slots ? k->n_slots * 2 : 256;
	k->slots = arena_zalloc(k->sets.m->arena, k->n_slots, sizeof(uint32_t));
	for (i = 0; i < k->key.n; i++)
		k->slots[key_slot(k, &k->key.v[i])] = (uint32_t)i + 1;
}

static uint32_t rule_at(const struct keys *k, unsigned int layer, uint32_t at)
{
	return at == NONE ? NONE : k->layer[layer].node.v[at].rule;
}

/* the key's set when the path ends: substitutions that end here count */
static uint32_t final_set(struct keys *k, const struct key *key)
{
	uint32_t rule = rule_at(k, SUBS, key->at[SUBS]);
	struct key at = *key;

	if (rule != NONE) {
		uint32_t end = keys_end(k, SUBS, rule);

		at = k->key.v[end];
	}
	rule = rule_at(k, DIST, at.at[DIST]);
	return rule == NONE ? at.set : keys_end(k, DIST, rule);
}

static size_t slot_of(struct keys *k, const struct key *key)
{
	if (k->key.n * 2 >= k->n_slots)
		grow_slots(k);
	return key_slot(k, key);
}

static uint32_t make_key(struct keys *k, struct key key)
{
	struct arena *a = k->sets.m->arena;
	size_t slot = slot_of(k, &key), i;

	if (k->slots[slot])
		return k->slots[slot] - 1;
	/* which may make another key */
	key.label = sets_label(&k->sets, final_set(k, &key));
	slot = slot_of(k, &key);
	vec_push(a, &k->key, key);
	for (i = 0; i < k->sets.m->classes.n; i++)
		vec_push(a, &k->next, NONE);
	k->slots[slot] = (uint32_t)k->key.n;
	return (uint32_t)k->key.n - 1;
}

/* ---- steps ---- */

/* in .subs_dist and the sets */
static void step_inner(struct keys *k, struct key *key, unsigned int class)
{
	unsigned int byte = k->sets.m->classes.byte[class];
	uint32_t rule = rule_at(k, DIST, key->at[DIST]);

	if (byte == '/' && rule != NONE)
		key->set = keys_middle(k, DIST, rule);
	if (key->at[DIST] != NONE)
		key->at[DIST] = child(&k->layer[DIST], key->at[DIST], byte);
	key->set = sets_step(&k->sets, key->set, class);
}

uint32_t keys_step(struct keys *k, uint32_t from, unsigned int class)
{
	const unsigned int n_classes = k->sets.m->classes.n;
	size_t cell = (size_t)from * n_classes + class;
	struct key key = k->key.v[from];
	unsigned int byte = k->sets.m->classes.byte[class];
	uint32_t rule, at = key.at[SUBS], to;

	if (k->next.v[cell] != NONE)
		return k->next.v[cell];
	rule = rule_at(k, SUBS, at);
	if (byte == '/' && rule != NONE) {
		to = keys_middle(k, SUBS, rule);
		key = k->key.v[to];
		key.at[SUBS] = at;
	}
	if (at != NONE)
		key.at[SUBS] = child(&k->layer[SUBS], at, byte);
	step_inner(k, &key, class);
	to = make_key(k, key);
	k->next.v[cell] = to;
	return to;
}

/* ---- the other texts ---- */

static uint32_t set_after(struct keys *k, const char *s)
{
	uint32_t set = k->sets.start;

	for (; *s; s++)
		set = sets_step(&k->sets, set,
				k->sets.m->classes.of[(unsigned char)*s]);
	return set;
}

static uint32_t key_after(struct keys *k, const char *s)
{
	struct key key = { { NONE, NONE }, k->sets.start, 0 };

	if (k->layer[DIST].rules->n)
		key.at[DIST] = 0;
	for (; *s; s++)
		step_inner(k, &key, k->sets.m->classes.of[(unsigned char)*s]);
	return make_key(k, key);
}

static uint32_t run_text(struct keys *k, unsigned int layer, const char *s)
{
	work_charge(k->sets.work, strlen(s));
	return layer == DIST ? set_after(k, s) : key_after(k, s);
}

uint32_t keys_end(struct keys *k, unsigned int layer, uint32_t rule)
{
	struct sub_layer *l = &k->layer[layer];
	uint32_t *end = &l->end[l->first[rule]];

	if (*end == NONE)
		*end = run_text(k, layer, l->rules->v[rule].dst);
	return *end;
}

/* "/" as the other text swallows the slash that follows */
uint32_t keys_middle(struct keys *k, unsigned int layer, uint32_t rule)
{
	struct sub_layer *l = &k->layer[layer];
	uint32_t *middle = &l->middle[l->first[rule]];
	const char *dst = l->rules->v[rule].dst;

	if (*middle == NONE)
		*middle = run_text(k, layer, dst[1] ? dst : "");
	return *middle;
}

static void forget_texts(struct sub_layer *l)
{
	if (!l->rules->n)
		return;
	memset(l->middle, 0xff, l->rules->n * sizeof(*l->middle));
	memset(l->end, 0xff, l->rules->n * sizeof(*l->end));
}

void keys_init(struct keys *k, struct machine *m, struct work *work)
{
	memset(k, 0, sizeof(*k));
	sets_init(&k->sets, m, work);
	sub_layer_init(&k->layer[SUBS], m->arena, &m->fc->subs);
	sub_layer_init(&k->layer[DIST], m->arena, &m->fc->subs_dist);
	k->live[SUBS] = arena_zalloc(m->arena, k->layer[SUBS].node.n + 1, 1);
	k->live[DIST] = arena_zalloc(m->arena, k->layer[DIST].node.n + 1, 1);
}

void keys_reset(struct keys *k, const uint32_t *label, uint32_t no_label,
		bool prune)
{
	struct key start = { { NONE, NONE }, 0, 0 };

	sets_reset(&k->sets, label, no_label, prune);
	k->key.n = 0;
	k->next.n = 0;
	if (k->n_slots > 65536)
		k->n_slots = 0;
	if (k->n_slots)
		memset(k->slots, 0, k->n_slots * sizeof(*k->slots));
	forget_texts(&k->layer[SUBS]);
	forget_texts(&k->layer[DIST]);
	if (k->layer[SUBS].rules->n)
		start.at[SUBS] = 0;
	if (k->layer[DIST].rules->n)
		start.at[DIST] = 0;
	start.set = k->sets.start;
	k->start = make_key(k, start);
}
