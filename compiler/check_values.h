/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CHECK_VALUES_H
#define IMAPOL_CHECK_VALUES_H

#include "ast.h"
#include "diag.h"

/*
 * Values and combinations that are wrong on every kernel: numbers, labels and
 * texts, options that nothing can carry, operations that do not go with the
 * rest of their statement. Reads the tree after check_names; everything is
 * looked at. What one target lacks is check_kernel's business.
 */
void check_values(const struct ast *ast, struct diags *ds);

#endif
