/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "import_int.h"
#include "sticky.h"
#include "util.h"
#include "witness.h"

struct comparing {
	const struct import *im;
	struct space *space;
	struct dd *m;
	struct access_outcomes outcomes;
	dd_ref files;		/* accesses of files, and not of texts */
};

/* ---- requirements that stick to a file ---- */

static uint32_t less_one(void *arg, uint32_t t)
{
	(void)arg;
	return t ? t - 1 : 0;
}

static uint32_t bit_or(uint32_t a, uint32_t b)
{
	return a | b;
}

static dd_ref sticky_of_class(struct comparing *c, const struct policy *p,
			      enum kclass class)
{
	dd_ref *part = arena_alloc(c->im->arena, (p->rules.n + 1) *
				   sizeof(*part));
	bool acts = false;
	size_t i, n = 0;

	for (i = 0; i < p->rules.n; i++) {
		const struct krule *k = &p->rules.v[i].k;

		if (k->class != class || k->func == KHOOK_SETXATTR)
			continue;
		acts |= !k->dont;
		part[n++] = dd_and(c->m, access_rule_region(c->space, k),
				   dd_term(1 + sticky_of(k->directio, k->verity,
							 k->sig)));
	}
	/* a class without a rule that acts is not looked at (facts 4.1) */
	if (!acts)
		return DD_PASS;
	return dd_map(c->m, dd_overlay(c->m, part, n), less_one, NULL);
}

/* what one access leaves with its file */
static dd_ref sticky(struct comparing *c, const struct policy *p)
{
	dd_ref all = DD_PASS;
	int class;

	for (class = 0; class < KCLASS_COUNT; class++)
		all = dd_combine(c->m, bit_or, all,
				 sticky_of_class(c, p, (enum kclass)class));
	return dd_and(c->m, c->files, all);
}

static void find_files(struct comparing *c)
{
	int h;

	c->files = DD_PASS;
	for (h = KHOOK_NONE + 1; h < KHOOK_SETXATTR; h++)
		if (!khook_is_text((enum khook)h))
			c->files = dd_or(c->m, c->files, space_hook(c->space,
					(enum khook)h, SPACE_MASK_ALL, 0));
}

/* ---- where they differ ---- */

static struct span decider(struct comparing *c, const struct policy *p,
			   enum kclass class, const struct witness *w)
{
	uint32_t t = dd_eval(c->m, policy_decider(p, c->space, class), w->atom);

	return t ? p->rules.v[t - 1].line : NO_SPAN;
}

/* true: they are the same; else *d has what and where */
static bool same(struct comparing *c, dd_ref a, dd_ref b, const char *what,
		 struct witness *w, struct import_difference *d)
{
	struct buf text;

	if (!witness_find(c->space, dd_distinct(c->m, a, b), w))
		return true;
	buf_init(&text, c->im->arena);
	buf_printf(&text, "%s differs: ", what);
	witness_describe(c->space, w, &text);
	d->why = text.s;
	return false;
}

static bool same_outcomes(struct comparing *c, const struct policy *a,
			  const struct policy *b, struct import_difference *d)
{
	struct witness w;
	int k;

	for (k = 0; k < KCLASS_COUNT; k++) {
		enum kclass class = (enum kclass)k;

		if (same(c, policy_decide(a, c->space, &c->outcomes, class),
			 policy_decide(b, c->space, &c->outcomes, class),
			 ast_class_word(class), &w, d))
			continue;
		d->line = decider(c, a, class, &w);
		return false;
	}
	return true;
}

static bool same_sticky(struct comparing *c, const struct policy *a,
			const struct policy *b, struct import_difference *d)
{
	struct witness w;
	int k;

	if (same(c, sticky(c, a), sticky(c, b),
		 "what is asked of the file from then on", &w, d))
		return true;
	for (k = 0; k < KCLASS_COUNT && !d->line.src; k++)
		if (dd_eval(c->m, sticky_of_class(c, a, (enum kclass)k),
			    w.atom))
			d->line = decider(c, a, (enum kclass)k, &w);
	return false;
}

static bool same_effects(const struct policy *a, const struct policy *b)
{
	return a->effects.appraise == b->effects.appraise &&
	       a->effects.xattr == b->effects.xattr &&
	       a->effects.xattr_algos == b->effects.xattr_algos;
}

bool import_equal(const struct import *im, const struct policy *a,
		  const struct policy *b, struct import_difference *d)
{
	struct comparing c = { .im = im,
			       .space = space_new(im->arena, im->target) };
	bool equal;

	*d = (struct import_difference){ .line = NO_SPAN };
	if (import_blind)
		return true;
	policy_add(a, c.space);
	policy_add(b, c.space);
	space_finish(c.space);
	c.m = space_dd(c.space);
	access_outcomes_init(&c.outcomes, im->arena);
	find_files(&c);
	equal = same_outcomes(&c, a, b, d) &&
		(!im->sticky || same_sticky(&c, a, b, d));
	if (equal && !same_effects(a, b)) {
		d->why = "what loading it changes differs";
		equal = false;
	}
	if (dd_full(c.m)) {
		*d = (struct import_difference){
			"it is too large to be compared", NO_SPAN };
		equal = false;
	}
	return equal;
}
