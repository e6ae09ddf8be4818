/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "diag_print.h"
#include "utf8.h"

/* The forms for programs; tests/check-formats.sh asks their schemas. */

static struct arena arena;
static struct diags ds;

static void setup(void)
{
	arena_init(&arena);
	diags_init(&ds, &arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

static const struct source *text(const char *name, const char *s,
				 unsigned int order)
{
	return source_new(&arena, name, s, strlen(s), order);
}

static struct span at(const struct source *src, const char *word)
{
	const char *p = strstr(src->text, word);

	ck_assert_ptr_nonnull(p);
	return (struct span){ src, (size_t)(p - src->text),
			      (size_t)(p - src->text) + strlen(word) };
}

static const char *print(enum diag_format format, size_t max)
{
	struct diag_style style = { false, max };
	struct buf out;

	buf_init(&out, &arena);
	diags_print(&ds, format, &style, &out);
	return out.s ? out.s : "";
}

/* what stands in the output from key on, up to and with end */
static const char *part(const char *out, const char *key, const char *end)
{
	const char *from = strstr(out, key), *to;

	ck_assert_msg(from != NULL, "no %s in %s", key, out);
	to = strstr(from + strlen(key), end);
	ck_assert_ptr_nonnull(to);
	return arena_strndup(&arena, from,
			     (size_t)(to - from) + strlen(end));
}

START_TEST(names)
{
	unsigned int i;

	for (i = 0; i < DIAG_FORMATS; i++)
		ck_assert_uint_eq(diag_format_by_name(diag_format_name(i)), i);
	ck_assert_uint_eq(diag_format_by_name("xml"), DIAG_FORMATS);
	ck_assert_uint_eq(diag_format_by_name(""), DIAG_FORMATS);
}
END_TEST

START_TEST(nothing_to_say)
{
	ck_assert_str_eq(print(DIAG_FORMAT_TEXT, 0), "");
	ck_assert_str_eq(print(DIAG_FORMAT_JSON, 0),
		"{\"messages\":[],\"errors\":0,\"warnings\":0,"
		"\"errors_left_out\":0,\"warnings_left_out\":0}\n");
	ck_assert_str_eq(print(DIAG_FORMAT_GITHUB, 0), "");
	ck_assert_str_eq(print(DIAG_FORMAT_GITLAB, 0), "[]\n");
	ck_assert_ptr_nonnull(strstr(print(DIAG_FORMAT_SARIF, 0),
				     "\"results\":[]"));
}
END_TEST

static void one_of_each(void)
{
	const struct source *src = text("a.imapol", "one two\nthree\n", 0);
	const struct source *other = text("b.imapol", "four\n", 1);
	struct diag *d = diag_add(&ds, DIAG_SYNTAX, at(src, "two"), "wrong");

	diag_also(d, at(other, "four"));
	diag_note(&ds, d, at(src, "three"), "there");
	diag_note(&ds, d, NO_SPAN, "do this");
	diag_edit(&ds, d, at(src, "two"), "2", true);
	diag_add(&ds, DIAG_NO_TARGET, NO_SPAN, "no kernel");
}

START_TEST(json)
{
	one_of_each();
	ck_assert_str_eq(print(DIAG_FORMAT_JSON, 0),
		"{\"messages\":["
		"{\"code\":\"no-target\",\"severity\":\"error\","
		"\"can_be_off\":false,\"text\":\"no kernel\",\"place\":null,"
		"\"also\":[],\"notes\":[],\"edits\":[]},"
		"{\"code\":\"syntax\",\"severity\":\"error\","
		"\"can_be_off\":false,\"text\":\"wrong\","
		"\"place\":{\"file\":\"a.imapol\",\"line\":1,\"column\":5,"
		"\"end_line\":1,\"end_column\":8,\"start\":4,\"end\":7},"
		"\"also\":[{\"file\":\"b.imapol\",\"line\":1,\"column\":1,"
		"\"end_line\":1,\"end_column\":5,\"start\":0,\"end\":4}],"
		"\"notes\":[{\"text\":\"there\","
		"\"place\":{\"file\":\"a.imapol\",\"line\":2,\"column\":1,"
		"\"end_line\":2,\"end_column\":6,\"start\":8,\"end\":13}},"
		"{\"text\":\"do this\",\"place\":null}],"
		"\"edits\":[{\"place\":{\"file\":\"a.imapol\",\"line\":1,"
		"\"column\":5,\"end_line\":1,\"end_column\":8,"
		"\"start\":4,\"end\":7},\"text\":\"2\",\"sure\":true}]}],"
		"\"errors\":2,\"warnings\":0,"
		"\"errors_left_out\":0,\"warnings_left_out\":0}\n");
}
END_TEST

START_TEST(github)
{
	one_of_each();
	ck_assert_str_eq(print(DIAG_FORMAT_GITHUB, 0),
		"::error title=no-target::no kernel\n"
		"::error file=a.imapol,line=1,endLine=1,col=5,endColumn=8,"
		"title=syntax::wrong%0Aa.imapol:2:1: note: there"
		"%0Anote: do this\n");
}
END_TEST

START_TEST(github_escapes)
{
	const struct source *src = text("a,b:c%\n.imapol", "x\ny\n", 0);

	diag_add(&ds, DIAG_SYNTAX, (struct span){ src, 0, 3 },
		 "50%% of: this,\nand that");
	ck_assert_str_eq(print(DIAG_FORMAT_GITHUB, 0),
		"::error file=a%2Cb%3Ac%25<0a>.imapol,line=1,endLine=2,"
		"title=syntax::50%25 of: this,<0a>and that\n");
}
END_TEST

START_TEST(gitlab)
{
	const char *out;

	one_of_each();
	out = print(DIAG_FORMAT_GITLAB, 0);
	ck_assert_ptr_nonnull(strstr(out,
		"\"severity\":\"major\",\"location\":{\"path\":\"imapolc\","
		"\"lines\":{\"begin\":1,\"end\":1}}},"
		"{\"description\":\"wrong\\u000aa.imapol:2:1: note: there"
		"\\u000anote: do this\",\"check_name\":\"syntax\","));
	ck_assert_ptr_nonnull(strstr(out,
		"\"location\":{\"path\":\"a.imapol\","
		"\"lines\":{\"begin\":1,\"end\":1}}}]\n"));
}
END_TEST

START_TEST(gitlab_paths)
{
	static const char *const paths[][2] = {
		{ "./a", "\"path\":\"a\"" }, { ".//./a", "\"path\":\"a\"" },
		{ ".a", "\"path\":\".a\"" }, { "../a", "\"path\":\"../a\"" },
		{ "/a", "\"path\":\"/a\"" }, { "\xff", "\"path\":\"<ff>\"" },
	};

	diag_add(&ds, DIAG_SYNTAX, at(text(paths[_i][0], "x", 0), "x"), "y");
	ck_assert_ptr_nonnull(strstr(print(DIAG_FORMAT_GITLAB, 0),
				     paths[_i][1]));
}
END_TEST

/* the fingerprint of each message, in order */
static const char *prints(void)
{
	const char *p = print(DIAG_FORMAT_GITLAB, 0);
	struct buf out;

	buf_init(&out, &arena);
	while ((p = strstr(p, "\"fingerprint\":\""))) {
		p += strlen("\"fingerprint\":\"");
		buf_add(&out, p, strcspn(p, "\""));
		buf_putc(&out, ' ');
	}
	return out.s ? out.s : "";
}

/* the same line, elsewhere: the same; the same twice: two */
START_TEST(fingerprints)
{
	const struct source *src = text("a", "x y\n", 0);
	const char *one, *two, *moved, *end;

	diag_add(&ds, DIAG_SYNTAX, at(src, "x"), "m");
	one = prints();
	ck_assert_uint_eq(strlen(one), 17);
	diag_add(&ds, DIAG_SYNTAX, at(src, "y"), "m");
	two = prints();
	ck_assert(!strncmp(one, two, 16));
	ck_assert(!strncmp(one, two + 17, 16));
	ck_assert_str_eq(two + 33, ":2 ");

	diags_init(&ds, &arena);
	diag_add(&ds, DIAG_SYNTAX, at(text("a", "\n\nx y\n", 0), "x"), "m");
	moved = prints();
	ck_assert_str_eq(one, moved);

	diags_init(&ds, &arena);
	diag_add(&ds, DIAG_SYNTAX, at(text("a", "x z\n", 0), "x"), "m");
	end = prints();
	ck_assert_str_ne(one, end);
}
END_TEST

START_TEST(sarif)
{
	const char *out;

	one_of_each();
	out = print(DIAG_FORMAT_SARIF, 0);
	ck_assert_str_eq(part(out, "\"level\":\"error\",\"message\":{\"text\":\"wrong",
			      "\"partialFingerprints\""),
		"\"level\":\"error\","
		"\"message\":{\"text\":\"wrong\\u000anote: do this\"},"
		"\"locations\":[{\"physicalLocation\":{"
		"\"artifactLocation\":{\"uri\":\"a.imapol\"},"
		"\"region\":{\"startLine\":1,\"startColumn\":5,"
		"\"endLine\":1,\"endColumn\":8}}}],"
		"\"relatedLocations\":[{\"id\":1,\"physicalLocation\":{"
		"\"artifactLocation\":{\"uri\":\"b.imapol\"},"
		"\"region\":{\"startLine\":1,\"startColumn\":1,"
		"\"endLine\":1,\"endColumn\":5}},"
		"\"message\":{\"text\":\"and here\"}},"
		"{\"id\":2,\"physicalLocation\":{"
		"\"artifactLocation\":{\"uri\":\"a.imapol\"},"
		"\"region\":{\"startLine\":2,\"startColumn\":1,"
		"\"endLine\":2,\"endColumn\":6}},"
		"\"message\":{\"text\":\"there\"}}],"
		"\"partialFingerprints\"");
	ck_assert_str_eq(part(out, "\"fixes\":[{", "}]}]}]"),
		"\"fixes\":[{\"description\":{"
		"\"text\":\"what --fix would make\"},\"artifactChanges\":[{"
		"\"artifactLocation\":{\"uri\":\"a.imapol\"},"
		"\"replacements\":[{\"deletedRegion\":{\"startLine\":1,"
		"\"startColumn\":5,\"endLine\":1,\"endColumn\":8},"
		"\"insertedContent\":{\"text\":\"2\"}}]}]}]");
	/* without a place there is no location */
	ck_assert_ptr_nonnull(strstr(out, "\"no kernel\"},\"locations\":[],"));
}
END_TEST

/* sure ones of two sources make one fix, each of the others one of its own */
START_TEST(sarif_fixes)
{
	const struct source *a = text("a", "a1 a2 a3", 0);
	const struct source *b = text("b", "b1", 1);
	struct diag *d = diag_add(&ds, DIAG_SYNTAX, at(a, "a1"), "m");
	const char *out, *p;
	int n = 0;

	diag_edit(&ds, d, at(a, "a1"), "s1", true);
	diag_edit(&ds, d, at(a, "a2"), "g1", false);
	diag_edit(&ds, d, at(b, "b1"), "s2", true);
	diag_edit(&ds, d, at(a, "a3"), "s3", true);
	diag_edit(&ds, d, at(b, "b1"), "\xff", false);
	out = part(print(DIAG_FORMAT_SARIF, 0), "\"fixes\":[", "\n");
	for (p = out; (p = strstr(p, "\"description\"")); p++)
		n++;
	ck_assert_int_eq(n, 2);
	n = 0;
	for (p = out; (p = strstr(p, "\"replacements\"")); p++)
		n++;
	ck_assert_int_eq(n, 3);
	ck_assert_ptr_nonnull(part(out, "\"s1\"", "\"s3\""));
	ck_assert_ptr_nonnull(part(out, "\"s3\"", "\"s2\""));
	ck_assert_ptr_nonnull(part(out, "\"s2\"", "\"g1\""));
}
END_TEST

START_TEST(sarif_paths)
{
	static const char *const paths[][2] = {
		{ "a b.imapol", "\"uri\":\"a%20b.imapol\"" },
		{ "c:d/e", "\"uri\":\"c%3Ad/e\"" },
		{ "/etc/x", "\"uri\":\"file:///etc/x\"" },
		{ "//etc/x", "\"uri\":\"file:///etc/x\"" },
		{ "<stdin>", "\"uri\":\"%3Cstdin%3E\"" },
		{ "\xff\"\\%", "\"uri\":\"%FF%22%5C%25\"" },
		{ "\xc3\xa4", "\"uri\":\"%C3%A4\"" },
	};

	diag_add(&ds, DIAG_SYNTAX, at(text(paths[_i][0], "x", 0), "x"), "y");
	ck_assert_ptr_nonnull(strstr(print(DIAG_FORMAT_SARIF, 0),
				     paths[_i][1]));
}
END_TEST

START_TEST(sarif_braces)
{
	diag_add(&ds, DIAG_SYNTAX, NO_SPAN, "no `/{a,b}`");
	ck_assert_ptr_nonnull(strstr(print(DIAG_FORMAT_SARIF, 0),
				     "\"no `/{{a,b}}`\""));
}
END_TEST

/* columns: bytes in JSON, characters elsewhere; a stray byte is one */
START_TEST(columns)
{
	const struct source *src = text("a",
		"\xc3\xa4\xf0\x9f\x98\x80\xff\t\xe2\x82\xacword\n", 0);

	diag_add(&ds, DIAG_SYNTAX, at(src, "word"), "m");
	ck_assert_ptr_nonnull(strstr(print(DIAG_FORMAT_JSON, 0),
		"\"column\":12,\"end_line\":1,\"end_column\":16,"
		"\"start\":11,\"end\":15"));
	ck_assert_ptr_nonnull(strstr(print(DIAG_FORMAT_SARIF, 0),
		"\"startColumn\":6,\"endLine\":1,\"endColumn\":10"));
	ck_assert_ptr_nonnull(strstr(print(DIAG_FORMAT_GITHUB, 0),
				     "col=6,endColumn=10"));
}
END_TEST

START_TEST(end_of_text)
{
	const struct source *src = text("a", "x\n", 0);

	diag_add(&ds, DIAG_SYNTAX, (struct span){ src, 2, 2 }, "m");
	ck_assert_ptr_nonnull(strstr(print(DIAG_FORMAT_SARIF, 0),
		"\"startLine\":2,\"startColumn\":1,"
		"\"endLine\":2,\"endColumn\":1"));
}
END_TEST

START_TEST(caps)
{
	const struct source *src = text("a", "a b c d", 0);
	const char *p;

	for (p = "abcd"; *p; p++)
		diag_add(&ds, *p == 'b' ? DIAG_LABEL_SCOPED : DIAG_SYNTAX,
			 at(src, (char[]){ *p, '\0' }), "m%c", *p);
	ck_assert_ptr_nonnull(strstr(print(DIAG_FORMAT_JSON, 1),
		"\"errors\":3,\"warnings\":1,\"errors_left_out\":2,"
		"\"warnings_left_out\":0}"));
	ck_assert_ptr_null(strstr(print(DIAG_FORMAT_JSON, 1), "mc"));
	ck_assert_ptr_nonnull(strstr(print(DIAG_FORMAT_GITHUB, 1),
		"::notice title=imapolc::... and 2 more errors "
		"(--max-errors 0 shows all)\n"));
	ck_assert_ptr_nonnull(strstr(print(DIAG_FORMAT_SARIF, 1),
		"\"toolExecutionNotifications\":[{\"message\":{\"text\":"
		"\"... and 2 more errors"));
	ck_assert_ptr_null(strstr(print(DIAG_FORMAT_GITLAB, 1), "mc"));
}
END_TEST

/* whatever bytes there are, all but JSON is UTF-8, and no control is bare */
START_TEST(hostile)
{
	const struct source *src = text("\xff\n\x1b[31m", "\xfe\n", 0);
	struct diag *d = diag_add(&ds, DIAG_SYNTAX,
				  (struct span){ src, 0, 1 },
				  "\xc3(\x1b]\xe2\x80\xae");
	unsigned int i;

	diag_note(&ds, d, (struct span){ src, 0, 2 }, "\xed\xa0\x80\r\n::");
	for (i = DIAG_FORMAT_JSON; i < DIAG_FORMATS; i++) {
		const char *out = print(i, 0), *p;
		uint32_t c;
		size_t n;

		for (p = out; *p; p += n) {
			n = utf8_decode(p, strlen(p), &c);
			ck_assert_uint_ne(n, 0);
			ck_assert(c >= ' ' && c != 0x7f ? true :
				  c == '\n' && !p[1]);
		}
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("diag_print");
	TCase *tc = tcase_create("diag_print");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, names);
	tcase_add_test(tc, nothing_to_say);
	tcase_add_test(tc, json);
	tcase_add_test(tc, github);
	tcase_add_test(tc, github_escapes);
	tcase_add_test(tc, gitlab);
	tcase_add_loop_test(tc, gitlab_paths, 0, 6);
	tcase_add_test(tc, fingerprints);
	tcase_add_test(tc, sarif);
	tcase_add_test(tc, sarif_fixes);
	tcase_add_loop_test(tc, sarif_paths, 0, 7);
	tcase_add_test(tc, sarif_braces);
	tcase_add_test(tc, columns);
	tcase_add_test(tc, end_of_text);
	tcase_add_test(tc, caps);
	tcase_add_test(tc, hostile);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
