/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>

#include "check_uses.h"
#include "util.h"

static const struct use_need needs[] = {
	[NEED_OBJ_USER] = { KF_KEY_OBJ_USER, KCOND_LSM, KLSM_OBJ_USER },
	[NEED_OBJ_ROLE] = { KF_KEY_OBJ_ROLE, KCOND_LSM, KLSM_OBJ_ROLE },
	[NEED_OBJ_TYPE] = { KF_KEY_OBJ_TYPE, KCOND_LSM, KLSM_OBJ_TYPE },
	[NEED_OWNER] = { KF_KEY_FOWNER, KCOND_OWNER, KLSM_FIELDS },
	[NEED_GROUP] = { KF_KEY_FGROUP, KCOND_OWNER, KLSM_FIELDS },
	[NEED_FS] = { KF_KEY_FSNAME, KCOND_FS, KLSM_FIELDS },
	[NEED_FS_SUBTYPE] = { KF_KEY_FS_SUBTYPE, KCOND_FS, KLSM_FIELDS },
	[NEED_FSMAGIC] = { KF_KEY_FSMAGIC, KCOND_FS, KLSM_FIELDS },
	[NEED_FSUUID] = { KF_KEY_FSUUID, KCOND_FS, KLSM_FIELDS },
	[NEED_UID] = { KF_KEY_UID, KCOND_UID, KLSM_FIELDS },
	[NEED_EUID] = { KF_KEY_EUID, KCOND_EUID, KLSM_FIELDS },
	[NEED_GID] = { KF_KEY_GID, KCOND_GID, KLSM_FIELDS },
	[NEED_EGID] = { KF_KEY_EGID, KCOND_EGID, KLSM_FIELDS },
	[NEED_SUBJ_USER] = { KF_KEY_SUBJ_USER, KCOND_LSM, KLSM_SUBJ_USER },
	[NEED_SUBJ_ROLE] = { KF_KEY_SUBJ_ROLE, KCOND_LSM, KLSM_SUBJ_ROLE },
	[NEED_SUBJ_TYPE] = { KF_KEY_SUBJ_TYPE, KCOND_LSM, KLSM_SUBJ_TYPE },
};

static_assert(ARRAY_SIZE(needs) == NEED_COUNT, "a row for each condition");

const struct use_need *use_need(enum need n)
{
	return &needs[n];
}

void uses_init(struct uses *u, struct arena *a)
{
	*u = (struct uses){ .arena = a };
	ptrmap_init(&u->let_index, a);
}

static void add_needs(const struct ast_set *s, bool want[NEED_COUNT])
{
	switch (s->kind) {
	case AST_SET_LABEL:
		want[NEED_OBJ_USER] = s->user != NULL;
		want[NEED_OBJ_ROLE] = s->role != NULL;
		want[NEED_OBJ_TYPE] = s->type != NULL;
		break;
	case AST_SET_USER:
		want[NEED_UID] = want[NEED_EUID] = true;
		break;
	case AST_SET_OWNER: want[NEED_OWNER] = true; break;
	case AST_SET_GROUP: want[NEED_GROUP] = true; break;
	case AST_SET_FS: want[NEED_FS] = true; break;
	case AST_SET_FS_SUBTYPE: want[NEED_FS_SUBTYPE] = true; break;
	case AST_SET_FSMAGIC: want[NEED_FSMAGIC] = true; break;
	case AST_SET_FSUUID: want[NEED_FSUUID] = true; break;
	case AST_SET_UID: want[NEED_UID] = true; break;
	case AST_SET_EUID: want[NEED_EUID] = true; break;
	case AST_SET_GID: want[NEED_GID] = true; break;
	case AST_SET_EGID: want[NEED_EGID] = true; break;
	case AST_SET_DOMAIN: want[NEED_SUBJ_TYPE] = true; break;
	case AST_SET_SUBJ_ROLE: want[NEED_SUBJ_ROLE] = true; break;
	case AST_SET_SUBJ_USER: want[NEED_SUBJ_USER] = true; break;
	case AST_SET_ATTRIBUTE:
		want[NEED_OBJ_TYPE] = s->types != NULL;
		break;
	/* paths and tags become labels or file systems later */
	case AST_SET_PATH: case AST_SET_REF:
	case AST_SET_AND: case AST_SET_OR: case AST_SET_NOT:
	case AST_SET_KINDS:
		break;
	}
}

static void add_use(struct uses *u, use_list *out, enum need need,
		    const struct ast_set *leaf, struct span span)
{
	struct use use = { need, leaf, span };

	vec_push(u->arena, out, use);
}

void uses_collect(struct uses *u, use_list *out, const struct ast_set *s)
{
	bool want[NEED_COUNT] = { false };
	unsigned int i;

	if (!s)
		return;
	if (s->kind == AST_SET_REF) {
		const size_t *known = s->def ?
			ptrmap_find(&u->let_index, s->def) : NULL;

		for (i = 0; known && i < NEED_COUNT; i++) {
			const struct ast_set *leaf =
				u->lets.v[*known].first[i];

			if (leaf)
				add_use(u, out, i, leaf, s->span);
		}
		return;
	}
	uses_collect(u, out, s->left);
	uses_collect(u, out, s->right);
	add_needs(s, want);
	for (i = 0; i < NEED_COUNT; i++)
		if (want[i])
			add_use(u, out, i, s, s->span);
}

static void add_let(struct uses *u, const struct ast_stmt *let)
{
	struct let_uses lu = { .first = { NULL } };
	use_list uses = { 0 };
	size_t i;

	if (!ptrmap_add(&u->let_index, let, u->lets.n))
		return;
	uses_collect(u, &uses, let->files);
	for (i = 0; i < uses.n; i++)
		if (!lu.first[uses.v[i].need])
			lu.first[uses.v[i].need] = uses.v[i].leaf;
	vec_push(u->arena, &u->lets, lu);
}

void uses_add_lets(struct uses *u, const ast_stmts *stmts)
{
	size_t i;

	for (i = 0; i < stmts->n; i++) {
		const struct ast_stmt *s = stmts->v[i];

		if (s->kind == AST_LET)
			add_let(u, s);
		else if (s->kind == AST_INCLUDE)
			uses_add_lets(u, &s->body);
	}
}
