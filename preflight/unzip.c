/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "unzip.h"
#include "util.h"

/* ARCHIVE_WARN: it would have a program do it */
static bool is_own(int (*support)(struct archive *ar))
{
	struct archive *ar = archive_read_new();
	bool own = ar && support(ar) == ARCHIVE_OK;

	archive_read_free(ar);
	return own;
}

struct archive *unzip_new(void)
{
	static int (*const support[])(struct archive *ar) = {
		archive_read_support_filter_gzip,
		archive_read_support_filter_bzip2,
		archive_read_support_filter_xz,
		archive_read_support_filter_lzma,
		archive_read_support_filter_lz4,
		archive_read_support_filter_zstd,
	};
	struct archive *ar = archive_read_new();
	size_t i;

	for (i = 0; ar && i < ARRAY_SIZE(support); i++)
		if (is_own(support[i]))
			support[i](ar);
	return ar;
}

static la_ssize_t read_more(struct archive *ar, void *arg, const void **out)
{
	struct unzip *u = arg;
	size_t len = sizeof(u->buf);
	ssize_t n;

	if (u->stop && *u->stop) {
		archive_set_error(ar, EINTR, "%s", strerror(EINTR));
		return -1;
	}
	if (u->to && u->to - u->pos < len)
		len = (size_t)(u->to - u->pos);
	do
		n = pread(u->fd, u->buf, len, (off_t)u->pos);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		archive_set_error(ar, errno, "%s", strerror(errno));
	else
		u->pos += (uint64_t)n;
	*out = u->buf;
	return n;
}

int unzip_open(struct archive *ar, struct unzip *u)
{
	u->pos = u->from;
	return archive_read_open(ar, u, NULL, read_more, NULL);
}

uint64_t unzip_used(struct archive *ar)
{
	la_int64_t n = archive_filter_bytes(ar, -1);

	return n > 0 ? (uint64_t)n : 0;
}
