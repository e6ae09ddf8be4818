/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "check_front.h"
#include "kmodel_row.h"

/* ---- texts ---- */

static void bad_char(struct diags *ds, const char *what, unsigned char c,
		     struct span span)
{
	struct diag *d;

	if (c == '|') {
		d = diag_add(ds, DIAG_BAD_TEXT, span,
			     "`|` inside the %s", what);
		diag_note(ds, d, NO_SPAN,
			  "the kernel separates the names of a list by it; write each in quotes of its own");
		return;
	}
	if (c > 0x20 && c < 0x7f)
		d = diag_add(ds, DIAG_BAD_TEXT, span, "`%c` inside the %s", c,
			     what);
	else if (c == ' ' || c == '\t')
		d = diag_add(ds, DIAG_BAD_TEXT, span, "a blank inside the %s",
			     what);
	else
		d = diag_add(ds, DIAG_BAD_TEXT, span,
			     "byte 0x%02x inside the %s", c, what);
	diag_note(ds, d, NO_SPAN,
		  "a kernel line has no way to hold it: visible ASCII only");
}

bool values_check_text(struct diags *ds, const char *text, const char *what,
		       bool in_list, struct span span)
{
	const char *p;

	if (!*text) {
		diag_add(ds, DIAG_BAD_TEXT, span, "the %s is empty", what);
		return false;
	}
	for (p = text; *p; p++)
		if (*p <= ' ' || *p > '~' || (in_list && *p == '|'))
			break;
	if (*p)
		bad_char(ds, what, (unsigned char)*p, span);
	return !*p;
}

void values_check_label(struct diags *ds, struct intern *strings,
			const char *text, struct span span)
{
	const char *user, *role, *type;
	struct diag *d;

	if (!values_check_text(ds, text, "label", false, span))
		return;
	if (!ast_label_parts(strings, text, &user, &role, &type)) {
		d = diag_add(ds, DIAG_BAD_LABEL, span,
			     "the label `%s` has neither one part nor three",
			     text);
		diag_note(ds, d, NO_SPAN,
			  "a type, or `\"user:role:type\"` with `*` for any part; a range cannot be asked for");
	} else if (!user && !role && !type) {
		diag_add(ds, DIAG_BAD_LABEL, span,
			 "the label `%s` asks for nothing", text);
	}
}

void values_check_uuid(struct diags *ds, const char *text, struct span span)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	bool good = strlen(text) == sizeof(form) - 1;
	struct diag *d;
	size_t i;

	for (i = 0; good && form[i]; i++)
		good = form[i] == '-' ? text[i] == '-'
				      : strchr("0123456789abcdefABCDEF",
					       text[i]) != NULL;
	if (good)
		return;
	d = diag_add(ds, DIAG_BAD_UUID, span, "`%s` is no UUID", text);
	diag_note(ds, d, NO_SPAN,
		  "8, 4, 4, 4 and 12 hexadecimal digits joined by `-`, as blkid prints it");
}

/* ---- users and groups ---- */

static bool check_bound(struct diags *ds, uint64_t n, const char *word,
			struct span span)
{
	if (n <= KID_MAX)
		return true;
	diag_add(ds, DIAG_BAD_ID, span, "%s %" PRIu64 ": the largest is %u",
		 word, n, KID_MAX);
	return false;
}

static bool id_is_empty(const struct ast_id *id)
{
	switch (id->op) {
	case AST_ID_RANGE:
		return id->lo > id->hi;
	case AST_ID_GT:
		return id->lo == KID_MAX;
	case AST_ID_LT:
		return id->lo == 0;
	case AST_ID_EQ:
		break;
	}
	return false;
}

void values_check_id(struct diags *ds, const struct ast_id *id,
		     const char *word)
{
	bool range = id->op == AST_ID_RANGE;
	const uint64_t large = UINT64_C(1) << 31;
	struct diag *d;

	if (id->unresolved || !check_bound(ds, id->lo, word, id->span) ||
	    (range && !check_bound(ds, id->hi, word, id->span)))
		return;
	if (id_is_empty(id)) {
		d = diag_add(ds, DIAG_EMPTY_RANGE, id->span,
			     "no %s lies in this range", word);
		if (range)
			diag_note(ds, d, NO_SPAN,
				  "the smaller number stands first");
		return;
	}
	/* a range up to the end becomes `>`, which names only its begin */
	if (id->lo < large && (!range || id->hi < large || id->hi == KID_MAX))
		return;
	d = diag_add(ds, DIAG_LARGE_ID, id->span,
		     "%s %" PRIu64 ": the kernel shows numbers from 2147483648 on as negative ones",
		     word, range && id->lo < large ? id->hi : id->lo);
	diag_note(ds, d, NO_SPAN,
		  "a policy read back from the kernel cannot be loaded again");
}

/* ---- sets ---- */

static void check_path(struct values *v, const struct ast_set *s)
{
	struct diag *d;

	if (s->name[0] == '/')
		return;
	d = diag_add(v->ds, DIAG_BAD_PATH, s->span,
		     "the path `%s` does not begin with `/`", s->name);
	diag_note(v->ds, d, NO_SPAN, "globs match whole paths");
}

void values_check_subject(struct diags *ds, const struct ast_set *s)
{
	struct diag *d;

	if (!values_check_text(ds, s->name, ast_set_word(s->kind), false,
			       s->span) ||
	    s->kind != AST_SET_DOMAIN || !strchr(s->name, ':'))
		return;
	d = diag_add(ds, DIAG_BAD_LABEL, s->span,
		     "the domain `%s` is more than a type", s->name);
	diag_note(ds, d, NO_SPAN,
		  "its other parts are `subj-user` and `subj-role`, joined by `&`");
}

static void check_leaf(struct values *v, const struct ast_set *s)
{
	switch (s->kind) {
	case AST_SET_PATH:
		check_path(v, s);
		break;
	case AST_SET_LABEL:
		values_check_label(v->ds, v->ast->strings, s->name, s->span);
		break;
	case AST_SET_DOMAIN:
	case AST_SET_SUBJ_ROLE:
	case AST_SET_SUBJ_USER:
		values_check_subject(v->ds, s);
		break;
	case AST_SET_ATTRIBUTE:
	case AST_SET_FS:
	case AST_SET_FS_SUBTYPE:
		values_check_text(v->ds, s->name, ast_set_word(s->kind), false,
				  s->span);
		break;
	case AST_SET_FSUUID:
		values_check_uuid(v->ds, s->name, s->span);
		break;
	case AST_SET_FSMAGIC:
		if (!s->name &&
		    kmodel_fs_of_magic(s->magic) == KFS_UNKNOWN &&
		    !reported_inside(&v->reported, s->span))
			diag_add(v->ds, DIAG_UNKNOWN_MAGIC, s->span,
				 "no file system that is known has the magic number 0x%" PRIx64,
				 s->magic);
		break;
	case AST_SET_REF:
		break;
	default:
		/* a bad number counts as 0, of which there is nothing to say */
		if (!reported_inside(&v->reported, s->span))
			values_check_id(v->ds, &s->id, ast_set_word(s->kind));
	}
}

static void check_set(struct values *v, const struct ast_set *s)
{
	if (!s)
		return;
	if (s->kind > AST_SET_NOT) {
		check_leaf(v, s);
		return;
	}
	check_set(v, s->left);
	check_set(v, s->right);
}

/* ---- rules ---- */

static void duplicate(struct values *v, const char *word, struct span span,
		      struct span first)
{
	diag_also(diag_add(v->ds, DIAG_DUPLICATE, span, "`%s` twice", word),
		  first);
}

static void check_actions(struct values *v, const struct ast_context *ctx)
{
	const ast_actions *a = &ctx->rule->actions;
	size_t i, seen[KCLASS_COUNT] = { 0 };

	for (i = 0; i < a->n; i++) {
		size_t *first = &seen[a->v[i].class];

		if (*first)
			duplicate(v, ast_class_word(a->v[i].class),
				  a->v[i].span, a->v[*first - 1].span);
		else
			*first = i + 1;
	}
}

static void check_names_list(struct values *v, const struct ast_op *op)
{
	const char *what = op->kind == AST_OP_KEY ? "keyring" : "data label";
	struct ptrmap seen;
	size_t i;

	ptrmap_init(&seen, v->arena);
	for (i = 0; i < op->names.n; i++) {
		const struct ast_word *w = &op->names.v[i];
		const size_t *first = ptrmap_find(&seen, w->text);

		values_check_text(v->ds, w->text, what, true, w->span);
		if (first)
			duplicate(v, w->text, w->span,
				  op->names.v[*first].span);
		else
			ptrmap_add(&seen, w->text, i);
	}
}

/* key and data may stand twice with different lists */
static void check_op_list(struct values *v, const ast_ops *ops)
{
	size_t i, seen[AST_OP_KINDS] = { 0 };

	for (i = 0; i < ops->n; i++) {
		const struct ast_op *op = &ops->v[i];
		size_t *first = &seen[op->kind];

		check_names_list(v, op);
		if (*first && (!op->names.n || !ops->v[*first - 1].names.n))
			duplicate(v, ast_op_word(op->kind), op->span,
				  ops->v[*first - 1].span);
		else
			*first = i + 1;
	}
}

static void check_operations(struct values *v, const struct ast_context *ctx)
{
	size_t i;

	check_op_list(v, &ctx->rule->ops);
	for (i = 0; i < ctx->rule->excepts.n; i++)
		check_op_list(v, &ctx->rule->excepts.v[i].ops);
}

static void check_sets(struct values *v, const struct ast_context *ctx)
{
	size_t i;

	check_set(v, ctx->rule->files);
	check_set(v, ctx->rule->subjects);
	for (i = 0; i < ctx->rule->excepts.n; i++) {
		check_set(v, ctx->rule->excepts.v[i].files);
		check_set(v, ctx->rule->excepts.v[i].subjects);
	}
}

/* ---- operations that take little beside them ---- */

static void no_action(struct values *v, const struct ast_stmt *rule,
		      const struct ast_op *op)
{
	size_t i;

	for (i = 0; i < rule->actions.n; i++) {
		const struct ast_action *a = &rule->actions.v[i];

		if (a->class != KCLASS_MEASURE)
			diag_also(diag_add(v->ds, DIAG_BAD_OPERATION, a->span,
					   "`%s` can only be measured, so `%s` does not go with it",
					   ast_op_word(op->kind),
					   ast_class_word(a->class)),
				  op->span);
	}
}

static void no_files(struct values *v, const struct ast_set *files,
		     const struct ast_op *op)
{
	if (files)
		diag_also(diag_add(v->ds, DIAG_BAD_OPERATION, files->span,
				   "there is no file behind `%s`",
				   ast_op_word(op->kind)), op->span);
}

static void only_uid(struct values *v, const struct ast_set *s,
		     const struct ast_op *op)
{
	struct diag *d;

	if (!s)
		return;
	if (s->kind <= AST_SET_NOT) {
		only_uid(v, s->left, op);
		only_uid(v, s->right, op);
		return;
	}
	if (s->kind == AST_SET_UID || !set_is_subject(s->kind))
		return;
	d = diag_add(v->ds, DIAG_BAD_OPERATION, s->span,
		     "for `%s` the kernel looks at the real user alone",
		     ast_op_word(op->kind));
	diag_also(d, op->span);
	if (s->kind == AST_SET_USER)
		diag_note(v->ds, d, NO_SPAN,
			  "a bare user is `uid` or `euid`; write `uid` in front");
	else
		diag_note(v->ds, d, NO_SPAN, "write `uid`");
}

/* key and data: no file, no label, no effective id */
static void check_buffer(struct values *v, const struct ast_stmt *rule,
			 const struct ast_op *op)
{
	size_t i;

	no_action(v, rule, op);
	no_files(v, rule->files, op);
	only_uid(v, rule->subjects, op);
	for (i = 0; i < rule->excepts.n; i++) {
		const struct ast_except *e = &rule->excepts.v[i];

		if (e->ops.n && !(ast_op_bits(&e->ops) >> op->kind & 1))
			continue;
		no_files(v, e->files, op);
		only_uid(v, e->subjects, op);
	}
}

static void xattr_alone(struct values *v, struct span span, const char *what,
			const struct ast_op *op)
{
	struct diag *d = diag_add(v->ds, DIAG_BAD_OPERATION, span,
				  "`xattr` %s", what);

	diag_also(d, op->span);
	diag_note(v->ds, d, NO_SPAN,
		  "the whole statement is `appraise xattr algorithms A | B;`");
}

static void check_xattr(struct values *v, const struct ast_stmt *rule,
			const struct ast_op *op)
{
	bool appraise = !rule->exempt && rule->actions.n == 1 &&
			rule->actions.v[0].class == KCLASS_APPRAISE;
	bool algorithms = false;
	size_t i;

	if (rule->ops.n > 1)
		xattr_alone(v, op->span, "stands without other operations", op);
	if (!appraise)
		xattr_alone(v, rule->actions.v[0].span,
			    "goes with `appraise` alone", op);
	if (rule->files)
		xattr_alone(v, rule->files->span, "stands without files", op);
	if (rule->subjects)
		xattr_alone(v, rule->subjects->span,
			    "stands without subjects", op);
	for (i = 0; i < rule->excepts.n; i++)
		xattr_alone(v, rule->excepts.v[i].span,
			    "stands without exceptions", op);
	for (i = 0; i < rule->opts.n; i++) {
		if (rule->opts.v[i].kind != AST_OPT_ALGORITHMS)
			continue;
		algorithms = true;
		v->xattr_algos |= values_algorithms(v->ds,
						    &rule->opts.v[i].words,
						    false);
	}
	if (appraise && !algorithms)
		xattr_alone(v, rule->span, "needs `algorithms`", op);
	if (!v->xattr) {
		v->xattr = rule;
	} else {
		struct diag *d = diag_add(v->ds, DIAG_XATTR_TWICE, rule->span,
					  "a second `xattr` statement");

		diag_also(d, v->xattr->span);
		diag_note(v->ds, d, NO_SPAN,
			  "the kernel takes the first one and keeps it until reboot");
	}
}

static void check_limits(struct values *v, const struct ast_context *ctx)
{
	size_t i;

	for (i = 0; i < ctx->rule->ops.n; i++) {
		const struct ast_op *op = &ctx->rule->ops.v[i];

		if (op->kind == AST_OP_KEY || op->kind == AST_OP_DATA)
			check_buffer(v, ctx->rule, op);
		else if (op->kind == AST_OP_KEXEC_CMDLINE)
			no_action(v, ctx->rule, op);
		else if (op->kind == AST_OP_XATTR)
			check_xattr(v, ctx->rule, op);
	}
}

/* ---- the walk ---- */

static rule_check *const rule_checks[] = {
	check_actions, check_operations, check_sets, check_limits,
	values_check_own_options, values_check_in_force,
};

static void check_rule(struct values *v, const struct ast_stmt *rule)
{
	struct ast_context ctx = { rule, v->within, v->n_within };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rule_checks); i++)
		rule_checks[i](v, &ctx);
	values_mark_carried(v, &ctx);
}

static void check_stmts(struct values *v, const ast_stmts *stmts)
{
	size_t i;

	for (i = 0; i < stmts->n; i++) {
		const struct ast_stmt *s = stmts->v[i];

		switch (s->kind) {
		case AST_RULE:
			check_rule(v, s);
			break;
		case AST_LET:
		case AST_TAG:
			check_set(v, s->files);
			break;
		case AST_INCLUDE:
			check_stmts(v, &s->body);
			break;
		case AST_WITHIN:
			/* deeper ones were reported */
			if (v->n_within == AST_MAX_WITHIN)
				break;
			check_set(v, s->files);
			values_check_opts(v, &s->opts);
			v->within[v->n_within] = s;
			v->carried[v->n_within++] = 0;
			check_stmts(v, &s->body);
			v->n_within--;
			values_within_end(v, s, v->carried[v->n_within]);
			break;
		default:
			break;
		}
	}
}

void check_values(const struct ast *ast, struct diags *ds)
{
	struct values v = { .ast = ast, .arena = ast->arena, .ds = ds };

	reported_init(&v.reported, ds);
	ptrmap_init(&v.scopes, ast->arena);
	check_stmts(&v, &ast->stmts);
	values_algorithms_end(&v);
}
