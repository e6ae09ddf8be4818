/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "filefacts.h"

#define LINK_TEXT 4096	/* bytes of a path that the kernel tells */
#define LABEL_TEXT 4096

/* below the root, wherever symlinks lead; -1: errno is set */
static int open_below(int root, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

static const char *fd_link(char *name, size_t size, int fd)
{
	snprintf(name, size, "/proc/self/fd/%d", fd);
	return name;
}

/* the path as the kernel tells it; NULL: it does not */
static const char *path_of(struct arena *a, int fd)
{
	char name[64], text[LINK_TEXT];
	ssize_t n = readlink(fd_link(name, sizeof(name), fd), text,
			     sizeof(text));

	if (n <= 0 || (size_t)n == sizeof(text) || text[0] != '/')
		return NULL;
	return arena_strndup(a, text, (size_t)n);
}

/* what stands behind the root's own path; path itself where that is unknown */
static const char *path_below(struct arena *a, int root, int file,
			      const char *path)
{
	const char *top = path_of(a, root), *full = path_of(a, file);
	size_t len;

	if (!top || !full)
		return path;
	len = strcmp(top, "/") ? strlen(top) : 0;
	return strncmp(top, full, len) || full[len] != '/' ? path : full + len;
}

/* the bytes end with a NUL on disk, or do not */
static const char *label_of(struct arena *a, int fd)
{
	char name[64], text[LABEL_TEXT];
	ssize_t n = getxattr(fd_link(name, sizeof(name), fd),
			     "security.selinux", text, sizeof(text));

	if (n <= 0 || !text[0])
		return NULL;
	return arena_strndup(a, text, strnlen(text, (size_t)n));
}

static bool read_open(struct arena *a, int root, int fd, const char *path,
		      struct filefacts *out)
{
	struct statfs fs;
	struct stat st;

	if (fstat(fd, &st) || fstatfs(fd, &fs))
		return false;
	out->path = path_below(a, root, fd, path);
	out->regular = S_ISREG(st.st_mode);
	out->dev = st.st_dev;
	out->ino = st.st_ino;
	out->owner = st.st_uid;
	out->group = st.st_gid;
	/* 32 bits on most file systems, and a long may be signed */
	out->magic = (unsigned long)fs.f_type;
	out->label = label_of(a, fd);
	return true;
}

static bool read_below(struct arena *a, int root, const char *path,
		       struct filefacts *out)
{
	int fd = open_below(root, path), error;
	bool ok;

	if (fd < 0)
		return false;
	ok = read_open(a, root, fd, path, out);
	error = errno;
	close(fd);
	errno = error;
	return ok;
}

bool filefacts_read(struct arena *a, const char *root, const char *path,
		    struct filefacts *out)
{
	int dir = open(root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int error;
	bool ok;

	memset(out, 0, sizeof(*out));
	if (dir < 0)
		return false;
	ok = read_below(a, dir, path, out);
	error = errno;
	close(dir);
	errno = error;
	return ok;
}
