/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CHECK_KERNEL_H
#define IMAPOL_CHECK_KERNEL_H

#include "ast.h"
#include "check_names.h"
#include "diag.h"
#include "kdialect.h"

/*
 * The tree against one target: every action, operation, condition, option and
 * combination that the target's kernel would refuse, ignore or read in another
 * way is an error here, so that what is lowered later is accepted. Reads the
 * tree after check_names and check_values.
 *
 * Returns the assumptions: bit n is set when the policy rests on KCONFIG_n,
 * which the target does not tell. Sets stmt->raw of raw statements, for this
 * target; NULL where the line is refused. lookup, which may be NULL, has the
 * numbers of names in kernel lines.
 */
uint64_t check_kernel(struct ast *ast, const struct name_lookup *lookup,
		      const struct ktarget *t, struct diags *ds);

/*
 * A file of kernel lines: each mistake in a line that the target refuses is an
 * error at its place. Returns the assumptions as check_kernel does.
 */
uint64_t check_kernel_lines(struct intern *in, const struct source *src,
			    const struct name_lookup *lookup,
			    const struct ktarget *t, struct diags *ds);

/*
 * True when what src holds looks like kernel lines, damaged as they may be: the
 * first line that is neither blank nor a comment has a condition of the kernel
 * ("func=BPRM_CHECK") or of those who write such lines ("path=/etc"), is a kernel
 * action alone, or something else that is taken for a policy ("1"); or a later
 * line has a condition and there is no statement (; {). A file of comments alone
 * is one, too. Nothing that is a text of the other language is taken.
 */
bool check_is_kernel_dialect(const struct source *src);

#endif
