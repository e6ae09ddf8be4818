/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "framing.h"
#include "tree_archive.h"
#include "unzip.h"

/*
 * An initramfs as init/initramfs.c of the kernel reads it: archives of the newc
 * form behind each other, zeros between them, each compressed or not, and more of
 * them inside of a compressed one. libarchive has the compressions; of archives
 * it would read the first and no more.
 */
#define HEADER 110
#define MAGIC 6
#define PIECE 65536

/* bytes of one stream, plain or unzipped */
struct in {
	struct tree_archive *t;
	struct archive *ar;	/* NULL: plain */
	uint64_t pos;		/* of what was taken: in the file, or unzipped */
	unsigned char buf[PIECE];
	size_t at, have;
	bool ended;
	const char *error;	/* the stream is broken here; NULL */
	const char *last;	/* path of the last entry; "/" before the first */
	bool any;		/* some entry was read */
	/* hard links of one archive, by device and number */
	struct intern ids;
	struct ptrmap linked;
	unsigned int archives;
	VEC(struct archive_node *) link;
};

/* ---- bytes ---- */

static ssize_t more(struct in *in)
{
	if (in->ar)
		return archive_read_data(in->ar, in->buf, sizeof(in->buf));
	return pread(in->t->in, in->buf, sizeof(in->buf),
		     (off_t)in->pos);
}

/* how many are at hand, at least one unless the stream has ended */
static size_t fill(struct in *in)
{
	ssize_t n;

	if (in->at < in->have)
		return in->have - in->at;
	if (in->ended || tree_stopped(&in->t->tree))
		return 0;
	do
		n = more(in);
	while (n < 0 && errno == EINTR && !in->ar &&
	       !tree_stopped(&in->t->tree));
	if (n < 0) {
		const char *s = in->ar ? archive_error_string(in->ar) :
			strerror(errno);

		in->error = s ? arena_strndup(in->t->tree.arena, s, strlen(s)) :
			"it is damaged";
	}
	in->ended = n <= 0;
	in->at = 0;
	in->have = n > 0 ? (size_t)n : 0;
	return in->have;
}

static void use(struct in *in, size_t n)
{
	in->at += n;
	in->pos += n;
}

/* false: there are not as many */
static bool take(struct in *in, void *buf, size_t len)
{
	unsigned char *p = buf;

	while (len) {
		size_t n = fill(in);

		if (!n)
			return false;
		n = n < len ? n : len;
		if (p)
			memcpy(p, in->buf + in->at, n);
		p = p ? p + n : NULL;
		use(in, n);
		len -= n;
	}
	return true;
}

static bool skip_to_word(struct in *in)
{
	return take(in, NULL, -in->pos & 3);
}

/* ---- one entry ---- */

struct entry {
	uint32_t ino, mode, uid, gid, nlink, size, major, minor, name_len, sum;
	bool has_sum;
};

static bool hex(const unsigned char *p, uint32_t *out)
{
	int i;

	*out = 0;
	for (i = 0; i < 8; i++) {
		unsigned int c = p[i], digit = c - '0';

		if (digit > 9)
			digit = (c | 0x20) - 'a' + 10;
		if (digit > 15 || (c > '9' && (c | 0x20) < 'a'))
			return false;
		*out = *out << 4 | digit;
	}
	return true;
}

/* NULL, or what is wrong */
static const char *read_header(struct in *in, struct entry *e)
{
	uint32_t *const field[] = {
		&e->ino, &e->mode, &e->uid, &e->gid, &e->nlink, NULL, &e->size,
		&e->major, &e->minor, NULL, NULL, &e->name_len, &e->sum,
	};
	unsigned char h[HEADER];
	uint32_t unused;
	size_t i;

	if (!take(in, h, sizeof(h)))
		return "it ends early";
	if (!memcmp(h, "070707", MAGIC))
		return "it has the old form, and the kernel takes newc "
		       "(cpio -H newc)";
	e->has_sum = !memcmp(h, "070702", MAGIC);
	if (!e->has_sum && memcmp(h, "070701", MAGIC))
		return "there is no header where one should be";
	for (i = 0; i < sizeof(field) / sizeof(field[0]); i++)
		if (!hex(h + MAGIC + 8 * i, field[i] ? field[i] : &unused))
			return "a header is malformed";
	return NULL;
}

static const char *read_name(struct in *in, const struct entry *e, char *name)
{
	if (!e->name_len || e->name_len > PATH_MAX)
		return "the length of a name is not possible";
	if (!take(in, name, e->name_len) || !skip_to_word(in))
		return "it ends early";
	return name[e->name_len - 1] ? "a name does not end" : NULL;
}

static bool skip_body(struct in *in, const struct entry *e)
{
	return take(in, NULL, e->size) && skip_to_word(in);
}

/* NULL, or what is wrong; node->error where only this file is */
static const char *read_body(struct in *in, const struct entry *e,
			     struct archive_node *node)
{
	uint64_t off = 0;
	uint32_t sum = 0;
	size_t n, i;

	for (; off < e->size; off += n) {
		n = fill(in);
		if (!n) {
			node->error = EIO;
			return "it ends early";
		}
		n = n < e->size - off ? n : (size_t)(e->size - off);
		for (i = 0; e->has_sum && i < n; i++)
			sum += in->buf[in->at + i];
		archive_write(in->t, node, in->buf + in->at, n, off);
		use(in, n);
	}
	if (e->has_sum && sum != e->sum)
		node->error = EBADMSG;
	archive_end_file(in->t, node, e->size);
	if (node->error)
		archive_miss(in->t, in->last, node->error, NULL);
	return skip_to_word(in) ? NULL : "it ends early";
}

static const char *read_target(struct in *in, const struct entry *e,
			       struct archive_node *node)
{
	char target[PATH_MAX + 1];

	if (e->size > PATH_MAX)
		return "the target of a symlink is too long";
	if (!take(in, target, e->size) || !skip_to_word(in))
		return "it ends early";
	node->target = arena_strndup(in->t->tree.arena, target,
				     strnlen(target, e->size));
	return NULL;
}

/* the file that another name was already for; NULL: this is the first */
static struct archive_node **linked(struct in *in, const struct entry *e)
{
	char id[64];
	const char *key;
	size_t *i;

	snprintf(id, sizeof(id), "%u %x %x %x %o", in->archives, e->major,
		 e->minor, e->ino, e->mode & S_IFMT);
	key = intern_str(&in->ids, id);
	i = ptrmap_find(&in->linked, key);
	if (!i) {
		ptrmap_add(&in->linked, key, in->link.n);
		vec_push(in->t->tree.arena, &in->link, NULL);
		return &in->link.v[in->link.n - 1];
	}
	return &in->link.v[*i];
}

static struct archive_node *make_node(struct in *in, const struct entry *e,
				      const char *path)
{
	struct archive_node **other = NULL, *node;

	if (e->nlink > 1 && !S_ISDIR(e->mode) && !S_ISLNK(e->mode))
		other = linked(in, e);
	if (other && *other)
		return archive_link(in->t, path, *other) ? *other : NULL;
	node = archive_put(in->t, path, e->mode);
	if (other)
		*other = node;
	return node;
}

/* NULL, or what is wrong with what follows, too */
static const char *read_file(struct in *in, const struct entry *e,
			     const char *name)
{
	const char *path = archive_place(in->t, name);
	struct archive_node *node = path ? make_node(in, e, path) : NULL;

	if (!node)
		return skip_body(in, e) ? NULL : "it ends early";
	in->last = path;
	node->mode = e->mode;
	node->owner = e->uid;
	node->group = e->gid;
	if (S_ISLNK(e->mode))
		return read_target(in, e, node);
	/* the names of a file come before its content, or behind it */
	if (S_ISREG(e->mode) && (e->size || !node->size))
		return read_body(in, e, node);
	return skip_body(in, e) ? NULL : "it ends early";
}

/* ---- one archive ---- */

/* up to its last entry; false: nothing behind it can be read */
static bool read_archive(struct in *in)
{
	char name[PATH_MAX];
	const char *why;
	struct entry e;

	in->archives++;
	while (fill(in) && !archive_full(in->t) && !in->t->no_room) {
		why = read_header(in, &e);
		if (!why)
			why = read_name(in, &e, name);
		if (!why && !strcmp(name, "TRAILER!!!"))
			return skip_body(in, &e);
		if (!why)
			why = read_file(in, &e, name);
		in->any |= !why;
		if (!why)
			continue;
		archive_miss(in->t, in->last, 0, buf_textf(in->t->tree.arena,
			"the archive is damaged behind it: %s",
			in->error ? in->error : why));
		return false;
	}
	/* the kernel does without the last entry, too */
	return in->ended && !in->error && !in->t->no_room;
}

static void skip_zeros(struct in *in)
{
	size_t n, i;

	while ((n = fill(in))) {
		for (i = 0; i < n && !in->buf[in->at + i]; i++)
			;
		use(in, i);
		if (i < n)
			return;
	}
}

/* ---- what is behind each other ---- */

static void in_init(struct in *in, struct tree_archive *t)
{
	memset(in, 0, sizeof(*in));
	in->t = t;
	in->last = "/";
	intern_init(&in->ids, t->tree.arena);
	ptrmap_init(&in->linked, t->tree.arena);
}

/* archives in a compressed stream; false: nothing behind it can be read */
static bool read_zipped(struct in *in)
{
	for (;;) {
		skip_zeros(in);
		if (!fill(in))
			break;
		if (in->buf[in->at] != '0') {
			archive_miss(in->t, in->last, 0, "what follows it in a "
				     "compressed archive is none");
			return false;
		}
		if (!read_archive(in))
			return false;
	}
	if (in->error)
		archive_miss(in->t, in->last, 0, in->error);
	return !in->error && !tree_stopped(&in->t->tree);
}

static void not_an_archive(struct in *in, uint64_t at, const char *what)
{
	struct buf b;

	buf_init(&b, in->t->tree.arena);
	buf_printf(&b, "what stands from byte %llu on is neither a cpio archive "
		   "nor compressed", (unsigned long long)at);
	if (what)
		buf_printf(&b, ": %s", what);
	archive_miss(in->t, in->last, 0, b.s);
}

/* the offset behind it in the file; 0: nothing more can be read */
static uint64_t unzip_archives(struct in *in, struct archive *ar,
			       struct unzip *u)
{
	struct archive_entry *entry;
	uint64_t end = 0;

	archive_read_support_format_raw(ar);
	if (unzip_open(ar, u) != ARCHIVE_OK ||
	    archive_read_next_header(ar, &entry) != ARCHIVE_OK ||
	    archive_filter_count(ar) < 2) {
		not_an_archive(in, u->from, archive_error_string(ar));
		return 0;
	}
	in->ar = ar;
	in->pos = 0;
	if (read_zipped(in))
		end = u->to ? u->to : u->from + unzip_used(ar);
	in->ar = NULL;
	return end;
}

static uint64_t read_compressed(struct in *in, uint64_t from)
{
	struct unzip u = { .fd = in->t->in, .from = from,
			   .stop = in->t->tree.options.stop };
	struct archive *ar;
	uint64_t end;

	switch (framing_find(u.fd, from, &u.to)) {
	case FRAMING_NONE:
		not_an_archive(in, from, NULL);
		return 0;
	case FRAMING_OWN:
	case FRAMING_BAD:	/* up to where it breaks */
	case FRAMING_END:
		break;
	}
	ar = unzip_new();
	if (!ar)
		return 0;
	end = unzip_archives(in, ar, &u);
	archive_read_free(ar);
	return end;
}

/* plain archives, and zeros, from an offset on; where they end */
static bool read_plain(struct in *in, uint64_t *pos)
{
	bool whole = true;

	in->pos = *pos;
	for (;;) {
		skip_zeros(in);
		if (!whole || !fill(in) || in->buf[in->at] != '0' ||
		    in->pos & 3)
			break;
		whole = read_archive(in);
	}
	*pos = in->pos;
	return whole;
}

static void restart(struct in *in)
{
	in->at = in->have = 0;
	in->ended = false;
	in->error = NULL;
}

/* NULL, or why there is nothing */
static const char *finish(struct in *in)
{
	struct tree_archive *t = in->t;

	if (t->no_room)
		return t->no_room;
	if (!in->any)
		return tree_stopped(&t->tree) ? strerror(EINTR) :
			t->misses.n ? t->misses.v[0].text : "it is empty";
	if (tree_stopped(&t->tree))
		archive_miss(t, in->last, EINTR, NULL);
	return NULL;
}

const char *archive_read_cpio(struct tree_archive *t)
{
	struct in *in = malloc(sizeof(*in));
	const char *why;
	uint64_t pos = 0, next;
	bool more_follows;

	if (!in)
		return strerror(ENOMEM);
	in_init(in, t);
	for (;;) {
		restart(in);
		more_follows = read_plain(in, &pos) && fill(in);
		if (!more_follows)
			break;
		restart(in);
		next = read_compressed(in, pos);
		if (next <= pos)
			break;
		pos = next;
	}
	why = finish(in);
	free(in);
	return why;
}
