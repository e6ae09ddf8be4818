/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "graph.h"
#include "utf8.h"

/* in quotes; Graphviz reads a backslash in labels itself */
static void put_label(struct buf *b, const char *s)
{
	struct buf clean;
	size_t i;

	buf_init(&clean, b->arena);
	utf8_puts_visible(&clean, s);
	buf_putc(b, '"');
	for (i = 0; i < clean.len; i++) {
		if (clean.s[i] == '"' || clean.s[i] == '\\')
			buf_putc(b, '\\');
		buf_putc(b, clean.s[i]);
	}
	buf_putc(b, '"');
}

/* what is decided, an action a line; the same text is the same node */
static const char *outcome_text(const struct policy *p,
				const struct decision_case *c)
{
	struct buf b;
	unsigned int k;

	buf_init(&b, p->arena);
	for (k = 0; k < KCLASS_COUNT; k++) {
		struct access_outcome x;

		if (c->rule[k] == CASE_NONE)
			continue;
		x = access_rule_outcome(&p->rules.v[c->rule[k]].k);
		if (b.len)
			buf_puts(&b, ", ");
		access_describe_outcome(k, &x, &b);
	}
	return b.len ? b.s : "nothing";
}

typedef VEC(const char *) texts;

static size_t text_number(struct arena *a, texts *all, const char *s)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (!strcmp(all->v[i], s))
			return i;
	vec_push(a, all, s);
	return i;
}

/* a node of its own below another, and the edge to it */
static void put_node(struct buf *b, const char *kind, size_t n,
		     const char *from, size_t from_n, const char *label)
{
	buf_printf(b, "\t%s%zu [label=", kind, n);
	put_label(b, label);
	buf_printf(b, "];\n\t%s%zu -> %s%zu;\n", from, from_n, kind, n);
}

void graph_dot(const struct policy *p, const struct cases *c, const char *title,
	       struct buf *out)
{
	const struct decision_case *last = NULL;
	size_t i, n, op = 0, files = 0;
	texts outcomes = { 0 };

	buf_puts(out, "digraph policy {\n\trankdir=LR;\n\tnode [shape=box];\n"
		 "\troot0 [shape=plain, label=");
	put_label(out, title);
	buf_puts(out, "];\n");
	for (i = 0; i < c->list.n; last = &c->list.v[i++]) {
		const struct decision_case *row = &c->list.v[i];

		/* rows of one operation share its text, and so on */
		if (!last || last->operation != row->operation)
			put_node(out, "op", ++op, "root", 0, row->operation);
		if (!last || last->operation != row->operation ||
		    last->files != row->files)
			put_node(out, "files", ++files, "op", op,
				 row->files ? row->files : "a text");
		put_node(out, "by", i, "files", files, row->subjects);
		n = text_number(p->arena, &outcomes, outcome_text(p, row));
		buf_printf(out, "\tby%zu -> does%zu;\n", i, n);
	}
	for (i = 0; i < outcomes.n; i++) {
		buf_printf(out, "\tdoes%zu [shape=oval, label=", i);
		put_label(out, outcomes.v[i]);
		buf_puts(out, "];\n");
	}
	buf_puts(out, "}\n");
}
