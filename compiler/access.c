/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "util.h"
#include "vec.h"

/* ---- where a rule matches ---- */

static dd_ref rule_events(struct space *sp, const struct krule *r)
{
	enum space_mask how = r->mask_in ? SPACE_MASK_HAS : SPACE_MASK_IS;

	if (r->func == KHOOK_KEY && r->keyrings.n)
		return space_rings(sp, r->keyrings.v, r->keyrings.n);
	if (r->func == KHOOK_DATA && r->labels.n)
		return space_data(sp, r->labels.v, r->labels.n);
	if (!r->has_mask || r->func == KHOOK_KEY || r->func == KHOOK_DATA)
		how = SPACE_MASK_ALL;
	return space_hook(sp, r->func, how, r->mask);
}

/* uid and euid share a slot, gid and egid another */
static dd_ref rule_uid(struct space *sp, const struct kid *k)
{
	return space_kid(sp, k->effective ? SPACE_ID_EUID : SPACE_ID_UID, k);
}

static dd_ref rule_gid(struct space *sp, const struct kid *k)
{
	return space_kid(sp, k->effective ? SPACE_ID_EGID : SPACE_ID_GID, k);
}

/* conditions that the kernel looks at for files only */
static dd_ref rule_file(struct space *sp, const struct krule *r, dd_ref set)
{
	struct dd *m = space_dd(sp);
	unsigned int f;

	set = dd_and(m, rule_gid(sp, &r->gid), set);
	for (f = 0; f < KLSM_FIELDS; f++)
		if (r->lsm[f])
			set = dd_and(m, space_name(sp, space_lsm_dim(f),
						   r->lsm[f]), set);
	set = dd_and(m, space_kid(sp, SPACE_ID_GROUP, &r->fgroup), set);
	set = dd_and(m, space_kid(sp, SPACE_ID_OWNER, &r->fowner), set);
	if (r->fsuuid)
		set = dd_and(m, space_name(sp, SPACE_FSUUID, r->fsuuid), set);
	if (r->has_fsmagic)
		set = dd_and(m, space_fsmagic(sp, r->fsmagic), set);
	if (r->fs_subtype)
		set = dd_and(m, space_name(sp, SPACE_FS_SUBTYPE,
					   r->fs_subtype), set);
	if (r->fsname)
		set = dd_and(m, space_name(sp, SPACE_FSNAME, r->fsname), set);
	return set;
}

dd_ref access_rule_region(struct space *sp, const struct krule *r)
{
	struct dd *m = space_dd(sp);
	dd_ref set = rule_events(sp, r);

	if (r->func == KHOOK_KEXEC_CMDLINE && space_cmdline_apart(sp))
		return set;
	if (r->func == KHOOK_KEY || r->func == KHOOK_DATA)
		return dd_and(m, rule_uid(sp, &r->uid), set);
	set = dd_and(m, rule_uid(sp, &r->uid), set);
	return rule_file(sp, r, set);
}

/* ---- outcomes ---- */

static const struct access_outcome nothing = { .pcr = -1 };

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_outcome(const struct access_outcome *a,
			 const struct access_outcome *b)
{
	return a->acts == b->acts && a->pcr == b->pcr &&
	       same_text(a->template, b->template) && a->verity == b->verity &&
	       a->directio == b->directio && a->sig == b->sig &&
	       a->algos == b->algos;
}

static size_t hash_outcome(const struct access_outcome *x)
{
	const char *s = x->template ? x->template : "";
	uint64_t h = 14695981039346656037u;

	h = (h ^ (uint64_t)(x->pcr + 1)) * 1099511628211u;
	h = (h ^ x->algos) * 1099511628211u;
	h = (h ^ (x->sig | (x->verity ? 16u : 0) | (x->directio ? 32u : 0) |
		  (x->acts ? 64u : 0))) * 1099511628211u;
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

void access_outcomes_init(struct access_outcomes *o, struct arena *a)
{
	memset(o, 0, sizeof(*o));
	o->arena = a;
	access_outcome(o, &nothing);
}

static uint32_t *find_slot(struct access_outcomes *o,
			   const struct access_outcome *x)
{
	size_t i = hash_outcome(x) & (o->n_slots - 1);

	while (o->slots[i] && !same_outcome(&o->v[o->slots[i] - 1], x))
		i = (i + 1) & (o->n_slots - 1);
	return &o->slots[i];
}

static void grow_slots(struct access_outcomes *o)
{
	uint32_t i;

	o->n_slots = o->n_slots ? o->n_slots * 2 : 64;
	o->slots = arena_zalloc(o->arena, o->n_slots, sizeof(*o->slots));
	for (i = 0; i < o->n; i++)
		*find_slot(o, &o->v[i]) = i + 1;
}

uint32_t access_outcome(struct access_outcomes *o,
			const struct access_outcome *x)
{
	uint32_t *slot;

	if (!x->acts)
		x = &nothing;
	if (o->n * 2 >= o->n_slots)
		grow_slots(o);
	slot = find_slot(o, x);
	if (!*slot) {
		vec_push(o->arena, o, *x);
		*slot = (uint32_t)o->n;
	}
	return *slot - 1;
}

struct access_outcome access_rule_outcome(const struct krule *r)
{
	struct access_outcome x = nothing;

	if (r->dont)
		return x;
	x.acts = true;
	x.verity = r->verity;
	x.directio = r->directio;
	if (r->class == KCLASS_MEASURE) {
		x.pcr = r->pcr;
		x.template = r->template;
	}
	if (r->class == KCLASS_APPRAISE) {
		x.sig = r->sig;
		x.algos = r->algos;
	}
	return x;
}

static void describe_algos(uint32_t algos, struct buf *out)
{
	const char *before = " algorithms ";
	unsigned int i;

	for (i = 0; i < 32; i++) {
		const char *name = algos >> i & 1 ? kmodel_hash_name(i) : NULL;

		if (name) {
			buf_printf(out, "%s%s", before, name);
			before = " | ";
		}
	}
}

void access_describe_outcome(enum kclass class, const struct access_outcome *x,
			     struct buf *out)
{
	static const char *const words[KCLASS_COUNT] = {
		"measure", "appraise", "audit", "hash",
	};

	buf_printf(out, "%s%s", x->acts ? "" : "no ", words[class]);
	if (x->pcr >= 0)
		buf_printf(out, " pcr %d", x->pcr);
	if (x->template)
		buf_printf(out, " template %s", x->template);
	if (x->sig & KSIG_SIGV3)
		buf_puts(out, x->verity ? " requiring verity-signature"
					: " requiring sigv3");
	else if (x->sig)
		buf_puts(out, x->sig & KSIG_MODSIG ? " requiring modsig"
						   : " requiring signature");
	if (x->verity && !(x->sig & KSIG_SIGV3))
		buf_puts(out, " digest verity");
	describe_algos(x->algos, out);
	if (x->directio)
		buf_puts(out, " allowing direct-io");
}

/* ---- steps and what they come to ---- */

static dd_ref buffers(struct space *sp)
{
	struct dd *m = space_dd(sp);
	dd_ref keys = space_hook(sp, KHOOK_KEY, SPACE_MASK_ALL, 0);
	dd_ref data = space_hook(sp, KHOOK_DATA, SPACE_MASK_ALL, 0);
	dd_ref line = space_hook(sp, KHOOK_KEXEC_CMDLINE, SPACE_MASK_ALL, 0);

	return dd_or(m, dd_or(m, keys, data), line);
}

/* what comes of it where a text is measured, and no file is read */
static struct access_outcome text_outcome(const struct access_outcome *x)
{
	struct access_outcome text = *x;

	text.verity = text.directio = false;
	if (text.pcr == 0)
		text.pcr = -1;
	return kmodel_lists_text(text.template) ? text : nothing;
}

dd_ref access_effect(struct space *sp, struct access_outcomes *o, dd_ref region,
		     const struct access_outcome *x)
{
	struct dd *m = space_dd(sp);
	struct access_outcome text = text_outcome(x);
	dd_ref effect = dd_and(m, region, dd_term(1 + access_outcome(o, x)));

	if (!x->acts || same_outcome(x, &text))
		return effect;
	return dd_or(m, dd_and(m, dd_and(m, region, buffers(sp)),
			       dd_term(1 + access_outcome(o, &text))),
		     effect);
}

struct access_step access_rule_step(struct space *sp, struct access_outcomes *o,
				    const struct krule *r)
{
	struct access_outcome x = access_rule_outcome(r);
	dd_ref region = access_rule_region(sp, r);

	return (struct access_step){ r->class,
				     access_effect(sp, o, region, &x) };
}

/* ---- runs ---- */

static bool same_kid(const struct kid *x, const struct kid *y)
{
	return x->op == y->op && (x->op == KID_ANY ||
	       (x->effective == y->effective && x->id == y->id));
}

static bool same_list(const struct kstrings *x, const struct kstrings *y)
{
	size_t i;

	if (x->n != y->n)
		return false;
	for (i = 0; i < x->n; i++)
		if (!same_text(x->v[i], y->v[i]))
			return false;
	return true;
}

static bool same_labels(const struct krule *x, const struct krule *y)
{
	int f;

	for (f = 0; f < KLSM_FIELDS; f++)
		if (!same_text(x->lsm[f], y->lsm[f]))
			return false;
	return same_list(&x->keyrings, &y->keyrings) &&
	       same_list(&x->labels, &y->labels);
}

static bool same_file(const struct krule *x, const struct krule *y)
{
	return x->has_fsmagic == y->has_fsmagic && x->fsmagic == y->fsmagic &&
	       same_text(x->fsname, y->fsname) &&
	       same_text(x->fs_subtype, y->fs_subtype) &&
	       same_text(x->fsuuid, y->fsuuid) &&
	       same_kid(&x->gid, &y->gid) && same_kid(&x->fowner, &y->fowner) &&
	       same_kid(&x->fgroup, &y->fgroup) && same_labels(x, y);
}

static bool same_event(const struct krule *x, const struct krule *y)
{
	return x->func == y->func && x->has_mask == y->has_mask &&
	       x->mask_in == y->mask_in && x->mask == y->mask;
}

static bool same_effect(const struct krule *x, const struct krule *y)
{
	return x->class == y->class && x->dont == y->dont &&
	       x->pcr == y->pcr && same_text(x->template, y->template) &&
	       x->verity == y->verity && x->sig == y->sig &&
	       x->directio == y->directio && x->algos == y->algos;
}

bool access_rule_same(const struct krule *x, const struct krule *y)
{
	return same_effect(x, y) && x->blacklist == y->blacklist &&
	       same_event(x, y) && same_kid(&x->uid, &y->uid) &&
	       same_file(x, y);
}

size_t access_rule_run(const struct krule *const *rules, size_t n)
{
	const struct krule *first = rules[0];
	size_t i;

	/* there is a kernel that does not look at ids for it */
	if (first->uid.op != KID_EQ || first->func == KHOOK_KEXEC_CMDLINE)
		return 1;
	for (i = 1; i < n; i++)
		if (rules[i]->uid.op != KID_EQ ||
		    rules[i]->uid.effective != first->uid.effective ||
		    !same_effect(rules[i], first) ||
		    !same_event(rules[i], first) || !same_file(rules[i], first))
			break;
	return i;
}

static int cmp_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static dd_ref run_ids(struct space *sp, struct arena *a,
		      const struct krule *const *rules, size_t n)
{
	enum space_id what = rules[0]->uid.effective ? SPACE_ID_EUID :
						       SPACE_ID_UID;
	uint32_t *id = arena_zalloc(a, n, sizeof(*id));
	dd_ref set = DD_PASS;
	size_t i, from;

	for (i = 0; i < n; i++)
		id[i] = rules[i]->uid.id;
	qsort(id, n, sizeof(*id), cmp_ids);
	for (from = 0; from < n; from = i) {
		for (i = from + 1; i < n && id[i] <= id[i - 1] + 1; i++)
			;
		set = dd_or(space_dd(sp), set,
			    space_ids(sp, what, id[from], id[i - 1]));
	}
	return set;
}

struct access_step access_run_step(struct space *sp, struct access_outcomes *o,
				   const struct krule *const *rules, size_t n)
{
	struct access_outcome x = access_rule_outcome(rules[0]);
	struct krule base = *rules[0];
	dd_ref region;

	if (n == 1)
		return access_rule_step(sp, o, rules[0]);
	base.uid.op = KID_ANY;
	region = dd_and(space_dd(sp), run_ids(sp, o->arena, rules, n),
			access_rule_region(sp, &base));
	return (struct access_step){ base.class,
				     access_effect(sp, o, region, &x) };
}

/* what of a class decides; terminal 1, nothing, where no step matches */
static dd_ref overlay_class(struct space *sp, const struct access_step *steps,
			    size_t n, enum kclass class, dd_ref *part)
{
	size_t i, n_parts = 0;

	for (i = 0; i < n; i++)
		if (steps[i].class == class)
			part[n_parts++] = steps[i].effect;
	part[n_parts++] = dd_term(1);
	return dd_overlay(space_dd(sp), part, n_parts);
}

enum { HASH_FIRST = 1, APPRAISE_FIRST };

/* of the steps of both classes that match, is the first one of hash? */
static dd_ref which_first(struct space *sp, const struct access_step *steps,
			  size_t n, dd_ref *part)
{
	struct dd *m = space_dd(sp);
	size_t i, n_parts = 0;

	for (i = 0; i < n; i++) {
		if (steps[i].class == KCLASS_HASH)
			part[n_parts++] = dd_and(m, steps[i].effect,
						 dd_term(HASH_FIRST));
		else if (steps[i].class == KCLASS_APPRAISE)
			part[n_parts++] = dd_and(m, steps[i].effect,
						 dd_term(APPRAISE_FIRST));
	}
	return dd_overlay(m, part, n_parts);
}

static uint32_t clears(uint32_t first, uint32_t appraise)
{
	return first == HASH_FIRST && appraise > 1;
}

static uint32_t unless_cleared(uint32_t hash, uint32_t cleared)
{
	return cleared ? 1 : hash;
}

/*
 * An appraise step that acts clears the hash exactly when hash has matched
 * before it, that is, when the first match of the two classes is one of hash.
 */
static dd_ref decide_hash(struct space *sp, const struct access_step *steps,
			  size_t n, dd_ref *part)
{
	struct dd *m = space_dd(sp);
	dd_ref hash = overlay_class(sp, steps, n, KCLASS_HASH, part);
	dd_ref appraise = overlay_class(sp, steps, n, KCLASS_APPRAISE, part);
	dd_ref first = which_first(sp, steps, n, part);

	return dd_combine(m, unless_cleared, hash,
			  dd_combine(m, clears, first, appraise));
}

dd_ref access_decide(struct space *sp, const struct access_step *steps,
		     size_t n, enum kclass class)
{
	dd_ref *part = arena_alloc(space_arena(sp), (n + 1) * sizeof(*part));

	return class == KCLASS_HASH ? decide_hash(sp, steps, n, part)
				    : overlay_class(sp, steps, n, class, part);
}
