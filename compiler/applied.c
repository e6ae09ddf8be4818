/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "applied.h"
#include "intern.h"
#include "ptrmap.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* the fields of a line, apart by a tab; NULL: a comment, or nothing */
static const char *fields(struct arena *a, const char *s, size_t len)
{
	struct buf b;
	size_t i, end;

	buf_init(&b, a);
	for (i = 0; i < len; i = end) {
		while (i < len && is_blank(s[i]))
			i++;
		for (end = i; end < len && !is_blank(s[end]);)
			end++;
		if (end > i && s[i] == '#' && !b.len)
			return NULL;
		if (end > i && b.len)
			buf_putc(&b, '\t');
		buf_add(&b, s + i, end - i);
	}
	return b.len ? b.s : NULL;
}

typedef void take_line(void *arg, const char *line);

static void each_line(struct arena *a, const struct source *src,
		      take_line *take, void *arg)
{
	struct span line;
	size_t at = 0;

	while (src && source_next_line(src, &at, &line)) {
		const char *f = fields(a, src->text + line.start,
				       line.end - line.start);

		if (f)
			take(arg, f);
	}
}

struct stripper {
	struct intern strings;
	struct ptrmap applied;
	struct buf *out;
};

static void know(void *arg, const char *line)
{
	struct stripper *s = arg;

	ptrmap_add(&s->applied, intern_str(&s->strings, line), 1);
}

static void keep_others(void *arg, const char *line)
{
	struct stripper *s = arg;

	if (ptrmap_find(&s->applied, intern_str(&s->strings, line)))
		return;
	buf_puts(s->out, line);
	buf_putc(s->out, '\n');
}

void applied_strip(struct arena *a, const struct source *local,
		   const struct source *applied, struct buf *out)
{
	struct stripper s = { .out = out };

	intern_init(&s.strings, a);
	ptrmap_init(&s.applied, a);
	buf_puts(out, "");
	each_line(a, applied, know, &s);
	each_line(a, local, keep_others, &s);
}
