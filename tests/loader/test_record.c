/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake.h"
#include "loader/record.h"
#include "suites.h"

static struct fake kernel;
static struct record rec, back;

static void start(void)
{
	fake_start(&kernel);
	record_of(&rec, (struct span){ "measure\n", 8 }, "/etc/imapol/policy");
}

static void assert_digest(const char *text, size_t len, const char *hex)
{
	struct sha256 hash;
	char out[SHA256_HEX + 1];

	sha256_start(&hash);
	sha256_add(&hash, text, len);
	sha256_hex(&hash, out);
	ck_assert_str_eq(out, hex);
}

/* The examples of FIPS 180-4, and an empty message. */
START_TEST(test_vectors)
{
	static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

	assert_digest("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_digest("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_digest(two, strlen(two), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}
END_TEST

START_TEST(test_million)
{
	static char as[1000];
	struct sha256 hash;
	char out[SHA256_HEX + 1];
	size_t i, n = 1;

	memset(as, 'a', sizeof(as));
	sha256_start(&hash);
	/* in pieces of all lengths */
	for (i = 1000000; i; i -= n, n = n % sizeof(as) + 1) {
		if (n > i)
			n = i;
		sha256_add(&hash, as, n);
	}
	sha256_hex(&hash, out);
	ck_assert_str_eq(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

/* Comments, blank lines and blanks around a rule mean nothing; blanks within one do. */
START_TEST(test_same_rules)
{
	static const char plain[] = "measure uid=0\naudit\n", dressed[] = "# c\n\n\t measure uid=0 \t\n \naudit";
	static const char other[] = "measure  uid=0\naudit\n";
	struct record a, b, c;

	record_of(&a, (struct span){ plain, strlen(plain) }, "/a");
	record_of(&b, (struct span){ dressed, strlen(dressed) }, "/b");
	record_of(&c, (struct span){ other, strlen(other) }, "/c");
	ck_assert_str_eq(a.digest, b.digest);
	ck_assert_str_ne(a.digest, c.digest);
	ck_assert_uint_eq(a.rules, 2);
	/* of "measure uid=0\naudit\n", by sha256sum */
	ck_assert_str_eq(a.digest, "857dee88381390ab0df1ed1260cc8da00e50d95ad633f4a2fdb6e5d7d42409c2");
}
END_TEST

START_TEST(test_there_and_back)
{
	ck_assert_int_eq(record_write(&kernel.ops, RECORD_LOADED, &rec), 0);
	ck_assert(record_read(&kernel.ops, RECORD_LOADED, &back));
	ck_assert_str_eq(back.digest, rec.digest);
	ck_assert_uint_eq(back.rules, 1);
	ck_assert_str_eq(back.file, "/etc/imapol/policy");
	ck_assert_str_eq(back.by, "imapol-load " PACKAGE_VERSION);
	ck_assert(!record_read(&kernel.ops, RECORD_EXPECTED, &back));
	ck_assert_int_eq(fake_open_fds(&kernel), 0);
	ck_assert_ptr_null(fake_find(&kernel, RECORD_DIR "/loaded.new"));
}
END_TEST

START_TEST(test_replaced)
{
	struct record second;

	record_of(&second, (struct span){ "audit\n", 6 }, "/b\nsha256 0");
	fake_add_dir(&kernel, RECORD_DIR);
	fake_add(&kernel, RECORD_DIR "/loaded.new", "of a loader that was killed");
	ck_assert_int_eq(record_write(&kernel.ops, RECORD_LOADED, &rec), 0);
	ck_assert_int_eq(record_write(&kernel.ops, RECORD_LOADED, &second), 0);
	ck_assert(record_read(&kernel.ops, RECORD_LOADED, &back));
	ck_assert_str_eq(back.digest, second.digest);
	ck_assert_str_eq(back.file, "/b?sha256 0");
}
END_TEST

static void another_boot(void)
{
	fake_find(&kernel, "/proc/sys/kernel/random/boot_id")->data[0] = '0';
}

static void others_file(void)
{
	fake_find(&kernel, RECORD_DIR "/loaded")->uid = 1000;
}

static void group_writes_file(void)
{
	fake_find(&kernel, RECORD_DIR "/loaded")->mode |= S_IWGRP;
}

static void others_dir(void)
{
	fake_find(&kernel, RECORD_DIR)->uid = 1000;
}

static void all_write_dir(void)
{
	fake_find(&kernel, RECORD_DIR)->mode |= S_IWOTH;
}

static void no_boot_id(void)
{
	fake_find(&kernel, "/proc/sys/kernel/random/boot_id")->exists = false;
}

static void empty_boot_id(void)
{
	fake_find(&kernel, "/proc/sys/kernel/random/boot_id")->len = 0;
}

static void cut(void)
{
	fake_find(&kernel, RECORD_DIR "/loaded")->len = 60; /* in the digest */
}

static void no_file(void)
{
	fake_find(&kernel, RECORD_DIR "/loaded")->mode = S_IFIFO | 0644;
}

static void (*const spoilers[])(void) = {
	another_boot, others_file, group_writes_file, others_dir, all_write_dir, no_boot_id, empty_boot_id, cut, no_file,
};

enum { SPOILERS = sizeof(spoilers) / sizeof(spoilers[0]) };

START_TEST(test_not_to_be_trusted)
{
	ck_assert_int_eq(record_write(&kernel.ops, RECORD_LOADED, &rec), 0);
	spoilers[_i]();
	ck_assert(!record_read(&kernel.ops, RECORD_LOADED, &back));
	ck_assert_int_eq(fake_open_fds(&kernel), 0);
}
END_TEST

START_TEST(test_cannot_be_written)
{
	if (_i == 0)
		kernel.directory_error = -EROFS;
	else if (_i == 1)
		kernel.create_error = -ENOSPC;
	else
		kernel.rename_error = -EIO;
	ck_assert_int_lt(record_write(&kernel.ops, RECORD_LOADED, &rec), 0);
	ck_assert(!record_read(&kernel.ops, RECORD_LOADED, &back));
	ck_assert_ptr_null(fake_find(&kernel, RECORD_DIR "/loaded.new"));
}
END_TEST

START_TEST(test_not_where_others_write)
{
	fake_add_dir(&kernel, RECORD_DIR)->uid = 1000;
	ck_assert_int_eq(record_write(&kernel.ops, RECORD_LOADED, &rec), -EPERM);
	ck_assert_ptr_null(fake_find(&kernel, RECORD_DIR "/loaded"));
}
END_TEST

Suite *record_suite(void)
{
	Suite *suite = suite_create("record");
	TCase *tc = tcase_create("record");

	tcase_add_checked_fixture(tc, start, NULL);
	tcase_add_test(tc, test_vectors);
	tcase_add_test(tc, test_million);
	tcase_add_test(tc, test_same_rules);
	tcase_add_test(tc, test_there_and_back);
	tcase_add_test(tc, test_replaced);
	tcase_add_loop_test(tc, test_not_to_be_trusted, 0, SPOILERS);
	tcase_add_loop_test(tc, test_cannot_be_written, 0, 3);
	tcase_add_test(tc, test_not_where_others_write);
	suite_add_tcase(suite, tc);
	return suite;
}
