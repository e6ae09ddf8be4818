/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TESTS_FRONT_H
#define IMAPOL_TESTS_FRONT_H

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ast_dump.h"
#include "check_names.h"
#include "check_values.h"
#include "grammar.h"
#include "include.h"
#include "nearest.h"
#include "util.h"

/* The front end over texts in memory, for the suites of its modules. */
struct fake_file {
	const char *path, *text;
};

static struct arena arena;
static struct intern strings;
static struct diags ds;
static struct ast ast;
static struct fake_file fake_files[128];
static size_t n_fake_files;
static bool habits;	/* the warnings of what is mostly a mistake are on */

static void setup(void)
{
	arena_init(&arena);
	intern_init(&strings, &arena);
	diags_init(&ds, &arena);
	if (!habits) {
		ds.action[DIAG_HASH_ONLY] = DIAG_OFF;
		ds.action[DIAG_UNSCOPED_APPRAISE] = DIAG_OFF;
	}
	ast_init(&ast, &arena, &strings);
}

static void teardown(void)
{
	arena_free(&arena);
}

static inline void fresh(void)
{
	teardown();
	setup();
}

static inline void fake_file(const char *path, const char *text)
{
	ck_assert(n_fake_files < ARRAY_SIZE(fake_files));
	fake_files[n_fake_files++] = (struct fake_file){ path, text };
}

static const char *fake_identify(void *arg, struct arena *a, const char *path)
{
	size_t i;

	for (i = 0; i < n_fake_files; i++)
		if (!strcmp(fake_files[i].path, path))
			return fake_files[i].path;
	errno = ENOENT;
	return NULL;
}

static enum source_error fake_read(void *arg, struct arena *a,
				   const char *path, const char **text,
				   size_t *len)
{
	size_t i;

	for (i = 0; i < n_fake_files; i++)
		if (!strcmp(fake_files[i].path, path)) {
			*text = fake_files[i].text;
			*len = strlen(*text);
			return SOURCE_OK;
		}
	errno = ENOENT;
	return SOURCE_ERRNO;
}

static bool fake_user(void *arg, const char *name, uint32_t *id)
{
	*id = 1000;
	return !strcmp(name, "alice");
}

static bool fake_group(void *arg, const char *name, uint32_t *id)
{
	*id = 50;
	return !strcmp(name, "staff");
}

static const char *fake_near_user(void *arg, const char *name)
{
	static const char *const names[] = { "alice" };

	return nearest_name(name, names, ARRAY_SIZE(names));
}

static const struct name_lookup fake_names = {
	.user = fake_user, .group = fake_group, .near_user = fake_near_user,
};

/* parse, load includes, check; what was said is in ds */
static inline void front_len(const char *text, size_t len)
{
	static const struct include_ops ops = { fake_identify, fake_read,
						NULL };
	static const char *const dirs[] = { "first", "lib" };
	const struct include_env env = { &ops, dirs, ARRAY_SIZE(dirs),
					 grammar_parse };
	struct source *src = ast_add_source(&ast, "t.imapol", "t.imapol",
					    text, len);

	grammar_parse(&ast, src, &ds, &ast.stmts);
	include_load(&ast, &env, &ds);
	check_names(&ast, &fake_names, &ds);
	check_values(&ast, &ds);
}

static inline void front(const char *text)
{
	front_len(text, strlen(text));
}

static inline const char *rendered(void)
{
	const struct diag_style style = { 0 };
	struct buf out;

	buf_init(&out, &arena);
	diags_render(&ds, &style, &out);
	return out.s ? out.s : "";
}

static int by_place(const void *a, const void *b)
{
	const struct diag *const *x = a, *const *y = b;
	int c = span_cmp((*x)->span, (*y)->span);

	return c ? c : (*x)->code < (*y)->code ? -1 : (*x)->code > (*y)->code;
}

/* the codes of all messages in the order of their places, joined by blanks */
static inline const char *codes(void)
{
	struct buf out;
	size_t i;

	buf_init(&out, &arena);
	buf_puts(&out, "");
	if (ds.n)
		qsort(ds.v, ds.n, sizeof(*ds.v), by_place);
	for (i = 0; i < ds.n; i++) {
		if (i)
			buf_putc(&out, ' ');
		buf_puts(&out, diag_name(ds.v[i]->code));
	}
	return out.s;
}

/* a policy, and the codes that it gets; NULL ends a table */
struct front_case {
	const char *text, *codes;
};

static inline void run_cases(const struct front_case *c)
{
	for (; c->text; c++) {
		fresh();
		front(c->text);
		ck_assert_msg(!strcmp(codes(), c->codes),
			      "%s\n  wanted: %s\n  got:    %s\n%s", c->text,
			      c->codes, codes(), rendered());
	}
}

static inline const char *dumped(const char *text)
{
	struct buf out;

	fresh();
	front(text);
	buf_init(&out, &arena);
	ast_dump(&ast, &out);
	return out.s ? out.s : "";
}

/* a text of many times the same piece, freed by the caller */
static inline char *repeat(const char *before, const char *piece, size_t n,
			   const char *after)
{
	size_t len = strlen(piece), i;
	char *s = malloc(strlen(before) + n * len + strlen(after) + 1), *p;

	ck_assert_ptr_nonnull(s);
	p = stpcpy(s, before);
	for (i = 0; i < n; i++, p += len)
		memcpy(p, piece, len);
	strcpy(p, after);
	return s;
}

#endif
