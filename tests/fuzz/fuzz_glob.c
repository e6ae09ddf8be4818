/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "fuzz_pcre.h"

/*
 * A glob on the first line, symlinks as "/from /to" up to a line "==", then
 * paths. A refusal has a place. The glob's automaton, its regex as PCRE2 reads
 * it and its regex as a line of file contexts match the same of these paths; the
 * paths that a question names lie inside and outside of it as they should; and
 * following the symlinks leads to a glob that goes through none.
 */
#define WORK ((size_t)1 << 17)
#define LONG 200	/* written out, a longer one may be too large a regex */

static struct arena arena;

static bool canonical(const char *s)
{
	if (!clean_path(s))
		return false;
	for (s = strstr(s, "/."); s; s = strstr(s + 1, "/.")) {
		size_t n = strcspn(s + 1, "/");

		if (n == 1 || (n == 2 && s[2] == '.'))
			return false;
	}
	return true;
}

/* one line, "/.* u:r:d" or another regex */
static struct fcdb *database(const char *regex, bool must)
{
	struct fcontext *fc = arena_new(&arena, struct fcontext);
	struct fc_files files = { .subs = NULL };
	struct intern in;
	struct diags ds;
	struct buf b;

	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	buf_init(&b, &arena);
	buf_printf(&b, "%s u:r:t\n", regex);
	files.input[0] = source_new(&arena, "glob", b.s, b.len, 0);
	if (fcontext_read(fc, &files, fc_rules(FC_3_9), &arena, &in, &ds))
		return fcdb_new(&arena, fc);
	if (must)
		fail(ds.v[0]->text, regex);
	return NULL;
}

/* the stem of a line does not count: libselinux has its own idea of "/u/?" */
static void check_paths(const struct glob *g, struct glob_matcher *m, const char *at,
			const char *end)
{
	const char *regex = glob_regex(&arena, g);
	struct fcdb *db = database(regex, g->len < LONG);
	pcre2_code *code = pcre_compile(&arena, regex);

	if (!code)
		fail("no regex", regex);
	while (at < end) {
		const char *path = part(&arena, &at, end, "\n", 1)->text;
		bool here;

		if (!canonical(path))
			continue;
		here = glob_matches(m, path);
		if (pcre_matches(code, path) == !here)
			fail("another regex", path);
		if (db && here && !fcdb_lookup(db, path, FC_FILE, NULL))
			fail("another line", path);
	}
	pcre_free(code);
}

static void check_query(const struct glob *g, struct glob_matcher *m)
{
	struct fcdb_query q = { .glob = g, .kind = FC_FILE,
				.parts = FCDB_TYPE, .work = WORK };
	struct fcdb_result r;

	fcdb_query(database("/.*", true), &q, &r);
	if (r.verdict == FCDB_UNCOVERED || r.n_labels > 1)
		fail("a label that is not there", g->text);
	if (r.n_labels && !glob_matches(m, r.labels[0].inside))
		fail("not inside", r.labels[0].inside);
	if (r.n_labels && r.labels[0].outside &&
	    (glob_matches(m, r.labels[0].outside) ||
	     !canonical(r.labels[0].outside) ||
	     strchr(r.labels[0].outside, '\n')))
		fail("not outside", r.labels[0].outside);
}

static void check_error(const struct glob_error *err, const struct source *glob)
{
	if (!err->what || err->start > err->end || err->end > glob->len)
		fail("an error without a place", glob->text);
}

/* "/from /to" on each line; those that cannot be are left out */
static size_t read_aliases(const struct source *src, struct glob_alias *alias,
			   size_t max)
{
	const char *at = src->text, *end = at + src->len;
	size_t n = 0;

	while (at < end && n < max) {
		const struct source *line = part(&arena, &at, end, "\n", 1);
		char *space = strchr(line->text, ' ');
		struct glob_alias one = { line->text, space ? space + 1 : "" };

		if (space)
			*space = '\0';
		if (canonical(one.from) &&
		    (canonical(one.to) || !strcmp(one.to, "/")))
			alias[n++] = one;
	}
	return n;
}

static void check_aliases(const struct source *glob, const struct glob *g,
			  const struct source *lines)
{
	struct glob_alias alias[8];
	size_t n = read_aliases(lines, alias, 8), i;
	struct glob_error err;
	struct glob out;

	if (!glob_canonical(&arena, g, alias, n, &out, &err)) {
		check_error(&err, glob);
		return;
	}
	if (out.rewritten && !n)
		fail("rewritten by nothing", out.text);
	/* a literal glob is a path, and goes through no symlink afterwards */
	if (strpbrk(out.text, "*?[{\\"))
		return;
	for (i = 0; i < n; i++) {
		size_t len = strlen(alias[i].from);

		if (!strncmp(out.text, alias[i].from, len) &&
		    (!out.text[len] || out.text[len] == '/'))
			fail("still through a symlink", out.text);
	}
}

static void check(const char *at, const char *end)
{
	const struct source *glob = part(&arena, &at, end, "\n", 0);
	const struct source *aliases = part(&arena, &at, end, "\n==\n", 1);
	struct glob_error err;
	struct glob_matcher m;
	struct glob g;

	if (!glob_parse(&arena, glob->text, glob->len, &g, &err)) {
		check_error(&err, glob);
		return;
	}
	glob_matcher_init(&m, &arena, &g);
	check_paths(&g, &m, at, end);
	check_query(&g, &m);
	check_aliases(glob, &g, aliases);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	arena_init(&arena);
	check(text, text + size);
	arena_free(&arena);
	return 0;
}
