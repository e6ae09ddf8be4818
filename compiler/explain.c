/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "verify.h"

bool explain_has_hook(const struct explain *x, enum khook hook)
{
	return kmodel_may(&x->policy->target, kmodel_hook(hook));
}

bool explain_looks_at(const struct explain *x, enum khook hook,
		      enum kclass class)
{
	return explain_has_hook(x, hook) &&
	       (class == KCLASS_MEASURE || !khook_is_text(hook));
}

/* ---- once for a policy ---- */

static void take_lines(struct explain *x)
{
	const struct policy *p = x->policy;
	struct krule *rules = arena_zalloc(x->arena, p->rules.n + 1,
					   sizeof(*rules));
	size_t i;

	x->rules = rules;
	x->n = p->rules.n;
	for (i = 0; i < x->n; i++) {
		rules[i] = p->rules.v[i].k;
		x->active[rules[i].class] |= krule_opens_class(&rules[i]);
	}
}

static void build_lines(struct explain *x)
{
	dd_ref *region = arena_zalloc(x->arena, x->n + 1, sizeof(*region));
	size_t i;
	int c;

	for (i = 0; i < x->n; i++)
		region[i] = access_rule_region(x->space, &x->rules[i]);
	x->region = region;
	access_outcomes_init(&x->outcomes, x->arena);
	for (c = 0; c < KCLASS_COUNT; c++) {
		x->decider[c] = x->active[c] ?
			policy_decider(x->policy, x->space, c) : DD_PASS;
		x->decided[c] = policy_decide(x->policy, x->space,
					      &x->outcomes, c);
	}
}

static void build_sayer(struct explain *x)
{
	dd_ref *part = arena_zalloc(x->arena, x->said.steps.n + 1,
				    sizeof(*part));
	size_t i, n;
	int c;

	for (c = 0; c < KCLASS_COUNT; c++) {
		for (i = 0, n = 0; i < x->said.steps.n; i++)
			if (x->said.steps.v[i].class == (enum kclass)c)
				part[n++] = dd_and(x->m,
						   x->said.steps.v[i].region,
						   dd_term((uint32_t)i + 1));
		x->sayer[c] = dd_overlay(x->m, part, n);
	}
}

static const char at_fault[] = "this is a fault of the program, not of the policy";

static void report_difference(struct explain *x, enum kclass class,
			      const struct witness *w, struct span where)
{
	struct diag *d;
	struct buf b;

	buf_init(&b, x->arena);
	witness_describe(x->space, w, &b);
	d = diag_add(x->diags, DIAG_VERIFY_DIFFERS, where,
		     "what decides about %s comes out in two ways: %s",
		     ast_class_word(class), b.s);
	diag_note(x->diags, d, NO_SPAN, "%s", at_fault);
}

/* do the statements and the lines come to the same, everywhere? */
static bool statements_agree(struct explain *x)
{
	struct access_step *steps = verify_ast_steps(&x->said, &x->outcomes);
	struct witness w;
	bool same = true;
	int c;

	for (c = 0; c < KCLASS_COUNT; c++) {
		dd_ref said = access_decide(x->space, steps, x->said.steps.n,
					    c);

		if (!witness_find(x->space, dd_distinct(x->m, said,
							x->decided[c]), &w))
			continue;
		report_difference(x, c, &w, NO_SPAN);
		same = false;
	}
	return same;
}

bool explain_open(struct explain *x, const struct policy *p,
		  struct diags *ds)
{
	memset(x, 0, sizeof(*x));
	x->arena = p->arena;
	x->policy = p;
	x->diags = ds;
	x->has_said = p->ast != NULL;
	take_lines(x);
	x->space = space_new(x->arena, &p->target);
	policy_add(p, x->space);
	if (x->has_said)
		verify_ast_init(&x->said, p->ast, x->space);
	space_finish(x->space);
	x->m = space_dd(x->space);
	build_lines(x);
	if (x->has_said) {
		verify_ast_build(&x->said);
		build_sayer(x);
	}
	if (!verify_budget_ok(x->m, ds))
		return false;
	return !x->has_said || statements_agree(x);
}

/* ---- the lines of one class, one after another ---- */

/*
 * Are two lines alternatives of one case? Those of one statement are; lines of
 * which nobody has said what they are for, where the same comes of them.
 */
static bool same_case(struct explain *x, size_t i, size_t k)
{
	struct access_outcome a = access_rule_outcome(&x->rules[i]);
	struct access_outcome b = access_rule_outcome(&x->rules[k]);

	if (x->has_said && span_cmp(x->policy->rules.v[i].origin,
				    x->policy->rules.v[k].origin) != 0)
		return false;
	return x->rules[i].func == x->rules[k].func &&
	       access_outcome(&x->outcomes, &a) ==
	       access_outcome(&x->outcomes, &b);
}

static struct explain_branch *new_branch(struct explain *x,
					 struct explain_class *out)
{
	struct explain_branch b = { .where = DD_PASS, .outcome.pcr = -1 };

	vec_push(x->arena, &out->branches, b);
	return &out->branches.v[out->branches.n - 1];
}

/* the line decides in here: alone, or as one more of a case */
static void line_decides(struct explain *x, struct explain_class *out,
			 dd_ref here)
{
	struct explain_branch *b = NULL;
	size_t line = out->tried.n - 1;

	if (out->branches.n) {
		b = &out->branches.v[out->branches.n - 1];
		if (!same_case(x, out->tried.v[b->lines.v[0]].rule,
			       out->tried.v[line].rule))
			b = NULL;
	}
	if (!b)
		b = new_branch(x, out);
	vec_push(x->arena, &b->lines, line);
	b->where = dd_or(x->m, b->where, here);
}

/* what is left of rest behind the line */
static dd_ref try_line(struct explain *x, const struct explain_answer *a,
		       struct explain_class *out, size_t rule, dd_ref rest)
{
	struct explain_tried t = { .rule = rule, .how = EXPLAIN_FAILS };
	dd_ref here = DD_PASS;

	explain_cond_split(x, &x->rules[rule], a->q, &t.fails, &t.open);
	if (!t.fails) {
		here = dd_and(x->m, rest, x->region[rule]);
		if (here != DD_PASS)
			t.how = EXPLAIN_DECIDES;
		else if (dd_and(x->m, a->set, x->region[rule]) != DD_PASS)
			t.how = EXPLAIN_LATE;
	}
	vec_push(x->arena, &out->tried, t);
	if (here == DD_PASS)
		return rest;
	line_decides(x, out, here);
	return dd_diff(x->m, rest, here);
}

/* ---- what comes of it where one line, or none, decides ---- */

struct same_stmt {
	const struct explain *x;
	const struct ast_stmt *stmt;
};

static uint32_t other_stmt(void *arg, uint32_t t)
{
	const struct same_stmt *s = arg;

	return t && s->x->said.steps.v[t - 1].stmt != s->stmt ? t : 0;
}

static void find_stmts(struct explain *x, enum kclass class,
		       struct explain_branch *b)
{
	dd_ref left = dd_and(x->m, b->where, x->sayer[class]);
	struct witness w;

	while (!dd_full(x->m) && witness_find(x->space, left, &w)) {
		uint32_t t = dd_eval(x->m, left, w.atom);
		struct same_stmt s = { x, x->said.steps.v[t - 1].stmt };

		vec_push(x->arena, &b->stmts, s.stmt);
		left = dd_map(x->m, left, other_stmt, &s);
	}
}

/* the plain matcher at a point of the branch, and the diagrams */
static bool matcher_agrees(struct explain *x, enum kclass class,
			   const struct explain_branch *b,
			   struct witness *w)
{
	struct kdecision d;
	struct kaccess a;
	uint32_t t;

	dd_witness(x->m, b->where, w->atom, w->fixed);
	question_access(x->space, w->atom, &a);
	d = kdialect_walk(&x->policy->target, x->rules, x->n, &a);
	t = dd_eval(x->m, x->decider[class], w->atom);
	if (d.rule[class] == (int)t - 1)
		return true;
	report_difference(x, class, w, t ? x->policy->rules.v[t - 1].line :
					   NO_SPAN);
	return false;
}

static bool finish_branch(struct explain *x, const struct explain_answer *a,
			  enum kclass class, struct explain_branch *b)
{
	const struct explain_class *in = &a->class[class];
	struct witness w;

	if (!matcher_agrees(x, class, b, &w))
		return false;
	b->outcome = x->outcomes.v[dd_eval(x->m, x->decided[class],
					   w.atom) - 1];
	if (x->has_said)
		find_stmts(x, class, b);
	if (b->outcome.acts)
		explain_leaks(x, a->q,
			      &x->rules[in->tried.v[b->lines.v[0]].rule], b);
	return true;
}

/* ---- a hash that is taken back ---- */

static uint32_t nothing_only(void *arg, uint32_t t)
{
	(void)arg;
	return t == 1;
}

/* where appraise takes the hash back, the branch is one of its own */
static void split_cleared(struct explain *x, struct explain_class *out)
{
	struct explain_class whole = *out;
	size_t i;

	out->branches.n = out->branches.cap = 0;
	out->branches.v = NULL;
	for (i = 0; i < whole.branches.n; i++) {
		struct explain_branch b = whole.branches.v[i];
		bool acts = b.lines.n &&
			!x->rules[out->tried.v[b.lines.v[0]].rule].dont;
		dd_ref gone = !acts ? DD_PASS :
			dd_map(x->m, dd_and(x->m, b.where,
					    x->decided[KCLASS_HASH]),
			       nothing_only, NULL);
		struct explain_branch cleared = b;

		cleared.cleared = true;
		cleared.where = gone;
		if (gone != DD_PASS)
			vec_push(x->arena, &out->branches, cleared);
		b.where = dd_diff(x->m, b.where, gone);
		if (b.where != DD_PASS)
			vec_push(x->arena, &out->branches, b);
	}
}

/* ---- a question ---- */

static bool ask_class(struct explain *x, struct explain_answer *a,
		      enum kclass class)
{
	struct explain_class *out = &a->class[class];
	dd_ref rest = a->set;
	size_t i;

	if (!explain_looks_at(x, a->q->hook, class)) {
		new_branch(x, out)->where = rest;
		return true;
	}
	out->active = x->active[class];
	for (i = 0; out->active && i < x->n && rest != DD_PASS; i++)
		if (x->rules[i].class == class)
			rest = try_line(x, a, out, i, rest);
	if (rest != DD_PASS)
		new_branch(x, out)->where = rest;
	if (class == KCLASS_HASH)
		split_cleared(x, out);
	for (i = 0; i < out->branches.n && !dd_full(x->m); i++)
		if (!finish_branch(x, a, class, &out->branches.v[i]))
			return false;
	return true;
}

bool explain_ask(struct explain *x, const struct question *q,
		 struct explain_answer *out)
{
	bool same = true;
	int c;

	memset(out, 0, sizeof(*out));
	out->q = q;
	out->set = question_set(q, x->space);
	for (c = 0; c < KCLASS_COUNT; c++)
		same &= ask_class(x, out, c);
	return verify_budget_ok(x->m, x->diags) && same;
}

/* ---- one access ---- */

static void take_class(struct explain *x, const struct explain_class *from,
		       enum kclass class, struct explain_decision *out)
{
	const struct explain_branch *b = &from->branches.v[0];
	size_t i;

	assert(from->branches.n == 1);
	out->rule[class] = b->lines.n ?
		(int)from->tried.v[b->lines.v[0]].rule : -1;
	out->stmt[class] = b->stmts.n ? b->stmts.v[0] : NULL;
	out->outcome[class] = b->outcome;
	for (i = 0; i < b->leaks.n; i++)
		out->leaks |= b->leaks.v[i].what;
	for (i = 0; i < b->weaker.n; i++)
		out->weaker |= b->weaker.v[i].what;
}

static void try_seals(const struct explain *x, const struct kaccess *a,
		      const struct kfile *f, struct explain_decision *out)
{
	struct kcall call = { .hook = a->hook, .mask = a->mask };
	struct kcall_result res;
	struct kfile file;
	unsigned int s;

	call.writable = a->hook == KHOOK_FILE &&
			(a->mask & (KMASK_WRITE | KMASK_APPEND));
	for (s = 0; s <= KSEAL_BAD_SIGNATURE && !khook_is_text(a->hook); s++) {
		file = f ? *f : (struct kfile){ 0 };
		kfile_of_target(&file, &x->policy->target);
		file.seal = s;
		file.algo = (unsigned int)kmodel_hash_index("sha256");
		file.sealed = file.content;
		memset(&res, 0, sizeof(res));
		kfile_call(&file, &call, &out->matched, &res);
		out->refused[s] = res.refused;
	}
}

bool explain_access(struct explain *x, const struct kaccess *a,
		    const struct kfile *f, struct explain_decision *out)
{
	struct explain_answer answer;
	struct kdecision d;
	struct question q;
	int c;

	memset(out, 0, sizeof(*out));
	question_of_access(&q, a);
	if (!explain_ask(x, &q, &answer))
		return false;
	for (c = 0; c < KCLASS_COUNT; c++) {
		take_class(x, &answer.class[c], c, out);
		d.rule[c] = out->rule[c];
	}
	kfile_matched(x->rules, &d, a->hook, &out->matched);
	try_seals(x, a, f, out);
	return true;
}

/* ---- why not ---- */

static unsigned int count_bits(uint32_t bits)
{
	unsigned int n = 0;

	for (; bits; bits &= bits - 1)
		n++;
	return n;
}

struct only {
	uint32_t t;
};

static uint32_t only_this(void *arg, uint32_t t)
{
	const struct only *o = arg;

	return t == o->t ? t : 0;
}

/* were its conditions to hold: would it decide, and if not, who before it? */
static void what_else(struct explain *x, const struct question *q,
		      struct explain_miss *miss)
{
	const struct krule *r = &x->rules[miss->rule];
	struct only this = { (uint32_t)miss->rule + 1 };
	struct question freed = *q;
	struct witness w;
	unsigned int c;
	dd_ref there;

	for (c = 0; c < CONDS; c++)
		if (miss->fails >> c & 1)
			explain_cond_free(&freed, r, c);
	there = dd_and(x->m, question_set(&freed, x->space),
		       x->region[miss->rule]);
	miss->before = x->n;
	miss->never = there == DD_PASS;
	there = dd_and(x->m, there, x->decider[r->class]);
	if (miss->never || dd_map(x->m, there, only_this, &this) != DD_PASS)
		return;
	if (witness_find(x->space, there, &w))
		miss->before = dd_eval(x->m, there, w.atom) - 1;
}

static int cmp_miss(const void *a, const void *b)
{
	const struct explain_miss *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

size_t explain_misses(struct explain *x, const struct question *q,
		      enum kclass class, struct explain_miss **out)
{
	struct explain_miss *v = arena_zalloc(x->arena, x->n + 1, sizeof(*v));
	dd_ref set = question_set(q, x->space);
	size_t i, n = 0;

	for (i = 0; i < x->n; i++) {
		const struct krule *r = &x->rules[i];
		struct explain_miss miss = { .rule = i };
		struct only this = { (uint32_t)i + 1 };

		if (r->class != class || r->dont)
			continue;
		if (dd_map(x->m, dd_and(x->m, set, x->decider[class]),
			   only_this, &this) != DD_PASS)
			continue;
		explain_cond_split(x, r, q, &miss.fails, &miss.open);
		miss.n = count_bits(miss.fails);
		what_else(x, q, &miss);
		v[n++] = miss;
	}
	if (n)
		qsort(v, n, sizeof(*v), cmp_miss);
	*out = v;
	return n;
}
