/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>

#include "paths_fixture.h"

/*
 * Random databases over few letters, with kinds, <<none>>, .homedirs, .local and
 * substitutions, under the rules of each version of libselinux: every short path
 * is looked up by itself, and what a question, the cells of a labelling or the
 * comparison of two databases say must fit all of them.
 */
#define PATH_LEN 6	/* bytes of the paths that are counted */
#define PATHS_MAX 2000

static const char *paths[PATHS_MAX];
static size_t n_paths;

static bool canonical(const char *s)
{
	const char *end;

	for (; *s; s = end) {
		s++;
		end = s + strcspn(s, "/");
		if (end == s || (end == s + 1 && *s == '.') ||
		    (end == s + 2 && s[0] == '.' && s[1] == '.'))
			return false;
	}
	return true;
}

static void list_paths(char *path, size_t len)
{
	const char *byte;

	path[len] = '\0';
	if (len > 1 && n_paths < PATHS_MAX && canonical(path))
		paths[n_paths++] = strdup(path);
	for (byte = len ? "/ab." : "/"; *byte && len < PATH_LEN; byte++) {
		path[len] = *byte;
		list_paths(path, len + 1);
	}
}

/* ---- one database and one glob ---- */

struct trial {
	enum fc_version v;
	struct texts t;
	struct fcdb *db;
	struct fcdb_query q;
	struct glob g;
	struct glob_matcher m;
	const char *what;	/* all of it, for messages */
};

static const char *texts_dump(const struct trial *c, const char *glob)
{
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	buf_printf(&b, "%s, rules of %s, parts %u\n", glob, fc_rules(c->v)->name,
		   c->q.parts);
	for (i = 0; i < 5; i++) {
		if (texts_get(&c->t, i))
			buf_printf(&b, "== %s\n%s", text_suffix[i],
				   texts_get(&c->t, i));
	}
	return b.s;
}

static void trial_init(struct trial *c, enum fc_version v, bool subs)
{
	struct glob_error err;
	struct buf glob;

	teardown();
	setup();
	memset(c, 0, sizeof(*c));
	c->v = v;
	random_texts(&arena, &c->t);
	if (!subs)
		c->t.subs = c->t.subs_dist = NULL;
	buf_init(&glob, &arena);
	random_glob(&glob);
	ck_assert(glob_parse(&arena, glob.s, glob.len, &c->g, &err));
	c->q.glob = &c->g;
	c->q.kind = dice(4) ? FC_FILE : FC_DIR;
	c->q.parts = 1 + dice(7);
	c->what = texts_dump(c, glob.s);
	c->db = open_texts(&arena, &in, &ds, &c->t, v);
	ck_assert_msg(c->db, "%s", ds.n ? ds.v[0]->text : c->what);
	glob_matcher_init(&c->m, &arena, &c->g);
}

static bool inside(struct trial *c, const char *path)
{
	return glob_matches(&c->m, path);
}

static const struct fc_entry *lookup(struct trial *c, const char *path)
{
	const struct fc_entry *e = fcdb_lookup(c->db, path, c->q.kind, NULL);

	ck_assert_msg(e == fcdb_find(c->db, path, c->q.kind), "%s: %s", path,
		      c->what);
	return e && !e->none ? e : NULL;
}

/* ---- questions ---- */

static bool has_label(const struct trial *c, const struct fc_entry *e,
		      const struct fcdb_label *l)
{
	unsigned int p = c->q.parts;

	return e && (!(p & FCDB_TYPE) || e->type == l->type) &&
	       (!(p & FCDB_USER) || e->user == l->user) &&
	       (!(p & FCDB_ROLE) || e->role == l->role);
}

static void check_witness(struct trial *c, const struct fcdb_label *l,
			  const char *path, bool within)
{
	ck_assert_msg(has_label(c, lookup(c, path), l) && canonical(path) &&
		      inside(c, path) == within, "%s: %s", path, c->what);
}

/* no path that was counted is shorter than the one that is named */
static void fits(struct trial *c, const char *named, const char *path)
{
	ck_assert_msg(named && strlen(named) <= strlen(path), "%s, not %s: %s",
		      path, named ? named : "none", c->what);
}

static void check_path(struct trial *c, const struct fcdb_result *r,
		       const char *path)
{
	const struct fc_entry *e = lookup(c, path);
	bool within = inside(c, path);
	size_t i;

	if (!e && within)
		fits(c, r->uncovered, path);
	for (i = 0; e && i < r->n_labels; i++) {
		if (has_label(c, e, &r->labels[i]))
			break;
	}
	if (!e || (!within && i == r->n_labels))
		return;
	ck_assert_msg(i < r->n_labels, "%s: %s", path, c->what);
	fits(c, within ? r->labels[i].inside : r->labels[i].outside, path);
}

static void check_result(struct trial *c, const struct fcdb_result *r)
{
	size_t i;

	for (i = 0; i < r->n_labels; i++) {
		const struct fcdb_label *l = &r->labels[i];

		check_witness(c, l, l->inside, true);
		if (l->outside)
			check_witness(c, l, l->outside, false);
	}
	if (r->uncovered)
		ck_assert_msg(!lookup(c, r->uncovered) &&
			      inside(c, r->uncovered), "%s: %s", r->uncovered,
			      c->what);
	for (i = 0; i < n_paths; i++)
		check_path(c, r, paths[i]);
}

START_TEST(questions)
{
	struct fcdb_result r;
	struct trial c;
	unsigned int i;

	dice_state = 300 + (uint64_t)_i;
	for (i = 0; i < 250; i++) {
		trial_init(&c, (enum fc_version)(_i % FC_VERSION_COUNT), true);
		fcdb_query(c.db, &c.q, &r);
		check_result(&c, &r);
	}
}
END_TEST

/* ---- each way to search ---- */

static const char *result_text(const struct fcdb_result *r)
{
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	buf_printf(&b, "%s %zu %s", fcdb_verdict_name(r->verdict), r->n_tight,
		   r->uncovered ? r->uncovered : "-");
	for (i = 0; i < r->n_labels; i++) {
		const struct fcdb_label *l = &r->labels[i];

		buf_printf(&b, "\n%s:%s:%s %s %s", l->user ? l->user : "",
			   l->role ? l->role : "", l->type ? l->type : "",
			   l->inside, l->outside ? l->outside : "-");
	}
	return b.s;
}

static const char *answer(struct trial *c, bool unpruned, size_t together)
{
	struct fcdb_query q = c->q;
	struct fcdb_result r;

	q.unpruned = unpruned;
	q.together = together;
	fcdb_query(c->db, &q, &r);
	return result_text(&r);
}

/* to the byte, whatever was asked before */
START_TEST(searches)
{
	struct trial c;
	unsigned int i;

	dice_state = 5000 + (uint64_t)_i;
	for (i = 0; i < rounds(1000); i++) {
		const char *want, *got[3];
		size_t k;

		trial_init(&c, (enum fc_version)(_i % FC_VERSION_COUNT), true);
		want = answer(&c, true, 0);
		got[0] = answer(&c, false, 1 + dice(30));
		got[1] = answer(&c, false, 0);
		got[2] = answer(&c, false, 1 + dice(6));
		for (k = 0; k < 3; k++)
			ck_assert_msg(!strcmp(got[k], want),
				      "%zu: %s\nunpruned: %s\n%s", k, got[k],
				      want, c.what);
	}
}
END_TEST

/* ---- cells ---- */

static struct fcdb *line_db(const struct trial *c, const char *regex)
{
	struct texts t = { .input = { NULL } };
	struct fcdb *db;
	struct buf b;

	buf_init(&b, &arena);
	buf_printf(&b, "%s\tu:r:t\n", regex);
	t.input[FC_BASE] = b.s;
	db = open_texts(&arena, &in, &ds, &t, c->v);
	ck_assert_msg(db, "%s: %s", regex, c->what);
	return db;
}

/* its regex matches what the entry matches inside of the glob, and no more */
static void check_cell(struct trial *c, const struct fcdb_cell *cell)
{
	struct fcdb *line, *entry;
	size_t i;

	ck_assert_msg(fcdb_lookup(c->db, cell->inside, c->q.kind, NULL) ==
		      cell->entry && inside(c, cell->inside), "%s: %s",
		      cell->inside, c->what);
	if (!cell->regex)
		return;
	line = line_db(c, cell->regex);
	entry = line_db(c, cell->entry->regex);
	for (i = 0; i < n_paths; i++) {
		bool want = inside(c, paths[i]) &&
			    fcdb_lookup(entry, paths[i], FC_FILE, NULL);

		/* the glob's own regex also stands for what others decide */
		if (cell->relation == FCDB_AROUND)
			want = inside(c, paths[i]);
		ck_assert_msg(want == !!fcdb_lookup(line, paths[i], FC_FILE,
						    NULL),
			      "%s for %s at %s: %s", cell->regex,
			      cell->entry->regex, paths[i], c->what);
	}
}

START_TEST(cells)
{
	struct fcdb_cells got;
	struct trial c;
	unsigned int i;
	size_t k, n;

	dice_state = 600 + (uint64_t)_i;
	for (i = 0; i < 150; i++) {
		trial_init(&c, (enum fc_version)(_i % FC_VERSION_COUNT), false);
		fcdb_cells(c.db, &c.q, &got);
		for (k = 0; k < got.n; k++)
			check_cell(&c, &got.cells[k]);
		for (n = 0; n < n_paths; n++) {
			const struct fc_entry *e =
				fcdb_lookup(c.db, paths[n], c.q.kind, NULL);

			if (!inside(&c, paths[n]))
				continue;
			for (k = 0; k < got.n && got.cells[k].entry != e;)
				k++;
			ck_assert_msg(e ? k < got.n : !!got.uncovered,
				      "%s: %s", paths[n], c.what);
		}
	}
}
END_TEST

/* ---- two databases ---- */

static bool same_but_user(const struct fc_entry *a, const struct fc_entry *b)
{
	if (!a || !b)
		return a == b;
	return a->role == b->role && a->type == b->type && a->range == b->range;
}

static bool differs(struct trial *c, struct fcdb *after, const char *path)
{
	const struct fc_entry *a = lookup(c, path);
	const struct fc_entry *b = fcdb_lookup(after, path, c->q.kind, NULL);

	b = b && !b->none ? b : NULL;
	return !same_but_user(a, b) ||
	       (a && a->user != b->user && !inside(c, path));
}

/* more lines behind those that are there */
static struct fcdb *changed(struct trial *c)
{
	struct texts t = c->t;
	struct buf b;

	buf_init(&b, &arena);
	buf_puts(&b, t.input[FC_LOCAL] ? t.input[FC_LOCAL] : "");
	buf_puts(&b, strchr(random_entries(&arena, 1 + dice(2)), '\n') + 1);
	t.input[FC_LOCAL] = b.s;
	c->what = texts_dump(c, b.s);
	return open_texts(&arena, &in, &ds, &t, c->v);
}

START_TEST(comparisons)
{
	unsigned int i, n_same = 0;
	struct trial c;
	size_t k;

	dice_state = 900 + (uint64_t)_i;
	for (i = 0; i < 400; i++) {
		const char *path;
		struct fcdb *after;
		bool same;

		trial_init(&c, (enum fc_version)(_i % FC_VERSION_COUNT), true);
		after = changed(&c);
		same = fcdb_same(c.db, after, &c.q, &path) == FCDB_SAME;
		n_same += same;
		ck_assert_msg(same || differs(&c, after, path), "%s: %s", path,
			      c.what);
		for (k = 0; k < n_paths; k++) {
			if (!differs(&c, after, paths[k]))
				continue;
			fits(&c, same ? NULL : path, paths[k]);
		}
	}
	/* both answers are met */
	ck_assert_uint_gt(n_same, 20);
	ck_assert_uint_lt(n_same, 380);
}
END_TEST

/* ---- versions that answer alike ---- */

static void check_alike(struct trial *c, struct fcdb *other)
{
	size_t i;

	for (i = 0; i < n_paths; i++) {
		const struct fc_entry *a = lookup(c, paths[i]);
		const struct fc_entry *b = fcdb_lookup(other, paths[i],
						       c->q.kind, NULL);
		struct fcdb_label l = { 0 };

		if (b && !b->none)
			l = (struct fcdb_label){ .user = b->user,
				.role = b->role, .type = b->type };
		ck_assert_msg(l.type ? has_label(c, a, &l) : !a, "%s: %s",
			      paths[i], c->what);
	}
}

START_TEST(alike)
{
	unsigned int i, n = 0;
	struct trial c;

	dice_state = 1300;
	for (i = 0; i < 600; i++) {
		enum fc_version v = (enum fc_version)dice(FC_VERSION_COUNT);
		struct fcdb *other;

		trial_init(&c, FC_3_9, true);
		other = open_texts(&arena, &in, &ds, &c.t, v);
		if (!fcdb_alike(c.db, other, c.q.kind, c.q.parts))
			continue;
		n += v == FC_3_8;
		check_alike(&c, other);
	}
	ck_assert_uint_gt(n, 50);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("paths by brute force");
	TCase *tc = tcase_create("brute force");
	SRunner *sr = srunner_create(s);
	char path[PATH_LEN + 1];
	int failed;

	list_paths(path, 0);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, questions, 0, FC_VERSION_COUNT);
	tcase_add_loop_test(tc, searches, 0, FC_VERSION_COUNT);
	tcase_add_loop_test(tc, cells, 0, FC_VERSION_COUNT);
	tcase_add_loop_test(tc, comparisons, 0, FC_VERSION_COUNT);
	tcase_add_test(tc, alike);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	while (n_paths)
		free((char *)(uintptr_t)paths[--n_paths]);
	return failed != 0;
}
