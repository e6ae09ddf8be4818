/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LINT_REFUSED_H
#define IMAPOL_LINT_REFUSED_H

#include "check_names.h"
#include "diag.h"
#include "kdialect.h"
#include "lint_line.h"

/*
 * What is wrong with a rule that the target refuses. The verdict is
 * kdialect_parse()'s; what is added here is that all its mistakes are told in
 * one run: each one is mended, or taken out, and the rest read again.
 */
struct lint_refused {
	const struct ktarget *t;
	struct intern *strings;
	struct diags *ds;
	/*
	 * The rule stands in a file of kernel lines, where path= may become
	 * labels and edits can be given; else in the text of a statement.
	 */
	bool in_file;
	/*
	 * Of the lines that a rule goes on in, a path= becomes labels
	 * elsewhere and is no mistake.
	 */
	bool paths;
	/* users and groups of the target; NULL: not known */
	const struct name_lookup *lookup;
};

enum diag_code lint_refused_code(enum kd_reason reason);

/* at most so many of one rule are told */
#define LINT_MAX_MISTAKES 16

/*
 * Messages for each mistake of l, which is changed. Says nothing of a rule that
 * the target takes.
 */
void lint_refused(const struct lint_refused *lr, struct lint_line *l);

/*
 * The same for the rule of a file that begins at start, with the lines it goes
 * on in; those are mistakes, too. l has the rule's first line already, perhaps
 * with parts replaced. False: nothing was wrong.
 */
bool lint_refused_rule(const struct lint_refused *lr, struct lint_line *l);

#endif
