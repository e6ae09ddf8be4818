/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "box.h"
#include "fault.h"
#include "num.h"

_Static_assert((int)NUM_UID == (int)EFF_UID && (int)NUM_GID == (int)EFF_GID,
	       "real and effective ids are numbered alike: they share a slot");

/* ---- events ---- */

static void add_event_box(struct box_env *env, const struct region_env *renv,
			  struct event_box e)
{
	struct krule k;
	size_t i;

	krule_init(&k, env->class, false);
	event_box_apply(&e, &k);
	e.events = region_events(renv, &k);
	if (!e.events)
		return;
	for (i = 0; i < env->n_events; i++)
		if (env->events[i].events == e.events)
			return;
	env->events[env->n_events++] = e;
}

/* only measure rules are asked for command lines, keys and data; facts 3 */
static bool class_takes(enum kclass class, enum khook h)
{
	return class == KCLASS_MEASURE ||
	       (h != KHOOK_KEXEC_CMDLINE && h != KHOOK_KEY && h != KHOOK_DATA);
}

static void add_masks(struct box_env *env, const struct region_env *renv,
		      enum khook func)
{
	int bit, in;

	for (in = 1; in >= 0; in--)
		for (bit = KMASK_EXEC; bit <= KMASK_APPEND; bit <<= 1)
			add_event_box(env, renv, (struct event_box){
				.func = func, .has_mask = true,
				.mask_in = in, .mask = (uint8_t)bit,
				.odd = func == KHOOK_NONE });
}

/* those that are named first are written first */
static const enum khook hook_order[] = {
	KHOOK_FILE, KHOOK_BPRM, KHOOK_CREDS, KHOOK_MMAP, KHOOK_MMAP_REQPROT,
	KHOOK_MODULE, KHOOK_FIRMWARE, KHOOK_KEXEC_KERNEL,
	KHOOK_KEXEC_INITRAMFS, KHOOK_KEXEC_CMDLINE, KHOOK_POLICY, KHOOK_KEY,
	KHOOK_DATA,
};

void box_env_init(struct box_env *env, const struct region_env *renv,
		  enum kclass class)
{
	size_t i;

	env->arena = renv->arena;
	env->strings = renv->strings;
	env->class = class;
	env->exact_ids = false;
	env->holes = BOX_HOLES_FEWER;
	env->effects = 0;
	env->n_events = 0;
	env->events = arena_zalloc(env->arena, KHOOK_COUNT + 16,
				   sizeof(*env->events));
	for (i = 0; i < sizeof(hook_order) / sizeof(hook_order[0]); i++)
		if (class_takes(class, hook_order[i]))
			add_event_box(env, renv, (struct event_box){
				.func = hook_order[i] });
	add_masks(env, renv, KHOOK_FILE);
	/* facts 4.5: whether a command line is among them is not known */
	if (class == KCLASS_MEASURE &&
	    kmodel_cmdline_ordinary(renv->target) == KTRI_MAYBE)
		return;
	add_event_box(env, renv, (struct event_box){ .func = KHOOK_NONE });
	add_masks(env, renv, KHOOK_NONE);
}

void event_box_apply(const struct event_box *e, struct krule *k)
{
	k->func = e->func;
	k->has_mask = e->has_mask;
	k->mask_in = e->mask_in;
	k->mask = e->mask;
}

bool box_may_do(const struct box_env *env, const struct krule *conds)
{
	struct krule k = *conds;

	k.dont = false;
	return !(krule_effects(&k) & ~env->effects);
}

static unsigned int count_bits(uint32_t v)
{
	unsigned int n = 0;

	for (; v; v &= v - 1)
		n++;
	return n;
}

/* few event boxes inside want; what they do not cover is returned */
static uint32_t cover_events(const struct box_env *env, uint32_t want,
			     const struct event_box **out, size_t *n)
{
	uint32_t left = want;

	*n = 0;
	while (left) {
		const struct event_box *best = NULL;
		unsigned int best_n = 0;
		size_t i;

		for (i = 0; i < env->n_events; i++) {
			const struct event_box *e = &env->events[i];
			unsigned int c = count_bits(e->events & left);

			if ((e->events & ~want) || c <= best_n ||
			    (e->odd && e->events != want))
				continue;
			best = e;
			best_n = c;
		}
		if (!best)
			break;
		out[(*n)++] = best;
		left &= ~best->events;
	}
	return left;
}

#define MAX_COVER 32	/* no more events than that */

/* how many boxes the surplus over want takes; more when it is made of none */
static size_t surplus_cost(const struct box_env *env, uint32_t surplus)
{
	const struct event_box *tmp[MAX_COVER];
	size_t n;

	if (cover_events(env, surplus, tmp, &n))
		return MAX_COVER + count_bits(surplus);
	return n;
}

/*
 * The boxes around part, the one whose surplus over want costs least being
 * number 0. A surplus that is made of no boxes may still do: it may turn out
 * that nothing in it comes out differently.
 */
static const struct event_box *hull_events(const struct box_env *env,
					   uint32_t part, uint32_t want,
					   size_t number, size_t *cost)
{
	const struct event_box *best = NULL;
	bool used[2 * KHOOK_COUNT + 16] = { false };
	size_t i, at = 0;

	do {
		best = NULL;
		for (i = 0; i < env->n_events; i++) {
			const struct event_box *e = &env->events[i];
			size_t c;

			if (used[i] || e->odd || (part & ~e->events))
				continue;
			c = surplus_cost(env, e->events & ~want);
			if (best && c >= *cost)
				continue;
			best = e;
			at = i;
			*cost = c;
		}
		if (best)
			used[at] = true;
	} while (best && number--);
	return best;
}

static void fence(struct box_env *env, struct piece *p, const struct cell *c)
{
	vec_push(env->arena, &p->fences, *c);
}

/* what the boxes leave over is covered by one around it */
static bool choose_events(const struct box_env *env, uint32_t want,
			  size_t choice, const struct event_box **cover,
			  size_t *n)
{
	uint32_t left = cover_events(env, want, cover, n);
	const struct event_box *hull;
	size_t surplus, cost = *n;

	if (left) {
		hull = hull_events(env, left, want, choice, &surplus);
		if (!hull)
			return false;
		cover[(*n)++] = hull;
		cost += 1 + surplus;
	} else if (choice) {
		return false;
	}
	hull = hull_events(env, want, want, 0, &surplus);
	if (!choice && hull && surplus + 1 < cost) {
		cover[0] = hull;
		*n = 1;
	}
	return true;
}

static enum box_result start_pieces(struct box_env *env, const struct cell *c,
				    size_t choice, pieces *out)
{
	const struct event_box *cover[MAX_COVER];
	struct piece p;
	size_t i, n;

	if (!choose_events(env, c->events, choice, cover, &n))
		return BOX_NEVER;
	for (i = 0; i < n; i++) {
		memset(&p, 0, sizeof(p));
		krule_init(&p.k, env->class, false);
		event_box_apply(cover[i], &p.k);
		cell_all(&p.box, cover[i]->events);
		vec_push(env->arena, out, p);
	}
	return BOX_OK;
}

/* last of all: the box's other dimensions stand by then */
static void fence_events(struct box_env *env, struct piece *p, uint32_t want)
{
	struct cell g = p->box;

	g.events &= ~want;
	if (g.events)
		fence(env, p, &g);
}

/* ---- names ---- */

static bool is_list(size_t dim)
{
	return dim == NOM_RING || dim == NOM_DATA;
}

static void set_name(struct krule *k, size_t dim, const char *name)
{
	switch (dim) {
	case NOM_FSMAGIC:
		k->has_fsmagic = true;
		num_parse(name + 2, strlen(name + 2), 16, UINT64_MAX,
			  &k->fsmagic);
		break;
	case NOM_FSNAME:
		k->fsname = name;
		break;
	case NOM_FS_SUBTYPE:
		k->fs_subtype = name;
		break;
	case NOM_FSUUID:
		k->fsuuid = name;
		break;
	default:
		k->lsm[dim - NOM_LSM] = name;
		break;
	}
}

static void set_list(struct krule *k, size_t dim, const struct nset *s)
{
	struct kstrings *l = dim == NOM_RING ? &k->keyrings : &k->labels;

	l->v = s->order ? s->order : s->v;
	l->n = s->n - (fault_on(LIST_SHORT) && s->n > 1);
}

void box_set_name(struct krule *k, size_t dim, const char *name,
		  struct arena *a)
{
	if (is_list(dim))
		set_list(k, dim, nset_one(a, name));
	else
		set_name(k, dim, name);
}

/* each piece once for every value of the set */
static enum box_result spread_names(struct box_env *env, size_t dim,
				    const struct nset *s, pieces *ps)
{
	const char **v = s->order ? s->order : s->v;
	pieces out = { 0 };
	size_t i, j;

	for (i = 0; i < ps->n; i++)
		for (j = 0; j < s->n; j++) {
			struct piece p = ps->v[i];

			if (out.n == BOX_MAX_PIECES)
				return BOX_TOO_MANY;
			set_name(&p.k, dim, v[j]);
			p.box.nom[dim] = nset_one(env->arena, v[j]);
			vec_push(env->arena, &out, p);
		}
	*ps = out;
	return BOX_OK;
}

static enum box_result add_names(struct box_env *env, size_t dim,
				 const struct nset *s, pieces *ps)
{
	size_t i;

	if (!s || s->negated)
		return BOX_OK;
	if (!is_list(dim))
		return spread_names(env, dim, s, ps);
	for (i = 0; i < ps->n; i++) {
		set_list(&ps->v[i].k, dim, s);
		ps->v[i].box.nom[dim] = s;
	}
	return BOX_OK;
}

static void fence_names(struct box_env *env, struct piece *p, size_t dim,
			const struct nset *s)
{
	struct cell g = p->box;
	size_t i;

	if (!s || !s->negated)
		return;
	if (is_list(dim)) {
		g.nom[dim] = nset_not(env->arena, s);
		if (s->n)
			fence(env, p, &g);
		return;
	}
	for (i = 0; i < s->n; i++) {
		g.nom[dim] = nset_one(env->arena,
				      s->order ? s->order[i] : s->v[i]);
		fence(env, p, &g);
	}
}

/* ---- numbers ---- */

bool box_kid(uint32_t lo, uint32_t hi, bool effective, struct kid *out)
{
	out->effective = effective;
	if (lo == hi) {
		out->op = KID_EQ;
		out->id = lo;
	} else if (!lo && hi == KID_MAX) {
		out->op = KID_ANY;
		out->id = 0;
	} else if (!lo) {
		out->op = KID_LT;
		out->id = hi + 1;
	} else if (hi == KID_MAX) {
		out->op = KID_GT;
		out->id = lo - 1;
	} else {
		return false;
	}
	return true;
}

struct kid *box_kid_slot(struct krule *k, size_t dim)
{
	switch (dim) {
	case NUM_UID:
		return &k->uid;
	case NUM_GID:
		return &k->gid;
	case NUM_OWNER:
		return &k->fowner;
	default:
		return &k->fgroup;
	}
}

#define SHORT_RANGE 16	/* ids that may be named one by one anywhere */

/* how one set of ids is made of comparisons: each covers one interval */
struct kid_cover {
	struct kid kid;
	struct interval box;
	const struct iset *fence;	/* NULL: exact */
};

typedef VEC(struct kid_cover) kid_covers;

static enum box_result cover_one_by_one(struct box_env *env, struct interval v,
					bool effective, kid_covers *out)
{
	uint64_t id;

	if ((uint64_t)v.hi - v.lo >= BOX_MAX_PIECES)
		return BOX_TOO_MANY;
	for (id = v.lo; id <= v.hi; id++) {
		struct kid_cover c = { .box = { (uint32_t)id, (uint32_t)id } };

		box_kid(c.box.lo, c.box.hi, effective, &c.kid);
		vec_push(env->arena, out, c);
	}
	return BOX_OK;
}

/*
 * An interval with two ends takes < and a fence below. For effective ids that
 * would be wrong: some id below the fence does not keep another out.
 */
static enum box_result cover_interval(struct box_env *env, struct interval v,
				      bool exact, bool effective,
				      kid_covers *out)
{
	struct kid_cover c = { .box = v };

	if (box_kid(v.lo, v.hi, effective, &c.kid)) {
		vec_push(env->arena, out, c);
		return BOX_OK;
	}
	if (exact || effective || v.hi - v.lo < 2)
		return cover_one_by_one(env, v, effective, out);
	c.box.lo = 0;
	box_kid(0, v.hi, false, &c.kid);
	c.fence = iset_range(env->arena, 0,
			     v.lo - 1 - fault_on(FENCE_OFF_BY_ONE));
	vec_push(env->arena, out, c);
	return BOX_OK;
}

/* rules that the intervals take one by one */
static size_t intervals_cost(const struct iset *s)
{
	struct kid unused;
	size_t i, n = 0;

	for (i = 0; i < s->n; i++)
		n += box_kid(s->v[i].lo, s->v[i].hi, false, &unused) ? 1 : 2;
	return n;
}

/* everything, with a fence for the holes between the intervals */
static bool cover_by_holes(struct box_env *env, const struct iset *s,
			   kid_covers *out)
{
	struct kid_cover c = { .box = { 0, KID_MAX } };
	size_t direct = intervals_cost(s), holes;

	c.fence = iset_not(env->arena, s);
	holes = 1 + intervals_cost(c.fence);
	if (env->holes == BOX_HOLES_EAGER)
		direct += 2;
	if (env->holes == BOX_HOLES_NEVER || s->n < 2 || holes >= direct)
		return false;
	vec_push(env->arena, out, c);
	return true;
}

static enum box_result cover_ids(struct box_env *env, enum num_dim dim,
				 const struct iset *s, bool effective,
				 kid_covers *out)
{
	/* only these share a slot, which a fence might need */
	bool slot = dim == NUM_UID || dim == NUM_GID;
	size_t i;

	if (!effective && cover_by_holes(env, s, out))
		return BOX_OK;
	for (i = 0; i < s->n; i++) {
		bool exact = env->exact_ids &&
			     (slot || s->v[i].hi - s->v[i].lo < SHORT_RANGE);
		enum box_result r = cover_interval(env, s->v[i], exact,
						      effective, out);

		if (r != BOX_OK)
			return r;
	}
	return BOX_OK;
}

/* fences of one dimension of numbers, kept until the box is complete */
struct late_fence {
	size_t piece;
	enum num_dim dim;
	const struct iset *set;
};

typedef VEC(struct late_fence) late_fences;

static enum box_result spread_ids(struct box_env *env, enum num_dim dim,
				  bool effective, const struct iset *s,
				  pieces *ps, late_fences *late)
{
	kid_covers cs = { 0 };
	pieces out = { 0 };
	late_fences moved = { 0 };
	enum box_result r = cover_ids(env, dim, s, effective, &cs);
	size_t i, j, l;

	if (r != BOX_OK)
		return r;
	for (i = 0; i < ps->n; i++)
		for (j = 0; j < cs.n; j++) {
			const struct kid_cover *c = &cs.v[j];
			struct piece p = ps->v[i];
			const struct iset *box;

			if (out.n == BOX_MAX_PIECES)
				return BOX_TOO_MANY;
			box = iset_range(env->arena, c->box.lo, c->box.hi);
			*box_kid_slot(&p.k, dim) = c->kid;
			if (effective)
				p.box.eff[dim] = eset_some(env->arena, box);
			else if (c->kid.op != KID_ANY)
				p.box.num[dim] = box;
			for (l = 0; l < late->n; l++)
				if (late->v[l].piece == i)
					vec_push(env->arena, &moved,
						 (struct late_fence){ out.n,
						 late->v[l].dim,
						 late->v[l].set });
			if (c->fence)
				vec_push(env->arena, &moved,
					 (struct late_fence){ out.n, dim,
							      c->fence });
			vec_push(env->arena, &out, p);
		}
	*ps = out;
	*late = moved;
	return BOX_OK;
}

/*
 * The slot that uid and euid (gid and egid) share: a test of the effective ids
 * takes it where there is one, and the real id then goes to a fence.
 */
static bool slot_is_effective(const struct cell *c, enum num_dim dim)
{
	return dim < (enum num_dim)EFF_DIMS && c->eff[dim] && c->eff[dim]->n;
}

static enum box_result add_ids(struct box_env *env, enum num_dim dim,
			       const struct cell *c, pieces *ps,
			       late_fences *late)
{
	if (slot_is_effective(c, dim)) {
		if (c->eff[dim]->n > 1)
			return BOX_NEVER;
		return spread_ids(env, dim, true, c->eff[dim]->pos[0], ps,
				  late);
	}
	if (!c->num[dim])
		return BOX_OK;
	return spread_ids(env, dim, false, c->num[dim], ps, late);
}

static void fence_ids(struct box_env *env, struct piece *p, enum num_dim dim,
		      const struct cell *c)
{
	struct cell g = p->box;

	if (slot_is_effective(c, dim) && c->num[dim]) {
		g.eff[dim] = NULL;
		g.num[dim] = iset_not(env->arena, c->num[dim]);
		if (g.num[dim]->n)
			fence(env, p, &g);
	}
	if (dim < (enum num_dim)EFF_DIMS && c->eff[dim] && c->eff[dim]->none) {
		g = p->box;
		g.num[dim] = NULL;
		g.eff[dim] = eset_some(env->arena, c->eff[dim]->none);
		fence(env, p, &g);
	}
}

static void add_fences(struct box_env *env, const struct cell *c, pieces *ps,
		       const late_fences *late)
{
	size_t i, l, d;

	for (l = 0; l < late->n; l++) {
		struct piece *p = &ps->v[late->v[l].piece];
		struct cell g = p->box;

		g.num[late->v[l].dim] = late->v[l].set;
		fence(env, p, &g);
	}
	for (i = 0; i < ps->n; i++) {
		fence_events(env, &ps->v[i], c->events);
		for (d = 0; d < NOM_DIMS; d++)
			fence_names(env, &ps->v[i], d, c->nom[d]);
		for (d = 0; d < NUM_DIMS; d++)
			fence_ids(env, &ps->v[i], d, c);
	}
}

enum box_result box_pieces(struct box_env *env, const struct cell *c,
			   size_t choice, pieces *out)
{
	late_fences late = { 0 };
	enum box_result r;
	size_t d;

	memset(out, 0, sizeof(*out));
	r = start_pieces(env, c, choice, out);
	for (d = 0; r == BOX_OK && d < NOM_DIMS; d++)
		r = add_names(env, d, c->nom[d], out);
	for (d = 0; r == BOX_OK && d < NUM_DIMS; d++)
		r = add_ids(env, d, c, out, &late);
	if (r == BOX_OK)
		add_fences(env, c, out, &late);
	return r;
}
