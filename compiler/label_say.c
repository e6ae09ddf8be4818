/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "kmodel_row.h"
#include "label_say.h"
#include "nearest.h"

/* types of an attribute that a message writes out */
#define TYPES_SHOWN 8

/* the attributes by which refpolicy tells processes from files */
static const char of_processes[] = "domain", of_files[] = "file_type";

/* ---- words ---- */

static bool is_subject(enum klsm_field f)
{
	return f >= KLSM_SUBJ_USER;
}

static enum senames_table table_of(enum klsm_field f)
{
	switch (f) {
	case KLSM_OBJ_USER:
	case KLSM_SUBJ_USER:
		return SENAMES_USERS;
	case KLSM_OBJ_ROLE:
	case KLSM_SUBJ_ROLE:
		return SENAMES_ROLES;
	default:
		return SENAMES_TYPES;
	}
}

static const char *noun(enum senames_table t)
{
	static const char *const words[] = {
		[SENAMES_TYPES] = "type", [SENAMES_USERS] = "user",
		[SENAMES_ROLES] = "role", [SENAMES_CLASSES] = "class",
	};

	_Static_assert(sizeof(words) / sizeof(words[0]) == SENAMES_TABLES,
		       "a word for each table");
	return words[t];
}

/* a name of t as a condition on the same side as u: "obj_user=x" */
static void put_condition(const struct label_use *u, enum senames_table t,
			  const char *name, struct buf *out)
{
	static const enum kfeature key[2][SENAMES_CLASSES] = {
		{ KF_KEY_OBJ_TYPE, KF_KEY_OBJ_USER, KF_KEY_OBJ_ROLE },
		{ KF_KEY_SUBJ_TYPE, KF_KEY_SUBJ_USER, KF_KEY_SUBJ_ROLE },
	};
	static const char *const format[2][SENAMES_CLASSES] = {
		{ "label %s", "label \"%s:*:*\"", "label \"*:%s:*\"" },
		{ "domain %s", "subj-user %s", "subj-role %s" },
	};
	bool subject = is_subject(u->field);

	if (u->place == LABEL_LINE)
		buf_printf(out, "%s=%s", kmodel_word(key[subject][t]), name);
	else
		buf_printf(out, format[subject][t], name);
}

/* ---- edits ---- */

static bool in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("_-.", c));
}

/* the last place of the name in the condition; false: it is spelt otherwise */
static bool find_name(const struct label_use *u, struct span *out)
{
	size_t len = strlen(u->name), at;
	const char *text;

	if (!u->span.src || u->span.end - u->span.start < len)
		return false;
	text = u->span.src->text;
	for (at = u->span.end - len; ; at--) {
		if (!memcmp(text + at, u->name, len) &&
		    !in_name(text[at + len]) &&
		    (at == u->span.start || !in_name(text[at - 1])))
			break;
		if (at == u->span.start)
			return false;
	}
	*out = (struct span){ u->span.src, at, at + len };
	return true;
}

static void offer_name(const struct label_use *u, struct diags *ds,
		       struct diag *d, const char *name)
{
	struct span span;

	if (find_name(u, &span))
		diag_edit(ds, d, span, name, false);
}

/* the condition is the name alone, without other parts of a label */
static bool is_lone(const struct label_use *u, const char *word)
{
	size_t len = strlen(word);
	struct span at;

	if (!find_name(u, &at) || at.start < u->span.start + len + 1)
		return false;
	return at.end == u->span.end &&
	       !memcmp(u->span.src->text + u->span.start, word, len);
}

/* ---- names that are not there ---- */

static const char *nearest(const struct senames *p, enum senames_table t,
			   enum sename_kind kind, const char *name)
{
	const char **names = arena_zalloc(p->arena, p->table[t].n + 1,
					  sizeof(*names));
	size_t i, n = 0;

	for (i = 0; i < p->table[t].n; i++)
		if (p->table[t].v[i].kind == kind)
			names[n++] = p->table[t].v[i].name;
	return nearest_name(name, names, n);
}

/* what else has the name; false: nothing */
static bool note_elsewhere(const struct senames *p, const struct label_use *u,
			   struct diags *ds, struct diag *d)
{
	const struct sename *s = NULL;
	enum senames_table t;
	struct buf b;

	for (t = 0; t < SENAMES_TABLES && !s; t++)
		s = t == table_of(u->field) ? NULL
					    : senames_find(p, t, u->name);
	if (!s)
		return false;
	t--;
	if (t == SENAMES_CLASSES) {
		diag_note(ds, d, NO_SPAN, "it is a class of objects, which no "
			  "label has and no condition asks for; a label has a "
			  "user, a role and a type");
		return true;
	}
	if (s->kind == SENAME_ATTRIBUTE) {
		diag_note(ds, d, NO_SPAN, "it is an attribute of types");
		return true;
	}
	buf_init(&b, p->arena);
	put_condition(u, t, u->name, &b);
	diag_note(ds, d, NO_SPAN, "it is a %s: `%s`", noun(t), b.s);
	if (u->place == LABEL_LINE)
		diag_edit(ds, d, u->span, b.s, false);
	return true;
}

static void say_unknown(const struct senames *p, const struct label_use *u,
			struct diags *ds)
{
	enum senames_table t = table_of(u->field);
	enum sename_kind kind = t == SENAMES_USERS ? SENAME_USER :
				t == SENAMES_ROLES ? SENAME_ROLE : SENAME_TYPE;
	const char *near;
	struct diag *d;

	d = diag_add(ds, DIAG_UNKNOWN_LABEL, u->span,
		     "the SELinux policy has no %s `%s`", noun(t), u->name);
	if (!note_elsewhere(p, u, ds, d)) {
		near = nearest(p, t, kind, u->name);
		if (near) {
			diag_note(ds, d, NO_SPAN, "did you mean `%s`?", near);
			offer_name(u, ds, d, near);
		}
	}
	if (u->place != LABEL_WORD)
		diag_note(ds, d, NO_SPAN, "the kernel refuses the first policy "
			  "of a boot for it, and in a later one the rule never "
			  "matches");
	diag_note(ds, d, NO_SPAN, "looked up in %s", p->path);
}

/* ---- attributes ---- */

/* the line once for each type, in the place of the attribute */
static void offer_lines(const struct senames *p, const struct label_use *u,
			const struct sename *s, struct diags *ds,
			struct diag *d)
{
	struct span at;
	const char *text;
	struct buf b;
	size_t i;

	if (!u->line.src || s->types.n > TYPES_SHOWN || !find_name(u, &at))
		return;
	text = u->line.src->text;
	buf_init(&b, p->arena);
	for (i = 0; i < s->types.n; i++) {
		buf_puts(&b, i ? "\n" : "");
		buf_add(&b, text + u->line.start, at.start - u->line.start);
		buf_puts(&b, s->types.v[i]);
		buf_add(&b, text + at.end, u->line.end - at.end);
	}
	diag_edit(ds, d, u->line, b.s ? b.s : "", false);
}

static void note_types(const struct senames *p, const struct sename *s,
		       struct diags *ds, struct diag *d)
{
	struct buf b;
	size_t i;

	buf_init(&b, p->arena);
	for (i = 0; i < s->types.n && i < TYPES_SHOWN; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", s->types.v[i]);
	if (!s->types.n)
		diag_note(ds, d, NO_SPAN, "no type has it");
	else if (s->types.n > TYPES_SHOWN)
		diag_note(ds, d, NO_SPAN, "%zu types have it: %s and more",
			  s->types.n, b.s);
	else
		diag_note(ds, d, NO_SPAN, "the types that have it: %s", b.s);
}

static void say_bare(const struct senames *p, const struct label_use *u,
		     const struct sename *s, struct diags *ds)
{
	struct diag *d;

	d = diag_add(ds, DIAG_BARE_ATTRIBUTE, u->span,
		     "`%s` is an attribute, which no %s has as its type: the "
		     "kernel takes the line, and it never matches", s->name,
		     is_subject(u->field) ? "process" : "file");
	note_types(p, s, ds, d);
	diag_note(ds, d, NO_SPAN, is_subject(u->field) ?
		  "write a line for each type" :
		  "write a line for each type, or `attribute %s` in a .imapol "
		  "file, which is expanded", s->name);
	offer_lines(p, u, s, ds, d);
}

static void say_as_type(const struct senames *p, const struct label_use *u,
			const struct sename *s, struct diags *ds)
{
	struct diag *d;
	struct buf b;

	d = diag_add(ds, DIAG_ATTRIBUTE_AS_TYPE, u->span,
		     "`%s` is an attribute of types, and no %s has it as its "
		     "type", s->name, is_subject(u->field) ? "process" : "file");
	note_types(p, s, ds, d);
	if (u->place == LABEL_WORD || is_subject(u->field)) {
		diag_note(ds, d, NO_SPAN, "name the types that are meant");
		return;
	}
	buf_init(&b, p->arena);
	buf_printf(&b, "attribute %s", s->name);
	diag_note(ds, d, NO_SPAN, "files of all these types are `%s`", b.s);
	if (is_lone(u, "label"))
		diag_edit(ds, d, u->span, b.s, true);
}

/* ---- names that are there ---- */

static void say_alias(const struct label_use *u, const struct sename *s,
		      struct diags *ds)
{
	struct diag *d;

	d = diag_add(ds, DIAG_LABEL_ALIAS, u->span,
		     "`%s` is an alias of the type `%s`", s->name, s->real);
	diag_note(ds, d, NO_SPAN, u->place == LABEL_LINE ?
		  "the kernel takes one for the other" :
		  "the kernel takes one for the other, and lines get the type");
	offer_name(u, ds, d, s->real);
}

/* a type of processes on files, or the reverse */
static void say_place(const struct senames *p, const struct label_use *u,
		      const char *type, struct diags *ds)
{
	bool process = senames_has(p, of_processes, type);
	bool file = senames_has(p, of_files, type);
	bool subject = is_subject(u->field);
	struct diag *d;

	if (u->place == LABEL_WORD || process == file || subject == process)
		return;
	if (subject) {
		d = diag_add(ds, DIAG_LABEL_PLACE, u->span,
			     "`%s` is a type of files, and no process has it",
			     type);
		diag_note(ds, d, NO_SPAN, "in the SELinux policy it has the "
			  "attribute `%s`, and not `%s`", of_files,
			  of_processes);
		return;
	}
	d = diag_add(ds, DIAG_LABEL_PLACE, u->span, "`%s` is a type of "
		     "processes; of files only those in /proc have it", type);
	diag_note(ds, d, NO_SPAN, u->place == LABEL_LINE ?
		  "who acts is `%s=%s`" : "who acts is `by %s %s`",
		  u->place == LABEL_LINE ? kmodel_word(KF_KEY_SUBJ_TYPE) :
					   "domain", type);
}

const char *label_say(const struct senames *p, const struct label_use *u,
		      struct diags *ds)
{
	const struct sename *s = senames_find(p, table_of(u->field), u->name);
	const char *real;

	if (!s) {
		say_unknown(p, u, ds);
		return NULL;
	}
	if (s->kind == SENAME_ATTRIBUTE) {
		if (u->place != LABEL_LINE) {
			say_as_type(p, u, s, ds);
			return NULL;
		}
		say_bare(p, u, s, ds);
		return u->name;
	}
	real = s->kind == SENAME_ALIAS ? s->real : s->name;
	if (s->kind == SENAME_ALIAS)
		say_alias(u, s, ds);
	if (table_of(u->field) == SENAMES_TYPES)
		say_place(p, u, real, ds);
	return real;
}

/* ---- `attribute NAME` ---- */

static void say_type(const struct senames *p, const struct sename *s,
		     struct span span, struct diags *ds)
{
	struct diag *d;
	struct buf b;

	d = diag_add(ds, DIAG_UNKNOWN_ATTRIBUTE, span, "`%s` is %s, and no "
		     "attribute", s->name, s->kind == SENAME_ALIAS ?
		     "an alias of a type" : "a type");
	buf_init(&b, p->arena);
	buf_printf(&b, "label %s", s->name);
	diag_note(ds, d, NO_SPAN, "files of it are `%s`", b.s);
	diag_edit(ds, d, span, b.s, true);
}

const sename_list *label_say_attribute(const struct senames *p,
				       const char *name, struct span span,
				       struct diags *ds)
{
	struct sename *s = senames_find(p, SENAMES_TYPES, name);
	const char *near;
	struct diag *d;

	if (s && s->kind != SENAME_ATTRIBUTE) {
		say_type(p, s, span, ds);
		return NULL;
	}
	if (s && s->types.n) {
		s->expanded = true;
		return &s->types;
	}
	d = diag_add(ds, DIAG_UNKNOWN_ATTRIBUTE, span, s ?
		     "no type of the SELinux policy has the attribute `%s`" :
		     "the SELinux policy has no attribute `%s`", name);
	near = s ? NULL : nearest(p, SENAMES_TYPES, SENAME_ATTRIBUTE, name);
	if (near)
		diag_note(ds, d, NO_SPAN, "did you mean `%s`?", near);
	diag_note(ds, d, NO_SPAN, s ?
		  "leave it out, or name the types that are meant" :
		  "policies may be built without attributes that few rules "
		  "use; types can be named with `label`");
	diag_note(ds, d, NO_SPAN, "looked up in %s", p->path);
	return NULL;
}
