/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../unit/sanitized.h"
#include "imalist.h"

static struct arena arena;
static struct imalist_options none;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

/* ---- bytes ---- */

struct bytes {
	uint8_t *p;
	size_t len;
};

static struct bytes fixture(const char *name)
{
	const char *path = buf_textf(&arena, "%s/tests/attest/data/%s",
				     getenv("srcdir"), name);
	FILE *f = fopen(path, "rb");
	struct bytes b = { arena_alloc(&arena, 1 << 20), 0 };

	ck_assert_msg(f, "%s", path);
	b.len = fread(b.p, 1, 1 << 20, f);
	fclose(f);
	return b;
}

static int file_of(const uint8_t *p, size_t len)
{
	int fd = memfd_create("list", 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, p, len), (ssize_t)len);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void put32(struct buf *b, uint32_t n, bool big)
{
	uint8_t s[4] = { (uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16),
			 (uint8_t)(n >> 24) };
	int i;

	for (i = 0; i < 4; i++)
		buf_putc(b, (char)s[big ? 3 - i : i]);
}

/* an entry whose digest is all of one byte */
static void put_entry(struct buf *b, unsigned int width, bool big, uint32_t pcr,
		      const char *template, const void *data, size_t len)
{
	unsigned int i;

	put32(b, pcr, big);
	for (i = 0; i < width; i++)
		buf_putc(b, 'D');
	put32(b, (uint32_t)strlen(template), big);
	buf_puts(b, template);
	if (strcmp(template, "ima") != 0)
		put32(b, (uint32_t)len, big);
	buf_add(b, data, len);
}

/* ---- what is read, in words that can be compared ---- */

static void tell(struct buf *b, const struct imalist *l,
		 const struct imaentry *e)
{
	size_t i, k;

	buf_printf(b, "%llu %llu+%llu %u ", (unsigned long long)e->number,
		   (unsigned long long)e->offset, (unsigned long long)e->size,
		   e->pcr);
	buf_add(b, (const char *)e->digest, imalist_width(l));
	buf_printf(b, " %d %.*s ", e->violation, (int)e->template_len,
		   e->template);
	buf_add(b, (const char *)e->data, e->data_len);
	for (i = 0; i < e->fields; i++) {
		buf_printf(b, "\n %s ", imafield_name(e->field[i].kind));
		for (k = 0; k < e->field[i].len; k++)
			buf_putc(b, (char)e->field[i].p[k]);
	}
	buf_printf(b, "\n%.*s %d ", (int)e->file.algo_len, e->file.len ?
		   e->file.algo : "", e->file.len ? e->file.verity : 0);
	buf_add(b, (const char *)e->file.p, e->file.len);
	buf_add(b, e->name, e->name_len);
	buf_printf(b, " %zu\n", e->sig_len);
}

static void read_all(struct imalist *l, struct buf *b, enum imalist_next end)
{
	struct imaentry e;
	enum imalist_next got;

	while ((got = imalist_next(l, &e)) == IMALIST_ENTRY)
		tell(b, l, &e);
	ck_assert_int_eq(got, end);
	/* and nothing more */
	ck_assert_int_eq(imalist_next(l, &e), end);
}

static struct buf read_pieces(const int *fds, size_t n, enum imalist_next end)
{
	struct imalist *l = imalist_new(&none, fds, n);
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	read_all(l, &b, end);
	imalist_free(l);
	for (i = 0; i < n; i++)
		close(fds[i]);
	return b;
}

static struct buf read_bytes(const uint8_t *p, size_t len,
			     enum imalist_next end)
{
	int fd = file_of(p, len);

	return read_pieces(&fd, 1, end);
}

static void expect_same(const struct buf *a, const struct buf *b)
{
	ck_assert_uint_eq(a->len, b->len);
	ck_assert(!memcmp(a->s, b->s, a->len));
}

static const char *const lists[] = {
	"mixed/ima.log", "ima/ima.log", "ng/ima.log", "fmt/ima.log",
	"evms/ima.log", "synth/synth.log", "synth/synthima.log", "md5/ima.log",
	"fmt-d/ima.log", "fmt-twice/ima.log", "names/ima.log", "wide/sha1.log",
	"wide/sha256.log", "wide/sha384.log", "wide/sha512.log",
};

START_TEST(cut_anywhere_it_is_the_same)
{
	struct bytes b = fixture(lists[_i]);
	struct buf want = read_bytes(b.p, b.len, IMALIST_END);
	size_t cut, step = b.len > 2500 ? 7 : 1;

	ck_assert_uint_gt(want.len, 200);
	for (cut = 0; cut <= b.len; cut += step) {
		int fds[4] = { file_of(b.p, cut / 2), file_of(b.p, 0),
			       file_of(b.p + cut / 2, cut - cut / 2),
			       file_of(b.p + cut, b.len - cut) };
		struct buf got = read_pieces(fds, 4, IMALIST_END);

		expect_same(&got, &want);
	}
}
END_TEST

/* as a list grows under its reader, who asks after each byte */
START_TEST(byte_by_byte_it_is_the_same)
{
	struct bytes b = fixture(lists[_i]);
	struct buf want = read_bytes(b.p, b.len, IMALIST_END), got;
	int fd = file_of(b.p, 0);
	struct imalist *l = imalist_new(&none, &fd, 1);
	enum imalist_next end = IMALIST_END;
	struct imaentry e;
	size_t i;

	buf_init(&got, &arena);
	for (i = 0; i < b.len; i++) {
		ck_assert_int_eq(pwrite(fd, b.p + i, 1, (off_t)i), 1);
		imalist_again(l);
		while ((end = imalist_next(l, &e)) == IMALIST_ENTRY) {
			ck_assert_uint_eq(e.offset + e.size, i + 1);
			tell(&got, l, &e);
		}
		ck_assert(end == IMALIST_END || end == IMALIST_PARTIAL);
	}
	ck_assert_int_eq(end, IMALIST_END);
	expect_same(&got, &want);
	imalist_free(l);
	close(fd);
}
END_TEST

START_TEST(cut_short_it_is_said)
{
	struct bytes b = fixture(lists[_i]);
	size_t cut, whole = 0, partial = 0;

	/* the largest would take seconds and tell nothing new */
	for (cut = 0; cut < b.len && cut < 2500; cut++) {
		int fd = file_of(b.p, cut);
		struct imalist *l = imalist_new(&none, &fd, 1);
		enum imalist_next got;
		struct imaentry e;
		uint64_t next = 0, at;

		while ((got = imalist_next(l, &e)) == IMALIST_ENTRY)
			next = e.offset + e.size;
		if (next == cut) {
			ck_assert_int_eq(got, IMALIST_END);
			whole++;
		} else {
			ck_assert_int_eq(got, IMALIST_PARTIAL);
			ck_assert_ptr_nonnull(strstr(imalist_why(l, &at),
						     " is cut short: "));
			ck_assert_uint_eq(at, next);
			partial++;
		}
		imalist_free(l);
		close(fd);
	}
	ck_assert_uint_gt(whole, 3);
	ck_assert_uint_gt(partial, 200);
}
END_TEST

/* ---- what is no list ---- */

static void expect_bad(const uint8_t *p, size_t len, const char *why,
		       uint64_t where)
{
	int fd = file_of(p, len);
	struct imalist *l = imalist_new(&none, &fd, 1);
	enum imalist_next got;
	struct imaentry e;
	uint64_t at;

	while ((got = imalist_next(l, &e)) == IMALIST_ENTRY)
		;
	ck_assert_int_eq(got, IMALIST_BAD);
	ck_assert_msg(strstr(imalist_why(l, &at), why), "%s, not %s",
		      imalist_why(l, &at), why);
	ck_assert_uint_eq(at, where);
	/* no way on from there */
	imalist_again(l);
	ck_assert_int_eq(imalist_next(l, &e), IMALIST_BAD);
	imalist_free(l);
	close(fd);
}

static const char d_ng[] = "\x28\0\0\0sha256:\0dddddddddddddddddddddddddddddddd";

#define D_NG (sizeof(d_ng) - 1)
#define HEAD(template) (4 + 20 + 4 + sizeof(template) - 1 + 4)

static const struct {
	const char *template, *tail;
	size_t len;
	const char *why;
	uint64_t at;		/* of the tail, from the first byte */
} wrong[] = {
	{ "ima-ng", "\x3\0\0\0/a", 6, "field n-ng: 3 bytes, of 2", 0 },
	{ "ima-ng", "\x3\0\0\0/ab", 7, "field n-ng: its 3 bytes are no n-ng", 4 },
	{ "ima-ng", "\x3\0\0\0/\0\0", 7, "field n-ng: its 3 bytes are no", 4 },
	{ "ima-ng", "\0\0\0\0", 4, "field n-ng: its 0 bytes are no n-ng", 4 },
	{ "ima-ng", "\x3\0\0\0/a\0x", 8, "1 bytes of data behind its last", 7 },
	{ "ima-ng", "\x3\0\0\0/a\0\0\0\0\0", 11, "4 bytes of data behind", 7 },
	{ "ima-sig", "\x3\0\0\0/a\0", 7, "no room for its field sig", 7 },
	{ "ima-sig", "\x3\0\0\0/a\0\1\0\0", 10, "no room for its field sig", 7 },
	{ "ima-sig", "\x3\0\0\0/a\0\xff\xff\xff\xff", 11,
	  "field sig: 4294967295 bytes, of 0", 7 },
	{ "ima-sig", "\x3\0\0\0/a\0\xfc\xff\xff\xff", 11,
	  "field sig: 4294967292 bytes, of 0", 7 },
	{ "d-ng|imode", "\1\0\0\0a", 5, "field imode: its 1 bytes are no", 4 },
	{ "d-ng|iuid", "\2\0\0\0ab", 6, "field iuid: its 2 bytes are no", 4 },
	{ "d-ng|xattrlengths", "\2\0\0\0ab", 6, "field xattrlengths: its", 4 },
	{ "d-ng|xattrnames", "\2\0\0\0ab", 6, "field xattrnames: its", 4 },
	{ "d-ng|d-ng", "\x4\0\0\0" "abcd", 8, "field d-ng: its 4 bytes", 4 },
	{ "d-ng|d-ng", "\x8\0\0\0sha256:\0", 12, "field d-ng: its 8 bytes", 4 },
	{ "d-ng|d-ng", "\x9\0\0\0sha\n56:\0d", 13, "field d-ng: its 9 bytes", 4 },
	{ "d-ng|d-ng", "\x3\0\0\0:\0d", 7, "field d-ng: its 3 bytes", 4 },
	{ "d-ng|d-ngv2", "\x9\0\0\0sha256:\0d", 13, "field d-ngv2: its 9", 4 },
	{ "d-ng|d-ngv2", "\xd\0\0\0img:sha256:\0d", 17, "field d-ngv2: its", 4 },
	{ "d-ng|d", "\x5\0\0\0ddddd", 9, "field d: its 5 bytes are no d", 4 },
};

START_TEST(fields_that_are_none)
{
	char data[200];
	struct buf b;
	size_t head = 4 + 20 + 4 + strlen(wrong[_i].template) + 4;

	buf_init(&b, &arena);
	memcpy(data, d_ng, D_NG);
	memcpy(data + D_NG, wrong[_i].tail, wrong[_i].len);
	put_entry(&b, 20, false, 10, wrong[_i].template, data,
		  D_NG + wrong[_i].len);
	expect_bad((uint8_t *)b.s, b.len, wrong[_i].why,
		   head + D_NG + wrong[_i].at);
	/* behind one that is good, it is the second */
	buf_init(&b, &arena);
	put_entry(&b, 20, false, 10, "d-ng", d_ng, D_NG);
	put_entry(&b, 20, false, 10, wrong[_i].template, data,
		  D_NG + wrong[_i].len);
	expect_bad((uint8_t *)b.s, b.len, "entry 2: ", HEAD("d-ng") + D_NG +
		   head + D_NG + wrong[_i].at);
}
END_TEST

static const struct {
	const char *template, *why;
} no_templates[] = {
	{ "ima-new", "template ima-new: no template" },
	{ "d-ng|", "template d-ng|: no template" },
	{ "|d-ng", "template |d-ng: no template" },
	{ "d-ng||n-ng", "template d-ng||n-ng: no template" },
	{ "im", "template im: no template" },
	{ "ima-n\033[2J", "template with bytes that no name has: no template" },
	{ "n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n|n", "template n|n|" },
};

START_TEST(templates_that_are_none)
{
	struct buf b;

	buf_init(&b, &arena);
	put_entry(&b, 20, false, 10, no_templates[_i].template, d_ng, D_NG);
	expect_bad((uint8_t *)b.s, b.len, no_templates[_i].why, 4 + 20 + 4);
}
END_TEST

START_TEST(lengths_at_their_bounds)
{
	/* long enough to be no beginning of wider digests */
	uint8_t head[400] = { 10, 0, 0, 0, 1 };

	/* 256 bytes of a name are one that is none, 257 no length */
	memcpy(head + 24, "\0\1\0\0", 4);
	ck_assert_uint_eq(read_bytes(head, 200, IMALIST_PARTIAL).len, 0);
	memcpy(head + 24, "\1\1\0\0", 4);
	expect_bad(head, sizeof(head), "257 bytes", 24);
	/* 16 MB of data may come, one byte more may not */
	memcpy(head + 24, "\6\0\0\0ima-ng\0\0\0\1", 14);
	ck_assert_uint_eq(read_bytes(head, sizeof(head), IMALIST_PARTIAL).len, 0);
	memcpy(head + 34, "\1\0\0\1", 4);
	expect_bad(head, sizeof(head), "16777217 bytes of data", 34);
}
END_TEST

/* nothing is allocated for what is only said to come */
START_TEST(sixteen_megabytes_that_do_not_come)
{
	static const struct rlimit little = { 12 << 20, 12 << 20 };
	uint8_t head[400] = { 10, 0, 0, 0, 1 };
	void *large;

	memcpy(head + 24, "\6\0\0\0ima-ng\0\0\0\1", 14);
	if (SANITIZED)
		return;
	ck_assert_int_eq(setrlimit(RLIMIT_DATA, &little), 0);
	large = malloc(16 << 20);
	ck_assert_ptr_null(large);
	free(large);
	ck_assert_uint_eq(read_bytes(head, sizeof(head), IMALIST_PARTIAL).len, 0);
}
END_TEST

START_TEST(pcrs_at_their_bounds)
{
	struct buf b, got;

	buf_init(&b, &arena);
	put_entry(&b, 20, false, 0, "d-ng", d_ng, D_NG);
	put_entry(&b, 20, false, 23, "d-ng", d_ng, D_NG);
	got = read_bytes((uint8_t *)b.s, b.len, IMALIST_END);
	ck_assert_uint_gt(got.len, 0);
	put_entry(&b, 20, false, 24, "d-ng", d_ng, D_NG);
	expect_bad((uint8_t *)b.s, b.len, "entry 3: PCR 24", 2 *
		   (HEAD("d-ng") + D_NG));
}
END_TEST

/* "ima": its name has no NUL, and 255 bytes at most */
START_TEST(old_names_at_their_bounds)
{
	/* what is behind the name is the next entry, and not looked at before */
	char data[20 + 4 + 256];
	struct buf b;

	memset(data, 'n', sizeof(data));
	memcpy(data + 20, "\xff\0\0\0", 4);
	buf_init(&b, &arena);
	put_entry(&b, 20, false, 10, "ima", data, 20 + 4 + 255);
	ck_assert_uint_gt(read_bytes((uint8_t *)b.s, b.len, IMALIST_END).len, 255);
	data[20 + 4 + 254] = '\0';
	buf_init(&b, &arena);
	put_entry(&b, 20, false, 10, "ima", data, 20 + 4 + 255);
	expect_bad((uint8_t *)b.s, b.len, "a zero byte", 31 + 24);
	memcpy(data + 20, "\0\1\0\0", 4);
	buf_init(&b, &arena);
	put_entry(&b, 20, false, 10, "ima", data, sizeof(data));
	expect_bad((uint8_t *)b.s, b.len, "a name of 256 bytes", 31 + 20);
	memcpy(data + 20, "\0\0\0\0", 4);
	buf_init(&b, &arena);
	put_entry(&b, 20, false, 10, "ima", data, sizeof(data));
	expect_bad((uint8_t *)b.s, b.len, "a name of 0 bytes", 31 + 20);
}
END_TEST

/* md5 at the end of a list, with the shortest of names */
START_TEST(short_names_behind_md5)
{
	static const char *const names[] = { "a", "/b", "/bc", "/bcd" };
	char data[24];
	struct buf b, got;
	size_t i, len;

	memset(data, 'd', 16);
	buf_init(&b, &arena);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		len = strlen(names[i]);
		memcpy(data + 16, "\0\0\0\0", 4);
		data[16] = (char)len;
		memcpy(data + 20, names[i], len);
		put_entry(&b, 20, false, 10, "ima", data, 20 + len);
		got = read_bytes((uint8_t *)b.s, b.len, IMALIST_END);
		ck_assert_ptr_nonnull(memmem(got.s, got.len, "\nmd5 ", 5));
		ck_assert_ptr_null(memmem(got.s, got.len, "\nsha1 ", 6));
	}
}
END_TEST

/* ---- width and order ---- */

START_TEST(any_form_is_found)
{
	static const unsigned int widths[] = { 20, 32, 48, 64 };
	unsigned int width = widths[_i % 4];
	bool big = _i >= 4;
	/* a PCR that is the same in both orders, too */
	uint32_t pcr = _i % 2 ? 10 : 0;
	struct imalist *l;
	struct imaentry e;
	struct buf b;
	char data[D_NG];
	int fd;

	memcpy(data, d_ng, D_NG);
	if (big)
		memcpy(data, "\0\0\0\x28", 4);
	buf_init(&b, &arena);
	put_entry(&b, width, big, pcr, "d-ng", data, D_NG);
	fd = file_of((uint8_t *)b.s, b.len);
	l = imalist_new(&none, &fd, 1);
	ck_assert_uint_eq(imalist_width(l), 0);
	ck_assert_int_eq(imalist_next(l, &e), IMALIST_ENTRY);
	ck_assert_uint_eq(imalist_width(l), width);
	ck_assert_int_eq(imalist_order(l), big ? IMALIST_BIG : IMALIST_LITTLE);
	ck_assert_uint_eq(e.pcr, pcr);
	ck_assert_int_eq(imalist_next(l, &e), IMALIST_END);
	imalist_free(l);
	close(fd);
}
END_TEST

/*
 * An entry with digests of 20 bytes, and with digests of 32, to its last byte: the
 * length of the second one's template is in what the first one has for a length and
 * the bytes behind it.
 */
static void put_twofold(struct buf *b)
{
	size_t start = b->len;

	put32(b, 10, false);
	buf_puts(b, "DDDDDDDDDDDDDDDDDDDD");
	put32(b, 3, false);
	buf_puts(b, "sig");
	put32(b, 4 + 0x300, false);
	put32(b, 0x300, false);		/* at 35: 3 at 36 is the second's */
	buf_putc(b, '\0');
	buf_puts(b, "sig");
	put32(b, 0x300 - 8, false);
	put32(b, 0x300 - 12, false);
	while (b->len - start < 39 + 0x300)
		buf_putc(b, 's');
}

static void expect_width(const struct buf *b, unsigned int said,
			 unsigned int width, size_t entries)
{
	struct imalist_options o = { .width = said };
	int fd = file_of((uint8_t *)b->s, b->len);
	struct imalist *l = imalist_new(&o, &fd, 1);
	struct imaentry e;
	size_t i;

	for (i = 0; i < entries; i++)
		ck_assert_int_eq(imalist_next(l, &e), IMALIST_ENTRY);
	ck_assert_int_eq(imalist_next(l, &e), IMALIST_END);
	ck_assert_uint_eq(imalist_width(l), width);
	imalist_free(l);
	close(fd);
}

START_TEST(two_forms_that_fit)
{
	static const char why[] = "digests of 20 bytes (little-endian) fit, and of "
				  "32 (little-endian) as well";
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	put_twofold(&b);
	expect_bad((uint8_t *)b.s, b.len, why, 0);
	expect_width(&b, 20, 20, 1);
	expect_width(&b, 32, 32, 1);
	/* what comes behind it tells */
	put_entry(&b, _i ? 32 : 20, false, 10, "d-ng", d_ng, D_NG);
	expect_width(&b, 0, _i ? 32 : 20, 2);
	/* but not for ever */
	buf_init(&b, &arena);
	for (i = 0; i < 16; i++)
		put_twofold(&b);
	put_entry(&b, 20, false, 10, "d-ng", d_ng, D_NG);
	expect_bad((uint8_t *)b.s, b.len, why, 0);
}
END_TEST

/* ---- names ---- */

START_TEST(names_are_shown)
{
	static const struct {
		const char *name, *shown;
	} v[] = {
		{ "/usr/bin/x", "/usr/bin/x" },
		{ "/a\nb", "/a<0a>b" },
		{ "/a\tb c", "/a<09>b<20>c" },
		{ "/a<0a>b", "/a<3c>0a>b" },
		{ "/\xc3\xa4\xc2\xa0\xe2\x80\xaf", "/\xc3\xa4<U+00A0><U+202F>" },
		{ "/\xc2\x9b\xff", "/<U+009B><ff>" },
		{ "", "" },
	};
	struct imaentry e;
	struct buf b;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		e.name = v[i].name;
		e.name_len = strlen(v[i].name);
		buf_init(&b, &arena);
		buf_puts(&b, "");
		imaentry_put_name(&e, &b);
		ck_assert_str_eq(b.s, v[i].shown);
	}
}
END_TEST

/* ---- reading ---- */

START_TEST(what_cannot_be_read)
{
	struct imaentry e;
	int fd = -1;
	struct imalist *l = imalist_new(&none, &fd, 1);

	ck_assert_int_eq(imalist_next(l, &e), IMALIST_ERRNO);
	ck_assert_int_eq(errno, EBADF);
	errno = 0;
	ck_assert_int_eq(imalist_next(l, &e), IMALIST_ERRNO);
	ck_assert_int_eq(errno, EBADF);
	imalist_free(l);
	l = imalist_new(&none, NULL, 0);
	ck_assert_int_eq(imalist_next(l, &e), IMALIST_END);
	imalist_free(l);
}
END_TEST

/* larger than what is read at once, before and behind small ones */
START_TEST(large_entries)
{
	size_t large = 3 << 20, i;
	char *data = arena_zalloc(&arena, 1, D_NG + 4 + large);
	struct buf b;
	struct imalist *l;
	struct imaentry e;
	int fd;

	memcpy(data, d_ng, D_NG);
	data[D_NG + 2] = 48;
	buf_init(&b, &arena);
	for (i = 0; i < 3; i++) {
		put_entry(&b, 20, false, 10, "d-ng", d_ng, D_NG);
		put_entry(&b, 20, false, 10, "d-ng|buf", data, D_NG + 4 + large);
	}
	fd = file_of((uint8_t *)b.s, b.len);
	l = imalist_new(&none, &fd, 1);
	for (i = 0; i < 6; i++) {
		ck_assert_int_eq(imalist_next(l, &e), IMALIST_ENTRY);
		ck_assert_uint_eq(e.fields, 1 + i % 2);
		ck_assert(!(i % 2) || imaentry_field(&e, IMAFIELD_BUF)->len ==
			  large);
		ck_assert_ptr_null(imaentry_field(&e, IMAFIELD_SIG));
	}
	ck_assert_int_eq(imalist_next(l, &e), IMALIST_END);
	imalist_free(l);
	close(fd);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("imalist");
	TCase *tc = tcase_create("imalist");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, cut_anywhere_it_is_the_same, 0, ARRAY_SIZE(lists));
	tcase_add_loop_test(tc, byte_by_byte_it_is_the_same, 0, ARRAY_SIZE(lists));
	tcase_add_loop_test(tc, cut_short_it_is_said, 0, ARRAY_SIZE(lists));
	tcase_add_loop_test(tc, fields_that_are_none, 0, ARRAY_SIZE(wrong));
	tcase_add_loop_test(tc, templates_that_are_none, 0,
			    ARRAY_SIZE(no_templates));
	tcase_add_test(tc, lengths_at_their_bounds);
	tcase_add_test(tc, sixteen_megabytes_that_do_not_come);
	tcase_add_test(tc, pcrs_at_their_bounds);
	tcase_add_test(tc, old_names_at_their_bounds);
	tcase_add_test(tc, short_names_behind_md5);
	tcase_add_loop_test(tc, any_form_is_found, 0, 8);
	tcase_add_loop_test(tc, two_forms_that_fit, 0, 2);
	tcase_add_test(tc, names_are_shown);
	tcase_add_test(tc, what_cannot_be_read);
	tcase_add_test(tc, large_entries);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
