/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <time.h>

#include "../unit/paths_ref.h"
#include "paths_prove.h"

/*
 * debian FILE_CONTEXTS TABLE LOOKUPS WORK: a full database against the installed
 * libselinux and against a table of answers.
 *
 * Each glob of the table is asked for. Its verdict, counts and witness must be
 * those of the table; every path in the answer is looked up by libselinux; and
 * two other searches must say the same where they end within WORK steps: one
 * without any shortcut, and one for all labels together. Then come LOOKUPS
 * random walks through the entries for each kind of file.
 */
static struct arena arena;
static struct intern in;
static struct diags ds;
static unsigned int failed;

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static const struct glob_alias merged[] = {
	{ "/bin", "/usr/bin" }, { "/sbin", "/usr/sbin" },
	{ "/lib", "/usr/lib" }, { "/lib32", "/usr/lib32" },
	{ "/lib64", "/usr/lib64" }, { "/libx32", "/usr/libx32" },
	{ "/var/run", "/run" }, { "/var/lock", "/run/lock" },
};

static const char *witness(const struct fcdb_result *r)
{
	if (r->verdict == FCDB_UNCOVERED)
		return r->uncovered;
	return r->verdict == FCDB_WIDER ? r->labels[r->shortest].outside : "-";
}

/* ---- one glob ---- */

struct check {
	struct fcdb *db;
	struct selabel_handle *h;
	struct fcdb_query q;
	size_t work;		/* for each other search */
	unsigned int paths, ended[2];
	struct buf why;
};

/* what the proof of a verdict takes, by way */
static bool prove_glob(struct fcdb *db, const struct fcdb_query *q,
		       const struct fcdb_result *r, struct buf *times)
{
	struct prove_claim claim = { db, q, r };
	struct prove_failure f;
	struct prove prove;
	bool ok = true;
	int way;

	prove_init(&prove, &arena);
	for (way = PROVE_NAMED; way <= PROVE_RANDOM && ok; way++) {
		double start = seconds();

		ok = prove_by(&prove, (enum prove_way)way, &claim, &f);
		if (!ok)
			printf("%s: %s, %s\n", f.path, f.said, f.found);
		buf_printf(times, " %.1f", (seconds() - start) * 1e3);
	}
	return ok;
}

static void check_path(struct check *c, const char *path,
		       const struct fc_entry *e)
{
	char *context = NULL;

	if (!path)
		return;
	c->paths++;
	if (selabel_lookup_raw(c->h, &context, path, S_IFREG))
		context = NULL;
	if (!ref_agrees(e, context))
		buf_printf(&c->why, "  %s: libselinux %s, here %s\n", path,
			   context ? context : "none", e ? e->regex : "none");
	freecon(context);
}

static bool same_path(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_result(const struct fcdb_result *a,
			const struct fcdb_result *b)
{
	size_t i;

	if (a->verdict != b->verdict || a->n_labels != b->n_labels ||
	    !same_path(a->uncovered, b->uncovered))
		return false;
	for (i = 0; i < a->n_labels; i++) {
		const struct fcdb_label *x = &a->labels[i], *y = &b->labels[i];

		if (x->type != y->type || !same_path(x->inside, y->inside) ||
		    !same_path(x->outside, y->outside))
			return false;
	}
	return true;
}

static void search_otherwise(struct check *c, const struct fcdb_result *r)
{
	struct fcdb_query q = c->q;
	struct fcdb_result other;
	unsigned int way;

	q.work = c->work;
	q.together = SIZE_MAX;
	for (way = 0; way < 2; way++) {
		q.unpruned = !way;
		fcdb_query(c->db, &q, &other);
		if (other.verdict == FCDB_TOO_HARD)
			continue;
		c->ended[way]++;
		if (!same_result(r, &other))
			buf_printf(&c->why, "  %s: %s, %zu labels, %s\n",
				   way ? "all together" : "without shortcuts",
				   fcdb_verdict_name(other.verdict),
				   other.n_labels, witness(&other));
	}
}

/* the last one says who knows the answer, for readers */
enum { GLOB, VERDICT, LABELS, TIGHT, WITNESS, FROM, COLUMNS };

static void check_row(struct check *c, char *const *col,
		      const struct fcdb_result *r)
{
	size_t i;

	if (strcmp(fcdb_verdict_name(r->verdict), col[VERDICT]) ||
	    r->n_labels != strtoul(col[LABELS], NULL, 10) ||
	    r->n_tight != strtoul(col[TIGHT], NULL, 10) ||
	    strcmp(witness(r), col[WITNESS]))
		buf_printf(&c->why, "  the table has %s, %s labels, %s tight, "
			   "%s\n", col[VERDICT], col[LABELS], col[TIGHT],
			   col[WITNESS]);
	for (i = 0; i < r->n_labels; i++) {
		const struct fcdb_label *l = &r->labels[i];

		check_path(c, l->inside, l->inside_entry);
		check_path(c, l->outside, l->outside_entry);
	}
	check_path(c, r->uncovered, r->uncovered_entry);
}

static void ask_glob(struct check *c, char *const *col)
{
	double start = seconds(), took;
	struct glob_error err;
	struct fcdb_result r;
	struct buf times;
	struct glob g;

	if (!glob_parse(&arena, col[GLOB], strlen(col[GLOB]), &g, &err)) {
		printf("not ok - %s: %s\n", col[GLOB], err.what);
		failed++;
		return;
	}
	buf_init(&c->why, &arena);
	c->q.glob = &g;
	fcdb_query(c->db, &c->q, &r);
	took = seconds() - start;
	check_row(c, col, &r);
	buf_init(&times, &arena);
	buf_printf(&times, "%.0f", took * 1e3);
	if (!prove_glob(c->db, &c->q, &r, &times))
		buf_puts(&c->why, "  not proven\n");
	search_otherwise(c, &r);
	failed += c->why.len > 0;
	printf("%sok - %s\t%s\t%zu\t%zu\t%s\t(%s ms)\n%s",
	       c->why.len ? "not " : "", g.text, fcdb_verdict_name(r.verdict),
	       r.n_labels, r.n_tight, witness(&r), times.s,
	       c->why.len ? c->why.s : "");
}

/* false: the row is none */
static bool split_row(char *line, char **col)
{
	size_t i;

	line[strcspn(line, "\n")] = '\0';
	for (i = 0; i < COLUMNS; i++)
		col[i] = strsep(&line, "\t");
	return col[COLUMNS - 1];
}

static void ask_globs(struct check *c, const char *table)
{
	char line[8192], *col[COLUMNS];
	FILE *f = fopen(table, "r");
	unsigned int n = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (*line == '#')
			continue;
		if (!split_row(line, col)) {
			printf("not ok - %s: no row: %s\n", table, line);
			failed++;
			continue;
		}
		ask_glob(c, col);
		n++;
	}
	if (!n) {
		printf("not ok - %s has no rows\n", table);
		failed++;
	} else {
		fclose(f);
	}
	printf("%u globs, %u paths looked up; searched again: %u without "
	       "shortcuts, %u all together\n", n, c->paths, c->ended[0],
	       c->ended[1]);
}

/* ---- walks ---- */

static void walk(struct fcdb *db, struct selabel_handle *h, unsigned int mode,
		 unsigned int lookups)
{
	unsigned int n = lookups, differ = 0, labelled = 0;
	struct arena scratch;
	struct buf why;

	buf_init(&why, &arena);
	while (n--) {
		const char *path;

		arena_init(&scratch);
		path = random_path(&scratch, fcdb_fcontext(db),
				   ref_modes[mode].kind);
		differ += !ref_compare(db, h, path, mode, &why);
		labelled += fcdb_find(db, path, (enum fc_kind)
				      ref_modes[mode].kind) != NULL;
		arena_free(&scratch);
	}
	/* walks that lead nowhere would agree on nothing */
	if (labelled < lookups / 2)
		differ++;
	failed += differ > 0;
	printf("%sok - %u walks of kind %s, %u to an entry, %u differ\n",
	       differ ? "not " : "", lookups,
	       fc_kind_text(ref_modes[mode].kind), labelled, differ);
	if (why.len)
		printf("%.2000s", why.s);
}

int main(int argc, char **argv)
{
	struct fcdb_universe u = { .alias = merged,
				   .n_alias = ARRAY_SIZE(merged) };
	struct check c = { .q = { .kind = FC_FILE, .parts = FCDB_TYPE,
				  .universe = &u } };
	enum fc_version v;
	struct texts t;
	double start;
	unsigned int i;

	if (argc != 5 || !fc_rules_find(LIBSELINUX_VERSION, &v))
		return 2;
	arena_init(&arena);
	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	c.h = ref_open(argv[1]);
	c.work = strtoul(argv[4], NULL, 10);
	start = seconds();
	read_texts(&arena, argv[1], &t);
	c.db = open_texts(&arena, &in, &ds, &t, v);
	if (!c.db || !c.h) {
		printf("not ok - %s cannot be read\n", argv[1]);
		return 1;
	}
	fcdb_lookup(c.db, "/", FC_FILE, NULL);
	printf("%zu entries read and built in %.1f ms\n",
	       fcdb_fcontext(c.db)->entries.n, (seconds() - start) * 1e3);
	ask_globs(&c, argv[2]);
	for (i = 0; i < ARRAY_SIZE(ref_modes); i++)
		walk(c.db, c.h, i, (unsigned int)strtoul(argv[3], NULL, 10));
	selabel_close(c.h);
	arena_free(&arena);
	printf("paths: %u failed\n", failed);
	return failed > 0;
}
