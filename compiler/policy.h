/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_POLICY_H
#define IMAPOL_POLICY_H

#include "access.h"
#include "ast.h"
#include "verify_ast.h"

/*
 * A policy as the kernel of one target has it: its rules in order, each with its
 * line and with what it came from. Whether it was compiled, written as kernel
 * lines or built into the kernel makes no difference from here on; who asks
 * about decisions (explain, diff, import, coverage, pictures) starts from this.
 */
struct policy_rule {
	struct krule k;
	/*
	 * In the source of the lines. It is a source of its own for what was
	 * compiled, which counts comment lines, too: as the output would be.
	 */
	struct span line;
	/* the statement; the line itself where it was not compiled */
	struct span origin;
};

struct policy {
	struct arena *arena;
	struct ktarget target;
	const struct source *lines;	/* what was read */
	VEC(struct policy_rule) rules;
	struct verify_effects effects;	/* of loading it */
	/*
	 * The tree that it was compiled from, names, paths and forms of the
	 * target resolved; NULL where it was not compiled.
	 */
	const struct ast *ast;
};

/* both came from one statement, or are one line */
bool policy_same_origin(const struct policy_rule *x,
			const struct policy_rule *y);

/*
 * Reads lines, which the target takes: false, and *bad is the span of the first
 * that it does not. Strings are interned in in: policies that are compared
 * have to share it. origins has a span for each line of text, or is NULL; a line
 * without one (src NULL) is its own.
 */
bool policy_read(struct policy *p, struct arena *a, struct intern *in,
		 const struct ktarget *t, const struct source *lines,
		 const struct span *origins, size_t n_origins,
		 struct span *bad);

/*
 * One of the kernel's own (kmodel_builtin()), as a source with its lines. NULL:
 * the target has none of that name.
 */
const struct source *policy_builtin(struct arena *a, const struct ktarget *t,
				    const char *name);

/* the rules of more, before rule number at of p; they stay what they are */
void policy_insert(struct policy *p, size_t at, const struct policy *more);

/* ---- as diagrams: space_new(), policy_add() of all, space_finish() ---- */

void policy_add(const struct policy *p, struct space *sp);
/*
 * What it does about a class everywhere, as access_decide(): terminals 1 +
 * number of the outcome, never PASS. Policies in one space with one table of
 * outcomes are equal where the references are.
 */
dd_ref policy_decide(const struct policy *p, struct space *sp,
		     struct access_outcomes *o, enum kclass class);
/*
 * Which rule decides: terminals 1 + its index, PASS where none matches. For
 * hash, as the list is written; that an appraise rule clears it is not in here.
 */
dd_ref policy_decider(const struct policy *p, struct space *sp,
		      enum kclass class);
/*
 * The same but for rules of one statement that differ in one user id only
 * (access_rule_run()): terminals 1 + the index of the first of them. Ranges of
 * effective ids are long such runs, and who of them it is makes large diagrams.
 */
dd_ref policy_run_decider(const struct policy *p, struct space *sp,
			  enum kclass class);

#endif
