/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "dd_int.h"

static uint32_t hash_list(const dd_ref *v, size_t n)
{
	uint32_t h = (uint32_t)n;

	while (n--)
		h = dd_mix(h, *v++);
	return h;
}

static struct dd_list_memo *list_slot(struct dd *m, uint32_t hash,
				      const dd_ref *v, size_t n)
{
	size_t i = hash & (m->lists_cap - 1);
	struct dd_list_memo *e;

	for (; (e = &m->lists[i])->n; i = (i + 1) & (m->lists_cap - 1))
		if (e->hash == hash && e->n == n &&
		    memcmp(e->list, v, n * sizeof(*v)) == 0)
			break;
	return e;
}

static void lists_grow(struct dd *m)
{
	const struct dd_list_memo *old = m->lists;
	size_t i, n = m->lists_cap;

	m->lists_cap = n ? n * 2 : 1024;
	m->lists = arena_zalloc(m->arena, m->lists_cap, sizeof(*m->lists));
	for (i = 0; i < n; i++)
		if (old[i].n)
			*list_slot(m, old[i].hash, old[i].list, old[i].n) =
				old[i];
}

static void list_put(struct dd *m, uint32_t hash, size_t base, size_t n,
		     dd_ref r)
{
	const dd_ref *v = m->stack.v + base;

	if (m->full)
		return;
	if (m->lists_n * 2 >= m->lists_cap)
		lists_grow(m);
	*list_slot(m, hash, v, n) = (struct dd_list_memo){
		hash, (uint32_t)n, r,
		arena_grow(m->arena, v, n * sizeof(*v), n * sizeof(*v)) };
	m->lists_n++;
	dd_charge(m, 2 + n / 2);
}

/*
 * The list on the stack from base, shortest form: no PASS, nothing twice,
 * nothing behind a terminal. It is made shorter in place; returns its length.
 */
static size_t normalise(struct dd *m, size_t base, size_t n)
{
	dd_ref *v = m->stack.v + base;
	size_t i, out = 0;

	m->stamp++;
	for (i = 0; i < n; i++) {
		dd_ref f = v[i];

		if (f == DD_PASS)
			continue;
		if (dd_is_term(f)) {
			v[out++] = f;
			break;
		}
		if (m->nodes.v[f].stamp == m->stamp)
			continue;
		m->nodes.v[f].stamp = m->stamp;
		v[out++] = f;
	}
	m->stack.n = base + out;
	return out;
}

static dd_ref overlay_list(struct dd *m, size_t base, size_t n);

/* ---- taking what does not test a level out of a list that does ---- */

/*
 * The elements of a list that do not test its first level ("lower") would be
 * worked out anew for each atom, and need not: an element that tests the level
 * decides where no lower one before it does, and where none of those decides,
 * the lower ones do among themselves. So each becomes itself without the lower
 * ones before it, and all lower ones become one diagram at the list's end.
 *
 * What stands before an element is taken off in blocks of a power of two, which
 * are worked out once.
 */
struct lower {
	size_t all, n;		/* the lower elements, on the stack */
	size_t tree;		/* where the lower ones of a block match */
	size_t leaves;		/* n or more, a power of two */
};

static dd_ref support(struct dd *m, dd_ref f)
{
	return dd_not(m, dd_not(m, f));
}

/* false when the budget is gone */
static bool lower_tree(struct dd *m, struct lower *lo)
{
	size_t i;

	lo->leaves = 1;
	while (lo->leaves < lo->n)
		lo->leaves *= 2;
	lo->tree = m->stack.n;
	if (!dd_push_room(m, 2 * lo->leaves))
		return false;
	for (i = 0; i < lo->leaves; i++) {
		dd_ref f = i < lo->n ? m->stack.v[lo->all + i] : DD_PASS;

		f = support(m, f);
		m->stack.v[lo->tree + lo->leaves + i] = f;
	}
	for (i = lo->leaves; i-- > 1;) {
		dd_ref f = dd_or(m, m->stack.v[lo->tree + 2 * i],
				 m->stack.v[lo->tree + 2 * i + 1]);

		m->stack.v[lo->tree + i] = f;
	}
	return !m->full;
}

/* f without what the first n lower elements match */
static dd_ref without_lower(struct dd *m, const struct lower *lo, dd_ref f,
			    size_t n)
{
	size_t at = 0, size = lo->leaves;

	for (; size && f != DD_PASS; size /= 2) {
		if (!(n & size))
			continue;
		/* the block of this size that starts at leaf number at */
		f = dd_diff(m, f, m->stack.v[lo->tree + (lo->leaves + at) /
					     size]);
		at += size;
	}
	return f;
}

/*
 * The list from base with its lower elements at its end, as one; in place.
 * Returns its length.
 */
static size_t lower_last(struct dd *m, uint32_t level, size_t base, size_t n)
{
	struct lower lo = { .all = m->stack.n };
	size_t i, seen = 0, out = 0;
	dd_ref f;

	for (i = 0; i < n; i++) {
		f = m->stack.v[base + i];
		if (dd_level(m, f) > level)
			dd_push(m, f);
	}
	lo.n = m->stack.n - lo.all;
	if (!lower_tree(m, &lo))
		return 0;
	for (i = 0; i < n; i++) {
		f = m->stack.v[base + i];
		if (dd_level(m, f) > level) {
			seen++;
			continue;
		}
		f = without_lower(m, &lo, f, seen);
		m->stack.v[base + out++] = f;
	}
	m->stack.n = lo.tree;
	f = overlay_list(m, lo.all, normalise(m, lo.all, lo.n));
	m->stack.v[base + out++] = f;
	m->stack.n = base + out;
	return normalise(m, base, out);
}

static size_t count_lower(const struct dd *m, uint32_t level, size_t base,
			  size_t n)
{
	size_t count = 0;

	while (n--)
		count += dd_level(m, m->stack.v[base + n]) > level;
	return count;
}

/* ---- splitting a list by the atoms of its first level ---- */

static int cmp_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* where the runs of any element start, ascending, put on the stack */
static size_t push_starts(struct dd *m, uint32_t level, size_t base, size_t n)
{
	size_t out = m->stack.n, i, k, n_runs;
	const struct dd_run *run;

	dd_push(m, 0);
	for (i = 0; i < n; i++) {
		dd_ref f = m->stack.v[base + i];

		if (dd_level(m, f) != level)
			continue;
		run = dd_runs(m, f, &n_runs);
		for (k = 1; k < n_runs; k++)
			dd_push(m, run[k].start);
	}
	n = m->stack.n - out;
	qsort(m->stack.v + out, n, sizeof(uint32_t), cmp_u32);
	for (i = 1, k = 1; i < n; i++)
		if (m->stack.v[out + i] != m->stack.v[out + k - 1])
			m->stack.v[out + k++] = m->stack.v[out + i];
	m->stack.n = out + k;
	return k;
}

static size_t find_start(const uint32_t *starts, size_t n, uint32_t x)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (starts[mid] < x)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* a list being split: positions on the stack */
struct split {
	uint32_t level;
	size_t list, n;		/* the elements */
	size_t starts, n_seg;	/* where each segment starts */
	size_t fill;		/* n_seg + 1: next place of each segment */
	size_t closed;		/* n_seg flags */
	size_t items;		/* the segments' lists, one behind another */
};

/*
 * Each element's children to the segments they cover; a segment's list ends
 * with its first terminal. First they are counted, then placed.
 */
static void deal(struct dd *m, const struct split *s, bool place)
{
	uint32_t *v = m->stack.v;
	size_t i, k, seg, end, n_runs;
	const struct dd_run *run;
	struct dd_run whole;

	for (i = 0; i < s->n; i++) {
		run = dd_runs_at(m, v[s->list + i], s->level, &whole, &n_runs);
		for (k = 0; k < n_runs; k++) {
			dd_ref child = run[k].child;

			if (child == DD_PASS)
				continue;
			seg = find_start(v + s->starts, s->n_seg, run[k].start);
			end = dd_run_end(m, s->level, run, k, n_runs);
			end = find_start(v + s->starts, s->n_seg,
					 (uint32_t)end);
			for (; seg < end; seg++) {
				if (v[s->closed + seg])
					continue;
				if (place)
					v[s->items + v[s->fill + seg]] = child;
				v[s->fill + seg]++;
				v[s->closed + seg] = dd_is_term(child);
			}
		}
	}
}

/* lay out the segments' lists; false when the budget is gone */
static bool split_list(struct dd *m, struct split *s)
{
	size_t i, total = 0;
	uint32_t count;

	s->starts = m->stack.n;
	s->n_seg = push_starts(m, s->level, s->list, s->n);
	s->fill = m->stack.n;
	s->closed = s->fill + s->n_seg + 1;
	s->items = s->closed + s->n_seg;
	if (!dd_push_room(m, 2 * s->n_seg + 1))
		return false;
	memset(m->stack.v + s->fill, 0, (2 * s->n_seg + 1) * sizeof(uint32_t));
	deal(m, s, false);
	for (i = 0; i <= s->n_seg; i++) {
		count = m->stack.v[s->fill + i];
		m->stack.v[s->fill + i] = (uint32_t)total;
		total += count;
		if (total > 4 * m->budget)
			m->full = true;
	}
	if (m->full || !dd_push_room(m, total))
		return false;
	memset(m->stack.v + s->closed, 0, s->n_seg * sizeof(uint32_t));
	deal(m, s, true);
	return true;
}

/* the node of a list: what each segment's list comes to below it */
static dd_ref overlay_segments(struct dd *m, uint32_t level, size_t base,
			       size_t n)
{
	struct split s = { .level = level, .list = base, .n = n };
	size_t runs, top, i, from = 0, len, prev = 0, prev_len = 0;
	dd_ref child = DD_PASS;

	if (!split_list(m, &s))
		return DD_PASS;
	runs = m->stack.n;
	if (!dd_push_room(m, s.n_seg))
		return DD_PASS;
	top = m->stack.n;
	for (i = 0; i < s.n_seg && !m->full; i++) {
		const uint32_t *items = m->stack.v + s.items;

		len = m->stack.v[s.fill + i] - from;
		if (!i || len != prev_len ||
		    memcmp(items + from, items + prev, len * sizeof(*items))) {
			if (!dd_push_room(m, len))
				return DD_PASS;
			memcpy(m->stack.v + top, m->stack.v + s.items + from,
			       len * sizeof(uint32_t));
			child = overlay_list(m, top, normalise(m, top, len));
			m->stack.n = top;
		}
		m->stack.v[runs + i] = child;
		prev = from;
		prev_len = len;
		from += len;
	}
	for (i = 0; i < s.n_seg; i++)
		dd_push_run(m, top, m->stack.v[s.starts + i],
			    m->stack.v[runs + i]);
	return dd_close_node(m, level, top);
}

static uint32_t list_level(const struct dd *m, size_t base, size_t n)
{
	uint32_t level = m->n_levels, l;

	while (n--) {
		l = dd_level(m, m->stack.v[base + n]);
		if (l < level)
			level = l;
	}
	return level;
}

/* the list on the stack from base, in its shortest form; it is left there */
static dd_ref overlay_list(struct dd *m, size_t base, size_t n)
{
	size_t top = m->stack.n, len = n;
	const struct dd_list_memo *e;
	uint32_t hash, level;
	dd_ref r;

	if (m->full || n == 0)
		return DD_PASS;
	if (n == 1)
		return m->stack.v[base];
	if (n == 2)
		return dd_or(m, m->stack.v[base], m->stack.v[base + 1]);
	hash = hash_list(m->stack.v + base, n);
	if (m->lists_cap) {
		e = list_slot(m, hash, m->stack.v + base, n);
		if (e->n)
			return e->result;
	}
	level = list_level(m, base, n);
	if (!dd_push_room(m, n))
		return DD_PASS;
	memcpy(m->stack.v + top, m->stack.v + base, n * sizeof(dd_ref));
	if (count_lower(m, level, top, n) > 1)
		len = lower_last(m, level, top, n);
	r = len < 3 ? overlay_list(m, top, len)
		    : overlay_segments(m, level, top, len);
	m->stack.n = top;
	list_put(m, hash, base, n, r);
	return m->full ? DD_PASS : r;
}

dd_ref dd_overlay(struct dd *m, const dd_ref *list, size_t n)
{
	size_t base = m->stack.n;
	dd_ref r;

	if (m->full || !dd_push_room(m, n))
		return DD_PASS;
	if (n)
		memcpy(m->stack.v + base, list, n * sizeof(*list));
	r = overlay_list(m, base, normalise(m, base, n));
	m->stack.n = base;
	return r;
}
