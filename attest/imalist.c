/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "imalist_int.h"

/* Where the bytes come from: pieces, one behind the other, through one buffer. */

enum { ROOM = 128 << 10 };	/* what stays in the caches of a processor */

struct imalist {
	struct imalist_options o;
	struct imalist_parser p;
	bool known;		/* p has the width and the order */
	int *fds;
	size_t n_fds, fd;
	bool drained;		/* the last piece gave nothing more */
	uint8_t *buf;
	size_t room, pos, len;	/* buf[pos] is the next entry */
	uint64_t base;		/* offset of buf[0], over all pieces */
	uint64_t number;
	enum imalist_next end;	/* IMALIST_ENTRY: it goes on */
	int error;
	uint64_t at;
	char why[IMALIST_WHY_MAX + 64];
};

struct imalist *imalist_new(const struct imalist_options *o, const int *fds,
			    size_t n)
{
	struct imalist *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->o = *o;
	l->n_fds = n;
	l->fds = malloc((n + 1) * sizeof(*fds));
	l->room = ROOM;
	l->buf = malloc(l->room);
	if (!l->fds || !l->buf) {
		imalist_free(l);
		return NULL;
	}
	if (n)
		memcpy(l->fds, fds, n * sizeof(*fds));
	return l;
}

void imalist_free(struct imalist *l)
{
	if (!l)
		return;
	free(l->fds);
	free(l->buf);
	free(l);
}

unsigned int imalist_width(const struct imalist *l)
{
	return l->known ? l->p.width : 0;
}

enum imalist_order imalist_order(const struct imalist *l)
{
	if (!l->known)
		return IMALIST_ANY_ORDER;
	return l->p.big ? IMALIST_BIG : IMALIST_LITTLE;
}

const char *imalist_why(const struct imalist *l, uint64_t *offset)
{
	*offset = l->at;
	return l->why;
}

void imalist_again(struct imalist *l)
{
	if (l->end != IMALIST_END && l->end != IMALIST_PARTIAL)
		return;
	l->end = IMALIST_ENTRY;
	l->drained = false;
}

/* ---- bytes ---- */

static bool make_room(struct imalist *l)
{
	uint8_t *larger;

	if (l->pos) {
		memmove(l->buf, l->buf + l->pos, l->len - l->pos);
		l->base += l->pos;
		l->len -= l->pos;
		l->pos = 0;
	}
	if (l->len < l->room)
		return true;
	larger = realloc(l->buf, 2 * l->room);
	if (!larger) {
		errno = ENOMEM;
		return false;
	}
	l->buf = larger;
	l->room *= 2;
	return true;
}

/* some bytes more, or drained; false: errno tells */
static bool fill(struct imalist *l)
{
	ssize_t got;

	if (!make_room(l))
		return false;
	while (l->fd < l->n_fds) {
		do
			got = read(l->fds[l->fd], l->buf + l->len,
				   l->room - l->len);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			return false;
		if (got) {
			l->len += (size_t)got;
			return true;
		}
		if (l->fd + 1 == l->n_fds)
			break;
		l->fd++;
	}
	l->drained = true;
	return true;
}

/* ---- the end, for whatever reason ---- */

static enum imalist_next end_errno(struct imalist *l)
{
	l->error = errno;
	return l->end = IMALIST_ERRNO;
}

/* "10 04607ebc…": a PCR in two columns, and a blank */
static bool is_ascii(const struct imalist *l)
{
	const uint8_t *s = l->buf + l->pos;

	return !l->number && l->len - l->pos > 2 &&
	       (s[0] == ' ' || (s[0] >= '0' && s[0] <= '9')) &&
	       s[1] >= '0' && s[1] <= '9' && s[2] == ' ';
}

static enum imalist_next end_bad(struct imalist *l)
{
	l->at = l->base + l->pos;
	if (is_ascii(l)) {
		snprintf(l->why, sizeof(l->why), "it looks like the ASCII list, "
			 "in which names can fake lines: take the binary one");
		return l->end = IMALIST_BAD;
	}
	l->at += l->p.at;
	snprintf(l->why, sizeof(l->why), "entry %llu: %s%s",
		 (unsigned long long)l->number + 1, l->p.why,
		 l->number ? "" : "; is it a measurement list?");
	return l->end = IMALIST_BAD;
}

static enum imalist_next end_partial(struct imalist *l)
{
	l->at = l->base + l->pos;
	snprintf(l->why, sizeof(l->why), "entry %llu is cut short: %zu bytes of "
		 "it are there", (unsigned long long)l->number + 1,
		 l->len - l->pos);
	return l->end = IMALIST_PARTIAL;
}

/* nothing more comes, and the bytes that are left are no whole entry */
static enum imalist_next end_drained(struct imalist *l)
{
	return l->len > l->pos ? end_partial(l) : (l->end = IMALIST_END);
}

/* ---- entries ---- */

/* IMALIST_ENTRY: it is known */
static enum imalist_next find_form(struct imalist *l)
{
	enum imalist_found found;

	for (;;) {
		struct imalist_bytes b = { l->buf, l->len, l->drained };

		if (l->drained && !l->len)
			return l->end = IMALIST_END;
		found = imalist_find_form(&l->o, &b, &l->p);
		if (found != FOUND_MORE)
			break;
		if (!fill(l))
			return end_errno(l);
	}
	if (found == FOUND_CUT)
		return end_partial(l);
	if (found != FOUND)
		return end_bad(l);
	l->known = true;
	return IMALIST_ENTRY;
}

static enum imalist_next ended(const struct imalist *l)
{
	if (l->end == IMALIST_ERRNO)
		errno = l->error;
	return l->end;
}

enum imalist_next imalist_next(struct imalist *l, struct imaentry *e)
{
	enum imalist_parse got;

	if (l->end != IMALIST_ENTRY)
		return ended(l);
	if (!l->known && find_form(l) != IMALIST_ENTRY)
		return ended(l);
	while ((got = imalist_parse(&l->p, l->buf + l->pos, l->len - l->pos,
				    e)) == PARSE_MORE) {
		if (l->drained)
			return end_drained(l);
		if (!fill(l))
			return end_errno(l);
	}
	if (got == PARSE_BAD)
		return end_bad(l);
	e->number = ++l->number;
	e->offset = l->base + l->pos;
	l->pos += e->size;
	return IMALIST_ENTRY;
}
