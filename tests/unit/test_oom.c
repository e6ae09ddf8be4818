/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <setjmp.h>

#include "front.h"

/*
 * Memory runs out at the first call of malloc(), at the second, and so on. The
 * front end jumps out each time, leaves on_oom as it was, and once the arena is
 * freed nothing is left.
 */
static long calls_left = -1;	/* below 0: no end */
static long in_use;

void *__real_malloc(size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void __wrap_free(void *p);

void *__wrap_malloc(size_t size)
{
	if (!calls_left)
		return NULL;
	if (calls_left > 0) {
		calls_left--;
		in_use++;
	}
	return __real_malloc(size);
}

void __wrap_free(void *p)
{
	if (p)
		in_use--;
	__real_free(p);
}

/* true: it came to its end; n calls of malloc() are allowed */
static bool survives(const char *text, long n)
{
	volatile bool done = false;
	struct buf out;
	jmp_buf oom;
	long left;

	in_use = 0;
	arena_init(&arena);
	arena.on_oom = &oom;
	calls_left = n;
	if (!setjmp(oom)) {
		intern_init(&strings, &arena);
		diags_init(&ds, &arena);
		ast_init(&ast, &arena, &strings);
		front(text);
		buf_init(&out, &arena);
		ast_dump(&ast, &out);
		grammar_dump_tokens(&ast, ast.sources.v[0], &ds, &out);
		done = true;
	}
	calls_left = -1;
	arena_free(&arena);
	left = in_use;
	ck_assert_ptr_eq(arena.on_oom, &oom);
	ck_assert_msg(left == 0, "%ld pieces left after %ld calls", left, n);
	return done;
}

static void exhaust(const char *text, long at_least)
{
	long n;

	for (n = 0; !survives(text, n); n++)
		;
	ck_assert_msg(n >= at_least, "only %ld calls", n);
}

START_TEST(statements)
{
	char *s = repeat("", "measure exec of !(label a | fs ext4) by 5;"
			 "within label \"b\" { audit open } hash;", 200, "");

	exhaust(s, 5);
	free(s);
}
END_TEST

START_TEST(deep_stack)
{
	char *left = repeat("", "within label a {", AST_MAX_WITHIN,
			    "measure exec of ");
	char *s = repeat(left, "(", AST_MAX_NESTING, "label a");

	exhaust(s, 3);
	free(left);
	free(s);
}
END_TEST

START_TEST(long_text)
{
	char *s = repeat("#", "long comment ", 20000, "\nmeasure exec;");

	exhaust(s, 3);
	free(s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("oom");
	TCase *tc = tcase_create("oom");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 400);
	tcase_add_test(tc, statements);
	tcase_add_test(tc, deep_stack);
	tcase_add_test(tc, long_text);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
