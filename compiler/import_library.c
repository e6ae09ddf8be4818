/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>

#include "ast_dump.h"
#include "compile.h"
#include "import_int.h"
#include "kdialect.h"
#include "util.h"

/*
 * The files of the library, larger ones first. What a file of exemptions is can
 * be seen only before a statement that they exempt from, and that statement is
 * taken away again.
 */
static const struct {
	const char *name, *behind;
} files[] = {
	{ "tcb", NULL },
	{ "appraise-tcb", NULL },
	{ "pseudo-filesystems/measure", "measure any;" },
	{ "pseudo-filesystems/appraise", "appraise any;" },
	{ "secure-boot", NULL },
};

/* ---- what a file comes to at the target ---- */

static const struct source *including(const struct import *im, size_t file)
{
	struct buf b;

	buf_init(&b, im->arena);
	buf_printf(&b, "include <%s>;\n%s", files[file].name,
		   files[file].behind ? files[file].behind : "");
	return source_new(im->arena, "library", b.s, b.len, 0);
}

static bool compile_file(const struct import *im, size_t file,
			 struct compile *c, struct policy *p)
{
	compile_init(c, im->arena);
	c->include_dirs = im->req->include_dirs;
	c->n_include_dirs = im->req->n_include_dirs;
	compile_add_source(c, including(im, file));
	compile_check(c);
	return !c->diags.n_errors && compile_policy(c, im->target, p);
}

static struct import_item *item_of(const struct import *im,
				   const struct policy_rule *r)
{
	struct import_item *it = arena_new(im->arena, struct import_item);
	struct kd_out out;

	/* once more, for strings of this run */
	if (kdialect_parse(im->target, im->in, r->line.src->text +
			   r->line.start, r->line.end - r->line.start,
			   &out) != KD_RULE ||
	    import_item(im, &out.rule, false, it) != IMPORT_ITEM)
		return NULL;
	return it;
}

/* none: the library is not there, or has no such file for the target */
static void read_file(const struct import *im, size_t file, import_items *out)
{
	struct compile *c = arena_new(im->arena, struct compile);
	struct policy p;
	size_t i;

	if (!compile_file(im, file, c, &p))
		return;
	if (files[file].behind)
		p.rules.n--;
	for (i = 0; i < p.rules.n; i++) {
		struct import_item *it = item_of(im, &p.rules.v[i]);

		if (!it) {
			out->n = 0;
			return;
		}
		vec_push(im->arena, out, it);
	}
}

static const import_items *file_items(struct import *im, size_t file)
{
	static_assert(ARRAY_SIZE(files) == IMPORT_FILES, "a place for each");
	if (!im->library_read[file])
		read_file(im, file, &im->library[file]);
	im->library_read[file] = true;
	return &im->library[file];
}

/* ---- where it stands in a list ---- */

static bool same_item(const struct import_item *a, const struct import_item *b)
{
	return a->classes == b->classes &&
	       import_same_does(a, b, import_class(a)) &&
	       import_same_box(a, b, -1);
}

struct match {
	const import_items *list, *file;
	import_places at;	/* of each item of the file, in the list */
	bool *taken;		/* of each item of the list */
	size_t first, last;
};

static bool find_items(const struct import *im, struct match *m)
{
	size_t i, k;

	m->taken = arena_zalloc(im->arena, m->list->n + 1, sizeof(*m->taken));
	m->first = m->list->n;
	for (i = 0; i < m->file->n; i++) {
		for (k = 0; k < m->list->n; k++)
			if (!m->taken[k] &&
			    same_item(m->list->v[k], m->file->v[i]))
				break;
		if (k == m->list->n)
			return false;
		m->taken[k] = true;
		vec_push(im->arena, &m->at, k);
		if (k < m->first)
			m->first = k;
		if (k > m->last)
			m->last = k;
	}
	return true;
}

/* those that stand the other way round in the file do not mind */
static bool same_order(const struct match *m)
{
	size_t i, k;

	for (i = 0; i < m->at.n; i++)
		for (k = i + 1; k < m->at.n; k++)
			if (m->at.v[i] > m->at.v[k] &&
			    !import_commute(m->file->v[i], m->file->v[k]))
				return false;
	return true;
}

/* can all of it stand where its first item does, or where its last does? */
static bool can_gather(const struct match *m, bool at_first)
{
	size_t i, k;

	for (i = 0; i < m->at.n; i++) {
		size_t at = m->at.v[i];
		size_t from = at_first ? m->first : at;
		size_t to = at_first ? at : m->last;

		for (k = from; k <= to; k++)
			if (!m->taken[k] &&
			    !import_commute(m->list->v[k], m->list->v[at]))
				return false;
	}
	return true;
}

static struct import_item *stand_in(const struct import *im, size_t file,
				    const struct match *m)
{
	struct import_item *it = arena_new(im->arena, struct import_item);
	size_t i;

	it->classes = m->file->v[0]->classes;
	it->library = files[file].name;
	it->members = *m->file;
	it->place = m->list->v[m->first]->place;
	for (i = 0; i < m->at.n; i++)
		import_join_sources(im, it, m->list->v[m->at.v[i]]);
	return it;
}

static void replace(const struct import *im, size_t file,
		    const struct match *m, import_items *list)
{
	size_t at = can_gather(m, true) ? m->first : m->last, i, n = 0;
	struct import_item *it = stand_in(im, file, m);

	for (i = 0; i < list->n; i++)
		if (i == at)
			list->v[n++] = it;
		else if (!m->taken[i])
			list->v[n++] = list->v[i];
	list->n = n;
}

/* most lists are shorter than any file, which need not be read then */
#define FEWEST_RULES 4

static void look_for(struct import *im, size_t file, import_items *list)
{
	struct match m = { .list = list };

	if (list->n < FEWEST_RULES)
		return;
	m.file = file_items(im, file);
	if (m.file->n && find_items(im, &m) && same_order(&m) &&
	    (can_gather(&m, true) || can_gather(&m, false)))
		replace(im, file, &m, list);
}

void import_libraries(struct import *im, import_items lists[])
{
	size_t f, k;

	for (f = 0; f < ARRAY_SIZE(files); f++)
		for (k = 0; k < IMPORT_LISTS; k++)
			look_for(im, f, &lists[k]);
}
