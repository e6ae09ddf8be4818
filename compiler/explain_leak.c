/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "explain.h"
#include "sticky.h"

/*
 * What other accesses of the same file leave with it. Options of all rules that
 * decided stick to the file; that it passed is kept for a group of hooks.
 */
struct leak_view {
	struct explain *x;
	const struct question *q;
	struct explain_branch *b;
	dd_ref files;		/* the files of the branch, and no text */
};

static uint32_t rule_sticks(const struct explain *x, uint32_t t)
{
	const struct krule *r;

	if (!t)
		return 0;
	r = &x->rules[t - 1];
	return sticky_of(r->directio, r->verity, r->sig);
}

struct flag {
	const struct explain *x;
	uint32_t bit;
};

static uint32_t with_flag(void *arg, uint32_t t)
{
	const struct flag *f = arg;

	return rule_sticks(f->x, t) & f->bit ? t : 0;
}

static uint32_t always(uint32_t a, uint32_t b)
{
	return a | b;
}

static uint32_t one(void *arg, uint32_t t)
{
	(void)arg;
	return t != 0;
}

/* the files of a set, with every access of them that reads a file */
static dd_ref files_of(struct explain *x, dd_ref set)
{
	dd_ref files = dd_sum(x->m, dd_map(x->m, set, one, NULL), SPACE_EVENT,
			      always);
	unsigned int h;

	for (h = KHOOK_NONE + 1; h < KHOOK_COUNT; h++)
		if (khook_is_text(h))
			files = dd_diff(x->m, files, space_hook(x->space, h,
						SPACE_MASK_ALL, 0));
	return files;
}

/* where nothing that decides sets the flag by itself */
static dd_ref without_flag(struct explain *x, dd_ref where, struct flag *f)
{
	int c;

	for (c = 0; c < KCLASS_COUNT; c++)
		where = dd_diff(x->m, where,
				dd_map(x->m, dd_and(x->m, where,
						    x->decider[c]),
				       with_flag, f));
	return where;
}

/* some access of one of the files by which a rule of the set decides */
static bool find_access(struct explain *x, dd_ref set, uint32_t what,
			struct explain_leak *out)
{
	if (!witness_find(x->space, set, &out->at))
		return false;
	out->what = what;
	out->rule = dd_eval(x->m, set, out->at.atom) - 1;
	return true;
}

/* several options of one line are one leak */
static void add_leak(const struct leak_view *v, const struct explain_leak *l)
{
	struct explain_branch *b = v->b;

	if (b->leaks.n && b->leaks.v[b->leaks.n - 1].rule == l->rule)
		b->leaks.v[b->leaks.n - 1].what |= l->what;
	else
		vec_push(v->x->arena, &b->leaks, *l);
}

static void find_sticking(const struct leak_view *v, uint32_t bit)
{
	struct explain *x = v->x;
	struct flag f = { x, bit };
	dd_ref missing = without_flag(x, v->b->where, &f);
	struct explain_leak leak;
	dd_ref files;
	int c;

	if (missing == DD_PASS)
		return;
	files = dd_and(x->m, files_of(x, missing), v->files);
	for (c = 0; c < KCLASS_COUNT; c++) {
		dd_ref who = dd_map(x->m, dd_and(x->m, files, x->decider[c]),
				    with_flag, &f);

		if (!find_access(x, who, bit, &leak))
			continue;
		add_leak(v, &leak);
		return;
	}
}

/* ---- passed before ---- */

struct lenient {
	const struct explain *x;
	enum kfile_group group;
	uint32_t required;
};

static enum kfile_group group_of(const struct krule *r, enum khook hook)
{
	return kfile_group_of(hook, r->func == KHOOK_NONE);
}

static uint32_t is_lenient(void *arg, uint32_t t)
{
	const struct lenient *l = arg;
	const struct krule *r = t ? &l->x->rules[t - 1] : NULL;

	return r && !r->dont && group_of(r, r->func) == l->group &&
	       (l->required & ~sticky_required(&l->x->policy->target, r)) ? t :
									   0;
}

static void find_passed(const struct leak_view *v, const struct krule *strict)
{
	struct explain *x = v->x;
	const struct ktarget *t = &x->policy->target;
	struct lenient l = { x, group_of(strict, v->q->hook),
			     sticky_required(t, strict) };
	struct explain_leak found;
	dd_ref who = dd_map(x->m, dd_and(x->m, v->files,
					 x->decider[KCLASS_APPRAISE]),
			    is_lenient, &l);

	if (!find_access(x, who, 0, &found))
		return;
	found.what = l.required & ~sticky_required(t, &x->rules[found.rule]);
	vec_push(x->arena, &v->b->weaker, found);
}

void explain_leaks(struct explain *x, const struct question *q,
		   const struct krule *line, struct explain_branch *b)
{
	struct leak_view v = { x, q, b, files_of(x, b->where) };
	uint32_t matters = sticky_matters(line->class, q->hook,
					  b->outcome.sig);
	unsigned int i;

	if (khook_is_text(q->hook) || dd_full(x->m))
		return;
	for (i = 0; i < STICKY_BITS; i++)
		if (matters >> i & 1)
			find_sticking(&v, UINT32_C(1) << i);
	if (line->class == KCLASS_APPRAISE)
		find_passed(&v, line);
}
