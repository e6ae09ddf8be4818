/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <sys/resource.h>
#include <time.h>

#include "paths.h"
#include "root.h"
#include "sanitized.h"

/*
 * File contexts, globs and tables of mounts made to take long or to take much: a
 * located error or an answer, within bounded time and memory, for each.
 */
#define SECONDS (SANITIZED ? 60 : 5)	/* of one test, as the clock of the CPU */
#define MEMORY ((size_t)1200 << 20)

static struct arena arena;
static struct intern in;
static struct diags ds;
static clock_t started;

/* the sanitizers reserve more than any limit */
static void setup(void)
{
	struct rlimit limit = { MEMORY, MEMORY };

	if (!SANITIZED)
		ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
	arena_init(&arena);
	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	started = clock();
}

static void teardown(void)
{
	double took = (double)(clock() - started) / CLOCKS_PER_SEC;

	ck_assert_msg(took < SECONDS, "%.1f s", took);
	ck_assert_uint_lt(arena.bytes, MEMORY);
	arena_free(&arena);
}

static const char *repeated(const char *head, const char *s, size_t n,
			    const char *tail)
{
	struct buf b;

	buf_init(&b, &arena);
	buf_puts(&b, head);
	while (n--)
		buf_puts(&b, s);
	buf_puts(&b, tail);
	return b.s;
}

static struct fcdb *opened(const struct texts *t)
{
	struct fcdb *db = open_texts(&arena, &in, &ds, t, FC_3_9);

	ck_assert_msg(db, "%s", ds.n ? ds.v[0]->text : "no message");
	return db;
}

static struct fcdb *base_db(const char *text)
{
	struct texts t = { .input = { text } };

	return opened(&t);
}

static void refused(const char *text, size_t len, enum diag_code code,
		    size_t line)
{
	struct fc_files f = { .subs = NULL };
	struct fcontext fc;
	struct position at;

	f.input[FC_BASE] = source_new(&arena, "file_contexts", text, len, 0);
	ck_assert(!fcontext_read(&fc, &f, fc_rules(FC_3_4), &arena, &in, &ds));
	ck_assert_uint_le(ds.n, 101);
	ck_assert_int_eq(ds.v[0]->code, code);
	at = source_position(&arena, ds.v[0]->span.src, ds.v[0]->span.start);
	ck_assert_uint_eq(at.line, line);
}

static enum fcdb_verdict ask(struct fcdb *db, const char *glob)
{
	struct fcdb_query q = { .kind = FC_FILE, .parts = FCDB_TYPE };
	struct glob_error err;
	struct fcdb_result r;
	struct glob g;

	ck_assert_msg(glob_parse(&arena, glob, strlen(glob), &g, &err),
		      "%.50s: %s", glob, err.what);
	q.glob = &g;
	fcdb_query(db, &q, &r);
	return r.verdict;
}

/* ---- one regex ---- */

static const char *const long_parts[] = {
	".?", "a*", "(a|b)?", "[ab]*", ".*b", "(.*/)?", "a", "(a|b|/)*c",
	"/[^/]*a", "(a*)*", "(a|aa)+",
};

/* as long as one may be, and one byte more */
START_TEST(longest_regex)
{
	const char *part = long_parts[_i];
	size_t n = (FC_REGEX_MAX - 1) / strlen(part), len;
	const char *line = repeated("/", part, n, "\tu:r:t\n");
	struct fcdb *db = base_db(line);

	ask(db, "/a/**");
	fcdb_find(db, repeated("/", "ab", 500, ""), FC_FILE);
	line = repeated("/", "a", FC_REGEX_MAX, "\tu:r:t\n");
	len = strlen(line);
	refused(line, len, DIAG_FCONTEXT_LINE, 1);
}
END_TEST

/* counts in counts, and what they may come to */
START_TEST(counts)
{
	static const char *const refuse[] = {
		"/((a{99}){99}){99}", "/(a{65535}){2}", "/(.{1000}){1000}",
		"/((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}",
		"/(a{0,65535}b){0,65535}", "/a{40000}",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refuse); i++) {
		const char *line = repeated(refuse[i], "", 0, " u:r:t\n");

		diags_init(&ds, &arena);
		refused(line, strlen(line), DIAG_FCONTEXT_REGEX, 1);
	}
	ask(base_db("/(a?){5000}b u:r:t\n"), "/a*");
	ask(base_db("/.*a.{9000} u:r:t\n"), "/a*");
	ask(base_db("/((.*a){50}){50} u:r:t\n"), "/**");
}
END_TEST

/* 1,000 entries of 1,000 alternatives each */
START_TEST(alternatives)
{
	struct buf one, all;
	unsigned int i;

	buf_init(&one, &arena);
	for (i = 0; i < 1000; i++)
		buf_printf(&one, "%s%c%c", i ? "|" : "", 'a' + i % 26,
			   'a' + i / 26 % 26);
	buf_init(&all, &arena);
	for (i = 0; i < 1000; i++)
		buf_printf(&all, "/%u(%s)* u:r:t%u\n", i, one.s, i);
	ask(base_db(all.s), "/1*");
	ask(base_db(repeated("/(a|b)", "", 0, " u:r:t\n")), "/**");
}
END_TEST

START_TEST(nesting)
{
	size_t deep = 2000;
	const char *open = repeated("/", "(", deep, "a");
	const char *line = repeated(open, ")", deep, " u:r:t\n");
	struct glob_error err;
	struct glob g;

	refused(line, strlen(line), DIAG_FCONTEXT_REGEX, 1);
	line = repeated("/", "[", 4000, " u:r:t\n");
	diags_init(&ds, &arena);
	refused(line, strlen(line), DIAG_FCONTEXT_REGEX, 1);
	line = repeated("/", "{", GLOB_MAX - 1, "");
	ck_assert(!glob_parse(&arena, line, strlen(line), &g, &err));
	line = repeated("/", "{a,", GLOB_DEPTH_MAX, "");
	line = repeated(line, "}", GLOB_DEPTH_MAX, "/**");
	ask(base_db("/.* u:r:t\n"), line);
}
END_TEST

/* ---- many of them ---- */

static const char *numbered(const char *format, unsigned int n)
{
	struct buf b;
	unsigned int i;

	buf_init(&b, &arena);
	for (i = 0; i < n; i++) {
		buf_puts(&b, "/d");
		buf_printf(&b, "%u/e%u", i % 100, i);
		buf_puts(&b, format);
		buf_printf(&b, "%u\n", i % 5000);
	}
	return b.s;
}

START_TEST(ten_thousand_entries)
{
	struct fcdb *db = base_db(numbered("/[^/]*(/.*)?x u:r:t", 10000));

	ask(db, "/**");
	ask(db, "/d1/**");
	ask(base_db(numbered("/(.*/)?x.*y u:r:t", 10000)), "/**");
}
END_TEST

START_TEST(most_entries)
{
	const char *text = numbered(" -- u:r:t", FC_ENTRIES_MAX + 1), *last;

	refused(text, strlen(text), DIAG_FCONTEXT_SIZE, FC_ENTRIES_MAX + 1);
	diags_init(&ds, &arena);
	last = strrchr(arena_strndup(&arena, text, strlen(text) - 1), '\n');
	ck_assert_ptr_nonnull(last);
	text = arena_strndup(&arena, text,
			     strlen(text) - 1 - strlen(last) + 1);
	ask(base_db(text), "/d7/*");
}
END_TEST

/* every label of 2,000 has a pattern of its own, all of them begin alike */
START_TEST(entries_that_multiply)
{
	struct buf b;
	unsigned int i;

	buf_init(&b, &arena);
	for (i = 0; i < 2000; i++)
		buf_printf(&b, "/(.*/)?%c%c%c/.*\\.x%u u:r:t%u\n", 'a' + i % 26,
			   'a' + i / 26 % 26, 'a' + i / 676, i, i);
	ask(base_db(b.s), "/**");
}
END_TEST

/* ---- bytes that are no lines ---- */

START_TEST(junk)
{
	static const char *const of[] = { NULL, "\n", "/", "(", " ", "#", "a" };
	size_t len = (size_t)8 << 20, i;
	char *s = arena_alloc(&arena, len + 1);
	const char *byte = of[_i];
	struct fc_files f = { .subs = NULL };
	struct fcontext fc;

	for (i = 0; i < len; i++)
		s[i] = byte ? *byte : (char)dice(256);
	s[len] = '\0';
	f.input[FC_BASE] = source_new(&arena, "junk", s, len, 0);
	f.subs = f.subs_dist = f.input[FC_BASE];
	fcontext_read(&fc, &f, fc_rules(FC_3_4), &arena, &in, &ds);
	ck_assert_uint_le(ds.n, 303);
	for (i = 0; i < ds.n; i++)
		ck_assert_uint_le(ds.v[i]->span.end, len);
}
END_TEST

/* one line of 8 MiB in each of its fields */
START_TEST(endless_line)
{
	size_t n = (size_t)8 << 20;
	const char *line[] = {
		repeated("/", "a", n, " u:r:t"),
		repeated("/a ", "-", n, " u:r:t"),
		repeated("/a u:r:", "t", n, ""),
		repeated("/a u:r:t:", "c", n, ""),
		repeated("/a ", " ", n, "u:r:t"),
	};
	struct fc_files f = { .subs = NULL };
	struct fcontext fc;

	f.input[FC_BASE] = source_new(&arena, "line", line[_i],
				      strlen(line[_i]), 0);
	ck_assert_int_eq(fcontext_read(&fc, &f, fc_rules(FC_3_4), &arena, &in,
				       &ds), _i >= 2);
}
END_TEST

/* ---- substitutions ---- */

START_TEST(many_substitutions)
{
	struct texts t = { .input = { numbered("/(.*/)?x u:r:t", 3000) } };
	struct buf b;
	unsigned int i;

	buf_init(&b, &arena);
	for (i = 0; i < 10000; i++)
		buf_printf(&b, "/s%u/%u /d%u\n", i % 7, i, i % 100);
	t.subs = t.subs_dist = b.s;
	ask(opened(&t), "/d1/**");
	ask(opened(&t), "/**");
}
END_TEST

/* each source begins with all those before it, and leads to the next */
START_TEST(nested_substitutions)
{
	struct texts t = { .input = { "/.* u:r:d\n/x/(.*/)?a u:r:t\n" } };
	struct buf src, b;
	unsigned int i;

	buf_init(&src, &arena);
	buf_init(&b, &arena);
	for (i = 0; i < 700; i++) {
		buf_puts(&src, "/x");
		buf_printf(&b, "%s /y%s\n", src.s, src.s);
	}
	t.subs = t.subs_dist = b.s;
	ask(opened(&t), "/x/**");
}
END_TEST

/* ---- globs ---- */

static const char *union_text(unsigned int n, const char *before,
			      const char *after)
{
	struct buf b;
	unsigned int i;

	buf_init(&b, &arena);
	buf_puts(&b, before);
	for (i = 0; i < n; i++)
		buf_printf(&b, "%s%x", i ? "," : "{", i);
	buf_printf(&b, "}%s", after);
	return b.s;
}

START_TEST(wide_globs)
{
	struct fcdb *db = base_db("/.* u:r:d\n/(.*/)?a(/.*)? u:r:t\n");
	struct buf b;
	unsigned int i;

	ask(db, union_text(800, "/", "/**/a*"));
	buf_init(&b, &arena);
	for (i = 0; i < 20; i++)
		buf_puts(&b, "/**/{a,b}*c?");
	ask(db, b.s);
	ask(db, repeated("/", "*a", 2000, ""));
	ask(db, repeated("/", "?", 4000, ""));
	ask(db, repeated("/a", "/**/a", 700, ""));
}
END_TEST

/* a brace before the end of a symlink's name is written out, up to a limit */
START_TEST(alternatives_of_symlinks)
{
	static const struct glob_alias alias[] = {
		{ "/l/3ff", "/m" }, { "/l/0", "/l/3ff" }, { "/c", "/c/c" },
	};
	struct glob_error err;
	struct glob g, out;
	unsigned int n;

	for (n = GLOB_ALTERNATIVES_MAX - 100; n <= GLOB_ALTERNATIVES_MAX + 1;
	     n += 101) {
		const char *text = union_text(n, "/l/", "");

		ck_assert_msg(glob_parse(&arena, text, strlen(text), &g, &err),
			      "%s", err.what);
		glob_canonical(&arena, &g, alias, 2, &out, &err);
	}
	ck_assert(glob_parse(&arena, "/{c,d}/**", 9, &g, &err));
	ck_assert(!glob_canonical(&arena, &g, alias, 3, &out, &err));
}
END_TEST

/* ---- mounts ---- */

static void read_mounts(struct root *r, const char *text)
{
	root_init(r, &arena);
	root_read_mounts(r, source_new(&arena, "mounts", text, strlen(text), 0),
			 &ds);
}

static const char *numbered_mounts(unsigned int n)
{
	struct buf b;
	unsigned int i;

	buf_init(&b, &arena);
	buf_puts(&b, "TARGET=\"/m\" UUID=\"00000000-1111-2222-3333-"
		 "000000000000\" FSTYPE=\"ext4\" FSROOT=\"/\"\n");
	for (i = 1; i < n; i++)
		buf_printf(&b, "TARGET=\"/m/%u\" UUID=\"00000000-1111-2222-3333-"
			   "%012u\" FSTYPE=\"ext4\" FSROOT=\"/\"\n", i, i);
	return b.s;
}

/* as many as are read are all of one glob; more are an error */
START_TEST(many_mounts)
{
	struct root r;

	read_mounts(&r, numbered_mounts(ROOT_MOUNTS_MAX));
	ck_assert_uint_eq(ds.n, 0);
	ck_assert_uint_eq(root_whole(&r, "/m/**").fsuuids.n, ROOT_MOUNTS_MAX);
	ck_assert_int_eq(root_whole(&r, "/m/1/**").how, ROOT_WHOLE);
	ck_assert_uint_eq(root_deeper(&r, &r.mounts.v[0]).n,
			  ROOT_MOUNTS_MAX - 1);
	read_mounts(&r, numbered_mounts(200000));
	ck_assert_uint_eq(ds.n, 1);
	ck_assert_uint_eq(r.mounts.n, ROOT_MOUNTS_MAX);
}
END_TEST

START_TEST(mount_junk)
{
	static const char *const of[] = {
		"\n", "x\n", "TARGET=\"\n", "TARGET=\"/\" FSTYPE=\"", "\\040",
		"UUID=x / ext4\n", "/ / /\n", "TARGET=\"\\x2f\\x00\" \n",
	};
	struct root r;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(of); i++) {
		diags_init(&ds, &arena);
		read_mounts(&r, repeated(of[i], of[i], 200000, ""));
		root_whole(&r, "/**");
		if (r.mounts.n)
			root_deeper(&r, &r.mounts.v[0]);
		ck_assert_uint_le(ds.n, 101);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hostile paths");
	TCase *tc = tcase_create("hostile");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, longest_regex, 0, ARRAY_SIZE(long_parts));
	tcase_add_test(tc, counts);
	tcase_add_test(tc, alternatives);
	tcase_add_test(tc, nesting);
	tcase_add_test(tc, ten_thousand_entries);
	tcase_add_test(tc, most_entries);
	tcase_add_test(tc, entries_that_multiply);
	tcase_add_loop_test(tc, junk, 0, 7);
	tcase_add_loop_test(tc, endless_line, 0, 5);
	tcase_add_test(tc, many_substitutions);
	tcase_add_test(tc, nested_substitutions);
	tcase_add_test(tc, wide_globs);
	tcase_add_test(tc, alternatives_of_symlinks);
	tcase_add_test(tc, many_mounts);
	tcase_add_test(tc, mount_junk);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_VERBOSE);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
