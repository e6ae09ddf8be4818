/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "leak.h"
#include "sticky.h"
#include "util.h"
#include "verify.h"
#include "verify_ast.h"

/*
 * What can happen to a file, in one number: which flags some access sets, and
 * which some access lacks and would be changed by. Both twice, for statements
 * with and without "allowing stricter".
 */
enum { SETS = 0, SETS_ALLOWED = STICKY_BITS, LACKS = 2 * STICKY_BITS,
       LACKS_ALLOWED = 3 * STICKY_BITS };

/* events by what flags can change there */
enum group { GROUP_PLAIN, GROUP_READ, GROUP_CMDLINE, GROUPS };

struct profile {
	uint32_t in[GROUPS];
};

struct leak {
	struct arena *arena;
	struct diags *ds;
	struct space *space;
	struct dd *m;
	struct verify_ast ast;
	size_t n;			/* steps */
	uint8_t *silent;		/* of each: flags reported as lacking */
	dd_ref *yields;			/* of each hash: where appraise clears it */
	VEC(struct profile) profiles;
	dd_ref group[GROUPS], loads;
	size_t n_reports;
	bool failed;
};

/* ---- what a step sets and lacks ---- */

static uint32_t sets(const struct verify_step *s)
{
	return sticky_of(s->flags.directio, s->flags.verity, s->flags.sig);
}

/* a hook of each group, for all of it are alike here */
static const enum khook hook_of[GROUPS] = {
	[GROUP_PLAIN] = KHOOK_FILE, [GROUP_READ] = KHOOK_MODULE,
	[GROUP_CMDLINE] = KHOOK_KEXEC_CMDLINE,
};

/* the flags that would change the outcome of a step that does not set them */
static uint32_t lacks(const struct verify_step *s, enum group group)
{
	if (s->exempt)
		return 0;
	return sticky_matters(s->class, hook_of[group], s->flags.sig) &
	       ~sets(s);
}

static uint32_t summary(const struct leak *l, size_t i, enum group group)
{
	const struct verify_step *s = &l->ast.steps.v[i];
	uint32_t missing = lacks(s, group) & ~(uint32_t)l->silent[i];

	return sets(s) << (s->stricter_allowed ? SETS_ALLOWED : SETS) |
	       missing << (s->stricter_allowed ? LACKS_ALLOWED : LACKS);
}

static uint32_t field(uint32_t bits, unsigned int at)
{
	return bits >> at & ((1u << STICKY_BITS) - 1);
}

/* the flags by which something leaks on a file with this summary */
static uint32_t leaking(uint32_t bits)
{
	uint32_t all = field(bits, SETS) | field(bits, SETS_ALLOWED);
	uint32_t any = field(bits, LACKS) | field(bits, LACKS_ALLOWED);

	return (field(bits, SETS) & field(bits, LACKS) & STICKY_STRICTER) |
	       (all & any & (STICKY_DIRECTIO | STICKY_MODSIG));
}

/* ---- files on which something leaks ---- */

static uint32_t profile_number(struct leak *l, size_t step, bool yields)
{
	struct profile p;
	uint32_t i;

	for (i = 0; i < GROUPS; i++) {
		p.in[i] = summary(l, step, i);
		/* what comes to nothing has no outcome to be changed */
		if (yields)
			p.in[i] &= (1u << LACKS) - 1;
	}
	for (i = 0; i < l->profiles.n; i++)
		if (memcmp(&l->profiles.v[i], &p, sizeof(p)) == 0)
			return i;
	vec_push(l->arena, &l->profiles, p);
	return i;
}

struct view {
	const struct leak *leak;
	enum group group;
};

/* PASS: nothing of the class decides here */
static uint32_t view_profile(void *arg, uint32_t t)
{
	const struct view *v = arg;

	return t ? v->leak->profiles.v[t - 1].in[v->group] : 0;
}

static uint32_t bit_or(uint32_t a, uint32_t b)
{
	return a | b;
}

static uint32_t map_leaking(void *arg, uint32_t t)
{
	return leaking(t);
}

/* the summary of what one class does to each file */
static dd_ref class_summary(struct leak *l, enum kclass class)
{
	dd_ref *part = arena_alloc(l->arena, (2 * l->n + 1) * sizeof(*part));
	dd_ref first, files = DD_PASS;
	size_t i, n = 0;
	unsigned int g;

	for (i = 0; i < l->n; i++) {
		dd_ref region = l->ast.steps.v[i].region;

		if (l->ast.steps.v[i].class != class)
			continue;
		if (l->yields[i] != DD_PASS)
			part[n++] = dd_and(l->m, dd_and(l->m, region,
							l->yields[i]),
				dd_term(1 + profile_number(l, i, true)));
		part[n++] = dd_and(l->m, region,
				   dd_term(1 + profile_number(l, i, false)));
	}
	first = dd_overlay(l->m, part, n);
	for (g = 0; g < GROUPS; g++) {
		struct view v = { l, g };
		dd_ref sum = dd_map(l->m, dd_and(l->m, l->group[g], first),
				    view_profile, &v);

		sum = dd_sum(l->m, sum, SPACE_EVENT, bit_or);
		files = dd_combine(l->m, bit_or, files, sum);
	}
	return files;
}

static dd_ref leaking_files(struct leak *l)
{
	dd_ref files = DD_PASS;
	unsigned int c;

	l->profiles.n = 0;
	for (c = 0; c < KCLASS_COUNT; c++)
		files = dd_combine(l->m, bit_or, files, class_summary(l, c));
	return dd_map(l->m, files, map_leaking, NULL);
}

/* ---- who it is, on one such file ---- */

/* own[i]: the accesses of the file that step i decides about */
static void deciders(struct leak *l, const struct witness *file, dd_ref *own)
{
	dd_ref left[KCLASS_COUNT], here;
	size_t i;

	for (i = 0; i < KCLASS_COUNT; i++)
		left[i] = dd_or(l->m, l->group[GROUP_PLAIN],
				dd_or(l->m, l->group[GROUP_READ],
				      l->group[GROUP_CMDLINE]));
	for (i = 0; i < l->n; i++) {
		const struct verify_step *s = &l->ast.steps.v[i];

		here = dd_follow(l->m, s->region, file->atom, SPACE_EVENT);
		own[i] = dd_and(l->m, here, left[s->class]);
		if (own[i] != DD_PASS)
			left[s->class] = dd_diff(l->m, left[s->class], here);
	}
}

/* the accesses of own at which one of the flags is missed */
static dd_ref missing_at(struct leak *l, size_t i, dd_ref own, uint32_t flags)
{
	dd_ref r = DD_PASS;
	unsigned int g;

	for (g = 0; g < GROUPS; g++)
		if (lacks(&l->ast.steps.v[i], g) & flags)
			r = dd_or(l->m, r, dd_and(l->m, own, l->group[g]));
	return r;
}

/* the first step that sets one of the flags on the file; n: none */
static size_t find_source(const struct leak *l, const dd_ref *own,
			  uint32_t flags, bool unless_allowed)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (own[i] != DD_PASS && (sets(&l->ast.steps.v[i]) & flags) &&
		    !(unless_allowed && l->ast.steps.v[i].stricter_allowed))
			break;
	return i;
}

/* ---- messages ---- */

static const struct kind {
	enum diag_code code;
	uint32_t flags;
	const char *remedy;
} kinds[] = {
	{ DIAG_LEAK_STRICTER, STICKY_STRICTER,
	  "ask for the same in both, keep their files apart, or write "
	  "`allowing stricter` in one of them" },
	{ DIAG_LEAK_DIRECT_IO, STICKY_DIRECTIO,
	  "write `allowing direct-io` in both or in neither, or keep their "
	  "files apart" },
	{ DIAG_LEAK_MODSIG, STICKY_MODSIG,
	  "ask for the same in both, or keep their files apart" },
};

/* the actions of one statement: only an fs-verity signature brings more along */
static const char whole_remedy[] =
	"write `digest verity` as well: the kernel takes one digest of a file";

static const char *access_text(struct leak *l, dd_ref set)
{
	struct witness w;
	struct buf b;

	buf_init(&b, l->arena);
	witness_find(l->space, set, &w);
	witness_describe_access(l->space, &w, &b);
	return b.s;
}

static const char *file_text(struct leak *l, const struct witness *file)
{
	struct buf b;

	buf_init(&b, l->arena);
	witness_describe_file(l->space, file, &b);
	return b.s;
}

static void more_left(struct leak *l, struct diag *d)
{
	if (++l->n_reports == LEAK_MAX_REPORTS)
		diag_note(l->ds, d, NO_SPAN,
			  "not searched for more such places");
	l->failed |= d->severity == DIAG_ERROR;
}

struct pair {
	size_t from, to;	/* steps: sets the flags, lacks them */
	dd_ref from_at, to_at;	/* accesses of the file */
	uint32_t flags;
};

static void report_leak(struct leak *l, const struct kind *kind,
			const struct witness *file, const struct pair *p)
{
	const struct ast_stmt *from = l->ast.steps.v[p->from].stmt;
	const struct ast_stmt *to = l->ast.steps.v[p->to].stmt;
	const struct ast_stmt *first = p->from < p->to ? from : to;
	const char *word = sticky_word(p->flags), *verb = sticky_verb(p->flags);
	struct diag *d;

	d = diag_add(l->ds, kind->code, first->span,
		     "%s, once %s by %s at %s of %s, is %s by %s at %s of it "
		     "too", word, verb,
		     ast_class_word(l->ast.steps.v[p->from].class),
		     access_text(l, p->from_at), file_text(l, file), verb,
		     ast_class_word(l->ast.steps.v[p->to].class),
		     access_text(l, p->to_at));
	if (from != to)
		diag_also(d, first == from ? to->span : from->span);
	diag_note(l->ds, d, NO_SPAN, "%s", from == to ? whole_remedy
						      : kind->remedy);
	more_left(l, d);
}

/* what one kind of flag does to one step on the file; true: it is new */
static bool check_step(struct leak *l, const struct kind *kind,
		       const struct witness *file, const dd_ref *own,
		       size_t i)
{
	const struct verify_step *s = &l->ast.steps.v[i];
	bool may_allow = kind->code == DIAG_LEAK_STRICTER;
	struct pair p = { .to = i };
	dd_ref yields = dd_follow(l->m, l->yields[i], file->atom, SPACE_EVENT);
	dd_ref here = dd_diff(l->m, own[i], yields);
	uint32_t missed = 0;
	unsigned int g;

	if (here == DD_PASS || (may_allow && s->stricter_allowed) ||
	    (l->silent[i] & kind->flags))
		return false;
	for (g = 0; g < GROUPS; g++)
		if (dd_and(l->m, here, l->group[g]) != DD_PASS)
			missed |= lacks(s, g) & kind->flags;
	p.from = find_source(l, own, missed, may_allow);
	if (!missed || p.from == l->n)
		return false;
	p.flags = sets(&l->ast.steps.v[p.from]) & missed;
	p.from_at = own[p.from];
	p.to_at = missing_at(l, i, here, p.flags);
	l->silent[i] |= (uint8_t)kind->flags;
	report_leak(l, kind, file, &p);
	return true;
}

static bool check_file(struct leak *l, const struct witness *file, dd_ref *own)
{
	bool found = false;
	size_t i, k;

	deciders(l, file, own);
	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		for (i = 0; i < l->n && l->n_reports < LEAK_MAX_REPORTS; i++)
			found |= check_step(l, &kinds[k], file, own, i);
	return found;
}

static bool any_flags(const struct leak *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (sets(&l->ast.steps.v[i]))
			return true;
	return false;
}

struct later {
	size_t step;
};

static uint32_t is_later(void *arg, uint32_t t)
{
	const struct later *after = arg;

	return t > after->step + 2;
}

/* where each hash is cleared by an appraise that stands behind it (facts 4.1) */
static void find_yields(struct leak *l)
{
	dd_ref *part = arena_alloc(l->arena, (l->n + 1) * sizeof(*part));
	dd_ref appraise;
	size_t i, n = 0;

	l->yields = arena_alloc(l->arena, (l->n + 1) * sizeof(*l->yields));
	for (i = 0; i < l->n; i++) {
		const struct verify_step *s = &l->ast.steps.v[i];

		l->yields[i] = DD_PASS;
		if (s->class == KCLASS_APPRAISE)
			part[n++] = dd_and(l->m, s->region, dd_term(
					s->exempt ? 1u : (uint32_t)i + 2));
	}
	appraise = dd_overlay(l->m, part, n);
	for (i = 0; i < l->n; i++) {
		struct later after = { i };

		if (l->ast.steps.v[i].class == KCLASS_HASH)
			l->yields[i] = dd_map(l->m, appraise, is_later,
					      &after);
	}
}

/* each round finds at least one step that lacks something, and silences it */
static void check_leaks(struct leak *l)
{
	dd_ref *own, files;
	struct witness file;

	if (!any_flags(l))
		return;
	find_yields(l);
	own = arena_alloc(l->arena, l->n * sizeof(*own));
	while (l->n_reports < LEAK_MAX_REPORTS) {
		files = leaking_files(l);
		if (dd_full(l->m) || !witness_find(l->space, files, &file))
			break;
		if (!check_file(l, &file, own))
			break;
	}
}

static void silence_said(struct leak *l, const leak_said *said)
{
	size_t i, k;

	for (i = 0; said && i < l->n; i++) {
		const struct verify_step *s = &l->ast.steps.v[i];

		for (k = 0; s->class == KCLASS_APPRAISE && k < said->n; k++)
			if (span_cmp(s->stmt->span, said->v[k]) == 0)
				l->silent[i] |= STICKY_STRICTER;
	}
}

/* ---- exemptions that cover loads ---- */

/* an exempting step and a later acting one: 1 + the exempting step */
static uint32_t hidden(uint32_t exempt, uint32_t last)
{
	return exempt && last > exempt ? exempt : 0;
}

static bool exempts_loads(const struct verify_step *s)
{
	return s->class == KCLASS_APPRAISE && s->exempt && !s->loads_included;
}

static uint32_t exempt_only(void *arg, uint32_t t)
{
	const struct leak *l = arg;

	return t && exempts_loads(&l->ast.steps.v[t - 1]) ? t : 0;
}

struct without {
	uint32_t t;
};

static uint32_t drop_term(void *arg, uint32_t t)
{
	const struct without *w = arg;

	return t == w->t ? 0 : t;
}

/* loads decided by an exemption that a later statement would appraise */
static dd_ref hidden_loads(struct leak *l)
{
	dd_ref *first = arena_alloc(l->arena, (l->n + 1) * sizeof(*first));
	dd_ref *last = arena_alloc(l->arena, (l->n + 1) * sizeof(*last));
	dd_ref part, decided;
	size_t i, n = 0, at = l->n;

	for (i = 0; i < l->n; i++) {
		const struct verify_step *s = &l->ast.steps.v[i];

		if (s->class != KCLASS_APPRAISE)
			continue;
		part = dd_and(l->m, dd_and(l->m, l->loads, s->region),
			      dd_term(1 + (uint32_t)i));
		first[n++] = part;
		if (!s->exempt)
			last[--at] = part;
	}
	decided = dd_map(l->m, dd_overlay(l->m, first, n), exempt_only, l);
	return dd_combine(l->m, hidden, decided,
			  dd_overlay(l->m, last + at, l->n - at));
}

static void report_hidden(struct leak *l, size_t exempt,
			  const struct witness *w)
{
	const struct ast_stmt *stmt = l->ast.steps.v[exempt].stmt;
	const struct verify_step *later = NULL;
	struct diag *d;
	struct buf b;
	size_t i;

	for (i = exempt + 1; i < l->n && !later; i++) {
		const struct verify_step *s = &l->ast.steps.v[i];

		if (s->class == KCLASS_APPRAISE && !s->exempt &&
		    dd_eval(l->m, s->region, w->atom))
			later = s;
	}
	assert(later);
	buf_init(&b, l->arena);
	witness_describe(l->space, w, &b);
	d = diag_add(l->ds, DIAG_EXEMPT_COVERS_LOADS, stmt->span,
		     "this exemption also lets through what a later statement "
		     "appraises: %s", b.s);
	diag_also(d, later->stmt->span);
	diag_note(l->ds, d, later->stmt->span, "the later statement");
	diag_note(l->ds, d, NO_SPAN, "put that statement first, exempt only "
		  "the operations that are meant (open, code), or write "
		  "`including loads`");
	more_left(l, d);
}

static void check_loads(struct leak *l)
{
	dd_ref found = hidden_loads(l);
	struct witness w;

	while (!dd_full(l->m) && l->n_reports < LEAK_MAX_REPORTS &&
	       witness_find(l->space, found, &w)) {
		struct without done = { dd_eval(l->m, found, w.atom) };

		report_hidden(l, done.t - 1, &w);
		found = dd_map(l->m, found, drop_term, &done);
	}
}

/* ---- */

static dd_ref hooks(struct leak *l, const enum khook *hook, size_t n)
{
	dd_ref r = DD_PASS;

	while (n--)
		r = dd_or(l->m, r, space_hook(l->space, hook[n],
					      SPACE_MASK_ALL, 0));
	return r;
}

static void make_groups(struct leak *l)
{
	static const enum khook plain[] = {
		KHOOK_FILE, KHOOK_MMAP, KHOOK_MMAP_REQPROT, KHOOK_BPRM,
		KHOOK_CREDS,
	};
	static const enum khook read[] = {
		KHOOK_MODULE, KHOOK_FIRMWARE, KHOOK_KEXEC_KERNEL,
		KHOOK_KEXEC_INITRAMFS, KHOOK_POLICY,
	};
	static const enum khook cmdline[] = { KHOOK_KEXEC_CMDLINE };

	l->group[GROUP_PLAIN] = hooks(l, plain, ARRAY_SIZE(plain));
	l->group[GROUP_READ] = hooks(l, read, ARRAY_SIZE(read));
	l->group[GROUP_CMDLINE] = hooks(l, cmdline, ARRAY_SIZE(cmdline));
	l->loads = l->group[GROUP_READ];
}

bool leak_check(const struct ast *ast, const struct ktarget *t,
		struct diags *ds, const leak_said *said, size_t budget)
{
	struct leak l = { .arena = ast->arena, .ds = ds };

	l.space = space_new(l.arena, t);
	verify_ast_init(&l.ast, ast, l.space);
	space_finish(l.space);
	l.m = space_dd(l.space);
	if (budget)
		dd_set_budget(l.m, budget);
	/* a set with no meaning has been refused on its own */
	if (l.ast.has_unknown)
		return true;
	verify_ast_build(&l.ast);
	l.n = l.ast.steps.n;
	l.silent = arena_zalloc(l.arena, l.n + 1, 1);
	silence_said(&l, said);
	make_groups(&l);
	check_leaks(&l);
	l.n_reports = 0;
	check_loads(&l);
	return verify_budget_ok(l.m, ds) && !l.failed;
}
