/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "check_front.h"
#include "kmodel_row.h"
#include "nearest.h"

bool set_is_subject(enum ast_set_kind kind)
{
	return kind >= AST_SET_USER && kind <= AST_SET_SUBJ_USER;
}

/* ---- constructs of which something has to tell ---- */

static const char *later_noun(enum diag_code code)
{
	if (code == DIAG_PATH_NOT_LOWERED)
		return "path";
	return code == DIAG_TAG_NOT_LOWERED ? "tag" : "attribute";
}

static void names_later(struct names *n, enum diag_code code,
			struct span span)
{
	struct names_later *l = NULL;
	struct names_later fresh = { .code = code, .src = span.src };
	size_t i;

	for (i = 0; i < n->later.n && !l; i++)
		if (n->later.v[i].code == code &&
		    n->later.v[i].src == span.src)
			l = &n->later.v[i];
	if (!l) {
		fresh.d = diag_add(n->ds, code, span,
				   code == DIAG_ATTRIBUTE_NOT_LOWERED ?
				   "nothing tells which types an `%s` has" :
				   "nothing tells which files a `%s` has",
				   later_noun(code));
		vec_push(n->arena, &n->later, fresh);
		l = &n->later.v[n->later.n - 1];
	} else {
		diag_also(l->d, span);
	}
	l->n++;
}

void names_later_end(struct names *n)
{
	size_t i;

	for (i = 0; i < n->later.n; i++) {
		struct names_later *l = &n->later.v[i];

		if (l->n > DIAG_MAX_SPANS + 1)
			diag_note(n->ds, l->d, NO_SPAN,
				  "%zu more places in this file",
				  l->n - DIAG_MAX_SPANS - 1);
		if (l->code == DIAG_PATH_NOT_LOWERED)
			diag_note(n->ds, l->d, NO_SPAN, "`--file-contexts "
				  "FILE`, or `--root DIR` of a system with an "
				  "SELinux policy, tells by label, `--mounts "
				  "FILE` by file system");
		if (l->code == DIAG_TAG_NOT_LOWERED)
			diag_note(n->ds, l->d, NO_SPAN, "`--file-contexts "
				  "FILE`, or `--root DIR` of a system with an "
				  "SELinux policy, tells");
		if (l->code == DIAG_ATTRIBUTE_NOT_LOWERED)
			diag_note(n->ds, l->d, NO_SPAN, "`--selinux-policy "
				  "FILE`, or `--root DIR` of a system that has "
				  "one, tells");
		diag_note(n->ds, l->d, NO_SPAN,
			  l->code == DIAG_ATTRIBUTE_NOT_LOWERED
			  ? "or name the types themselves with `label`"
			  : "name the files by `label`, `owner`, `fs` or `fsuuid`");
	}
}

/* ---- users and groups ---- */

static void unknown_user(struct names *n, const char *name, bool group,
			 struct span span)
{
	const struct name_lookup *l = n->lookup;
	const struct name_def *def = names_find(n, name);
	const char *near = NULL;
	struct diag *d = diag_add(n->ds, DIAG_UNKNOWN_USER, span,
				  "no %s `%s` is known",
				  group ? "group" : "user", name);

	if (def)
		diag_note(n->ds, d, def->stmt->name_span,
			  "this is a set of files; it stands behind `of`");
	if (!l) {
		diag_note(n->ds, d, NO_SPAN,
			  "names are looked up in the target: give --root or --users, or write the number");
		return;
	}
	if (group ? l->near_group != NULL : l->near_user != NULL)
		near = group ? l->near_group(l->arg, name)
			     : l->near_user(l->arg, name);
	if (near)
		diag_note(n->ds, d, NO_SPAN, "did you mean `%s`?", near);
}

bool names_check_user(struct names *n, const char *name, bool group,
		      struct span span, uint64_t *id)
{
	const struct name_lookup *l = n->lookup;
	uint32_t found = 0;

	if (strcmp(name, "root") != 0 &&
	    (!l || !(group ? l->group : l->user)(l->arg, name, &found))) {
		unknown_user(n, name, group, span);
		return false;
	}
	*id = found;
	return true;
}

static void check_id(struct names *n, struct ast_set *s)
{
	bool group = s->kind == AST_SET_GROUP || s->kind == AST_SET_GID ||
		     s->kind == AST_SET_EGID;
	struct ast_id *id = &s->id;
	bool good = true;

	if (id->lo_name)
		good &= names_check_user(n, id->lo_name, group, id->span,
					 &id->lo);
	if (id->hi_name)
		good &= names_check_user(n, id->hi_name, group, id->span,
					 &id->hi);
	id->unresolved = !good;
}

/* ---- leaves ---- */

static void check_magic(struct names *n, struct ast_set *s)
{
	struct krange fs = kmodel_range(KKIND_FS);
	const char **names, *near;
	struct diag *d;
	size_t i;

	if (!s->name || kmodel_fsmagic(s->name, &s->magic))
		return;
	d = diag_add(n->ds, DIAG_UNKNOWN_FS, s->span,
		     "the magic number of `%s` is not known", s->name);
	names = arena_zalloc(n->arena, fs.end - fs.first, sizeof(*names));
	for (i = 0; i < (size_t)(fs.end - fs.first); i++)
		names[i] = kmodel_row((enum kfeature)(fs.first + i))->word;
	near = nearest_name(s->name, names, i);
	if (near)
		diag_note(n->ds, d, NO_SPAN, "did you mean `%s`?", near);
	diag_note(n->ds, d, NO_SPAN,
		  "write the number with 0x, or ask by name with `fs`");
}

static const char *nearest_def(struct names *n, const char *name)
{
	const char **names = arena_zalloc(n->arena, n->defs.n + 1,
					  sizeof(*names));
	size_t i, k = 0;

	for (i = 0; i < n->defs.n; i++)
		if (n->defs.v[i].passed)
			names[k++] = n->defs.v[i].stmt->name;
	return nearest_name(name, names, k);
}

static void unknown_name(struct names *n, const struct ast_set *s,
			 const struct name_def *def)
{
	size_t len = strlen(s->name);
	const char *near;
	struct diag *d;

	if (def) {
		d = diag_add(n->ds, DIAG_UNKNOWN_NAME, s->span,
			     "`%s` is used before it is defined", s->name);
		diag_note(n->ds, d, def->stmt->name_span, "defined here");
		return;
	}
	d = diag_add(n->ds, DIAG_UNKNOWN_NAME, s->span,
		     "no set of files is named `%s`", s->name);
	near = nearest_def(n, s->name);
	if (near)
		diag_note(n->ds, d, NO_SPAN, "did you mean `%s`?", near);
	else if (len > 2 && !strcmp(s->name + len - 2, "_t"))
		diag_note(n->ds, d, NO_SPAN,
			  "a type is written `label %s`", s->name);
	else if (!strcmp(s->name, "root"))
		diag_note(n->ds, d, NO_SPAN,
			  "files of root are `owner root`; what root does is `by root`");
	else
		diag_note(n->ds, d, NO_SPAN, "define it with `let %s = ...;`",
			  s->name);
}

static struct set_size check_ref(struct names *n, struct ast_set *s)
{
	const struct name_def *def = names_find(n, s->name);

	if (!def || !def->passed) {
		unknown_name(n, s, def);
		return (struct set_size){ 1, 1, false, false };
	}
	s->def = def->stmt;
	if (def->stmt->kind == AST_TAG && !n->ast->lower_paths)
		names_later(n, DIAG_TAG_NOT_LOWERED, s->span);
	return def->size;
}

/* the kernel takes a UUID in either case, and so does every later pass */
static const char *lower_case(struct names *n, const char *uuid)
{
	char *copy = arena_strndup(n->arena, uuid, strlen(uuid)), *c;

	for (c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'F')
			*c += 'a' - 'A';
	return intern_str(n->ast->strings, copy);
}

/* of an attribute: a tree of OR */
static struct set_size types_size(const struct ast_set *s)
{
	struct set_size a = { .height = 1, .leaves = 1 }, b;

	if (s->kind > AST_SET_NOT)
		return a;
	a = types_size(s->left);
	b = types_size(s->right);
	a.height = (a.height > b.height ? a.height : b.height) + 1;
	a.leaves += b.leaves;
	return a;
}

static struct set_size check_leaf(struct names *n, struct ast_set *s,
				  bool in_tag)
{
	struct set_size one = { .height = 1, .leaves = 1 };
	struct diag *d;

	if (set_is_subject(s->kind)) {
		d = diag_add(n->ds, DIAG_WRONG_SET, s->span,
			     "`%s` is about who acts, and files stand here",
			     ast_set_word(s->kind));
		diag_note(n->ds, d, NO_SPAN, "it stands behind `by`");
		return one;
	}
	if (in_tag && s->kind != AST_SET_PATH) {
		diag_add(n->ds, DIAG_BAD_TAG, s->span,
			 "a tag is made of paths only");
		return one;
	}
	switch (s->kind) {
	case AST_SET_REF:
		return check_ref(n, s);
	case AST_SET_PATH:
		one.path = true;
		if (!in_tag && !n->ast->lower_paths)
			names_later(n, DIAG_PATH_NOT_LOWERED, s->span);
		break;
	case AST_SET_ATTRIBUTE:
		if (s->types)
			return types_size(s->types);
		/* with a policy at hand check_labels has said why */
		if (!n->ast->selinux)
			names_later(n, DIAG_ATTRIBUTE_NOT_LOWERED, s->span);
		break;
	case AST_SET_OWNER:
	case AST_SET_GROUP:
		check_id(n, s);
		break;
	case AST_SET_FSMAGIC:
		check_magic(n, s);
		break;
	case AST_SET_FSUUID:
		s->name = lower_case(n, s->name);
		break;
	default:
		break;
	}
	return one;
}

/* past a cap the name is cut off, so that no later walk follows it */
static bool too_big(struct names *n, struct ast_set *s, struct set_size size)
{
	if (size.height > AST_MAX_HEIGHT)
		diag_add(n->ds, DIAG_TOO_DEEP, s->span,
			 "sets defined by sets more than %d levels deep",
			 AST_MAX_HEIGHT);
	else if (size.leaves > AST_MAX_LEAVES)
		diag_add(n->ds, DIAG_TOO_LARGE, s->span,
			 "a set of more than %d conditions",
			 AST_MAX_LEAVES);
	else
		return false;
	return true;
}

static void cut_names(struct ast_set *s)
{
	if (!s)
		return;
	if (s->kind == AST_SET_REF)
		s->def = NULL;
	s->types = NULL;
	cut_names(s->left);
	cut_names(s->right);
}

static struct set_size check_files(struct names *n, struct ast_set *s,
				   bool in_tag)
{
	struct set_size a, b = { 0 };

	if (s->kind > AST_SET_NOT)
		return check_leaf(n, s, in_tag);
	a = check_files(n, s->left, in_tag);
	if (s->right)
		b = check_files(n, s->right, in_tag);
	a.height = (a.height > b.height ? a.height : b.height) + 1;
	a.leaves += b.leaves;
	a.path |= b.path;
	a.tag |= b.tag;
	return a;
}

struct set_size names_check_files(struct names *n, struct ast_set *s,
				  bool in_tag)
{
	struct set_size size = check_files(n, s, in_tag);

	if (too_big(n, s, size)) {
		cut_names(s);
		size.height = size.leaves = 1;
	}
	return size;
}

void names_check_subjects(struct names *n, struct ast_set *s)
{
	struct diag *d;

	if (s->kind <= AST_SET_NOT) {
		names_check_subjects(n, s->left);
		if (s->right)
			names_check_subjects(n, s->right);
		return;
	}
	if (!set_is_subject(s->kind)) {
		d = diag_add(n->ds, DIAG_WRONG_SET, s->span,
			     "`%s` is about files, and who acts stands here",
			     ast_set_word(s->kind));
		diag_note(n->ds, d, NO_SPAN, "it stands behind `of`");
	} else if (s->kind <= AST_SET_EGID) {
		check_id(n, s);
	}
}
