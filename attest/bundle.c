/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle.h"
#include "outfile.h"
#include "util.h"

static const char heading[] = "IMAPOLBUNDLE 1\n";

enum { HEADING = sizeof(heading) - 1, NAME = 8, HEAD = NAME + 8 };

static const char names[][NAME] = {
	[BUNDLE_QUOTE] = "quote",
	[BUNDLE_SIGNATURE] = "sig",
	[BUNDLE_LIST] = "list",
	[BUNDLE_EVENTLOG] = "events",
	[BUNDLE_CERTIFICATE] = "cert",
	[BUNDLE_PUBLIC] = "public",
	[BUNDLE_ABOUT] = "about",
};

_Static_assert(ARRAY_SIZE(names) == BUNDLE_PARTS, "a name for each part");

/* ---- reading ---- */

static bool read_at(int fd, void *to, size_t len, uint64_t at)
{
	char *p = to;

	while (len) {
		ssize_t n = pread(fd, p, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return true;
}

bool bundle_is(int fd)
{
	char got[HEADING];

	return read_at(fd, got, sizeof(got), 0) &&
	       !memcmp(got, heading, sizeof(got));
}

static enum bundle_part part_of(const uint8_t *name)
{
	enum bundle_part part = 0;

	while (part < BUNDLE_PARTS && memcmp(names[part], name, NAME))
		part++;
	return part;
}

static bool is_small(enum bundle_part part)
{
	return part != BUNDLE_LIST && part != BUNDLE_EVENTLOG;
}

/* a head at p, whose bytes begin at offset, and left of them are there */
static const char *take(struct bundle *b, const uint8_t *p, uint64_t offset,
			uint64_t left)
{
	struct bundle_piece piece = { part_of(p), offset, 0 };
	size_t i;

	for (i = HEAD; i-- > NAME;)
		piece.len = piece.len << 8 | p[i];
	if (piece.part == BUNDLE_PARTS)
		return "a part of it is of no kind that is known";
	if (piece.len > left)
		return "it ends early";
	if (is_small(piece.part) && piece.len > BUNDLE_SMALL_MAX)
		return "a part of it is larger than any such is";
	if (piece.part != BUNDLE_LIST && bundle_find(b, piece.part))
		return "it has a part twice";
	if (b->n == BUNDLE_PARTS_MAX)
		return "it has more than 64 parts";
	b->piece[b->n++] = piece;
	return NULL;
}

const char *bundle_read(int fd, struct bundle *out)
{
	uint64_t at = HEADING, size;
	const char *why = NULL;
	uint8_t head[HEAD];
	struct stat st;

	memset(out, 0, sizeof(*out));
	if (fstat(fd, &st))
		return "it cannot be read";
	if (!S_ISREG(st.st_mode))
		return "it is no regular file";
	if (!bundle_is(fd))
		return "it does not begin as a bundle does";
	size = (uint64_t)st.st_size;
	while (!why && at < size) {
		if (size - at < HEAD)
			return "it ends early";
		if (!read_at(fd, head, sizeof(head), at))
			return "it cannot be read";
		at += HEAD;
		why = take(out, head, at, size - at);
		if (!why)
			at += out->piece[out->n - 1].len;
	}
	if (!why && !out->n)
		why = "there is nothing in it";
	return why;
}

const struct bundle_piece *bundle_find(const struct bundle *b,
				       enum bundle_part part)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (b->piece[i].part == part)
			return &b->piece[i];
	return NULL;
}

/* ---- writing ---- */

bool bundle_begin(int fd)
{
	return outfile_write_all(fd, heading, HEADING);
}

bool bundle_put_head(int fd, enum bundle_part part, uint64_t len)
{
	char head[HEAD];
	size_t i;

	memcpy(head, names[part], NAME);
	for (i = NAME; i < HEAD; i++, len >>= 8)
		head[i] = (char)(len & 0xff);
	return outfile_write_all(fd, head, sizeof(head));
}

bool bundle_put(int fd, enum bundle_part part, const void *bytes, size_t len)
{
	return bundle_put_head(fd, part, len) &&
	       outfile_write_all(fd, bytes, len);
}
