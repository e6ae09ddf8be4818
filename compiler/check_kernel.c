/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "check_hole.h"
#include "check_target.h"
#include "check_uses.h"

struct checker {
	struct target_check tc;
	struct uses sets;
	struct holes holes;
	const struct ast_context *ctx;	/* the rule at hand */
	use_list uses;			/* of its sets */
	use_list except_uses;		/* of one except */
};

static struct diag *point_at_leaf(struct checker *k, struct diag *d,
				  const struct use *u)
{
	if (u->span.src != u->leaf->span.src ||
	    span_cmp(u->span, u->leaf->span) != 0)
		diag_note(k->tc.ds, d, u->leaf->span, "it stands here");
	return d;
}

/* false: the target's security module has no such label, and it was said */
static bool check_label(struct checker *k, const struct use *u)
{
	static const char *const names[] = {
		[KLSM_SELINUX] = "SELinux", [KLSM_APPARMOR] = "AppArmor",
		[KLSM_SMACK] = "Smack",
	};
	const char *word = ast_set_word(u->leaf->kind);
	enum klsm lsm = k->tc.t->lsm;
	enum klsm_field field = use_need(u->need)->lsm;
	struct diag *d;

	if (lsm == KLSM_UNSET || lsm == KLSM_NONE) {
		d = diag_add(k->tc.ds, DIAG_NO_LSM, u->span, lsm == KLSM_NONE ?
			     "`%s` asks for a label, and the target has no "
			     "security module with labels" :
			     "`%s` asks for a label, and the target does "
			     "not say which security module it has", word);
		point_at_leaf(k, d, u);
		if (lsm == KLSM_UNSET)
			diag_note(k->tc.ds, d, NO_SPAN, "add `selinux`, "
				  "`apparmor` or `smack` to the target "
				  "statement, or say --lsm");
		return false;
	}
	if (kmodel_lsm_row(lsm, field) != KF_COUNT)
		return target_check_row(&k->tc, kmodel_lsm_row(lsm, field),
					u->span, names[lsm]);
	d = diag_add(k->tc.ds, DIAG_NO_LSM, u->span, "%s gives IMA no `%s`",
		     names[lsm], kmodel_word(use_need(u->need)->key));
	point_at_leaf(k, d, u);
	diag_note(k->tc.ds, d, NO_SPAN, lsm == KLSM_APPARMOR ?
		  "of AppArmor it can ask only for the profile, as "
		  "`subj-role`" :
		  "of Smack it can ask only for the label, as `label "
		  "\"NAME:*:*\"` and as `subj-user`");
	return false;
}

/* the conditions as such, whatever they stand with */
static void check_uses(struct checker *k, const use_list *uses)
{
	size_t i;

	for (i = 0; i < uses->n; i++) {
		const struct use *u = &uses->v[i];

		if (use_need(u->need)->lsm == KLSM_FIELDS || check_label(k, u))
			target_check_row(&k->tc, use_need(u->need)->key, u->span,
					 ast_set_word(u->leaf->kind));
	}
}

/* ---- operations ---- */

#define MAX_OP_HOOKS 2

static size_t hooks_of(enum ast_op_kind kind, enum khook out[MAX_OP_HOOKS])
{
	static const enum khook one[] = {
		[AST_OP_EXEC] = KHOOK_BPRM, [AST_OP_EXEC_INTO] = KHOOK_CREDS,
		[AST_OP_MMAP] = KHOOK_MMAP,
		[AST_OP_MMAP_REQUESTED] = KHOOK_MMAP_REQPROT,
		[AST_OP_CODE] = KHOOK_BPRM,
		[AST_OP_OPEN] = KHOOK_FILE, [AST_OP_READ] = KHOOK_FILE,
		[AST_OP_WRITE] = KHOOK_FILE, [AST_OP_APPEND] = KHOOK_FILE,
		[AST_OP_READ_ONLY] = KHOOK_FILE,
		[AST_OP_WRITE_ONLY] = KHOOK_FILE,
		[AST_OP_APPEND_ONLY] = KHOOK_FILE,
		[AST_OP_EXEC_OPEN] = KHOOK_FILE,
		[AST_OP_MODULE] = KHOOK_MODULE,
		[AST_OP_FIRMWARE] = KHOOK_FIRMWARE,
		[AST_OP_KEXEC_KERNEL] = KHOOK_KEXEC_KERNEL,
		[AST_OP_KEXEC_INITRAMFS] = KHOOK_KEXEC_INITRAMFS,
		[AST_OP_KEXEC_CMDLINE] = KHOOK_KEXEC_CMDLINE,
		[AST_OP_POLICY] = KHOOK_POLICY, [AST_OP_KEY] = KHOOK_KEY,
		[AST_OP_DATA] = KHOOK_DATA, [AST_OP_XATTR] = KHOOK_SETXATTR,
		[AST_OP_ANY] = KHOOK_NONE,
	};

	static_assert(ARRAY_SIZE(one) == AST_OP_KINDS, "a hook for each");
	out[0] = one[kind];
	out[1] = KHOOK_MMAP;
	return kind == AST_OP_CODE ? 2 : 1;
}

/* a rule without func= takes what FILE_CHECK takes */
static enum kgroup group_of(enum khook hook)
{
	enum kfeature f = kmodel_hook(hook);

	return f == KF_COUNT ? KGROUP_FILE : kmodel_row(f)->group;
}

/*
 * What no release takes is for check_values to report. What it has reported is
 * not said again; what it has not is an error here all the same.
 */
static bool was_reported(const struct checker *k, struct span span)
{
	return reported_about(&k->tc.reported, span, k->tc.whole);
}

static struct diag *say_combination(struct checker *k, struct span span,
				    const char *what, const struct ast_op *op)
{
	struct diag *d;

	if (was_reported(k, span) || was_reported(k, op->span))
		return diag_dropped(k->tc.ds);
	d = diag_add(k->tc.ds, DIAG_COMBINATION, span,
		     "`%s` cannot go with `%s`", what, ast_op_word(op->kind));
	diag_also(d, op->span);
	return d;
}

/* false: the kernel never takes them together */
static bool check_combo(struct checker *k, enum khook hook, enum kcond cond,
			struct span span, const char *what,
			const struct ast_op *op)
{
	enum kfeature f = kmodel_combo(group_of(hook), cond);
	struct buf both;

	if (f == KF_COUNT) {
		say_combination(k, span, what, op);
		return false;
	}
	if (kmodel_may(k->tc.t, f))
		return true;
	buf_init(&both, k->tc.arena);
	buf_printf(&both, "%s` with `%s", what, ast_op_word(op->kind));
	return target_check_row(&k->tc, f, span, both.s);
}

static bool is_subject_label(enum need n)
{
	return n == NEED_SUBJ_USER || n == NEED_SUBJ_ROLE ||
	       n == NEED_SUBJ_TYPE;
}

/* conditions that are taken and mean nothing, or not what they say */
static bool check_ignored(struct checker *k, enum khook hook,
			  const struct use *u, const struct ast_op *op)
{
	const char *word = ast_set_word(u->leaf->kind);
	struct diag *d;

	if ((hook == KHOOK_KEY || hook == KHOOK_DATA) && u->need == NEED_GID) {
		d = say_combination(k, u->span, word, op);
		diag_note(k->tc.ds, d, NO_SPAN,
			  "the kernel takes the condition and never looks at "
			  "it; `uid` is the only one that counts here");
		return false;
	}
	if (hook == KHOOK_SETXATTR) {
		d = say_combination(k, u->span, word, op);
		diag_note(k->tc.ds, d, NO_SPAN,
			  "an `xattr` statement sets one list for all files");
		return false;
	}
	if (hook == KHOOK_KEXEC_CMDLINE &&
	    kmodel_cmdline_ordinary(k->tc.t) != KTRI_YES) {
		d = diag_add(k->tc.ds, DIAG_RELEASE_MEANING, u->span,
			     "`%s` with `kexec-cmdline` is not looked at "
			     "by kernel %s", word, k->tc.release);
		diag_also(d, op->span);
		diag_note(k->tc.ds, d, NO_SPAN,
			  "leave the condition out: every kexec command line "
			  "is meant then; kernel 5.10 looks at it");
		return false;
	}
	if (is_subject_label(u->need) &&
	    (hook == KHOOK_CREDS || hook == KHOOK_NONE) &&
	    kmodel_creds_subject(k->tc.t) == KMEAN_CREDS_SUBJ_UNKNOWN) {
		d = diag_add(k->tc.ds, DIAG_RELEASE_MEANING, u->span,
			     "whose label `%s` is with `%s` is not known "
			     "for kernel %s", word, ast_op_word(op->kind),
			     k->tc.release);
		diag_also(d, op->span);
		diag_note(k->tc.ds, d, NO_SPAN, "up to kernel 6.16 it is that "
			  "of the program to be, from 6.19 that of the caller; "
			  "6.17 and 6.18 have changed in a point release: name it");
		return false;
	}
	return true;
}

static void note_use_remedy(struct checker *k, struct diag *d,
			    enum khook hook, const struct use *u)
{
	if ((hook == KHOOK_KEY || hook == KHOOK_DATA) &&
	    u->leaf->kind == AST_SET_USER)
		diag_note(k->tc.ds, d, NO_SPAN, "a bare user is the real or "
			  "the effective one; write `by uid` for the real "
			  "one alone");
	else if (hook == KHOOK_KEY || hook == KHOOK_DATA)
		diag_note(k->tc.ds, d, NO_SPAN, "the only condition here is "
			  "`by uid`");
}

static void check_use_with(struct checker *k, enum khook hook,
			   const struct use *u, const struct ast_op *op)
{
	enum kcond cond = use_need(u->need)->cond;
	const char *word = ast_set_word(u->leaf->kind);
	struct diag *d;

	if (!check_ignored(k, hook, u, op))
		return;
	if (kmodel_combo(group_of(hook), cond) == KF_COUNT) {
		d = say_combination(k, u->span, word, op);
		point_at_leaf(k, d, u);
		note_use_remedy(k, d, hook, u);
	} else if (kmodel_may(k->tc.t, use_need(u->need)->key)) {
		/* else the condition itself has been complained of */
		check_combo(k, hook, cond, u->span, word, op);
	}
}

static void check_op_uses(struct checker *k, const struct ast_op *op,
			  const use_list *uses)
{
	enum khook hooks[MAX_OP_HOOKS];
	size_t i, j, n = hooks_of(op->kind, hooks);

	for (i = 0; i < n; i++)
		for (j = 0; j < uses->n; j++)
			check_use_with(k, hooks[i], &uses->v[j], op);
}

/* labels of critical data that no code of the target's kernel uses */
static void check_data_labels(struct checker *k, const struct ast_op *op)
{
	size_t i;

	for (i = 0; i < op->names.n; i++) {
		const struct ast_word *w = &op->names.v[i];
		enum kfeature f = kmodel_find(KKIND_LABEL, w->text,
					      strlen(w->text));
		struct diag *d;

		if (f != KF_COUNT && f != KF_LABEL_KERNEL_INFO &&
		    kmodel_may(k->tc.t, f))
			continue;
		d = diag_add(k->tc.ds, DIAG_NOT_EMITTED, w->span,
			     "kernel %s measures no data called `%s` after "
			     "a policy is loaded", k->tc.release, w->text);
		if (f == KF_COUNT) {
			const char *near = kmodel_nearest(KF_LABEL_SELINUX,
							  w->text,
							  strlen(w->text));

			if (near)
				diag_note(k->tc.ds, d, NO_SPAN,
					  "did you mean `%s`?", near);
		} else if (f == KF_LABEL_KERNEL_INFO) {
			diag_note(k->tc.ds, d, NO_SPAN, "it is measured once, "
				  "at boot: ima_policy=critical_data has it");
		}
	}
}

/* the operations as such; the classes they can have */
static void check_op(struct checker *k, const struct ast_op *op)
{
	const struct ast_stmt *rule = k->ctx->rule;
	enum khook hooks[MAX_OP_HOOKS];
	size_t i, j, n = hooks_of(op->kind, hooks);
	const char *word = ast_op_word(op->kind);

	for (i = 0; i < n; i++) {
		enum kfeature f = kmodel_hook(hooks[i]);

		if (f != KF_COUNT &&
		    !target_check_row(&k->tc, f, op->span, word))
			continue;
		for (j = 0; j < rule->actions.n; j++) {
			const struct ast_action *a = &rule->actions.v[j];

			check_combo(k, hooks[i], (enum kcond)a->class,
				    a->span, ast_class_word(a->class), op);
		}
	}
	if (op->kind == AST_OP_DATA && kmodel_may(k->tc.t, KF_HOOK_DATA))
		check_data_labels(k, op);
	if (op->kind == AST_OP_KEY && op->names.n)
		target_check_row(&k->tc, KF_KEY_KEYRINGS, op->span, word);
}

/* a rule without func= takes the command line in or not, by release */
static void check_any(struct checker *k, const struct ast_op *op)
{
	struct diag *d;

	if (op->kind != AST_OP_ANY ||
	    !ast_has_action(k->ctx->rule, KCLASS_MEASURE) ||
	    kmodel_cmdline_ordinary(k->tc.t) != KTRI_MAYBE)
		return;
	d = diag_add(k->tc.ds, DIAG_RELEASE_MEANING, op->span,
		     "whether `any` takes in `kexec-cmdline` is not known "
		     "for kernel %s", k->tc.release);
	diag_note(k->tc.ds, d, NO_SPAN, "name the operations that are meant");
}

static void check_xattr(struct checker *k, const struct ast_op *op)
{
	const struct ast_stmt *rule = k->ctx->rule;

	if (op->kind != AST_OP_XATTR)
		return;
	if (rule->exempt)
		say_combination(k, rule->actions.v[0].span, "exempt", op);
	else if (ast_has_action(rule, KCLASS_APPRAISE) &&
		 !ast_find_opt(k->ctx, AST_OPT_ALGORITHMS) &&
		 !was_reported(k, op->span))
		diag_add(k->tc.ds, DIAG_COMBINATION, op->span,
			 "`xattr` needs `algorithms`");
	if (rule->excepts.n)
		say_combination(k, rule->excepts.v[0].span, "except", op);
}

/* ---- options ---- */

/* which actions carry an option; on others check_values refuses it */
enum carrier { ALL, DO_MEASURE, DO_APPRAISE };

/* what an option becomes in the kernel's line; KF_COUNT: no second row */
struct option_row {
	enum ast_opt_kind kind;
	enum carrier by;
	enum kcond cond;
	enum kfeature row[2];
};

static const struct option_row option_rows[] = {
	{ AST_OPT_REQUIRING_SIGNATURE, DO_APPRAISE, KCOND_IMASIG,
	  { KF_KEY_APPRAISE_TYPE, KF_TYPE_IMASIG } },
	{ AST_OPT_REQUIRING_MODSIG, DO_APPRAISE, KCOND_MODSIG,
	  { KF_KEY_APPRAISE_TYPE, KF_TYPE_MODSIG } },
	/* always with digest_type=verity, which is what its cell stands for */
	{ AST_OPT_REQUIRING_VERITY_SIGNATURE, DO_APPRAISE, KCOND_VERITY,
	  { KF_TYPE_SIGV3, KF_DIGEST_VERITY } },
	{ AST_OPT_ALGORITHMS, DO_APPRAISE, KCOND_ALGOS,
	  { KF_KEY_APPRAISE_ALGOS, KF_COUNT } },
	{ AST_OPT_PCR, DO_MEASURE, KCOND_PCR, { KF_KEY_PCR, KF_COUNT } },
	{ AST_OPT_TEMPLATE, DO_MEASURE, KCOND_TEMPLATE,
	  { KF_KEY_TEMPLATE, KF_COUNT } },
	{ AST_OPT_DIGEST_VERITY, ALL, KCOND_VERITY,
	  { KF_KEY_DIGEST_TYPE, KF_DIGEST_VERITY } },
	{ AST_OPT_ALLOW_DIRECT_IO, ALL, KCOND_DIRECTIO,
	  { KF_KEY_PERMIT_DIRECTIO, KF_COUNT } },
};

static void check_option_words(struct checker *k, const struct ast_opt *o)
{
	size_t i;

	for (i = 0; i < o->words.n; i++) {
		const struct ast_word *w = &o->words.v[i];
		enum kfeature f;

		if (o->kind == AST_OPT_TEMPLATE) {
			const char *name = kmodel_template(w->text);

			f = name ? kmodel_template_row(name) : KF_COUNT;
		} else {
			f = kmodel_find(KKIND_HASH, w->text, strlen(w->text));
		}
		/* a name that nobody knows is for check_values to report */
		if (f != KF_COUNT)
			target_check_row(&k->tc, f, w->span, w->text);
	}
}

static void check_option(struct checker *k, const struct option_row *row,
			 const struct ast_opt *o)
{
	const struct ast_stmt *rule = k->ctx->rule;
	const char *word = ast_opt_word(o->kind);
	enum khook hooks[MAX_OP_HOOKS];
	size_t i, j, n;

	for (i = 0; i < ARRAY_SIZE(row->row); i++)
		if (row->row[i] != KF_COUNT &&
		    !target_check_row(&k->tc, row->row[i], o->span, word))
			return;
	if (row->cond == KCOND_TEMPLATE || row->cond == KCOND_ALGOS)
		check_option_words(k, o);
	for (i = 0; i < rule->ops.n; i++) {
		n = hooks_of(rule->ops.v[i].kind, hooks);
		for (j = 0; j < n; j++)
			check_combo(k, hooks[j], row->cond, o->span, word,
				    &rule->ops.v[i]);
	}
}

/*
 * An option that the kernel takes a rule without, and then the rule does not
 * what it says. quiet: nothing is said where it is not known.
 */
static void check_useful(struct checker *k, enum kconfig option,
			 struct span span, const char *what, bool quiet)
{
	switch (k->tc.t->config[option]) {
	case KTRI_NO:
		target_check_lacks(&k->tc, option, span, what);
		break;
	case KTRI_MAYBE:
		if (quiet)
			k->tc.assumes |= (uint64_t)1 << option;
		else
			target_check_assume(&k->tc, option, span, what);
		break;
	case KTRI_YES:
		break;
	}
}

/* digest verity of an appraise rule, and what verity rests on */
static void check_verity(struct checker *k)
{
	const struct ast_opt *type = ast_find_opt(k->ctx,
						  AST_OPT_REQUIRING_DIGEST);
	const struct ast_opt *verity = ast_find_opt(k->ctx,
						    AST_OPT_DIGEST_VERITY);
	bool sigv3 = type && type->kind == AST_OPT_REQUIRING_VERITY_SIGNATURE;
	struct diag *d;

	if (sigv3)
		verity = type;
	if (!verity || !kmodel_may(k->tc.t, KF_DIGEST_VERITY))
		return;
	check_useful(k, KCONFIG_FS_VERITY, verity->span, "an fs-verity digest",
		     false);
	if (sigv3 || k->ctx->rule->exempt ||
	    was_reported(k, verity->span) ||
	    !ast_has_action(k->ctx->rule, KCLASS_APPRAISE))
		return;
	d = diag_add(k->tc.ds, DIAG_COMBINATION, verity->span,
		     "`digest verity` on `appraise` needs `requiring "
		     "verity-signature`");
	if (type)
		diag_also(d, type->span);
}

static bool is_carried(const struct ast_stmt *rule, enum carrier by)
{
	if (by == ALL)
		return true;
	return !rule->exempt &&
	       ast_has_action(rule, by == DO_MEASURE ? KCLASS_MEASURE :
						       KCLASS_APPRAISE);
}

/* ---- what the kernel does not do with texts ---- */

/* why, and what else; NULL: with this option nothing is amiss */
static const char *lost_on_texts(const struct ast_opt *o)
{
	const char *name;

	if (o->kind == AST_OPT_PCR)
		return o->number ? NULL :
			"the kernel takes 0 for \"not given\" where it measures "
			"a text, and extends its own register, mostly 10; "
			"name another one or none";
	name = kmodel_template(o->words.v[0].text);
	return !name || kmodel_lists_text(name) ? NULL :
		"it has no room for the digest of a text, and the kernel lists "
		"nothing then, without a word; leave it out, or write "
		"`template ima-buf`";
}

/* are all kexec command lines left to other statements? */
static bool leaves_cmdline(const struct ast_stmt *rule)
{
	const uint32_t bits = UINT32_C(1) << AST_OP_KEXEC_CMDLINE |
			      UINT32_C(1) << AST_OP_ANY;
	size_t i;

	for (i = 0; i < rule->excepts.n; i++) {
		const struct ast_except *e = &rule->excepts.v[i];

		if (ast_op_bits(&e->ops) & bits && !e->files && !e->subjects)
			return true;
	}
	return false;
}

static bool takes_in_cmdline(const struct checker *k, const struct ast_op *op)
{
	return op->kind == AST_OP_ANY && !leaves_cmdline(k->ctx->rule) &&
	       kmodel_cmdline_ordinary(k->tc.t) == KTRI_YES;
}

static void say_lost(struct checker *k, const struct ast_opt *o,
		     const struct ast_op *op, const char *why)
{
	bool any = op->kind == AST_OP_ANY;
	struct diag *d;

	d = diag_add(k->tc.ds, DIAG_TEXT_OPTION, o->span,
		     "`%s` does not go with `%s`%s",
		     o->kind == AST_OPT_PCR ? "pcr 0" : "template ima",
		     ast_op_word(op->kind),
		     any ? ", which takes in `kexec-cmdline`" : "");
	diag_also(d, op->span);
	diag_note(k->tc.ds, d, NO_SPAN, "%s", why);
	if (any)
		diag_note(k->tc.ds, d, NO_SPAN, "or write `except "
			  "kexec-cmdline`, and measure that by a statement of "
			  "its own");
}

static void check_texts(struct checker *k)
{
	static const enum ast_opt_kind kinds[] = { AST_OPT_PCR,
						   AST_OPT_TEMPLATE };
	const ast_ops *ops = &k->ctx->rule->ops;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct ast_opt *o = ast_find_opt(k->ctx, kinds[i]);
		const char *why = o ? lost_on_texts(o) : NULL;
		enum khook hooks[MAX_OP_HOOKS];

		if (!why || !is_carried(k->ctx->rule, DO_MEASURE))
			continue;
		for (j = 0; j < ops->n; j++) {
			hooks_of(ops->v[j].kind, hooks);
			if (khook_is_text(hooks[0]) ||
			    takes_in_cmdline(k, &ops->v[j]))
				say_lost(k, o, &ops->v[j], why);
		}
	}
}

/* does the statement measure or exempt every kexec command line? */
static bool decides_cmdline(const struct checker *k)
{
	const struct ast_stmt *rule = k->ctx->rule;
	size_t i;

	if (!ast_has_action(rule, KCLASS_MEASURE) || rule->files ||
	    rule->subjects || rule->excepts.n)
		return false;
	for (i = 0; i < k->ctx->n_within; i++)
		if (k->ctx->within[i]->files)
			return false;
	for (i = 0; i < rule->ops.n; i++)
		if (rule->ops.v[i].kind == AST_OP_KEXEC_CMDLINE ||
		    takes_in_cmdline(k, &rule->ops.v[i]))
			return true;
	return false;
}

static void check_options(struct checker *k)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(option_rows); i++) {
		const struct option_row *row = &option_rows[i];
		const struct ast_opt *o = ast_find_opt(k->ctx, row->kind);

		if (o && o->kind == row->kind &&
		    is_carried(k->ctx->rule, row->by))
			check_option(k, row, o);
	}
	check_verity(k);
	check_texts(k);
}

/* ---- rules ---- */

static void check_actions(struct checker *k)
{
	static const char *const exempts[] = {
		[KCLASS_MEASURE] = "exempt measure",
		[KCLASS_APPRAISE] = "exempt appraise",
		[KCLASS_AUDIT] = "exempt audit",
		[KCLASS_HASH] = "exempt hash",
	};
	const struct ast_stmt *rule = k->ctx->rule;
	size_t i;

	static_assert(ARRAY_SIZE(exempts) == KCLASS_COUNT, "one a class");
	for (i = 0; i < rule->actions.n; i++) {
		const struct ast_action *a = &rule->actions.v[i];

		target_check_row(&k->tc, kmodel_action(a->class, rule->exempt),
				 a->span, rule->exempt ? exempts[a->class] :
				 ast_class_word(a->class));
		/* silent: nearly every policy would have that warning */
		if (a->class == KCLASS_APPRAISE && !rule->exempt)
			check_useful(k, KCONFIG_IMA_APPRAISE, a->span,
				     "`appraise`", true);
	}
}

static void check_excepts(struct checker *k)
{
	const struct ast_stmt *rule = k->ctx->rule;
	size_t i, j;

	for (i = 0; i < rule->excepts.n; i++) {
		const struct ast_except *e = &rule->excepts.v[i];
		const ast_ops *ops = e->ops.n ? &e->ops : &rule->ops;

		k->except_uses.n = 0;
		uses_collect(&k->sets, &k->except_uses, e->files);
		uses_collect(&k->sets, &k->except_uses, e->subjects);
		check_uses(k, &k->except_uses);
		for (j = 0; j < e->ops.n; j++)
			check_op(k, &e->ops.v[j]);
		for (j = 0; j < ops->n; j++)
			check_op_uses(k, &ops->v[j], &k->except_uses);
	}
}

static void check_rule(struct checker *k)
{
	const struct ast_stmt *rule = k->ctx->rule;
	size_t i;

	k->uses.n = 0;
	for (i = 0; i < k->ctx->n_within; i++)
		uses_collect(&k->sets, &k->uses, k->ctx->within[i]->files);
	uses_collect(&k->sets, &k->uses, rule->files);
	uses_collect(&k->sets, &k->uses, rule->subjects);

	check_actions(k);
	check_uses(k, &k->uses);
	for (i = 0; i < rule->ops.n; i++) {
		check_op(k, &rule->ops.v[i]);
		check_any(k, &rule->ops.v[i]);
		check_xattr(k, &rule->ops.v[i]);
		check_op_uses(k, &rule->ops.v[i], &k->uses);
	}
	check_options(k);
	check_excepts(k);
	k->tc.cmdline_decided |= decides_cmdline(k);
}

static void visit(void *arg, const struct ast_context *ctx)
{
	struct checker *k = arg;

	k->ctx = ctx;
	k->tc.whole = ctx->rule->span;
	/* the one field of a finished tree that is filled here */
	if (ctx->rule->kind == AST_RAW) {
		target_check_raw(&k->tc, (struct ast_stmt *)ctx->rule);
	} else {
		check_rule(k);
		holes_check(&k->holes, ctx);
	}
}

uint64_t check_kernel(struct ast *ast, const struct name_lookup *lookup,
		      const struct ktarget *t, struct diags *ds)
{
	struct checker k = { .ctx = NULL };

	target_check_init(&k.tc, ast->strings, t, ds);
	k.tc.selinux = ast->selinux;
	k.tc.lookup = lookup;
	uses_init(&k.sets, ds->arena);
	holes_init(&k.holes, ds);
	uses_add_lets(&k.sets, &ast->stmts);
	ast_walk_rules(ast, visit, &k);
	return k.tc.assumes;
}
