/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "jsonread.h"

static struct arena arena;
static struct buf out;
static struct json j;

static void setup(void)
{
	arena_init(&arena);
	buf_init(&out, &arena);
	json_init(&j, &out);
}

static void teardown(void)
{
	arena_free(&arena);
}

/* a statement on one line, cut between code points */
START_TEST(statement)
{
	char text[SPAN_SHOWN + 40];
	struct source *src;

	src = source_new(&arena, "a.imapol", "x\n  measure\n\t exec ;", 20,
			 0);
	json_open(&j, NULL, '{');
	json_statement(&j, &arena, (struct span){ src, 4, 20 });
	json_close(&j, '}');
	ck_assert_str_eq(out.s, "{\"file\":\"a.imapol\",\"line\":2,\"column\":3,"
			 "\"text\":\"measure exec ;\"}");
	memset(text, 'a', sizeof(text));
	memcpy(text + SPAN_SHOWN - 1, "\xc3\xa9", 2);
	src = source_new(&arena, "b", text, sizeof(text), 0);
	buf_init(&out, &arena);
	span_put_line((struct span){ src, 0, sizeof(text) }, &out);
	ck_assert_uint_eq(out.len, SPAN_SHOWN + 1 + strlen(" ..."));
	ck_assert_str_eq(out.s + SPAN_SHOWN - 1, "\xc3\xa9 ...");
}
END_TEST

START_TEST(shape)
{
	json_open(&j, NULL, '{');
	json_open(&j, "empty", '[');
	json_close(&j, ']');
	json_open(&j, "list", '[');
	json_number(&j, NULL, 1);
	json_open(&j, NULL, '{');
	json_bool(&j, "yes", true);
	json_bool(&j, "no", false);
	json_close(&j, '}');
	json_null(&j, NULL);
	json_close(&j, ']');
	json_text(&j, "text", "a");
	json_text(&j, "none", NULL);
	json_close(&j, '}');
	json_end(&j);
	json_number(&j, NULL, 0);
	json_end(&j);
	ck_assert_str_eq(out.s, "{\"empty\":[],\"list\":[1,{\"yes\":true,"
			 "\"no\":false},null],\"text\":\"a\",\"none\":null}\n"
			 "0\n");
}
END_TEST

static const struct {
	const char *in, *out;
} texts[] = {
	{ "", "\"\"" },
	{ "/usr/bin", "\"/usr/bin\"" },
	{ "\"\\", "\"\\\"\\\\\"" },
	{ "\n\t\x01\x7f", "\"\\u000a\\u0009\\u0001\\u007f\"" },
	/* UTF-8 stays */
	{ "\xc3\xa4", "\"\xc3\xa4\"" },
	{ "\xe2\x82\xac", "\"\xe2\x82\xac\"" },
	{ "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"" },
	/* but what a terminal acts on */
	{ "a\xc2\x9b\xc2\xa0", "\"a\\u009b\xc2\xa0\"" },
	{ "\xe2\x80\xae" "b\xe2\x81\xa6", "\"\\u202eb\\u2066\"" },
	/* bytes that are none: alone, cut, too long, a surrogate, too large */
	{ "a\xff", "\"a\\udcff\"" },
	{ "\xc3", "\"\\udcc3\"" },
	{ "\xe2\x82z", "\"\\udce2\\udc82z\"" },
	{ "\xc0\xaf", "\"\\udcc0\\udcaf\"" },
	{ "\xed\xb2\x80", "\"\\udced\\udcb2\\udc80\"" },
	{ "\xf4\x90\x80\x80", "\"\\udcf4\\udc90\\udc80\\udc80\"" },
};

START_TEST(bytes)
{
	json_text(&j, NULL, texts[_i].in);
	ck_assert_str_eq(out.s, texts[_i].out);
}
END_TEST

START_TEST(zero_byte)
{
	json_bytes(&j, "k", "a\0b", 3);
	ck_assert_str_eq(out.s, "\"k\":\"a\\u0000b\"");
}
END_TEST

static const struct {
	const char *in;
	bool is;
	uint64_t n;
} numbers[] = {
	{ "0", true, 0 },
	{ " 7 ", true, 7 },
	{ "18446744073709551615", true, UINT64_MAX },
	{ "18446744073709551616", false, 0 },
	{ "007", false, 0 },
	{ "-1", false, 0 },
	{ "1.0", false, 0 },
	{ "1e3", false, 0 },
	{ "\"1\"", false, 0 },
	{ "[1]", false, 0 },
	{ "null", false, 0 },
};

START_TEST(number)
{
	const char *text = buf_textf(&arena, "[%s,5]", numbers[_i].in);
	uint64_t n = 1;
	struct jsonread r;

	jsonread_init(&r, &arena, text, strlen(text));
	ck_assert(jsonread_enter(&r, '[') && jsonread_element(&r));
	ck_assert_int_eq(jsonread_number(&r, UINT64_MAX, &n), numbers[_i].is);
	ck_assert_uint_eq(n, numbers[_i].is ? numbers[_i].n : 1);
	ck_assert(jsonread_element(&r) && !jsonread_number(&r, 4, &n));
	ck_assert(!jsonread_element(&r) && jsonread_end(&r));
}
END_TEST

START_TEST(no_number)
{
	uint64_t n;
	struct jsonread r;

	jsonread_init(&r, &arena, ",", 1);
	ck_assert(!jsonread_number(&r, 1, &n));
	ck_assert_ptr_nonnull(r.why);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("json");
	TCase *tc = tcase_create("json");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, statement);
	tcase_add_test(tc, shape);
	tcase_add_loop_test(tc, bytes, 0,
			    (int)(sizeof(texts) / sizeof(texts[0])));
	tcase_add_test(tc, zero_byte);
	tcase_add_loop_test(tc, number, 0,
			    (int)(sizeof(numbers) / sizeof(numbers[0])));
	tcase_add_test(tc, no_number);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
