/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <stdlib.h>

#include "judge_int.h"
#include "util.h"
#include "verify.h"

#ifdef IMAPOL_FAULTS
int judge_fault;
#endif

#define OPEN UINT32_MAX		/* of an atom: not known */
#define VARIANTS_MAX 4096	/* of one file: nobody waits for more */

/* what the kernel takes a file without a label for */
#define UNLABELED_USER "system_u"
#define UNLABELED_ROLE "object_r"
#define UNLABELED_TYPE "unlabeled_t"

/* ---- maps ---- */

static size_t hash_key(const uint32_t *key, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ key[i]) * 0x100000001b3u;
	return (size_t)(h ^ h >> 29);
}

/* the slot of the key, or the one where it belongs */
static struct judge_slot *find_slot(const struct judge_map *m,
				    const uint32_t *key, size_t n)
{
	size_t i = hash_key(key, n);
	struct judge_slot *s;

	for (;; i++) {
		s = &m->slots[i & (m->cap - 1)];
		if (!s->key || (s->n == n &&
				!memcmp(s->key, key, n * sizeof(*key))))
			return s;
	}
}

/* its place; SIZE_MAX: not there */
static size_t map_find(const struct judge_map *m, const uint32_t *key, size_t n)
{
	const struct judge_slot *s = m->cap ? find_slot(m, key, n) : NULL;

	return s && s->key ? s->value : SIZE_MAX;
}

static void map_grow(struct judge_map *m, struct arena *a)
{
	const struct judge_map was = *m;
	size_t i;

	m->cap = was.cap ? was.cap * 2 : 64;
	m->slots = arena_zalloc(a, m->cap, sizeof(*m->slots));
	for (i = 0; i < was.cap; i++)
		if (was.slots[i].key)
			*find_slot(m, was.slots[i].key, was.slots[i].n) =
				was.slots[i];
}

static void map_add(struct judge_map *m, struct arena *a, const uint32_t *key,
		    size_t n, size_t value)
{
	uint32_t *copy = arena_zalloc(a, n + 1, sizeof(*copy));

	if (n)
		memcpy(copy, key, n * sizeof(*copy));
	if (m->n * 2 >= m->cap)
		map_grow(m, a);
	*find_slot(m, key, n) = (struct judge_slot){ copy, n, value };
	m->n++;
}

/* ---- once for a policy ---- */

struct coding {
	struct judge *j;
	enum kclass class;
};

static uint32_t algos_number(struct judge *j, uint32_t algos)
{
	uint32_t i;

	if (!algos || judge_fault_on(ALGOS))
		return 0;
	for (i = 0; i < j->algos.n && j->algos.v[i] != algos; i++)
		;
	if (i == j->algos.n)
		vec_push(j->arena, &j->algos, algos);
	return i + 1;
}

static uint32_t pcr_code(const struct krule *r)
{
	/* that of a file; 10 is CONFIG_IMA_MEASURE_PCR_IDX everywhere */
	return (uint32_t)(r->pcr < 0 ? 10 : r->pcr % 32) << JCODE_PCR;
}

static uint32_t measure_code(const struct krule *r)
{
	bool ima = r->template && !strcmp(r->template, "ima");

	return JCODE_MEASURE | pcr_code(r) |
	       (ima && !judge_fault_on(IMA) ? JCODE_IMA : 0);
}

/* what the rule puts into the JCODE_ of the accesses that it decides about */
static uint32_t rule_code(void *arg, uint32_t t)
{
	const struct coding *c = arg;
	const struct krule *r;
	uint32_t code;

	if (!t)
		return 0;
	r = &c->j->x.rules[t - 1];
	code = JCODE_MATCHED | (uint32_t)r->sig << JCODE_SIG |
	       (r->verity ? JCODE_VERITY : 0);
	if (r->dont)
		return judge_fault_on(DONT) ? JCODE_MATCHED : code;
	switch (c->class) {
	case KCLASS_MEASURE:
		return code | measure_code(r);
	case KCLASS_AUDIT:
		return code | JCODE_AUDIT;
	case KCLASS_APPRAISE:
		return code | JCODE_APPRAISE |
		       (r->func == KHOOK_NONE ? JCODE_NO_FUNC : 0) |
		       algos_number(c->j, r->algos) << JCODE_ALGOS;
	default:
		return code;
	}
}

/* where an appraise rule takes it back, a hash rule does nothing */
static uint32_t hash_code(void *arg, uint32_t t)
{
	const struct judge *j = arg;

	return t && j->x.outcomes.v[t - 1].acts ? JCODE_HASH : 0;
}

static uint32_t bit_or(uint32_t a, uint32_t b)
{
	return a | b;
}

static uint32_t sticky_code(void *arg, uint32_t code)
{
	(void)arg;
	return code & (JCODE_MATCHED | JCODE_VERITY | 7 << JCODE_SIG);
}

static void build_code(struct judge *j)
{
	struct dd *m = j->x.m;
	dd_ref all = dd_map(m, j->x.decided[KCLASS_HASH], hash_code, j);
	int c;

	for (c = 0; c < KCLASS_COUNT; c++) {
		struct coding arg = { j, c };

		all = dd_combine(m, bit_or, all,
				 dd_map(m, j->x.decider[c], rule_code, &arg));
	}
	j->code = dd_or(m, all, dd_term(JCODE_MATCHED));
	j->sticks = dd_map(m, j->code, sticky_code, NULL);
}

static void only(struct judge *j, enum space_dim dim, uint32_t atom)
{
	struct dd_range r = { atom, atom };

	j->subjects = dd_and(j->x.m, dd_ranges(j->x.m, dim, &r, 1),
			     j->subjects);
	j->asked |= 1u << dim;
}

static void build_subjects(struct judge *j, const struct judge_subject *s)
{
	static const enum space_dim ids[] = { SPACE_UID, SPACE_EUID,
					      SPACE_SUID };
	size_t i;

	j->subjects = DD_TRUE;
	if (s->domain)
		only(j, SPACE_SUBJ_TYPE,
		     space_find_name(j->x.space, SPACE_SUBJ_TYPE, s->domain));
	if (!s->has_uid)
		return;
	only(j, SPACE_CAP_SETGID, s->uid == 0);
	only(j, SPACE_CAP_SETUID, s->uid == 0);
	for (i = judge_fault_on(REAL); i < ARRAY_SIZE(ids); i++)
		only(j, ids[i], space_find_id(j->x.space, ids[i], s->uid));
}

struct judge *judge_new(struct arena *a, const struct policy *p,
			const struct judge_subject *s, struct diags *ds)
{
	struct judge *j = arena_new(a, struct judge);

	j->arena = a;
	j->policy = p;
	j->new_label = kmodel_creds_subject(&p->target) !=
		       KMEAN_CREDS_SUBJ_CALLER && !judge_fault_on(LABEL);
	if (!explain_open(&j->x, p, ds))
		return NULL;
	j->idle = !j->x.active[KCLASS_APPRAISE];
	judge_find_packed(j);
	build_code(j);
	build_subjects(j, s);
	return verify_budget_ok(j->x.m, ds) ? j : NULL;
}

static void free_memos(struct judge_class *c)
{
	struct judge_memo *m, *next;
	size_t i;

	for (i = 0; i < JUDGE_MEMOS; i++)
		for (m = atomic_load(&c->memo[i]); m; m = next) {
			next = m->next;
			free(m);
		}
}

void judge_free(struct judge *j)
{
	size_t i;

	for (i = 0; i < j->classes.n; i++)
		free_memos(j->classes.v[i]);
}

bool judge_idle(const struct judge *j)
{
	return j->idle;
}

const struct policy *judge_policy(const struct judge *j)
{
	return j->policy;
}

/* ---- a file as atoms ---- */

static_assert(SPACE_FSNAME == 3 && SPACE_OWNER == 7,
	      "labels, then the file system, then its owner");

static bool same_text(const char *x, const char *y)
{
	return x == y || (x && y && strcmp(x, y) == 0);
}

static bool same_fs(const struct tree_fs *x, const struct tree_fs *y)
{
	return x->has_magic == y->has_magic && x->magic == y->magic &&
	       same_text(x->name, y->name) && same_text(x->uuid, y->uuid);
}

static const char *copy_text(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

static void add_fs(struct judge *j, const struct tree_fs *fs)
{
	struct judge_fs f = { .fs = *fs };
	uint32_t atom[SPACE_DIMS];
	bool fixed[SPACE_DIMS];
	struct question q;
	unsigned int dim;

	question_init(&q, KHOOK_BPRM, KMASK_EXEC);
	if (fs->name)
		question_name(&q, SPACE_FSNAME, fs->name);
	if (fs->has_magic)
		question_magic(&q, fs->magic);
	if (fs->uuid)
		question_fsuuid(&q, j->arena, fs->uuid);
	question_complete(&q);
	question_point(&q, j->x.space, atom, fixed);
	for (dim = SPACE_FSNAME; dim < SPACE_OWNER; dim++)
		f.atom[dim] = fixed[dim] ? atom[dim] : OPEN;
	f.fs.name = copy_text(j->arena, fs->name);
	f.fs.uuid = copy_text(j->arena, fs->uuid);
	vec_push(j->arena, &j->fs, f);
}

static const struct judge_fs *find_fs(struct judge *j, const struct tree_fs *fs)
{
	size_t i;

	for (i = 0; i < j->fs.n; i++)
		if (same_fs(&j->fs.v[i].fs, fs))
			return &j->fs.v[i];
	add_fs(j, fs);
	return &j->fs.v[j->fs.n - 1];
}

static void find_label(struct judge *j, const struct judge_who *who,
		       uint32_t *atom)
{
	const struct space *sp = j->x.space;
	enum klsm lsm = j->policy->target.lsm;
	bool none = (lsm == KLSM_SELINUX || lsm == KLSM_SMACK) &&
		    !who->user && !who->role && !who->type;

	/* there SELinux's policy has one for all of the file system */
	if (none && (who->fs->no_xattrs || lsm == KLSM_SMACK)) {
		atom[SPACE_OBJ_USER] = atom[SPACE_OBJ_ROLE] =
			atom[SPACE_OBJ_TYPE] = OPEN;
		return;
	}
	atom[SPACE_OBJ_USER] = space_find_name(sp, SPACE_OBJ_USER,
				none ? UNLABELED_USER : who->user);
	atom[SPACE_OBJ_ROLE] = space_find_name(sp, SPACE_OBJ_ROLE,
				none ? UNLABELED_ROLE : who->role);
	atom[SPACE_OBJ_TYPE] = space_find_name(sp, SPACE_OBJ_TYPE,
				none ? UNLABELED_TYPE : who->type);
}

static void find_atoms(struct judge *j, const struct judge_who *who,
		       uint32_t *atom)
{
	const struct judge_fs *fs = find_fs(j, who->fs);

	memcpy(atom, fs->atom, sizeof(fs->atom));
	find_label(j, who, atom);
	atom[SPACE_OWNER] = space_find_id(j->x.space, SPACE_OWNER, who->owner);
	atom[SPACE_GROUP] = judge_fault_on(GROUP) ? 0 :
		space_find_id(j->x.space, SPACE_GROUP, who->group);
}

/* ---- its classes ---- */

struct walk {
	struct judge *j;
	const uint32_t *known;
	uint32_t atom[SPACE_DIMS];
	uint32_t told;			/* bits of open dimensions that matter */
	VEC(uint32_t) places;		/* of variants */
	bool full;
};

static size_t variant_of(struct walk *w, const dd_ref f[KCLASS_COUNT])
{
	struct judge *j = w->j;
	size_t place = map_find(&j->by_nodes, f, KCLASS_COUNT);
	struct judge_variant *v;
	int c;

	if (place != SIZE_MAX)
		return place;
	v = arena_new(j->arena, struct judge_variant);
	for (c = 0; c < KCLASS_COUNT; c++) {
		v->decider[c] = f[c];
		v->decided[c] = dd_follow(j->x.m, j->x.decided[c], w->atom,
					  SPACE_EVENT);
	}
	v->code = dd_follow(j->x.m, j->code, w->atom, SPACE_EVENT);
	v->sticks = dd_follow(j->x.m, j->sticks, w->atom, SPACE_EVENT);
	judge_make_paths(j, v);
	place = j->variants.n;
	vec_push(j->arena, &j->variants, v);
	map_add(&j->by_nodes, j->arena, f, KCLASS_COUNT, place);
	return place;
}

static void take_variant(struct walk *w, const dd_ref f[KCLASS_COUNT])
{
	uint32_t place = (uint32_t)variant_of(w, f);

	if (w->places.n && w->places.v[w->places.n - 1] == place)
		return;
	if (w->places.n >= VARIANTS_MAX)
		w->full = true;
	else
		vec_push(w->j->arena, &w->places, place);
}

static bool is_tested(const struct walk *w, const dd_ref f[KCLASS_COUNT],
		      unsigned int dim)
{
	int c;

	for (c = 0; c < KCLASS_COUNT; c++)
		if (dd_level(w->j->x.m, f[c]) == dim)
			return true;
	return false;
}

/* all that the file may be, from that dimension on */
static void walk_files(struct walk *w, const dd_ref f[KCLASS_COUNT],
		       unsigned int dim)
{
	struct dd *m = w->j->x.m;
	dd_ref was[KCLASS_COUNT], to[KCLASS_COUNT];
	uint32_t a = 0, end = 1;
	int c;

	while (dim < SPACE_EVENT && !is_tested(w, f, dim))
		w->atom[dim++] = 0;
	if (dim == SPACE_EVENT) {
		take_variant(w, f);
		return;
	}
	if (w->known[dim] == OPEN) {
		w->told |= 1u << dim;
		end = judge_fault_on(WORST) ? 1 : dd_width(m, dim);
	} else {
		a = w->known[dim];
		end = a + 1;
	}
	for (; a < end && !w->full; a++) {
		w->atom[dim] = a;
		for (c = 0; c < KCLASS_COUNT; c++)
			to[c] = dd_follow(m, f[c], w->atom, dim + 1);
		if (w->known[dim] == OPEN && a &&
		    !memcmp(to, was, sizeof(to)))
			continue;
		memcpy(was, to, sizeof(was));
		walk_files(w, to, dim + 1);
	}
}

static const char *open_words(const struct walk *w)
{
	unsigned int dim;
	struct buf b;

	if (!w->told)
		return NULL;
	buf_init(&b, w->j->arena);
	for (dim = 0; dim < SPACE_EVENT; dim++)
		if (w->told >> dim & 1)
			buf_printf(&b, "%s%s", b.len ? ", " :
				   "the worst of what may be its ",
				   witness_dim_word(dim));
	return b.s;
}

static unsigned int variant_asks(const struct judge_variant *v)
{
	unsigned int asks = 0, op, i;
	size_t k;

	for (op = 0; op < JUDGE_OPS; op++)
		for (k = 0; k < v->path[op].n; k++)
			for (i = 0; i < v->path[op].v[k].n; i++)
				if (v->path[op].v[k].call[i].code &
				    JCODE_APPRAISE)
					asks |= JUDGE_BIT(op);
	return asks;
}

static struct judge_class *new_class(const struct walk *w)
{
	struct judge *j = w->j;
	struct judge_class *c = arena_new(j->arena, struct judge_class);
	size_t i;

	c->judge = j;
	c->memo = arena_zalloc(j->arena, JUDGE_MEMOS, sizeof(*c->memo));
	c->open = open_words(w);
	c->full = w->full || dd_full(j->x.m);
	for (i = 0; i < w->places.n; i++) {
		const struct judge_variant *v =
			j->variants.v[w->places.v[i]];

		vec_push(j->arena, &c->variants, v);
		c->asks |= variant_asks(v);
	}
	if (c->full && !j->idle)
		c->asks = JUDGE_BIT(JUDGE_OPS) - 1;
	return c;
}

static size_t find_class(struct judge *j, const uint32_t *known)
{
	struct walk w = { .j = j, .known = known };
	size_t place;

	walk_files(&w, j->x.decider, 0);
	place = map_find(&j->by_variants, w.places.v, w.places.n);
	if (place != SIZE_MAX && !w.full)
		return place;
	place = j->classes.n;
	vec_push(j->arena, &j->classes, new_class(&w));
	if (!w.full)
		map_add(&j->by_variants, j->arena, w.places.v, w.places.n,
			place);
	return place;
}

const struct judge_class *judge_class(struct judge *j,
				      const struct judge_who *who)
{
	uint32_t atom[SPACE_EVENT];
	size_t place;

	find_atoms(j, who, atom);
	place = map_find(&j->by_atoms, atom, SPACE_EVENT);
	if (place == SIZE_MAX) {
		place = find_class(j, atom);
		map_add(&j->by_atoms, j->arena, atom, SPACE_EVENT, place);
	}
	return j->classes.v[place];
}

unsigned int judge_asks(const struct judge_class *c)
{
	return c->asks;
}

unsigned int judge_needs_seal(const struct judge_class *c)
{
	/* without security.ima each of them is refused */
	return c->asks;
}

static bool takes_appended(const struct judge_variant *v)
{
	unsigned int path, i;
	size_t k;

	/* what any of the others asks for may have stuck */
	for (path = 0; path < JUDGE_PATHS; path++)
		for (k = 0; k < v->path[path].n; k++)
			for (i = 0; i < v->path[path].v[k].n; i++)
				if (v->path[path].v[k].call[i].code >> JCODE_SIG &
				    KSIG_MODSIG)
					return true;
	return false;
}

unsigned int judge_takes_appended(const struct judge_class *c)
{
	const unsigned int ops = JUDGE_BIT(JUDGE_MODULE) |
		JUDGE_BIT(JUDGE_KEXEC_KERNEL) |
		JUDGE_BIT(JUDGE_KEXEC_INITRAMFS);
	size_t i;

	for (i = 0; i < c->variants.n; i++)
		if (takes_appended(c->variants.v[i]))
			return c->asks & ops;
	return 0;
}

/* ---- do two decide alike? ---- */

static bool event_differs(const struct judge *j, const struct judge_variant *x,
			  const struct judge_variant *y,
			  const struct judge_call *call)
{
	uint32_t e = space_find_event(j->x.space, call->hook, call->mask, NULL);
	int c;

	for (c = 0; c < KCLASS_COUNT; c++)
		if (judge_at_event(j, x->decided[c], e) !=
		    judge_at_event(j, y->decided[c], e))
			return true;
	/* nothing may be done, and yet something sticks */
	return judge_at_event(j, x->sticks, e) !=
	       judge_at_event(j, y->sticks, e);
}

static bool variant_differs(const struct judge *j,
			    const struct judge_variant *x,
			    const struct judge_variant *y, unsigned int ops)
{
	struct judge_call call[JUDGE_CALLS];
	unsigned int op, i, n;

	for (op = 0; op < JUDGE_OPS; op++) {
		if (!(ops & JUDGE_BIT(op)))
			continue;
		n = judge_path_events(j, op, call);
		for (i = 0; i < n; i++)
			if (event_differs(j, x, y, &call[i]))
				return true;
	}
	call[0].hook = KHOOK_FILE;
	for (i = 0; i < JUDGE_OPEN_KINDS; i++) {
		call[0].mask = judge_open_masks[i];
		if (event_differs(j, x, y, &call[0]))
			return true;
	}
	return false;
}

bool judge_differs(const struct judge_class *x, const struct judge_class *y,
		   unsigned int ops)
{
	size_t i;

	if (x == y)
		return false;
	if (x->full || y->full || x->variants.n != y->variants.n)
		return true;
	for (i = 0; i < x->variants.n; i++)
		if (variant_differs(x->judge, x->variants.v[i],
				    y->variants.v[i], ops))
			return true;
	return false;
}
