/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <setjmp.h>
#include <string.h>

#include "context.h"
#include "grammar.h"
#include "parse.h"

static void context_init(struct grammar *g, struct ast *ast,
			 const struct source *src, struct diags *ds,
			 ast_stmts *out)
{
	memset(g, 0, sizeof(*g));
	g->ast = ast;
	g->arena = ast->arena;
	g->src = src;
	g->ds = ds;
	g->out = out;
}

/* what the arena does when nothing is left; it does not come back */
static void out_of_memory(struct arena *a)
{
	arena_alloc(a, SIZE_MAX);
}

static int feed(struct grammar *g, gram_pstate *ps)
{
	GRAM_STYPE value;
	struct span loc;
	int token, rc;

	scan_open(g);
	do {
		memset(&value, 0, sizeof(value));
		token = scan_next(g, &value, &loc);
		rc = gram_push_parse(ps, token, &value, &loc, g);
	} while (rc == YYPUSH_MORE && g->n_errors < GRAMMAR_MAX_ERRORS);
	return rc;
}

/*
 * The parser's stack is the one piece of memory outside the arena: it is
 * freed here also when the arena's jump passes through.
 */
void grammar_parse(struct ast *ast, const struct source *src,
		   struct diags *ds, ast_stmts *out)
{
	jmp_buf *outer = ast->arena->on_oom, here;
	gram_pstate *ps = gram_pstate_new();
	struct grammar g;
	bool broken = !ps;

	if (broken)
		out_of_memory(ast->arena);
	context_init(&g, ast, src, ds, out);
	g.fatal = &here;
	ast->arena->on_oom = &here;
	if (!setjmp(here))
		broken = feed(&g, ps) == 2;
	else
		broken = true;
	ast->arena->on_oom = outer;
	gram_pstate_delete(ps);
	if (broken)
		out_of_memory(ast->arena);
}

static enum grammar_kind kind_of(int token)
{
	switch (token) {
	case T_WORD:
		return GRAMMAR_NAME;
	case T_STRING:
		return GRAMMAR_TEXT;
	case T_LIBRARY:
		return GRAMMAR_LIBRARY;
	case T_VERSION:
		return GRAMMAR_RELEASE;
	case T_NUMBER:
	case T_HEX:
		return GRAMMAR_NUMBER;
	default:
		return GRAMMAR_MARK;
	}
}

static struct grammar_token token_at(int token, struct span loc)
{
	const struct keyword *k = keyword_find(loc.src->text + loc.start,
					       loc.end - loc.start);

	return (struct grammar_token){
		.span = loc,
		.kind = k ? GRAMMAR_KEYWORD : kind_of(token),
		.group = k ? k->group : KEYWORD_NONE,
	};
}

void grammar_scan(struct ast *ast, const struct source *src, struct diags *ds,
		  grammar_tokens *out)
{
	jmp_buf *outer = ast->arena->on_oom, here;
	GRAM_STYPE value;
	struct grammar g;
	struct span loc;
	int token;

	context_init(&g, ast, src, ds, NULL);
	g.fatal = outer ? outer : &here;
	if (!outer && setjmp(here))
		out_of_memory(ast->arena);
	scan_open(&g);
	while ((token = scan_next(&g, &value, &loc)) &&
	       g.n_errors < GRAMMAR_MAX_ERRORS)
		vec_push(ast->arena, out, token_at(token, loc));
}

void grammar_dump_tokens(struct ast *ast, const struct source *src,
			 struct diags *ds, struct buf *out)
{
	static const char *const kinds[] = {
		[GRAMMAR_KEYWORD] = "keyword", [GRAMMAR_NAME] = "name",
		[GRAMMAR_TEXT] = "text", [GRAMMAR_LIBRARY] = "library",
		[GRAMMAR_RELEASE] = "release", [GRAMMAR_NUMBER] = "number",
		[GRAMMAR_MARK] = "mark",
	};
	grammar_tokens tokens = { 0 };
	size_t i;

	static_assert(ARRAY_SIZE(kinds) == GRAMMAR_KINDS, "a word for each");
	grammar_scan(ast, src, ds, &tokens);
	for (i = 0; i < tokens.n; i++) {
		struct span loc = tokens.v[i].span;
		struct position at = source_position(ast->arena, src,
						     loc.start);

		buf_printf(out, "%zu:%zu %s ", at.line, at.column,
			   kinds[tokens.v[i].kind]);
		buf_add(out, src->text + loc.start, loc.end - loc.start);
		buf_putc(out, '\n');
	}
}
