/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops.h"

enum {
	READ_FIRST = 16384,
	LINE_FILE_MAX = 65536, /* far above what /proc and securityfs have in one line */
	INTERRUPTIONS = 1000,  /* of one read or write; a file system that never ends with them is as good as a broken one */
};

bool ops_is_roots(const struct stat *st)
{
	return !st->st_uid && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

bool ops_place_is_roots(const struct load_ops *ops, const char *path)
{
	char dir[PATH_MAX];
	const char *slash;
	struct stat st;

	for (slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		if ((size_t)snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path + 1), path) >= sizeof(dir) ||
		    ops->stat(ops->ctx, dir, &st) || (!ops_is_roots(&st) && (st.st_uid || !(st.st_mode & S_ISVTX))))
			return false;
	}
	return true;
}

static int grow(char **data, size_t *room, size_t max)
{
	size_t want = *room ? *room * 2 : READ_FIRST;
	char *more;

	if (want > max)
		want = max + 1;
	more = realloc(*data, want + 1);
	if (!more)
		return -ENOMEM;
	*data = more;
	*room = want;
	return 0;
}

int ops_read_all(const struct load_ops *ops, int fd, size_t max, char **data, size_t *len)
{
	unsigned int interrupted = 0;
	size_t room = 0;
	ssize_t n;
	int err = 0;

	*data = NULL;
	*len = 0;
	for (;;) {
		if (*len == room)
			err = grow(data, &room, max);
		if (err)
			break;
		n = ops->read(ops->ctx, fd, *data + *len, room - *len);
		if (n == -EINTR && interrupted++ < INTERRUPTIONS)
			continue;
		if (n <= 0) {
			err = (int)n;
			break;
		}
		*len += (size_t)n;
		if (*len > max) {
			err = -EFBIG;
			break;
		}
	}
	if (!err) {
		(*data)[*len] = '\0';
		return 0;
	}
	free(*data);
	*data = NULL;
	*len = 0;
	return err;
}

int ops_read_file(const struct load_ops *ops, const char *path, size_t max, char **data, size_t *len)
{
	int fd = ops->open(ops->ctx, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0), err;

	if (fd < 0)
		return fd;
	err = ops_read_all(ops, fd, max, data, len);
	ops->close(ops->ctx, fd);
	return err;
}

int ops_read_line(const struct load_ops *ops, const char *path, char *line, size_t room)
{
	char *data;
	size_t len;
	int err = ops_read_file(ops, path, LINE_FILE_MAX, &data, &len);

	if (err)
		return err;
	len = strcspn(data, "\n");
	if (len >= room)
		err = -EFBIG;
	else
		snprintf(line, room, "%.*s", (int)len, data);
	free(data);
	return err;
}

int ops_write_all(const struct load_ops *ops, int fd, const char *data, size_t len)
{
	unsigned int interrupted = 0;

	while (len) {
		ssize_t n = ops->write(ops->ctx, fd, data, len);

		if (n == -EINTR && interrupted++ < INTERRUPTIONS)
			continue;
		if (n < 0)
			return (int)n;
		if (n == 0 || (size_t)n > len)
			return -EIO;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}
