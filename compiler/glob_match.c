/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "glob.h"

void glob_matcher_init(struct glob_matcher *m, struct arena *a,
		       const struct glob *g)
{
	*m = (struct glob_matcher){ 0 };
	nfa_init(&m->nfa, a);
	m->start = nfa_build(&m->nfa, g->re, nfa_accept(&m->nfa, 0), 0);
}

static void step(struct glob_matcher *m, unsigned int byte)
{
	struct nfa *n = &m->nfa;
	struct nfa_list last = m->now;
	size_t i;

	m->now = m->next;
	m->now.n = 0;
	m->next = last;
	nfa_walk(n);
	for (i = 0; i < last.n; i++) {
		const struct nfa_state *st = &n->v[last.v[i]];

		if (st->kind == NFA_SET &&
		    byteset_has(&n->sets.v[st->set], byte))
			nfa_close(n, st->a, &m->now);
	}
}

static void walk(struct glob_matcher *m, const char *path)
{
	m->now.n = 0;
	nfa_walk(&m->nfa);
	nfa_close(&m->nfa, m->start, &m->now);
	for (; *path && m->now.n; path++)
		step(m, (unsigned char)*path);
}

bool glob_matches(struct glob_matcher *m, const char *path)
{
	size_t i;

	walk(m, path);
	for (i = 0; i < m->now.n; i++)
		if (m->nfa.v[m->now.v[i]].kind == NFA_ACCEPT)
			return true;
	return false;
}

/* has it a byte that is no slash? */
static bool goes_on(const struct byteset *set)
{
	struct byteset s = *set;

	byteset_remove(&s, '/');
	byteset_remove(&s, 0);
	return !byteset_empty(&s);
}

enum glob_below glob_below(struct glob_matcher *m, const char *dir)
{
	struct nfa *n = &m->nfa;
	size_t i;

	walk(m, dir);
	if (dir[1])
		step(m, '/');
	if (!m->now.n)
		return GLOB_NOTHING;
	/* one walk, so that each state is taken up once */
	m->next.n = 0;
	nfa_walk(n);
	for (i = 0; i < m->now.n + m->next.n; i++) {
		uint32_t s = i < m->now.n ? m->now.v[i]
					  : m->next.v[i - m->now.n];
		const struct nfa_state *st = &n->v[s];

		if (st->kind == NFA_ACCEPT && i >= m->now.n)
			return GLOB_HERE;
		if (st->kind == NFA_SET && goes_on(&n->sets.v[st->set]))
			nfa_close(n, st->a, &m->next);
	}
	return GLOB_DEEPER;
}
