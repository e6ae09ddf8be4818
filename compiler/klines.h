/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KLINES_H
#define IMAPOL_KLINES_H

#include "ast.h"
#include "diag.h"

/*
 * Kernel lines with one condition more, path=GLOB or dir=DIR, which is all that is
 * below DIR, as statements: each line is a raw statement, the glob a path of it.
 * Lowered like any path, such a statement becomes one line for each label or file
 * system that the glob has come to.
 */

/* does some rule of it have a path condition? */
bool klines_have_path(const struct source *src);
/* where in one line of len bytes the condition is; false: it has none */
bool klines_find_path(const char *line, size_t len, struct span *out);
/* append its lines to the statements */
void klines_parse(struct ast *ast, const struct source *src, struct diags *ds);
/*
 * Once paths are lowered: the lines as the kernel takes them. One that no file
 * can meet is an error.
 */
void klines_expand(struct ast *ast, struct diags *ds);

#endif
