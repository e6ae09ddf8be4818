/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "include.h"

#define SUFFIX ".imapol"

/* ---- the files of this machine ---- */

static const char *identify_file(void *arg, struct arena *a, const char *path)
{
	char real[PATH_MAX];	/* nothing to free when the arena jumps */

	if (!realpath(path, real))
		return NULL;
	return arena_strndup(a, real, strlen(real));
}

static enum source_error read_file(void *arg, struct arena *a,
				   const char *path, const char **text,
				   size_t *len)
{
	return source_read(a, path, text, len);
}

const struct include_ops include_files = { identify_file, read_file, NULL };

/* ---- loading ---- */

/* a file that was loaded */
struct file {
	const char *id;
	ast_stmts body;
	size_t n_stmts;		/* with its includes expanded */
	size_t within;		/* depth of within blocks, the same way */
	size_t depth;		/* of includes below it */
	bool complete;
};

/* a file that is being loaded, and the statement that asked for it */
struct frame {
	const char *id;
	const struct ast_stmt *by;
};

struct loader {
	struct ast *ast;
	const struct include_env *env;
	struct diags *ds;
	VEC(struct file *) files;
	struct frame stack[INCLUDE_MAX_DEPTH + 1];
	size_t depth;
	bool too_large;		/* was reported */
};

static void load_stmts(struct loader *l, const ast_stmts *stmts,
		       size_t within, struct file *into);

static struct file *find_file(const struct loader *l, const char *id)
{
	size_t i;

	for (i = 0; i < l->files.n; i++)
		if (!strcmp(l->files.v[i]->id, id))
			return l->files.v[i];
	return NULL;
}

/* the folder of a file, with the slash; empty for the current one */
static size_t folder_len(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? (size_t)(slash - path) + 1 : 0;
}

static const char *join(struct loader *l, const char *dir, size_t dir_len,
			const char *name, const char *suffix)
{
	struct buf b;

	buf_init(&b, l->ast->arena);
	buf_add(&b, dir, dir_len);
	if (dir_len && dir[dir_len - 1] != '/')
		buf_putc(&b, '/');
	buf_puts(&b, name);
	buf_puts(&b, suffix);
	return b.s;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

/* a library name stays below the library: no empty part, no dots */
static bool library_name_ok(const char *name)
{
	const char *p = name;

	for (;;) {
		size_t len = strcspn(p, "/");

		if (!len || p[0] == '.' ||
		    strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz0123456789._-/") <
		    len)
			return false;
		if (!p[len])
			return true;
		p += len + 1;
	}
}

static const char *find_library(struct loader *l, const struct ast_stmt *s,
				const char **id)
{
	const char *suffix = ends_with(s->name, SUFFIX) ? "" : SUFFIX;
	struct diag *d;
	size_t i;

	if (!library_name_ok(s->name)) {
		d = diag_add(l->ds, DIAG_INCLUDE, s->name_span,
			     "<%s> is no name of a library file", s->name);
		diag_note(l->ds, d, NO_SPAN,
			  "letters, digits, `_`, `-` and `.`, and `/` between the parts; none begins with a dot");
		return NULL;
	}
	for (i = 0; i < l->env->n_dirs; i++) {
		const char *dir = l->env->dirs[i];
		const char *path = join(l, dir, strlen(dir), s->name, suffix);

		*id = l->env->ops->identify(l->env->ops->arg, l->ast->arena,
					    path);
		if (*id)
			return path;
	}
	d = diag_add(l->ds, DIAG_INCLUDE, s->name_span,
		     "no library file <%s>", s->name);
	for (i = 0; i < l->env->n_dirs; i++)
		diag_note(l->ds, d, NO_SPAN, "looked for %s",
			  join(l, l->env->dirs[i], strlen(l->env->dirs[i]),
			       s->name, suffix));
	diag_note(l->ds, d, NO_SPAN, "-I DIR names the library's folder, such as policies/lib of the sources");
	return NULL;
}

static const char *find_relative(struct loader *l, const struct ast_stmt *s,
				 const char **id)
{
	const char *from = s->span.src->path;
	const char *path = s->name;

	if (!*path) {
		diag_add(l->ds, DIAG_INCLUDE, s->name_span,
			 "`include` without a file name");
		return NULL;
	}
	if (path[0] != '/')
		path = join(l, from ? from : "", folder_len(from), s->name,
			    "");
	*id = l->env->ops->identify(l->env->ops->arg, l->ast->arena, path);
	if (*id)
		return path;
	diag_add(l->ds, DIAG_INCLUDE, s->name_span, "cannot read %s: %s", path,
		 strerror(errno));
	return NULL;
}

static bool is_cycle(struct loader *l, const struct ast_stmt *s,
		     const char *id)
{
	struct diag *d;
	size_t i, at;

	for (at = 0; at < l->depth; at++)
		if (l->stack[at].id && !strcmp(l->stack[at].id, id))
			break;
	if (at == l->depth)
		return false;
	d = diag_add(l->ds, DIAG_INCLUDE, s->name_span,
		     "`%s` includes itself", s->name);
	for (i = at + 1; i < l->depth; i++)
		diag_note(l->ds, d, l->stack[i].by->name_span,
			  "%s is included here", l->stack[i].by->name);
	return true;
}

/* a library file by its library name: the same wherever it is installed */
static const char *source_name(struct loader *l, const struct ast_stmt *s,
			       const char *path)
{
	const char *base = strrchr(path, '/');
	struct buf b;

	if (!s->library)
		return path;
	base = base ? base + 1 : path;
	buf_init(&b, l->ast->arena);
	buf_putc(&b, '<');
	buf_add(&b, s->name, folder_len(s->name));
	buf_add(&b, base, strlen(base) -
		(ends_with(base, SUFFIX) ? strlen(SUFFIX) : 0));
	buf_putc(&b, '>');
	return b.s;
}

static struct file *read_new(struct loader *l, const struct ast_stmt *s,
			     const char *path, const char *id)
{
	struct file *f = arena_new(l->ast->arena, struct file);
	const struct source *src;
	const char *text;
	size_t len;

	f->id = id;
	vec_push(l->ast->arena, &l->files, f);
	switch (l->env->ops->read(l->env->ops->arg, l->ast->arena, path,
				  &text, &len)) {
	case SOURCE_OK:
		src = ast_add_source(l->ast, source_name(l, s, path), path,
				     text, len);
		l->env->parse(l->ast, src, l->ds, &f->body);
		break;
	case SOURCE_ERRNO:
		diag_add(l->ds, DIAG_INCLUDE, s->name_span,
			 "cannot read %s: %s", path, strerror(errno));
		break;
	case SOURCE_TOO_LARGE:
		diag_add(l->ds, DIAG_INCLUDE, s->name_span,
			 "%s is larger than %u bytes", path, SOURCE_MAX);
		break;
	}
	return f;
}

/* what a file loaded before adds at this place, and whether the caps allow */
static bool fits(struct loader *l, const struct ast_stmt *s,
		 const struct file *f, size_t within)
{
	if (l->depth + f->depth > INCLUDE_MAX_DEPTH) {
		diag_add(l->ds, DIAG_TOO_DEEP, s->name_span,
			 "more than %d files include each other",
			 INCLUDE_MAX_DEPTH);
		return false;
	}
	if (within + f->within > AST_MAX_WITHIN) {
		diag_add(l->ds, DIAG_TOO_DEEP, s->name_span,
			 "more than %d `within` blocks inside each other, those of the file counted",
			 AST_MAX_WITHIN);
		return false;
	}
	return true;
}

static void account(struct loader *l, const struct ast_stmt *s,
		    struct file *into, const struct file *f, size_t within)
{
	into->n_stmts += f->n_stmts;
	if (into->within < within + f->within)
		into->within = within + f->within;
	if (into->depth < f->depth + 1)
		into->depth = f->depth + 1;
	if (into->n_stmts <= INCLUDE_MAX_STMTS || l->too_large)
		return;
	diag_add(l->ds, DIAG_TOO_LARGE, s->name_span,
		 "more than %d statements once all includes are expanded",
		 INCLUDE_MAX_STMTS);
	l->too_large = true;
}

/* within: how many blocks stand around the statement in its own file */
static void load_file(struct loader *l, struct ast_stmt *s, const char *path,
		      const char *id, size_t within, struct file *into,
		      ast_stmts *body)
{
	struct file *f;

	if (is_cycle(l, s, id))
		return;
	if (l->depth > INCLUDE_MAX_DEPTH) {
		diag_add(l->ds, DIAG_TOO_DEEP, s->name_span,
			 "more than %d files include each other",
			 INCLUDE_MAX_DEPTH);
		return;
	}
	f = find_file(l, id);
	if (!f)
		f = read_new(l, s, path, id);
	if (!f->complete) {
		l->stack[l->depth++] = (struct frame){ id, s };
		load_stmts(l, &f->body, 0, f);
		l->depth--;
		f->complete = true;
	}
	if (!fits(l, s, f, within) || l->too_large)
		return;
	account(l, s, into, f, within);
	if (!l->too_large)
		*body = f->body;
}

/* beside DIR/NAME.imapol: DIR/NAME@RELEASE.imapol */
static void load_forms(struct loader *l, struct ast_stmt *s, const char *path,
		       size_t within, struct file *into)
{
	size_t n, i, stem = strlen(path) - strlen(SUFFIX);
	const struct krelease *rel = kmodel_releases(&n);
	struct ast_form base = { rel[0], s->body };

	if (!ends_with(path, SUFFIX))
		return;
	for (i = 1; i < n; i++) {
		struct ast_form form = { rel[i], { 0 } };
		const char *other, *id;
		struct buf b;

		buf_init(&b, l->ast->arena);
		buf_printf(&b, "@%u.%u" SUFFIX, rel[i].major, rel[i].minor);
		other = arena_strndup(l->ast->arena, path, stem);
		other = join(l, other, 0, other, b.s);
		id = l->env->ops->identify(l->env->ops->arg, l->ast->arena,
					   other);
		if (!id)
			continue;
		if (!s->forms.n) {
			vec_push(l->ast->arena, &s->forms, base);
			vec_push(l->ast->arena, &l->ast->by_release, s);
		}
		load_file(l, s, other, id, within, into, &form.body);
		vec_push(l->ast->arena, &s->forms, form);
	}
}

static void load_include(struct loader *l, struct ast_stmt *s,
			 size_t within, struct file *into)
{
	const char *path, *id = NULL;

	path = s->library ? find_library(l, s, &id) : find_relative(l, s, &id);
	if (!path)
		return;
	load_file(l, s, path, id, within, into, &s->body);
	if (s->library)
		load_forms(l, s, path, within, into);
}

static void load_stmts(struct loader *l, const ast_stmts *stmts,
		       size_t within, struct file *into)
{
	size_t i;

	for (i = 0; i < stmts->n; i++) {
		struct ast_stmt *s = stmts->v[i];

		into->n_stmts++;
		if (s->kind == AST_WITHIN) {
			if (into->within < within + 1)
				into->within = within + 1;
			load_stmts(l, &s->body, within + 1, into);
		} else if (s->kind == AST_INCLUDE) {
			load_include(l, s, within, into);
		}
	}
}

static const char *identify_source(struct loader *l, const struct source *src)
{
	if (!src->path)
		return NULL;
	return l->env->ops->identify(l->env->ops->arg, l->ast->arena,
				     src->path);
}

void include_load(struct ast *ast, const struct include_env *env,
		  struct diags *ds)
{
	struct loader l = { .ast = ast, .env = env, .ds = ds };
	struct file unit = { 0 };
	const struct source *last = NULL;
	size_t i;

	for (i = 0; i < ast->stmts.n; i++) {
		const ast_stmts one = { &ast->stmts.v[i], 1, 1 };
		const struct source *src = ast->stmts.v[i]->span.src;

		/* the outermost file is the one in which the statement stands */
		if (src != last)
			l.stack[0] = (struct frame){
				identify_source(&l, src), NULL };
		last = src;
		l.depth = 1;
		load_stmts(&l, &one, 0, &unit);
	}
}

/* ---- forms by release ---- */

static bool form_starts(const struct ast *ast, struct krelease rel)
{
	size_t i, j;

	for (i = 0; i < ast->by_release.n; i++) {
		const struct ast_stmt *s = ast->by_release.v[i];

		for (j = 0; j < s->forms.n; j++)
			if (!krelease_cmp(s->forms.v[j].since, rel))
				return true;
	}
	return false;
}

bool include_form(const struct ast *ast, size_t i, struct krelease *since)
{
	size_t n, k;
	const struct krelease *rel = kmodel_releases(&n);

	for (k = 0; k < n; k++)
		if ((!k || form_starts(ast, rel[k])) && !i--) {
			*since = rel[k];
			return true;
		}
	return false;
}

void include_select(struct ast *ast, struct krelease rel)
{
	size_t i, j;

	for (i = 0; i < ast->by_release.n; i++) {
		struct ast_stmt *s = ast->by_release.v[i];

		for (j = 0; j < s->forms.n; j++)
			if (krelease_cmp(s->forms.v[j].since, rel) <= 0)
				s->body = s->forms.v[j].body;
	}
}
