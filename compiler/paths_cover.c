/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "paths_cover.h"

/*
 * Which labels, and on which file systems: all ways that are sound are tried
 * in a fixed order, and the one with the fewest kernel lines is taken, the
 * earlier of equals.
 */

/* ---- labels that the other conditions leave ---- */

static bool wanted(const struct cover *c, const struct fcdb_label *l,
		   const struct root_mount *fs)
{
	struct paths_file f = {
		.label = { fs ? fs->fsuuid : NULL, l->user, l->role, l->type },
		.fsname = fs ? root_fsname(fs) : NULL,
	};

	return paths_possible(c->p, c->w->where, &f);
}

/* all labels when the conditions leave none: nothing matches then, anyway */
static void keep_labels(const struct cover *c, const bool *keep,
			struct fcdb_result *r)
{
	struct fcdb_label *v = arena_zalloc(c->p->arena, r->n_labels + 1,
					    sizeof(*v));
	size_t i, n = 0;

	for (i = 0; i < r->n_labels; i++)
		if (keep[i])
			v[n++] = r->labels[i];
	for (i = 0; !n && i < r->n_labels; i++) {
		v[i] = r->labels[i];
		v[i].outside = NULL;
	}
	r->labels = v;
	r->n_labels = n ? n : r->n_labels;
	r->n_tight = 0;
	for (i = 0; i < r->n_labels; i++)
		r->n_tight += !v[i].outside;
}

struct fcdb_result cover_narrow(const struct cover *c,
				const struct fcdb_result *r,
				const struct root_mount *fs)
{
	bool *keep = arena_zalloc(c->p->arena, r->n_labels + 1, sizeof(*keep));
	struct fcdb_result out = *r;
	size_t i;

	for (i = 0; i < r->n_labels; i++)
		keep[i] = wanted(c, &r->labels[i], fs);
	keep_labels(c, keep, &out);
	return out;
}

/*
 * The conditions may ask for more parts of a label than these: then labels that
 * occur inside only together with what they rule out are not wanted. False:
 * none is, and which parts rule them out is not in these.
 */
static bool refine(const struct cover *c, unsigned int parts,
		   const struct root_mount *fs, struct fcdb_result *r)
{
	unsigned int all = parts | paths_parts_in(c->w->where);
	bool some = false;
	struct paths_question q = { c->text, NULL, all, fs };
	bool *keep = arena_zalloc(c->p->arena, r->n_labels + 1, sizeof(*keep));
	struct fcdb_result fine;
	size_t i, k;

	if (all == parts || !paths_query(c->p, &q, &fine))
		return true;
	for (i = 0; i < fine.n_labels; i++) {
		for (k = 0; k < r->n_labels; k++) {
			const struct fcdb_label *l = &r->labels[k];
			struct paths_term t = { NULL, l->user, l->role,
						l->type };

			keep[k] |= paths_has(&fine.labels[i], &t) &&
				   wanted(c, &fine.labels[i], fs);
			some |= keep[k];
		}
	}
	if (some)
		keep_labels(c, keep, r);
	return some || !r->n_labels;
}

/*
 * Files without a label by file contexts: none of them matters when the other
 * conditions leave only files that the cover takes in.
 */
bool cover_holes_matter(const struct cover *c, const struct fcdb_result *r,
			const struct root_mount *fs, const paths_terms *terms)
{
	struct paths_file f = {
		.label = { .fsuuid = fs ? fs->fsuuid : NULL },
		.fsname = fs ? root_fsname(fs) : NULL, .not = terms,
	};

	return r->uncovered && paths_possible(c->p, c->w->where, &f);
}

/* ---- one way ---- */

static void add_terms(const struct cover *c, struct attempt *a,
		      const struct root_mount *fs, struct fcdb_result *r)
{
	paths_terms labels = { 0 };
	size_t i;

	for (i = 0; i < r->n_labels; i++) {
		const struct fcdb_label *l = &r->labels[i];
		struct paths_term t = { NULL, l->user, l->role, l->type };

		vec_push(c->p->arena, &labels, t);
		t.fsuuid = fs ? fs->fsuuid : NULL;
		vec_push(c->p->arena, &a->terms, t);
	}
	if (!cover_holes_matter(c, r, fs, &labels))
		r->uncovered = NULL;
	a->covered &= !r->uncovered;
	a->tight &= r->n_tight == r->n_labels;
	if (r->n_labels && !r->uncovered)
		r->verdict = r->n_tight == r->n_labels ? FCDB_EXACT
						       : FCDB_WIDER;
}

static void try_on(const struct cover *c, struct attempt *a,
		   const struct root_mount *fs)
{
	struct paths_question q = { c->text, NULL, a->parts, fs };
	struct fcdb_result r;

	if (!paths_query(c->p, &q, &r)) {
		a->answered = false;
		a->shown = r;
		return;
	}
	r = cover_narrow(c, &r, fs);
	a->vain |= !refine(c, a->parts, fs, &r);
	add_terms(c, a, fs, &r);
	if (!a->shown.labels)
		a->shown = r;
}

static struct attempt attempt(const struct cover *c, unsigned int parts,
			      bool by_fs)
{
	struct attempt a = { .parts = parts, .by_fs = by_fs, .answered = true,
			     .tight = true, .covered = true };
	size_t i;

	if (!by_fs)
		try_on(c, &a, NULL);
	for (i = 0; by_fs && i < c->fs.n && a.answered; i++)
		try_on(c, &a, c->fs.v[i]);
	return a;
}

static size_t lines(const struct attempt *a)
{
	return a->terms.n + a->but.n;
}

/* does it take in what was written? */
bool cover_takes_in(const struct cover *c, const struct attempt *a)
{
	return a->answered && !a->vain && lines(a) &&
	       (a->covered || c->w->unlabelled);
}

static bool is_exact(const struct cover *c, const struct attempt *a)
{
	return cover_takes_in(c, a) && a->tight;
}

static bool fewer(const struct attempt *a, const struct attempt *best)
{
	return !lines(best) || lines(a) < lines(best);
}

/* ---- file systems ---- */

static bool touches(const struct cover *c, const struct root_mount *m)
{
	struct paths_question q = { c->text, NULL, FCDB_ROLE, m };
	struct fcdb_result r;

	return !paths_query(c->p, &q, &r) || r.verdict != FCDB_EMPTY;
}

static bool files_on(const struct cover *c, const struct root_mount *m)
{
	struct paths_file f = {
		.label.fsuuid = m->fsuuid, .fsname = root_fsname(m),
		.other_fs = !m->fsuuid,
	};

	return paths_possible(c->p, c->w->where, &f);
}

/* where the files can be: all of these, and on each labels tell them apart */
static void find_fs(struct cover *c, struct paths_answer *out)
{
	static const struct paths_file unnamed = { .other_fs = true };
	struct paths *p = c->p;
	struct root_mounts on;
	size_t i;

	if (!p->root || !p->root->have_mounts)
		return;
	c->have_fs = root_holders(p->root, c->text, &on) ||
		     !paths_possible(p, c->w->where, &unnamed);
	for (i = 0; i < on.n; i++) {
		const struct root_mount *m = on.v[i];

		if (!files_on(c, m) || !touches(c, m))
			continue;
		if (root_no_labels(m) && !out->no_labels)
			out->no_labels = m;
		c->have_fs &= root_own(p->root, m) == ROOT_WHOLE;
		vec_push(p->arena, &c->fs, m);
	}
	c->have_fs &= c->fs.n > 0;
	out->fs = c->have_fs && c->fs.n == 1 ? c->fs.v[0] : NULL;
}

/* ---- all of a file system but some labels ---- */

/*
 * The labels of the file system outside of the glob. False: there is no one
 * file system, some file there has no label and would be taken in, or nothing
 * follows that is worth a long search.
 */
static bool labels_beside(const struct cover *c, const struct attempt *types,
			  struct fcdb_result *r)
{
	const struct root_mount *fs = c->out->fs;
	struct paths_question q = { .except = c->text, .parts = FCDB_ROLE,
				    .mount = fs };

	if (!fs || !(q.text = paths_below(c->p, fs)) ||
	    !paths_query(c->p, &q, r) || r->uncovered)
		return false;
	if (r->verdict == FCDB_EMPTY)
		return true;
	q.parts = FCDB_TYPE;
	/* it takes two lines at least */
	return c->w->subtract && lines(types) > 2 && paths_query(c->p, &q, r);
}

/* types: what covers the path on this file system */
static bool all_but(const struct cover *c, const struct attempt *types,
		    struct attempt *a, bool wider)
{
	struct paths_term t = { 0 };
	struct fcdb_result r;
	size_t i;

	if (!labels_beside(c, types, &r))
		return false;
	*a = (struct attempt){ .parts = FCDB_TYPE, .by_fs = true,
			       .answered = true };
	a->tight = r.n_tight == r.n_labels;
	t.fsuuid = c->out->fs->fsuuid;
	vec_push(c->p->arena, &a->terms, t);
	t.fsuuid = NULL;
	for (i = 0; i < r.n_labels; i++) {
		t.type = r.labels[i].type;
		if (!r.labels[i].outside)
			vec_push(c->p->arena, &a->but, t);
	}
	/* a file without a label today may get one that is taken out */
	a->covered = !a->but.n || types->covered;
	return (wider || a->tight) && cover_takes_in(c, a);
}

/* ---- exact ---- */

static struct paths_term entry_term(const struct fc_entry *e,
				    unsigned int parts)
{
	return (struct paths_term){
		.user = parts & FCDB_USER ? e->user : NULL,
		.role = parts & FCDB_ROLE ? e->role : NULL,
		.type = parts & FCDB_TYPE ? e->type : NULL,
	};
}

/*
 * The witnesses at hand show that these parts of a label leak: a path outside
 * shares them with one inside. Saves most questions; false says nothing.
 */
static bool leak(const struct cover *c, const struct fcdb_result *types,
		 unsigned int parts)
{
	size_t i, k;

	if (c->w->where)
		return false;
	for (i = 0; i < types->n_labels; i++) {
		const struct fc_entry *in = types->labels[i].inside_entry;
		struct paths_term t = entry_term(in, parts);

		for (k = 0; k < types->n_labels; k++) {
			const struct fc_entry *e =
				types->labels[k].outside_entry;
			struct fcdb_label l = { 0 };

			if (!e)
				continue;
			l.user = e->user;
			l.role = e->role;
			l.type = e->type;
			if (paths_has(&l, &t))
				return true;
		}
	}
	return false;
}

/* the parts of labels that are worth a try, in this order; ends with 0 */
static void choose_parts(const struct cover *c, const struct fcdb_result *types,
			 unsigned int *parts)
{
	unsigned int asked = paths_parts_in(c->w->where) | FCDB_TYPE;
	const unsigned int all[] = { FCDB_USER, FCDB_ROLE,
				     FCDB_USER | FCDB_TYPE, asked };
	size_t i, n = 0;

	for (i = 0; i < 4; i++)
		if (all[i] != FCDB_TYPE && (i < 3 || asked != all[2]) &&
		    !leak(c, types, all[i]))
			parts[n++] = all[i];
	parts[n] = 0;
}

static void by_labels(const struct cover *c, bool by_fs,
		      const struct attempt *types, struct attempt *best)
{
	unsigned int parts[5], *next;
	struct attempt a = *types;

	if (a.shown.verdict == FCDB_TOO_HARD)
		return;
	choose_parts(c, &a.shown, parts);
	for (next = parts;; next++) {
		if (is_exact(c, &a) && fewer(&a, best))
			*best = a;
		c->out->holes_only |= a.answered && !a.vain && a.tight &&
				      !a.covered;
		if (lines(best) == 1 || !*next)
			break;
		a = attempt(c, *next, by_fs);
	}
}

static void find_exact(const struct cover *c, const struct attempt *types,
		       const struct attempt *fs_types, struct attempt *best)
{
	struct attempt a;

	by_labels(c, false, types, best);
	if (!c->have_fs)
		return;
	if (!lines(best))
		by_labels(c, true, fs_types, best);
	/* when labels inside leak, those outside do, too */
	if (lines(best) != 1 && fs_types->tight &&
	    all_but(c, fs_types, &a, false) && fewer(&a, best))
		*best = a;
}

/* ---- wider ---- */

/*
 * No file that has one of the terms' labels has another type than theirs: by
 * all lines, also those that never decide.
 */
static bool takes_no_more(const struct cover *c, const struct attempt *a,
			  const struct attempt *types)
{
	const struct fcontext *fc = fcdb_fcontext(c->p->db[0]);
	size_t i, k;

	for (i = 0; i < fc->entries.n; i++) {
		const struct fc_entry *e = &fc->entries.v[i];
		struct fcdb_label l = { .user = e->user, .role = e->role,
					.type = e->type };

		if (e->none || !(e->kind & FC_FILE))
			continue;
		for (k = 0; k < a->terms.n; k++)
			if (paths_has(&l, &a->terms.v[k]))
				break;
		if (k == a->terms.n)
			continue;
		for (k = 0; k < types->terms.n; k++)
			if (paths_has(&l, &types->terms.v[k]))
				break;
		if (k == types->terms.n)
			return false;
	}
	return true;
}

/* of the users or roles inside, those that are seen already */
static struct attempt glimpse(const struct cover *c,
			      const struct attempt *types, unsigned int parts)
{
	struct attempt a = { .parts = parts };
	size_t i;

	for (i = 0; i < types->shown.n_labels; i++)
		vec_push(c->p->arena, &a.terms,
			 entry_term(types->shown.labels[i].inside_entry,
				    parts));
	return a;
}

static void find_wider(const struct cover *c, const struct attempt *types,
		       const struct attempt *fs_types, struct attempt *best)
{
	static const unsigned int parts[] = { FCDB_USER, FCDB_ROLE };
	struct attempt a;
	size_t i;

	if (!cover_takes_in(c, types)) {
		if (all_but(c, fs_types, &a, true))
			*best = a;
		return;
	}
	*best = *types;
	/* on several file systems the types are not the same on each */
	for (i = 0; i < 2 && lines(best) > 1 && c->fs.n < 2; i++) {
		a = glimpse(c, types, parts[i]);
		if (!takes_no_more(c, &a, types))
			continue;
		a = attempt(c, parts[i], types->by_fs);
		if (cover_takes_in(c, &a) && fewer(&a, best) &&
		    takes_no_more(c, &a, types))
			*best = a;
	}
	if (lines(best) > 1 && all_but(c, fs_types, &a, true) &&
	    fewer(&a, best))
		*best = a;
}

/* ---- what is taken in that was not written ---- */

static void add_surplus(const struct cover *c, const struct paths_term *t,
			const struct root_mount *fs, struct paths_answer *out)
{
	struct paths_question q = { c->text, NULL, paths_parts_of(t), fs };
	struct paths_surplus s = { .term = *t };
	struct fcdb_result r;
	size_t i;

	if (!paths_query(c->p, &q, &r))
		return;
	for (i = 0; i < r.n_labels; i++) {
		if (!paths_has(&r.labels[i], t) || !r.labels[i].outside)
			continue;
		s.path = r.labels[i].outside;
		s.entry = r.labels[i].outside_entry;
		vec_push(c->p->arena, &out->surplus, s);
	}
}

static const struct root_mount *mount_of(const struct cover *c,
					 const char *fsuuid)
{
	size_t i;

	for (i = 0; fsuuid && i < c->fs.n; i++)
		if (!strcmp(c->fs.v[i]->fsuuid, fsuuid))
			return c->fs.v[i];
	return NULL;
}

static void find_surplus(const struct cover *c, struct paths_answer *out)
{
	const struct paths_term *t;
	struct paths_term type = { 0 };
	size_t i;

	for (i = 0; i < out->terms.n; i++) {
		t = &out->terms.v[i];
		if (paths_parts_of(t))
			add_surplus(c, t, mount_of(c, t->fsuuid), out);
	}
	/* a whole file system is taken for the types that occur on it */
	for (i = 0; !out->surplus.n && i < out->types.n_labels; i++) {
		type.type = out->types.labels[i].type;
		type.fsuuid = out->terms.v[0].fsuuid;
		add_surplus(c, &type, mount_of(c, type.fsuuid), out);
	}
}

/* ---- */

static void take(const struct attempt *best, struct paths_answer *out)
{
	if (!lines(best))
		return;
	out->how = PATHS_LABELS;
	out->terms = best->terms;
	out->but = best->but;
	out->wider = !best->tight;
}

/* by as much of a label as the other conditions ask for */
static struct fcdb_result shown(const struct cover *c, bool by_fs,
				const struct attempt *types)
{
	unsigned int asked = paths_parts_in(c->w->where) | FCDB_TYPE;

	if (asked == FCDB_TYPE || !types->answered)
		return types->shown;
	return attempt(c, asked, by_fs).shown;
}

void paths_cover(struct paths *p, const struct paths_wish *w,
		 struct paths_answer *out)
{
	struct cover c = { .p = p, .w = w, .text = out->text, .out = out };
	bool pinned = w->wider && w->pinned && w->pinned->n;
	struct attempt types, fs_types, best = { 0 };
	bool narrower;

	find_fs(&c, out);
	if (out->no_labels)
		return;
	types = attempt(&c, FCDB_TYPE, false);
	fs_types = c.have_fs ? attempt(&c, FCDB_TYPE, true) : types;
	out->types = shown(&c, out->fs != NULL, out->fs ? &fs_types : &types);
	out->versions_differ = !types.answered &&
			       types.shown.verdict != FCDB_TOO_HARD;
	/* on one file system it never takes more lines */
	narrower = out->fs || (c.have_fs && lines(&fs_types) <= lines(&types));
	if (pinned)
		out->used = arena_zalloc(p->arena, w->pinned->n,
					 sizeof(*out->used));
	find_exact(&c, &types, &fs_types, &best);
	if (lines(&best) && pinned)
		cover_mark_used(&c, out);
	else if (!lines(&best) && pinned)
		cover_pinned(&c, &best, out);
	else if (!lines(&best) && w->wider)
		find_wider(&c, narrower ? &fs_types : &types, &fs_types,
			   &best);
	take(&best, out);
	if (out->how == PATHS_LABELS && out->wider)
		find_surplus(&c, out);
}
