/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "findings.h"
#include "tmpdir.h"

/* Records are of this process alone: pointers in them are what they are. */

enum { ROOM = 256 * 1024 };

struct record {
	uint32_t len;		/* of the whole */
	uint32_t package;
	uint32_t text[5];	/* bytes with their NUL; 0: there is none */
	struct finding x;	/* as far as its ops go */
};

struct findings {
	int fd;
	struct buf out;		/* not written yet */
	uint64_t written;	/* bytes in the file */
	char *in;		/* what was read, in_cap bytes */
	size_t in_cap, at, end;
	uint64_t in_at;		/* where in the file in begins */
	struct arena *arena;
};

struct findings *findings_new(struct arena *a)
{
	struct findings *f = arena_new(a, struct findings);

	f->arena = a;
	f->fd = tmpdir_file();
	buf_init(&f->out, a);
	return f->fd < 0 ? NULL : f;
}

void findings_free(struct findings *f)
{
	if (f && f->fd >= 0)
		close(f->fd);
	if (f)
		f->fd = -1;
}

/* ---- writing ---- */

static bool write_at(int fd, const char *s, size_t len, uint64_t at)
{
	while (len) {
		ssize_t n = pwrite(fd, s, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s += n;
		len -= (size_t)n;
		at += (uint64_t)n;
	}
	return true;
}

static bool flush(struct findings *f)
{
	if (!write_at(f->fd, f->out.s, f->out.len, f->written))
		return false;
	f->written += f->out.len;
	f->out.len = 0;
	return true;
}

static const char **text_of(struct finding *x, size_t i)
{
	const char **const text[] = {
		&x->path, &x->label, &x->expected, &x->seal, &x->text,
	};

	return text[i];
}

/* bytes of a record before its texts */
static size_t head_of(const struct finding *x)
{
	return offsetof(struct record, x) + offsetof(struct finding, ops) +
	       x->n_ops * sizeof(x->ops[0]);
}

bool findings_add(struct findings *f, const struct finding *x)
{
	struct record r = { .x = *x, .package = x->package };
	size_t i;

	r.len = (uint32_t)head_of(x);
	for (i = 0; i < ARRAY_SIZE(r.text); i++) {
		const char *s = *text_of(&r.x, i);

		r.text[i] = s ? (uint32_t)strlen(s) + 1 : 0;
		r.len += r.text[i];
	}
	r.x.at = f->written + f->out.len;
	buf_add(&f->out, (const char *)&r, head_of(x));
	for (i = 0; i < ARRAY_SIZE(r.text); i++)
		if (r.text[i])
			buf_add(&f->out, *text_of(&r.x, i), r.text[i]);
	return f->out.len < ROOM || flush(f);
}

bool findings_set_package(struct findings *f, uint64_t at, uint32_t package)
{
	return flush(f) && write_at(f->fd, (const char *)&package,
				    sizeof(package),
				    at + offsetof(struct record, package));
}

/* ---- reading ---- */

bool findings_rewind(struct findings *f)
{
	f->at = f->end = 0;
	f->in_at = 0;
	return flush(f);
}

static void make_room(struct findings *f, size_t want)
{
	size_t have = f->end - f->at;

	if (want > f->in_cap) {
		size_t cap = want > ROOM ? 2 * want : ROOM;

		f->in = arena_grow(f->arena, f->in ? f->in + f->at : NULL,
				   have, cap);
		f->in_cap = cap;
	} else if (have) {
		memmove(f->in, f->in + f->at, have);
	}
	f->at = 0;
	f->end = have;
}

/* at least want bytes behind at; false: there are not, or errno */
static bool fill(struct findings *f, size_t want)
{
	errno = 0;
	if (f->end - f->at >= want)
		return true;
	make_room(f, want);
	while (f->end < want) {
		ssize_t n = pread(f->fd, f->in + f->end, f->in_cap - f->end,
				  (off_t)f->in_at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		f->end += (size_t)n;
		f->in_at += (uint64_t)n;
	}
	errno = 0;
	return true;
}

bool findings_next(struct findings *f, struct finding *out)
{
	struct record r = { 0 };
	const char *text;
	uint32_t len;
	size_t i;

	if (!fill(f, sizeof(len)))
		return false;
	memcpy(&len, f->in + f->at, sizeof(len));
	if (!fill(f, len))
		return false;
	memcpy(&r, f->in + f->at, len < sizeof(r) ? len : sizeof(r));
	text = f->in + f->at + head_of(&r.x);
	for (i = 0; i < ARRAY_SIZE(r.text); i++) {
		*text_of(&r.x, i) = r.text[i] ? text : NULL;
		text += r.text[i];
	}
	f->at += len;
	*out = r.x;
	out->package = r.package;
	return true;
}
