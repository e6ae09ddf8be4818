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

static void walk(struct glob_matcher *m, const char *path)
{
	nfa_run_start(&m->nfa, &m->run, m->start);
	for (; *path && m->run.now.n; path++)
		nfa_run_step(&m->nfa, &m->run, (unsigned char)*path);
}

bool glob_matches(struct glob_matcher *m, const char *path)
{
	walk(m, path);
	return nfa_run_accepts(&m->nfa, &m->run);
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
	struct nfa_list *now = &m->run.now, *next = &m->run.next;
	struct nfa *n = &m->nfa;
	size_t i;

	walk(m, dir);
	if (dir[1])
		nfa_run_step(n, &m->run, '/');
	if (!now->n)
		return GLOB_NOTHING;
	/* one walk, so that each state is taken up once */
	next->n = 0;
	nfa_walk(n);
	for (i = 0; i < now->n + next->n; i++) {
		uint32_t s = i < now->n ? now->v[i] : next->v[i - now->n];
		const struct nfa_state *st = &n->v[s];

		if (st->kind == NFA_ACCEPT && i >= now->n)
			return GLOB_HERE;
		if (st->kind == NFA_SET && goes_on(&n->sets.v[st->set]))
			nfa_close(n, st->a, next);
	}
	return GLOB_DEEPER;
}
