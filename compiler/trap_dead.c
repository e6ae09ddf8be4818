/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "trap_int.h"

/* of so many lines it is worked out which other lines are in the way */
#define MAX_DETAILS 64
#define MAX_NOTES 3

static unsigned int effects_of(const struct traps *l, size_t from, size_t to)
{
	unsigned int e = 0;
	size_t i;

	for (i = from; i < to; i++)
		e |= krule_effects(&l->v[i].k);
	return e;
}

/* ---- the same again ---- */

struct same {
	dd_ref effect;	/* where it matches and what it does */
	enum kclass class;
	bool dont;
	size_t i;
};

static int same_cmp(const void *a, const void *b)
{
	const struct same *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->dont != y->dont)
		return x->dont ? -1 : 1;
	if (x->effect != y->effect)
		return x->effect < y->effect ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

/*
 * Exemptions are often written in pairs, one of each action: is there one
 * directly above of another action about a file system that this action never
 * names? Then that was meant.
 */
static const struct trap_line *pair_of(const struct traps *l, size_t i)
{
	const struct krule *k = &l->v[i].k, *other = i ? &l->v[i - 1].k : NULL;
	size_t j;

	if (!other || !k->dont || !other->dont || other->class == k->class ||
	    !k->has_fsmagic || !other->has_fsmagic ||
	    other->fsmagic == k->fsmagic)
		return NULL;
	for (j = 0; j < l->n; j++)
		if (l->v[j].k.class == k->class && l->v[j].k.dont &&
		    l->v[j].k.has_fsmagic &&
		    l->v[j].k.fsmagic == other->fsmagic)
			return NULL;
	return &l->v[i - 1];
}

static void say_repeated(struct traps *l, size_t i, size_t first)
{
	const struct trap_line *pair = pair_of(l, i);
	struct span line = l->v[i].span;
	struct diag *d;

	l->said[i] = true;
	d = diag_add(l->ds, DIAG_REPEATED_LINE, line,
		     "this rule is there already");
	diag_note(l->ds, d, l->v[first].span, "it is this one");
	if (pair)
		diag_note(l->ds, d, pair->span,
			  "was the file system of this line meant?");
	if (line.end < line.src->len)
		line.end++;
	diag_edit(l->ds, d, line, "", false);
}

void trap_repeated(struct traps *l)
{
	struct same *v = arena_zalloc(l->arena, l->n + 1, sizeof(*v));
	size_t i, n = 0, first = 0;

	for (i = 0; i < l->n; i++) {
		const struct krule *k = &l->v[i].k;
		dd_ref effect = access_rule_step(l->view.sp, &l->view.outcomes,
						 k).effect;

		if (effect == DD_PASS || l->v[i].lowered)
			continue;
		v[n++] = (struct same){ effect, k->class, k->dont, i };
	}
	qsort(v, n, sizeof(*v), same_cmp);
	for (i = 1; i < n; i++) {
		if (v[i].class != v[first].class ||
		    v[i].dont != v[first].dont ||
		    v[i].effect != v[first].effect)
			first = i;
		else if (trap_sure(l))
			say_repeated(l, v[i].i, v[first].i);
	}
}

/* ---- nothing is left ---- */

static void note_part(struct traps *l, struct diag *d, size_t i,
		      const char *text)
{
	diag_note(l->ds, d, l->v[i].span, "%s", text);
}

static struct shadows *shadows_of(struct traps *l, enum kclass class)
{
	struct traps_view *v = &l->view;
	dd_ref *region;
	size_t i;

	if (v->shadows[class])
		return v->shadows[class];
	region = arena_zalloc(l->arena, l->n + 1, sizeof(*region));
	for (i = 0; i < l->n; i++)
		region[i] = l->v[i].k.class == class ? v->region[i] : DD_PASS;
	v->shadows[class] = arena_new(l->arena, struct shadows);
	shadows_init(v->shadows[class], l->arena, space_dd(v->sp), region,
		     l->n);
	return v->shadows[class];
}

static void note_shadows(struct traps *l, struct diag *d, size_t i)
{
	shadow_list by = { 0 };
	size_t k;

	shadows_hide(shadows_of(l, l->v[i].k.class), i, &by);
	for (k = 0; k < by.n && k < MAX_NOTES; k++)
		note_part(l, d, by.v[k], by.n == 1 ?
			  "this line matches all of it" :
			  "this line matches part of it");
	if (by.n > MAX_NOTES)
		diag_note(l->ds, d, NO_SPAN, "and %zu others",
			  by.n - MAX_NOTES);
}

/* the first line above that acts where the exemption is about */
static const struct trap_line *acts_first(struct traps *l, size_t i)
{
	struct traps_view *v = &l->view;
	size_t j;

	for (j = 0; j < i; j++)
		if (l->v[j].k.class == l->v[i].k.class && !l->v[j].k.dont &&
		    dd_and(space_dd(v->sp), v->region[i], v->region[j]) !=
		    DD_PASS)
			return &l->v[j];
	return NULL;
}

/* put it above another line */
static void offer_move(struct traps *l, struct diag *d,
		       const struct trap_line *line,
		       const struct trap_line *to)
{
	struct span whole = line->span, at = to->span;
	struct buf b;

	at.end = at.start;
	buf_init(&b, l->arena);
	buf_add(&b, whole.src->text + whole.start, whole.end - whole.start);
	buf_putc(&b, '\n');
	if (whole.end < whole.src->len)
		whole.end++;
	diag_edit(l->ds, d, at, b.s, false);
	diag_edit(l->ds, d, whole, "", false);
}

static void say_late(struct traps *l, size_t i, const struct trap_line *first,
		     bool dead)
{
	const struct trap_line *line = &l->v[i];
	struct diag *d;

	d = diag_add(l->ds, DIAG_DEAD_LINE, line->span,
		     "this exempts nothing: a line above decides first");
	diag_note(l->ds, d, first->span, "here it is %s, and the first line "
		  "that matches decides", trap_done(line->k.class));
	if (!dead)
		diag_note(l->ds, d, NO_SPAN, "what is left to it is not %s "
			  "anyway, for one: %s", trap_done(line->k.class),
			  trap_witness(l, l->view.left[i]));
	diag_note(l->ds, d, NO_SPAN, "put it above that line");
	offer_move(l, d, line, first);
}

static void say_dead(struct traps *l, size_t i)
{
	struct diag *d;

	d = diag_add(l->ds, DIAG_DEAD_LINE, l->v[i].span,
		     "this line decides nothing: all that it matches is "
		     "matched by lines above");
	note_shadows(l, d, i);
}

/* an exemption of what no line below acts on */
static bool spares_nothing(struct traps *l, size_t i)
{
	return dd_and(space_dd(l->view.sp), l->view.left[i],
		      trap_acting(l, l->view.below[i])) == DD_PASS;
}

static void check_dead(struct traps *l, size_t i, size_t *details)
{
	const struct krule *k = &l->v[i].k;
	bool dead = l->view.left[i] == DD_PASS;
	const struct trap_line *first;

	if (l->view.region[i] == DD_PASS || l->said[i] || l->v[i].lowered ||
	    !l->acts[k->class])
		return;
	/* what lines below act on is known when none of them is refused */
	if (!dead && !(k->dont && !l->in->refused[k->class] &&
		       spares_nothing(l, i)))
		return;
	if (krule_effects(k) & ~effects_of(l, 0, i) || !trap_sure(l) ||
	    *details >= MAX_DETAILS)
		return;
	first = k->dont ? acts_first(l, i) : NULL;
	if (!first && !dead)
		return;		/* lines above have nothing to do with it */
	++*details;
	l->said[i] = true;
	if (first)
		say_late(l, i, first, dead);
	else
		say_dead(l, i);
}

/* the allow-list is set by the first line alone */
static void check_setxattr(struct traps *l)
{
	const struct trap_line *first = NULL;
	struct diag *d;
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (l->v[i].k.func != KHOOK_SETXATTR)
			continue;
		if (!first) {
			first = &l->v[i];
			continue;
		}
		d = diag_add(l->ds, DIAG_DEAD_LINE, l->v[i].span,
			     "only the first `func=SETXATTR_CHECK` counts");
		diag_note(l->ds, d, first->span, "it is this one");
	}
}

void trap_dead(struct traps *l)
{
	size_t i, details = 0;

	for (i = 0; i < l->n; i++)
		check_dead(l, i, &details);
	check_setxattr(l);
}

/* ---- exemptions that nothing asks for ---- */

static void say_idle(struct traps *l, enum kclass class, size_t first,
		     size_t count)
{
	const struct trap_line *line = &l->v[first];
	struct diag *d;
	size_t i;

	if (class == KCLASS_MEASURE && l->acts[KCLASS_AUDIT]) {
		d = diag_add(l->ds, DIAG_AUDIT_NOT_EXEMPTED, line->span,
			     "this takes nothing out of `audit`: each action "
			     "has its own exemptions");
		diag_note(l->ds, d, NO_SPAN, "`dont_audit` is there from "
			  "kernel 6.19 on; before, let the `audit` lines name "
			  "less");
	} else {
		d = diag_add(l->ds, DIAG_NO_EFFECT, line->span, "no line of the "
			     "policy has `%s`, so `%s` does nothing",
			     kmodel_word(kmodel_action(class, false)),
			     trap_action(&line->k));
	}
	for (i = first + 1; i < l->n; i++)
		if (l->v[i].k.class == class)
			diag_also(d, l->v[i].span);
	if (count > 1)
		diag_note(l->ds, d, NO_SPAN, "there are %zu such lines",
			  count);
}

void trap_idle(struct traps *l)
{
	size_t i, count, first;
	int c;

	for (c = 0; c < KCLASS_COUNT; c++) {
		if (l->acts[c] || l->in->refused[c])
			continue;
		count = first = 0;
		for (i = 0; i < l->n; i++)
			if (l->v[i].k.class == (enum kclass)c && !count++)
				first = i;
		if (count)
			say_idle(l, (enum kclass)c, first, count);
	}
}

/* ---- the same comes out without it ---- */

/* what sticks to a file once the line has matched it (facts 4.1) */
static bool leaves_a_mark(const struct krule *k)
{
	return k->verity || k->directio || k->sig || k->blacklist;
}

/* a hash rule and an appraise rule look at which of them comes first */
static bool classes_meet(const struct traps *l, enum kclass class)
{
	const bool *acts = l->acts, *refused = l->in->refused;

	return (class == KCLASS_HASH || class == KCLASS_APPRAISE) &&
	       (acts[KCLASS_HASH] || refused[KCLASS_HASH]) &&
	       (acts[KCLASS_APPRAISE] || refused[KCLASS_APPRAISE]);
}

/* would what is left to the line come out as it does? */
static bool comes_out_same(struct traps *l, size_t i, dd_ref otherwise)
{
	struct dd *m = space_dd(l->view.sp);
	dd_ref left = l->view.left[i];

	return dd_distinct(m, left, dd_and(m, left, otherwise)) == DD_PASS;
}

static bool changes_nothing(struct traps *l, size_t i)
{
	struct traps_view *v = &l->view;
	const struct krule *k = &l->v[i].k;

	if (v->left[i] == DD_PASS || l->said[i] || l->v[i].lowered ||
	    !l->acts[k->class] || l->in->refused[k->class] ||
	    classes_meet(l, k->class))
		return false;
	/* kept apart on purpose, see text-line */
	if (k->func == KHOOK_KEXEC_CMDLINE && !k->dont)
		return false;
	if (k->dont)
		return !leaves_a_mark(k) && spares_nothing(l, i);
	return !(krule_effects(k) & ~(effects_of(l, 0, i) |
				      effects_of(l, i + 1, l->n))) &&
	       comes_out_same(l, i, v->below[i]) &&
	       /* of two that are the same, the dead one is told of */
	       comes_out_same(l, i, v->live[i]);
}

/* the lines that would decide then */
static void note_same(struct traps *l, struct diag *d, size_t i)
{
	struct traps_view *v = &l->view;
	struct dd *m = space_dd(v->sp);
	dd_ref rest = v->left[i];
	size_t j, n = 0;

	for (j = i + 1; j < l->n && n < MAX_NOTES; j++) {
		if (l->v[j].k.class != l->v[i].k.class ||
		    v->left[j] == DD_PASS ||
		    dd_and(m, rest, v->region[j]) == DD_PASS)
			continue;
		note_part(l, d, j, "this line does the same");
		rest = dd_diff(m, rest, v->region[j]);
		n++;
	}
}

static struct diag *say_no_effect(struct traps *l, size_t i)
{
	const struct krule *k = &l->v[i].k;
	struct diag *d;

	if (k->dont)
		return diag_add(l->ds, DIAG_NO_EFFECT, l->v[i].span, "nothing "
				"that this exempts is %s by any line",
				trap_done(k->class));
	d = diag_add(l->ds, DIAG_NO_EFFECT, l->v[i].span,
		     "this line changes no decision: it comes out the same "
		     "without it");
	note_same(l, d, i);
	return d;
}

void trap_no_effect(struct traps *l)
{
	struct diag *run = NULL;	/* of exemptions that follow each other */
	size_t i, details = 0;

	for (i = 0; i < l->n && details < MAX_DETAILS; i++) {
		if (!changes_nothing(l, i) || !trap_sure(l)) {
			run = NULL;
			continue;
		}
		if (run && l->v[i].k.dont &&
		    l->v[i].k.class == l->v[i - 1].k.class) {
			diag_also(run, l->v[i].span);
			continue;
		}
		run = say_no_effect(l, i);
		details++;
		if (!l->v[i].k.dont)
			run = NULL;
	}
}
