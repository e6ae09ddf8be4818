/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "paths_int.h"

/*
 * What .subs and .subs_dist put in the place of each other is the same to file
 * contexts: no line of them labels one path and not the other.
 */
struct twins {
	struct paths *p;
	const char *text;
	const struct root_mount *fs;
	struct paths_twin *out;
};

/* a folder of a rule: "/" stands for nothing in front of the rest */
static const char *folder(const char *dir)
{
	return strcmp(dir, "/") ? dir : "";
}

/* below it, by the literal bytes that the glob begins with */
static bool begins(const char *text, const char *dir)
{
	size_t n = strlen(dir);

	return n <= strcspn(text, "*?[{\\") && !strncmp(text, dir, n) &&
	       text[n] == '/';
}

static const char *swap(struct paths *p, const char *path, const char *from,
			const char *to)
{
	struct buf b;

	buf_init(&b, p->arena);
	buf_printf(&b, "%s%s", to, path + strlen(from));
	return b.s;
}

static bool same_key(struct paths *p, const char *x, const char *y)
{
	struct fcdb_why wx, wy;

	fcdb_lookup(p->db[0], x, FC_FILE, &wx);
	fcdb_lookup(p->db[0], y, FC_FILE, &wy);
	return !strcmp(wx.key, wy.key);
}

/* the glob is below from; is there a file below to that is none of it? */
static bool twin_below(const struct twins *t, const char *from, const char *to)
{
	struct paths_question q = { .except = t->text, .parts = FCDB_ROLE,
				    .mount = t->fs };
	struct glob_error err;
	struct fcdb_result r;
	const char *text;
	struct glob g;

	text = swap(t->p, t->text, from, to);
	if (!glob_parse(t->p->arena, text, strlen(text), &g, &err))
		return false;
	q.text = paths_keep(t->p, &g);
	if (!paths_query(t->p, &q, &r) || (!r.n_labels && !r.uncovered))
		return false;
	t->out->outside = r.n_labels ? r.labels[0].inside : r.uncovered;
	t->out->inside = swap(t->p, t->out->outside, to, from);
	return same_key(t->p, t->out->inside, t->out->outside);
}

static bool by_rules(const struct twins *t, const struct fc_subs *subs)
{
	size_t i;

	for (i = 0; i < subs->n; i++) {
		const char *src = folder(subs->v[i].src);
		const char *dst = folder(subs->v[i].dst);

		t->out->sub = &subs->v[i];
		if ((begins(t->text, dst) && twin_below(t, dst, src)) ||
		    (begins(t->text, src) && twin_below(t, src, dst)))
			return true;
	}
	return false;
}

bool paths_find_twin(struct paths *p, const char *text,
		     const struct root_mount *fs, struct paths_twin *out)
{
	struct twins t = { p, text, fs, out };
	const struct fcontext *fc = fcdb_fcontext(p->db[0]);

	return by_rules(&t, &fc->subs) || by_rules(&t, &fc->subs_dist);
}
