/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fmt_int.h"

bool fmt_is(const struct fmt_piece *p, const char *word)
{
	return p->text.len == strlen(word) &&
	       !memcmp(p->text.s, word, p->text.len);
}

/* what stands between two tokens: blanks, newlines and comments */
struct gap {
	const char *s;
	size_t at, end;
	size_t newlines;	/* since the last token or comment */
};

/* the length of the next comment; 0: there is none up to the next token */
static size_t next_comment(struct gap *g)
{
	const char *newline;

	for (; g->at < g->end; g->at++) {
		if (g->s[g->at] == '#')
			break;
		g->newlines += g->s[g->at] == '\n';
	}
	if (g->at == g->end)
		return 0;
	newline = memchr(g->s + g->at, '\n', g->end - g->at);
	return newline ? (size_t)(newline - g->s) - g->at : g->end - g->at;
}

static struct fmt_text trimmed(const char *s, size_t len)
{
	while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	return (struct fmt_text){ s, len };
}

/* the comments behind p; returns whether the next token has a line above it */
static bool read_gap(struct arena *a, const struct source *src, size_t from,
		     size_t to, struct fmt_piece *p)
{
	struct gap g = { .s = src->text, .at = from, .end = to };
	/* a line ends with one comment */
	bool own_line = from == 0 || p->comments.n;
	size_t len;

	while ((len = next_comment(&g))) {
		struct fmt_comment c = {
			.text = trimmed(g.s + g.at, len),
			.own_line = own_line || g.newlines,
			.blank_before = g.newlines > 1,
		};

		vec_push(a, &p->comments, c);
		g.at += len;
		g.newlines = 0;
		own_line = true;
	}
	return g.newlines > 1;
}

/* these stand right behind what is before them, and before its comments */
static bool is_suffix(const struct fmt_piece *p)
{
	return fmt_is(p, ";") || fmt_is(p, ",") || fmt_is(p, "{");
}

static void move_comments(struct fmt_piece *to, struct fmt_piece *from)
{
	to->comments = from->comments;
	memset(&from->comments, 0, sizeof(from->comments));
}

void fmt_read(struct ast *ast, const struct source *src, struct diags *ds,
	      fmt_pieces *out)
{
	struct arena *a = ast->arena;
	grammar_tokens tokens = { 0 };
	size_t i, end = 0;

	grammar_scan(ast, src, ds, &tokens);
	vec_push(a, out, (struct fmt_piece){ .text = { "", 0 } });
	for (i = 0; i < tokens.n; i++) {
		struct span at = tokens.v[i].span;
		struct fmt_piece p = {
			.text = { src->text + at.start, at.end - at.start },
			.group = tokens.v[i].group,
			.blank_before = read_gap(a, src, end, at.start,
						 &out->v[i]),
		};

		vec_push(a, out, p);
		/* its own will come behind them */
		if (is_suffix(&out->v[i + 1]))
			move_comments(&out->v[i + 1], &out->v[i]);
		end = at.end;
	}
	read_gap(a, src, end, src->len, &out->v[tokens.n]);
}
