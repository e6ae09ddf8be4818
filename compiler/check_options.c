/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "check_front.h"
#include "kmodel_row.h"
#include "nearest.h"

#define PCR_MAX 23		/* TPMs have 24 registers */
#define PCR_FIRST_FREE 8	/* firmware extends those below */

static_assert(AST_OPT_KINDS <= 32, "options fit the bits of a uint32_t");

/* ---- values ---- */

static void check_pcr(struct diags *ds, const struct ast_opt *opt)
{
	struct diag *d;

	if (opt->number > PCR_MAX) {
		diag_add(ds, DIAG_BAD_PCR, opt->span,
			 "pcr %" PRIu64 ": a TPM has registers 0 to %d",
			 opt->number, PCR_MAX);
	} else if (opt->number < PCR_FIRST_FREE) {
		d = diag_add(ds, DIAG_PCR_RESERVED, opt->span,
			     "firmware extends pcr %" PRIu64, opt->number);
		diag_note(ds, d, NO_SPAN,
			  "what is sealed to it no longer opens; take 8 to 23");
	}
}

static const char *nearest_row(struct diags *ds, enum kkind kind,
			       const char *word)
{
	struct krange r = kmodel_range(kind);
	const char **names = arena_zalloc(ds->arena, r.end - r.first + 1,
					  sizeof(*names));
	size_t n;

	for (n = 0; n < (size_t)(r.end - r.first); n++)
		names[n] = kmodel_row((enum kfeature)(r.first + n))->word;
	return nearest_name(word, names, n);
}

static void unknown_word(struct diags *ds, enum diag_code code,
			 const char *what, enum kkind kind,
			 const struct ast_word *w)
{
	struct diag *d = diag_add(ds, code, w->span, "no %s is named `%s`",
				  what, w->text);
	const char *near = nearest_row(ds, kind, w->text);

	if (near)
		diag_note(ds, d, NO_SPAN, "did you mean `%s`?", near);
}

uint32_t values_algorithms(struct diags *ds, const ast_words *words,
			   bool report)
{
	uint32_t set = 0;
	size_t i;

	for (i = 0; i < words->n; i++) {
		const struct ast_word *w = &words->v[i];
		int n = kmodel_hash_index(w->text);

		if (n < 0 && report)
			unknown_word(ds, DIAG_UNKNOWN_ALGORITHM,
				     "hash algorithm", KKIND_HASH, w);
		if (n < 0)
			continue;
		if (report && set >> n & 1)
			diag_add(ds, DIAG_DUPLICATE, w->span, "`%s` twice",
				 w->text);
		set |= UINT32_C(1) << n;
	}
	return set;
}

void values_check_opt(struct diags *ds, struct intern *strings,
		      const struct ast_opt *opt)
{
	size_t i;

	switch (opt->kind) {
	case AST_OPT_PCR:
		check_pcr(ds, opt);
		break;
	case AST_OPT_TEMPLATE:
		if (!kmodel_template(opt->words.v[0].text))
			unknown_word(ds, DIAG_UNKNOWN_TEMPLATE, "template",
				     KKIND_TEMPLATE, &opt->words.v[0]);
		break;
	case AST_OPT_ALGORITHMS:
		values_algorithms(ds, &opt->words, true);
		break;
	case AST_OPT_ALLOW_WIDER:
		for (i = 0; i < opt->words.n; i++)
			values_check_label(ds, strings, opt->words.v[i].text,
					   opt->words.v[i].span);
		break;
	default:
		break;
	}
}

/* the options of one statement among themselves */
void values_check_opts(struct values *v, const ast_opts *opts)
{
	const struct ast_opt *seen[AST_OPT_KINDS] = { NULL };
	const struct ast_opt *requiring = NULL;
	size_t i;

	for (i = 0; i < opts->n; i++) {
		const struct ast_opt *opt = &opts->v[i];
		const struct ast_opt *first = seen[opt->kind];

		if (!reported_inside(&v->reported, opt->span))
			values_check_opt(v->ds, v->ast->strings, opt);
		if (first)
			diag_also(diag_add(v->ds, DIAG_DUPLICATE, opt->span,
					   "`%s` twice",
					   ast_opt_word(opt->kind)),
				  first->span);
		seen[opt->kind] = opt;
		if (!ast_is_requiring(opt->kind))
			continue;
		if (requiring && !first)
			diag_also(diag_add(v->ds, DIAG_OPTION_CONFLICT,
					   opt->span,
					   "`%s` and `%s` contradict each other",
					   ast_opt_word(requiring->kind),
					   ast_opt_word(opt->kind)),
				  requiring->span);
		requiring = opt;
	}
}

/* ---- who carries an option ---- */

static const char *carrying_action(enum ast_opt_kind kind)
{
	switch (kind) {
	case AST_OPT_PCR:
	case AST_OPT_TEMPLATE:
		return "measure";
	case AST_OPT_ALLOW_WIDER:
	case AST_OPT_ALLOW_UNLABELLED:
	case AST_OPT_ALLOW_UNTAGGED:
		return NULL;
	case AST_OPT_INCLUDING_LOADS:
		return "exempt appraise";
	default:
		return "appraise";
	}
}

static void not_carried(struct values *v, const struct ast_stmt *rule,
			const struct ast_opt *opt)
{
	const char *action = carrying_action(opt->kind);
	struct diag *d;

	if (!action) {
		d = diag_add(v->ds, DIAG_OPTION_UNUSED, opt->span,
			     "`%s` on an exemption",
			     ast_opt_word(opt->kind));
		diag_note(v->ds, d, NO_SPAN,
			  "an exemption covers at most what is written");
		return;
	}
	d = diag_add(v->ds, DIAG_OPTION_UNUSED, opt->span,
		     "no action of this statement has `%s`",
		     ast_opt_word(opt->kind));
	if (rule->exempt && opt->kind != AST_OPT_INCLUDING_LOADS)
		diag_note(v->ds, d, NO_SPAN,
			  "it is an option of `%s`, and an exemption does nothing",
			  action);
	else
		diag_note(v->ds, d, NO_SPAN, "it is an option of `%s`",
			  action);
}

static void not_with_operation(struct values *v, const struct ast_opt *opt,
			       const struct ast_op *op)
{
	struct diag *d = diag_add(v->ds, DIAG_OPTION_UNUSED, opt->span,
				  "`%s` does not go with `%s`",
				  ast_opt_word(opt->kind),
				  ast_op_word(op->kind));

	diag_also(d, op->span);
	if (opt->kind == AST_OPT_REQUIRING_MODSIG)
		diag_note(v->ds, d, NO_SPAN,
			  "the kernel takes appended signatures for `module`, `kexec-kernel` and `kexec-initramfs`; elsewhere write `requiring signature`");
}

void values_check_own_options(struct values *v,
			      const struct ast_context *ctx)
{
	const ast_opts *opts = &ctx->rule->opts;
	const struct ast_op *op = NULL;
	size_t i;

	values_check_opts(v, opts);
	for (i = 0; i < opts->n; i++) {
		const struct ast_opt *opt = &opts->v[i];

		switch (ast_carry_reason(ctx, opt->kind, &op)) {
		case AST_CARRY_OK:
			break;
		case AST_CARRY_NO_ACTION:
			not_carried(v, ctx->rule, opt);
			break;
		case AST_CARRY_NO_OP:
			not_with_operation(v, opt, op);
			break;
		case AST_CARRY_NO_FILES:
			diag_add(v->ds, DIAG_OPTION_UNUSED, opt->span,
				 "`%s`, and the statement names no %s",
				 ast_opt_word(opt->kind),
				 opt->kind == AST_OPT_ALLOW_UNTAGGED ? "tag"
								     : "path");
			break;
		}
	}
}

void values_mark_carried(struct values *v, const struct ast_context *ctx)
{
	size_t level, i;

	for (level = 0; level < ctx->n_within; level++) {
		const ast_opts *opts = &ctx->within[level]->opts;

		for (i = 0; i < opts->n; i++)
			if (ast_can_carry(ctx, opts->v[i].kind))
				v->carried[level] |=
					UINT32_C(1) << opts->v[i].kind;
	}
}

void values_within_end(struct values *v, const struct ast_stmt *within,
		       uint32_t carried)
{
	size_t i;

	for (i = 0; i < within->opts.n; i++) {
		const struct ast_opt *opt = &within->opts.v[i];

		if (!(carried >> opt->kind & 1))
			diag_add(v->ds, DIAG_OPTION_UNUSED, opt->span,
				 "no statement of this block can carry `%s`",
				 ast_opt_word(opt->kind));
	}
}

/* ---- what is in force for a rule ---- */

static void check_verity(struct values *v, const struct ast_context *ctx)
{
	const struct ast_opt *verity, *requiring;
	struct diag *d;

	verity = ast_find_opt(ctx, AST_OPT_DIGEST_VERITY);
	requiring = ast_find_opt(ctx, AST_OPT_REQUIRING_DIGEST);
	if (!verity || !ast_can_carry(ctx, AST_OPT_DIGEST_VERITY) ||
	    (requiring &&
	     requiring->kind == AST_OPT_REQUIRING_VERITY_SIGNATURE))
		return;
	d = diag_add(v->ds, DIAG_VERITY_SIGNATURE, verity->span,
		     "appraising by `digest verity` needs `requiring verity-signature`");
	if (requiring)
		diag_also(d, requiring->span);
	if (verity->span.src != ctx->rule->span.src ||
	    verity->span.start < ctx->rule->span.start)
		diag_note(v->ds, d, ctx->rule->span, "for this statement");
	if (ctx->rule->actions.n > 1)
		diag_note(v->ds, d, NO_SPAN,
			  "if only the other actions are to use the fs-verity digest, write two statements");
}

/*
 * What narrows a set down. Labels and paths are lost when a file is moved or
 * made anew; owner and file system are not so easily.
 */
enum set_scope { SCOPE_ALL, SCOPE_LABEL, SCOPE_OTHER };

static enum set_scope scope_and(enum set_scope a, enum set_scope b)
{
	return a > b ? a : b;
}

/* one alternative by label alone is enough to be warned of */
static enum set_scope scope_or(enum set_scope a, enum set_scope b)
{
	if (a == SCOPE_LABEL || b == SCOPE_LABEL)
		return SCOPE_LABEL;
	return a < b ? a : b;
}

static enum set_scope scope_of(struct values *v, const struct ast_set *s);

static enum set_scope scope_of_let(struct values *v,
				   const struct ast_stmt *let)
{
	const size_t *known = ptrmap_find(&v->scopes, let);
	enum set_scope scope;

	if (known)
		return (enum set_scope)*known;
	scope = scope_of(v, let->files);
	ptrmap_add(&v->scopes, let, scope);
	return scope;
}

static enum set_scope scope_of(struct values *v, const struct ast_set *s)
{
	enum set_scope scope;

	switch (s->kind) {
	case AST_SET_AND:
		return scope_and(scope_of(v, s->left), scope_of(v, s->right));
	case AST_SET_OR:
		return scope_or(scope_of(v, s->left), scope_of(v, s->right));
	case AST_SET_NOT:
		scope = scope_of(v, s->left);
		if (scope == SCOPE_OTHER)
			return SCOPE_OTHER;
		return scope == SCOPE_LABEL ? SCOPE_ALL : SCOPE_LABEL;
	case AST_SET_PATH:
	case AST_SET_LABEL:
	case AST_SET_ATTRIBUTE:
		return SCOPE_LABEL;
	case AST_SET_REF:
		if (s->def && s->def->kind == AST_LET)
			return scope_of_let(v, s->def);
		return SCOPE_LABEL;
	default:
		return SCOPE_OTHER;
	}
}

/*
 * Whoever says nothing of a signature may not know that a hash is all that is
 * asked for. `requiring digest` says it, and what the library has is no mistake
 * of the policy.
 */
static void check_hash_only(struct values *v, const struct ast_context *ctx)
{
	const uint32_t no_file = UINT32_C(1) << AST_OP_XATTR |
				 UINT32_C(1) << AST_OP_KEY |
				 UINT32_C(1) << AST_OP_DATA |
				 UINT32_C(1) << AST_OP_KEXEC_CMDLINE;
	const struct ast_stmt *rule = ctx->rule;
	struct diag *d;
	size_t i = 0;

	if (ast_find_opt(ctx, AST_OPT_REQUIRING_DIGEST) ||
	    ast_from_library(rule) || !(ast_op_bits(&rule->ops) & ~no_file))
		return;
	while (rule->actions.v[i].class != KCLASS_APPRAISE)
		i++;
	d = diag_add(v->ds, DIAG_HASH_ONLY, rule->actions.v[i].span,
		     "a hash is enough here, and root can write one, as can "
		     "whoever has the disk");
	diag_note(v->ds, d, NO_SPAN, "it shows damage, unless EVM is active "
		  "and protects the hashes; `requiring signature` asks for a "
		  "signature, `requiring digest` says that a hash is meant");
}

static void check_scope(struct values *v, const struct ast_context *ctx)
{
	const struct ast_opt *requiring =
		ast_find_opt(ctx, AST_OPT_REQUIRING_DIGEST);
	enum set_scope scope = SCOPE_ALL;
	struct diag *d;
	size_t i;

	if (!requiring || requiring->kind == AST_OPT_REQUIRING_DIGEST)
		return;
	if (ctx->rule->files)
		scope = scope_of(v, ctx->rule->files);
	for (i = 0; i < ctx->n_within; i++)
		if (ctx->within[i]->files)
			scope = scope_and(scope, scope_of(v,
						ctx->within[i]->files));
	if (scope != SCOPE_LABEL)
		return;
	d = diag_add(v->ds, DIAG_LABEL_SCOPED, ctx->rule->span,
		     "signatures are required by label alone");
	diag_note(v->ds, d, NO_SPAN,
		  "a file moved here, or made with another label, needs none; to close that, appraise all of an owner or file system `except` named labels");
}

#define RUNS (UINT32_C(1) << AST_OP_EXEC | UINT32_C(1) << AST_OP_MMAP | \
	      UINT32_C(1) << AST_OP_CODE | UINT32_C(1) << AST_OP_ANY)

/* all that runs, by whom and from where ever, and nothing is let out above */
static void check_unscoped(struct values *v, const struct ast_context *ctx)
{
	const struct ast_stmt *rule = ctx->rule;
	struct diag *d;

	if (v->appraise_exempted || rule->files || rule->subjects ||
	    rule->excepts.n || ctx->n_within ||
	    !(ast_op_bits(&rule->ops) & RUNS))
		return;
	d = diag_add(v->ds, DIAG_UNSCOPED_APPRAISE, rule->span,
		     "whatever anybody runs has to be signed or hashed, or it "
		     "does not start");
	diag_note(v->ds, d, NO_SPAN, "give it a scope: `of owner root`, `of "
		  "fsuuid \"…\"`, a label; or exempt above it what has none; "
		  "boot with ima_appraise=log to see what it refuses");
}

static void note_algorithms(struct values *v, const struct ast_context *ctx)
{
	const struct ast_opt *opt = ast_find_opt(ctx, AST_OPT_ALGORITHMS);
	struct algorithms_use use;

	if (!opt || ast_op_bits(&ctx->rule->ops) >> AST_OP_XATTR & 1)
		return;
	use.span = opt->span;
	use.algos = values_algorithms(v->ds, &opt->words, false);
	vec_push(v->arena, &v->algorithms, use);
}

void values_check_in_force(struct values *v, const struct ast_context *ctx)
{
	if (!ast_has_action(ctx->rule, KCLASS_APPRAISE))
		return;
	if (ctx->rule->exempt) {
		v->appraise_exempted = true;
		return;
	}
	check_verity(v, ctx);
	check_unscoped(v, ctx);
	check_hash_only(v, ctx);
	check_scope(v, ctx);
	note_algorithms(v, ctx);
}

/* guarded: nothing but these algorithms can be written in the first place */
void values_algorithms_end(struct values *v)
{
	struct diag *d;
	size_t i;

	for (i = 0; i < v->algorithms.n; i++) {
		const struct algorithms_use *use = &v->algorithms.v[i];

		if (v->xattr && !(v->xattr_algos & ~use->algos))
			continue;
		d = diag_add(v->ds, DIAG_ALGORITHMS_ONCE, use->span,
			     "the kernel refuses other algorithms only the first time a file is used");
		if (v->xattr)
			diag_note(v->ds, d, v->xattr->span,
				  "this statement lets more algorithms be written");
		else
			diag_note(v->ds, d, NO_SPAN,
				  "with `appraise xattr algorithms ...;` no other can be written at all");
	}
}
