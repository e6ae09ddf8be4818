/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "gunzip.h"
#include "num.h"
#include "spool.h"
#include "vec.h"

enum {
	PARTS = 8,		/* files that share the bound */
	FILES = 64,		/* of a spool that had another bound */
	NAME = 16 + sizeof(".spool"),
};

struct head {
	uint32_t len, crc;
	uint64_t number;
};

_Static_assert(sizeof(struct head) == 16, "no holes in it");

struct segment {
	int fd;
	uint64_t number;	/* of its name; no record in it is below */
	uint64_t bytes;		/* of whole records */
};

struct place {
	uint64_t number;	/* of the next record there, at least */
	uint64_t segment;	/* by its number */
	uint64_t offset;
};

struct spool {
	pthread_mutex_t lock;
	int dir, done;		/* -1: in memory */
	int held;		/* DIR/lock */
	uint64_t max, total;	/* bytes of all segments */
	uint64_t first, end;	/* numbers */
	struct segment seg[FILES];
	size_t n;
	struct place at;	/* where the last spool_get() came to */
};

/* ---- records ---- */

/* of the head but for itself, and of the bytes */
static uint32_t checksum(const struct head *h, const char *bytes)
{
	char all[sizeof(*h) + SPOOL_RECORD_MAX];
	struct head zero = *h;

	zero.crc = 0;
	memcpy(all, &zero, sizeof(zero));
	memcpy(all + sizeof(zero), bytes, h->len);
	return gunzip_checksum(all, sizeof(zero) + h->len);
}

static bool read_all(int fd, void *out, size_t len, uint64_t offset)
{
	char *p = out;

	while (len) {
		ssize_t n = pread(fd, p, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
		offset += (uint64_t)n;
	}
	return true;
}

/* the record at an offset, below a bound; false: there is none */
static bool read_record(int fd, uint64_t offset, uint64_t bound,
			struct head *h, char out[SPOOL_RECORD_MAX])
{
	if (bound - offset < sizeof(*h) ||
	    !read_all(fd, h, sizeof(*h), offset))
		return false;
	if (h->len > SPOOL_RECORD_MAX || bound - offset - sizeof(*h) < h->len)
		return false;
	return read_all(fd, out, h->len, offset + sizeof(*h)) &&
	       h->crc == checksum(h, out);
}

/* ---- files ---- */

static void segment_name(uint64_t number, char out[NAME])
{
	snprintf(out, NAME, "%016" PRIx64 ".spool", number);
}

static void drop(struct spool *s, size_t i)
{
	char name[NAME];

	close(s->seg[i].fd);
	if (s->dir >= 0) {
		segment_name(s->seg[i].number, name);
		(void)unlinkat(s->dir, name, 0);
	}
	s->total -= s->seg[i].bytes;
	s->n--;
	memmove(&s->seg[i], &s->seg[i + 1], (s->n - i) * sizeof(s->seg[0]));
}

static bool add_segment(struct spool *s)
{
	struct segment *g = &s->seg[s->n];
	char name[NAME];

	g->number = s->end;
	g->bytes = 0;
	segment_name(g->number, name);
	/* one of that name had no record in it */
	g->fd = s->dir < 0 ? memfd_create("spool", MFD_CLOEXEC) :
		openat(s->dir, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
		       0600);
	if (g->fd < 0)
		return false;
	/* spool_sync() looks at the last one only */
	if (s->dir >= 0 && s->n)
		(void)fdatasync(g[-1].fd);
	s->n++;
	return true;
}

static bool write_all(int fd, const char *p, size_t len, uint64_t offset)
{
	while (len) {
		ssize_t n = pwrite(fd, p, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		p += n;
		len -= (size_t)n;
		offset += (uint64_t)n;
	}
	return true;
}

/* at the end of the last segment, or of a new one */
static bool append(struct spool *s, const char *record, size_t len)
{
	struct segment *g;
	int saved;

	if (!s->n || s->seg[s->n - 1].bytes + len > s->max / PARTS) {
		if (s->n == FILES)
			drop(s, 0);
		if (!add_segment(s))
			return false;
	}
	g = &s->seg[s->n - 1];
	if (write_all(g->fd, record, len, g->bytes)) {
		g->bytes += len;
		s->total += len;
		return true;
	}
	/* half a record would hide those that come behind it */
	saved = errno;
	(void)!ftruncate(g->fd, (off_t)g->bytes);
	errno = saved;
	return false;
}

bool spool_put(struct spool *s, const void *bytes, size_t len)
{
	char record[sizeof(struct head) + SPOOL_RECORD_MAX];
	struct head h = { .len = (uint32_t)len };
	bool ok;

	if (len > SPOOL_RECORD_MAX) {
		errno = EMSGSIZE;
		return false;
	}
	pthread_mutex_lock(&s->lock);
	h.number = s->end;
	h.crc = checksum(&h, bytes);
	memcpy(record, &h, sizeof(h));
	memcpy(record + sizeof(h), bytes, len);
	len += sizeof(h);
	while (s->n > 1 && s->total + len > s->max)
		drop(s, 0);
	while (!(ok = append(s, record, len)) && errno == ENOSPC && s->n > 1)
		drop(s, 0);
	s->end++;
	pthread_mutex_unlock(&s->lock);
	return ok;
}

void spool_sync(struct spool *s)
{
	int dir = -1, fd = -1;

	pthread_mutex_lock(&s->lock);
	if (s->dir >= 0 && s->n) {
		dir = dup(s->dir);
		fd = dup(s->seg[s->n - 1].fd);
	}
	pthread_mutex_unlock(&s->lock);
	if (fd >= 0) {
		(void)fdatasync(fd);
		close(fd);
	}
	if (dir >= 0) {
		(void)fsync(dir);
		close(dir);
	}
}

/* ---- taking out ---- */

uint64_t spool_first(struct spool *s)
{
	uint64_t n;

	pthread_mutex_lock(&s->lock);
	n = s->first;
	pthread_mutex_unlock(&s->lock);
	return n;
}

uint64_t spool_end(struct spool *s)
{
	uint64_t n;

	pthread_mutex_lock(&s->lock);
	n = s->end;
	pthread_mutex_unlock(&s->lock);
	return n;
}

/* from where to look in a segment */
static uint64_t start_in(const struct spool *s, const struct segment *g,
			 uint64_t from)
{
	return s->at.segment == g->number && s->at.number <= from ?
		s->at.offset : 0;
}

static bool get_in(struct spool *s, const struct segment *g, uint64_t from,
		   struct head *h, char out[SPOOL_RECORD_MAX])
{
	uint64_t offset = start_in(s, g, from);

	while (read_record(g->fd, offset, g->bytes, h, out)) {
		offset += sizeof(*h) + h->len;
		s->at = (struct place){ h->number + 1, g->number, offset };
		if (h->number >= from)
			return true;
	}
	return false;
}

uint64_t spool_get(struct spool *s, uint64_t from,
		   char out[SPOOL_RECORD_MAX], size_t *len)
{
	struct head h;
	size_t i;

	*len = 0;
	pthread_mutex_lock(&s->lock);
	h.number = s->end;
	for (i = 0; i < s->n; i++) {
		if (i + 1 < s->n && s->seg[i + 1].number <= from)
			continue;
		if (get_in(s, &s->seg[i], from, &h, out)) {
			*len = h.len;
			break;
		}
		h.number = s->end;
	}
	pthread_mutex_unlock(&s->lock);
	return h.number;
}

/* a file is done with its last number */
static bool all_done(const struct spool *s)
{
	if (s->n > 1)
		return s->seg[1].number <= s->first;
	return s->n == 1 && s->first == s->end &&
	       s->seg[0].bytes >= s->max / PARTS / 2;
}

static void write_done(struct spool *s)
{
	struct head h = { .number = s->first };

	h.crc = checksum(&h, "");
	if (s->done >= 0)
		(void)write_all(s->done, (char *)&h, sizeof(h), 0);
}

void spool_done(struct spool *s, uint64_t before)
{
	bool synced = false;

	pthread_mutex_lock(&s->lock);
	if (before > s->first && before <= s->end) {
		s->first = before;
		write_done(s);
		while (all_done(s)) {
			/* else a power cut makes it look dropped */
			if (s->done >= 0 && !synced)
				(void)fdatasync(s->done);
			synced = true;
			drop(s, 0);
		}
	}
	pthread_mutex_unlock(&s->lock);
}

/* ---- opening what another process left ---- */

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

typedef VEC(uint64_t) numbers;

/* of the files there, in order; false: errno */
static bool list_segments(struct spool *s, struct arena *a, numbers *out)
{
	int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	uint64_t number;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while ((e = readdir(d)))
		if (strlen(e->d_name) == NAME - 1 &&
		    !strcmp(e->d_name + 16, ".spool") &&
		    num_parse(e->d_name, 16, 16, UINT64_MAX, &number) == NUM_OK)
			vec_push(a, out, number);
	closedir(d);
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_number);
	return true;
}

/* the records that are whole, and in order; what is behind them is cut off */
static bool adopt(struct spool *s, uint64_t number)
{
	struct segment *g = &s->seg[s->n];
	char name[NAME], bytes[SPOOL_RECORD_MAX];
	struct stat st;
	struct head h;

	segment_name(number, name);
	*g = (struct segment){ .number = number };
	g->fd = openat(s->dir, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK |
		       O_CLOEXEC);
	if (g->fd < 0 || fstat(g->fd, &st) || !S_ISREG(st.st_mode)) {
		if (g->fd >= 0)
			close(g->fd);
		return false;
	}
	if (s->end < number)
		s->end = number;
	while (read_record(g->fd, g->bytes, (uint64_t)st.st_size, &h, bytes) &&
	       h.number >= s->end && h.number < UINT64_MAX) {
		g->bytes += sizeof(h) + h.len;
		s->end = h.number + 1;
	}
	(void)!ftruncate(g->fd, (off_t)g->bytes);
	s->total += g->bytes;
	s->n++;
	return true;
}

static void read_done(struct spool *s)
{
	struct head h;
	char none[SPOOL_RECORD_MAX];

	if (read_record(s->done, 0, sizeof(h), &h, none) && !h.len)
		s->first = h.number;
	else if (s->n)
		s->first = s->seg[0].number;
	if (s->end < s->first)
		s->end = s->first;
	/* else what is dropped before the first is done would not be missed */
	write_done(s);
}

static bool adopt_all(struct spool *s, struct arena *a)
{
	numbers v = { 0 };
	size_t i;

	if (!list_segments(s, a, &v))
		return false;
	for (i = 0; i < v.n; i++) {
		if (s->n == FILES)
			drop(s, 0);
		(void)adopt(s, v.v[i]);
	}
	while (s->n > 1 && s->total > s->max)
		drop(s, 0);
	return true;
}

/* NULL: it is open */
static const char *open_dir(struct spool *s, struct arena *a, const char *dir)
{
	if (mkdir(dir, 0700) && errno != EEXIST)
		return strerror(errno);
	s->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir < 0)
		return strerror(errno);
	s->held = openat(s->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->held < 0)
		return buf_textf(a, "lock: %s", strerror(errno));
	if (flock(s->held, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK ? "another process has this spool: "
			"each needs one of its own" :
			buf_textf(a, "lock: %s", strerror(errno));
	s->done = openat(s->dir, "done", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->done < 0)
		return buf_textf(a, "done: %s", strerror(errno));
	if (!adopt_all(s, a))
		return strerror(errno);
	read_done(s);
	return NULL;
}

struct spool *spool_open(struct arena *a, const char *dir, uint64_t max,
			 const char **why)
{
	struct spool *s = calloc(1, sizeof(*s));
	const char *wrong = NULL;

	if (!s) {
		*why = "out of memory";
		return NULL;
	}
	pthread_mutex_init(&s->lock, NULL);
	s->dir = s->done = s->held = -1;
	s->max = !max ? SPOOL_MAX : max < SPOOL_LEAST ? SPOOL_LEAST : max;
	/* 0 is nobody's number */
	s->first = s->end = 1;
	if (dir)
		wrong = open_dir(s, a, dir);
	if (!wrong)
		return s;
	*why = buf_textf(a, "%s: %s", dir, wrong);
	spool_close(s);
	return NULL;
}

void spool_close(struct spool *s)
{
	size_t i;

	if (!s)
		return;
	spool_sync(s);
	for (i = 0; i < s->n; i++)
		close(s->seg[i].fd);
	if (s->dir >= 0)
		close(s->dir);
	if (s->done >= 0)
		close(s->done);
	if (s->held >= 0)
		close(s->held);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
