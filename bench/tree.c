/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "tree.h"

/*
 * tree_walk() against a bare walk that asks the same of the kernel: statx(2) of
 * each name, and both attributes of each regular file by its path. Each is the
 * best of ROUNDS, taken in turns, on one warm tree.
 *
 *	tree DIR [MAX]		exit 1 where the ratio is above MAX
 *	tree --make DIR N	N files, some with security.ima where that may be set
 *	tree --bare DIR		the bare walk alone, for who measures it otherwise
 */
#define ROUNDS 7

static unsigned long files;

/* ---- the bare one ---- */

static void bare_file(const char *path)
{
	char value[1024];

	files++;
	if (lgetxattr(path, "security.ima", value, sizeof(value)) > 0)
		value[0] = 0;
	if (lgetxattr(path, "security.selinux", value, sizeof(value)) > 0)
		value[0] = 0;
}

static void bare(char *path, size_t len)
{
	DIR *d = opendir(path);
	struct statx st;
	struct dirent *e;

	while (d && (e = readdir(d))) {
		size_t n = strlen(e->d_name);

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
		    len + n + 2 > PATH_MAX)
			continue;
		path[len] = '/';
		memcpy(path + len + 1, e->d_name, n + 1);
		if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW,
			  STATX_BASIC_STATS, &st))
			continue;
		if (S_ISDIR(st.stx_mode))
			bare(path, len + 1 + n);
		else if (S_ISREG(st.stx_mode))
			bare_file(path);
	}
	if (d)
		closedir(d);
}

static void walk_bare(const char *dir)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", dir);
	bare(path, strlen(path));
}

/* ---- ours ---- */

static bool visit(void *arg, const struct tree_file *f)
{
	files += S_ISREG(f->mode);
	return true;
}

static void missed(void *arg, const char *path, enum tree_miss why, int error,
		   const char *text)
{
	fprintf(stderr, "%s: missed\n", path);
}

static void walk_tree(const char *dir)
{
	static const struct tree_walk w = { NULL, visit, missed, false };
	struct arena a;
	const char *why;
	struct tree *t;

	arena_init(&a);
	t = tree_open(&a, dir, NULL, &why);
	if (t)
		tree_walk(t, &w);
	else
		fprintf(stderr, "%s: %s\n", dir, why);
	tree_close(t);
	arena_free(&a);
}

/* ---- the two ---- */

static double seconds(void (*walk)(const char *dir), const char *dir)
{
	struct timespec from, to;

	files = 0;
	clock_gettime(CLOCK_MONOTONIC, &from);
	walk(dir);
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (double)(to.tv_sec - from.tv_sec) +
	       (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

static int compare(const char *dir, double max)
{
	double best[2] = { 1e9, 1e9 }, took;
	unsigned long n[2];
	int i;

	for (i = 0; i < 2 * ROUNDS; i++) {
		took = seconds(i % 2 ? walk_tree : walk_bare, dir);
		n[i % 2] = files;
		if (took < best[i % 2])
			best[i % 2] = took;
	}
	printf("%lu files: bare %.3f s, tree_walk %.3f s, ratio %.2f\n", n[1],
	       best[0], best[1], best[1] / best[0]);
	if (n[0] != n[1]) {
		fprintf(stderr, "the bare walk saw %lu\n", n[0]);
		return 1;
	}
	return max > 0 && best[1] / best[0] > max;
}

static int make(const char *dir, long n)
{
	char path[PATH_MAX], value[265] = "\3\2\4";
	long i;
	int fd;

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%03ld", dir, i / 200);
		if (i % 200 == 0 && mkdir(path, 0755))
			return 1;
		snprintf(path, sizeof(path), "%s/%03ld/%ld", dir, i / 200, i);
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
		if (fd < 0)
			return 1;
		if (i % 4 == 0)
			(void)!fsetxattr(fd, "security.ima", value,
					 sizeof(value), 0);
		close(fd);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "--make"))
		return make(argv[2], atol(argv[3]));
	if (argc == 3 && !strcmp(argv[1], "--bare")) {
		walk_bare(argv[2]);
		return 0;
	}
	if (argc < 2)
		return 2;
	return compare(argv[1], argc > 2 ? atof(argv[2]) : 0);
}
