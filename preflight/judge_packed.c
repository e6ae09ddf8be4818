/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "judge_int.h"

/*
 * Packed modules. Where the kernel does not unpack them itself, user space does and
 * calls init_module(2), which has no file: ima_load_data() refuses it, whatever file
 * that was, once an appraise rule names MODULE_CHECK and module signatures are not
 * enforced.
 */

static enum ktri unpacks(const struct ktarget *t)
{
	struct kanswer k = kmodel_has(t, KF_CONFIG_MODULE_DECOMPRESS);

	if (k.verdict != KV_PRESENT)
		return k.bracketed ? KTRI_MAYBE : KTRI_NO;
	return t->config[KCONFIG_MODULE_DECOMPRESS];
}

void judge_find_packed(struct judge *j)
{
	const struct policy *p = j->policy;
	size_t i;

	j->packed_rule = -1;
	j->unpacks = unpacks(&p->target);
	for (i = 0; i < p->rules.n && j->packed_rule < 0; i++) {
		const struct krule *r = &p->rules.v[i].k;

		if (r->class == KCLASS_APPRAISE && !r->dont &&
		    r->func == KHOOK_MODULE)
			j->packed_rule = (int)i;
	}
}

void judge_add_packed(const struct judge *j, unsigned int reach,
		      struct judge_verdict *out)
{
	struct judge_finding *f = &out->at[JUDGE_MODULE];

	if (!(reach & JUDGE_PACKED) || !(reach & JUDGE_BIT(JUDGE_MODULE)) ||
	    j->packed_rule < 0 || j->unpacks == KTRI_YES ||
	    f->answer == JUDGE_REFUSED || f->answer == JUDGE_UNKNOWN)
		return;
	f->answer = JUDGE_UNKNOWN;
	f->hook = KHOOK_MODULE;
	f->rule = j->packed_rule;
	f->detail = j->unpacks == KTRI_NO ?
		"it is packed, and its kernel does not unpack modules: it is loaded only where their own signatures are enforced" :
		"it is packed, and whether its kernel unpacks modules is not known";
	out->unknown |= JUDGE_BIT(JUDGE_MODULE);
}
