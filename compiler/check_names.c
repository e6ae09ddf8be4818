/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "check_front.h"

/* letters, digits and `_` of the SELinux user that a tag becomes */
#define TAG_MAX 64

struct name_def *names_find(struct names *n, const char *name)
{
	const size_t *i = ptrmap_find(&n->by_name, name);

	return i ? &n->defs.v[*i] : NULL;
}

static void define(struct names *n, const struct ast_stmt *s)
{
	const struct name_def *old = names_find(n, s->name);
	struct name_def def = { .stmt = s };
	struct diag *d;

	ptrmap_add(&n->by_stmt, s, n->defs.n);
	if (!old)
		ptrmap_add(&n->by_name, s->name, n->defs.n);
	vec_push(n->arena, &n->defs, def);
	if (!old)
		return;
	old = names_find(n, s->name);
	d = diag_add(n->ds, DIAG_DUPLICATE_NAME, s->name_span,
		     "`%s` is defined twice", s->name);
	diag_note(n->ds, d, old->stmt->name_span, "first defined here");
	if (old->stmt->kind != s->kind)
		diag_note(n->ds, d, NO_SPAN,
			  "names of `let` and of `tag` share one name space");
}

/* a body that several includes share is looked at once, inside and outside */
static bool seen_before(struct names *n, const struct ast_stmt *include,
			bool in_within)
{
	return include->body.v &&
	       !ptrmap_add(&n->seen[in_within], include->body.v, 0);
}

static void collect(struct names *n, const ast_stmts *stmts)
{
	size_t i;

	for (i = 0; i < stmts->n; i++) {
		const struct ast_stmt *s = stmts->v[i];

		if (s->kind == AST_LET || s->kind == AST_TAG)
			define(n, s);
		else if (s->kind == AST_WITHIN ||
			 (s->kind == AST_INCLUDE && !seen_before(n, s, false)))
			collect(n, &s->body);
	}
}

/* ---- statements ---- */

static void check_definition(struct names *n, struct ast_stmt *s)
{
	struct set_size size = names_check_files(n, s->files,
						 s->kind == AST_TAG);
	struct name_def *def = &n->defs.v[*ptrmap_find(&n->by_stmt, s)];

	def->size = size;
	def->passed = true;
	s->has_path = size.path;
	s->has_tag = size.tag;
	if (s->kind != AST_TAG)
		return;
	def->size = (struct set_size){ .height = 1, .leaves = 1, .tag = true };
	if (strchr(s->name, '-'))
		diag_add(n->ds, DIAG_BAD_TAG, s->name_span,
			 "the tag `%s` can be no SELinux user: letters, digits and `_` only",
			 s->name);
	else if (strlen(s->name) > TAG_MAX)
		diag_add(n->ds, DIAG_BAD_TAG, s->name_span,
			 "the name of a tag has at most %d bytes", TAG_MAX);
}

static void check_rule(struct names *n, struct ast_stmt *s)
{
	struct set_size size;
	size_t i;

	if (s->files) {
		size = names_check_files(n, s->files, false);
		s->has_path = size.path;
		s->has_tag = size.tag;
	}
	if (s->subjects)
		names_check_subjects(n, s->subjects);
	for (i = 0; i < s->excepts.n; i++) {
		if (s->excepts.v[i].files)
			names_check_files(n, s->excepts.v[i].files, false);
		if (s->excepts.v[i].subjects)
			names_check_subjects(n, s->excepts.v[i].subjects);
	}
}

static void not_in_within(struct names *n, struct span span, const char *word,
			  const struct ast_stmt *within)
{
	struct diag *d = diag_add(n->ds, DIAG_NOT_IN_WITHIN, span,
				  "`%s` cannot stand inside `within`", word);

	diag_note(n->ds, d, within->span, "inside this block");
}

static void check_place(struct names *n, const struct ast_stmt *s,
			const struct ast_stmt *within)
{
	size_t i;

	if (!within)
		return;
	if (s->kind != AST_RULE) {
		if (s->kind != AST_WITHIN && s->kind != AST_INCLUDE)
			not_in_within(n, s->span, ast_stmt_word(s->kind),
				      within);
		return;
	}
	for (i = 0; i < s->ops.n; i++)
		if (s->ops.v[i].kind == AST_OP_KEY ||
		    s->ops.v[i].kind == AST_OP_DATA ||
		    s->ops.v[i].kind == AST_OP_XATTR)
			not_in_within(n, s->ops.v[i].span,
				      ast_op_word(s->ops.v[i].kind), within);
}

static void check_stmts(struct names *n, const ast_stmts *stmts,
			const struct ast_stmt *within);

static void check_within(struct names *n, struct ast_stmt *s)
{
	struct set_size size = { 0 };

	/* without files: what is left of a block whose head was a mistake */
	if (s->files)
		size = names_check_files(n, s->files, false);
	s->has_path = size.path;
	s->has_tag = size.tag;
	check_stmts(n, &s->body, s);
}

static void check_stmts(struct names *n, const ast_stmts *stmts,
			const struct ast_stmt *within)
{
	size_t i;

	for (i = 0; i < stmts->n; i++) {
		struct ast_stmt *s = stmts->v[i];

		check_place(n, s, within);
		switch (s->kind) {
		case AST_RULE:
			check_rule(n, s);
			break;
		case AST_LET:
		case AST_TAG:
			check_definition(n, s);
			break;
		case AST_WITHIN:
			check_within(n, s);
			break;
		case AST_INCLUDE:
			if (!seen_before(n, s, within != NULL))
				check_stmts(n, &s->body, within);
			break;
		case AST_TEST:
			names_check_test(n, s);
			break;
		case AST_RAW:
			/* a path condition of a file of kernel lines */
			if (s->files)
				names_check_files(n, s->files, false);
			break;
		default:
			break;
		}
	}
}

void check_names(struct ast *ast, const struct name_lookup *lookup,
		 struct diags *ds)
{
	struct names n = { .ast = ast, .arena = ast->arena, .ds = ds,
			   .lookup = lookup };

	ptrmap_init(&n.by_name, ast->arena);
	ptrmap_init(&n.by_stmt, ast->arena);
	ptrmap_init(&n.seen[false], ast->arena);
	ptrmap_init(&n.seen[true], ast->arena);
	collect(&n, &ast->stmts);
	ptrmap_init(&n.seen[false], ast->arena);
	check_stmts(&n, &ast->stmts, NULL);
	names_later_end(&n);
}
