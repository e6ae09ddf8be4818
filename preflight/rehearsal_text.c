/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "rehearsal_int.h"
#include "utf8.h"

/* What is shown without --all: about 25 lines if there is something of all. */
enum {
	STEPS_MAX = 4,
	GROUPS_MAX = 2,
	ROWS_MAX = 3,		/* of a table, on one line */
	MISSES_MAX = 1,
	NOTES_MAX = 1,
};

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* what is from a file may hold any bytes */
static void put_word(const char *before, const char *s, struct buf *out)
{
	buf_puts(out, before);
	utf8_puts_visible(out, s);
}

static void put_more(const char *indent, size_t shown, size_t n,
		     struct buf *out)
{
	if (shown < n)
		buf_printf(out, "%sand %zu more: --all\n", indent, n - shown);
}

/* ---- the verdict ---- */

static void put_step(const struct bootpath_step *s, struct buf *out)
{
	buf_printf(out, "  %s", judge_op_word(s->op));
	put_word(" ", s->path, out);
	buf_puts(out, ": ");
	buf_puts(out, s->missing ? "is not there" :
		 rehearsal_cause_text(&s->finding));
	if (s->why) {
		put_word(" (", s->why, out);
		buf_putc(out, ')');
	}
	buf_putc(out, '\n');
}

/* shown: it decides about the verdict, fatal ones first */
static bool is_shown(struct rehearsal *h, const struct bootpath_step *s,
		     enum bootpath_weight weight)
{
	return s->weight == weight &&
	       ((s->missing && weight == BOOTPATH_FATAL) ||
		rehearsal_step_fails(h, s));
}

static size_t count_steps(struct rehearsal *h, enum bootpath_weight weight)
{
	size_t i, n = 0;

	for (i = 0; i < h->boot.steps.n; i++)
		n += is_shown(h, &h->boot.steps.v[i], weight);
	return n;
}

static void put_steps(struct rehearsal *h, struct rehearsal_out *out)
{
	size_t n = 0, i, all = count_steps(h, BOOTPATH_FATAL) +
			       count_steps(h, BOOTPATH_LOSS);
	unsigned int w;

	for (w = BOOTPATH_FATAL; w <= BOOTPATH_LOSS; w++)
		for (i = 0; i < h->boot.steps.n; i++) {
			const struct bootpath_step *s = &h->boot.steps.v[i];

			if (!is_shown(h, s, w) || !rehearsal_out_piece(out) ||
			    (!h->all && n == STEPS_MAX))
				continue;
			put_step(s, &out->b);
			n++;
		}
	put_more("  ", n, all, &out->b);
}

static void put_verdict(struct rehearsal *h, struct rehearsal_out *out)
{
	enum bootpath_verdict v = rehearsal_verdict(h);
	size_t fatal = count_steps(h, BOOTPATH_FATAL);
	size_t loss = count_steps(h, BOOTPATH_LOSS);

	put_word("", h->root, &out->b);
	buf_printf(&out->b, " on kernel %s: %s", h->target,
		   bootpath_verdict_word(v));
	if (!h->whole)
		buf_puts(&out->b, ", it was not seen to the end");
	if (fatal)
		buf_printf(&out->b, ", for %zu operation%s that it needs",
			   fatal, plural(fatal));
	if (loss)
		buf_printf(&out->b, ", and %zu on the way would be refused",
			   loss);
	buf_putc(&out->b, '\n');
	put_steps(h, out);
}

static void put_notes(struct rehearsal *h, struct buf *out)
{
	size_t i, n = h->notes.n + h->boot.notes.n + h->packages.notes.n;

	for (i = 0; i < n && (h->all || i < NOTES_MAX); i++) {
		size_t k = i < h->notes.n ? i : i - h->notes.n;

		put_word("note: ", i < h->notes.n ? h->notes.v[k] :
			 k < h->boot.notes.n ? h->boot.notes.v[k] :
			 h->packages.notes.v[k - h->boot.notes.n], out);
		buf_putc(out, '\n');
	}
	if (i < n)
		buf_printf(out, "note: and %zu more: --all\n", n - i);
}

/* ---- by statement ---- */

static void put_counts(struct rehearsal *h, struct buf *out)
{
	const char *stale = NULL;
	size_t n;

	buf_printf(out, "%zu of %zu file%s would be refused", h->refused,
		   h->files, plural(h->files));
	if (h->unknown)
		buf_printf(out, ", of %zu it cannot be told", h->unknown);
	if (h->accepted)
		buf_printf(out, ", %zu more %s accepted", h->accepted,
			   h->accepted == 1 ? "is" : "are");
	buf_putc(out, '\n');
	n = h->baseline ? baseline_stale(h->baseline, &stale) : 0;
	if (!n || !h->whole)
		return;
	buf_printf(out, "%zu file%s of the baseline would pass or %s gone, "
		   "first", n, plural(n), n == 1 ? "is" : "are");
	put_word(" ", stale, out);
	buf_putc(out, '\n');
}

/* "  in /usr/bin 900, /usr/sbin 80 and 4 more" */
static void put_table(const char *before, const char *none,
		      const struct tally_table *t, size_t max, struct buf *out)
{
	size_t i;

	if (!t->rows.n)
		return;
	buf_puts(out, before);
	for (i = 0; i < t->rows.n && i < max; i++) {
		put_word(i ? ", " : " ", t->rows.v[i].name ?
			 t->rows.v[i].name : none, out);
		buf_printf(out, " %zu", t->rows.v[i].n);
	}
	if (i < t->rows.n)
		buf_printf(out, " and %zu more", t->rows.n - i);
}

static void put_statement(const struct rehearsal *h, int rule, struct buf *out)
{
	struct span s = rehearsal_statement(h, rule);
	struct buf text;

	if (!s.src) {
		buf_puts(out, "by no statement");
		return;
	}
	put_word("", s.src->name, out);
	buf_printf(out, ":%zu:",
		   source_position(h->arena, s.src, s.start).line);
	buf_init(&text, out->arena);
	span_put_line(s, &text);
	put_word(" ", text.s, out);
}

static bool is_only_none(const struct tally_table *t)
{
	return t->rows.n == 1 && !t->rows.v[0].name;
}

static void put_group(const struct rehearsal *h, const struct tally_group *g,
		      struct buf *out)
{
	size_t max = h->all ? TALLY_MAX : ROWS_MAX;
	const char *between = ": ";
	unsigned int op;

	put_statement(h, g->rule, out);
	buf_printf(out, "\n  %zu file%s", g->files, plural(g->files));
	for (op = 0; op < JUDGE_OPS; op++) {
		if (!g->op[op])
			continue;
		buf_printf(out, "%s%s %zu", between, judge_op_word(op),
			   g->op[op]);
		between = ", ";
	}
	put_table(";", "in silence", &g->causes, max, out);
	put_table("\n  in", "", &g->dirs, max, out);
	if (!is_only_none(&g->packages))
		put_table("\n  of", "no package", &g->packages, max, out);
	buf_putc(out, '\n');
}

static void put_groups(struct rehearsal *h, struct rehearsal_out *out)
{
	size_t i, n = h->tally.groups.n;

	for (i = 0; i < n && (h->all || i < GROUPS_MAX) &&
	     rehearsal_out_piece(out); i++)
		put_group(h, &h->tally.groups.v[i], &out->b);
	if (i < n)
		buf_printf(&out->b, "and by %zu statement%s more: --all\n",
			   n - i, plural(n - i));
}

/* ---- file by file ---- */

static void put_op(struct rehearsal *h, const struct finding_op *op,
		   struct buf *out)
{
	struct span s = rehearsal_statement(h, op->at.leaked);

	buf_puts(out, judge_op_word(op->op));
	if (op->at.answer == JUDGE_PASS || op->at.answer == JUDGE_NOT_ASKED) {
		buf_puts(out, " passes");
		return;
	}
	buf_printf(out, " %s", rehearsal_cause_text(&op->at));
	if (op->at.subject)
		put_word(" ", op->at.subject, out);
	if (op->at.once)
		buf_puts(out, " the first time");
	if (!s.src)
		return;
	put_word(", as asked for by ", s.src->name, out);
	buf_printf(out, ":%zu",
		   source_position(h->arena, s.src, s.start).line);
}

static void put_finding(struct rehearsal *h, const struct finding *f,
			struct buf *out)
{
	size_t i;

	put_word("  ", f->path, out);
	buf_puts(out, f->accepted ? " (accepted): " : ": ");
	for (i = 0; i < f->n_ops; i++) {
		buf_puts(out, i ? "; " : "");
		put_op(h, &f->ops[i], out);
	}
	if (!f->n_ops)
		buf_puts(out, "nothing can come to it");
	if (f->seal)
		put_word(" (", f->seal, out);
	buf_puts(out, f->seal ? ")\n" : "\n");
}

static void put_files(struct rehearsal *h, struct rehearsal_out *out)
{
	struct finding f;

	if (!h->all || !rehearsal_first(h))
		return;
	buf_puts(&out->b, "files:\n");
	while (rehearsal_out_piece(out) &&
	       rehearsal_next(h, FINDING_FILE, &f))
		put_finding(h, &f, &out->b);
}

/* ---- what was not seen, and labels ---- */

static void put_missed(struct rehearsal *h, struct rehearsal_out *out)
{
	struct finding f;
	size_t n = 0;

	if (!h->missed || !rehearsal_first(h))
		return;
	while ((h->all || n < MISSES_MAX) && rehearsal_out_piece(out) &&
	       rehearsal_next(h, FINDING_MISS, &f)) {
		if (f.why == TREE_MADE_UP)
			continue;
		put_word("not seen: ", f.path, &out->b);
		put_word(": ", rehearsal_miss_text(&out->arena, &f), &out->b);
		buf_putc(&out->b, '\n');
		n++;
	}
	put_more("not seen: ", n, h->missed, &out->b);
}

static void put_drift(struct rehearsal *h, struct rehearsal_out *out)
{
	struct finding f;
	size_t n = 0;

	if (!h->drift || !rehearsal_first(h))
		return;
	buf_printf(&out->b, "%zu file%s %s a label on disk that decides "
		   "otherwise than the one by file contexts:\n", h->drift,
		   plural(h->drift), h->drift == 1 ? "has" : "have");
	while ((h->all || n < 1) && rehearsal_out_piece(out) &&
	       rehearsal_next(h, FINDING_FILE, &f)) {
		if (!f.expected)
			continue;
		buf_puts(&out->b, "  ");
		rehearsal_mend(h, &f, &out->b);
		put_word("  # ", f.label ? f.label : "no label", &out->b);
		put_word(", not ", f.expected, &out->b);
		buf_putc(&out->b, '\n');
		n++;
	}
	put_more("  ", n, h->drift, &out->b);
}

/* what there is to do about it */
static void put_way(struct rehearsal *h, struct buf *out)
{
	if (!h->refused)
		return;
	buf_puts(out, "to sign them: the same with --list >LIST, then "
		 "imapol-sign --key KEY");
	if (h->dir && strcmp(h->dir, "/") != 0)
		put_word(" --root ", h->dir, out);
	buf_puts(out, " --from LIST\n");
}

void rehearsal_text(struct rehearsal *h, struct rehearsal_out *out)
{
	rehearsal_out_begin(out, h);
	put_verdict(h, out);
	put_counts(h, &out->b);
	put_groups(h, out);
	put_files(h, out);
	put_missed(h, out);
	put_drift(h, out);
	put_notes(h, &out->b);
	put_way(h, &out->b);
	rehearsal_out_end(out);
}
