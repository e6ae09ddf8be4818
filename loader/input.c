/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"

static const char *read_text(struct input *src, const struct load_ops *ops, int fd, int *err)
{
	struct stat before, after;

	*err = ops->fstat(ops->ctx, fd, &before);
	if (*err)
		return "cannot look at the file: check the disk";
	if (!S_ISREG(before.st_mode))
		return "not a regular file: the kernel reads a policy from a regular file only";
	*err = ops_read_all(ops, fd, INPUT_MAX, &src->text, &src->len);
	if (*err == -EFBIG)
		return "larger than 64 MiB: is it a policy";
	if (*err)
		return "cannot read the file: check its mode and the disk";
	*err = ops->fstat(ops->ctx, fd, &after);
	if (*err || before.st_size != after.st_size || (size_t)after.st_size != src->len ||
	    before.st_mtim.tv_sec != after.st_mtim.tv_sec || before.st_mtim.tv_nsec != after.st_mtim.tv_nsec)
		return "changed while it was read: load it when its writer is done";
	return NULL;
}

static const char *judge_text(struct input *src)
{
	struct lines it;
	struct span rule;

	if (!src->len)
		return "empty: the kernel takes no empty policy";
	if (memchr(src->text, '\0', src->len))
		return "a NUL byte in the text: the kernel would stop there; is it a compiled policy";
	lines_start(&it, src->text, src->len);
	if (!lines_next(&it, &rule))
		return "no rule in it, only comments: the kernel takes no empty policy";
	src->no_newline = src->text[src->len - 1] != '\n';
	return NULL;
}

/* The kernel takes an absolute path of one line. What does not fit leaves path empty: a copy will have a fit one. */
static void find_path(struct input *src, const struct load_ops *ops)
{
	size_t dir = 0, name = strlen(src->name);

	src->path[0] = '\0';
	if (strchr(src->name, '\n'))
		return;
	if (*src->name != '/') {
		if (ops->getcwd(ops->ctx, src->path, sizeof(src->path)) || *src->path != '/' || strchr(src->path, '\n')) {
			src->path[0] = '\0';
			return;
		}
		dir = strlen(src->path);
		src->path[dir++] = '/'; /* getcwd left room for a NUL at least */
	}
	if (dir + name > INPUT_PATH_MAX) {
		src->path[0] = '\0';
		return;
	}
	memcpy(src->path + dir, src->name, name + 1);
}

const char *input_read(struct input *src, const struct load_ops *ops, const char *name, int *err)
{
	const char *wrong;
	ssize_t n;
	int fd;

	memset(src, 0, sizeof(*src));
	src->name = name;
	/* O_NONBLOCK: a FIFO is told from a file without waiting for its other end. */
	fd = ops->open(ops->ctx, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
	*err = fd < 0 ? fd : 0;
	if (fd < 0)
		return "cannot open the file: check its name and mode";
	wrong = read_text(src, ops, fd, err);
	if (!wrong)
		wrong = judge_text(src);
	if (!wrong) {
		n = ops->fgetxattr(ops->ctx, fd, "security.ima", src->signature, sizeof(src->signature));
		src->signature_len = n > 0 ? (size_t)n : 0;
		find_path(src, ops);
	}
	ops->close(ops->ctx, fd);
	return wrong;
}

void input_free(struct input *src)
{
	free(src->text);
	src->text = NULL;
}
