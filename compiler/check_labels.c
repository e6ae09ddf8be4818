/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "check_labels.h"
#include "check_target.h"
#include "kdialect.h"
#include "kmodel_row.h"
#include "label_say.h"
#include "ptrmap.h"

struct labels_check {
	struct ast *ast;
	const struct senames *p;
	struct diags *ds;
	struct ptrmap seen;		/* bodies of includes */
	struct ptrmap by_name;		/* attribute: number in sets */
	ast_sets sets;			/* what attributes were expanded to */
};

/* ---- names of the language ---- */

static void use_name(const struct labels_check *c, const char **name,
		     enum klsm_field field, enum label_place place,
		     struct span span)
{
	const struct label_use u = { .name = *name, .field = field,
				     .place = place, .span = span };
	const char *real;

	/* of none, and of other bytes in it, check_values says what is wrong */
	if (!*name || !**name || strpbrk(*name, ": \t\r\n"))
		return;
	real = label_say(c->p, &u, c->ds);
	if (real)
		*name = real;
}

static void check_label(const struct labels_check *c, struct ast_set *s)
{
	use_name(c, &s->user, KLSM_OBJ_USER, LABEL_SET, s->span);
	use_name(c, &s->role, KLSM_OBJ_ROLE, LABEL_SET, s->span);
	use_name(c, &s->type, KLSM_OBJ_TYPE, LABEL_SET, s->span);
}

/* a word with a label as its text, which gets the type for an alias */
static void check_word(const struct labels_check *c, struct ast_word *w)
{
	const char *user, *role, *type, *was;
	struct buf b;

	if (!ast_label_parts(c->ast->strings, w->text, &user, &role, &type))
		return;
	use_name(c, &user, KLSM_OBJ_USER, LABEL_WORD, w->span);
	use_name(c, &role, KLSM_OBJ_ROLE, LABEL_WORD, w->span);
	was = type;
	use_name(c, &type, KLSM_OBJ_TYPE, LABEL_WORD, w->span);
	if (type == was)
		return;
	buf_init(&b, c->ast->arena);
	if (strchr(w->text, ':'))
		buf_printf(&b, "%s:%s:", user ? user : "*", role ? role : "*");
	buf_puts(&b, type);
	w->text = intern_str(c->ast->strings, b.s);
}

/* ---- attributes ---- */

static struct ast_set *types_set(struct labels_check *c,
				 const sename_list *types, struct span span)
{
	ast_sets nodes = { 0 };
	size_t i;

	for (i = 0; i < types->n; i++)
		vec_push(c->ast->arena, &nodes,
			 ast_set_named(c->ast, AST_SET_LABEL, types->v[i],
				       span));
	return nodes.n == 1 ? nodes.v[0] :
			      ast_set_chain(c->ast, AST_SET_OR, &nodes);
}

/* each attribute once, so that what is worked out for its types is, too */
static void expand(struct labels_check *c, struct ast_set *s)
{
	const size_t *known = ptrmap_find(&c->by_name, s->name);
	const sename_list *types;

	if (s->types)
		return;
	if (known) {
		s->types = c->sets.v[*known];
		return;
	}
	types = label_say_attribute(c->p, s->name, s->span, c->ds);
	if (!types)
		return;
	s->types = types_set(c, types, s->span);
	ptrmap_add(&c->by_name, s->name, c->sets.n);
	vec_push(c->ast->arena, &c->sets, (struct ast_set *)s->types);
}

/* ---- the tree ---- */

static void check_set(struct labels_check *c, struct ast_set *s)
{
	if (!s)
		return;
	switch (s->kind) {
	case AST_SET_AND:
	case AST_SET_OR:
	case AST_SET_NOT:
		check_set(c, s->left);
		check_set(c, s->right);
		break;
	case AST_SET_LABEL:
		check_label(c, s);
		break;
	case AST_SET_ATTRIBUTE:
		expand(c, s);
		break;
	case AST_SET_DOMAIN:
		use_name(c, &s->name, KLSM_SUBJ_TYPE, LABEL_SET, s->span);
		break;
	case AST_SET_SUBJ_ROLE:
		use_name(c, &s->name, KLSM_SUBJ_ROLE, LABEL_SET, s->span);
		break;
	case AST_SET_SUBJ_USER:
		use_name(c, &s->name, KLSM_SUBJ_USER, LABEL_SET, s->span);
		break;
	default:
		break;
	}
}

static void check_tests(struct labels_check *c, struct ast_stmt *s)
{
	size_t i, k;

	for (i = 0; i < s->tests.n; i++) {
		struct ast_test_line *t = &s->tests.v[i];

		for (k = 0; k + 1 < t->attrs.n; k += 2)
			if (!strcmp(t->attrs.v[k].text, "label"))
				check_word(c, &t->attrs.v[k + 1]);
		check_set(c, t->subject);
	}
}

static void check_options(struct labels_check *c, ast_opts *opts)
{
	size_t i, k;

	for (i = 0; i < opts->n; i++)
		for (k = 0; opts->v[i].kind == AST_OPT_ALLOW_WIDER &&
			    k < opts->v[i].words.n; k++)
			check_word(c, &opts->v[i].words.v[k]);
}

static void check_raw(struct labels_check *c, const struct ast_stmt *s);

static void check_stmts(struct labels_check *c, const ast_stmts *stmts)
{
	size_t i, k;

	for (i = 0; i < stmts->n; i++) {
		struct ast_stmt *s = stmts->v[i];

		check_set(c, s->files);
		check_set(c, s->subjects);
		for (k = 0; k < s->excepts.n; k++) {
			check_set(c, s->excepts.v[k].files);
			check_set(c, s->excepts.v[k].subjects);
		}
		check_options(c, &s->opts);
		check_tests(c, s);
		if (s->kind == AST_RAW)
			check_raw(c, s);
		/* a file that is included twice is parsed once */
		if (s->body.v && ptrmap_add(&c->seen, s->body.v, 0))
			check_stmts(c, &s->body);
	}
}

void check_labels(struct ast *ast, struct diags *ds)
{
	struct labels_check c = { .ast = ast, .p = ast->selinux, .ds = ds };

	if (!ast->selinux)
		return;
	ptrmap_init(&c.seen, ast->arena);
	ptrmap_init(&c.by_name, ast->arena);
	check_stmts(&c, &ast->stmts);
}

/* ---- kernel lines ---- */

struct line {
	const struct senames *p;
	struct diags *ds;
	struct lint_line l;
	bool in_file;		/* nothing else stands on it */
};

/* a blank ends it, as the kernel has it */
static size_t word_end(const struct lint_line *l, size_t at)
{
	while (at < l->len && l->s[at] != ' ' && l->s[at] != '\t')
		at++;
	return at;
}

/* what no policy can name is refused for that */
static void check_word_of_line(const struct line *line, size_t start,
			       size_t end)
{
	const struct lint_line *l = &line->l;
	const char *equals = memchr(l->s + start, '=', end - start);
	size_t value = equals ? (size_t)(equals - l->s) + 1 : end;
	struct label_use u = { .place = LABEL_LINE };
	enum kfeature key;

	key = equals ? kmodel_find(KKIND_KEY, l->s + start, value - 1 - start)
		     : KF_COUNT;
	if (key == KF_COUNT || kmodel_row(key)->cond != KCOND_LSM ||
	    value == end || !kdialect_selinux_name(l->s + value, end - value))
		return;
	u.field = kmodel_row(key)->lsm;
	u.name = intern_len(line->p->strings, l->s + value, end - value);
	u.span = lint_line_span(l, start, end);
	if (line->in_file)
		u.line = lint_line_span(l, 0, l->len);
	label_say(line->p, &u, line->ds);
}

static void check_line(const struct line *line)
{
	const struct lint_line *l = &line->l;
	size_t at = 0, end;

	while (at < l->len && (l->s[at] == ' ' || l->s[at] == '\t'))
		at++;
	if (at < l->len && l->s[at] == '#')
		return;
	for (; at < l->len; at = end + 1) {
		end = word_end(l, at);
		check_word_of_line(line, at, end);
	}
}

static void check_raw(struct labels_check *c, const struct ast_stmt *s)
{
	struct line line = { .p = c->p, .ds = c->ds,
			     .in_file = s->kernel_line };

	lint_line_init(&line.l, c->ast->arena, s->name_span.src,
		       s->name_span.start);
	if (s->kernel_line)	/* its path condition is still as written */
		lint_line_add(&line.l, s->name_span.start, s->name_span.end);
	else
		target_raw_text(&line.l, s);
	check_line(&line);
}

void check_label_lines(const struct senames *p, const struct source *src,
		       struct diags *ds)
{
	struct line line = { .p = p, .ds = ds, .in_file = true };
	size_t at, end;

	for (at = 0; at < src->len; at = end + 1) {
		end = lint_physical_end(src, at);
		lint_line_init(&line.l, p->arena, src, at);
		lint_line_add(&line.l, at, end);
		check_line(&line);
	}
}
