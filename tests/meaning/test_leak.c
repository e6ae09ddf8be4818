/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requirements stick to a file: each rule that decides leaves its flags in one
 * word of the inode. Here the word is played through for every file of a small
 * domain and every ordered pair of accesses to it; the compiler must refuse
 * exactly the policies in which an access then gets what no statement says.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gen.h"
#include "harness.h"
#include "util.h"

#define FILE_CAP 400
#define ACT_CAP 4000
#define SOURCES 64

struct leaks {
	bool stricter, direct_io;
	struct kaccess first, second;
};

struct totals {
	uint64_t programs, clean, stricter, direct_io, both, skipped, wrong;
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

/* false: the domain is too large to look at */
static bool find_leaks(struct attempt *at, struct leaks *l)
{
	struct atoms atoms;
	struct domain d;

	memset(l, 0, sizeof(*l));
	atoms_init(&atoms, &at->arena);
	atoms_add_ast(&atoms, &at->c.ast);
	domain_init(&d, &at->arena, &at->target, &atoms);
	if (domain_files(&d) > FILE_CAP || domain_acts(&d) > ACT_CAP)
		return false;
	for (uint64_t f = 0; f < domain_files(&d); f++)
		file_leaks(&at->prog, &d, f, l);
	return true;
}

/* what the compiler says; false: it refuses for another reason */
static bool compiler_says(const struct attempt *at, struct leaks *l)
{
	memset(l, 0, sizeof(*l));
	l->stricter = attempt_has(at, "leak-stricter");
	l->direct_io = attempt_has(at, "leak-direct-io");
	return at->ok || l->stricter || l->direct_io;
}

static bool disagree(void *arg, const char *text)
{
	const struct ktarget *t = arg;
	struct attempt at;
	struct leaks say, are;
	bool wrong;

	attempt_init(&at, text, t);
	wrong = at.front_ok && compiler_says(&at, &say) &&
		find_leaks(&at, &are) &&
		(say.stricter != are.stricter ||
		 say.direct_io != are.direct_io);
	attempt_free(&at);
	return wrong;
}

static void report(const char *text, const struct ktarget *t)
{
	struct arena a;
	struct attempt at;
	struct leaks are;
	struct buf b;

	arena_init(&a);
	text = text_shrink(&a, text, disagree, (void *)t);
	attempt_init(&at, text, t);
	printf("FAIL: the compiler and the enumeration differ\n");
	attempt_print(&at);
	find_leaks(&at, &are);
	printf("--- enumeration: stricter %s, direct-io %s\n",
	       are.stricter ? "yes" : "no", are.direct_io ? "yes" : "no");
	if (are.stricter || are.direct_io) {
		buf_init(&b, &a);
		buf_puts(&b, "first ");
		baccess_print(&b, &are.first);
		buf_puts(&b, "\nthen  ");
		baccess_print(&b, &are.second);
		printf("%s\n", b.s);
	}
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
		sum->clean += !are.stricter && !are.direct_io;
		sum->stricter += are.stricter;
		sum->direct_io += are.direct_io;
		sum->both += are.stricter && are.direct_io;
		if (say.stricter != are.stricter ||
		    say.direct_io != are.direct_io) {
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
	       PRIu64 " with both; %" PRIu64 " too large\n"
	       "refused for other reasons:\n", sum.programs, sum.clean,
	       sum.stricter, sum.direct_io, sum.both, sum.skipped);
	tally_print(&sum.other);
	if (sum.wrong)
		return 1;
	if (!sum.clean || !sum.stricter || !sum.direct_io) {
		printf("FAIL: one of the cases never came up\n");
		return 1;
	}
	return 0;
}
