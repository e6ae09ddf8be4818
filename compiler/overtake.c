/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "overtake.h"
#include "paths_int.h"
#include "verify.h"
#include "verify_ast.h"

typedef VEC(const char *) texts;

struct told {
	const struct ast_stmt *early, *late;
};

struct overtake {
	struct arena *arena;
	struct paths *p;
	struct diags *ds;
	struct space *space;
	struct dd *m;
	struct verify_ast va;
	size_t *rule_of;	/* of each step: its number in va.rules */
	bool *widened;		/* of each step: has a widened path */
	/* pairs of statements: told once for all paths and actions */
	VEC(struct told) told;
	bool failed;
};

/* a widened statement, one of its actions, and one later step */
struct meeting {
	const struct paths_widened *w;
	const char *written;	/* all paths of the statement, as one glob */
	size_t early, late;	/* steps */
	dd_ref hit;		/* what the later one loses */
};

/* ---- outcomes ---- */

static bool asks_less(const struct access_outcome *x,
		      const struct access_outcome *than)
{
	return (than->sig && !x->sig) ||
	       (x->sig & ~than->sig & KSIG_MODSIG) ||
	       (than->sig & ~x->sig & KSIG_SIGV3) ||
	       (than->verity && !x->verity) ||
	       (x->directio && !than->directio) ||
	       (than->algos && (!x->algos || x->algos & ~than->algos));
}

static bool same_text(const char *x, const char *y)
{
	return x == y || (x && y && !strcmp(x, y));
}

/* does the later step lose something when the early one decides? */
static bool loses(const struct verify_step *early,
		  const struct verify_step *late)
{
	const struct access_outcome *x = &early->outcome, *y = &late->outcome;

	if (!y->acts)
		return false;
	if (late->class == KCLASS_APPRAISE)
		return asks_less(x, y);
	return x->pcr != y->pcr || !same_text(x->template, y->template) ||
	       x->verity != y->verity || x->directio != y->directio;
}

/* ---- paths of the statements, as they were written ---- */

static const struct ast_set *written(const struct overtake *o,
				     const struct ast_stmt *s)
{
	const size_t *n = ptrmap_find(&o->p->written, s);

	return n ? o->p->was.v[*n] : s->files;
}

/*
 * Globs outside of which the set has no file; none: there may be files
 * anywhere.
 */
static texts bounds(struct overtake *o, const struct ast_set *s)
{
	texts left = { 0 }, right;
	const char *text;
	size_t i;

	s = s ? ast_deref(s) : NULL;
	if (s && s->kind == AST_SET_PATH) {
		text = paths_canonical(o->p, s->name);
		if (text)
			vec_push(o->arena, &left, text);
	}
	if (!s || s->kind > AST_SET_OR)
		return left;
	left = bounds(o, s->left);
	if (s->kind == AST_SET_AND && left.n)
		return left;
	right = bounds(o, s->right);
	if (s->kind == AST_SET_AND)
		return right;
	if (!left.n || !right.n)
		return (texts){ 0 };
	for (i = 0; i < right.n; i++)
		vec_push(o->arena, &left, right.v[i]);
	return left;
}

static void add_paths(struct overtake *o, const struct ast_set *s, texts *out)
{
	const char *text;

	s = ast_deref(s);
	if (s->kind == AST_SET_OR) {
		add_paths(o, s->left, out);
		add_paths(o, s->right, out);
	} else if (s->kind == AST_SET_PATH) {
		text = paths_canonical(o->p, s->name);
		if (text)
			vec_push(o->arena, out, text);
	}
}

/* the glob, and the others that the statement is about as well */
static const char *all_paths(struct overtake *o,
			     const struct paths_widened *w)
{
	const struct glob **globs;
	texts list = { 0 };
	size_t i;

	vec_push(o->arena, &list, w->glob);
	add_paths(o, w->written, &list);
	globs = arena_zalloc(o->arena, list.n, sizeof(*globs));
	for (i = 0; i < list.n; i++)
		globs[i] = paths_glob(o->p, list.v[i]);
	return paths_keep(o->p, glob_union(o->arena, globs, list.n));
}

/* ---- a file of the later statement that is not of the widened one ---- */

static const struct root_mount *mount_of(const struct overtake *o,
					 const char *fsuuid)
{
	size_t i;

	for (i = 0; fsuuid && i < o->p->root->mounts.n; i++) {
		const struct root_mount *m = &o->p->root->mounts.v[i];

		if (m->fsuuid && !strcmp(m->fsuuid, fsuuid))
			return m;
	}
	return NULL;
}

/*
 * A file of the glob that the widened statement takes by the term, and that it
 * does not have as it was written.
 */
static bool file_of(struct overtake *o, const struct meeting *x,
		    const char *glob, struct paths_surplus *s)
{
	const struct paths_where where = { x->w->written, NULL };
	struct paths_question q = {
		.text = glob, .except = x->written,
		.parts = paths_parts_of(&s->term) | paths_parts_in(&where),
		.mount = mount_of(o, s->term.fsuuid),
	};
	struct fcdb_result r;
	size_t k;

	if (!glob || !paths_query(o->p, &q, &r))
		return false;
	for (k = 0; k < r.n_labels; k++) {
		const struct fcdb_label *l = &r.labels[k];
		struct paths_file file = {
			.label = { s->term.fsuuid, l->user, l->role, l->type },
		};

		if (!paths_has(l, &s->term) ||
		    paths_certain(o->p, x->w->written, &file))
			continue;
		s->path = l->inside;
		s->entry = l->inside_entry;
		return true;
	}
	return false;
}

/* s: what the file has; its path becomes that of a file of both */
static bool has_file(struct overtake *o, const struct meeting *x,
		     struct paths_surplus *s)
{
	const struct ast_context *ctx = &o->va.rules.v[o->rule_of[x->late]];
	texts globs = bounds(o, written(o, ctx->rule));
	size_t i;

	for (i = ctx->n_within; !globs.n && i-- > 0;)
		globs = bounds(o, written(o, ctx->within[i]));
	for (i = 0; i < globs.n; i++)
		if (file_of(o, x, globs.v[i], s))
			return true;
	if (globs.n)
		return false;
	/* anywhere: the one at hand will mostly do, and is found at once */
	return file_of(o, x, paths_literal(o->p, s->path), s) ||
	       file_of(o, x, paths_canonical(o->p, "/**"), s);
}

/* ---- messages ---- */

static void say_ways(struct overtake *o, struct diag *d, bool weakens)
{
	diag_note(o->ds, d, NO_SPAN, weakens ?
		  "put the statement that asks for more first, or ask for as "
		  "much here" :
		  "put the later statement first, or give both the same "
		  "options");
	diag_note(o->ds, d, NO_SPAN, "without `allowing wider`, by a tag or a "
		  "file system, this statement takes nothing from it");
}

static void report(struct overtake *o, const struct meeting *x,
		   const struct paths_surplus *s)
{
	const struct verify_step *late = &o->va.steps.v[x->late];
	bool weakens = late->class == KCLASS_APPRAISE;
	struct witness at;
	struct buf access;
	struct diag *d;

	buf_init(&access, o->arena);
	witness_find(o->space, x->hit, &at);
	witness_describe_access(o->space, &at, &access);
	d = diag_add(o->ds, weakens ? DIAG_WIDER_WEAKENS : DIAG_WIDER_OVERTAKES,
		     x->w->span, weakens ?
		     "the widening of this path asks less of files of a later "
		     "statement: %s of %s" :
		     "the widening of this path decides about files of a later "
		     "statement: %s of %s", access.s, s->path);
	diag_also(d, late->stmt->span);
	diag_note(o->ds, d, late->stmt->span, "the later statement");
	if (s->entry)
		diag_note(o->ds, d, s->entry->span,
			  "%s has the label by this line", s->path);
	say_ways(o, d, weakens);
	vec_push(o->arena, &o->told, (struct told){ x->w->stmt, late->stmt });
	o->failed |= d->severity == DIAG_ERROR;
}

static bool is_told(const struct overtake *o, const struct ast_stmt *early,
		    const struct ast_stmt *late)
{
	size_t i;

	for (i = 0; i < o->told.n; i++)
		if (o->told.v[i].early == early && o->told.v[i].late == late)
			return true;
	return false;
}

/* ---- */

static dd_ref term_region(struct overtake *o, const struct paths_term *t)
{
	dd_ref r = DD_TRUE;

	if (t->fsuuid)
		r = space_name(o->space, SPACE_FSUUID, t->fsuuid);
	if (t->role)
		r = dd_and(o->m, space_name(o->space, SPACE_OBJ_ROLE, t->role),
			   r);
	if (t->user)
		r = dd_and(o->m, space_name(o->space, SPACE_OBJ_USER, t->user),
			   r);
	if (t->type)
		r = dd_and(o->m, space_name(o->space, SPACE_OBJ_TYPE, t->type),
			   r);
	return r;
}

static void meet(struct overtake *o, struct meeting *x)
{
	dd_ref hit = x->hit;
	size_t i;

	for (i = 0; i < x->w->surplus.n; i++) {
		struct paths_surplus s = x->w->surplus.v[i];

		x->hit = dd_and(o->m, term_region(o, &s.term), hit);
		if (x->hit != DD_PASS && has_file(o, x, &s)) {
			report(o, x, &s);
			return;
		}
	}
}

static bool is_of(const struct ast_context *ctx, const struct ast_stmt *stmt)
{
	size_t i;

	for (i = 0; i < ctx->n_within; i++)
		if (ctx->within[i] == stmt)
			return true;
	return ctx->rule == stmt;
}

/* most policies do the same wherever they do something */
static bool some_loses(const struct overtake *o, size_t early)
{
	const struct verify_step *s = o->va.steps.v;
	size_t i;

	for (i = early + 1; i < o->va.steps.n; i++)
		if (s[i].class == s[early].class && loses(&s[early], &s[i]))
			return true;
	return false;
}

/* own: what the step decides about */
static void check_step(struct overtake *o, const struct paths_widened *w,
		       size_t early, dd_ref own)
{
	struct meeting x = { .w = w, .early = early };
	const struct verify_step *s = o->va.steps.v;
	dd_ref taken = DD_PASS;
	size_t i;

	if (!s[early].outcome.acts || !some_loses(o, early))
		return;
	for (i = 0; i < w->surplus.n; i++)
		taken = dd_or(o->m, taken,
			      term_region(o, &w->surplus.v[i].term));
	own = dd_and(o->m, taken, own);
	if (own != DD_PASS)
		x.written = all_paths(o, w);
	for (i = early + 1; i < o->va.steps.n && own != DD_PASS; i++) {
		if (s[i].class != s[early].class)
			continue;
		if (o->told.n >= OVERTAKE_MAX_REPORTS || dd_full(o->m))
			return;
		x.hit = dd_and(o->m, s[i].region, own);
		/* what is widened itself has less of these files than that */
		if (!o->widened[i])
			own = dd_diff(o->m, own, s[i].region);
		if (x.hit == DD_PASS || !loses(&s[early], &s[i]) ||
		    is_told(o, w->stmt, s[i].stmt))
			continue;
		x.late = i;
		meet(o, &x);
	}
}

static void check_steps(struct overtake *o)
{
	dd_ref before[KCLASS_COUNT], own;
	size_t i, k;

	for (i = 0; i < KCLASS_COUNT; i++)
		before[i] = DD_PASS;
	for (i = 0; i < o->va.steps.n; i++) {
		const struct verify_step *s = &o->va.steps.v[i];
		const struct ast_context *ctx = &o->va.rules.v[o->rule_of[i]];

		own = dd_diff(o->m, s->region, before[s->class]);
		for (k = 0; o->widened[i] && k < o->p->widened.n; k++)
			if (is_of(ctx, o->p->widened.v[k].stmt))
				check_step(o, &o->p->widened.v[k], i, own);
		before[s->class] = dd_or(o->m, before[s->class], s->region);
	}
}

static void find_rules(struct overtake *o)
{
	size_t i, k, n = 0;

	o->rule_of = arena_zalloc(o->arena, o->va.steps.n + 1,
				  sizeof(*o->rule_of));
	for (i = 0; i < o->va.rules.n; i++) {
		const struct ast_stmt *rule = o->va.rules.v[i].rule;

		for (k = rule->kind == AST_RAW ? 1 : rule->actions.n; k; k--)
			o->rule_of[n++] = i;
	}
	o->widened = arena_zalloc(o->arena, n + 1, sizeof(*o->widened));
	for (i = 0; i < n; i++)
		for (k = 0; k < o->p->widened.n && !o->widened[i]; k++)
			o->widened[i] = is_of(&o->va.rules.v[o->rule_of[i]],
					      o->p->widened.v[k].stmt);
}

static void add_names(struct overtake *o)
{
	size_t i, k;

	for (i = 0; i < o->p->widened.n; i++)
		for (k = 0; k < o->p->widened.v[i].surplus.n; k++) {
			const struct paths_term *t =
				&o->p->widened.v[i].surplus.v[k].term;

			if (t->fsuuid)
				space_add_name(o->space, SPACE_FSUUID,
					       t->fsuuid);
			if (t->user)
				space_add_name(o->space, SPACE_OBJ_USER,
					       t->user);
			if (t->role)
				space_add_name(o->space, SPACE_OBJ_ROLE,
					       t->role);
			if (t->type)
				space_add_name(o->space, SPACE_OBJ_TYPE,
					       t->type);
		}
}

bool overtake_check(const struct ast *ast, struct paths *p,
		    const struct ktarget *t, struct diags *ds)
{
	struct overtake o = { .arena = ast->arena, .p = p, .ds = ds };

	if (!p->widened.n)
		return true;
	o.space = space_new(o.arena, t);
	verify_ast_init(&o.va, ast, o.space);
	add_names(&o);
	space_finish(o.space);
	o.m = space_dd(o.space);
	/* a set with no meaning has been refused on its own */
	if (o.va.has_unknown)
		return true;
	verify_ast_build(&o.va);
	find_rules(&o);
	check_steps(&o);
	return verify_budget_ok(o.m, ds) && !o.failed;
}
