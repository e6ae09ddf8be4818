/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fcdb_int.h"

/*
 * All labels are looked for together while that is cheap. Entries that each add
 * "this directory has been seen" multiply with each other, so beyond a cap the
 * labels that are left are looked for one by one: then all others count as one,
 * and nearly nothing is left of the sets.
 */
#define KEEP_SETS_MAX 50000	/* kept between questions */

/*
 * A label that is not found among so many states is looked for within a limit of
 * bytes, which rises from the least that it can take.
 */
#define ALONE_MAX 200
#define LIMITS_CLOSE 32	/* by no more than needed; later ones by more */
#define LIMITS_MAX 48	/* afterwards there is none */

bool ask_init(struct ask *a, struct fcdb *db, const struct fcdb_query *q,
	      const struct labelling *l, struct keys *keys)
{
	db->work = (struct work){ .limit = q->work ? q->work : FCDB_WORK };
	a->db = db;
	a->q = q;
	a->ks = fcdb_kind(db, q->kind);
	a->l = l;
	a->keys = keys;
	a->sp = (struct space){ .arena = db->arena };
	space_build(&a->sp, a->ks->m, NULL, q, &db->work);
	return !a->sp.full && a->sp.flags[0] & SPACE_CAN_IN;
}

struct answer {
	const char **path;
	uint32_t only;		/* of one label: the label; else NONE */
};

static void note(void *arg, uint32_t label, const char *path)
{
	struct answer *answer = arg;

	answer->path[answer->only == NONE ? label : answer->only] = path;
}

static void count_below(struct ask *a, uint32_t label, uint32_t by)
{
	const struct labelling *l = a->l;
	const struct machine *m = a->ks->m;
	uint32_t i, node;

	for (i = l->first[label]; i < l->first[label + 1]; i++) {
		node = m->node[l->ranks[i]];
		for (; node != NONE; node = m->trie[node].parent)
			a->ks->below[node] += by;
	}
}

/* counted once: most questions begin with all labels */
static void count_all(struct ask *a)
{
	const struct machine *m = a->ks->m;
	uint32_t r, node;

	if (!a->ks->below_all) {
		a->ks->below_all = arena_zalloc(a->db->arena, m->n_trie,
						sizeof(uint32_t));
		for (r = 0; r < m->n; r++) {
			node = m->node[r];
			for (; node != NONE; node = m->trie[node].parent)
				a->ks->below_all[node]++;
		}
	}
	memcpy(a->ks->below, a->ks->below_all, m->n_trie * sizeof(uint32_t));
}

static void count_wanted(struct ask *a, const struct want *w)
{
	size_t entries = 0;
	uint32_t i;

	for (i = 0; i < a->l->n; i++) {
		if (w->wanted[i])
			entries += a->l->first[i + 1] - a->l->first[i];
	}
	if (entries == a->ks->m->n) {
		count_all(a);
		return;
	}
	for (i = 0; i < a->l->n; i++) {
		if (w->wanted[i])
			count_below(a, i, 1);
	}
}

static enum search_end together(struct ask *a, enum space_flag flag,
				struct want *w, const char **path)
{
	size_t cap = a->q->together ? a->q->together : fcdb_together_max;
	struct answer answer = { path, NONE };
	struct keys *k = a->keys;
	enum search_end end;

	if (a->q->unpruned) {
		cap = SIZE_MAX;
		k = &a->ks->one;
		keys_reset(k, a->l->by_rank, 0, false);
	}
	count_wanted(a, w);
	if (!a->q->unpruned)
		want_subs(k, w);
	end = search_run(&a->db->search, k, w, &a->sp, flag, cap, note,
			 &answer);
	memset(a->ks->below, 0, a->ks->m->n_trie * sizeof(uint32_t));
	return end;
}

/* within limits, the first one that of the start */
static enum search_end guided(struct ask *a, enum space_flag flag,
			      struct keys *k, struct want *w,
			      struct answer *answer)
{
	struct search *s = &a->db->search;
	struct search_guide g = { &a->db->bound, 0, NONE };
	enum search_end end = SEARCH_DONE;
	uint32_t i, slack = 0;

	g.next = bound_of(g.bound, k->start, 0);
	s->guide = &g;
	for (i = 0; w->left && g.next != NONE && end == SEARCH_DONE; i++) {
		g.limit = i < LIMITS_MAX ? g.next + slack : NONE - 1;
		if (i >= LIMITS_CLOSE)
			slack = slack * 2 + 1;
		g.next = NONE;
		end = search_run(s, k, w, &a->sp, flag, SIZE_MAX, note, answer);
	}
	s->guide = NULL;
	return end;
}

static enum search_end alone(struct ask *a, enum space_flag flag,
			     struct keys *k, struct want *w,
			     struct answer *answer)
{
	size_t cap = a->q->together ? a->q->together : fcdb_together_max;
	struct search *s = &a->db->search;
	enum search_end end;

	if (cap > ALONE_MAX)
		cap = ALONE_MAX;
	end = search_run(s, k, w, &a->sp, flag, answer->only ? cap : SIZE_MAX,
			 note, answer);
	if (end != SEARCH_CAP)
		return end;
	if (!a->bounded)
		bound_space(&a->db->bound, a->db->arena, &a->sp, flag);
	a->bounded = true;
	if (bound_label(&a->db->bound, k, w))
		return guided(a, flag, k, w, answer);
	return search_run(s, k, w, &a->sp, flag, SIZE_MAX, note, answer);
}

static bool one_label(struct ask *a, enum space_flag flag, uint32_t label,
		      const char **path)
{
	static const uint32_t nothing[3];
	uint8_t wanted[2] = { 0, 1 };
	struct want w = { a->ks->m, a->ks->binary, wanted, 2, 1,
			  a->ks->below, nothing, nothing,
			  { a->open[0], a->open[1] } };
	struct answer answer = { path, label };
	struct keys *k = &a->ks->one;
	enum search_end end;
	uint32_t r;

	for (r = 0; r < a->ks->m->n; r++)
		a->ks->binary[r] = a->l->by_rank[r] == label;
	keys_reset(k, a->ks->binary, label == 0, true);
	count_below(a, label, 1);
	want_subs(k, &w);
	end = alone(a, flag, k, &w, &answer);
	count_below(a, label, UINT32_MAX);
	return end != SEARCH_FULL;
}

/*
 * Which nodes of a trie of sources lie on paths of the search. What .subs makes of
 * other paths may lead through .subs_dist, too.
 */
static const uint8_t *open_nodes(struct ask *a, enum space_flag flag,
				 unsigned int layer)
{
	uint8_t goes_on = flag == SPACE_IN ? SPACE_IN | SPACE_CAN_IN
					   : SPACE_OUT | SPACE_CAN_OUT;
	const struct sub_layer *l = &a->keys->layer[layer];
	const struct classes *c = &a->sp.classes;
	uint8_t *open = arena_zalloc(a->db->arena, l->node.n + 1, 1);
	uint32_t *at = arena_zalloc(a->db->arena, l->node.n + 1, sizeof(*at));
	size_t i;

	memset(open, layer && a->keys->layer[0].rules->n, l->node.n);
	open[0] = 1;
	for (i = 1; i < l->node.n; i++) {
		const struct sub_node *n = &l->node.v[i];

		if (open[i] || !open[n->parent])
			continue;
		at[i] = a->sp.next[(size_t)at[n->parent] * c->n +
				   c->of[n->byte]];
		open[i] = at[i] != NONE && a->sp.flags[at[i]] & goes_on;
	}
	return open;
}

/* without an entry of its kind a label comes nowhere */
static bool has_entries(const struct ask *a, uint32_t label)
{
	return !label || a->l->first[label] < a->l->first[label + 1];
}

bool ask_paths(struct ask *a, enum space_flag flag, const uint8_t *targets,
	       const char **path)
{
	uint8_t *wanted = arena_zalloc(a->db->arena, a->l->n, 1);
	struct want w = { a->ks->m, a->l->by_rank, wanted, a->l->n, 0,
			  a->ks->below, a->l->first, a->l->ranks, { NULL } };
	enum search_end end;
	uint32_t i;

	a->bounded = false;
	for (i = 0; i < 2; i++)
		w.open[i] = a->open[i] = open_nodes(a, flag, i);
	memset(path, 0, a->l->n * sizeof(*path));
	for (i = 0; i < a->l->n; i++) {
		wanted[i] = targets[i] && has_entries(a, i);
		w.left += wanted[i];
	}
	end = together(a, flag, &w, path);
	if (end != SEARCH_CAP || fcdb_fault_on(CAP))
		return end != SEARCH_FULL;
	for (i = 0; i < a->l->n; i++) {
		if (wanted[i] && !one_label(a, flag, i, path))
			return false;
	}
	return true;
}

/* keys for the parts of labels, from one question to the next */
static struct keys *keys_for(struct fcdb *db, struct kind_state *ks,
			     const struct labelling *l, unsigned int parts)
{
	struct keys *k = &ks->keys;

	if (ks->keys_parts == parts && k->sets.set.n < KEEP_SETS_MAX &&
	    k->sets.members.n < MEMBERS_MAX / 4)
		return k;
	db->work = (struct work){ .limit = SIZE_MAX };
	keys_reset(k, l->by_rank, 0, true);
	ks->keys_parts = parts;
	return k;
}

/* ---- the verdict ---- */

static void add_labels(struct ask *a, const struct part_labels *pl,
		       const char *const *inside, const char *const *outside,
		       struct fcdb_result *out)
{
	struct fcdb_label *v;
	size_t best = SIZE_MAX;
	uint32_t i;

	v = arena_zalloc(a->db->arena, a->l->n, sizeof(*v));
	for (i = 1; i < a->l->n; i++) {
		struct fcdb_label *l = &v[out->n_labels];
		enum fc_kind kind = a->q->kind;

		if (!inside[i])
			continue;
		*l = pl->label[i];
		l->inside = inside[i];
		l->inside_entry = fcdb_lookup(a->db, inside[i], kind, NULL);
		l->outside = outside[i];
		if (!l->outside)
			out->n_tight++;
		else
			l->outside_entry = fcdb_lookup(a->db, l->outside, kind,
						       NULL);
		if (l->outside && strlen(l->outside) < best) {
			best = strlen(l->outside);
			out->shortest = out->n_labels;
		}
		out->n_labels++;
	}
	out->labels = v;
}

static enum fcdb_verdict ask_verdict(struct ask *a,
				     const struct part_labels *pl,
				     struct fcdb_result *out)
{
	const char **inside, **outside;
	uint8_t *targets;
	uint32_t i;

	inside = arena_zalloc(a->db->arena, a->l->n, sizeof(*inside));
	outside = arena_zalloc(a->db->arena, a->l->n, sizeof(*outside));
	targets = arena_zalloc(a->db->arena, a->l->n, 1);
	memset(targets, 1, a->l->n);
	if (!ask_paths(a, SPACE_IN, targets, inside))
		return FCDB_TOO_HARD;
	for (i = 0; i < a->l->n; i++)
		targets[i] = i && inside[i];
	if (!ask_paths(a, SPACE_OUT, targets, outside))
		return FCDB_TOO_HARD;
	add_labels(a, pl, inside, outside, out);
	out->uncovered = inside[0];
	if (inside[0]) {
		out->uncovered_entry = fcdb_lookup(a->db, inside[0],
						   a->q->kind, NULL);
		return FCDB_UNCOVERED;
	}
	return out->n_tight == out->n_labels ? FCDB_EXACT : FCDB_WIDER;
}

void fcdb_query(struct fcdb *db, const struct fcdb_query *q,
		struct fcdb_result *out)
{
	struct kind_state *ks = fcdb_kind(db, q->kind);
	const struct labelling *l = fcdb_labelling(db, ks, q->parts);
	struct keys *keys = keys_for(db, ks, l, q->parts);
	struct ask a;

	memset(out, 0, sizeof(*out));
	if (ask_init(&a, db, q, l, keys))
		out->verdict = ask_verdict(&a, fcdb_parts(db, q->parts), out);
	else
		out->verdict = db->work.full ? FCDB_TOO_HARD : FCDB_EMPTY;
	out->work = db->work.used;
	out->states = db->search.state.n;
	db->work = (struct work){ .limit = SIZE_MAX };
}

/* ---- holes ---- */

/* labels: no entry, labelled, and each <<none>> */
static const struct labelling *hole_labels(struct fcdb *db,
					   const struct kind_state *ks)
{
	struct labelling *l = arena_new(db->arena, struct labelling);
	const struct machine *m = ks->m;
	uint32_t r;

	l->n = 2;
	l->by_rank = arena_zalloc(db->arena, m->n + 1, sizeof(*l->by_rank));
	for (r = 0; r < m->n; r++)
		l->by_rank[r] = m->entry[r]->none ? l->n++ : 1;
	labelling_index(l, m);
	return l;
}

static size_t keep_holes(struct ask *a, const char *const *path,
			 struct fcdb_hole *out, size_t max)
{
	size_t n = 0, j;
	uint32_t i;

	for (i = 0; i < a->l->n; i++) {
		struct fcdb_hole h = { path[i], NULL };

		if (!path[i])
			continue;
		if (i)
			h.entry = a->ks->m->entry[a->l->ranks[a->l->first[i]]];
		for (j = n < max ? n++ : max; j; j--) {
			if (strlen(out[j - 1].path) <= strlen(h.path))
				break;
			if (j < max)
				out[j] = out[j - 1];
		}
		if (j < max)
			out[j] = h;
	}
	return n;
}

size_t fcdb_holes(struct fcdb *db, const struct fcdb_query *q,
		  struct fcdb_hole *out, size_t max)
{
	struct kind_state *ks = fcdb_kind(db, q->kind);
	const struct labelling *l = hole_labels(db, ks);
	const char **path = arena_zalloc(db->arena, l->n, sizeof(*path));
	uint8_t *targets = arena_zalloc(db->arena, l->n, 1);
	struct keys keys;
	struct ask a;
	size_t n = 0;

	memset(targets, 1, l->n);
	targets[1] = 0;
	db->work = (struct work){ .limit = SIZE_MAX };
	keys_init(&keys, ks->m, &db->work);
	keys_reset(&keys, l->by_rank, 0, true);
	if (ask_init(&a, db, q, l, &keys) &&
	    ask_paths(&a, SPACE_IN, targets, path))
		n = keep_holes(&a, path, out, max);
	if (db->work.full)
		n = SIZE_MAX;
	db->work = (struct work){ .limit = SIZE_MAX };
	return n;
}
