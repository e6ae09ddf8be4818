/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PATHS_SAY_H
#define IMAPOL_PATHS_SAY_H

#include "paths.h"

/* Messages about paths that came to nothing. */

struct paths_place {
	const struct paths_wish *wish;
	const struct ast *ast;
	bool opposite;		/* under `!`, or in an exception */
	bool exempt;		/* must not grow: no widening is offered */
	bool kernel_line;	/* has no words but conditions */
};

/* text to paste: a name with `_` is no keyword; any other is quoted */
void paths_put_word(const char *text, struct buf *b);

/* why there is no answer, and the ways out that apply */
void paths_say(struct paths *p, const struct paths_place *at,
	       const struct ast_set *path, const struct paths_answer *a);

#endif
