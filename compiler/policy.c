/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "kdialect.h"
#include "policy.h"

static bool read_line(struct policy *p, struct intern *in, struct span line,
		      struct span origin)
{
	struct policy_rule r = { .line = line,
				 .origin = origin.src ? origin : line };
	struct kd_out out;

	switch (kdialect_parse(&p->target, in, line.src->text + line.start,
			       line.end - line.start, &out)) {
	case KD_EMPTY:
		return true;
	case KD_REFUSED:
		return false;
	case KD_RULE:
		break;
	}
	r.k = out.rule;
	vec_push(p->arena, &p->rules, r);
	verify_effects_add_rule(&p->effects, &r.k);
	return true;
}

bool policy_read(struct policy *p, struct arena *a, struct intern *in,
		 const struct ktarget *t, const struct source *lines,
		 const struct span *origins, size_t n_origins,
		 struct span *bad)
{
	size_t at = 0, number = 0;
	struct span line;

	memset(p, 0, sizeof(*p));
	p->arena = a;
	p->target = *t;
	p->lines = lines;
	for (; source_next_line(lines, &at, &line); number++)
		if (!read_line(p, in, line, number < n_origins ?
					    origins[number] : NO_SPAN)) {
			*bad = line;
			return false;
		}
	return true;
}

const struct source *policy_builtin(struct arena *a, const struct ktarget *t,
				    const char *name)
{
	const char *const *lines;
	struct buf text;
	size_t i, n;

	lines = kmodel_builtin(a, t, name, &n);
	if (!n)
		return NULL;
	buf_init(&text, a);
	for (i = 0; i < n; i++)
		buf_printf(&text, "%s\n", lines[i]);
	return source_new(a, buf_textf(a, "builtin:%s", name), text.s, text.len, 0);
}

bool policy_same_origin(const struct policy_rule *x,
			const struct policy_rule *y)
{
	/* span_cmp() knows sources by their place in an order */
	return x->origin.src == y->origin.src &&
	       !span_cmp(x->origin, y->origin);
}

void policy_insert(struct policy *p, size_t at, const struct policy *more)
{
	const struct policy was = *p;
	size_t i;

	memset(&p->rules, 0, sizeof(p->rules));
	memset(&p->effects, 0, sizeof(p->effects));
	for (i = 0; i < was.rules.n + more->rules.n; i++) {
		const struct policy_rule *r =
			i < at ? &was.rules.v[i] :
			i < at + more->rules.n ? &more->rules.v[i - at] :
			&was.rules.v[i - more->rules.n];

		vec_push(p->arena, &p->rules, *r);
		verify_effects_add_rule(&p->effects, &r->k);
	}
}

void policy_add(const struct policy *p, struct space *sp)
{
	size_t i;

	for (i = 0; i < p->rules.n; i++)
		space_add_rule(sp, &p->rules.v[i].k);
}

static const struct krule **policy_rules(const struct policy *p,
					 struct arena *a)
{
	const struct krule **rules = arena_zalloc(a, p->rules.n + 1,
						  sizeof(*rules));
	size_t i;

	for (i = 0; i < p->rules.n; i++)
		rules[i] = &p->rules.v[i].k;
	return rules;
}

dd_ref policy_decide(const struct policy *p, struct space *sp,
		     struct access_outcomes *o, enum kclass class)
{
	struct arena *a = space_arena(sp);
	size_t i, run, n = 0;
	const struct krule **rules = policy_rules(p, a);
	struct access_step *steps = arena_zalloc(a, p->rules.n + 1,
						 sizeof(*steps));

	for (i = 0; i < p->rules.n; i += run) {
		run = access_rule_run(rules + i, p->rules.n - i);
		/* an appraise rule may clear what a hash rule found */
		if (rules[i]->class == class || class == KCLASS_HASH)
			steps[n++] = access_run_step(sp, o, rules + i, run);
	}
	return access_decide(sp, steps, n, class);
}

/* how many rules from number i on are a run and of one statement */
static size_t statement_run(const struct policy *p,
			    const struct krule *const *rules, size_t i)
{
	size_t n = 1;

	while (i + n < p->rules.n &&
	       policy_same_origin(&p->rules.v[i + n], &p->rules.v[i]))
		n++;
	return access_rule_run(rules + i, n);
}

dd_ref policy_run_decider(const struct policy *p, struct space *sp,
			  enum kclass class)
{
	struct arena *a = space_arena(sp);
	const struct krule **rules = policy_rules(p, a);
	dd_ref *part = arena_zalloc(a, p->rules.n + 1, sizeof(*part));
	struct access_outcomes o;
	size_t i, run, n = 0;

	access_outcomes_init(&o, a);
	for (i = 0; i < p->rules.n; i += run) {
		struct access_step s;

		run = statement_run(p, rules, i);
		if (rules[i]->class != class)
			continue;
		s = access_run_step(sp, &o, rules + i, run);
		part[n++] = dd_and(space_dd(sp), s.effect,
				   dd_term((uint32_t)i + 1));
	}
	return dd_overlay(space_dd(sp), part, n);
}

dd_ref policy_decider(const struct policy *p, struct space *sp,
		      enum kclass class)
{
	struct dd *m = space_dd(sp);
	dd_ref *part = arena_zalloc(space_arena(sp), p->rules.n + 1,
				    sizeof(*part));
	size_t i, n = 0;

	for (i = 0; i < p->rules.n; i++) {
		const struct krule *k = &p->rules.v[i].k;

		if (k->class == class)
			part[n++] = dd_and(m, access_rule_region(sp, k),
					   dd_term((uint32_t)i + 1));
	}
	return dd_overlay(m, part, n);
}
