/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "question_paths.h"

#define LINKS_MAX 40	/* as the kernel follows */

static const char *follow_one(const struct paths *p, const char *path)
{
	struct buf b;
	size_t i;

	for (i = 0; i < p->n_alias; i++) {
		const char *from = p->alias[i].from;
		size_t len = strlen(from);

		if (strncmp(path, from, len) || path[len] != '/')
			continue;
		buf_init(&b, p->arena);
		buf_printf(&b, "%s%s", p->alias[i].to, path + len);
		return b.s;
	}
	return NULL;
}

const char *question_follow(const struct paths *p, const char *path)
{
	const char *next;
	unsigned int i;

	for (i = 0; i < LINKS_MAX; i++) {
		next = follow_one(p, path);
		if (!next)
			break;
		path = next;
	}
	return path;
}

static bool same_label(const struct fc_entry *a, const struct fc_entry *b)
{
	return strcmp(a->user, b->user) == 0 && strcmp(a->role, b->role) == 0 &&
	       strcmp(a->type, b->type) == 0;
}

/* NULL: none, or they differ */
static const struct fc_entry *find_entry(struct paths *p, const char *path)
{
	const struct fc_entry *first = NULL, *e;
	size_t i;

	for (i = 0; i < p->n_db; i++) {
		e = fcdb_lookup(p->db[i], path, FC_FILE, NULL);
		if (!e || e->none || (first && !same_label(first, e)))
			return NULL;
		first = e;
	}
	return first;
}

static void take_part(struct question *q, enum space_dim dim, const char *name)
{
	if (q->known[dim])
		return;
	question_name(q, dim, name);
	q->from[dim] = "file contexts";
}

void question_from_contexts(struct question *q, struct paths *p,
			    const char *path)
{
	const struct fc_entry *e;

	if (path[0] != '/')
		return;
	e = find_entry(p, question_follow(p, path));
	if (!e)
		return;
	take_part(q, SPACE_OBJ_USER, e->user);
	take_part(q, SPACE_OBJ_ROLE, e->role);
	take_part(q, SPACE_OBJ_TYPE, e->type);
}

void question_from_mounts(struct question *q, const struct root *r,
			  const char *path, const char *from)
{
	struct root_mounts at;
	const char *name;

	/* a path that looks like a glob is not looked up */
	if (path[0] != '/' || strpbrk(path, "*?[{\\") ||
	    !root_holders(r, path, &at) || at.n == 0)
		return;
	name = root_fsname(at.v[0]);
	if (!q->known[SPACE_FSNAME] && name) {
		question_name(q, SPACE_FSNAME, name);
		q->from[SPACE_FSNAME] = from;
	}
	if (!q->known[SPACE_FSUUID] && at.v[0]->fsuuid) {
		question_name(q, SPACE_FSUUID, at.v[0]->fsuuid);
		q->from[SPACE_FSUUID] = from;
	}
}
