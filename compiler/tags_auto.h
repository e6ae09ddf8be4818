/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TAGS_AUTO_H
#define IMAPOL_TAGS_AUTO_H

#include "paths.h"

/*
 * Give each path that is not exact as it is a tag of its own: the tag is declared
 * in front of all statements, named after the glob, and its name stands in the
 * place of the path. Paths of a statement that allows wider stay. To be called
 * before the checks of names.
 */
void tags_auto(struct paths *p, struct ast *ast);

#endif
