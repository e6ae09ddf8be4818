/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "cli_report.h"
#include "util.h"
#include "utf8.h"

#define MAX_LABELS 20	/* shown of one glob unless all are asked for */
#define MAX_MISSED 20	/* directories that are named */

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* ---- one glob ---- */

/* what is from a file may hold any bytes */
static void put_word(const char *before, const char *s, struct buf *out)
{
	buf_puts(out, before);
	utf8_puts_visible(out, s);
}

static void put_no_labels(const struct root_mount *m, struct buf *out)
{
	put_word("on ", m->dir, out);
	put_word(", a ", m->fstype, out);
	buf_puts(out, ", which keeps no labels");
}

static void put_verdict(const struct report *r, const struct paths_answer *a,
			struct buf *out)
{
	const struct fcdb_result *t = &a->types;

	if (a->how == PATHS_FSUUID)
		buf_puts(out, "a whole file system");
	else if (a->no_labels)
		put_no_labels(a->no_labels, out);
	else if (!r->p->n_db)
		buf_puts(out, "not a whole file system");
	else if (a->versions_differ)
		buf_puts(out, "its types depend on the version of libselinux: "
			 "give --libselinux");
	else if (t->verdict == FCDB_EMPTY)
		buf_puts(out, "EMPTY, no file can have such a path");
	else if (t->verdict == FCDB_TOO_HARD)
		buf_puts(out, "TOO-HARD, the proof takes too many steps");
	else
		buf_printf(out, "%s, %zu label%s, %zu of them nowhere else",
			   fcdb_verdict_name(t->verdict), t->n_labels,
			   plural(t->n_labels), t->n_tight);
	buf_putc(out, '\n');
}

static size_t shown_labels(const struct report *r, size_t n)
{
	return r->all || n <= MAX_LABELS ? n : MAX_LABELS;
}

static void put_term(const struct paths_term *t, struct buf *out)
{
	const char *const part[][2] = {
		{ "fsuuid", t->fsuuid }, { "user", t->user },
		{ "role", t->role }, { "type", t->type },
	};
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(part); i++) {
		if (!part[i][1])
			continue;
		buf_printf(out, "%s%s", n++ ? " and " : "", part[i][0]);
		put_word(" ", part[i][1], out);
	}
}

static void put_exact(const struct report *r, const struct paths_answer *a,
		      struct buf *out)
{
	size_t i, n = shown_labels(r, a->terms.n);

	buf_puts(out, "by ");
	for (i = 0; i < n; i++) {
		buf_puts(out, i ? " or " : "");
		put_term(&a->terms.v[i], out);
	}
	if (n < a->terms.n)
		buf_printf(out, " and %zu more", a->terms.n - n);
	buf_puts(out, ", exactly");
}

static void put_list(const char *const *v, size_t n, struct buf *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_printf(out, "%s %s", !i ? "" : i + 1 < n ? "," : " and",
			   v[i]);
}

/* why no lines of file contexts tag exactly these files */
static void put_miss(const struct way_cost *c, struct buf *out)
{
	static const char *const before[] = {
		[MISS_INSIDE] = ": ", [MISS_OUTSIDE] = ": ",
		[MISS_LITERAL] = ": the line for ",
		[MISS_OTHER] = ": no lines fit",
	};
	static const char *const behind[] = {
		[MISS_INSIDE] = " is looked up as another path",
		[MISS_OUTSIDE] = " would have it, too",
		[MISS_LITERAL] = " goes before all that are added",
		[MISS_OTHER] = "",
	};

	put_word(before[c->miss], c->witness ? c->witness : "", out);
	buf_puts(out, behind[c->miss]);
}

static void put_way(const struct report *r, const struct ways *w, enum way way,
		    struct buf *out)
{
	const struct way_cost *c = &w->way[way];
	size_t n = w->answer.types.n_labels;

	switch (way) {
	case WAY_FILE_SYSTEM:
		if (c->state == WAY_OPEN)
			put_exact(r, &w->answer, out);
		else
			buf_puts(out, "if they are a file system of their own");
		break;
	case WAY_LABELS:
		put_exact(r, &w->answer, out);
		break;
	case WAY_TAG:
		buf_printf(out, "by a tag, and %zu line%s of file contexts",
			   c->labelling, plural(c->labelling));
		if (c->not_with.n) {
			buf_puts(out, "; not with libselinux");
			put_list(c->not_with.v, c->not_with.n, out);
			put_miss(c, out);
		}
		break;
	case WAY_OWNER:
		buf_puts(out, "if they have an owner of their own");
		break;
	default:
		/* what is pinned has to be named in full, or not at all */
		if (shown_labels(r, n) < n) {
			buf_printf(out, "`allowing %s`, with %zu labels", way ==
				   WAY_WIDER ? "wider" :
				   w->answer.types.n_tight < n ?
				   "unlabelled allowing wider" : "unlabelled",
				   n);
			break;
		}
		put_word("`", c->statement, out);
		buf_putc(out, '`');
		break;
	}
}

static void put_ways(const struct report *r, const struct ways *w,
		     struct buf *out)
{
	size_t i;

	buf_puts(out, "  kernel lines for each operation:\n");
	for (i = 0; i < WAY_COUNT; i++) {
		const struct way_cost *c = &w->way[i];

		if (c->state == WAY_CLOSED && c->miss != MISS_NONE) {
			buf_puts(out, "       -  by a tag");
			put_miss(c, out);
			buf_putc(out, '\n');
		}
		if (c->state != WAY_OPEN && c->state != WAY_IF)
			continue;
		/* moving files is no way where they are told apart already */
		if (c->state == WAY_IF && w->answer.how != PATHS_NOTHING)
			continue;
		buf_printf(out, "  %6zu  ", c->lines);
		put_way(r, w, i, out);
		buf_putc(out, '\n');
	}
}

static void put_files(const struct census_glob *c, bool labels,
		      struct buf *out)
{
	buf_printf(out, "  files now: %zu inside", c->inside);
	if (c->unlabelled)
		buf_printf(out, " (%zu of them without a label)",
			   c->unlabelled);
	if (labels)
		buf_printf(out, ", %zu outside with one of the labels",
			   c->outside);
	buf_putc(out, '\n');
}

static void put_label(const struct report *r, const struct report_glob *g,
		      size_t i, struct buf *out)
{
	const struct fcdb_label *l = &g->ways.answer.types.labels[i];
	const struct census_label *c = r->root ? &g->census.label[i] : NULL;

	put_word("  ", l->type, out);
	put_word("\tinside ", l->inside, out);
	if (l->outside)
		put_word("\toutside ", l->outside, out);
	else
		buf_puts(out, "\tnowhere else");
	if (c && c->outside) {
		buf_printf(out, "\t%zu file%s there", c->outside,
			   plural(c->outside));
		put_word(": ", c->first, out);
		if (c->outside > 1)
			buf_puts(out, " …");
	}
	buf_putc(out, '\n');
}

static void put_labels(const struct report *r, const struct report_glob *g,
		       struct buf *out)
{
	const struct fcdb_result *t = &g->ways.answer.types;
	size_t i, n = shown_labels(r, t->n_labels);

	for (i = 0; i < n; i++)
		put_label(r, g, i, out);
	if (n < t->n_labels)
		buf_printf(out, "  and %zu labels more: --all\n",
			   t->n_labels - n);
	if (t->uncovered) {
		put_word("  no label\tinside ", t->uncovered, out);
		buf_putc(out, '\n');
	}
}

static void put_glob(const struct report *r, const struct report_glob *g,
		     struct buf *out)
{
	const struct paths_answer *a = &g->ways.answer;

	put_word("", g->glob, out);
	if (a->rewritten) {
		put_word(" (", a->text, out);
		buf_putc(out, ')');
	}
	buf_puts(out, ": ");
	put_verdict(r, a, out);
	if (r->p->n_db && a->types.verdict == FCDB_EMPTY &&
	    a->how == PATHS_NOTHING && !a->no_labels)
		return;
	put_ways(r, &g->ways, out);
	if (r->root)
		put_files(&g->census, a->types.n_labels &&
			  !a->versions_differ, out);
	/* they are those of one version */
	if (!a->versions_differ)
		put_labels(r, g, out);
}

/* ---- one path ---- */

static void put_line(const struct report *r, const char *what,
		     struct span span, struct buf *out)
{
	struct position at = source_position(r->p->arena, span.src,
					     span.start);

	buf_printf(out, "  %s", what);
	put_word(" ", span.src->name, out);
	buf_printf(out, ":%zu", at.line);
	put_word(": ", arena_strndup(r->p->arena, span.src->text + span.start,
				     span.end - span.start), out);
	buf_putc(out, '\n');
}

static void put_versions(const struct report_answer *a, struct buf *out)
{
	buf_puts(out, ", as libselinux");
	put_list(a->versions.v, a->versions.n, out);
	buf_puts(out, a->versions.n > 1 ? " read it" : " reads it");
}

static void put_answer(const struct report *r, const struct report_path *p,
		       const struct report_answer *a, struct buf *out)
{
	struct buf label;
	size_t i;

	buf_init(&label, r->p->arena);
	if (a->entry && !a->entry->none)
		report_context(a->entry, &label);
	put_word("", p->path, out);
	if (label.len)
		put_word(": labelled ", label.s, out);
	else
		buf_puts(out, ": no label");
	if (p->answers.n > 1)
		put_versions(a, out);
	buf_putc(out, '\n');
	if (strcmp(a->why.key, p->path)) {
		put_word("  looked up as ", a->why.key, out);
		buf_putc(out, '\n');
	}
	if (a->why.sub)
		put_line(r, "by      ", a->why.sub->span, out);
	if (a->why.sub_dist)
		put_line(r, "by      ", a->why.sub_dist->span, out);
	if (!a->why.n_match)
		buf_puts(out, "  no line matches\n");
	for (i = 0; i < a->why.n_match; i++)
		put_line(r, i || !a->entry ? "after it" : "decides ",
			 a->why.match[i]->span, out);
}

void report_text(const struct report *r, struct buf *out)
{
	size_t i, k;

	for (i = 0; i < r->paths.n; i++)
		for (k = 0; k < r->paths.v[i].answers.n; k++)
			put_answer(r, &r->paths.v[i],
				   &r->paths.v[i].answers.v[k], out);
	for (i = 0; i < r->globs.n; i++)
		put_glob(r, &r->globs.v[i], out);
}

void report_missed(const struct report *r, struct buf *out)
{
	size_t i, n = 0;

	for (i = 0; i < r->census.missed.n; i++) {
		const struct census_miss *m = &r->census.missed.v[i];

		/* as it should be */
		if (m->why == ROOTWALK_MADE_UP || n++ >= MAX_MISSED)
			continue;
		put_word("imapolc: not counted: ", m->path, out);
		put_word(" below ", r->root, out);
		buf_printf(out, ": %s\n", report_miss_text(m));
	}
	if (n > MAX_MISSED)
		buf_printf(out, "imapolc: not counted: %zu directories more\n",
			   n - MAX_MISSED);
	if (r->census.differ)
		buf_printf(out, "imapolc: %zu file%s other labels with other "
			   "versions of libselinux; counted as %s reads\n",
			   r->census.differ,
			   r->census.differ == 1 ? " has" : "s have",
			   fcdb_fcontext(r->p->db[0])->rules->name);
}
