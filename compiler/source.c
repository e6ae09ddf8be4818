/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "source.h"

struct source *source_new(struct arena *a, const char *name, const char *text,
			  size_t len, unsigned int order)
{
	struct source *s = arena_new(a, struct source);

	s->name = name;
	s->text = text;
	s->len = len;
	s->order = order;
	return s;
}

static void index_lines(struct arena *a, struct source *s)
{
	const char *p, *end = s->text + s->len;
	size_t n = 1;

	for (p = s->text; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		n++;
	s->line_start = arena_zalloc(a, n, sizeof(*s->line_start));
	s->n_lines = n;
	n = 1;
	for (p = s->text; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		s->line_start[n++] = (size_t)(p - s->text) + 1;
}

/* the line table is a cache: making it does not change what the source is */
static const size_t *line_table(struct arena *a, const struct source *src,
				size_t *n)
{
	struct source *s = (struct source *)src;

	if (!s->line_start)
		index_lines(a, s);
	*n = s->n_lines;
	return s->line_start;
}

struct position source_position(struct arena *a, const struct source *src,
				size_t offset)
{
	size_t n, lo = 0, hi;
	const size_t *start = line_table(a, src, &n);
	struct position p;

	hi = n;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (start[mid] <= offset)
			lo = mid;
		else
			hi = mid;
	}
	p.line = lo + 1;
	p.line_start = start[lo];
	p.line_end = lo + 1 < n ? start[lo + 1] - 1 : src->len;
	p.column = offset - start[lo] + 1;
	return p;
}

bool source_next_line(const struct source *src, size_t *at, struct span *line)
{
	const char *nl;

	if (*at >= src->len)
		return false;
	nl = memchr(src->text + *at, '\n', src->len - *at);
	*line = (struct span){ src, *at,
			       nl ? (size_t)(nl - src->text) : src->len };
	*at = line->end + 1;
	return true;
}

struct span span_join(struct span a, struct span b)
{
	if (!a.src)
		return b;
	if (a.src != b.src)
		return a;
	if (b.start < a.start)
		a.start = b.start;
	if (b.end > a.end)
		a.end = b.end;
	return a;
}

void span_put_line(struct span s, struct buf *out)
{
	const char *text = s.src->text;
	bool blank = false;
	size_t i, n = 0;

	for (i = s.start; i < s.end; i++) {
		char c = text[i];

		if (c == ' ' || (c >= '\t' && c <= '\r')) {
			blank = n > 0;
			continue;
		}
		/* not inside of a code point */
		if (n >= SPAN_SHOWN && (c & 0xc0) != 0x80) {
			buf_puts(out, " ...");
			return;
		}
		if (blank)
			buf_putc(out, ' ');
		n += 1 + blank;
		blank = false;
		buf_putc(out, c);
	}
}

int span_cmp(struct span a, struct span b)
{
	unsigned int ao = a.src ? a.src->order + 1 : 0;
	unsigned int bo = b.src ? b.src->order + 1 : 0;

	if (ao != bo)
		return ao < bo ? -1 : 1;
	if (a.start != b.start)
		return a.start < b.start ? -1 : 1;
	if (a.end != b.end)
		return a.end < b.end ? -1 : 1;
	return 0;
}

enum source_error source_read_most(struct arena *a, int fd, size_t max,
				   const char **text, size_t *len)
{
	size_t n = 0, cap = 64 * 1024;
	char *s = arena_alloc(a, cap + 1);

	for (;;) {
		ssize_t r = read(fd, s + n, cap - n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return SOURCE_ERRNO;
		if (r == 0)
			break;
		n += (size_t)r;
		if (n > max)
			return SOURCE_TOO_LARGE;
		if (n == cap) {
			s = arena_grow(a, s, n, cap * 2 + 1);
			cap *= 2;
		}
	}
	s[n] = '\0';
	*text = s;
	*len = n;
	return SOURCE_OK;
}

enum source_error source_read_fd(struct arena *a, int fd, const char **text,
				 size_t *len)
{
	return source_read_most(a, fd, SOURCE_MAX, text, len);
}

enum source_error source_read(struct arena *a, const char *path,
			      const char **text, size_t *len)
{
	enum source_error err;
	int fd, saved;

	if (!strcmp(path, "-"))
		return source_read_fd(a, STDIN_FILENO, text, len);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return SOURCE_ERRNO;
	err = source_read_fd(a, fd, text, len);
	saved = errno;
	close(fd);
	errno = saved;
	return err;
}
