/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_GRAMMAR_H
#define IMAPOL_GRAMMAR_H

#include "ast.h"
#include "buf.h"
#include "diag.h"
#include "source.h"

/*
 * The single entry to scanner and parser. They keep nothing between calls and
 * may run at any depth of calls; when memory runs out in one of them, their
 * own memory is freed before the arena's on_oom is taken.
 */

/* lengths in bytes, the quotes of a string not counted */
#define GRAMMAR_WORD_MAX 255
#define GRAMMAR_STRING_MAX 4095
/* mistakes of one source, after which the rest of it is not read */
#define GRAMMAR_MAX_ERRORS 10000

/*
 * Parse one source and append its statements to out; includes are left
 * unresolved. Each mistake is a diagnostic, and what could be read is
 * appended all the same. The caller has noted src in ast->sources.
 */
void grammar_parse(struct ast *ast, const struct source *src,
		   struct diags *ds, ast_stmts *out);

/* the tokens of a source, one a line: line:column, kind, text */
void grammar_dump_tokens(struct ast *ast, const struct source *src,
			 struct diags *ds, struct buf *out);

/* the reserved words, sorted; n of them */
const char *const *grammar_keywords(size_t *n);

#endif
