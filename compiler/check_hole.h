/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CHECK_HOLE_H
#define IMAPOL_CHECK_HOLE_H

#include "ast.h"
#include "diag.h"
#include "ptrmap.h"

/*
 * Warns of an exemption of all that runs or is loaded from file systems in
 * memory, as the kernel's built-in policies have it.
 */
struct holes {
	struct arena *arena;
	struct diags *ds;
	struct ptrmap lets;	/* a let: its place in leaves */
	/* the condition by which it takes all of such a file system in */
	VEC(const struct ast_set *) leaves;
};

void holes_init(struct holes *h, struct diags *ds);
/* one rule of a tree that check_names has been through */
void holes_check(struct holes *h, const struct ast_context *ctx);

#endif
