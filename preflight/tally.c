/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tally.h"

void tally_init(struct tally *t, struct arena *a, const struct policy *p)
{
	memset(t, 0, sizeof(*t));
	t->arena = a;
	t->policy = p;
}

static bool is_row(const struct tally_row *r, const char *name, size_t len)
{
	if (!r->name || !name)
		return r->name == name;
	return !strncmp(r->name, name, len) && !r->name[len];
}

/* len bytes of name, which may be NULL */
static void count(struct arena *a, struct tally_table *t, const char *name,
		  size_t len)
{
	size_t i = t->last;

	if (i >= t->rows.n || !is_row(&t->rows.v[i], name, len))
		for (i = 0; i < t->rows.n; i++)
			if (is_row(&t->rows.v[i], name, len))
				break;
	if (i == t->rows.n && i == TALLY_MAX) {
		t->rest++;
		return;
	}
	if (i == t->rows.n)
		vec_push(a, &t->rows, (struct tally_row){
			name ? arena_strndup(a, name, len) : NULL, 0 });
	t->rows.v[i].n++;
	t->last = i;
}

static bool is_statement(const struct tally *t, int x, int y)
{
	if (x < 0 || y < 0)
		return x == y;
	return x == y || policy_same_origin(&t->policy->rules.v[x],
					    &t->policy->rules.v[y]);
}

static struct tally_group *group_of(struct tally *t, int rule)
{
	size_t i;

	for (i = 0; i < t->groups.n; i++)
		if (is_statement(t, t->groups.v[i].rule, rule))
			return &t->groups.v[i];
	vec_push(t->arena, &t->groups, (struct tally_group){ .rule = rule });
	return &t->groups.v[i];
}

/* bytes of the directory under which a file is counted */
static size_t dir_of(const char *path)
{
	const char *end = path, *p = path;
	unsigned int depth;

	for (depth = 0; depth < TALLY_DEPTH; depth++) {
		const char *slash = strchr(p + 1, '/');

		if (!slash)
			break;
		end = p = slash;
	}
	return end == path ? 1 : (size_t)(end - path);
}

static void count_file(struct tally *t, struct tally_group *g,
		       const struct packages *p, const struct finding *f)
{
	const char *package = f->package ? p->names.v[f->package - 1] : NULL;

	if (g->serial == t->serial)
		return;
	g->serial = t->serial;
	if (!g->files++)
		g->first = arena_strndup(t->arena, f->path, strlen(f->path));
	count(t->arena, &g->dirs, f->path, dir_of(f->path));
	count(t->arena, &g->packages, package, package ? strlen(package) : 0);
}

void tally_add(struct tally *t, const struct packages *p,
	       const struct finding *f)
{
	size_t i;

	t->serial++;
	for (i = 0; i < f->n_ops; i++) {
		const struct finding_op *op = &f->ops[i];
		struct tally_group *g;

		if (op->at.answer != JUDGE_REFUSED &&
		    op->at.answer != JUDGE_UNKNOWN)
			continue;
		g = group_of(t, op->at.rule);
		count_file(t, g, p, f);
		g->op[op->op]++;
		count(t->arena, &g->causes, op->at.cause,
		      op->at.cause ? strlen(op->at.cause) : 0);
	}
}

static int cmp_rows(const void *a, const void *b)
{
	const struct tally_row *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	if (!x->name || !y->name)
		return !y->name - !x->name;
	return strcmp(x->name, y->name);
}

static int cmp_groups(const void *a, const void *b)
{
	const struct tally_group *x = a, *y = b;

	if (x->files != y->files)
		return x->files < y->files ? 1 : -1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static void sort_table(struct tally_table *t)
{
	if (t->rows.n)
		qsort(t->rows.v, t->rows.n, sizeof(*t->rows.v), cmp_rows);
}

void tally_sort(struct tally *t)
{
	size_t i;

	for (i = 0; i < t->groups.n; i++) {
		sort_table(&t->groups.v[i].causes);
		sort_table(&t->groups.v[i].dirs);
		sort_table(&t->groups.v[i].packages);
	}
	if (t->groups.n)
		qsort(t->groups.v, t->groups.n, sizeof(*t->groups.v),
		      cmp_groups);
}
