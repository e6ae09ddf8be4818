/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <string.h>

#include "diag.h"
#include "nearest.h"
#include "reported.h"

static struct arena arena;
static struct diags ds;
static struct buf out;

static void setup(void)
{
	arena_init(&arena);
	diags_init(&ds, &arena);
	buf_init(&out, &arena);
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

static const char *render(bool colour, size_t max)
{
	struct diag_style style = { colour, max };

	buf_init(&out, &arena);
	diags_render(&ds, &style, &out);
	return out.s ? out.s : "";
}

START_TEST(one_error)
{
	const struct source *src = text("a.imapol",
		"measure code;\nmeasure read by rooot;\n", 0);
	struct diag *d = diag_add(&ds, DIAG_SYNTAX, at(src, "rooot"),
				  "no user is called \"%s\"", "rooot");

	diag_note(&ds, d, NO_SPAN, "did you mean \"root\"");
	ck_assert_str_eq(render(false, 0),
		"a.imapol:2:17: error: no user is called \"rooot\" [syntax]\n"
		"    2 | measure read by rooot;\n"
		"      |                 ^~~~~\n"
		"note: did you mean \"root\"\n");
	ck_assert_uint_eq(ds.n_errors, 1);
}
END_TEST

START_TEST(several_spans)
{
	const struct source *src = text("a", "one two three\nfour\n", 0);
	const struct source *other = text("b", "five\n", 1);
	struct diag *d = diag_add(&ds, DIAG_SYNTAX, at(src, "two"), "x");

	diag_also(d, at(src, "one"));
	diag_also(d, at(src, "four"));
	diag_also(d, at(other, "five"));
	diag_also(d, at(src, "two"));
	diag_note(&ds, d, at(src, "three"), "y");
	ck_assert_str_eq(render(false, 0),
		"a:1:5: error: x [syntax]\n"
		"    1 | one two three\n"
		"      | ~~~ ^~~\n"
		"    2 | four\n"
		"      | ~~~~\n"
		"b:1:1: note: and here\n"
		"    1 | five\n"
		"      | ^~~~\n"
		"a:1:9: note: y\n"
		"    1 | one two three\n"
		"      |         ^~~~~\n");
}
END_TEST

START_TEST(too_many_spans)
{
	const struct source *src = text("a", "a b c d e f g\n", 0);
	struct diag *d = diag_add(&ds, DIAG_SYNTAX, at(src, "a"), "x");
	const char *p;

	for (p = "bcdefg"; *p; p++)
		diag_also(d, at(src, (char[]){ *p, '\0' }));
	ck_assert_uint_eq(d->n_more, DIAG_MAX_SPANS);
	ck_assert_ptr_nonnull(strstr(render(false, 0),
				     "\n      | ^ ~ ~ ~ ~\n"));
}
END_TEST

START_TEST(no_place)
{
	diag_add(&ds, DIAG_NO_TARGET, NO_SPAN, "no kernel");
	ck_assert_str_eq(render(false, 0),
			 "imapolc: error: no kernel [no-target]\n");
}
END_TEST

START_TEST(end_of_text)
{
	const struct source *src = text("a", "measure", 0);
	const struct source *empty = text("b", "", 1);

	diag_add(&ds, DIAG_SYNTAX, (struct span){ src, 7, 7 }, "x");
	diag_add(&ds, DIAG_SYNTAX, (struct span){ empty, 0, 0 }, "y");
	ck_assert_str_eq(render(false, 0),
		"a:1:8: error: x [syntax]\n"
		"    1 | measure\n"
		"      |        ^\n"
		"b:1:1: error: y [syntax]\n"
		"    1 | \n"
		"      | ^\n");
}
END_TEST

START_TEST(span_over_lines)
{
	const struct source *src = text("a", "within x {\n a;\n}\n", 0);

	diag_add(&ds, DIAG_SYNTAX, (struct span){ src, 0, 16 }, "x");
	ck_assert_str_eq(render(false, 0),
		"a:1:1: error: x [syntax]\n"
		"    1 | within x {\n"
		"      | ^~~~~~~~~~~\n");
}
END_TEST

START_TEST(tabs)
{
	const struct source *src = text("a", "\tab\tword\n", 0);

	diag_add(&ds, DIAG_SYNTAX, at(src, "word"), "x");
	ck_assert_ptr_nonnull(strstr(render(false, 0),
		"    1 |         ab      word\n"
		"      |                 ^~~~\n"));
}
END_TEST

START_TEST(nothing_to_fake)
{
	const char *got;
	/* escapes, a bidirectional override, a carriage return, bad UTF-8 */
	const struct source *src = text("a\033[2Jb",
		"x\033[31m \342\200\256 \r \377 word\n", 0);

	diag_add(&ds, DIAG_SYNTAX, at(src, "word"), "name \033]0;t\007\n%s",
		 "a:1:1: error: lie");
	got = render(false, 0);
	ck_assert_str_eq(got,
		"a<1b>[2Jb:1:16: error: name <1b>]0;t<07><0a>a:1:1: error: "
		"lie [syntax]\n"
		"    1 | x<1b>[31m <U+202E> <0d> <ff> word\n"
		"      |                              ^~~~\n");
}
END_TEST

START_TEST(wide_and_narrow)
{
	/* two columns each, one without any, two bytes in one column */
	const struct source *src = text("a",
		"\346\227\245\346\234\254 e\314\201 \303\251 word\n", 0);

	diag_add(&ds, DIAG_SYNTAX, at(src, "word"), "x");
	ck_assert_ptr_nonnull(strstr(render(false, 0),
				     "\n      |          ^~~~\n"));
}
END_TEST

START_TEST(long_line)
{
	char *s = arena_alloc(&arena, 5001), *line, *caret;
	const struct source *src;

	memset(s, 'a', 5000);
	s[5000] = '\0';
	memcpy(s + 2500, "word", 4);
	src = text("a", s, 0);
	diag_add(&ds, DIAG_SYNTAX, at(src, "word"), "x");
	render(false, 0);
	line = strstr(out.s, "    1 | ");
	ck_assert_ptr_nonnull(line);
	caret = strstr(line, "\n      | ");
	ck_assert_ptr_nonnull(caret);
	/* the caret stands under the word, both ends are cut */
	ck_assert_uint_lt((size_t)(caret - line), 130);
	ck_assert_int_eq(strncmp(line + 8, "...a", 4), 0);
	ck_assert_int_eq(strncmp(caret - 4, "a...", 4), 0);
	ck_assert_int_eq(strstr(line, "word") - line,
			 strchr(caret, '^') - (caret + 1));
}
END_TEST

START_TEST(far_apart_on_one_line)
{
	char *s = arena_alloc(&arena, 5001);
	const struct source *src;
	struct diag *d;

	memset(s, 'a', 5000);
	s[5000] = '\0';
	memcpy(s + 2500, "word", 4);
	memcpy(s + 4500, "other", 5);
	src = text("a", s, 0);
	d = diag_add(&ds, DIAG_SYNTAX, at(src, "word"), "x");
	diag_also(d, at(src, "other"));
	render(false, 0);
	ck_assert_ptr_nonnull(strstr(out.s, "other"));
	ck_assert_ptr_nonnull(strstr(out.s, "^~~~\n"));
	ck_assert_ptr_nonnull(strstr(out.s, " ~~~~~\n"));
}
END_TEST

START_TEST(sorted_and_once)
{
	const struct source *b = text("b", "x y\n", 1);
	const struct source *a = text("a", "x y\n", 0);
	struct diag *d;

	diag_add(&ds, DIAG_SYNTAX, at(b, "x"), "3");
	diag_add(&ds, DIAG_SYNTAX, at(a, "y"), "2");
	d = diag_add(&ds, DIAG_SYNTAX, at(a, "x"), "1");
	diag_note(&ds, d, NO_SPAN, "n");
	/* the same again changes nothing */
	ck_assert_ptr_eq(d, diag_add(&ds, DIAG_SYNTAX, at(a, "x"), "1"));
	diag_note(&ds, d, NO_SPAN, "n");
	/* another code at the place is another message */
	diag_add(&ds, DIAG_BAD_NUMBER, at(a, "x"), "1");
	ck_assert_uint_eq(ds.n_errors, 4);
	ck_assert_str_eq(render(false, 0),
		"a:1:1: error: 1 [syntax]\n"
		"    1 | x y\n      | ^\n"
		"note: n\n"
		"a:1:1: error: 1 [bad-number]\n"
		"    1 | x y\n      | ^\n"
		"a:1:3: error: 2 [syntax]\n"
		"    1 | x y\n      |   ^\n"
		"b:1:1: error: 3 [syntax]\n"
		"    1 | x y\n      | ^\n");
}
END_TEST

START_TEST(edits)
{
	const struct source *a = text("a", "x y\n", 0);
	char word[] = "xx";
	struct diag *d = diag_add(&ds, DIAG_SYNTAX, at(a, "x"), "1");

	diag_edit(&ds, d, at(a, "x"), word, true);
	diag_edit(&ds, d, at(a, "y"), "", false);
	diag_edit(&ds, d, at(a, "x"), "xx", true);
	word[0] = 'z';
	ck_assert_str_eq(d->edits->text, "xx");
	ck_assert(d->edits->sure && !d->edits->next->sure);
	ck_assert_ptr_null(d->edits->next->next);
	/* of a warning that is off nothing is kept */
	ck_assert(diags_option(&ds, "no-tmpfs-hole"));
	d = diag_add(&ds, DIAG_TMPFS_HOLE, at(a, "y"), "2");
	diag_edit(&ds, d, at(a, "y"), "z", true);
	ck_assert_ptr_null(d->edits);
}
END_TEST

START_TEST(capped)
{
	char *s = arena_alloc(&arena, 101);
	const struct source *src;
	size_t i;

	memset(s, 'a', 100);
	s[100] = '\0';
	src = text("a", s, 0);
	for (i = 0; i < 30; i++)
		diag_add(&ds, DIAG_SYNTAX, (struct span){ src, i, i + 1 },
			 "e%zu", i);
	for (i = 40; i < 43; i++)
		diag_add(&ds, DIAG_ASSUMES_CONFIG,
			 (struct span){ src, i, i + 1 }, "w%zu", i);
	render(false, 2);
	ck_assert_ptr_nonnull(strstr(out.s, "error: e1 ["));
	ck_assert_ptr_null(strstr(out.s, "error: e2 ["));
	ck_assert_ptr_nonnull(strstr(out.s, "warning: w41 ["));
	ck_assert_ptr_null(strstr(out.s, "warning: w42 ["));
	ck_assert_ptr_nonnull(strstr(out.s, "\n... and 28 more errors, "
		"1 more warning (--max-errors 0 shows all)\n"));
	render(false, 0);
	ck_assert_ptr_nonnull(strstr(out.s, "error: e29 ["));
	ck_assert_ptr_null(strstr(out.s, "..."));
}
END_TEST

START_TEST(many)
{
	const struct source *src;
	size_t i, n = 200000;
	char *s = arena_alloc(&arena, n + 1);

	memset(s, 'a', n);
	s[n] = '\0';
	src = text("a", s, 0);
	for (i = 0; i < n; i++)
		diag_add(&ds, DIAG_SYNTAX, (struct span){ src, i, i + 1 },
			 "e");
	ck_assert_uint_eq(ds.n_errors, n);
	render(false, 0);
	ck_assert_uint_gt(out.len, n);
}
END_TEST

START_TEST(warnings)
{
	struct diag *d;

	diag_add(&ds, DIAG_ASSUMES_CONFIG, NO_SPAN, "a");
	ck_assert(diags_option(&ds, "no-assumes-config"));
	d = diag_add(&ds, DIAG_ASSUMES_CONFIG, NO_SPAN, "b");
	diag_note(&ds, d, NO_SPAN, "b");
	ck_assert(diags_option(&ds, "error=assumes-config"));
	diag_add(&ds, DIAG_ASSUMES_CONFIG, NO_SPAN, "c");
	ck_assert(diags_option(&ds, "assumes-config"));
	diag_add(&ds, DIAG_ASSUMES_CONFIG, NO_SPAN, "d");
	ck_assert(diags_option(&ds, "error"));
	diag_add(&ds, DIAG_ASSUMES_CONFIG, NO_SPAN, "e");
	ck_assert(diags_option(&ds, "no-error=assumes-config"));
	diag_add(&ds, DIAG_ASSUMES_CONFIG, NO_SPAN, "f");
	ck_assert_uint_eq(ds.n_warnings, 3);
	ck_assert_uint_eq(ds.n_errors, 2);
	ck_assert_str_eq(render(false, 0),
		"imapolc: warning: a [-Wassumes-config]\n"
		"imapolc: error: c [-Werror=assumes-config]\n"
		"imapolc: warning: d [-Wassumes-config]\n"
		"imapolc: error: e [-Werror=assumes-config]\n"
		"imapolc: warning: f [-Wassumes-config]\n");
}
END_TEST

START_TEST(warning_names)
{
	/* an error is no warning, whatever comes before its name */
	ck_assert(!diags_option(&ds, "syntax"));
	ck_assert(!diags_option(&ds, "no-syntax"));
	ck_assert(!diags_option(&ds, "error=syntax"));
	ck_assert(!diags_option(&ds, "nonesuch"));
	ck_assert(!diags_option(&ds, ""));
	ck_assert(!diags_option(&ds, "no-"));
	ck_assert(!diags_option(&ds, "error="));
}
END_TEST

START_TEST(colour)
{
	const struct source *src = text("a", "x\n", 0);

	diag_add(&ds, DIAG_SYNTAX, at(src, "x"), "m");
	ck_assert_ptr_null(strchr(render(false, 0), '\033'));
	ck_assert_str_eq(render(true, 0),
		"\033[1ma:1:1: \033[0m\033[1;31merror: \033[0mm [syntax]\n"
		"    1 | x\n"
		"      | \033[1;32m^\033[0m\n");
}
END_TEST

START_TEST(nearest)
{
	static const char *const names[] = { "measure", "appraise", "audit",
					     "hash", "exempt", "a" };
	static const struct { const char *word, *want; } cases[] = {
		{ "mesure", "measure" }, { "Measure", "measure" },
		{ "apprasie", "appraise" }, { "hahs", "hash" },
		{ "audti", "audit" }, { "exmept", "exempt" },
		{ "zebra", NULL }, { "", NULL }, { "x", NULL },
		{ "measurement", NULL },
	};
	char word[NEAREST_MAX + 2];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *got = nearest_name(cases[i].word, names,
					       ARRAY_SIZE(names));

		if (!cases[i].want)
			ck_assert_msg(!got, "%s: %s", cases[i].word, got);
		else
			ck_assert_str_eq(got, cases[i].want);
	}
	memset(word, 'a', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	ck_assert_ptr_null(nearest_name(word, names, ARRAY_SIZE(names)));
	ck_assert_ptr_null(nearest_name("x", names, 0));
}
END_TEST

/* ---- the table ---- */

/* errors at "key", "b c" and all of "d e f"; a warning at "any" */
static void report_some(const struct source *src)
{
	diag_add(&ds, DIAG_SYNTAX, at(src, "d e f"), "one");
	diag_add(&ds, DIAG_SYNTAX, at(src, "key"), "two");
	diag_add(&ds, DIAG_SYNTAX, at(src, "b c"), "three");
	diag_add(&ds, DIAG_NO_EFFECT, at(src, "any"), "four");
	diag_add(&ds, DIAG_SYNTAX, NO_SPAN, "five");
}

START_TEST(what_was_reported)
{
	const struct source *src = text("a", "key a b c; any d e f;", 0);
	const struct source *other = text("b", "key a b c; any d e f;", 1);
	struct span first = at(src, "key a b c;"), second = at(src, "any d e f;");
	struct reported r;

	reported_init(&r, &ds);
	ck_assert(!reported_inside(&r, first));
	ck_assert(!reported_about(&r, at(src, "key"), first));
	report_some(src);
	reported_init(&r, &ds);
	ck_assert_uint_eq(r.n, 3);

	ck_assert(reported_inside(&r, first));
	ck_assert(reported_inside(&r, second));
	ck_assert(reported_inside(&r, at(src, "key")));
	ck_assert(!reported_inside(&r, at(src, "a b")));
	ck_assert(!reported_inside(&r, at(src, "any")));
	ck_assert(!reported_inside(&r, at(src, "d e")));
	ck_assert(!reported_inside(&r, at(other, "key")));
	ck_assert(!reported_inside(&r, NO_SPAN));

	ck_assert(reported_about(&r, at(src, "key"), first));
	ck_assert(reported_about(&r, at(src, "key"), second));
	ck_assert(reported_about(&r, at(src, "c"), first));
	ck_assert(!reported_about(&r, at(src, "c"), second));
	ck_assert(reported_about(&r, at(src, "d e"), second));
	ck_assert(!reported_about(&r, at(src, "any"), second));
	ck_assert(!reported_about(&r, at(src, "a b c"), first));
	ck_assert(!reported_about(&r, at(other, "c"), at(other, "key a b c;")));
	ck_assert(!reported_about(&r, NO_SPAN, NO_SPAN));
}
END_TEST

START_TEST(codes_are_well_formed)
{
	unsigned int i, j;

	for (i = 0; i < DIAG_CODE_COUNT; i++) {
		const char *name = diag_name(i), *title = diag_title(i);
		size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

		ck_assert_msg(name[0] && !name[n], "name %s", name);
		ck_assert_msg(title[0] && title[strlen(title) - 1] != '.',
			      "title of %s", name);
		ck_assert_str_ne(name, "error");
		for (j = 0; j < DIAG_CODE_COUNT; j++) {
			ck_assert(i == j || strcmp(name, diag_name(j)) != 0);
			/* -Wno-NAME must mean one thing */
			ck_assert_msg(strncmp(name, "no-", 3) != 0 ||
				      strcmp(name + 3, diag_name(j)) != 0,
				      "%s and %s", name, diag_name(j));
		}
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("diag");
	TCase *tc = tcase_create("diag");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, one_error);
	tcase_add_test(tc, several_spans);
	tcase_add_test(tc, too_many_spans);
	tcase_add_test(tc, no_place);
	tcase_add_test(tc, end_of_text);
	tcase_add_test(tc, span_over_lines);
	tcase_add_test(tc, tabs);
	tcase_add_test(tc, nothing_to_fake);
	tcase_add_test(tc, wide_and_narrow);
	tcase_add_test(tc, long_line);
	tcase_add_test(tc, far_apart_on_one_line);
	tcase_add_test(tc, sorted_and_once);
	tcase_add_test(tc, edits);
	tcase_add_test(tc, capped);
	tcase_add_test(tc, many);
	tcase_add_test(tc, warnings);
	tcase_add_test(tc, warning_names);
	tcase_add_test(tc, colour);
	tcase_add_test(tc, nearest);
	tcase_add_test(tc, what_was_reported);
	tcase_add_test(tc, codes_are_well_formed);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
