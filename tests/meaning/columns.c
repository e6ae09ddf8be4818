/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "columns.h"

/* dimensions of conditions, in the order of a line; the hook is apart */
enum cond_dim {
	COND_MASK, COND_UID, COND_GID, COND_OWNER, COND_GROUP, COND_MAGIC,
	COND_TEXT,		/* TEXT_DIMS of them, rings and labels unused */
	COND_DIMS = COND_TEXT + TEXT_DIMS
};

static struct krule *new_cond(struct columns *c, struct arena *a,
			      unsigned int dim)
{
	struct column_cond cc = { .dim = dim };

	krule_init(&cc.rule, KCLASS_MEASURE, false);
	vec_push(a, &c->conds, cc);
	return &c->conds.v[c->conds.n - 1].rule;
}

static void mask_conds(struct columns *c, struct arena *a, uint8_t bits,
		       bool in)
{
	for (uint8_t m = 1; m < 16; m <<= 1) {
		struct krule *r;

		if (!(bits & m))
			continue;
		r = new_cond(c, a, COND_MASK);
		r->has_mask = true;
		r->mask_in = in;
		r->mask = m;
	}
}

static struct kid *kid_of(struct krule *r, unsigned int dim)
{
	switch (dim) {
	case COND_UID:
		return &r->uid;
	case COND_GID:
		return &r->gid;
	case COND_OWNER:
		return &r->fowner;
	default:
		return &r->fgroup;
	}
}

static bool has_id(const id_list *l, uint32_t n)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i] == n)
			return true;
	return false;
}

static void id_cond(struct columns *c, struct arena *a, unsigned int dim,
		    bool effective, enum kid_op op, uint32_t n)
{
	*kid_of(new_cond(c, a, dim), dim) = (struct kid){ op, effective, n };
}

/* each bound as > and <, each id that stands between two bounds as = */
static void bound_conds(struct columns *c, struct arena *a, unsigned int dim,
			const id_list *equal, const id_list *cut,
			bool effective)
{
	for (size_t i = 0; i < equal->n; i++)
		id_cond(c, a, dim, effective, KID_EQ, equal->v[i]);
	for (size_t i = 0; i < cut->n; i++) {
		uint32_t n = cut->v[i];

		id_cond(c, a, dim, effective, KID_LT, n);
		id_cond(c, a, dim, effective, KID_GT, n - 1);
		if (has_id(cut, n + 1) && !has_id(equal, n))
			id_cond(c, a, dim, effective, KID_EQ, n);
		if (n == 1 && !has_id(equal, 0))
			id_cond(c, a, dim, effective, KID_EQ, 0);
	}
}

static void add_cut(struct arena *a, id_list *cut, uint64_t n)
{
	if (n > 0 && n <= KID_MAX && !has_id(cut, (uint32_t)n))
		vec_push(a, cut, (uint32_t)n);
}

static void id_conds(struct columns *c, struct arena *a,
		     const struct atoms *at, enum atom_num d, bool rich)
{
	const id_list *equal = &at->equal[d];
	unsigned int dim = COND_UID + d;
	bool real = true, effective = false;
	id_list cut = { 0 };

	for (size_t i = 0; i < at->cut[d].n; i++)
		add_cut(a, &cut, at->cut[d].v[i]);
	for (size_t i = 0; rich && i < equal->n; i++) {
		add_cut(a, &cut, equal->v[i]);
		add_cut(a, &cut, (uint64_t)equal->v[i] + 1);
	}
	if (d == ATOM_UID) {
		real = at->real_uid;
		effective = at->euid;
	} else if (d == ATOM_GID) {
		real = at->real_gid;
		effective = at->egid;
	}
	if (real)
		bound_conds(c, a, dim, equal, &cut, false);
	if (effective)
		bound_conds(c, a, dim, equal, &cut, true);
}

static void text_conds(struct columns *c, struct arena *a, enum text_dim d,
		       const text_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct krule *r = new_cond(c, a, COND_TEXT + d);

		if (d == TEXT_FSNAME)
			r->fsname = l->v[i];
		else if (d == TEXT_FS_SUBTYPE)
			r->fs_subtype = l->v[i];
		else if (d == TEXT_FSUUID)
			r->fsuuid = l->v[i];
		else
			r->lsm[d - TEXT_LSM] = l->v[i];
	}
}

static void vocabulary(struct columns *c, struct arena *a,
		       const struct atoms *at, bool rich)
{
	mask_conds(c, a, at->mask_in, true);
	mask_conds(c, a, at->mask_is, false);
	for (int d = 0; d < ATOM_NUMS; d++)
		id_conds(c, a, at, (enum atom_num)d, rich);
	for (size_t i = 0; i < at->magic.n; i++) {
		struct krule *r = new_cond(c, a, COND_MAGIC);

		r->has_fsmagic = true;
		r->fsmagic = at->magic.v[i];
	}
	for (int d = 0; d < TEXT_RING; d++)
		text_conds(c, a, (enum text_dim)d, &at->text[d]);
}

struct signature {
	uint64_t bits[COLUMNS_CONDS / 64];
	unsigned int hook;	/* KHOOK_NONE: one that nobody names */
};

static struct signature signature_of(const struct columns *c,
				     const struct kaccess *a)
{
	struct signature s = { .hook = KHOOK_NONE };

	if (c->hooks & 1u << a->hook)
		s.hook = a->hook;
	for (size_t i = 0; i < c->conds.n; i++)
		if (brute_rule_matches(c->target, &c->conds.v[i].rule, a))
			s.bits[i / 64] |= (uint64_t)1 << (i % 64);
	return s;
}

bool columns_build(struct columns *c, struct arena *a,
		   const struct ktarget *t, const struct atoms *at, bool rich,
		   uint64_t cap)
{
	struct signature seen[SEARCH_ACCESSES];
	struct domain d;

	memset(c, 0, sizeof(*c));
	c->target = t;
	c->hooks = at->hooks | 1u << KHOOK_NONE;
	vocabulary(c, a, at, rich);
	domain_init(&d, a, t, at);
	if (c->conds.n > COLUMNS_CONDS || d.n_file > cap)
		return false;
	for (uint64_t i = 0; i < d.n_file; i++) {
		struct kaccess acc;
		struct signature s;
		unsigned int j;

		domain_access(&d, i, &acc);
		s = signature_of(c, &acc);
		for (j = 0; j < c->n; j++)
			if (memcmp(&seen[j], &s, sizeof(s)) == 0)
				break;
		if (j < c->n)
			continue;
		if (c->n == SEARCH_ACCESSES)
			return false;
		c->rep[c->n] = acc;
		seen[c->n++] = s;
	}
	return true;
}

static uint16_t region_of(const struct columns *c, const struct krule *r)
{
	uint16_t region = 0;

	for (unsigned int i = 0; i < c->n; i++)
		if (brute_rule_matches(c->target, r, &c->rep[i]))
			region |= (uint16_t)(1u << i);
	return region;
}

static unsigned int hook_effect(enum khook h)
{
	switch (h) {
	case KHOOK_MODULE:
		return KEFFECT_MODULE;
	case KHOOK_FIRMWARE:
		return KEFFECT_FIRMWARE;
	case KHOOK_POLICY:
		return KEFFECT_POLICY;
	case KHOOK_KEXEC_KERNEL:
		return KEFFECT_KEXEC;
	default:
		return 0;
	}
}

/* what a line with this hook may be; 0: the kernel refuses it */
static unsigned char hook_flags(enum kclass class, enum khook h, bool dont,
				unsigned int effects)
{
	unsigned char flags = SEARCH_DO | (dont ? SEARCH_DONT : 0);

	if (h == KHOOK_KEY || h == KHOOK_DATA || h == KHOOK_SETXATTR)
		return 0;
	if (h == KHOOK_KEXEC_CMDLINE && class != KCLASS_MEASURE)
		return 0;
	if (class == KCLASS_APPRAISE && hook_effect(h) & ~effects)
		flags &= (unsigned char)~SEARCH_DO;
	return flags;
}

void columns_lines(const struct columns *c, enum kclass class, bool dont,
		   unsigned int effects, struct search *s)
{
	struct search_dim dims[COND_DIMS];

	memset(dims, 0, sizeof(dims));
	for (size_t i = 0; i < c->conds.n; i++) {
		struct search_dim *d = &dims[c->conds.v[i].dim];

		if (d->n < sizeof(d->v) / sizeof(d->v[0]))
			d->v[d->n++] = region_of(c, &c->conds.v[i].rule);
	}
	search_init(s, c->n);
	for (int h = 0; h < KHOOK_COUNT; h++) {
		struct krule r;
		unsigned char flags = hook_flags(class, (enum khook)h, dont,
						 effects);

		if (!(c->hooks & 1u << h) || !flags)
			continue;
		krule_init(&r, class, false);
		r.func = (enum khook)h;
		search_add(s, region_of(c, &r), dims, COND_DIMS, flags);
	}
}

/* ---- a region back into a line ---- */

static void cond_print(struct buf *b, const struct krule *r)
{
	static const char *const ids[] = { "uid", "gid", "fowner", "fgroup" };
	static const char *const lsm[KLSM_FIELDS] = {
		"obj_user", "obj_role", "obj_type",
		"subj_user", "subj_role", "subj_type",
	};
	const struct kid *k[] = { &r->uid, &r->gid, &r->fowner, &r->fgroup };

	if (r->has_mask)
		buf_printf(b, " mask=%s0x%x", r->mask_in ? "^" : "", r->mask);
	for (int i = 0; i < 4; i++)
		if (k[i]->op != KID_ANY)
			buf_printf(b, " %s%s%c%u", k[i]->effective ? "e" : "",
				   ids[i], " =><"[k[i]->op], k[i]->id);
	if (r->has_fsmagic)
		buf_printf(b, " fsmagic=0x%llx",
			   (unsigned long long)r->fsmagic);
	if (r->fsname)
		buf_printf(b, " fsname=%s", r->fsname);
	if (r->fs_subtype)
		buf_printf(b, " fs_subtype=%s", r->fs_subtype);
	if (r->fsuuid)
		buf_printf(b, " fsuuid=%s", r->fsuuid);
	for (int i = 0; i < KLSM_FIELDS; i++)
		if (r->lsm[i])
			buf_printf(b, " %s=%s", lsm[i], r->lsm[i]);
}

/* conditions from dim on that cut have down to want; left: how many at most */
static bool spell(struct buf *b, const struct columns *c, uint16_t have,
		  uint16_t want, unsigned int dim, unsigned int left)
{
	if (have == want)
		return true;
	if (left == 0)
		return false;
	for (size_t i = 0; i < c->conds.n; i++) {
		const struct column_cond *cc = &c->conds.v[i];
		uint16_t r;
		size_t at = b->len;

		if (cc->dim < dim)
			continue;
		r = have & region_of(c, &cc->rule);
		if (r == have || want & ~r)
			continue;
		cond_print(b, &cc->rule);
		if (spell(b, c, r, want, cc->dim + 1, left - 1))
			return true;
		b->len = at;
		b->s[at] = 0;
	}
	return false;
}

void columns_line_print(struct buf *b, const struct columns *c,
			enum kclass class, const struct search_line *line)
{
	struct krule r;

	krule_init(&r, class, line->outcome == 0);
	for (unsigned int left = 0; left < COND_DIMS; left++) {
		for (int h = 0; h < KHOOK_COUNT; h++) {
			size_t at = b->len;

			if (!(c->hooks & 1u << h))
				continue;
			r.func = (enum khook)h;
			buf_printf(b, "%s%s", line->outcome ? "" : "dont_",
				   bclass_name(class));
			if (h)
				buf_printf(b, " func=%s",
					   bhook_name((enum khook)h));
			if (spell(b, c, region_of(c, &r), line->region, 0,
				  left))
				return;
			b->len = at;
			b->s[at] = 0;
		}
	}
}
