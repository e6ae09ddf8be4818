/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "framing.h"
#include "util.h"

/* what is read at once; headers are short and far from each other */
struct view {
	int fd;
	uint64_t pos;
	unsigned char buf[4096];
	uint64_t at;		/* of buf in the file */
	size_t have;
};

/* len bytes at pos, up to a few; NULL: there are not as many */
static const unsigned char *peek(struct view *v, size_t len)
{
	ssize_t n;

	if (v->pos >= v->at && v->pos - v->at <= v->have &&
	    v->have - (size_t)(v->pos - v->at) >= len)
		return v->buf + (v->pos - v->at);
	if (v->pos > (uint64_t)INT64_MAX)
		return NULL;
	do
		n = pread(v->fd, v->buf, sizeof(v->buf), (off_t)v->pos);
	while (n < 0 && errno == EINTR);
	v->at = v->pos;
	v->have = n > 0 ? (size_t)n : 0;
	return v->have >= len ? v->buf : NULL;
}

static uint64_t little(const unsigned char *p, size_t size)
{
	uint64_t x = 0;

	while (size--)
		x = x << 8 | p[size];
	return x;
}

/* the last of len bytes is there, too */
static bool skip(struct view *v, uint64_t len)
{
	if (!len)
		return true;
	if (len > (uint64_t)INT64_MAX - v->pos)
		return false;
	v->pos += len - 1;
	if (!peek(v, 1))
		return false;
	v->pos++;
	return true;
}

/* ---- zstd: RFC 8878, 3.1.1 ---- */

/* without its magic number: descriptor, window, dictionary, size of content */
static bool skip_zstd_header(struct view *v, bool *sum)
{
	static const unsigned char dictionary[] = { 0, 1, 2, 4 };
	static const unsigned char content[] = { 0, 2, 4, 8 };
	const unsigned char *p = peek(v, 1);
	unsigned int d;
	bool single;

	if (!p)
		return false;
	d = p[0];
	single = d & 0x20;
	*sum = d & 4;
	return skip(v, 1u + !single + dictionary[d & 3] +
		    (d >> 6 || !single ? content[d >> 6] : 1u));
}

static bool skip_zstd(struct view *v)
{
	const unsigned char *p;
	bool sum, last;

	v->pos += 4;
	if (!skip_zstd_header(v, &sum))
		return false;
	do {
		unsigned int block;

		p = peek(v, 3);
		if (!p)
			return false;
		block = (unsigned int)little(p, 3);
		last = block & 1;
		/* one byte, repeated; 3 is reserved */
		if ((block >> 1 & 3) == 3 ||
		    !skip(v, 3 + ((block >> 1 & 3) == 1 ? 1 : block >> 3)))
			return false;
	} while (!last);
	return skip(v, sum ? 4 : 0);
}

/* ---- xz: The .xz File Format, 2 to 4, and the chunks of LZMA2 ---- */

static bool skip_lzma2(struct view *v)
{
	for (;;) {
		const unsigned char *p = peek(v, 6);
		unsigned int control, size;

		/* the check and the footer are behind it, so there are as many */
		if (!p)
			return false;
		control = p[0];
		if (!control)
			return skip(v, 1);
		if (control < 0x80)
			size = 3u + (p[1] << 8 | p[2]) + 1u;
		else
			size = (control >= 0xc0 ? 6u : 5u) +
				(p[3] << 8 | p[4]) + 1u;
		if ((control > 2 && control < 0x80) || !skip(v, size))
			return false;
	}
}

static bool pad(struct view *v, uint64_t from)
{
	return skip(v, (from - v->pos) & 3);
}

/* a number of up to nine bytes */
static bool skip_number(struct view *v, uint64_t *out)
{
	unsigned int i;

	*out = 0;
	for (i = 0; i < 9; i++) {
		const unsigned char *p = peek(v, 1);
		unsigned int byte;

		if (!p)
			return false;
		byte = p[0];
		*out |= (uint64_t)(byte & 0x7f) << 7 * i;
		v->pos++;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

/* of each block two sizes; then zeros up to a word, and its CRC */
static bool skip_index(struct view *v)
{
	uint64_t from = v->pos, n, i, size;

	v->pos++;
	if (!skip_number(v, &n))
		return false;
	for (i = 0; i < n; i++)
		if (!skip_number(v, &size) || !skip_number(v, &size))
			return false;
	return pad(v, from) && skip(v, 4);
}

static bool skip_xz(struct view *v)
{
	/* bytes of a check, by its kind */
	static const unsigned char check[] = {
		0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64,
	};
	const unsigned char *p = peek(v, 12);
	unsigned int kind;
	uint64_t from;

	if (!p)
		return false;
	kind = p[7] & 15;
	v->pos += 12;
	while ((p = peek(v, 1)) && p[0]) {
		from = v->pos;
		if (!skip(v, (p[0] + 1u) * 4) || !skip_lzma2(v) ||
		    !pad(v, from) || !skip(v, check[kind]))
			return false;
	}
	return p && skip_index(v) && skip(v, 12);
}

/* ---- lz4, the old form: lib/decompress_unlz4.c of the kernel ---- */

#define LZ4_LEGACY 0x184c2102u

/* chunks up to a word of zeros, or to the end of the file */
static bool skip_lz4(struct view *v)
{
	const unsigned char *p;
	uint64_t size;

	while ((p = peek(v, 4))) {
		size = little(p, 4);
		if (!size)
			return true;
		if (!skip(v, size == LZ4_LEGACY ? 4 : 4 + size))
			return false;
	}
	return !peek(v, 1);
}

enum framing framing_find(int fd, uint64_t from, uint64_t *end)
{
	static const struct {
		const char *magic;
		size_t len;
		bool (*skip)(struct view *v);
	} forms[] = {
		{ "\x1f\x8b", 2, NULL }, { "\x1f\x9e", 2, NULL },
		{ "BZh", 3, NULL }, { "\x5d\0", 2, NULL },
		{ "\xfd" "7zXZ", 6, skip_xz },
		{ "\x02\x21\x4c\x18", 4, skip_lz4 },
		{ "\x28\xb5\x2f\xfd", 4, skip_zstd },
	};
	struct view v = { .fd = fd, .pos = from };
	const unsigned char *p = peek(&v, 6);
	size_t i;

	for (i = 0; p && i < ARRAY_SIZE(forms); i++) {
		if (memcmp(p, forms[i].magic, forms[i].len) != 0)
			continue;
		if (!forms[i].skip)
			return FRAMING_OWN;
		if (!forms[i].skip(&v))
			return FRAMING_BAD;
		*end = v.pos;
		return FRAMING_END;
	}
	return FRAMING_NONE;
}
