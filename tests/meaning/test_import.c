/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel lines to statements and back: what the text compiles to must do to
 * every access what the lines did, have the same load-time effects, and be
 * imported as the same text again. Compared by the plain reading of both lists,
 * access by access; a planted fault shows that this sees what it has to.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gen.h"
#include "harness.h"
#include "import.h"
#include "import_sources.h"
#include "util.h"

#define ACCESS_CAP 30000
#define RAW_PERCENT 2	/* of public lines */

/* refusals of policies that compile to nothing, or whose requirements leak */
static const char *const fair[] = {
	"leak-weaker", "leak-direct-io", "empty-policy", "never-matches",
	"release-meaning", "verify-budget",
};

struct totals {
	uint64_t policies, imported, lines, statements, accesses, raw, wrong;
	bool quiet;
	struct tally refused;
};

static const char *library[1];
static time_t started;

/* ---- one policy ---- */

struct trial {
	struct arena arena;
	struct intern in;
	struct diags ds;
	struct buf text;
	bool ok;
};

static void trial_init(struct trial *tr, const struct ktarget *t,
		       const char *name, const char *lines)
{
	struct import_request req = {
		.target = t, .include_dirs = library, .n_include_dirs = 1,
	};

	memset(tr, 0, sizeof(*tr));
	arena_init(&tr->arena);
	intern_init(&tr->in, &tr->arena);
	diags_init(&tr->ds, &tr->arena);
	buf_init(&tr->text, &tr->arena);
	req.lines = source_new(&tr->arena, name, lines, strlen(lines), 0);
	tr->ok = import_policy(&req, &tr->in, &tr->ds, &tr->text);
}

static void print_messages(struct trial *tr)
{
	struct diag_style style = { .max_errors = 0 };
	struct buf b;

	buf_init(&b, &tr->arena);
	diags_render(&tr->ds, &style, &b);
	printf("--- messages\n%s", b.s ? b.s : "");
}

static bool is_fair(struct trial *tr, struct totals *sum)
{
	const char *name = NULL;
	size_t i, k;

	for (i = 0; i < tr->ds.n; i++) {
		if (tr->ds.v[i]->severity != DIAG_ERROR)
			continue;
		name = diag_name(tr->ds.v[i]->code);
		for (k = 0; k < ARRAY_SIZE(fair); k++)
			if (!strcmp(name, fair[k])) {
				tally_add(&sum->refused, name);
				return true;
			}
	}
	return false;
}

static void use_library(struct compile *c)
{
	c->include_dirs = library;
	c->n_include_dirs = 1;
}

static bool same_flags(const struct bflags *a, const struct bflags *b)
{
	return a->directio == b->directio && a->verity == b->verity &&
	       a->sig == b->sig;
}

/* the plain walk of both over accesses of their domain; false: d is set */
static bool lists_agree(struct trial *tr, const struct ktarget *t,
			const rule_list *a, const rule_list *b, bool flags,
			struct rng *r, struct disagreement *d)
{
	struct atoms atoms;
	struct domain dom;
	uint64_t n;
	size_t i;

	memset(d, 0, sizeof(*d));
	atoms_init(&atoms, &tr->arena);
	for (i = 0; i < a->n; i++)
		atoms_add_rule(&atoms, &a->v[i]);
	for (i = 0; i < b->n; i++)
		atoms_add_rule(&atoms, &b->v[i]);
	domain_init(&dom, &tr->arena, t, &atoms);
	n = domain_count(&dom);
	for (; d->looked < (n <= ACCESS_CAP ? n : ACCESS_CAP); d->looked++) {
		domain_access(&dom, n <= ACCESS_CAP ? d->looked :
						      rng_below(r, n),
			      &d->where);
		brute_rules(t, a->v, a->n, &d->where, &d->ast);
		brute_rules(t, b->v, b->n, &d->where, &d->rules);
		if (bverdict_differ(&d->ast, &d->rules) != KCLASS_COUNT ||
		    (flags && d->where.hook != KHOOK_KEXEC_CMDLINE &&
		     !same_flags(&d->ast.flags, &d->rules.flags)))
			return false;
	}
	memset(&d->where, 0, sizeof(d->where));
	return beffects_equal(brute_rules_effects(a->v, a->n),
			      brute_rules_effects(b->v, b->n));
}

static void fail(struct totals *sum, struct trial *tr, const char *what,
		 const char *name, const char *lines)
{
	sum->wrong++;
	if (sum->quiet)
		return;
	printf("FAIL: %s: %s\n--- lines\n%s", name, what, lines);
	if (tr->text.len)
		printf("--- text\n%s", tr->text.s);
	print_messages(tr);
}

static void check_again(struct totals *sum, struct trial *tr,
			const struct ktarget *t, const char *name,
			const char *lines, const char *compiled)
{
	struct trial again;

	trial_init(&again, t, name, compiled);
	if (!again.ok || strcmp(again.text.s, tr->text.s)) {
		fail(sum, tr, "imported again it is another text", name,
		     lines);
		if (!sum->quiet) {
			printf("--- compiled\n%s--- again\n%s", compiled,
			       again.ok ? again.text.s : "refused\n");
			print_messages(&again);
		}
	}
	arena_free(&again.arena);
}

static void check_meaning(struct totals *sum, struct trial *tr,
			  const struct ktarget *t, const char *name,
			  const char *lines, struct attempt *at)
{
	bool flags = strstr(tr->text.s, "allowing stricter") != NULL;
	struct rng r = rng_new(1);
	struct disagreement d;
	rule_list before = { 0 };
	const char *bad;

	if (!lines_read(&tr->arena, &tr->in, t, lines, strlen(lines), &before,
			&bad)) {
		fail(sum, tr, "a line of it is refused", name, lines);
		return;
	}
	sum->lines += before.n;
	if (!lists_agree(tr, t, &before, &at->rules, flags, &r, &d)) {
		fail(sum, tr, "it means something else", name, lines);
		if (!sum->quiet) {
			printf("--- compiled\n%s", at->lines.s);
			disagreement_print(&d);
		}
	}
	sum->accesses += d.looked;
}

static size_t count_text(const char *text, const char *what)
{
	size_t n = 0;

	while ((text = strstr(text, what))) {
		n++;
		text++;
	}
	return n;
}

static void check(void *totals, const struct ktarget *t, const char *name,
		  const char *lines)
{
	struct totals *sum = totals;
	struct attempt at;
	struct trial tr;

	sum->policies++;
	trial_init(&tr, t, name, lines);
	if (!tr.ok) {
		if (!is_fair(&tr, sum))
			fail(sum, &tr, "not imported", name, lines);
		arena_free(&tr.arena);
		return;
	}
	sum->imported++;
	sum->statements += count_text(tr.text.s, ";");
	sum->raw += count_text(tr.text.s, "raw \"");
	attempt_init_with(&at, tr.text.s, t, use_library);
	if (!at.ok) {
		fail(sum, &tr, "its text does not compile", name, lines);
	} else {
		check_meaning(sum, &tr, t, name, lines, &at);
		if (!import_blind)
			check_again(sum, &tr, t, name, lines, at.lines.s);
	}
	attempt_free(&at);
	arena_free(&tr.arena);
}

static void report(const struct totals *sum, const char *what)
{
	printf("%s: %" PRIu64 " policies, %" PRIu64 " imported, %" PRIu64
	       " lines, %" PRIu64 " statements, %" PRIu64 " raw, %" PRIu64
	       " accesses\n", what, sum->policies, sum->imported, sum->lines,
	       sum->statements, sum->raw, sum->accesses);
	if (sum->refused.n)
		tally_print(&sum->refused);
}

/* ---- public lines ---- */

/* a dont_ line alone comes to nothing: one that it exempts from is behind it */
static void one_public(struct totals *sum, struct arena *a,
		       const struct ktarget *t, const char *line)
{
	struct intern in;
	struct kd_out out;
	struct buf b;

	intern_init(&in, a);
	buf_init(&b, a);
	buf_printf(&b, "%s\n", line);
	if (kdialect_parse(t, &in, line, strlen(line), &out) != KD_RULE)
		return;
	if (out.rule.dont)
		buf_printf(&b, "%s\n",
			   kmodel_word(kmodel_action(out.rule.class, false)));
	check(sum, t, line, b.s);
}

static bool public_singly(const struct public_lines *p, uint64_t *wrong)
{
	struct totals sum = { 0 };
	struct arena a;
	size_t i, k;

	arena_init(&a);
	for (k = 0; k < ARRAY_SIZE(p->v); k++)
		for (i = 0; i < p->v[k].n && sum.wrong < 10; i++)
			one_public(&sum, &a, &p->target[k], p->v[k].v[i]);
	arena_free(&a);
	report(&sum, "public lines");
	printf("written raw: %" PRIu64 " of %" PRIu64 ", %.2f %%\n", sum.raw,
	       sum.policies, 100.0 * (double)sum.raw / (double)sum.policies);
	*wrong += sum.wrong;
	return sum.raw * 100 <= sum.policies * RAW_PERCENT;
}

static const struct public_lines *drawn_from;

static void drawn_public(void *totals, struct rng *r)
{
	size_t which = (size_t)rng_below(r, ARRAY_SIZE(drawn_from->v));
	struct arena a;
	struct buf b;

	arena_init(&a);
	buf_init(&b, &a);
	public_lines_draw(drawn_from, which, 5 + (size_t)rng_below(r, 36), r,
			  &b);
	check(totals, &drawn_from->target[which], "drawn public lines", b.s);
	arena_free(&a);
}

/* ---- random ones ---- */

static void drawn_lines(void *totals, struct rng *r)
{
	static const char *const releases[] = { "5.10", "6.1", "6.12",
						"6.19", "7.1" };
	const char *release = releases[rng_below(r, ARRAY_SIZE(releases))];
	size_t n = 1 + (size_t)rng_below(r, 12);
	struct gen_knobs k;
	struct ktarget t;
	struct arena a;
	struct buf b;

	gen_defaults(&k, r);
	k.exempt_audit = kmodel_has((target_of(&t, release), &t),
				    KF_ACT_DONT_AUDIT).verdict == KV_PRESENT;
	if (t.release.major == 5)
		k.dims &= ~(GEN_BIT(GEN_GID) | GEN_BIT(GEN_EGID) |
			    GEN_BIT(GEN_GROUP));
	k.classes = (unsigned int)(1 + rng_below(r, 15));
	k.strict = rng_percent(r, 20) ? 100 : 0;
	arena_init(&a);
	buf_init(&b, &a);
	while (n--) {
		gen_line(&b, &k, r);
		buf_putc(&b, '\n');
	}
	check(totals, &t, "drawn lines", b.s);
	arena_free(&a);
}

/* what statements compile to */
static void drawn_statements(void *totals, struct rng *r)
{
	struct gen_knobs k;
	struct attempt at;
	struct ktarget t;
	struct arena a;
	struct buf b;

	target_of(&t, "6.12");
	gen_defaults(&k, r);
	k.release = NULL;
	k.classes &= ~(1u << KCLASS_AUDIT);
	arena_init(&a);
	buf_init(&b, &a);
	gen_policy(&b, &k, r);
	attempt_init(&at, b.s, &t);
	if (at.ok)
		check(totals, &t, "drawn statements", at.lines.s);
	attempt_free(&at);
	arena_free(&a);
}

#define DRAWS 3		/* that share the time */
#define FEWEST 40	/* of each, however long it takes */

static void draw(const struct options *o, program_test *one, const char *what,
		 uint64_t *wrong)
{
	struct totals sum = { 0 };
	struct options part = *o;

	part.count = FEWEST;
	part.seconds = INT32_MAX;
	programs_run(&part, one, &sum, &sum.wrong);
	part.seed = o->seed + 1000;
	part.count = o->count;
	part.seconds = (uint64_t)(time(NULL) - started) + o->seconds / DRAWS;
	programs_run(&part, one, &sum, &sum.wrong);
	report(&sum, what);
	*wrong += sum.wrong;
}

/* ---- a planted fault ---- */

static bool fault_is_seen(void)
{
	struct options o = { .seed = 1, .count = 200, .seconds = INT32_MAX };
	struct totals sum = { .quiet = true };

	import_blind = true;
	programs_run(&o, drawn_lines, &sum, &sum.wrong);
	import_blind = false;
	printf("with rules joined blindly %" PRIu64 " of %" PRIu64
	       " are wrong\n", sum.wrong, sum.policies);
	return sum.wrong > 0;
}

static void find_library(struct arena *a)
{
	const char *srcdir = getenv("srcdir");
	struct buf b;

	buf_init(&b, a);
	buf_printf(&b, "%s/policies/lib", srcdir ? srcdir : ".");
	library[0] = b.s;
}

int main(int argc, char **argv)
{
	struct totals fixed = { 0 };
	struct public_lines p;
	uint64_t wrong = 0;
	struct options o;
	bool few = true;
	struct arena a;

	started = time(NULL);
	options_read(&o, argc, argv, 400, 20);
	arena_init(&a);
	find_library(&a);
	sources_builtins(check, &fixed);
	sources_files(check, &fixed);
	report(&fixed, "built in, and of the tree");
	wrong = fixed.wrong;
	draw(&o, drawn_lines, "drawn lines", &wrong);
	draw(&o, drawn_statements, "drawn statements", &wrong);
	if (public_lines_read(&p, &a)) {
		drawn_from = &p;
		few = public_singly(&p, &wrong);
		draw(&o, drawn_public, "drawn public lines", &wrong);
	} else {
		printf("SKIP: public lines (IMAPOL_SHARED names their "
		       "folder)\n");
	}
	if (!few)
		printf("FAIL: more than %d %% are raw\n", RAW_PERCENT);
	if (!fault_is_seen()) {
		printf("FAIL: a planted fault is not seen\n");
		wrong++;
	}
	arena_free(&a);
	return wrong != 0 || !few;
}
