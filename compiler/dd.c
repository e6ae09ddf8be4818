/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "dd_int.h"

#define FIRST_FREE_OP (DD_OP_KINDS + 1u)

static const struct dd_op op_and = { DD_OP_AND, DD_OP_AND + 1, NULL };
static const struct dd_op op_diff = { DD_OP_DIFF, DD_OP_DIFF + 1, NULL };
static const struct dd_op op_distinct = { DD_OP_DISTINCT, DD_OP_DISTINCT + 1,
					  NULL };
static const struct dd_op op_overlay = { DD_OP_OVERLAY, DD_OP_OVERLAY + 1,
					 NULL };

struct dd *dd_new(struct arena *a, const uint32_t *width, unsigned int n_levels)
{
	struct dd *m = arena_new(a, struct dd);

	m->arena = a;
	m->n_levels = n_levels;
	m->width = arena_grow(a, width, n_levels * sizeof(*width),
			      n_levels * sizeof(*width));
	m->next_op = FIRST_FREE_OP;
	m->budget = DD_MAX_CELLS;
	return m;
}

void dd_set_budget(struct dd *m, size_t cells)
{
	m->budget = cells;
}

bool dd_full(const struct dd *m)
{
	return m->full;
}

size_t dd_cells(const struct dd *m)
{
	return m->cells;
}

void dd_charge(struct dd *m, size_t cells)
{
	m->cells += cells;
	if (m->cells > m->budget)
		m->full = true;
}

unsigned int dd_level(const struct dd *m, dd_ref f)
{
	return dd_is_term(f) ? m->n_levels : m->nodes.v[f].level;
}

const struct dd_run *dd_runs(const struct dd *m, dd_ref f, size_t *n)
{
	*n = m->nodes.v[f].n;
	return m->nodes.v[f].run;
}

uint32_t dd_width(const struct dd *m, unsigned int level)
{
	return m->width[level];
}

/* ---- scratch ---- */

bool dd_push_room(struct dd *m, size_t n)
{
	size_t need = m->stack.n + n, cap = m->stack.cap ? m->stack.cap : 1024;

	if (need > 4 * m->budget) {
		m->full = true;
		return false;
	}
	while (cap < need)
		cap *= 2;
	if (cap != m->stack.cap) {
		m->stack.v = arena_grow(m->arena, m->stack.v,
					m->stack.n * sizeof(uint32_t),
					cap * sizeof(uint32_t));
		m->stack.cap = cap;
	}
	m->stack.n = need;
	return true;
}

/* ---- nodes ---- */

static void unique_insert(struct dd *m, uint32_t number)
{
	size_t i = m->nodes.v[number].hash & (m->unique_cap - 1);

	while (m->unique[i])
		i = (i + 1) & (m->unique_cap - 1);
	m->unique[i] = number + 1;
}

static void unique_grow(struct dd *m)
{
	uint32_t i;

	m->unique_cap = m->unique_cap ? m->unique_cap * 2 : 1024;
	m->unique = arena_zalloc(m->arena, m->unique_cap, sizeof(*m->unique));
	for (i = 0; i < m->nodes.n; i++)
		unique_insert(m, i);
}

/* the node with these runs (pairs on the stack from base); reduces */
static dd_ref make_node(struct dd *m, uint32_t level, size_t base)
{
	const struct dd_run *run = (const void *)(m->stack.v + base);
	uint32_t n = (uint32_t)(m->stack.n - base) / 2;
	uint32_t hash = dd_mix(level, n), i;
	struct dd_node node;
	size_t slot;

	if (n == 1)
		return run[0].child;
	if (m->nodes.n * 2 >= m->unique_cap)
		unique_grow(m);
	for (i = 0; i < n; i++)
		hash = dd_mix(dd_mix(hash, run[i].start), run[i].child);
	for (slot = hash & (m->unique_cap - 1); m->unique[slot];
	     slot = (slot + 1) & (m->unique_cap - 1)) {
		const struct dd_node *old = &m->nodes.v[m->unique[slot] - 1];

		if (old->hash == hash && old->level == level && old->n == n &&
		    memcmp(old->run, run, n * sizeof(*run)) == 0)
			return m->unique[slot] - 1;
	}
	dd_charge(m, n + 2);
	if (m->full)
		return DD_PASS;
	node = (struct dd_node){ level, n, hash, 0,
			      arena_grow(m->arena, run, n * sizeof(*run),
					 n * sizeof(*run)) };
	m->unique[slot] = (uint32_t)m->nodes.n + 1;
	vec_push(m->arena, &m->nodes, node);
	return (dd_ref)m->nodes.n - 1;
}

void dd_push_run(struct dd *m, size_t base, uint32_t start, dd_ref child)
{
	if (m->stack.n > base && m->stack.v[m->stack.n - 1] == child)
		return;
	dd_push(m, start);
	dd_push(m, child);
}

dd_ref dd_close_node(struct dd *m, uint32_t level, size_t base)
{
	dd_ref r = m->full ? DD_PASS : make_node(m, level, base);

	m->stack.n = base;
	return r;
}

dd_ref dd_ranges(struct dd *m, unsigned int level, const struct dd_range *r,
		 size_t n)
{
	size_t base = m->stack.n, i;
	uint32_t next = 0;

	for (i = 0; i < n; i++) {
		assert(r[i].lo <= r[i].hi && r[i].lo >= next &&
		       r[i].hi < m->width[level]);
		if (r[i].lo > next)
			dd_push_run(m, base, next, DD_PASS);
		dd_push_run(m, base, r[i].lo, DD_TRUE);
		next = r[i].hi + 1;
	}
	if (next < m->width[level])
		dd_push_run(m, base, next, DD_PASS);
	return dd_close_node(m, level, base);
}

/* ---- memo of operations on two diagrams ---- */

static struct dd_memo *memo_slot(struct dd *m, uint32_t op, dd_ref f, dd_ref g)
{
	size_t i = dd_mix(dd_mix(dd_mix(op, f), g), 0) & (m->memo_cap - 1);

	while (m->memo[i].op && (m->memo[i].op != op || m->memo[i].f != f ||
				 m->memo[i].g != g))
		i = (i + 1) & (m->memo_cap - 1);
	return &m->memo[i];
}

static void memo_grow(struct dd *m)
{
	const struct dd_memo *old = m->memo;
	size_t i, n = m->memo_cap;

	m->memo_cap = n ? n * 2 : 4096;
	m->memo = arena_zalloc(m->arena, m->memo_cap, sizeof(*m->memo));
	for (i = 0; i < n; i++)
		if (old[i].op)
			*memo_slot(m, old[i].op, old[i].f, old[i].g) = old[i];
}

bool dd_memo_get(struct dd *m, uint32_t op, dd_ref f, dd_ref g, dd_ref *r)
{
	const struct dd_memo *e;

	if (!m->memo_cap)
		return false;
	e = memo_slot(m, op, f, g);
	*r = e->result;
	return e->op != 0;
}

void dd_memo_put(struct dd *m, uint32_t op, dd_ref f, dd_ref g, dd_ref r)
{
	if (m->full)
		return;
	if (m->memo_n * 2 >= m->memo_cap)
		memo_grow(m);
	*memo_slot(m, op, f, g) = (struct dd_memo){ op, f, g, r };
	m->memo_n++;
	dd_charge(m, 1);
}

/* ---- operations on two diagrams ---- */

static bool both_terms(dd_ref f, dd_ref g)
{
	return dd_is_term(f) && dd_is_term(g);
}

/* results that need no descent */
static bool shortcut(const struct dd_op *op, dd_ref f, dd_ref g, dd_ref *r)
{
	switch (op->kind) {
	case DD_OP_AND:
		*r = dd_is_term(f) && f != DD_PASS ? g : DD_PASS;
		return dd_is_term(f) || g == DD_PASS;
	case DD_OP_DIFF:
		*r = g == DD_PASS ? f : DD_PASS;
		return dd_is_term(g) || f == DD_PASS || f == g;
	case DD_OP_DISTINCT:
		*r = f == g ? DD_PASS : DD_TRUE;
		return f == g || both_terms(f, g);
	case DD_OP_OVERLAY:
		*r = f == DD_PASS ? g : f;
		return dd_is_term(f) || g == DD_PASS || f == g;
	default:
		if (!both_terms(f, g))
			return false;
		*r = dd_term(op->binary(dd_value(f), dd_value(g)));
		return true;
	}
}

static uint32_t min_level(const struct dd *m, dd_ref f, dd_ref g)
{
	uint32_t a = dd_level(m, f), b = dd_level(m, g);

	return a < b ? a : b;
}

static dd_ref apply(struct dd *m, const struct dd_op *op, dd_ref f, dd_ref g)
{
	const struct dd_run *a, *b;
	struct dd_run whole_a, whole_b;
	size_t base = m->stack.n, i = 0, j = 0, n_a, n_b;
	uint32_t level, start = 0;
	dd_ref r;

	if (m->full)
		return DD_PASS;
	if (shortcut(op, f, g, &r) || dd_memo_get(m, op->id, f, g, &r))
		return r;
	level = min_level(m, f, g);
	a = dd_runs_at(m, f, level, &whole_a, &n_a);
	b = dd_runs_at(m, g, level, &whole_b, &n_b);
	while (start < m->width[level]) {
		uint32_t end_a = dd_run_end(m, level, a, i, n_a);
		uint32_t end_b = dd_run_end(m, level, b, j, n_b);

		dd_push_run(m, base, start,
			    apply(m, op, a[i].child, b[j].child));
		start = end_a < end_b ? end_a : end_b;
		i += start == end_a;
		j += start == end_b;
	}
	r = dd_close_node(m, level, base);
	dd_memo_put(m, op->id, f, g, r);
	return r;
}

dd_ref dd_and(struct dd *m, dd_ref set, dd_ref f)
{
	return apply(m, &op_and, set, f);
}

dd_ref dd_or(struct dd *m, dd_ref first, dd_ref second)
{
	return apply(m, &op_overlay, first, second);
}

dd_ref dd_diff(struct dd *m, dd_ref f, dd_ref set)
{
	return apply(m, &op_diff, f, set);
}

dd_ref dd_not(struct dd *m, dd_ref set)
{
	return apply(m, &op_diff, DD_TRUE, set);
}

dd_ref dd_distinct(struct dd *m, dd_ref f, dd_ref g)
{
	return apply(m, &op_distinct, f, g);
}

/* the operation that was given before with this address, or a new one */
static const struct dd_op *op_by_address(struct dd *m, enum dd_op_kind kind,
					 dd_binary *binary)
{
	unsigned int i;

	for (i = 0; i < m->n_by_address; i++)
		if (m->by_address[i].kind == kind &&
		    m->by_address[i].binary == binary)
			return &m->by_address[i];
	assert(i < DD_OPS_MAX);
	m->by_address[i] = (struct dd_op){ kind, m->next_op++, binary };
	m->n_by_address++;
	return &m->by_address[i];
}

dd_ref dd_combine(struct dd *m, dd_binary *fn, dd_ref f, dd_ref g)
{
	return apply(m, op_by_address(m, DD_OP_BINARY, fn), f, g);
}

/* ---- one diagram into another ---- */

struct rename {
	uint32_t op;
	uint32_t (*fn)(void *arg, uint32_t t);
	void *arg;
};

static dd_ref rename_below(struct dd *m, const struct rename *c, dd_ref f)
{
	size_t base = m->stack.n, n, i;
	const struct dd_run *run;
	dd_ref r;

	if (m->full)
		return DD_PASS;
	if (dd_memo_get(m, c->op, f, 0, &r))
		return r;
	if (dd_is_term(f)) {
		r = dd_term(c->fn(c->arg, dd_value(f)));
	} else {
		run = dd_runs(m, f, &n);
		for (i = 0; i < n; i++)
			dd_push_run(m, base, run[i].start,
				 rename_below(m, c, run[i].child));
		r = dd_close_node(m, dd_level(m, f), base);
	}
	dd_memo_put(m, c->op, f, 0, r);
	return r;
}

dd_ref dd_map(struct dd *m, dd_ref f, uint32_t (*fn)(void *arg, uint32_t t),
	      void *arg)
{
	struct rename c = { m->next_op++, fn, arg };

	return rename_below(m, &c, f);
}

static dd_ref sum_below(struct dd *m, const struct dd_op *op, unsigned int cut,
			dd_ref f)
{
	size_t base = m->stack.n, n, i;
	unsigned int level = dd_level(m, f);
	const struct dd_run *run;
	dd_ref r, child;

	if (dd_is_term(f) || m->full)
		return f;
	if (dd_memo_get(m, op->id, f, dd_term(cut), &r))
		return r;
	run = dd_runs(m, f, &n);
	r = DD_PASS;
	for (i = 0; i < n && !m->full; i++) {
		child = sum_below(m, op, cut, run[i].child);
		if (level < cut)
			dd_push_run(m, base, run[i].start, child);
		else
			r = !i ? child : dd_term(op->binary(dd_value(r),
							    dd_value(child)));
	}
	if (level < cut)
		r = dd_close_node(m, level, base);
	dd_memo_put(m, op->id, f, dd_term(cut), r);
	return r;
}

dd_ref dd_sum(struct dd *m, dd_ref f, unsigned int cut, dd_binary *join)
{
	const struct dd_op *op = op_by_address(m, DD_OP_SUM, join);
	dd_ref r = sum_below(m, op, cut, f);

	return m->full ? DD_PASS : r;
}

/* ---- questions ---- */

static dd_ref child_at(const struct dd *m, dd_ref f, uint32_t atom)
{
	const struct dd_node *node = &m->nodes.v[f];
	size_t lo = 0, hi = node->n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (node->run[mid].start <= atom)
			lo = mid;
		else
			hi = mid;
	}
	return node->run[lo].child;
}

dd_ref dd_follow(const struct dd *m, dd_ref f, const uint32_t *atom,
		 unsigned int cut)
{
	unsigned int level;

	while ((level = dd_level(m, f)) < cut)
		f = child_at(m, f, atom[level]);
	return f;
}

uint32_t dd_eval(const struct dd *m, dd_ref f, const uint32_t *atom)
{
	return dd_value(dd_follow(m, f, atom, m->n_levels));
}

bool dd_witness(const struct dd *m, dd_ref f, uint32_t *atom, bool *fixed)
{
	const struct dd_run *run;
	unsigned int level;
	size_t n;

	for (level = 0; level < m->n_levels; level++) {
		atom[level] = m->width[level] - 1;
		fixed[level] = false;
	}
	while (!dd_is_term(f)) {
		level = dd_level(m, f);
		/* reduced: at least one of two runs is not PASS */
		run = dd_runs(m, f, &n);
		if (run->child == DD_PASS)
			run++;
		atom[level] = run->start;
		fixed[level] = true;
		f = run->child;
	}
	return f != DD_PASS;
}

struct constant {
	uint32_t op;
	bool found;
	uint32_t t;
};

static bool constant_below(struct dd *m, struct constant *c, dd_ref set,
			   dd_ref f)
{
	const struct dd_run *a, *b;
	struct dd_run whole_a, whole_b;
	size_t i = 0, j = 0, n_a, n_b;
	uint32_t level, start = 0;
	dd_ref r;

	if (set == DD_PASS || m->full)
		return true;
	if (dd_is_term(f)) {
		if (!c->found)
			c->t = dd_value(f);
		c->found = true;
		return c->t == dd_value(f);
	}
	if (dd_memo_get(m, c->op, set, f, &r))
		return true;
	level = min_level(m, set, f);
	a = dd_runs_at(m, set, level, &whole_a, &n_a);
	b = dd_runs_at(m, f, level, &whole_b, &n_b);
	while (start < m->width[level]) {
		uint32_t end_a = dd_run_end(m, level, a, i, n_a);
		uint32_t end_b = dd_run_end(m, level, b, j, n_b);

		if (!constant_below(m, c, a[i].child, b[j].child))
			return false;
		start = end_a < end_b ? end_a : end_b;
		i += start == end_a;
		j += start == end_b;
	}
	dd_memo_put(m, c->op, set, f, DD_TRUE);
	return true;
}

bool dd_constant_on(struct dd *m, dd_ref set, dd_ref f, uint32_t *t)
{
	struct constant c = { .op = m->next_op++ };
	bool same = constant_below(m, &c, set, f);

	*t = c.t;
	return same;
}
