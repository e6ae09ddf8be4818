/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "prove_match.h"

void matcher_init(struct matcher *m, struct arena *a)
{
	memset(m, 0, sizeof(*m));
	m->arena = a;
}

/* ---- sets of places: bit i stands before byte i, bit len at the end ---- */

static bool none(const struct matcher *m, const uint64_t *at)
{
	size_t i;

	for (i = 0; i < m->words; i++)
		if (at[i])
			return false;
	return true;
}

static void copy(const struct matcher *m, uint64_t *to, const uint64_t *from)
{
	memcpy(to, from, m->words * sizeof(*to));
}

static void clear(const struct matcher *m, uint64_t *at)
{
	memset(at, 0, m->words * sizeof(*at));
}

static void add(const struct matcher *m, uint64_t *to, const uint64_t *from)
{
	size_t i;

	for (i = 0; i < m->words; i++)
		to[i] |= from[i];
}

static void subtract(const struct matcher *m, uint64_t *at,
		     const uint64_t *from)
{
	size_t i;

	for (i = 0; i < m->words; i++)
		at[i] &= ~from[i];
}

/* ---- expressions; at is where it begins, and then where it ends ---- */

/* the last place first, so that none is moved twice */
static void one_byte(const struct matcher *m, const struct byteset *set,
		     uint64_t *at)
{
	size_t w, i;

	for (w = m->words; w-- > 0;) {
		uint64_t left = at[w];

		at[w] = 0;
		while (left) {
			unsigned int bit = 63u - (unsigned int)
					   __builtin_clzll(left);

			left ^= UINT64_C(1) << bit;
			i = w * 64 + bit;
			if (i < m->len &&
			    byteset_has(set, (unsigned char)m->text[i]))
				at[(i + 1) / 64] |= UINT64_C(1) << (i + 1) % 64;
		}
	}
}

static void ends(const struct matcher *m, const struct re *re, uint64_t *at,
		 uint64_t *room);

static void one_of(const struct matcher *m, const struct re *re, uint64_t *at,
		   uint64_t *room)
{
	uint64_t *begin = room, *branch = room + m->words;
	size_t i;

	copy(m, begin, at);
	clear(m, at);
	for (i = 0; i < re->n; i++) {
		copy(m, branch, begin);
		ends(m, re->sub[i], branch, room + 2 * m->words);
		add(m, at, branch);
	}
}

/* a place that was reached before leads nowhere new */
static void repeated(const struct matcher *m, const struct re *re,
		     uint64_t *at, uint64_t *room)
{
	uint64_t *newly = room;
	uint32_t i;

	room += m->words;
	for (i = 0; i < re->min && !none(m, at); i++)
		ends(m, re->sub[0], at, room);
	copy(m, newly, at);
	for (; i < re->max && !none(m, newly); i += re->max != RE_NO_MAX) {
		ends(m, re->sub[0], newly, room);
		subtract(m, newly, at);
		add(m, at, newly);
	}
}

static void ends(const struct matcher *m, const struct re *re, uint64_t *at,
		 uint64_t *room)
{
	size_t i;

	switch (re->op) {
	case RE_SET:
		one_byte(m, &re->set, at);
		break;
	case RE_CAT:
		for (i = 0; i < re->n && !none(m, at); i++)
			ends(m, re->sub[i], at, room);
		break;
	case RE_ALT:
		one_of(m, re, at, room);
		break;
	case RE_REPEAT:
		repeated(m, re, at, room);
		break;
	case RE_OP_COUNT:
		break;
	}
}

static size_t depth_of(const struct re *re)
{
	size_t deepest = 0, i;

	for (i = 0; i < re->n; i++) {
		size_t depth = depth_of(re->sub[i]);

		if (depth > deepest)
			deepest = depth;
	}
	return deepest + 1;
}

bool matcher_whole(struct matcher *m, const struct re *re, const char *text)
{
	size_t need;

	m->text = text;
	m->len = strlen(text);
	m->words = m->len / 64 + 1;
	need = (2 * depth_of(re) + 1) * m->words;
	if (need > m->cap) {
		m->cap = 2 * need;
		m->room = arena_zalloc(m->arena, m->cap, sizeof(*m->room));
	}
	clear(m, m->room);
	m->room[0] = 1;
	ends(m, re, m->room, m->room + m->words);
	return m->room[m->len / 64] >> m->len % 64 & 1;
}

/* ---- places of paths ---- */

static bool canonical(const char *path)
{
	size_t len;

	do {
		if (*path++ != '/')
			return false;
		len = strcspn(path, "/");
		if (!len || (len == 1 && path[0] == '.') ||
		    (len == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += len;
	} while (*path);
	return true;
}

/* the path is dir, or lies below it */
static bool within(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strncmp(path, dir, len) && (!path[len] || path[len] == '/');
}

static bool through_alias(const struct fcdb_universe *u, const char *path)
{
	size_t i;

	for (i = 0; u && i < u->n_alias; i++)
		if (within(path, u->alias[i].from))
			return true;
	return false;
}

static bool on_mount(const struct fcdb_universe *u, const char *path)
{
	size_t i;

	if (!u || !u->mount)
		return true;
	if (strcmp(u->mount, "/") &&
	    (!within(path, u->mount) || !strcmp(path, u->mount)))
		return false;
	for (i = 0; i < u->n_deeper; i++)
		if (within(path, u->deeper[i]))
			return false;
	return true;
}

/* the inside lies on the mount, too */
static bool limited(const struct fcdb_universe *u)
{
	return u && u->on_mount;
}

static bool in_region(struct matcher *m, const struct fcdb_region *r,
		      const char *path)
{
	uint32_t *globs = arena_zalloc(m->arena, r->n, sizeof(*globs));
	size_t n = 0, i;

	for (i = 0; i < r->n; i++)
		if (matcher_whole(m, r->globs[i]->re, path))
			globs[n++] = (uint32_t)i;
	return n && r->inside(r->arg, globs, n);
}

static bool is_meant(struct matcher *m, const struct fcdb_query *q,
		     const char *path)
{
	if (q->region)
		return in_region(m, q->region, path);
	return matcher_whole(m, q->glob->re, path) &&
	       !(q->except && matcher_whole(m, q->except->re, path));
}

enum prove_place prove_place(struct matcher *m, const struct fcdb_query *q,
			     const char *path)
{
	if (!canonical(path) || through_alias(q->universe, path))
		return PROVE_NOWHERE;
	if (is_meant(m, q, path))
		return limited(q->universe) && !on_mount(q->universe, path) ?
			PROVE_BEYOND : PROVE_INSIDE;
	if (strchr(path, '\n') || !on_mount(q->universe, path))
		return PROVE_BEYOND;
	return PROVE_OUTSIDE;
}
