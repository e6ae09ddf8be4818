/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <unistd.h>

#include "bundle.h"
#include "quotes.h"
#include "util.h"

static int file_of(const void *p, size_t len)
{
	char name[] = "/tmp/bundle.XXXXXX";
	int fd = mkstemp(name);

	ck_assert_int_ge(fd, 0);
	unlink(name);
	ck_assert_int_eq(write(fd, p, len), (ssize_t)len);
	return fd;
}

static void refused(const struct bytes *b, const char *words)
{
	int fd = file_of(b->b, b->len);
	struct bundle out;
	const char *why = bundle_read(fd, &out);

	close(fd);
	ck_assert_msg(why != NULL, "taken, instead of: %s", words);
	ck_assert_msg(strstr(why, words) != NULL, "%s", why);
}

/* put together by hand, as the header says it */
static void part(struct bytes *b, const char *name, uint64_t says,
		 const char *bytes)
{
	char padded[8] = "";
	size_t i;

	memcpy(padded, name, strlen(name));
	add(b, padded, sizeof(padded));
	for (i = 0; i < 8; i++)
		be(b, 1, says >> (8 * i) & 0xff);
	add(b, bytes, strlen(bytes));
}

static struct bytes begun(void)
{
	struct bytes b = { .len = 0 };

	add(&b, "IMAPOLBUNDLE 1\n", 15);
	return b;
}

static struct bytes sound(void)
{
	struct bytes b = begun();

	part(&b, "quote", 3, "QUO");
	part(&b, "sig", 2, "SI");
	part(&b, "list", 4, "LIST");
	part(&b, "list", 0, "");
	part(&b, "events", 1, "E");
	part(&b, "cert", 1, "C");
	part(&b, "public", 1, "P");
	part(&b, "about", 1, "A");
	return b;
}

static void has(const struct bytes *b, const struct bundle_piece *p,
		enum bundle_part kind, const char *bytes)
{
	ck_assert_int_eq(p->part, kind);
	ck_assert_uint_eq(p->len, strlen(bytes));
	ck_assert_mem_eq(b->b + p->offset, bytes, p->len);
}

START_TEST(test_read)
{
	struct bytes b = sound();
	int fd = file_of(b.b, b.len);
	struct bundle out;

	ck_assert(bundle_is(fd));
	ck_assert_ptr_null(bundle_read(fd, &out));
	close(fd);
	ck_assert_uint_eq(out.n, 8);
	has(&b, &out.piece[0], BUNDLE_QUOTE, "QUO");
	has(&b, &out.piece[2], BUNDLE_LIST, "LIST");
	has(&b, &out.piece[3], BUNDLE_LIST, "");
	ck_assert_ptr_eq(bundle_find(&out, BUNDLE_LIST), &out.piece[2]);
	has(&b, bundle_find(&out, BUNDLE_SIGNATURE), BUNDLE_SIGNATURE, "SI");
	has(&b, bundle_find(&out, BUNDLE_EVENTLOG), BUNDLE_EVENTLOG, "E");
	has(&b, bundle_find(&out, BUNDLE_CERTIFICATE), BUNDLE_CERTIFICATE, "C");
	has(&b, bundle_find(&out, BUNDLE_PUBLIC), BUNDLE_PUBLIC, "P");
	has(&b, bundle_find(&out, BUNDLE_ABOUT), BUNDLE_ABOUT, "A");
}
END_TEST

START_TEST(test_write)
{
	struct bytes want = sound(), got = { .len = 0 };
	int fd = file_of("", 0);

	ck_assert(bundle_begin(fd));
	ck_assert(bundle_put(fd, BUNDLE_QUOTE, "QUO", 3));
	ck_assert(bundle_put(fd, BUNDLE_SIGNATURE, "SI", 2));
	ck_assert(bundle_put_head(fd, BUNDLE_LIST, 4));
	ck_assert_int_eq(write(fd, "LIST", 4), 4);
	ck_assert(bundle_put(fd, BUNDLE_LIST, NULL, 0));
	ck_assert(bundle_put(fd, BUNDLE_EVENTLOG, "E", 1));
	ck_assert(bundle_put(fd, BUNDLE_CERTIFICATE, "C", 1));
	ck_assert(bundle_put(fd, BUNDLE_PUBLIC, "P", 1));
	ck_assert(bundle_put(fd, BUNDLE_ABOUT, "A", 1));
	got.len = (size_t)pread(fd, got.b, sizeof(got.b), 0);
	close(fd);
	ck_assert_uint_eq(got.len, want.len);
	ck_assert_mem_eq(got.b, want.b, want.len);
}
END_TEST

START_TEST(test_refused)
{
	struct bytes b = sound(), cut = b;
	size_t i, whole = 0;

	be(&b, 1, 0);
	refused(&b, "ends early");
	b = begun();
	refused(&b, "nothing in it");
	part(&b, "quote", 1ull << 63, "x");
	refused(&b, "ends early");
	b = begun();
	part(&b, "quote", 2, "x");
	refused(&b, "ends early");
	b = begun();
	part(&b, "quotes", 1, "x");
	refused(&b, "no kind");
	b = begun();
	part(&b, "quote", 1, "x");
	part(&b, "quote", 1, "x");
	refused(&b, "twice");
	b = begun();
	part(&b, "list", 0, "");
	b.b[15 + 7] = 'x';
	refused(&b, "no kind");
	b = begun();
	for (i = 0; i < BUNDLE_PARTS_MAX + 1; i++)
		part(&b, "list", 0, "");
	refused(&b, "64 parts");
	b.len -= 16;
	ck_assert_ptr_null(bundle_read(file_of(b.b, b.len), &(struct bundle){ 0 }));
	b = begun();
	b.b[13] = '2';
	refused(&b, "does not begin");
	/* cut short anywhere but between two parts */
	for (cut.len = 0; cut.len < sound().len; cut.len++) {
		int fd = file_of(cut.b, cut.len);
		struct bundle out;

		whole += !bundle_read(fd, &out);
		close(fd);
	}
	ck_assert_uint_eq(whole, 7);
}
END_TEST

/* a part is no larger than it may be, though the file has all of it */
START_TEST(test_large)
{
	struct bytes b = begun();
	struct bundle out;
	int fd;

	part(&b, "about", BUNDLE_SMALL_MAX + 1, "");
	fd = file_of(b.b, b.len);
	ck_assert_int_eq(ftruncate(fd, (off_t)b.len + BUNDLE_SMALL_MAX + 1), 0);
	ck_assert_ptr_nonnull(strstr(bundle_read(fd, &out), "larger"));
	close(fd);
	b = begun();
	part(&b, "list", 1ull << 33, "");
	fd = file_of(b.b, b.len);
	ck_assert_int_eq(ftruncate(fd, (off_t)b.len + (1ll << 33)), 0);
	ck_assert_ptr_null(bundle_read(fd, &out));
	close(fd);
}
END_TEST

START_TEST(test_pipe)
{
	struct bundle out;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert(!bundle_is(fds[0]));
	ck_assert_ptr_nonnull(strstr(bundle_read(fds[0], &out), "regular file"));
	close(fds[0]);
	close(fds[1]);
	ck_assert(!bundle_begin(fds[1]));
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("bundle");
	TCase *tc = tcase_create("bundle");

	tcase_add_test(tc, test_read);
	tcase_add_test(tc, test_write);
	tcase_add_test(tc, test_refused);
	tcase_add_test(tc, test_large);
	tcase_add_test(tc, test_pipe);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
