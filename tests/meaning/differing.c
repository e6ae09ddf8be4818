/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "differing.h"
#include "util.h"

void differing_init(struct differing *d, struct arena *a,
		    const struct policy *old, const struct policy *new)
{
	const struct policy *both[2] = { old, new };
	struct atoms atoms;
	size_t i, j;
	int s;

	memset(d, 0, sizeof(*d));
	d->arena = a;
	atoms_init(&atoms, a);
	for (s = 0; s < 2; s++) {
		const struct policy *p = both[s];

		d->policy[s] = p;
		d->rules[s] = arena_zalloc(a, p->rules.n + 1,
					   sizeof(*d->rules[s]));
		d->statement[s] = arena_zalloc(a, p->rules.n + 1,
					       sizeof(*d->statement[s]));
		for (i = 0; i < p->rules.n; i++) {
			const struct krule *r = &p->rules.v[i].k;

			d->rules[s][i] = *r;
			d->any_flags |= r->directio || r->verity || r->sig ||
					r->blacklist;
			atoms_add_rule(&atoms, r);
			for (j = 0; span_cmp(p->rules.v[i].origin,
					     p->rules.v[j].origin); j++)
				;
			d->statement[s][i] = j;
		}
	}
	domain_init(&d->domain, a, &old->target, &atoms);
	domain_every_event(&d->domain, a, &old->target);
}

/* ---- one policy at one access ---- */

/* as the list is written, also of a class in which no rule of it acts */
static size_t first_match(const struct differing *d, int s, enum kclass c,
			  const struct kaccess *a)
{
	size_t i;

	for (i = 0; i < d->policy[s]->rules.n; i++)
		if (d->rules[s][i].class == c &&
		    brute_rule_matches(&d->policy[s]->target, &d->rules[s][i],
				       a))
			return i;
	return DIFFERENCE_NONE;
}

/* from 6.6 on every signature that is asked for asks for it, and it is no option */
static bool blacklist_counts(const struct ktarget *t)
{
	return t->release.major < 6 ||
	       (t->release.major == 6 && t->release.minor < 6);
}

static unsigned int flags_of(const struct ktarget *t, const struct krule *r)
{
	return (unsigned int)r->sig |
	       (r->directio ? (unsigned int)DIFF_FLAG_DIRECT_IO : 0) |
	       (r->verity ? (unsigned int)DIFF_FLAG_VERITY : 0) |
	       (r->blacklist && blacklist_counts(t) ?
		(unsigned int)DIFF_FLAG_BLACKLIST : 0);
}

static void look_side(const struct differing *d, int s,
		      const struct kaccess *a, struct differing_at *out)
{
	const struct policy *p = d->policy[s];
	struct bverdict v;
	int c;

	brute_rules(&p->target, d->rules[s], p->rules.n, a, &v);
	for (c = 0; c < KCLASS_COUNT; c++) {
		struct differing_side *x = &out[c].side[s];

		x->outcome = v.out[c];
		x->rule = first_match(d, s, (enum kclass)c, a);
		x->statement = x->rule == DIFFERENCE_NONE ? DIFFERENCE_NONE :
				d->statement[s][x->rule];
		x->flags = v.by[c] < 0 || khook_is_text(a->hook) ? 0 :
			flags_of(&p->target, &d->rules[s][v.by[c]]);
	}
}

/* ---- outcomes that differ ---- */

/* what can be shown of a file, with any hash, and what an access may be like */
enum { SHOW_DIGEST = 1, SHOW_SIGNATURE = 2, SHOW_MODSIG = 4, SHOW_SIGV3 = 8,
       SHOW_VERITY = 16, SHOW_DIRECT = 32,
       SHOW_REVOKED = 64,	/* all of them, but the kernel's blacklist has it */
};

/* one bit for each thing that does; facts 10.1 and 10.2 */
static unsigned int passing(const struct differing_side *x)
{
	const struct boutcome *o = &x->outcome;
	unsigned int bits = o->directio ? SHOW_DIRECT : 0;

	if (o->verity)
		return bits | SHOW_VERITY;
	if (!(x->flags & DIFF_FLAG_BLACKLIST))
		bits |= SHOW_REVOKED;
	if (o->sig == KSIG_SIGV3)
		return bits | SHOW_SIGV3;
	if (!o->sig)
		bits |= SHOW_DIGEST;
	if (o->sig & KSIG_MODSIG)
		bits |= SHOW_MODSIG;
	return bits | SHOW_SIGNATURE | SHOW_SIGV3;
}

static uint32_t hashes(const struct boutcome *o)
{
	return o->algos ? o->algos : UINT32_MAX;
}

/* does all that passes under x pass under y? */
static bool passes_too(const struct differing_side *x,
		       const struct differing_side *y)
{
	return !(passing(x) & ~passing(y)) &&
	       !(hashes(&x->outcome) & ~hashes(&y->outcome));
}

static unsigned int appraise_kind(const struct differing_side *old,
				  const struct differing_side *new)
{
	bool stricter = passes_too(new, old), weaker = passes_too(old, new);

	return stricter == weaker ? DIFF_REQUIREMENT :
	       stricter ? DIFF_STRICTER : DIFF_WEAKER;
}

static bool same_template(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static unsigned int outcome_kinds(enum kclass c, const struct differing_at *at)
{
	const struct boutcome *old = &at->side[0].outcome;
	const struct boutcome *new = &at->side[1].outcome;
	unsigned int kinds = 0;

	if (boutcome_equal(old, new))
		return 0;
	if (old->act != new->act)
		return new->act ? DIFF_GAINED : DIFF_LOST;
	if (c == KCLASS_APPRAISE)
		return appraise_kind(&at->side[0], &at->side[1]);
	if (old->pcr != new->pcr)
		kinds |= DIFF_PCR;
	if (!same_template(old->template, new->template))
		kinds |= DIFF_TEMPLATE;
	if (old->verity != new->verity)
		kinds |= DIFF_DIGEST;
	if (old->directio != new->directio)
		kinds |= DIFF_DIRECT_IO;
	return kinds;
}

/* ---- what stays with a file ---- */

static void take_file(const struct kaccess *file, struct kaccess *a)
{
	int f;

	a->fowner = file->fowner;
	a->fgroup = file->fgroup;
	a->fsmagic = file->fsmagic;
	a->fsname = file->fsname;
	a->fs_subtype = file->fs_subtype;
	a->fsuuid = file->fsuuid;
	for (f = KLSM_OBJ_USER; f <= KLSM_OBJ_TYPE; f++)
		a->lsm[f] = file->lsm[f];
}

/* the flags that some access to the file looks at, under one of the policies */
static unsigned int looked_at(const struct differing *d,
			      const struct kaccess *file)
{
	unsigned int bits = 0;
	uint64_t i;
	int s, c;

	for (i = 0; i < domain_acts(&d->domain); i++) {
		struct kaccess a;

		domain_act(&d->domain, 0, i, &a);
		take_file(file, &a);
		for (s = 0; s < 2 && !khook_is_text(a.hook); s++) {
			struct bverdict v;

			brute_rules(&d->policy[s]->target, d->rules[s],
				    d->policy[s]->rules.n, &a, &v);
			for (c = 0; c < KCLASS_COUNT; c++)
				if (v.out[c].act)
					bits |= DIFF_FLAG_DIRECT_IO |
						DIFF_FLAG_VERITY;
			if (v.out[KCLASS_APPRAISE].act)
				bits |= KSIG_IMASIG | KSIG_MODSIG |
					KSIG_SIGV3 | DIFF_FLAG_BLACKLIST;
		}
	}
	return bits;
}

static void look_sticky(struct differing_at at[KCLASS_COUNT],
			unsigned int looked)
{
	unsigned int word[2] = { 0, 0 };
	int c;

	for (c = 0; c < KCLASS_COUNT; c++) {
		word[0] |= at[c].side[0].flags;
		word[1] |= at[c].side[1].flags;
	}
	for (c = 0; c < KCLASS_COUNT; c++) {
		struct differing_at *x = &at[c];

		if (x->kinds)
			continue;
		x->flags = (x->side[0].flags ^ x->side[1].flags) &
			   (word[0] ^ word[1]) & looked;
		if (!x->flags)
			continue;
		/* where both appraise it can only be the blacklist */
		x->kinds = c == KCLASS_APPRAISE && x->side[0].outcome.act ?
			appraise_kind(&x->side[0], &x->side[1]) : DIFF_STICKY;
	}
}

/* ---- both ---- */

static bool flags_differ(const struct differing_at at[KCLASS_COUNT])
{
	int c;

	for (c = 0; c < KCLASS_COUNT; c++)
		if (at[c].side[0].flags != at[c].side[1].flags)
			return true;
	return false;
}

static void look(const struct differing *d, const struct kaccess *a,
		 const unsigned int *looked,
		 struct differing_at out[KCLASS_COUNT])
{
	int c;

	memset(out, 0, KCLASS_COUNT * sizeof(out[0]));
	look_side(d, 0, a, out);
	look_side(d, 1, a, out);
	for (c = 0; c < KCLASS_COUNT; c++)
		out[c].kinds = outcome_kinds((enum kclass)c, &out[c]);
	if (d->any_flags && flags_differ(out))
		look_sticky(out, looked ? *looked : looked_at(d, a));
}

void differing_look(const struct differing *d, const struct kaccess *a,
		    struct differing_at out[KCLASS_COUNT])
{
	look(d, a, NULL, out);
}

bool differing_same_key(const struct differing_at *x,
			const struct differing_at *y)
{
	int s;

	for (s = 0; s < 2; s++)
		if (x->side[s].statement != y->side[s].statement ||
		    !boutcome_equal(&x->side[s].outcome, &y->side[s].outcome))
			return false;
	return x->kinds == y->kinds;
}

static void count(struct differing *d, const struct kaccess *a,
		  const struct differing_at at[KCLASS_COUNT])
{
	size_t i;
	int c;

	for (c = 0; c < KCLASS_COUNT; c++) {
		struct differing_key key = { (enum kclass)c, at[c], *a, 1 };

		if (!at[c].kinds)
			continue;
		for (i = 0; i < d->keys.n; i++)
			if (d->keys.v[i].class == key.class &&
			    differing_same_key(&d->keys.v[i].at, &at[c]))
				break;
		if (i == d->keys.n)
			vec_push(d->arena, &d->keys, key);
		else
			d->keys.v[i].n++;
	}
}

static void see_one(struct differing *d, const struct kaccess *a,
		    const unsigned int *looked, differing_see *see, void *arg)
{
	struct differing_at at[KCLASS_COUNT];

	look(d, a, looked, at);
	count(d, a, at);
	if (see)
		see(arg, a, at);
}

void differing_find(struct differing *d, differing_see *see, void *arg)
{
	const struct domain *dom = &d->domain;
	struct beffects e[2];
	struct kaccess a;
	uint64_t f, i;
	int s;

	d->keys.n = 0;
	for (f = 0; dom->n_file && f < domain_files(dom); f++) {
		unsigned int looked = 0;

		domain_act(dom, f, 0, &a);
		if (d->any_flags)
			looked = looked_at(d, &a);
		for (i = 0; i < domain_acts(dom); i++) {
			domain_act(dom, f, i, &a);
			see_one(d, &a, &looked, see, arg);
		}
	}
	for (i = dom->n_file; i < domain_count(dom); i++) {
		domain_access(dom, i, &a);
		see_one(d, &a, NULL, see, arg);
	}
	for (s = 0; s < 2; s++)
		e[s] = brute_rules_effects(d->rules[s],
					   d->policy[s]->rules.n);
	d->effects_gained = e[1].set & ~e[0].set;
	d->effects_lost = e[0].set & ~e[1].set;
	d->xattr = e[0].xattr_algos != e[1].xattr_algos;
}

bool differing_equal(const struct differing *d)
{
	return !d->keys.n && !d->effects_gained && !d->effects_lost &&
	       !d->xattr;
}

/* ---- for a reader ---- */

void differing_print_kinds(struct buf *b, unsigned int kinds)
{
	static const char *const words[DIFFERING_KINDS] = {
		"gained", "lost", "stricter", "weaker", "requirement", "pcr",
		"template", "digest", "direct-io", "sticky",
	};
	const char *gap = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (!(kinds & 1u << i))
			continue;
		buf_printf(b, "%s%s", gap, words[i]);
		gap = ", ";
	}
	buf_puts(b, kinds ? "" : "no difference");
}

void differing_print(struct buf *b, enum kclass class,
		     const struct differing_at *at)
{
	int s;

	buf_printf(b, "%s: ", bclass_name(class));
	differing_print_kinds(b, at->kinds);
	for (s = 0; s < 2; s++) {
		const struct differing_side *x = &at->side[s];

		buf_printf(b, "; %s ", s ? "new" : "old");
		if (x->rule == DIFFERENCE_NONE)
			buf_puts(b, "(none) ");
		else
			buf_printf(b, "(%zu, of %zu) ", x->rule, x->statement);
		boutcome_print(b, &x->outcome);
		buf_printf(b, " flags %u", x->flags);
	}
	buf_putc(b, '\n');
}
