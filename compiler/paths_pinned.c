/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "paths_cover.h"

/* Widenings that name the labels they may take in. */

static struct paths_term pinned_term(const struct cover *c, size_t i)
{
	struct paths_term t = { 0 };

	ast_label_parts(c->p->strings, c->w->pinned->v[i].text, &t.user,
			&t.role, &t.type);
	return t;
}

/* the only name that the label has: its number; n: several; n + 1: none */
static size_t only_name(const struct cover *c, const struct fcdb_label *l,
			size_t *first)
{
	size_t n = c->w->pinned->n, i, found = n + 1;

	*first = n;
	for (i = 0; i < n; i++) {
		struct paths_term t = pinned_term(c, i);

		if (!paths_has(l, &t))
			continue;
		if (*first == n)
			*first = i;
		found = found == n + 1 ? i : n;
	}
	return found;
}

static bool has_used(const struct cover *c, const struct fcdb_label *l,
		     const bool *used)
{
	size_t i;

	for (i = 0; i < c->w->pinned->n; i++) {
		struct paths_term t = pinned_term(c, i);

		if (used[i] && paths_has(l, &t))
			return true;
	}
	return false;
}

static void add_missing(const struct cover *c, const struct fcdb_label *l,
			struct paths_answer *out)
{
	struct paths_term t = { NULL, NULL, NULL, l->type };
	size_t i;

	for (i = 0; i < out->missing.n; i++)
		if (!strcmp(out->missing.v[i].type, t.type))
			return;
	vec_push(c->p->arena, &out->missing, t);
}

/*
 * Names that are the only one for some label first; then, for what these leave,
 * the first name that fits. False: some label has no name.
 */
static void choose_names(const struct cover *c, const struct fcdb_result *r,
			 bool *used, struct paths_answer *out)
{
	size_t n = c->w->pinned->n, i, only, first;

	for (i = 0; i < r->n_labels; i++) {
		only = only_name(c, &r->labels[i], &first);
		if (only < n)
			used[only] = true;
		else if (only > n)
			add_missing(c, &r->labels[i], out);
	}
	for (i = 0; i < r->n_labels; i++) {
		only = only_name(c, &r->labels[i], &first);
		if (only == n && !has_used(c, &r->labels[i], used))
			used[first] = true;
	}
}

static void pinned_on(const struct cover *c, const struct root_mount *fs,
		      struct attempt *best, struct paths_answer *out)
{
	struct paths_question q = { c->text, NULL, PATHS_PARTS, fs };
	size_t n = c->w->pinned->n, i;
	paths_terms names = { 0 };
	struct fcdb_result r;
	bool *used;

	if (!paths_query(c->p, &q, &r)) {
		best->answered = false;
		return;
	}
	r = cover_narrow(c, &r, fs);
	used = arena_zalloc(c->p->arena, n + 1, sizeof(*used));
	choose_names(c, &r, used, out);
	for (i = 0; i < n; i++) {
		struct paths_term t = pinned_term(c, i);

		out->used[i] |= used[i];
		if (!used[i])
			continue;
		vec_push(c->p->arena, &names, t);
		t.fsuuid = fs ? fs->fsuuid : NULL;
		vec_push(c->p->arena, &best->terms, t);
	}
	best->covered &= !cover_holes_matter(c, &r, fs, &names);
}

void cover_pinned(const struct cover *c, struct attempt *best,
			struct paths_answer *out)
{
	struct attempt a = { .parts = PATHS_PARTS, .answered = true,
			     .covered = true };
	size_t i;

	if (!c->have_fs)
		pinned_on(c, NULL, &a, out);
	for (i = 0; c->have_fs && i < c->fs.n; i++)
		pinned_on(c, c->fs.v[i], &a, out);
	if (cover_takes_in(c, &a) && !out->missing.n)
		*best = a;
}

/* names that an exact answer has no use for */
void cover_mark_used(const struct cover *c, struct paths_answer *out)
{
	size_t n = c->w->pinned->n, i, k;

	for (i = 0; i < n; i++) {
		struct paths_term t = pinned_term(c, i);

		for (k = 0; k < out->types.n_labels; k++)
			out->used[i] |= !t.type ||
				!strcmp(t.type, out->types.labels[k].type);
	}
}
