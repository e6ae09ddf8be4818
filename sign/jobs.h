/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_JOBS_H
#define IMAPOL_JOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "reach.h"

/*
 * The files that a call is about: those that are named, those in the trees that
 * are named, those in a list. Nothing grows with their number.
 */
struct job_tree;

struct job {
	struct reach at;
	char *path;		/* for reach_open() */
	char *shown;		/* for messages: as the user named it */
	bool named;		/* not found in a tree */
	struct job_tree *tree;	/* that it was found in; NULL: none */
};

void job_free(struct job *job);

struct jobs {
	struct arena *arena;
	const char *root;	/* NULL: paths are those of this system */
	const char *list;	/* "-": standard input; or NULL */
	bool nul;		/* as namelist_open() has it */
	char *const *paths;
	size_t n_paths;
	const volatile bool *stop;
	void *arg;
	void (*give)(void *arg, struct job *job);	/* job is then its */
	/* something that is named is no job; it was not said yet */
	void (*refuse)(void *arg, const char *name, const char *why);
};

/* false: nothing could be done; *why */
bool jobs_run(const struct jobs *j, const char **why);

#endif
