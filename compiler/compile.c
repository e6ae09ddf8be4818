/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "allow.h"
#include "assume.h"
#include "ast_dump.h"
#include "check_kernel.h"
#include "check_labels.h"
#include "check_names.h"
#include "check_values.h"
#include "compile.h"
#include "emit.h"
#include "grammar.h"
#include "include.h"
#include "ir.h"
#include "klines.h"
#include "leak.h"
#include "trap.h"
#include "lower.h"
#include "order.h"
#include "overtake.h"
#include "paths_lower.h"
#include "policy.h"
#include "tags_auto.h"
#include "target.h"
#include "unused.h"
#include "verify.h"
#include "weaker.h"

static const char *const pass_names[] = {
	[PASS_TOKENS] = "tokens",
	[PASS_AST] = "ast",
	[PASS_SETS] = "sets",
	[PASS_IR] = "ir",
	[PASS_ORDER] = "order",
	[PASS_LINES] = "lines",
	[PASS_VERIFY] = "verify",
};

_Static_assert(sizeof(pass_names) / sizeof(pass_names[0]) == PASS_COUNT,
	       "one name for each pass");

enum compile_pass compile_pass_by_name(const char *name)
{
	int i;

	for (i = 0; i < PASS_COUNT; i++)
		if (!strcmp(pass_names[i], name))
			break;
	return i;
}

const char *compile_pass_name(enum compile_pass pass)
{
	return pass_names[pass];
}

void compile_init(struct compile *c, struct arena *a)
{
	memset(c, 0, sizeof(*c));
	c->arena = a;
	c->dump = PASS_COUNT;
	intern_init(&c->strings, a);
	diags_init(&c->diags, a);
	buf_init(&c->dumped, a);
	c->ast.arena = a;
	c->ast.strings = &c->strings;
}

void compile_add_source(struct compile *c, const struct source *src)
{
	vec_push(c->arena, &c->ast.sources, src);
	if (c->dump == PASS_TOKENS)
		grammar_dump_tokens(&c->ast, src, &c->diags, &c->dumped);
	grammar_parse(&c->ast, src, &c->diags, &c->ast.stmts);
}

void compile_add_kernel_lines(struct compile *c, const struct source *src)
{
	klines_parse(&c->ast, src, &c->diags);
	allow_kernel_lines(&c->diags, src);
}

static void lower_paths(struct compile *c)
{
	c->tags = arena_new(c->arena, struct tags);
	if (tags_build(c->tags, c->paths, &c->ast))
		paths_lower(c->paths, c->tags, &c->ast);
	if (!c->diags.n_errors)
		klines_expand(&c->ast, &c->diags);
}

void compile_load(struct compile *c)
{
	struct include_env env = {
		.ops = &include_files,
		.dirs = c->include_dirs, .n_dirs = c->n_include_dirs,
		.parse = grammar_parse,
	};

	if (c->loaded)
		return;
	include_load(&c->ast, &env, &c->diags);
	allow_statements(&c->diags, &c->ast);
	c->loaded = true;
}

static const char *target_text(const ast_stmts *stmts,
			       enum ast_target_kind kind)
{
	const char *text = NULL;
	size_t i, j;

	for (i = 0; !text && i < stmts->n; i++) {
		const struct ast_stmt *s = stmts->v[i];

		if (s->kind == AST_INCLUDE)
			text = target_text(&s->body, kind);
		for (j = 0; s->kind == AST_TARGET && j < s->target.n; j++)
			if (s->target.v[j].kind == kind)
				text = s->target.v[j].text;
	}
	return text;
}

const char *compile_libselinux(const struct compile *c)
{
	return target_text(&c->ast.stmts, AST_TARGET_LIBSELINUX);
}

const char *compile_profile(const struct compile *c)
{
	return target_text(&c->ast.stmts, AST_TARGET_PROFILE);
}

void compile_check(struct compile *c)
{
	struct krelease rel;
	size_t i;

	c->ast.lower_paths = c->paths != NULL;
	compile_load(c);
	if (c->tag_paths && c->paths)
		tags_auto(c->paths, &c->ast);
	/* library files may differ by release: each form is checked */
	for (i = 0; include_form(&c->ast, i, &rel); i++) {
		include_select(&c->ast, rel);
		check_labels(&c->ast, &c->diags);
		check_names(&c->ast, c->lookup, &c->diags);
		check_values(&c->ast, &c->diags);
	}
	if (c->paths && !c->diags.n_errors)
		lower_paths(c);
	if (c->dump == PASS_AST)
		ast_dump(&c->ast, &c->dumped);
}

/* a file of kernel lines with paths, which is part of the tree */
static void traps_of_tree(struct compile *c, const struct source *src,
		      const struct ktarget *t)
{
	struct traps_input in = { .src = src, .target = t,
				 .diags = &c->diags };
	VEC(struct trap_line) lines = { 0 };
	size_t i;

	for (i = 0; i < c->ast.stmts.n; i++) {
		const struct ast_stmt *s = c->ast.stmts.v[i];
		struct trap_line line = { .span = s->span,
					  .lowered = s->path_span.src != NULL };

		if (s->span.src != src || !s->kernel_line)
			continue;
		if (s->raw) {
			line.k = *s->raw;
			vec_push(c->arena, &lines, line);
		} else {
			traps_add_refused(&in, s->span);
		}
	}
	in.lines = lines.v;
	in.n = lines.n;
	traps_check_lines(&in);
}

void compile_check_target(struct compile *c, const struct ktarget *t)
{
	size_t i;

	include_select(&c->ast, t->release);
	c->assumes = check_kernel(&c->ast, c->lookup, t, &c->diags);
	for (i = 0; i < c->ast.sources.n; i++)
		traps_of_tree(c, c->ast.sources.v[i], t);
}

void compile_end(struct compile *c)
{
	if (!c->diags.n_errors)
		allow_report_unused(&c->diags);
}

/* ---- assumptions ---- */

static void assumption(struct compile *c, struct emit_text *out,
		       const char *what, const char *value)
{
	struct buf b;

	buf_init(&b, c->arena);
	buf_printf(&b, "assumes %s %s", what, value);
	emit_comment(c->arena, out, b.s);
}

static bool uses_uuid(const struct ir *ir, const char *uuid)
{
	size_t i;

	for (i = 0; i < ir->rules.n; i++)
		if (ir->rules.v[i].k.fsuuid &&
		    !strcmp(ir->rules.v[i].k.fsuuid, uuid))
			return true;
	return false;
}

static void put_assumption(struct compile *c, struct emit_text *out,
			   const struct assume_item *it)
{
	struct buf b;

	buf_init(&b, c->arena);
	buf_puts(&b, "assumes ");
	assume_put(it, &b);
	emit_comment(c->arena, out, b.s);
}

/* that the labels are there, and what attributes came to */
static void policy_assumptions(struct compile *c, struct emit_text *out)
{
	struct assume as;
	size_t i;

	assume_init(&as, c->arena);
	assume_add_selinux(&as, c->ast.selinux, false);
	for (i = 0; i < as.items.n; i++)
		put_assumption(c, out, &as.items.v[i]);
}

/* of the mounts those that rules name; all else is part of every proof */
static void path_assumptions(struct compile *c, const struct ir *ir,
			     struct emit_text *out)
{
	size_t i;

	for (i = 0; i < c->paths->assume.items.n; i++) {
		const struct assume_item *it = &c->paths->assume.items.v[i];

		if (it->key != ASSUME_MOUNT || uses_uuid(ir, it->state))
			put_assumption(c, out, it);
	}
}

/* what the rules ask for beside the target */
struct rule_needs {
	bool appraise, signature;
	bool names;		/* labels or domains */
	bool labels;		/* of files */
};

static struct rule_needs needs_of(const struct ir *ir)
{
	struct rule_needs n = { 0 };
	size_t i;
	int f;

	for (i = 0; i < ir->rules.n; i++) {
		const struct krule *k = &ir->rules.v[i].k;

		n.appraise |= k->class == KCLASS_APPRAISE && !k->dont;
		n.signature |= k->sig != 0;
		for (f = 0; f < KLSM_FIELDS; f++)
			n.names |= k->lsm[f] != NULL;
		for (f = KLSM_OBJ_USER; f <= KLSM_OBJ_TYPE; f++)
			n.labels |= k->lsm[f] != NULL;
	}
	return n;
}

/*
 * A name that the security module's own policy does not have yet is refused,
 * so whoever loads at boot has to know. Smack makes a label of every name.
 */
static void module_assumption(struct compile *c, enum klsm lsm,
			      struct emit_text *out)
{
	if (lsm == KLSM_SELINUX || lsm == KLSM_APPARMOR)
		assumption(c, out, "lsm-policy",
			   buf_textf(c->arena, "%s, loaded before",
				     target_lsm_word(lsm)));
}

static void rule_assumptions(struct compile *c, enum klsm lsm,
			     const struct ir *ir, struct emit_text *out)
{
	struct rule_needs needs = needs_of(ir);

	if (needs.appraise)
		assumption(c, out, "ima_appraise", "enforce");
	if (needs.signature)
		assumption(c, out, "keys", "of all signatures, loaded before");
	if (needs.names)
		module_assumption(c, lsm, out);
	if (needs.labels)
		assumption(c, out, "labels", "on disk as file_contexts says");
	if (needs.labels && c->ast.selinux)
		policy_assumptions(c, out);
	if (c->paths && c->paths->asked)
		path_assumptions(c, ir, out);
}

/* what the compiled file rests on, for people and for programs */
static void assumptions(struct compile *c, const struct ktarget *t,
			const struct ir *ir, struct emit_text *out)
{
	char rel[KRELEASE_TEXT];
	int i;

	emit_comment(c->arena, out, KDIALECT_COMPILED "; load with imapol-load");
	assumption(c, out, "kernel",
		   krelease_text(t->release, rel, sizeof(rel)));
	if (t->lsm != KLSM_UNSET)
		assumption(c, out, "lsm", target_lsm_word(t->lsm));
	/* what a profile has counts where something was asked of it */
	if (c->libselinux &&
	    (compile_libselinux(c) || (c->paths && c->paths->asked)))
		assumption(c, out, "libselinux", c->libselinux);
	for (i = 0; i < KCONFIG_COUNT; i++)
		if (c->assumes & 1ull << i)
			assumption(c, out, "config", kconfig_name(i));
	rule_assumptions(c, t->lsm, ir, out);
}

/* ---- statements without a rule ---- */

static void count_rule(void *arg, const struct ast_context *ctx)
{
	(void)ctx;
	++*(size_t *)arg;
}

/* most policies have none, and then nothing is asked */
static void check_unused(struct compile *c, const struct ktarget *t,
			 const struct ir *ir)
{
	bool *suspect, any = false;
	size_t n = 0, i;

	ast_walk_rules(&c->ast, count_rule, &n);
	suspect = arena_zalloc(c->arena, n + 1, sizeof(*suspect));
	memset(suspect, true, n);
	for (i = 0; i < ir->rules.n; i++)
		suspect[ir->rules.v[i].stmt] = false;
	for (i = 0; i < n; i++)
		any |= suspect[i];
	if (any)
		unused_check(&c->ast, t, suspect, &c->diags);
}

/* ---- one target ---- */

static bool too_long(struct compile *c, const struct ir_rule *r)
{
	diag_add(&c->diags, DIAG_LINE_TOO_LONG, r->origin,
		 "a kernel line of this statement is longer than %d bytes",
		 EMIT_MAX_LINE);
	return false;
}

static bool write_lines(struct compile *c, const struct ktarget *t,
			const struct ir *ir, struct emit_text *text)
{
	const struct ir_rule *bad;

	memset(text, 0, sizeof(*text));
	buf_init(&text->text, c->arena);
	if (c->comments)
		assumptions(c, t, ir, text);
	bad = emit(ir, c->comments, text);
	return bad ? too_long(c, bad) : true;
}

static bool empty(struct compile *c)
{
	struct span where = c->ast.stmts.n ? c->ast.stmts.v[0]->span : NO_SPAN;
	struct diag *d;

	d = diag_add(&c->diags, DIAG_EMPTY_POLICY, where,
		     "no kernel rule comes out of this policy");
	diag_note(&c->diags, d, NO_SPAN,
		  "the kernel does not load an empty policy");
	return false;
}

static bool proven(struct compile *c, const struct ktarget *t,
		   const struct emit_text *text)
{
	struct verify_input in = {
		.ast = &c->ast, .target = t,
		.text = text->text.s, .len = text->text.len,
		.lines = text->origin.v, .n_lines = text->origin.n,
		.diags = &c->diags,
		.dump = c->dump == PASS_VERIFY ? &c->dumped : NULL,
	};

	return verify(&in);
}

static struct opencost cost_of(struct compile *c, const struct ir *ir)
{
	const struct krule **rules = arena_zalloc(c->arena, ir->rules.n + 1,
						  sizeof(*rules));
	size_t i;

	for (i = 0; i < ir->rules.n; i++)
		rules[i] = &ir->rules.v[i].k;
	return opencost_of(rules, ir->rules.n);
}

/* the rules as they will be written, and what becomes weaker by them */
static void arrange(struct compile *c, const struct ktarget *t, struct ir *ir,
		    leak_said *said)
{
	struct ir apart;

	if (c->dump == PASS_IR)
		ir_dump(ir, &c->dumped);
	c->stats.lowered = ir->rules.n;
	c->stats.lowered_cost = cost_of(c, ir);
	order(c->arena, t, ir, &apart);
	c->stats.written = ir->rules.n;
	c->stats.written_cost = cost_of(c, ir);
	if (c->dump == PASS_ORDER)
		ir_dump(ir, &c->dumped);
	weaker_check(&apart, t, &c->diags, said, 0);
}

static bool make_rules(struct compile *c, const struct ktarget *t,
		       struct ir *ir)
{
	leak_said said = { 0 };
	bool made;

	ir_init(ir, c->arena);
	made = lower(c->arena, &c->strings, &c->ast, t, &c->diags, ir,
		     c->dump == PASS_SETS ? &c->dumped : NULL);
	if (made)
		arrange(c, t, ir, &said);
	leak_check(&c->ast, t, &c->diags, &said, 0);
	if (c->paths)
		overtake_check(&c->ast, c->paths, t, &c->diags);
	return made && !c->diags.n_errors;
}

static bool compile_text(struct compile *c, const struct ktarget *t,
			 struct emit_text *text)
{
	struct ir ir;

	compile_check_target(c, t);
	if (c->diags.n_errors || !make_rules(c, t, &ir))
		return false;
	check_unused(c, t, &ir);
	if (!ir.rules.n)
		return empty(c);
	return write_lines(c, t, &ir, text) && proven(c, t, text) &&
	       !c->diags.n_errors;
}

bool compile_emit(struct compile *c, const struct ktarget *t, struct buf *out)
{
	struct emit_text text;

	if (!compile_text(c, t, &text))
		return false;
	if (c->dump == PASS_LINES)
		buf_add(&c->dumped, text.text.s, text.text.len);
	buf_add(out, text.text.s, text.text.len);
	return true;
}

bool compile_policy(struct compile *c, const struct ktarget *t,
		    struct policy *out)
{
	const struct source *lines;
	struct emit_text text;
	struct span bad;

	if (!compile_text(c, t, &text))
		return false;
	lines = source_new(c->arena, "<compiled>", text.text.s, text.text.len,
			   (unsigned int)c->ast.sources.n);
	/* verify has read all of it before */
	if (!policy_read(out, c->arena, &c->strings, t, lines, text.origin.v,
			 text.origin.n, &bad))
		return false;
	out->ast = &c->ast;
	return true;
}

void compile_check_kernel_lines(struct compile *c, const struct source *src,
				const struct ktarget *t)
{
	allow_kernel_lines(&c->diags, src);
	c->assumes = check_kernel_lines(&c->strings, src, c->lookup, t,
					&c->diags);
	traps_check_file(&c->strings, src, t, &c->diags);
}
