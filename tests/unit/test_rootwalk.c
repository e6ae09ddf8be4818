/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "buf.h"
#include "rootwalk.h"

static struct arena arena;
static struct buf seen;
static char dir[32];
static const char *pass, *last;	/* paths at which the visitor does more */

static enum rootwalk_next visit(void *arg, const struct rootwalk_entry *e)
{
	ck_assert_ptr_eq(arg, &arena);
	buf_printf(&seen, "%s%s\n", e->path, S_ISDIR(e->st->stx_mode) ? "/" :
		   S_ISLNK(e->st->stx_mode) ? "@" : "");
	if (last && !strcmp(e->path, last))
		return ROOTWALK_END;
	return pass && !strcmp(e->path, pass) ? ROOTWALK_PASS : ROOTWALK_ON;
}

static void missed(void *arg, const char *path, enum rootwalk_miss why,
		   int error)
{
	ck_assert_ptr_eq(arg, &arena);
	buf_printf(&seen, "%s missed %d %s\n", path, (int)why,
		   error ? strerror(error) : "-");
}

static const struct rootwalk walk = { &arena, &arena, visit, missed };

static void setup(void)
{
	arena_init(&arena);
	buf_init(&seen, &arena);
	buf_puts(&seen, "");
	pass = last = NULL;
	strcpy(dir, "walk-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
	arena_free(&arena);
}

static const char *below(const char *name)
{
	struct buf b;

	buf_init(&b, &arena);
	buf_printf(&b, "%s/%s", dir, name);
	return b.s;
}

static void make_file(const char *name)
{
	int fd = open(below(name), O_WRONLY | O_CREAT, 0600);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void make_dir(const char *name)
{
	ck_assert_int_eq(mkdir(below(name), 0700), 0);
}

START_TEST(order)
{
	make_dir("a");
	make_file("a/b");
	make_file("a-b");
	make_file("a0");
	make_file("a/\xff");
	make_file("a/B");
	make_file("a/new\nline");
	make_dir("empty");
	ck_assert_int_eq(symlink("a", below("link")), 0);
	ck_assert_int_eq(symlink("/", below("a/root")), 0);
	ck_assert(rootwalk(&walk, dir));
	/* of files: as sort(1) with LC_ALL=C puts them */
	ck_assert_str_eq(seen.s, "//\n/a-b\n/a/\n/a/B\n/a/b\n/a/new\nline\n"
			 "/a/root@\n/a/\xff\n/a0\n/empty/\n/link@\n");
}
END_TEST

START_TEST(pass_and_end)
{
	make_dir("a");
	make_file("a/x");
	make_dir("b");
	make_dir("b/c");
	make_file("b/c/x");
	make_file("b/d");
	pass = "/a";
	last = "/b/c/x";
	ck_assert(rootwalk(&walk, dir));
	ck_assert_str_eq(seen.s, "//\n/a/\n/b/\n/b/c/\n/b/c/x\n");
	seen.len = 0;
	last = "/";
	ck_assert(rootwalk(&walk, dir));
	ck_assert_str_eq(seen.s, "//\n");
}
END_TEST

START_TEST(no_directory)
{
	make_file("f");
	ck_assert(!rootwalk(&walk, below("nonesuch")));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert(!rootwalk(&walk, below("f")));
	ck_assert_int_eq(errno, ENOTDIR);
	ck_assert_str_eq(seen.s, "");
}
END_TEST

/* deeper than the cap; each directory is made inside the one before */
START_TEST(depth)
{
	struct buf path;
	int i, fd, next;

	buf_init(&path, &arena);
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	for (i = 0; i <= ROOTWALK_DEPTH; i++) {
		ck_assert_int_eq(mkdirat(fd, "d", 0700), 0);
		next = openat(fd, "d", O_RDONLY | O_DIRECTORY);
		close(fd);
		fd = next;
		buf_puts(&path, "/d");
	}
	close(fd);
	ck_assert(rootwalk(&walk, dir));
	buf_printf(&path, " missed %d -\n", ROOTWALK_TOO_DEEP);
	ck_assert_str_eq(seen.s + seen.len - path.len, path.s);
	/* one less is not too deep */
	ck_assert_uint_eq(path.len - strlen(" missed 1 -\n"),
			  2 * (ROOTWALK_DEPTH + 1));
	ck_assert_ptr_eq(strstr(seen.s, "missed"),
			 strrchr(seen.s, 'm'));
}
END_TEST

/* root reads everything, so somebody else has to try */
START_TEST(unreadable)
{
	make_dir("a");
	make_dir("b");
	make_file("b/x");
	make_dir("c");
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(chmod(below("b"), 0755), 0);
	ck_assert_int_eq(chmod(below("c"), 0755), 0);
	ck_assert_int_eq(chmod(below("a"), 0), 0);
	if (!geteuid())
		ck_assert_int_eq(seteuid(65534), 0);
	ck_assert(rootwalk(&walk, dir));
	if (!getuid())
		ck_assert_int_eq(seteuid(0), 0);
	chmod(below("a"), 0700);
	ck_assert_str_eq(seen.s, "//\n/a/\n/a missed 0 Permission denied\n"
			 "/b/\n/b/x\n/c/\n");
}
END_TEST

/* out of descriptors: said, and the walk goes on beside it */
START_TEST(no_descriptors)
{
	struct rlimit old, few;
	int fd = dup(0);

	close(fd);
	make_dir("a");
	make_dir("a/b");
	make_dir("a/b/c");
	make_file("z");
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = old;
	few.rlim_cur = (rlim_t)fd + 2;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	ck_assert(rootwalk(&walk, dir));
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	ck_assert_str_eq(seen.s, "//\n/a/\n/a/b/\n"
			 "/a/b missed 0 Too many open files\n/z\n");
}
END_TEST

static enum rootwalk_next only_proc(void *arg, const struct rootwalk_entry *e)
{
	if (strcmp(e->path, "/") && strcmp(e->path, "/proc"))
		return ROOTWALK_PASS;
	return visit(arg, e);
}

/* /proc is not entered from outside, and is read where it is asked for */
START_TEST(made_up)
{
	struct rootwalk w = walk;
	struct buf want;

	w.visit = only_proc;
	buf_init(&want, &arena);
	buf_printf(&want, "//\n/proc/\n/proc missed %d -\n", ROOTWALK_MADE_UP);
	ck_assert(rootwalk(&w, "/"));
	ck_assert_str_eq(seen.s, want.s);
	seen.len = 0;
	w.visit = visit;
	ck_assert(rootwalk(&w, "/proc/self/fdinfo"));
	ck_assert_ptr_nonnull(strstr(seen.s, "\n/0\n"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("rootwalk");
	TCase *tc = tcase_create("rootwalk");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, order);
	tcase_add_test(tc, pass_and_end);
	tcase_add_test(tc, no_directory);
	tcase_add_test(tc, depth);
	tcase_add_test(tc, unreadable);
	tcase_add_test(tc, no_descriptors);
	tcase_add_test(tc, made_up);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
