/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "table_int.h"

/* ---- candidate rules ---- */

static void add_choice(struct table *t, choices *cs, const struct krule *k,
		       const struct cell *box)
{
	struct choice c = { .k = *k, .box = *box };
	size_t n;

	c.cells = arena_zalloc(t->arena, t->n_words, sizeof(*c.cells));
	for (n = 0; n < t->n_cells; n++)
		if (table_cell_in(t, n, box))
			c.cells[n / 64] |= 1ull << (n % 64);
	vec_push(t->arena, cs, c);
}

static void event_choices(struct table *t, choices *cs)
{
	struct krule k;
	struct cell box;
	size_t i;

	for (i = 0; i < t->env->n_events; i++) {
		const struct event_box *e = &t->env->events[i];

		/* one that reaches beyond could not be joined to the place */
		if (e->events & ~t->place->box.events)
			continue;
		krule_init(&k, t->env->class, false);
		event_box_apply(e, &k);
		cell_all(&box, e->events);
		add_choice(t, cs, &k, &box);
	}
}

static void name_choices(struct table *t, const struct axis *x, choices *cs)
{
	struct krule k;
	struct cell box;
	size_t i;

	krule_init(&k, t->env->class, false);
	cell_all(&box, UINT32_MAX);
	add_choice(t, cs, &k, &box);
	for (i = 0; i + 1 < x->n; i++) {
		krule_init(&k, t->env->class, false);
		cell_all(&box, UINT32_MAX);
		box_set_name(&k, x->dim, x->names[i], t->arena);
		box.nom[x->dim] = nset_one(t->arena, x->names[i]);
		add_choice(t, cs, &k, &box);
	}
}

static void id_choice(struct table *t, const struct axis *x, uint32_t lo,
		      uint32_t hi, choices *cs)
{
	bool effective = x->kind == AXIS_EFF;
	const struct iset *s = iset_range(t->arena, lo, hi);
	struct krule k;
	struct cell box;
	struct kid kid;

	if (!box_kid(lo, hi, effective, &kid) || kid.op == KID_ANY)
		return;
	krule_init(&k, t->env->class, false);
	cell_all(&box, UINT32_MAX);
	*box_kid_slot(&k, x->dim) = kid;
	if (effective)
		box.eff[x->dim] = eset_some(t->arena, s);
	else
		box.num[x->dim] = s;
	add_choice(t, cs, &k, &box);
}

static void id_choices(struct table *t, const struct axis *x, choices *cs)
{
	size_t i;

	for (i = 0; i < x->n_ivs; i++) {
		if (x->ivs[i].lo == x->ivs[i].hi)
			id_choice(t, x, x->ivs[i].lo, x->ivs[i].hi, cs);
		if (i) {
			id_choice(t, x, 0, x->ivs[i].lo - 1, cs);
			id_choice(t, x, x->ivs[i].lo, KID_MAX, cs);
		}
	}
}

static void any_choice(struct table *t, choices *cs)
{
	struct krule k;
	struct cell box;

	krule_init(&k, t->env->class, false);
	cell_all(&box, UINT32_MAX);
	add_choice(t, cs, &k, &box);
}

/* real and effective ids share a slot: one choice of all theirs */
static void make_slots(struct table *t)
{
	size_t i;

	for (i = 0; i < t->n_axes; i++) {
		const struct axis *x = &t->axes[i];
		choices *cs;

		if (x->kind == AXIS_EFF && i && t->axes[i - 1].dim == x->dim &&
		    t->axes[i - 1].kind == AXIS_NUM) {
			id_choices(t, x, &t->slots[t->n_slots - 1]);
			continue;
		}
		cs = &t->slots[t->n_slots++];
		memset(cs, 0, sizeof(*cs));
		if (x->kind == AXIS_EVENT) {
			event_choices(t, cs);
		} else if (x->kind == AXIS_NAME) {
			name_choices(t, x, cs);
		} else {
			any_choice(t, cs);
			id_choices(t, x, cs);
		}
	}
}

/* ---- picking ---- */

struct pick {
	size_t choice[MAX_SLOTS];
	size_t gain;
	uint16_t outcome;
	size_t cell;		/* one that it decides */
};

struct picker {
	struct table *t;
	size_t at[MAX_SLOTS];
	uint64_t *level[MAX_SLOTS + 1];
	struct pick best;
	size_t looked;
};

/* the one outcome of the cells in bits; false: none, or several */
static bool one_outcome(const struct table *t, const uint64_t *bits,
			struct pick *p)
{
	size_t w;
	bool have = false;

	p->gain = 0;
	for (w = 0; w < t->n_words; w++) {
		uint64_t v = bits[w];

		for (; v; v &= v - 1) {
			size_t n = w * 64 + (size_t)__builtin_ctzll(v);

			if (have && t->want[n] != p->outcome)
				return false;
			p->outcome = t->want[n];
			p->cell = n;
			p->gain++;
			have = true;
		}
	}
	return have;
}

/*
 * Keys and data are asked for by list and real uid alone, and nothing else is
 * asked for by list; facts 3. Slot 0 is the event, choice 0 of the others is
 * no condition.
 */
static bool may_combine(const struct picker *k)
{
	const struct table *t = k->t;
	enum khook func = t->slots[0].v[k->at[0]].k.func;
	bool list = func == KHOOK_KEY || func == KHOOK_DATA;
	size_t i;

	for (i = 1; i < t->n_slots; i++) {
		const struct krule *c = &t->slots[i].v[k->at[i]].k;
		bool real = c->uid.op != KID_ANY && !c->uid.effective;

		if (!k->at[i] || (real && list))
			continue;
		if (list != ((func == KHOOK_KEY && c->keyrings.n) ||
			     (func == KHOOK_DATA && c->labels.n)))
			return false;
		if (!list && (c->keyrings.n || c->labels.n))
			return false;
	}
	return true;
}

static bool acts(const struct table *t, uint16_t outcome)
{
	return outcome &&
	       t->rs->v[t->outcomes.v[outcome - 1]].outcome.act;
}

static void consider(struct picker *k, const uint64_t *bits)
{
	struct pick p;

	if (!may_combine(k))
		return;
	if (!one_outcome(k->t, bits, &p) || (!p.outcome && !k->t->dont))
		return;
	if (acts(k->t, p.outcome) &&
	    !box_may_do(k->t->env, &k->t->slots[0].v[k->at[0]].k))
		return;
	/* doing first: a rule that gives nothing may turn out not needed */
	if (k->best.gain && ((!p.outcome && k->best.outcome) ||
	    (!p.outcome == !k->best.outcome && p.gain <= k->best.gain)))
		return;
	memcpy(p.choice, k->at, sizeof(p.choice));
	k->best = p;
}

/* false: too many candidates */
static bool try_slots(struct picker *k, size_t slot)
{
	struct table *t = k->t;
	size_t i, w;

	if (slot == t->n_slots) {
		consider(k, k->level[slot]);
		return ++k->looked <= TABLE_MAX_RULES;
	}
	for (i = 0; i < t->slots[slot].n; i++) {
		const uint64_t *c = t->slots[slot].v[i].cells;
		uint64_t any = 0;

		for (w = 0; w < t->n_words; w++)
			any |= k->level[slot + 1][w] = k->level[slot][w] & c[w];
		k->at[slot] = i;
		if (any && !try_slots(k, slot + 1))
			return false;
	}
	return true;
}

static void merge_kid(struct kid *to, const struct kid *from)
{
	if (from->op != KID_ANY)
		*to = *from;
}

/* conditions of different slots, and of the place, in one rule; not the event */
static void merge_conds(struct krule *to, const struct krule *from)
{
	int i;

	if (from->has_fsmagic) {
		to->has_fsmagic = true;
		to->fsmagic = from->fsmagic;
	}
	if (from->fsname)
		to->fsname = from->fsname;
	if (from->fs_subtype)
		to->fs_subtype = from->fs_subtype;
	if (from->fsuuid)
		to->fsuuid = from->fsuuid;
	for (i = 0; i < KLSM_FIELDS; i++)
		if (from->lsm[i])
			to->lsm[i] = from->lsm[i];
	if (from->keyrings.n)
		to->keyrings = from->keyrings;
	if (from->labels.n)
		to->labels = from->labels;
	merge_kid(&to->uid, &from->uid);
	merge_kid(&to->gid, &from->gid);
	merge_kid(&to->fowner, &from->fowner);
	merge_kid(&to->fgroup, &from->fgroup);
}

static bool apply_pick(struct table *t, const struct pick *p,
		       table_rules *out)
{
	struct table_rule r = { .k = t->place->k, .box = t->place->box,
				.region = SIZE_MAX };
	const struct krule *event = &t->slots[0].v[p->choice[0]].k;
	size_t i;

	r.k.func = event->func;
	r.k.has_mask = event->has_mask;
	r.k.mask_in = event->mask_in;
	r.k.mask = event->mask;
	for (i = 0; i < t->n_slots; i++) {
		const struct choice *c = &t->slots[i].v[p->choice[i]];

		merge_conds(&r.k, &c->k);
		if (!cell_and(t->arena, &r.box, &c->box, &r.box))
			return false;
	}
	if (p->outcome)
		r.region = table_decider(t, p->cell);
	vec_push(t->arena, out, r);
	for (i = 0; i < t->n_words; i++) {
		uint64_t bits = t->care[i];
		size_t s;

		for (s = 0; s < t->n_slots; s++)
			bits &= t->slots[s].v[p->choice[s]].cells[i];
		t->care[i] &= ~bits;
	}
	return true;
}

/*
 * A cell that still has to be decided; SIZE_MAX: none. Those of the statement
 * at hand are among them even when it gives nothing: what comes after it will
 * not look at it again.
 */
static size_t wanting(const struct table *t)
{
	size_t w;

	for (w = 0; w < t->n_words; w++) {
		uint64_t v = t->care[w];

		for (; v; v &= v - 1) {
			size_t n = w * 64 + (size_t)__builtin_ctzll(v);

			if (t->want[n] || (t->must[w] & 1ull << (n % 64)))
				return n;
		}
	}
	return SIZE_MAX;
}

static enum table_result pick_all(struct table *t, table_rules *out,
				  size_t *stuck)
{
	struct picker k = { .t = t };
	size_t i, left;

	for (i = 0; i <= t->n_slots; i++)
		k.level[i] = arena_zalloc(t->arena, t->n_words,
					  sizeof(uint64_t));
	while ((left = wanting(t)) != SIZE_MAX) {
		memcpy(k.level[0], t->care, t->n_words * sizeof(uint64_t));
		memset(&k.best, 0, sizeof(k.best));
		k.looked = 0;
		if (!try_slots(&k, 0))
			return TABLE_TOO_LARGE;
		if (!k.best.gain) {
			*stuck = table_decider(t, left);
			return t->coarse ? TABLE_TOO_LARGE : TABLE_NEVER;
		}
		if (!apply_pick(t, &k.best, out))
			return TABLE_NEVER;
	}
	return TABLE_OK;
}

enum table_result table_solve(struct box_env *env,
			      const struct table_task *task,
			      table_rules *out, size_t *stuck)
{
	struct table t = { .arena = env->arena, .env = env, .rs = task->rs,
			   .from = task->from, .place = task->place,
			   .dont = task->dont };

	table_note_done(&t, task->done);
	if (!table_fill(&t))
		return TABLE_TOO_LARGE;
	make_slots(&t);
	return pick_all(&t, out, stuck);
}
