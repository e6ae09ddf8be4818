/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "kdialect_int.h"
#include "num.h"
#include "vec.h"

/* ---- numbers, as the kernel's kstrto*() read them ---- */

/*
 * An optional +, with base 16 an optional 0x, digits, and nothing else. Too
 * large is seen before junk behind the digits.
 */
static enum num_status kernel_number(const char *s, size_t len,
				     unsigned int base, uint64_t *out)
{
	const char *digits = base == 16 ? "0123456789abcdefABCDEF"
					: "0123456789";
	enum num_status st;
	size_t n = 0;

	if (len && *s == '+') {
		s++;
		len--;
	}
	if (base == 16 && len >= 2 && s[0] == '0' &&
	    (s[1] == 'x' || s[1] == 'X')) {
		s += 2;
		len -= 2;
	}
	while (n < len && s[n] && strchr(digits, s[n]))
		n++;
	st = num_parse(s, n, base, UINT64_MAX, out);
	return st == NUM_OK && n < len ? NUM_SYNTAX : st;
}

static bool number_range(struct kparse *p, bool erange, uint64_t max)
{
	kd_refuse(p, KD_NUMBER_RANGE, "`%.*s` is out of range", KD_TOK(p));
	p->out->err.erange = erange;
	return kd_remedy(p, "%llu is the largest", (unsigned long long)max);
}

static bool take_id(struct kparse *p, struct kid *id, bool effective)
{
	uint64_t max = kmodel_row(KF_LIMIT_ID)->num, v;
	enum num_status st = kernel_number(p->value, p->value_len, 10, &v);

	if (st == NUM_SYNTAX)
		return kd_bad_number(p);
	if (st == NUM_RANGE || v > max)
		return number_range(p, st == NUM_RANGE, max);
	id->op = p->op == '>' ? KID_GT : p->op == '<' ? KID_LT : KID_EQ;
	id->effective = effective;
	id->id = (uint32_t)v;
	return true;
}

static bool take_fsmagic(struct kparse *p)
{
	uint64_t v;
	enum num_status st = kernel_number(p->value, p->value_len, 16, &v);

	if (st == NUM_SYNTAX)
		return kd_bad_number(p);
	if (st == NUM_RANGE)
		return number_range(p, true, UINT64_MAX);
	p->rule->has_fsmagic = true;
	p->rule->fsmagic = v;
	return true;
}

/*
 * A word that older kernels, or all, take only behind the action. Where there is
 * none at all, that is what is wrong.
 */
static bool before_action(struct kparse *p, enum kfeature action)
{
	struct kspan tok = p->tok;

	while (kd_next_token(p, tok.end, &tok)) {
		if (kmodel_find(KKIND_ACTION, p->line + tok.start,
				tok.end - tok.start) == KF_COUNT)
			continue;
		kd_refuse(p, KD_BAD_ORDER, "`%s=` before the action",
			  kmodel_word(p->key));
		kd_remedy(p, "put `%s` first", kmodel_word(action));
		return kd_mend_move(p, NULL, true);
	}
	kd_refuse(p, KD_NO_ACTION, "the rule has no action");
	return kd_remedy(p, "start it with `%s`", kmodel_word(action));
}

/* the only number that may have a minus: -0 is a pcr */
static bool take_pcr(struct kparse *p)
{
	uint64_t max = kmodel_row(KF_LIMIT_PCR)->num, v = 0;
	bool minus = p->value[0] == '-';
	const char *s = p->value + minus;
	enum num_status st;

	if (!p->has_action && kmodel_forbids(p->t, KF_RULE_PCR_AFTER_ACTION))
		return before_action(p, KF_ACT_MEASURE);
	st = minus && p->value_len > 1 && *s == '+' ? NUM_SYNTAX :
	     kernel_number(s, p->value_len - minus, 10, &v);
	if (st == NUM_SYNTAX)
		return kd_bad_number(p);
	if (st == NUM_RANGE || v > max || (minus && v))
		return number_range(p, false, max);
	p->rule->pcr = (int)v;
	return true;
}

/* ---- words of the table ---- */

static bool take_func(struct kparse *p)
{
	enum kfeature f = kmodel_find(KKIND_HOOK, p->value, p->value_len);

	if (f == KF_COUNT)
		f = kmodel_find(KKIND_ALIAS, p->value, p->value_len);
	if (f == KF_COUNT)
		return kd_bad_value(p, KD_BAD_HOOK, KKIND_HOOK);
	if (!kd_need(p, f))
		return false;
	p->rule->func = kmodel_row(f)->hook;
	return true;
}

static bool take_mask(struct kparse *p)
{
	bool in = p->value[0] == '^';
	enum kfeature f = kmodel_find(KKIND_MASK, p->value + in,
				      p->value_len - in);

	if (f == KF_COUNT)
		return kd_bad_value(p, KD_BAD_MASK, KKIND_MASK);
	p->rule->has_mask = true;
	p->rule->mask_in = in;
	p->rule->mask = (uint8_t)kmodel_row(f)->num;
	return true;
}

static bool take_template(struct kparse *p)
{
	const char *name;

	if (!p->has_action) {
		before_action(p, KF_ACT_MEASURE);
		p->out->err.feature = KF_RULE_TEMPLATE_AFTER_MEASURE;
		return false;
	}
	if (p->rule->class != KCLASS_MEASURE || p->rule->dont) {
		kd_refuse(p, KD_COMBINATION, "`template=` needs `measure`");
		return kd_remedy(p, "leave it out");
	}
	name = kmodel_template(intern_len(p->in, p->value, p->value_len));
	if (!name)
		return kd_bad_value(p, KD_BAD_TEMPLATE, KKIND_TEMPLATE);
	if (!kd_need(p, kmodel_template_row(name)))
		return false;
	p->rule->template = intern_str(p->in, name);
	return true;
}

static bool take_digest_type(struct kparse *p)
{
	enum kfeature f = kmodel_find(KKIND_VALUE, p->value, p->value_len);

	if (f != KF_DIGEST_VERITY) {
		kd_bad_value(p, KD_BAD_TYPE, KKIND_VALUE);
		if (p->out->err.reason == KD_BAD_TYPE && !p->out->err.n_mends)
			kd_remedy(p, "`verity` is the only one; leave the "
				  "word out for a plain digest");
		return false;
	}
	if (p->rule->sig && kmodel_forbids(p->t, KF_RULE_DIGEST_BEFORE_TYPE)) {
		kd_refuse(p, KD_BAD_ORDER,
			  "`digest_type=` after `appraise_type=`");
		p->out->err.feature = KF_RULE_DIGEST_BEFORE_TYPE;
		kd_remedy(p, "put `digest_type=verity` before "
			  "`appraise_type=sigv3`, which is how a verity digest "
			  "is signed");
		return (p->rule->sig & KSIG_SIGV3) &&
		       kd_mend_move(p, &p->slot[KF_KEY_APPRAISE_TYPE -
						KF_KEY_FUNC], true);
	}
	p->rule->verity = true;
	return true;
}

static bool type_with_verity(struct kparse *p)
{
	kd_refuse(p, KD_COMBINATION, "`%.*s` with `digest_type=verity`",
		  KD_VALUE(p));
	return kd_remedy(p, "a verity digest is signed with "
			 "`appraise_type=sigv3`");
}

/* what the line has of it further on comes before this */
static void mend_verity(struct kparse *p)
{
	struct kspan type = p->tok, tok = p->tok;
	const struct krow *key = kmodel_row(KF_KEY_DIGEST_TYPE);
	size_t n = strlen(key->word);

	while (kd_next_token(p, tok.end, &tok)) {
		if (tok.end - tok.start <= n ||
		    memcmp(p->line + tok.start, key->word, n) ||
		    p->line[tok.start + n] != '=')
			continue;
		p->tok = tok;
		kd_mend_move(p, &type, true);
		p->tok = type;
		return;
	}
}

static bool sigv3_alone(struct kparse *p)
{
	kd_refuse(p, KD_BAD_ORDER,
		  "`appraise_type=sigv3` without `digest_type=verity` before it");
	p->out->err.feature = KF_RULE_SIGV3_AFTER_VERITY;
	mend_verity(p);
	return kd_remedy(p, "write `digest_type=verity appraise_type=sigv3`, in "
			 "this order, or `appraise_type=imasig` for a plain "
			 "signature");
}

static bool signs_modules(enum khook h)
{
	enum kfeature f = kmodel_hook(h);

	return f != KF_COUNT && kmodel_row(f)->group == KGROUP_SIGNED;
}

static bool check_type(struct kparse *p, enum kfeature f)
{
	const struct krule *r = p->rule;

	if (f == KF_TYPE_SIGV3) {
		if (!r->verity && kmodel_forbids(p->t,
						 KF_RULE_SIGV3_AFTER_VERITY))
			return sigv3_alone(p);
		return true;
	}
	if (r->verity)
		return type_with_verity(p);
	if (f != KF_TYPE_MODSIG)
		return true;
	if (r->sig & KSIG_SIGV3) {
		kd_refuse(p, KD_COMBINATION, "`imasig|modsig` with `sigv3`");
		return kd_remedy(p, "write one of them");
	}
	if (!signs_modules(r->func) &&
	    kmodel_forbids(p->t, KF_RULE_MODSIG_AFTER_FUNC)) {
		kd_refuse(p, KD_BAD_ORDER,
			  "`imasig|modsig` without a `func=` before it that has "
			  "appended signatures");
		kd_remedy(p, "put `func=MODULE_CHECK`, `KEXEC_KERNEL_CHECK` or "
			  "`KEXEC_INITRAMFS_CHECK` first");
		return p->slot[0].end ? false : kd_mend_move(p, NULL, true);
	}
	return true;
}

static bool take_appraise_type(struct kparse *p)
{
	static const enum kcond conds[] = { KCOND_IMASIG, KCOND_MODSIG,
					    KCOND_SIGV3 };
	enum kfeature f = kmodel_find(KKIND_VALUE, p->value, p->value_len);
	const struct krow *row;
	size_t i;

	if (f == KF_COUNT || kmodel_row(f)->slot != KF_KEY_APPRAISE_TYPE)
		return kd_bad_value(p, KD_BAD_TYPE, KKIND_VALUE);
	if (!p->has_action &&
	    kmodel_forbids(p->t, KF_RULE_TYPE_AFTER_ACTION))
		return before_action(p, KF_ACT_APPRAISE);
	if (!kd_need(p, f) || !check_type(p, f))
		return false;
	row = kmodel_row(f);
	p->rule->sig |= (uint8_t)row->num;
	for (i = 0; i < ARRAY_SIZE(conds); i++)
		if ((row->num & (1u << i)) && !p->cond[conds[i]].end)
			p->cond[conds[i]] = p->tok;
	return true;
}

bool kd_contains(const char *s, size_t len, const char *part)
{
	size_t n = strlen(part), i;

	for (i = 0; i + n <= len; i++)
		if (memcmp(s + i, part, n) == 0)
			return true;
	return false;
}

static bool take_appraise_flag(struct kparse *p)
{
	bool blacklist = kd_contains(p->value, p->value_len,
				     kmodel_row(KF_FLAG_BLACKLIST)->text);

	p->rule->blacklist |= blacklist;
	if (kmodel_may(p->t, KF_RULE_FLAG_IGNORED))
		return true;
	if (!blacklist) {
		kd_refuse(p, KD_BAD_FLAG, "`%.*s` is no `appraise_flag=`",
			  KD_VALUE(p));
		return kd_remedy(p, "`check_blacklist` is the only one");
	}
	return kd_need(p, KF_FLAG_BLACKLIST);
}

static bool take_algos(struct kparse *p)
{
	const char *s = p->value, *end = s + p->value_len;

	for (;;) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		size_t n = (size_t)((comma ? comma : end) - s);
		enum kfeature f = kmodel_find(KKIND_HASH, s, n);

		if (f == KF_COUNT) {
			p->value = s;
			p->value_len = n;
			return kd_bad_value(p, KD_BAD_ALGO, KKIND_HASH);
		}
		if (!kd_need(p, f))
			return false;
		p->rule->algos |= 1u << (f - kmodel_range(KKIND_HASH).first);
		if (!comma)
			return true;
		s = comma + 1;
	}
}

/* ---- strings ---- */

#define UUID_LEN 36

static bool take_fsuuid(struct kparse *p)
{
	char lower[UUID_LEN];
	size_t i;
	bool ok = p->value_len >= UUID_LEN;

	for (i = 0; ok && i < UUID_LEN; i++) {
		char c = p->value[i];

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (i == 8 || i == 13 || i == 18 || i == 23)
			ok = c == '-';
		else
			ok = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
		lower[i] = c;
	}
	if (!ok)
		return kd_bad_uuid(p);
	p->rule->fsuuid = intern_len(p->in, lower, UUID_LEN);
	return true;
}

static bool take_list(struct kparse *p, struct kstrings *list)
{
	const char *s = p->value, *end = s + p->value_len;
	VEC(const char *) names = { 0 };

	for (;;) {
		const char *bar = memchr(s, '|', (size_t)(end - s));
		size_t n = (size_t)((bar ? bar : end) - s);

		if (!n) {
			kd_refuse(p, KD_BAD_LIST, "an empty name in `%.*s`",
				  KD_TOK(p));
			return kd_remedy(p, "join names by one `|` each");
		}
		vec_push(p->in->arena, &names, intern_len(p->in, s, n));
		if (!bar)
			break;
		s = bar + 1;
	}
	list->v = names.v;
	list->n = names.n;
	return true;
}

static bool take_keyrings(struct kparse *p)
{
	bool after = p->has_action && p->rule->class == KCLASS_MEASURE &&
		     !p->rule->dont && p->rule->func == KHOOK_KEY;

	if (!after && kmodel_forbids(p->t, KF_RULE_KEYRINGS_AFTER_FUNC)) {
		kd_refuse(p, KD_BAD_ORDER,
			  "`keyrings=` without `measure func=KEY_CHECK` before it");
		kd_remedy(p, "put `measure func=KEY_CHECK` first");
		return p->slot[0].end && p->has_action ? false :
		       kd_mend_move(p, NULL, true);
	}
	return take_list(p, &p->rule->keyrings);
}

bool kdialect_selinux_name(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		char c = s[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool more = (c >= '0' && c <= '9') || c == '_' || c == '-' ||
			    c == '.';

		if (!letter && (!i || !more))
			return false;
	}
	return true;
}

/* a label that Smack makes on the spot starts with one of these bytes */
static bool smack_label(const char *s, size_t len)
{
	return len && *s > ' ' && *s <= '~' && !strchr("-/\"\\'", *s);
}

static bool no_lsm(struct kparse *p, const char *lsm)
{
	enum klsm_field field = kmodel_row(p->key)->lsm;

	if (p->t->lsm == KLSM_UNSET) {
		kd_refuse(p, KD_LSM, "`%s` needs a security module and none is "
			  "named", kmodel_word(p->key));
		return kd_remedy(p, "name it with the target, as in `--lsm "
				 "selinux`");
	}
	if (p->t->lsm == KLSM_NONE) {
		kd_refuse(p, KD_LSM, "`%s` needs a security module and the "
			  "target has none", kmodel_word(p->key));
		return kd_remedy(p, "no label resolves without one; owners "
				 "(`fowner=`) and file systems (`fsuuid=`) do");
	}
	kd_refuse(p, KD_LSM, "%s has no `%s`", lsm, kmodel_word(p->key));
	if (p->t->lsm == KLSM_APPARMOR)
		return kd_remedy(p, "`subj_role=` with a profile is all that "
				 "AppArmor resolves");
	return kd_remedy(p, "Smack resolves `%s=` alone here",
			 field < KLSM_SUBJ_USER ? "obj_user" : "subj_user");
}

static const char *lsm_name(enum klsm lsm)
{
	return lsm == KLSM_SELINUX ? "SELinux" :
	       lsm == KLSM_APPARMOR ? "AppArmor" : "Smack";
}

static bool take_lsm(struct kparse *p)
{
	enum klsm_field field = kmodel_row(p->key)->lsm;
	enum kfeature f = kmodel_lsm_row(p->t->lsm, field);
	struct kanswer a;

	if (f == KF_COUNT)
		return no_lsm(p, lsm_name(p->t->lsm));
	/* the target names its module, so its option is not assumed */
	a = kmodel_has(p->t, f);
	if (a.verdict == KV_ABSENT)
		return kd_need(p, f);
	if ((p->t->lsm == KLSM_SELINUX &&
	     !kdialect_selinux_name(p->value, p->value_len)) ||
	    (p->t->lsm == KLSM_SMACK && !smack_label(p->value, p->value_len)))
		return kd_bad_label(p, lsm_name(p->t->lsm));
	p->rule->lsm[field] = intern_len(p->in, p->value, p->value_len);
	return true;
}

static bool take_string(struct kparse *p, const char **out)
{
	*out = intern_len(p->in, p->value, p->value_len);
	return true;
}

bool kd_value(struct kparse *p)
{
	struct krule *r = p->rule;

	switch (p->key) {
	case KF_KEY_FUNC:
		return take_func(p);
	case KF_KEY_MASK:
		return take_mask(p);
	case KF_KEY_FSMAGIC:
		return take_fsmagic(p);
	case KF_KEY_FSNAME:
		return take_string(p, &r->fsname);
	case KF_KEY_FS_SUBTYPE:
		return take_string(p, &r->fs_subtype);
	case KF_KEY_FSUUID:
		return take_fsuuid(p);
	case KF_KEY_UID:
	case KF_KEY_EUID:
		return take_id(p, &r->uid, p->key == KF_KEY_EUID);
	case KF_KEY_GID:
	case KF_KEY_EGID:
		return take_id(p, &r->gid, p->key == KF_KEY_EGID);
	case KF_KEY_FOWNER:
		return take_id(p, &r->fowner, false);
	case KF_KEY_FGROUP:
		return take_id(p, &r->fgroup, false);
	case KF_KEY_KEYRINGS:
		return take_keyrings(p);
	case KF_KEY_LABEL:
		return take_list(p, &r->labels);
	case KF_KEY_PCR:
		return take_pcr(p);
	case KF_KEY_TEMPLATE:
		return take_template(p);
	case KF_KEY_DIGEST_TYPE:
		return take_digest_type(p);
	case KF_KEY_APPRAISE_TYPE:
		return take_appraise_type(p);
	case KF_KEY_APPRAISE_FLAG:
		return take_appraise_flag(p);
	case KF_KEY_APPRAISE_ALGOS:
		return take_algos(p);
	case KF_KEY_PERMIT_DIRECTIO:
		r->directio = true;
		return true;
	default:
		return take_lsm(p);
	}
}
