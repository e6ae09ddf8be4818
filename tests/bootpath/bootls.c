/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>

#include "fake_rehearse.h"
#include "units.h"

/*
 * What a root would run, for scripts that compare it with what others say:
 *
 *	bootls units ROOT TARGET	units that a start of it pulls in
 *	bootls libs ROOT PROGRAM	files that it maps, but for itself
 *	bootls steps ROOT		all of the boot
 *
 * Nothing is refused: there is no policy.
 */
static struct arena arena;

static void fake_judge(const char *path, struct judge_verdict *v)
{
	(void)path;
	memset(v, 0, sizeof(*v));
}

/* those that are not only started by a socket, a timer or a path later on */
static int list_units(struct tree *t, const char *target)
{
	struct units *us = units_new(&arena, t);
	struct unit *u = units_get(us, target);
	VEC(struct unit *) all = { 0 };
	struct units_start s;
	size_t i, j;

	if (!u)
		return 1;
	units_start(us, u, NULL, &s);
	u->ordered = false;
	vec_push(&arena, &all, u);
	for (i = 0; i < all.n; i++) {
		if (all.v[i]->state == UNIT_LOADED)
			puts(all.v[i]->name);
		for (j = 0; j < all.v[i]->deps.n; j++) {
			const struct unit_dep *d = &all.v[i]->deps.v[j];

			/* each once: it is ordered until it has been listed */
			if (d->tie == UNIT_TRIGGERS || !d->unit->ordered)
				continue;
			d->unit->ordered = false;
			vec_push(&arena, &all, d->unit);
		}
	}
	return 0;
}

static int walk(struct tree *t, const char *init)
{
	struct rehearse r = { .arena = &arena, .tree = t };
	struct bootpath_options o = { .init = init };
	struct bootpath out;
	size_t i;

	bootpath_walk(&r, &o, &out);
	for (i = 0; i < out.steps.n; i++) {
		const struct bootpath_step *s = &out.steps.v[i];

		if (!init)
			printf("%s %d %s\n", s->missing ? "missing" :
			       s->weight == BOOTPATH_FATAL ? "fatal" : "loss",
			       (int)s->op, s->path);
		else if (s->op == JUDGE_MMAP)
			puts(s->path);
	}
	for (i = 0; i < out.notes.n; i++)
		fprintf(stderr, "%s\n", out.notes.v[i]);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct tree_options none;
	const char *why;
	struct tree *t;
	int status = 2;

	arena_init(&arena);
	t = argc >= 3 ? tree_open(&arena, argv[2], &none, &why) : NULL;
	if (!t)
		return status;
	if (argc == 4 && !strcmp(argv[1], "units"))
		status = list_units(t, argv[3]);
	else if (argc == 4 && !strcmp(argv[1], "libs"))
		status = walk(t, argv[3]);
	else if (argc == 3 && !strcmp(argv[1], "steps"))
		status = walk(t, NULL);
	tree_close(t);
	arena_free(&arena);
	return status;
}
