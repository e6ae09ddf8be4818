/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "trap_int.h"

enum {
	NEEDS_VIEW = 1,		/* the lines as diagrams */
	NEEDS_ALL = 2,		/* what is missing may be in a refused line */
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
	{ NEEDS_ALL, NULL, trap_idle },
	{ NEEDS_VIEW | NEEDS_ALL, NULL, trap_no_effect },
};

static bool applies(const struct traps *l, const struct check *c, bool compiled)
{
	return (!(c->flags & NEEDS_VIEW) || l->view.usable) &&
	       (!(c->flags & NEEDS_ALL) || l->in->complete) &&
	       (!(c->flags & HABIT) || !compiled);
}

/* the first line of what the compiler writes */
static bool is_compiled(const struct source *src)
{
	static const char heading[] = "# " TRAPS_COMPILED;

	return src->len >= sizeof(heading) - 1 &&
	       !memcmp(src->text, heading, sizeof(heading) - 1);
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
	bool compiled = is_compiled(in->src);
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
		for (i = 0; checks[c].one && i < l.n; i++)
			checks[c].one(&l, &l.v[i]);
		if (checks[c].all)
			checks[c].all(&l);
		if (l.view.usable && !trap_sure(&l))
			give_up(&l);
	}
}

/* ---- a file ---- */

typedef VEC(struct trap_line) trap_list;

/* false: the line is refused */
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
	struct traps_input in = { .src = src, .target = t, .complete = true,
				 .diags = ds };
	trap_list list = { 0 };
	struct span line;
	size_t at = 0;

	while (source_next_line(src, &at, &line))
		in.complete &= read_line(strings, t, line, ds->arena, &list);
	in.lines = list.v;
	in.n = list.n;
	if (in.complete && list.n)
		check_end(src, ds);
	traps_check_lines(&in);
}
