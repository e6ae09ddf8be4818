/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "explain_report.h"
#include "sticky.h"
#include "utf8.h"

static void put_indent(struct buf *b, unsigned int depth)
{
	buf_printf(b, "%*s", (int)(2 * depth), "");
}

/* ---- the access ---- */

static void put_known(const struct question *q, unsigned int from,
		      unsigned int to, struct buf *b)
{
	const char *between = "  ";
	unsigned int dim;

	for (dim = from; dim < to; dim++) {
		if (!q->known[dim])
			continue;
		buf_printf(b, "%s%s ", between, witness_dim_word(dim));
		question_value(q, dim, b);
		if (q->from[dim])
			buf_printf(b, " (%s)", q->from[dim]);
		between = ", ";
	}
	if (*between == ',')
		buf_putc(b, '\n');
}

static void put_open(const struct explain_report *r, struct buf *b)
{
	uint32_t dims = explain_open_dims(r->x, &r->answer);
	const char *between = "  not known, and it matters: ";
	unsigned int dim;

	for (dim = 0; dim < SPACE_DIMS; dim++) {
		if (!(dims >> dim & 1))
			continue;
		buf_printf(b, "%s%s", between, witness_dim_word(dim));
		between = ", ";
	}
	if (dims)
		buf_putc(b, '\n');
}

static void put_access(const struct explain_report *r, struct buf *b)
{
	char rel[KRELEASE_TEXT];

	question_event(r->q, b);
	if (r->q->path)
		buf_printf(b, " of %s", r->q->path);
	buf_printf(b, ", on kernel %s\n",
		   krelease_text(r->x->policy->target.release, rel,
				 sizeof(rel)));
	put_known(r->q, 0, SPACE_EVENT, b);
	put_known(r->q, SPACE_EVENT + 1, SPACE_DIMS, b);
	put_open(r, b);
	if (r->unread)
		buf_printf(b, "  nothing is taken from the file: %s\n",
			   r->unread);
	if (r->not_regular)
		buf_puts(b, "  it is no regular file, and the kernel looks at "
			 "no other, whatever the policy says\n");
}

/* ---- who decides ---- */

static void put_span(const struct explain_report *r, struct span span,
		     unsigned int depth, const char *what, struct buf *b)
{
	put_indent(b, depth);
	buf_puts(b, what);
	explain_say_place(r->x, span, b);
	buf_puts(b, ": ");
	span_put_line(span, b);
	buf_putc(b, '\n');
}

static size_t few(const struct explain_report *r, size_t n)
{
	return r->all || n <= EXPLAIN_FEW ? n : EXPLAIN_FEW;
}

static void put_more(size_t shown, size_t n, const char *what,
		     unsigned int depth, struct buf *b)
{
	if (shown == n)
		return;
	put_indent(b, depth);
	buf_printf(b, "and %zu more %s (--all)\n", n - shown, what);
}

/* where no statement takes it in, the line is what one of them leaves out */
static void put_statement(const struct explain_report *r,
			  const struct explain_branch *b, size_t rule,
			  unsigned int depth, struct buf *out)
{
	const struct policy_rule *p = &r->x->policy->rules.v[rule];
	size_t i;

	if (p->origin.src == p->line.src)
		return;
	for (i = 0; i < b->stmts.n; i++)
		put_span(r, b->stmts.v[i]->span, depth, "by ", out);
	if (!b->stmts.n)
		put_span(r, p->origin, depth, "of ", out);
}

static void put_deciders(const struct explain_report *r,
			 const struct explain_class *c,
			 const struct explain_branch *b, unsigned int depth,
			 struct buf *out)
{
	size_t i, n = few(r, b->lines.n);

	if (b->lines.n)
		put_statement(r, b, c->tried.v[b->lines.v[0]].rule, depth,
			      out);
	else if (b->stmts.n)
		put_span(r, b->stmts.v[0]->span, depth, "by ", out);
	for (i = 0; i < n; i++)
		put_span(r, r->x->policy->rules.v[
				 c->tried.v[b->lines.v[i]].rule].line,
			 depth, "", out);
	put_more(n, b->lines.n, "lines", depth, out);
}

/* ---- what leaks in ---- */

static void put_other(const struct explain_report *r,
		      const struct explain_leak *l, unsigned int depth,
		      struct buf *out)
{
	const struct policy_rule *p = &r->x->policy->rules.v[l->rule];

	if (p->origin.src != p->line.src)
		put_span(r, p->origin, depth, "by ", out);
	put_span(r, p->line, depth, "", out);
}

static void put_leaks(const struct explain_report *r,
		      const struct explain_branch *b, unsigned int depth,
		      struct buf *out)
{
	size_t i;

	for (i = 0; i < b->leaks.n; i++) {
		const struct explain_leak *l = &b->leaks.v[i];

		put_indent(out, depth);
		buf_printf(out, "%s is %s here too, once the file has seen ",
			   sticky_word(l->what), sticky_verb(l->what));
		explain_say_access(r->x, r->q, &l->at, out);
		buf_putc(out, '\n');
		put_other(r, l, depth + 1, out);
	}
	for (i = 0; i < b->weaker.n; i++) {
		const struct explain_leak *l = &b->weaker.v[i];

		put_indent(out, depth);
		buf_printf(out, "%s is not asked for any more, once the file "
			   "has passed at ", sticky_required_word(l->what));
		explain_say_access(r->x, r->q, &l->at, out);
		buf_putc(out, '\n');
		put_other(r, l, depth + 1, out);
	}
}

/* ---- what was tried ---- */

static bool is_before(const struct explain_tried *t)
{
	return t->how != EXPLAIN_DECIDES;
}

static bool of_another_operation(const struct explain_tried *t)
{
	return t->fails >> COND_FUNC & 1;
}

static void put_tried_line(const struct explain_report *r,
			   const struct explain_tried *t, struct buf *out)
{
	put_span(r, r->x->policy->rules.v[t->rule].line, 2, "", out);
	put_indent(out, 3);
	if (t->how == EXPLAIN_LATE)
		buf_puts(out, "all that it matches is decided before it");
	else
		explain_say_failure(r->x, r->q, t->rule, t->fails, out);
	buf_putc(out, '\n');
}

/* without --all: the last ones, nearest to what decides, and no other operations */
static void put_tried(const struct explain_report *r,
		      const struct explain_class *c, struct buf *out)
{
	size_t i, n = 0, other = 0, skip;

	for (i = 0; i < c->tried.n; i++) {
		if (!is_before(&c->tried.v[i]))
			continue;
		if (of_another_operation(&c->tried.v[i]) && !r->all)
			other++;
		else
			n++;
	}
	if (n + other)
		buf_puts(out, "  tried, and not met:\n");
	skip = n - few(r, n);
	if (other)
		buf_printf(out, "    %zu line%s about other operations\n",
			   other, other > 1 ? "s" : "");
	if (skip)
		buf_printf(out, "    %zu more line%s (--all)\n", skip,
			   skip > 1 ? "s" : "");
	for (i = 0; i < c->tried.n; i++) {
		if (!is_before(&c->tried.v[i]) ||
		    (of_another_operation(&c->tried.v[i]) && !r->all))
			continue;
		if (skip)
			skip--;
		else
			put_tried_line(r, &c->tried.v[i], out);
	}
}

/* ---- one class ---- */

static void put_case(const struct explain_report *r,
		     const struct explain_class *c, size_t i, struct buf *out)
{
	const struct explain_branch *b = &c->branches.v[i];
	bool last = i + 1 == c->branches.n;

	buf_puts(out, !i ? "  if " : last ? "  otherwise" : "  else if ");
	if (!last)
		explain_say_case(r->x, c, b, few(r, b->lines.n), out);
	buf_puts(out, ": ");
}

static void put_class(const struct explain_report *r, enum kclass class,
		      struct buf *out)
{
	const struct explain_class *c = &r->answer.class[class];
	size_t i, n = c->branches.n, shown = few(r, n);
	unsigned int depth = n > 1 ? 2 : 1;

	buf_printf(out, "\n%s:%s", ast_class_word(class), n > 1 ? "\n" : " ");
	for (i = 0; i < n; i++) {
		const struct explain_branch *b = &c->branches.v[i];

		/* the last case is the rest of all, so it is always shown */
		if (i >= shown && i + 1 < n)
			continue;
		if (i > shown)
			buf_printf(out, "  %zu more cases (--all)\n",
				   i - shown);
		if (n > 1)
			put_case(r, c, i, out);
		explain_say_outcome(r->x, c, b, class, r->q->hook, out);
		buf_putc(out, '\n');
		put_deciders(r, c, b, depth, out);
		put_leaks(r, b, depth, out);
	}
	if (c->active)
		put_tried(r, c, out);
}

/* ---- why not ---- */

static void put_miss(const struct explain_report *r,
		     const struct explain_miss *m, struct buf *out)
{
	const struct policy_rule *p = &r->x->policy->rules.v[m->rule];
	unsigned int c;

	if (p->origin.src != p->line.src)
		put_span(r, p->origin, 1, "by ", out);
	put_span(r, p->line, 1, "", out);
	for (c = 0; c < CONDS; c++) {
		if (!(m->fails >> c & 1))
			continue;
		put_indent(out, 2);
		explain_say_failure(r->x, r->q, m->rule, UINT32_C(1) << c,
				    out);
		buf_putc(out, '\n');
	}
	if (m->never) {
		buf_puts(out, "    no access meets all of its conditions\n");
	} else if (m->before < r->x->n) {
		put_indent(out, 2);
		buf_puts(out, m->fails ? "and even then " : "");
		buf_puts(out, "a line before it decides: ");
		explain_say_place(r->x, r->x->policy->rules.v[m->before].line,
				  out);
		buf_puts(out, ": ");
		span_put_line(r->x->policy->rules.v[m->before].line, out);
		buf_putc(out, '\n');
	}
}

static void put_why_not(const struct explain_report *r, struct buf *out)
{
	const struct explain_class *c = &r->answer.class[r->class];
	const char *word = ast_class_word(r->class);
	size_t i, n = few(r, r->n_misses);

	if (c->branches.n == 1 && c->branches.v[0].outcome.acts) {
		buf_printf(out, "\nwhy not %s: it is done\n", word);
		return;
	}
	buf_printf(out, "\nwhy not %s: ", word);
	if (!r->n_misses)
		buf_puts(out, "no other line does it\n");
	else
		buf_puts(out, "the lines that would, nearest first\n");
	for (i = 0; i < n; i++)
		put_miss(r, &r->misses[i], out);
	put_more(n, r->n_misses, "lines", 1, out);
}

/* bytes of files reach a terminal in a visible form only */
static void put_visible(const struct buf *b, struct buf *out)
{
	size_t at = 0, column = 0;

	while (at < b->len) {
		if (b->s[at] == '\n') {
			buf_putc(out, '\n');
			column = 0;
			at++;
			continue;
		}
		at += utf8_put_visible(out, b->s + at, b->len - at, &column);
	}
}

void explain_text(const struct explain_report *r, struct buf *out)
{
	struct buf b;
	int c;

	buf_init(&b, r->x->arena);
	put_access(r, &b);
	for (c = 0; c < KCLASS_COUNT; c++)
		if (!r->why_not || c == (int)r->class)
			put_class(r, c, &b);
	if (r->why_not)
		put_why_not(r, &b);
	put_visible(&b, out);
}
