/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_KSTMTS_H
#define IMAPOL_TEST_KSTMTS_H

#include "check_kernel.h"
#include "ktargets.h"

/* Statements built by hand, and what the kernel says of them. */

static struct arena arena;
static struct intern strings;
static struct diags ds;
static struct ast ast;

static inline void setup(void)
{
	arena_init(&arena);
	intern_init(&strings, &arena);
	diags_init(&ds, &arena);
	ast_init(&ast, &arena, &strings);
}

static inline void teardown(void)
{
	arena_free(&arena);
}

static inline void again(void)
{
	teardown();
	setup();
}

/* no grammar, no other check */

static size_t n_spans;

static inline struct span some_span(void)
{
	static struct source src = { .name = "t", .text = "", .len = 0 };

	n_spans++;
	return (struct span){ &src, n_spans, n_spans };
}

static inline struct ast_stmt *rule(bool exempt, enum kclass class,
			     enum ast_op_kind op)
{
	struct ast_stmt *s = arena_new(&arena, struct ast_stmt);
	struct ast_action a = { class, some_span() };
	struct ast_op o = { .kind = op, .span = some_span() };

	s->kind = AST_RULE;
	s->exempt = exempt;
	vec_push(&arena, &s->actions, a);
	vec_push(&arena, &s->ops, o);
	vec_push(&arena, &ast.stmts, s);
	return s;
}

static inline struct ast_set *leaf(enum ast_set_kind kind)
{
	struct ast_set *s = arena_new(&arena, struct ast_set);

	s->kind = kind;
	s->span = some_span();
	s->name = intern_str(&strings, "x");
	return s;
}

static inline void add_option(struct ast_stmt *s, enum ast_opt_kind kind,
		       const char *word)
{
	struct ast_opt o = { .kind = kind, .span = some_span(), .number = 11 };
	struct ast_word w = { word, some_span() };

	if (word)
		vec_push(&arena, &o.words, w);
	vec_push(&arena, &s->opts, o);
}

static inline uint64_t judge(const struct ktarget *t)
{
	return check_kernel(&ast, NULL, t, &ds);
}

static inline void has_code(enum diag_code code)
{
	ck_assert_uint_ge(ds.n, 1);
	ck_assert_str_eq(diag_name(ds.v[0]->code), diag_name(code));
}

#endif
