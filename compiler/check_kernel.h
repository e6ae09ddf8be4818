/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CHECK_KERNEL_H
#define IMAPOL_CHECK_KERNEL_H

#include "ast.h"
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
 * target; NULL where the line is refused.
 */
uint64_t check_kernel(struct ast *ast, const struct ktarget *t,
		      struct diags *ds);

/*
 * A file of kernel lines: each line that the target refuses is an error at
 * its place. Returns the assumptions as check_kernel does.
 */
uint64_t check_kernel_lines(struct intern *in, const struct source *src,
			    const struct ktarget *t, struct diags *ds);

/*
 * True when what src holds looks like kernel lines: the first line that is
 * neither blank nor a comment has a kernel condition ("func=BPRM_CHECK") or is
 * a kernel action alone, and nothing of a statement (; { ").
 */
bool check_is_kernel_dialect(const struct source *src);

#endif
