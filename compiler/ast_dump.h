/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_AST_DUMP_H
#define IMAPOL_AST_DUMP_H

#include "ast.h"
#include "buf.h"

/*
 * The tree as text, one statement or part a line, indented by depth, each
 * with line:column, added to out. The same tree gives the same text.
 */
void ast_dump(const struct ast *ast, struct buf *out);

/*
 * A set in the language itself, with parentheses only where they are needed;
 * names are quoted where the language wants it. Also for messages.
 */
void ast_put_set(const struct ast_set *s, struct buf *out);
/* a text in quotes */
void ast_put_quoted(struct buf *out, const char *s);
void ast_put_op(const struct ast_op *op, struct buf *out);
void ast_put_opt(const struct ast_opt *opt, struct buf *out);

#endif
