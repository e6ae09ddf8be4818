/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_OPS_H
#define LOADER_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * Every system call of the loader goes through this table, so that the tests put a kernel of their own behind it.
 * Calls answer as the kernel does: a count or descriptor, or a negative errno. No call retries by itself.
 */
struct load_ops {
	int (*open)(void *ctx, const char *path, int flags, unsigned int mode);
	int (*close)(void *ctx, int fd);
	ssize_t (*read)(void *ctx, int fd, void *buf, size_t len);
	ssize_t (*write)(void *ctx, int fd, const void *buf, size_t len);
	int (*seek_end)(void *ctx, int fd);
	int (*fsync)(void *ctx, int fd);
	int (*fstat)(void *ctx, int fd, struct stat *st);
	int (*stat)(void *ctx, const char *path, struct stat *st);
	int (*unlink)(void *ctx, const char *path);
	ssize_t (*fgetxattr)(void *ctx, int fd, const char *name, void *buf, size_t len);
	int (*fsetxattr)(void *ctx, int fd, const char *name, const void *buf, size_t len);
	int (*getcwd)(void *ctx, char *buf, size_t len);
	int (*random)(void *ctx, void *buf, size_t len);
	/* 0 and the magic of the file system that holds path. */
	int (*fs_magic)(void *ctx, const char *path, unsigned long *magic);
	/* Waits until fd can be read: 1, or 0 after timeout_ms. */
	int (*wait_readable)(void *ctx, int fd, int timeout_ms);
	/* One line of text for the user, without newline. */
	void (*say)(void *ctx, const char *line);
	void *ctx;
};

/* The table that asks the running kernel; say writes to standard error. */
extern const struct load_ops ops_linux;

/* Reads until end of file; *data is malloced and has a NUL behind its *len bytes. 0, or a negative errno: -EFBIG when
 * there are more than max bytes. */
int ops_read_all(const struct load_ops *ops, int fd, size_t max, char **data, size_t *len);

/* Writes all of it; 0 or a negative errno. */
int ops_write_all(const struct load_ops *ops, int fd, const char *data, size_t len);

#endif
