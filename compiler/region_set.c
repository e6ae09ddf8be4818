/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fault.h"
#include "region_int.h"
#include "util.h"

/*
 * The names and numbers of one dimension that an OR (or, negated, an AND)
 * collects: they become one set instead of one cell each.
 */
struct bucket {
	VEC(const char *) names[NOM_DIMS];
	VEC(struct interval) num[NUM_DIMS];
	VEC(struct interval) eff[EFF_DIMS];
};

static int cmp_names(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* each name where it stands first in the source */
static const char **written_order(struct arena *a, const char **v, size_t n,
				  const struct nset *s)
{
	const char **order = arena_zalloc(a, s->n + 1, sizeof(*order));
	bool *seen = arena_zalloc(a, s->n + 1, sizeof(*seen));
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		const char **at = bsearch(&v[i], s->v, s->n, sizeof(*s->v),
					  cmp_names);

		if (seen[at - s->v])
			continue;
		seen[at - s->v] = true;
		order[k++] = v[i];
	}
	return order;
}

const struct nset *region_names(struct arena *a, const char **v, size_t n,
				bool negated)
{
	struct nset *s = arena_new(a, struct nset);
	const char **written = arena_grow(a, v, n * sizeof(*v),
					  n * sizeof(*v));
	size_t i;

	qsort(v, n, sizeof(*v), cmp_names);
	s->v = v;
	for (i = 0; i < n; i++)
		if (!i || strcmp(v[i], v[s->n - 1]))
			v[s->n++] = v[i];
	s->negated = negated;
	s->order = written_order(a, written, n, s);
	return s;
}

static int cmp_intervals(const void *x, const void *y)
{
	const struct interval *a = x, *b = y;

	return a->lo < b->lo ? -1 : a->lo > b->lo;
}

static const struct iset *intervals_set(struct arena *a, struct interval *v,
					size_t n)
{
	struct iset *s = arena_zalloc(a, 1, sizeof(*s) + n * sizeof(*v));
	size_t i;

	qsort(v, n, sizeof(*v), cmp_intervals);
	for (i = 0; i < n; i++) {
		struct interval *last = s->n ? &s->v[s->n - 1] : NULL;

		if (last && v[i].lo <= (uint64_t)last->hi + 1) {
			if (v[i].hi > last->hi)
				last->hi = v[i].hi;
		} else {
			s->v[s->n++] = v[i];
		}
	}
	return s;
}

/* false: an empty range, such as <0 */
static bool id_interval(const struct ast_id *id, struct interval *out)
{
	uint64_t lo = id->lo, hi = id->lo;

	switch (id->op) {
	case AST_ID_EQ:
		break;
	case AST_ID_RANGE:
		hi = id->hi - (fault_on(RANGE_SHORT) && id->hi > lo);
		break;
	case AST_ID_GT:
		lo = id->lo + !fault_on(GREATER_EQUAL);
		hi = KID_MAX;
		break;
	case AST_ID_LT:
		if (!id->lo)
			return false;
		lo = 0;
		hi = id->lo - 1;
		break;
	}
	if (hi > KID_MAX)
		hi = KID_MAX;
	if (lo > hi)
		return false;
	*out = (struct interval){ (uint32_t)lo, (uint32_t)hi };
	return true;
}

const char *region_magic(struct region_env *env, uint64_t magic)
{
	struct buf b;

	buf_init(&b, env->arena);
	buf_printf(&b, "0x%llx", (unsigned long long)magic);
	return intern_str(env->strings, b.s);
}

static void bucket_name(struct region_env *env, struct bucket *b, int dim,
			const char *name)
{
	vec_push(env->arena, &b->names[dim], name);
}

static void bucket_num(struct region_env *env, struct bucket *b, int dim,
		       const struct ast_set *s)
{
	struct interval iv;

	if (id_interval(&s->id, &iv))
		vec_push(env->arena, &b->num[dim], iv);
}

static void bucket_eff(struct region_env *env, struct bucket *b, int dim,
		       const struct ast_set *s)
{
	struct interval iv;

	if (id_interval(&s->id, &iv))
		vec_push(env->arena, &b->eff[dim], iv);
}

static int label_parts(const struct ast_set *s)
{
	return (s->user != NULL) + (s->role != NULL) + (s->type != NULL);
}

static void bucket_label(struct region_env *env, struct bucket *b,
			 const struct ast_set *s)
{
	if (s->user)
		bucket_name(env, b, NOM_LSM + KLSM_OBJ_USER, s->user);
	if (s->role)
		bucket_name(env, b, NOM_LSM + KLSM_OBJ_ROLE, s->role);
	if (s->type)
		bucket_name(env, b, NOM_LSM + KLSM_OBJ_TYPE, s->type);
}

/* false: not a test of one dimension (a label of several parts, a join) */
static bool bucket_atom(struct region_env *env, struct bucket *b,
			const struct ast_set *s)
{
	switch (s->kind) {
	case AST_SET_LABEL:
		if (label_parts(s) != 1)
			return false;
		bucket_label(env, b, s);
		return true;
	case AST_SET_OWNER:
		bucket_num(env, b, NUM_OWNER, s);
		return true;
	case AST_SET_GROUP:
		bucket_num(env, b, NUM_GROUP, s);
		return true;
	case AST_SET_FS:
		bucket_name(env, b, NOM_FSNAME, s->name);
		return true;
	case AST_SET_FS_SUBTYPE:
		bucket_name(env, b, NOM_FS_SUBTYPE, s->name);
		return true;
	case AST_SET_FSMAGIC:
		bucket_name(env, b, NOM_FSMAGIC, region_magic(env, s->magic));
		return true;
	case AST_SET_FSUUID:
		bucket_name(env, b, NOM_FSUUID, s->name);
		return true;
	case AST_SET_USER:
		bucket_num(env, b, NUM_UID, s);
		if (!fault_on(BARE_USER_REAL_ONLY))
			bucket_eff(env, b, EFF_UID, s);
		return true;
	case AST_SET_UID:
		bucket_num(env, b, NUM_UID, s);
		return true;
	case AST_SET_EUID:
		if (fault_on(UID_FOR_EUID))
			bucket_num(env, b, NUM_UID, s);
		else
			bucket_eff(env, b, EFF_UID, s);
		return true;
	case AST_SET_GID:
		bucket_num(env, b, NUM_GID, s);
		return true;
	case AST_SET_EGID:
		bucket_eff(env, b, EFF_GID, s);
		return true;
	case AST_SET_DOMAIN:
		bucket_name(env, b, NOM_LSM + KLSM_SUBJ_TYPE, s->name);
		return true;
	case AST_SET_SUBJ_ROLE:
		bucket_name(env, b, NOM_LSM + KLSM_SUBJ_ROLE, s->name);
		return true;
	case AST_SET_SUBJ_USER:
		bucket_name(env, b, NOM_LSM + KLSM_SUBJ_USER, s->name);
		return true;
	default:
		return false;
	}
}

/*
 * OR: a cell for each dimension of the bucket. Effective ids first: they need
 * no fence, and what they cover needs none in the cells behind them.
 */
static void spread_bucket(struct region_env *env, struct bucket *b, cells *out)
{
	struct arena *a = env->arena;
	struct cell c;
	size_t i;

	for (i = 0; i < NOM_DIMS; i++) {
		if (!b->names[i].n)
			continue;
		cell_all(&c, env->universe);
		c.nom[i] = region_names(a, b->names[i].v, b->names[i].n, false);
		vec_push(a, out, c);
	}
	for (i = 0; i < EFF_DIMS; i++) {
		if (!b->eff[i].n)
			continue;
		cell_all(&c, env->universe);
		c.eff[i] = eset_some(a, intervals_set(a, b->eff[i].v,
						      b->eff[i].n));
		vec_push(a, out, c);
	}
	for (i = 0; i < NUM_DIMS; i++) {
		if (!b->num[i].n)
			continue;
		cell_all(&c, env->universe);
		c.num[i] = intervals_set(a, b->num[i].v, b->num[i].n);
		vec_push(a, out, c);
	}
}

/* AND of opposites: one cell that keeps out of everything in the bucket */
static bool exclude_bucket(struct region_env *env, struct bucket *b,
			   struct cell *c)
{
	struct arena *a = env->arena;
	const struct iset *s;
	bool some = true;
	size_t i;

	cell_all(c, env->universe);
	for (i = 0; i < NOM_DIMS; i++)
		if (b->names[i].n)
			c->nom[i] = region_names(a, b->names[i].v,
					      b->names[i].n, true);
	for (i = 0; i < NUM_DIMS; i++) {
		if (!b->num[i].n)
			continue;
		s = intervals_set(a, b->num[i].v, b->num[i].n);
		c->num[i] = iset_not(a, s);
		some &= c->num[i]->n > 0;
	}
	for (i = 0; i < EFF_DIMS; i++) {
		if (!b->eff[i].n)
			continue;
		s = intervals_set(a, b->eff[i].v, b->eff[i].n);
		c->eff[i] = eset_none(a, s);
		some &= iset_not(a, s)->n > 0;
	}
	return some;
}

/* false: more than REGION_MAX_CELLS */
static bool cells_and(struct region_env *env, const cells *x, const cells *y,
		      cells *out)
{
	struct cell c;
	size_t i, j;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < x->n; i++)
		for (j = 0; j < y->n; j++) {
			if (!cell_and(env->arena, &x->v[i], &y->v[j], &c))
				continue;
			if (out->n == REGION_MAX_CELLS)
				return false;
			vec_push(env->arena, out, c);
		}
	return true;
}

struct term {
	const struct ast_set *set;
	bool neg;
};

typedef VEC(struct term) terms;

static bool is_join(const struct term *t, bool want_or)
{
	return t->set->kind == (want_or != t->neg ? AST_SET_OR : AST_SET_AND);
}

/* peel ! and references */
static struct term peel(struct term t)
{
	for (;;) {
		t.set = ast_deref(t.set);
		if (t.set->kind != AST_SET_NOT)
			return t;
		t.set = t.set->left;
		t.neg = !t.neg;
	}
}

/*
 * The operands of a chain of joins that all mean OR (or all AND), in source
 * order, without recursion: chains may be very long.
 */
static void flatten(struct region_env *env, struct term t, bool want_or,
		    terms *out)
{
	terms stack = { 0 };

	vec_push(env->arena, &stack, t);
	while (stack.n) {
		t = peel(stack.v[--stack.n]);
		if (!is_join(&t, want_or)) {
			vec_push(env->arena, out, t);
			continue;
		}
		vec_push(env->arena, &stack,
			 (struct term){ t.set->right, t.neg });
		vec_push(env->arena, &stack,
			 (struct term){ t.set->left, t.neg });
	}
}

static bool set_cells(struct region_env *env, struct term t, cells *out);

/* a label of several parts: all hold, or, negated, one of them does not */
static void label_cells(struct region_env *env, struct term t, cells *out)
{
	const char *part[] = { t.set->user, t.set->role, t.set->type };
	struct cell all, c;
	size_t i;

	cell_all(&all, env->universe);
	for (i = 0; i < ARRAY_SIZE(part); i++) {
		const struct nset *s;

		if (!part[i])
			continue;
		s = nset_one(env->arena, part[i]);
		if (!t.neg) {
			all.nom[NOM_LSM + KLSM_OBJ_USER + i] = s;
			continue;
		}
		cell_all(&c, env->universe);
		c.nom[NOM_LSM + KLSM_OBJ_USER + i] = nset_not(env->arena, s);
		vec_push(env->arena, out, c);
	}
	if (!t.neg)
		vec_push(env->arena, out, all);
}

static bool or_cells(struct region_env *env, const terms *ts, cells *out)
{
	struct bucket b = { 0 };
	size_t i, j;

	for (i = 0; i < ts->n; i++) {
		cells part = { 0 };

		if (!ts->v[i].neg && bucket_atom(env, &b, ts->v[i].set))
			continue;
		if (!set_cells(env, ts->v[i], &part))
			return false;
		for (j = 0; j < part.n; j++)
			vec_push(env->arena, out, part.v[j]);
		if (out->n > REGION_MAX_CELLS)
			return false;
	}
	spread_bucket(env, &b, out);
	return true;
}

static bool and_cells(struct region_env *env, const terms *ts, cells *out)
{
	struct bucket b = { 0 };
	struct cell rest;
	cells acc = { 0 }, part, next;
	size_t i;
	bool some = true;

	cell_all(&rest, env->universe);
	vec_push(env->arena, &acc, rest);
	for (i = 0; i < ts->n; i++) {
		if (ts->v[i].neg && bucket_atom(env, &b, ts->v[i].set))
			continue;
		memset(&part, 0, sizeof(part));
		if (!set_cells(env, ts->v[i], &part) ||
		    !cells_and(env, &acc, &part, &next))
			return false;
		acc = next;
	}
	some = exclude_bucket(env, &b, &rest);
	memset(&part, 0, sizeof(part));
	if (some)
		vec_push(env->arena, &part, rest);
	return cells_and(env, &acc, &part, out);
}

/* a lone atom counts as an OR of one, a negated one as an AND of one */
static bool set_cells(struct region_env *env, struct term t, cells *out)
{
	terms ts = { 0 };
	bool is_or;

	t = peel(t);
	if (t.set->kind == AST_SET_LABEL && label_parts(t.set) != 1) {
		label_cells(env, t, out);
		return true;
	}
	is_or = is_join(&t, true) || (!is_join(&t, false) && !t.neg);
	flatten(env, t, is_or, &ts);
	return is_or ? or_cells(env, &ts, out) : and_cells(env, &ts, out);
}

bool region_and_set(struct region_env *env, cells *acc,
		    const struct ast_set *set)
{
	cells part = { 0 }, next;

	if (!set)
		return true;
	if (!set_cells(env, (struct term){ set, false }, &part) ||
	    !cells_and(env, acc, &part, &next))
		return false;
	*acc = next;
	return true;
}
