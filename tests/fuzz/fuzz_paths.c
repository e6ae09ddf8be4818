/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "fuzz_parts.h"
#include "paths_prove.h"

/*
 * A question to any file contexts. The first byte is the version of libselinux,
 * then stand the glob on a line and a path on a line; what follows a line "==" is
 * .subs, after another one .subs_dist. The two ways to look a path up agree,
 * so does a lookup with each path that a verdict names, and the verdict can be
 * proven.
 */
#define WORK ((size_t)1 << 19)

static struct arena arena;

static void check_label(struct fcdb *db, const char *path, const char *type)
{
	const struct fc_entry *e;

	if (!path)
		return;
	e = fcdb_lookup(db, path, FC_FILE, NULL);
	if ((!e || e->none ? NULL : e->type) != type)
		fail("another label", path);
	check_path(db, path, FC_FILE);
}

static void check_proof(struct fcdb *db, const struct fcdb_query *q,
			const struct fcdb_result *r)
{
	struct prove_claim claim = { db, q, r };
	struct prove_failure f;
	struct prove p;

	prove_init(&p, &arena);
	p.n_paths = 40;
	if (r->verdict != FCDB_TOO_HARD &&
	    (!prove_by(&p, PROVE_NAMED, &claim, &f) ||
	     !prove_by(&p, PROVE_RANDOM, &claim, &f)))
		fail(f.said, f.path);
}

static void check_query(struct fcdb *db, const struct glob *g)
{
	struct fcdb_query q = { .glob = g, .kind = FC_FILE,
				.parts = FCDB_TYPE, .work = WORK };
	struct fcdb_result r;
	size_t i;

	fcdb_query(db, &q, &r);
	for (i = 0; i < r.n_labels; i++) {
		check_label(db, r.labels[i].inside, r.labels[i].type);
		check_label(db, r.labels[i].outside, r.labels[i].type);
	}
	check_label(db, r.uncovered, NULL);
	check_proof(db, &q, &r);
}

static void check(const char *at, const char *end, enum fc_version v)
{
	const struct source *glob = part(&arena, &at, end, "\n", 0);
	const struct source *path = part(&arena, &at, end, "\n", 1);
	struct fc_files files = { .subs = NULL };
	struct glob_error err;
	struct fcontext fc;
	struct intern in;
	struct diags ds;
	struct fcdb *db;
	struct glob g;

	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	files.input[FC_BASE] = part(&arena, &at, end, "\n==\n", 2);
	files.subs = part(&arena, &at, end, "\n==\n", 3);
	files.subs_dist = part(&arena, &at, end, "\n==\n", 4);
	if (!fcontext_read(&fc, &files, fc_rules(v), &arena, &in, &ds))
		return;
	db = fcdb_new(&arena, &fc);
	check_path(db, path->text, FC_FILE);
	if (glob_parse(&arena, glob->text, glob->len, &g, &err))
		check_query(db, &g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	if (!size)
		return 0;
	arena_init(&arena);
	check(text + 1, text + size,
	      (enum fc_version)(data[0] % FC_VERSION_COUNT));
	arena_free(&arena);
	return 0;
}
