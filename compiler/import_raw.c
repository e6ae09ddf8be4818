/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "import_int.h"
#include "util.h"

#define PCR_MAX 23	/* TPMs have 24 registers; the language has no more */

static bool large_pcr(const struct import *im, const struct krule *k)
{
	(void)im;
	return k->pcr > PCR_MAX;
}

/* before 6.6 it is the flag alone that has the blacklist looked at */
static bool blacklist(const struct import *im, const struct krule *k)
{
	return k->blacklist &&
	       kmodel_has(im->target, KF_RULE_FLAG_IGNORED).verdict ==
		       KV_ABSENT;
}

static bool signature_kinds(const struct import *im, const struct krule *k)
{
	(void)im;
	if (k->class != KCLASS_APPRAISE || k->dont)
		return k->sig != 0;
	switch (k->sig) {
	case 0:
	case KSIG_IMASIG:
	case KSIG_IMASIG | KSIG_MODSIG:
		return k->verity;
	case KSIG_SIGV3:
		return !k->verity;
	default:
		return true;
	}
}

/* named, the hooks would have load-time effects that such a rule has not */
static bool appraise_mask(const struct import *im, const struct krule *k)
{
	(void)im;
	return k->class == KCLASS_APPRAISE && !k->dont &&
	       k->func == KHOOK_NONE && k->has_mask && k->mask == KMASK_READ;
}

/* some of the hooks that it matches do not take it by name */
static bool verity_mask(const struct import *im, const struct krule *k)
{
	(void)im;
	return k->verity && k->func == KHOOK_NONE && k->has_mask &&
	       k->mask == KMASK_READ;
}

static bool contained_exec(const struct import *im, const struct krule *k)
{
	(void)im;
	return k->has_mask && k->mask_in && k->mask == KMASK_EXEC &&
	       (k->func == KHOOK_FILE || k->func == KHOOK_NONE);
}

/* what it says of files and what it comes to for a text are not the same */
static bool text_option(const struct import *im, const struct krule *k)
{
	return k->class == KCLASS_MEASURE && !k->dont &&
	       k->func == KHOOK_NONE && !k->has_mask &&
	       kmodel_cmdline_ordinary(im->target) != KTRI_NO &&
	       (k->pcr == 0 || !kmodel_lists_text(k->template));
}

/* named, the hooks are fewer than those that it may match */
static bool unknown_hooks(const struct import *im, const struct krule *k)
{
	return k->class == KCLASS_MEASURE && k->func == KHOOK_NONE &&
	       !k->has_mask &&
	       kmodel_cmdline_ordinary(im->target) == KTRI_MAYBE;
}

static bool smack_label(const struct import *im, const struct krule *k)
{
	size_t i;

	(void)im;
	for (i = KLSM_OBJ_USER; i <= KLSM_OBJ_TYPE; i++)
		if (k->lsm[i] && (!strcmp(k->lsm[i], "*") ||
				  strchr(k->lsm[i], ':')))
			return true;
	return k->lsm[KLSM_SUBJ_TYPE] && strchr(k->lsm[KLSM_SUBJ_TYPE], ':');
}

/* the rows of the manual */
static const struct {
	const char *words;
	bool (*is)(const struct import *im, const struct krule *k);
} constructs[] = {
	{ "a register above 23", large_pcr },
	{ "appraise_flag= before kernel 6.6", blacklist },
	{ "sigv3 without digest_type=verity, or beside imasig",
	  signature_kinds },
	{ "an appraise rule with mask=MAY_READ or ^MAY_READ and no func=",
	  appraise_mask },
	{ "digest_type=verity with mask=MAY_READ or ^MAY_READ and no func=",
	  verity_mask },
	{ "mask=^MAY_EXEC for opens", contained_exec },
	{ "pcr=0 or template=ima without func=", text_option },
	{ "a measure or dont_measure rule without func= from kernel 5.5 to 5.9, "
	  "of which is not known whether it takes in kexec command lines",
	  unknown_hooks },
	{ "a label that is * or has a colon in it", smack_label },
};

const char *import_raw_construct(size_t i)
{
	return i < ARRAY_SIZE(constructs) ? constructs[i].words : NULL;
}

bool import_is_raw(const struct import *im, const struct krule *k)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(constructs); i++)
		if (constructs[i].is(im, k))
			return true;
	return false;
}
