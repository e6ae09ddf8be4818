/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "paths_lower.h"

/* what a path term of one statement may come to */
struct place {
	struct paths *p;
	const struct tags *tags;
	struct ast *ast;
	struct paths_wish wish;
	bool opposite;		/* under ! an odd number of times, or an exception */
	bool exempt;		/* must not grow: no widening is offered */
};

#define MAX_WITNESSES 5

/* ---- messages ---- */

static void note_outside(struct paths *p, struct diag *d,
			 const struct fcdb_result *r)
{
	size_t i, n = 0;

	for (i = 0; i < r->n_labels && n < MAX_WITNESSES; i++) {
		const struct fcdb_label *l = &r->labels[i];

		if (!l->outside)
			continue;
		diag_note(p->diags, d, l->outside_entry->span,
			  "%s has %s, too, by this line", l->outside, l->type);
		n++;
	}
	if (r->n_labels - r->n_tight > n)
		diag_note(p->diags, d, NO_SPAN,
			  "and %zu more labels that occur outside",
			  r->n_labels - r->n_tight - n);
}

/* the widening that would do, as text to paste */
static void note_widening(struct place *at, struct diag *d,
			  const struct fcdb_result *r)
{
	struct buf b;
	size_t i;

	if (at->opposite || at->exempt)
		return;
	buf_init(&b, at->p->arena);
	for (i = 0; i < r->n_labels && i < 12; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", r->labels[i].type);
	if (r->n_labels > 12)
		diag_note(at->p->diags, d, NO_SPAN, "`allowing wider` takes in "
			  "all files with its %zu labels", r->n_labels);
	else
		diag_note(at->p->diags, d, NO_SPAN,
			  "to take these files in as well: "
			  "`allowing wider to label %s`", b.s);
}

static void note_mount(struct place *at, struct diag *d,
		       const struct paths_answer *a)
{
	const struct root_mount *m = a->mount.mount;

	switch (a->mount.how) {
	case ROOT_NO_UUID:
		diag_note(at->p->diags, d, m->span,
			  "%s is a file system, but has no UUID: `fs %s`",
			  m->dir, m->fstype);
		break;
	case ROOT_SHARED:
		diag_note(at->p->diags, d, m->span,
			  "only a part of a file system is mounted at %s, or "
			  "it is mounted elsewhere, too", m->dir);
		break;
	case ROOT_UNKNOWN:
		diag_note(at->p->diags, d, m->span,
			  "what is at %s cannot be told from this table: give "
			  "the output of `findmnt -P -o "
			  "TARGET,UUID,FSTYPE,FSROOT`", m->dir);
		break;
	default:
		diag_note(at->p->diags, d, NO_SPAN,
			  "a file system of their own (`--mounts`) or an owner "
			  "of their own (`owner N`) tells files apart exactly");
		break;
	}
}

static void say_wider(struct place *at, const struct ast_set *s,
		      const struct paths_answer *a)
{
	struct paths *p = at->p;
	const struct fcdb_result *r = &a->types;
	struct diag *d;

	if (at->wish.wider && at->wish.pinned && at->wish.pinned->n)
		d = diag_add(p->diags, DIAG_PATH_PINNED, s->span,
			     "the labels of this path are more than the "
			     "widening names");
	else
		d = diag_add(p->diags, DIAG_PATH_WIDER, s->span,
			     "no label belongs to these files alone");
	note_outside(p, d, r);
	note_widening(at, d, r);
	note_mount(at, d, a);
}

static void say_uncovered(struct place *at, const struct ast_set *s,
			  const struct paths_answer *a)
{
	struct paths *p = at->p;
	struct diag *d;

	d = diag_add(p->diags, DIAG_PATH_UNCOVERED, s->span,
		     "file contexts give %s of these files no label: %s",
		     a->types.n_labels ? "some" : "all", a->types.uncovered);
	if (a->types.uncovered_entry)
		diag_note(p->diags, d, a->types.uncovered_entry->span,
			  "by this line");
	if (a->types.n_tight < a->types.n_labels)
		note_outside(p, d, &a->types);
	if (!at->opposite && !at->exempt && a->types.n_labels)
		diag_note(p->diags, d, NO_SPAN, "`allowing unlabelled` leaves "
			  "them out%s", a->types.n_tight < a->types.n_labels ?
			  ", and the others need `allowing wider`" : "");
	note_mount(at, d, a);
}

static void say_nothing(struct place *at, const struct ast_set *s,
			const struct paths_answer *a)
{
	struct paths *p = at->p;
	struct diag *d;

	if (a->no_labels) {
		d = diag_add(p->diags, DIAG_PATH_NOT_A_MOUNT, s->span,
			     "these files are on a file system that keeps no "
			     "labels");
		diag_note(p->diags, d, a->no_labels->span,
			  "%s: `fs %s` names all such file systems",
			  a->no_labels->dir, a->no_labels->fstype);
		return;
	}
	if (!p->n_db) {
		d = diag_add(p->diags, DIAG_PATH_NOT_A_MOUNT, s->span,
			     "this path is not all of a mounted file system");
		note_mount(at, d, a);
		diag_note(p->diags, d, NO_SPAN,
			  "with `--file-contexts` or `--root` its labels are "
			  "looked at, too");
		return;
	}
	if (a->versions_differ) {
		d = diag_add(p->diags, DIAG_PATH_VERSION, s->span,
			     "versions of libselinux label these files "
			     "differently");
		diag_note(p->diags, d, NO_SPAN, "say which one the target has: "
			  "`target … libselinux 3.9;`");
		return;
	}
	switch (a->types.verdict) {
	case FCDB_EMPTY:
		d = diag_add(p->diags, DIAG_PATH_EMPTY, s->span,
			     "no file can have such a path");
		diag_note(p->diags, d, NO_SPAN,
			  "it leads through a symlink, or holds an empty part, "
			  "`.` or `..`");
		break;
	case FCDB_TOO_HARD:
		d = diag_add(p->diags, DIAG_PATH_TOO_HARD, s->span,
			     "the proof for this path takes too many steps");
		diag_note(p->diags, d, NO_SPAN, "name fewer directories in one "
			  "glob, or a file system");
		break;
	case FCDB_UNCOVERED:
		if (!at->wish.unlabelled || !a->types.n_labels) {
			say_uncovered(at, s, a);
			break;
		}
		/* fall through */
	default:
		say_wider(at, s, a);
		break;
	}
}

/* ---- the tree ---- */

static struct ast_set *name_node(struct place *at, const struct ast_set *path,
				 const struct paths_answer *a, const char *name)
{
	struct ast_set *s = ast_set_named(at->ast, a->how == PATHS_FSUUID ?
					  AST_SET_FSUUID : AST_SET_LABEL,
					  name, path->span);

	s->user = s->role = s->type = NULL;
	if (a->how == PATHS_FSUUID)
		return s;
	if (a->part == FCDB_USER)
		s->user = name;
	else if (a->part == FCDB_ROLE)
		s->role = name;
	else
		s->type = name;
	return s;
}

static struct ast_set *answer_set(struct place *at, const struct ast_set *path,
				  const struct paths_answer *a)
{
	ast_sets nodes = { 0 };
	size_t i;

	for (i = 0; i < a->n; i++)
		vec_push(at->ast->arena, &nodes,
			 name_node(at, path, a,
				   intern_str(at->ast->strings, a->names[i])));
	return nodes.n == 1 ? nodes.v[0] :
	       ast_set_chain(at->ast, AST_SET_OR, &nodes);
}

static struct ast_set *lower_path(struct place *at, struct ast_set *s)
{
	static const struct paths_wish exact;
	struct paths_answer a;

	if (!paths_ask(at->p, s->name, s->span,
		       at->opposite ? &exact : &at->wish, &a))
		return s;
	if (a.rewritten)
		paths_say_rewritten(at->p, s->span, a.text);
	if (a.how != PATHS_NOTHING)
		return answer_set(at, s, &a);
	say_nothing(at, s, &a);
	return s;
}

/* a tag cannot be asked for the label of a path that has none */
static void say_tag_holes(struct place *at, const struct ast_set *s,
			  const struct tag *tag)
{
	struct diags *ds = at->p->diags;
	struct diag *d;
	size_t i;

	d = diag_add(ds, DIAG_PATH_UNCOVERED, s->span,
		     "file contexts give some files of the tag `%s` no label, "
		     "so they cannot have it: %s", s->name,
		     tag->holes[0].path);
	for (i = 0; i < tag->n_holes; i++) {
		const struct fcdb_hole *h = &tag->holes[i];

		if (h->entry)
			diag_note(ds, d, h->entry->span,
				  "%s has none by this line", h->path);
		else if (i)
			diag_note(ds, d, NO_SPAN,
				  "no line is about %s", h->path);
	}
	if (!at->opposite && !at->exempt)
		diag_note(ds, d, NO_SPAN,
			  "`allowing unlabelled` leaves them out");
	diag_note(ds, d, tag->stmt->name_span,
		  "or leave them out of the tag: `& !path \"%s\"`",
		  tag->holes[0].path);
}

static struct ast_set *lower_tag(struct place *at, struct ast_set *s)
{
	const struct tag *tag = tags_find(at->tags, s->def);
	bool unlabelled = at->wish.unlabelled && !at->opposite;
	ast_sets nodes = { 0 };
	size_t i;

	if (!tag || !tag->n_users)
		return s;	/* reported where it stands */
	if (tag->n_holes && !unlabelled)
		say_tag_holes(at, s, tag);
	for (i = 0; i < tag->n_users; i++) {
		struct ast_set *node;

		node = ast_set_named(at->ast, AST_SET_LABEL, tag->users[i],
				     s->span);
		node->user = tag->users[i];
		node->role = node->type = NULL;
		vec_push(at->ast->arena, &nodes, node);
	}
	return nodes.n == 1 ? nodes.v[0] :
	       ast_set_chain(at->ast, AST_SET_OR, &nodes);
}

/* a let is followed, so a name is a tag's */
static bool has_path(const struct ast_set *s)
{
	s = s ? ast_deref(s) : NULL;
	if (!s || s->kind > AST_SET_NOT || s->kind == AST_SET_REF)
		return s && (s->kind == AST_SET_PATH ||
			     s->kind == AST_SET_REF);
	return has_path(s->left) || (s->kind != AST_SET_NOT &&
				     has_path(s->right));
}

/* a copy with the paths replaced; what has none is shared, names followed */
static struct ast_set *lower_set(struct place *at, struct ast_set *s)
{
	struct ast_set *copy;

	if (!has_path(s))
		return s;
	copy = (struct ast_set *)ast_deref(s);
	if (copy->kind == AST_SET_PATH)
		return lower_path(at, copy);
	if (copy->kind == AST_SET_REF)
		return lower_tag(at, copy);
	s = copy;
	copy = arena_new(at->ast->arena, struct ast_set);
	*copy = *s;
	at->opposite ^= s->kind == AST_SET_NOT;
	copy->left = lower_set(at, s->left);
	if (s->kind != AST_SET_NOT)
		copy->right = lower_set(at, s->right);
	at->opposite ^= s->kind == AST_SET_NOT;
	return copy;
}

/* ---- statements ---- */

static const struct ast_opt *own_opt(const struct ast_stmt *s,
				     enum ast_opt_kind kind)
{
	size_t i;

	for (i = 0; i < s->opts.n; i++)
		if (s->opts.v[i].kind == kind)
			return &s->opts.v[i];
	return NULL;
}

/* the blocks around, in the same file; around is NULL at the top */
struct around {
	const struct ast_stmt *within;
	const struct around *next;
};

static const struct ast_opt *find_opt(const struct ast_stmt *s,
				      const struct around *around,
				      enum ast_opt_kind kind)
{
	const struct ast_opt *o = own_opt(s, kind);

	for (; !o && around; around = around->next)
		o = own_opt(around->within, kind);
	return o;
}

/* what is exempt must not grow, so a block with an exemption stays exact */
static bool has_exempt(const struct ast_stmt *s)
{
	size_t i, j;

	if (s->kind == AST_RULE)
		return s->exempt;
	/* kernel lines have no word for more */
	if (s->kind == AST_RAW)
		return true;
	for (i = 0; i < s->body.n; i++)
		if (has_exempt(s->body.v[i]))
			return true;
	/* a library file that differs by release: in any of its forms */
	for (i = 0; i < s->forms.n; i++)
		for (j = 0; j < s->forms.v[i].body.n; j++)
			if (has_exempt(s->forms.v[i].body.v[j]))
				return true;
	return false;
}

static void lower_files(const struct place *in, struct ast_stmt *s,
			const struct around *around)
{
	struct place at = *in;
	const struct ast_opt *wider, *unlabelled;
	size_t i;

	wider = find_opt(s, around, AST_OPT_ALLOW_WIDER);
	unlabelled = find_opt(s, around, AST_OPT_ALLOW_UNLABELLED);
	at.exempt = has_exempt(s);
	at.wish.wider = wider && !at.exempt;
	at.wish.pinned = wider ? &wider->words : NULL;
	at.wish.unlabelled = unlabelled && !at.exempt;
	s->files = lower_set(&at, s->files);
	at.opposite = true;
	for (i = 0; i < s->excepts.n; i++)
		s->excepts.v[i].files = lower_set(&at, s->excepts.v[i].files);
}

static void lower_stmts(const struct place *in, const ast_stmts *stmts,
			const struct around *around)
{
	size_t i, j;

	for (i = 0; i < stmts->n; i++) {
		struct ast_stmt *s = stmts->v[i];
		struct around inner = { s, around };

		switch (s->kind) {
		case AST_RULE:
			lower_files(in, s, around);
			break;
		case AST_RAW:
			if (s->files)
				lower_files(in, s, NULL);
			break;
		case AST_WITHIN:
			lower_files(in, s, around);
			lower_stmts(in, &s->body, &inner);
			break;
		case AST_INCLUDE:
			/* a file says the same wherever it is included */
			lower_stmts(in, &s->body, NULL);
			for (j = 0; j < s->forms.n; j++)
				lower_stmts(in, &s->forms.v[j].body, NULL);
			break;
		default:
			break;
		}
	}
}

void paths_lower(struct paths *p, const struct tags *tags, struct ast *ast)
{
	struct place at = { .p = p, .tags = tags, .ast = ast };

	lower_stmts(&at, &ast->stmts, NULL);
}
