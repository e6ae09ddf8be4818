/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness.h"
#include "num.h"

/* ---- options ---- */

static time_t started;

static uint64_t option(const char *arg, const char *env, uint64_t fallback)
{
	const char *s = arg ? arg : getenv(env);
	uint64_t n;

	if (!s || !*s)
		return fallback;
	if (num_parse(s, strlen(s), 10, UINT64_MAX, &n) != NUM_OK) {
		fprintf(stderr, "not a number: %s\n", s);
		exit(2);
	}
	return n;
}

void options_read(struct options *o, int argc, char **argv, uint64_t count,
		  uint64_t seconds)
{
	o->seed = option(argc > 1 ? argv[1] : NULL, "IMAPOL_TEST_SEED", 1);
	o->count = option(argc > 2 ? argv[2] : NULL, "IMAPOL_TEST_COUNT",
			  count);
	o->seconds = option(argc > 3 ? argv[3] : NULL, "IMAPOL_TEST_SECONDS",
			    seconds);
	started = time(NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("seed %" PRIu64 ", count %" PRIu64 ", at most %" PRIu64 " s\n",
	       o->seed, o->count, o->seconds);
}

bool options_late(const struct options *o)
{
	return (uint64_t)(time(NULL) - started) >= o->seconds;
}

void programs_run(const struct options *o, program_test *one, void *totals,
		  const uint64_t *wrong)
{
	uint64_t i;

	for (i = 0; i < o->count && *wrong < 10 && !options_late(o); i++) {
		struct rng r = rng_new(o->seed * 1000003 + i);
		uint64_t before = *wrong;

		one(totals, &r);
		if (*wrong != before)
			printf("(program %" PRIu64 ")\n\n", i);
	}
}

/* ---- one compilation ---- */

void target_of(struct ktarget *t, const char *release)
{
	struct krelease rel;

	if (!krelease_parse(release, strlen(release), &rel)) {
		fprintf(stderr, "not a release: %s\n", release);
		exit(2);
	}
	ktarget_init(t, rel);
	t->lsm = KLSM_SELINUX;
}

bool lines_read(struct arena *a, struct intern *in, const struct ktarget *t,
		const char *text, size_t len, rule_list *rules,
		const char **bad)
{
	const char *end = text + len;

	for (const char *p = text; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);
		struct kd_out out;

		switch (kdialect_parse(t, in, p, n, &out)) {
		case KD_RULE:
			vec_push(a, rules, out.rule);
			break;
		case KD_REFUSED:
			*bad = arena_strndup(a, p, n);
			return false;
		case KD_EMPTY:
			break;
		}
		p += n + 1;
	}
	return true;
}

/* warnings are not what is tested here */
static void quiet(struct diags *ds)
{
	for (int c = 0; c < DIAG_CODE_COUNT; c++)
		if (diag_default_severity((enum diag_code)c) == DIAG_WARNING)
			ds->action[c] = DIAG_OFF;
}

static void front_with(struct attempt *at, const char *text,
		       const struct ktarget *t, attempt_setup *setup)
{
	struct source *src;

	memset(at, 0, sizeof(*at));
	at->target = *t;
	at->text = text;
	arena_init(&at->arena);
	compile_init(&at->c, &at->arena);
	at->c.comments = false;
	quiet(&at->c.diags);
	at->c.dump = PASS_ORDER;
	if (setup)
		setup(&at->c);
	src = source_new(&at->arena, "random.imapol", text, strlen(text), 0);
	compile_add_source(&at->c, src);
	compile_check(&at->c);
	at->front_ok = at->c.diags.n_errors == 0;
	if (at->front_ok)
		bprog_init(&at->prog, &at->arena, &at->target, &at->c.ast);
}

void attempt_front(struct attempt *at, const char *text,
		   const struct ktarget *t)
{
	front_with(at, text, t, NULL);
}

void attempt_emit(struct attempt *at)
{
	const char *bad;

	buf_init(&at->lines, &at->arena);
	at->ok = compile_emit(&at->c, &at->target, &at->lines);
	/* once more: raw lines are rules only now */
	if (at->front_ok)
		bprog_init(&at->prog, &at->arena, &at->target, &at->c.ast);
	if (at->ok && at->lines.len &&
	    !lines_read(&at->arena, &at->c.strings, &at->target, at->lines.s,
			at->lines.len, &at->rules, &bad)) {
		attempt_print(at);
		printf("FAIL: a line that was made is refused: %s\n", bad);
		exit(1);
	}
}

void attempt_init_with(struct attempt *at, const char *text,
		       const struct ktarget *t, attempt_setup *setup)
{
	front_with(at, text, t, setup);
	attempt_emit(at);
}

void attempt_init(struct attempt *at, const char *text,
		  const struct ktarget *t)
{
	attempt_init_with(at, text, t, NULL);
}

void attempt_free(struct attempt *at)
{
	arena_free(&at->arena);
}

bool attempt_has(const struct attempt *at, const char *code)
{
	for (size_t i = 0; i < at->c.diags.n; i++) {
		const struct diag *d = at->c.diags.v[i];

		if (d->severity == DIAG_ERROR &&
		    strcmp(diag_name(d->code), code) == 0)
			return true;
	}
	return false;
}

const char *attempt_code(const struct attempt *at)
{
	for (size_t i = 0; i < at->c.diags.n; i++)
		if (at->c.diags.v[i]->severity == DIAG_ERROR)
			return diag_name(at->c.diags.v[i]->code);
	return NULL;
}

void attempt_print(struct attempt *at)
{
	struct diag_style style = { .max_errors = 0 };
	struct buf b;

	printf("# kernel %u.%u, selinux\n%s", at->target.release.major,
	       at->target.release.minor, at->text);
	if (at->lines.len)
		printf("--- lines\n%s", at->lines.s);
	else if (at->c.dumped.len)
		printf("--- rules after order\n%s", at->c.dumped.s);
	buf_init(&b, &at->arena);
	diags_render(&at->c.diags, &style, &b);
	if (b.len)
		printf("--- messages\n%s", b.s);
}

/* ---- comparing ---- */

bool agree(struct arena *a, const struct bprog *p, const struct ast *ast,
	   const rule_list *rules, uint64_t cap, struct rng *r,
	   struct disagreement *d)
{
	struct atoms atoms;
	struct domain dom;
	uint64_t n;

	memset(d, 0, sizeof(*d));
	atoms_init(&atoms, a);
	atoms_add_ast(&atoms, ast);
	for (size_t i = 0; i < rules->n; i++)
		atoms_add_rule(&atoms, &rules->v[i]);
	domain_init(&dom, a, p->target, &atoms);
	n = domain_count(&dom);
	d->all = n <= cap && !dom.partial;
	for (d->looked = 0; d->looked < (n <= cap ? n : cap); d->looked++) {
		domain_access(&dom, n <= cap ? d->looked : rng_below(r, n),
			      &d->where);
		brute_ast(p, &d->where, &d->ast);
		brute_rules(p->target, rules->v, rules->n, &d->where,
			    &d->rules);
		if (bverdict_differ(&d->ast, &d->rules) != KCLASS_COUNT)
			return false;
	}
	memset(&d->where, 0, sizeof(d->where));
	return beffects_equal(brute_ast_effects(p),
			      brute_rules_effects(rules->v, rules->n));
}

void disagreement_print(const struct disagreement *d)
{
	enum kclass c = bverdict_differ(&d->ast, &d->rules);
	struct arena a;
	struct buf b;

	if (d->where.hook == KHOOK_NONE) {
		printf("--- differ in load-time effects\n");
		return;
	}
	if (c == KCLASS_COUNT)
		return;
	arena_init(&a);
	buf_init(&b, &a);
	baccess_print(&b, &d->where);
	buf_printf(&b, "\n%s: statements (%d) say ", bclass_name(c),
		   d->ast.by[c]);
	boutcome_print(&b, &d->ast.out[c]);
	buf_printf(&b, ", rules (%d) say ", d->rules.by[c]);
	boutcome_print(&b, &d->rules.out[c]);
	printf("--- differ at %s\n", b.s);
	arena_free(&a);
}

/* ---- smaller texts ---- */

size_t text_pieces(struct arena *a, const char *text, const size_t **starts)
{
	VEC(size_t) v = { 0 };
	unsigned int depth = 0;
	bool quoted = false;

	vec_push(a, &v, 0);
	for (size_t i = 0; text[i]; i++) {
		if (text[i] == '"')
			quoted = !quoted;
		if (quoted)
			continue;
		depth += text[i] == '{';
		depth -= text[i] == '}';
		if (depth == 0 && (text[i] == ';' || text[i] == '}')) {
			i += text[i + 1] == '\n';
			vec_push(a, &v, i + 1);
		}
	}
	*starts = v.v;
	return v.n - 1;
}

static const char *without(struct arena *a, const char *text, size_t from,
			   size_t to)
{
	struct buf b;

	buf_init(&b, a);
	buf_puts(&b, "");
	buf_add(&b, text, from);
	buf_puts(&b, text + to);
	return b.s;
}

static const char *shrink_pieces(struct arena *a, const char *text,
				 still_wanted *wanted, void *arg)
{
	bool again = true;

	while (again) {
		const size_t *starts;
		size_t n = text_pieces(a, text, &starts);

		again = false;
		for (size_t i = n; n > 1 && i-- > 0 && !again;) {
			const char *less = without(a, text, starts[i],
						   starts[i + 1]);

			again = wanted(arg, less);
			if (again)
				text = less;
		}
	}
	return text;
}

/* where each word begins, and the end */
static size_t text_words(struct arena *a, const char *text,
			 const size_t **starts)
{
	VEC(size_t) v = { 0 };
	size_t i = strspn(text, " \t\n");

	while (text[i]) {
		vec_push(a, &v, i);
		i += strcspn(text + i, " \t\n");
		i += strspn(text + i, " \t\n");
	}
	vec_push(a, &v, i);
	*starts = v.v;
	return v.n - 1;
}

#define SHRINK_WORDS 6	/* longest run of words left out at once */

static const char *shrink_words(struct arena *a, const char *text,
				still_wanted *wanted, void *arg)
{
	for (size_t run = SHRINK_WORDS; run > 0; run--) {
		const size_t *starts;
		size_t n = text_words(a, text, &starts), i = 0;

		while (i + run <= n) {
			const char *less = without(a, text, starts[i],
						   starts[i + run]);

			if (less && wanted(arg, less)) {
				text = less;
				n = text_words(a, text, &starts);
			} else {
				i++;
			}
		}
	}
	return text;
}

const char *text_shrink(struct arena *a, const char *text,
			still_wanted *wanted, void *arg)
{
	const char *before;

	do {
		before = text;
		text = shrink_pieces(a, text, wanted, arg);
		text = shrink_words(a, text, wanted, arg);
	} while (text != before);
	return text;
}

/* ---- counting ---- */

void tally_add(struct tally *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->name[i], name) == 0)
			break;
	if (i == sizeof(t->name) / sizeof(t->name[0]))
		return;
	if (i == t->n)
		t->name[t->n++] = name;
	t->count[i]++;
}

void tally_print(const struct tally *t)
{
	for (size_t i = 0; i < t->n; i++)
		printf("  %6" PRIu64 " %s\n", t->count[i], t->name[i]);
}
