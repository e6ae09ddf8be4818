/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "opencost.h"

/* hundredths of W_RULE, which is passing a rule about another operation */
enum {
	W_RULE = 100,
	W_DECIDED = 90,		/* a rule of a class that is decided */
	W_MASK = 40,
	W_FSMAGIC = 50,
	W_FSUUID = 60,
	W_FSNAME = 280,		/* also fs_subtype */
	W_ID = 320,		/* uid, gid */
	W_EFFECTIVE = 3600,	/* euid, egid: a capability is asked for first */
	W_OWNER = 590,		/* fowner, fgroup: through the mount's mapping */
	W_OBJECT = 2700,	/* the security module is asked */
	W_SUBJECT = 2000,
};

/* of the first condition behind func= and mask=; 0: there is none */
static unsigned int first_condition(const struct krule *k)
{
	int f;

	if (k->has_fsmagic)
		return W_FSMAGIC;
	if (k->fsname || k->fs_subtype)
		return W_FSNAME;
	if (k->fsuuid)
		return W_FSUUID;
	if (k->uid.op != KID_ANY)
		return k->uid.effective ? W_EFFECTIVE : W_ID;
	if (k->gid.op != KID_ANY)
		return k->gid.effective ? W_EFFECTIVE : W_ID;
	if (k->fowner.op != KID_ANY || k->fgroup.op != KID_ANY)
		return W_OWNER;
	for (f = 0; f < KLSM_FIELDS; f++)
		if (k->lsm[f])
			return f <= KLSM_OBJ_TYPE ? W_OBJECT : W_SUBJECT;
	return 0;
}

static bool takes_mask(const struct krule *k)
{
	return !k->has_mask || k->mask == KMASK_READ;
}

/* true: it matches, and decides */
static bool add_rule(struct opencost *c, const struct krule *k)
{
	unsigned int condition;

	c->cost += W_RULE;
	if (k->func != KHOOK_NONE && k->func != KHOOK_FILE)
		return false;
	c->rules++;
	if (k->has_mask)
		c->cost += W_MASK;
	if (!takes_mask(k))
		return false;
	condition = first_condition(k);
	c->cost += condition;
	return !condition;
}

struct opencost opencost_of(const struct krule *const *rules, size_t n)
{
	struct opencost c = { 0, 0 };
	bool open[KCLASS_COUNT] = { false };
	size_t i, left = 0;

	for (i = 0; i < n; i++)
		if (krule_opens_class(rules[i]) && !open[rules[i]->class]) {
			open[rules[i]->class] = true;
			left++;
		}
	for (i = 0; i < n && left; i++) {
		if (!open[rules[i]->class]) {
			c.cost += W_DECIDED;
		} else if (add_rule(&c, rules[i])) {
			open[rules[i]->class] = false;
			left--;
		}
	}
	return c;
}
