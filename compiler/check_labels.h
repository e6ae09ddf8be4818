/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CHECK_LABELS_H
#define IMAPOL_CHECK_LABELS_H

#include "ast.h"
#include "diag.h"
#include "senames.h"

/*
 * Labels against the SELinux policy of the target, where it is at hand: to be
 * called only for a target that may have SELinux.
 */

/*
 * The tree, before check_names(); nothing is done when ast->selinux is NULL.
 * Resolves attributes and aliases, which are replaced by their types.
 */
void check_labels(struct ast *ast, struct diags *ds);

/* a file of kernel lines */
void check_label_lines(const struct senames *p, const struct source *src,
		       struct diags *ds);

#endif
