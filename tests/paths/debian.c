/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <time.h>

#include "../unit/paths_ref.h"
#include "paths_prove.h"

/*
 * debian FILE_CONTEXTS [LOOKUPS]: random walks through a full database against
 * the installed libselinux, LOOKUPS a kind of file, and everyday globs whose
 * answers are known for Debian 12's selinux-policy-default 2:2.20221101-9.
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

static const struct {
	const char *glob;
	enum fcdb_verdict verdict;
	size_t labels, tight;
	const char *witness;	/* outside, or inside when uncovered */
} known[] = {
	{ "/usr/bin/*", FCDB_WIDER, 448, 110, "/opt/bin" },
	{ "/usr/bin/**", FCDB_WIDER, 448, 115, "/opt/bin" },
	{ "/usr/{bin,sbin}/**", FCDB_WIDER, 457, 358, "/opt/bin" },
	{ "/usr/local/bin/*", FCDB_WIDER, 1, 0, "/opt/bin" },
	{ "/usr/local/bin/flash_*", FCDB_WIDER, 1, 0, "/opt/bin" },
	{ "/etc/flowspec/*", FCDB_WIDER, 2, 0, "/etc/a" },
	{ "/etc/ima/*", FCDB_WIDER, 2, 0, "/etc/a" },
	{ "/usr/lib/firmware/**", FCDB_WIDER, 7, 0, "/opt/lib" },
	{ "/opt/{a,b}/bin/*.sh", FCDB_WIDER, 2, 0, "/opt/bin" },
	{ "/opt/vendor/bin/*", FCDB_WIDER, 4, 0, "/opt/lib" },
	{ "/home/*/bin/*", FCDB_UNCOVERED, 1, 0, "/home/lost+found/bin/a" },
	{ "/boot/**", FCDB_UNCOVERED, 3, 2, "/boot/.journal" },
	{ "/etc/shadow", FCDB_WIDER, 1, 0, "/etc/tcb" },
	{ "/usr/sbin/sshd", FCDB_WIDER, 1, 0, "/usr/bin/sshd" },
	{ "/usr/bin/sudo", FCDB_WIDER, 1, 0, "/usr/bin/sudoedit" },
	{ "/var/log/**", FCDB_UNCOVERED, 143, 126, "/var/log/lost+found/a" },
	{ "/etc/**", FCDB_WIDER, 473, 337, "/usr/etc" },
	{ "/usr/**", FCDB_UNCOVERED, 713, 561, "/usr/tmp/a" },
	{ "/**", FCDB_UNCOVERED, 1820, 1820, "/run/a" },
};

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

static void ask_glob(struct fcdb *db, size_t i)
{
	struct fcdb_universe u = { merged, ARRAY_SIZE(merged), NULL, NULL, 0 };
	struct fcdb_query q = { .kind = FC_FILE, .parts = FCDB_TYPE,
				.universe = &u };
	double start = seconds();
	struct glob_error err;
	struct fcdb_result r;
	struct buf times;
	struct glob g;
	bool ok = glob_parse(&arena, known[i].glob, strlen(known[i].glob), &g,
			     &err);

	if (!ok)
		exit(2);
	q.glob = &g;
	fcdb_query(db, &q, &r);
	ok = r.verdict == known[i].verdict && r.n_labels == known[i].labels &&
	     r.n_tight == known[i].tight &&
	     !strcmp(witness(&r), known[i].witness);
	buf_init(&times, &arena);
	buf_printf(&times, "%.0f", (seconds() - start) * 1e3);
	ok = prove_glob(db, &q, &r, &times) && ok;
	failed += !ok;
	printf("%sok - %-24s %-9s %4zu labels, %4zu tight, %s (%s ms)\n",
	       ok ? "" : "not ", g.text, fcdb_verdict_name(r.verdict),
	       r.n_labels, r.n_tight, witness(&r), times.s);
}

static void walk(struct fcdb *db, struct selabel_handle *h, unsigned int mode,
		 unsigned int lookups)
{
	unsigned int n = lookups, differ = 0;
	struct buf why;

	buf_init(&why, &arena);
	while (n--) {
		const char *path = random_path(&arena, fcdb_fcontext(db));

		differ += !ref_compare(db, h, path, mode, &why);
	}
	failed += differ > 0;
	printf("%sok - %u lookups of kind %s, %u differ\n",
	       differ ? "not " : "", lookups,
	       fc_kind_text(ref_modes[mode].kind), differ);
	if (why.len)
		printf("%.2000s", why.s);
}

int main(int argc, char **argv)
{
	unsigned int lookups = argc > 2 ? (unsigned int)atoi(argv[2]) : 100000;
	enum fc_version v;
	struct selabel_handle *h;
	struct fcdb *db;
	struct texts t;
	double start;
	unsigned int i;

	if (argc < 2 || !fc_rules_find(LIBSELINUX_VERSION, &v))
		return 2;
	arena_init(&arena);
	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	h = ref_open(argv[1]);
	start = seconds();
	read_texts(&arena, argv[1], &t);
	db = open_texts(&arena, &in, &ds, &t, v);
	if (!db || !h) {
		printf("not ok - %s cannot be read\n", argv[1]);
		return 1;
	}
	fcdb_lookup(db, "/", FC_FILE, NULL);
	printf("%zu entries read and built in %.1f ms\n",
	       fcdb_fcontext(db)->entries.n, (seconds() - start) * 1e3);
	for (i = 0; i < ARRAY_SIZE(known); i++)
		ask_glob(db, i);
	for (i = 0; i < ARRAY_SIZE(ref_modes); i++)
		walk(db, h, i, lookups);
	selabel_close(h);
	arena_free(&arena);
	return failed > 0;
}
