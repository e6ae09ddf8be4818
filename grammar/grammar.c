/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

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

static const char *kind_of(int token)
{
	switch (token) {
	case T_WORD:
		return "name";
	case T_STRING:
		return "text";
	case T_LIBRARY:
		return "library";
	case T_VERSION:
		return "release";
	case T_NUMBER:
	case T_HEX:
		return "number";
	default:
		return "mark";
	}
}

void grammar_dump_tokens(struct ast *ast, const struct source *src,
			 struct diags *ds, struct buf *out)
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
	       g.n_errors < GRAMMAR_MAX_ERRORS) {
		struct position at = source_position(ast->arena, src,
						     loc.start);
		size_t len = loc.end - loc.start;
		const char *text = src->text + loc.start;

		buf_printf(out, "%zu:%zu %s ", at.line, at.column,
			   keyword_find(text, len) ? "keyword"
						   : kind_of(token));
		buf_add(out, text, len);
		buf_putc(out, '\n');
	}
}
