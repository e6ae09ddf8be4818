/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fcdb_int.h"

/* slashes squeezed, one at the end cut; the path itself where there are none */
static const char *clean_path(struct arena *a, const char *path)
{
	size_t len = strlen(path), n = 0, i;
	char *s;

	if (!strstr(path, "//") && (len < 2 || path[len - 1] != '/'))
		return path;
	s = arena_alloc(a, len + 1);
	for (i = 0; i < len; i++) {
		if (path[i] != '/' || !n || s[n - 1] != '/')
			s[n++] = path[i];
	}
	if (n > 1 && s[n - 1] == '/')
		n--;
	s[n] = '\0';
	return s;
}

static const struct fc_sub *find_sub(const struct fc_subs *subs,
				     const char *path)
{
	size_t i;

	for (i = 0; i < subs->n; i++) {
		size_t len = strlen(subs->v[i].src);

		if (!strncmp(path, subs->v[i].src, len) &&
		    (path[len] == '/' || !path[len]))
			return &subs->v[i];
	}
	return NULL;
}

static const char *apply_sub(struct arena *a, const struct fc_sub *sub,
			     const char *path)
{
	const char *rest;
	struct buf b;

	if (!sub)
		return path;
	rest = path + strlen(sub->src);
	buf_init(&b, a);
	buf_puts(&b, sub->dst);
	buf_puts(&b, *rest == '/' && !sub->dst[1] ? rest + 1 : rest);
	return b.s;
}

/* ---- all states, one byte after the other ---- */

static void start_at(struct machine *m, uint32_t node, struct nfa_list *to)
{
	uint32_t h = node == NONE ? NONE : m->trie[node].hang;

	for (; h != NONE; h = m->hangs.v[h].next)
		nfa_close(&m->nfa, m->hangs.v[h].start, to);
}

static void walk(struct machine *m, const char *key, struct nfa_list *now,
		 struct nfa_list *next)
{
	struct nfa_list swap;
	uint32_t node = 0;
	size_t i;

	now->n = 0;
	nfa_walk(&m->nfa);
	start_at(m, 0, now);
	for (; *key; key++) {
		unsigned int byte = (unsigned char)*key;

		m->steps += now->n + 1;
		next->n = 0;
		nfa_walk(&m->nfa);
		for (i = 0; i < now->n; i++) {
			const struct nfa_state *st = &m->nfa.v[now->v[i]];

			if (st->kind == NFA_SET &&
			    byteset_has(&m->nfa.sets.v[st->set], byte))
				nfa_close(&m->nfa, st->a, next);
		}
		if (node != NONE)
			node = machine_child(m, node, byte);
		start_at(m, node, next);
		swap = *now;
		*now = *next;
		*next = swap;
	}
}

static int lower_first(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x > y ? -1 : x < y;
}

static void list_matches(struct machine *m, struct nfa_list *ranks,
			 uint32_t win, struct fcdb_why *why)
{
	size_t i;

	if (ranks->n)
		qsort(ranks->v, ranks->n, sizeof(*ranks->v), lower_first);
	why->match = arena_zalloc(m->arena, ranks->n + 1, sizeof(*why->match));
	if (win != NONE)
		why->match[why->n_match++] = m->entry[win];
	for (i = 0; i < ranks->n; i++) {
		if (ranks->v[i] != win)
			why->match[why->n_match++] = m->entry[ranks->v[i]];
	}
}

const struct fc_entry *fcdb_lookup(struct fcdb *db, const char *path,
				   enum fc_kind kind, struct fcdb_why *why)
{
	struct machine *m = fcdb_kind(db, kind)->m;
	struct nfa_list *now = &m->scratch[0], *ranks = &m->scratch[2];
	struct fcdb_why w = { 0 };
	struct winner winner;
	uint32_t win;
	size_t i;

	w.key = clean_path(db->arena, path);
	w.sub = find_sub(&db->fc->subs, w.key);
	w.key = apply_sub(db->arena, w.sub, w.key);
	w.sub_dist = find_sub(&db->fc->subs_dist, w.key);
	w.key = apply_sub(db->arena, w.sub_dist, w.key);
	walk(m, w.key, now, &m->scratch[1]);
	winner_init(&winner, m);
	ranks->n = 0;
	for (i = 0; i < now->n; i++) {
		uint32_t rank = m->nfa.v[now->v[i]].owner;

		if (m->nfa.v[now->v[i]].kind != NFA_ACCEPT)
			continue;
		winner_add(&winner, rank);
		vec_push(db->arena, ranks, rank);
	}
	win = winner_get(&winner);
	if (why) {
		list_matches(m, ranks, win, &w);
		*why = w;
	}
	return win == NONE ? NULL : m->entry[win];
}

size_t fcdb_lookup_steps(struct fcdb *db, enum fc_kind kind)
{
	return fcdb_kind(db, kind)->m->steps;
}

#define FIND_SETS_MAX 100000

const struct fc_entry *fcdb_find(struct fcdb *db, const char *path,
				 enum fc_kind kind)
{
	struct kind_state *ks = fcdb_kind(db, kind);
	struct keys *k = &ks->find;
	uint32_t key, label;
	bool slash = false;

	if (!k->key.n || k->sets.set.n > FIND_SETS_MAX ||
	    k->sets.members.n > MEMBERS_MAX / 2) {
		db->work = (struct work){ .limit = SIZE_MAX };
		keys_reset(k, fcdb_identity(db, ks)->by_rank, 0, true);
	}
	key = k->start;
	for (; *path; path++) {
		/* a slash counts when something other than one follows */
		if (*path == '/') {
			slash = true;
			continue;
		}
		if (slash)
			key = keys_step(k, key, ks->m->classes.of['/']);
		slash = false;
		key = keys_step(k, key,
				ks->m->classes.of[(unsigned char)*path]);
	}
	if (slash && key == k->start)
		key = keys_step(k, key, ks->m->classes.of['/']);
	label = k->key.v[key].label;
	return label ? ks->m->entry[label - 1] : NULL;
}
