/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "typed.h"

static const struct typed_list no_list;

void typed_init(struct typed_index *x, struct arena *a)
{
	memset(x, 0, sizeof(*x));
	x->arena = a;
	ptrmap_init(&x->by_type, a);
	vec_push(a, &x->lists, no_list);
}

/* ---- keys ---- */

struct key {
	enum typed_key kind;	/* TYPED_KEYS: none */
	const char *type;
	uint32_t id;
};

static bool key_of(const struct cell *c, enum typed_key kind, struct key *k)
{
	const struct nset *s = c->nom[NOM_LSM + KLSM_OBJ_TYPE];
	const struct iset *ids = c->num[kind == TYPED_OWNER ? NUM_OWNER :
					NUM_UID];

	k->kind = kind;
	if (kind == TYPED_TYPE) {
		if (!s || s->negated || s->n != 1)
			return false;
		k->type = s->v[0];
		return true;
	}
	if (!ids || ids->n != 1 || ids->v[0].lo != ids->v[0].hi)
		return false;
	k->id = ids->v[0].lo;
	return true;
}

static struct key first_key(const struct cell *c)
{
	struct key k;
	int i;

	for (i = 0; i < TYPED_KEYS; i++)
		if (key_of(c, i, &k))
			return k;
	k.kind = TYPED_KEYS;
	return k;
}

static bool same_key(const struct key *a, const struct key *b)
{
	return a->kind == b->kind &&
	       (a->kind != TYPED_TYPE || a->type == b->type) &&
	       (a->kind == TYPED_TYPE || a->kind == TYPED_KEYS ||
		a->id == b->id);
}

/* ---- tables of ids ---- */

static size_t find_id(const struct typed_ids *t, uint32_t id)
{
	size_t i;

	if (!t->cap)
		return 0;
	for (i = id * 2654435761u & (t->cap - 1); t->slots[i].list;
	     i = (i + 1) & (t->cap - 1))
		if (t->slots[i].id == id)
			return t->slots[i].list;
	return 0;
}

static void put_id(struct typed_ids *t, uint32_t id, size_t list)
{
	size_t i = id * 2654435761u & (t->cap - 1);

	while (t->slots[i].list)
		i = (i + 1) & (t->cap - 1);
	t->slots[i].id = id;
	t->slots[i].list = list;
}

static void add_id(struct arena *a, struct typed_ids *t, uint32_t id,
		   size_t list)
{
	struct typed_ids old = *t;
	size_t i;

	if (t->n * 2 >= t->cap) {
		t->cap = t->cap ? t->cap * 2 : 16;
		t->slots = arena_zalloc(a, t->cap, sizeof(*t->slots));
		for (i = 0; i < old.cap; i++)
			if (old.slots[i].list)
				put_id(t, old.slots[i].id, old.slots[i].list);
	}
	put_id(t, id, list);
	t->n++;
}

/* ---- lists ---- */

/* 0: no list of that key */
static size_t find_list(const struct typed_index *x, const struct key *k)
{
	size_t *at;

	if (k->kind == TYPED_KEYS)
		return 0;
	if (k->kind != TYPED_TYPE)
		return find_id(&x->ids[k->kind], k->id);
	at = ptrmap_find(&x->by_type, k->type);
	return at ? *at : 0;
}

static size_t make_list(struct typed_index *x, const struct key *k)
{
	size_t at = find_list(x, k);

	if (at || k->kind == TYPED_KEYS)
		return at;
	at = x->lists.n;
	vec_push(x->arena, &x->lists, no_list);
	if (k->kind == TYPED_TYPE)
		ptrmap_add(&x->by_type, k->type, at);
	else
		add_id(x->arena, &x->ids[k->kind], k->id, at);
	x->used[k->kind]++;
	return at;
}

static void add_key(struct typed_index *x, const struct key *k, size_t number)
{
	size_t at = make_list(x, k);

	vec_push(x->arena, &x->lists.v[at].v, number);
	vec_push(x->arena, &x->log, at);
	x->n = number + 1;
}

void typed_add(struct typed_index *x, const struct cell *c, size_t number)
{
	struct key k = first_key(c);

	add_key(x, &k, number);
}

void typed_add_cells(struct typed_index *x, const cells *cs, size_t number)
{
	struct key k = { .kind = TYPED_KEYS }, other;
	size_t i;

	for (i = 0; i < cs->n; i++) {
		other = first_key(&cs->v[i]);
		if (!i)
			k = other;
		else if (!same_key(&k, &other))
			k.kind = TYPED_KEYS;
	}
	add_key(x, &k, number);
}

void typed_rewind(struct typed_index *x, size_t n)
{
	while (x->log.n) {
		struct typed_list *l = &x->lists.v[x->log.v[x->log.n - 1]];

		if (l->v.v[l->v.n - 1] < n)
			break;
		l->v.n--;
		x->log.n--;
	}
	if (x->n > n)
		x->n = n;
}

/* ---- going through ---- */

static size_t first_from(const struct typed_list *l, size_t from)
{
	size_t lo = 0, hi = l->v.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->v.v[mid] < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/*
 * Things are listed under their first key, so each kind of key has to be looked
 * at; a kind that the cell leaves open, and that is in use, means all things.
 */
struct typed_iter typed_from(const struct typed_index *x,
			     const struct cell *c, size_t from)
{
	struct typed_iter it = { .x = x, .next = from };
	struct key k;
	int i;

	it.lists[TYPED_KEYS] = &x->lists.v[0];
	for (i = 0; i < TYPED_KEYS; i++) {
		it.lists[i] = &no_list;
		if (!x->used[i])
			continue;
		if (key_of(c, i, &k)) {
			size_t at = find_list(x, &k);

			if (at)
				it.lists[i] = &x->lists.v[at];
		} else {
			it.all = true;
		}
	}
	for (i = 0; i <= TYPED_KEYS && !it.all; i++)
		it.at[i] = first_from(it.lists[i], from);
	return it;
}

size_t typed_next(struct typed_iter *it)
{
	size_t best = SIZE_MAX;
	int i, from = 0;

	if (it->all)
		return it->next < it->x->n ? it->next++ : SIZE_MAX;
	for (i = 0; i <= TYPED_KEYS; i++) {
		const struct typed_list *l = it->lists[i];

		if (it->at[i] < l->v.n && l->v.v[it->at[i]] < best) {
			best = l->v.v[it->at[i]];
			from = i;
		}
	}
	if (best != SIZE_MAX)
		it->at[from]++;
	return best;
}
