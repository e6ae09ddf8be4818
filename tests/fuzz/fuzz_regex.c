/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "fuzz_pcre.h"

/*
 * A regex on the first line, paths on the others. As the only entry of a
 * database it decides for exactly the paths that it decides for in libselinux
 * 3.4: those that PCRE2 says it matches and that begin with its stem. What is
 * taken here PCRE2 takes as well.
 */
static struct arena arena;

/* bytes of the text up to the second slash; 0: something in it has a meaning */
static size_t stem_of(const char *regex)
{
	const char *end = strchr(regex + 1, '/');
	size_t n = end ? (size_t)(end - regex) : 0;

	return strcspn(regex, ".^$?*+|[({") < n ? 0 : n;
}

static bool on_stem(const char *regex, const char *path)
{
	size_t n = stem_of(regex);

	return !n || (!strncmp(path, regex, n) && path[n] == '/');
}

static void check_one(struct fcdb *db, const char *regex, pcre2_code *code,
		      const char *path)
{
	bool here = fcdb_lookup(db, path, FC_FILE, NULL);
	int there = pcre_matches(code, path);

	check_path(db, path, FC_FILE);
	if (there < 0)
		return;
	if (here != (there && on_stem(regex, path))) {
		fprintf(stderr, "%s\n", path);
		fail(here ? "matches here only" : "matches there only", regex);
	}
}

static struct fcdb *open_regex(struct fcontext *fc, const struct source *regex)
{
	struct fc_files files = { .subs = NULL };
	struct intern in;
	struct diags ds;
	struct buf b;

	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	buf_init(&b, &arena);
	buf_add(&b, regex->text, regex->len);
	buf_puts(&b, "\tu:r:t\n");
	files.input[FC_BASE] = source_new(&arena, "regex", b.s, b.len, 0);
	if (fcontext_read(fc, &files, fc_rules(FC_3_4), &arena, &in, &ds))
		return fcdb_new(&arena, fc);
	check_diags(&ds);
	return NULL;
}

static void check(const char *at, const char *end)
{
	const struct source *regex = part(&arena, &at, end, "\n", 0);
	struct fcontext fc;
	struct fcdb *db = open_regex(&fc, regex);
	const char *text;
	pcre2_code *code;

	if (!db || fc.entries.n != 1)
		return;
	text = fc.entries.v[0].regex;
	code = pcre_compile(&arena, text);
	if (!code)
		fail("PCRE2 refuses what is taken here", text);
	while (at < end) {
		const char *path = part(&arena, &at, end, "\n", 1)->text;

		if (clean_path(path))
			check_one(db, text, code, path);
	}
	pcre_free(code);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	arena_init(&arena);
	check(text, text + size);
	arena_free(&arena);
	return 0;
}
