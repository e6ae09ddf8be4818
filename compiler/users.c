/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "kmodel.h"
#include "nearest.h"
#include "num.h"
#include "users.h"

void users_init(struct users *u, struct arena *a)
{
	memset(u, 0, sizeof(*u));
	u->arena = a;
}

/* in both formats the id is the third field */
static bool split_line(const char *line, size_t len, size_t *name_len,
		       const char **id, size_t *id_len)
{
	const char *p = line, *end = line + len, *colon[3] = { NULL };
	size_t i;

	for (i = 0; i < 3; i++) {
		colon[i] = memchr(p, ':', (size_t)(end - p));
		if (!colon[i])
			return false;
		p = colon[i] + 1;
	}
	*name_len = (size_t)(colon[0] - line);
	*id = colon[1] + 1;
	*id_len = (size_t)(colon[2] - *id);
	return *name_len > 0 && !memchr(line, '\0', *name_len);
}

static bool is_skipped(const char *line, size_t len)
{
	size_t i;

	if (len && strchr("#+-", line[0]))
		return true;
	for (i = 0; i < len; i++)
		if (!strchr(" \t\r", line[i]))
			return false;
	return true;
}

static void add_line(struct users *u, struct users_table *t,
		     const struct source *src, size_t at, size_t len,
		     struct diags *ds)
{
	struct users_entry e = { .seq = t->names.n };
	const char *line = src->text + at, *id;
	struct span span = { src, at, at + len };
	size_t name_len, id_len;
	uint64_t value;

	if (is_skipped(line, len))
		return;
	if (!split_line(line, len, &name_len, &id, &id_len)) {
		diag_add(ds, DIAG_USERS_FILE, span,
			 "line skipped: no name and number in it");
		return;
	}
	if (num_parse(id, id_len, 10, KID_MAX, &value) != NUM_OK) {
		span.start = (size_t)(id - src->text);
		span.end = span.start + id_len;
		diag_add(ds, DIAG_USERS_FILE, span,
			 "line skipped: no number from 0 to %u", KID_MAX);
		return;
	}
	e.name = arena_strndup(u->arena, line, name_len);
	e.id = (uint32_t)value;
	vec_push(u->arena, &t->names, e);
	t->sorted = false;
}

static void add_file(struct users *u, struct users_table *t,
		     const struct source *src, struct diags *ds)
{
	struct span line;
	size_t at = 0;

	while (source_next_line(src, &at, &line))
		add_line(u, t, src, line.start, line.end - line.start, ds);
}

void users_add_passwd(struct users *u, const struct source *src,
		      struct diags *ds)
{
	add_file(u, &u->user, src, ds);
}

void users_add_group(struct users *u, const struct source *src,
		     struct diags *ds)
{
	add_file(u, &u->group, src, ds);
}

static int entry_cmp(const void *a, const void *b)
{
	const struct users_entry *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	if (c)
		return c;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void sort_table(struct users_table *t)
{
	if (!t->sorted && t->names.n)
		qsort(t->names.v, t->names.n, sizeof(*t->names.v), entry_cmp);
	t->sorted = true;
}

static bool find(struct users_table *t, const char *name, uint32_t *id)
{
	size_t lo = 0, hi = t->names.n;

	if (!strcmp(name, "root")) {
		*id = 0;
		return true;
	}
	sort_table(t);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(t->names.v[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == t->names.n || strcmp(t->names.v[lo].name, name) != 0)
		return false;
	*id = t->names.v[lo].id;
	return true;
}

bool users_find_user(void *arg, const char *name, uint32_t *id)
{
	return find(&((struct users *)arg)->user, name, id);
}

bool users_find_group(void *arg, const char *name, uint32_t *id)
{
	return find(&((struct users *)arg)->group, name, id);
}

static const char *near_name(const struct users *u,
			     const struct users_table *t, const char *name)
{
	size_t i, n = t->names.n + 1;
	const char **names = arena_zalloc(u->arena, n, sizeof(*names));

	names[0] = "root";
	for (i = 1; i < n; i++)
		names[i] = t->names.v[i - 1].name;
	return nearest_name(name, names, n);
}

const char *users_near_user(void *arg, const char *name)
{
	const struct users *u = arg;

	return near_name(u, &u->user, name);
}

const char *users_near_group(void *arg, const char *name)
{
	const struct users *u = arg;

	return near_name(u, &u->group, name);
}
