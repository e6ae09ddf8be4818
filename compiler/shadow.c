/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "access.h"
#include "shadow.h"

/* ---- any list ---- */

static uint32_t mark(void *arg, uint32_t t)
{
	bool *seen = arg;

	if (t)
		seen[t - 1] = true;
	return t;
}

void shadows_init(struct shadows *s, struct arena *a, struct dd *m,
		  const dd_ref *region, size_t n)
{
	dd_ref *part = arena_zalloc(a, n + 1, sizeof(*part));
	size_t i;

	*s = (struct shadows){ .arena = a, .m = m, .region = region, .n = n };
	for (i = 0; i < n; i++)
		part[i] = dd_and(m, region[i], dd_term((uint32_t)i + 1));
	s->decider = dd_overlay(m, part, n);
	s->decides = arena_zalloc(a, n + 1, sizeof(*s->decides));
	dd_map(m, s->decider, mark, s->decides);
}

void shadows_deciders(struct shadows *s, dd_ref set, shadow_list *by)
{
	bool *seen = arena_zalloc(s->arena, s->n + 1, sizeof(*seen));
	size_t i;

	dd_map(s->m, dd_and(s->m, set, s->decider), mark, seen);
	for (i = 0; i < s->n; i++)
		if (seen[i])
			vec_push(s->arena, by, i);
}

/* do those from v on, without number skip, match all of the set? */
static bool cover(const struct shadows *s, dd_ref set, const size_t *v,
		  size_t n, size_t skip)
{
	size_t k;

	for (k = 0; k < n && set != DD_PASS; k++)
		if (k != skip)
			set = dd_diff(s->m, set, s->region[v[k]]);
	return set == DD_PASS;
}

static void spare(const struct shadows *s, dd_ref set, size_t *v, size_t *n)
{
	size_t k, i;

	for (k = 0; k < *n; k++)
		if (cover(s, set, v + k, 1, 1)) {
			v[0] = v[k];
			*n = 1;
			return;
		}
	for (k = *n <= SHADOW_MAX_BY ? *n : 0; k-- > 0;) {
		if (!cover(s, set, v, *n, k))
			continue;
		for (i = k + 1; i < *n; i++)
			v[i - 1] = v[i];
		--*n;
	}
}

bool shadows_hide(struct shadows *s, size_t i, shadow_list *by)
{
	size_t had = by->n, n;

	if (s->decides[i])
		return false;
	shadows_deciders(s, s->region[i], by);
	n = by->n - had;
	if (n > 1)
		spare(s, s->region[i], by->v + had, &n);
	by->n = had + n;
	return true;
}

/* ---- kernel rules ---- */

struct finding {
	struct arena *arena;
	struct space *space;
	const struct krule *const *rules;
	size_t n;
	bool *idle;		/* it adds nothing to what loading switches on */
	size_t xattr;		/* the first rule of SETXATTR_CHECK; or n */
	dd_ref *region;
	struct shadow *of;	/* of each rule */
	bool *dead;
};

static void find_effects(struct finding *f)
{
	unsigned int on = 0, adds;
	size_t i;

	f->xattr = f->n;
	for (i = 0; i < f->n; i++) {
		adds = krule_effects(f->rules[i]);
		f->idle[i] = !(adds & ~on);
		on |= adds;
		if (f->rules[i]->func == KHOOK_SETXATTR && f->xattr == f->n)
			f->xattr = i;
	}
}

static void find_class(struct finding *f, enum kclass class)
{
	struct shadows s;
	size_t i;

	for (i = 0; i < f->n; i++)
		f->region[i] = f->rules[i]->class == class ?
			access_rule_region(f->space, f->rules[i]) : DD_PASS;
	shadows_init(&s, f->arena, space_dd(f->space), f->region, f->n);
	for (i = 0; i < f->n; i++) {
		if (f->rules[i]->class != class || !f->idle[i])
			continue;
		if (f->rules[i]->func != KHOOK_SETXATTR) {
			f->dead[i] = shadows_hide(&s, i, &f->of[i].by);
		} else if (i != f->xattr) {
			f->dead[i] = true;
			vec_push(f->arena, &f->of[i].by, f->xattr);
		}
	}
}

static void prepare(struct finding *f, const struct ktarget *t, size_t budget)
{
	size_t i;

	f->space = space_new(f->arena, t);
	for (i = 0; i < f->n; i++)
		space_add_rule(f->space, f->rules[i]);
	space_finish(f->space);
	if (budget)
		dd_set_budget(space_dd(f->space), budget);
	f->idle = arena_zalloc(f->arena, f->n + 1, sizeof(*f->idle));
	f->dead = arena_zalloc(f->arena, f->n + 1, sizeof(*f->dead));
	f->of = arena_zalloc(f->arena, f->n + 1, sizeof(*f->of));
	f->region = arena_zalloc(f->arena, f->n + 1, sizeof(*f->region));
}

bool shadow_find(struct arena *a, const struct ktarget *t,
		 const struct krule *const *rules, size_t n, size_t budget,
		 shadow_rules *out)
{
	struct finding f = { .arena = a, .rules = rules, .n = n };
	size_t i;
	int c;

	prepare(&f, t, budget);
	find_effects(&f);
	for (c = 0; c < KCLASS_COUNT; c++)
		find_class(&f, c);
	if (dd_full(space_dd(f.space)))
		return false;
	for (i = 0; i < n; i++) {
		f.of[i].rule = i;
		if (f.dead[i])
			vec_push(a, out, f.of[i]);
	}
	return true;
}
