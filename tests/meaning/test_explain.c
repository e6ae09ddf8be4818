/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explain against enumeration: of random programs and random lines, whatever
 * explain says of an access must be what brute force finds: the line that
 * decides, what comes of it, and what other accesses of the file leave with it.
 * Where a question leaves something open, each access that it is about lies in
 * exactly one case, and what comes of it is what the case says.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "gen.h"
#include "harness.h"
#include "sticky.h"
#include "util.h"

#define ACCESSES 60	/* of a policy, drawn */
#define QUESTIONS 12	/* the same with something open */
#define MEMBERS 40	/* accesses drawn to be looked for in their cases */
#define FILES 4		/* that are played through */
#define ACTS_CAP 3000	/* of a file that is played through */

static const char *const releases[] = { "5.10", "6.1", "6.12", "7.1" };

struct totals {
	uint64_t policies, compiled, lists, accesses, leaking, questions, cases;
	uint64_t members, wrong;
};

/* a policy, with the statements where there are some */
struct subject {
	struct explain *x;
	const struct ktarget *t;
	const struct bprog *prog;	/* NULL: lines only */
	const struct krule *rules;
	size_t n;
	const struct domain *d;
	const char *text;
	struct rng *r;
	struct totals *sum;
};

static void complain(const struct subject *s, const struct kaccess *a,
		     const char *what)
{
	struct buf b;

	buf_init(&b, s->x->arena);
	baccess_print(&b, a);
	printf("FAIL: %s, kernel %u.%u\n%s--- lines\n%s--- access %s\n", what,
	       s->t->release.major, s->t->release.minor, s->text,
	       s->x->policy->lines->text, b.s);
	s->sum->wrong++;
}

static struct boutcome as_brute(const struct access_outcome *o)
{
	return (struct boutcome){ o->acts, o->pcr, o->template, o->verity,
				  o->directio, o->sig, o->algos };
}

/* ---- what other accesses leave ---- */

static uint32_t flags_of(const struct bflags *f)
{
	return (f->directio ? STICKY_DIRECTIO : 0) |
	       (f->verity ? STICKY_VERITY : 0) |
	       (f->sig ? STICKY_SIGNATURE : 0) |
	       (f->sig & KSIG_SIGV3 ? STICKY_SIGV3 : 0) |
	       (f->sig & KSIG_MODSIG ? STICKY_MODSIG : 0);
}

static bool reads_into_memory(enum khook h)
{
	return h == KHOOK_MODULE || h == KHOOK_FIRMWARE || h == KHOOK_POLICY ||
	       h == KHOOK_KEXEC_KERNEL || h == KHOOK_KEXEC_INITRAMFS;
}

/* the flags that some access of the file leaves, every one of them tried */
static uint32_t left_on_file(const struct subject *s, uint64_t file)
{
	uint32_t all = 0;

	for (uint64_t i = 0; i < domain_acts(s->d); i++) {
		struct kaccess a;
		struct bverdict v;

		domain_act(s->d, file, i, &a);
		if (a.hook == KHOOK_KEXEC_CMDLINE)
			continue;
		brute_rules(s->t, s->rules, s->n, &a, &v);
		all |= flags_of(&v.flags);
	}
	return all;
}

static uint32_t brute_leaks(const struct kaccess *a, const struct bverdict *v,
			    uint32_t left)
{
	uint32_t matters = 0;

	for (int c = 0; c < KCLASS_COUNT; c++) {
		if (!v->out[c].act)
			continue;
		matters |= STICKY_VERITY;
		if (c == KCLASS_MEASURE || c == KCLASS_APPRAISE)
			matters |= STICKY_DIRECTIO;
		if (c != KCLASS_APPRAISE)
			continue;
		matters |= STICKY_SIGNATURE | STICKY_SIGV3;
		if (reads_into_memory(a->hook) && v->out[c].sig)
			matters |= STICKY_MODSIG;
	}
	return left & matters & ~flags_of(&v->flags);
}

static void leaks_right(const struct subject *s)
{
	uint64_t file = rng_below(s->r, domain_files(s->d));
	uint32_t left;

	if (domain_acts(s->d) > ACTS_CAP)
		return;
	left = left_on_file(s, file);
	for (int i = 0; i < 20; i++) {
		struct explain_decision e;
		struct bverdict v;
		struct kaccess a;
		uint32_t want;

		domain_act(s->d, file, rng_below(s->r, domain_acts(s->d)), &a);
		if (a.hook == KHOOK_KEXEC_CMDLINE)
			continue;
		brute_rules(s->t, s->rules, s->n, &a, &v);
		want = brute_leaks(&a, &v, left);
		if (!explain_access(s->x, &a, NULL, &e))
			complain(s, &a, "no answer about leaks");
		else if (e.leaks != want)
			complain(s, &a, "other leaks");
		s->sum->leaking += want != 0;
	}
}

/* ---- one access, all of it known ---- */

static bool same_stmt(const struct subject *s, const struct bverdict *v,
		      const struct explain_decision *e, int c)
{
	const struct ast_stmt *want = v->by[c] < 0 ? NULL :
				      s->prog->v[v->by[c]].stmt;

	return e->stmt[c] == want;
}

/* the kernel goes on to measure a text, and to nothing else */
static bool text_is_left_alone(const struct kaccess *a, int c)
{
	return c != KCLASS_MEASURE &&
	       (a->hook == KHOOK_KEY || a->hook == KHOOK_DATA ||
		a->hook == KHOOK_KEXEC_CMDLINE);
}

static void access_right(const struct subject *s, const struct kaccess *a)
{
	struct bverdict lines, said = { 0 };
	struct explain_decision e;

	s->sum->accesses++;
	if (!explain_access(s->x, a, NULL, &e)) {
		complain(s, a, "no answer");
		return;
	}
	brute_rules(s->t, s->rules, s->n, a, &lines);
	if (s->prog)
		brute_ast(s->prog, a, &said);
	for (int c = 0; c < KCLASS_COUNT; c++) {
		struct boutcome got = as_brute(&e.outcome[c]);

		if (text_is_left_alone(a, c)) {
			if (e.rule[c] >= 0 || got.act)
				complain(s, a, "a text is not only measured");
			continue;
		}
		if (e.rule[c] != lines.by[c])
			complain(s, a, "another line decides");
		if (!boutcome_equal(&got, &lines.out[c]))
			complain(s, a, "something else comes of it");
		if (!s->prog)
			continue;
		if (!boutcome_equal(&got, &said.out[c]))
			complain(s, a, "the statements say something else");
		if (!same_stmt(s, &said, &e, c))
			complain(s, a, "another statement decides");
	}
}

/* ---- questions ---- */

static void draw_question(const struct subject *s, struct question *q)
{
	struct kaccess a;

	domain_access(s->d, rng_below(s->r, domain_count(s->d)), &a);
	question_of_access(q, &a);
	for (unsigned int dim = 0; dim < SPACE_DIMS; dim++)
		if (dim != SPACE_EVENT && rng_percent(s->r, 35))
			q->known[dim] = false;
}

/* the case of one class that a point lies in; NULL: none, or several */
static const struct explain_branch *
case_of(const struct subject *s, const struct explain_class *c,
	const uint32_t *atom)
{
	const struct explain_branch *found = NULL;

	for (size_t i = 0; i < c->branches.n; i++) {
		if (!dd_eval(s->x->m, c->branches.v[i].where, atom))
			continue;
		if (found)
			return NULL;
		found = &c->branches.v[i];
	}
	return found;
}

static void member_right(const struct subject *s,
			 const struct explain_answer *answer,
			 const struct kaccess *a)
{
	struct bverdict v;
	struct question q;
	uint32_t atom[SPACE_DIMS];
	bool fixed[SPACE_DIMS];

	question_of_access(&q, a);
	question_point(&q, s->x->space, atom, fixed);
	if (!dd_eval(s->x->m, answer->set, atom))
		return;
	s->sum->members++;
	brute_rules(s->t, s->rules, s->n, a, &v);
	for (int c = 0; c < KCLASS_COUNT; c++) {
		const struct explain_class *class = &answer->class[c];
		const struct explain_branch *b = case_of(s, class, atom);
		struct boutcome got;
		bool listed = false;

		if (!b) {
			complain(s, a, "no case, or several");
			continue;
		}
		if (text_is_left_alone(a, c))
			continue;
		got = as_brute(&b->outcome);
		if (!boutcome_equal(&got, &v.out[c]))
			complain(s, a, "its case says something else");
		for (size_t i = 0; i < b->lines.n; i++)
			listed |= class->tried.v[b->lines.v[i]].rule ==
				  (size_t)v.by[c];
		if (listed != (v.by[c] >= 0))
			complain(s, a, "its case has other lines");
	}
}

/* of a line that does not match: a condition that fails, fails for all of them */
static void tried_right(const struct subject *s,
			const struct explain_answer *answer,
			const struct kaccess *a)
{
	for (int c = 0; c < KCLASS_COUNT; c++)
		for (size_t i = 0; i < answer->class[c].tried.n; i++) {
			const struct explain_tried *t =
				&answer->class[c].tried.v[i];
			bool match = brute_rule_matches(s->t,
							&s->rules[t->rule], a);

			if (match && (t->fails || t->how == EXPLAIN_FAILS))
				complain(s, a, "a line matches that fails");
			if (!match && t->how == EXPLAIN_DECIDES && !t->open &&
			    !t->fails)
				complain(s, a, "a line fails without a reason");
		}
}

static void question_right(const struct subject *s)
{
	struct explain_answer answer;
	struct question q;
	struct kaccess a;

	draw_question(s, &q);
	s->sum->questions++;
	if (!explain_ask(s->x, &q, &answer)) {
		domain_access(s->d, 0, &a);
		complain(s, &a, "no answer to a question");
		return;
	}
	for (int c = 0; c < KCLASS_COUNT; c++)
		s->sum->cases += answer.class[c].branches.n;
	for (int i = 0; i < MEMBERS; i++) {
		uint32_t atom[SPACE_DIMS];
		bool fixed[SPACE_DIMS];

		/* what is open, drawn anew */
		question_point(&q, s->x->space, atom, fixed);
		for (unsigned int dim = 0; dim < SPACE_DIMS; dim++)
			if (!fixed[dim])
				atom[dim] = (uint32_t)rng_below(s->r,
						dd_width(s->x->m, dim));
		question_access(s->x->space, atom, &a);
		member_right(s, &answer, &a);
		tried_right(s, &answer, &a);
	}
}

/* ---- policies ---- */

static void policy_right(struct subject *s, const struct policy *p,
			 const struct ast *ast)
{
	struct explain x;
	struct diags ds;
	struct atoms atoms;
	struct domain d;

	s->x = &x;
	diags_init(&ds, p->arena);
	if (!explain_open(&x, p, &ds)) {
		printf("FAIL: not opened\n%s\n", s->text);
		s->sum->wrong++;
		return;
	}
	s->rules = x.rules;
	s->n = x.n;
	atoms_init(&atoms, p->arena);
	if (ast)
		atoms_add_ast(&atoms, ast);
	for (size_t i = 0; i < x.n; i++)
		atoms_add_rule(&atoms, &x.rules[i]);
	domain_init(&d, p->arena, s->t, &atoms);
	s->d = &d;
	for (int i = 0; i < ACCESSES && !s->sum->wrong; i++) {
		struct kaccess a;

		domain_access(&d, rng_below(s->r, domain_count(&d)), &a);
		access_right(s, &a);
	}
	for (int i = 0; i < QUESTIONS && !s->sum->wrong; i++)
		question_right(s);
	for (int i = 0; i < FILES && !s->sum->wrong; i++)
		leaks_right(s);
	s->x = NULL;
	s->d = NULL;
}

static void random_knobs(struct gen_knobs *k, struct rng *r,
			 const char *release)
{
	gen_defaults(k, r);
	k->release = NULL;
	k->exempt_audit = strcmp(release, "7.1") == 0;
	k->stmts = 2 + (unsigned int)rng_below(r, 6);
	k->values = 2;
	k->modsig = 10;
	k->strict = rng_percent(r, 50) ? 60 : 0;
	k->verity = rng_percent(r, 20) ? 30 : 0;
	k->directio = rng_percent(r, 20) ? 30 : 0;
	k->stricter = 50;
	if (release[0] == '5') {
		k->dims &= ~(GEN_BIT(GEN_GID) | GEN_BIT(GEN_EGID) |
			     GEN_BIT(GEN_GROUP));
		k->ops &= ~(1u << AST_OP_DATA);
	}
	if (strcmp(release, "6.12") != 0)
		k->ops &= ~(1u << AST_OP_EXEC_INTO);
}

static void one_program(struct subject *s, const struct gen_knobs *k)
{
	struct attempt at;
	struct policy p;
	struct arena a;
	struct buf b;

	arena_init(&a);
	buf_init(&b, &a);
	gen_policy(&b, k, s->r);
	attempt_front(&at, b.s, s->t);
	if (at.front_ok && compile_policy(&at.c, &at.target, &p)) {
		bprog_init(&at.prog, &at.arena, &at.target, &at.c.ast);
		s->sum->compiled++;
		s->prog = &at.prog;
		s->text = b.s;
		policy_right(s, &p, &at.c.ast);
	}
	attempt_free(&at);
	arena_free(&a);
}

/* lines as people write them: nobody has looked whether they leak */
static void one_list(struct subject *s, const struct gen_knobs *k)
{
	unsigned int n = 2 + (unsigned int)rng_below(s->r, 6);
	const struct source *src;
	struct intern in;
	struct policy p;
	struct arena a;
	struct span bad;
	struct buf b;

	arena_init(&a);
	intern_init(&in, &a);
	buf_init(&b, &a);
	for (unsigned int i = 0; i < n; i++) {
		gen_line(&b, k, s->r);
		buf_puts(&b, rng_percent(s->r, 20) ? " permit_directio\n" :
						     "\n");
	}
	if (s->t->release.major >= 6 && rng_percent(s->r, 40))
		buf_puts(&b, "measure func=MMAP_CHECK fowner=0 "
			 "digest_type=verity\n");
	if (s->t->release.major >= 7 && rng_percent(s->r, 40))
		buf_puts(&b, "appraise func=BPRM_CHECK uid=0 "
			 "digest_type=verity appraise_type=sigv3\n");
	if (rng_percent(s->r, 40))
		buf_puts(&b, "appraise func=MODULE_CHECK "
			 "appraise_type=imasig\nappraise func=KEXEC_KERNEL_CHECK "
			 "appraise_type=imasig|modsig\n");
	src = source_new(&a, "lines", b.s, b.len, 0);
	if (policy_read(&p, &a, &in, s->t, src, NULL, 0, &bad)) {
		s->sum->lists++;
		s->prog = NULL;
		s->text = "";
		policy_right(s, &p, NULL);
	}
	arena_free(&a);
}

static void one_policy(void *totals, struct rng *r)
{
	const char *release = releases[rng_below(r, ARRAY_SIZE(releases))];
	struct subject s = { .r = r, .sum = totals };
	struct gen_knobs k;
	struct ktarget t;

	s.sum->policies++;
	s.t = &t;
	target_of(&t, release);
	random_knobs(&k, r, release);
	if (rng_percent(r, 60))
		one_program(&s, &k);
	else
		one_list(&s, &k);
}

int main(int argc, char **argv)
{
	struct totals sum = { 0 };
	struct options o;

	options_read(&o, argc, argv, 2000, 60);
	programs_run(&o, one_policy, &sum, &sum.wrong);
	printf("%" PRIu64 " policies, %" PRIu64 " compiled, %" PRIu64
	       " of lines; %" PRIu64 " accesses, %" PRIu64 " leaking, %" PRIu64
	       " questions with %" PRIu64 " cases, %" PRIu64 " accesses in them\n",
	       sum.policies, sum.compiled, sum.lists, sum.accesses,
	       sum.leaking, sum.questions, sum.cases, sum.members);
	if (!sum.compiled || !sum.lists || !sum.members || !sum.leaking ||
	    sum.cases <= 4 * sum.questions) {
		printf("FAIL: too little was tried\n");
		return 1;
	}
	return sum.wrong != 0;
}
