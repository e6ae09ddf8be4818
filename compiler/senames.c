/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "senames.h"
#include "util.h"

void senames_init(struct senames *n, struct arena *a, struct intern *strings,
		  const char *path)
{
	memset(n, 0, sizeof(*n));
	n->arena = a;
	n->strings = strings;
	n->path = path;
}

static enum senames_table table_of(enum sename_kind kind)
{
	switch (kind) {
	case SENAME_USER:
		return SENAMES_USERS;
	case SENAME_ROLE:
		return SENAMES_ROLES;
	case SENAME_CLASS:
		return SENAMES_CLASSES;
	default:
		return SENAMES_TYPES;
	}
}

static struct sename *add(struct senames *n, enum sename_kind kind,
			  const char *name)
{
	enum senames_table t = table_of(kind);
	struct sename s = { .kind = kind };

	s.name = intern_str(n->strings, name);
	vec_push(n->arena, &n->table[t], s);
	return &n->table[t].v[n->table[t].n - 1];
}

void senames_add(struct senames *n, enum sename_kind kind, const char *name)
{
	add(n, kind, name);
}

void senames_add_alias(struct senames *n, const char *name, const char *type)
{
	add(n, SENAME_ALIAS, name)->real = intern_str(n->strings, type);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void senames_add_attribute(struct senames *n, const char *name,
			   const char *const *types, size_t n_types)
{
	struct sename *s = add(n, SENAME_ATTRIBUTE, name);
	size_t i, k = 0;

	for (i = 0; i < n_types; i++)
		vec_push(n->arena, &s->types, intern_str(n->strings, types[i]));
	if (!n_types)
		return;
	qsort(s->types.v, n_types, sizeof(*s->types.v), by_text);
	for (i = 0; i < n_types; i++)
		if (!k || s->types.v[k - 1] != s->types.v[i])
			s->types.v[k++] = s->types.v[i];
	s->types.n = k;
}

static int by_name(const void *a, const void *b)
{
	const struct sename *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void senames_finish(struct senames *n)
{
	size_t i;

	for (i = 0; i < SENAMES_TABLES; i++)
		if (n->table[i].n)
			qsort(n->table[i].v, n->table[i].n,
			      sizeof(*n->table[i].v), by_name);
}

struct sename *senames_find(const struct senames *n, enum senames_table t,
			    const char *name)
{
	const struct sename key = { .name = name };

	if (!n->table[t].n)
		return NULL;
	return bsearch(&key, n->table[t].v, n->table[t].n,
		       sizeof(*n->table[t].v), by_name);
}

const char *senames_real(const struct senames *n, const char *type)
{
	const struct sename *s = n ? senames_find(n, SENAMES_TYPES, type)
				   : NULL;

	return s && s->kind == SENAME_ALIAS ? s->real : type;
}

bool senames_has(const struct senames *n, const char *attribute,
		 const char *type)
{
	const struct sename *s = senames_find(n, SENAMES_TYPES, attribute);

	if (!s || s->kind != SENAME_ATTRIBUTE || !s->types.n)
		return false;
	type = senames_real(n, type);
	return bsearch(&type, s->types.v, s->types.n, sizeof(*s->types.v),
		       by_text) != NULL;
}

void senames_settle(const struct senames *n, struct krule *r)
{
	static const enum klsm_field types[] = { KLSM_OBJ_TYPE,
						 KLSM_SUBJ_TYPE };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (r->lsm[types[i]])
			r->lsm[types[i]] = senames_real(n, r->lsm[types[i]]);
}
