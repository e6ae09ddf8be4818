/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random statement lists with at most 16 distinct accesses: none may be refused
 * that an exhaustive search can express in up to six kernel lines; and what is
 * compiled must mean what the statements say.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "gen.h"
#include "harness.h"
#include "util.h"

#define DOMAIN_CAP 60000	/* accesses looked at for one list */

/* refusals that say "no list of lines does this", which the search can judge */
static const char *const judged[] = {
	"not-expressible", "audit-exception", "too-complex", "too-many-rules",
	"search-limit",
};

struct totals {
	uint64_t drawn, lists, both, neither, beyond, refused_beyond, empty;
	uint64_t wrong_refusal, wrong_meaning;
	uint64_t lines_least, lines_made, by_columns[SEARCH_ACCESSES + 1];
	struct tally other;
};

/* the least lines over all classes; SEARCH_NEVER when one class has none */
struct verdict {
	int lines;
	struct search_line list[KCLASS_COUNT][SEARCH_LINES];
	int n[KCLASS_COUNT];
};

static struct search search;

static unsigned char outcome_number(struct boutcome seen[SEARCH_ACCESSES + 1],
				    unsigned int *n, const struct boutcome *o)
{
	if (!o->act)
		return 0;
	for (unsigned int i = 1; i < *n; i++)
		if (boutcome_equal(&seen[i], o))
			return (unsigned char)i;
	seen[*n] = *o;
	return (unsigned char)(*n)++;
}

static int class_lines(const struct attempt *at, const struct columns *c,
		       enum kclass class, struct search_line *list)
{
	struct boutcome seen[SEARCH_ACCESSES + 1];
	unsigned char table[SEARCH_ACCESSES] = { 0 };
	unsigned int n = 1;
	bool dont = class != KCLASS_AUDIT ||
		    kmodel_has(&at->target, kmodel_action(class, true))
			    .verdict == KV_PRESENT;

	for (unsigned int i = 0; i < c->n; i++) {
		struct bverdict v;

		brute_ast(&at->prog, &c->rep[i], &v);
		table[i] = outcome_number(seen, &n, &v.out[class]);
	}
	if (n == 1)
		return 0;
	columns_lines(c, class, dont, brute_ast_effects(&at->prog).set,
		      &search);
	return search_lines(&search, table, list);
}

static void judge(const struct attempt *at, const struct columns *c,
		  struct verdict *v)
{
	v->lines = 0;
	for (int k = 0; k < KCLASS_COUNT; k++) {
		v->n[k] = class_lines(at, c, (enum kclass)k, v->list[k]);
		if (v->n[k] == SEARCH_NEVER) {
			v->lines = SEARCH_NEVER;
			return;
		}
		/* each class may have six lines of its own */
		if (v->n[k] == SEARCH_MORE || v->lines == SEARCH_MORE)
			v->lines = SEARCH_MORE;
		else if (v->n[k] > v->lines)
			v->lines = v->n[k];
	}
}

static bool columns_any(struct columns *c, struct attempt *at)
{
	struct atoms atoms;

	atoms_init(&atoms, &at->arena);
	atoms_add_ast(&atoms, &at->c.ast);
	return columns_build(c, &at->arena, &at->target, &atoms, true,
			     DOMAIN_CAP) ||
	       columns_build(c, &at->arena, &at->target, &atoms, false,
			     DOMAIN_CAP);
}

/* ---- one list ---- */

static bool is_judged(const struct attempt *at)
{
	for (size_t i = 0; i < ARRAY_SIZE(judged); i++)
		if (attempt_has(at, judged[i]))
			return true;
	return false;
}

static bool refused_wrongly(void *arg, const char *text)
{
	const struct ktarget *t = arg;
	struct attempt at;
	struct columns c;
	struct verdict v;
	bool wrong = false;

	attempt_front(&at, text, t);
	if (at.front_ok && columns_any(&c, &at)) {
		attempt_emit(&at);
		if (!at.ok && is_judged(&at)) {
			judge(&at, &c, &v);
			wrong = v.lines >= 0 && v.lines <= SEARCH_LINES;
		}
	}
	attempt_free(&at);
	return wrong;
}

static bool means_wrongly(void *arg, const char *text)
{
	const struct ktarget *t = arg;
	struct attempt at;
	struct disagreement d;
	struct rng r = rng_new(1);
	bool wrong;

	attempt_init(&at, text, t);
	wrong = at.ok && !agree(&at.arena, &at.prog, &at.c.ast, &at.rules,
				DOMAIN_CAP, &r, &d);
	attempt_free(&at);
	return wrong;
}

static void print_found(const struct attempt *at, const struct columns *c,
			const struct verdict *v)
{
	struct arena a;
	struct buf b;

	arena_init(&a);
	buf_init(&b, &a);
	for (int k = 0; k < KCLASS_COUNT; k++) {
		for (int i = 0; i < v->n[k]; i++) {
			columns_line_print(&b, c, (enum kclass)k,
					   &v->list[k][i]);
			buf_putc(&b, '\n');
		}
	}
	printf("--- the search found (%u accesses)\n%s", c->n,
	       b.s ? b.s : "nothing to do\n");
	for (unsigned int i = 0; i < c->n; i++) {
		struct bverdict got;

		brute_ast(&at->prog, &c->rep[i], &got);
		b.len = 0;
		baccess_print(&b, &c->rep[i]);
		for (int k = 0; k < KCLASS_COUNT; k++) {
			if (!got.out[k].act)
				continue;
			buf_printf(&b, " %s ", bclass_name((enum kclass)k));
			boutcome_print(&b, &got.out[k]);
		}
		printf("  %u: %s\n", i, b.s);
	}
	arena_free(&a);
}

static void report(const char *what, const char *text, const struct ktarget *t,
		   still_wanted *wanted)
{
	struct arena a;
	struct attempt at;
	struct columns c;
	struct verdict v;

	arena_init(&a);
	text = text_shrink(&a, text, wanted, (void *)t);
	printf("FAIL: %s\n", what);
	attempt_init(&at, text, t);
	attempt_print(&at);
	if (at.front_ok && columns_any(&c, &at)) {
		judge(&at, &c, &v);
		print_found(&at, &c, &v);
	}
	attempt_free(&at);
	arena_free(&a);
}

static void count_compiled(struct totals *sum, struct attempt *at,
			   const struct verdict *v, const char *text)
{
	if (v->lines >= 0 && v->lines <= SEARCH_LINES) {
		sum->both++;
		for (int k = 0; k < KCLASS_COUNT; k++)
			sum->lines_least += (uint64_t)v->n[k];
		sum->lines_made += at->rules.n;
	} else {
		sum->beyond++;
	}
	if (!means_wrongly(&at->target, text))
		return;
	sum->wrong_meaning++;
	report("the lines mean something else", text, &at->target,
	       means_wrongly);
}

static void count_refused(struct totals *sum, struct attempt *at,
			  const struct verdict *v, const char *text)
{
	if (!is_judged(at)) {
		tally_add(&sum->other, attempt_code(at));
	} else if (v->lines == SEARCH_NEVER) {
		sum->neither++;
	} else if (v->lines == SEARCH_MORE) {
		sum->refused_beyond++;
	} else {
		sum->wrong_refusal++;
		report("refused, but the search expresses it", text,
		       &at->target, refused_wrongly);
	}
}

/* false: the list is not small enough, or puts no question */
static bool one_list(struct totals *sum, const char *text,
		     const struct ktarget *t)
{
	struct attempt at;
	struct columns c;
	struct verdict v;
	bool small;

	attempt_front(&at, text, t);
	if (!at.front_ok)
		tally_add(&sum->other, attempt_code(&at));
	small = at.front_ok && columns_any(&c, &at);
	if (small)
		judge(&at, &c, &v);
	/* one that does nothing is no question, and no policy either */
	if (small && v.lines == 0) {
		sum->empty++;
		small = false;
	}
	if (small) {
		sum->lists++;
		sum->by_columns[c.n]++;
		attempt_emit(&at);
		if (at.ok)
			count_compiled(sum, &at, &v, text);
		else
			count_refused(sum, &at, &v, text);
	}
	attempt_free(&at);
	return small;
}

/* ---- drawing ---- */

#define OP(k) (1u << AST_OP_##k)

static const unsigned int op_sets[] = {
	OP(EXEC), OP(EXEC) | OP(MMAP), OP(OPEN) | OP(READ),
	OP(READ) | OP(WRITE), OP(ANY) | OP(EXEC), OP(CODE) | OP(ANY),
	OP(OPEN) | OP(WRITE_ONLY), OP(ANY) | OP(READ),
	OP(KEXEC_INITRAMFS) | OP(EXEC_INTO), OP(READ) | OP(READ_ONLY),
	OP(ANY) | OP(MODULE) | OP(FIRMWARE), OP(EXEC_OPEN) | OP(APPEND),
};

static unsigned int random_dims(struct rng *r)
{
	static const unsigned int pairs[] = {
		GEN_BIT(GEN_UID), GEN_BIT(GEN_EUID), GEN_BIT(GEN_USER),
		GEN_BIT(GEN_UID) | GEN_BIT(GEN_EUID), GEN_BIT(GEN_GID),
		GEN_BIT(GEN_EGID), GEN_BIT(GEN_DOMAIN),
	};
	unsigned int dims = 0;

	if (rng_percent(r, 75))
		dims |= GEN_BIT(rng_below(r, GEN_FS_SUBTYPE));
	if (rng_percent(r, 25))
		dims |= GEN_BIT(rng_below(r, GEN_FS_SUBTYPE));
	if (!dims || rng_percent(r, 55))
		dims |= pairs[rng_below(r, ARRAY_SIZE(pairs))];
	return dims;
}

static void random_knobs(struct gen_knobs *k, struct rng *r)
{
	gen_defaults(k, r);
	k->release = NULL;
	k->dims = random_dims(r);
	k->ops = op_sets[rng_below(r, ARRAY_SIZE(op_sets))];
	k->classes = 1u << rng_below(r, KCLASS_COUNT);
	k->stmts = 2 + (unsigned int)rng_below(r, 6);
	k->values = 1 + (unsigned int)rng_below(r, 4);
	k->depth = (unsigned int)rng_below(r, 4);
	k->exempt = 20;
	k->except = 40;
	k->pcr = 40;
	k->exempt_audit = rng_percent(r, 50);
	k->raw = 0;
	k->template = 0;
	k->max_actions = 1;
	k->max_excepts = 1 + (unsigned int)rng_below(r, 3);
}

static void draw(struct totals *sum, struct rng *r)
{
	struct gen_knobs k;
	struct ktarget t;
	struct arena a;
	struct buf b;
	bool small;

	do {
		arena_init(&a);
		buf_init(&b, &a);
		random_knobs(&k, r);
		target_of(&t, k.exempt_audit ? "6.19" : "6.12");
		gen_policy(&b, &k, r);
		sum->drawn++;
		small = one_list(sum, b.s, &t);
		arena_free(&a);
	} while (!small);
}

static void print_totals(const struct totals *s)
{
	printf("%" PRIu64 " lists of %" PRIu64 " drawn (%" PRIu64
	       " do nothing)\n"
	       "%" PRIu64 " expressible in six lines and compiled\n"
	       "%" PRIu64 " inexpressible and refused\n"
	       "%" PRIu64 " compiled though the search needs more than six\n"
	       "%" PRIu64 " refused, expressible only in more than six\n"
	       "%" PRIu64 " refused though expressible in six lines\n"
	       "%" PRIu64 " compiled to something else\n",
	       s->lists, s->drawn, s->empty, s->both, s->neither, s->beyond,
	       s->refused_beyond, s->wrong_refusal, s->wrong_meaning);
	printf("lines: %" PRIu64 " at least, %" PRIu64 " made\n",
	       s->lines_least, s->lines_made);
	printf("lists by distinct accesses:");
	for (int i = 1; i <= SEARCH_ACCESSES; i++)
		printf(" %" PRIu64, s->by_columns[i]);
	printf("\nrefused for other reasons:\n");
	tally_print(&s->other);
}

int main(int argc, char **argv)
{
	struct totals sum = { 0 };
	struct options o;
	uint64_t other = 0;

	options_read(&o, argc, argv, 1000, 120);
	for (uint64_t i = 0; i < o.count && !options_late(&o); i++) {
		struct rng r = rng_new(o.seed * 1000003 + i);
		uint64_t bad = sum.wrong_refusal + sum.wrong_meaning;

		draw(&sum, &r);
		if (sum.wrong_refusal + sum.wrong_meaning != bad)
			printf("(list %" PRIu64 ")\n\n", i);
		if (sum.wrong_refusal + sum.wrong_meaning >= 10)
			break;
	}
	print_totals(&sum);
	for (size_t i = 0; i < sum.other.n; i++)
		other += sum.other.count[i];
	if (sum.wrong_refusal || sum.wrong_meaning)
		return 1;
	if (!sum.both || !sum.neither || other * 4 > sum.drawn) {
		printf("FAIL: too few lists put the question\n");
		return 1;
	}
	return 0;
}
