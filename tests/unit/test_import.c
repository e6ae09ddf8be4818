/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "import.h"
#include "krules.h"

/*
 * What tests/meaning/test_import.c does not look at: sizes, texts that are no
 * policies, and the list in the manual.
 */
static struct diags ds;
static struct buf text;

static bool import_text(const char *lines, size_t len)
{
	struct ktarget t = target("6.12");
	struct import_request req = { .target = &t, .comments = true };

	req.lines = source_new(&arena, "ima-policy", lines, len, 0);
	diags_init(&ds, &arena);
	buf_init(&text, &arena);
	return import_policy(&req, &in, &ds, &text);
}

static size_t count(const char *s, const char *what)
{
	size_t n = 0;

	while ((s = strstr(s, what))) {
		n++;
		s += strlen(what);
	}
	return n;
}

/* a policy of as many types as an SELinux policy has for logs and the like */
START_TEST(many_labels)
{
	clock_t before = clock();
	struct buf b;
	int i;

	buf_init(&b, &arena);
	for (i = 0; i < 997; i++)
		buf_printf(&b, "dont_measure obj_type=service_%d_log_t\n", i);
	buf_puts(&b, "measure func=BPRM_CHECK\nmeasure func=MMAP_CHECK\n"
		 "measure func=FILE_CHECK mask=^MAY_READ uid=0\n"
		 "measure func=FILE_CHECK mask=^MAY_READ euid=0\n"
		 "measure func=MODULE_CHECK\nmeasure func=FIRMWARE_CHECK\n");
	ck_assert(import_text(b.s, b.len));
	/* the target, the exemption, code, reads, what the kernel loads */
	ck_assert_uint_eq(count(text.s, ";"), 5);
	ck_assert_uint_eq(count(text.s, "label service_"), 997);
	ck_assert_int_lt((clock() - before) / CLOCKS_PER_SEC, 10);
}
END_TEST

START_TEST(without_library)
{
	static const char lines[] = "appraise func=MODULE_CHECK "
		"appraise_type=imasig\nappraise func=FIRMWARE_CHECK "
		"appraise_type=imasig\nappraise func=KEXEC_KERNEL_CHECK "
		"appraise_type=imasig\nappraise func=POLICY_CHECK "
		"appraise_type=imasig\n";

	ck_assert(import_text(lines, sizeof(lines) - 1));
	ck_assert_uint_eq(count(text.s, "include"), 0);
	ck_assert_uint_eq(count(text.s, "appraise"), 1);
}
END_TEST

START_TEST(refused)
{
	static const char lines[] = "measure func=BPRM_CHECK\nmesure\n";

	ck_assert(!import_text(lines, sizeof(lines) - 1));
	ck_assert_uint_eq(text.len, 0);
	ck_assert_uint_eq(ds.n_errors, 1);
	ck_assert_uint_eq(ds.v[0]->span.start, 24);
}
END_TEST

START_TEST(nothing)
{
	ck_assert(!import_text("", 0));
	ck_assert_uint_gt(ds.n_errors, 0);
	ck_assert(!import_text("# a comment\n", 12));
	ck_assert_uint_gt(ds.n_errors, 0);
}
END_TEST

/* comments are foreign text, whatever bytes they have */
START_TEST(bad_comment)
{
	static const char lines[] = "# \xff\r\n\nmeasure func=BPRM_CHECK\n";

	ck_assert(import_text(lines, sizeof(lines) - 1));
	ck_assert_str_eq(text.s, "target kernel 6.12, selinux;\n\n"
			 "measure exec;\n");
}
END_TEST

/* bytes changed at random: a text or a message, and no crash */
START_TEST(hostile)
{
	static const char good[] = "# heading\n\n# what runs\n"
		"dont_measure fsmagic=0x9fa0 \nmeasure func=BPRM_CHECK uid>5\n"
		"measure func=KEY_CHECK keyrings=.ima|_ima pcr=11\n"
		"appraise func=FILE_CHECK fowner=-2 appraise_type=sigv3 "
		"digest_type=verity\nappraise func=SETXATTR_CHECK "
		"appraise_algos=sha256\nhash fsname=ext4 obj_type=a_t\n";
	static const char bytes[] = "\0\n\r\t #=<>|^-\"\\;*:09aA\xff";
	unsigned int seed = 1, round, k;
	char lines[sizeof(good)];

	for (round = 0; round < 3000; round++) {
		memcpy(lines, good, sizeof(good));
		for (k = 0; k < 1 + round % 3; k++) {
			seed = seed * 1103515245u + 12345u;
			lines[(seed >> 8) % (sizeof(good) - 1)] =
				bytes[(seed >> 24) % (sizeof(bytes) - 1)];
		}
		if (import_text(lines, sizeof(good) - 1))
			ck_assert_uint_gt(text.len, 0);
		else
			ck_assert_uint_gt(ds.n_errors, 0);
		arena_free(&arena);
		arena_init(&arena);
		intern_init(&in, &arena);
	}
}
END_TEST

/* ---- the manual ---- */

static const char *manual(void)
{
	static const char *page;
	const char *srcdir = getenv("srcdir");
	struct buf path;
	size_t len;

	buf_init(&path, &arena);
	buf_printf(&path, "%s/doc/imapolc.1", srcdir ? srcdir : ".");
	ck_assert_int_eq(source_read(&arena, path.s, &page, &len), SOURCE_OK);
	return page;
}

/* an item of a list up to the next macro, lines joined, "\(ha" a caret */
static const char *item(const char **at)
{
	struct buf b;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	for (; strncmp(*at, "\n.", 2) != 0; (*at)++) {
		if (strncmp(*at, "\\(ha", 4) != 0) {
			buf_putc(&b, **at == '\n' ? ' ' : **at);
			continue;
		}
		buf_putc(&b, '^');
		*at += 3;
	}
	(*at)++;
	return b.s;
}

START_TEST(raw_list)
{
	static const char mark[] = ".\\\" what import writes as raw\n"
				   ".Bl -bullet -compact\n";
	static const char it[] = ".It\n";
	const char *at = strstr(manual(), mark);
	size_t i;

	ck_assert_ptr_nonnull(at);
	at += sizeof(mark) - 1;
	for (i = 0; import_raw_construct(i); i++) {
		ck_assert(!strncmp(at, it, sizeof(it) - 1));
		at += sizeof(it) - 1;
		ck_assert_str_eq(item(&at), import_raw_construct(i));
	}
	ck_assert_uint_gt(i, 5);
	ck_assert(!strncmp(at, ".El", 3));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("import");
	TCase *tc = tcase_create("import");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, many_labels);
	tcase_add_test(tc, without_library);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, nothing);
	tcase_add_test(tc, bad_comment);
	tcase_add_test(tc, hostile);
	tcase_add_test(tc, raw_list);
	tcase_set_timeout(tc, 120);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
