/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_GRAMMAR_H
#define IMAPOL_GRAMMAR_H

#include "ast.h"
#include "buf.h"
#include "diag.h"
#include "source.h"
#include "vec.h"

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

enum grammar_kind {
	GRAMMAR_KEYWORD, GRAMMAR_NAME, GRAMMAR_TEXT, GRAMMAR_LIBRARY,
	GRAMMAR_RELEASE, GRAMMAR_NUMBER, GRAMMAR_MARK, GRAMMAR_KINDS
};

/* what keywords.def has them in */
enum keyword_group {
	KEYWORD_NONE, KEYWORD_STATEMENT, KEYWORD_ACTION, KEYWORD_OPERATION,
	KEYWORD_CONDITION, KEYWORD_OPTION, KEYWORD_TARGET,
	KEYWORD_GROUPS
};

struct grammar_token {
	struct span span;
	enum grammar_kind kind;
	enum keyword_group group;	/* of a keyword */
};

typedef VEC(struct grammar_token) grammar_tokens;

/*
 * The tokens of a source, without the end; between them are blanks, newlines
 * and comments. Mistakes of single tokens are diagnostics.
 */
void grammar_scan(struct ast *ast, const struct source *src, struct diags *ds,
		  grammar_tokens *out);

/* the tokens of a source, one a line: line:column, kind, text */
void grammar_dump_tokens(struct ast *ast, const struct source *src,
			 struct diags *ds, struct buf *out);

/* the reserved words, sorted; n of them */
const char *const *grammar_keywords(size_t *n);

#endif
