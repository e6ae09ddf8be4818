/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "cli_report.h"
#include "json.h"

/* A glob or a path is an object; all keys are always there, in this order. */

static void put_strings(struct json *j, const char *key,
			const char *const *v, size_t n)
{
	size_t i;

	json_open(j, key, '[');
	for (i = 0; i < n; i++)
		json_text(j, NULL, v[i]);
	json_close(j, ']');
}

/* ---- globs ---- */

static void put_label(struct json *j, const struct report *r,
		      const struct report_glob *g, size_t i)
{
	const struct fcdb_label *l = &g->ways.answer.types.labels[i];

	json_open(j, NULL, '{');
	json_text(j, "type", l->type);
	json_text(j, "inside", l->inside);
	json_text(j, "outside", l->outside);
	if (r->root)
		json_number(j, "files_outside", g->census.label[i].outside);
	else
		json_null(j, "files_outside");
	json_text(j, "first_outside",
		  r->root ? g->census.label[i].first : NULL);
	json_close(j, '}');
}

static void put_way(struct json *j, enum way w, const struct way_cost *c)
{
	bool counts = c->state == WAY_OPEN || c->state == WAY_IF;

	json_open(j, NULL, '{');
	json_text(j, "way", way_name(w));
	json_text(j, "state", way_state_name(c->state));
	if (counts)
		json_number(j, "lines", c->lines);
	else
		json_null(j, "lines");
	if (counts && w == WAY_TAG)
		json_number(j, "labelling_lines", c->labelling);
	else
		json_null(j, "labelling_lines");
	json_text(j, "statement", c->statement);
	put_strings(j, "not_with", c->not_with.v, c->not_with.n);
	json_text(j, "witness", c->witness);
	json_close(j, '}');
}

static void put_files(struct json *j, const struct report *r,
		      const struct report_glob *g)
{
	size_t i;

	if (!r->root) {
		json_null(j, "files");
		return;
	}
	json_open(j, "files", '{');
	json_text(j, "root", r->root);
	json_number(j, "inside", g->census.inside);
	json_number(j, "unlabelled", g->census.unlabelled);
	json_number(j, "outside", g->census.outside);
	json_open(j, "not_counted", '[');
	for (i = 0; i < r->census.missed.n; i++) {
		const struct census_miss *m = &r->census.missed.v[i];

		json_open(j, NULL, '{');
		json_text(j, "path", m->path);
		json_text(j, "why", report_miss_text(m));
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

/* how rules name the files exactly: the conditions of each */
static void put_exact(struct json *j, const struct paths_answer *a)
{
	size_t i;

	if (a->how == PATHS_NOTHING) {
		json_null(j, "exact");
		return;
	}
	json_open(j, "exact", '[');
	for (i = 0; i < a->terms.n; i++) {
		const struct paths_term *t = &a->terms.v[i];

		json_open(j, NULL, '{');
		json_text(j, "fsuuid", t->fsuuid);
		json_text(j, "user", t->user);
		json_text(j, "role", t->role);
		json_text(j, "type", t->type);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static const char *verdict(const struct report *r,
			   const struct paths_answer *a)
{
	if (!r->p->n_db || a->how == PATHS_FSUUID || a->no_labels ||
	    a->versions_differ)
		return NULL;
	return fcdb_verdict_name(a->types.verdict);
}

static void put_versions(struct json *j, const struct paths *p)
{
	size_t i;

	json_open(j, "versions", '[');
	for (i = 0; i < p->n_db; i++)
		json_text(j, NULL, fcdb_fcontext(p->db[i])->rules->name);
	json_close(j, ']');
}

static void put_glob(struct json *j, const struct report *r,
		     const struct report_glob *g)
{
	const struct paths_answer *a = &g->ways.answer;
	size_t i;

	json_open(j, NULL, '{');
	json_text(j, "glob", g->glob);
	json_text(j, "canonical", a->text);
	json_text(j, "verdict", verdict(r, a));
	put_versions(j, r->p);
	json_bool(j, "versions_differ", a->versions_differ);
	json_text(j, "keeps_no_labels", a->no_labels ? a->no_labels->dir :
						       NULL);
	put_exact(j, a);
	json_open(j, "labels", '[');
	for (i = 0; i < a->types.n_labels; i++)
		put_label(j, r, g, i);
	json_close(j, ']');
	json_text(j, "no_label", a->types.uncovered);
	json_open(j, "ways", '[');
	for (i = 0; i < WAY_COUNT; i++)
		put_way(j, i, &g->ways.way[i]);
	json_close(j, ']');
	put_files(j, r, g);
	json_close(j, '}');
	json_end(j);
}

/* ---- paths ---- */

static void put_span(struct json *j, struct arena *a, struct span span)
{
	struct position at = source_position(a, span.src, span.start);

	json_open(j, NULL, '{');
	json_text(j, "file", span.src->name);
	json_number(j, "line", at.line);
	json_bytes(j, "text", span.src->text + span.start,
		   span.end - span.start);
	json_close(j, '}');
}

static void put_context(struct json *j, struct arena *a,
			const struct fc_entry *e)
{
	struct buf b;

	if (!e || e->none) {
		json_null(j, "label");
		return;
	}
	buf_init(&b, a);
	report_context(e, &b);
	json_text(j, "label", b.s);
}

static void put_answer(struct json *j, struct arena *a,
		       const struct report_answer *r)
{
	size_t i;

	json_open(j, NULL, '{');
	put_strings(j, "versions", r->versions.v, r->versions.n);
	put_context(j, a, r->entry);
	json_text(j, "key", r->why.key);
	json_open(j, "substitutions", '[');
	if (r->why.sub)
		put_span(j, a, r->why.sub->span);
	if (r->why.sub_dist)
		put_span(j, a, r->why.sub_dist->span);
	json_close(j, ']');
	json_open(j, "lines", '[');
	for (i = 0; i < r->why.n_match; i++)
		put_span(j, a, r->why.match[i]->span);
	json_close(j, ']');
	json_close(j, '}');
}

static void put_path(struct json *j, const struct report *r,
		     const struct report_path *p)
{
	size_t i;

	json_open(j, NULL, '{');
	json_text(j, "path", p->path);
	json_bool(j, "versions_differ", p->answers.n > 1);
	json_open(j, "answers", '[');
	for (i = 0; i < p->answers.n; i++)
		put_answer(j, r->p->arena, &p->answers.v[i]);
	json_close(j, ']');
	json_close(j, '}');
	json_end(j);
}

void report_json(const struct report *r, struct buf *out)
{
	struct json j;
	size_t i;

	json_init(&j, out);
	for (i = 0; i < r->paths.n; i++)
		put_path(&j, r, &r->paths.v[i]);
	for (i = 0; i < r->globs.n; i++)
		put_glob(&j, r, &r->globs.v[i]);
}
