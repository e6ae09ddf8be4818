/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verify against enumeration: random statements with random lines, with the
 * lines compiled from them, and with those after one random change. The verdict
 * must be that of all accesses of the domain, and the access that a message
 * describes must really differ, whatever it leaves open.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gen.h"
#include "harness.h"
#include "util.h"
#include "verify.h"
#include "witness_text.h"

#define ACCESS_CAP 60000
#define FILLINGS 24

static const char *const releases[] = { "5.4", "5.10", "6.1", "6.12", "6.19" };

struct totals {
	uint64_t pairs, equal, differ, refused, unsure, budget, witnesses;
	uint64_t effects, wrong, changed_equal;
};

/* one verdict of verify, with what it said */
struct said {
	bool equal, refused, budget;
	struct diags diags;
};

static void ask(struct attempt *at, const char *text, struct said *s)
{
	struct verify_input in = {
		.ast = &at->c.ast, .target = &at->target, .text = text,
		.len = strlen(text), .diags = &s->diags,
	};

	memset(s, 0, sizeof(*s));
	diags_init(&s->diags, &at->arena);
	s->equal = verify(&in);
	for (size_t i = 0; i < s->diags.n; i++) {
		const char *name = diag_name(s->diags.v[i]->code);

		s->refused |= strcmp(name, "verify-refused") == 0;
		s->budget |= strcmp(name, "verify-budget") == 0;
	}
}

static void show(struct attempt *at, const char *text, struct said *s)
{
	struct diag_style style = { .max_errors = 0 };
	struct buf b;

	printf("# kernel %u.%u, selinux\n%s--- lines\n%s",
	       at->target.release.major, at->target.release.minor, at->text,
	       text);
	buf_init(&b, &at->arena);
	diags_render(&s->diags, &style, &b);
	printf("--- verify says %s\n%s", s->equal ? "equal" : "different",
	       b.len ? b.s : "");
}

/* ---- witnesses ---- */

/* the class and the words of the access; false: a message of another kind */
static bool witness_message(const char *text, enum kclass *class,
			    const char **words)
{
	static const char lead[] = "the lines do not ";
	static const char tail[] = " what the statements say: ";

	if (strncmp(text, lead, sizeof(lead) - 1) != 0)
		return false;
	text += sizeof(lead) - 1;
	for (int c = 0; c < KCLASS_COUNT; c++) {
		size_t n = strlen(bclass_name((enum kclass)c));

		if (strncmp(text, bclass_name((enum kclass)c), n) != 0 ||
		    strncmp(text + n, tail, sizeof(tail) - 1) != 0)
			continue;
		*class = (enum kclass)c;
		*words = text + n + sizeof(tail) - 1;
		return true;
	}
	return false;
}

/* an access of the domain that has the operation of the words */
static bool start_access(const struct domain *d, struct rng *r,
			 const char *words, struct kaccess *a)
{
	enum khook hook = KHOOK_NONE;
	uint8_t mask;
	bool any;

	if (!witness_text_event(words, &hook, &mask, &any))
		return false;
	if (hook == KHOOK_KEY)
		domain_access(d, d->n_file + rng_below(r, d->n_key), a);
	else if (hook == KHOOK_DATA)
		domain_access(d, d->n_file + d->n_key +
				 rng_below(r, d->n_data), a);
	else
		domain_access(d, rng_below(r, d->n_file), a);
	return true;
}

static bool witness_true(struct attempt *at, const rule_list *rules,
			 const struct domain *d, struct rng *r,
			 enum kclass class, const char *words)
{
	for (int i = 0; i < FILLINGS; i++) {
		struct bverdict x, y;
		struct kaccess a;
		struct buf b;

		if (!start_access(d, r, words, &a) ||
		    !witness_text_read(&at->arena, words, &a)) {
			printf("FAIL: words not understood: %s\n", words);
			return false;
		}
		brute_ast(&at->prog, &a, &x);
		brute_rules(&at->target, rules->v, rules->n, &a, &y);
		if (!boutcome_equal(&x.out[class], &y.out[class]))
			continue;
		buf_init(&b, &at->arena);
		baccess_print(&b, &a);
		printf("FAIL: no difference in %s at the witness \"%s\": %s\n",
		       bclass_name(class), words, b.s);
		return false;
	}
	return true;
}

static bool witnesses_true(struct attempt *at, const rule_list *rules,
			   struct rng *r, const struct said *s,
			   struct totals *sum)
{
	struct atoms atoms;
	struct domain d;

	atoms_init(&atoms, &at->arena);
	atoms_add_ast(&atoms, &at->c.ast);
	for (size_t i = 0; i < rules->n; i++)
		atoms_add_rule(&atoms, &rules->v[i]);
	domain_init(&d, &at->arena, &at->target, &atoms);
	for (size_t i = 0; i < s->diags.n; i++) {
		enum kclass class;
		const char *words;

		if (!witness_message(s->diags.v[i]->text, &class, &words)) {
			sum->effects++;
			continue;
		}
		sum->witnesses++;
		if (!witness_true(at, rules, &d, r, class, words))
			return false;
	}
	return true;
}

/* ---- one pair ---- */

static bool verdict_right(struct attempt *at, const char *text,
			  const rule_list *rules, const char *bad,
			  struct rng *r, const struct said *s,
			  struct totals *sum, struct disagreement *d)
{
	bool same;

	if (bad || s->refused) {
		sum->refused++;
		return bad && s->refused;
	}
	if (s->budget) {
		sum->budget++;
		return true;
	}
	same = agree(&at->arena, &at->prog, &at->c.ast, rules, ACCESS_CAP, r,
		     d);
	if (same && !d->all) {
		sum->unsure++;
		return true;
	}
	sum->equal += same;
	sum->differ += !same;
	if (same != s->equal)
		return false;
	return same || witnesses_true(at, rules, r, s, sum);
}

static bool one_pair(struct attempt *at, const char *text, struct rng *r,
		     struct totals *sum)
{
	struct disagreement d = { 0 };
	rule_list rules = { 0 };
	const char *bad = NULL;
	struct said s;
	bool right;

	sum->pairs++;
	lines_read(&at->arena, &at->c.strings, &at->target, text,
		   strlen(text), &rules, &bad);
	ask(at, text, &s);
	right = verdict_right(at, text, &rules, bad, r, &s, sum, &d);
	if (!right) {
		sum->wrong++;
		printf("FAIL: verify and enumeration differ\n");
		show(at, text, &s);
		if (!bad)
			disagreement_print(&d);
	}
	return right && s.equal;
}

/* ---- changes ---- */

struct lines {
	const char *v[64];
	size_t n;
};

static void split(struct arena *a, const char *text, struct lines *l)
{
	l->n = 0;
	while (*text && l->n < ARRAY_SIZE(l->v)) {
		size_t n = strcspn(text, "\n");

		l->v[l->n++] = arena_strndup(a, text, n);
		text += n + (text[n] == '\n');
	}
}

static const char *joined(struct arena *a, const struct lines *l)
{
	struct buf b;

	buf_init(&b, a);
	buf_puts(&b, "");
	for (size_t i = 0; i < l->n; i++)
		buf_printf(&b, "%s\n", l->v[i]);
	return b.s ? b.s : "";
}

static const char *const swaps[][2] = {
	{ " uid=", " euid=" }, { " euid=", " uid=" }, { "=^MAY", "=MAY" },
	{ "=MAY", "=^MAY" }, { "a_t", "b_t" }, { "b_t", "a_t" },
	{ "obj_type", "subj_type" }, { "0", "1" }, { "1000", "999" },
	{ "<1", "<2" }, { ">0", ">1" }, { "dont_", "" }, { "fowner", "uid" },
	{ "BPRM", "MMAP" }, { "pcr=11", "pcr=12" }, { " pcr=12", "" },
	{ "READ", "WRITE" }, { "uid=", "uid<" }, { ">", "<" },
	{ " func=FILE_CHECK", "" }, { " func=MODULE_CHECK", "" },
	{ "measure", "audit" }, { "ext4", "tmpfs" }, { "11", "22" },
};

static const char *changed_line(struct arena *a, const char *line,
				struct rng *r)
{
	for (int tries = 0; tries < 40; tries++) {
		size_t i = rng_below(r, ARRAY_SIZE(swaps));
		const char *at = strstr(line, swaps[i][0]);
		struct buf b;

		if (!at)
			continue;
		buf_init(&b, a);
		buf_add(&b, line, (size_t)(at - line));
		buf_puts(&b, swaps[i][1]);
		buf_puts(&b, at + strlen(swaps[i][0]));
		return b.s;
	}
	return line;
}

static const char *changed(struct arena *a, const char *text, struct rng *r)
{
	struct lines l;
	size_t i, j;
	const char *t;

	split(a, text, &l);
	if (l.n == 0)
		return text;
	i = rng_below(r, l.n);
	switch (rng_below(r, 4)) {
	case 0:
		j = rng_below(r, l.n);
		t = l.v[i];
		l.v[i] = l.v[j];
		l.v[j] = t;
		break;
	case 1:
		for (j = i; j + 1 < l.n; j++)
			l.v[j] = l.v[j + 1];
		l.n--;
		break;
	default:
		l.v[i] = changed_line(a, l.v[i], r);
	}
	return joined(a, &l);
}

/* ---- drawing ---- */

static void random_knobs(struct gen_knobs *k, struct rng *r,
			 const char *release)
{
	gen_defaults(k, r);
	k->release = NULL;
	k->exempt_audit = strcmp(release, "6.19") == 0;
	k->stmts = 1 + (unsigned int)rng_below(r, 4);
	k->depth = 1;
	k->ops &= ~(1u << AST_OP_EXEC_INTO);
	if (strncmp(release, "5.", 2) == 0) {
		k->dims &= ~(GEN_BIT(GEN_GID) | GEN_BIT(GEN_EGID) |
			     GEN_BIT(GEN_GROUP));
		k->ops &= ~(1u << AST_OP_DATA);
	}
	if (strcmp(release, "5.4") == 0)
		k->ops &= ~(1u << AST_OP_KEY | 1u << AST_OP_KEXEC_CMDLINE);
}

static const char *random_lines(struct arena *a, const struct gen_knobs *k,
				struct rng *r)
{
	unsigned int n = 1 + (unsigned int)rng_below(r, 4);
	struct buf b;

	buf_init(&b, a);
	for (unsigned int i = 0; i < n; i++) {
		gen_line(&b, k, r);
		buf_putc(&b, '\n');
	}
	return b.s;
}

static void one_program(void *totals, struct rng *r)
{
	struct totals *sum = totals;
	const char *release = releases[rng_below(r, ARRAY_SIZE(releases))];
	struct gen_knobs k;
	struct ktarget t;
	struct attempt at;
	struct arena a;
	struct buf b;

	random_knobs(&k, r, release);
	target_of(&t, release);
	arena_init(&a);
	buf_init(&b, &a);
	gen_policy(&b, &k, r);
	attempt_init(&at, b.s, &t);
	if (at.front_ok) {
		one_pair(&at, random_lines(&a, &k, r), r, sum);
		if (at.ok)
			one_pair(&at, at.lines.s, r, sum);
		for (int i = 0; at.ok && i < 4; i++) {
			const char *other = changed(&a, at.lines.s, r);

			if (strcmp(other, at.lines.s) != 0)
				sum->changed_equal +=
					one_pair(&at, other, r, sum);
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
	printf("%" PRIu64 " pairs: %" PRIu64 " equal (%" PRIu64
	       " after a change), %" PRIu64 " different, %" PRIu64
	       " with a line refused, %" PRIu64 " too large to enumerate, %"
	       PRIu64 " past the budget\n%" PRIu64
	       " witnesses held, %" PRIu64 " messages about load-time "
	       "effects\n", sum.pairs, sum.equal, sum.changed_equal,
	       sum.differ, sum.refused, sum.unsure, sum.budget,
	       sum.witnesses, sum.effects);
	if (sum.wrong)
		return 1;
	if (!sum.equal || !sum.changed_equal || !sum.witnesses ||
	    sum.unsure * 4 > sum.pairs) {
		printf("FAIL: one of the cases never came up\n");
		return 1;
	}
	return 0;
}
