/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "paths_prove.h"

void prove_init(struct prove *p, struct arena *a)
{
	memset(p, 0, sizeof(*p));
	p->arena = a;
	p->n_paths = PROVE_PATHS;
	matcher_init(&p->matcher, a);
	walk_init(&p->walk, a);
	ptrmap_init(&p->proven, a);
}

/* ---- labels ---- */

static struct fcdb_label label_of(const struct fc_entry *e, unsigned int parts)
{
	struct fcdb_label l = { .inside = NULL };

	if (!e || e->none)
		return l;
	if (parts & FCDB_USER)
		l.user = e->user;
	if (parts & FCDB_ROLE)
		l.role = e->role;
	if (parts & FCDB_TYPE)
		l.type = e->type;
	return l;
}

/* names are interned */
static bool same_label(const struct fcdb_label *a, const struct fcdb_label *b)
{
	return a->user == b->user && a->role == b->role && a->type == b->type;
}

static const struct fcdb_label *find_label(const struct fcdb_result *r,
					   const struct fcdb_label *l)
{
	size_t i;

	for (i = 0; i < r->n_labels; i++)
		if (same_label(&r->labels[i], l))
			return &r->labels[i];
	return NULL;
}

static bool no_label(const struct fcdb_label *l)
{
	return !l->user && !l->role && !l->type;
}

/* ---- what is said and found ---- */

static void put_part(struct buf *b, const char *what, const char *name)
{
	if (name)
		buf_printf(b, "%s%s %s", b->len ? ", " : "", what, name);
}

static const char *label_text(struct prove *p, const struct fcdb_label *l)
{
	struct buf b;

	if (no_label(l))
		return "no label";
	buf_init(&b, p->arena);
	put_part(&b, "user", l->user);
	put_part(&b, "role", l->role);
	put_part(&b, "type", l->type);
	return b.s;
}

static const char *place_text(enum prove_place place)
{
	switch (place) {
	case PROVE_INSIDE:
		return "inside";
	case PROVE_OUTSIDE:
		return "outside";
	case PROVE_BEYOND:
		return "on another file system or after a newline";
	default:
		return "no path of a file";
	}
}

/* "type a_t, inside" */
static const char *answer(struct prove *p, const struct fcdb_label *l,
			  const char *where)
{
	struct buf b;

	buf_init(&b, p->arena);
	buf_printf(&b, "%s, %s", label_text(p, l), where);
	return b.s;
}

/* ---- the paths that the verdict names ---- */

/* a path without a label has those parts NULL */
static bool named_path(struct prove *p, const struct prove_claim *c,
		       const char *path, enum prove_place place,
		       const struct fcdb_label *said,
		       struct prove_failure *out)
{
	const struct fc_entry *e = fcdb_lookup(c->db, path, c->q->kind, NULL);
	struct fcdb_label found = label_of(e, c->q->parts);
	enum prove_place at = prove_place(&p->matcher, c->q, path);

	if (at == place && same_label(said, &found))
		return true;
	out->path = path;
	out->said = answer(p, said, place_text(place));
	out->found = answer(p, &found, place_text(at));
	return false;
}

/* the word for the verdict, from what it lists */
static enum fcdb_verdict listed(const struct fcdb_result *r)
{
	size_t i, tight = 0;

	for (i = 0; i < r->n_labels; i++)
		tight += !r->labels[i].outside;
	if (r->n_tight != tight)
		return FCDB_VERDICT_COUNT;
	if (r->uncovered)
		return FCDB_UNCOVERED;
	if (!r->n_labels)
		return FCDB_EMPTY;
	return tight < r->n_labels ? FCDB_WIDER : FCDB_EXACT;
}

static bool named_paths(struct prove *p, const struct prove_claim *c,
			struct prove_failure *out)
{
	static const struct fcdb_label none;
	const struct fcdb_result *r = c->r;
	size_t i;

	if (listed(r) != r->verdict) {
		out->path = c->q->glob->text;
		out->said = fcdb_verdict_name(r->verdict);
		out->found = "labels of another verdict";
		return false;
	}
	for (i = 0; i < r->n_labels; i++) {
		const struct fcdb_label *l = &r->labels[i];

		if (!named_path(p, c, l->inside, PROVE_INSIDE, l, out))
			return false;
		if (l->outside &&
		    !named_path(p, c, l->outside, PROVE_OUTSIDE, l, out))
			return false;
	}
	return !r->uncovered ||
	       named_path(p, c, r->uncovered, PROVE_INSIDE, &none, out);
}

/* ---- random paths ---- */

static bool obeys(struct prove *p, const struct prove_claim *c,
		  const char *path, enum prove_place place,
		  struct prove_failure *out)
{
	const struct fc_entry *e = fcdb_lookup(c->db, path, c->q->kind, NULL);
	struct fcdb_label found = label_of(e, c->q->parts);
	const struct fcdb_label *known;

	known = no_label(&found) ? NULL : find_label(c->r, &found);
	if (place == PROVE_OUTSIDE && (!known || known->outside))
		return true;
	if (place == PROVE_INSIDE &&
	    (known || (no_label(&found) && c->r->uncovered)))
		return true;
	out->path = arena_strndup(p->arena, path, strlen(path));
	out->said = answer(p, &found, place == PROVE_INSIDE ?
			   "nowhere inside" : "nowhere outside");
	out->found = answer(p, &found, place_text(place));
	return false;
}

/* *n grows by those of which the verdict says something */
static bool random_path(struct prove *p, const struct prove_claim *c,
			const char *path, unsigned int *n,
			struct prove_failure *out)
{
	enum prove_place place = prove_place(&p->matcher, c->q, path);

	if (place == PROVE_NOWHERE || place == PROVE_BEYOND)
		return true;
	(*n)++;
	return obeys(p, c, path, place, out);
}

static bool random_paths(struct prove *p, const struct prove_claim *c,
			 struct prove_failure *out)
{
	size_t end = fcdb_lookup_steps(c->db, c->q->kind) + PROVE_STEPS;
	unsigned int n = 0, drawn = 0;
	const char *path;

	walk_start(&p->walk, fcdb_fcontext(c->db), c->q, c->r);
	while (fcdb_lookup_steps(c->db, c->q->kind) < end &&
	       (path = walk_entry(&p->walk)))
		if (!random_path(p, c, path, &n, out))
			return false;
	n = 0;
	while (fcdb_lookup_steps(c->db, c->q->kind) < end &&
	       n < p->n_paths && drawn++ < 4 * p->n_paths)
		if (!random_path(p, c, walk_next(&p->walk), &n, out))
			return false;
	return true;
}

/* ---- libselinux ---- */

/* the next part of a context is this name; NULL: any */
static bool next_part(const char **context, const char *name)
{
	size_t len = strcspn(*context, ":");
	bool same = !name || (strlen(name) == len &&
			      !memcmp(*context, name, len));

	*context += len + ((*context)[len] == ':');
	return same;
}

static bool in_context(const char *context, const struct fcdb_label *l)
{
	if (no_label(l) || !context)
		return no_label(l) && !context;
	return next_part(&context, l->user) && next_part(&context, l->role) &&
	       next_part(&context, l->type);
}

static bool asked_path(struct prove *p, const char *path,
		       const struct fcdb_label *said,
		       struct prove_failure *out)
{
	const char *found;

	if (!path || !p->oracle->lookup(p->oracle->arg, path, &found) ||
	    in_context(found, said))
		return true;
	out->path = path;
	out->said = label_text(p, said);
	out->found = found ? found : "no label";
	return false;
}

static bool asked_paths(struct prove *p, const struct prove_claim *c,
			struct prove_failure *out)
{
	static const struct fcdb_label none;
	const struct fcdb_result *r = c->r;
	size_t i;

	if (!p->oracle || c->q->kind != FC_FILE ||
	    !p->oracle->opens(p->oracle->arg, fcdb_fcontext(c->db)))
		return true;
	for (i = 0; i < r->n_labels; i++) {
		const struct fcdb_label *l = &r->labels[i];

		if (!asked_path(p, l->inside, l, out) ||
		    !asked_path(p, l->outside, l, out))
			return false;
	}
	return asked_path(p, r->uncovered, &none, out);
}

/* ---- all of it ---- */

bool prove_by(struct prove *p, enum prove_way way, const struct prove_claim *c,
	      struct prove_failure *out)
{
	out->way = way;
	switch (way) {
	case PROVE_NAMED:
		return named_paths(p, c, out);
	case PROVE_RANDOM:
		return random_paths(p, c, out);
	default:
		return asked_paths(p, c, out);
	}
}

static void report(struct prove *p, const struct prove_claim *c,
		   const struct prove_failure *f, struct diags *ds)
{
	struct diag *d;

	p->failed = true;
	d = diag_add(ds, DIAG_PATH_PROOF_FAILED, p->span,
		     "the verdict on this path does not hold: %s", f->path);
	diag_note(ds, d, NO_SPAN, "the search says: %s", f->said);
	diag_note(ds, d, NO_SPAN, "%s says: %s", f->way == PROVE_LIBSELINUX ?
		  "libselinux" : "a lookup", f->found);
	diag_note(ds, d, NO_SPAN, "this is a fault of the compiler, which read "
		  "the file contexts as libselinux %s does",
		  fcdb_fcontext(c->db)->rules->name);
}

void prove_begin(struct prove *p, struct span span)
{
	p->span = span;
	p->failed = false;
}

bool paths_prove(struct prove *p, const struct prove_claim *c,
		 struct diags *ds)
{
	const void *labels = c->r->labels;
	size_t *proven = labels ? ptrmap_find(&p->proven, labels) : NULL;
	struct prove_failure f;
	int way;

	if (c->r->verdict == FCDB_TOO_HARD ||
	    (proven && *proven == c->r->n_labels))
		return true;
	for (way = PROVE_NAMED; way <= PROVE_LIBSELINUX; way++)
		if (!prove_by(p, (enum prove_way)way, c, &f)) {
			report(p, c, &f, ds);
			return false;
		}
	if (labels)
		ptrmap_add(&p->proven, labels, c->r->n_labels);
	return true;
}
