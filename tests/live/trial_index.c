/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "trial.h"

static int by_name(const void *a, const void *b)
{
	const struct trial_found *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c ? c : x->at < y->at ? -1 : x->at > y->at;
}

const char *trial_last_part(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static const char *entry_name(const struct plan_log *log, size_t i)
{
	return log->entries.v[i].name;
}

static const char *record_name(const struct plan_log *log, size_t i)
{
	return log->records.v[i].name;
}

static struct trial_index
index_of(struct trial *t, size_t n,
	 const char *(*name)(const struct plan_log *, size_t))
{
	struct trial_index x = { arena_zalloc(t->plan->arena, n + 1,
					      sizeof(*x.v)), n };
	size_t i;

	for (i = 0; i < n; i++)
		x.v[i] = (struct trial_found){
			trial_last_part(name(t->log, i)), i };
	qsort(x.v, x.n, sizeof(*x.v), by_name);
	return x;
}

void trial_index_log(struct trial *t)
{
	t->entries = index_of(t, t->log->entries.n, entry_name);
	t->records = index_of(t, t->log->records.n, record_name);
}

size_t trial_find(const struct trial_index *x, const char *name)
{
	size_t lo = 0, hi = x->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (strcmp(x->v[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
