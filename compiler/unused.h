/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_UNUSED_H
#define IMAPOL_UNUSED_H

#include "ast.h"
#include "diag.h"

/*
 * Statements that change nothing: without them every access would come out the
 * same. Only those are asked about from which no rule is left (suspect[n], in
 * the order of ast_walk_rules()), the first UNUSED_MAX of them; what the
 * library says is not the policy's mistake and is left out. Each is the
 * warning no-effect.
 */
#define UNUSED_MAX 64

void unused_check(const struct ast *ast, const struct ktarget *t,
		  const bool *suspect, struct diags *ds);

#endif
