/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "fuzz_parts.h"

/*
 * Any bytes as file contexts: a path on the first line, then the base, .homedirs,
 * .local, .subs and .subs_dist, each behind a line "==". Each version of
 * libselinux reads them. A refusal has a place and comes before long; entries
 * point at the text they were read from; reading them again gives the same; and
 * the two ways to look a path up agree.
 */
static struct arena arena;

enum { PARTS = FC_INPUT_COUNT + 2 };

static bool read_parts(struct fcontext *fc, const struct source *const *part,
		       enum fc_version v)
{
	struct fc_files files = {
		.input = { part[0], part[1], part[2] },
		.subs = part[3], .subs_dist = part[4],
	};
	struct intern in;
	struct diags ds;
	bool ok;

	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	ok = fcontext_read(fc, &files, fc_rules(v), &arena, &in, &ds);
	check_diags(&ds);
	if (ok != !ds.n)
		fail("an error without a message", NULL);
	if (ds.n > PARTS * 101)
		fail("errors without end", ds.v[0]->text);
	return ok;
}

static void check_entry(const struct fc_entry *e)
{
	size_t len = e->regex_span.end - e->regex_span.start;
	const struct source *src = e->span.src;

	if (e->span.start > e->regex_span.start ||
	    e->regex_span.end > e->span.end || e->span.end > src->len ||
	    strlen(e->regex) != len || len > FC_REGEX_MAX ||
	    memcmp(e->regex, src->text + e->regex_span.start, len))
		fail("an entry at another place", e->regex);
	if (e->none ? e->user || e->role || e->type || e->range
		    : !e->user || !e->role || !e->type)
		fail("half a context", e->regex);
	if (!(e->kind & FC_ANY) || e->depth > 3)
		fail("an entry for nothing", e->regex);
}

static bool same_entry(const struct fc_entry *a, const struct fc_entry *b)
{
	return !strcmp(a->regex, b->regex) && a->kind == b->kind &&
	       a->line == b->line && a->literal == b->literal &&
	       a->depth == b->depth && !strcmp(a->head, b->head) &&
	       !a->tail == !b->tail && a->newline == b->newline;
}

static void check(const struct source *const *parts, const char *path,
		  enum fc_version v)
{
	struct fcontext fc, again;
	struct fcdb *db;
	size_t i;

	if (!read_parts(&fc, parts, v))
		return;
	if (!read_parts(&again, parts, v) ||
	    fc.entries.n != again.entries.n ||
	    fc.subs.n != again.subs.n)
		fail("read otherwise the second time", path);
	db = fcdb_new(&arena, &fc);
	check_path(db, path, FC_FILE);
	check_path(db, path, FC_DIR);
	for (i = 0; i < fc.entries.n; i++) {
		check_entry(&fc.entries.v[i]);
		if (!same_entry(&fc.entries.v[i], &again.entries.v[i]))
			fail("another entry the second time",
			     fc.entries.v[i].regex);
		if (i < 20)
			check_path(db, fc.entries.v[i].head, FC_FILE);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	const struct source *path, *parts[PARTS];
	enum fc_version v;
	unsigned int i;

	arena_init(&arena);
	path = part(&arena, &at, end, "\n", 0);
	for (i = 0; i < PARTS; i++)
		parts[i] = part(&arena, &at, end, "\n==\n", i + 1);
	for (v = 0; v < FC_VERSION_COUNT; v++)
		check(parts, path->text, v);
	arena_free(&arena);
	return 0;
}
