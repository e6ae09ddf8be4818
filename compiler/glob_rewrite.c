/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "glob.h"

/*
 * A glob spelled through a symlink names files that lie elsewhere. Symlinks are
 * followed from the left as the kernel does, on the text: only its literal head
 * is looked at, and braces are written out only where one of their branches
 * might complete the name of a symlink.
 */
struct rewriter {
	struct arena *arena;
	const struct glob_alias *alias;
	size_t n;
	VEC(const char *) out;
	size_t rewrites;
	struct glob_error *err;
};

static bool refuse(struct rewriter *w, const char *what, const char *remedy)
{
	if (!w->err->what)
		*w->err = (struct glob_error){ 0, 0, what, remedy };
	return false;
}

/* literal bytes in front; at[i] is where byte i begins in the text */
struct head {
	char byte[GLOB_MAX + 1];
	uint16_t at[GLOB_MAX + 1];
	size_t len, end;	/* end: where in the text the head stops */
};

static void take_head(const char *text, struct head *h)
{
	size_t i = 0;

	for (h->len = 0; text[i] && !strchr("*?[{", text[i]); h->len++) {
		h->at[h->len] = (uint16_t)i;
		if (text[i] == '\\' && text[i + 1])
			i++;
		h->byte[h->len] = text[i++];
	}
	h->at[h->len] = (uint16_t)i;
	h->end = i;
}

/* the first symlink that the head goes through; NULL: none */
static const struct glob_alias *through(const struct rewriter *w,
					const struct head *h, bool whole)
{
	const struct glob_alias *best = NULL;
	size_t i;

	for (i = 0; i < w->n; i++) {
		size_t len = strlen(w->alias[i].from);

		if (len > h->len || memcmp(w->alias[i].from, h->byte, len))
			continue;
		if (len < h->len ? h->byte[len] != '/' : !whole)
			continue;
		if (!best || len < strlen(best->from))
			best = &w->alias[i];
	}
	return best;
}

/* does a brace behind the head have to be looked into */
static bool may_go_through(const struct rewriter *w, const struct head *h)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (strlen(w->alias[i].from) >= h->len &&
		    !memcmp(w->alias[i].from, h->byte, h->len))
			return true;
	}
	return false;
}

static void put_literal(struct buf *b, const char *s)
{
	if (!strcmp(s, "/"))
		return;
	for (; *s; s++) {
		if (strchr("*?[]{},\\", *s))
			buf_putc(b, '\\');
		buf_putc(b, *s);
	}
}

/* ---- braces ---- */

/* past a byte, an escape or a class */
static size_t skip_item(const char *s, size_t i)
{
	size_t start = i;

	if (s[i] == '\\')
		return s[i + 1] ? i + 2 : i + 1;
	if (s[i] != '[')
		return i + 1;
	i++;
	if (s[i] == '!' || s[i] == '^')
		i++;
	for (; s[i]; i++) {
		if (s[i] == ']' && i > start + 1 + (s[start + 1] == '!' ||
						     s[start + 1] == '^'))
			return i + 1;
		if (s[i] == '\\' && s[i + 1])
			i++;
	}
	return i;
}

/* where the branch that begins at i ends: at its ',' or '}' */
static size_t branch_end(const char *s, size_t i)
{
	size_t depth = 0;

	while (s[i]) {
		if (!depth && (s[i] == ',' || s[i] == '}'))
			break;
		if (s[i] == '{')
			depth++;
		else if (s[i] == '}')
			depth--;
		i = skip_item(s, i);
	}
	return i;
}

/* "**" means another thing behind or before a slash */
static bool splices(const char *text, size_t brace, size_t from, size_t to,
		    size_t close)
{
	bool stars_first = to - from > 1 && !strncmp(text + from, "**", 2);
	bool stars_last = to - from > 1 && !strncmp(text + to - 2, "**", 2);
	bool stars_after = !strncmp(text + close + 1, "**", 2);

	return !(stars_first && brace && text[brace - 1] == '/') &&
	       !(stars_last && text[close + 1]) &&
	       !(stars_after && (to == from || text[to - 1] == '/'));
}

static bool rewrite(struct rewriter *w, const char *text);

static bool write_out(struct rewriter *w, const char *text, size_t brace)
{
	size_t at = brace + 1, close = brace + 1, end;

	for (close = branch_end(text, close); text[close] == ',';)
		close = branch_end(text, close + 1);
	do {
		struct buf b;

		end = branch_end(text, at);
		if (!splices(text, brace, at, end, close))
			return refuse(w, "'**' at the edge of a brace that a "
				      "symlink's name runs into",
				      "write its branches as globs of their "
				      "own");
		buf_init(&b, w->arena);
		buf_add(&b, text, brace);
		buf_add(&b, text + at, end - at);
		buf_puts(&b, text + close + 1);
		if (!rewrite(w, b.s))
			return false;
		at = end + 1;
	} while (text[end] == ',');
	return true;
}

static bool rewrite(struct rewriter *w, const char *text)
{
	struct head *h = arena_new(w->arena, struct head);
	const struct glob_alias *alias;
	struct buf b;

	for (;;) {
		if (strlen(text) > GLOB_MAX ||
		    w->out.n == GLOB_ALTERNATIVES_MAX)
			return refuse(w, "a glob that is too long once its "
				      "symlinks are followed", NULL);
		take_head(text, h);
		alias = through(w, h, !text[h->end]);
		if (!alias)
			break;
		if (w->rewrites++ == GLOB_ALTERNATIVES_MAX)
			return refuse(w, "symlinks that lead in a circle",
				      NULL);
		buf_init(&b, w->arena);
		put_literal(&b, alias->to);
		buf_puts(&b, text + h->at[strlen(alias->from)]);
		text = b.s;
	}
	if (text[h->end] == '{' && may_go_through(w, h))
		return write_out(w, text, h->end);
	vec_push(w->arena, &w->out, text);
	return true;
}

bool glob_canonical(struct arena *a, const struct glob *g,
		    const struct glob_alias *alias, size_t n,
		    struct glob *out, struct glob_error *err)
{
	struct rewriter w = { .arena = a, .alias = alias, .n = n, .err = err };
	const struct glob **parts;
	size_t i;

	memset(err, 0, sizeof(*err));
	*out = *g;
	if (!rewrite(&w, g->text)) {
		err->end = g->len;
		return false;
	}
	if (!w.rewrites)
		return true;
	parts = arena_zalloc(a, w.out.n, sizeof(*parts));
	for (i = 0; i < w.out.n; i++) {
		struct glob *part = arena_new(a, struct glob);

		if (!glob_parse(a, w.out.v[i], strlen(w.out.v[i]), part, err))
			return false;
		parts[i] = part;
	}
	*out = *glob_union(a, parts, w.out.n);
	out->rewritten = true;
	return true;
}
