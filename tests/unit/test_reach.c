/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "reach.h"
#include "util.h"

static char dir[32];
static int fd;

static void run(const char *command)
{
	char text[4096];

	snprintf(text, sizeof(text), "cd %s && %s", dir, command);
	ck_assert_int_eq(system(text), 0);
}

static void setup(void)
{
	strcpy(dir, "reach-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	run("mkdir -p a/b c out && echo x >a/b/file && echo y >top &&"
	    " ln -s a/b/file link && ln -s b a/rel && ln -s /a/b a/abs &&"
	    " ln -s ../../../../top a/b/up && ln -s loop2 loop1 &&"
	    " ln -s loop1 loop2 && ln -s ../a/./rel//.. c/dots &&"
	    " ln -s /etc out/etc && ln -s .. a/parent && ln -s a/b/ slash");
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	ck_assert_int_ge(fd, 0);
}

static void teardown(void)
{
	char command[64];

	close(fd);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

static const char *const paths[] = {
	"top", "/top", "//top", "./top", "a/b/file", "a/rel/file", "a/abs/file",
	"a/b/up", "link", "loop1", "loop1/x", "c/dots/b/file", "c/dots",
	"out/etc/passwd", "out/etc", "a/../top", "../top", "a/b/../../top",
	"a/parent/top", "a/parent/a/parent/top", "slash/file", "slash", "slash/",
	"", "/", ".", "..", "a/", "a/.", "a/b/..", "top/", "top/x", "nonesuch",
	"nonesuch/x", "a/nonesuch", "a/b/up/x", "a//b///file", "a/rel/../../top",
};

static long by_kernel(const char *path, uint64_t resolve)
{
	struct open_how how = { .flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
				.resolve = resolve };

	return syscall(SYS_openat2, fd, path, &how, sizeof(how));
}

/* by hand it is the file that the kernel finds, or none where it finds none */
static void compare(const char *path, bool links)
{
	int mine = reach_by_hand(fd, path, O_PATH, links);
	long its = by_kernel(path, links ? RESOLVE_IN_ROOT :
			     RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	struct stat x, y;

	if (its < 0 && errno == ENOSYS)
		return;
	if (its < 0) {
		ck_assert_msg(mine < 0, "%s: found by hand alone", path);
		return;
	}
	if (mine < 0) {
		/* a slash behind a link, or dots that lead to the top */
		ck_assert_msg(0, "%s: not found by hand: %s", path,
			      strerror(errno));
	}
	ck_assert_int_eq(fstat(mine, &x), 0);
	ck_assert_int_eq(fstat((int)its, &y), 0);
	ck_assert_msg(x.st_ino == y.st_ino, "%s: another file", path);
	close(mine);
	close((int)its);
}

START_TEST(by_hand_as_by_the_kernel)
{
	compare(paths[_i], true);
}
END_TEST

START_TEST(by_hand_without_links)
{
	/* a leading slash is refused by the kernel and is nothing by hand */
	if (paths[_i][0] != '/')
		compare(paths[_i], false);
}
END_TEST

START_TEST(no_link_at_the_end)
{
	const struct reach how[] = { { REACH_ROOT, fd }, { REACH_TREE, fd } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(how); i++) {
		ck_assert_int_eq(reach_open(&how[i], "link", O_RDONLY), -1);
		ck_assert_int_eq(errno, ELOOP);
	}
}
END_TEST

START_TEST(parents)
{
	const struct reach root = { REACH_ROOT, fd };
	const char *name;
	struct stat st;
	int parent = reach_parent(&root, "/a/abs/file", &name);

	ck_assert_int_ge(parent, 0);
	ck_assert_str_eq(name, "file");
	ck_assert_int_eq(fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	close(parent);
	parent = reach_parent(&root, "top", &name);
	ck_assert_int_ge(parent, 0);
	ck_assert_str_eq(name, "top");
	ck_assert_int_eq(fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	close(parent);
	ck_assert_int_eq(reach_parent(&root, "a/", &name), -1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("reach");
	TCase *tc = tcase_create("reach");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, by_hand_as_by_the_kernel, 0,
			    ARRAY_SIZE(paths));
	tcase_add_loop_test(tc, by_hand_without_links, 0, ARRAY_SIZE(paths));
	tcase_add_test(tc, no_link_at_the_end);
	tcase_add_test(tc, parents);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
