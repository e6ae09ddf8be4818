/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "lint_line.h"
#include "trap_int.h"

enum {
	NEEDS_VIEW = 1,		/* the lines as diagrams */
	/*
	 * What is missing may be in a refused line: of the action of the line
	 * that is looked at, or of appraise where it is not about one line.
	 */
	NEEDS_ALL = 2,
	HABIT = 4,		/* not said of what imapolc compiled */
};

/* each runs, whatever the others found; the order is that of messages */
static const struct check {
	unsigned int flags;
	trap_one *one;	/* for each line */
	trap_all *all;	/* or once */
} checks[] = {
	{ 0, trap_old_name, NULL },
	{ 0, trap_quoted, NULL },
	{ 0, trap_ignored, NULL },
	{ 0, trap_never, NULL },
	{ 0, trap_magic, NULL },
	{ 0, trap_large_id, NULL },
	{ 0, trap_data_label, NULL },
	{ HABIT, trap_pcr, NULL },
	{ HABIT, trap_open_exec, NULL },
	{ HABIT, trap_open_maskless, NULL },
	{ HABIT, trap_load_uid, NULL },
	{ HABIT, trap_pseudo, NULL },
	{ HABIT, trap_hash_only, NULL },
	{ HABIT, trap_label_scoped, NULL },
	{ HABIT, trap_optional, NULL },
	{ HABIT | NEEDS_VIEW | NEEDS_ALL, trap_exact_mask, NULL },
	{ HABIT | NEEDS_VIEW | NEEDS_ALL, trap_uid, NULL },
	{ HABIT | NEEDS_VIEW | NEEDS_ALL, trap_no_mmap, NULL },
	{ HABIT | NEEDS_ALL, trap_every_open, NULL },
	{ HABIT | NEEDS_VIEW, trap_tmpfs, NULL },
	{ HABIT | NEEDS_VIEW, trap_root_fs, NULL },
	{ HABIT | NEEDS_ALL, trap_no_exclusions, NULL },
	{ HABIT | NEEDS_ALL, NULL, trap_unscoped },
	{ HABIT | NEEDS_VIEW | NEEDS_ALL, NULL, trap_policy },
	{ HABIT | NEEDS_ALL, NULL, trap_algorithms },
	/* in this order: a line is told of once */
	{ NEEDS_VIEW, NULL, trap_repeated },
	{ NEEDS_VIEW, NULL, trap_dead },
	{ 0, NULL, trap_idle },
	{ NEEDS_VIEW, NULL, trap_no_effect },
};

static bool applies(const struct traps *l, const struct check *c, bool compiled)
{
	return (!(c->flags & NEEDS_VIEW) || l->view.usable) &&
	       (!(c->flags & HABIT) || !compiled);
}

static bool knows_enough(const struct traps *l, const struct check *c,
			 enum kclass class)
{
	return !(c->flags & NEEDS_ALL) || !l->in->refused[class];
}

static void run_check(struct traps *l, const struct check *c)
{
	size_t i;

	for (i = 0; c->one && i < l->n; i++)
		if (knows_enough(l, c, l->v[i].k.class))
			c->one(l, &l->v[i]);
	if (c->all && knows_enough(l, c, KCLASS_APPRAISE))
		c->all(l);
}

static void give_up(struct traps *l)
{
	struct diag *d = diag_add(l->ds, DIAG_LINT_BUDGET, l->v[0].span,
				  "these %zu lines are too many to be compared "
				  "with each other", l->n);

	l->view.usable = false;
	diag_note(l->ds, d, NO_SPAN, "which of them are dead, and what escapes "
		  "them, is not known");
}

void traps_check_lines(const struct traps_input *in)
{
	struct traps l = {
		.arena = in->diags->arena, .in = in, .t = in->target,
		.ds = in->diags, .v = in->lines, .n = in->n,
	};
	bool compiled = kdialect_is_compiled(in->src);
	size_t i, c;

	if (!in->n)
		return;
	l.said = arena_zalloc(l.arena, l.n, sizeof(*l.said));
	for (i = 0; i < l.n; i++)
		l.acts[l.v[i].k.class] |= !l.v[i].k.dont;
	if (!trap_view_build(&l))
		give_up(&l);
	for (c = 0; c < ARRAY_SIZE(checks); c++) {
		if (!applies(&l, &checks[c], compiled))
			continue;
		run_check(&l, &checks[c]);
		if (l.view.usable && !trap_sure(&l))
			give_up(&l);
	}
}

/* ---- a file ---- */

typedef VEC(struct trap_line) trap_list;

void traps_add_refused(struct traps_input *in, struct span line)
{
	int c, class = KCLASS_COUNT;
	size_t actions = 0;
	enum kfeature f;
	struct span word;

	while (trap_next_word(line, &line.start, &word)) {
		f = kmodel_find(KKIND_ACTION, word.src->text + word.start,
				word.end - word.start);
		if (f == KF_COUNT)
			continue;
		class = kmodel_row(f)->class;
		actions++;
	}
	for (c = 0; c < KCLASS_COUNT; c++)
		in->refused[c] |= actions != 1 || c == class;
}

/* false: the line is refused, or only the beginning of what is */
static bool read_line(struct intern *strings, const struct ktarget *t,
		      struct span span, struct arena *a, trap_list *out)
{
	const char *text = span.src->text;
	struct trap_line line = { 0 };
	struct kd_out got;

	switch (kdialect_parse(t, strings, text + span.start,
			       span.end - span.start, &got)) {
	case KD_REFUSED:
		return false;
	case KD_EMPTY:
		return true;
	case KD_RULE:
		break;
	}
	if (span.end < span.src->len && lint_goes_on(span.src, span.end + 1))
		return false;
	while (strchr(" \t", text[span.start]))
		span.start++;
	while (strchr(" \t", text[span.end - 1]))
		span.end--;
	line.k = got.rule;
	line.span = span;
	vec_push(a, out, line);
	return true;
}

static void check_end(const struct source *src, struct diags *ds)
{
	struct span end = { src, src->len, src->len };
	struct diag *d;

	if (!src->len || src->text[src->len - 1] == '\n')
		return;
	d = diag_add(ds, DIAG_NO_FINAL_NEWLINE, end,
		     "no newline ends the last line");
	diag_note(ds, d, NO_SPAN, "a kernel that is given the path of the file "
		  "refuses all of it");
	diag_edit(ds, d, end, "\n", true);
}

void traps_check_file(struct intern *strings, const struct source *src,
	       const struct ktarget *t, struct diags *ds)
{
	struct traps_input in = { .src = src, .target = t, .diags = ds };
	trap_list list = { 0 };
	struct span line;
	bool complete = true;
	size_t at = 0;

	while (source_next_line(src, &at, &line)) {
		bool more = lint_goes_on(src, line.start);

		if (!more && read_line(strings, t, line, ds->arena, &list))
			continue;
		complete = false;
		if (!more)	/* that is of the rule above */
			traps_add_refused(&in, line);
	}
	in.lines = list.v;
	in.n = list.n;
	if (complete && list.n)
		check_end(src, ds);
	traps_check_lines(&in);
}
