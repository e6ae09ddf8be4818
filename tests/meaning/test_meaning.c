/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random programs through the whole compiler: what is compiled must give every
 * access the outcome that the statements give it, and the same load-time
 * effects. Refused programs are counted by code; half must compile.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gen.h"
#include "harness.h"
#include "util.h"

#define ACCESS_CAP 40000
#define OP(k) (1u << AST_OP_##k)
#define OPS_PLAIN (OP(EXEC) | OP(MMAP) | OP(CODE) | OP(OPEN) | OP(READ) |	\
		   OP(WRITE) | OP(READ_ONLY) | OP(EXEC_OPEN))

static const char *const releases[] = {
	"5.4", "5.10", "6.1", "6.6", "6.12", "6.19", "7.1",
};

/* codes by which a program may be refused for what it means */
static const char *const fair[] = {
	"not-expressible", "audit-exception", "too-complex", "too-many-rules",
	"search-limit",
	"empty-policy", "never-matches", "verify-budget", "leak-stricter",
	"leak-weaker", "leak-direct-io", "exempt-covers-loads",
};

struct totals {
	uint64_t programs, compiled, lines, accesses, sampled, wrong;
	struct tally refused;
};

static void random_knobs(struct gen_knobs *k, struct rng *r,
			 const char *release)
{
	bool old = strncmp(release, "5.", 2) == 0;

	gen_defaults(k, r);
	k->release = NULL;
	k->exempt_audit = strcmp(release, "6.19") == 0 ||
			  strcmp(release, "7.1") == 0;
	k->stmts = 2 + (unsigned int)rng_below(r, 8);
	k->values = 2 + (unsigned int)rng_below(r, 2);
	k->strict = rng_percent(r, 15) ? 100 : 0;
	k->modsig = 10;
	if (!k->exempt_audit && rng_percent(r, 60))
		k->classes &= ~(1u << KCLASS_AUDIT);
	if (!old && rng_percent(r, 15))
		k->algos = k->xattr = 30;
	/* one digest for all, or direct I/O for all: nothing to leak */
	if (!old && rng_percent(r, 8)) {
		k->ops = OPS_PLAIN;
		k->strict = k->verity = 100;
	}
	if (rng_percent(r, 8)) {
		k->ops = OPS_PLAIN;
		k->directio = 100;
	}
	if (old) {
		k->dims &= ~(GEN_BIT(GEN_GID) | GEN_BIT(GEN_EGID) |
			     GEN_BIT(GEN_GROUP));
		k->ops &= ~(OP(DATA));
	}
	/* there, conditions on the command line are not looked at */
	if (strcmp(release, "5.4") == 0)
		k->ops &= ~(OP(KEY) | OP(KEXEC_CMDLINE));
	if (k->exempt_audit && rng_percent(r, 30))
		k->dims |= GEN_BIT(GEN_FS_SUBTYPE);
	/* the meaning of a domain there depends on the release */
	if (strcmp(release, "6.12") != 0)
		k->ops &= ~(OP(EXEC_INTO));
}

static bool means_wrongly(void *arg, const char *text)
{
	const struct ktarget *t = arg;
	struct attempt at;
	struct disagreement d;
	struct rng r = rng_new(7);
	bool wrong;

	attempt_init(&at, text, t);
	wrong = at.ok && !agree(&at.arena, &at.prog, &at.c.ast, &at.rules,
				ACCESS_CAP * 4, &r, &d);
	attempt_free(&at);
	return wrong;
}

static void report(const char *text, const struct ktarget *t)
{
	struct rng r = rng_new(7);
	struct disagreement d;
	struct attempt at;
	struct arena a;

	arena_init(&a);
	text = text_shrink(&a, text, means_wrongly, (void *)t);
	attempt_init(&at, text, t);
	printf("FAIL: the lines mean something else\n");
	attempt_print(&at);
	if (!agree(&at.arena, &at.prog, &at.c.ast, &at.rules, ACCESS_CAP * 4,
		   &r, &d))
		disagreement_print(&d);
	attempt_free(&at);
	arena_free(&a);
}

static bool is_fair(const char *code)
{
	for (size_t i = 0; i < ARRAY_SIZE(fair); i++)
		if (strcmp(code, fair[i]) == 0)
			return true;
	return false;
}

struct want {
	const struct ktarget *t;
	const char *code;
};

static bool has_code(void *arg, const char *text)
{
	const struct want *w = arg;
	struct attempt at;
	bool has;

	attempt_init(&at, text, w->t);
	has = attempt_has(&at, w->code);
	attempt_free(&at);
	return has;
}

static void report_refused(const struct attempt *old, const char *code)
{
	struct want w = { &old->target, code };
	struct attempt at;
	struct arena a;
	const char *text;

	arena_init(&a);
	text = text_shrink(&a, old->text, has_code, &w);
	attempt_init(&at, text, &old->target);
	printf("FAIL: refused with a code that such a program cannot have\n");
	attempt_print(&at);
	attempt_free(&at);
	arena_free(&a);
}

static void count_refused(struct totals *sum, struct attempt *at)
{
	const char *code = attempt_code(at);

	if (!code) {
		sum->wrong++;
		printf("FAIL: no lines and no error\n");
		attempt_print(at);
		return;
	}
	tally_add(&sum->refused, code);
	if (is_fair(code))
		return;
	sum->wrong++;
	report_refused(at, code);
}

static void one_program(void *totals, struct rng *r)
{
	struct totals *sum = totals;
	const char *release = releases[rng_below(r, ARRAY_SIZE(releases))];
	struct gen_knobs k;
	struct ktarget t;
	struct arena a;
	struct buf b;
	struct attempt at;
	struct disagreement d;

	random_knobs(&k, r, release);
	target_of(&t, release);
	arena_init(&a);
	buf_init(&b, &a);
	gen_policy(&b, &k, r);
	attempt_init(&at, b.s, &t);
	sum->programs++;
	if (!at.ok) {
		count_refused(sum, &at);
	} else {
		sum->compiled++;
		sum->lines += at.rules.n;
		if (!agree(&at.arena, &at.prog, &at.c.ast, &at.rules,
			   ACCESS_CAP, r, &d)) {
			sum->wrong++;
			report(b.s, &t);
		}
		sum->accesses += d.looked;
		sum->sampled += !d.all;
	}
	attempt_free(&at);
	arena_free(&a);
}

int main(int argc, char **argv)
{
	struct totals sum = { 0 };
	struct options o;

	options_read(&o, argc, argv, 4000, 60);
	programs_run(&o, one_program, &sum, &sum.wrong);
	printf("%" PRIu64 " programs, %" PRIu64 " compiled to %" PRIu64
	       " lines, %" PRIu64 " accesses compared (%" PRIu64
	       " programs by sampling)\nrefused:\n", sum.programs,
	       sum.compiled, sum.lines, sum.accesses, sum.sampled);
	tally_print(&sum.refused);
	if (sum.compiled * 2 < sum.programs) {
		printf("FAIL: fewer than half compile\n");
		return 1;
	}
	return sum.wrong != 0;
}
