/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "faulty.h"

static bool is_due(struct faulty *f, const char *name)
{
	if (++f->calls != f->at)
		return false;
	f->failed = name;
	return true;
}

/* PASS(type of answer, call, parameters, arguments) */
#define PASS(type, call, parameters, ...) \
	static type faulty_##call parameters \
	{ \
		struct faulty *f = ctx; \
		return is_due(f, #call) ? (type)f->error : f->behind->call(f->behind->ctx, ##__VA_ARGS__); \
	}

PASS(int, open, (void *ctx, const char *path, int flags, unsigned int mode), path, flags, mode)
PASS(ssize_t, read, (void *ctx, int fd, void *buf, size_t len), fd, buf, len)
PASS(ssize_t, write, (void *ctx, int fd, const void *buf, size_t len), fd, buf, len)
PASS(int, seek_end, (void *ctx, int fd), fd)
PASS(int, fsync, (void *ctx, int fd), fd)
PASS(int, fstat, (void *ctx, int fd, struct stat *st), fd, st)
PASS(int, stat, (void *ctx, const char *path, struct stat *st), path, st)
PASS(int, unlink, (void *ctx, const char *path), path)
PASS(ssize_t, fgetxattr, (void *ctx, int fd, const char *name, void *buf, size_t len), fd, name, buf, len)
PASS(int, getcwd, (void *ctx, char *buf, size_t len), buf, len)
PASS(int, random, (void *ctx, void *buf, size_t len), buf, len)
PASS(int, fs_magic, (void *ctx, const char *path, unsigned long *magic), path, magic)
PASS(int, mkdir, (void *ctx, const char *path, unsigned int mode), path, mode)
PASS(int, rename, (void *ctx, const char *from, const char *to), from, to)
PASS(int, list, (void *ctx, const char *path, void (*take)(void *arg, const char *name), void *arg), path, take, arg)
PASS(int, release, (void *ctx, char *buf, size_t len), buf, len)
PASS(long, add_key, (void *ctx, const char *type, const char *description, const void *payload, size_t len, long ring), type,
     description, payload, len, ring)
PASS(long, search_key, (void *ctx, long ring, const char *type, const char *description), ring, type, description)
PASS(long, link_key, (void *ctx, long key, long ring), key, ring)
PASS(int, describe_key, (void *ctx, long key, char *buf, size_t len), key, buf, len)
PASS(int, map_exec, (void *ctx, int fd), fd)
PASS(int, start_exec, (void *ctx, const char *path), path)
PASS(int, audit_open, (void *ctx))
PASS(int, wait_readable, (void *ctx, int fd, int timeout_ms), fd, timeout_ms)
PASS(int, answer, (void *ctx, const char *line), line)

static int faulty_close(void *ctx, int fd)
{
	struct faulty *f = ctx;
	int answer = f->behind->close(f->behind->ctx, fd);

	return is_due(f, "close") ? f->error : answer;
}

static const char *faulty_env(void *ctx, const char *name)
{
	struct faulty *f = ctx;

	return is_due(f, "env") ? NULL : f->behind->env(f->behind->ctx, name);
}

static void faulty_halt(void *ctx)
{
	struct faulty *f = ctx;

	f->behind->halt(f->behind->ctx);
}

static void faulty_say(void *ctx, const char *line)
{
	struct faulty *f = ctx;

	f->behind->say(f->behind->ctx, line);
}

void faulty_start(struct faulty *f, const struct load_ops *behind, int at, int error)
{
	memset(f, 0, sizeof(*f));
	f->behind = behind;
	f->at = at;
	f->error = error;
	f->ops = (struct load_ops){
		.open = faulty_open,
		.close = faulty_close,
		.read = faulty_read,
		.write = faulty_write,
		.seek_end = faulty_seek_end,
		.fsync = faulty_fsync,
		.fstat = faulty_fstat,
		.stat = faulty_stat,
		.unlink = faulty_unlink,
		.fgetxattr = faulty_fgetxattr,
		.getcwd = faulty_getcwd,
		.random = faulty_random,
		.fs_magic = faulty_fs_magic,
		.mkdir = faulty_mkdir,
		.rename = faulty_rename,
		.list = faulty_list,
		.release = faulty_release,
		.env = faulty_env,
		.add_key = faulty_add_key,
		.search_key = faulty_search_key,
		.link_key = faulty_link_key,
		.describe_key = faulty_describe_key,
		.map_exec = faulty_map_exec,
		.start_exec = faulty_start_exec,
		.audit_open = faulty_audit_open,
		.halt = faulty_halt,
		.wait_readable = faulty_wait_readable,
		.say = faulty_say,
		.answer = faulty_answer,
		.ctx = f,
	};
}
