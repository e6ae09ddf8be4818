/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "num.h"
#include "readback.h"
#include "util.h"
#include "vec.h"

/* one field at hand: what is behind its name and operator */
struct field {
	struct intern *in;
	struct krule *rule;
	const char *value;
	size_t len;
	char op;
};

struct word {
	const char *text;
	int num;
};

static bool is(const struct field *f, const char *word)
{
	return strlen(word) == f->len && memcmp(word, f->value, f->len) == 0;
}

static const struct word *find(const struct field *f, const struct word *words,
			       size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is(f, words[i].text))
			return &words[i];
	return NULL;
}

static const char *text(const struct field *f)
{
	return intern_len(f->in, f->value, f->len);
}

/* ---- numbers ---- */

/* %d of an unsigned id: those past 2^31 have a minus */
static bool signed_id(const struct field *f, uint32_t *id)
{
	bool minus = f->len && *f->value == '-';
	uint64_t v;

	if (num_parse(f->value + minus, f->len - minus, 10,
		      minus ? 2147483648u : 2147483647u, &v) != NUM_OK ||
	    (f->value[minus] == '0' && f->len > 1u))
		return false;
	*id = minus ? (uint32_t)-v : (uint32_t)v;
	return true;
}

static bool take_id(const struct field *f, struct kid *id, bool effective)
{
	id->op = f->op == '=' ? KID_EQ : f->op == '>' ? KID_GT : KID_LT;
	id->effective = effective;
	return signed_id(f, &id->id);
}

static bool take_uid(const struct field *f)
{
	return take_id(f, &f->rule->uid, false);
}

static bool take_euid(const struct field *f)
{
	return take_id(f, &f->rule->uid, true);
}

static bool take_gid(const struct field *f)
{
	return take_id(f, &f->rule->gid, false);
}

static bool take_egid(const struct field *f)
{
	return take_id(f, &f->rule->gid, true);
}

static bool take_fowner(const struct field *f)
{
	return take_id(f, &f->rule->fowner, false);
}

static bool take_fgroup(const struct field *f)
{
	return take_id(f, &f->rule->fgroup, false);
}

/* %lx behind 0x */
static bool take_fsmagic(const struct field *f)
{
	size_t i;

	if (f->len < 3 || memcmp(f->value, "0x", 2) != 0 ||
	    (f->value[2] == '0' && f->len > 3))
		return false;
	for (i = 2; i < f->len; i++)
		if (f->value[i] >= 'A' && f->value[i] <= 'F')
			return false;
	f->rule->has_fsmagic = true;
	return num_parse(f->value + 2, f->len - 2, 16, UINT64_MAX,
			 &f->rule->fsmagic) == NUM_OK;
}

static bool take_pcr(const struct field *f)
{
	uint64_t v;

	if (num_parse(f->value, f->len, 10, 63, &v) != NUM_OK ||
	    (*f->value == '0' && f->len > 1))
		return false;
	f->rule->pcr = (int)v;
	return true;
}

/* ---- words ---- */

static bool take_func(const struct field *f)
{
	static const struct word hooks[] = {
		{ "FILE_CHECK", KHOOK_FILE },
		{ "MMAP_CHECK", KHOOK_MMAP },
		{ "MMAP_CHECK_REQPROT", KHOOK_MMAP_REQPROT },
		{ "BPRM_CHECK", KHOOK_BPRM },
		{ "CREDS_CHECK", KHOOK_CREDS },
		{ "MODULE_CHECK", KHOOK_MODULE },
		{ "FIRMWARE_CHECK", KHOOK_FIRMWARE },
		{ "KEXEC_KERNEL_CHECK", KHOOK_KEXEC_KERNEL },
		{ "KEXEC_INITRAMFS_CHECK", KHOOK_KEXEC_INITRAMFS },
		{ "POLICY_CHECK", KHOOK_POLICY },
		{ "KEXEC_CMDLINE", KHOOK_KEXEC_CMDLINE },
		{ "KEY_CHECK", KHOOK_KEY },
		{ "CRITICAL_DATA", KHOOK_DATA },
		{ "SETXATTR_CHECK", KHOOK_SETXATTR },
	};
	const struct word *w = find(f, hooks, ARRAY_SIZE(hooks));

	if (w)
		f->rule->func = (enum khook)w->num;
	return w != NULL;
}

static bool take_mask(const struct field *f)
{
	static const struct word masks[] = {
		{ "MAY_EXEC", KMASK_EXEC },
		{ "MAY_WRITE", KMASK_WRITE },
		{ "MAY_READ", KMASK_READ },
		{ "MAY_APPEND", KMASK_APPEND },
	};
	struct field rest = *f;
	const struct word *w;

	f->rule->has_mask = true;
	f->rule->mask_in = f->len && *f->value == '^';
	rest.value += f->rule->mask_in;
	rest.len -= f->rule->mask_in;
	w = find(&rest, masks, ARRAY_SIZE(masks));
	if (w)
		f->rule->mask = (uint8_t)w->num;
	return w != NULL;
}

static bool take_template(const struct field *f)
{
	f->rule->template = text(f);
	return f->len > 0;
}

static bool take_type(const struct field *f)
{
	static const struct word types[] = {
		{ "imasig", KSIG_IMASIG },
		{ "imasig|modsig", KSIG_IMASIG | KSIG_MODSIG },
		{ "sigv3", KSIG_SIGV3 },
	};
	const struct word *w = find(f, types, ARRAY_SIZE(types));

	if (w)
		f->rule->sig = (uint8_t)w->num;
	return w != NULL;
}

static bool take_digest_type(const struct field *f)
{
	f->rule->verity = true;
	return is(f, "verity");
}

static bool take_directio(const struct field *f)
{
	f->rule->directio = true;
	return f->len == 0;
}

/* in the order of their numbers, none twice */
static bool take_algos(const struct field *f)
{
	static const char *const algos[] = {
		"md4", "md5", "sha1", "rmd160", "sha256", "sha384", "sha512",
		"sha224", "rmd128", "rmd256", "rmd320", "wp256", "wp384",
		"wp512", "tgr128", "tgr160", "tgr192", "sm3", "streebog256",
		"streebog512", "sha3-256", "sha3-384", "sha3-512",
	};
	struct field one = *f;
	const char *end = f->value + f->len, *comma;
	size_t i = 0;

	for (;; one.value = comma + 1) {
		comma = memchr(one.value, ',', (size_t)(end - one.value));
		one.len = (size_t)((comma ? comma : end) - one.value);
		while (i < ARRAY_SIZE(algos) && !is(&one, algos[i]))
			i++;
		if (i == ARRAY_SIZE(algos))
			return false;
		f->rule->algos |= 1u << i++;
		if (!comma)
			return true;
	}
}

/* ---- strings ---- */

static bool take_fsname(const struct field *f)
{
	f->rule->fsname = text(f);
	return f->len > 0;
}

static bool take_fsuuid(const struct field *f)
{
	size_t i;

	for (i = 0; i < f->len; i++)
		if (f->value[i] >= 'A' && f->value[i] <= 'F')
			return false;
	f->rule->fsuuid = text(f);
	return f->len == 36;
}

static bool take_list(const struct field *f, struct kstrings *list)
{
	VEC(const char *) names = { 0 };
	const char *at = f->value, *end = at + f->len, *bar;

	for (;; at = bar + 1) {
		bar = memchr(at, '|', (size_t)(end - at));
		vec_push(f->in->arena, &names,
			 intern_len(f->in, at,
				    (size_t)((bar ? bar : end) - at)));
		if (!bar)
			break;
	}
	list->v = names.v;
	list->n = names.n;
	return f->len > 0;
}

static bool take_keyrings(const struct field *f)
{
	return take_list(f, &f->rule->keyrings);
}

static bool take_label(const struct field *f)
{
	return take_list(f, &f->rule->labels);
}

static bool take_lsm(const struct field *f, enum klsm_field which)
{
	f->rule->lsm[which] = text(f);
	return f->len > 0;
}

static bool take_obj_user(const struct field *f)
{
	return take_lsm(f, KLSM_OBJ_USER);
}

static bool take_obj_role(const struct field *f)
{
	return take_lsm(f, KLSM_OBJ_ROLE);
}

static bool take_obj_type(const struct field *f)
{
	return take_lsm(f, KLSM_OBJ_TYPE);
}

static bool take_subj_user(const struct field *f)
{
	return take_lsm(f, KLSM_SUBJ_USER);
}

static bool take_subj_role(const struct field *f)
{
	return take_lsm(f, KLSM_SUBJ_ROLE);
}

static bool take_subj_type(const struct field *f)
{
	return take_lsm(f, KLSM_SUBJ_TYPE);
}

/* ---- the line ---- */

/* in the order in which a kernel writes them */
static const struct {
	const char *name, *ops;
	bool (*take)(const struct field *f);
} fields[] = {
	{ "func", "=", take_func },
	{ "mask", "=", take_mask },
	{ "fsmagic", "=", take_fsmagic },
	{ "fsname", "=", take_fsname },
	{ "keyrings", "=", take_keyrings },
	{ "label", "=", take_label },
	{ "pcr", "=", take_pcr },
	{ "fsuuid", "=", take_fsuuid },
	{ "uid", "=><", take_uid },
	{ "euid", "=><", take_euid },
	{ "gid", "=><", take_gid },
	{ "egid", "=><", take_egid },
	{ "fowner", "=><", take_fowner },
	{ "fgroup", "=><", take_fgroup },
	{ "appraise_algos", "=", take_algos },
	{ "obj_user", "=", take_obj_user },
	{ "obj_role", "=", take_obj_role },
	{ "obj_type", "=", take_obj_type },
	{ "subj_user", "=", take_subj_user },
	{ "subj_role", "=", take_subj_role },
	{ "subj_type", "=", take_subj_type },
	{ "template", "=", take_template },
	{ "appraise_type", "=", take_type },
	{ "digest_type", "=", take_digest_type },
	{ "permit_directio", "", take_directio },
};

static const struct {
	const char *name;
	enum kclass class;
	bool dont;
} actions[] = {
	{ "measure", KCLASS_MEASURE, false },
	{ "dont_measure", KCLASS_MEASURE, true },
	{ "appraise", KCLASS_APPRAISE, false },
	{ "dont_appraise", KCLASS_APPRAISE, true },
	{ "audit", KCLASS_AUDIT, false },
	{ "hash", KCLASS_HASH, false },
	{ "dont_hash", KCLASS_HASH, true },
};

static bool take_action(const struct field *f)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(actions); i++) {
		if (!is(f, actions[i].name))
			continue;
		krule_init(f->rule, actions[i].class, actions[i].dont);
		return true;
	}
	return false;
}

/* the field from *next on; moves *next behind it */
static bool take_field(struct field *f, size_t *next)
{
	size_t name = 0, i;

	while (name < f->len && !strchr("=><", f->value[name]))
		name++;
	for (i = *next; i < ARRAY_SIZE(fields); i++) {
		const char *ops = fields[i].ops;

		if (strlen(fields[i].name) != name ||
		    memcmp(fields[i].name, f->value, name) != 0)
			continue;
		f->op = name < f->len ? f->value[name] : '\0';
		if (*ops ? !f->op || !strchr(ops, f->op) : f->op != '\0')
			return false;
		f->value += name + (*ops != '\0');
		f->len -= name + (*ops != '\0');
		*next = i + 1;
		return fields[i].take(f);
	}
	return false;
}

static const char *blame(struct intern *in, const char *at, size_t len)
{
	struct buf b;

	buf_init(&b, in->arena);
	buf_printf(&b, "`%.*s` is not what a kernel writes there", (int)len, at);
	return b.s;
}

const char *readback_parse(struct intern *in, const char *line, size_t len,
			   struct krule *out)
{
	const char *at = line, *end = line + len, *blank;
	size_t next = 0;

	krule_init(out, KCLASS_MEASURE, false);
	if (!len)
		return "an empty line";
	for (; at < end; at = blank + 1) {
		struct field f = { .in = in, .rule = out, .value = at };

		blank = memchr(at, ' ', (size_t)(end - at));
		if (!blank)
			return "no blank at the end";
		f.len = (size_t)(blank - at);
		if (at == line ? !take_action(&f) : !take_field(&f, &next))
			return blame(in, at, (size_t)(blank - at));
	}
	return NULL;
}

/* ---- what is to be there ---- */

#define FSNAME_SHOWN 63

struct krule readback_expected(struct intern *in, const struct krule *loaded)
{
	struct krule r = *loaded;

	/* from 6.6 on each signature is looked up in the blacklist */
	r.blacklist = false;
	if (r.fsname && strlen(r.fsname) > FSNAME_SHOWN)
		r.fsname = intern_len(in, r.fsname, FSNAME_SHOWN);
	return r;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_list(const struct kstrings *a, const struct kstrings *b)
{
	size_t i;

	for (i = 0; i < a->n && i < b->n; i++)
		if (!same_text(a->v[i], b->v[i]))
			return false;
	return a->n == b->n;
}

static bool same_id(const struct kid *a, const struct kid *b)
{
	return a->op == b->op && a->effective == b->effective &&
	       a->id == b->id;
}

static const char *labels_differ(const struct krule *a, const struct krule *b)
{
	static const char *const names[] = {
		[KLSM_OBJ_USER] = "obj_user", [KLSM_OBJ_ROLE] = "obj_role",
		[KLSM_OBJ_TYPE] = "obj_type", [KLSM_SUBJ_USER] = "subj_user",
		[KLSM_SUBJ_ROLE] = "subj_role", [KLSM_SUBJ_TYPE] = "subj_type",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!same_text(a->lsm[i], b->lsm[i]))
			return names[i];
	return NULL;
}

const char *readback_differs(const struct krule *a, const struct krule *b)
{
	const struct {
		const char *name;
		bool same;
	} parts[] = {
		{ "action", a->class == b->class && a->dont == b->dont },
		{ "func", a->func == b->func },
		{ "mask", a->has_mask == b->has_mask &&
			  a->mask_in == b->mask_in && a->mask == b->mask },
		{ "fsmagic", a->has_fsmagic == b->has_fsmagic &&
			     a->fsmagic == b->fsmagic },
		{ "fsname", same_text(a->fsname, b->fsname) },
		{ "fs_subtype", same_text(a->fs_subtype, b->fs_subtype) },
		{ "fsuuid", same_text(a->fsuuid, b->fsuuid) },
		{ "uid", same_id(&a->uid, &b->uid) },
		{ "gid", same_id(&a->gid, &b->gid) },
		{ "fowner", same_id(&a->fowner, &b->fowner) },
		{ "fgroup", same_id(&a->fgroup, &b->fgroup) },
		{ "keyrings", same_list(&a->keyrings, &b->keyrings) },
		{ "label", same_list(&a->labels, &b->labels) },
		{ "pcr", a->pcr == b->pcr },
		{ "template", same_text(a->template, b->template) },
		{ "digest_type", a->verity == b->verity },
		{ "appraise_type", a->sig == b->sig },
		{ "appraise_flag", a->blacklist == b->blacklist },
		{ "permit_directio", a->directio == b->directio },
		{ "appraise_algos", a->algos == b->algos },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (!parts[i].same)
			return parts[i].name;
	return labels_differ(a, b);
}
