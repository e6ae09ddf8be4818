/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "lower_int.h"

static const struct outcome nothing = { .act = false, .pcr = -1 };

/*
 * hash and appraise meet (facts 4.1): an appraise match clears a hash result
 * found before it. All hash rules are put behind all appraise rules, where
 * nothing clears them, and what a later appraise statement would have cleared
 * is exempted here instead.
 */
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
			part.outcome = nothing;
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
		ir_add(c->xattr, s->raw, s->span, c->n);
	} else if (xattr_op(s)) {
		krule_init(&k, KCLASS_APPRAISE, false);
		k.func = KHOOK_SETXATTR;
		k.algos = region_algos(ctx);
		ir_add(c->xattr, &k, s->span, c->n);
	} else {
		region_of_rule(&c->env, ctx, c->n, c->rs);
	}
	c->n++;
}

/* ---- one list of all classes ---- */

/*
 * Classes do not see each other, so any interleaving that keeps the order in
 * each is right; rules of one statement stand together where that is possible.
 * Hash rules come last: no appraise rule may follow them.
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
			if (!best || r->stmt < best->stmt) {
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

static void dump_sets(const regions rs[KCLASS_COUNT], struct buf *out)
{
	size_t i;
	int c;

	for (c = 0; c < KCLASS_COUNT; c++)
		for (i = 0; i < rs[c].n; i++)
			region_dump(&rs[c].v[i], out);
}

bool lower(struct arena *a, struct intern *strings, const struct ast *ast,
	   const struct ktarget *t, struct diags *diags, struct ir *out,
	   struct buf *sets)
{
	struct collect c = { .n = 0 };
	struct ir lists[KCLASS_COUNT + 1];
	size_t errors = diags->n_errors, i;
	bool ok = true;

	for (i = 0; i <= KCLASS_COUNT; i++)
		ir_init(&lists[i], a);
	region_env_init(&c.env, a, strings, t, diags);
	c.xattr = &lists[KCLASS_COUNT];
	ast_walk_rules(ast, collect_rule, &c);
	if (sets)
		dump_sets(c.rs, sets);
	combine_hash(&c.env, c.rs);
	for (i = 0; i < KCLASS_COUNT; i++)
		ok &= lower_class(&c.env, i, &c.rs[i], &lists[i]);
	/* the hash list is the last class: taken out of the interleaving */
	interleave(lists, KCLASS_HASH, out);
	for (i = KCLASS_HASH; i <= KCLASS_COUNT; i++) {
		size_t j;

		for (j = 0; j < lists[i].rules.n; j++)
			vec_push(out->arena, &out->rules, lists[i].rules.v[j]);
	}
	return ok && diags->n_errors == errors;
}
