/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "outfile.h"

bool outfile_write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

/* closes fd whatever happens, and keeps the first errno */
static bool finish(int fd, bool ok)
{
	int saved = errno;

	if (close(fd) && ok)
		return false;
	if (!ok)
		errno = saved;
	return ok;
}

static bool write_through(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	return finish(fd, outfile_write_all(fd, text, len));
}

static mode_t new_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* the rename itself must survive a crash; a file system may not know how */
static void sync_directory(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dir = ".";
	int fd;

	if (slash == path)
		dir = "/";
	else if (slash)
		dir = arena_strndup(a, path, (size_t)(slash - path));
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

/* name: a template of mkstemp(3), in the folder of path */
static bool replace_by(struct arena *a, char *name, const char *path,
		       mode_t mode, const char *text, size_t len)
{
	bool ok;
	int fd, saved;

	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return false;
	ok = outfile_write_all(fd, text, len) && !fchmod(fd, mode) &&
	     !fsync(fd);
	ok = finish(fd, ok) && !rename(name, path);
	if (ok) {
		sync_directory(a, path);
		return true;
	}
	saved = errno;
	unlink(name);
	errno = saved;
	return false;
}

/* Ctrl-C waits, so that no file with the other name is left behind */
static bool replace(struct arena *a, const char *path, mode_t mode,
		    const char *text, size_t len)
{
	sigset_t held, before;
	struct buf name;
	int saved;
	bool ok;

	buf_init(&name, a);
	buf_printf(&name, "%s.XXXXXX", path);
	sigemptyset(&held);
	sigaddset(&held, SIGHUP);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, &before);
	ok = replace_by(a, name.s, path, mode, text, len);
	saved = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = saved;
	return ok;
}

bool outfile_replace(struct arena *a, const char *path, const char *text,
		     size_t len)
{
	char target[PATH_MAX];
	mode_t mode;
	struct stat st;

	if (stat(path, &st)) {
		if (errno != ENOENT)
			return false;
		return replace(a, path, new_mode(), text, len);
	}
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return false;
	}
	if (!S_ISREG(st.st_mode))
		return write_through(path, text, len);
	if (!realpath(path, target))
		return false;
	mode = st.st_mode & 07777;
	return replace(a, target, mode, text, len);
}
