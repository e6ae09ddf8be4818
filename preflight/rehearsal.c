/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "rehearsal_int.h"

enum { PROGRESS_EVERY = 256 };	/* files */

/* a place in a text is found by a table that is made once: here, to be kept */
static void count_lines(struct rehearsal *h)
{
	const struct policy *p = judge_policy(h->r->judge);
	size_t i;

	for (i = 0; i < p->rules.n; i++)
		if (p->rules.v[i].origin.src)
			source_position(h->arena, p->rules.v[i].origin.src, 0);
}

bool rehearsal_init(struct rehearsal *h)
{
	size_t i;

	count_lines(h);
	tally_init(&h->tally, h->arena, judge_policy(h->r->judge));
	h->matchers = arena_zalloc(h->arena, h->n_allow, sizeof(*h->matchers));
	for (i = 0; i < h->n_allow; i++)
		glob_matcher_init(&h->matchers[i], h->arena, &h->allow[i]);
	h->findings = findings_new(h->arena);
	return h->findings != NULL;
}

void rehearsal_close(struct rehearsal *h)
{
	findings_free(h->findings);
	h->findings = NULL;
}

/* ---- what is let be ---- */

static bool is_allowed(struct rehearsal *h, const char *path)
{
	size_t i;

	for (i = 0; i < h->n_allow; i++)
		if (glob_matches(&h->matchers[i], path))
			return true;
	return false;
}

/* the baseline is always asked: it tells in the end what it was not asked about */
static bool is_accepted(struct rehearsal *h, const struct finding *f)
{
	bool known = h->baseline && baseline_accepts(h->baseline, f);

	return is_allowed(h, f->path) || known;
}

bool rehearsal_step_fails(struct rehearsal *h, const struct bootpath_step *s)
{
	struct finding f = { .path = s->path, .n_ops = 1 };

	if (s->missing || (s->finding.answer != JUDGE_REFUSED &&
			   s->finding.answer != JUDGE_UNKNOWN))
		return false;
	f.ops[0] = (struct finding_op){ s->op, s->finding };
	return !is_accepted(h, &f);
}

/* ---- one file ---- */

static void take_ops(const struct rehearsed *x, bool all, struct finding *f)
{
	unsigned int op;

	for (op = 0; op < JUDGE_OPS; op++) {
		const struct judge_finding *at = &x->verdict.at[op];
		bool bad = at->answer == JUDGE_REFUSED ||
			   at->answer == JUDGE_UNKNOWN;

		if (bad || (all && (x->reach & JUDGE_BIT(op))))
			f->ops[f->n_ops++] = (struct finding_op){
				(enum judge_op)op, *at };
	}
}

static void count_file(struct rehearsal *h, const struct finding *f)
{
	h->drift += f->expected != NULL;
	if (!(f->refused | f->unknown))
		return;
	if (f->accepted)
		h->accepted++;
	else if (f->refused)
		h->refused++;
	else
		h->unknown++;
}

static bool keep(struct rehearsal *h, const struct finding *f)
{
	if (findings_add(h->findings, f))
		return true;
	h->error = errno;
	return false;
}

static bool take_file(void *arg, const struct rehearsed *x)
{
	struct rehearsal *h = arg;
	struct finding f = {
		.kind = FINDING_FILE, .path = x->file->path,
		.owner = x->file->owner, .group = x->file->group,
		.mode = x->file->mode,
		.label = x->label, .expected = x->expected,
		.refused = x->verdict.refused, .unknown = x->verdict.unknown,
	};
	struct arena words;
	bool ok;

	if (++h->files % PROGRESS_EVERY == 0 && h->progress)
		h->progress(h->progress_arg, h->files);
	if (!(f.refused | f.unknown) && !f.expected && !h->all)
		return true;
	take_ops(x, h->all, &f);
	f.accepted = (f.refused | f.unknown) && is_accepted(h, &f);
	count_file(h, &f);
	arena_init(&words);
	words.on_oom = h->arena->on_oom;
	if (x->seal)
		f.seal = sealcheck_text(&words, x->seal);
	ok = keep(h, &f);
	arena_free(&words);
	return ok;
}

static void take_miss(void *arg, const char *path, enum tree_miss why,
		      int error, const char *text)
{
	struct rehearsal *h = arg;
	struct finding f = {
		.kind = FINDING_MISS, .path = path, .why = why, .error = error,
		.text = text,
	};

	/* as it should be: they are the kernel's, and none of the root */
	h->missed += why != TREE_MADE_UP;
	keep(h, &f);
}

/* ---- all ---- */

void rehearsal_boot(struct rehearsal *h, const struct bootpath_options *o)
{
	bootpath_walk(h->r, o, &h->boot);
	h->has_boot = !(h->r->stop && *h->r->stop);
}

bool rehearsal_run(struct rehearsal *h)
{
	h->whole = rehearse_all(h->r, h, take_file, take_miss);
	if (!h->whole && !h->error && !(h->r->stop && *h->r->stop))
		h->error = errno;
	errno = h->error;
	return !h->error;
}

bool rehearsal_finish(struct rehearsal *h, bool packages)
{
	struct finding f;

	/* what is known after a stop is told without asking for more */
	if (packages && h->whole &&
	    !packages_find(&h->packages, h->arena, h->r->tree, h->findings,
			   h->r->stop))
		return false;
	if (!rehearsal_first(h))
		return false;
	while (rehearsal_next(h, FINDING_FILE, &f))
		if (rehearsal_is_open(&f))
			tally_add(&h->tally, &h->packages, &f);
	tally_sort(&h->tally);
	errno = h->error;
	return !h->error;
}

enum bootpath_verdict rehearsal_verdict(const struct rehearsal *h)
{
	if (h->has_boot && h->boot.verdict == BOOTPATH_DOES_NOT)
		return BOOTPATH_DOES_NOT;
	return h->has_boot && h->whole ? h->boot.verdict : BOOTPATH_NOT_KNOWN;
}

bool rehearsal_fails(struct rehearsal *h)
{
	enum bootpath_verdict v = rehearsal_verdict(h);
	size_t i;

	if (!h->whole || h->refused || h->unknown || h->missed ||
	    v == BOOTPATH_DOES_NOT || v == BOOTPATH_NOT_KNOWN)
		return true;
	for (i = 0; i < h->boot.steps.n; i++)
		if (rehearsal_step_fails(h, &h->boot.steps.v[i]))
			return true;
	return false;
}
