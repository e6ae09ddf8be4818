/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TRAP_H
#define IMAPOL_TRAP_H

#include "diag.h"
#include "kdialect.h"

/*
 * Kernel lines that the target takes and that do something else than they seem
 * to: each class of mistake is a warning of its own name, at its place, with its
 * cause and its way out. Lines that are refused are not judged here, and while
 * there are any of an action nothing is said of what its lines lack.
 *
 * What can be proven is: which lines are dead, which change nothing, which
 * accesses escape are asked of the diagrams of access.h. The rest are habits
 * that go wrong; these are not said of what imapolc itself compiled, for there
 * somebody wrote the statement that says so.
 */

struct trap_line {
	struct krule k;
	/* in the policy, without the blanks at its ends */
	struct span span;
	/* its path was lowered: other lines come from the same place */
	bool lowered;
};

struct traps_input {
	const struct source *src;
	const struct ktarget *target;
	const struct trap_line *lines;
	size_t n;
	/* of each class: may a line that was refused be of it? */
	bool refused[KCLASS_COUNT];
	struct diags *diags;
	size_t budget;		/* cells of the diagrams; 0: DD_MAX_CELLS */
};

/* a line that was refused: of the one action that it has, else of any */
void traps_add_refused(struct traps_input *in, struct span line);
void traps_check_lines(const struct traps_input *in);
/* all of a file: strings are interned in strings */
void traps_check_file(struct intern *strings, const struct source *src,
	       const struct ktarget *t, struct diags *ds);

/* lines past it are not compared with each other: lint-budget */
#define TRAPS_MAX_LINES 8192

#endif
