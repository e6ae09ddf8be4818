/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "ops.h"

static int linux_open(void *ctx, const char *path, int flags, unsigned int mode)
{
	int fd;

	(void)ctx;
	fd = open(path, flags, (mode_t)mode);
	return fd < 0 ? -errno : fd;
}

static int linux_close(void *ctx, int fd)
{
	(void)ctx;
	return close(fd) ? -errno : 0;
}

static ssize_t linux_read(void *ctx, int fd, void *buf, size_t len)
{
	ssize_t n;

	(void)ctx;
	n = read(fd, buf, len);
	return n < 0 ? -errno : n;
}

static ssize_t linux_write(void *ctx, int fd, const void *buf, size_t len)
{
	ssize_t n;

	(void)ctx;
	n = write(fd, buf, len);
	return n < 0 ? -errno : n;
}

static int linux_seek_end(void *ctx, int fd)
{
	(void)ctx;
	return lseek(fd, 0, SEEK_END) < 0 ? -errno : 0;
}

static int linux_fsync(void *ctx, int fd)
{
	(void)ctx;
	return fsync(fd) ? -errno : 0;
}

static int linux_fstat(void *ctx, int fd, struct stat *st)
{
	(void)ctx;
	return fstat(fd, st) ? -errno : 0;
}

static int linux_stat(void *ctx, const char *path, struct stat *st)
{
	(void)ctx;
	return stat(path, st) ? -errno : 0;
}

static int linux_unlink(void *ctx, const char *path)
{
	(void)ctx;
	return unlink(path) ? -errno : 0;
}

static ssize_t linux_fgetxattr(void *ctx, int fd, const char *name, void *buf, size_t len)
{
	ssize_t n;

	(void)ctx;
	n = fgetxattr(fd, name, buf, len);
	return n < 0 ? -errno : n;
}

static int linux_fsetxattr(void *ctx, int fd, const char *name, const void *buf, size_t len)
{
	(void)ctx;
	return fsetxattr(fd, name, buf, len, 0) ? -errno : 0;
}

static int linux_getcwd(void *ctx, char *buf, size_t len)
{
	(void)ctx;
	return getcwd(buf, len) ? 0 : -errno;
}

static int linux_random(void *ctx, void *buf, size_t len)
{
	(void)ctx;
	/* Early in a boot the pool may not be ready; a file name needs to be new, O_EXCL does the rest. */
	return getrandom(buf, len, GRND_NONBLOCK) == (ssize_t)len ? 0 : -EAGAIN;
}

static int linux_fs_magic(void *ctx, const char *path, unsigned long *magic)
{
	struct statfs sfs;

	(void)ctx;
	if (statfs(path, &sfs))
		return -errno;
	*magic = (unsigned long)sfs.f_type;
	return 0;
}

static int linux_wait_readable(void *ctx, int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n;

	(void)ctx;
	n = poll(&p, 1, timeout_ms);
	return n < 0 ? -errno : n;
}

static void say_part(const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(STDERR_FILENO, text, len);

		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

static void linux_say(void *ctx, const char *line)
{
	(void)ctx;
	say_part(line, strlen(line));
	say_part("\n", 1);
}

const struct load_ops ops_linux = {
	.open = linux_open,
	.close = linux_close,
	.read = linux_read,
	.write = linux_write,
	.seek_end = linux_seek_end,
	.fsync = linux_fsync,
	.fstat = linux_fstat,
	.stat = linux_stat,
	.unlink = linux_unlink,
	.fgetxattr = linux_fgetxattr,
	.fsetxattr = linux_fsetxattr,
	.getcwd = linux_getcwd,
	.random = linux_random,
	.fs_magic = linux_fs_magic,
	.wait_readable = linux_wait_readable,
	.say = linux_say,
};
