/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "automaton.h"

/* ---- sets of bytes ---- */

void byteset_add_range(struct byteset *s, unsigned int lo, unsigned int hi)
{
	for (; lo <= hi; lo++)
		byteset_add(s, lo);
}

void byteset_invert(struct byteset *s)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		s->w[i] = ~s->w[i];
}

struct byteset byteset_and(const struct byteset *a, const struct byteset *b)
{
	struct byteset s;
	unsigned int i;

	for (i = 0; i < 4; i++)
		s.w[i] = a->w[i] & b->w[i];
	return s;
}

struct byteset byteset_of(unsigned int b)
{
	struct byteset s = { { 0 } };

	byteset_add(&s, b);
	return s;
}

struct byteset byteset_all(void)
{
	struct byteset s = { { 0 } };

	byteset_invert(&s);
	return s;
}

bool byteset_empty(const struct byteset *s)
{
	return !(s->w[0] | s->w[1] | s->w[2] | s->w[3]);
}

bool byteset_full(const struct byteset *s)
{
	return !~(s->w[0] & s->w[1] & s->w[2] & s->w[3]);
}

int byteset_single(const struct byteset *s)
{
	int found = -1;
	unsigned int b;

	for (b = 0; b < 256; b++) {
		if (!byteset_has(s, b))
			continue;
		if (found >= 0)
			return -1;
		found = (int)b;
	}
	return found;
}

/* ---- expressions ---- */

struct re *re_set(struct arena *a, const struct byteset *set)
{
	struct re *re = arena_new(a, struct re);

	re->op = RE_SET;
	re->set = *set;
	return re;
}

struct re *re_byte(struct arena *a, unsigned int b)
{
	struct byteset set = byteset_of(b);

	return re_set(a, &set);
}

static struct re *re_many(struct arena *a, enum re_op op,
			  const struct re_list *list)
{
	struct re *re;

	if (list->n == 1)
		return list->v[0];
	re = arena_new(a, struct re);
	re->op = op;
	re->sub = list->v;
	re->n = list->n;
	return re;
}

struct re *re_cat(struct arena *a, const struct re_list *list)
{
	return re_many(a, RE_CAT, list);
}

struct re *re_alt(struct arena *a, const struct re_list *list)
{
	return re_many(a, RE_ALT, list);
}

struct re *re_repeat(struct arena *a, struct re *sub, uint32_t min,
		     uint32_t max)
{
	struct re *re = arena_new(a, struct re);

	re->op = RE_REPEAT;
	re->sub = arena_new(a, struct re *);
	re->sub[0] = sub;
	re->n = 1;
	re->min = min;
	re->max = max;
	return re;
}

size_t re_size(const struct re *re, size_t cap)
{
	size_t size = 1, i, one, times;

	for (i = 0; i < re->n && size <= cap; i++)
		size += re_size(re->sub[i], cap);
	if (re->op == RE_REPEAT) {
		one = size;
		times = re->max == RE_NO_MAX ? (size_t)re->min + 1 : re->max;
		size = times && one > cap / times ? cap + 1 : one * times + 1;
	}
	return size > cap ? cap + 1 : size;
}

/* ---- states ---- */

void nfa_init(struct nfa *n, struct arena *a)
{
	memset(n, 0, sizeof(*n));
	n->arena = a;
}

static uint32_t add_state(struct nfa *n, enum nfa_kind kind, uint32_t owner)
{
	struct nfa_state s = { .kind = (uint8_t)kind, .a = NFA_NONE,
			       .b = NFA_NONE, .owner = owner };

	vec_push(n->arena, n, s);
	return (uint32_t)n->n - 1;
}

static size_t set_slot(const struct nfa *n, const struct byteset *set)
{
	uint64_t h = 0;
	size_t i;

	for (i = 0; i < 4; i++)
		h = (h ^ set->w[i]) * 0x9e3779b97f4a7c15u ^ (h >> 29);
	i = (size_t)(h >> 32) & (n->set_cap - 1);
	while (n->set_slots[i] &&
	       memcmp(&n->sets.v[n->set_slots[i] - 1], set, sizeof(*set)))
		i = (i + 1) & (n->set_cap - 1);
	return i;
}

static void grow_sets(struct nfa *n)
{
	size_t i;

	n->set_cap = n->set_cap ? n->set_cap * 2 : 64;
	n->set_slots = arena_zalloc(n->arena, n->set_cap, sizeof(uint32_t));
	for (i = 0; i < n->sets.n; i++)
		n->set_slots[set_slot(n, &n->sets.v[i])] = (uint32_t)i + 1;
}

static uint32_t set_number(struct nfa *n, const struct byteset *set)
{
	size_t slot;

	if (n->sets.n * 2 >= n->set_cap)
		grow_sets(n);
	slot = set_slot(n, set);
	if (!n->set_slots[slot]) {
		vec_push(n->arena, &n->sets, *set);
		n->set_slots[slot] = (uint32_t)n->sets.n;
	}
	return n->set_slots[slot] - 1;
}

uint32_t nfa_accept(struct nfa *n, uint32_t owner)
{
	return add_state(n, NFA_ACCEPT, owner);
}

uint32_t nfa_set(struct nfa *n, const struct byteset *set, uint32_t next,
		 uint32_t owner)
{
	uint32_t s = add_state(n, NFA_SET, owner);

	n->v[s].set = set_number(n, set);
	n->v[s].a = next;
	return s;
}

uint32_t nfa_split(struct nfa *n, uint32_t a, uint32_t b, uint32_t owner)
{
	uint32_t s = add_state(n, NFA_SPLIT, owner);

	n->v[s].a = a;
	n->v[s].b = b;
	return s;
}

/* ---- expressions to states, from the end to the start ---- */

static uint32_t build_repeat(struct nfa *n, const struct re *re, uint32_t next,
			     uint32_t owner)
{
	const struct re *sub = re->sub[0];
	uint32_t i, loop, start;

	if (re->max == RE_NO_MAX) {
		loop = nfa_split(n, NFA_NONE, next, owner);
		start = nfa_build(n, sub, loop, owner);
		n->v[loop].a = start;
		next = loop;
	} else {
		uint32_t end = next;

		for (i = re->min; i < re->max; i++)
			next = nfa_split(n, nfa_build(n, sub, next, owner), end,
					 owner);
	}
	for (i = 0; i < re->min; i++)
		next = nfa_build(n, sub, next, owner);
	return next;
}

uint32_t nfa_build(struct nfa *n, const struct re *re, uint32_t next,
		   uint32_t owner)
{
	uint32_t start;
	size_t i;

	switch (re->op) {
	case RE_SET:
		return nfa_set(n, &re->set, next, owner);
	case RE_CAT:
		for (i = re->n; i-- > 0;)
			next = nfa_build(n, re->sub[i], next, owner);
		return next;
	case RE_REPEAT:
		return build_repeat(n, re, next, owner);
	case RE_ALT:
	case RE_OP_COUNT:
		break;
	}
	start = nfa_build(n, re->sub[re->n - 1], next, owner);
	for (i = re->n - 1; i-- > 0;)
		start = nfa_split(n, nfa_build(n, re->sub[i], next, owner),
				  start, owner);
	return start;
}

/* ---- closures ---- */

void nfa_walk(struct nfa *n)
{
	if (n->mark_cap < n->n) {
		n->mark_cap = n->n + n->n / 2;
		n->mark = arena_zalloc(n->arena, n->mark_cap, sizeof(uint32_t));
		n->stamp = 0;
	}
	if (++n->stamp == 0) {
		memset(n->mark, 0, n->mark_cap * sizeof(uint32_t));
		n->stamp = 1;
	}
}

void nfa_close(struct nfa *n, uint32_t s, struct nfa_list *out)
{
	n->stack.n = 0;
	vec_push(n->arena, &n->stack, s);
	while (n->stack.n) {
		const struct nfa_state *st;

		s = n->stack.v[--n->stack.n];
		if (s == NFA_NONE || n->mark[s] == n->stamp)
			continue;
		n->mark[s] = n->stamp;
		st = &n->v[s];
		if (st->kind != NFA_SPLIT) {
			vec_push(n->arena, out, s);
			continue;
		}
		vec_push(n->arena, &n->stack, st->b);
		vec_push(n->arena, &n->stack, st->a);
	}
}

static int cmp_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* nearly sorted as a rule; when too much has to move it is sorted anew */
void nfa_list_sort(struct nfa_list *list)
{
	size_t i, j, moves = 0;

	for (i = 1; i < list->n && moves < 16 * list->n; i++) {
		uint32_t x = list->v[i];

		for (j = i; j && list->v[j - 1] > x; j--)
			list->v[j] = list->v[j - 1];
		list->v[j] = x;
		moves += i - j;
	}
	if (i < list->n)
		qsort(list->v, list->n, sizeof(*list->v), cmp_u32);
}

void nfa_run_start(struct nfa *n, struct nfa_run *r, uint32_t start)
{
	r->now.n = 0;
	nfa_walk(n);
	nfa_close(n, start, &r->now);
}

void nfa_run_step(struct nfa *n, struct nfa_run *r, unsigned int byte)
{
	struct nfa_list last = r->now;
	size_t i;

	r->now = r->next;
	r->now.n = 0;
	r->next = last;
	nfa_walk(n);
	for (i = 0; i < last.n; i++) {
		const struct nfa_state *st = &n->v[last.v[i]];

		if (st->kind == NFA_SET &&
		    byteset_has(&n->sets.v[st->set], byte))
			nfa_close(n, st->a, &r->now);
	}
}

bool nfa_run_accepts(const struct nfa *n, const struct nfa_run *r)
{
	size_t i;

	for (i = 0; i < r->now.n; i++)
		if (n->v[r->now.v[i]].kind == NFA_ACCEPT)
			return true;
	return false;
}
