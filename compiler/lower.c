/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "lower_int.h"

/*
 * hash and appraise meet (facts 4.1): an appraise match clears a hash result
 * found before it. Where no appraise statement stands behind a hash of the same
 * files, hash rules go behind all appraise rules. Where some does, and each
 * statement became rules of its own in both classes, the order of the statements
 * is kept and the kernel does the rest. Else all hash rules are put behind, and
 * what a later appraise statement would have cleared is exempted there.
 */
static bool meets_later_appraise(struct arena *a, const struct region *h,
				 const regions *appraise)
{
	size_t i, j, k;

	for (i = 0; i < appraise->n; i++) {
		const struct region *ap = &appraise->v[i];

		if (!ap->outcome.act || ap->action_no < h->action_no)
			continue;
		for (j = 0; j < h->pos.n; j++)
			for (k = 0; k < ap->pos.n; k++)
				if (cell_meets(a, &h->pos.v[j], &ap->pos.v[k]))
					return true;
	}
	return false;
}

static bool any_cleared(struct arena *a, const regions rs[KCLASS_COUNT])
{
	const regions *hash = &rs[KCLASS_HASH];
	size_t i;

	for (i = 0; i < hash->n; i++)
		if (hash->v[i].outcome.act &&
		    meets_later_appraise(a, &hash->v[i], &rs[KCLASS_APPRAISE]))
			return true;
	return false;
}

static void split_by_appraise(struct region_env *env, const struct region *h,
			      const regions *appraise, regions *out)
{
	size_t i, j, k;

	for (i = 0; i < appraise->n; i++) {
		const struct region *ap = &appraise->v[i];
		struct region part = *h;
		struct cell c;

		memset(&part.pos, 0, sizeof(part.pos));
		for (j = 0; j < h->pos.n; j++)
			for (k = 0; k < ap->pos.n; k++)
				if (cell_and(env->arena, &h->pos.v[j],
					     &ap->pos.v[k], &c))
					vec_push(env->arena, &part.pos, c);
		memset(&part.neg, 0, sizeof(part.neg));
		for (j = 0; j < h->neg.n; j++)
			vec_push(env->arena, &part.neg, h->neg.v[j]);
		for (j = 0; j < ap->neg.n; j++)
			vec_push(env->arena, &part.neg, ap->neg.v[j]);
		if (ap->outcome.act && ap->action_no > h->action_no)
			part.outcome = outcome_nothing;
		if (part.pos.n)
			vec_push(env->arena, out, part);
	}
}

static void combine_hash(struct region_env *env, regions rs[KCLASS_COUNT])
{
	const regions *hash = &rs[KCLASS_HASH];
	regions out = { 0 };
	size_t i;

	for (i = 0; i < hash->n; i++) {
		if (hash->v[i].outcome.act)
			split_by_appraise(env, &hash->v[i],
					  &rs[KCLASS_APPRAISE], &out);
		vec_push(env->arena, &out, hash->v[i]);
	}
	rs[KCLASS_HASH] = out;
}

/* ---- statements that are no access: xattr ---- */

static const struct ast_op *xattr_op(const struct ast_stmt *s)
{
	return s->kind == AST_RULE && s->ops.n &&
	       s->ops.v[0].kind == AST_OP_XATTR ? &s->ops.v[0] : NULL;
}

struct collect {
	struct region_env env;
	regions rs[KCLASS_COUNT];
	struct ir *xattr;
	size_t n;
};

static void collect_rule(void *arg, const struct ast_context *ctx)
{
	struct collect *c = arg;
	const struct ast_stmt *s = ctx->rule;
	struct krule k;

	if (s->kind == AST_RAW && s->raw->func == KHOOK_SETXATTR) {
		ir_add(c->xattr, s->raw, s->span, c->n, c->n * KCLASS_COUNT);
	} else if (xattr_op(s)) {
		krule_init(&k, KCLASS_APPRAISE, false);
		k.func = KHOOK_SETXATTR;
		k.algos = region_algos(ctx);
		ir_add(c->xattr, &k, s->span, c->n, c->n * KCLASS_COUNT);
	} else {
		region_of_rule(&c->env, ctx, c->n, c->rs);
	}
	c->n++;
}

/* ---- one list of all classes ---- */

/*
 * Classes do not see each other, so any interleaving that keeps the order in
 * each is right; rules of one statement stand together where that is possible.
 */
static void interleave(const struct ir lists[], size_t n, struct ir *out)
{
	size_t at[KCLASS_COUNT + 1] = { 0 };

	for (;;) {
		const struct ir_rule *best = NULL;
		size_t i, from = 0;

		for (i = 0; i < n; i++) {
			const struct ir_rule *r;

			if (at[i] == lists[i].rules.n)
				continue;
			r = &lists[i].rules.v[at[i]];
			if (!best || r->place < best->place) {
				best = r;
				from = i;
			}
		}
		if (!best)
			return;
		vec_push(out->arena, &out->rules, *best);
		at[from]++;
	}
}

static void append(const struct ir *list, struct ir *out)
{
	size_t i;

	for (i = 0; i < list->rules.n; i++)
		vec_push(out->arena, &out->rules, list->rules.v[i]);
}

static void dump_sets(const regions rs[KCLASS_COUNT], struct buf *out)
{
	size_t i;
	int c;

	for (c = 0; c < KCLASS_COUNT; c++)
		for (i = 0; i < rs[c].n; i++)
			region_dump(&rs[c].v[i], out);
}

/* the hash rules, and with them all rules, into out */
static bool lower_hash(struct collect *c, struct ir lists[], bool fenced,
		       struct ir *out)
{
	struct arena *a = c->env.arena;
	bool cleared = any_cleared(a, c->rs), hash_fenced = false, ok;

	ok = lower_class(&c->env, KCLASS_HASH, &c->rs[KCLASS_HASH],
			 &lists[KCLASS_HASH], &hash_fenced);
	if (ok && cleared && !fenced && !hash_fenced) {
		interleave(lists, KCLASS_COUNT, out);
		return true;
	}
	if (ok && cleared) {
		combine_hash(&c->env, c->rs);
		ir_init(&lists[KCLASS_HASH], a);
		ok = lower_class(&c->env, KCLASS_HASH, &c->rs[KCLASS_HASH],
				 &lists[KCLASS_HASH], &hash_fenced);
	}
	interleave(lists, KCLASS_HASH, out);
	append(&lists[KCLASS_HASH], out);
	return ok;
}

bool lower(struct arena *a, struct intern *strings, const struct ast *ast,
	   const struct ktarget *t, struct diags *diags, struct ir *out,
	   struct buf *sets)
{
	struct collect c = { .n = 0 };
	struct ir lists[KCLASS_COUNT + 1];
	bool ok = true, fenced[KCLASS_COUNT] = { false };
	size_t errors = diags->n_errors, i;

	for (i = 0; i <= KCLASS_COUNT; i++)
		ir_init(&lists[i], a);
	region_env_init(&c.env, a, strings, t, diags);
	c.xattr = &lists[KCLASS_COUNT];
	ast_walk_rules(ast, collect_rule, &c);
	if (sets)
		dump_sets(c.rs, sets);
	for (i = 0; i < KCLASS_HASH; i++)
		ok &= lower_class(&c.env, i, &c.rs[i], &lists[i], &fenced[i]);
	ok &= lower_hash(&c, lists, fenced[KCLASS_APPRAISE], out);
	append(c.xattr, out);
	return ok && diags->n_errors == errors;
}
