/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "fcdb.h"
#include "fuzz.h"
#include "paths_prove.h"

/*
 * Any bytes as file contexts and a glob. The first byte is the version of
 * libselinux, then stand the glob on a line and a path on a line; what follows
 * a line "==" is .subs, after another one .subs_dist. Beside not crashing: a
 * refusal has a place inside its text, the two ways to look a path up agree, so
 * does a lookup with each path that a verdict names, and the verdict can be
 * proven.
 */
#define WORK ((size_t)1 << 22)

static struct arena arena;

static void fail(const char *what, const char *path)
{
	fprintf(stderr, "%s: %s\n", what, path ? path : "");
	abort();
}

/* up to the separator, which is passed over */
static const struct source *part(const char **at, const char *end,
				 const char *separator, unsigned int order)
{
	size_t n = strlen(separator);
	const char *start = *at;
	const char *stop = start < end ? memmem(start, (size_t)(end - start),
						separator, n) : NULL;

	*at = stop ? stop + n : end;
	if (!stop)
		stop = end;
	return source_new(&arena, "part", arena_strndup(&arena, start,
			  (size_t)(stop - start)), (size_t)(stop - start),
			  order);
}

static void check_diags(const struct diags *ds)
{
	size_t i;

	for (i = 0; i < ds->n; i++) {
		const struct diag *d = ds->v[i];

		if (!d->span.src || d->span.start > d->span.end ||
		    d->span.end > d->span.src->len || !*d->text)
			fail("a message without a place", d->text);
	}
}

static void check_path(struct fcdb *db, const char *path)
{
	if (fcdb_lookup(db, path, FC_FILE, NULL) !=
	    fcdb_find(db, path, FC_FILE))
		fail("two answers", path);
}

static void check_label(struct fcdb *db, const char *path, const char *type)
{
	const struct fc_entry *e;

	if (!path)
		return;
	e = fcdb_lookup(db, path, FC_FILE, NULL);
	if ((!e || e->none ? NULL : e->type) != type)
		fail("another label", path);
	check_path(db, path);
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

/* the regex of a glob is one that the reader takes */
static void check_regex(struct intern *in, const struct glob *g)
{
	const char *regex = glob_regex(&arena, g);
	struct fc_files files = { .subs = NULL };
	struct fcontext fc;
	struct diags ds;
	struct buf b;

	buf_init(&b, &arena);
	buf_printf(&b, "%s u:r:t\n", regex);
	files.input[0] = source_new(&arena, "glob", b.s, b.len, 0);
	diags_init(&ds, &arena);
	if (!fcontext_read(&fc, &files, fc_rules(FC_3_9), &arena, in, &ds) &&
	    strlen(regex) <= FC_REGEX_MAX && strlen(g->text) < 100)
		fail(ds.v[0]->text, regex);
}

static void check(const char *at, const char *end, enum fc_version v)
{
	const struct source *glob = part(&at, end, "\n", 0);
	const struct source *path = part(&at, end, "\n", 1);
	struct fc_files files = { .subs = NULL };
	struct glob_error err;
	struct fcontext fc;
	struct intern in;
	struct diags ds;
	struct fcdb *db;
	struct glob g;

	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	files.input[FC_BASE] = part(&at, end, "\n==\n", 2);
	files.subs = part(&at, end, "\n==\n", 3);
	files.subs_dist = part(&at, end, "\n==\n", 4);
	if (!fcontext_read(&fc, &files, fc_rules(v), &arena, &in, &ds)) {
		check_diags(&ds);
		return;
	}
	db = fcdb_new(&arena, &fc);
	check_path(db, path->text);
	if (!glob_parse(&arena, glob->text, glob->len, &g, &err)) {
		if (err.start > err.end || err.end > glob->len || !err.what)
			fail("an error without a place", glob->text);
		return;
	}
	check_regex(&in, &g);
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
