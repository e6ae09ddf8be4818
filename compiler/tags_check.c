/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "tags_int.h"

/*
 * Policies that constrain users let a process at a file of a constrained type
 * only when both have one user; on such a file a tag would take the access away.
 */

#define SHOWN_MAX 5

static bool is_constrained(const struct paths *p, const char *type)
{
	size_t i;

	for (i = 0; i < p->n_constrained; i++)
		if (!strcmp(p->constrained[i], type))
			return true;
	return false;
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
