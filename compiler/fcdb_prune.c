/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "fcdb_int.h"

/*
 * Two things make the sets few; neither changes a label.
 *
 * Universal: an entry that matches here and, by a loop over all bytes, whatever
 * may follow beats every entry of lower rank for good. Where a <<none>> of a
 * deeper stem can end the search before its turn, the deeper entries of lower
 * rank must stay: one of them may be that <<none>> or shield from it.
 *
 * Run: the entries above it that give its label, up to the first one in the set
 * or below the trie node that gives another, change nothing. Without a universal
 * entry the same holds of entries that give the label of no entry at all; with
 * one label told apart from the rest this is a floor under its lowest entry.
 */

static uint32_t owner(const struct sets *s, uint32_t state)
{
	return s->m->nfa.v[state].owner;
}

static unsigned int depth_of(const struct sets *s, uint32_t rank)
{
	return s->m->depth_counts ? s->m->entry[rank]->depth : 0;
}

/*
 * The loop of the highest universal entry; NONE: there is none. Such a loop is
 * entered together with the acceptance behind it: ".+" is a byte and a loop.
 */
static uint32_t find_universal(const struct sets *s, const struct nfa_list *l)
{
	size_t i;

	for (i = l->n; i-- > 0;) {
		if (s->m->universal[l->v[i]])
			return l->v[i];
	}
	return NONE;
}

/* the deepest <<none>> that is or may come to be in the set */
static unsigned int none_depth(const struct sets *s, const struct nfa_list *l,
			       uint32_t trie)
{
	unsigned int depth = 0;
	size_t i;

	if (!s->m->depth_counts || fcdb_fault_on(DEPTH))
		return 0;
	if (trie != NONE)
		depth = s->m->trie[trie].none_depth;
	for (i = 0; i < l->n; i++) {
		uint32_t rank = owner(s, l->v[i]);

		if (s->m->entry[rank]->none && rank < s->m->first_literal &&
		    depth_of(s, rank) > depth)
			depth = depth_of(s, rank);
	}
	return depth;
}

/* of the entry itself only loop and acceptance stay */
static void drop_lower(const struct sets *s, struct nfa_list *l, uint32_t loop,
		       unsigned int none)
{
	uint32_t base = owner(s, loop), accept = s->m->accept[base];
	unsigned int depth = depth_of(s, base);
	size_t i, n = 0;

	for (i = 0; i < l->n; i++) {
		uint32_t rank = owner(s, l->v[i]);
		bool keep = rank > base;

		if (rank == base)
			keep = l->v[i] == loop || l->v[i] == accept;
		else if (rank < base)
			keep = none > depth && depth_of(s, rank) > depth;
		if (keep)
			l->v[n++] = l->v[i];
	}
	l->n = n;
}

/* the lowest rank above base, here or below the node, of another label */
static uint32_t other_label(const struct sets *s, const struct nfa_list *l,
			    uint32_t trie, uint32_t base, uint32_t label)
{
	const struct machine *m = s->m;
	uint32_t lowest = NONE, i;
	size_t k;

	for (k = 0; k < l->n; k++) {
		uint32_t rank = owner(s, l->v[k]);

		if ((base == NONE || rank > base) && s->label[rank] != label) {
			lowest = rank;
			break;
		}
	}
	if (trie == NONE || fcdb_fault_on(RUN))
		return lowest;
	if (m->trie[trie].top > m->first_literal && m->first_literal < lowest)
		lowest = m->first_literal;
	for (i = m->trie[trie].lo; i < m->trie[trie].hi; i++) {
		uint32_t rank = m->preorder[i];

		if (rank < lowest && (base == NONE || rank > base) &&
		    s->label[rank] != label)
			lowest = rank;
	}
	work_charge(s->work, (m->trie[trie].hi - m->trie[trie].lo) / 8);
	return lowest;
}

static void drop_run(const struct sets *s, struct nfa_list *l, uint32_t base,
		     uint32_t end, unsigned int none)
{
	size_t i, n = 0;

	if (fcdb_fault_on(FLOOR) && end != NONE)
		end++;
	for (i = 0; i < l->n; i++) {
		uint32_t rank = owner(s, l->v[i]);

		if ((base != NONE && rank <= base) || rank >= end ||
		    (none && depth_of(s, rank)))
			l->v[n++] = l->v[i];
	}
	l->n = n;
}

void sets_prune(struct sets *s, struct nfa_list *l, uint32_t *trie,
		bool *universal)
{
	uint32_t loop = find_universal(s, l), base = NONE, end;
	uint32_t label = s->no_label, lowest = 0;
	unsigned int none = none_depth(s, l, *trie);

	*universal = loop != NONE;
	if (loop != NONE) {
		base = owner(s, loop);
		label = s->label[base];
		drop_lower(s, l, loop, none);
		if (none <= depth_of(s, base))
			lowest = base;
	}
	end = other_label(s, l, *trie, base, label);
	drop_run(s, l, base, end, none);
	if (!none)
		lowest = end;
	if (*trie != NONE && s->m->trie[*trie].top <= lowest)
		*trie = NONE;
}
