/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "census.h"
#include "ptrmap.h"

struct counter {
	struct census_glob *g;
	struct glob_matcher inside;
	struct ptrmap of_type;		/* number of a label by its type */
};

struct counting {
	struct paths *p;
	struct counter *counters;
	size_t n;
	struct census *out;
};

/* NULL: the file has no label */
static const char *type_of(struct fcdb *db, const char *path)
{
	const struct fc_entry *e = fcdb_find(db, path, FC_FILE);

	return e && !e->none ? e->type : NULL;
}

static void count(struct paths *p, struct counter *c, const char *path,
		  const char *type)
{
	struct census_label *l;
	const size_t *i;

	if (glob_matches(&c->inside, path)) {
		c->g->inside++;
		c->g->unlabelled += p->n_db && !type;
		return;
	}
	i = type ? ptrmap_find(&c->of_type, type) : NULL;
	if (!i)
		return;
	l = &c->g->label[*i];
	if (!l->outside++)
		l->first = arena_strndup(p->arena, path, strlen(path));
	c->g->outside++;
}

static enum rootwalk_next visit(void *arg, const struct rootwalk_entry *e)
{
	struct counting *k = arg;
	const char *type;
	bool differs = false;
	size_t i;

	if (!S_ISREG(e->st->stx_mode))
		return ROOTWALK_ON;
	k->out->files++;
	type = k->p->n_db ? type_of(k->p->db[0], e->path) : NULL;
	for (i = 1; i < k->p->n_db; i++)
		differs |= type_of(k->p->db[i], e->path) != type;
	k->out->differ += differs;
	for (i = 0; i < k->n; i++)
		count(k->p, &k->counters[i], e->path, type);
	return ROOTWALK_ON;
}

static void missed(void *arg, const char *path, enum rootwalk_miss why,
		   int error)
{
	struct counting *k = arg;

	/* what is not there any more is not to be counted */
	if (why == ROOTWALK_VANISHED)
		return;
	vec_push(k->p->arena, &k->out->missed, (struct census_miss){
		 arena_strndup(k->p->arena, path, strlen(path)), why, error });
}

static void counter_init(struct paths *p, struct counter *c,
			 struct census_glob *g)
{
	struct glob *glob = arena_new(p->arena, struct glob);
	struct glob_error err;
	bool ok;
	size_t i;

	c->g = g;
	g->inside = g->unlabelled = g->outside = 0;
	g->label = arena_zalloc(p->arena, g->labels->n_labels + 1,
				sizeof(*g->label));
	ptrmap_init(&c->of_type, p->arena);
	for (i = 0; i < g->labels->n_labels; i++) {
		const char *type = g->labels->labels[i].type;

		ptrmap_add(&c->of_type, intern_str(p->strings, type), i);
	}
	/* it was parsed when its labels were asked for */
	ok = glob_parse(p->arena, g->text, strlen(g->text), glob, &err);
	assert(ok);
	glob_matcher_init(&c->inside, p->arena, glob);
}

bool census_take(struct paths *p, const char *dir, struct census_glob *globs,
		 size_t n, struct census *out)
{
	struct counting k = { .p = p, .n = n, .out = out };
	struct rootwalk w = { p->arena, &k, visit, missed };
	size_t i;

	memset(out, 0, sizeof(*out));
	k.counters = arena_zalloc(p->arena, n + 1, sizeof(*k.counters));
	for (i = 0; i < n; i++)
		counter_init(p, &k.counters[i], &globs[i]);
	return rootwalk(&w, dir);
}
