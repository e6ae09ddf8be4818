/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PATHS_LOWER_H
#define IMAPOL_PATHS_LOWER_H

#include "tags.h"

/*
 * Put the answers into the tree: each path term becomes the labels or file
 * systems that it was proven to be, each name of a tag the users of its files.
 * To be called once, after the checks of names and values; ast->lower_paths has
 * to be set before these. Tags are built.
 */
void paths_lower(struct paths *p, const struct tags *tags, struct ast *ast);

#endif
