/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "baseline.h"
#include "filelabel.h"
#include "json.h"
#include "jsonread.h"
#include "tally.h"
#include "tmpdir.h"

/* What was found, kept on disk, counted, and held against what was known. */

static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

static struct finding refused(const char *path, const char *cause, int rule)
{
	struct finding f = {
		.kind = FINDING_FILE, .path = path,
		.refused = JUDGE_BIT(JUDGE_EXEC), .n_ops = 1,
	};

	f.ops[0] = (struct finding_op){ JUDGE_EXEC, {
		.answer = JUDGE_REFUSED, .cause = cause, .rule = rule,
		.leaked = -1 } };
	return f;
}

/* ---- findings ---- */

START_TEST(come_back)
{
	enum { N = 20000 };
	struct findings *f = findings_new(&arena);
	struct finding x, y;
	char path[64], *longest = arena_alloc(&arena, 300001);
	size_t i, pass;

	memset(longest, 'x', 300000);
	longest[0] = '/';
	longest[300000] = '\0';
	for (i = 0; i < N; i++) {
		snprintf(path, sizeof(path), "/dir/%zu", i);
		x = refused(i == 777 ? longest : path, "missing-hash", (int)i);
		x.label = i % 2 ? "u:r:t" : NULL;
		x.n_ops = i % 3;
		ck_assert(findings_add(f, &x));
	}
	x = (struct finding){ .kind = FINDING_MISS, .path = "/gone",
			      .why = TREE_VANISHED, .error = 5, .text = "x" };
	ck_assert(findings_add(f, &x));
	for (pass = 0; pass < 2; pass++) {
		ck_assert(findings_rewind(f));
		for (i = 0; i < N; i++) {
			ck_assert(findings_next(f, &y));
			snprintf(path, sizeof(path), "/dir/%zu", i);
			ck_assert_str_eq(y.path, i == 777 ? longest : path);
			ck_assert_uint_eq(y.n_ops, i % 3);
			if (y.n_ops)
				ck_assert_int_eq(y.ops[0].at.rule, (int)i);
			ck_assert_uint_eq(y.package, pass && i % 5 == 0 ? i : 0);
			ck_assert(i % 2 ? !strcmp(y.label, "u:r:t") : !y.label);
			ck_assert_ptr_null(y.seal);
			if (i % 5 == 0)
				ck_assert(findings_set_package(f, y.at,
							       (uint32_t)i));
		}
		ck_assert(findings_next(f, &y));
		ck_assert_int_eq(y.kind, FINDING_MISS);
		ck_assert_str_eq(y.path, "/gone");
		ck_assert_str_eq(y.text, "x");
		ck_assert(!findings_next(f, &y));
		ck_assert_int_eq(errno, 0);
	}
	findings_free(f);
}
END_TEST

START_TEST(no_place)
{
	setenv("TMPDIR", "/nonesuch", 1);
	ck_assert_ptr_null(findings_new(&arena));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_ptr_null(tmpdir_new(&arena));
	unsetenv("TMPDIR");
}
END_TEST

/* ---- counts ---- */

START_TEST(counted_by_statement)
{
	static const char *const paths[] = {
		"/usr/bin/a", "/usr/bin/b", "/usr/lib/x/deep/er/c", "/top",
	};
	struct source src = { .name = "p" };
	struct policy p = { 0 };
	struct packages packages = { .arena = &arena };
	struct tally t;
	struct finding f;
	size_t i;

	/* two statements, of which the first made two rules */
	for (i = 0; i < 3; i++)
		vec_push(&arena, &p.rules, (struct policy_rule){
			.origin = { &src, i / 2 * 10, i / 2 * 10 + 5 } });
	vec_push(&arena, &packages.names, "coreutils");
	tally_init(&t, &arena, &p);
	for (i = 0; i < 4; i++) {
		f = refused(paths[i], i ? "missing-hash" : NULL, (int)i % 3);
		f.package = i < 2;
		tally_add(&t, &packages, &f);
	}
	tally_sort(&t);
	ck_assert_uint_eq(t.groups.n, 2);
	ck_assert_int_eq(t.groups.v[0].rule, 0);
	ck_assert_uint_eq(t.groups.v[0].files, 3);
	ck_assert_uint_eq(t.groups.v[0].op[JUDGE_EXEC], 3);
	ck_assert_uint_eq(t.groups.v[0].causes.rows.v[0].n, 2);
	ck_assert_ptr_null(t.groups.v[0].causes.rows.v[1].name);
	ck_assert_str_eq(t.groups.v[0].dirs.rows.v[0].name, "/usr/bin");
	ck_assert_str_eq(t.groups.v[0].dirs.rows.v[1].name, "/");
	ck_assert_str_eq(t.groups.v[0].packages.rows.v[0].name, "coreutils");
	ck_assert_str_eq(t.groups.v[1].dirs.rows.v[0].name, "/usr/lib/x");
}
END_TEST

START_TEST(tables_stay_small)
{
	struct policy p = { 0 };
	struct packages packages = { .arena = &arena };
	struct tally t;
	struct finding f;
	char path[64];
	size_t i;

	tally_init(&t, &arena, &p);
	for (i = 0; i < 3 * TALLY_MAX; i++) {
		snprintf(path, sizeof(path), "/%zu/x", i);
		f = refused(path, NULL, -1);
		tally_add(&t, &packages, &f);
	}
	ck_assert_uint_eq(t.groups.v[0].dirs.rows.n, TALLY_MAX);
	ck_assert_uint_eq(t.groups.v[0].dirs.rest, 2 * TALLY_MAX);
}
END_TEST

/* ---- what was known ---- */

static struct baseline *read_baseline(const char *text, const char **why)
{
	FILE *file = tmpfile();
	struct baseline *b;

	ck_assert_uint_eq(fwrite(text, 1, strlen(text), file), strlen(text));
	fflush(file);
	rewind(file);
	b = baseline_read(&arena, fileno(file), false, why);
	fclose(file);
	return b;
}

START_TEST(known_by_cause)
{
	static const char text[] =
		" {\"x\":[{\"a\":\"}]\\\"\"},1e5,null],\"findings\":["
		"{\"path\":\"/a\",\"operations\":{\"exec\":{\"answer\":"
		"\"refused\",\"cause\":\"missing-hash\",\"more\":{}}}},"
		"{\"operations\":{\"exec\":{\"cause\":null,\"answer\":"
		"\"refused\"}},\"path\":\"/s\\u00e9\\udcff\\n\\ud83d\\ude00\"},"
		"{\"path\":\"/u\",\"operations\":{\"exec\":{\"answer\":"
		"\"unknown\",\"cause\":null}}},"
		"{\"path\":\"/gone\",\"operations\":{\"exec\":{\"answer\":"
		"\"refused\"}}}]}\n";
	const char *why, *first;
	struct baseline *b = read_baseline(text, &why);
	struct finding f;

	ck_assert_ptr_nonnull(b);
	f = refused("/a", "missing-hash", 0);
	ck_assert(baseline_accepts(b, &f));
	f.ops[0].at.cause = "invalid-hash";
	ck_assert(!baseline_accepts(b, &f));
	f.ops[0].at.cause = "missing-hash";
	f.ops[0].op = JUDGE_MMAP;
	ck_assert(!baseline_accepts(b, &f));
	f.ops[1] = (struct finding_op){ JUDGE_EXEC, { .cause = "missing-hash",
				        .answer = JUDGE_REFUSED } };
	f.n_ops = 2;
	ck_assert(!baseline_accepts(b, &f));
	f.ops[0].at.answer = JUDGE_PASS;
	ck_assert(baseline_accepts(b, &f));
	f = refused("/s\xc3\xa9\xff\n\xf0\x9f\x98\x80", NULL, 0);
	ck_assert(baseline_accepts(b, &f));
	/* it could not be told, and now it can */
	f = refused("/u", NULL, 0);
	ck_assert(!baseline_accepts(b, &f));
	f.ops[0].at.answer = JUDGE_UNKNOWN;
	ck_assert(baseline_accepts(b, &f));
	f = refused("/b", "missing-hash", 0);
	ck_assert(!baseline_accepts(b, &f));
	ck_assert_uint_eq(baseline_stale(b, &first), 1);
	ck_assert_str_eq(first, "/gone");
}
END_TEST

START_TEST(known_by_name)
{
	const char *why, *first;
	struct baseline *b = read_baseline("/a\n\\/b\\nc\n", &why);
	struct finding f = refused("/b\nc", NULL, 0);

	ck_assert_ptr_nonnull(b);
	ck_assert(baseline_accepts(b, &f));
	f.path = "/b";
	ck_assert(!baseline_accepts(b, &f));
	ck_assert_uint_eq(baseline_stale(b, &first), 1);
	ck_assert_str_eq(first, "/a");
	b = read_baseline("", &why);
	ck_assert_ptr_nonnull(b);
	ck_assert(!baseline_accepts(b, &f));
}
END_TEST

START_TEST(no_baseline)
{
	static const char *const texts[] = {
		"{", "{}", "{\"findings\"", "{\"findings\":1}",
		"{\"findings\":[}", "{\"findings\":[{]}", "{\"findings\":[]",
		"{\"findings\":[]}x", "{\"findings\":[{\"path\":\"\\q\"}]}",
		"{\"findings\":[{\"path\":\"\\ud800x\"}]}", "{\"findings\":[\"",
		"{\"findings\":[{\"path\":\"a\" \"b\"}]}", "{1:2}",
	};
	const char *why;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		why = NULL;
		ck_assert_msg(!read_baseline(texts[i], &why), "%s", texts[i]);
		ck_assert_ptr_nonnull(why);
	}
}
END_TEST

/* whatever is cut or changed in it, reading ends */
START_TEST(json_of_all_kinds)
{
	static const char text[] = "{\"a\":[1,-2.5e+3,true,null,\"\\u0041\\n\"],"
		"\"b\":{\"c\":{}}}";
	char copy[sizeof(text)];
	struct jsonread r;
	const char *key;
	size_t i, len = sizeof(text) - 1;
	int c;

	for (i = 0; i <= len; i++)
		for (c = -1; c < 128; c++) {
			memcpy(copy, text, sizeof(text));
			if (c >= 0)
				copy[i % len] = (char)c;
			jsonread_init(&r, &arena, copy, c < 0 ? i : len);
			if (jsonread_enter(&r, '{'))
				while (jsonread_member(&r, &key))
					jsonread_skip(&r);
			ck_assert(jsonread_end(&r) || r.why);
			if (c < 0 && i == len)
				ck_assert_ptr_null(r.why);
		}
	memset(copy, 0, sizeof(copy));
	jsonread_init(&r, &arena, "[[[", 3);
	ck_assert(jsonread_enter(&r, '['));
	ck_assert(jsonread_element(&r));
	jsonread_skip(&r);
	ck_assert_ptr_nonnull(r.why);
}
END_TEST

START_TEST(json_there_and_back)
{
	char text[256];
	struct buf b;
	struct json j;
	struct jsonread r;
	size_t i;

	for (i = 1; i < sizeof(text); i++)
		text[i - 1] = (char)i;
	text[255] = '\0';
	buf_init(&b, &arena);
	json_init(&j, &b);
	json_text(&j, NULL, text);
	jsonread_init(&r, &arena, b.s, b.len);
	ck_assert_str_eq(jsonread_text(&r), text);
	ck_assert(jsonread_end(&r));
}
END_TEST

/* ---- labels ---- */

static struct filelabel on_disk(const char *text, size_t len,
				struct filelabel_room *room)
{
	static const struct filelabels none = { 0 };
	struct tree_attr attr = { (const uint8_t *)text, len, 0 };

	return filelabel_on_disk(&none, &attr, room);
}

START_TEST(labels)
{
	struct filelabel_room *room = arena_new(&arena, struct filelabel_room);
	struct filelabel l, other;

	l = on_disk("u:r:t:s0:c1,c2", 15, room);
	ck_assert_str_eq(l.user, "u");
	ck_assert_str_eq(l.role, "r");
	ck_assert_str_eq(l.type, "t");
	ck_assert_str_eq(l.text, "u:r:t:s0:c1,c2");
	other = on_disk("u:r:t:s0:c1,c2", 14, room);
	ck_assert_str_eq(other.type, "t");
	l = on_disk("u:r:t", 5, room);
	ck_assert_str_eq(l.type, "t");
	ck_assert_ptr_null(on_disk("", 0, room).text);
	ck_assert_ptr_null(on_disk("u:r:t\0x", 7, room).text);
	l = on_disk("nonsense", 8, room);
	ck_assert_str_eq(l.text, "nonsense");
	ck_assert_ptr_null(l.type);
	ck_assert_ptr_null(on_disk("u::t", 4, room).type);
	ck_assert_ptr_null(on_disk("u:r:", 4, room).type);
	ck_assert_ptr_null(on_disk("::", 2, room).user);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("findings");
	TCase *t = tcase_create("findings");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, come_back);
	tcase_add_test(t, no_place);
	tcase_add_test(t, counted_by_statement);
	tcase_add_test(t, tables_stay_small);
	tcase_add_test(t, known_by_cause);
	tcase_add_test(t, known_by_name);
	tcase_add_test(t, no_baseline);
	tcase_add_test(t, json_of_all_kinds);
	tcase_add_test(t, json_there_and_back);
	tcase_add_test(t, labels);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
