/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hostfs.h"
#include "source.h"

bool hostfs_open(struct hostfs *fs, struct arena *a, const char *dir)
{
	fs->arena = a;
	fs->whole = !strcmp(dir, "/");
	fs->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fs->fd >= 0;
}

void hostfs_close(struct hostfs *fs)
{
	if (fs->fd >= 0)
		close(fs->fd);
	fs->fd = -1;
}

/* kernels before 5.6 have no openat2(); with / itself it is not needed */
static int open_below(const struct hostfs *fs, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned int)flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT,
	};
	long fd = syscall(SYS_openat2, fs->fd, path, &how, sizeof(how));

	if (fd < 0 && fs->whole && (errno == ENOSYS || errno == EPERM))
		return open(path, flags | O_CLOEXEC);
	return (int)fd;
}

static bool is_absent(int error)
{
	return error == ENOENT || error == ENOTDIR;
}

/* what can be told of a file that cannot be opened for reading */
static void look_at(const struct hostfs *fs, struct hostfs_file *f)
{
	struct stat st;
	int fd = open_below(fs, f->path, O_PATH);

	if (fd < 0)
		return;
	f->there = true;
	if (!fstat(fd, &st))
		f->mode = st.st_mode;
	close(fd);
}

static int read_regular(const struct hostfs *fs, int fd, struct hostfs_file *f)
{
	struct stat st;

	if (fstat(fd, &st))
		return errno;
	f->mode = st.st_mode;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	switch (source_read_fd(fs->arena, fd, &f->text, &f->len)) {
	case SOURCE_ERRNO:
		return errno;
	case SOURCE_TOO_LARGE:
		return EFBIG;
	case SOURCE_OK:
		break;
	}
	return 0;
}

struct hostfs_file hostfs_read(const struct hostfs *fs, const char *path)
{
	struct hostfs_file f = { .path = path };
	int fd = open_below(fs, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);

	if (fd < 0) {
		f.error = errno;
		if (!is_absent(f.error))
			look_at(fs, &f);
		return f;
	}
	f.there = true;
	f.error = read_regular(fs, fd, &f);
	if (f.error)
		f.text = NULL;
	close(fd);
	return f;
}

bool hostfs_has(const struct hostfs *fs, const char *path)
{
	struct hostfs_file f = { .path = path };

	look_at(fs, &f);
	return f.there;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool hostfs_list(const struct hostfs *fs, const char *path, hostfs_names *out)
{
	int fd = open_below(fs, path, O_RDONLY | O_DIRECTORY);
	struct dirent *e;
	DIR *d;

	if (fd < 0)
		return is_absent(errno);
	d = fdopendir(fd);
	if (!d) {
		close(fd);
		return false;
	}
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			vec_push(fs->arena, out,
				 arena_strndup(fs->arena, e->d_name,
					       strlen(e->d_name)));
	closedir(d);
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_bytes);
	return true;
}
