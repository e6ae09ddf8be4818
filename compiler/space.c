/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "intern.h"
#include "space.h"
#include "util.h"
#include "vec.h"

/* ids that are compared with the same numbers share their cuts */
enum line { LINE_UID, LINE_GID, LINE_OWNER, LINE_GROUP, LINES };

/* the names that occur in one dimension; the atom behind the last is "other" */
struct names {
	VEC(const char *) list;		/* sorted, each once, when finished */
};

struct space {
	struct arena *arena;
	struct intern strings;
	bool cmdline_apart;	/* before 5.10: facts 4.5 */
	bool absent[KHOOK_COUNT];	/* no such hook on the target */
	struct names names[SPACE_DIMS];
	struct names rings, data;
	VEC(uint64_t) magics;
	VEC(uint32_t) cuts[LINES];	/* where intervals start; 0 is one */
	struct dd *dd;
};

struct event {
	enum khook hook;
	uint8_t mask;
};

#define R KMASK_READ
#define W KMASK_WRITE
#define X KMASK_EXEC
#define A KMASK_APPEND

/* the simplest first: messages show the first that will do */
static const struct event events[] = {
	{ KHOOK_BPRM, X }, { KHOOK_FILE, R }, { KHOOK_FILE, W },
	{ KHOOK_FILE, X }, { KHOOK_FILE, A },
	{ KHOOK_FILE, R | W }, { KHOOK_FILE, W | A }, { KHOOK_FILE, R | W | A },
	{ KHOOK_FILE, R | A }, { KHOOK_FILE, R | X }, { KHOOK_FILE, W | X },
	{ KHOOK_FILE, X | A }, { KHOOK_FILE, R | W | X },
	{ KHOOK_FILE, R | X | A }, { KHOOK_FILE, W | X | A },
	{ KHOOK_FILE, R | W | X | A },
	{ KHOOK_MMAP, X }, { KHOOK_MMAP_REQPROT, X }, { KHOOK_CREDS, X },
	{ KHOOK_MODULE, R }, { KHOOK_FIRMWARE, R }, { KHOOK_KEXEC_KERNEL, R },
	{ KHOOK_KEXEC_INITRAMFS, R }, { KHOOK_POLICY, R },
	{ KHOOK_KEXEC_CMDLINE, 0 },
};

#undef R
#undef W
#undef X
#undef A

static const enum line line_of_id[] = {
	LINE_UID, LINE_UID, LINE_GID, LINE_GID, LINE_OWNER, LINE_GROUP,
};
static_assert(ARRAY_SIZE(line_of_id) == SPACE_IDS, "one line for each id");

struct space *space_new(struct arena *a, const struct ktarget *t)
{
	struct space *sp = arena_new(a, struct space);
	unsigned int i;

	sp->arena = a;
	intern_init(&sp->strings, a);
	sp->cmdline_apart = kmodel_cmdline_ordinary(t) == KTRI_NO;
	for (i = KHOOK_FILE; i < KHOOK_COUNT; i++)
		sp->absent[i] = !kmodel_may(t, kmodel_hook(i));
	for (i = 0; i < LINES; i++)
		vec_push(a, &sp->cuts[i], 0);
	return sp;
}

/* ---- collecting ---- */

static void add_name(struct space *sp, struct names *n, const char *name)
{
	assert(!sp->dd);
	name = intern_str(&sp->strings, name);
	/* long lists mostly repeat the last name */
	if (!n->list.n || n->list.v[n->list.n - 1] != name)
		vec_push(sp->arena, &n->list, name);
}

void space_add_name(struct space *sp, enum space_dim dim, const char *name)
{
	add_name(sp, &sp->names[dim], name);
}

void space_add_ring(struct space *sp, const char *name)
{
	add_name(sp, &sp->rings, name);
}

void space_add_data(struct space *sp, const char *name)
{
	add_name(sp, &sp->data, name);
}

void space_add_fsmagic(struct space *sp, uint64_t magic)
{
	assert(!sp->dd);
	vec_push(sp->arena, &sp->magics, magic);
}

void space_add_ids(struct space *sp, enum space_id id, uint32_t lo,
		   uint32_t hi)
{
	enum line line = line_of_id[id];

	assert(!sp->dd);
	if (lo > hi)
		return;
	vec_push(sp->arena, &sp->cuts[line], lo);
	if (hi < KID_MAX)
		vec_push(sp->arena, &sp->cuts[line], hi + 1);
}

static void kid_range(const struct kid *k, uint32_t *lo, uint32_t *hi)
{
	*lo = *hi = k->id;
	if (k->op == KID_GT) {
		*lo = k->id < KID_MAX ? k->id + 1 : 1;
		*hi = k->id < KID_MAX ? KID_MAX : 0;
	} else if (k->op == KID_LT) {
		*lo = k->id ? 0 : 1;
		*hi = k->id ? k->id - 1 : 0;
	}
}

static void add_kid(struct space *sp, enum space_id id, const struct kid *k)
{
	uint32_t lo, hi;

	if (k->op == KID_ANY)
		return;
	kid_range(k, &lo, &hi);
	space_add_ids(sp, id, lo, hi);
}

static const enum space_dim lsm_dim[] = {
	[KLSM_OBJ_USER] = SPACE_OBJ_USER, [KLSM_OBJ_ROLE] = SPACE_OBJ_ROLE,
	[KLSM_OBJ_TYPE] = SPACE_OBJ_TYPE, [KLSM_SUBJ_USER] = SPACE_SUBJ_USER,
	[KLSM_SUBJ_ROLE] = SPACE_SUBJ_ROLE, [KLSM_SUBJ_TYPE] = SPACE_SUBJ_TYPE,
};
static_assert(ARRAY_SIZE(lsm_dim) == KLSM_FIELDS, "one dimension a field");

enum space_dim space_lsm_dim(enum klsm_field f)
{
	return lsm_dim[f];
}

void space_add_rule(struct space *sp, const struct krule *r)
{
	unsigned int f;
	size_t i;

	if (r->has_fsmagic)
		space_add_fsmagic(sp, r->fsmagic);
	if (r->fsname)
		space_add_name(sp, SPACE_FSNAME, r->fsname);
	if (r->fs_subtype)
		space_add_name(sp, SPACE_FS_SUBTYPE, r->fs_subtype);
	if (r->fsuuid)
		space_add_name(sp, SPACE_FSUUID, r->fsuuid);
	for (f = 0; f < KLSM_FIELDS; f++)
		if (r->lsm[f])
			space_add_name(sp, lsm_dim[f], r->lsm[f]);
	add_kid(sp, SPACE_ID_UID, &r->uid);
	add_kid(sp, SPACE_ID_GID, &r->gid);
	add_kid(sp, SPACE_ID_OWNER, &r->fowner);
	add_kid(sp, SPACE_ID_GROUP, &r->fgroup);
	for (i = 0; i < r->keyrings.n; i++)
		space_add_ring(sp, r->keyrings.v[i]);
	for (i = 0; i < r->labels.n; i++)
		space_add_data(sp, r->labels.v[i]);
}

/* ---- cutting ---- */

static int cmp_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int cmp_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int cmp_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

#define SORT_ONCE(vec, cmp) do {					\
	size_t i_, n_ = 0;						\
									\
	if ((vec)->n)							\
		qsort((vec)->v, (vec)->n, sizeof(*(vec)->v), cmp);	\
	for (i_ = 0; i_ < (vec)->n; i_++)				\
		if (!n_ || (vec)->v[n_ - 1] != (vec)->v[i_])		\
			(vec)->v[n_++] = (vec)->v[i_];			\
	(vec)->n = n_;							\
} while (0)

static uint32_t first_ring(void)
{
	return ARRAY_SIZE(events);
}

static uint32_t first_data(const struct space *sp)
{
	return first_ring() + (uint32_t)sp->rings.list.n + 1;
}

static void id_widths(const struct space *sp, uint32_t *width)
{
	width[SPACE_OWNER] = (uint32_t)sp->cuts[LINE_OWNER].n;
	width[SPACE_GROUP] = (uint32_t)sp->cuts[LINE_GROUP].n;
	width[SPACE_UID] = width[SPACE_EUID] = width[SPACE_SUID] =
		(uint32_t)sp->cuts[LINE_UID].n;
	width[SPACE_GID] = width[SPACE_EGID] = width[SPACE_SGID] =
		(uint32_t)sp->cuts[LINE_GID].n;
	width[SPACE_CAP_SETUID] = width[SPACE_CAP_SETGID] = 2;
}

void space_finish(struct space *sp)
{
	uint32_t width[SPACE_DIMS];
	unsigned int i;

	for (i = 0; i < SPACE_DIMS; i++) {
		SORT_ONCE(&sp->names[i].list, cmp_name);
		width[i] = (uint32_t)sp->names[i].list.n + 1;
	}
	SORT_ONCE(&sp->rings.list, cmp_name);
	SORT_ONCE(&sp->data.list, cmp_name);
	SORT_ONCE(&sp->magics, cmp_u64);
	for (i = 0; i < LINES; i++)
		SORT_ONCE(&sp->cuts[i], cmp_u32);
	width[SPACE_FSMAGIC] = (uint32_t)sp->magics.n + 1;
	width[SPACE_EVENT] = first_data(sp) + (uint32_t)sp->data.list.n + 1;
	id_widths(sp, width);
	sp->dd = dd_new(sp->arena, width, SPACE_DIMS);
}

struct dd *space_dd(const struct space *sp)
{
	return sp->dd;
}

struct arena *space_arena(const struct space *sp)
{
	return sp->arena;
}

/* ---- values and their atoms ---- */

/* the place of a name; that behind the last: it does not occur */
static uint32_t look_up(const struct names *n, const char *name)
{
	const char **p = name && n->list.n ?
		bsearch(&name, n->list.v, n->list.n, sizeof(*n->list.v),
			cmp_name) : NULL;

	return (uint32_t)(p ? (size_t)(p - n->list.v) : n->list.n);
}

static uint32_t find_name(const struct names *n, const char *name)
{
	uint32_t atom = look_up(n, name);

	assert(atom < n->list.n);
	return atom;
}

static enum line line_of_dim(enum space_dim dim)
{
	return dim == SPACE_OWNER ? LINE_OWNER :
	       dim == SPACE_GROUP ? LINE_GROUP :
	       dim >= SPACE_GID ? LINE_GID : LINE_UID;
}

uint32_t space_find_name(const struct space *sp, enum space_dim dim,
			 const char *name)
{
	return look_up(&sp->names[dim], name);
}

uint32_t space_find_fsmagic(const struct space *sp, uint64_t magic)
{
	const uint64_t *p = sp->magics.n ?
		bsearch(&magic, sp->magics.v, sp->magics.n, sizeof(magic),
			cmp_u64) : NULL;

	return (uint32_t)(p ? (size_t)(p - sp->magics.v) : sp->magics.n);
}

uint32_t space_find_id(const struct space *sp, enum space_dim dim,
		       uint32_t id)
{
	enum line line = line_of_dim(dim);
	size_t lo = 0, hi = sp->cuts[line].n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (sp->cuts[line].v[mid] <= id)
			lo = mid;
		else
			hi = mid;
	}
	return (uint32_t)lo;
}

uint32_t space_find_event(const struct space *sp, enum khook hook,
			  uint8_t mask, const char *name)
{
	uint32_t i;

	if (hook == KHOOK_KEY)
		return first_ring() + look_up(&sp->rings, name);
	if (hook == KHOOK_DATA)
		return first_data(sp) + look_up(&sp->data, name);
	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (events[i].hook == hook && events[i].mask == mask)
			return i;
	return UINT32_MAX;
}

/* ---- conditions ---- */

static dd_ref one_atom(struct space *sp, enum space_dim dim, uint32_t atom)
{
	struct dd_range r = { atom, atom };

	return dd_ranges(sp->dd, dim, &r, 1);
}

dd_ref space_name(struct space *sp, enum space_dim dim, const char *name)
{
	return one_atom(sp, dim, find_name(&sp->names[dim], name));
}

dd_ref space_fsmagic(struct space *sp, uint64_t magic)
{
	uint32_t atom = space_find_fsmagic(sp, magic);

	assert(atom < sp->magics.n);
	return one_atom(sp, SPACE_FSMAGIC, atom);
}

/* the interval that starts at x; behind the last for KID_MAX + 1 */
static uint32_t find_cut(const struct space *sp, enum line line, uint32_t x)
{
	const uint32_t *p;

	if (x > KID_MAX)
		return (uint32_t)sp->cuts[line].n;
	p = bsearch(&x, sp->cuts[line].v, sp->cuts[line].n, sizeof(x),
		    cmp_u32);
	assert(p);
	return (uint32_t)(p - sp->cuts[line].v);
}

/* some id that the process may use lies in the range */
static dd_ref effective(struct space *sp, enum space_dim real,
			const struct dd_range *r)
{
	/* capability, effective and saved id follow their real id */
	dd_ref cap = one_atom(sp, real + 1, 1);
	dd_ref eff = dd_ranges(sp->dd, real + 2, r, 1);
	dd_ref other = dd_or(sp->dd, dd_ranges(sp->dd, real, r, 1),
			     dd_ranges(sp->dd, real + 3, r, 1));

	return dd_or(sp->dd, eff, dd_and(sp->dd, cap, other));
}

static_assert(SPACE_CAP_SETUID == SPACE_UID + 1 &&
	      SPACE_EUID == SPACE_UID + 2 && SPACE_SUID == SPACE_UID + 3 &&
	      SPACE_CAP_SETGID == SPACE_GID + 1 &&
	      SPACE_EGID == SPACE_GID + 2 && SPACE_SGID == SPACE_GID + 3,
	      "the ids of a process stand together");

dd_ref space_ids(struct space *sp, enum space_id id, uint32_t lo, uint32_t hi)
{
	enum line line = line_of_id[id];
	struct dd_range r;

	if (lo > hi)
		return DD_PASS;
	r.lo = find_cut(sp, line, lo);
	r.hi = find_cut(sp, line, hi + 1) - 1;
	switch (id) {
	case SPACE_ID_EUID:
		return effective(sp, SPACE_UID, &r);
	case SPACE_ID_EGID:
		return effective(sp, SPACE_GID, &r);
	case SPACE_ID_UID:
		return dd_ranges(sp->dd, SPACE_UID, &r, 1);
	case SPACE_ID_GID:
		return dd_ranges(sp->dd, SPACE_GID, &r, 1);
	case SPACE_ID_OWNER:
		return dd_ranges(sp->dd, SPACE_OWNER, &r, 1);
	default:
		return dd_ranges(sp->dd, SPACE_GROUP, &r, 1);
	}
}

dd_ref space_kid(struct space *sp, enum space_id id, const struct kid *k)
{
	uint32_t lo, hi;

	if (k->op == KID_ANY)
		return DD_TRUE;
	kid_range(k, &lo, &hi);
	return space_ids(sp, id, lo, hi);
}

static bool event_wanted(const struct space *sp, const struct event *e,
			 enum khook hook, enum space_mask how, uint8_t mask)
{
	if (hook == KHOOK_NONE) {
		if (sp->absent[e->hook] ||
		    (e->hook == KHOOK_KEXEC_CMDLINE && sp->cmdline_apart))
			return false;
	} else if (e->hook != hook) {
		return false;
	}
	return how == SPACE_MASK_ALL ||
	       (how == SPACE_MASK_IS && e->mask == mask) ||
	       (how == SPACE_MASK_HAS && (e->mask & mask));
}

dd_ref space_hook(struct space *sp, enum khook hook, enum space_mask how,
		  uint8_t mask)
{
	struct dd_range r[ARRAY_SIZE(events) + 2];
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (event_wanted(sp, &events[i], hook, how, mask))
			r[n++] = (struct dd_range){ i, i };
	if (hook == KHOOK_KEY)
		r[n++] = (struct dd_range){ first_ring(), first_data(sp) - 1 };
	if (hook == KHOOK_DATA)
		r[n++] = (struct dd_range){
			first_data(sp), dd_width(sp->dd, SPACE_EVENT) - 1 };
	return dd_ranges(sp->dd, SPACE_EVENT, r, n);
}

static dd_ref listed(struct space *sp, const struct names *all, uint32_t first,
		     const char *const *names, size_t n)
{
	dd_ref r = DD_PASS;
	size_t i;

	for (i = 0; i < n; i++)
		r = dd_or(sp->dd, r,
			  one_atom(sp, SPACE_EVENT,
				   first + find_name(all, names[i])));
	return r;
}

dd_ref space_rings(struct space *sp, const char *const *names, size_t n)
{
	return listed(sp, &sp->rings, first_ring(), names, n);
}

dd_ref space_data(struct space *sp, const char *const *names, size_t n)
{
	return listed(sp, &sp->data, first_data(sp), names, n);
}

bool space_cmdline_apart(const struct space *sp)
{
	return sp->cmdline_apart;
}

/* ---- what atoms are ---- */

struct space_event space_event(const struct space *sp, uint32_t atom)
{
	struct space_event e = { KHOOK_KEY, 0, NULL };
	const struct names *names = &sp->rings;

	if (atom < ARRAY_SIZE(events))
		return (struct space_event){ events[atom].hook,
					     events[atom].mask, NULL };
	atom -= first_ring();
	if (atom > sp->rings.list.n) {
		atom -= (uint32_t)sp->rings.list.n + 1;
		e.hook = KHOOK_DATA;
		names = &sp->data;
	}
	if (atom < names->list.n)
		e.name = names->list.v[atom];
	return e;
}

const char *space_atom_name(const struct space *sp, enum space_dim dim,
			    uint32_t atom)
{
	const struct names *n = &sp->names[dim];

	return atom < n->list.n ? n->list.v[atom] : NULL;
}

bool space_atom_fsmagic(const struct space *sp, uint32_t atom, uint64_t *magic)
{
	if (atom >= sp->magics.n)
		return false;
	*magic = sp->magics.v[atom];
	return true;
}

uint32_t space_atom_id(const struct space *sp, enum space_dim dim,
		       uint32_t atom)
{
	return sp->cuts[line_of_dim(dim)].v[atom];
}
