/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fcdb_int.h"

/*
 * Versions of libselinux whose rules differ only in what a database does not
 * hold answer alike, and need not be asked one by one.
 */
#define SUBS_MAX 1000	/* more are not compared with each other */

static bool same_line(const struct fc_entry *a, const struct fc_entry *b)
{
	return a->regex == b->regex && a->kind == b->kind &&
	       a->input == b->input && a->line == b->line &&
	       a->none == b->none && a->user == b->user &&
	       a->role == b->role && a->type == b->type;
}

static bool same_lines(const struct fc_entries *a, const struct fc_entries *b)
{
	size_t i;

	for (i = 0; i < a->n && i < b->n; i++) {
		if (!same_line(&a->v[i], &b->v[i]))
			return false;
	}
	return a->n == b->n;
}

/* ---- the same literal twice ---- */

static int by_head(const void *a, const void *b)
{
	const struct fc_entry *x = *(const struct fc_entry *const *)a;
	const struct fc_entry *y = *(const struct fc_entry *const *)b;

	/* interned: only the same text has the same address */
	return x->head < y->head ? -1 : x->head > y->head;
}

static bool same_label(const struct fc_entry *a, const struct fc_entry *b,
		       unsigned int parts)
{
	return a->none == b->none &&
	       (!(parts & FCDB_TYPE) || a->type == b->type) &&
	       (!(parts & FCDB_USER) || a->user == b->user) &&
	       (!(parts & FCDB_ROLE) || a->role == b->role);
}

/* no matter which of those with one text decides, the label is the same */
static bool no_ties(struct fcdb *db, enum fc_kind kind, unsigned int parts)
{
	const struct fc_entries *e = &db->fc->entries;
	const struct fc_entry **v;
	size_t n = 0, i;

	v = arena_zalloc(db->arena, e->n + 1, sizeof(*v));
	for (i = 0; i < e->n; i++) {
		if (e->v[i].literal && e->v[i].kind & kind)
			v[n++] = &e->v[i];
	}
	qsort(v, n, sizeof(*v), by_head);
	for (i = 1; i < n; i++) {
		if (v[i]->head == v[i - 1]->head &&
		    !same_label(v[i], v[i - 1], parts))
			return false;
	}
	return true;
}

/* ---- substitutions of which several fit ---- */

static bool fits(const char *src, const char *path)
{
	size_t n = strlen(src);

	return !strncmp(src, path, n) && (!path[n] || path[n] == '/');
}

static bool no_order(const struct fc_subs *subs)
{
	size_t i, j;

	if (subs->n > SUBS_MAX)
		return false;
	for (i = 0; i < subs->n; i++) {
		for (j = 0; j < subs->n; j++) {
			if (i != j && fits(subs->v[i].src, subs->v[j].src))
				return false;
		}
	}
	return true;
}

bool fcdb_alike(struct fcdb *a, struct fcdb *b, enum fc_kind kind,
		unsigned int parts)
{
	const struct fc_rules *x = a->fc->rules, *y = b->fc->rules;

	if (x->simplified != y->simplified || x->none_depth != y->none_depth ||
	    x->stem_depth != y->stem_depth || x->raw_stem != y->raw_stem ||
	    !same_lines(&a->fc->entries, &b->fc->entries))
		return false;
	if (x->tie != y->tie && !no_ties(a, kind, parts))
		return false;
	return x->subs_first == y->subs_first ||
	       (no_order(&a->fc->subs) && no_order(&a->fc->subs_dist));
}
