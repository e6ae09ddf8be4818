/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tarhead.h"

static struct arena arena;
static struct buf text;

static void setup(void)
{
	arena_init(&arena);
	buf_init(&text, &arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

/* of each length around those where its own digits become one more */
START_TEST(records_count_themselves)
{
	static uint8_t value[100100];
	struct tarhead_record r;
	size_t at, len;

	memset(value, 'v', sizeof(value));
	for (len = 0; len < sizeof(value); len += len < 1100 ? 1 : 97) {
		at = 0;
		text.len = 0;
		tarhead_put_record(&text, "key", value, len);
		ck_assert(tarhead_next_record((const uint8_t *)text.s, text.len,
					      &at, &r));
		ck_assert_uint_eq(at, text.len);
		ck_assert(tarhead_is(&r, "key"));
		ck_assert(!tarhead_is(&r, "ke") && !tarhead_is(&r, "keys"));
		ck_assert_uint_eq(r.value_len, len);
		ck_assert_uint_eq(r.len, text.len);
	}
}
END_TEST

START_TEST(records_with_any_bytes)
{
	static const uint8_t value[] = "a=b\n\0c\n12 x=y\n";
	struct tarhead_record r;
	size_t at = 0;

	tarhead_put_record(&text, "one", value, sizeof(value));
	tarhead_put_record(&text, "two", (const uint8_t *)"", 0);
	ck_assert(tarhead_next_record((const uint8_t *)text.s, text.len, &at,
				      &r));
	ck_assert_uint_eq(r.value_len, sizeof(value));
	ck_assert(!memcmp(r.value, value, sizeof(value)));
	ck_assert(tarhead_next_record((const uint8_t *)text.s, text.len, &at,
				      &r));
	ck_assert(tarhead_is(&r, "two"));
	ck_assert(!tarhead_next_record((const uint8_t *)text.s, text.len, &at,
				       &r));
}
END_TEST

static const char *const no_records[] = {
	"", "x", "5", "5 ", " 5 a=b\n", "6 a=b", "6 a=bc", "7 a=b\n", "5 a=b\n",
	"6 aab\n", "-6 a=b\n", "0x6 a=b\n", "99999999999999999999 a=b\n",
	"18446744073709551615 a=b\n", "0 a=b\n", "1 \n", "3 \n\n", "2 =\n",
};

START_TEST(what_is_no_record)
{
	struct tarhead_record r;
	size_t at = 0;

	ck_assert(!tarhead_next_record((const uint8_t *)no_records[_i],
				       strlen(no_records[_i]), &at, &r));
	ck_assert_uint_eq(at, 0);
}
END_TEST

START_TEST(headers)
{
	uint8_t member[TARHEAD_BLOCK] = "name", block[TARHEAD_BLOCK];
	char name[300];
	struct tarhead h;
	int i;

	tarhead_read(member, &h);
	ck_assert_int_eq(h.kind, TARHEAD_BAD);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	tarhead_make_pax(member, name, 1234, block);
	tarhead_read(block, &h);
	ck_assert_int_eq(h.kind, TARHEAD_PAX);
	ck_assert_uint_eq(h.size, 1234);
	ck_assert(h.size_good);
	for (i = 0; i < TARHEAD_BLOCK; i++) {
		block[i] ^= 1;
		tarhead_read(block, &h);
		ck_assert_msg(h.kind == TARHEAD_BAD ||
			      (i >= 148 && i < 156), "byte %d", i);
		block[i] ^= 1;
	}
	memset(block, 0, sizeof(block));
	tarhead_read(block, &h);
	ck_assert_int_eq(h.kind, TARHEAD_END);
}
END_TEST

START_TEST(maps)
{
	struct tarhead_map m = { .size = 100 };
	uint8_t lines[1024] = "2\n0\n10\n50\n20\n";
	size_t used;

	ck_assert(tarhead_map_lines(&arena, lines, sizeof(lines), &m, &used));
	ck_assert_uint_eq(used, 512);
	ck_assert_uint_eq(m.v.n, 2);
	ck_assert(tarhead_map_good(&m, 30));
	ck_assert(!tarhead_map_good(&m, 31));
	ck_assert_uint_eq(m.v.v[1].at, 10);
	ck_assert_uint_eq(tarhead_map_find(&m, 0), 0);
	ck_assert_uint_eq(tarhead_map_find(&m, 10), 1);
	ck_assert_uint_eq(tarhead_map_find(&m, 69), 1);
	ck_assert_uint_eq(tarhead_map_find(&m, 70), 2);
	m.size = 69;
	ck_assert(!tarhead_map_good(&m, 30));
	memset(&m, 0, sizeof(m));
	ck_assert(!tarhead_map_lines(&arena, lines, 8, &m, &used));
	memset(&m, 0, sizeof(m));
	m.size = 1000;
	ck_assert(tarhead_map_record(&arena, (const uint8_t *)"5,5,1,1", 7, &m));
	ck_assert(!tarhead_map_good(&m, 6));	/* they overlap */
	memset(&m, 0, sizeof(m));
	ck_assert(!tarhead_map_record(&arena, (const uint8_t *)"5,5,1", 5, &m));
	ck_assert(!tarhead_map_record(&arena, (const uint8_t *)"5,,1,1", 6, &m));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tarhead");
	TCase *tc = tcase_create("tarhead");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, records_count_themselves);
	tcase_add_test(tc, records_with_any_bytes);
	tcase_add_loop_test(tc, what_is_no_record, 0, ARRAY_SIZE(no_records));
	tcase_add_test(tc, headers);
	tcase_add_test(tc, maps);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
