/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FMT_H
#define IMAPOL_FMT_H

#include <stdbool.h>

#include "ast.h"
#include "buf.h"
#include "diag.h"

/*
 * The one layout of a policy, which depends on its tokens, its comments, and
 * where it has empty lines; not on how it was laid out before. The tokens stay
 * as they are spelled, and the comments stay in their places and order, but for
 * blanks at their ends. A text laid out again is the same.
 *
 * A tab for each block; a statement is a line, or is broken at FMT_COLUMNS
 * before a clause or a member of a list, with one tab more; of several empty
 * lines one stays, none at the ends of a block; comments at the ends of lines
 * that follow each other stand in one column, and so does => in tests.
 */
#define FMT_COLUMNS 80
#define FMT_TAB 8

/*
 * Append src in that layout to out. False: src has mistakes, which are in ds,
 * and out is left alone. The caller has noted src in ast->sources.
 */
bool fmt_policy(struct ast *ast, const struct source *src, struct diags *ds,
		struct buf *out);

#endif
