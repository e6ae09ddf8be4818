/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_GRAMMAR_CONTEXT_H
#define IMAPOL_GRAMMAR_CONTEXT_H

#include <setjmp.h>

#include "ast.h"
#include "diag.h"
#include "grammar.h"
#include "util.h"

/*
 * What scanner, parser and driver share while one source is read; nothing of
 * it is seen outside this folder.
 */
struct grammar {
	struct ast *ast;
	struct arena *arena;		/* ast->arena */
	const struct source *src;
	struct diags *ds;
	ast_stmts *out;			/* the statements of the file */

	/* scanner */
	void *scanner;
	size_t read;			/* bytes handed to the scanner */
	size_t offset;			/* where the next token starts */
	bool said_cr;			/* carriage returns were reported */
	size_t bad_end;			/* end of the last mistake it reported */
	jmp_buf *fatal;			/* the scanner cannot go on */

	/* parser */
	size_t nesting;			/* open parentheses and `!` */
	size_t n_open;			/* open braces */
	struct span open[AST_MAX_WITHIN];
	size_t n_errors;
};

union GRAM_STYPE;

/* ---- scan.l ---- */

/* its memory is the arena's: there is nothing to close */
void scan_open(struct grammar *g);
/* the next token, 0 at the end */
int scan_next(struct grammar *g, union GRAM_STYPE *value, struct span *loc);

/* ---- lexical.c: what the text of a token may hold ---- */

/* report bytes that may stand nowhere; false when there was one */
bool lexical_text(struct grammar *g, const char *s, size_t len,
		  struct span loc);
/* a run of bytes that start no token */
void lexical_stray(struct grammar *g, const char *s, size_t len,
		   struct span loc);
/* what looks like a path, without quotes: reported, and taken as a text */
int lexical_path(struct grammar *g, const char *s, size_t len,
		 struct span loc, union GRAM_STYPE *value);
/* a word or keyword: the token, its value set */
int lexical_word(struct grammar *g, const char *s, size_t len,
		 struct span loc, union GRAM_STYPE *value);
/* s is the quoted text with its quotes; closed: the last one is there */
const char *lexical_string(struct grammar *g, const char *s, size_t len,
			   bool closed, struct span loc);
/* what begins like a number: a decimal one, or with 0x a hexadecimal one */
int lexical_number(struct grammar *g, const char *s, size_t len,
		   struct span loc, union GRAM_STYPE *value);

/* ---- syntax.c: messages and caps of the parser ---- */

/* false: past the cap, and reported */
bool syntax_enter_set(struct grammar *g, struct span loc);
bool syntax_enter_block(struct grammar *g, struct span loc);
void syntax_leave_block(struct grammar *g);
/* a mistake was skipped, up to the end of its statement */
void syntax_recovered(struct grammar *g);

/*
 * The names of the token that stands there and of the n that could. Nothing is
 * said where the scanner has complained about this token or what touches it.
 */
void syntax_error(struct grammar *g, struct span loc, const char *token,
		  const char *const *expected, size_t n);
/*
 * Add a message about the text. NULL: there were too many mistakes, which has
 * been said; the parser stops soon after.
 */
struct diag *syntax_diag(struct grammar *g, enum diag_code code,
			 struct span loc, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* the place behind a piece, and the text of a piece as a word */
struct span syntax_after(struct span loc);
struct ast_word syntax_word(struct grammar *g, struct span loc);

/* ---- keywords.c ---- */

struct keyword {
	const char *word;
	int token;
	enum keyword_group group;
	int value;
};

/* NULL: no keyword */
const struct keyword *keyword_find(const char *s, size_t len);

#endif
