/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "paths_int.h"

void paths_init(struct paths *p, struct arena *a, struct intern *strings,
		struct diags *diags)
{
	memset(p, 0, sizeof(*p));
	p->arena = a;
	p->strings = strings;
	p->diags = diags;
	ptrmap_init(&p->by_text, a);
	ptrmap_init(&p->glob_of, a);
	ptrmap_init(&p->written, a);
	prove_init(&p->prove, a);
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
	size_t i;

	if (!fcontext_read(fc, files, fc_rules(version), p->arena, p->strings,
			   p->diags))
		return false;
	/* to the kernel an alias is its type */
	for (i = 0; i < fc->entries.n; i++)
		if (!fc->entries.v[i].none)
			fc->entries.v[i].type =
				senames_real(p->selinux, fc->entries.v[i].type);
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
	memset(p->alike, 0, sizeof(p->alike));
	ptrmap_init(&p->by_text, p->arena);
	p->files = *files;
	p->prove.oracle = NULL;	/* it reads what is on the disk */
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

bool paths_read_glob(struct paths *p, const char *text, struct span span,
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

struct fcdb_universe paths_universe(struct paths *p,
				    const struct root_mount *mount)
{
	struct fcdb_universe u = { .alias = p->alias, .n_alias = p->n_alias };
	struct root_mounts deeper;
	const char **dirs;
	size_t i;

	if (!mount)
		return u;
	deeper = root_deeper(p->root, mount);
	dirs = arena_zalloc(p->arena, deeper.n + 1, sizeof(*dirs));
	for (i = 0; i < deeper.n; i++)
		dirs[i] = deeper.v[i]->dir;
	u.mount = mount->dir;
	u.on_mount = true;
	u.deeper = dirs;
	u.n_deeper = deeper.n;
	return u;
}

/* ---- globs ---- */

const char *paths_keep(struct paths *p, const struct glob *g)
{
	const char *text = intern_len(p->strings, g->text, g->len);

	if (ptrmap_add(&p->glob_of, text, p->globs.n))
		vec_push(p->arena, &p->globs, *g);
	return text;
}

const struct glob *paths_glob(const struct paths *p, const char *text)
{
	return &p->globs.v[*ptrmap_find(&p->glob_of, text)];
}

/* the path, and what stands behind it in the glob */
static const char *literal(struct paths *p, const char *path, const char *rest)
{
	struct glob_error err;
	struct glob g;
	struct buf b;

	buf_init(&b, p->arena);
	for (; *path; path++) {
		if (strchr("*?[]{},\\!", *path))
			buf_putc(&b, '\\');
		buf_putc(&b, *path);
	}
	buf_puts(&b, rest);
	return glob_parse(p->arena, b.s, b.len, &g, &err) ? paths_keep(p, &g)
							  : NULL;
}

const char *paths_literal(struct paths *p, const char *path)
{
	return literal(p, path, "");
}

const char *paths_below(struct paths *p, const struct root_mount *m)
{
	return literal(p, strcmp(m->dir, "/") ? m->dir : "", "/**");
}

const char *paths_canonical(struct paths *p, const char *glob)
{
	struct glob_error err;
	struct glob written, g;

	if (!glob_parse(p->arena, glob, strlen(glob), &written, &err) ||
	    !glob_canonical(p->arena, &written, p->alias, p->n_alias, &g,
			    &err))
		return NULL;
	return paths_keep(p, &g);
}

/* ---- one question ---- */

unsigned int paths_parts_of(const struct paths_term *t)
{
	return (t->user ? FCDB_USER : 0u) | (t->role ? FCDB_ROLE : 0u) |
	       (t->type ? FCDB_TYPE : 0u);
}

bool paths_has(const struct fcdb_label *l, const struct paths_term *t)
{
	return (!t->user || (l->user && !strcmp(t->user, l->user))) &&
	       (!t->role || (l->role && !strcmp(t->role, l->role))) &&
	       (!t->type || (l->type && !strcmp(t->type, l->type)));
}

static const struct fcdb_label *find_label(const struct fcdb_result *r,
					   const struct fcdb_label *wanted)
{
	struct paths_term t = { NULL, wanted->user, wanted->role,
				wanted->type };
	size_t i;

	for (i = 0; i < r->n_labels; i++)
		if (paths_has(&r->labels[i], &t))
			return &r->labels[i];
	return NULL;
}

static bool same_answer(const struct fcdb_result *x,
			const struct fcdb_result *y)
{
	size_t i;

	if (x->verdict != y->verdict || x->n_labels != y->n_labels)
		return false;
	for (i = 0; i < x->n_labels; i++) {
		const struct fcdb_label *l = find_label(y, &x->labels[i]);

		if (!l || !l->outside != !x->labels[i].outside)
			return false;
	}
	return true;
}

static bool holds(struct paths *p, size_t which, const struct fcdb_query *q,
		  const struct fcdb_result *r)
{
	struct prove_claim claim = { p->db[which], q, r };

	return paths_prove(&p->prove, &claim, p->diags);
}

/* versions that cannot differ are asked once */
static size_t first_alike(struct paths *p, size_t which, unsigned int parts)
{
	uint8_t *alike = &p->alike[parts][which];
	size_t i = 0;

	if (*alike)
		return *alike - 1u;
	while (i < which &&
	       !fcdb_alike(p->db[i], p->db[which], FC_FILE, parts))
		i++;
	*alike = (uint8_t)(i + 1);
	return i;
}

static bool ask_all(struct paths *p, const struct paths_question *question,
		    struct fcdb_result *out)
{
	struct fcdb_universe u = paths_universe(p, question->mount);
	struct fcdb_query q = { .kind = FC_FILE, .parts = question->parts,
				.universe = &u };
	struct fcdb_result got[FC_VERSION_COUNT];
	size_t i, alike;

	q.glob = paths_glob(p, question->text);
	if (question->except)
		q.except = paths_glob(p, question->except);
	for (i = 0; i < p->n_db; i++) {
		alike = first_alike(p, i, q.parts);
		if (alike == i)
			fcdb_query(p->db[i], &q, &got[i]);
		else
			got[i] = got[alike];
		if (!i || got[i].verdict == FCDB_TOO_HARD)
			*out = got[i];
		if (out->verdict == FCDB_TOO_HARD)
			return true;
		if (!same_answer(out, &got[i]) ||
		    !holds(p, i, &q, &got[i]))
			return false;
	}
	return true;
}

static bool same_question(const struct paths_question *x,
			  const struct paths_question *y)
{
	return x->text == y->text && x->except == y->except &&
	       x->parts == y->parts && x->mount == y->mount;
}

bool paths_query(struct paths *p, const struct paths_question *q,
		 struct fcdb_result *out)
{
	struct paths_known known = { .q = *q };
	size_t *last = ptrmap_find(&p->by_text, q->text);
	const struct paths_known *k = NULL;
	size_t i = last ? *last : 0;

	known.next = i;
	for (; i; i = k->next) {
		k = &p->known.v[i - 1];
		if (same_question(&k->q, q))
			break;
	}
	if (!i) {
		known.differ = !ask_all(p, q, &known.result);
		vec_push(p->arena, &p->known, known);
		k = &p->known.v[p->known.n - 1];
		if (last)
			*last = p->known.n;
		else
			ptrmap_add(&p->by_text, q->text, p->known.n);
	}
	*out = k->result;
	return !k->differ && out->verdict != FCDB_TOO_HARD;
}

/* ---- one glob ---- */

bool paths_ask(struct paths *p, const char *glob, struct span span,
	       const struct paths_wish *wish, struct paths_answer *out)
{
	struct glob g;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->how = PATHS_NOTHING;
	p->asked = true;
	prove_begin(&p->prove, span);
	if (!paths_read_glob(p, glob, span, &g))
		return false;
	out->text = paths_keep(p, &g);
	out->rewritten = g.rewritten;
	if (p->root && p->root->have_mounts) {
		out->mount = root_whole(p->root, g.text);
		if (out->mount.how == ROOT_WHOLE) {
			out->how = PATHS_FSUUID;
			for (i = 0; i < out->mount.fsuuids.n; i++)
				vec_push(p->arena, &out->terms,
					 (struct paths_term){
					 .fsuuid = out->mount.fsuuids.v[i] });
			return true;
		}
	}
	if (p->n_db)
		paths_cover(p, wish, out);
	return !p->prove.failed;
}
