/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check_front.h"
#include "num.h"

#define OP(x) (UINT32_C(1) << AST_OP_##x)
/* what can happen; the rest of the operations are ways to ask about it */
#define VERBS (OP(EXEC) | OP(EXEC_INTO) | OP(MMAP) | OP(MMAP_REQUESTED) | \
	OP(OPEN) | OP(MODULE) | OP(FIRMWARE) | OP(KEXEC_KERNEL) | \
	OP(KEXEC_INITRAMFS) | OP(KEXEC_CMDLINE) | OP(POLICY) | OP(KEY) | \
	OP(DATA))
#define VERBS_WITHOUT_FILE (OP(KEY) | OP(DATA))

static void check_masks(struct names *n, struct ast_test_line *t)
{
	size_t i;

	t->mask = 0;
	for (i = 0; i < t->masks.n; i++) {
		const char *word = t->masks.v[i].text;
		uint8_t bit = kmask_by_word(word, strlen(word));

		if (t->mask & bit)
			diag_add(n->ds, DIAG_BAD_TEST, t->masks.v[i].span,
				 "`%s` twice", word);
		t->mask |= bit;
	}
	if (t->verb == AST_OP_OPEN && !t->masks.n)
		diag_add(n->ds, DIAG_BAD_TEST, t->verb_span,
			 "`open` says for what: `read`, `write`, `append`, `exec`");
	if (t->verb != AST_OP_OPEN && t->masks.n)
		diag_add(n->ds, DIAG_BAD_TEST, t->masks.v[0].span,
			 "`%s` stands behind `open` only", t->masks.v[0].text);
}

static void check_verb(struct names *n, const struct ast_test_line *t)
{
	struct diag *d;

	if (VERBS & (UINT32_C(1) << t->verb))
		return;
	d = diag_add(n->ds, DIAG_BAD_TEST, t->verb_span,
		     "`%s` is nothing that happens to one file",
		     ast_op_word(t->verb));
	if (t->verb == AST_OP_CODE)
		diag_note(n->ds, d, NO_SPAN, "test `exec` and `mmap` apart");
	else if (t->verb >= AST_OP_READ && t->verb <= AST_OP_EXEC_OPEN)
		diag_note(n->ds, d, NO_SPAN,
			  "write `open` with all that the open asks for: `open read write \"...\"`");
}

/* ---- the file ---- */

/* a name becomes its number */
static void check_number(struct names *n, struct ast_word *w, bool group)
{
	char number[24];
	bool hex = w->text[0] == '0' && (w->text[1] | 0x20) == 'x';
	uint64_t id;

	if (w->text[0] < '0' || w->text[0] > '9') {
		if (!names_check_user(n, w->text, group, w->span, &id))
			return;
		snprintf(number, sizeof(number), "%" PRIu64, id);
		w->text = intern_str(n->ast->strings, number);
		return;
	}
	if (num_parse(w->text + (hex ? 2 : 0),
			   strlen(w->text) - (hex ? 2 : 0), hex ? 16 : 10,
			   KID_MAX, &id) == NUM_RANGE)
		diag_add(n->ds, DIAG_BAD_ID, w->span,
			 "%s is no %s; the largest is %u", w->text,
			 group ? "group" : "user", KID_MAX);
}

static void check_attr(struct names *n, const struct ast_word *attr,
		       struct ast_word *value)
{
	uint64_t magic;

	if (!strcmp(attr->text, "owner") || !strcmp(attr->text, "group"))
		check_number(n, value, attr->text[0] == 'g');
	else if (!strcmp(attr->text, "label"))
		values_check_label(n->ds, n->ast->strings, value->text,
				   value->span);
	else if (!strcmp(attr->text, "fsuuid"))
		values_check_uuid(n->ds, value->text, value->span);
	else if (strcmp(attr->text, "fsmagic") != 0)
		values_check_text(n->ds, value->text, "file system", false,
				  value->span);
	else if (strncmp(value->text, "0x", 2) != 0 &&
		 !kmodel_fsmagic(value->text, &magic))
		diag_add(n->ds, DIAG_UNKNOWN_FS, value->span,
			 "the magic number of `%s` is not known", value->text);
}

static void check_attrs(struct names *n, struct ast_test_line *t)
{
	size_t i, k;

	if (t->attrs.n && VERBS_WITHOUT_FILE & (UINT32_C(1) << t->verb))
		diag_add(n->ds, DIAG_BAD_TEST, t->attrs.v[0].span,
			 "there is no file behind `%s`", ast_op_word(t->verb));
	for (i = 0; i + 1 < t->attrs.n; i += 2) {
		for (k = 0; k < i; k += 2)
			if (t->attrs.v[k].text == t->attrs.v[i].text)
				break;
		if (k < i)
			diag_also(diag_add(n->ds, DIAG_BAD_TEST,
					   t->attrs.v[i].span, "`%s` twice",
					   t->attrs.v[i].text),
				  t->attrs.v[k].span);
		check_attr(n, &t->attrs.v[i], &t->attrs.v[i + 1]);
	}
}

/* ---- who acts ---- */

/* one value for each of them: conditions joined by `&` */
static void check_subject(struct names *n, const struct ast_set *s,
			  const struct ast_set *seen[AST_SET_KINDS])
{
	if (s->kind == AST_SET_AND) {
		check_subject(n, s->left, seen);
		check_subject(n, s->right, seen);
		return;
	}
	if (s->kind == AST_SET_OR || s->kind == AST_SET_NOT) {
		diag_add(n->ds, DIAG_BAD_TEST, s->span,
			 "a test names one subject; only `&` joins what is known of it");
		return;
	}
	if (!set_is_subject(s->kind))
		return;
	if (s->kind > AST_SET_EGID)
		values_check_subject(n->ds, s);
	else if (s->id.op != AST_ID_EQ)
		diag_add(n->ds, DIAG_BAD_TEST, s->span,
			 "a test names one number");
	if (seen[s->kind])
		diag_also(diag_add(n->ds, DIAG_BAD_TEST, s->span, "`%s` twice",
				   ast_set_word(s->kind)),
			  seen[s->kind]->span);
	seen[s->kind] = s;
}

/* ---- the outcome ---- */

static bool outcome_carries(enum kclass class, enum ast_opt_kind kind)
{
	if (ast_is_requiring(kind) || kind == AST_OPT_ALGORITHMS)
		return class == KCLASS_APPRAISE;
	if (kind == AST_OPT_PCR || kind == AST_OPT_TEMPLATE)
		return class == KCLASS_MEASURE;
	return true;
}

static void check_outcome(struct names *n, const struct ast_outcome *o)
{
	size_t i, k;

	for (i = 0; i < o->opts.n; i++) {
		const struct ast_opt *opt = &o->opts.v[i];

		if (!outcome_carries(o->class, opt->kind))
			diag_add(n->ds, DIAG_OPTION_UNUSED, opt->span,
				 "`%s` is no outcome of `%s`",
				 ast_opt_word(opt->kind),
				 ast_class_word(o->class));
		values_check_opt(n->ds, n->ast->strings, opt);
		for (k = 0; k < i; k++)
			if (o->opts.v[k].kind == opt->kind)
				diag_also(diag_add(n->ds, DIAG_DUPLICATE,
						   opt->span, "`%s` twice",
						   ast_opt_word(opt->kind)),
					  o->opts.v[k].span);
	}
}

static void check_outcomes(struct names *n, const struct ast_test_line *t)
{
	const struct ast_outcome *seen[KCLASS_COUNT] = { NULL };
	size_t i;

	for (i = 0; i < t->outcomes.n; i++) {
		const struct ast_outcome *o = &t->outcomes.v[i];

		if (o->nothing) {
			if (t->outcomes.n > 1)
				diag_add(n->ds, DIAG_BAD_TEST, o->span,
					 "`nothing` stands alone");
			continue;
		}
		if (seen[o->class])
			diag_also(diag_add(n->ds, DIAG_BAD_TEST, o->span,
					   "`%s` twice",
					   ast_class_word(o->class)),
				  seen[o->class]->span);
		seen[o->class] = o;
		check_outcome(n, o);
	}
}

void names_check_test(struct names *n, struct ast_stmt *s)
{
	size_t i;

	for (i = 0; i < s->tests.n; i++) {
		struct ast_test_line *t = &s->tests.v[i];
		const struct ast_set *seen[AST_SET_KINDS] = { NULL };

		check_verb(n, t);
		check_masks(n, t);
		check_attrs(n, t);
		if (t->subject) {
			names_check_subjects(n, t->subject);
			check_subject(n, t->subject, seen);
		}
		check_outcomes(n, t);
	}
}
