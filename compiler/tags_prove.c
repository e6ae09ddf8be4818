/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "tags_int.h"
#include "util.h"

/*
 * The proof: the database with the lines is read as any other, and asked which
 * files have the users of the tags, and which files have another label than
 * before. How the lines came about plays no role here.
 *
 * Each tag is asked for: a file in it has one of its users, a file outside none;
 * so a file has the user of exactly its tags. Only before a final newline, where
 * every regex matches once more, a file outside may have one.
 */
struct proof {
	struct tags *t;
	const struct source *made;	/* file_contexts.local with the lines */
	struct fcdb *before[FC_VERSION_COUNT];
};

/* ---- the database with the lines ---- */

static bool open_merged(struct proof *pr)
{
	struct paths *p = pr->t->paths;
	const struct fcontext *fc = fcdb_fcontext(pr->before[0]);
	struct fc_files files = p->files;
	struct buf b;
	size_t i;

	buf_init(&b, p->arena);
	buf_puts(&b, "");
	for (i = 0; i < fc->entries.n; i++) {
		const struct fc_entry *e = &fc->entries.v[i];

		if (e->input == FC_LOCAL)
			tag_put_line(&b, e->regex, e->kind, e, NULL);
	}
	tags_put_contexts(pr->t, &b);
	pr->made = paths_made_source(p, "<tags>", b.s, b.len);
	files.input[FC_LOCAL] = pr->made;
	return paths_reopen(p, &files);
}

/* ---- lines that decide for no path ---- */

static void mark_used(const struct tags *t, struct fcdb *db, bool *used)
{
	struct tag_question q;
	struct fcdb_cells cells;
	size_t i, j;

	tag_ask_any(&q, t);
	fcdb_cells(db, &q.query, &cells);
	if (cells.verdict == FCDB_TOO_HARD)
		memset(used, 1, t->line.n);
	for (i = 0; i < cells.n; i++) {
		const struct fc_entry *e = cells.cells[i].entry;

		if (e->input != FC_LOCAL || e->kind != FC_FILE)
			continue;
		for (j = 0; j < t->line.n; j++)
			used[j] |= t->line.v[j].regex == e->regex;
	}
}

/*
 * A substitution may lead away from what a glob spells, and then the lines for
 * it match nothing; semanage would not take them.
 */
static bool drop_unused(struct proof *pr)
{
	struct tags *t = pr->t;
	bool *used = arena_zalloc(t->paths->arena, t->line.n + 1, 1);
	size_t i, n = 0;

	for (i = 0; i < t->paths->n_db; i++)
		mark_used(t, t->paths->db[i], used);
	for (i = 0; i < t->line.n; i++)
		if (used[i])
			t->line.v[n++] = t->line.v[i];
	if (n == t->line.n)
		return true;
	t->line.n = n;
	return open_merged(pr);
}

/* ---- what is wrong ---- */

static void note_version(struct proof *pr, struct diag *d, size_t v)
{
	struct paths *p = pr->t->paths;

	if (p->n_db > 1)
		diag_note(p->diags, d, NO_SPAN, "as libselinux %s reads file "
			  "contexts; if the target has another, say so: "
			  "`target … libselinux 3.9;`",
			  fcdb_fcontext(p->db[v])->rules->name);
}

/* the line of file contexts that gives path its label; made ones have none */
static void note_entry(struct proof *pr, struct diag *d,
		       const struct fc_entry *e)
{
	if (e && e->span.src != pr->made)
		diag_note(pr->t->paths->diags, d, e->span, "by this line%s",
			  e->literal ? ", whose path is spelled out" : "");
}

static void note_sub(struct proof *pr, struct diag *d, const struct fc_sub *s,
		     const char *path, const char *key)
{
	if (s)
		diag_note(pr->t->paths->diags, d, s->span, "%s is looked up "
			  "as %s", path, key);
}

static void note_twins(struct proof *pr, struct diag *d, const char *path,
		       const struct fcdb_why *why)
{
	note_sub(pr, d, why->sub, path, why->key);
	note_sub(pr, d, why->sub_dist, path, why->key);
}

/* a path outside has the tag, too */
static void say_outside(struct proof *pr, size_t v, const struct ast_stmt *tag,
			const struct fcdb_label *l)
{
	struct fcdb *db = pr->t->paths->db[v];
	const char *path[2] = { l->outside, l->inside };
	struct diags *ds = pr->t->paths->diags;
	struct fcdb_why why[2];
	bool twin = false;
	struct diag *d;
	size_t i;

	for (i = 0; i < 2; i++) {
		fcdb_lookup(db, path[i], FC_FILE, &why[i]);
		twin |= why[i].sub || why[i].sub_dist;
	}
	d = diag_add(ds, twin ? DIAG_TAG_TWIN : DIAG_TAG_NOT_PROVEN,
		     tag->span, "the tag `%s` would also be on %s", tag->name,
		     l->outside);
	for (i = 0; i < 2; i++)
		note_twins(pr, d, path[i], &why[i]);
	if (twin)
		diag_note(ds, d, NO_SPAN, "file contexts cannot tell such "
			  "paths apart, however they are written: name the "
			  "others in the tag, too, or give the files a file "
			  "system of their own (`--mounts`); where one is "
			  "a symlink to the other, `--root DIR` tells");
	else
		note_entry(pr, d, l->outside_entry);
	note_version(pr, d, v);
}

/* a path inside gets another user, as it is looked up under another name */
static void say_inside_twin(struct proof *pr, size_t v,
			    const struct ast_stmt *tag, const char *path,
			    const struct fcdb_why *why)
{
	struct diag *d;

	d = diag_add(pr->t->paths->diags, DIAG_TAG_TWIN, tag->span,
		     "no line can give the tag `%s` to %s alone", tag->name,
		     path);
	note_twins(pr, d, path, why);
	diag_note(pr->t->paths->diags, d, NO_SPAN, "file contexts cannot tell "
		  "the two apart: name the other in the tag, too");
	note_version(pr, d, v);
}

/* a path inside gets another user */
static void say_inside(struct proof *pr, size_t v, const struct ast_stmt *tag,
		       const struct fcdb_label *l)
{
	struct fcdb_why why;
	struct diag *d;

	fcdb_lookup(pr->t->paths->db[v], l->inside, FC_FILE, &why);
	if (why.sub || why.sub_dist) {
		say_inside_twin(pr, v, tag, l->inside, &why);
		return;
	}
	d = diag_add(pr->t->paths->diags, DIAG_TAG_LITERAL, tag->span,
		     "no line can give the tag `%s` to %s", tag->name,
		     l->inside);
	note_entry(pr, d, l->inside_entry);
	if (l->inside_entry->literal &&
	    fcdb_fcontext(pr->t->paths->db[v])->rules->tie ==
	    FC_TIE_KIND_FIRST)
		diag_note(pr->t->paths->diags, d, NO_SPAN, "libselinux 3.8 "
			  "prefers it to file_contexts.local; 3.9 does not%s",
			  tag_leave_out(pr->t, l->inside,
					". Or leave the path out: "));
	note_version(pr, d, v);
}

static void say_changed(struct proof *pr, size_t v, const char *path)
{
	struct diags *ds = pr->t->paths->diags;
	struct diag *d;

	d = diag_add(ds, DIAG_TAG_NOT_PROVEN, pr->t->tag.v[0].stmt->span,
		     "with these tags the label of %s would change", path);
	note_entry(pr, d, fcdb_lookup(pr->before[v], path, FC_FILE, NULL));
	diag_note(ds, d, NO_SPAN, "spell the globs apart, or name fewer files");
	note_version(pr, d, v);
}

static void say_too_hard(struct proof *pr, const struct ast_stmt *tag)
{
	struct diag *d = diag_add(pr->t->paths->diags, DIAG_TAG_TOO_HARD,
				  tag->span, "the proof for the tag `%s` takes "
				  "too many steps", tag->name);

	diag_note(pr->t->paths->diags, d, NO_SPAN,
		  "name fewer directories in one glob");
}

/* ---- what is right ---- */

/* the answer is held against lookups, as that for a path is */
static bool holds(struct proof *pr, size_t v, const struct fcdb_query *q,
		  const struct fcdb_result *r, const struct ast_stmt *tag)
{
	struct paths *p = pr->t->paths;
	struct prove_claim claim = { p->db[v], q, r };

	prove_begin(&p->prove, tag->span);
	return paths_prove(&p->prove, &claim, p->diags);
}

static bool prove_tag(struct proof *pr, size_t v, const struct tag *tag)
{
	struct tag_question q;
	struct fcdb_result r;
	size_t i;

	tag_ask_tag(&q, pr->t, tag);
	fcdb_query(pr->t->paths->db[v], &q.query, &r);
	if (r.verdict == FCDB_TOO_HARD) {
		say_too_hard(pr, tag->stmt);
		return false;
	}
	if (!holds(pr, v, &q.query, &r, tag->stmt))
		return false;
	for (i = 0; i < r.n_labels; i++) {
		const struct fcdb_label *l = &r.labels[i];

		if (!tag_has_user(tag, l->user))
			say_inside(pr, v, tag->stmt, l);
		else if (l->outside)
			say_outside(pr, v, tag->stmt, l);
		else
			continue;
		return false;
	}
	return true;
}

/* role, type and range are, and outside of all tags the user */
static bool looks_same(struct proof *pr, size_t v, const struct fcdb_query *q,
		       struct matcher *m, const char *path)
{
	const struct fc_entry *x = fcdb_lookup(pr->before[v], path, FC_FILE,
					       NULL);
	const struct fc_entry *y = fcdb_lookup(pr->t->paths->db[v], path,
					       FC_FILE, NULL);
	enum prove_place place = prove_place(m, q, path);

	if (place == PROVE_NOWHERE)
		return true;
	if (!x || !y || x->none || y->none)
		return (!x || x->none) == (!y || y->none);
	if (x->role != y->role || x->type != y->type || x->range != y->range)
		return false;
	return x->user == y->user || place != PROVE_OUTSIDE;
}

/* so much of what fcdb_same() says as can be looked up */
static bool rest_holds(struct proof *pr, size_t v, const struct fcdb_query *q)
{
	static const struct fcdb_result nothing;
	struct fcdb *db = pr->t->paths->db[v];
	size_t end = fcdb_lookup_steps(db, FC_FILE) + PROVE_STEPS;
	struct prove *prove = &pr->t->paths->prove;
	unsigned int n;

	walk_start(&prove->walk, fcdb_fcontext(db), q, &nothing);
	for (n = 0; n < PROVE_PATHS && fcdb_lookup_steps(db, FC_FILE) < end;
	     n++) {
		const char *path = walk_next(&prove->walk);

		if (looks_same(pr, v, q, &prove->matcher, path))
			continue;
		say_changed(pr, v, arena_strndup(pr->t->paths->arena, path,
						 strlen(path)));
		return false;
	}
	return true;
}

static bool prove_rest(struct proof *pr, size_t v)
{
	struct tag_question q;
	const char *path;

	tag_ask_all(&q, pr->t);
	if (!rest_holds(pr, v, &q.query))
		return false;
	switch (fcdb_same(pr->before[v], pr->t->paths->db[v], &q.query,
			  &path)) {
	case FCDB_SAME:
		return true;
	case FCDB_DIFFERS:
		say_changed(pr, v, path);
		return false;
	default:
		say_too_hard(pr, pr->t->tag.v[0].stmt);
		return false;
	}
}

/* paths without a label have no user, whatever is done; false: too hard */
static bool find_holes(struct proof *pr, struct tag *tag)
{
	struct paths *p = pr->t->paths;
	struct tag_question q;
	size_t v, n;

	tag_ask_tag(&q, pr->t, tag);
	for (v = 0; v < p->n_db && !tag->n_holes; v++) {
		n = fcdb_holes(p->db[v], &q.query, tag->holes,
			       ARRAY_SIZE(tag->holes));
		if (n == SIZE_MAX) {
			say_too_hard(pr, tag->stmt);
			return false;
		}
		tag->n_holes = n;
	}
	return true;
}

bool tag_prove(struct tags *t)
{
	struct proof pr = { .t = t };
	bool ok = true;
	size_t v, i;

	if (t->paths->diags->n_errors)
		return false;
	for (i = 0; i < t->tag.n && ok; i++)
		ok = find_holes(&pr, &t->tag.v[i]);
	memcpy(pr.before, t->paths->db, sizeof(pr.before));
	if (!ok || !open_merged(&pr) || !drop_unused(&pr))
		return false;
	for (v = 0; v < t->paths->n_db && ok; v++) {
		for (i = 0; i < t->tag.n; i++)
			ok &= prove_tag(&pr, v, &t->tag.v[i]);
		ok = ok && prove_rest(&pr, v);
	}
	return ok;
}
