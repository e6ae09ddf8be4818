/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LOWER_H
#define IMAPOL_LOWER_H

#include "ast.h"
#include "diag.h"
#include "ir.h"
#include "kmodel.h"

/*
 * Statements to kernel rules that, walked first match first, mean the same.
 *
 * Each class is lowered on its own. A statement becomes boxes (box.h). Where a
 * box would cover more than its statement (an exception, a complement, the
 * inside of a range), the accesses in that surplus, the fence, are decided
 * before it: by the part of all later statements that lies in the fence,
 * closed by a dont_ rule. What a fence would decide no differently than the
 * box itself is left out. Where boxes and fences do not come out, table.c
 * searches for an order of rules over the atoms of the place.
 *
 * A statement that no rule order expresses gets a diagnostic. False: there was
 * an error, and *out holds no usable list. sets: where the sets of the
 * statements are dumped to, or NULL.
 */
#define LOWER_MAX_RULES 4096	/* of one statement */
#define LOWER_MAX_DEPTH 24	/* cells laid inside each other */
#define LOWER_MAX_LIMITS 2	/* statements of a class that met a cap */
#define LOWER_MAX_NEST 64	/* fences inside fences */
#define LOWER_MAX_STEPS 4000000	/* cells looked at in one way to lay one */

bool lower(struct arena *a, struct intern *strings, const struct ast *ast,
	   const struct ktarget *t, struct diags *diags, struct ir *out,
	   struct buf *sets);

#endif
