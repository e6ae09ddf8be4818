/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "fcdb_int.h"

/*
 * Which entries decide inside a glob, or where several meet, and a regex for the
 * part of each. All lines are meant for the end of the database, in the order of
 * rank: then each path keeps the entry that decided before.
 */

/* ---- regexes ---- */

static bool is_meta(char c)
{
	return strchr(".^$?*+|[](){}\\", c);	/* the end of a text is one */
}

static bool is_counted(const char *s)
{
	return *s && strchr("?*+{", *s);
}

/* bytes of a literal head in common, up to and with a '/' that is not counted */
static size_t common_head(const char *const *regex, size_t n)
{
	size_t i, k, cut = 0;

	for (i = 0; !is_meta(regex[0][i]); i++) {
		bool counted = false;

		for (k = 0; k < n; k++) {
			if (regex[k][i] != regex[0][i])
				return cut;
			counted |= is_counted(regex[k] + i + 1);
		}
		if (regex[0][i] == '/' && !counted)
			cut = i + 1;
	}
	return cut;
}

/*
 * What all of n globs match, and rest; NULL: that cannot be written down. Only
 * rest also matches before a final newline, as every line does.
 */
static const char *all_regex(struct arena *a, const char *const *glob,
			     size_t n, const char *rest)
{
	size_t head = common_head(glob, n), i = 0, more;
	struct buf b;

	if (rest) {
		const char *both[2] = { glob[0], rest };

		more = common_head(both, 2);
		head = more < head ? more : head;
	}
	if (!head || n > FC_AHEAD_MAX)
		return NULL;
	buf_init(&b, a);
	buf_add(&b, glob[0], head);
	for (i = 0; i < n; i++)
		buf_printf(&b, "(?=%s\\z)", glob[i] + head);
	buf_puts(&b, rest ? rest + head : ".+");
	return b.len > FC_REGEX_MAX ? NULL : b.s;
}

/* ---- one entry against the globs ---- */

struct lister {
	struct fcdb *db;
	const struct fcdb_query *q;
	struct fcdb_region around;	/* where all of the globs match */
	struct glob_matcher *matcher;	/* one for each */
	const char **regex;		/* theirs */
	bool plain;			/* the one glob's own text will do */
};

static bool all_match(const void *arg, const uint32_t *globs, size_t n)
{
	const struct lister *l = arg;

	(void)globs;
	return n == l->around.n;
}

/* a database of one entry, labelled, without substitutions, tells it all */
static enum fcdb_relation relation(struct lister *l, const struct fc_entry *e)
{
	struct fcontext one = { .rules = l->db->fc->rules };
	struct fcdb_query ask = { .region = &l->around, .kind = l->q->kind,
				  .parts = FCDB_TYPE };
	struct fcdb_result r;
	struct fc_entry copy = *e;

	copy.none = false;
	copy.user = copy.role = copy.type = "t";
	one.entries = (struct fc_entries){ &copy, 1, 1 };
	fcdb_query(fcdb_new(l->db->arena, &one), &ask, &r);
	if (r.verdict == FCDB_TOO_HARD)
		return FCDB_PARTIAL;
	if (r.n_labels && !r.labels[0].outside)
		return FCDB_WITHIN;
	return r.uncovered || !r.n_labels ? FCDB_PARTIAL : FCDB_AROUND;
}

static bool in_all(struct lister *l, const char *path)
{
	size_t i;

	for (i = 0; i < l->around.n; i++)
		if (!glob_matches(&l->matcher[i], path))
			return false;
	return true;
}

static void fill_cell(struct lister *l, struct fcdb_cell *c)
{
	const struct fc_entry *e = c->entry;
	size_t n = l->around.n;

	c->regex = e->regex;
	c->relation = FCDB_PARTIAL;
	if (!n)
		return;
	if (e->literal && in_all(l, e->head)) {
		c->relation = FCDB_LITERAL;
		return;
	}
	c->relation = relation(l, e);
	if (c->relation == FCDB_AROUND)
		c->regex = l->plain ? l->regex[0] :
			   all_regex(l->db->arena, l->regex, n, NULL);
	if (c->relation == FCDB_PARTIAL)
		c->regex = all_regex(l->db->arena, l->regex, n, e->regex);
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

/* whatever it matches it also matches with a newline behind */
static bool takes_newline(const struct re *re)
{
	if (re->op == RE_CAT)
		return re->n && takes_newline(re->sub[re->n - 1]);
	return re->op == RE_REPEAT && re->max == RE_NO_MAX &&
	       re->sub[0]->op == RE_SET && byteset_has(&re->sub[0]->set, '\n');
}

static void start_lister(struct lister *l, struct fcdb *db,
			 const struct fcdb_query *q)
{
	size_t i;

	memset(l, 0, sizeof(*l));
	l->db = db;
	l->q = q;
	l->around.globs = q->region ? q->region->all : &q->glob;
	l->around.n = q->region ? q->region->n_all : 1;
	l->around.inside = all_match;
	l->around.arg = l;
	l->matcher = arena_zalloc(db->arena, l->around.n, sizeof(*l->matcher));
	l->regex = arena_zalloc(db->arena, l->around.n + 1, sizeof(char *));
	l->plain = !q->region || q->region->n == 1 ||
		   (l->around.n == 1 && takes_newline(q->region->all[0]->re));
	for (i = 0; i < l->around.n; i++) {
		glob_matcher_init(&l->matcher[i], db->arena,
				  l->around.globs[i]);
		l->regex[i] = glob_regex(db->arena, l->around.globs[i]);
	}
}

void fcdb_cells(struct fcdb *db, const struct fcdb_query *q,
		struct fcdb_cells *out)
{
	struct kind_state *ks = fcdb_kind(db, q->kind);
	const struct labelling *l = fcdb_identity(db, ks);
	const char **path = arena_zalloc(db->arena, l->n, sizeof(*path));
	uint8_t *targets = arena_zalloc(db->arena, l->n, 1);
	struct lister lister;
	struct keys keys;
	struct ask a;

	memset(out, 0, sizeof(*out));
	memset(targets, 1, l->n);
	db->work = (struct work){ .limit = SIZE_MAX };
	keys_init(&keys, ks->m, &db->work);
	keys_reset(&keys, l->by_rank, 0, true);
	start_lister(&lister, db, q);
	if (!ask_init(&a, db, q, l, &keys))
		out->verdict = db->work.full ? FCDB_TOO_HARD : FCDB_EMPTY;
	else if (!ask_paths(&a, SPACE_IN, targets, path))
		out->verdict = FCDB_TOO_HARD;
	else
		list_cells(&lister, &a, path, out);
	db->work = (struct work){ .limit = SIZE_MAX };
}
