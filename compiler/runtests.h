/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_RUNTESTS_H
#define IMAPOL_RUNTESTS_H

#include "explain.h"
#include "paths.h"

/*
 * The tests that stand in a policy, or beside it, run against it for one target. Each line is
 * one test: what comes of its access has to be what it says, for each action,
 * with all options. Where something that the line leaves open would make a
 * difference, the test cannot be decided, and that is an error like any other.
 */
enum test_verdict { TEST_PASSED, TEST_FAILED, TEST_OPEN, TEST_VERDICTS };

struct tests_result {
	const struct ast_stmt *block;
	const struct ast_test_line *line;
	enum test_verdict verdict;
	/* the message that it gave, on one line; NULL where it passed */
	const char *why;
};

struct tests {
	struct explain *x;
	struct paths *paths;	/* labels and file systems of paths; or NULL */
	VEC(struct tests_result) results;
	size_t count[TEST_VERDICTS];
	bool *line_reached;	/* by line of the policy: decides in some test */
	VEC(const struct ast_stmt *) reached;	/* statements that do */
};

void tests_init(struct tests *t, struct explain *x, struct paths *paths);
/*
 * All that stand in the tree, those of included files too, each block once;
 * NULL: there are none. What does not pass is an error at its place (test-failed, test-open) in the diags of x. False: the
 * two ways to decide differ, or the policy is too large; that was reported.
 */
bool tests_run(struct tests *t, const struct ast *ast);

/* the statements and lines that decide in no test; those of the library are left out */
struct tests_coverage {
	size_t n_stmts, n_lines;	/* all that there are */
	VEC(const struct ast_stmt *) stmts;	/* not reached */
	VEC(size_t) lines;
};

void tests_coverage(const struct tests *t, struct tests_coverage *out);

#endif
