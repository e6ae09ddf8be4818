/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "cli_diff.h"
#include "util.h"
#include "utf8.h"

/* ---- words ---- */

static const struct {
	const char *word, *text;
} kinds[] = {
	/* those of the first two depend on the class */
	{ "gained", NULL }, { "lost", NULL },
	{ "stricter", "stricter requirement" },
	{ "weaker", "weaker requirement" },
	{ "requirement", "other requirement" },
	{ "pcr", "other PCR" }, { "template", "other template" },
	{ "digest", "other digest" }, { "direct-io", "other direct I/O" },
	{ "sticky", "other options kept with the file" },
};

static_assert(DIFF_STICKY == 1 << (ARRAY_SIZE(kinds) - 1), "a row each");

static size_t row_of(unsigned int bit)
{
	size_t i = 0;

	while (bit >>= 1)
		i++;
	return i;
}

const char *diff_kind_word(unsigned int bit)
{
	return kinds[row_of(bit)].word;
}

const char *diff_kind_text(const struct difference_entry *e, unsigned int bit)
{
	static const char *const texts[KCLASS_COUNT][2] = {
		{ "newly measured", "no longer measured" },
		{ "newly refused without a digest that fits",
		  "no longer refused without a digest that fits" },
		{ "newly audited", "no longer audited" },
		{ "newly hashed", "no longer hashed" },
	};
	const struct access_outcome *x = bit == DIFF_LOST ? &e->old.outcome :
							    &e->new.outcome;
	size_t row = row_of(bit);

	if (row > 1)
		return kinds[row].text;
	if (e->class == KCLASS_APPRAISE && x->sig)
		return row ? "no longer refused if unsigned" :
			     "newly refused if unsigned";
	return texts[e->class][row];
}

static void put_flags(unsigned int flags, struct buf *out)
{
	static const struct {
		unsigned int bit;
		const char *word;
	} words[] = {
		{ DIFF_FLAG_DIRECT_IO, "direct-io" },
		{ DIFF_FLAG_VERITY, "digest verity" },
		{ KSIG_IMASIG, "signature" }, { KSIG_MODSIG, "modsig" },
		{ KSIG_SIGV3, "sigv3" },
		{ DIFF_FLAG_BLACKLIST, "blacklist" },
	};
	const char *between = ", keeping ";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (flags & words[i].bit) {
			buf_printf(out, "%s%s", between, words[i].word);
			between = ", ";
		}
}

void diff_outcome(const struct difference_entry *e,
		  const struct difference_side *s, struct buf *out)
{
	access_describe_outcome(e->class, &s->outcome, out);
	put_flags(s->flags, out);
}

/* ---- places ---- */

static void put_rule(const struct diff_report *r, const struct policy *p,
		     size_t rule, struct buf *out)
{
	struct span s = p->rules.v[rule].origin;
	struct buf text;

	utf8_puts_visible(out, s.src->name);
	buf_printf(out, ":%zu: ",
		   source_position(r->arena, s.src, s.start).line);
	buf_init(&text, r->arena);
	span_put_line(s, &text);
	utf8_puts_visible(out, text.s);
	buf_putc(out, '\n');
}

/* ---- entries ---- */

static bool was_cleared(const struct difference_entry *e,
			const struct difference_side *s, const struct krule *k)
{
	return e->class == KCLASS_HASH && !s->outcome.acts && !k->dont;
}

/* an entry as it is shown: alone, or below one that differs in one side only */
struct shown {
	const struct difference_entry *e;
	const struct difference_side *side[2];
	const char *outcome[2];
	bool done;
};

struct showing {
	const struct diff_report *r;
	const struct diff_side *of[2];
	struct shown *v;
	size_t n, left;
	struct buf *out;
};

static const char *const side_words[] = { "old", "new" };

static const char *outcome_text(const struct diff_report *r,
				const struct difference_entry *e,
				const struct difference_side *s,
				const struct policy *p)
{
	struct buf b;

	buf_init(&b, r->arena);
	diff_outcome(e, s, &b);
	if (s->rule != DIFFERENCE_NONE &&
	    was_cleared(e, s, &p->rules.v[s->rule].k))
		buf_puts(&b, ", cleared by a later appraise");
	return b.s;
}

static void prepare(struct showing *g)
{
	size_t i;
	int s;

	g->v = arena_zalloc(g->r->arena, g->n + 1, sizeof(*g->v));
	for (i = 0; i < g->n; i++) {
		struct shown *x = &g->v[i];

		x->e = &g->r->d->entries.v[i];
		x->side[0] = &x->e->old;
		x->side[1] = &x->e->new;
		for (s = 0; s < 2; s++)
			x->outcome[s] = outcome_text(g->r, x->e, x->side[s],
						     g->of[s]->p);
	}
}

static bool same_statement(const struct policy *p, size_t a, size_t b)
{
	if (a == DIFFERENCE_NONE || b == DIFFERENCE_NONE)
		return a == b;
	return policy_same_origin(&p->rules.v[a], &p->rules.v[b]);
}

/* all is the same but who decides on one side */
static bool alike(const struct showing *g, const struct shown *x,
		  const struct shown *y, int same_side)
{
	return !y->done && x->e->class == y->e->class &&
	       x->e->kinds == y->e->kinds &&
	       !strcmp(x->outcome[0], y->outcome[0]) &&
	       !strcmp(x->outcome[1], y->outcome[1]) &&
	       same_statement(g->of[same_side]->p, x->side[same_side]->rule,
			      y->side[same_side]->rule);
}

static void put_decider(const struct showing *g, const struct shown *x, int s)
{
	if (x->side[s]->rule == DIFFERENCE_NONE)
		buf_puts(g->out, "nothing matches\n");
	else
		put_rule(g->r, g->of[s]->p, x->side[s]->rule, g->out);
}

static void put_one(const struct showing *g, const struct shown *x)
{
	const char *between = "";
	unsigned int bit;
	int s;

	for (bit = 1; bit <= DIFF_STICKY; bit <<= 1)
		if (x->e->kinds & bit) {
			buf_printf(g->out, "%s%s", between,
				   diff_kind_text(x->e, bit));
			between = ", ";
		}
	buf_puts(g->out, ": ");
	witness_describe(g->r->d->space, &x->e->witness, g->out);
	buf_putc(g->out, '\n');
	for (s = 0; s < 2; s++) {
		buf_printf(g->out, "  %s: %s: ", side_words[s], x->outcome[s]);
		put_decider(g, x, s);
	}
}

/* who differs is named, and where */
static void put_also(const struct showing *g, const struct shown *x, int s)
{
	buf_puts(g->out, "  also: ");
	witness_describe(g->r->d->space, &x->e->witness, g->out);
	buf_printf(g->out, "; %s: ", side_words[s]);
	put_decider(g, x, s);
}

static size_t count_alike(const struct showing *g, size_t i, int same_side)
{
	size_t k, n = 0;

	for (k = i + 1; k < g->n; k++)
		n += alike(g, &g->v[i], &g->v[k], same_side);
	return n;
}

static void put_group(struct showing *g, size_t i)
{
	struct shown *x = &g->v[i];
	size_t k, shown = 0, of_new = count_alike(g, i, 1);
	int same_side = of_new >= count_alike(g, i, 0);

	put_one(g, x);
	x->done = true;
	g->left--;
	for (k = i + 1; k < g->n; k++) {
		struct shown *y = &g->v[k];

		if (!alike(g, x, y, same_side))
			continue;
		if (g->r->all || shown < DIFF_SHOWN_ALIKE)
			put_also(g, y, !same_side);
		y->done = true;
		g->left--;
		shown++;
	}
	if (!g->r->all && shown > DIFF_SHOWN_ALIKE)
		buf_printf(g->out, "  and %zu more like it; --all shows them\n",
			   shown - DIFF_SHOWN_ALIKE);
}

static void put_entries(const struct diff_report *r, struct buf *out)
{
	struct showing g = { r, { &r->old, &r->new }, NULL, r->d->entries.n,
			     r->d->entries.n, out };
	size_t i, groups = 0;

	prepare(&g);
	for (i = 0; i < g.n; i++) {
		if (g.v[i].done)
			continue;
		if (!r->all && groups == DIFF_SHOWN)
			break;
		put_group(&g, i);
		groups++;
	}
	if (g.left)
		buf_printf(out, "%zu more places that differ; --all shows them\n",
			   g.left);
}

/* ---- what loading switches on ---- */

size_t diff_effect_rule(const struct policy *p, unsigned int bit)
{
	size_t i;

	for (i = 0; i < p->rules.n; i++)
		if (krule_effects(&p->rules.v[i].k) & bit)
			return i;
	return DIFFERENCE_NONE;
}

size_t diff_xattr_rule(const struct policy *p)
{
	size_t i;

	for (i = 0; i < p->rules.n; i++)
		if (p->rules.v[i].k.func == KHOOK_SETXATTR)
			return i;
	return DIFFERENCE_NONE;
}

static const struct {
	unsigned int bit;
	const char *text;
} effects[] = {
	{ KEFFECT_MODULE, "init_module(2) is refused" },
	{ KEFFECT_FIRMWARE, "firmware through sysfs is refused" },
	{ KEFFECT_POLICY, "a policy is loaded by its path alone" },
	{ KEFFECT_KEXEC, "kexec_load(2) is refused" },
};

/* what the boot's own policy switched on outlives it */
static void put_stays(const struct diff_report *r, struct buf *out)
{
	if (r->old.builtin && !r->new.builtin)
		buf_printf(out, "  where %s was in force when the new policy is "
			   "loaded, it stays so until the next boot\n",
			   r->old.name);
}

static void put_effects(const struct diff_report *r, struct buf *out)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(effects); i++) {
		unsigned int bit = effects[i].bit;

		if (r->d->effects_gained & bit) {
			buf_printf(out, "newly from loading on: %s\n  new: ",
				   effects[i].text);
			put_rule(r, r->new.p, diff_effect_rule(r->new.p, bit),
				 out);
		}
		if (r->d->effects_lost & bit) {
			buf_printf(out, "no longer from loading on: %s\n"
				   "  old: ", effects[i].text);
			put_rule(r, r->old.p, diff_effect_rule(r->old.p, bit),
				 out);
			put_stays(r, out);
		}
	}
}

static void put_algorithms(const struct diff_report *r, const char *word,
			   const struct policy *p, struct buf *out)
{
	size_t rule = diff_xattr_rule(p);

	buf_printf(out, "  %s: ", word);
	if (rule == DIFFERENCE_NONE)
		buf_puts(out, "any\n");
	else
		put_rule(r, p, rule, out);
}

static void put_xattr(const struct diff_report *r, struct buf *out)
{
	if (!r->d->xattr)
		return;
	buf_puts(out, "other algorithms from loading on, for what is written to "
		 "security.ima\n");
	put_algorithms(r, "old", r->old.p, out);
	put_algorithms(r, "new", r->new.p, out);
}

void diff_text(const struct diff_report *r, struct buf *out)
{
	put_entries(r, out);
	put_effects(r, out);
	put_xattr(r, out);
}
