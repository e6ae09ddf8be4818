/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "cli_report.h"

void report_init(struct report *r, struct paths *p)
{
	memset(r, 0, sizeof(*r));
	r->p = p;
}

static bool is_absolute(struct report *r, const char *what, const char *text)
{
	if (text[0] == '/')
		return true;
	diag_add(r->p->diags, DIAG_BAD_PATH, NO_SPAN,
		 "the %s `%s` does not begin with /", what, text);
	return false;
}

void report_add_glob(struct report *r, const char *glob)
{
	struct report_glob g = { .glob = glob };

	if (!is_absolute(r, "glob", glob) ||
	    !ways_ask(r->p, glob, &g.ways))
		return;
	vec_push(r->p->arena, &r->globs, g);
}

/* ---- one path ---- */

static bool same_lines(const struct report_answer *x,
		       const struct report_answer *y)
{
	size_t i;

	if (x->entry != y->entry && (!x->entry || !y->entry ||
	    span_cmp(x->entry->span, y->entry->span)))
		return false;
	if (strcmp(x->why.key, y->why.key) || x->why.n_match != y->why.n_match)
		return false;
	for (i = 0; i < x->why.n_match; i++)
		if (span_cmp(x->why.match[i]->span, y->why.match[i]->span))
			return false;
	return true;
}

void report_add_path(struct report *r, const char *path)
{
	struct report_path rp = { .path = path };
	struct arena *a = r->p->arena;
	size_t i, k;

	if (!is_absolute(r, "path", path))
		return;
	for (i = 0; i < r->p->n_db; i++) {
		const char *name = fcdb_fcontext(r->p->db[i])->rules->name;
		struct report_answer new = { 0 };

		new.entry = fcdb_lookup(r->p->db[i], path, FC_FILE, &new.why);
		for (k = 0; k < rp.answers.n; k++)
			if (same_lines(&rp.answers.v[k], &new))
				break;
		if (k == rp.answers.n)
			vec_push(a, &rp.answers, new);
		vec_push(a, &rp.answers.v[k].versions, name);
	}
	vec_push(a, &r->paths, rp);
}

/* ---- what there is now ---- */

bool report_count(struct report *r)
{
	struct census_glob *v;
	size_t i;

	v = arena_zalloc(r->p->arena, r->globs.n + 1, sizeof(*v));
	for (i = 0; i < r->globs.n; i++) {
		v[i].text = r->globs.v[i].ways.answer.text;
		v[i].labels = &r->globs.v[i].ways.answer.types;
	}
	if (!census_take(r->p, r->root, v, r->globs.n, &r->census))
		return false;
	for (i = 0; i < r->globs.n; i++)
		r->globs.v[i].census = v[i];
	return true;
}

const char *report_miss_text(const struct census_miss *m)
{
	switch (m->why) {
	case ROOTWALK_TOO_DEEP:
		return "too many directories in each other";
	case ROOTWALK_MADE_UP:
		return "made up by the kernel";
	default:
		return strerror(m->error);
	}
}

void report_context(const struct fc_entry *e, struct buf *out)
{
	buf_printf(out, "%s:%s:%s", e->user, e->role, e->type);
	if (e->range)
		buf_printf(out, ":%s", e->range);
}
