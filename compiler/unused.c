/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "shadow.h"
#include "unused.h"
#include "verify_ast.h"

#define MAX_PLACES 3	/* of statements, in one message */

struct unused {
	struct verify_ast va;
	struct access_outcomes outcomes;
	struct access_step *steps;	/* all actions of all statements */
	struct shadows shadows[KCLASS_COUNT];
	bool asked_of[KCLASS_COUNT];
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
	int c;

	verify_ast_init(&u->va, ast, sp);
	space_finish(sp);
	access_outcomes_init(&u->outcomes, a);
	verify_ast_build(&u->va);
	u->steps = verify_ast_steps(&u->va, &u->outcomes);
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

/* ---- who takes it ---- */

static struct shadows *shadows_of(struct unused *u, enum kclass class)
{
	dd_ref *region;
	size_t i, n = u->va.steps.n;

	if (u->asked_of[class])
		return &u->shadows[class];
	u->asked_of[class] = true;
	region = arena_zalloc(u->va.arena, n + 1, sizeof(*region));
	for (i = 0; i < n; i++)
		region[i] = u->va.steps.v[i].class == class ?
			u->va.steps.v[i].region : DD_PASS;
	shadows_init(&u->shadows[class], u->va.arena, space_dd(u->va.space),
		     region, n);
	return &u->shadows[class];
}

/* the actions above that decide instead; false: one of its own does decide */
static bool hidden(struct unused *u, const struct ast_stmt *s,
		   shadow_list *by)
{
	size_t i;

	for (i = 0; i < u->va.steps.n; i++)
		if (u->va.steps.v[i].stmt == s &&
		    !shadows_hide(shadows_of(u, u->va.steps.v[i].class), i, by))
			return false;
	return true;
}

/* the actions below i that share the set; one where the last takes in all of it */
static void alike_below(struct unused *u, size_t i, dd_ref set,
			shadow_list *by)
{
	const struct verify_step *step = &u->va.steps.v[i];
	struct dd *m = space_dd(u->va.space);
	dd_ref left = set;
	size_t k, had = by->n;

	for (k = i + 1; k < u->va.steps.n && left != DD_PASS; k++) {
		const struct verify_step *other = &u->va.steps.v[k];
		dd_ref rest = dd_diff(m, left, other->region);

		if (other->class != step->class || other->stmt == step->stmt ||
		    rest == left)
			continue;
		vec_push(u->va.arena, by, k);
		left = rest;
	}
	if (by->n > had + 1 && left == DD_PASS &&
	    dd_diff(m, set,
		    u->va.steps.v[by->v[by->n - 1]].region) == DD_PASS) {
		by->v[had] = by->v[by->n - 1];
		by->n = had + 1;
	}
}

/* the actions below that decide the same where it does */
static void alike(struct unused *u, const struct ast_stmt *s, shadow_list *by)
{
	struct dd *m = space_dd(u->va.space);
	size_t i, k;

	for (i = 0; i < u->va.steps.n; i++) {
		const struct verify_step *step = &u->va.steps.v[i];
		dd_ref left = step->region;

		if (step->stmt != s)
			continue;
		for (k = 0; k < i; k++)
			if (u->va.steps.v[k].class == step->class)
				left = dd_diff(m, left,
					       u->va.steps.v[k].region);
		alike_below(u, i, left, by);
	}
}

/* each statement once, in the order of the actions */
static void note_places(struct unused *u, struct diag *d,
			const shadow_list *by, const char *text)
{
	const struct ast_stmt *said[MAX_PLACES];
	size_t i, k, n = 0, more = 0;

	for (i = 0; i < by->n; i++) {
		const struct ast_stmt *s = u->va.steps.v[by->v[i]].stmt;

		for (k = 0; k < n && said[k] != s; k++)
			;
		if (k < n)
			continue;
		if (n == MAX_PLACES) {
			more++;
			continue;
		}
		said[n++] = s;
		diag_note(u->ds, d, s->span, "%s", text);
	}
	if (more)
		diag_note(u->ds, d, NO_SPAN, "and by others");
}

static void say_why(struct unused *u, struct diag *d, const struct ast_stmt *s)
{
	shadow_list by = { 0 };

	if (hidden(u, s, &by)) {
		note_places(u, d, &by, "what it matches is decided by this "
			    "statement above it");
		if (!by.n)
			diag_note(u->ds, d, NO_SPAN, "no access is left that "
				  "meets its conditions");
		return;
	}
	by.n = 0;
	alike(u, s, &by);
	note_places(u, d, &by, "what it decides comes out the same by this "
		    "statement below it");
	if (!by.n)
		diag_note(u->ds, d, NO_SPAN, "what it decides comes out the "
			  "same without it: no statement below says otherwise");
}

static void ask(void *arg, const struct ast_context *ctx)
{
	struct unused *u = arg;
	const struct ast_stmt *s = ctx->rule;
	struct diag *d;

	if (!u->suspect[u->n++] || ast_from_library(s) || u->asked++ >= UNUSED_MAX)
		return;
	if (!changes_nothing(u, s))
		return;
	d = diag_add(u->ds, DIAG_NO_EFFECT, s->span,
		     "this statement changes no decision");
	say_why(u, d, s);
}

void unused_check(const struct ast *ast, const struct ktarget *t,
		  const bool *suspect, struct diags *ds)
{
	struct unused u = { .suspect = suspect, .ds = ds };

	prepare(&u, ast, t);
	ast_walk_rules(ast, ask, &u);
}
