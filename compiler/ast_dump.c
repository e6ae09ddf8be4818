/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "ast_dump.h"

void ast_put_quoted(struct buf *out, const char *s)
{
	buf_putc(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *s);
	}
	buf_putc(out, '"');
}

static void put_id_value(struct buf *out, const char *name, uint64_t n)
{
	if (name)
		ast_put_quoted(out, name);
	else
		buf_printf(out, "%" PRIu64, n);
}

static void put_id(struct buf *out, const struct ast_id *id)
{
	if (id->op == AST_ID_GT)
		buf_putc(out, '>');
	if (id->op == AST_ID_LT)
		buf_putc(out, '<');
	put_id_value(out, id->lo_name, id->lo);
	if (id->op == AST_ID_RANGE) {
		buf_puts(out, "..");
		put_id_value(out, id->hi_name, id->hi);
	}
}

static void put_leaf(const struct ast_set *s, struct buf *out)
{
	if (s->kind == AST_SET_REF) {
		buf_puts(out, s->name);
		return;
	}
	if (s->kind == AST_SET_USER) {
		put_id(out, &s->id);
		return;
	}
	buf_printf(out, "%s ", ast_set_word(s->kind));
	if (s->name)
		ast_put_quoted(out, s->name);
	else if (s->kind == AST_SET_FSMAGIC)
		buf_printf(out, "0x%" PRIx64, s->magic);
	else
		put_id(out, &s->id);
}

static int binding(const struct ast_set *s)
{
	switch (s->kind) {
	case AST_SET_OR:
		return 0;
	case AST_SET_AND:
		return 1;
	case AST_SET_NOT:
		return 2;
	default:
		return 3;
	}
}

/* around: how closely what stands around it binds */
static void put_set(const struct ast_set *s, int around, struct buf *out)
{
	int mine = binding(s);

	if (mine < around)
		buf_putc(out, '(');
	if (mine == 3) {
		put_leaf(s, out);
	} else if (s->kind == AST_SET_NOT) {
		buf_putc(out, '!');
		put_set(s->left, mine, out);
	} else {
		put_set(s->left, mine, out);
		buf_printf(out, " %s ", ast_set_word(s->kind));
		put_set(s->right, mine, out);
	}
	if (mine < around)
		buf_putc(out, ')');
}

void ast_put_set(const struct ast_set *s, struct buf *out)
{
	put_set(s, 0, out);
}

static void put_words(const ast_words *words, const char *between,
		      struct buf *out)
{
	size_t i;

	for (i = 0; i < words->n; i++) {
		buf_puts(out, i ? between : " ");
		ast_put_quoted(out, words->v[i].text);
	}
}

void ast_put_op(const struct ast_op *op, struct buf *out)
{
	buf_puts(out, ast_op_word(op->kind));
	if (op->kind == AST_OP_KEY && op->names.n)
		buf_puts(out, " in");
	put_words(&op->names, " | ", out);
}

void ast_put_opt(const struct ast_opt *opt, struct buf *out)
{
	buf_puts(out, ast_opt_word(opt->kind));
	if (opt->kind == AST_OPT_PCR)
		buf_printf(out, " %" PRIu64, opt->number);
	if (opt->kind == AST_OPT_ALLOW_WIDER) {
		if (opt->words.n)
			buf_puts(out, " to label");
		put_words(&opt->words, ", ", out);
	} else {
		put_words(&opt->words, " | ", out);
	}
}

/* ---- statements ---- */

struct dump {
	struct arena *arena;
	struct buf *out;
	unsigned int depth;
};

static void begin(struct dump *d, struct span span)
{
	unsigned int i;

	for (i = 0; i < d->depth; i++)
		buf_puts(d->out, "  ");
	if (span.src) {
		struct position p = source_position(d->arena, span.src,
						    span.start);

		buf_printf(d->out, "%zu:%zu ", p.line, p.column);
	}
}

static void put_part(struct dump *d, const char *word,
		     const struct ast_set *s)
{
	if (!s)
		return;
	buf_printf(d->out, " %s ", word);
	ast_put_set(s, d->out);
}

static void put_ops(struct dump *d, const ast_ops *ops)
{
	size_t i;

	for (i = 0; i < ops->n; i++) {
		buf_puts(d->out, i ? ", " : " ");
		ast_put_op(&ops->v[i], d->out);
	}
}

static void put_opts(struct dump *d, const ast_opts *opts)
{
	size_t i;

	for (i = 0; i < opts->n; i++) {
		buf_putc(d->out, ' ');
		ast_put_opt(&opts->v[i], d->out);
	}
}

static void dump_rule(struct dump *d, const struct ast_stmt *s)
{
	size_t i;

	begin(d, s->span);
	buf_puts(d->out, s->exempt ? "rule exempt" : "rule");
	for (i = 0; i < s->actions.n; i++)
		buf_printf(d->out, "%s%s", i ? ", " : " ",
			   ast_class_word(s->actions.v[i].class));
	put_ops(d, &s->ops);
	put_part(d, "of", s->files);
	put_part(d, "by", s->subjects);
	put_opts(d, &s->opts);
	buf_putc(d->out, '\n');
	d->depth++;
	for (i = 0; i < s->excepts.n; i++) {
		const struct ast_except *e = &s->excepts.v[i];

		begin(d, e->span);
		buf_puts(d->out, "except");
		put_ops(d, &e->ops);
		put_part(d, "of", e->files);
		put_part(d, "by", e->subjects);
		buf_putc(d->out, '\n');
	}
	d->depth--;
}

static void dump_target(struct dump *d, const struct ast_stmt *s)
{
	static const char *const words[] = {
		[AST_TARGET_KERNEL] = "kernel", [AST_TARGET_LSM] = "lsm",
		[AST_TARGET_LIBSELINUX] = "libselinux",
		[AST_TARGET_PROFILE] = "profile",
	};
	size_t i;

	begin(d, s->span);
	buf_puts(d->out, "target");
	for (i = 0; i < s->target.n; i++) {
		buf_printf(d->out, "%s%s ", i ? ", " : " ",
			   words[s->target.v[i].kind]);
		ast_put_quoted(d->out, s->target.v[i].text);
	}
	buf_putc(d->out, '\n');
}

static void dump_test_line(struct dump *d, const struct ast_test_line *t)
{
	size_t i;

	begin(d, t->span);
	buf_puts(d->out, ast_op_word(t->verb));
	for (i = 0; i < t->masks.n; i++)
		buf_printf(d->out, " %s", t->masks.v[i].text);
	buf_putc(d->out, ' ');
	ast_put_quoted(d->out, t->text);
	for (i = 0; i + 1 < t->attrs.n; i += 2) {
		buf_printf(d->out, " %s ", t->attrs.v[i].text);
		ast_put_quoted(d->out, t->attrs.v[i + 1].text);
	}
	put_part(d, "by", t->subject);
	buf_puts(d->out, " =>");
	for (i = 0; i < t->outcomes.n; i++) {
		const struct ast_outcome *o = &t->outcomes.v[i];

		buf_printf(d->out, "%s%s", i ? ", " : " ",
			   o->nothing ? "nothing" : ast_class_word(o->class));
		put_opts(d, &o->opts);
	}
	buf_putc(d->out, '\n');
}

static void dump_named(struct dump *d, const struct ast_stmt *s)
{
	size_t i;

	begin(d, s->span);
	buf_printf(d->out, "%s ", ast_stmt_word(s->kind));
	if (s->kind == AST_LET || s->kind == AST_TAG)
		buf_puts(d->out, s->name);
	else if (s->library)
		buf_printf(d->out, "<%s>", s->name);
	else
		ast_put_quoted(d->out, s->name);
	put_part(d, "=", s->files);
	buf_putc(d->out, '\n');
	d->depth++;
	for (i = 0; i < s->tests.n; i++)
		dump_test_line(d, &s->tests.v[i]);
	d->depth--;
}

static void dump_stmts(struct dump *d, const ast_stmts *stmts)
{
	size_t i;

	for (i = 0; i < stmts->n; i++) {
		const struct ast_stmt *s = stmts->v[i];

		if (s->kind == AST_RULE) {
			dump_rule(d, s);
		} else if (s->kind == AST_TARGET) {
			dump_target(d, s);
		} else if (s->kind == AST_WITHIN) {
			begin(d, s->span);
			buf_puts(d->out, "within");
			put_part(d, "of", s->files);
			put_opts(d, &s->opts);
			buf_putc(d->out, '\n');
		} else {
			dump_named(d, s);
		}
		d->depth++;
		dump_stmts(d, &s->body);
		d->depth--;
	}
}

void ast_dump(const struct ast *ast, struct buf *out)
{
	struct dump d = { .arena = ast->arena, .out = out };

	dump_stmts(&d, &ast->stmts);
}
