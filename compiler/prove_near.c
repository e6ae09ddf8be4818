/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "prove_near.h"
#include "ptrmap.h"

#define HEADS_MAX 32

bool near_below(const char *path, const char *dir, size_t *len)
{
	*len = strcmp(dir, "/") ? strlen(dir) : 0;
	return !strncmp(path, dir, *len) && (!path[*len] || path[*len] == '/');
}

/* ---- heads ---- */

static bool share(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return !*a || !*b;
}

/* the bytes that begin all texts of re; false: more bytes may follow there */
static bool head_of(const struct re *re, struct buf *to)
{
	int b = re->op == RE_SET ? byteset_single(&re->set) : -1;
	size_t i;

	if (b > 0)
		buf_putc(to, (char)b);
	if (re->op != RE_CAT)
		return b > 0;
	for (i = 0; i < re->n; i++)
		if (!head_of(re->sub[i], to))
			return false;
	return true;
}

/* the head of the glob, and where substitutions lead it */
struct heads {
	struct { const char *key, *path; } v[HEADS_MAX];
	size_t n;
};

static const char *join(struct arena *a, const char *x, const char *y)
{
	struct buf b;

	buf_init(&b, a);
	buf_puts(&b, strcmp(x, "/") ? x : "");
	buf_puts(&b, y);
	return b.s;
}

/* the whole head is led elsewhere, or only paths further down are */
static void add_substituted(struct near *n, struct heads *h,
			    const struct fc_subs *subs)
{
	size_t known = h->n, i, k, len;

	for (i = 0; i < known; i++)
		for (k = 0; k < subs->n && h->n < HEADS_MAX; k++) {
			const char *key = h->v[i].key, *src = subs->v[k].src;
			bool whole = near_below(key, src, &len);

			if (!share(key, src))
				continue;
			h->v[h->n].key = join(n->arena, subs->v[k].dst,
					      whole ? key + len : "");
			h->v[h->n++].path = whole ? h->v[i].path : src;
		}
}

/* by the first head that fits; false: none does */
static bool add_near(struct near *n, const struct heads *h,
		     const struct fc_entry *e)
{
	struct near_entry near = { e, NULL, NULL };
	size_t i = 0;

	while (i < h->n && !share(h->v[i].key, e->head))
		i++;
	if (i == h->n)
		return false;
	if (i) {
		near.key = h->v[i].key;
		near.path = h->v[i].path;
	}
	vec_push(n->arena, &n->head, near);
	return true;
}

/* ---- labels ---- */

/* the part of a label that tells most */
static const char *name_of(unsigned int parts, const char *user,
			   const char *role, const char *type)
{
	return parts & FCDB_TYPE ? type : parts & FCDB_USER ? user : role;
}

static void find_names(struct near *n, const struct fcdb_query *q,
		       const struct fcdb_result *r, struct ptrmap *names)
{
	size_t i;

	ptrmap_init(names, n->arena);
	for (i = 0; i < r->n_labels; i++) {
		const struct fcdb_label *l = &r->labels[i];
		const char *name = name_of(q->parts, l->user, l->role,
					   l->type);

		if (name && !l->outside)
			ptrmap_add(names, name, i);
	}
}

static bool is_named(const struct ptrmap *names, const struct fcdb_query *q,
		     const struct fc_entry *e)
{
	return !e->none && ptrmap_find(names, name_of(q->parts, e->user,
						      e->role, e->type));
}

/* ---- both ---- */

void near_init(struct near *n, struct arena *a)
{
	memset(n, 0, sizeof(*n));
	n->arena = a;
}

void near_find(struct near *n, const struct fcontext *fc,
	       const struct fcdb_query *q, const struct fcdb_result *r)
{
	struct heads heads = { .n = 1 };
	struct ptrmap names;
	struct buf head;
	size_t i;

	buf_init(&head, n->arena);
	buf_puts(&head, "");
	head_of(q->glob->re, &head);
	heads.v[0].key = heads.v[0].path = head.s;
	add_substituted(n, &heads, &fc->subs);
	add_substituted(n, &heads, &fc->subs_dist);
	find_names(n, q, r, &names);
	n->head.n = n->label.n = 0;
	for (i = 0; i < fc->entries.n; i++) {
		struct near_entry near = { &fc->entries.v[i], NULL, NULL };

		if (!(near.entry->kind & q->kind))
			continue;
		if (!add_near(n, &heads, near.entry) &&
		    is_named(&names, q, near.entry))
			vec_push(n->arena, &n->label, near);
	}
}
