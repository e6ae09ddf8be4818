/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outfile.h"

/*
 * A file is replaced or is not, and nothing lies beside it: neither after a
 * signal in the middle nor after an error.
 */
static int signal_in_fsync;
static int fsync_result;

/* stands for the C library's: the moment at which all is written, not renamed */
int fsync(int fd)
{
	if (signal_in_fsync)
		kill(getpid(), signal_in_fsync);
	return fsync_result;
}

static char dir[] = "outfile-XXXXXX";
static char path[64];

static void setup(void)
{
	FILE *f;

	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/file", dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs("old", f);
	fclose(f);
	signal_in_fsync = fsync_result = 0;
}

static void teardown(void)
{
	unlink(path);
	ck_assert_int_eq(rmdir(dir), 0);
}

/* the file says this, and is the only one */
static void check_file(const char *want)
{
	char text[16] = "";
	FILE *f = fopen(path, "r");
	DIR *d = opendir(dir);
	const struct dirent *e;
	int n = 0;

	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(d);
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), f));
	fclose(f);
	ck_assert_str_eq(text, want);
	while ((e = readdir(d)))
		n += e->d_name[0] != '.';
	closedir(d);
	ck_assert_int_eq(n, 1);
}

/* what became of a process that wrote "new" */
static int written(void)
{
	struct arena a;
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (!pid) {
		/* check has handlers of its own */
		signal(SIGINT, SIG_DFL);
		signal(SIGTERM, SIG_DFL);
		signal(SIGHUP, SIG_DFL);
		arena_init(&a);
		_exit(!outfile_replace(&a, path, "new", 3));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

START_TEST(signalled)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	int status;

	signal_in_fsync = signals[_i];
	status = written();
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), signals[_i]);
	check_file("new");
}
END_TEST

START_TEST(not_written)
{
	int status;

	fsync_result = -1;
	status = written();
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 1);
	check_file("old");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("outfile");
	TCase *tc = tcase_create("outfile");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, signalled, 0, 3);
	tcase_add_test(tc, not_written);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
