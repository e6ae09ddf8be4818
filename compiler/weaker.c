/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "access.h"
#include "kfile.h"
#include "sticky.h"
#include "verify.h"
#include "weaker.h"

/*
 * What happens to a file in one group, in one number: what some rule requires,
 * and what some rule does not. Both twice, for statements of which that was
 * reported and others.
 */
enum { ASKS = 0, ASKS_SAID = STICKY_R_BITS, LACKS = 2 * STICKY_R_BITS,
       LACKS_SAID = 3 * STICKY_R_BITS };

/* a run of rules of one statement that differ in one id only */
struct part {
	const struct ir_rule *rule;	/* the first of them */
	size_t n;
	enum kfile_group group;
	uint32_t requires;
	bool strict_said, lenient_said;
	dd_ref region;			/* where it matches */
	dd_ref own;			/* accesses of the file that it decides */
};

struct profile {
	enum kfile_group group;
	uint32_t bits;
};

struct weaker {
	struct arena *arena;
	const struct ktarget *target;
	struct diags *ds;
	leak_said *said;
	VEC(const struct ir_rule *) rules;
	VEC(const struct krule *) lines;	/* of the same rules */
	VEC(struct part) parts;
	VEC(struct profile) profiles;
	struct space *space;
	struct dd *m;
	dd_ref of_files;		/* the accesses that are appraised */
	size_t n_reports;
};

/* ---- the rules ---- */

static void take_rules(struct weaker *w, const struct ir *ir)
{
	size_t i;

	for (i = 0; i < ir->rules.n; i++) {
		const struct ir_rule *r = &ir->rules.v[i];

		if (r->k.class != KCLASS_APPRAISE || r->k.func == KHOOK_SETXATTR)
			continue;
		vec_push(w->arena, &w->rules, r);
		vec_push(w->arena, &w->lines, &r->k);
	}
}

static size_t same_statement(const struct weaker *w, size_t from)
{
	size_t i;

	for (i = from + 1; i < w->rules.n; i++)
		if (w->rules.v[i]->stmt != w->rules.v[from]->stmt)
			break;
	return i - from;
}

static void make_parts(struct weaker *w)
{
	size_t i = 0;

	while (i < w->rules.n) {
		const struct krule *k = w->lines.v[i];
		struct part p = {
			.rule = w->rules.v[i],
			.n = access_rule_run(w->lines.v + i,
					     same_statement(w, i)),
			.group = kfile_group_of(k->func, k->func == KHOOK_NONE),
			.requires = sticky_required(w->target, k),
		};

		vec_push(w->arena, &w->parts, p);
		i += p.n;
	}
}

/* most policies end here */
static bool all_alike(const struct weaker *w)
{
	uint32_t some[KFILE_GROUPS] = { 0 }, all[KFILE_GROUPS];
	size_t i;

	for (i = 0; i < KFILE_GROUPS; i++)
		all[i] = STICKY_R_ALL;
	for (i = 0; i < w->parts.n; i++) {
		const struct part *p = &w->parts.v[i];

		if (p->rule->k.dont)
			continue;
		some[p->group] |= p->requires;
		all[p->group] &= p->requires;
	}
	for (i = 0; i < KFILE_GROUPS; i++)
		if (some[i] & ~all[i])
			return false;
	return true;
}

static void make_regions(struct weaker *w)
{
	struct access_outcomes outcomes;
	size_t i, at = 0;
	unsigned int h;

	access_outcomes_init(&outcomes, w->arena);
	w->of_files = DD_PASS;
	for (h = KHOOK_NONE + 1; h < KHOOK_COUNT; h++)
		if (!khook_is_text(h) && h != KHOOK_SETXATTR)
			w->of_files = dd_or(w->m, w->of_files, space_hook(
					w->space, h, SPACE_MASK_ALL, 0));
	for (i = 0; i < w->parts.n; i++) {
		struct part *p = &w->parts.v[i];
		struct access_step s = access_run_step(w->space, &outcomes,
						       w->lines.v + at, p->n);

		p->region = dd_and(w->m, s.effect, w->of_files);
		at += p->n;
	}
}

static void make_space(struct weaker *w, size_t budget)
{
	size_t i;

	w->space = space_new(w->arena, w->target);
	for (i = 0; i < w->lines.n; i++)
		space_add_rule(w->space, w->lines.v[i]);
	space_finish(w->space);
	w->m = space_dd(w->space);
	if (budget)
		dd_set_budget(w->m, budget);
	make_regions(w);
}

/* ---- files that pass where they should not ---- */

static uint32_t summary(const struct part *p)
{
	/* what is exempt neither passes nor is remembered */
	if (p->rule->k.dont)
		return 0;
	return p->requires << (p->strict_said ? ASKS_SAID : ASKS) |
	       (~p->requires & STICKY_R_ALL) <<
			(p->lenient_said ? LACKS_SAID : LACKS);
}

static uint32_t profile_number(struct weaker *w, const struct part *p)
{
	struct profile new = { p->group, summary(p) };
	uint32_t i;

	for (i = 0; i < w->profiles.n; i++)
		if (w->profiles.v[i].group == new.group &&
		    w->profiles.v[i].bits == new.bits)
			return i;
	vec_push(w->arena, &w->profiles, new);
	return i;
}

struct view {
	const struct weaker *w;
	enum kfile_group group;
};

/* PASS: no rule decides here, or one of another group */
static uint32_t of_group(void *arg, uint32_t t)
{
	const struct view *v = arg;
	const struct profile *p = t ? &v->w->profiles.v[t - 1] : NULL;

	return p && p->group == v->group ? p->bits : 0;
}

static uint32_t bit_or(uint32_t a, uint32_t b)
{
	return a | b;
}

static uint32_t field(uint32_t bits, unsigned int at)
{
	return bits >> at & STICKY_R_ALL;
}

/* one of the two at least was not reported yet */
static uint32_t is_weaker(void *arg, uint32_t t)
{
	(void)arg;
	return (field(t, ASKS) & (field(t, LACKS) | field(t, LACKS_SAID))) |
	       (field(t, ASKS_SAID) & field(t, LACKS));
}

static dd_ref weaker_files(struct weaker *w)
{
	dd_ref *part = arena_alloc(w->arena, (w->parts.n + 1) * sizeof(*part));
	dd_ref first, files = DD_PASS;
	unsigned int g;
	size_t i;

	w->profiles.n = 0;
	for (i = 0; i < w->parts.n; i++)
		part[i] = dd_and(w->m, w->parts.v[i].region,
				 dd_term(1 + profile_number(w,
							&w->parts.v[i])));
	first = dd_overlay(w->m, part, w->parts.n);
	for (g = 0; g < KFILE_GROUPS; g++) {
		struct view v = { w, g };
		dd_ref sum = dd_sum(w->m, dd_map(w->m, first, of_group, &v),
				    SPACE_EVENT, bit_or);

		files = dd_combine(w->m, bit_or, files,
				   dd_map(w->m, sum, is_weaker, NULL));
	}
	return files;
}

/* ---- who it is, on one such file ---- */

static void find_deciders(struct weaker *w, const struct witness *file)
{
	dd_ref left = w->of_files;
	size_t i;

	for (i = 0; i < w->parts.n; i++) {
		struct part *p = &w->parts.v[i];
		dd_ref here = dd_follow(w->m, p->region, file->atom,
					SPACE_EVENT);

		p->own = dd_and(w->m, here, left);
		left = dd_diff(w->m, left, here);
	}
}

static bool decides(const struct part *p)
{
	return p->own != DD_PASS && !p->rule->k.dont;
}

static bool lets_through(const struct part *lenient, const struct part *strict)
{
	return decides(lenient) && decides(strict) &&
	       lenient->group == strict->group &&
	       (strict->requires & ~lenient->requires);
}

/* ---- messages ---- */

static const char remedy[] =
	"ask for the same in both, keep their files apart, or choose operations "
	"that are remembered apart: open, mmap, exec, exec-into, and what the "
	"kernel loads; `allowing stricter` does not help";

static const char *const remembered[KFILE_GROUPS] = {
	[KFILE_FILE] = "open", [KFILE_MMAP] = "mmap", [KFILE_BPRM] = "exec",
	[KFILE_CREDS] = "exec-into",
	[KFILE_READ] = "all loads (module, firmware, kexec, policy)",
};

static const char *access_text(struct weaker *w, const struct part *p,
			       bool *opens)
{
	struct witness at;
	struct buf b;

	buf_init(&b, w->arena);
	witness_find(w->space, p->own, &at);
	witness_describe_access(w->space, &at, &b);
	*opens &= space_event(w->space, at.atom[SPACE_EVENT]).hook ==
		  KHOOK_FILE;
	return b.s;
}

static void add_notes(struct weaker *w, struct diag *d,
		      enum kfile_group group, bool opens)
{
	diag_note(w->ds, d, NO_SPAN, "that a file passed is remembered for "
		  "%s, whoever does it and by whatever statement, until its "
		  "content, its metadata or security.ima changes or it leaves "
		  "memory", remembered[group]);
	if (group == KFILE_FILE && !opens)
		diag_note(w->ds, d, NO_SPAN, "`any`, or a line without func=, "
			  "counts as an open, whatever is done with the file");
	diag_note(w->ds, d, NO_SPAN, "%s", remedy);
	if (++w->n_reports == WEAKER_MAX_REPORTS)
		diag_note(w->ds, d, NO_SPAN,
			  "not searched for more such places");
}

static void report(struct weaker *w, const struct witness *file,
		   const struct part *strict, const struct part *lenient)
{
	const struct ir_rule *s = strict->rule, *l = lenient->rule;
	bool strict_first = s->stmt < l->stmt, opens = true;
	struct diag *d;
	struct buf b;

	buf_init(&b, w->arena);
	witness_describe_file(w->space, file, &b);
	d = diag_add(w->ds, DIAG_LEAK_WEAKER,
		     strict_first ? s->origin : l->origin,
		     "%s, required by appraise at %s of %s, is not asked for "
		     "any more once it passed appraise at %s, which does not "
		     "require it",
		     sticky_required_word(strict->requires &
					  ~lenient->requires),
		     access_text(w, strict, &opens), b.s,
		     access_text(w, lenient, &opens));
	diag_also(d, strict_first ? l->origin : s->origin);
	add_notes(w, d, strict->group, opens);
	vec_push(w->arena, w->said, l->origin);
}

static void mark_said(struct weaker *w, size_t strict_stmt, size_t lenient_stmt)
{
	size_t i;

	for (i = 0; i < w->parts.n; i++) {
		struct part *p = &w->parts.v[i];

		p->strict_said |= p->rule->stmt == strict_stmt;
		p->lenient_said |= p->rule->stmt == lenient_stmt;
	}
}

/*
 * The other half of a pair with p, one that was not reported if there is one;
 * NULL: none.
 */
static const struct part *partner(const struct weaker *w, const struct part *p,
				  bool of_strict)
{
	const struct part *found = NULL;
	size_t i;

	for (i = 0; i < w->parts.n; i++) {
		const struct part *q = &w->parts.v[i];

		if (!(of_strict ? lets_through(q, p) : lets_through(p, q)))
			continue;
		if (!(of_strict ? q->lenient_said : q->strict_said))
			return q;
		if (!found)
			found = q;
	}
	return found;
}

/* every statement that takes part is named once; true: one is new */
static bool check_part(struct weaker *w, const struct witness *file,
		       const struct part *p, bool strict)
{
	const struct part *q;

	if (strict ? p->strict_said : p->lenient_said)
		return false;
	q = partner(w, p, strict);
	if (!q)
		return false;
	report(w, file, strict ? p : q, strict ? q : p);
	mark_said(w, (strict ? p : q)->rule->stmt, (strict ? q : p)->rule->stmt);
	return true;
}

static bool check_file(struct weaker *w, const struct witness *file)
{
	bool found = false;
	size_t i;

	find_deciders(w, file);
	for (i = 0; i < w->parts.n && w->n_reports < WEAKER_MAX_REPORTS; i++) {
		found |= check_part(w, file, &w->parts.v[i], true);
		if (w->n_reports < WEAKER_MAX_REPORTS)
			found |= check_part(w, file, &w->parts.v[i], false);
	}
	return found;
}

bool weaker_check(const struct ir *ir, const struct ktarget *t,
		  struct diags *ds, leak_said *said, size_t budget)
{
	struct weaker w = { .arena = ir->arena, .target = t, .ds = ds,
			    .said = said };
	struct witness file;

	take_rules(&w, ir);
	make_parts(&w);
	if (all_alike(&w))
		return true;
	make_space(&w, budget);
	while (w.n_reports < WEAKER_MAX_REPORTS) {
		dd_ref files = weaker_files(&w);

		if (dd_full(w.m) || !witness_find(w.space, files, &file) ||
		    !check_file(&w, &file))
			break;
	}
	return verify_budget_ok(w.m, ds) && !w.n_reports;
}
