/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fake_root.h"
#include "gunzip.h"
#include "kernelconfig.h"

static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
	fake_root_make();
}

static void teardown(void)
{
	fake_root_remove();
	arena_free(&arena);
}

/* ---- gzip ---- */

/* gzip -n of "hello hello hello hello\n" with the fixed code */
static const unsigned char hello[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x48,
	0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x27, 0xb9, 0x00, 0x00, 0x88, 0x59,
	0x0b, 0x18, 0x00, 0x00, 0x00
};

static bool unzip(const void *data, size_t len, struct buf *out)
{
	buf_init(out, &arena);
	return gunzip(data, len, out);
}

/* what gzip(1) makes of text, at the level */
static const char *zip(const char *text, size_t len, int level, size_t *n)
{
	char command[600];
	struct hostfs_file f;
	struct hostfs fs;

	fake_root_put_bytes("/plain", text, len);
	snprintf(command, sizeof(command), "gzip -%d <%s/plain >%s/zipped",
		 level, fake_root, fake_root);
	ck_assert_int_eq(system(command), 0);
	ck_assert(hostfs_open(&fs, &arena, fake_root));
	f = hostfs_read(&fs, "/zipped");
	hostfs_close(&fs);
	ck_assert_ptr_nonnull(f.text);
	*n = f.len;
	return f.text;
}

static void check_zip(const char *text, size_t len)
{
	const char *zipped;
	struct buf out;
	int level;
	size_t n;

	for (level = 1; level <= 9; level += 4) {
		zipped = zip(text, len, level, &n);
		ck_assert(unzip(zipped, n, &out));
		ck_assert_uint_eq(out.len, len);
		ck_assert(!memcmp(out.s, text, len));
	}
}

START_TEST(gzip_whole)
{
	enum { SIZE = 200000 };
	char *text = arena_alloc(&arena, SIZE);
	unsigned int seed = 1, i;

	check_zip("", 0);
	check_zip("a", 1);
	/* what cannot be made smaller is stored */
	for (i = 0; i < SIZE; i++) {
		seed = seed * 1103515245 + 12345;
		text[i] = (char)(seed >> 16);
	}
	check_zip(text, SIZE);
	/* far repeats, and codes of all lengths */
	for (i = 0; i < SIZE; i++) {
		seed = seed * 1103515245 + 12345;
		text[i] = i > 30000 && i % 977 ? text[i - 30000] :
			  "aaaaaaaabbbbccde"[seed >> 16 & 15];
	}
	check_zip(text, SIZE);
}
END_TEST

START_TEST(gzip_broken)
{
	unsigned char bad[sizeof(hello)];
	struct buf out;
	size_t i, bit, taken = 0;

	ck_assert(unzip(hello, sizeof(hello), &out));
	ck_assert_str_eq(out.s, "hello hello hello hello\n");
	for (i = 0; i < sizeof(hello); i++)
		ck_assert(!unzip(hello, i, &out));
	/* one bit anywhere: seen, or of no weight in the header */
	for (i = 0; i < sizeof(hello); i++)
		for (bit = 0; bit < 8; bit++) {
			memcpy(bad, hello, sizeof(bad));
			bad[i] ^= (unsigned char)(1 << bit);
			taken += unzip(bad, sizeof(bad), &out);
			ck_assert(i < 10 || !unzip(bad, sizeof(bad), &out));
		}
	ck_assert_uint_lt(taken, 60);
}
END_TEST

START_TEST(gzip_bomb)
{
	size_t n, size = GUNZIP_MAX + 1;
	char *text = arena_zalloc(&arena, size, 1);
	const char *zipped = zip(text, size, 9, &n);
	struct buf out;

	ck_assert(!unzip(zipped, n, &out));
	zipped = zip(text, size - 1, 9, &n);
	ck_assert(unzip(zipped, n, &out));
}
END_TEST

/* ---- files ---- */

START_TEST(files_stay_below)
{
	struct hostfs_file f;
	hostfs_names names = { 0 };
	struct hostfs fs;

	fake_root_put("/etc/ima/a", "text");
	fake_root_put("/etc/ima/.hidden", "");
	fake_root_link("/etc/absolute", "/etc/ima/a");
	fake_root_link("/etc/out", "../../../../../../../../etc/passwd");
	fake_root_link("/etc/loop", "loop");
	ck_assert(hostfs_open(&fs, &arena, fake_root));
	f = hostfs_read(&fs, "/etc/absolute");
	ck_assert_str_eq(f.text, "text");
	ck_assert_int_eq(f.error, 0);
	/* there is none of that name below the root */
	f = hostfs_read(&fs, "/etc/out");
	ck_assert_ptr_null(f.text);
	ck_assert_int_eq(f.error, ENOENT);
	f = hostfs_read(&fs, "/etc/loop");
	ck_assert_int_eq(f.error, ELOOP);
	f = hostfs_read(&fs, "/etc/ima");
	ck_assert_int_eq(f.error, EISDIR);
	ck_assert(f.there);
	ck_assert(!hostfs_read(&fs, "/etc/ima/b").there);
	ck_assert(hostfs_list(&fs, "/etc/ima", &names));
	ck_assert_uint_eq(names.n, 1);
	ck_assert(hostfs_list(&fs, "/nonesuch", &names));
	ck_assert(!hostfs_list(&fs, "/etc/ima/a/b", &names) || names.n == 1);
	hostfs_close(&fs);
}
END_TEST

START_TEST(no_fifo)
{
	struct hostfs_file f;
	struct hostfs fs;

	fake_root_fifo("/etc/ima/policy");
	ck_assert(hostfs_open(&fs, &arena, fake_root));
	f = hostfs_read(&fs, "/etc/ima/policy");
	ck_assert_ptr_null(f.text);
	ck_assert_int_ne(f.error, 0);
	hostfs_close(&fs);
}
END_TEST

/* ---- configurations ---- */

static struct hostfs_file find(bool running)
{
	struct hostfs_file f;
	struct hostfs fs;

	ck_assert(hostfs_open(&fs, &arena, fake_root));
	f = kernelconfig_find(&fs, "6.6.9", running);
	hostfs_close(&fs);
	return f;
}

START_TEST(config_places)
{
	static const char text[] = "CONFIG_IMA=y\n";
	const char *zipped;
	size_t n;

	ck_assert(!find(true).there);
	zipped = zip(text, strlen(text), 6, &n);
	fake_root_put_bytes("/proc/config.gz", zipped, n);
	ck_assert_str_eq(find(true).text, text);
	ck_assert_ptr_null(find(false).text);
	/* cut off it is none, and that is no text */
	fake_root_put_bytes("/proc/config.gz", zipped, n - 1);
	ck_assert_ptr_null(find(true).text);
	ck_assert_int_eq(find(true).error, EBADMSG);
	ck_assert(find(true).there);
	fake_root_put("/usr/lib/modules/6.6.9/config", "second");
	ck_assert_str_eq(find(true).text, "second");
	fake_root_put("/boot/config-6.6.9", "first");
	ck_assert_str_eq(find(false).text, "first");
	ck_assert_str_eq(find(false).path, "/boot/config-6.6.9");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hostfs");
	TCase *t = tcase_create("hostfs");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, gzip_whole);
	tcase_add_test(t, gzip_broken);
	tcase_add_test(t, gzip_bomb);
	tcase_add_test(t, files_stay_below);
	tcase_add_test(t, no_fifo);
	tcase_add_test(t, config_places);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
