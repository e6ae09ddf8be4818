/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "buf.h"
#include "klines.h"

/* path=GLOB, and dir=DIR for all below it */
static const char path_key[] = "path=", dir_key[] = "dir=";
#define PATH_KEY (sizeof(path_key) - 1)
#define DIR_KEY (sizeof(dir_key) - 1)

/* ---- a file, line by line ---- */

struct line {
	size_t start, end;	/* without the newline */
	size_t path, path_end;	/* the condition; path_end 0: there is none */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t word_end(const char *text, size_t at, size_t end)
{
	while (at < end && !is_blank(text[at]))
		at++;
	return at;
}

static bool is_dir(const char *word, size_t len)
{
	return len > DIR_KEY && !memcmp(word, dir_key, DIR_KEY);
}

bool klines_find_path(const char *line, size_t len, struct span *out)
{
	size_t at, end;

	for (at = 0; at < len; at = end + 1) {
		end = word_end(line, at, len);
		if (!is_dir(line + at, end - at) &&
		    (end - at < PATH_KEY ||
		     memcmp(line + at, path_key, PATH_KEY)))
			continue;
		*out = (struct span){ NULL, at, end };
		return true;
	}
	return false;
}

static void find_path(const char *text, struct line *l)
{
	struct span path;

	if (!klines_find_path(text + l->start, l->end - l->start, &path))
		return;
	l->path = l->start + path.start;
	l->path_end = l->start + path.end;
}

/* the next that is neither blank nor a comment; false: there is none */
static bool next_line(const struct source *src, size_t *at, struct line *l)
{
	struct span s;

	while (source_next_line(src, at, &s)) {
		size_t first = s.start;

		*l = (struct line){ .start = s.start, .end = s.end };
		while (first < l->end && is_blank(src->text[first]))
			first++;
		if (first == l->end || src->text[first] == '#')
			continue;
		find_path(src->text, l);
		return true;
	}
	return false;
}

bool klines_have_path(const struct source *src)
{
	struct line l;
	size_t at = 0;

	while (next_line(src, &at, &l))
		if (l.path_end)
			return true;
	return false;
}

/* what the condition of the line stands for */
static const char *path_glob(struct ast *ast, const struct source *src,
			     const struct line *l)
{
	const char *word = src->text + l->path;
	size_t len = l->path_end - l->path;
	struct buf b;

	if (!is_dir(word, len))
		return intern_len(ast->strings, word + PATH_KEY,
				  len - PATH_KEY);
	while (len > DIR_KEY && word[len - 1] == '/')
		len--;
	buf_init(&b, ast->arena);
	buf_add(&b, word + DIR_KEY, len - DIR_KEY);
	buf_puts(&b, "/**");
	return intern_str(ast->strings, b.s);
}

static void add_line(struct ast *ast, const struct source *src,
		     const struct line *l)
{
	struct span span = { src, l->start, l->end };
	struct ast_stmt *s = ast_stmt(ast, AST_RAW, span);

	s->name = intern_len(ast->strings, src->text + l->start,
			     l->end - l->start);
	s->name_span = span;
	s->kernel_line = true;
	if (l->path_end) {
		s->path_span = (struct span){ src, l->path, l->path_end };
		s->files = ast_set_named(ast, AST_SET_PATH,
					 path_glob(ast, src, l),
					 s->path_span);
	}
	vec_push(ast->arena, &ast->stmts, s);
}

/* the kernel reads a line to its first NUL, or refuses it */
static bool has_nul(const struct source *src, const struct line *l,
		    struct diags *ds)
{
	const char *nul = memchr(src->text + l->start, 0, l->end - l->start);
	struct span span = { src, 0, 0 };

	if (!nul)
		return false;
	span.start = (size_t)(nul - src->text);
	span.end = span.start + 1;
	diag_add(ds, DIAG_KERNEL_LINE, span, "a NUL byte in the line");
	return true;
}

void klines_parse(struct ast *ast, const struct source *src, struct diags *ds)
{
	struct line l;
	size_t at = 0;

	vec_push(ast->arena, &ast->sources, src);
	while (next_line(src, &at, &l))
		if (!has_nul(src, &l, ds))
			add_line(ast, src, &l);
}

/* ---- lowered ---- */

/* the value that the line itself gives a condition; NULL: it has none */
static const char *own_value(const struct ast_stmt *s, const char *key,
			     size_t *len)
{
	size_t n = strlen(s->name), at, end;

	for (at = 0; at < n; at = end + 1) {
		end = word_end(s->name, at, n);
		if (end - at <= strlen(key) ||
		    memcmp(s->name + at, key, strlen(key)))
			continue;
		*len = end - at - strlen(key);
		return s->name + at + strlen(key);
	}
	return NULL;
}

/* the kernel takes a condition once; false: both cannot hold */
static bool put_condition(const struct ast_stmt *s, const char *key,
			  const char *value, const char **between,
			  struct buf *b)
{
	size_t len;
	const char *own = own_value(s, key, &len);

	if (own)
		/* the kernel takes a UUID in either case */
		return strlen(value) == len &&
		       !(strcmp(key, "fsuuid=") ? memcmp(own, value, len) :
						  strncasecmp(own, value, len));
	buf_printf(b, "%s%s%s", *between, key, value);
	*between = " ";
	return true;
}

/* a label or file system as words of a line; false: the line never matches */
static bool put_conditions(const struct ast_stmt *line,
			   const struct ast_set *s, const char **between,
			   struct buf *b)
{
	if (s->kind == AST_SET_AND)
		return put_conditions(line, s->left, between, b) &&
		       put_conditions(line, s->right, between, b);
	if (s->kind == AST_SET_FSUUID)
		return put_condition(line, "fsuuid=", s->name, between, b);
	return (!s->user ||
		put_condition(line, "obj_user=", s->user, between, b)) &&
	       (!s->role ||
		put_condition(line, "obj_role=", s->role, between, b)) &&
	       (!s->type ||
		put_condition(line, "obj_type=", s->type, between, b));
}

static void expand(struct ast *ast, ast_stmts *out, const struct ast_stmt *s,
		   const struct ast_set *files)
{
	size_t before = s->path_span.start - s->name_span.start;
	size_t after = s->path_span.end - s->name_span.start;
	const char *between = "";
	struct ast_stmt *one;
	struct buf b;

	if (files->kind == AST_SET_OR) {
		expand(ast, out, s, files->left);
		expand(ast, out, s, files->right);
		return;
	}
	buf_init(&b, ast->arena);
	buf_add(&b, s->name, before);
	if (!put_conditions(s, files, &between, &b))
		return;
	one = arena_new(ast->arena, struct ast_stmt);
	*one = *s;
	one->files = NULL;
	one->path_len = b.len - before;
	buf_puts(&b, s->name + after);
	one->name = intern_str(ast->strings, b.s);
	vec_push(ast->arena, out, one);
}

/* the path and the line's own conditions contradict, whatever the file */
static void say_never(const struct ast_stmt *s, struct diags *ds)
{
	struct diag *d = diag_add(ds, DIAG_NEVER_MATCHES, s->span,
				  "no file of this path meets the line's own "
				  "`obj_` and `fsuuid` conditions");

	diag_note(ds, d, s->path_span, "what this comes to has another value "
		  "in each case: leave one of the two out");
}

void klines_expand(struct ast *ast, struct diags *ds)
{
	ast_stmts out = { 0 };
	size_t i;

	for (i = 0; i < ast->stmts.n; i++) {
		struct ast_stmt *s = ast->stmts.v[i];

		size_t before = out.n;

		if (s->kind == AST_RAW && s->files)
			expand(ast, &out, s, s->files);
		if (out.n > before)
			continue;
		/* as it is, its other mistakes can still be found */
		vec_push(ast->arena, &out, s);
		if (s->kind == AST_RAW && s->files)
			say_never(s, ds);
	}
	ast->stmts = out;
}
