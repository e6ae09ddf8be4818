/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "namelist.h"

static struct arena arena;
static struct buf text;
static struct namelist list;
static FILE *file;

static void setup(void)
{
	arena_init(&arena);
	buf_init(&text, &arena);
	file = tmpfile();
	ck_assert_ptr_nonnull(file);
}

static void teardown(void)
{
	fclose(file);
	arena_free(&arena);
}

static void open_list(const char *s, size_t len, bool nul)
{
	ck_assert_int_eq(ftruncate(fileno(file), 0), 0);
	ck_assert_int_eq(pwrite(fileno(file), s, len, 0), (ssize_t)len);
	ck_assert_int_eq(lseek(fileno(file), 0, SEEK_SET), 0);
	namelist_open(&list, fileno(file), nul);
}

static void expect(const char *want, size_t line)
{
	const char *name = NULL;

	ck_assert_int_eq(namelist_next(&list, &name), NAMELIST_NAME);
	ck_assert_str_eq(name, want);
	ck_assert_uint_eq(list.line, line);
}

static void expect_bad(const char *want, size_t line)
{
	const char *name = NULL;

	ck_assert_int_eq(namelist_next(&list, &name), NAMELIST_BAD);
	ck_assert_ptr_nonnull(strstr(list.why, want));
	ck_assert_uint_eq(list.line, line);
}

static void expect_end(void)
{
	const char *name = NULL;
	int i;

	for (i = 0; i < 2; i++)
		ck_assert_int_eq(namelist_next(&list, &name), NAMELIST_END);
}

#define OPEN(s, nul) open_list(s, sizeof(s) - 1, nul)

static const char *const names[] = {
	"/usr/bin/ls", "a b", " ", "\n", "a\nb", "\\", "\\n", "a\\", "\r",
	"\\\\r\r\n", "\xff\xfe", "-", "\t\x1b[31m",
};

START_TEST(names_come_back)
{
	bool nul = _i;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		namelist_put(&text, names[i], nul);
	open_list(text.s, text.len, nul);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		expect(names[i], i + 1);
	expect_end();
}
END_TEST

START_TEST(names_are_written_as_sha256sum_does)
{
	namelist_put(&text, "/a b", false);
	namelist_put(&text, "a\nb\rc\\n", false);
	ck_assert_str_eq(text.s, "/a b\n\\a\\nb\\rc\\\\n\n");
}
END_TEST

START_TEST(names_of_find_are_read)
{
	/* a backslash that does not stand first; no newline at the end */
	OPEN("a\\b\nc", false);
	expect("a\\b", 1);
	expect("c", 2);
	expect_end();
	OPEN("\\n\0\n", true);
	expect("\\n", 1);
	expect("\n", 2);
	expect_end();
	OPEN("", false);
	expect_end();
}
END_TEST

START_TEST(what_is_no_name_is_said)
{
	OPEN("a\n\nb\n\\\n\\x\n\\x\\y\n\\a\\\nc\0d\ne\n", false);
	expect("a", 1);
	expect_bad("empty", 2);
	expect("b", 3);
	expect_bad("empty", 4);
	expect("x", 5);
	expect_bad("backslash", 6);
	expect_bad("backslash", 7);
	expect_bad("-0", 8);
	expect("e", 9);
	expect_end();
	OPEN("a\0\0b\0", true);
	expect("a", 1);
	expect_bad("empty", 2);
	expect("b", 3);
	expect_end();
}
END_TEST

START_TEST(long_names)
{
	size_t i, lens[] = { PATH_MAX - 1, PATH_MAX, NAMELIST_LONGEST,
			     NAMELIST_ROOM - 1, NAMELIST_ROOM, 1000000 };

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		buf_init(&text, &arena);
		while (text.len < lens[i])
			buf_putc(&text, 'x');
		buf_puts(&text, "\nb\n");
		open_list(text.s, text.len, false);
		if (!i) {
			text.s[lens[i]] = '\0';
			expect(text.s, 1);
		} else {
			expect_bad("longer", 1);
		}
		expect("b", 2);
		expect_end();
	}
	open_list(text.s, text.len - 3, false);
	expect_bad("longer", 1);
	expect_end();
	/* each of its bytes is written as two */
	buf_init(&text, &arena);
	buf_puts(&text, "\\");
	for (i = 0; i < PATH_MAX - 1; i++)
		buf_puts(&text, "\\n");
	open_list(text.s, text.len, false);
	memset(text.s, '\n', PATH_MAX - 1);
	text.s[PATH_MAX - 1] = '\0';
	expect(text.s, 1);
	expect_end();
}
END_TEST

START_TEST(many_names_over_all_bounds)
{
	char want[32];
	size_t i;

	for (i = 0; i < 50000; i++)
		buf_printf(&text, "/a/name/%zu\n", i);
	open_list(text.s, text.len, false);
	for (i = 0; i < 50000; i++) {
		snprintf(want, sizeof(want), "/a/name/%zu", i);
		expect(want, i + 1);
	}
	expect_end();
}
END_TEST

START_TEST(what_cannot_be_read)
{
	const char *name = NULL;

	namelist_open(&list, -1, false);
	ck_assert_int_eq(namelist_next(&list, &name), NAMELIST_ERRNO);
	ck_assert_int_eq(errno, EBADF);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("namelist");
	TCase *tc = tcase_create("namelist");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, names_come_back, 0, 2);
	tcase_add_test(tc, names_are_written_as_sha256sum_does);
	tcase_add_test(tc, names_of_find_are_read);
	tcase_add_test(tc, what_is_no_name_is_said);
	tcase_add_test(tc, long_names);
	tcase_add_test(tc, many_names_over_all_bounds);
	tcase_add_test(tc, what_cannot_be_read);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
