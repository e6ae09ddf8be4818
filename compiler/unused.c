/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "unused.h"
#include "verify_ast.h"

struct unused {
	struct verify_ast va;
	struct access_outcomes outcomes;
	struct access_step *steps;	/* all actions of all statements */
	dd_ref whole[KCLASS_COUNT];
	const bool *suspect;
	struct diags *ds;
	size_t n, asked;
};

static void prepare(struct unused *u, const struct ast *ast,
		    const struct ktarget *t)
{
	struct arena *a = ast->arena;
	struct space *sp = space_new(a, t);
	size_t i;
	int c;

	verify_ast_init(&u->va, ast, sp);
	space_finish(sp);
	access_outcomes_init(&u->outcomes, a);
	verify_ast_build(&u->va);
	u->steps = arena_zalloc(a, u->va.steps.n + 1, sizeof(*u->steps));
	for (i = 0; i < u->va.steps.n; i++) {
		const struct verify_step *s = &u->va.steps.v[i];

		u->steps[i].class = s->class;
		u->steps[i].effect = access_effect(sp, &u->outcomes, s->region,
						   &s->outcome);
	}
	for (c = 0; c < KCLASS_COUNT; c++)
		u->whole[c] = access_decide(sp, u->steps, u->va.steps.n, c);
}

/* do all classes come out the same without the statement? */
static bool changes_nothing(struct unused *u, const struct ast_stmt *s)
{
	struct access_step *rest = arena_zalloc(u->va.arena,
						u->va.steps.n + 1,
						sizeof(*rest));
	size_t i, n = 0;
	int c;

	for (i = 0; i < u->va.steps.n; i++)
		if (u->va.steps.v[i].stmt != s)
			rest[n++] = u->steps[i];
	for (c = 0; c < KCLASS_COUNT; c++)
		if (access_decide(u->va.space, rest, n, c) != u->whole[c])
			return false;
	return !dd_full(space_dd(u->va.space));
}

static bool from_library(const struct ast_stmt *s)
{
	return s->span.src && s->span.src->name[0] == '<' &&
	       s->span.src->path;
}

static void ask(void *arg, const struct ast_context *ctx)
{
	struct unused *u = arg;
	const struct ast_stmt *s = ctx->rule;
	struct diag *d;

	if (!u->suspect[u->n++] || from_library(s) || u->asked++ >= UNUSED_MAX)
		return;
	if (!changes_nothing(u, s))
		return;
	d = diag_add(u->ds, DIAG_NO_EFFECT, s->span,
		     "this statement changes no decision");
	diag_note(u->ds, d, NO_SPAN,
		  "what it matches is decided by statements above it, or comes "
		  "out the same without it");
}

void unused_check(const struct ast *ast, const struct ktarget *t,
		  const bool *suspect, struct diags *ds)
{
	struct unused u = { .suspect = suspect, .ds = ds };

	prepare(&u, ast, t);
	ast_walk_rules(ast, ask, &u);
}
