/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>

#include "paths_fixture.h"

static struct fcdb *base_db(const char *text, enum fc_version v)
{
	struct texts t = { .input = { text } };

	return db_of(&t, v);
}

static void gets(struct fcdb *db, const char *path, const char *want)
{
	const struct fc_entry *e = fcdb_lookup(db, path, FC_FILE, NULL);
	const char *type = !e ? "nothing" : e->none ? "none" : e->type;

	ck_assert_msg(!strcmp(type, want), "%s: %s, wanted %s", path, type,
		      want);
	ck_assert_msg(e == fcdb_find(db, path, FC_FILE), "%s: found otherwise",
		      path);
}

START_TEST(versions)
{
	static const struct {
		const char *text;
		int want;	/* -1: not known */
	} v[] = {
		{ "3.4", FC_3_4 }, { "3.7", FC_3_4 }, { "3.8", FC_3_8 },
		{ "3.8.1", FC_3_8 }, { "3.9", FC_3_9 }, { "3.11", FC_3_9 },
		{ "3.3", -1 }, { "4.0", -1 }, { "3", -1 }, { "", -1 },
		{ "3.", -1 }, { "3.4.1.2", -1 }, { "3.x", -1 }, { "-3.4", -1 },
		{ "3.99999999999999999999", -1 },
	};
	enum fc_version got;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		bool ok = fc_rules_find(v[i].text, &got);

		ck_assert_msg(ok == (v[i].want >= 0) &&
			      (!ok || (int)got == v[i].want), "%s", v[i].text);
	}
}
END_TEST

START_TEST(fields)
{
	struct fcdb *db = base_db(
		"# a comment \xff\n\n  \t\n"
		"  /a/b\t--\tu:r:t_t:s0:c1,c2  ignored \xff fields\n"
		"/n -d <<none>>\n"
		"/last\t u:r:last_t", FC_3_4);
	const struct fc_entry *e = fcdb_fcontext(db)->entries.v;

	ck_assert_uint_eq(fcdb_fcontext(db)->entries.n, 3);
	ck_assert_str_eq(e[0].regex, "/a/b");
	ck_assert_uint_eq(e[0].kind, FC_FILE);
	ck_assert_uint_eq(e[0].line, 4);
	ck_assert_str_eq(e[0].user, "u");
	ck_assert_str_eq(e[0].role, "r");
	ck_assert_str_eq(e[0].type, "t_t");
	ck_assert_str_eq(e[0].range, "s0:c1,c2");
	ck_assert_uint_eq(e[0].span.start, 21);
	ck_assert(e[1].none && e[1].kind == FC_DIR && !e[1].type);
	ck_assert_uint_eq(e[2].kind, FC_ANY);
	ck_assert_ptr_eq(e[2].range, NULL);
}
END_TEST

/* the text, the code, and where the message points */
static const struct {
	const char *line;
	enum diag_code code;
	size_t start, end;
} bad[] = {
	{ "/a", DIAG_FCONTEXT_LINE, 0, 2 },
	{ "/a -x u:r:t", DIAG_FCONTEXT_LINE, 3, 5 },
	{ "/a u:r:t # why", DIAG_FCONTEXT_LINE, 3, 8 },
	{ "/a u:r", DIAG_FCONTEXT_LINE, 3, 6 },
	{ "/a u:r:t:", DIAG_FCONTEXT_LINE, 3, 9 },
	{ "/a :r:t", DIAG_FCONTEXT_LINE, 3, 7 },
	{ "/\xc3\xa9 u:r:t", DIAG_FCONTEXT_LINE, 1, 2 },
	{ "/\x01 u:r:t", DIAG_FCONTEXT_LINE, 1, 2 },
	{ ".*/a u:r:t", DIAG_FCONTEXT_LINE, 0, 4 },
	{ "/(a)\\1 u:r:t", DIAG_FCONTEXT_REGEX, 4, 6 },
	{ "/a|/b u:r:t", DIAG_FCONTEXT_REGEX, 2, 3 },
	{ "/(?!a)b u:r:t", DIAG_FCONTEXT_REGEX, 1, 3 },
	{ "/(?<=a)b u:r:t", DIAG_FCONTEXT_REGEX, 1, 3 },
	{ "/.*(?=a$)b u:r:t", DIAG_FCONTEXT_REGEX, 3, 6 },
	{ "/x(?=a)b u:r:t", DIAG_FCONTEXT_REGEX, 2, 5 },
	{ "/x(?=a|b$)b u:r:t", DIAG_FCONTEXT_REGEX, 6, 7 },
	{ "/a++ u:r:t", DIAG_FCONTEXT_REGEX, 2, 4 },
	{ "/a** u:r:t", DIAG_FCONTEXT_REGEX, 3, 4 },
	{ "/a\\bc u:r:t", DIAG_FCONTEXT_REGEX, 2, 4 },
	{ "/a$b u:r:t", DIAG_FCONTEXT_REGEX, 2, 3 },
	{ "/^a u:r:t", DIAG_FCONTEXT_REGEX, 1, 2 },
	{ "/(*ACCEPT) u:r:t", DIAG_FCONTEXT_REGEX, 1, 3 },
	{ "/(?i)a u:r:t", DIAG_FCONTEXT_REGEX, 1, 3 },
	{ "/(?>a) u:r:t", DIAG_FCONTEXT_REGEX, 1, 3 },
	{ "/[[:alpha:]] u:r:t", DIAG_FCONTEXT_REGEX, 2, 4 },
	{ "/[:alpha:]x u:r:t", DIAG_FCONTEXT_REGEX, 1, 3 },
	{ "/a[.b.] u:r:t", DIAG_FCONTEXT_REGEX, 2, 4 },
	{ "/a)/b.* u:r:t", DIAG_FCONTEXT_REGEX, 2, 3 },
	{ "/a)/b u:r:t", DIAG_FCONTEXT_REGEX, 2, 3 },
	{ "/[b-a] u:r:t", DIAG_FCONTEXT_REGEX, 2, 5 },
	{ "/[ab u:r:t", DIAG_FCONTEXT_REGEX, 1, 4 },
	{ "/(ab u:r:t", DIAG_FCONTEXT_REGEX, 1, 4 },
	{ "/ab) u:r:t", DIAG_FCONTEXT_REGEX, 3, 4 },
	{ "/ab\\ u:r:t", DIAG_FCONTEXT_REGEX, 3, 4 },
	{ "/a\\x1 u:r:t", DIAG_FCONTEXT_REGEX, 2, 4 },
	{ "/a\\x00 u:r:t", DIAG_FCONTEXT_REGEX, 2, 6 },
	{ "/a{3,2} u:r:t", DIAG_FCONTEXT_REGEX, 2, 7 },
	{ "/a{70000} u:r:t", DIAG_FCONTEXT_REGEX, 2, 9 },
	{ "/a{,3} u:r:t", DIAG_FCONTEXT_REGEX, 2, 4 },
	{ "/((a{99}){99}){99} u:r:t", DIAG_FCONTEXT_REGEX, 1, 18 },
};

START_TEST(refused)
{
	struct texts t = { .input = { bad[_i].line } };
	struct fcdb *db = open_texts(&arena, &in, &ds, &t, FC_3_4);

	ck_assert_msg(!db && ds.n == 1, "%s: %zu messages", bad[_i].line, ds.n);
	ck_assert_msg(ds.v[0]->code == bad[_i].code, "%s: %s", bad[_i].line,
		      ds.v[0]->text);
	ck_assert_msg(ds.v[0]->span.start == bad[_i].start &&
		      ds.v[0]->span.end == bad[_i].end, "%s: %zu to %zu",
		      bad[_i].line, ds.v[0]->span.start, ds.v[0]->span.end);
}
END_TEST

/* regex, a path that it matches, one that it does not */
static const struct {
	const char *regex, *yes, *no;
} dialect[] = {
	{ "/[:a]x", "/:x", "/bx" }, { "/[.b]/c[.]", "/b/c.", "/c/c." },
	{ "/a.c", "/a/c", "/ac" }, { "/a\\.c", "/a.c", "/abc" },
	{ "/a?b", "/b", "/aab" }, { "/a*b", "/aaab", "/ac" },
	{ "/a+b", "/ab", "/b" }, { "/a{2}b", "/aab", "/ab" },
	{ "/a{2,}b", "/aaaab", "/ab" }, { "/a{1,2}b", "/aab", "/aaab" },
	{ "/a{b", "/a{b", "/ab" }, { "/a{2b", "/a{2b", "/aab" },
	{ "/a+?b", "/aab", "/b" }, { "/(ab|c)d", "/cd", "/acd" },
	{ "/(a|)d", "/d", "/aad" }, { "/(?:ab)+", "/abab", "/aba" },
	{ "/[a-c]x", "/bx", "/dx" }, { "/[^a-c]x", "/dx", "/ax" },
	{ "/[]a]x", "/]x", "/bx" }, { "/[^]a]x", "/bx", "/]x" },
	{ "/[a-]x", "/-x", "/bx" }, { "/[.]x", "/.x", "/ax" },
	{ "/[\\d]x", "/1x", "/ax" }, { "/\\w\\W\\D\\S", "/a-bc", "/a-1c" },
	{ "/[\\x20]x", "/ x", "/x" }, { "/\\x41x", "/Ax", "/ax" },
	{ "/a\\sb", "/a b", "/a_b" }, { "/a\\tb", "/a\tb", "/atb" },
	{ "/a(/.*)?", "/a/b/c", "/ab" }, { "/a(/.*)?", "/a", "/b/a" },
	{ "/(.*/)?b", "/a/a/b", "/ab" }, { "/[\\\\]a", "/\\a", "/a" },
	{ "/(a|b)(/(c|d))*", "/a/c/d", "/a/c/e" },
	{ "/x/(?=[^/]+\\.c$)a.*", "/x/ab.c", "/x/bb.c" },
	{ "/x/(?=[^/]+\\.c$)a.*", "/x/a.c", "/x/a/b.c" },
	{ "/x/(?=(a|b)$)[^/]", "/x/b", "/x/c" },
};

START_TEST(matches)
{
	enum fc_version v;
	char line[200];

	snprintf(line, sizeof(line), "%s\tu:r:t_t", dialect[_i].regex);
	for (v = FC_3_4; v < FC_VERSION_COUNT; v++) {
		struct fcdb *db = base_db(line, v);

		gets(db, dialect[_i].yes, "t_t");
		gets(db, dialect[_i].no, "nothing");
	}
}
END_TEST

/* what the versions do differently; one type for each of 3.4, 3.8, 3.9 */
static const struct {
	struct texts t;
	const char *path, *want[FC_VERSION_COUNT];
} differ[] = {
	/* a literal as a regex also matches before a newline */
	{ { .input = { "/a u:r:t" } }, "/a\n", { "t", "nothing", "nothing" } },
	{ { .input = { "/a.* u:r:x\n/a[b] u:r:t" } }, "/ab\n", { "t", "t", "t" } },
	/* any escape makes a literal in 3.4 */
	{ { .input = { "/s/x\\x20y u:r:l\n/s/x.* u:r:t" } }, "/s/x y",
	  { "l", "t", "t" } },
	{ { .input = { "/s/x\\-y u:r:l\n/s/x.* u:r:t" } }, "/s/x-y", { "l", "l", "l" } },
	/* a closing bracket alone */
	{ { .input = { "/s/x] u:r:l\n/s/x.* u:r:t" } }, "/s/x]", { "l", "t", "t" } },
	/* the same literal */
	{ { .input = { "/a/c -- u:r:base", NULL, "/a/c -- u:r:local" } }, "/a/c",
	  { "local", "base", "local" } },
	{ { .input = { "/a/c -- u:r:base", "/a/c u:r:home" } }, "/a/c",
	  { "home", "base", "home" } },
	{ { .input = { "/a/c u:r:one\n/a/c -- u:r:two\n/a/c u:r:three" } }, "/a/c",
	  { "three", "two", "one" } },
	/* regexes: the last, whatever the stem */
	{ { .input = { "/a/b/.* u:r:one\n/a/.* u:r:two" } }, "/a/b/c",
	  { "two", "two", "two" } },
	{ { .input = { "/a/b/.* <<none>>\n/a/.* u:r:two" } }, "/a/b/c",
	  { "two", "none", "none" } },
	{ { .input = { "/a/b/.* <<none>>\n/a/b/c.* u:r:three\n/a/.* u:r:two" } },
	  "/a/b/c", { "two", "two", "two" } },
	{ { .input = { "/a/b/c/.* <<none>>\n/a/b/c.* u:r:three\n/a/.* u:r:two" } },
	  "/a/b/c/d", { "two", "none", "none" } },
	/* stems */
	{ { .input = { "/u/c/? u:r:t" } }, "/u/c", { "t", "nothing", "nothing" } },
	{ { .input = { "/u/? u:r:t" } }, "/u", { "nothing", "nothing", "nothing" } },
	{ { .input = { "/a\\-b/c.* u:r:t" } }, "/a-b/cd", { "nothing", "t", "t" } },
	{ { .input = { "/a\\-b/c.* u:r:t" } }, "/a\\-b/cd",
	  { "nothing", "nothing", "nothing" } },
	{ { .input = { "/a\\)/b.* u:r:t" } }, "/a)/bc", { "nothing", "t", "t" } },
	{ { .input = { "//*.* u:r:t" } }, "/x", { "nothing", "nothing", "nothing" } },
	{ { .input = { "/u//?c u:r:t" } }, "/u/c", { "t", "nothing", "nothing" } },
	{ { .input = { "/a\\\\/?\\\\/b u:r:t" } }, "/a\\\\/b",
	  { "t", "t", "t" } },
	/* substitutions */
	{ { .input = { "/x/.* u:r:x\n/y/.* u:r:y" }, NULL, "/l /x\n/l /y" }, "/l/a",
	  { "y", "x", "y" } },
	{ { .input = { "/x/.* u:r:x\n/y/.* u:r:y" }, NULL, "/l/a /x\n/l /y" }, "/l/a/b",
	  { "y", "x", "y" } },
	{ { .input = { "/x/.* u:r:x\n/y/.* u:r:y" }, "/l /m", "/m /y\n/l /x" }, "/l/a",
	  { "y", "y", "y" } },
	{ { .input = { "/x/.* u:r:x" }, "/l /m\n/m /x", NULL }, "/l/a",
	  { "nothing", "nothing", "nothing" } },
	{ { .input = { "/x/a u:r:x" }, "/l/m /", NULL }, "/l/m/x/a", { "x", "x", "x" } },
	/* slashes */
	{ { .input = { "/x/a u:r:x" } }, "//x///a/", { "x", "x", "x" } },
};

START_TEST(by_version)
{
	enum fc_version v;

	for (v = FC_3_4; v < FC_VERSION_COUNT; v++)
		gets(db_of(&differ[_i].t, v), differ[_i].path,
		     differ[_i].want[v]);
}
END_TEST

START_TEST(kinds)
{
	struct fcdb *db = base_db("/.* u:r:any\n/a -d u:r:dir\n/a -l u:r:link",
				  FC_3_4);

	ck_assert_str_eq(fcdb_lookup(db, "/a", FC_FILE, NULL)->type, "any");
	ck_assert_str_eq(fcdb_lookup(db, "/a", FC_DIR, NULL)->type, "dir");
	ck_assert_str_eq(fcdb_lookup(db, "/a", FC_LINK, NULL)->type, "link");
	ck_assert_str_eq(fc_kind_text(FC_SOCKET), "-s");
	ck_assert_str_eq(fc_kind_text(FC_ANY), "");
	ck_assert_uint_eq(fc_kind_parse("-p", 2), FC_PIPE);
	ck_assert_uint_eq(fc_kind_parse("-", 1), 0);
}
END_TEST

START_TEST(why)
{
	struct texts t = { .input = { "/.* u:r:d\n/x/.* u:r:x\n/x/a u:r:l\n/y/.* u:r:y" },
			   "/k /l", "/l /x" };
	struct fcdb_why w;

	fcdb_lookup(db_of(&t, FC_3_4), "/k/a", FC_FILE, &w);
	ck_assert_str_eq(w.key, "/x/a");
	ck_assert_str_eq(w.sub->src, "/k");
	ck_assert_str_eq(w.sub_dist->dst, "/x");
	ck_assert_uint_eq(w.n_match, 3);
	ck_assert_str_eq(w.match[0]->type, "l");
	ck_assert_str_eq(w.match[1]->type, "x");
	ck_assert_str_eq(w.match[2]->type, "d");
}
END_TEST

START_TEST(bad_subs)
{
	struct texts t = { .input = { "/a u:r:t" }, "# no rule\n/a\n/l x\n/l /x/\nrel /x\n"
			   "/l /x//y\n", NULL };

	ck_assert_ptr_eq(open_texts(&arena, &in, &ds, &t, FC_3_4), NULL);
	ck_assert_uint_eq(ds.n, 3);
	ck_assert_uint_eq(ds.v[0]->code, DIAG_FCONTEXT_SUBS);
	ck_assert_uint_eq(ds.v[1]->span.start, 21);
}
END_TEST

/* ---- hostile input: an error or an answer, soon and within bounds ---- */

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

START_TEST(long_regexes)
{
	static const char *const parts[] = { ".?", "a*", "(a|b)?", "[ab]*",
					     ".*b", "(.*/)?", "a" };
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		struct texts t = { .input = { NULL } };
		struct fcdb *db;

		n = (FC_REGEX_MAX - 1) / strlen(parts[i]);
		t.input[0] = repeated("/", parts[i], n, "\tu:r:t\n");
		db = open_texts(&arena, &in, &ds, &t, FC_3_9);
		ck_assert_msg(db, "%s", parts[i]);
		fcdb_lookup(db, repeated("/", "ab", 50, ""), FC_FILE, NULL);
		t.input[0] = repeated("/", parts[i], n + 1, "aa\tu:r:t\n");
		ck_assert(!open_texts(&arena, &in, &ds, &t, FC_3_9));
	}
}
END_TEST

START_TEST(deep_groups)
{
	struct texts t = { .input = { NULL } };
	size_t n;

	for (n = FC_DEPTH_MAX; n <= FC_DEPTH_MAX + 1; n++) {
		const char *open = repeated("/", "(", n, "a");

		t.input[0] = repeated(open, ")?", n, "\tu:r:t\n");
		ck_assert_int_eq(!!open_texts(&arena, &in, &ds, &t, FC_3_4),
				 n == FC_DEPTH_MAX);
	}
}
END_TEST

START_TEST(junk)
{
	size_t len = 20000, i;
	char *s = arena_alloc(&arena, len + 1);
	struct fc_files f = { .input = { NULL } };
	struct fcontext fc;

	for (i = 0; i < len; i++)
		s[i] = (char)dice(256);
	s[len] = '\0';
	f.input[0] = source_new(&arena, "junk", s, len, 0);
	ck_assert(!fcontext_read(&fc, &f, fc_rules(FC_3_4), &arena, &in, &ds));
	ck_assert_uint_le(ds.n, 101);
	f.input[0] = source_new(&arena, "no end", s, 0, 0);
	ck_assert(fcontext_read(&fc, &f, fc_rules(FC_3_4), &arena, &in,
				&ds));
}
END_TEST

START_TEST(too_many)
{
	struct texts t = { .input = { NULL } };

	t.input[0] = repeated("", "/(a{9999})? u:r:t\n", 500, "");
	ck_assert(!open_texts(&arena, &in, &ds, &t, FC_3_4));
	ck_assert_uint_eq(ds.n, 1);
	ck_assert_uint_eq(ds.v[0]->code, DIAG_FCONTEXT_SIZE);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("fcontext");
	TCase *tc = tcase_create("reader");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, versions);
	tcase_add_test(tc, fields);
	tcase_add_loop_test(tc, refused, 0, ARRAY_SIZE(bad));
	tcase_add_loop_test(tc, matches, 0, ARRAY_SIZE(dialect));
	tcase_add_loop_test(tc, by_version, 0, ARRAY_SIZE(differ));
	tcase_add_test(tc, kinds);
	tcase_add_test(tc, why);
	tcase_add_test(tc, bad_subs);
	tcase_add_test(tc, long_regexes);
	tcase_add_test(tc, deep_groups);
	tcase_add_test(tc, junk);
	tcase_add_test(tc, too_many);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
