/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_QUESTION_PATHS_H
#define IMAPOL_QUESTION_PATHS_H

#include "paths.h"
#include "question.h"

/*
 * What the path of a file tells of it, where that is not known yet. Nothing is
 * looked at but the tables at hand.
 */

/* symlinks in the middle that are known, followed; the arena's, or path itself */
const char *question_follow(const struct paths *p, const char *path);
/*
 * The label that file contexts give to a regular file, as it is once tags are
 * applied. Nothing where the versions of libselinux that are asked differ, or
 * where the path gets none.
 */
void question_from_contexts(struct question *q, struct paths *p,
			    const char *path);
/* the file system that it is on, where one mount can be told */
void question_from_mounts(struct question *q, const struct root *r,
			  const char *path, const char *from);

#endif
