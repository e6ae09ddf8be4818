/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_QUESTION_TEST_H
#define IMAPOL_QUESTION_TEST_H

#include "access.h"
#include "ast.h"
#include "paths.h"
#include "question.h"

/*
 * A line of a test, checked, as a question. What it does not say follows from
 * what it says (question_complete(), question_plain_process()), and from the
 * path, by file contexts and mounts where they are at hand; paths may be NULL.
 */
void question_of_test(struct question *q, const struct ast *ast,
		      const struct ast_test_line *line, struct paths *paths);

/* what it expects of a class */
struct access_outcome question_expects(const struct ast_test_line *line,
				       enum kclass class);

#endif
