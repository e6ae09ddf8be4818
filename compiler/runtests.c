/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "explain_say.h"
#include "ptrmap.h"
#include "question_test.h"
#include "runtests.h"

struct runner {
	struct tests *t;
	struct explain *x;
	const struct ast *ast;
	struct diags *ds;
	struct ptrmap seen;	/* blocks that were run; bodies of includes */
	const struct ast_test_line *line;
	struct question q;
	dd_ref set;
	struct buf why;
	bool ok;
};

/* ---- a line that leaves something open ---- */

struct except {
	uint32_t t;
};

static uint32_t other_outcome(void *arg, uint32_t t)
{
	const struct except *e = arg;

	return t == e->t ? 0 : t;
}

/*
 * Two accesses of the set that differ in one dimension alone, and in what comes
 * of them: from one with the first outcome to one with another, dimension by
 * dimension. There are none where all of the set has one outcome.
 */
struct apart {
	enum space_dim dim;
	struct witness a, b;
};

static bool find_apart(struct explain *x, dd_ref set, dd_ref decided,
		       struct apart *out)
{
	struct except first;
	struct witness to;
	dd_ref all = dd_and(x->m, set, decided);
	unsigned int dim;
	uint32_t was;

	if (!dd_witness(x->m, all, out->a.atom, out->a.fixed))
		return false;
	first.t = was = dd_eval(x->m, all, out->a.atom);
	if (!dd_witness(x->m, dd_map(x->m, all, other_outcome, &first),
			to.atom, to.fixed))
		return false;
	out->b = out->a;
	for (dim = 0; dim < SPACE_DIMS; dim++) {
		out->b.atom[dim] = to.atom[dim];
		if (dd_eval(x->m, all, out->b.atom) != was)
			break;
		out->a.atom[dim] = to.atom[dim];
	}
	out->dim = dim;
	return dim < SPACE_DIMS;
}

static const char *outcome_at(struct explain *x, enum kclass class,
			      const struct witness *w)
{
	uint32_t t = dd_eval(x->m, x->decided[class], w->atom);
	struct buf b;

	buf_init(&b, x->arena);
	access_describe_outcome(class, &x->outcomes.v[t - 1], &b);
	return b.s;
}

static const char *value_at(struct explain *x, enum space_dim dim,
			    const struct witness *w)
{
	struct buf b;

	buf_init(&b, x->arena);
	witness_describe_dim(x->space, dim, w->atom[dim], &b);
	return b.s;
}

/* the first line that decides about one of the two is the one that tells them apart */
static struct span looks_at(struct explain *x, enum kclass class,
			    const struct apart *p)
{
	uint32_t a = dd_eval(x->m, x->decider[class], p->a.atom);
	uint32_t b = dd_eval(x->m, x->decider[class], p->b.atom);
	uint32_t t = !a || (b && b < a) ? b : a;

	return t ? x->policy->rules.v[t - 1].origin : NO_SPAN;
}

/* dimensions that one word of the test, or one option, would tell together */
static const struct block {
	enum space_dim first, last;
	const char *way_out;
} blocks[] = {
	{ SPACE_OBJ_TYPE, SPACE_OBJ_ROLE,
	  "give the label: `label bin_t`, or all three parts of it; with "
	  "--file-contexts the path tells it" },
	{ SPACE_FSNAME, SPACE_FSUUID,
	  "say it in the test; a known name of a file system often tells the "
	  "rest" },
	{ SPACE_UID, SPACE_SUID,
	  "say who: `by 1000` is a process with this real, effective and saved "
	  "uid" },
	{ SPACE_GID, SPACE_SGID,
	  "say it: `by gid 100 & egid 100`; root has the capability, by its "
	  "effective uid" },
	{ 0, SPACE_DIMS - 1, "say it in the test" },
};

static const struct block *block_of(enum space_dim dim)
{
	const struct block *b = blocks;

	while (dim < b->first || dim > b->last)
		b++;
	return b;
}

static void say_open(struct runner *r, enum kclass class,
		     const struct apart *p)
{
	struct explain *x = r->x;
	const char *word = witness_dim_word(p->dim);
	struct diag *d;

	d = diag_add(r->ds, DIAG_TEST_OPEN, r->line->span,
		     "whether this is so depends on %s, which the test leaves "
		     "open", word);
	diag_note(r->ds, d, looks_at(x, class, p), "with %s: %s; with %s: %s",
		  value_at(x, p->dim, &p->a), outcome_at(x, class, &p->a),
		  value_at(x, p->dim, &p->b), outcome_at(x, class, &p->b));
	diag_note(r->ds, d, NO_SPAN, "%s", block_of(p->dim)->way_out);
	buf_printf(&r->why, "%s%s depends on %s, which is left open",
		   r->why.len ? "; " : "", ast_class_word(class), word);
}

/* the set with all that is told together as it is in one of the two */
static dd_ref settle(struct explain *x, dd_ref set, const struct apart *p)
{
	const struct block *b = block_of(p->dim);
	bool alone = b->first == 0 && b->last == SPACE_DIMS - 1;
	unsigned int dim = alone ? p->dim : b->first;

	for (; dim <= (alone ? (unsigned int)p->dim : b->last); dim++) {
		struct dd_range one = { p->a.atom[dim], p->a.atom[dim] };

		set = dd_and(x->m, dd_ranges(x->m, dim, &one, 1), set);
	}
	return set;
}

static bool leaves_open(struct runner *r, enum kclass class)
{
	dd_ref set = r->set, decided = r->x->decided[class];
	struct apart p;
	bool any = false;

	while (find_apart(r->x, set, decided, &p)) {
		say_open(r, class, &p);
		set = settle(r->x, set, &p);
		any = true;
	}
	return any;
}

/* ---- a line that is decided ---- */

static void note_decider(struct runner *r, struct diag *d, struct span span,
			 const char *what)
{
	diag_note(r->ds, d, span, "%s", what);
	buf_puts(&r->why, ", by ");
	explain_say_place(r->x, span, &r->why);
}

static void say_decider(struct runner *r, struct diag *d,
			const struct explain_class *c)
{
	const struct explain_branch *b = &c->branches.v[0];
	const struct policy_rule *p;

	if (!b->lines.n && !b->stmts.n) {
		diag_note(r->ds, d, NO_SPAN, "no statement takes it in");
		return;
	}
	if (b->stmts.n)
		note_decider(r, d, b->stmts.v[0]->span, "this decides");
	if (!b->lines.n)
		return;
	p = &r->x->policy->rules.v[c->tried.v[b->lines.v[0]].rule];
	if (p->origin.src == p->line.src) {
		note_decider(r, d, p->line, "this decides");
		return;
	}
	if (!b->stmts.n)
		note_decider(r, d, p->origin, "this leaves it out");
	diag_note(r->ds, d, NO_SPAN, "by the line: %.*s",
		  (int)(p->line.end - p->line.start),
		  p->line.src->text + p->line.start);
}

static void say_failed(struct runner *r, enum kclass class,
		       const struct explain_class *c,
		       const struct access_outcome *want)
{
	struct buf expected, got;
	struct diag *d;

	buf_init(&expected, r->x->arena);
	buf_init(&got, r->x->arena);
	access_describe_outcome(class, want, &expected);
	access_describe_outcome(class, &c->branches.v[0].outcome, &got);
	d = diag_add(r->ds, DIAG_TEST_FAILED, r->line->span,
		     "expected %s, got %s", expected.s, got.s);
	buf_printf(&r->why, "%sexpected %s, got %s", r->why.len ? "; " : "",
		   expected.s, got.s);
	say_decider(r, d, c);
}

static void mark_reached(struct runner *r, const struct explain_answer *a)
{
	struct tests *t = r->t;
	size_t i, k;
	int c;

	for (c = 0; c < KCLASS_COUNT; c++)
		for (i = 0; i < a->class[c].branches.n; i++) {
			const struct explain_branch *b =
				&a->class[c].branches.v[i];

			for (k = 0; k < b->lines.n; k++)
				t->line_reached[a->class[c].tried.v[
						b->lines.v[k]].rule] = true;
			for (k = 0; k < b->stmts.n; k++)
				vec_push(r->x->arena, &t->reached,
					 b->stmts.v[k]);
		}
}

static enum test_verdict judge_class(struct runner *r,
				     const struct explain_answer *a,
				     enum kclass class)
{
	struct access_outcome want = question_expects(r->line, class);
	const struct explain_class *c = &a->class[class];

	if (explain_looks_at(r->x, r->q.hook, class) && leaves_open(r, class))
		return TEST_OPEN;
	if (access_outcome(&r->x->outcomes, &want) ==
	    access_outcome(&r->x->outcomes, &c->branches.v[0].outcome))
		return TEST_PASSED;
	say_failed(r, class, c, &want);
	return TEST_FAILED;
}

/* ---- all lines ---- */

static void run_line(struct runner *r, const struct ast_stmt *block,
		     const struct ast_test_line *line)
{
	struct tests_result result = { block, line, TEST_PASSED, NULL };
	struct explain_answer a;
	int c;

	r->line = line;
	buf_init(&r->why, r->x->arena);
	question_of_test(&r->q, r->ast, line, r->t->paths);
	r->set = question_set(&r->q, r->x->space);
	r->ok &= explain_ask(r->x, &r->q, &a);
	if (!r->ok)
		return;
	for (c = 0; c < KCLASS_COUNT; c++) {
		enum test_verdict v = judge_class(r, &a, c);

		if (v > result.verdict)
			result.verdict = v;
	}
	if (result.verdict != TEST_OPEN)
		mark_reached(r, &a);
	if (result.verdict != TEST_PASSED)
		result.why = r->why.s;
	r->t->count[result.verdict]++;
	vec_push(r->x->arena, &r->t->results, result);
}

static void run_stmts(struct runner *r, const ast_stmts *stmts)
{
	size_t i, k;

	for (i = 0; i < stmts->n && r->ok; i++) {
		const struct ast_stmt *s = stmts->v[i];

		if (s->kind != AST_TEST && s->kind != AST_INCLUDE)
			continue;
		if (!ptrmap_add(&r->seen, s, 1))
			continue;
		if (s->kind == AST_INCLUDE)
			run_stmts(r, &s->body);
		for (k = 0; k < s->tests.n && r->ok; k++)
			run_line(r, s, &s->tests.v[k]);
	}
}

void tests_init(struct tests *t, struct explain *x, struct paths *paths)
{
	memset(t, 0, sizeof(*t));
	t->x = x;
	t->paths = paths;
	t->line_reached = arena_zalloc(x->arena, x->n + 1,
				       sizeof(*t->line_reached));
}

bool tests_run(struct tests *t, const struct ast *ast)
{
	struct runner r = { .t = t, .x = t->x, .ast = ast, .ds = t->x->diags,
			    .ok = true };

	ptrmap_init(&r.seen, t->x->arena);
	if (ast)
		run_stmts(&r, &ast->stmts);
	return r.ok;
}

/* ---- coverage ---- */

static bool from_library(struct span span)
{
	return span.src && span.src->path && span.src->name[0] == '<';
}

struct collect {
	const struct tests *t;
	struct tests_coverage *out;
	struct ptrmap reached;
};

static void collect_stmt(void *arg, const struct ast_context *ctx)
{
	struct collect *c = arg;

	if (from_library(ctx->rule->span))
		return;
	c->out->n_stmts++;
	if (!ptrmap_find(&c->reached, ctx->rule))
		vec_push(c->t->x->arena, &c->out->stmts, ctx->rule);
}

void tests_coverage(const struct tests *t, struct tests_coverage *out)
{
	const struct explain *x = t->x;
	struct collect c = { .t = t, .out = out };
	size_t i;

	memset(out, 0, sizeof(*out));
	ptrmap_init(&c.reached, x->arena);
	for (i = 0; i < t->reached.n; i++)
		ptrmap_add(&c.reached, t->reached.v[i], 1);
	if (x->policy->ast)
		ast_walk_rules(x->policy->ast, collect_stmt, &c);
	for (i = 0; i < x->n; i++) {
		if (from_library(x->policy->rules.v[i].origin))
			continue;
		out->n_lines++;
		if (!t->line_reached[i])
			vec_push(x->arena, &out->lines, i);
	}
}
