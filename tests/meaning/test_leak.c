/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requirements stick to a file: each rule that decides leaves its flags in one
 * word of the inode. Here the word is played through for every file of a small
 * domain and every ordered pair of accesses to it; the compiler must refuse
 * exactly the policies in which an access then gets what no statement says.
 *
 * And that a file passed is remembered for all accesses of a kind: the compiler
 * must refuse exactly the policies whose lines let a file pass in one access that
 * in another of the kind has to show more. That is played with the lines, for
 * what kind an access is of depends on them.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emit.h"
#include "gen.h"
#include "harness.h"
#include "lower.h"
#include "order.h"
#include "util.h"

#define FILE_CAP 400
#define ACT_CAP 4000
#define SOURCES 64

struct leaks {
	bool stricter, direct_io;
	struct kaccess first, second;
	bool weaker;
	struct kaccess lenient, strict;
};

struct totals {
	uint64_t programs, clean, stricter, direct_io, both, skipped, wrong;
	uint64_t weaker, weaker_only, apart;
	struct tally other;
};

/* what one statement leaves in the word when it decides */
struct source_flags {
	struct bflags flags;
	bool stricter;		/* it says that others may become stricter */
	uint64_t act;
};

static bool same_source(const struct source_flags *a, const struct bflags *f,
			bool stricter)
{
	return a->flags.directio == f->directio &&
	       a->flags.verity == f->verity && a->flags.sig == f->sig &&
	       a->stricter == stricter;
}

/* the statements that decide about some access of the file, by their flags */
static size_t file_sources(const struct bprog *p, const struct domain *d,
			   uint64_t file, struct source_flags *s)
{
	size_t n = 0;

	for (uint64_t i = 0; i < domain_acts(d); i++) {
		struct kaccess a;
		struct bverdict v;

		domain_act(d, file, i, &a);
		if (a.hook == KHOOK_KEXEC_CMDLINE)
			continue;
		brute_ast(p, &a, &v);
		for (int c = 0; c < KCLASS_COUNT; c++) {
			const struct bitem *it;
			size_t j;

			if (v.by[c] < 0)
				continue;
			it = &p->v[v.by[c]];
			for (j = 0; j < n; j++)
				if (same_source(&s[j], &it->flags[c],
						it->stricter))
					break;
			if (j == n && n < SOURCES)
				s[n++] = (struct source_flags){
					it->flags[c], it->stricter, i };
		}
	}
	return n;
}

/*
 * What the word, with these flags in it, makes of an access; against what the
 * statements say, for the rules of one walk already share the word.
 */
static bool judge(const struct bprog *p, const struct bverdict *v,
		  const struct source_flags *s, struct leaks *l)
{
	bool found = false;

	for (int c = 0; c < KCLASS_COUNT; c++) {
		const struct boutcome *o = &v->out[c];
		uint8_t more = s->flags.sig & ~o->sig & ~KSIG_MODSIG;
		bool strict, direct;

		if (!o->act)
			continue;
		strict = (s->flags.verity && !o->verity) ||
			 (c == KCLASS_APPRAISE && more);
		strict = strict && !s->stricter && !p->v[v->by[c]].stricter;
		/* direct I/O is in the way of measure and appraise only */
		direct = s->flags.directio && !o->directio &&
			 (c == KCLASS_MEASURE || c == KCLASS_APPRAISE);
		l->stricter |= strict;
		l->direct_io |= direct;
		found |= strict || direct;
	}
	return found;
}

static void file_leaks(const struct bprog *p, const struct domain *d,
		       uint64_t file, struct leaks *l)
{
	struct source_flags s[SOURCES];
	size_t n = file_sources(p, d, file, s);

	for (uint64_t i = 0; i < domain_acts(d); i++) {
		struct kaccess a;
		struct bverdict v;

		domain_act(d, file, i, &a);
		/* the command line is no content of the file */
		if (a.hook == KHOOK_KEXEC_CMDLINE)
			continue;
		brute_ast(p, &a, &v);
		for (size_t j = 0; j < n; j++) {
			bool known = l->stricter || l->direct_io;

			if (judge(p, &v, &s[j], l) && !known) {
				l->second = a;
				domain_act(d, file, s[j].act, &l->first);
			}
		}
	}
}

/* ---- what is remembered to have passed ---- */

/* it is refused, if at all, for what is remembered: there are lines */
static bool only_leaks(const struct attempt *at)
{
	for (size_t i = 0; i < at->c.diags.n; i++) {
		const struct diag *d = at->c.diags.v[i];

		if (d->severity == DIAG_ERROR &&
		    strncmp(diag_name(d->code), "leak-", 5) != 0 &&
		    d->code != DIAG_EXEMPT_COVERS_LOADS)
			return false;
	}
	return true;
}

/* the lines of a refused program, too; false: there are none */
static bool read_rules(struct attempt *at, rule_list *rules)
{
	const char *bad;
	struct ir ir;
	struct buf b;

	*rules = at->rules;
	if (at->ok)
		return true;
	ir_init(&ir, &at->arena);
	if (!only_leaks(at) ||
	    !lower(&at->arena, &at->c.strings, &at->c.ast, &at->target,
		   &at->c.diags, &ir, NULL))
		return false;
	order(&at->arena, &at->target, &ir, NULL);
	buf_init(&b, &at->arena);
	for (size_t i = 0; i < ir.rules.n; i++) {
		emit_rule(&ir.rules.v[i].k, &b);
		buf_putc(&b, '\n');
	}
	return !b.len || lines_read(&at->arena, &at->c.strings, &at->target,
				    b.s, b.len, rules, &bad);
}

enum kind { OPENED, MAPPED, RUN, RUN_AS, LOADED, KINDS };

static enum kind kind_of(const struct krule *r)
{
	switch (r->func) {
	case KHOOK_NONE:
	case KHOOK_FILE:
		return OPENED;
	case KHOOK_MMAP:
	case KHOOK_MMAP_REQPROT:
		return MAPPED;
	case KHOOK_BPRM:
		return RUN;
	case KHOOK_CREDS:
		return RUN_AS;
	default:
		return LOADED;
	}
}

/* an appended signature does in place of one in the xattr: not told apart */
static unsigned int shown(const struct krule *r)
{
	return (r->sig ? 1u : 0) | (r->sig & KSIG_SIGV3 ? 2u : 0) |
	       (r->verity ? 4u : 0);
}

/* the first access that was allowed with just this shown */
struct passed {
	bool there;
	uint64_t act;
};

static void file_passes(struct attempt *at, const rule_list *rules,
			const struct domain *d, uint64_t file, struct leaks *l)
{
	struct passed passed[KINDS][8] = { 0 };

	for (uint64_t i = 0; i < domain_acts(d); i++) {
		const struct krule *r;
		struct bverdict v;
		struct kaccess a;
		struct passed *p;

		domain_act(d, file, i, &a);
		brute_rules(&at->target, rules->v, rules->n, &a, &v);
		if (a.hook == KHOOK_KEXEC_CMDLINE ||
		    !v.out[KCLASS_APPRAISE].act)
			continue;
		r = &rules->v[v.by[KCLASS_APPRAISE]];
		p = &passed[kind_of(r)][shown(r)];
		if (!p->there)
			*p = (struct passed){ true, i };
	}
	for (int k = 0; k < KINDS; k++)
		for (unsigned int less = 0; less < 8; less++)
			for (unsigned int more = 0; more < 8; more++) {
				if (l->weaker || !passed[k][less].there ||
				    !passed[k][more].there || !(more & ~less))
					continue;
				l->weaker = true;
				domain_act(d, file, passed[k][less].act,
					   &l->lenient);
				domain_act(d, file, passed[k][more].act,
					   &l->strict);
			}
}

/* ---- */

static bool any_shown(const rule_list *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		if (shown(&rules->v[i]))
			return true;
	return false;
}

/* false: the domain is too large to look at */
static bool find_leaks(struct attempt *at, struct leaks *l)
{
	rule_list rules = { 0 };
	struct atoms atoms;
	struct domain d;
	bool have = read_rules(at, &rules);

	memset(l, 0, sizeof(*l));
	atoms_init(&atoms, &at->arena);
	atoms_add_ast(&atoms, &at->c.ast);
	for (size_t i = 0; have && i < rules.n; i++)
		atoms_add_rule(&atoms, &rules.v[i]);
	domain_init(&d, &at->arena, &at->target, &atoms);
	if (domain_files(&d) > FILE_CAP || domain_acts(&d) > ACT_CAP)
		return false;
	for (uint64_t f = 0; f < domain_files(&d); f++) {
		file_leaks(&at->prog, &d, f, l);
		if (have && any_shown(&rules))
			file_passes(at, &rules, &d, f, l);
	}
	return true;
}

/* what the compiler says; false: it refuses for another reason */
static bool compiler_says(const struct attempt *at, struct leaks *l)
{
	memset(l, 0, sizeof(*l));
	l->stricter = attempt_has(at, "leak-stricter");
	l->direct_io = attempt_has(at, "leak-direct-io");
	l->weaker = attempt_has(at, "leak-weaker");
	return at->ok || l->stricter || l->direct_io || l->weaker;
}

/* what is weaker is not called stricter, too, of the same statements */
static bool same(const struct leaks *say, const struct leaks *are)
{
	return say->weaker == are->weaker &&
	       say->direct_io == are->direct_io &&
	       (say->stricter == are->stricter ||
		(say->weaker && are->stricter));
}

static bool disagree(void *arg, const char *text)
{
	const struct ktarget *t = arg;
	struct attempt at;
	struct leaks say, are;
	bool wrong;

	attempt_init(&at, text, t);
	wrong = at.front_ok && compiler_says(&at, &say) &&
		find_leaks(&at, &are) && !same(&say, &are);
	attempt_free(&at);
	return wrong;
}

static void print_pair(const struct kaccess *first,
		       const struct kaccess *second)
{
	struct arena a;
	struct buf b;

	arena_init(&a);
	buf_init(&b, &a);
	buf_puts(&b, "first ");
	baccess_print(&b, first);
	buf_puts(&b, "\nthen  ");
	baccess_print(&b, second);
	printf("%s\n", b.s);
	arena_free(&a);
}

static void report(const char *text, const struct ktarget *t)
{
	struct arena a;
	struct attempt at;
	struct leaks are;

	arena_init(&a);
	text = text_shrink(&a, text, disagree, (void *)t);
	attempt_init(&at, text, t);
	printf("FAIL: the compiler and the enumeration differ\n");
	attempt_print(&at);
	find_leaks(&at, &are);
	printf("--- enumeration: stricter %s, direct-io %s, weaker %s\n",
	       are.stricter ? "yes" : "no", are.direct_io ? "yes" : "no",
	       are.weaker ? "yes" : "no");
	if (are.stricter || are.direct_io)
		print_pair(&are.first, &are.second);
	if (are.weaker)
		print_pair(&are.lenient, &are.strict);
	attempt_free(&at);
	arena_free(&a);
}

static void random_knobs(struct gen_knobs *k, struct rng *r)
{
	gen_defaults(k, r);
	k->release = NULL;
	k->dims = GEN_BIT(GEN_LABEL);
	if (rng_percent(r, 40))
		k->dims |= GEN_BIT(GEN_OWNER);
	if (rng_percent(r, 50))
		k->dims |= GEN_BIT(GEN_UID);
	k->stmts = 2 + (unsigned int)rng_below(r, 4);
	k->depth = (unsigned int)rng_below(r, 2);
	k->raw = k->let = 0;
	k->files = 80;
	k->template = 0;
	k->exempt = k->except = 15;
	if (rng_percent(r, 25))
		k->stricter = 50;
	if (rng_percent(r, 60))
		k->strict = 50;
	if (rng_percent(r, 40))
		k->verity = 40;
	if (rng_percent(r, 30))
		k->directio = 40;
	/* many that may be stricter, so that what is left is weaker */
	if (rng_percent(r, 20)) {
		k->classes = 1u << KCLASS_APPRAISE;
		k->strict = k->stricter = 60;
		k->directio = 0;
	}
}

static void count(struct totals *sum, const struct attempt *at,
		  const struct leaks *are)
{
	bool strict = false, lenient = false;

	sum->clean += !are->stricter && !are->direct_io && !are->weaker;
	sum->stricter += are->stricter;
	sum->direct_io += are->direct_io;
	sum->both += are->stricter && are->direct_io;
	sum->weaker += are->weaker;
	sum->weaker_only += are->weaker && !are->stricter;
	for (size_t i = 0; i < at->rules.n; i++) {
		const struct krule *r = &at->rules.v[i];

		if (r->class != KCLASS_APPRAISE || r->dont)
			continue;
		strict |= shown(r) != 0;
		lenient |= shown(r) == 0;
	}
	/* it compiled, for its files or its kinds of access are different */
	sum->apart += strict && lenient;
}

static void one_program(void *totals, struct rng *r)
{
	struct totals *sum = totals;
	struct gen_knobs k;
	struct ktarget t;
	struct arena a;
	struct buf b;
	struct attempt at;
	struct leaks say, are;

	random_knobs(&k, r);
	target_of(&t, "6.12");
	arena_init(&a);
	buf_init(&b, &a);
	gen_policy(&b, &k, r);
	attempt_init(&at, b.s, &t);
	sum->programs++;
	if (!at.front_ok || !compiler_says(&at, &say)) {
		tally_add(&sum->other, attempt_code(&at));
	} else if (!find_leaks(&at, &are)) {
		sum->skipped++;
	} else {
		count(sum, &at, &are);
		if (!same(&say, &are)) {
			sum->wrong++;
			report(b.s, &t);
		}
	}
	attempt_free(&at);
	arena_free(&a);
}

int main(int argc, char **argv)
{
	struct totals sum = { 0 };
	struct options o;

	options_read(&o, argc, argv, 2000, 60);
	programs_run(&o, one_program, &sum, &sum.wrong);
	printf("%" PRIu64 " programs: %" PRIu64 " without leaks, %" PRIu64
	       " with a stricter one, %" PRIu64 " with one of direct-io, %"
	       PRIu64 " with both; %" PRIu64 " with a weaker one, %" PRIu64
	       " of them allowed to be stricter; %" PRIu64 " with both "
	       "kinds of appraise kept apart; %" PRIu64 " too large\n"
	       "refused for other reasons:\n", sum.programs, sum.clean,
	       sum.stricter, sum.direct_io, sum.both, sum.weaker,
	       sum.weaker_only, sum.apart, sum.skipped);
	tally_print(&sum.other);
	if (sum.wrong)
		return 1;
	if (!sum.clean || !sum.stricter || !sum.direct_io ||
	    !sum.weaker_only || !sum.apart) {
		printf("FAIL: one of the cases never came up\n");
		return 1;
	}
	return 0;
}
