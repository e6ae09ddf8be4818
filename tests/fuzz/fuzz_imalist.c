/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "measure_put.h"

/*
 * Any bytes as a measurement list. What an entry is said to be, written again, is the
 * bytes that it was read from; what is shown of it is one line without a control; and
 * the same comes of the same bytes in two pieces.
 */
static void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static int file_of(const uint8_t *p, size_t len)
{
	int fd = memfd_create("list", 0);

	if (fd < 0 || (len && write(fd, p, len) != (ssize_t)len))
		fail("no file");
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void put32(struct buf *b, size_t n, bool big)
{
	int i;

	for (i = 0; i < 4; i++)
		buf_putc(b, (char)(n >> 8 * (big ? 3 - i : i)));
}

/* ---- the entry once more ---- */

static void put_fields(struct buf *b, const struct imaentry *e, bool big)
{
	size_t i;

	for (i = 0; i < e->fields; i++) {
		/* the digest of the template "ima" has no length */
		if (!e->old || i)
			put32(b, e->field[i].len, big);
		buf_add(b, (const char *)e->field[i].p, e->field[i].len);
	}
}

static void check_bytes(struct buf *b, const struct imalist *l,
			const struct imaentry *e, const uint8_t *data,
			size_t size)
{
	bool big = imalist_order(l) == IMALIST_BIG;

	b->len = 0;
	put32(b, e->pcr, big);
	buf_add(b, (const char *)e->digest, imalist_width(l));
	put32(b, e->template_len, big);
	buf_add(b, e->template, e->template_len);
	if (!e->old)
		put32(b, e->data_len, big);
	put_fields(b, e, big);
	if (b->len != e->size || e->offset > size ||
	    size - e->offset < b->len ||
	    memcmp(b->s, data + e->offset, b->len) != 0)
		fail("an entry that is not what is there");
	if (e->name_len && memchr(e->name, '\0', e->name_len))
		fail("a name with a zero byte");
}

/* ---- what is shown ---- */

static void check_shown(struct measure_writer *w, const struct imalist *l,
			const struct imaentry *e)
{
	size_t i, end;

	w->out.len = 0;
	measure_put(w, l, e);
	end = w->out.len - (w->format == MEASURE_CSV ? 2 : 1);
	for (i = 0; i < end; i++) {
		unsigned char c = (unsigned char)w->out.s[i];

		if (c < ' ' || c == 127 ||
		    (c == 0xc2 && (unsigned char)w->out.s[i + 1] < 0xa0))
			fail("a control");
	}
	if (strcmp(w->out.s + end, w->format == MEASURE_CSV ? "\r\n" : "\n"))
		fail("a line without an end");
}

static enum imalist_next read_one(struct imalist *l, struct arena *a,
				  const uint8_t *data, size_t size,
				  uint64_t *entries, uint64_t *bytes)
{
	struct measure_writer w[3];
	enum imalist_next got;
	struct imaentry e;
	struct buf b;
	size_t i;

	buf_init(&b, a);
	for (i = 0; i < 3; i++)
		measure_writer_init(&w[i], a, (enum measure_format)i);
	*entries = *bytes = 0;
	while ((got = imalist_next(l, &e)) == IMALIST_ENTRY) {
		if (e.number != ++*entries || e.offset != *bytes)
			fail("an entry too many, or one too few");
		*bytes += e.size;
		check_bytes(&b, l, &e, data, size);
		for (i = 0; i < 3; i++)
			check_shown(&w[i], l, &e);
	}
	if (got == IMALIST_ERRNO || (got == IMALIST_END) != (*bytes == size))
		fail("an end that is none");
	return got;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct imalist_options none = { 0 };
	size_t half = size / 2;
	int fds[3] = { file_of(data, size), file_of(data, half),
		       file_of(data + half, size - half) };
	struct imalist *whole = imalist_new(&none, fds, 1);
	struct imalist *pieces = imalist_new(&none, fds + 1, 2);
	uint64_t entries[2], bytes[2], at[2];
	struct arena a;
	size_t i;

	arena_init(&a);
	if (read_one(whole, &a, data, size, &entries[0], &bytes[0]) !=
	    read_one(pieces, &a, data, size, &entries[1], &bytes[1]))
		fail("pieces that end otherwise");
	if (entries[0] != entries[1] || bytes[0] != bytes[1] ||
	    strcmp(imalist_why(whole, &at[0]), imalist_why(pieces, &at[1])) ||
	    at[0] != at[1])
		fail("pieces that are another list");
	arena_free(&a);
	imalist_free(whole);
	imalist_free(pieces);
	for (i = 0; i < 3; i++)
		close(fds[i]);
	return 0;
}
