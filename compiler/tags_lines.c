/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "applied.h"
#include "ptrmap.h"
#include "tags_int.h"

/*
 * The lines that give tags their users. Among regexes of file_contexts.local the
 * last that matches decides, so the paths of few globs come first and those where
 * more of them meet after. Within such a layer every entry that decides for one
 * of its paths is repeated in the old order, as far as the globs reach: then each
 * path keeps the entry it had.
 */

/* ---- text ---- */

void tag_put_line(struct buf *b, const char *regex, unsigned int kind,
		  const struct fc_entry *e, const char *user)
{
	buf_puts(b, regex);
	if (kind != FC_ANY)
		buf_printf(b, "\t%s", fc_kind_text(kind));
	if (e->none)
		buf_puts(b, "\t<<none>>");
	else
		buf_printf(b, "\t%s:%s:%s", user ? user : e->user, e->role,
			   e->type);
	if (!e->none && e->range)
		buf_printf(b, ":%s", e->range);
	buf_putc(b, '\n');
}

void tags_put_contexts(const struct tags *t, struct buf *out)
{
	size_t i;

	for (i = 0; i < t->line.n; i++)
		tag_put_line(out, t->line.v[i].regex, FC_FILE,
			     t->line.v[i].entry, t->line.v[i].user);
}

/* ---- what an earlier run has put into file_contexts.local ---- */

bool tag_forget_applied(struct tags *t)
{
	struct fc_files files = t->paths->files;
	struct buf b;

	if (!t->paths->applied || !files.input[FC_LOCAL])
		return true;
	buf_init(&b, t->paths->arena);
	applied_strip(t->paths->arena, files.input[FC_LOCAL],
		      t->paths->applied, &b);
	files.input[FC_LOCAL] = paths_made_source(t->paths,
						  files.input[FC_LOCAL]->name,
						  b.s, b.len);
	return paths_reopen(t->paths, &files);
}

/* ---- the globs that a layer's regexes are made of ---- */

/* each path of glob b is one of glob a, too */
static bool contains(const struct tags *t, uint32_t a, uint32_t b)
{
	size_t i, j;

	for (i = 0; i < t->layer.n; i++) {
		const struct tag_layer *l = &t->layer.v[i];
		bool has_a = false, has_b = false;

		for (j = 0; j < l->n; j++) {
			has_a |= l->globs[j] == a;
			has_b |= l->globs[j] == b;
		}
		if (has_b && !has_a)
			return false;
	}
	return true;
}

/* one that holds another is not needed; of equals the first is */
static bool is_needed(const struct tags *t, const struct tag_layer *l,
		      uint32_t glob)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->globs[i] != glob && contains(t, glob, l->globs[i]) &&
		    (l->globs[i] < glob || !contains(t, l->globs[i], glob)))
			return false;
	return true;
}

static void set_regions(struct tag_question *q, const struct tags *t,
			uint32_t layer)
{
	const struct tag_layer *l = &t->layer.v[layer];
	const struct glob **all;
	size_t i;

	tag_ask_layer(q, t, layer);
	all = arena_zalloc(t->paths->arena, l->n, sizeof(*all));
	for (i = 0; i < l->n; i++)
		if (is_needed(t, l, l->globs[i]))
			all[q->region.n_all++] = &t->leaf.v[l->globs[i]].glob;
	q->region.all = all;
}

/* ---- a regex that no other line has: one of the same text would replace it ---- */

/* behind the group that begins here */
static const char *behind_group(const char *s)
{
	size_t depth = 0;

	for (; *s; s++) {
		if (*s == '\\' && s[1])
			s++;
		else if (*s == '(')
			depth++;
		else if (*s == ')' && !--depth)
			return s + 1;
	}
	return s;
}

/* where what is no look-ahead begins; the first slash is left outside */
static size_t body_start(const char *regex)
{
	const char *s = strstr(regex, "(?=");

	if (!s)
		return 1;
	while (!strncmp(s, "(?=", 3))
		s = behind_group(s);
	return (size_t)(s - regex);
}

static const char *in_parentheses(struct tags *t, const char *regex)
{
	size_t at = body_start(regex);
	struct buf b;

	buf_init(&b, t->paths->arena);
	buf_add(&b, regex, at);
	buf_printf(&b, "(%s)", regex + at);
	return b.s;
}

struct liner {
	struct tags *t;
	struct ptrmap used;	/* texts of lines, ours and the administrator's */
};

static const char *own_text(struct liner *l, const struct fcdb_cell *c)
{
	const char *regex = intern_str(l->t->paths->strings, c->regex);

	if (ptrmap_find(&l->used, regex))
		regex = intern_str(l->t->paths->strings,
				   in_parentheses(l->t, regex));
	return regex;
}

static bool cannot_write(struct liner *l, uint32_t layer,
			 const struct fcdb_cell *c)
{
	struct tags *t = l->t;
	const struct tag_layer *at = &t->layer.v[layer];
	struct diag *d;
	size_t i;

	d = diag_add(t->paths->diags, DIAG_TAG_TOO_HARD,
		     t->leaf.v[at->globs[0]].span,
		     "no line of file contexts can be written for the files "
		     "where these globs meet");
	for (i = 1; i < at->n; i++)
		diag_also(d, t->leaf.v[at->globs[i]].span);
	diag_note(t->paths->diags, d, c->entry->span,
		  "such as %s, whose label this line gives", c->inside);
	diag_note(t->paths->diags, d, NO_SPAN, "spell the globs with a "
		  "directory in common, or name fewer files");
	return false;
}

/* no other line goes before it, and it is not ours to change */
static bool own_literal(struct liner *l, uint32_t layer,
			const struct fcdb_cell *c)
{
	struct tags *t = l->t;
	struct diag *d;

	d = diag_add(t->paths->diags, DIAG_TAG_LITERAL,
		     t->leaf.v[t->layer.v[layer].globs[0]].span,
		     "%s has a line of its own in file_contexts.local",
		     c->inside);
	diag_note(t->paths->diags, d, c->entry->span, "this one");
	diag_note(t->paths->diags, d, NO_SPAN, "take it out: `semanage "
		  "fcontext -d%s '%s'`%s", c->entry->kind == FC_FILE ?
		  " -f f" : "", c->entry->regex,
		  tag_leave_out(t, c->inside, "; or leave the path out of the "
				"tag: "));
	return false;
}

static bool add_line(struct liner *l, uint32_t layer, const struct fcdb_cell *c)
{
	struct tags *t = l->t;
	struct tag_line line = { .entry = c->entry, .inside = c->inside };
	uint32_t user = t->layer.v[layer].user;

	if (c->entry->literal && c->entry->input == FC_LOCAL)
		return own_literal(l, layer, c);
	line.regex = c->regex ? own_text(l, c) : NULL;
	if (!line.regex || strlen(line.regex) > FC_REGEX_MAX ||
	    ptrmap_find(&l->used, line.regex))
		return cannot_write(l, layer, c);
	if (user != TAG_NO_USER)
		line.user = t->user.v[user].name;
	ptrmap_add(&l->used, line.regex, 1);
	vec_push(t->paths->arena, &t->line, line);
	return true;
}

/* in no tag, but part of a glob that is: its labels have to be set back */
static bool is_undone(const struct tags *t, uint32_t layer)
{
	const struct tag_layer *l = &t->layer.v[layer];
	size_t i, j, k;

	for (i = 0; i < layer; i++) {
		const struct tag_layer *small = &t->layer.v[i];

		if (small->user == TAG_NO_USER)
			continue;
		for (j = k = 0; j < small->n && k < l->n; k++)
			j += small->globs[j] == l->globs[k];
		if (j == small->n)
			return true;
	}
	return false;
}

static bool too_hard(struct tags *t, uint32_t layer)
{
	struct diag *d;

	d = diag_add(t->paths->diags, DIAG_TAG_TOO_HARD,
		     t->leaf.v[t->layer.v[layer].globs[0]].span,
		     "which lines of file contexts decide for these files "
		     "takes too many steps to find");
	diag_note(t->paths->diags, d, NO_SPAN,
		  "name fewer directories in one glob");
	return false;
}

static bool add_lines(struct liner *l, uint32_t layer)
{
	struct tag_question q;
	struct fcdb_cells cells;
	bool ok = true;
	size_t i;

	set_regions(&q, l->t, layer);
	fcdb_cells(l->t->paths->db[0], &q.query, &cells);
	if (cells.verdict == FCDB_TOO_HARD)
		return too_hard(l->t, layer);
	for (i = 0; i < cells.n && ok; i++)
		ok = add_line(l, layer, &cells.cells[i]);
	return ok;
}

static void use_local_texts(struct liner *l)
{
	const struct fcontext *fc = fcdb_fcontext(l->t->paths->db[0]);
	size_t i;

	for (i = 0; i < fc->entries.n; i++)
		if (fc->entries.v[i].input == FC_LOCAL)
			ptrmap_add(&l->used, fc->entries.v[i].regex, 1);
}

bool tag_make_lines(struct tags *t)
{
	struct liner l = { .t = t };
	bool ok = true;
	uint32_t i;

	ptrmap_init(&l.used, t->paths->arena);
	use_local_texts(&l);
	for (i = 0; i < t->layer.n; i++)
		if (t->layer.v[i].user != TAG_NO_USER || is_undone(t, i))
			ok &= add_lines(&l, i);
	return ok;
}
