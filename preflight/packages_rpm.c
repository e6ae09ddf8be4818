/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "packages_int.h"
#include "tmpdir.h"

/*
 * rpm writes to a database that it only reads (locks, a log of sqlite), and its
 * --root wants to be root: so it gets a copy.
 */
static const char *const dirs[] = {
	"/usr/lib/sysimage/rpm", "/var/lib/rpm",
};
static const char *const files[] = {
	"rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages.db", "Packages",
};

enum {
	LINE_MAX_ = 16384,
	SILENT_MAX = 60000,	/* milliseconds without a word */
};

extern char **environ;

/* ---- the copy ---- */

static bool copy_bytes(struct tree_content *c, int fd,
		       const volatile bool *stop)
{
	static char buf[65536];
	uint64_t at = 0;
	ssize_t n;

	while ((n = tree_content_pread(c, buf, sizeof(buf), at)) > 0) {
		if ((stop && *stop) || write(fd, buf, (size_t)n) != n)
			return false;
		at += (uint64_t)n;
	}
	return !n;
}

static bool copy_file(struct tree *t, const struct tree_file *f,
		      const char *to, const volatile bool *stop)
{
	struct tree_content *c = tree_content(t, f);
	int fd;
	bool ok;

	if (!c)
		return false;
	fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ok = fd >= 0 && copy_bytes(c, fd, stop);
	if (fd >= 0)
		close(fd);
	tree_content_close(c);
	return ok;
}

/* what is there of a database; *n how many files. False: one could not be had */
static bool copy_database(struct tree *t, struct arena *a, const char *dir,
			  const char *to, size_t *n, const volatile bool *stop)
{
	struct tree_file f;
	size_t i;

	for (*n = 0, i = 0; i < ARRAY_SIZE(files); i++) {
		if (!tree_find(t, a, buf_textf(a, "%s/%s", dir, files[i]), &f) ||
		    !S_ISREG(f.mode))
			continue;
		if (!copy_file(t, &f, buf_textf(a, "%s/%s", to, files[i]),
			       stop))
			return false;
		++*n;
	}
	return true;
}

/* ---- rpm ---- */

/* its standard output, and its id; -1: errno */
static int start(const char *dbpath, pid_t *pid)
{
	char *argv[] = {
		(char *)"rpm", (char *)"--dbpath", (char *)dbpath,
		(char *)"-qa", (char *)"--qf",
		(char *)"[%{NAME}\\t%{FILENAMES}\\n]", NULL,
	};
	posix_spawn_file_actions_t to;
	int pipe_[2], error;

	if (pipe2(pipe_, O_CLOEXEC))
		return -1;
	posix_spawn_file_actions_init(&to);
	posix_spawn_file_actions_addopen(&to, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&to, pipe_[1], 1);
	posix_spawn_file_actions_addopen(&to, 2, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(pid, "rpm", &to, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&to);
	close(pipe_[1]);
	if (!error)
		return pipe_[0];
	close(pipe_[0]);
	errno = error;
	return -1;
}

static void take_line(char *line, const struct packages_sink *to)
{
	char *path = strchr(line, '\t');

	if (!path)
		return;
	*path++ = '\0';
	to->file(to->arg, line, path);
}

/* whole lines of the len bytes; what is left is moved to the front */
static size_t take_lines(char *buf, size_t len, const struct packages_sink *to)
{
	char *p = buf, *end;

	while ((end = memchr(p, '\n', len - (size_t)(p - buf)))) {
		*end = '\0';
		take_line(p, to);
		p = end + 1;
	}
	len -= (size_t)(p - buf);
	memmove(buf, p, len);
	/* no path is as long */
	return len == LINE_MAX_ ? 0 : len;
}

static bool read_all(int fd, const struct packages_sink *to,
		     const volatile bool *stop)
{
	struct pollfd in = { .fd = fd, .events = POLLIN };
	char buf[LINE_MAX_];
	size_t len = 0;
	ssize_t n;

	for (;;) {
		if (poll(&in, 1, SILENT_MAX) <= 0 || (stop && *stop))
			return false;
		n = read(fd, buf + len, sizeof(buf) - len);
		if (n <= 0)
			return !n;
		len = take_lines(buf, len + (size_t)n, to);
	}
}

static bool ask(const char *dbpath, const struct packages_sink *to,
		const volatile bool *stop)
{
	pid_t pid;
	int fd = start(dbpath, &pid), status = 0;
	bool ok;

	if (fd < 0)
		return false;
	ok = read_all(fd, to, stop);
	close(fd);
	if (!ok)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return ok && WIFEXITED(status) && !WEXITSTATUS(status);
}

/* false: nothing is there */
static bool try_dir(struct packages *p, struct tree *t, const char *dir,
		    const char *tmp, const struct packages_sink *to,
		    const volatile bool *stop)
{
	size_t n;
	bool ok = copy_database(t, p->arena, dir, tmp, &n, stop);

	if (ok && !n)
		return false;
	if (!ok)
		packages_note(p, "rpm's database cannot be copied: files are "
			      "not told apart by package");
	else if (!ask(tmp, to, stop))
		packages_note(p, "rpm(8) of this machine does not read the "
			      "database of packages: files are not told apart "
			      "by package");
	return true;
}

bool packages_rpm(struct packages *p, struct tree *t,
		  const struct packages_sink *to, const volatile bool *stop)
{
	const char *tmp = tmpdir_new(p->arena);
	bool found = false;
	size_t i;

	if (!tmp)
		return false;
	for (i = 0; i < ARRAY_SIZE(dirs) && !found; i++)
		found = try_dir(p, t, dirs[i], tmp, to, stop);
	tmpdir_remove(tmp);
	return found;
}
