/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "kdialect_int.h"

/* The validity matrix and the rules that join two conditions. */

static enum kgroup rule_group(const struct krule *r)
{
	enum kfeature f = kmodel_hook(r->func);

	return f == KF_COUNT ? KGROUP_FILE : kmodel_row(f)->group;
}

static void func_text(struct buf *b, const struct krule *r)
{
	enum kfeature f = kmodel_hook(r->func);

	if (f == KF_COUNT)
		buf_puts(b, "a rule without `func=`");
	else
		buf_printf(b, "`func=%s`", kmodel_word(f));
}

/* which hooks would take what this one does not */
static bool combo_remedy(struct kparse *p, enum kcond c)
{
	switch (c) {
	case KCOND_KEYRINGS:
		return kd_remedy(p, "`keyrings=` needs `func=KEY_CHECK`");
	case KCOND_LABEL:
		return kd_remedy(p, "`label=` needs `func=CRITICAL_DATA`");
	case KCOND_MODSIG:
		return kd_remedy(p, "appended signatures are for MODULE_CHECK, "
				 "KEXEC_KERNEL_CHECK and "
				 "KEXEC_INITRAMFS_CHECK");
	case KCOND_APPRAISE:
	case KCOND_AUDIT:
	case KCOND_HASH:
		return kd_remedy(p, "`measure` and `dont_measure` are all "
				 "that this hook has");
	case KCOND_MEASURE:
		return kd_remedy(p, "`appraise` is all that this hook has");
	case KCOND_EUID:
		return kd_remedy(p, "leave it out, or write `uid=`");
	default:
		return kd_remedy(p, "leave it out");
	}
}

static bool not_taken(struct kparse *p, enum kcond c)
{
	struct buf b;

	buf_init(&b, p->in->arena);
	func_text(&b, p->rule);
	p->tok = p->cond[c];
	kd_refuse(p, KD_COMBINATION, "%s does not take `%.*s`", b.s,
		  KD_TOK(p));
	return combo_remedy(p, c);
}

/* the cell is there, but not in this release */
static bool not_yet(struct kparse *p, enum kcond c, enum kfeature f)
{
	struct kanswer a = kmodel_has(p->t, f);
	char since[KRELEASE_TEXT];

	not_taken(p, c);
	p->out->err.reason = KD_NOT_IN_RELEASE;
	p->out->err.feature = f;
	return kd_remedy(p, "%s is the first release known to take it",
			 krelease_text(a.since, since, sizeof(since)));
}

static bool check_matrix(struct kparse *p)
{
	enum kgroup g = rule_group(p->rule);
	/* before sigv3 could stand alone it left no mark of its own */
	bool sigv3 = !kmodel_forbids(p->t, KF_RULE_SIGV3_AFTER_VERITY);
	int c;

	for (c = 0; c < KCOND_COUNT; c++) {
		enum kfeature f;

		if (!p->cond[c].end || (c == KCOND_SIGV3 && !sigv3))
			continue;
		f = kmodel_combo(g, c);
		if (f == KF_COUNT)
			return not_taken(p, c);
		if (!kmodel_may(p->t, f))
			return not_yet(p, c, f);
	}
	return true;
}

static bool check_required(struct kparse *p)
{
	struct krange r = kmodel_range(KKIND_COMBO);
	enum kgroup g = rule_group(p->rule);
	unsigned int f;

	for (f = r.first; f < r.end; f++) {
		const struct krow *row = kmodel_row(f);

		if (!row->req || row->group != g || p->cond[row->cond].end)
			continue;
		p->tok = p->slot[0].end ? p->slot[0] : p->action;
		kd_refuse(p, KD_COMBINATION, "`%.*s` without `appraise_algos=`",
			  KD_TOK(p));
		return kd_remedy(p, "say which algorithms may be written, as "
				 "in `appraise_algos=sha256`");
	}
	return true;
}

static bool needs_action(struct kparse *p, struct kspan at, const char *word)
{
	p->tok = at;
	kd_refuse(p, KD_COMBINATION, "`%.*s` needs `%s`", KD_TOK(p), word);
	return kd_remedy(p, "leave it out, or write a rule with `%s`", word);
}

static struct kspan signature_span(const struct kparse *p)
{
	static const enum kcond conds[] = { KCOND_IMASIG, KCOND_MODSIG,
					    KCOND_SIGV3, KCOND_ALGOS };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(conds); i++)
		if (p->cond[conds[i]].end)
			return p->cond[conds[i]];
	return (struct kspan){ 0, 0 };
}

static bool check_actions(struct kparse *p)
{
	const struct krule *r = p->rule;
	struct kspan sig = signature_span(p);

	if (p->cond[KCOND_PCR].end &&
	    (r->class != KCLASS_MEASURE || r->dont))
		return needs_action(p, p->cond[KCOND_PCR],
				    kmodel_word(KF_ACT_MEASURE));
	if (sig.end && (r->class != KCLASS_APPRAISE || r->dont))
		return needs_action(p, sig, kmodel_word(KF_ACT_APPRAISE));
	return true;
}

static bool check_flag(struct kparse *p)
{
	struct kspan at = p->slot[KF_KEY_APPRAISE_FLAG - KF_KEY_FUNC];

	if (!at.end || kmodel_may(p->t, KF_RULE_FLAG_IGNORED) ||
	    (p->rule->sig & KSIG_MODSIG))
		return true;
	p->tok = at;
	kd_refuse(p, KD_COMBINATION,
		  "`%.*s` without `appraise_type=imasig|modsig`", KD_TOK(p));
	return kd_remedy(p, "6.6 and later check the blacklist with every "
			 "`appraise_type=`; leave it out");
}

static bool check_verity(struct kparse *p)
{
	const struct krule *r = p->rule;

	if (!r->verity || r->sig || r->class != KCLASS_APPRAISE || r->dont)
		return true;
	p->tok = p->cond[KCOND_VERITY];
	kd_refuse(p, KD_COMBINATION,
		  "`appraise` with `digest_type=verity` needs a signature");
	p->out->err.feature = KF_RULE_VERITY_NEEDS_TYPE;
	return kd_remedy(p, "add `appraise_type=sigv3` after it");
}

bool kd_validate(struct kparse *p)
{
	if (!check_actions(p) || !check_flag(p) || !check_verity(p))
		return false;
	/* 5.4 takes any mix */
	if (!kmodel_forbids(p->t, KF_RULE_VALIDATION))
		return true;
	return check_matrix(p) && check_required(p);
}
