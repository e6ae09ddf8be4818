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
	int (*getcwd)(void *ctx, char *buf, size_t len);
	int (*random)(void *ctx, void *buf, size_t len);
	/* 0 and the magic of the file system that holds path. */
	int (*fs_magic)(void *ctx, const char *path, unsigned long *magic);
	int (*mkdir)(void *ctx, const char *path, unsigned int mode);
	int (*rename)(void *ctx, const char *from, const char *to);
	/* Each name in a directory but . and .., in no order; 0. */
	int (*list)(void *ctx, const char *path, void (*take)(void *arg, const char *name), void *arg);
	/* The kernel's release as uname -r has it. */
	int (*release)(void *ctx, char *buf, size_t len);
	/* NULL: the environment has no such name. */
	const char *(*env)(void *ctx, const char *name);
	/* Of keyrings(7), with serial numbers or negative specials for a ring. They answer a serial number, or 0 of a link. */
	long (*add_key)(void *ctx, const char *type, const char *description, const void *payload, size_t len, long ring);
	long (*search_key)(void *ctx, long ring, const char *type, const char *description);
	long (*link_key)(void *ctx, long key, long ring);
	/* "TYPE;UID;GID;PERMISSIONS;DESCRIPTION" and a NUL, cut where there is no room; 0. */
	int (*describe_key)(void *ctx, long key, char *buf, size_t len);
	/* Maps the start of fd for execution, and lets it go; 0. */
	int (*map_exec)(void *ctx, int fd);
	/* Has the kernel execute path and stops it before its first instruction: nothing of it runs. 0, or what execve said. */
	int (*start_exec)(void *ctx, const char *path);
	/* A descriptor that reads copies of the audit records as netlink messages, whoever else takes them; never waits. */
	int (*audit_open)(void *ctx);
	/* Writes what is buffered, and stops the machine with its messages on the screen. Does not return. */
	void (*halt)(void *ctx);
	/* Waits until fd can be read: 1, or 0 after timeout_ms. */
	int (*wait_readable)(void *ctx, int fd, int timeout_ms);
	/* One line of text for the user, without newline. */
	void (*say)(void *ctx, const char *line);
	/* One line of what was asked for, without newline; a negative errno where it did not get out. */
	int (*answer)(void *ctx, const char *line);
	void *ctx;
};

/* The table that asks the running kernel; say writes to standard error, answer to standard output. */
extern const struct load_ops ops_linux;

/* Owned by root, and nobody else may write it. */
bool ops_is_roots(const struct stat *st);

/*
 * Can nobody but root put another file in the place of root's file at path, an absolute one? Each directory above it has
 * to be root's, and to have the sticky bit where others may write to it. What links on the way lead through is not seen.
 */
bool ops_place_is_roots(const struct load_ops *ops, const char *path);

/* Reads until end of file; *data is malloced and has a NUL behind its *len bytes. 0, or a negative errno: -EFBIG when
 * there are more than max bytes. */
int ops_read_all(const struct load_ops *ops, int fd, size_t max, char **data, size_t *len);

/* The same of the file at path. */
int ops_read_file(const struct load_ops *ops, const char *path, size_t max, char **data, size_t *len);

/* The first line of a short file, without its newline and what is behind it. 0 or a negative errno: -EFBIG when it does
 * not fit. */
int ops_read_line(const struct load_ops *ops, const char *path, char *line, size_t room);

/* Writes all of it; 0 or a negative errno. */
int ops_write_all(const struct load_ops *ops, int fd, const char *data, size_t len);

#endif
