/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "copy.h"

enum {
	NAME_TRIES = 16,
	NAME_CHARS = 12,
};

/* /run is a tmpfs on all but the barest systems; the root directory is what an initramfs has in any case. */
static const char *const places[] = { "/run/", "/dev/shm/", "/tmp/", "/" };

enum { PLACES = sizeof(places) / sizeof(places[0]) };

static void make_name(struct copy *copy, const struct load_ops *ops, const char *place, unsigned int try)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	static const char prefix[] = ".imapol-load.";
	unsigned char bytes[NAME_CHARS];
	char *at = copy->path;
	size_t i;

	if (ops->random(ops->ctx, bytes, sizeof(bytes)))
		memset(bytes, (int)try, sizeof(bytes));
	memcpy(at, place, strlen(place));
	at += strlen(place);
	memcpy(at, prefix, sizeof(prefix) - 1);
	at += sizeof(prefix) - 1;
	for (i = 0; i < NAME_CHARS; i++)
		*at++ = letters[bytes[i] % 32];
	*at = '\0';
}

static int create(struct copy *copy, const struct load_ops *ops, const char *place)
{
	int fd = -EEXIST;
	unsigned int i;

	for (i = 0; i < NAME_TRIES && fd == -EEXIST; i++) {
		make_name(copy, ops, place, i);
		fd = ops->open(ops->ctx, copy->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	}
	if (fd < 0)
		copy->path[0] = '\0';
	return fd;
}

static int fill(const struct load_ops *ops, int fd, const struct input *src)
{
	int err = ops_write_all(ops, fd, src->text, src->len);

	if (!err && src->no_newline)
		err = ops_write_all(ops, fd, "\n", 1);
	return err ? err : ops->fsync(ops->ctx, fd);
}

static int copy_into(struct copy *copy, const struct load_ops *ops, const struct input *src, const char *place)
{
	int fd = ops_place_is_roots(ops, place) ? create(copy, ops, place) : -EPERM, err, closed;

	if (fd < 0)
		return fd;
	err = fill(ops, fd, src);
	closed = ops->close(ops->ctx, fd);
	if (!err)
		err = closed;
	if (err) {
		ops->unlink(ops->ctx, copy->path);
		copy->path[0] = '\0';
	}
	return err;
}

static const char *remedy(int err)
{
	switch (err) {
	case -ENOSPC:
	case -EDQUOT:
		return ": make room there";
	case -EROFS:
		return ": mount it writable";
	case -ENOENT:
	case -ENOTDIR:
		return ": make the directory";
	case -EPERM:
		return ": it has to be root's, with the sticky bit where others write, and to take files";
	default:
		return "";
	}
}

bool copy_make(struct copy *copy, const struct voice *voice, const struct input *src)
{
	int errors[PLACES];
	size_t i;

	for (i = 0; i < PLACES; i++) {
		errors[i] = copy_into(copy, voice->ops, src, places[i]);
		if (!errors[i])
			return true;
	}
	for (i = 0; i < PLACES; i++)
		say(voice, ": no private copy in %s (%s)%s", places[i], strerror(-errors[i]), remedy(errors[i]));
	return false;
}

void copy_remove(struct copy *copy, const struct voice *voice)
{
	int err = copy->path[0] ? voice->ops->unlink(voice->ops->ctx, copy->path) : 0;

	if (err)
		say(voice, ": the private copy %s stays behind (%s): remove it", copy->path, strerror(-err));
	copy->path[0] = '\0';
}
