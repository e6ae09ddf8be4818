/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "rootwalk.h"
#include "tags_int.h"

/*
 * Where others than root may write files of a tag: such a file has no tag until
 * it is relabelled, and who wrote it decides when that does not happen.
 */
struct looking {
	struct tags *t;
	struct glob_matcher *matcher;	/* by leaf */
};

/* in a sticky one they can make a directory that is not there yet */
static bool is_others(const struct statx *st)
{
	return st->stx_uid || st->stx_mode & 022;
}

static void note_directory(struct looking *l, uint32_t leaf,
			   const struct rootwalk_entry *e)
{
	struct tags *t = l->t;
	size_t i;

	for (i = 0; i < t->tag.n; i++) {
		struct tag *tag = &t->tag.v[i];

		/* each glob of a tag, also one that is taken out of it */
		if (tag->writable || !tag_names(t, tag, leaf))
			continue;
		tag->writable = arena_strndup(t->paths->arena, e->path,
					      strlen(e->path));
		tag->writable_uid = e->st->stx_uid;
		tag->writable_mode = e->st->stx_mode & 07777;
	}
}

static enum rootwalk_next visit(void *arg, const struct rootwalk_entry *e)
{
	enum rootwalk_next next = ROOTWALK_PASS;
	struct looking *l = arg;
	uint32_t i;

	if (!S_ISDIR(e->st->stx_mode))
		return ROOTWALK_ON;
	for (i = 0; i < l->t->leaf.n; i++) {
		enum glob_below below = glob_below(&l->matcher[i], e->path);

		if (below == GLOB_NOTHING)
			continue;
		next = ROOTWALK_ON;
		if (is_others(e->st))
			note_directory(l, i, e);
	}
	return next;
}

void tag_look_at_root(struct tags *t)
{
	struct looking l = { .t = t };
	struct rootwalk w = { .arena = t->paths->arena, .arg = &l,
			      .visit = visit };
	size_t i;

	if (!t->paths->root_dir)
		return;
	l.matcher = arena_zalloc(t->paths->arena, t->leaf.n + 1,
				 sizeof(*l.matcher));
	for (i = 0; i < t->leaf.n; i++)
		glob_matcher_init(&l.matcher[i], t->paths->arena,
				  &t->leaf.v[i].glob);
	/* it was read before, for its symlinks */
	(void)rootwalk(&w, t->paths->root_dir);
}
