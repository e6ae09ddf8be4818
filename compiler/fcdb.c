/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "fcdb_int.h"
#include "util.h"

#ifdef IMAPOL_FAULTS
int fcdb_fault;
size_t fcdb_together_max = FCDB_TOGETHER_MAX;
#endif

static const char *const verdicts[] = {
	[FCDB_EXACT] = "EXACT", [FCDB_WIDER] = "WIDER",
	[FCDB_UNCOVERED] = "UNCOVERED", [FCDB_EMPTY] = "EMPTY",
	[FCDB_TOO_HARD] = "TOO_HARD",
};

static_assert(ARRAY_SIZE(verdicts) == FCDB_VERDICT_COUNT, "each has a name");

const char *fcdb_verdict_name(enum fcdb_verdict v)
{
	return verdicts[v];
}

struct fcdb *fcdb_new(struct arena *a, const struct fcontext *fc)
{
	struct fcdb *db = arena_new(a, struct fcdb);

	db->arena = a;
	db->fc = fc;
	db->search.arena = a;
	db->work.limit = SIZE_MAX;
	return db;
}

const struct fcontext *fcdb_fcontext(const struct fcdb *db)
{
	return db->fc;
}

struct kind_state *fcdb_kind(struct fcdb *db, enum fc_kind kind)
{
	struct kind_state *ks = db->kind[kind];

	if (ks)
		return ks;
	ks = arena_new(db->arena, struct kind_state);
	ks->m = machine_new(db->arena, db->fc, kind);
	keys_init(&ks->keys, ks->m, &db->work);
	keys_init(&ks->one, ks->m, &db->work);
	keys_init(&ks->find, ks->m, &db->work);
	ks->below = arena_zalloc(db->arena, ks->m->n_trie, sizeof(uint32_t));
	ks->binary = arena_zalloc(db->arena, ks->m->n + 1, sizeof(uint32_t));
	db->kind[kind] = ks;
	return ks;
}

/* ---- labels ---- */

static bool same_parts(const struct fcdb_label *a, const struct fcdb_label *b)
{
	return a->user == b->user && a->role == b->role && a->type == b->type;
}

static uint64_t hash_parts(const struct fcdb_label *l)
{
	uint64_t h = (uintptr_t)l->type;

	h = (h ^ (uintptr_t)l->user) * 0x9e3779b97f4a7c15u;
	h = (h ^ (uintptr_t)l->role) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

static struct fcdb_label parts_of(const struct fc_entry *e, unsigned int parts)
{
	struct fcdb_label l = { 0 };

	if (parts & FCDB_USER)
		l.user = e->user;
	if (parts & FCDB_ROLE)
		l.role = e->role;
	if (parts & FCDB_TYPE)
		l.type = e->type;
	return l;
}

/* numbered as they come first in the files; the table is only looked up */
static void number_labels(struct fcdb *db, struct part_labels *pl,
			  unsigned int parts)
{
	size_t n = db->fc->entries.n, cap = 64, i, slot;
	uint32_t *slots;

	while (cap < 2 * n + 2)
		cap *= 2;
	slots = arena_zalloc(db->arena, cap, sizeof(*slots));
	pl->n = 1;
	for (i = 0; i < n; i++) {
		const struct fc_entry *e = &db->fc->entries.v[i];
		struct fcdb_label l = parts_of(e, parts);

		if (e->none)
			continue;
		slot = hash_parts(&l) & (cap - 1);
		while (slots[slot] && !same_parts(&pl->label[slots[slot]], &l))
			slot = (slot + 1) & (cap - 1);
		if (!slots[slot]) {
			pl->label[pl->n] = l;
			slots[slot] = pl->n++;
		}
		pl->of_entry[i] = slots[slot];
	}
}

const struct part_labels *fcdb_parts(struct fcdb *db, unsigned int parts)
{
	struct part_labels *pl = &db->parts[parts];
	size_t n = db->fc->entries.n;

	if (pl->of_entry)
		return pl;
	pl->of_entry = arena_zalloc(db->arena, n + 1, sizeof(*pl->of_entry));
	pl->label = arena_zalloc(db->arena, n + 1, sizeof(*pl->label));
	number_labels(db, pl, parts);
	return pl;
}

void labelling_index(struct labelling *l, const struct machine *m)
{
	uint32_t r, k;

	l->first = arena_zalloc(m->arena, l->n + 2, sizeof(*l->first));
	l->ranks = arena_zalloc(m->arena, m->n + 1, sizeof(*l->ranks));
	for (r = 0; r < m->n; r++)
		l->first[l->by_rank[r] + 2]++;
	for (k = 2; k <= l->n + 1; k++)
		l->first[k] += l->first[k - 1];
	for (r = 0; r < m->n; r++)
		l->ranks[l->first[l->by_rank[r] + 1]++] = r;
}

const struct labelling *fcdb_labelling(struct fcdb *db, struct kind_state *ks,
				       unsigned int parts)
{
	const struct part_labels *pl = fcdb_parts(db, parts);
	struct labelling *l = &ks->parts[parts];
	const struct machine *m = ks->m;
	uint32_t r;

	if (l->by_rank)
		return l;
	l->n = pl->n;
	l->by_rank = arena_zalloc(db->arena, m->n + 1, sizeof(*l->by_rank));
	for (r = 0; r < m->n; r++)
		l->by_rank[r] = pl->of_entry[m->entry[r] - db->fc->entries.v];
	labelling_index(l, m);
	return l;
}

const struct labelling *fcdb_identity(struct fcdb *db, struct kind_state *ks)
{
	struct labelling *l = &ks->identity;
	uint32_t r;

	if (l->by_rank)
		return l;
	l->n = ks->m->n + 1;
	l->by_rank = arena_zalloc(db->arena, l->n, sizeof(*l->by_rank));
	for (r = 0; r < ks->m->n; r++)
		l->by_rank[r] = r + 1;
	labelling_index(l, ks->m);
	return l;
}
