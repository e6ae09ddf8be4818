/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "tags_auto.h"

#define NAME_MAX_BYTES 40

struct tagger {
	struct paths *p;
	struct ast *ast;
	ast_words taken;	/* names of lets and tags */
	ast_stmts tags;		/* made here */
	bool wider;		/* some statement allows it */
};

/* ---- names ---- */

static void take_names(struct tagger *t, const ast_stmts *stmts)
{
	size_t i;

	for (i = 0; i < stmts->n; i++) {
		const struct ast_stmt *s = stmts->v[i];

		if (s->kind == AST_LET || s->kind == AST_TAG)
			vec_push(t->ast->arena, &t->taken,
				 ast_word(s->name, s->name_span));
		take_names(t, &s->body);
	}
}

static bool is_taken(const struct tagger *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->taken.n; i++)
		if (!strcmp(t->taken.v[i].text, name))
			return true;
	return false;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* "/usr/local/bin/x*" is usr_local_bin_x */
static void put_name(struct buf *b, const char *glob)
{
	bool gap = false;

	for (; *glob && b->len < NAME_MAX_BYTES; glob++) {
		if (!is_word(*glob)) {
			gap = b->len > 0;
			continue;
		}
		if (gap)
			buf_putc(b, '_');
		gap = false;
		buf_putc(b, *glob);
	}
	if (!b->len)
		buf_puts(b, "all");
}

static const char *free_name(struct tagger *t, const char *glob)
{
	struct buf name, b;
	unsigned int n;

	buf_init(&name, t->ast->arena);
	put_name(&name, glob);
	buf_init(&b, t->ast->arena);
	buf_puts(&b, name.s);
	for (n = 2; is_taken(t, b.s); n++) {
		b.len = name.len;
		buf_printf(&b, "_%u", n);
	}
	return intern_str(t->ast->strings, b.s);
}

/* ---- paths ---- */

static struct ast_stmt *tag_of(struct tagger *t, const struct ast_set *path)
{
	struct ast_word name;
	struct ast_stmt *s;
	size_t i;

	for (i = 0; i < t->tags.n; i++)
		if (t->tags.v[i]->files->name == path->name)
			return t->tags.v[i];
	name = ast_word(free_name(t, path->name), path->span);
	s = ast_stmt_named(t->ast, AST_TAG, name, path->span);
	s->files = ast_set_named(t->ast, AST_SET_PATH, path->name, path->span);
	vec_push(t->ast->arena, &t->taken, name);
	vec_push(t->ast->arena, &t->tags, s);
	return s;
}

static void tag_set(struct tagger *t, struct ast_set *s)
{
	static const struct paths_wish exact;
	struct paths_answer a;

	if (!s)
		return;
	if (s->kind <= AST_SET_NOT) {
		tag_set(t, s->left);
		tag_set(t, s->kind == AST_SET_NOT ? NULL : s->right);
		return;
	}
	if (s->kind != AST_SET_PATH || s->name[0] != '/' ||
	    !paths_ask(t->p, s->name, s->span, &exact, &a) ||
	    a.how != PATHS_NOTHING || a.no_labels)
		return;
	s->name = tag_of(t, s)->name;
	s->kind = AST_SET_REF;
}

static bool allows_wider(const struct ast_stmt *s)
{
	return ast_own_opt(s, AST_OPT_ALLOW_WIDER);
}

static bool any_wider(const ast_stmts *stmts)
{
	size_t i;

	for (i = 0; i < stmts->n; i++)
		if (allows_wider(stmts->v[i]) || any_wider(&stmts->v[i]->body))
			return true;
	return false;
}

/* a let, or a file in several blocks, may serve one that allows wider */
static bool is_shared(const struct tagger *t, const struct ast_stmt *s)
{
	return t->wider && (s->kind == AST_LET || s->kind == AST_INCLUDE);
}

static void tag_stmts(struct tagger *t, const ast_stmts *stmts, bool wider)
{
	size_t i, j;

	for (i = 0; i < stmts->n; i++) {
		struct ast_stmt *s = stmts->v[i];
		bool w = wider || allows_wider(s);

		if (is_shared(t, s))
			continue;
		if (s->kind != AST_TAG && !w)
			tag_set(t, s->files);
		for (j = 0; j < s->excepts.n; j++)
			tag_set(t, s->excepts.v[j].files);
		tag_stmts(t, &s->body, w);
	}
}

void tags_auto(struct paths *p, struct ast *ast)
{
	struct tagger t = { .p = p, .ast = ast };
	size_t i;

	if (!p->n_db)
		return;
	t.wider = any_wider(&ast->stmts);
	take_names(&t, &ast->stmts);
	tag_stmts(&t, &ast->stmts, false);
	for (i = 0; i < ast->stmts.n; i++)
		vec_push(ast->arena, &t.tags, ast->stmts.v[i]);
	ast->stmts = t.tags;
}
