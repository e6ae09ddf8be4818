/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attstate.h"

enum { CHUNK = 64 << 10, PIECES = 1024 };

enum attstate_turn attstate_turn(const struct attstate *before,
				 const struct attstate *now)
{
	if (memcmp(before->key, now->key, sizeof(now->key)) != 0)
		return ATTSTATE_OTHER_KEY;
	if (!before->quoted || !now->quoted)
		return ATTSTATE_UNQUOTED;
	if (before->reset_count != now->reset_count ||
	    before->clock > now->clock)
		return ATTSTATE_REBOOT;
	if (before->restart_count != now->restart_count)
		return ATTSTATE_RESTART;
	return ATTSTATE_GO_ON;
}

static void take_entry(struct attstate_entry *to, const struct imaentry *e,
		       unsigned int width)
{
	to->pcr = e->pcr;
	memcpy(to->digest, e->digest, width);
}

static bool is_entry(const struct attstate_entry *a, const struct imaentry *e,
		     unsigned int width)
{
	return a->pcr == e->pcr && !memcmp(a->digest, e->digest, width);
}

void attstate_mark_add(struct attstate_mark *m, const struct imaentry *e,
		       unsigned int width)
{
	m->entries++;
	m->bytes += e->size;
	if (e->violation) {
		m->beyond += e->size;
		return;
	}
	if (!m->last_size)
		take_entry(&m->first, e, width);
	take_entry(&m->last, e, width);
	m->last_size = e->size;
	m->beyond = 0;
}

/* ---- pieces ---- */

/* how many bytes come from where fd stands; 0: that is not told, as in securityfs */
static uint64_t bytes_of(int fd)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	struct stat st;

	if (at < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size < at)
		return 0;
	return (uint64_t)(st.st_size - at);
}

/* by reading; *skip is what is left of it */
static bool read_over(int fd, uint64_t *skip)
{
	uint8_t chunk[CHUNK];
	ssize_t got = 1;

	while (*skip && got) {
		got = read(fd, chunk, *skip < CHUNK ? *skip : CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		*skip -= (uint64_t)got;
	}
	return true;
}

bool attstate_skip(const int *fds, size_t n, uint64_t skip)
{
	uint64_t has;
	size_t i;

	for (i = 0; i < n && skip; i++) {
		has = bytes_of(fds[i]);
		if (has > skip)
			has = skip;
		if (has && lseek(fds[i], (off_t)has, SEEK_CUR) < 0)
			return false;
		skip -= has;
		if (!read_over(fds[i], &skip))
			return false;
	}
	errno = 0;
	return !skip;
}

/* len bytes, in one piece, at offset at of all; false: they are not there */
static bool peek(const int *fds, size_t n, uint64_t at, uint8_t *out, size_t len)
{
	uint64_t has;
	size_t i;

	for (i = 0; i < n; i++) {
		has = bytes_of(fds[i]);
		if (at < has)
			break;
		at -= has;
	}
	if (i == n)
		return false;
	at += (uint64_t)lseek(fds[i], 0, SEEK_CUR);
	return pread(fds[i], out, len, (off_t)at) == (ssize_t)len;
}

/* ---- where it goes on ---- */

/* does the last entry stand where it stood? */
static bool is_whole(const struct attstate *s, const int *fds, size_t n)
{
	const struct attstate_mark *m = &s->mark;
	uint8_t head[4 + IMALIST_WIDTH_MAX];
	bool big = s->order == IMALIST_BIG;
	size_t i;

	if (!m->last_size || m->last_size + m->beyond > m->bytes ||
	    !peek(fds, n, m->bytes - m->beyond - m->last_size, head,
		  4 + s->width))
		return false;
	for (i = 0; i < 4; i++)
		if (head[i] != (uint8_t)(m->last.pcr >> 8 * (big ? 3 - i : i)))
			return false;
	return !memcmp(head + 4, m->last.digest, s->width);
}

/* by its entries */
static enum attstate_place look_for_last(const struct attstate *s, struct imalist *l,
					 uint64_t *skip)
{
	const struct attstate_mark *m = &s->mark;
	enum imalist_next got;
	bool begins = false, first = true;
	struct imaentry e;

	while ((got = imalist_next(l, &e)) == IMALIST_ENTRY) {
		if (e.violation)
			continue;
		if (first)
			begins = is_entry(&m->first, &e, s->width);
		first = false;
		if (is_entry(&m->last, &e, s->width)) {
			*skip = e.offset + e.size + m->beyond;
			return begins ? ATTSTATE_WHOLE : ATTSTATE_REST;
		}
	}
	if (got == IMALIST_ERRNO)
		return ATTSTATE_ERRNO;
	return begins ? ATTSTATE_SHRUNK : ATTSTATE_NEW;
}

static enum attstate_place look_through(const struct attstate *s,
					const int *fds, size_t n, uint64_t *skip)
{
	const struct imalist_options o = { s->width, s->order };
	struct imalist *l = imalist_new(&o, fds, n);
	enum attstate_place place;
	int saved;

	if (!l) {
		errno = ENOMEM;
		return ATTSTATE_ERRNO;
	}
	place = look_for_last(s, l, skip);
	saved = errno;
	imalist_free(l);
	errno = saved;
	return place;
}

enum attstate_place attstate_place(const struct attstate *s, const int *fds,
				   size_t n, uint64_t *skip)
{
	enum attstate_place place;
	off_t from[PIECES];
	size_t i;

	*skip = 0;
	if (!s->mark.entries)
		return ATTSTATE_NEW;
	for (i = 0; i < n && i < PIECES; i++) {
		from[i] = lseek(fds[i], 0, SEEK_CUR);
		if (from[i] < 0)
			return ATTSTATE_ERRNO;
	}
	if (i < n) {
		errno = E2BIG;
		return ATTSTATE_ERRNO;
	}
	if (is_whole(s, fds, n)) {
		*skip = s->mark.bytes;
		return ATTSTATE_WHOLE;
	}
	place = look_through(s, fds, n, skip);
	for (i = 0; i < n; i++)
		if (lseek(fds[i], from[i], SEEK_SET) < 0)
			return ATTSTATE_ERRNO;
	return place;
}
