/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fcdb_int.h"

/*
 * Canonical paths that a file can have, and the glob, as one small automaton
 * made at once. Its states know whether a path inside or outside of the glob
 * can still come, so that searches turn back where none can.
 */

/* how far a component has come; '/' leads on only from a normal one */
enum component { AT_START, AFTER_SLASH, DOT, DOT_DOT, NORMAL };

enum mark { NO_MARK, ALIAS, MOUNT, DEEPER };

struct prefix_node {
	uint32_t child, sibling;
	uint8_t byte, mark;
};

/* set of the states of all globs; number 0 is the empty one */
struct glob_sets {
	struct nfa nfa;		/* the owner of a state is its glob's number */
	struct nfa_list members;
	struct { struct glob_set {
		uint32_t at, n;
		bool inside;
	} *v; size_t n, cap; } set;
	uint32_t *slots;	/* set number + 1 */
	size_t n_slots;
};

struct point {
	uint32_t glob;		/* glob_sets */
	uint32_t prefix;	/* node, or NONE: left it */
	uint8_t component;
	bool on_mount;
};

struct builder {
	struct space *sp;
	struct arena *arena;
	struct work *work;
	const struct fcdb_region *region;
	struct { struct prefix_node *v; size_t n, cap; } prefix;
	struct glob_sets glob;
	struct { struct point *v; size_t n, cap; } point;
	struct nfa_list next, scratch, owners;
	uint32_t *slots;
	size_t n_slots;
	bool whole;		/* no mount limits the outside */
	bool limited;		/* and the inside */
};

/* ---- symlinks and mounts ---- */

static uint32_t prefix_child(const struct builder *b, uint32_t node,
			     unsigned int byte)
{
	uint32_t c = b->prefix.v[node].child;

	while (c != NONE && b->prefix.v[c].byte != byte)
		c = b->prefix.v[c].sibling;
	return c;
}

static void add_prefix(struct builder *b, const char *path, enum mark mark)
{
	uint32_t node = 0;

	for (; *path; path++) {
		struct prefix_node n = { NONE, NONE, (uint8_t)*path, NO_MARK };
		uint32_t c = prefix_child(b, node, (unsigned char)*path);

		if (c == NONE) {
			c = (uint32_t)b->prefix.n;
			n.sibling = b->prefix.v[node].child;
			vec_push(b->arena, &b->prefix, n);
			b->prefix.v[node].child = c;
		}
		node = c;
	}
	if (b->prefix.v[node].mark != ALIAS)
		b->prefix.v[node].mark = (uint8_t)mark;
}

static void add_universe(struct builder *b, const struct fcdb_universe *u)
{
	struct prefix_node root = { NONE, NONE, 0, NO_MARK };
	size_t i;

	vec_push(b->arena, &b->prefix, root);
	b->whole = !u || !u->mount || !strcmp(u->mount, "/");
	if (!u)
		return;
	b->limited = u->mount && u->on_mount;
	for (i = 0; i < u->n_alias; i++)
		add_prefix(b, u->alias[i].from, ALIAS);
	if (!b->whole)
		add_prefix(b, u->mount, MOUNT);
	for (i = 0; u->mount && i < u->n_deeper; i++)
		add_prefix(b, u->deeper[i], DEEPER);
}

/* ---- sets of the globs' states ---- */

static size_t set_slot(const struct glob_sets *g, const uint32_t *v, size_t n)
{
	uint64_t h = n;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ v[i]) * 0x9e3779b97f4a7c15u ^ (h >> 31);
	i = (size_t)(h >> 32) & (g->n_slots - 1);
	while (g->slots[i]) {
		const struct glob_set *s = &g->set.v[g->slots[i] - 1];

		if (s->n == n &&
		    (!n || !memcmp(g->members.v + s->at, v, n * sizeof(*v))))
			break;
		i = (i + 1) & (g->n_slots - 1);
	}
	return i;
}

static void grow_sets(struct glob_sets *g, struct arena *a)
{
	size_t i;

	g->n_slots = g->n_slots ? g->n_slots * 2 : 64;
	g->slots = arena_zalloc(a, g->n_slots, sizeof(uint32_t));
	for (i = 0; i < g->set.n; i++)
		g->slots[set_slot(g, g->members.v + g->set.v[i].at,
				  g->set.v[i].n)] = (uint32_t)i + 1;
}

/* the globs that a path matches which ends in this set, in ascending order */
static void matching(struct builder *b, const struct nfa_list *l)
{
	const struct nfa *n = &b->glob.nfa;
	size_t i;

	b->owners.n = 0;
	for (i = 0; i < l->n; i++)
		if (n->v[l->v[i]].kind == NFA_ACCEPT)
			vec_push(b->arena, &b->owners, n->v[l->v[i]].owner);
	nfa_list_sort(&b->owners);
}

static uint32_t glob_set(struct builder *b, struct nfa_list *l)
{
	struct glob_sets *g = &b->glob;
	struct glob_set set = { (uint32_t)g->members.n, (uint32_t)l->n, false };
	size_t i, slot;

	nfa_list_sort(l);
	work_charge(b->work, l->n + 1);
	if (g->set.n * 2 >= g->n_slots)
		grow_sets(g, b->arena);
	slot = set_slot(g, l->v, l->n);
	if (g->slots[slot])
		return g->slots[slot] - 1;
	matching(b, l);
	set.inside = b->owners.n &&
		     b->region->inside(b->region->arg, b->owners.v,
				       b->owners.n);
	for (i = 0; i < l->n; i++)
		vec_push(b->arena, &g->members, l->v[i]);
	vec_push(b->arena, &g->set, set);
	if (g->members.n > MEMBERS_MAX)
		b->work->full = true;
	g->slots[slot] = (uint32_t)g->set.n;
	return (uint32_t)g->set.n - 1;
}

static uint32_t glob_start(struct builder *b)
{
	struct nfa *n = &b->glob.nfa;
	struct nfa_list starts = { 0 };
	size_t i;

	nfa_init(n, b->arena);
	b->scratch.n = 0;
	glob_set(b, &b->scratch);
	for (i = 0; i < b->region->n; i++) {
		uint32_t owner = (uint32_t)i;

		vec_push(b->arena, &starts,
			 nfa_build(n, b->region->globs[i]->re,
				   nfa_accept(n, owner), owner));
	}
	nfa_walk(n);
	for (i = 0; i < starts.n; i++)
		nfa_close(n, starts.v[i], &b->scratch);
	return glob_set(b, &b->scratch);
}

static uint32_t glob_step(struct builder *b, uint32_t from, unsigned int byte)
{
	struct glob_sets *g = &b->glob;
	struct glob_set set = g->set.v[from];
	uint32_t i;

	b->scratch.n = 0;
	nfa_walk(&g->nfa);
	for (i = 0; i < set.n; i++) {
		const struct nfa_state *st = &g->nfa.v[g->members.v[set.at + i]];

		if (st->kind == NFA_SET &&
		    byteset_has(&g->nfa.sets.v[st->set], byte))
			nfa_close(&g->nfa, st->a, &b->scratch);
	}
	work_charge(b->work, set.n + 1);
	return set.n ? glob_set(b, &b->scratch) : 0;
}

/* ---- classes ---- */

static void split_universe(struct classes *c, const struct fcdb_universe *u)
{
	size_t i;

	if (!u)
		return;
	for (i = 0; i < u->n_alias; i++)
		classes_split_text(c, u->alias[i].from);
	if (u->mount)
		classes_split_text(c, u->mount);
	for (i = 0; u->mount && i < u->n_deeper; i++)
		classes_split_text(c, u->deeper[i]);
}

static void split_nfa(struct classes *c, const struct nfa *n)
{
	size_t i;

	for (i = 0; i < n->sets.n; i++)
		classes_split(c, &n->sets.v[i]);
}

static void split_classes(struct classes *c, const struct classes *by)
{
	unsigned int i, b;

	for (i = 0; i < by->n; i++) {
		struct byteset set = { { 0 } };

		for (b = 0; b < 256; b++) {
			if (by->of[b] == i)
				byteset_add(&set, b);
		}
		classes_split(c, &set);
	}
}

static void make_classes(struct builder *b, const struct machine *m,
			 const struct machine *also, const struct fcdb_query *q)
{
	struct classes *c = &b->sp->classes;
	unsigned int i;

	*c = m->classes;
	if (also)
		split_classes(c, &also->classes);
	split_universe(c, q->universe);
	split_nfa(c, &b->glob.nfa);
	classes_number(c);
	for (i = 0; i < c->n; i++) {
		b->sp->of_machine[i] = m->classes.of[c->byte[i]];
		if (also)
			b->sp->of_also[i] = also->classes.of[c->byte[i]];
	}
	b->sp->newline = c->of['\n'];
}

/* ---- points ---- */

static size_t point_slot(const struct builder *b, const struct point *p)
{
	uint64_t h = ((uint64_t)p->glob * 31 + p->prefix) *
		     0x9e3779b97f4a7c15u + p->component * 2u + p->on_mount;
	size_t i;

	h *= 0x9e3779b97f4a7c15u;
	i = (size_t)(h >> 32) & (b->n_slots - 1);
	while (b->slots[i]) {
		const struct point *o = &b->point.v[b->slots[i] - 1];

		if (o->glob == p->glob && o->prefix == p->prefix &&
		    o->component == p->component &&
		    o->on_mount == p->on_mount)
			break;
		i = (i + 1) & (b->n_slots - 1);
	}
	return i;
}

static void grow_points(struct builder *b)
{
	size_t i;

	b->n_slots = b->n_slots ? b->n_slots * 2 : 256;
	b->slots = arena_zalloc(b->arena, b->n_slots, sizeof(uint32_t));
	for (i = 0; i < b->point.n; i++)
		b->slots[point_slot(b, &b->point.v[i])] = (uint32_t)i + 1;
}

static uint32_t make_point(struct builder *b, struct point p)
{
	size_t slot;

	if (b->point.n * 2 >= b->n_slots)
		grow_points(b);
	slot = point_slot(b, &p);
	if (!b->slots[slot]) {
		vec_push(b->arena, &b->point, p);
		b->slots[slot] = (uint32_t)b->point.n;
	}
	return b->slots[slot] - 1;
}

/* false: no canonical path goes on so */
static bool step_component(struct point *p, unsigned int byte)
{
	if (!byte)
		return false;
	if (p->component == AT_START) {
		p->component = AFTER_SLASH;
		return byte == '/';
	}
	if (byte == '/') {
		if (p->component != NORMAL)
			return false;
		p->component = AFTER_SLASH;
	} else if (byte == '.' && p->component == AFTER_SLASH) {
		p->component = DOT;
	} else if (byte == '.' && p->component == DOT) {
		p->component = DOT_DOT;
	} else {
		p->component = NORMAL;
	}
	return true;
}

static enum mark mark_of(const struct builder *b, const struct point *p)
{
	return p->prefix == NONE ? NO_MARK
				 : (enum mark)b->prefix.v[p->prefix].mark;
}

static uint32_t step_point(struct builder *b, uint32_t from, unsigned int class)
{
	unsigned int byte = b->sp->classes.byte[class];
	struct point p = b->point.v[from];

	if (byte == '/' && mark_of(b, &p) == ALIAS)
		return NONE;
	if (byte == '/' && mark_of(b, &p) == MOUNT)
		p.on_mount = true;
	if (byte == '/' && mark_of(b, &p) == DEEPER)
		p.on_mount = false;
	if (!step_component(&p, byte))
		return NONE;
	if (p.prefix != NONE)
		p.prefix = prefix_child(b, p.prefix, byte);
	p.glob = glob_step(b, p.glob, byte);
	return make_point(b, p);
}

static uint8_t point_flags(const struct builder *b, const struct point *p)
{
	bool mounted = p->on_mount && mark_of(b, p) == NO_MARK;

	if (p->component != NORMAL || mark_of(b, p) == ALIAS)
		return 0;
	if (b->glob.set.v[p->glob].inside)
		return mounted || !b->limited ? SPACE_IN : 0;
	return mounted ? SPACE_OUT : 0;
}

/* ---- what can still come ---- */

static uint8_t flags_from(const struct space *sp, size_t state)
{
	const uint32_t *row = sp->next + state * sp->classes.n;
	uint8_t flags = 0;
	unsigned int c;

	for (c = 0; c < sp->classes.n; c++) {
		uint8_t to;

		if (row[c] == NONE)
			continue;
		to = sp->flags[row[c]];
		if (to & (SPACE_IN | SPACE_CAN_IN))
			flags |= SPACE_CAN_IN;
		if (to & (SPACE_OUT | SPACE_CAN_OUT) && c != sp->newline)
			flags |= SPACE_CAN_OUT;
	}
	if (fcdb_fault_on(CERTAIN) && sp->flags[state] & SPACE_IN)
		flags &= (uint8_t)~SPACE_CAN_OUT;
	return flags;
}

static void spread_flags(struct space *sp, struct work *work)
{
	bool changed = true;
	size_t i;

	while (changed && !work->full) {
		changed = false;
		for (i = sp->n; i-- > 0;) {
			uint8_t more = sp->flags[i] | flags_from(sp, i);

			changed |= more != sp->flags[i];
			sp->flags[i] = more;
		}
		work_charge(work, sp->n * sp->classes.n);
	}
}

/* the globs of a question, one and what is taken out of it as a rule */
struct plain {
	struct fcdb_region region;
	const struct glob *globs[2];
};

static bool first_alone(const void *arg, const uint32_t *globs, size_t n)
{
	(void)arg;
	return n == 1 && globs[0] == 0;
}

static const struct fcdb_region *region_of(const struct fcdb_query *q,
					   struct plain *plain)
{
	if (q->region)
		return q->region;
	plain->globs[0] = q->glob;
	plain->globs[1] = q->except;
	plain->region = (struct fcdb_region){
		.globs = plain->globs, .n = q->except ? 2 : 1,
		.inside = first_alone,
	};
	return &plain->region;
}

static void walk_points(struct builder *b)
{
	struct space *sp = b->sp;
	size_t i;
	unsigned int c;

	for (i = 0; i < b->point.n && !b->work->full; i++) {
		if (b->point.n > SPACE_STATES_MAX)
			b->work->full = true;
		for (c = 0; c < sp->classes.n; c++) {
			uint32_t to = step_point(b, (uint32_t)i, c);

			vec_push(b->arena, &b->next, to);
		}
	}
}

static void start_points(struct builder *b, const struct machine *m,
			 const struct machine *also, const struct fcdb_query *q)
{
	struct point start = { .prefix = 0, .component = AT_START };

	add_universe(b, q->universe);
	start.on_mount = b->whole;
	start.glob = glob_start(b);
	make_classes(b, m, also, q);
	make_point(b, start);
}

void space_build(struct space *sp, const struct machine *m,
		 const struct machine *also, const struct fcdb_query *q,
		 struct work *work)
{
	struct builder b = { .sp = sp, .arena = sp->arena, .work = work };
	struct plain plain;
	size_t i;

	b.region = region_of(q, &plain);
	start_points(&b, m, also, q);
	walk_points(&b);
	sp->n = b.point.n;
	sp->next = b.next.v;
	sp->full = work->full;
	if (sp->full)
		return;
	sp->flags = arena_zalloc(b.arena, sp->n, 1);
	for (i = 0; i < sp->n; i++)
		sp->flags[i] = point_flags(&b, &b.point.v[i]);
	spread_flags(sp, work);
}

/* ---- which globs meet ---- */

static bool any_match(const void *arg, const uint32_t *globs, size_t n)
{
	(void)arg;
	(void)globs;
	return n > 0;
}

static void tell_set(struct builder *b, uint32_t set, fcdb_meeting *found,
		     void *arg)
{
	struct nfa_list l = { 0 };
	uint32_t i;

	for (i = 0; i < b->glob.set.v[set].n; i++)
		vec_push(b->arena, &l,
			 b->glob.members.v[b->glob.set.v[set].at + i]);
	matching(b, &l);
	found(arg, b->owners.v, b->owners.n);
}

bool fcdb_meetings(struct fcdb *db, const struct fcdb_query *q,
		   fcdb_meeting *found, void *arg)
{
	struct work work = { .limit = q->work ? q->work : FCDB_WORK };
	struct space sp = { .arena = db->arena };
	struct builder b = { .sp = &sp, .arena = db->arena, .work = &work };
	struct fcdb_region all = { .globs = q->region->globs,
				   .n = q->region->n, .inside = any_match };
	uint8_t *told;
	size_t i;

	b.region = &all;
	start_points(&b, fcdb_kind(db, q->kind)->m, NULL, q);
	walk_points(&b);
	if (work.full)
		return false;
	told = arena_zalloc(db->arena, b.glob.set.n, 1);
	for (i = 0; i < b.point.n; i++) {
		const struct point *p = &b.point.v[i];

		if (told[p->glob] || point_flags(&b, p) != SPACE_IN)
			continue;
		told[p->glob] = 1;
		tell_set(&b, p->glob, found, arg);
	}
	return true;
}
