/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "paths_int.h"

/*
 * Conditions are judged in three values: what a path, an owner or an attribute
 * says is not known here. So a path may later become anything without making
 * an answer wrong.
 */
enum truth { NO, MAYBE, YES };

/* leaves that are looked at for one file; all behind them may be anything */
#define LEAVES_MAX 20000

struct judge {
	const struct paths *p;
	const struct paths_file *file;
	size_t leaves;
};

static enum truth part_truth(const char *asked, const char *has)
{
	if (!asked)
		return YES;
	if (!has)
		return MAYBE;
	return strcmp(asked, has) ? NO : YES;
}

static enum truth min(enum truth a, enum truth b)
{
	return a < b ? a : b;
}

static enum truth max(enum truth a, enum truth b)
{
	return a > b ? a : b;
}

/* every label that the set asks for is one that the file has not */
static bool excluded(const struct paths_file *f, const struct ast_set *s)
{
	size_t i;

	for (i = 0; f->not && i < f->not->n; i++) {
		const struct paths_term *t = &f->not->v[i];

		if (part_truth(t->user, s->user) == YES &&
		    part_truth(t->role, s->role) == YES &&
		    part_truth(t->type, s->type) == YES)
			return true;
	}
	return false;
}

static enum truth label_truth(const struct paths_file *f,
			      const struct ast_set *s)
{
	if (excluded(f, s))
		return NO;
	return min(part_truth(s->user, f->label.user),
		   min(part_truth(s->role, f->label.role),
		       part_truth(s->type, f->label.type)));
}

static bool is_mounted(const struct root *r, const char *uuid)
{
	size_t i;

	for (i = 0; i < r->mounts.n; i++)
		if (r->mounts.v[i].fsuuid &&
		    !strcasecmp(r->mounts.v[i].fsuuid, uuid))
			return true;
	return false;
}

static enum truth fsuuid_truth(const struct judge *j, const char *uuid)
{
	const struct paths_file *f = j->file;

	if (f->label.fsuuid)
		return strcasecmp(f->label.fsuuid, uuid) ? NO : YES;
	return f->other_fs && is_mounted(j->p->root, uuid) ? NO : MAYBE;
}

static enum truth leaf_truth(struct judge *j, const struct ast_set *s)
{
	if (j->leaves++ >= LEAVES_MAX)
		return MAYBE;
	switch (s->kind) {
	case AST_SET_LABEL:
		return label_truth(j->file, s);
	case AST_SET_FSUUID:
		return fsuuid_truth(j, s->name);
	case AST_SET_FS:
		return part_truth(s->name, j->file->fsname);
	default:
		return MAYBE;
	}
}

static enum truth set_truth(struct judge *j, const struct ast_set *s)
{
	enum truth left;

	s = ast_deref(s);
	if (s->kind > AST_SET_NOT)
		return leaf_truth(j, s);
	left = set_truth(j, s->left);
	if (s->kind == AST_SET_NOT)
		return YES - left;
	if (left == (s->kind == AST_SET_AND ? NO : YES))
		return left;
	return s->kind == AST_SET_AND ? min(left, set_truth(j, s->right))
				      : max(left, set_truth(j, s->right));
}

bool paths_possible(const struct paths *p, const struct paths_where *where,
		    const struct paths_file *file)
{
	struct judge j = { .p = p, .file = file };

	for (; where; where = where->next)
		if (where->set && set_truth(&j, where->set) == NO)
			return false;
	return true;
}

bool paths_certain(const struct paths *p, const struct ast_set *set,
		   const struct paths_file *file)
{
	struct judge j = { .p = p, .file = file };

	return !set || set_truth(&j, set) == YES;
}

static unsigned int parts_in(const struct ast_set *s, size_t *leaves)
{
	unsigned int parts;

	s = ast_deref(s);
	if (s->kind > AST_SET_NOT) {
		if (s->kind != AST_SET_LABEL || ++*leaves > LEAVES_MAX)
			return 0;
		return (s->user ? FCDB_USER : 0u) |
		       (s->role ? FCDB_ROLE : 0u) |
		       (s->type ? FCDB_TYPE : 0u);
	}
	parts = parts_in(s->left, leaves);
	return s->kind == AST_SET_NOT ? parts
				      : parts | parts_in(s->right, leaves);
}

unsigned int paths_parts_in(const struct paths_where *where)
{
	unsigned int parts = 0;
	size_t leaves = 0;

	for (; where; where = where->next)
		if (where->set)
			parts |= parts_in(where->set, &leaves);
	return parts;
}
