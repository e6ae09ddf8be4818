/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree_int.h"

struct fd_content {
	struct tree_content content;
	int fd;
	bool own;
	uint64_t base, len;
};

static struct fd_content *of(struct tree_content *c)
{
	return (struct fd_content *)c;
}

static ssize_t read_fd(struct tree_content *c, void *buf, size_t len,
		       uint64_t off)
{
	const struct fd_content *f = of(c);
	ssize_t n;

	if (off >= f->len)
		return 0;
	if (len > f->len - off)
		len = (size_t)(f->len - off);
	if (off > (uint64_t)INT64_MAX - f->base) {
		errno = EOVERFLOW;
		return -1;
	}
	do
		n = pread(f->fd, buf, len, (off_t)(f->base + off));
	while (n < 0 && errno == EINTR);
	return n;
}

static void close_fd(struct tree_content *c)
{
	if (of(c)->own)
		close(of(c)->fd);
	free(c);
}

struct tree_content *
tree_content_open(int fd, bool own, uint64_t base, uint64_t len,
		  size_t (*verity)(struct tree_content *c, int *hash,
				   uint8_t out[64]))
{
	struct fd_content *f = malloc(sizeof(*f));

	if (!f) {
		if (own)
			close(fd);
		errno = ENOMEM;
		return NULL;
	}
	*f = (struct fd_content){ { read_fd, verity, close_fd }, fd, own, base,
				  len };
	return &f->content;
}

int tree_content_fd(const struct tree_content *c)
{
	return ((const struct fd_content *)c)->fd;
}

struct tree_content *tree_content(struct tree *t, const struct tree_file *f)
{
	if (!S_ISREG(f->mode)) {
		errno = S_ISDIR(f->mode) ? EISDIR : EINVAL;
		return NULL;
	}
	return t->ops->content(t, f);
}

ssize_t tree_content_pread(struct tree_content *c, void *buf, size_t len,
			   uint64_t off)
{
	return c->pread(c, buf, len, off);
}

size_t tree_content_verity(struct tree_content *c, int *hash, uint8_t out[64])
{
	return c->verity ? c->verity(c, hash, out) : 0;
}

void tree_content_close(struct tree_content *c)
{
	if (c)
		c->close(c);
}
