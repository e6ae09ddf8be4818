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
	/* A signature that cannot be kept is no error here: where the kernel asks for one, it refuses the copy. */
	if (!err && !src->no_newline && src->signature_len)
		ops->fsetxattr(ops->ctx, fd, "security.ima", src->signature, src->signature_len);
	if (!err)
		err = ops->fsync(ops->ctx, fd);
	return err;
}

static int copy_into(struct copy *copy, const struct load_ops *ops, const struct input *src, const char *place)
{
	int fd = create(copy, ops, place), err, closed;

	if (fd < 0)
		return fd;
	err = fill(ops, fd, src);
	closed = ops->close(ops->ctx, fd);
	if (!err)
		err = closed;
	if (err)
		copy_remove(copy, ops);
	return err;
}

int copy_make(struct copy *copy, const struct load_ops *ops, const struct input *src)
{
	int err = -ENOENT;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]) && err; i++)
		err = copy_into(copy, ops, src, places[i]);
	return err;
}

void copy_remove(struct copy *copy, const struct load_ops *ops)
{
	if (copy->path[0])
		ops->unlink(ops->ctx, copy->path);
	copy->path[0] = '\0';
}
