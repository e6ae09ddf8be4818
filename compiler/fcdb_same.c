/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fcdb_int.h"

/*
 * Two databases side by side. Where the second holds no entry that the first
 * lacks, both decide alike from there on, so only the rest is walked. Both must
 * have been read with one table of strings, and have the same substitutions.
 */

struct pair_state {
	uint32_t before, after, space, parent;
	uint8_t class;
	bool newline;		/* the last byte */
};

struct same {
	struct arena *arena;
	struct { struct fc_entry const **v; size_t n, cap; } label;
	uint32_t *label_slots;
	size_t n_label_slots;
	struct space sp;
	struct keys before, after;
	struct want fresh;	/* entries of the second only */
	struct { struct pair_state *v; size_t n, cap; } state;
	uint32_t *slots;
	size_t n_slots;
};

/* ---- labels in common ---- */

static bool same_but_user(const struct fc_entry *a, const struct fc_entry *b)
{
	return a->none == b->none && a->role == b->role &&
	       a->type == b->type && a->range == b->range;
}

static bool same_context(const struct fc_entry *a, const struct fc_entry *b)
{
	return same_but_user(a, b) && a->user == b->user;
}

/* label 0: none; labels are entries that stand for those like them */
static uint32_t label_of(struct same *s, const struct fc_entry *e)
{
	uint64_t h = (uintptr_t)e->type;
	size_t i;

	if (e->none)
		return 0;
	h = (h ^ (uintptr_t)e->user) * 0x9e3779b97f4a7c15u;
	h = (h ^ (uintptr_t)e->range) * 0x9e3779b97f4a7c15u;
	i = (size_t)(h >> 32) & (s->n_label_slots - 1);
	while (s->label_slots[i] &&
	       !same_context(s->label.v[s->label_slots[i]], e))
		i = (i + 1) & (s->n_label_slots - 1);
	if (!s->label_slots[i]) {
		s->label_slots[i] = (uint32_t)s->label.n;
		vec_push(s->arena, &s->label, e);
	}
	return s->label_slots[i];
}

static uint32_t *label_ranks(struct same *s, const struct machine *m)
{
	uint32_t *by_rank = arena_zalloc(s->arena, m->n + 1, sizeof(uint32_t));
	uint32_t r;

	for (r = 0; r < m->n; r++)
		by_rank[r] = label_of(s, m->entry[r]);
	return by_rank;
}

static void init_labels(struct same *s, size_t entries)
{
	for (s->n_label_slots = 64; s->n_label_slots < 2 * entries;)
		s->n_label_slots *= 2;
	s->label_slots = arena_zalloc(s->arena, s->n_label_slots,
				      sizeof(uint32_t));
	vec_push(s->arena, &s->label, NULL);
}

/* ---- entries that only the second has ---- */

static uint64_t entry_hash(const struct fc_entry *e)
{
	uint64_t h = (uintptr_t)e->regex + e->kind;

	h = (h ^ (uintptr_t)e->type) * 0x9e3779b97f4a7c15u;
	h = (h ^ (uintptr_t)e->user) * 0x9e3779b97f4a7c15u;
	return h >> 32;
}

static bool same_entry(const struct fc_entry *a, const struct fc_entry *b)
{
	return a->regex == b->regex && a->kind == b->kind &&
	       a->input == b->input && same_context(a, b);
}

/* by rank of the second: 1 for entries that the first lacks */
static uint32_t *find_fresh(struct same *s, const struct machine *before,
			    const struct machine *after)
{
	uint32_t *fresh = arena_zalloc(s->arena, after->n + 1, sizeof(*fresh));
	uint32_t *slots, r;
	size_t cap = 64, i;

	while (cap < 2 * (size_t)before->n + 2)
		cap *= 2;
	slots = arena_zalloc(s->arena, cap, sizeof(*slots));
	for (r = 0; r < before->n; r++) {
		i = entry_hash(before->entry[r]) & (cap - 1);
		while (slots[i])
			i = (i + 1) & (cap - 1);
		slots[i] = r + 1;
	}
	for (r = 0; r < after->n; r++) {
		i = entry_hash(after->entry[r]) & (cap - 1);
		while (slots[i] && !same_entry(before->entry[slots[i] - 1],
					       after->entry[r]))
			i = (i + 1) & (cap - 1);
		fresh[r] = !slots[i];
	}
	return fresh;
}

static void want_fresh(struct same *s, const struct machine *before,
		       struct machine *after)
{
	static const uint32_t nothing[3];
	static uint8_t wanted[2] = { 0, 1 };
	uint32_t *fresh = find_fresh(s, before, after), r, node;
	uint32_t *below = arena_zalloc(s->arena, after->n_trie, sizeof(*below));

	for (r = 0; r < after->n; r++) {
		node = fresh[r] ? after->node[r] : NONE;
		for (; node != NONE; node = after->trie[node].parent)
			below[node]++;
	}
	s->fresh = (struct want){ after, fresh, wanted, 2, 1, below, nothing,
				  nothing, { NULL, NULL } };
}

/* ---- the walk ---- */

static size_t state_slot(const struct same *s, const struct pair_state *p)
{
	uint64_t h = ((uint64_t)p->before << 32 | p->after) *
		     0x9e3779b97f4a7c15u ^ p->space;
	size_t i;

	h *= 0x9e3779b97f4a7c15u;
	i = (size_t)(h >> 30) & (s->n_slots - 1);
	while (s->slots[i]) {
		const struct pair_state *o = &s->state.v[s->slots[i] - 1];

		if (o->before == p->before && o->after == p->after &&
		    o->space == p->space && o->newline == p->newline)
			break;
		i = (i + 1) & (s->n_slots - 1);
	}
	return i;
}

static bool add_state(struct same *s, struct pair_state p)
{
	size_t slot, i;

	if (s->state.n * 2 >= s->n_slots) {
		s->n_slots = s->n_slots ? s->n_slots * 2 : 1024;
		s->slots = arena_zalloc(s->arena, s->n_slots, sizeof(uint32_t));
		for (i = 0; i < s->state.n; i++)
			s->slots[state_slot(s, &s->state.v[i])] =
				(uint32_t)i + 1;
	}
	slot = state_slot(s, &p);
	if (s->slots[slot])
		return false;
	vec_push(s->arena, &s->state, p);
	s->slots[slot] = (uint32_t)s->state.n;
	return true;
}

/* a regex also matches before a final newline, so there the user may differ */
static bool state_agrees(const struct same *s, const struct pair_state *p)
{
	uint32_t a = s->before.key.v[p->before].label;
	uint32_t b = s->after.key.v[p->after].label;
	uint8_t flags = s->sp.flags[p->space];

	if (a == b || !(flags & (SPACE_IN | SPACE_OUT)))
		return true;
	return (flags & SPACE_IN || p->newline) && a && b &&
	       same_but_user(s->label.v[a], s->label.v[b]);
}

static const char *path_to(const struct same *s, size_t state)
{
	size_t len = 0, i;
	char *path;

	for (i = state; i; i = s->state.v[i].parent)
		len++;
	path = arena_alloc(s->arena, len + 1);
	path[len] = '\0';
	for (i = state; i; i = s->state.v[i].parent)
		path[--len] = (char)s->sp.classes.byte[s->state.v[i].class];
	return path;
}

/* the number of a state that differs; 0: there is none */
static size_t expand(struct same *s, size_t from)
{
	struct pair_state p = s->state.v[from];
	const uint32_t *row = s->sp.next + (size_t)p.space * s->sp.classes.n;
	unsigned int c;

	for (c = 0; c < s->sp.classes.n; c++) {
		struct pair_state to = { .space = row[c], .class = (uint8_t)c,
					 .parent = (uint32_t)from,
					 .newline = c == s->sp.newline };

		if (to.space == NONE)
			continue;
		to.before = keys_step(&s->before, p.before,
				      s->sp.of_machine[c]);
		to.after = keys_step(&s->after, p.after, s->sp.of_also[c]);
		if (add_state(s, to) && !state_agrees(s, &to))
			return s->state.n - 1;
	}
	work_charge(s->after.sets.work, s->sp.classes.n);
	return 0;
}

static enum fcdb_same walk(struct same *s, struct work *work,
			   const char **path)
{
	struct pair_state start = { s->before.start, s->after.start, 0, 0, 0,
				    false };
	size_t i, differs;

	add_state(s, start);
	for (i = 0; i < s->state.n; i++) {
		if (work->full || s->state.n > FCDB_STATES_MAX)
			return FCDB_SAME_TOO_HARD;
		if (!want_key(&s->after, &s->fresh, s->state.v[i].after))
			continue;
		differs = expand(s, i);
		if (differs) {
			*path = path_to(s, differs);
			return FCDB_DIFFERS;
		}
	}
	return work->full ? FCDB_SAME_TOO_HARD : FCDB_SAME;
}

enum fcdb_same fcdb_same(struct fcdb *before, struct fcdb *after,
			 const struct fcdb_query *q, const char **path)
{
	struct work work = { .limit = q->work ? q->work : FCDB_WORK };
	struct same s = { .arena = after->arena };
	struct machine *a = fcdb_kind(before, q->kind)->m;
	struct machine *b = fcdb_kind(after, q->kind)->m;

	*path = NULL;
	init_labels(&s, (size_t)a->n + b->n);
	s.sp.arena = s.arena;
	space_build(&s.sp, a, b, q, &work);
	if (s.sp.full)
		return FCDB_SAME_TOO_HARD;
	keys_init(&s.before, a, &work);
	keys_init(&s.after, b, &work);
	keys_reset(&s.before, label_ranks(&s, a), 0, true);
	keys_reset(&s.after, label_ranks(&s, b), 0, true);
	want_fresh(&s, a, b);
	memset(s.after.live[0], 1, s.after.layer[0].node.n);
	memset(s.after.live[1], 1, s.after.layer[1].node.n);
	return walk(&s, &work, path);
}
