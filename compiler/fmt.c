/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "fmt_int.h"

struct layout {
	struct fmt_lines lines;
	const struct fmt_piece *v;
	size_t depth;
	bool first;		/* nothing stands in the block yet */
	bool in_test;
};

static bool blank(const struct layout *lay, bool wanted)
{
	return wanted && !lay->first;
}

/* the comments behind a statement, a brace, or the beginning */
static void put_comments(struct layout *lay, const struct fmt_piece *p)
{
	size_t i;

	for (i = 0; i < p->comments.n; i++) {
		const struct fmt_comment *c = &p->comments.v[i];
		struct fmt_line *line;

		if (c->own_line) {
			line = fmt_line_add(&lay->lines, lay->depth,
					    blank(lay, c->blank_before));
			lay->first = false;
		} else {
			line = &lay->lines.v.v[lay->lines.v.n - 1];
		}
		line->comment = c->text;
	}
}

static void close_block(struct layout *lay, const struct fmt_piece *p)
{
	struct fmt_line *line;

	lay->depth--;
	lay->first = lay->in_test = false;
	line = fmt_line_add(&lay->lines, lay->depth, false);
	buf_putc(&line->code, '}');
	put_comments(lay, p);
}

/* from its first piece on; returns how many it has */
static size_t put_statement(struct layout *lay, const struct fmt_piece *p)
{
	const struct fmt_piece *end = p;

	while (!fmt_is(end, ";") && !fmt_is(end, "{"))
		end++;
	fmt_wrap(&lay->lines, p, (size_t)(end - p) + 1, lay->depth,
		 lay->in_test, blank(lay, p->blank_before));
	lay->first = fmt_is(end, "{");
	if (lay->first) {
		lay->in_test = fmt_is(p, "test");
		lay->depth++;
	}
	put_comments(lay, end);
	return (size_t)(end - p) + 1;
}

bool fmt_policy(struct ast *ast, const struct source *src, struct diags *ds,
		struct buf *out)
{
	struct layout lay = { .lines = { .arena = ast->arena }, .first = true };
	size_t i, before = ds->n_errors;
	fmt_pieces pieces = { 0 };
	ast_stmts stmts = { 0 };

	grammar_parse(ast, src, ds, &stmts);
	if (ds->n_errors > before)
		return false;
	fmt_read(ast, src, ds, &pieces);
	put_comments(&lay, &pieces.v[0]);
	for (i = 1; i < pieces.n;) {
		if (fmt_is(&pieces.v[i], "}"))
			close_block(&lay, &pieces.v[i++]);
		else
			i += put_statement(&lay, &pieces.v[i]);
	}
	fmt_lines_put(&lay.lines, out);
	return true;
}
