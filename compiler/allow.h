/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ALLOW_H
#define IMAPOL_ALLOW_H

#include "ast.h"
#include "diag.h"

/*
 * Warnings that are allowed beside what they are about, by a comment:
 *
 *	# imapol: allow exact-mask, hash-only
 *
 * It covers one kernel line or one statement (of a block its head): the one
 * below when the comment stands on a line of its own, with no blank line
 * between; in the language also the one whose line it ends.
 *
 * The scanner of the language drops comments, so they are looked for in the
 * text. A name that no warning has is an error.
 */

/* is the comment, from its # on, such a one? */
bool allow_is_one(struct span comment);

/* before the lines are checked; once a source, however often it is called */
void allow_kernel_lines(struct diags *ds, const struct source *src);
/* of the sources of a tree that are statements; once all are parsed */
void allow_statements(struct diags *ds, const struct ast *ast);
/*
 * When all checks are done: a comment that allows nothing is a warning. One
 * about what only some targets have is not.
 */
void allow_report_unused(struct diags *ds);

#endif
