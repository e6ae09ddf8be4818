/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "paths_int.h"
#include "paths_say.h"

#define MAX_WITNESSES 5
#define MAX_PINNED 12	/* labels that a message names */

/* one message */
struct say {
	struct paths *p;
	const struct paths_place *at;
	const struct ast_set *path;
	const struct paths_answer *a;
	struct diag *d;
};

#define NOTE(s, span, ...) diag_note((s)->p->diags, (s)->d, span, __VA_ARGS__)

/* ---- text to paste ---- */

void paths_put_word(const char *text, struct buf *b)
{
	const char *p = text;
	bool plain = !isdigit((unsigned char)*p) && *p != '-' &&
		     strchr(p, '_');

	for (; *p; p++)
		plain &= isalnum((unsigned char)*p) || *p == '_' || *p == '-';
	buf_printf(b, plain ? "%s" : "\"%s\"", text);
}

static void put_glob(const char *text, struct buf *b)
{
	buf_puts(b, "path \"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(b, '\\');
		buf_putc(b, *text);
	}
	buf_putc(b, '"');
}

static void put_types(const struct say *s, bool tight, const char *before,
		      const char *between, struct buf *b)
{
	const struct fcdb_result *r = &s->a->types;
	bool first = true;
	size_t i, k;

	for (i = 0; i < r->n_labels; i++) {
		if (tight && r->labels[i].outside)
			continue;
		/* one type of several users stands there several times */
		for (k = 0; r->labels[k].type != r->labels[i].type; k++)
			;
		if (k < i)
			continue;
		buf_printf(b, "%s%s", first ? "" : between, before);
		paths_put_word(r->labels[i].type, b);
		first = false;
	}
}

/* ---- a name for a tag ---- */

#define TAG_NAME 24	/* bytes taken from a path */

static bool taken(const ast_stmts *stmts, const char *name, unsigned int depth)
{
	size_t i;

	for (i = 0; i < stmts->n; i++) {
		const struct ast_stmt *s = stmts->v[i];

		if ((s->kind == AST_LET || s->kind == AST_TAG) &&
		    !strcmp(s->name, name))
			return true;
		if (s->kind == AST_INCLUDE && depth &&
		    taken(&s->body, name, depth - 1))
			return true;
	}
	return false;
}

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* the last word of letters in the glob: "flash" of /usr/local/bin/flash_* */
static void last_word(const char *text, const char **start, size_t *len)
{
	size_t i, from;

	*start = "these";
	*len = strlen(*start);
	for (i = 0; text[i]; i = from) {
		for (from = i; text[from] && is_word_byte(text[from]); from++)
			;
		while (i < from && (isdigit((unsigned char)text[i]) ||
				    text[i] == '_'))
			i++;
		if (from - i > 1) {
			*start = text + i;
			*len = from - i;
		}
		from += text[from] != '\0';
	}
	while (*len && (*start)[*len - 1] == '_')
		--*len;
	if (*len > TAG_NAME)
		*len = TAG_NAME;
}

static const char *tag_name(const struct say *s)
{
	const char *start;
	struct buf b;
	size_t len, n;

	last_word(s->a->text, &start, &len);
	buf_init(&b, s->p->arena);
	/* no keyword has a `_` */
	buf_printf(&b, "%.*s_files", (int)len, start);
	for (n = 2; taken(&s->at->ast->stmts, b.s, 8) && n < 100; n++) {
		buf_init(&b, s->p->arena);
		buf_printf(&b, "%.*s_files%zu", (int)len, start, n);
	}
	return b.s;
}

/* ---- witnesses ---- */

/* a pinned widening names all others */
static bool is_missing(const struct say *s, const struct fcdb_label *l)
{
	size_t i;

	for (i = 0; i < s->a->missing.n; i++)
		if (paths_has(l, &s->a->missing.v[i]))
			return true;
	return !s->a->missing.n;
}

static void note_outside(const struct say *s)
{
	const struct fcdb_result *r = &s->a->types;
	size_t i, n = 0;

	for (i = 0; i < r->n_labels && n < MAX_WITNESSES; i++) {
		const struct fcdb_label *l = &r->labels[i];

		if (!l->outside || !is_missing(s, l))
			continue;
		NOTE(s, l->outside_entry->span,
		     "%s has %s, too, by this line", l->outside, l->type);
		n++;
	}
	if (r->n_labels - r->n_tight > n && !s->a->missing.n)
		NOTE(s, NO_SPAN, "and %zu more labels that occur outside",
		     r->n_labels - r->n_tight - n);
}

static void note_holes(const struct say *s)
{
	struct fcdb_universe u = paths_universe(s->p, s->a->fs);
	struct fcdb_query q = { .glob = paths_glob(s->p, s->a->text),
				.kind = FC_FILE, .parts = FCDB_TYPE,
				.universe = &u };
	struct fcdb_hole hole[MAX_WITNESSES + 1];
	size_t n, i;

	n = fcdb_holes(s->p->db[0], &q, hole, MAX_WITNESSES + 1);
	for (i = 0; n != SIZE_MAX && i < n && i < MAX_WITNESSES; i++) {
		if (hole[i].entry)
			NOTE(s, hole[i].entry->span,
			     "%s has none by this line", hole[i].path);
		else
			NOTE(s, NO_SPAN, "no line matches %s", hole[i].path);
	}
	if (n != SIZE_MAX && n > MAX_WITNESSES)
		NOTE(s, NO_SPAN, "and more lines leave files without one");
}

/* ---- ways out ---- */

static void note_tag(const struct say *s)
{
	struct paths_twin twin;
	const char *name;
	struct buf b;

	if (paths_find_twin(s->p, s->a->text, s->a->fs, &twin)) {
		NOTE(s, twin.sub->span, "by this line %s and %s are the same "
		     "to file contexts: no labelling tells them apart",
		     twin.inside, twin.outside);
		return;
	}
	if (s->at->kernel_line) {
		NOTE(s, NO_SPAN, "--tag-paths gives these files a label of "
		     "their own, and `imapolc labels` what puts it on them");
		return;
	}
	name = tag_name(s);
	buf_init(&b, s->p->arena);
	put_glob(s->a->text, &b);
	NOTE(s, NO_SPAN, "to give these files a label of their own: "
	     "`tag %s = %s;` further up, and `%s` here%s", name, b.s, name,
	     s->at->wish->wider ? ", without the widening" : "");
}

static bool may_widen(const struct say *s)
{
	return !s->at->opposite && !s->at->exempt;
}

static void note_tight(const struct say *s)
{
	const struct fcdb_result *r = &s->a->types;
	struct buf b;

	if (!r->n_tight || r->n_tight > MAX_PINNED)
		return;
	buf_init(&b, s->p->arena);
	put_types(s, true, "label ", " | ", &b);
	NOTE(s, NO_SPAN, r->n_tight == 1 ?
	     "a part of them has a label that nothing else has: `%s`" :
	     "a part of them has labels that nothing else has: `(%s)`", b.s);
}

static bool is_pinned(const struct say *s)
{
	const struct paths_wish *w = s->at->wish;

	return w->wider && w->pinned && w->pinned->n;
}

/* what the widening names, and what it does not */
static void put_names(const struct say *s, struct buf *b)
{
	const ast_words *pinned = s->at->wish->pinned;
	size_t i;

	for (i = 0; i < pinned->n; i++) {
		buf_puts(b, i ? ", " : "");
		paths_put_word(pinned->v[i].text, b);
	}
	for (i = 0; i < s->a->missing.n; i++) {
		buf_puts(b, ", ");
		paths_put_word(s->a->missing.v[i].type, b);
	}
}

static void note_widening(const struct say *s)
{
	const struct fcdb_result *r = &s->a->types;
	struct buf b;

	if (s->at->kernel_line)
		return;
	if (!may_widen(s)) {
		NOTE(s, NO_SPAN, s->at->exempt ?
		     "an exemption takes in nothing that is not written" :
		     "`!` and `except` take out nothing that is not written");
		note_tight(s);
		return;
	}
	buf_init(&b, s->p->arena);
	if (is_pinned(s))
		put_names(s, &b);
	else
		put_types(s, false, "", ", ", &b);
	if (r->n_labels > MAX_PINNED && !is_pinned(s))
		NOTE(s, NO_SPAN, "`allowing wider` takes in all files with its "
		     "%zu labels%s", r->n_labels,
		     s->a->fs ? " on this file system" : "");
	else
		NOTE(s, NO_SPAN, "to take these files in as well: "
		     "`allowing wider to label %s`", b.s);
}

static void note_unlabelled(const struct say *s)
{
	const struct fcdb_result *r = &s->a->types;

	if (!may_widen(s) || !r->n_labels || s->at->wish->unlabelled)
		return;
	NOTE(s, NO_SPAN, "`allowing unlabelled` leaves them out%s",
	     !s->a->holes_only && !s->at->wish->wider ?
	     ", and the others need `allowing wider`" : "");
}

/* the mount that holds them, and is not what was asked for */
static bool note_holder(const struct say *s)
{
	const struct root *root = s->p->root;
	struct root_mounts on = { 0 };
	const char *whole;
	struct buf b;

	if (!root || !root->have_mounts ||
	    !root_holders(root, s->a->text, &on) || !on.n)
		return false;
	if (root_own(root, on.v[0]) == ROOT_NO_UUID) {
		if (!root_fsname(on.v[0]))
			return false;
		NOTE(s, on.v[0]->span, "%s has no UUID; all files on file "
		     "systems of its kind are `fs %s`", on.v[0]->dir,
		     on.v[0]->fstype);
		return true;
	}
	whole = paths_below(s->p, on.v[0]);
	if (!whole || root_whole(root, whole).how != ROOT_WHOLE)
		return false;
	buf_init(&b, s->p->arena);
	put_glob(whole, &b);
	NOTE(s, on.v[0]->span, "all files of the file system at %s are `%s`",
	     on.v[0]->dir, b.s);
	return true;
}

static void note_mount(const struct say *s)
{
	const struct root_mount *m = s->a->mount.mount;

	switch (s->a->mount.how) {
	case ROOT_NO_UUID:
		NOTE(s, m->span,
		     "%s is a file system, but has no UUID: `fs %s`",
		     m->dir, m->fstype);
		break;
	case ROOT_SHARED:
		NOTE(s, m->span, "only a part of a file system is mounted at "
		     "%s, or it is mounted elsewhere, too", m->dir);
		break;
	case ROOT_UNKNOWN:
		NOTE(s, m->span, "what is at %s cannot be told from this "
		     "table: give the output of `findmnt -P -o "
		     "TARGET,UUID,FSTYPE,FSROOT`", m->dir);
		break;
	default:
		if (!note_holder(s))
			NOTE(s, NO_SPAN, "a file system of their own "
			     "(`--mounts`) or an owner of their own "
			     "(`owner N`) tells files apart exactly");
		break;
	}
}

/* ---- */

static void open_message(struct say *s, enum diag_code code, const char *text)
{
	s->d = diag_add(s->p->diags, code, s->path->span, "%s", text);
}

static void note_missing(const struct say *s, const struct paths_term *t)
{
	const struct fcdb_result *r = &s->a->types;
	size_t i;

	for (i = 0; i < r->n_labels && !paths_has(&r->labels[i], t); i++)
		;
	if (i < r->n_labels)
		NOTE(s, r->labels[i].inside_entry->span, "it does not name %s, "
		     "which %s has by this line", t->type,
		     r->labels[i].inside);
	else
		NOTE(s, NO_SPAN, "it does not name %s", t->type);
}

static void say_wider(struct say *s)
{
	size_t i;

	if (is_pinned(s)) {
		open_message(s, DIAG_PATH_PINNED, "the labels of this path are "
			     "more than the widening names");
		for (i = 0; i < s->a->missing.n && i < MAX_WITNESSES; i++)
			note_missing(s, &s->a->missing.v[i]);
		if (i < s->a->missing.n)
			NOTE(s, NO_SPAN, "and %zu more",
			     s->a->missing.n - i);
	} else {
		open_message(s, DIAG_PATH_WIDER, s->a->fs ?
			     "on this file system no label belongs to these "
			     "files alone" :
			     "no label belongs to these files alone");
	}
	note_outside(s);
	note_tag(s);
	note_widening(s);
	note_mount(s);
}

static void say_uncovered(struct say *s)
{
	const struct fcdb_result *r = &s->a->types;

	s->d = diag_add(s->p->diags, DIAG_PATH_UNCOVERED, s->path->span,
			"file contexts give %s of these files no label: %s",
			r->n_labels ? "some" : "all", r->uncovered);
	note_holes(s);
	if (!s->a->holes_only && !s->at->wish->wider)
		note_outside(s);
	note_unlabelled(s);
	note_mount(s);
}

static void say_no_labels(struct say *s)
{
	const struct root_mount *m = s->a->no_labels;
	const char *name = root_fsname(m) ? root_fsname(m) : m->fstype;
	struct root_mounts on;

	root_holders(s->p->root, s->a->text, &on);
	if (m->one_label) {
		open_message(s, DIAG_PATH_NOT_A_MOUNT, "these files have the "
			     "label that their file system is mounted with");
		NOTE(s, m->span, "all files below %s have the label behind "
		     "`context=`: name them by that", m->dir);
		return;
	}
	if (on.n && on.v[0] == m) {
		open_message(s, DIAG_PATH_NOT_A_MOUNT, "these files are on a "
			     "file system that keeps no labels");
		NOTE(s, m->span, "%s: `fs %s` names all such file systems",
		     m->dir, name);
		return;
	}
	open_message(s, DIAG_PATH_NOT_A_MOUNT, "some of these files are on a "
		     "file system that keeps no labels");
	NOTE(s, m->span, "this one; `& !fs %s` leaves such files out, and "
	     "`fs %s` is all of them", name, name);
}

static void say_not_a_mount(struct say *s)
{
	open_message(s, DIAG_PATH_NOT_A_MOUNT,
		     "this path is not all of a mounted file system");
	note_mount(s);
	NOTE(s, NO_SPAN, "with `--file-contexts` or `--root` its labels are "
	     "looked at, too");
}

static void say_labels(struct say *s)
{
	switch (s->a->types.verdict) {
	case FCDB_EMPTY:
		open_message(s, DIAG_PATH_EMPTY,
			     "no file can have such a path");
		NOTE(s, NO_SPAN, "it leads through a symlink, or holds an "
		     "empty part, `.` or `..`");
		break;
	case FCDB_TOO_HARD:
		open_message(s, DIAG_PATH_TOO_HARD,
			     "the proof for this path takes too many steps");
		NOTE(s, NO_SPAN, "name fewer directories in one glob, or a "
		     "file system");
		break;
	case FCDB_UNCOVERED:
		if (!s->at->wish->unlabelled || !s->a->types.n_labels) {
			say_uncovered(s);
			break;
		}
		/* fall through */
	default:
		say_wider(s);
		break;
	}
}

static const char *type_of(const struct fc_entry *e)
{
	return e && !e->none ? e->type : NULL;
}

static void note_label(const struct say *s, struct fcdb *db, const char *path)
{
	const struct fc_entry *e = fcdb_lookup(db, path, FC_FILE, NULL);
	const char *version = fcdb_fcontext(db)->rules->name;

	if (!e)
		NOTE(s, NO_SPAN, "libselinux %s finds no line for %s", version,
		     path);
	else
		NOTE(s, e->span, "libselinux %s gives %s %s by this line",
		     version, path, e->none ? "no label" : e->type);
}

/* true: the two say different things of it, and it is shown */
static bool shown(const struct say *s, size_t other, const char *path)
{
	struct fcdb *first = s->p->db[0], *second = s->p->db[other];

	if (!path || type_of(fcdb_lookup(first, path, FC_FILE, NULL)) ==
	    type_of(fcdb_lookup(second, path, FC_FILE, NULL)))
		return false;
	note_label(s, first, path);
	note_label(s, second, path);
	return true;
}

/* where answers differ one of their paths has another label in the other */
static bool shown_path_of(const struct say *s, size_t other,
			  const struct fcdb_result *r)
{
	size_t i;

	for (i = 0; i < r->n_labels; i++)
		if (shown(s, other, r->labels[i].inside))
			return true;
	for (i = 0; i < r->n_labels; i++)
		if (shown(s, other, r->labels[i].outside))
			return true;
	return shown(s, other, r->uncovered);
}

static void note_difference(const struct say *s)
{
	struct fcdb_universe u = paths_universe(s->p, s->a->fs);
	struct fcdb_query q = { .glob = paths_glob(s->p, s->a->text),
				.kind = FC_FILE, .parts = FCDB_TYPE,
				.universe = &u };
	struct fcdb_result first, r;
	size_t i;

	fcdb_query(s->p->db[0], &q, &first);
	for (i = 1; i < s->p->n_db; i++) {
		fcdb_query(s->p->db[i], &q, &r);
		if (shown_path_of(s, i, &first) || shown_path_of(s, i, &r))
			return;
	}
}

void paths_say(struct paths *p, const struct paths_place *at,
	       const struct ast_set *path, const struct paths_answer *a)
{
	struct say s = { .p = p, .at = at, .path = path, .a = a };

	if (a->no_labels) {
		say_no_labels(&s);
	} else if (!p->n_db) {
		say_not_a_mount(&s);
	} else if (a->versions_differ) {
		open_message(&s, DIAG_PATH_VERSION, "versions of libselinux "
			     "label these files differently");
		note_difference(&s);
		NOTE(&s, NO_SPAN, "say which one the target has: "
		     "`target … libselinux 3.9;`");
	} else {
		say_labels(&s);
	}
}
