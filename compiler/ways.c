/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "paths_say.h"
#include "ways.h"

static const char *const names[] = {
	[WAY_FILE_SYSTEM] = "file-system", [WAY_LABELS] = "labels",
	[WAY_TAG] = "tag", [WAY_WIDER] = "wider",
	[WAY_UNLABELLED] = "unlabelled", [WAY_OWNER] = "owner",
};

_Static_assert(sizeof(names) / sizeof(names[0]) == WAY_COUNT,
	       "a name for each way");

static const char *const state_names[] = {
	[WAY_OPEN] = "open", [WAY_IF] = "if", [WAY_CLOSED] = "closed",
	[WAY_UNKNOWN] = "unknown",
};

_Static_assert(sizeof(state_names) / sizeof(state_names[0]) ==
	       WAY_STATE_COUNT, "a name for each state");

const char *way_name(enum way w)
{
	return names[w];
}

const char *way_state_name(enum way_state s)
{
	return state_names[s];
}

/* ---- statements ---- */

static const char *wider(struct paths *p, const struct fcdb_result *r)
{
	struct buf b;
	size_t i;

	buf_init(&b, p->arena);
	buf_puts(&b, "allowing wider to label");
	for (i = 0; i < r->n_labels; i++) {
		buf_puts(&b, i ? ", " : " ");
		paths_put_word(r->labels[i].type, &b);
	}
	return b.s;
}

/* ---- costs ---- */

/*
 * A line for the glob alone, with the substitutions of the database: what it
 * also matches, or does not, no line can tell apart.
 */
static enum way_miss misfit(struct paths *p, struct fcdb *db,
			    const struct fcdb_query *q, const char **witness)
{
	const struct fcontext *fc = fcdb_fcontext(db);
	struct fc_files files = { { NULL }, NULL, NULL };
	struct fcontext *one = arena_new(p->arena, struct fcontext);
	struct diags unseen;
	struct fcdb_result r;
	struct buf b;

	buf_init(&b, p->arena);
	buf_printf(&b, "%s -- u:r:t\n", glob_regex(p->arena, q->glob));
	files.input[FC_BASE] = source_new(p->arena, "", b.s, b.len, 0);
	diags_init(&unseen, p->arena);
	if (!fcontext_read(one, &files, fc->rules, p->arena, p->strings,
			   &unseen))
		return MISS_OTHER;
	one->subs = fc->subs;
	one->subs_dist = fc->subs_dist;
	fcdb_query(fcdb_new(p->arena, one), q, &r);
	if (r.verdict == FCDB_EXACT)
		return MISS_NONE;
	if (r.verdict == FCDB_UNCOVERED) {
		*witness = r.uncovered;
		return MISS_INSIDE;
	}
	if (r.verdict != FCDB_WIDER)
		return MISS_OTHER;
	*witness = r.labels[0].outside;
	return MISS_OUTSIDE;
}

/* libselinux 3.8 takes the first of two lines for one path and kind */
static bool stays(const struct fcdb *db, const struct fcdb_cell *c)
{
	return fcdb_fcontext(db)->rules->tie == FC_TIE_KIND_FIRST &&
	       c->relation == FCDB_LITERAL && c->entry->kind != FC_ANY;
}

/* lines that a tag adds to file contexts */
static enum way_miss labelling(struct paths *p, struct fcdb *db,
			       const struct glob *g, size_t *n,
			       const char **witness)
{
	struct fcdb_universe u = { .alias = p->alias, .n_alias = p->n_alias };
	struct fcdb_query q = { .glob = g, .kind = FC_FILE,
				.parts = FCDB_TYPE, .universe = &u };
	enum way_miss miss = misfit(p, db, &q, witness);
	struct fcdb_cells cells;
	bool labelled = false;
	size_t i;

	if (miss != MISS_NONE)
		return miss;
	fcdb_cells(db, &q, &cells);
	for (i = 0; i < cells.n; i++) {
		const struct fcdb_cell *c = &cells.cells[i];

		*witness = c->inside;
		if (stays(db, c))
			return MISS_LITERAL;
		labelled |= !c->entry->none;
		if (!c->regex)
			break;
	}
	*witness = NULL;
	*n = cells.n;
	return labelled && i == cells.n ? MISS_NONE : MISS_OTHER;
}

/* open where some version that is asked takes it */
static void cost_tag(struct paths *p, struct ways *w)
{
	struct way_cost *c = &w->way[WAY_TAG];
	const char *text = w->answer.text;
	struct glob_error err;
	struct glob g;
	size_t i;

	if (!glob_parse(p->arena, text, strlen(text), &g, &err))
		return;
	for (i = 0; i < p->n_db; i++) {
		const char *witness = NULL;
		size_t n = 0;
		enum way_miss miss = labelling(p, p->db[i], &g, &n, &witness);

		if (miss == MISS_NONE) {
			c->state = WAY_OPEN;
			c->lines = 1;
			c->labelling = n > c->labelling ? n : c->labelling;
			continue;
		}
		if (!c->not_with.n) {
			c->miss = miss;
			c->witness = witness;
		}
		vec_push(p->arena, &c->not_with,
			 fcdb_fcontext(p->db[i])->rules->name);
	}
}

static void cost_labels(struct paths *p, struct ways *w)
{
	const struct paths_answer *a = &w->answer;
	const struct fcdb_result *r = &a->types;
	bool leaks = r->n_tight < r->n_labels;
	const char *pinned;
	struct buf b;

	w->way[WAY_LABELS].state = a->how == PATHS_LABELS ? WAY_OPEN :
							    WAY_CLOSED;
	w->way[WAY_LABELS].lines = a->how == PATHS_LABELS ?
				   a->terms.n : 0;
	cost_tag(p, w);
	if (!r->n_labels || a->versions_differ)
		return;
	pinned = leaks ? wider(p, r) : NULL;
	if (r->verdict == FCDB_WIDER)
		w->way[WAY_WIDER] = (struct way_cost){
			.state = WAY_OPEN, .lines = r->n_labels,
			.statement = pinned };
	if (r->verdict != FCDB_UNCOVERED)
		return;
	buf_init(&b, p->arena);
	buf_printf(&b, "allowing unlabelled%s%s", leaks ? " " : "",
		   leaks ? pinned : "");
	w->way[WAY_UNLABELLED] = (struct way_cost){
		.state = WAY_OPEN, .lines = r->n_labels, .statement = b.s };
}

bool ways_ask(struct paths *p, const char *glob, struct ways *out)
{
	static const struct paths_wish exact;
	struct way_cost closed = { .state = WAY_CLOSED };
	size_t i;

	if (!paths_ask(p, glob, NO_SPAN, &exact, &out->answer))
		return false;
	if (!p->n_db)
		closed.state = WAY_UNKNOWN;
	for (i = 0; i < WAY_COUNT; i++)
		out->way[i] = closed;
	out->way[WAY_FILE_SYSTEM] = out->way[WAY_OWNER] =
		(struct way_cost){ .state = WAY_IF, .lines = 1 };
	if (out->answer.how == PATHS_FSUUID)
		out->way[WAY_FILE_SYSTEM] = (struct way_cost){
			.state = WAY_OPEN, .lines = out->answer.terms.n };
	else if (p->n_db && !out->answer.no_labels &&
		 out->answer.types.verdict != FCDB_EMPTY &&
		 out->answer.types.verdict != FCDB_TOO_HARD)
		cost_labels(p, out);
	return true;
}
