/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_OVERTAKE_H
#define IMAPOL_OVERTAKE_H

#include "ast.h"
#include "diag.h"
#include "kmodel.h"
#include "paths.h"

/*
 * What a widened path takes from the statements below: a file that is not of
 * the path and has a label of its widening is decided by the widened statement,
 * first match, although a later one was written about it.
 *
 * - wider-weakens (an error): the later one appraises, and asks for more;
 * - wider-overtakes (a warning): it measures, audits or hashes otherwise.
 *
 * Each with such a file as witness. A later exemption, or one that asks for
 * less, loses nothing that `allowing wider` does not say. After paths_lower(),
 * on the checked tree. False: an error has been added.
 */
#define OVERTAKE_MAX_REPORTS 64

bool overtake_check(const struct ast *ast, struct paths *p,
		    const struct ktarget *t, struct diags *ds);

#endif
