/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_VERIFY_H
#define IMAPOL_VERIFY_H

#include "ast.h"
#include "dd.h"
#include "diag.h"
#include "kmodel.h"

/*
 * Do the bytes that will be written say what the statements say? Run in every
 * compile. The bytes are read back with the kernel-dialect parser; the tree is
 * evaluated on its own, with nothing of what made the lines; both become
 * decision diagrams over the same space, one for each class, and are compared,
 * and so are the load-time effects. Nothing is sampled and nothing skipped.
 */
struct verify_input {
	const struct ast *ast;		/* checked, names resolved */
	const struct ktarget *target;
	const char *text;		/* len bytes: all that will be written */
	size_t len;
	/* the statement that each line of text came from; may be NO_SPAN */
	const struct span *lines;
	size_t n_lines;
	struct diags *diags;
	size_t budget;			/* cells of diagrams; 0: DD_MAX_CELLS */
	struct buf *dump;		/* what was compared, as text; or NULL */
};

#define VERIFY_LINE_MAX 4095	/* bytes of a line, the newline not counted */

/*
 * True: proven equal. False: an error has been added. verify-refused and
 * verify-differs are faults of the program, verify-budget is the policy's size.
 * Memory is the tree's arena.
 */
bool verify(const struct verify_input *in);

/* false, and the error verify-budget, when the diagrams of m are past theirs */
bool verify_budget_ok(const struct dd *m, struct diags *ds);

#endif
