/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tags_int.h"
#include "util.h"

/* ---- the tags of a tree ---- */

static void collect(struct tags *t, const ast_stmts *stmts)
{
	size_t i, j;

	for (i = 0; i < stmts->n; i++) {
		const struct ast_stmt *s = stmts->v[i];
		struct tag tag = { .stmt = s };

		if (s->kind == AST_TAG && !tags_find(t, s))
			vec_push(t->paths->arena, &t->tag, tag);
		if (s->kind != AST_INCLUDE)
			continue;
		collect(t, &s->body);
		for (j = 0; j < s->forms.n; j++)
			collect(t, &s->forms.v[j].body);
	}
}

const struct tag *tags_find(const struct tags *t, const struct ast_stmt *stmt)
{
	size_t i;

	for (i = 0; i < t->tag.n; i++)
		if (t->tag.v[i].stmt == stmt)
			return &t->tag.v[i];
	return NULL;
}

/* SIZE_MAX: not read yet */
static size_t find_leaf(const struct tags *t, struct span span)
{
	size_t i;

	for (i = 0; i < t->leaf.n; i++)
		if (!span_cmp(t->leaf.v[i].span, span))
			return i;
	return SIZE_MAX;
}

static bool add_leaf(struct tags *t, const struct ast_set *s)
{
	struct tag_leaf leaf = { .span = s->span };

	if (!paths_read_glob(t->paths, s->name, s->span, &leaf.glob))
		return false;
	if (leaf.glob.rewritten)
		paths_say_rewritten(t->paths, s->span, leaf.glob.text);
	vec_push(t->paths->arena, &t->leaf, leaf);
	return true;
}

static bool add_leaves(struct tags *t, const struct ast_set *s)
{
	bool ok;

	if (s->kind == AST_SET_PATH)
		return add_leaf(t, s);
	ok = s->kind > AST_SET_NOT || add_leaves(t, s->left);
	if (s->kind < AST_SET_NOT)
		ok &= add_leaves(t, s->right);
	return ok;
}

/* ---- which files belong to a tag ---- */

static bool among(const uint32_t *leaves, size_t n, size_t leaf)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (leaves[i] == leaf)
			return true;
	return false;
}

static bool holds(const struct tags *t, const struct ast_set *s,
		  const uint32_t *leaves, size_t n)
{
	switch (s->kind) {
	case AST_SET_PATH:
		return among(leaves, n, find_leaf(t, s->span));
	case AST_SET_NOT:
		return !holds(t, s->left, leaves, n);
	case AST_SET_AND:
		return holds(t, s->left, leaves, n) &&
		       holds(t, s->right, leaves, n);
	default:
		return holds(t, s->left, leaves, n) ||
		       holds(t, s->right, leaves, n);
	}
}

static bool names(const struct tags *t, const struct ast_set *s, uint32_t leaf)
{
	if (s->kind == AST_SET_PATH)
		return find_leaf(t, s->span) == leaf;
	return names(t, s->left, leaf) ||
	       (s->kind != AST_SET_NOT && names(t, s->right, leaf));
}

bool tag_names(const struct tags *t, const struct tag *tag, uint32_t leaf)
{
	return names(t, tag->stmt->files, leaf);
}

const char *tag_leave_out(const struct tags *t, const char *path,
			  const char *before)
{
	struct buf b;

	if (strpbrk(path, "*?[]{},\\\"!\n"))
		return "";
	buf_init(&b, t->paths->arena);
	buf_printf(&b, "%s`& !path \"%s\"`", before, path);
	return b.s;
}

bool tag_has_user(const struct tag *tag, const char *user)
{
	size_t i;

	for (i = 0; i < tag->n_users; i++)
		if (tag->users[i] == user)
			return true;
	return false;
}

bool tag_holds(const struct tags *t, const struct tag *tag,
	       const uint32_t *leaves, size_t n)
{
	return holds(t, tag->stmt->files, leaves, n);
}

/* a tag of everything but some files would have to name what has no glob */
static bool check_bounded(struct tags *t)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < t->tag.n; i++) {
		const struct ast_stmt *s = t->tag.v[i].stmt;
		struct diag *d;

		if (!tag_holds(t, &t->tag.v[i], NULL, 0))
			continue;
		d = diag_add(t->paths->diags, DIAG_BAD_TAG, s->files->span,
			     "the tag takes in all files but some");
		diag_note(t->paths->diags, d, NO_SPAN,
			  "name the files it is about: `path \"…\" & !path "
			  "\"…\"`");
		ok = false;
	}
	return ok;
}

/* ---- layers and users ---- */

static int cmp_layers(const void *a, const void *b)
{
	const struct tag_layer *x = a, *y = b;
	size_t i;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	for (i = 0; i < x->n; i++)
		if (x->globs[i] != y->globs[i])
			return x->globs[i] < y->globs[i] ? -1 : 1;
	return 0;
}

static void add_layer(void *arg, const uint32_t *globs, size_t n)
{
	struct tags *t = arg;
	uint32_t *copy = arena_zalloc(t->paths->arena, n, sizeof(*copy));
	struct tag_layer l = { copy, n, TAG_NO_USER };

	memcpy(copy, globs, n * sizeof(*copy));
	vec_push(t->paths->arena, &t->layer, l);
}

static const char *user_name(struct tags *t, const bool *has)
{
	const char *between = "";
	struct buf b;
	size_t i;

	buf_init(&b, t->paths->arena);
	buf_puts(&b, "ima_");
	for (i = 0; i < t->tag.n; i++) {
		if (!has[i])
			continue;
		buf_printf(&b, "%s%s", between, t->tag.v[i].stmt->name);
		between = "__";
	}
	buf_puts(&b, "_u");
	return intern_str(t->paths->strings, b.s);
}

static uint32_t user_of(struct tags *t, const bool *has)
{
	struct tag_user u = { NULL, has };
	size_t i;

	for (i = 0; i < t->user.n; i++)
		if (!memcmp(t->user.v[i].has, has, t->tag.n))
			return (uint32_t)i;
	u.name = user_name(t, has);
	vec_push(t->paths->arena, &t->user, u);
	return (uint32_t)i;
}

static void find_users(struct tags *t)
{
	size_t i, j, n = 0;

	for (i = 0; i < t->layer.n; i++) {
		struct tag_layer *l = &t->layer.v[i];
		bool *has = arena_zalloc(t->paths->arena, t->tag.n + 1, 1);
		bool any = false;

		/* the same globs may meet in several ways */
		if (n && !cmp_layers(&t->layer.v[n - 1], l))
			continue;
		for (j = 0; j < t->tag.n; j++) {
			has[j] = tag_holds(t, &t->tag.v[j], l->globs, l->n);
			any |= has[j];
		}
		t->layer.v[n] = *l;
		if (any)
			t->layer.v[n].user = user_of(t, has);
		n++;
	}
	t->layer.n = n;
}

static bool distinct_users(struct tags *t)
{
	size_t i, j;

	for (i = 0; i < t->user.n; i++)
		for (j = 0; j < i; j++) {
			if (t->user.v[i].name != t->user.v[j].name)
				continue;
			diag_add(t->paths->diags, DIAG_BAD_TAG,
				 t->tag.v[t->tag.n - 1].stmt->name_span,
				 "two sets of tags would both become the user "
				 "`%s`: name one of the tags differently",
				 t->user.v[i].name);
			return false;
		}
	return true;
}

static void give_users(struct tags *t)
{
	size_t i, j;

	for (i = 0; i < t->tag.n; i++) {
		struct tag *tag = &t->tag.v[i];

		tag->users = arena_zalloc(t->paths->arena, t->user.n + 1,
					  sizeof(*tag->users));
		for (j = 0; j < t->user.n; j++)
			if (t->user.v[j].has[i])
				tag->users[tag->n_users++] =
					t->user.v[j].name;
		if (!tag->n_users)
			diag_add(t->paths->diags, DIAG_PATH_EMPTY,
				 tag->stmt->files->span,
				 "no file can have the tag `%s`",
				 tag->stmt->name);
	}
}

static bool too_hard(struct tags *t)
{
	struct diag *d = diag_add(t->paths->diags, DIAG_TAG_TOO_HARD,
				  t->tag.v[0].stmt->span,
				  "the globs of the tags meet in too many "
				  "ways");

	diag_note(t->paths->diags, d, NO_SPAN, "files that match several of "
		  "them are labelled apart for each set of globs: spell the "
		  "globs so that few cross");
	return false;
}

static bool find_layers(struct tags *t)
{
	struct tag_question q;

	tag_ask_all(&q, t);
	if (!fcdb_meetings(t->paths->db[0], &q.query, add_layer, t) ||
	    t->layer.n > TAG_LAYERS_MAX)
		return too_hard(t);
	if (t->layer.n)
		qsort(t->layer.v, t->layer.n, sizeof(*t->layer.v), cmp_layers);
	find_users(t);
	give_users(t);
	return distinct_users(t);
}

uint32_t tag_layer_of(const struct tags *t, const uint32_t *leaves, size_t n)
{
	struct tag_layer key = { leaves, n, 0 };
	const struct tag_layer *l = NULL;

	if (t->layer.n)
		l = bsearch(&key, t->layer.v, t->layer.n, sizeof(key),
			    cmp_layers);
	return l ? (uint32_t)(l - t->layer.v) : UINT32_MAX;
}

/* ---- questions ---- */

static bool asked_of_leaves(const struct tag_question *q,
			    const uint32_t *leaves, size_t n)
{
	uint32_t layer;

	if (q->tag)
		return tag_holds(q->t, q->tag, leaves, n);
	layer = tag_layer_of(q->t, leaves, n);
	if (layer == UINT32_MAX || q->layer != UINT32_MAX)
		return layer == q->layer && layer != UINT32_MAX;
	return q->t->layer.v[layer].user != TAG_NO_USER;
}

static bool is_asked(const void *arg, const uint32_t *globs, size_t n)
{
	const struct tag_question *q = arg;
	uint32_t few[64], *leaves = few;
	size_t i;

	if (q->any)
		return true;
	if (n > ARRAY_SIZE(few))
		leaves = arena_zalloc(q->t->paths->arena, n, sizeof(*leaves));
	for (i = 0; i < n; i++)
		leaves[i] = q->leaf[globs[i]];
	return asked_of_leaves(q, leaves, n);
}

/* with the leaves of wanted, or of all where it is NULL */
static void start_question(struct tag_question *q, const struct tags *t,
			   const bool *wanted)
{
	struct arena *a = t->paths->arena;
	const struct glob **globs = arena_zalloc(a, t->leaf.n, sizeof(*globs));
	size_t i;

	memset(q, 0, sizeof(*q));
	q->t = t;
	q->layer = UINT32_MAX;
	q->leaf = arena_zalloc(a, t->leaf.n, sizeof(*q->leaf));
	for (i = 0; i < t->leaf.n; i++) {
		if (wanted && !wanted[i])
			continue;
		q->leaf[q->region.n] = (uint32_t)i;
		globs[q->region.n++] = &t->leaf.v[i].glob;
	}
	q->region.globs = globs;
	q->region.inside = is_asked;
	q->region.arg = q;
	q->universe.alias = t->paths->alias;
	q->universe.n_alias = t->paths->n_alias;
	q->query.region = &q->region;
	if (q->region.n)	/* what proofs walk through */
		q->query.glob = glob_union(a, globs, q->region.n);
	q->query.universe = &q->universe;
	q->query.kind = FC_FILE;
	q->query.parts = FCDB_USER;
}

void tag_ask_all(struct tag_question *q, const struct tags *t)
{
	start_question(q, t, NULL);
}

void tag_ask_tag(struct tag_question *q, const struct tags *t,
		 const struct tag *tag)
{
	bool *wanted = arena_zalloc(t->paths->arena, t->leaf.n + 1, 1);
	uint32_t i;

	/* whether a file belongs to it these tell alone */
	for (i = 0; i < t->leaf.n; i++)
		wanted[i] = tag_names(t, tag, i);
	start_question(q, t, wanted);
	q->tag = tag;
}

void tag_ask_any(struct tag_question *q, const struct tags *t)
{
	start_question(q, t, NULL);
	q->any = true;
}

static bool includes(const struct tag_layer *big, const struct tag_layer *small)
{
	size_t i;

	for (i = 0; i < small->n; i++)
		if (!among(big->globs, big->n, small->globs[i]))
			return false;
	return true;
}

void tag_ask_layer(struct tag_question *q, const struct tags *t,
		   uint32_t layer)
{
	const struct tag_layer *l = &t->layer.v[layer];
	bool *wanted = arena_zalloc(t->paths->arena, t->leaf.n, 1);
	size_t i, j;

	/* globs that meet none of these paths need not be looked at */
	for (i = 0; i < t->layer.n; i++)
		for (j = 0; includes(&t->layer.v[i], l) &&
			    j < t->layer.v[i].n; j++)
			wanted[t->layer.v[i].globs[j]] = true;
	start_question(q, t, wanted);
	q->layer = layer;
}

/* ---- all of it ---- */

static bool read_globs(struct tags *t)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < t->tag.n; i++)
		ok &= add_leaves(t, t->tag.v[i].stmt->files);
	return ok && check_bounded(t);
}

/* holds for what is labelled, and new files are labelled by who makes them */
static void say_later_files(struct tags *t)
{
	size_t i;

	for (i = 0; i < t->tag.n; i++) {
		const struct ast_stmt *s = t->tag.v[i].stmt;
		struct diag *d;

		d = diag_add(t->paths->diags, DIAG_TAG_LATER_FILES,
			     s->name_span, "the tag `%s` is on files that "
			     "`restorecon -F` has labelled: one that is "
			     "written later has it only after that", s->name);
		diag_note(t->paths->diags, d, NO_SPAN, "`imapolc labels` "
			  "writes the labels, and units that relabel");
	}
}

static bool no_contexts(struct tags *t)
{
	struct diag *d = diag_add(t->paths->diags, DIAG_TAG_NOT_LOWERED,
				  t->tag.v[0].stmt->span,
				  "no file contexts are known to prove a tag "
				  "with");

	diag_note(t->paths->diags, d, NO_SPAN,
		  "give `--file-contexts FILE` or `--root DIR`");
	return false;
}

bool tags_build(struct tags *t, struct paths *p, const struct ast *ast)
{
	memset(t, 0, sizeof(*t));
	t->paths = p;
	collect(t, &ast->stmts);
	if (!t->tag.n)
		return true;
	if (!p->n_db)
		return no_contexts(t);
	p->asked = true;
	if (!read_globs(t) || !tag_forget_applied(t) || !find_layers(t) ||
	    !tag_check_mounts(t) || !tag_make_lines(t) ||
	    !tag_check_constrained(t) || !tag_prove(t))
		return false;
	tag_look_at_root(t);
	say_later_files(t);
	return true;
}
