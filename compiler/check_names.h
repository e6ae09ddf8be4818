/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CHECK_NAMES_H
#define IMAPOL_CHECK_NAMES_H

#include "ast.h"
#include "diag.h"

/*
 * Numbers of users and groups of the target. The near functions may be NULL;
 * they give the known name that is nearest, or NULL.
 */
struct name_lookup {
	bool (*user)(void *arg, const char *name, uint32_t *id);
	bool (*group)(void *arg, const char *name, uint32_t *id);
	const char *(*near_user)(void *arg, const char *name);
	const char *(*near_group)(void *arg, const char *name);
	void *arg;
};

/*
 * Names of sets, of users and groups, of file systems, and what may stand
 * where. Fills the fields of the tree marked "resolved". Runs behind
 * include_load(), and again after include_select(); everything is looked at,
 * whatever was wrong before it.
 *
 * lookup is NULL where no table was given: every name but root is unknown.
 */
void check_names(struct ast *ast, const struct name_lookup *lookup,
		 struct diags *ds);

#endif
