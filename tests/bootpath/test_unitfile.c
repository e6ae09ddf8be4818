/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "ldcache.h"
#include "unitfile.h"

static struct arena arena;
static unitfile_lines lines;

static void setup(void)
{
	arena_init(&arena);
	memset(&lines, 0, sizeof(lines));
}

static void teardown(void)
{
	arena_free(&arena);
}

static void parse(const char *text)
{
	unitfile_parse(&arena, text, strlen(text), &lines);
}

/* ---- lines ---- */

START_TEST(lines_of_a_unit)
{
	parse("# a comment\n[Unit]\nDescription = two  words \n;another\n"
	      "[Service]\nExecStart=/bin/a \\\n  b\\\n# between\n  c\nno equals\n"
	      "Type=simple");
	ck_assert_uint_eq(lines.n, 3);
	ck_assert_str_eq(lines.v[0].section, "Unit");
	ck_assert_str_eq(lines.v[0].value, "two  words");
	ck_assert_str_eq(lines.v[1].key, "ExecStart");
	ck_assert_str_eq(lines.v[1].value, "/bin/a    b   c");
	ck_assert_str_eq(lines.v[2].value, "simple");
}
END_TEST

START_TEST(the_last_one_counts_and_an_empty_one_forgets)
{
	unitfile_words values = { 0 };

	parse("[Service]\nExecStart=/a\nExecStart=/b\nType=simple\n");
	parse("[Service]\nExecStart=\nExecStart=/c\nType=oneshot\n");
	unitfile_values(&arena, &lines, "ExecStart", &values);
	ck_assert_uint_eq(values.n, 1);
	ck_assert_str_eq(values.v[0], "/c");
	ck_assert_str_eq(unitfile_last(&lines, "Type"), "oneshot");
	ck_assert_ptr_null(unitfile_last(&lines, "User"));
}
END_TEST

START_TEST(truth)
{
	parse("[Unit]\nA=yes\nB=0\nC=on\nD=\nE=off\n");
	ck_assert(unitfile_bool(&lines, "A", false));
	ck_assert(!unitfile_bool(&lines, "B", true));
	ck_assert(unitfile_bool(&lines, "C", false));
	ck_assert(unitfile_bool(&lines, "D", true));
	ck_assert(!unitfile_bool(&lines, "E", true));
	ck_assert(unitfile_bool(&lines, "F", true));
}
END_TEST

/* ---- words ---- */

static const struct {
	const char *text, *words;	/* each word in brackets */
} words[] = {
	{ "a  b\tc", "[a][b][c]" },
	{ "\"a b\" 'c \"d'", "[a b][c \"d]" },
	{ "a\\x20b \\104 \\t", "[a b][D][\t]" },
	{ "one\"two three\"four", "[onetwo threefour]" },
	{ "\"\" b", "[][b]" },
	{ "a \"open", "[a]" },
	{ "", "" },
};

START_TEST(words_of_a_line)
{
	const char *s = words[_i].text, *word;
	struct buf b;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	while ((word = unitfile_word(&arena, &s)))
		buf_printf(&b, "[%s]", word);
	ck_assert_str_eq(b.s, words[_i].words);
}
END_TEST

static void add_command(void *arg, const struct unitfile_command *c)
{
	struct buf *b = arg;
	size_t i;

	buf_printf(b, "%s%s", c->may_fail ? "-" : "", c->path);
	for (i = 0; i < c->words.n; i++)
		buf_printf(b, " %s", c->words.v[i]);
	buf_putc(b, '\n');
}

static const struct {
	const char *line, *commands;
	bool whole;
} commands[] = {
	{ "/bin/a b", "/bin/a b\n", true },
	{ "-/bin/a", "-/bin/a\n", true },
	{ "@-+/bin/a b", "-/bin/a b\n", true },
	{ "!!/bin/a ; -/bin/b c", "/bin/a\n-/bin/b c\n", true },
	{ ":|/bin/a \\;", "/bin/a ;\n", true },
	{ "/bin/a 'open", "/bin/a\n", false },
	{ "", "", true },
	{ "-", "", true },
};

START_TEST(commands_of_a_line)
{
	struct buf b;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	ck_assert_int_eq(unitfile_commands(&arena, commands[_i].line, &b,
					   add_command), commands[_i].whole);
	ck_assert_str_eq(b.s, commands[_i].commands);
}
END_TEST

/* ---- names ---- */

START_TEST(names_of_units)
{
	struct unitfile_name n;
	char longest[300];

	ck_assert(unitfile_name(&arena, "getty@tty1.service", &n));
	ck_assert_str_eq(n.prefix, "getty");
	ck_assert_str_eq(n.instance, "tty1");
	ck_assert_str_eq(n.type, "service");
	ck_assert(unitfile_name(&arena, "a.b.mount", &n));
	ck_assert_str_eq(n.prefix, "a.b");
	ck_assert_ptr_null(n.instance);
	ck_assert(unitfile_name(&arena, "getty@.service", &n));
	ck_assert_str_eq(n.instance, "");
	ck_assert(!unitfile_name(&arena, "service", &n));
	ck_assert(!unitfile_name(&arena, ".service", &n));
	ck_assert(!unitfile_name(&arena, "@a.service", &n));
	ck_assert(!unitfile_name(&arena, "a/b.service", &n));
	memset(longest, 'a', sizeof(longest));
	strcpy(longest + 248, ".target");
	ck_assert(unitfile_name(&arena, longest, &n));
	strcpy(longest + 249, ".target");
	ck_assert_uint_eq(strlen(longest), UNITFILE_NAME_MAX + 1);
	longest[248] = 'a';
	ck_assert(!unitfile_name(&arena, longest, &n));
}
END_TEST

START_TEST(templates)
{
	ck_assert_str_eq(unitfile_template(&arena, "getty@tty1.service"),
			 "getty@.service");
	ck_assert_ptr_null(unitfile_template(&arena, "getty@.service"));
	ck_assert_ptr_null(unitfile_template(&arena, "a.service"));
	ck_assert_str_eq(unitfile_instance(&arena, "getty@.service", "x"),
			 "getty@x.service");
	ck_assert_str_eq(unitfile_instance(&arena, "a.service", "x"),
			 "a.service");
}
END_TEST

static const struct {
	const char *text, *expanded;
} specifiers[] = {
	{ "/bin/a", "/bin/a" },
	{ "%p-%i", "a-b-dev\\x2dx" }, { "%I", "b/dev-x" },
	{ "%n", "a-b@b-dev\\x2dx.service" }, { "%N", "a-b@b-dev\\x2dx" },
	{ "%j", "b" }, { "%P", "a/b" }, { "%f", "/b/dev-x" },
	{ "%t/%%", "/run/%" }, { "%m", NULL }, { "%", "%" },
};

START_TEST(specifiers_of_a_unit)
{
	const char *got = unitfile_expand(&arena, "a-b@b-dev\\x2dx.service",
					  specifiers[_i].text);

	if (specifiers[_i].expanded && _i != 1)
		ck_assert_str_eq(got, specifiers[_i].expanded);
	else if (_i == 1)
		ck_assert_str_eq(got, "a-b-b-dev\\x2dx");
	else
		ck_assert_ptr_null(got);
}
END_TEST

/* ---- ld.so.cache ---- */

#define CACHE_STRINGS (48 + 3 * 24)

struct cache {
	unsigned char bytes[256];
	size_t len;
};

static void put32(struct cache *c, size_t at, uint32_t v)
{
	memcpy(c->bytes + at, &v, sizeof(v));
}

/* libc has two files, libm one */
static void make_cache(struct cache *c)
{
	static const char strings[] = "libc.so.6\0/a/libc.so.6\0"
				      "/b/libc.so.6\0libm.so.6\0/a/libm.so.6";
	static const uint32_t at[3][2] = { { 0, 10 }, { 0, 23 }, { 36, 46 } };
	size_t i;

	memset(c, 0, sizeof(*c));
	memcpy(c->bytes, "glibc-ld.so.cache1.1", 20);
	put32(c, 20, 3);
	put32(c, 24, sizeof(strings));
	for (i = 0; i < 3; i++) {
		put32(c, 48 + i * 24 + 4, CACHE_STRINGS + at[i][0]);
		put32(c, 48 + i * 24 + 8, CACHE_STRINGS + at[i][1]);
	}
	memcpy(c->bytes + CACHE_STRINGS, strings, sizeof(strings));
	c->len = CACHE_STRINGS + sizeof(strings);
}

/* all that it says, in a text */
static const char *all_of(const void *bytes, size_t len)
{
	static const char *const names[] = { "libc.so.6", "libm.so.6", "none" };
	struct ldcache c;
	struct buf b;
	size_t i, at;
	const char *value;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	if (!ldcache_open(&c, bytes, len))
		return "no";
	for (i = 0; i < 3; i++)
		for (at = 0; (value = ldcache_next(&c, names[i], &at)); )
			buf_printf(&b, "%s ", value);
	return b.s;
}

#define CACHE_SAYS "/a/libc.so.6 /b/libc.so.6 /a/libm.so.6 "

START_TEST(a_cache)
{
	struct cache c;

	make_cache(&c);
	ck_assert_str_eq(all_of(c.bytes, c.len), CACHE_SAYS);
}
END_TEST

START_TEST(a_cache_behind_an_old_one)
{
	struct cache c;
	unsigned char both[sizeof(c.bytes) + 32] = "ld.so-1.7.0";
	uint32_t n = 1;

	make_cache(&c);
	memcpy(both + 12, &n, sizeof(n));
	/* 16 and one entry of 12, rounded up to 8 */
	memcpy(both + 32, c.bytes, c.len);
	ck_assert_str_eq(all_of(both, 32 + c.len), CACHE_SAYS);
	n = 0xffffffff;
	memcpy(both + 12, &n, sizeof(n));
	ck_assert_str_eq(all_of(both, 32 + c.len), "no");
}
END_TEST

START_TEST(a_cache_of_the_other_byte_order)
{
	struct cache c;
	size_t i;

	make_cache(&c);
	for (i = 20; i < CACHE_STRINGS; i += 4) {
		uint32_t v;

		memcpy(&v, c.bytes + i, sizeof(v));
		put32(&c, i, __builtin_bswap32(v));
	}
	ck_assert_str_eq(all_of(c.bytes, c.len), CACHE_SAYS);
}
END_TEST

/* each byte changed, each length: in memory of just that size, for the sanitizers */
START_TEST(a_spoiled_cache)
{
	struct cache c;
	size_t i, len;

	make_cache(&c);
	for (len = 0; len <= c.len; len++) {
		unsigned char *cut = malloc(len ? len : 1);

		memcpy(cut, c.bytes, len);
		all_of(cut, len);
		for (i = 0; i < len; i += 3) {
			cut[i] ^= 0xff;
			all_of(cut, len);
			cut[i] ^= 0xff;
		}
		free(cut);
	}
	ck_assert_str_eq(all_of(c.bytes, 47), "no");
	ck_assert_str_eq(all_of(c.bytes, 48), "no");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("unitfile");
	TCase *t = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, lines_of_a_unit);
	tcase_add_test(t, the_last_one_counts_and_an_empty_one_forgets);
	tcase_add_test(t, truth);
	tcase_add_loop_test(t, words_of_a_line, 0, 7);
	tcase_add_loop_test(t, commands_of_a_line, 0, 8);
	tcase_add_test(t, names_of_units);
	tcase_add_test(t, templates);
	tcase_add_loop_test(t, specifiers_of_a_unit, 0, 11);
	tcase_add_test(t, a_cache);
	tcase_add_test(t, a_cache_behind_an_old_one);
	tcase_add_test(t, a_cache_of_the_other_byte_order);
	tcase_add_test(t, a_spoiled_cache);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
