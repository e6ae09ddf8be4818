/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "fcdb_int.h"

/*
 * Which entries decide inside a glob, and a regex for the part of each. All
 * lines are meant for the end of the database, in the order of rank: then each
 * path keeps the entry that decided before.
 */

/* ---- one entry against the glob ---- */

/* a database of one entry, labelled, without substitutions, tells it all */
static enum fcdb_relation relation(struct fcdb *db, const struct fcdb_query *q,
				   const struct fc_entry *e)
{
	struct fcontext one = { .rules = db->fc->rules };
	struct fcdb_query ask = { .glob = q->glob, .kind = q->kind,
				  .parts = FCDB_TYPE };
	struct fcdb_result r;
	struct fc_entry copy = *e;

	copy.none = false;
	copy.user = copy.role = copy.type = "t";
	one.entries = (struct fc_entries){ &copy, 1, 1 };
	fcdb_query(fcdb_new(db->arena, &one), &ask, &r);
	if (r.verdict == FCDB_TOO_HARD)
		return FCDB_PARTIAL;
	if (r.n_labels && !r.labels[0].outside)
		return FCDB_WITHIN;
	return r.uncovered || !r.n_labels ? FCDB_PARTIAL : FCDB_AROUND;
}

static bool is_meta(char c)
{
	return strchr(".^$?*+|[](){}\\", c);	/* the end of a text is one */
}

/* bytes of a literal head in common, up to and with a '/' that is not counted */
static size_t common_head(const char *a, const char *b)
{
	size_t i, cut = 0;

	for (i = 0; a[i] == b[i] && !is_meta(a[i]); i++) {
		if (a[i] == '/' && !(a[i + 1] && strchr("?*+{", a[i + 1])) &&
		    !(b[i + 1] && strchr("?*+{", b[i + 1])))
			cut = i + 1;
	}
	return cut;
}

static const char *both_regex(struct arena *a, const char *glob,
			      const char *entry)
{
	size_t n = common_head(glob, entry);
	struct buf b;

	if (!n)
		return NULL;
	buf_init(&b, a);
	buf_add(&b, glob, n);
	buf_printf(&b, "(?=%s$)%s", glob + n, entry + n);
	return b.s;
}

struct lister {
	struct fcdb *db;
	const struct fcdb_query *q;
	struct glob_matcher m;
	const char *regex;	/* of the glob */
};

static void fill_cell(struct lister *l, struct fcdb_cell *c)
{
	const struct fc_entry *e = c->entry;

	c->regex = e->regex;
	if (e->literal && glob_matches(&l->m, e->head)) {
		c->relation = FCDB_LITERAL;
		return;
	}
	c->relation = relation(l->db, l->q, e);
	if (c->relation == FCDB_AROUND)
		c->regex = l->regex;
	if (c->relation == FCDB_PARTIAL)
		c->regex = both_regex(l->db->arena, l->regex, e->regex);
}

static void list_cells(struct lister *l, const struct ask *a,
		       const char *const *path, struct fcdb_cells *out)
{
	struct fcdb_cell *v;
	uint32_t r;

	v = arena_zalloc(l->db->arena, a->l->n, sizeof(*v));
	for (r = 0; r < a->ks->m->n; r++) {
		if (!path[r + 1])
			continue;
		v[out->n].entry = a->ks->m->entry[r];
		v[out->n].inside = path[r + 1];
		fill_cell(l, &v[out->n++]);
	}
	out->cells = v;
	out->uncovered = path[0];
	out->verdict = path[0] ? FCDB_UNCOVERED : FCDB_EXACT;
}

void fcdb_cells(struct fcdb *db, const struct fcdb_query *q,
		struct fcdb_cells *out)
{
	struct kind_state *ks = fcdb_kind(db, q->kind);
	const struct labelling *l = fcdb_identity(db, ks);
	const char **path = arena_zalloc(db->arena, l->n, sizeof(*path));
	uint8_t *targets = arena_zalloc(db->arena, l->n, 1);
	struct lister lister = { .db = db, .q = q };
	struct keys keys;
	struct ask a;

	memset(out, 0, sizeof(*out));
	memset(targets, 1, l->n);
	db->work = (struct work){ .limit = SIZE_MAX };
	keys_init(&keys, ks->m, &db->work);
	keys_reset(&keys, l->by_rank, 0, true);
	glob_matcher_init(&lister.m, db->arena, q->glob);
	lister.regex = glob_regex(db->arena, q->glob);
	if (!ask_init(&a, db, q, l, &keys))
		out->verdict = db->work.full ? FCDB_TOO_HARD : FCDB_EMPTY;
	else if (!ask_paths(&a, SPACE_IN, targets, path))
		out->verdict = FCDB_TOO_HARD;
	else
		list_cells(&lister, &a, path, out);
	db->work = (struct work){ .limit = SIZE_MAX };
}
