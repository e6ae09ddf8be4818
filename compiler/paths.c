/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "paths.h"

void paths_init(struct paths *p, struct arena *a, struct intern *strings,
		struct diags *diags)
{
	memset(p, 0, sizeof(*p));
	p->arena = a;
	p->strings = strings;
	p->diags = diags;
}

void paths_set_root(struct paths *p, const struct root *root)
{
	size_t i;

	p->root = root;
	p->n_alias = root->aliases.n;
	p->alias = arena_zalloc(p->arena, p->n_alias + 1, sizeof(*p->alias));
	for (i = 0; i < p->n_alias; i++)
		p->alias[i] = (struct glob_alias){ root->aliases.v[i].from,
						   root->aliases.v[i].to };
}

static bool open_one(struct paths *p, const struct fc_files *files,
		     enum fc_version version)
{
	struct fcontext *fc = arena_new(p->arena, struct fcontext);

	if (!fcontext_read(fc, files, fc_rules(version), p->arena, p->strings,
			   p->diags))
		return false;
	p->version[p->n_db] = version;
	p->db[p->n_db++] = fcdb_new(p->arena, fc);
	return true;
}

bool paths_reopen(struct paths *p, const struct fc_files *files)
{
	struct fcdb *old[FC_VERSION_COUNT];
	size_t n = p->n_db;

	memcpy(old, p->db, sizeof(old));
	for (p->n_db = 0; p->n_db < n;) {
		if (open_one(p, files, p->version[p->n_db]))
			continue;
		memcpy(p->db, old, sizeof(old));
		p->n_db = n;
		return false;
	}
	p->known.n = 0;
	p->files = *files;
	return true;
}

const struct source *paths_made_source(struct paths *p, const char *name,
				       const char *text, size_t len)
{
	unsigned int order = p->files.input[FC_BASE]->order;

	return source_new(p->arena, name, text, len, order);
}

bool paths_open(struct paths *p, const struct fc_files *files,
		const char *version)
{
	enum fc_version v;

	p->files = *files;
	if (!version) {
		for (v = 0; v < FC_VERSION_COUNT; v++)
			if (!open_one(p, files, v))
				return false;
		return true;
	}
	if (!fc_rules_find(version, &v)) {
		struct diag *d = diag_add(p->diags, DIAG_PATH_VERSION, NO_SPAN,
			"how libselinux %s reads file contexts is not known",
			version);
		diag_note(p->diags, d, NO_SPAN, "3.4 and later are");
		return false;
	}
	return open_one(p, files, v);
}

/* ---- one glob ---- */

static bool bad_glob(struct paths *p, struct span span,
		     const struct glob_error *err)
{
	struct diag *d = diag_add(p->diags, DIAG_BAD_PATH, span,
				  "the glob has %s", err->what);

	if (err->remedy)
		diag_note(p->diags, d, NO_SPAN, "%s", err->remedy);
	return false;
}

void paths_say_rewritten(struct paths *p, struct span span, const char *text)
{
	diag_add(p->diags, DIAG_PATH_REWRITTEN, span,
		 "a symlink leads from here to %s", text);
}

bool paths_glob(struct paths *p, const char *text, struct span span,
		struct glob *out)
{
	const struct root_alias *crossed;
	struct glob_error err;
	struct glob written;
	struct diag *d;

	if (!glob_parse(p->arena, text, strlen(text), &written, &err) ||
	    !glob_canonical(p->arena, &written, p->alias, p->n_alias, out,
			    &err))
		return bad_glob(p, span, &err);
	crossed = p->root ? root_crossed(p->root, out->text) : NULL;
	if (!crossed)
		return true;
	d = diag_add(p->diags, DIAG_BAD_PATH, span,
		     "the glob also goes through the symlink %s",
		     crossed->from);
	diag_note(p->diags, d, NO_SPAN, "the files there are below %s: name "
		  "that, too, or spell the glob so that it leaves %s out",
		  crossed->to, crossed->from);
	return false;
}

/* versions that cannot differ are asked once */
static size_t first_alike(struct paths *p, size_t which, enum fcdb_part part)
{
	uint8_t *alike = &p->alike[part][which];
	size_t i = 0;

	if (*alike)
		return *alike - 1u;
	while (i < which &&
	       !fcdb_alike(p->db[i], p->db[which], FC_FILE, part))
		i++;
	*alike = (uint8_t)(i + 1);
	return i;
}

static void ask_db(struct paths *p, size_t which, const struct glob *g,
		   enum fcdb_part part, struct fcdb_result *out)
{
	struct paths_known known = {
		.text = intern_str(p->strings, g->text),
		.db = first_alike(p, which, part), .part = part,
	};
	size_t i;
	struct fcdb_universe u = { .alias = p->alias, .n_alias = p->n_alias };
	struct fcdb_query q = { .glob = g, .kind = FC_FILE, .parts = part,
				.universe = &u };

	for (i = 0; i < p->known.n; i++)
		if (p->known.v[i].text == known.text &&
		    p->known.v[i].db == known.db && p->known.v[i].part == part) {
			*out = p->known.v[i].result;
			return;
		}
	fcdb_query(p->db[known.db], &q, out);
	known.result = *out;
	vec_push(p->arena, &p->known, known);
}

static const char *label_name(const struct fcdb_label *l, enum fcdb_part part)
{
	switch (part) {
	case FCDB_TYPE:
		return l->type;
	case FCDB_USER:
		return l->user;
	default:
		return l->role;
	}
}

static bool has_label(const struct fcdb_result *r, enum fcdb_part part,
		      const char *name, bool outside)
{
	size_t i;

	for (i = 0; i < r->n_labels; i++)
		if (!strcmp(label_name(&r->labels[i], part), name) &&
		    (r->labels[i].outside != NULL) == outside)
			return true;
	return false;
}

static bool same_labels(const struct fcdb_result *x,
			const struct fcdb_result *y, enum fcdb_part part)
{
	size_t i;

	if (x->n_labels != y->n_labels)
		return false;
	for (i = 0; i < x->n_labels; i++)
		if (!has_label(y, part, label_name(&x->labels[i], part),
			       x->labels[i].outside != NULL))
			return false;
	return true;
}

static bool is_pinned(const struct paths_wish *w, const char *name)
{
	size_t i;

	if (!w->pinned || !w->pinned->n)
		return true;
	for (i = 0; i < w->pinned->n; i++)
		if (!strcmp(w->pinned->v[i].text, name))
			return true;
	return false;
}

/* is the verdict good enough for what the statement allows? */
static bool good(const struct fcdb_result *r, enum fcdb_part part,
		 const struct paths_wish *w, bool *wider)
{
	size_t i;

	*wider = r->n_tight < r->n_labels;
	if (!r->n_labels || r->verdict == FCDB_EMPTY ||
	    r->verdict == FCDB_TOO_HARD)
		return false;
	if (r->verdict == FCDB_UNCOVERED && !w->unlabelled)
		return false;
	if (!*wider)
		return true;
	if (!w->wider)
		return false;
	/* a pinned widening names types */
	for (i = 0; i < r->n_labels; i++)
		if (w->pinned && w->pinned->n &&
		    (part != FCDB_TYPE ||
		     !is_pinned(w, label_name(&r->labels[i], part))))
			return false;
	return true;
}

/*
 * Every label that was found is looked up again, entry by entry and without
 * the automaton, and so is every path outside; none of them is taken on trust.
 */
static bool holds(struct paths *p, size_t which, const struct fcdb_result *r,
		  enum fcdb_part part)
{
	size_t i;

	for (i = 0; i < r->n_labels; i++) {
		const struct fcdb_label *l = &r->labels[i];
		const char *at[2] = { l->inside, l->outside };
		size_t k;

		for (k = 0; k < 2; k++) {
			const struct fc_entry *e;
			struct fcdb_label seen;

			if (!at[k])
				continue;
			e = fcdb_lookup(p->db[which], at[k], FC_FILE, NULL);
			if (!e || e->none)
				return false;
			seen = (struct fcdb_label){ .user = e->user,
						    .role = e->role,
						    .type = e->type };
			if (strcmp(label_name(&seen, part),
				   label_name(l, part)))
				return false;
		}
	}
	return true;
}

static void take_names(struct paths *p, const struct fcdb_result *r,
		       enum fcdb_part part, struct paths_answer *out)
{
	size_t i;

	out->how = PATHS_LABELS;
	out->part = part;
	out->n = r->n_labels;
	out->names = arena_zalloc(p->arena, r->n_labels + 1,
				  sizeof(*out->names));
	for (i = 0; i < r->n_labels; i++)
		out->names[i] = label_name(&r->labels[i], part);
}

/* by one part of the label: all databases have to say the same */
static bool by_part(struct paths *p, const struct glob *g, enum fcdb_part part,
		    const struct paths_wish *w, struct paths_answer *out)
{
	struct fcdb_result first, other;
	bool wider = false;
	size_t i;

	ask_db(p, 0, g, part, &first);
	if (part == FCDB_TYPE)
		out->types = first;
	for (i = 1; i < p->n_db; i++) {
		ask_db(p, i, g, part, &other);
		if (other.verdict == first.verdict &&
		    same_labels(&first, &other, part))
			continue;
		out->versions_differ |= part == FCDB_TYPE;
		return false;
	}
	for (i = 0; i < p->n_db; i++) {
		ask_db(p, i, g, part, &other);
		if (!good(&other, part, w, &wider) ||
		    !holds(p, i, &other, part))
			return false;
	}
	take_names(p, &first, part, out);
	out->wider = wider;
	return true;
}

static void by_labels(struct paths *p, const struct glob *g,
		      const struct paths_wish *w, struct paths_answer *out)
{
	static const enum fcdb_part parts[] = { FCDB_TYPE, FCDB_USER,
						FCDB_ROLE };
	struct paths_wish exact = { .unlabelled = w->unlabelled };
	size_t i;

	for (i = 0; i < 3 && out->how == PATHS_NOTHING; i++)
		by_part(p, g, parts[i], &exact, out);
	/* a user or role that is not exact would take in most of the system */
	if (w->wider && out->how == PATHS_NOTHING)
		by_part(p, g, FCDB_TYPE, w, out);
}

bool paths_ask(struct paths *p, const char *glob, struct span span,
	       const struct paths_wish *wish, struct paths_answer *out)
{
	struct glob g;

	memset(out, 0, sizeof(*out));
	out->how = PATHS_NOTHING;
	p->asked = true;
	if (!paths_glob(p, glob, span, &g))
		return false;
	out->text = g.text;
	out->rewritten = g.rewritten;
	if (p->root && p->root->have_mounts) {
		out->mount = root_whole(p->root, g.text);
		if (out->mount.how == ROOT_WHOLE) {
			out->how = PATHS_FSUUID;
			out->names = out->mount.fsuuids.v;
			out->n = out->mount.fsuuids.n;
			return true;
		}
	}
	out->no_labels = p->root ? root_unlabelled(p->root, g.text) : NULL;
	if (p->n_db && !out->no_labels)
		by_labels(p, &g, wish, out);
	return true;
}
