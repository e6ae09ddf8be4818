/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "seal.h"

static enum load_status wrong(const struct voice *voice, const char *what, int err)
{
	say_wrong(voice, what, err);
	return LOAD_USAGE;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static enum load_status judge_file(const struct voice *voice, const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return wrong(voice, "not a regular file: the kernel reads a policy from a regular file only", 0);
	if (st->st_uid)
		return wrong(voice, "not owned by root, so somebody else may change it: chown root it, if it is what you mean", 0);
	if (!ops_is_roots(st))
		return wrong(voice, "others than root may write it: chmod go-w it, if it is what you mean", 0);
	return LOAD_APPLIED;
}

static enum load_status read_text(struct input *src, const struct voice *voice, int fd)
{
	const struct load_ops *ops = voice->ops;
	enum load_status status;
	struct stat after;
	int err = ops->fstat(ops->ctx, fd, &src->st);

	if (err)
		return wrong(voice, "cannot look at the file: check the disk", err);
	status = judge_file(voice, &src->st);
	if (status != LOAD_APPLIED)
		return status;
	err = ops_read_all(ops, fd, INPUT_MAX, &src->text, &src->len);
	if (err == -EFBIG)
		return wrong(voice, "larger than 64 MiB: is it a policy", 0);
	if (err)
		return wrong(voice, "cannot read the file: check the disk", err);
	err = ops->fstat(ops->ctx, fd, &after);
	if (err || !same_file(&src->st, &after) || (size_t)after.st_size != src->len)
		return wrong(voice, "changed while it was read: load it when its writer is done", 0);
	return LOAD_APPLIED;
}

/* Other loaders write line by line, and then the kernel takes the tail of a long line for a rule of its own. */
static enum load_status judge_lengths(const struct input *src, const struct voice *voice)
{
	enum load_status status = LOAD_APPLIED;
	struct span whole, line;
	struct lines it;

	lines_start(&it, src->text, src->len);
	while (lines_any(&it, &whole)) {
		line = span_trim(whole);
		if (whole.len <= INPUT_LINE_MAX || !line.len)
			continue;
		if (*line.text == '#') {
			say(voice, ":%zu: a comment of more than %d bytes: whoever writes this file to the kernel line by line "
				   "makes its tail a rule; it is loaded by its path here, where it stays a comment",
			    it.number, INPUT_LINE_MAX);
			continue;
		}
		say(voice, ":%zu: a rule of more than %d bytes: the kernel cuts it where lines are written one by one: split it",
		    it.number, INPUT_LINE_MAX);
		status = LOAD_USAGE;
	}
	return status;
}

static enum load_status judge_text(struct input *src, const struct voice *voice)
{
	struct lines it;
	struct span rule;

	if (!src->len)
		return wrong(voice, "empty: the kernel takes no empty policy", 0);
	if (memchr(src->text, '\0', src->len))
		return wrong(voice, "a NUL byte in the text: the kernel would stop there; is it a compiled policy", 0);
	lines_start(&it, src->text, src->len);
	if (!lines_next(&it, &rule))
		return wrong(voice, "no rule in it, only comments: the kernel takes no empty policy", 0);
	src->no_newline = src->text[src->len - 1] != '\n';
	return judge_lengths(src, voice);
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

/* A file whose security.ima cannot be read counts as signed: then it is never given in another shape. */
static bool has_signature(const struct load_ops *ops, int fd)
{
	struct seal seal;

	return seal_read(&seal, ops, fd) != 0;
}

enum load_status input_read(struct input *src, const struct voice *voice, const char *name)
{
	const struct load_ops *ops = voice->ops;
	enum load_status status;
	int fd;

	memset(src, 0, sizeof(*src));
	src->name = name;
	/* O_NONBLOCK: a FIFO is told from a file without waiting for its other end. */
	fd = ops->open(ops->ctx, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
	if (fd < 0)
		return wrong(voice, "cannot open the file: check its name and mode", fd);
	status = read_text(src, voice, fd);
	if (status == LOAD_APPLIED)
		status = judge_text(src, voice);
	if (status == LOAD_APPLIED) {
		src->has_signature = has_signature(ops, fd);
		find_path(src, ops);
	}
	ops->close(ops->ctx, fd);
	return status;
}

void input_free(struct input *src)
{
	free(src->text);
	src->text = NULL;
}

struct span input_text(const struct input *src)
{
	return (struct span){ src->text, src->len };
}

bool input_unchanged(const struct input *src, const struct load_ops *ops)
{
	struct stat now;

	return !ops->stat(ops->ctx, src->path, &now) && same_file(&src->st, &now);
}
