/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli_judge.h"
#include "include.h"

void judge_target(const struct judge_input *in, const struct ktarget *t)
{
	struct buf unused;
	size_t i;

	buf_init(&unused, in->c->arena);
	if (in->has_policy)
		compile_emit(in->c, t, &unused);
	for (i = 0; i < in->n_kernel_files; i++)
		compile_check_kernel_lines(in->c, in->kernel_files[i], t);
}

/* of the places that some releases refuse no more are told apart */
#define MAX_REFUSALS 1000
#define REFUSAL_SLOTS 4096	/* a power of two, most of them empty */
#define MAX_RELEASES 64		/* a bit each */

struct refusal {
	const struct diag *d;	/* as release has it, the newest judged */
	size_t release;
	uint64_t releases;	/* bit n: the release n of the model */
};

/* a warning of what it does, mostly anywhere */
struct trap {
	const struct diag *d;
	size_t release;
};

struct verdicts {
	const struct judge_input *in;
	struct targets all;
	uint64_t accepted;	/* bit n: all.v[n] */
	size_t newest_errors;
	bool asks_lsm;		/* some release misses a security module */
	VEC(struct refusal) refusals;
	/* where each of them is, plus one, by its place and code */
	unsigned short slots[REFUSAL_SLOTS];
	VEC(struct trap) traps;
};

static bool is_of(const struct refusal *r, const struct diag *d)
{
	return r->d->code == d->code && r->d->span.src == d->span.src &&
	       span_cmp(r->d->span, d->span) == 0;
}

/* of what was refused for this at this place, or where it would be */
static unsigned short *find_refusal(struct verdicts *v, const struct diag *d)
{
	size_t i = (d->span.start * 31 + d->span.end) * 31 + d->code;

	for (i &= REFUSAL_SLOTS - 1; v->slots[i];
	     i = (i + 1) & (REFUSAL_SLOTS - 1))
		if (is_of(&v->refusals.v[v->slots[i] - 1], d))
			break;
	return &v->slots[i];
}

static void add_refusal(struct verdicts *v, const struct diag *d, size_t rel)
{
	struct refusal r = { d, rel, (uint64_t)1 << rel };
	unsigned short *slot = find_refusal(v, d);

	static_assert(MAX_REFUSALS < REFUSAL_SLOTS, "a search finds its end");
	if (*slot) {
		struct refusal *have = &v->refusals.v[*slot - 1];

		have->d = d;
		have->release = rel;
		have->releases |= r.releases;
	} else if (v->refusals.n < MAX_REFUSALS) {
		vec_push(v->in->c->arena, &v->refusals, r);
		*slot = (unsigned short)v->refusals.n;
	}
}

/* what only some releases have is said as the newest has it */
static void forget_older(struct verdicts *v)
{
	size_t i, n = 0;

	for (i = 0; i < v->traps.n; i++)
		if (!diag_is_of_target(v->traps.v[i].d->code))
			v->traps.v[n++] = v->traps.v[i];
	v->traps.n = n;
}

/* a warning stays one: that it is to be an error is seen to at the end */
static void judge_release(struct verdicts *v, size_t rel)
{
	struct diags *ds = &v->in->c->diags, kept = *ds;
	size_t i, errors = 0;

	diags_like(ds, &kept);
	judge_target(v->in, &v->all.v[rel]);
	forget_older(v);
	for (i = 0; i < ds->n; i++) {
		const struct diag *d = ds->v[i];

		v->asks_lsm |= d->code == DIAG_NO_LSM;
		if (diag_default_severity(d->code) == DIAG_ERROR) {
			errors++;
			add_refusal(v, d, rel);
		} else if (d->code != DIAG_ASSUMES_CONFIG) {
			vec_push(kept.arena, &v->traps, (struct trap){ d, rel });
		}
	}
	*ds = kept;
	v->newest_errors = errors;
	if (!errors)
		v->accepted |= (uint64_t)1 << rel;
}

/* does the release take and mean all that the one before it did? */
static bool same_as_before(const struct verdicts *v, size_t rel)
{
	struct krelease since;
	unsigned int f;
	size_t i;

	if (!rel)
		return false;
	for (i = 0; include_form(&v->in->c->ast, i, &since); i++)
		if (krelease_cmp(since, v->all.v[rel].release) == 0)
			return false;
	for (f = 0; f < KF_COUNT; f++) {
		struct kanswer a = kmodel_has(&v->all.v[rel - 1], f);
		struct kanswer b = kmodel_has(&v->all.v[rel], f);

		if (a.verdict != b.verdict || a.bracketed != b.bracketed)
			return false;
	}
	return true;
}

static void judge_as_before(struct verdicts *v, size_t rel)
{
	size_t i;

	v->accepted |= (v->accepted >> (rel - 1) & 1) << rel;
	for (i = 0; i < v->refusals.n; i++)
		v->refusals.v[i].releases |=
			(v->refusals.v[i].releases >> (rel - 1) & 1) << rel;
}

static void judge_lsm(struct verdicts *v, const struct targets *known,
		      enum klsm lsm)
{
	struct targets with = *known;
	size_t i;

	with.lsm = lsm;
	target_all_releases(v->in->c->arena, &with, &v->all);
	v->accepted = 0;
	v->refusals.n = 0;
	memset(v->slots, 0, sizeof(v->slots));
	v->traps.n = 0;
	for (i = 0; i < v->all.n && i < MAX_RELEASES; i++)
		if (same_as_before(v, i))
			judge_as_before(v, i);
		else
			judge_release(v, i);
}

/* "5.10 to 6.13, 6.18 and later" */
static void put_releases(const struct verdicts *v, uint64_t bits,
			 struct buf *out)
{
	char text[KRELEASE_TEXT];
	size_t i, j, n = v->all.n < MAX_RELEASES ? v->all.n : MAX_RELEASES;
	bool first = true;

	for (i = 0; i < n; i = j + 1) {
		j = i;
		if (!(bits >> i & 1))
			continue;
		while (j + 1 < n && bits >> (j + 1) & 1)
			j++;
		buf_printf(out, "%s%s", first ? "" : ", ",
			   krelease_text(v->all.v[i].release, text,
					 sizeof(text)));
		first = false;
		if (j == n - 1 && i > 0 && i < j)
			buf_puts(out, " and later");
		else if (j > i)
			buf_printf(out, " to %s",
				   krelease_text(v->all.v[j].release, text,
						 sizeof(text)));
	}
}

static int refusal_cmp(const void *a, const void *b)
{
	const struct refusal *x = a, *y = b;
	int c = span_cmp(x->d->span, y->d->span);

	if (c)
		return c;
	return x->d->code < y->d->code ? -1 : x->d->code > y->d->code;
}

/* the message is of one release, and stands for all that say the same */
static void put_reason(const struct verdicts *v, const struct refusal *r,
		       struct buf *out)
{
	char text[KRELEASE_TEXT];
	struct buf one;
	const char *at;

	buf_init(&one, v->in->c->arena);
	buf_printf(&one, " kernel %s",
		   krelease_text(v->all.v[r->release].release, text,
				 sizeof(text)));
	at = strstr(r->d->text, one.s);
	if (!at || (at[one.len] && at[one.len] != ' ')) {
		buf_puts(out, r->d->text);
		return;
	}
	buf_add(out, r->d->text, (size_t)(at - r->d->text));
	buf_printf(out, " it%s", at + one.len);
}

/* what is said with a message, and what would mend it */
static void copy_notes(struct diags *ds, struct diag *d, const struct diag *of)
{
	const struct diag_note *n;
	const struct diag_edit *e;

	for (n = of->notes; n; n = n->next)
		diag_note(ds, d, n->span, "%s", n->text);
	for (e = of->edits; e; e = e->next)
		diag_edit(ds, d, e->span, e->text, e->sure);
}

static void add_warning(const struct verdicts *v, const struct refusal *r,
			struct diags *ds)
{
	struct diag *d;
	struct buf text;

	buf_init(&text, v->in->c->arena);
	buf_puts(&text, "kernel ");
	put_releases(v, r->releases, &text);
	buf_puts(&text, " refuses this: ");
	put_reason(v, r, &text);
	d = diag_add(ds, DIAG_RELEASE_REFUSES, r->d->span, "%s", text.s);
	copy_notes(ds, d, r->d);
}

static int same_trap(const struct diag *x, const struct diag *y)
{
	int c = span_cmp(x->span, y->span);

	if (c)
		return c;
	return x->code < y->code ? -1 : x->code > y->code;
}

/* of the same the newest release first */
static int trap_cmp(const void *a, const void *b)
{
	const struct trap *x = a, *y = b;
	int c = same_trap(x->d, y->d);

	if (c)
		return c;
	if (x->release != y->release)
		return x->release > y->release ? -1 : 1;
	return x->d->seq < y->d->seq ? -1 : x->d->seq > y->d->seq;
}

/* what several releases have is said once, as the newest has it */
static void add_traps(const struct verdicts *v, struct diags *ds)
{
	const struct trap *t, *first = NULL;
	struct diag *d;
	size_t i, j;

	if (v->traps.n)
		qsort(v->traps.v, v->traps.n, sizeof(*v->traps.v), trap_cmp);
	for (i = 0; i < v->traps.n; i++) {
		t = &v->traps.v[i];
		if (!first || same_trap(first->d, t->d))
			first = t;
		else if (first->release != t->release)
			continue;
		d = diag_add(ds, t->d->code, t->d->span, "%s", t->d->text);
		for (j = 0; j < t->d->n_more; j++)
			diag_also(d, t->d->more[j]);
		copy_notes(ds, d, t->d);
	}
}

static void put_summary(const struct verdicts *v, struct buf *out)
{
	const char *lsm = target_lsm_word(v->all.lsm);

	buf_puts(out, "imapolc: accepted by kernel ");
	put_releases(v, v->accepted, out);
	if (lsm && v->all.lsm != KLSM_NONE)
		buf_printf(out, ", with %s", lsm);
	buf_putc(out, '\n');
}

/*
 * The messages for the newest, with the module that leaves the fewest, and what
 * others refuse beside that.
 */
static void say_why_none(struct verdicts *v, const struct targets *known,
			 enum klsm lsm, struct buf *out)
{
	const char *word = target_lsm_word(lsm);
	size_t i, newest;

	if (v->all.lsm != lsm)
		judge_lsm(v, known, lsm);
	newest = v->all.n - 1;
	judge_target(v->in, &v->all.v[newest]);
	for (i = 0; i < v->refusals.n; i++)
		if (!(v->refusals.v[i].releases >> newest & 1))
			add_warning(v, &v->refusals.v[i], &v->in->c->diags);
	buf_puts(out, "imapolc: no kernel accepts it; the messages are for "
		 "the newest");
	if (word && lsm != KLSM_NONE)
		buf_printf(out, ", with %s", word);
	buf_putc(out, '\n');
}

void judge_refused(const struct judge_input *in, const struct targets *known,
		   struct buf *out)
{
	struct verdicts v = { .in = in };

	say_why_none(&v, known, KLSM_SELINUX, out);
}

bool judge_all(const struct judge_input *in, const struct targets *known,
	       struct buf *out)
{
	static const enum klsm tries[] = { KLSM_UNSET, KLSM_SELINUX,
					   KLSM_APPARMOR, KLSM_SMACK };
	struct verdicts v = { .in = in };
	enum klsm best = known->lsm;
	size_t i, fewest = 0;

	if (known->lsm != KLSM_UNSET)
		judge_lsm(&v, known, known->lsm);
	for (i = 0; known->lsm == KLSM_UNSET && !v.accepted &&
	     i < ARRAY_SIZE(tries) && (!i || v.asks_lsm); i++) {
		judge_lsm(&v, known, tries[i]);
		if (!i || v.newest_errors < fewest) {
			fewest = v.newest_errors;
			best = tries[i];
		}
	}
	if (!v.accepted) {
		say_why_none(&v, known, best, out);
		return false;
	}
	if (v.refusals.n)
		qsort(v.refusals.v, v.refusals.n, sizeof(*v.refusals.v),
		      refusal_cmp);
	for (i = 0; i < v.refusals.n; i++)
		add_warning(&v, &v.refusals.v[i], &in->c->diags);
	add_traps(&v, &in->c->diags);
	put_summary(&v, out);
	return true;
}
