/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fcdb_int.h"
#include "util.h"

/* ---- order of entries ---- */

static int cmp_num(size_t a, size_t b)
{
	return a < b ? -1 : a > b;
}

static int cmp_literal(const struct fc_entry *a, const struct fc_entry *b,
		       enum fc_literal_tie tie)
{
	int c;

	if (tie == FC_TIE_KIND_FIRST) {
		c = cmp_num(a->kind != FC_ANY, b->kind != FC_ANY);
		if (!c)
			c = cmp_num(b->input, a->input);
		return c ? c : cmp_num(b->line, a->line);
	}
	c = cmp_num(a->input, b->input);
	if (c)
		return c;
	return tie == FC_TIE_LAST ? cmp_num(a->line, b->line)
				  : cmp_num(b->line, a->line);
}

static int cmp_entry(const struct fc_entry *a, const struct fc_entry *b,
		     enum fc_literal_tie tie)
{
	int c = cmp_num(a->literal, b->literal);

	if (c)
		return c;
	if (a->literal)
		return cmp_literal(a, b, tie);
	c = cmp_num(a->input, b->input);
	return c ? c : cmp_num(a->line, b->line);
}

#define BY_TIE(name, tie)						\
static int name(const void *a, const void *b)				\
{									\
	return cmp_entry(*(const struct fc_entry *const *)a,		\
			 *(const struct fc_entry *const *)b, tie);	\
}
BY_TIE(by_last, FC_TIE_LAST)
BY_TIE(by_kind_first, FC_TIE_KIND_FIRST)
BY_TIE(by_last_input, FC_TIE_LAST_INPUT)

static void order_entries(struct machine *m, enum fc_kind kind)
{
	static int (*const by[])(const void *, const void *) = {
		[FC_TIE_LAST] = by_last,
		[FC_TIE_KIND_FIRST] = by_kind_first,
		[FC_TIE_LAST_INPUT] = by_last_input,
	};
	size_t i;

	m->entry = arena_zalloc(m->arena, m->fc->entries.n + 1,
				sizeof(*m->entry));
	for (i = 0; i < m->fc->entries.n; i++) {
		const struct fc_entry *e = &m->fc->entries.v[i];

		if (e->kind & kind)
			m->entry[m->n++] = e;
	}
	qsort(m->entry, m->n, sizeof(*m->entry), by[m->fc->rules->tie]);
	while (m->first_literal < m->n && !m->entry[m->first_literal]->literal)
		m->first_literal++;
}

/* ---- trie of heads ---- */

static uint32_t new_node(struct machine *m, uint32_t parent, uint8_t byte)
{
	struct trie_node node = { .child = NONE, .sibling = NONE,
				  .parent = parent, .hang = NONE,
				  .byte = byte };

	if (m->n_trie == m->cap_trie) {
		size_t cap = m->cap_trie ? m->cap_trie * 2 : 1024;

		m->trie = arena_grow(m->arena, m->trie,
				     m->n_trie * sizeof(node),
				     cap * sizeof(node));
		m->cap_trie = cap;
	}
	m->trie[m->n_trie] = node;
	if (parent != NONE) {
		m->trie[m->n_trie].sibling = m->trie[parent].child;
		m->trie[parent].child = (uint32_t)m->n_trie;
	}
	return (uint32_t)m->n_trie++;
}

uint32_t machine_child(const struct machine *m, uint32_t node,
		       unsigned int byte)
{
	uint32_t c = m->trie[node].child;

	while (c != NONE && m->trie[c].byte != byte)
		c = m->trie[c].sibling;
	return c;
}

static uint32_t add_head(struct machine *m, const char *head)
{
	uint32_t node = 0;

	for (; *head; head++) {
		uint32_t c = machine_child(m, node, (unsigned char)*head);

		node = c == NONE ? new_node(m, node, (uint8_t)*head) : c;
	}
	return node;
}

/* ---- entries as automata ---- */

/* next, or a newline and then next */
static uint32_t with_newline(struct nfa *n, uint32_t next, uint32_t rank)
{
	struct byteset newline = byteset_of('\n');

	return nfa_split(n, next, nfa_set(n, &newline, next, rank), rank);
}

static uint32_t build_or_empty(struct nfa *n, const struct re *re,
			       uint32_t next, uint32_t rank)
{
	return re ? nfa_build(n, re, next, rank) : next;
}

/* only what begins with '/': the first byte is taken apart */
static uint32_t slash_first(struct nfa *n, uint32_t start, uint32_t rank)
{
	struct byteset slash = byteset_of('/');
	struct nfa_list first = { 0 };
	uint32_t joined = NONE;
	size_t i;

	nfa_walk(n);
	nfa_close(n, start, &first);
	for (i = 0; i < first.n; i++) {
		struct nfa_state st = n->v[first.v[i]];
		uint32_t one;

		if (st.kind != NFA_SET ||
		    !byteset_has(&n->sets.v[st.set], '/'))
			continue;
		one = nfa_set(n, &slash, st.a, rank);
		joined = joined == NONE ? one : nfa_split(n, one, joined, rank);
	}
	return joined;
}

static uint32_t build_entry(struct machine *m, const struct fc_entry *e,
			    uint32_t rank)
{
	struct nfa *n = &m->nfa;
	uint32_t accept = nfa_accept(n, rank), end = accept, start;
	size_t i;

	m->accept[rank] = accept;
	if (e->newline)
		end = with_newline(n, accept, rank);
	start = build_or_empty(n, e->tail, end, rank);
	for (i = 0; i < e->n_ahead; i++)
		start = nfa_both(n, nfa_build(n, e->ahead[i].re,
					      e->ahead[i].newline ? end
								  : accept,
					      rank),
				 start, accept, rank, SIZE_MAX - 1);
	return e->slash ? slash_first(n, start, rank) : start;
}

static void build_entries(struct machine *m)
{
	uint32_t r;

	new_node(m, NONE, 0);
	nfa_init(&m->nfa, m->arena);
	m->accept = arena_zalloc(m->arena, m->n + 1, sizeof(*m->accept));
	m->node = arena_zalloc(m->arena, m->n + 1, sizeof(*m->node));
	for (r = 0; r < m->n; r++) {
		uint32_t node = add_head(m, m->entry[r]->head);
		struct hang h = { build_entry(m, m->entry[r], r), r,
				  m->trie[node].hang };

		m->node[r] = node;
		if (h.start == NONE)
			continue;
		m->trie[node].hang = (uint32_t)m->hangs.n;
		vec_push(m->arena, &m->hangs, h);
	}
}

/* ---- what is known of a whole subtree ---- */

static void note_hang(struct machine *m, uint32_t node)
{
	uint32_t h, depth;

	for (h = m->trie[node].hang; h != NONE; h = m->hangs.v[h].next) {
		uint32_t r = m->hangs.v[h].rank;

		if (m->trie[node].top < r + 1)
			m->trie[node].top = r + 1;
		depth = m->entry[r]->none && r < m->first_literal ?
			m->entry[r]->depth : 0;
		if (m->trie[node].none_depth < depth)
			m->trie[node].none_depth = (uint8_t)depth;
	}
}

/* children have higher numbers than their parents */
static void sum_subtrees(struct machine *m)
{
	size_t i;

	for (i = m->n_trie; i-- > 0;) {
		struct trie_node *t = &m->trie[i], *p;

		note_hang(m, (uint32_t)i);
		if (!i)
			break;
		p = &m->trie[t->parent];
		if (p->top < t->top)
			p->top = t->top;
		if (p->none_depth < t->none_depth)
			p->none_depth = t->none_depth;
	}
}

static uint32_t next_in_preorder(const struct machine *m, uint32_t node)
{
	if (m->trie[node].child != NONE)
		return m->trie[node].child;
	while (node != NONE && m->trie[node].sibling == NONE)
		node = m->trie[node].parent;
	return node == NONE ? NONE : m->trie[node].sibling;
}

/* regexes in the order of their nodes: those of a subtree are a range */
static void list_preorder(struct machine *m)
{
	uint32_t node, h, n = 0;
	size_t i;

	m->preorder = arena_zalloc(m->arena, m->first_literal + 1,
				   sizeof(*m->preorder));
	for (node = 0; node != NONE; node = next_in_preorder(m, node)) {
		m->trie[node].lo = n;
		for (h = m->trie[node].hang; h != NONE;
		     h = m->hangs.v[h].next) {
			if (m->hangs.v[h].rank < m->first_literal)
				m->preorder[n++] = m->hangs.v[h].rank;
		}
		m->trie[node].hi = n;
	}
	for (i = m->n_trie; i-- > 1;) {
		struct trie_node *t = &m->trie[i], *p = &m->trie[t->parent];

		if (p->hi < t->hi)
			p->hi = t->hi;
	}
}

/* ---- loops that take all the rest ---- */

#define ACCEPT_WALK_MAX 64	/* splits looked at; beyond: not known */

static bool reaches(const struct nfa *n, uint32_t s, uint32_t goal,
		    unsigned int *left)
{
	while (s != NONE && *left) {
		const struct nfa_state *st = &n->v[s];

		if (s == goal)
			return true;
		if (st->kind != NFA_SPLIT)
			return false;
		(*left)--;
		if (reaches(n, st->a, goal, left))
			return true;
		s = st->b;
	}
	return false;
}

/* a ".*" whose loop is left straight into acceptance */
static bool is_universal(const struct machine *m, uint32_t s)
{
	const struct nfa *n = &m->nfa;
	const struct nfa_state *st = &n->v[s], *loop;
	unsigned int left = ACCEPT_WALK_MAX;

	if (st->kind != NFA_SET || st->a == NONE ||
	    !byteset_full(&n->sets.v[st->set]))
		return false;
	loop = &n->v[st->a];
	if (loop->kind != NFA_SPLIT || loop->a != s)
		return false;
	return fcdb_fault_on(UNIVERSAL) ||
	       reaches(n, loop->b, m->accept[st->owner], &left);
}

static void find_universal(struct machine *m)
{
	uint32_t s;

	m->universal = arena_zalloc(m->arena, m->nfa.n + 1, 1);
	for (s = 0; s < m->nfa.n; s++)
		m->universal[s] = is_universal(m, s);
}

/* ---- classes ---- */

static void split_bytes(struct classes *c, const struct byteset *own)
{
	unsigned int k;

	for (k = 0; k < 256; k++) {
		struct byteset one = byteset_of(k);

		if (byteset_has(own, k))
			classes_split(c, &one);
	}
}

static void add_text(struct byteset *own, const char *s)
{
	for (; *s; s++)
		byteset_add(own, (unsigned char)*s);
}

void classes_split_text(struct classes *c, const char *s)
{
	struct byteset own = { { 0 } };

	add_text(&own, s);
	split_bytes(c, &own);
}

static void add_subs(struct byteset *own, const struct fc_subs *subs)
{
	size_t i;

	for (i = 0; i < subs->n; i++) {
		add_text(own, subs->v[i].src);
		add_text(own, subs->v[i].dst);
	}
}

static void make_classes(struct machine *m)
{
	struct classes *c = &m->classes;
	struct byteset own = byteset_of(0);
	size_t i;
	unsigned int k;

	classes_init(c);
	for (i = 1; i < m->n_trie; i++)
		byteset_add(&own, m->trie[i].byte);
	add_text(&own, "/.\n");
	add_subs(&own, &m->fc->subs);
	add_subs(&own, &m->fc->subs_dist);
	split_bytes(c, &own);
	for (i = 0; i < m->nfa.sets.n; i++)
		classes_split(c, &m->nfa.sets.v[i]);
	classes_number(c);
	m->hit = arena_zalloc(m->arena, m->nfa.sets.n + 1, c->n);
	for (i = 0; i < m->nfa.sets.n; i++) {
		for (k = 0; k < c->n; k++)
			m->hit[i * c->n + k] =
				byteset_has(&m->nfa.sets.v[i], c->byte[k]);
	}
}

struct machine *machine_new(struct arena *a, const struct fcontext *fc,
			    enum fc_kind kind)
{
	struct machine *m = arena_new(a, struct machine);

	m->arena = a;
	m->fc = fc;
	m->depth_counts = fc->rules->none_depth;
	order_entries(m, kind);
	build_entries(m);
	sum_subtrees(m);
	list_preorder(m);
	find_universal(m);
	make_classes(m);
	return m;
}

/* ---- who decides ---- */

void winner_init(struct winner *w, const struct machine *m)
{
	w->m = m;
	w->literal = NONE;
	memset(w->best, 0xff, sizeof(w->best));
}

void winner_add(struct winner *w, uint32_t rank)
{
	unsigned int depth = w->m->depth_counts ? w->m->entry[rank]->depth : 0;
	uint32_t *best = &w->best[depth];

	if (rank >= w->m->first_literal)
		best = &w->literal;
	if (*best == NONE || *best < rank)
		*best = rank;
}

/* stems are asked from the deepest up; a <<none>> that is best so far ends it */
uint32_t winner_get(const struct winner *w)
{
	uint32_t best = NONE;
	unsigned int d;

	if (w->literal != NONE)
		return w->literal;
	for (d = ARRAY_SIZE(w->best); d-- > 0;) {
		uint32_t r = w->best[d];

		if (r == NONE || (best != NONE && r < best))
			continue;
		if (w->m->entry[r]->none)
			return r;
		best = r;
	}
	return best;
}
