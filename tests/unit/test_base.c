/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "intern.h"
#include "num.h"
#include "ptrmap.h"
#include "source.h"
#include "vec.h"

/* read by ASan alone: memory that cannot be had is NULL, as it is elsewhere */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static struct arena a;

static void setup(void)
{
	arena_init(&a);
}

static void teardown(void)
{
	arena_free(&a);
}

START_TEST(arena_pieces)
{
	static const size_t sizes[] = { 0, 1, 7, 16, 100, 5000, 70000,
					1 << 20 };
	unsigned char *p[sizeof(sizes) / sizeof(*sizes)];
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		p[i] = arena_alloc(&a, sizes[i]);
		ck_assert_uint_eq((uintptr_t)p[i] % _Alignof(max_align_t), 0);
		memset(p[i], (int)i + 1, sizes[i]);
	}
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (k = 0; k < sizes[i]; k++)
			ck_assert_uint_eq(p[i][k], i + 1);
	ck_assert_uint_ge(a.bytes, 1 << 20);
}
END_TEST

START_TEST(arena_clears)
{
	unsigned char *p;
	size_t i;

	memset(arena_alloc(&a, 3000), 0xff, 3000);
	p = arena_zalloc(&a, 30, 100);
	for (i = 0; i < 3000; i++)
		ck_assert_uint_eq(p[i], 0);
}
END_TEST

START_TEST(arena_out_of_memory)
{
	static const struct { size_t n, size; } huge[] = {
		{ 1, SIZE_MAX }, { SIZE_MAX, 1 }, { SIZE_MAX / 2, 3 },
		{ SIZE_MAX / 16 + 1, 16 }, { 1, SIZE_MAX / 2 },
	};
	volatile size_t i, jumps = 0;
	jmp_buf oom;
	char *kept = arena_strndup(&a, "kept", 4);

	a.on_oom = &oom;
	for (i = 0; i < ARRAY_SIZE(huge); i++) {
		if (setjmp(oom)) {
			jumps++;
			continue;
		}
		arena_zalloc(&a, huge[i].n, huge[i].size);
	}
	a.on_oom = NULL;
	ck_assert_uint_eq(jumps, ARRAY_SIZE(huge));
	ck_assert_str_eq(kept, "kept");
	ck_assert_str_eq(arena_strndup(&a, "after", 3), "aft");
}
END_TEST

START_TEST(arena_growing)
{
	char *p = arena_strndup(&a, "abc", 3);
	char *q = arena_grow(&a, p, 4, 10);

	ck_assert_str_eq(q, "abc");
	ck_assert_str_eq(p, "abc");
	ck_assert_ptr_nonnull(arena_grow(&a, NULL, 0, 1));
}
END_TEST

START_TEST(interned_once)
{
	struct intern in;
	const char *first[2000];
	char word[16];
	unsigned int i;

	intern_init(&in, &a);
	for (i = 0; i < 2000; i++) {
		snprintf(word, sizeof(word), "w%u", i);
		first[i] = intern_str(&in, word);
	}
	for (i = 0; i < 2000; i++) {
		snprintf(word, sizeof(word), "w%u", i);
		ck_assert_ptr_eq(intern_str(&in, word), first[i]);
		ck_assert_str_eq(first[i], word);
	}
	ck_assert_ptr_eq(intern_len(&in, "w12345", 3), intern_str(&in, "w12"));
	ck_assert_ptr_ne(intern_str(&in, ""), NULL);
	ck_assert_ptr_eq(intern_len(&in, "x", 0), intern_str(&in, ""));
	/* of any bytes, be they more than the strings that are there */
	for (i = 0; i < 2000; i++) {
		char bytes[] = "w0\0\0";

		bytes[3] = (char)(1 + i % 100);
		ck_assert_ptr_eq(intern_len(&in, bytes, 4), first[0]);
	}
}
END_TEST

START_TEST(vector)
{
	VEC(int) v = { 0 };
	int i;

	for (i = 0; i < 1000; i++)
		vec_push(&a, &v, i);
	ck_assert_uint_eq(v.n, 1000);
	for (i = 0; i < 1000; i++)
		ck_assert_int_eq(v.v[i], i);
}
END_TEST

START_TEST(buffer)
{
	struct buf b;
	int i;

	buf_init(&b, &a);
	ck_assert_ptr_null(b.s);
	buf_add(&b, NULL, 0);
	ck_assert_str_eq(b.s, "");
	for (i = 0; i < 300; i++)
		buf_putc(&b, 'x');
	buf_puts(&b, "yz");
	buf_printf(&b, "%d-%s", 42, "end");
	ck_assert_uint_eq(b.len, 308);
	ck_assert_str_eq(b.s + 300, "yz42-end");
	buf_printf(&b, "%500s", "wide");
	ck_assert_uint_eq(b.len, 808);
	ck_assert_str_eq(b.s + 804, "wide");
}
END_TEST

static void number(const char *s, unsigned int base, uint64_t max,
		   enum num_status want, uint64_t value)
{
	uint64_t n = 77;

	ck_assert_msg(num_parse(s, strlen(s), base, max, &n) == want,
		      "%s base %u", s, base);
	ck_assert_uint_eq(n, want == NUM_OK ? value : 77);
}

START_TEST(numbers)
{
	number("0", 10, 5, NUM_OK, 0);
	number("5", 10, 5, NUM_OK, 5);
	number("6", 10, 5, NUM_RANGE, 0);
	number("15", 10, 15, NUM_OK, 15);
	number("16", 10, 15, NUM_RANGE, 0);
	number("4294967294", 10, 4294967294u, NUM_OK, 4294967294u);
	number("4294967295", 10, 4294967294u, NUM_RANGE, 0);
	number("18446744073709551615", 10, UINT64_MAX, NUM_OK, UINT64_MAX);
	number("18446744073709551616", 10, UINT64_MAX, NUM_RANGE, 0);
	number("99999999999999999999999", 10, UINT64_MAX, NUM_RANGE, 0);
	number("ffffffffffffffff", 16, UINT64_MAX, NUM_OK, UINT64_MAX);
	number("10000000000000000", 16, UINT64_MAX, NUM_RANGE, 0);
	number("fF", 16, UINT64_MAX, NUM_OK, 255);
	number("010", 10, 100, NUM_OK, 10);
	number("", 10, 9, NUM_SYNTAX, 0);
	number("a", 10, 9, NUM_SYNTAX, 0);
	number("1 ", 10, 9, NUM_SYNTAX, 0);
	number("+1", 10, 9, NUM_SYNTAX, 0);
	number("-1", 10, 9, NUM_SYNTAX, 0);
	number("0x1", 16, 9, NUM_SYNTAX, 0);
	number("999z", 10, 9, NUM_SYNTAX, 0);
}
END_TEST

START_TEST(pointer_map)
{
	static char keys[5000];
	struct ptrmap m;
	size_t i;

	ptrmap_init(&m, &a);
	ck_assert_ptr_null(ptrmap_find(&m, keys));
	for (i = 0; i < sizeof(keys); i++)
		ck_assert(ptrmap_add(&m, &keys[i], i));
	ck_assert(!ptrmap_add(&m, &keys[7], 99));
	for (i = 0; i < sizeof(keys); i++)
		ck_assert_uint_eq(*ptrmap_find(&m, &keys[i]), i);
	ck_assert_ptr_null(ptrmap_find(&m, &m));
}
END_TEST

static void at(const struct source *s, size_t offset, size_t line,
	       size_t column, size_t start, size_t end)
{
	struct position p = source_position(&a, s, offset);

	ck_assert_uint_eq(p.line, line);
	ck_assert_uint_eq(p.column, column);
	ck_assert_uint_eq(p.line_start, start);
	ck_assert_uint_eq(p.line_end, end);
}

START_TEST(positions)
{
	struct source *s = source_new(&a, "t", "ab\n\ncde\n", 8, 0);

	at(s, 0, 1, 1, 0, 2);
	at(s, 2, 1, 3, 0, 2);
	at(s, 3, 2, 1, 3, 3);
	at(s, 4, 3, 1, 4, 7);
	at(s, 7, 3, 4, 4, 7);
	at(s, 8, 4, 1, 8, 8);
	at(source_new(&a, "e", "", 0, 1), 0, 1, 1, 0, 0);
	at(source_new(&a, "n", "a\0b", 3, 1), 2, 1, 3, 0, 3);
}
END_TEST

START_TEST(spans)
{
	struct source *s = source_new(&a, "s", "abcdef", 6, 0);
	struct source *t = source_new(&a, "t", "abcdef", 6, 1);
	struct span x = { s, 1, 3 }, y = { s, 2, 5 }, z = { t, 0, 1 };
	struct span joined = span_join(x, y);

	ck_assert_uint_eq(joined.start, 1);
	ck_assert_uint_eq(joined.end, 5);
	ck_assert_ptr_eq(span_join(x, z).src, s);
	ck_assert_uint_eq(span_join(NO_SPAN, y).start, 2);
	ck_assert_int_lt(span_cmp(x, y), 0);
	ck_assert_int_gt(span_cmp(z, y), 0);
	ck_assert_int_lt(span_cmp(NO_SPAN, x), 0);
	ck_assert_int_eq(span_cmp(x, x), 0);
}
END_TEST

START_TEST(reading)
{
	char path[] = "/tmp/imapol-baseXXXXXX";
	const char *text;
	size_t i, len;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(source_read(&a, path, &text, &len), SOURCE_OK);
	ck_assert_uint_eq(len, 0);
	ck_assert_str_eq(text, "");
	for (i = 0; i < 30000; i++)
		ck_assert_int_eq(write(fd, "0123456789", 10), 10);
	close(fd);
	ck_assert_int_eq(source_read(&a, path, &text, &len), SOURCE_OK);
	ck_assert_uint_eq(len, 300000);
	for (i = 0; i < len; i++)
		ck_assert_int_eq(text[i], '0' + (int)(i % 10));
	ck_assert_int_eq(text[len], '\0');
	unlink(path);
	ck_assert_int_eq(source_read(&a, path, &text, &len), SOURCE_ERRNO);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(source_read(&a, "/", &text, &len), SOURCE_ERRNO);
	ck_assert_int_eq(errno, EISDIR);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base");
	TCase *tc = tcase_create("base");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, arena_pieces);
	tcase_add_test(tc, arena_clears);
	tcase_add_test(tc, arena_out_of_memory);
	tcase_add_test(tc, arena_growing);
	tcase_add_test(tc, interned_once);
	tcase_add_test(tc, vector);
	tcase_add_test(tc, buffer);
	tcase_add_test(tc, numbers);
	tcase_add_test(tc, pointer_map);
	tcase_add_test(tc, positions);
	tcase_add_test(tc, spans);
	tcase_add_test(tc, reading);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
