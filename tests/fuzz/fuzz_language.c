/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allow.h"
#include "ast_dump.h"
#include "check_names.h"
#include "check_values.h"
#include "diag_print.h"
#include "fmt.h"
#include "fuzz.h"
#include "grammar.h"
#include "include.h"

/*
 * Any bytes as a policy: scanned, parsed, included, checked, printed. Beside
 * not crashing: a set without mistakes, printed and read again, is the same, and
 * a policy without mistakes has one layout.
 */
struct unit {
	struct arena arena;
	struct intern strings;
	struct diags ds;
	struct ast ast;
	const uint8_t *data;
	size_t size;
};

static void unit_init(struct unit *u)
{
	arena_init(&u->arena);
	intern_init(&u->strings, &u->arena);
	diags_init(&u->ds, &u->arena);
	ast_init(&u->ast, &u->arena, &u->strings);
}

/* "self" is the input once more; the others are small and fixed */
static const char *identify(void *arg, struct arena *a, const char *path)
{
	static const char *const known[] = {
		"self", "lib/self.imapol", "a", "lib/a.imapol",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(path, known[i]))
			return known[i];
	errno = ENOENT;
	return NULL;
}

static enum source_error read_fake(void *arg, struct arena *a,
				   const char *path, const char **text,
				   size_t *len)
{
	const struct unit *u = arg;

	if (strstr(path, "self")) {
		*text = arena_strndup(a, (const char *)u->data, u->size);
		*len = u->size;
	} else {
		*text = "let a = label x; within a { include <self>; }";
		*len = strlen(*text);
	}
	return SOURCE_OK;
}

static bool find_name(void *arg, const char *name, uint32_t *id)
{
	*id = (uint32_t)strlen(name);
	return name[0] < 'n';
}

static void parse(struct unit *u, const char *text, size_t len)
{
	struct source *src = ast_add_source(&u->ast, "fuzz", "fuzz", text,
					    len);

	grammar_parse(&u->ast, src, &u->ds, &u->ast.stmts);
}

static const char *set_text(struct unit *u, const struct ast_stmt *s)
{
	struct buf out;

	buf_init(&out, &u->arena);
	buf_puts(&out, "measure exec");
	if (s->files) {
		buf_puts(&out, " of ");
		ast_put_set(s->files, &out);
	}
	if (s->subjects) {
		buf_puts(&out, " by ");
		ast_put_set(s->subjects, &out);
	}
	buf_puts(&out, ";");
	return out.s;
}

static void read_again(struct unit *u, const struct ast_stmt *s)
{
	const char *text = set_text(u, s), *again;
	struct unit v;

	unit_init(&v);
	parse(&v, text, strlen(text));
	again = v.ast.stmts.n == 1 && !v.ds.n
		? set_text(&v, v.ast.stmts.v[0]) : "";
	if (strcmp(text, again) != 0) {
		fprintf(stderr, "read again:\n%s\n%s\n", text, again);
		abort();
	}
	arena_free(&v.arena);
}

/* NULL: data has mistakes */
static const char *laid_out(struct unit *u, const char *text, size_t len)
{
	struct buf out;

	buf_init(&out, &u->arena);
	buf_puts(&out, "");
	return fmt_policy(&u->ast, ast_add_source(&u->ast, "fuzz", "fuzz", text,
						  len), &u->ds, &out)
		? out.s : NULL;
}

static void lay_out_again(const uint8_t *data, size_t size)
{
	const char *once, *twice;
	struct unit u;

	unit_init(&u);
	once = laid_out(&u, arena_strndup(&u.arena, (const char *)data, size),
			size);
	twice = once ? laid_out(&u, once, strlen(once)) : NULL;
	if (once && (!twice || strcmp(once, twice) != 0)) {
		fprintf(stderr, "laid out again:\n%s\n%s\n", once,
			twice ? twice : "mistakes");
		abort();
	}
	arena_free(&u.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const dirs[] = { "lib" };
	static const struct diag_style style = { .max_errors = 20 };
	struct unit u = { .data = data, .size = size };
	const struct include_ops ops = { identify, read_fake, &u };
	const struct include_env env = { &ops, dirs, 1, grammar_parse };
	const struct name_lookup names = { .user = find_name,
					   .group = find_name };
	struct buf out;
	size_t i, shown;

	if (size > 1 << 16)
		return 0;
	lay_out_again(data, size);
	unit_init(&u);
	parse(&u, arena_strndup(&u.arena, (const char *)data, size), size);
	for (i = 0; !u.ds.n && i < u.ast.stmts.n && i < 50; i++)
		if (u.ast.stmts.v[i]->kind == AST_RULE)
			read_again(&u, u.ast.stmts.v[i]);
	include_load(&u.ast, &env, &u.ds);
	allow_statements(&u.ds, &u.ast);
	check_names(&u.ast, size & 1 ? &names : NULL, &u.ds);
	check_values(&u.ast, &u.ds);
	allow_report_unused(&u.ds);
	/* what includes expand to can be a million statements */
	for (i = shown = 0; i < u.ast.stmts.n; i++)
		shown += u.ast.stmts.v[i]->kind == AST_INCLUDE;
	buf_init(&out, &u.arena);
	if (!shown)
		ast_dump(&u.ast, &out);
	grammar_dump_tokens(&u.ast, u.ast.sources.v[0], &u.ds, &out);
	for (i = 0; i < DIAG_FORMATS; i++)
		diags_print(&u.ds, (enum diag_format)i, &style, &out);
	arena_free(&u.arena);
	return 0;
}
