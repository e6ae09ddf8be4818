/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "users.h"

static struct arena arena;
static struct diags ds;
static struct users u;

static void setup(void)
{
	arena_init(&arena);
	diags_init(&ds, &arena);
	users_init(&u, &arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

static const struct source *text(const char *s, size_t len)
{
	return source_new(&arena, "passwd", s, len, 0);
}

static void passwd(const char *s)
{
	users_add_passwd(&u, text(s, strlen(s)), &ds);
}

static void group(const char *s)
{
	users_add_group(&u, text(s, strlen(s)), &ds);
}

static void is_user(const char *name, uint32_t want)
{
	uint32_t id = 4242;

	ck_assert_msg(users_find_user(&u, name, &id), "no user %s", name);
	ck_assert_uint_eq(id, want);
}

static void is_no_user(const char *name)
{
	uint32_t id = 4242;

	ck_assert_msg(!users_find_user(&u, name, &id), "user %s", name);
	ck_assert_uint_eq(id, 4242);
}

START_TEST(nothing_given)
{
	uint32_t id = 1;

	is_user("root", 0);
	is_no_user("daemon");
	ck_assert(users_find_group(&u, "root", &id));
	ck_assert_uint_eq(id, 0);
	ck_assert(!users_find_group(&u, "daemon", &id));
}
END_TEST

START_TEST(well_formed)
{
	uint32_t id;

	passwd("root:x:0:0:root:/root:/bin/sh\n"
	       "daemon:x:1:1::/:/usr/sbin/nologin\n"
	       "zoe:x:1000:1000::/home/zoe:/bin/sh\n"
	       "last:x:4294967294:1::/:/bin/sh");
	group("root:x:0:\nadm:x:4:zoe,daemon\n");
	is_user("daemon", 1);
	is_user("zoe", 1000);
	is_user("last", 4294967294u);
	is_no_user("adm");
	ck_assert(users_find_group(&u, "adm", &id));
	ck_assert_uint_eq(id, 4);
	ck_assert_uint_eq(ds.n_warnings, 0);
}
END_TEST

START_TEST(root_is_zero)
{
	passwd("root:x:7:7::/:/bin/sh\n");
	is_user("root", 0);
}
END_TEST

START_TEST(first_line_counts)
{
	passwd("a:x:1:1::/:\nb:x:2:2::/:\na:x:3:3::/:\n");
	is_user("a", 1);
	passwd("a:x:4:4::/:\nc:x:5:5::/:\n");
	is_user("a", 1);
	is_user("c", 5);
}
END_TEST

START_TEST(skipped_in_silence)
{
	passwd("# a comment\n\n  \t\n+::::::\n-nis::::::\n");
	ck_assert_uint_eq(ds.n, 0);
	is_no_user("");
}
END_TEST

START_TEST(malformed)
{
	static const char *const lines[] = {
		"a", "a:x", "a:x:1", ":x:1:1::/:", "a:x::1::/:",
		"a:x:-1:1::/:", "a:x:+1:1::/:", "a:x: 1:1::/:",
		"a:x:0x1:1::/:", "a:x:1a:1::/:", "a:x:4294967295:1::/:",
		"a:x:18446744073709551617:1::/:",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		diags_init(&ds, &arena);
		passwd(lines[i]);
		ck_assert_msg(ds.n_warnings == 1, "line %s", lines[i]);
		ck_assert_int_eq(ds.v[0]->code, DIAG_USERS_FILE);
		is_no_user("a");
		is_no_user("");
	}
	/* the lines around one are read */
	passwd("b:x:1:1::/:\nbroken\nc:x:2:2::/:\n");
	is_user("b", 1);
	is_user("c", 2);
}
END_TEST

START_TEST(nul_bytes)
{
	static const char bad[] = "a\0b:x:1:1::/:\nc:x:2:2::/:\n";

	users_add_passwd(&u, text(bad, sizeof(bad) - 1), &ds);
	ck_assert_uint_eq(ds.n_warnings, 1);
	is_no_user("a");
	is_user("c", 2);
}
END_TEST

START_TEST(nearest)
{
	passwd("daemon:x:1:1::/:\nzoe:x:2:2::/:\n");
	group("wheel:x:10:\n");
	ck_assert_str_eq(users_near_user(&u, "deamon"), "daemon");
	ck_assert_str_eq(users_near_user(&u, "rooot"), "root");
	ck_assert_ptr_null(users_near_user(&u, "wheel"));
	ck_assert_str_eq(users_near_group(&u, "whel"), "wheel");
}
END_TEST

START_TEST(many)
{
	struct buf b;
	unsigned int i;
	char name[32];

	buf_init(&b, &arena);
	for (i = 0; i < 50000; i++)
		buf_printf(&b, "user%u:x:%u:1::/:\n", i * 7919 % 50000, i);
	users_add_passwd(&u, text(b.s, b.len), &ds);
	for (i = 0; i < 50000; i++) {
		snprintf(name, sizeof(name), "user%u", i * 7919 % 50000);
		is_user(name, i);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("users");
	TCase *tc = tcase_create("users");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, nothing_given);
	tcase_add_test(tc, well_formed);
	tcase_add_test(tc, root_is_zero);
	tcase_add_test(tc, first_line_counts);
	tcase_add_test(tc, skipped_in_silence);
	tcase_add_test(tc, malformed);
	tcase_add_test(tc, nul_bytes);
	tcase_add_test(tc, nearest);
	tcase_add_test(tc, many);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
