/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <time.h>

#include "../tests/unit/paths_ref.h"

/*
 * paths FILE_CONTEXTS GLOBS: how long a full database takes to read, everyday
 * globs to answer and paths to look up, each beside libselinux in the same run.
 * Rows for README.md; judges nothing.
 */
#define RUNS 5
#define LOOKUPS 20000

static const char *base;
static struct texts texts;
static enum fc_version version;

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void row(const char *what, double here, const char *peer, double there)
{
	printf("| %s | %.3g ms | %s | %.3g ms | %.3g |\n", what, here * 1e3,
	       peer, there * 1e3, here / there);
}

static struct fcdb *open_db(struct arena *a)
{
	struct intern *in = arena_new(a, struct intern);
	struct diags *ds = arena_new(a, struct diags);
	struct fcdb *db;

	intern_init(in, a);
	diags_init(ds, a);
	read_texts(a, base, &texts);
	db = open_texts(a, in, ds, &texts, version);
	if (!db)
		exit(2);
	return db;
}

static struct selabel_handle *open_ref(void)
{
	struct selabel_handle *h = ref_open(base);

	if (!h)
		exit(2);
	return h;
}

static void look_up(struct selabel_handle *h, const char *path)
{
	char *context = NULL;

	if (!selabel_lookup_raw(h, &context, path, S_IFREG))
		freecon(context);
}

static double least(double best, double start)
{
	double took = seconds() - start;

	return best && best < took ? best : took;
}

/* ---- reading ---- */

static double bench_open(void)
{
	static const char path[] = "/usr/bin/a";
	double here = 0, there = 0;
	unsigned int i;

	for (i = 0; i < RUNS; i++) {
		struct selabel_handle *h;
		double start = seconds();
		struct arena a;

		arena_init(&a);
		fcdb_find(open_db(&a), path, FC_FILE);
		here = least(here, start);
		arena_free(&a);
		start = seconds();
		h = open_ref();
		look_up(h, path);
		there = least(there, start);
		selabel_close(h);
	}
	row("read, build, look one path up", here, "selabel_open and _lookup",
	    there);
	return there;
}

/* ---- globs ---- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double time_glob(struct fcdb *db, struct arena *a, const char *text)
{
	struct fcdb_query q = { .kind = FC_FILE, .parts = FCDB_TYPE };
	double start = seconds();
	struct glob_error err;
	struct fcdb_result r;
	struct glob g;

	if (!glob_parse(a, text, strlen(text), &g, &err))
		exit(2);
	q.glob = &g;
	fcdb_query(db, &q, &r);
	return seconds() - start;
}

/* the first column of each row of the table */
static void bench_globs(const char *table, double peer)
{
	double took[256], worst = 0, all = 0;
	char line[8192], slowest[8192] = "";
	FILE *f = fopen(table, "r");
	struct fcdb *db;
	struct arena a;
	size_t n = 0;

	arena_init(&a);
	db = open_db(&a);
	fcdb_find(db, "/", FC_FILE);
	while (f && n < ARRAY_SIZE(took) && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\t\n")] = '\0';
		if (*line == '#')
			continue;
		took[n] = time_glob(db, &a, line);
		all += took[n];
		if (took[n] > worst) {
			worst = took[n];
			snprintf(slowest, sizeof(slowest), "`%.100s`", line);
		}
		n++;
	}
	if (!n)
		exit(2);
	fclose(f);
	qsort(took, n, sizeof(*took), by_size);
	row("the median glob", took[n / 2], "opening, as above", peer);
	row(slowest, worst, "opening, as above", peer);
	snprintf(slowest, sizeof(slowest), "all %zu globs", n);
	row(slowest, all, "opening, as above", peer);
	arena_free(&a);
}

/* ---- lookups ---- */

static double find_all(struct fcdb *db, const char *const *path)
{
	double start = seconds();
	unsigned int i;

	for (i = 0; i < LOOKUPS; i++)
		fcdb_find(db, path[i], FC_FILE);
	return (seconds() - start) / LOOKUPS;
}

static double look_all_up(struct selabel_handle *h, const char *const *path)
{
	double start = seconds();
	unsigned int i;

	for (i = 0; i < LOOKUPS; i++)
		look_up(h, path[i]);
	return (seconds() - start) / LOOKUPS;
}

/* the first time regexes are compiled there and sets made here */
static void bench_lookups(void)
{
	struct selabel_handle *h = open_ref();
	const char *path[LOOKUPS];
	struct fcdb *db;
	struct arena a;
	double there;
	unsigned int i;

	arena_init(&a);
	db = open_db(&a);
	for (i = 0; i < LOOKUPS; i++)
		path[i] = random_path(&a, fcdb_fcontext(db), FC_FILE);
	there = look_all_up(h, path);
	row("a lookup, first use of the database", find_all(db, path),
	    "selabel_lookup", there);
	there = look_all_up(h, path);
	row("a lookup, all paths seen before", find_all(db, path),
	    "selabel_lookup", there);
	selabel_close(h);
	arena_free(&a);
}

int main(int argc, char **argv)
{
	if (argc != 3 || !fc_rules_find(LIBSELINUX_VERSION, &version))
		return 2;
	base = argv[1];
	bench_globs(argv[2], bench_open());
	bench_lookups();
	return 0;
}
