/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "tags_int.h"

/* What stands against a tag although its lines could be written. */

/* ---- file systems ---- */

/* a file system that keeps no labels keeps no tags */
static bool keeps_labels(struct tags *t, const struct tag_leaf *leaf)
{
	const struct root *root = t->paths->root;
	struct root_mounts on = { 0 };
	struct glob_matcher m;
	struct diag *d;
	size_t i;

	if (!root || !root->have_mounts)
		return true;
	glob_matcher_init(&m, t->paths->arena, &leaf->glob);
	root_holders(root, leaf->glob.text, &on);
	for (i = 0; i < on.n; i++)
		if (root_no_labels(on.v[i]) &&
		    glob_below(&m, on.v[i]->dir) != GLOB_NOTHING)
			break;
	if (i == on.n)
		return true;
	d = diag_add(t->paths->diags, DIAG_PATH_NOT_A_MOUNT, leaf->span,
		     "files of this tag are on a file system that keeps no "
		     "labels of theirs");
	diag_note(t->paths->diags, d, on.v[i]->span, "what is mounted at %s: "
		  "name those files by `fs`, or leave them out", on.v[i]->dir);
	return false;
}

/* is it part of what some tag takes in, not only of what it leaves out? */
static bool takes_in(const struct tags *t, uint32_t leaf)
{
	size_t i, j;

	for (i = 0; i < t->layer.n; i++)
		for (j = 0; t->layer.v[i].user != TAG_NO_USER &&
			    j < t->layer.v[i].n; j++)
			if (t->layer.v[i].globs[j] == leaf)
				return true;
	return false;
}

bool tag_check_mounts(struct tags *t)
{
	bool ok = true;
	uint32_t i;

	for (i = 0; i < t->leaf.n; i++)
		if (takes_in(t, i))
			ok &= keeps_labels(t, &t->leaf.v[i]);
	return ok;
}

/* ---- the SELinux policy ---- */

/*
 * Policies that constrain users let a process at a file of a constrained type
 * only when both have one user; on such a file a tag would take the access away.
 */

#define SHOWN_MAX 5

static bool is_constrained(const struct paths *p, const char *type)
{
	return p->selinux && senames_has(p->selinux, "ubac_constrained_type",
					 type);
}

static bool line_is_bad(const struct tags *t, const struct tag *tag,
			const struct tag_line *line)
{
	return line->user && !line->entry->none && tag_has_user(tag, line->user) &&
	       is_constrained(t->paths, line->entry->type);
}

static void say_constrained(struct tags *t, const struct tag *tag)
{
	struct diags *ds = t->paths->diags;
	struct diag *d = NULL;
	size_t i, n = 0;

	for (i = 0; i < t->line.n; i++) {
		const struct tag_line *line = &t->line.v[i];

		if (!line_is_bad(t, tag, line))
			continue;
		if (!d)
			d = diag_add(ds, DIAG_TAG_CONSTRAINED, tag->stmt->span,
				     "with the tag `%s` the SELinux policy "
				     "would keep users away from files that "
				     "they may use now", tag->stmt->name);
		if (n++ < SHOWN_MAX)
			diag_note(ds, d, line->entry->span,
				  "such as %s: the type %s is constrained by "
				  "user", line->inside, line->entry->type);
	}
	if (!d)
		return;
	if (n > SHOWN_MAX)
		diag_note(ds, d, NO_SPAN, "and %zu more lines", n - SHOWN_MAX);
	diag_note(ds, d, NO_SPAN, "leave these out of the tag: `& !path "
		  "\"…\"`; or give the files a file system of their own");
}

bool tag_check_constrained(struct tags *t)
{
	size_t errors = t->paths->diags->n_errors, i;

	for (i = 0; i < t->tag.n; i++)
		say_constrained(t, &t->tag.v[i]);
	return t->paths->diags->n_errors == errors;
}
