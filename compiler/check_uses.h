/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CHECK_USES_H
#define IMAPOL_CHECK_USES_H

#include "ast.h"
#include "kmodel_row.h"
#include "ptrmap.h"

/* What the sets of a rule ask the kernel for; one a keyword. */
enum need {
	NEED_OBJ_USER, NEED_OBJ_ROLE, NEED_OBJ_TYPE,
	NEED_OWNER, NEED_GROUP,
	NEED_FS, NEED_FS_SUBTYPE, NEED_FSMAGIC, NEED_FSUUID,
	NEED_UID, NEED_EUID, NEED_GID, NEED_EGID,
	NEED_SUBJ_USER, NEED_SUBJ_ROLE, NEED_SUBJ_TYPE,
	NEED_COUNT
};

struct use_need {
	enum kfeature key;
	enum kcond cond;
	enum klsm_field lsm;	/* KLSM_FIELDS: no label */
};

const struct use_need *use_need(enum need n);

/* a condition as written: the leaf it comes from, and where a let stands */
struct use {
	enum need need;
	const struct ast_set *leaf;
	struct span span;
};

typedef VEC(struct use) use_list;

/* the first leaf of each need in a let, so that each let is walked once */
struct let_uses {
	const struct ast_set *first[NEED_COUNT];
};

struct uses {
	struct arena *arena;
	struct ptrmap let_index;	/* a let: its place in lets */
	VEC(struct let_uses) lets;
};

void uses_init(struct uses *u, struct arena *a);
/*
 * The lets of a tree, in their order: each names only those before it, so that
 * none has to be followed further than one step, however long the chain.
 */
void uses_add_lets(struct uses *u, const ast_stmts *stmts);
/*
 * Add the conditions of s to out: each leaf that stands there, and of a let
 * the first of each kind, at the place of its name. s may be NULL. Goes as
 * deep as sets may nest.
 */
void uses_collect(struct uses *u, use_list *out, const struct ast_set *s);

#endif
