/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "follow.h"

#define QUEUE_MAX 32		/* files renamed away that are still to be read */
#define DRAIN 2000		/* milliseconds in which a renamed file may still grow */

/* one that is open */
struct part {
	int fd;
	uint64_t dev, ino;
	struct timespec changed;
	const char *name;	/* these only while parts are put in order */
	bool current;		/* it has the name that is followed */
};

struct follow {
	const char *path, *dir, *base;
	int notify;
	struct part now;	/* fd -1: there is none */
	struct part queue[QUEUE_MAX];	/* what comes behind it, in order */
	size_t n_queue;
	uint64_t moved;		/* when something came behind it; 0: nothing did */
	bool whole;		/* the first file is read from its start */
	bool complained;	/* of a new file that cannot be opened */
	const char *lost;	/* not told yet */
	uint64_t size;		/* when last looked at */
	unsigned char print[FOLLOW_PRINT];	/* what stands before the end that was read */
	size_t n_print;
	struct linebuf lines;
};

/* ---- files ---- */

static bool open_part(int dir, const char *name, struct part *p)
{
	struct stat st;

	p->fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (p->fd < 0)
		return false;
	if (!fstat(p->fd, &st) && S_ISREG(st.st_mode)) {
		p->dev = st.st_dev;
		p->ino = st.st_ino;
		p->changed = st.st_mtim;
		p->name = name;
		return true;
	}
	close(p->fd);
	p->fd = -1;
	errno = EINVAL;
	return false;
}

static bool same_file(const struct part *p, uint64_t dev, uint64_t ino)
{
	return p->dev == dev && p->ino == ino;
}

static bool is_compressed(const char *name)
{
	static const char *const ends[] = { ".gz", ".xz", ".bz2", ".zst", ".lz4" };
	size_t len = strlen(name), i, n;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		n = strlen(ends[i]);
		if (len > n && !strcmp(name + len - n, ends[i]))
			return true;
	}
	return false;
}

/* NAME itself, NAME.1, NAME-20261126 */
static bool is_piece(const struct follow *f, const char *name)
{
	size_t len = strlen(f->base);

	return !strncmp(name, f->base, len) && !is_compressed(name) &&
		(!name[len] || name[len] == '.' || name[len] == '-');
}

/*
 * The older one first, whatever was made of one since then, and the one that has
 * the name last. Where both changed at once, the higher number is older.
 */
static int older(const void *x, const void *y)
{
	const struct part *a = x, *b = y;

	if (a->current != b->current)
		return a->current ? 1 : -1;
	if (a->changed.tv_sec != b->changed.tv_sec)
		return a->changed.tv_sec < b->changed.tv_sec ? -1 : 1;
	if (a->changed.tv_nsec != b->changed.tv_nsec)
		return a->changed.tv_nsec < b->changed.tv_nsec ? -1 : 1;
	return -strverscmp(a->name, b->name);
}

static void drop_parts(struct part *p, size_t n)
{
	while (n--)
		close(p[n].fd);
}

/* one more; where there is no room for it the oldest of all is left out */
static size_t add_piece(struct part all[QUEUE_MAX], size_t n, const struct part *p)
{
	size_t i, oldest = 0;

	if (n < QUEUE_MAX) {
		all[n] = *p;
		return n + 1;
	}
	for (i = 1; i < n; i++)
		if (older(&all[i], &all[oldest]) < 0)
			oldest = i;
	if (older(p, &all[oldest]) < 0) {
		close(p->fd);
		return n;
	}
	close(all[oldest].fd);
	all[oldest] = *p;
	return n;
}

/* the newest pieces, the oldest first; the names live in a */
static size_t list_pieces(const struct follow *f, struct arena *a,
			  struct part out[QUEUE_MAX])
{
	DIR *dir = opendir(f->dir);
	struct dirent *e;
	struct part p;
	size_t n = 0;

	while (dir && (e = readdir(dir))) {
		if (!is_piece(f, e->d_name) ||
		    !open_part(dirfd(dir), arena_strndup(a, e->d_name,
							 strlen(e->d_name)),
			       &p))
			continue;
		p.current = !strcmp(p.name, f->base);
		n = add_piece(out, n, &p);
	}
	if (dir)
		closedir(dir);
	qsort(out, n, sizeof(*out), older);
	return n;
}

/* is the file where it is looked for, and which? */
static bool look(const struct follow *f, struct stat *st)
{
	return !stat(f->path, st) && S_ISREG(st->st_mode);
}

/* ---- one file behind another ---- */

static void take_part(struct follow *f, const struct part *p, uint64_t offset)
{
	f->now = *p;
	f->moved = 0;
	f->size = offset;
	f->n_print = 0;
	if (lseek(p->fd, (off_t)offset, SEEK_SET) < 0)
		offset = 0;
	linebuf_init(&f->lines, offset);
}

static void next_part(struct follow *f)
{
	uint64_t moved = f->moved;

	close(f->now.fd);
	take_part(f, &f->queue[0], 0);
	f->n_queue--;
	/* what was seen at once came at once */
	f->moved = f->n_queue ? moved : 0;
	memmove(&f->queue[0], &f->queue[1], f->n_queue * sizeof(f->queue[0]));
}

/*
 * What came behind the last one that is known: all pieces that are newer than it.
 * Several may have, between two looks. known: it is among them.
 */
static bool queue_newer(struct follow *f, uint64_t dev, uint64_t ino,
			struct part *known)
{
	struct part all[QUEUE_MAX];
	struct arena a;
	size_t n, i, from;

	arena_init(&a);
	n = list_pieces(f, &a, all);
	for (from = 0; from < n && !same_file(&all[from], dev, ino); from++)
		;
	for (i = from + 1; i < n && f->n_queue < QUEUE_MAX; i++)
		f->queue[f->n_queue++] = all[i];
	drop_parts(all, from < n ? from : n);
	if (i < n)
		drop_parts(all + i, n - i);
	if (from < n && known)
		*known = all[from];
	else if (from < n)
		close(all[from].fd);
	arena_free(&a);
	return from < n;
}

/* the path stands for another file than the last that is known */
static void look_for_newer(struct follow *f, uint64_t now)
{
	const struct part *last = f->n_queue ? &f->queue[f->n_queue - 1] : &f->now;
	struct part p;
	struct stat st;

	if (!look(f, &st) || same_file(last, st.st_dev, st.st_ino))
		return;
	if (!queue_newer(f, last->dev, last->ino, NULL) &&
	    f->n_queue < QUEUE_MAX && open_part(AT_FDCWD, f->path, &p))
		f->queue[f->n_queue++] = p;	/* the last one was removed */
	if (!f->n_queue && !f->complained)
		f->lost = "the file that came in its place cannot be opened";
	f->complained = !f->n_queue;
	if (f->n_queue && !f->moved)
		f->moved = now ? now : 1;
}

/* ---- where to begin ---- */

static bool print_fits(int fd, const struct follow_place *p)
{
	unsigned char got[FOLLOW_PRINT];
	struct stat st;

	if (fstat(fd, &st) || (uint64_t)st.st_size < p->offset)
		return false;
	return !p->n || (p->n <= p->offset &&
			 pread(fd, got, p->n, (off_t)(p->offset - p->n)) ==
			 (ssize_t)p->n && !memcmp(got, p->print, p->n));
}

static bool resume(struct follow *f, const struct follow_place *from)
{
	struct part p;

	if (!queue_newer(f, from->dev, from->ino, &p))
		return false;
	if (print_fits(p.fd, from)) {
		take_part(f, &p, from->offset);
		return true;
	}
	take_part(f, &p, 0);
	f->lost = "the file was written anew since it was read last: it is "
		"read from its start";
	return true;
}

static void begin(struct follow *f)
{
	struct part p;
	struct stat st;

	if (!open_part(AT_FDCWD, f->path, &p))
		return;
	take_part(f, &p, f->whole || fstat(p.fd, &st) ? 0 :
		  (uint64_t)st.st_size);
	/* a file that comes later is new */
	f->whole = true;
}

static void start_notify(struct follow *f)
{
	f->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (f->notify < 0 ||
	    inotify_add_watch(f->notify, f->dir, IN_MODIFY | IN_CREATE |
			      IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE) >= 0)
		return;
	close(f->notify);
	f->notify = -1;
}

struct follow *follow_new(struct arena *a, const char *path,
			  const struct follow_place *from, bool whole)
{
	struct follow *f = arena_new(a, struct follow);
	const char *slash = strrchr(path, '/');

	f->path = path;
	f->base = slash ? slash + 1 : path;
	f->dir = !slash ? "." : slash == path ? "/" :
		arena_strndup(a, path, (size_t)(slash - path));
	f->now.fd = -1;
	f->whole = whole;
	start_notify(f);
	if (from && !resume(f, from)) {
		f->lost = "the file in which it was read last is gone: it is "
			"read from the start of the present one";
		f->whole = true;
	}
	if (f->now.fd < 0)
		begin(f);
	f->whole = true;
	return f;
}

void follow_free(struct follow *f)
{
	if (!f)
		return;
	drop_parts(f->queue, f->n_queue);
	if (f->now.fd >= 0)
		close(f->now.fd);
	if (f->notify >= 0)
		close(f->notify);
}

int follow_fd(const struct follow *f)
{
	return f->notify;
}

/* ---- lines ---- */

/* true: something happened since the last look */
static bool take_notices(struct follow *f)
{
	char events[4096] __attribute__((aligned(8)));

	return f->notify >= 0 && read(f->notify, events, sizeof(events)) > 0;
}

static uint64_t end_of(const struct follow *f)
{
	return f->lines.offset + (f->lines.len - f->lines.start);
}

/* what was read last, to see that it still stands there */
static void keep_print(struct follow *f)
{
	uint64_t end = end_of(f);
	size_t n = end < FOLLOW_PRINT ? (size_t)end : FOLLOW_PRINT;
	ssize_t got = pread(f->now.fd, f->print, n, (off_t)(end - n));

	f->n_print = got == (ssize_t)n ? n : 0;
}

/* shorter than what was read of it, or something else stands there */
static bool was_truncated(struct follow *f)
{
	struct follow_place p = { .offset = end_of(f), .n = f->n_print };
	struct stat st;

	if (fstat(f->now.fd, &st))
		return false;
	if ((uint64_t)st.st_size == f->size)
		return false;
	f->size = (uint64_t)st.st_size;
	memcpy(p.print, f->print, f->n_print);
	return !print_fits(f->now.fd, &p);
}

/* true: there may be lines */
static bool read_more(struct follow *f)
{
	ssize_t n;

	if (was_truncated(f)) {
		f->lost = "the file was truncated: what was written shortly "
			"before may be missed";
		if (lseek(f->now.fd, 0, SEEK_SET) == 0)
			linebuf_init(&f->lines, 0);
		f->n_print = 0;
	}
	n = linebuf_fill(&f->lines, f->now.fd);
	if (n > 0)
		keep_print(f);
	return n > 0;
}

/* the end of a file that was renamed: its last line may have no end */
static enum follow_next leave(struct follow *f, const char **line, size_t *len)
{
	enum linebuf_next last = linebuf_last(&f->lines, line, len);

	if (last == LINEBUF_NONE)
		next_part(f);
	return last == LINEBUF_LINE ? FOLLOW_LINE :
		last == LINEBUF_LONG ? FOLLOW_LONG : FOLLOW_NONE;
}

static bool is_over(const struct follow *f, uint64_t now)
{
	/* one more behind it: nobody writes to this one any longer */
	return f->n_queue > 1 || (f->n_queue && now - f->moved >= DRAIN);
}

static enum follow_next tell_lost(struct follow *f, const char **line)
{
	*line = f->lost;
	f->lost = NULL;
	return FOLLOW_LOST;
}

enum follow_next follow_next(struct follow *f, uint64_t now, const char **line,
			     size_t *len)
{
	enum follow_next left;

	for (;;) {
		if (f->lost)
			return tell_lost(f, line);
		if (f->now.fd < 0) {
			begin(f);
			if (f->now.fd < 0 && take_notices(f))
				continue;
			if (f->now.fd < 0)
				return FOLLOW_NONE;
		}
		switch (linebuf_next(&f->lines, line, len)) {
		case LINEBUF_LINE:
			return FOLLOW_LINE;
		case LINEBUF_LONG:
			return FOLLOW_LONG;
		case LINEBUF_NONE:
			break;
		}
		if (read_more(f) || f->lost)
			continue;
		look_for_newer(f, now);
		if (f->lost)
			continue;
		if (!is_over(f, now)) {
			if (take_notices(f))
				continue;
			return FOLLOW_NONE;
		}
		left = leave(f, line, len);
		if (left != FOLLOW_NONE)
			return left;
	}
}

bool follow_place(struct follow *f, struct follow_place *out)
{
	memset(out, 0, sizeof(*out));
	if (f->now.fd < 0)
		return false;
	out->dev = f->now.dev;
	out->ino = f->now.ino;
	out->offset = f->lines.offset;
	return true;
}

void follow_print(const struct follow *f, struct follow_place *p)
{
	ssize_t got;

	p->n = 0;
	if (f->now.fd < 0 || !same_file(&f->now, p->dev, p->ino))
		return;
	p->n = p->offset < FOLLOW_PRINT ? (size_t)p->offset : FOLLOW_PRINT;
	got = pread(f->now.fd, p->print, p->n, (off_t)(p->offset - p->n));
	if (got != (ssize_t)p->n)
		p->n = 0;
}
