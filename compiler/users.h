/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_USERS_H
#define IMAPOL_USERS_H

#include "diag.h"
#include "vec.h"

/*
 * Names of users and groups of the target, from files in the format of
 * passwd(5) and group(5). Never from the machine that compiles. "root" is 0
 * in both tables, whatever the files say. Of a name that stands twice, the
 * first line counts, as it does for getpwnam().
 */
struct users_entry {
	const char *name;
	uint32_t id;
	size_t seq;
};

struct users_table {
	VEC(struct users_entry) names;
	bool sorted;
};

struct users {
	struct arena *arena;
	struct users_table user, group;
};

void users_init(struct users *u, struct arena *a);

/*
 * Add all lines of a file. A line with no name or no number is left out with
 * a warning; so is an id that no rule can hold (above KID_MAX). Comments,
 * blank lines and the + and - lines of NIS are left out in silence.
 */
void users_add_passwd(struct users *u, const struct source *src,
		      struct diags *ds);
void users_add_group(struct users *u, const struct source *src,
		     struct diags *ds);

/* arg is a struct users, so that a struct name_lookup can hold these */
/* false: no such name */
bool users_find_user(void *arg, const char *name, uint32_t *id);
bool users_find_group(void *arg, const char *name, uint32_t *id);

/* the known name nearest to name, or NULL; arg is a struct users */
const char *users_near_user(void *arg, const char *name);
const char *users_near_group(void *arg, const char *name);

#endif
