/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "kdialect.h"

#define NO_UUID "00000000-0000-0000-0000-000000000000"

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool in_list(const struct kstrings *list, const char *s)
{
	size_t i;

	if (!list->n)
		return true;
	for (i = 0; s && i < list->n; i++)
		if (same(list->v[i], s))
			return true;
	return false;
}

static bool id_matches(const struct kid *k, uint32_t id)
{
	switch (k->op) {
	case KID_EQ:
		return id == k->id;
	case KID_GT:
		return id > k->id;
	case KID_LT:
		return id < k->id;
	default:
		return true;
	}
}

/* uid= looks at the real id; euid= at all three when the capability is there */
static bool ids_match(const struct kid *k, const struct kids *ids)
{
	if (!k->effective)
		return id_matches(k, ids->real);
	if (id_matches(k, ids->effective))
		return true;
	return ids->cap && (id_matches(k, ids->saved) ||
			    id_matches(k, ids->real));
}

static bool mask_matches(const struct krule *r, uint8_t mask)
{
	if (!r->has_mask)
		return true;
	return r->mask_in ? (r->mask & mask) != 0 : r->mask == mask;
}

static bool fs_matches(const struct krule *r, const struct kaccess *a)
{
	if (r->has_fsmagic && r->fsmagic != a->fsmagic)
		return false;
	if (r->fsname && !same(r->fsname, a->fsname))
		return false;
	if (r->fs_subtype && !same(r->fs_subtype, a->fs_subtype))
		return false;
	return !r->fsuuid ||
	       same(r->fsuuid, a->fsuuid ? a->fsuuid : NO_UUID);
}

static bool labels_match(const struct krule *r, const struct kaccess *a)
{
	int i;

	for (i = 0; i < KLSM_FIELDS; i++)
		if (r->lsm[i] && !same(r->lsm[i], a->lsm[i]))
			return false;
	return true;
}

/* keys and data: func, the real uid and the list; nothing else is looked at */
static bool buffer_matches(const struct krule *r, const struct kaccess *a)
{
	if (r->func != a->hook)
		return false;
	if (!r->uid.effective && !id_matches(&r->uid, a->uid.real))
		return false;
	return a->hook == KHOOK_KEY ? in_list(&r->keyrings, a->keyring) :
				      in_list(&r->labels, a->label);
}

bool kdialect_rule_matches(const struct ktarget *t, const struct krule *r,
			   const struct kaccess *a)
{
	/* the allow-list of SETXATTR_CHECK is set at the load, not here */
	if (a->hook == KHOOK_SETXATTR ||
	    (r->func == KHOOK_SETXATTR && !a->any_hook))
		return false;
	if (r->func != KHOOK_NONE && r->func != a->hook && !a->any_hook)
		return false;
	if (a->hook == KHOOK_KEY || a->hook == KHOOK_DATA)
		return buffer_matches(r, a);
	if (a->hook == KHOOK_KEXEC_CMDLINE &&
	    kmodel_cmdline_ordinary(t) == KTRI_NO)
		return r->func == a->hook;
	return (a->any_hook || mask_matches(r, a->mask)) && fs_matches(r, a) &&
	       ids_match(&r->uid, &a->uid) && ids_match(&r->gid, &a->gid) &&
	       id_matches(&r->fowner, a->fowner) &&
	       id_matches(&r->fgroup, a->fgroup) && labels_match(r, a);
}

struct kdecision kdialect_walk(const struct ktarget *t,
			       const struct krule *rules, size_t n,
			       const struct kaccess *a)
{
	struct kdecision d;
	bool open[KCLASS_COUNT] = { false };
	size_t i;
	int c;

	for (c = 0; c < KCLASS_COUNT; c++)
		d.rule[c] = -1;
	for (i = 0; i < n; i++)
		if (krule_opens_class(&rules[i]))
			open[rules[i].class] = true;
	for (i = 0; i < n; i++) {
		c = rules[i].class;
		if (!open[c] || !kdialect_rule_matches(t, &rules[i], a))
			continue;
		d.rule[c] = (int)i;
		open[c] = false;
	}
	return d;
}
