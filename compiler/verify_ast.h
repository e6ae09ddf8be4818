/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_VERIFY_AST_H
#define IMAPOL_VERIFY_AST_H

#include "access.h"
#include "ast.h"

/*
 * What the statements say, straight from the tree: no lowering, no order of
 * lines. Only verify and leak ask; nothing that makes lines may.
 *
 *	verify_ast_init(&va, ast, space);	adds to the space what occurs
 *	space_finish(space);
 *	verify_ast_build(&va);			works the regions out
 */

/* what sticks to a file once a rule with it has matched (facts 4.1) */
struct verify_flags {
	bool directio, verity;
	uint8_t sig;		/* KSIG_ bits */
};

/* one action of a statement, or a raw line */
struct verify_step {
	const struct ast_stmt *stmt;
	enum kclass class;
	bool exempt;
	bool stricter_allowed, loads_included;
	struct access_outcome outcome;
	struct verify_flags flags;
	dd_ref region;		/* where it matches */
};

/* load-time effects: KEFFECT_ bits, and the algorithms of security.ima */
struct verify_effects {
	unsigned int appraise;
	bool xattr;
	uint32_t xattr_algos;
};

/* what a kernel rule adds, in the order of the list */
void verify_effects_add_rule(struct verify_effects *e, const struct krule *r);

struct verify_ast {
	struct arena *arena;
	struct space *space;
	const struct ast *ast;
	VEC(struct verify_step) steps;	/* in the order in which they decide */
	struct verify_effects effects;
	/* a set with no meaning yet (path, tag, attribute); src NULL: none */
	struct span unknown;
	bool has_unknown;
	VEC(struct ast_context) rules;
	struct set_memo *memo;		/* of composite sets */
	size_t memo_n, memo_cap;
};

void verify_ast_init(struct verify_ast *va, const struct ast *ast,
		     struct space *sp);
void verify_ast_build(struct verify_ast *va);
/* the steps as access_decide() takes them, va->steps.n of them */
struct access_step *verify_ast_steps(const struct verify_ast *va,
				     struct access_outcomes *o);

#endif
