/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "graph.h"
#include "utf8.h"

/* nothing is fetched, and nothing runs */
static const char head[] =
"<!DOCTYPE html>\n"
"<html lang=\"en\">\n"
"<head>\n"
"<meta charset=\"utf-8\">\n"
"<meta http-equiv=\"Content-Security-Policy\"\n"
" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
"<meta name=\"viewport\" content=\"width=device-width\">\n";

static const char style[] =
"<style>\n"
":root { color-scheme: light dark; }\n"
"body { font: 15px/1.4 sans-serif; margin: 2em; }\n"
"table { border-collapse: collapse; }\n"
"th, td { border: 1px solid #8888; padding: .3em .6em; text-align: left;\n"
" vertical-align: top; }\n"
"thead th { position: sticky; top: 0; background: Canvas; }\n"
"td.no { color: #888; }\n"
"td.do a { font-weight: bold; }\n"
"pre { counter-reset: line; overflow-x: auto; }\n"
"pre span { display: block; }\n"
"pre span:target { background: Mark; color: MarkText; }\n"
"pre b { display: inline-block; width: 4em; color: #888; font-weight: normal;\n"
" text-align: right; margin-right: 1em; user-select: none; }\n"
"</style>\n";

static void put_escaped(struct buf *b, const char *s, size_t len)
{
	struct buf clean;
	size_t i, column = 0;

	buf_init(&clean, b->arena);
	for (i = 0; i < len;)
		i += utf8_put_visible(&clean, s + i, len - i, &column);
	for (i = 0; i < clean.len; i++)
		switch (clean.s[i]) {
		case '&': buf_puts(b, "&amp;"); break;
		case '<': buf_puts(b, "&lt;"); break;
		case '>': buf_puts(b, "&gt;"); break;
		case '"': buf_puts(b, "&quot;"); break;
		default: buf_putc(b, clean.s[i]);
		}
}

static void put_text(struct buf *b, const char *s)
{
	put_escaped(b, s, strlen(s));
}

/* ---- the statements ---- */

struct page {
	const struct policy *p;
	const struct cases *c;
	VEC(const struct source *) sources;	/* each once, as they occur */
	bool shown[KCLASS_COUNT];	/* some rule is about it */
	struct buf *out;
};

static size_t source_number(const struct page *g, const struct source *src)
{
	size_t i;

	for (i = 0; i < g->sources.n && g->sources.v[i] != src; i++)
		;
	return i;
}

static void collect(struct page *g)
{
	size_t i;

	for (i = 0; i < g->p->rules.n; i++) {
		const struct policy_rule *r = &g->p->rules.v[i];

		g->shown[r->k.class] = true;
		if (source_number(g, r->origin.src) == g->sources.n)
			vec_push(g->p->arena, &g->sources, r->origin.src);
	}
}

static void put_line(struct page *g, size_t source, size_t number,
		     const char *s, size_t len)
{
	buf_printf(g->out, "<span id=\"s%zu-%zu\"><b>%zu</b>", source, number,
		   number);
	put_escaped(g->out, s, len);
	buf_puts(g->out, "</span>");
}

static void put_source(struct page *g, size_t n)
{
	const struct source *src = g->sources.v[n];
	size_t at = 0, number;
	struct span line;

	buf_puts(g->out, "<h2>");
	put_text(g->out, src->name);
	buf_puts(g->out, "</h2>\n<pre>");
	for (number = 1; source_next_line(src, &at, &line); number++)
		put_line(g, n, number, src->text + line.start,
			 line.end - line.start);
	buf_puts(g->out, "</pre>\n");
}

/* ---- the table ---- */

static void put_head(struct page *g)
{
	unsigned int k;

	buf_puts(g->out, "<table>\n<thead><tr><th>operation</th><th>files</th>"
		 "<th>subjects</th>");
	for (k = 0; k < KCLASS_COUNT; k++)
		if (g->shown[k])
			buf_printf(g->out, "<th>%s</th>", ast_class_word(k));
	buf_puts(g->out, "</tr></thead>\n<tbody>\n");
}

static void put_outcome(struct page *g, unsigned int class, size_t rule)
{
	const struct policy_rule *r;
	struct access_outcome x;
	struct buf text;

	if (rule == CASE_NONE) {
		buf_puts(g->out, "<td class=\"no\">nothing</td>");
		return;
	}
	r = &g->p->rules.v[rule];
	x = access_rule_outcome(&r->k);
	buf_init(&text, g->p->arena);
	access_describe_outcome(class, &x, &text);
	buf_printf(g->out, "<td class=\"%s\"><a href=\"#s%zu-%zu\">",
		   x.acts ? "do" : "no", source_number(g, r->origin.src),
		   source_position(g->p->arena, r->origin.src,
				   r->origin.start).line);
	put_text(g->out, text.s);
	buf_puts(g->out, "</a></td>");
}

/* a cell over all rows that share it, from row i on */
static void put_spanning(struct page *g, size_t rows, const char *s)
{
	buf_puts(g->out, "<td");
	if (rows > 1)
		buf_printf(g->out, " rowspan=\"%zu\"", rows);
	buf_putc(g->out, '>');
	put_text(g->out, s);
	buf_puts(g->out, "</td>");
}

static bool same_operation(const struct decision_case *a,
			   const struct decision_case *b)
{
	return a->operation == b->operation;
}

static bool same_files(const struct decision_case *a,
		       const struct decision_case *b)
{
	return same_operation(a, b) && a->files == b->files;
}

/* how many rows are alike from i on; 0: it is not the first */
static size_t alike(const struct cases *c, size_t i,
		    bool (*same)(const struct decision_case *,
				 const struct decision_case *))
{
	const struct decision_case *row = &c->list.v[i];
	size_t n = 1;

	if (i && same(row, row - 1))
		return 0;
	while (i + n < c->list.n && same(row, row + n))
		n++;
	return n;
}

static void put_row(struct page *g, size_t i)
{
	const struct decision_case *row = &g->c->list.v[i];
	size_t n;
	unsigned int k;

	buf_puts(g->out, "<tr>");
	n = alike(g->c, i, same_operation);
	if (n)
		put_spanning(g, n, row->operation);
	n = alike(g->c, i, same_files);
	if (n)
		put_spanning(g, n, row->files ? row->files : "\xe2\x80\x94");
	put_spanning(g, 1, row->subjects);
	for (k = 0; k < KCLASS_COUNT; k++)
		if (g->shown[k])
			put_outcome(g, k, row->rule[k]);
	buf_puts(g->out, "</tr>\n");
}

void graph_html(const struct policy *p, const struct cases *c,
		const char *title, struct buf *out)
{
	struct page g = { .p = p, .c = c, .out = out };
	char release[KRELEASE_TEXT];
	size_t i;

	collect(&g);
	buf_printf(out, "%s<title>", head);
	put_text(out, title);
	buf_printf(out, "</title>\n%s</head>\n<body>\n<h1>", style);
	put_text(out, title);
	buf_printf(out, "</h1>\n<p>What kernel %s does. Subjects are without "
		   "CAP_SETUID and CAP_SETGID: with them the saved and the real "
		   "id count as the effective one, too.</p>\n",
		   krelease_text(p->target.release, release, sizeof(release)));
	put_head(&g);
	for (i = 0; i < c->list.n; i++)
		put_row(&g, i);
	buf_puts(out, "</tbody>\n</table>\n");
	for (i = 0; i < g.sources.n; i++)
		put_source(&g, i);
	buf_puts(out, "</body>\n</html>\n");
}
