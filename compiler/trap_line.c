/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "trap_int.h"

#define PCR_FIRST_FREE 8	/* those below are the firmware's */
#define PCR_DEFAULT 10		/* of a kernel that is not built with another */
#define PCR_LAST 23		/* of a TPM */
#define LARGE_ID 0x80000000u	/* printed as negative numbers from here on */

/* ---- spelling ---- */

void trap_old_name(struct traps *l, const struct trap_line *line)
{
	const char *text = line->span.src->text, *now = trap_hook(line->k.func);
	struct trap_word w;
	struct diag *d;
	size_t len;

	if (!trap_find_word(line, KF_KEY_FUNC, &w))
		return;
	len = w.value.end - w.value.start;
	if (kmodel_find(KKIND_ALIAS, text + w.value.start, len) == KF_COUNT)
		return;
	d = diag_add(l->ds, DIAG_OLD_NAME, w.all, "`%.*s` is the old name of "
		     "`%s`", (int)len, text + w.value.start, now);
	diag_note(l->ds, d, NO_SPAN, "the kernel takes both, and shows `%s` "
		  "when the policy is read back", now);
	diag_edit(l->ds, d, w.value, now, true);
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

static void check_quotes(struct traps *l, const struct trap_line *line,
			 enum kfeature key)
{
	const char *text = line->span.src->text;
	struct trap_word w;
	struct span inside;
	struct diag *d;

	if (!trap_find_word(line, key, &w))
		return;
	inside = w.value;
	inside.start += is_quote(text[inside.start]);
	if (inside.end > inside.start + 1 && is_quote(text[inside.end - 1]))
		inside.end--;
	if (inside.end - inside.start == w.value.end - w.value.start)
		return;
	d = diag_add(l->ds, DIAG_QUOTED_VALUE, w.all, "the quotes are part of "
		     "the value of `%s`, which then matches nothing",
		     kmodel_word(key));
	diag_note(l->ds, d, NO_SPAN,
		  "the kernel knows no quoting; leave them out");
	diag_edit(l->ds, d, w.value,
		  arena_strndup(l->arena, text + inside.start,
				inside.end - inside.start), true);
}

/* keywords whose value is any text */
void trap_quoted(struct traps *l, const struct trap_line *line)
{
	static const enum kfeature keys[] = {
		KF_KEY_FSNAME, KF_KEY_FS_SUBTYPE, KF_KEY_KEYRINGS,
		KF_KEY_LABEL, KF_KEY_OBJ_USER, KF_KEY_OBJ_ROLE,
		KF_KEY_OBJ_TYPE, KF_KEY_SUBJ_USER, KF_KEY_SUBJ_ROLE,
		KF_KEY_SUBJ_TYPE,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		check_quotes(l, line, keys[i]);
}

/* ---- words for nothing ---- */

static void ignored(struct traps *l, const struct trap_line *line,
		    enum kfeature key, const char *where, const char *remedy)
{
	struct diag *d;

	d = diag_add(l->ds, DIAG_IGNORED_WORD, trap_place(line, key),
		     "the kernel takes `%s=`%s and does not look at it",
		     kmodel_word(key), where);
	diag_note(l->ds, d, NO_SPAN, "%s", remedy);
}

static void ignored_labels(struct traps *l, const struct trap_line *line)
{
	int i;

	for (i = 0; i < KLSM_FIELDS; i++)
		if (line->k.lsm[i])
			ignored(l, line, klsm_key((enum klsm_field)i),
				" with `func=SETXATTR_CHECK`",
				"the algorithms hold for all files");
}

void trap_ignored(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;
	struct trap_word w;

	if (trap_find_word(line, KF_KEY_APPRAISE_FLAG, &w) &&
	    kmodel_may(l->t, KF_RULE_FLAG_IGNORED))
		ignored(l, line, KF_KEY_APPRAISE_FLAG, "",
			"every `appraise_type=` looks at the blacklist; no "
			"flag limits a rule to execution");
	if (k->gid.op != KID_ANY &&
	    (k->func == KHOOK_KEY || k->func == KHOOK_DATA))
		ignored(l, line, k->gid.effective ? KF_KEY_EGID : KF_KEY_GID,
			k->func == KHOOK_KEY ? " with `func=KEY_CHECK`" :
					       " with `func=CRITICAL_DATA`",
			"the line matches whatever the group is");
	if (k->func == KHOOK_SETXATTR)
		ignored_labels(l, line);
}

/* ---- lines for nothing ---- */

static void never(struct traps *l, const struct trap_line *line,
		  struct span place, const char *why, const char *remedy)
{
	struct diag *d = diag_add(l->ds, DIAG_NEVER_FIRES, place,
				  "no access meets this line: %s", why);

	diag_also(d, line->span);
	diag_note(l->ds, d, NO_SPAN, "%s", remedy);
}

static void never_mask(struct traps *l, const struct trap_line *line)
{
	uint8_t passes = kmodel_hook_mask(line->k.func);
	struct buf why, remedy;

	buf_init(&why, l->arena);
	buf_init(&remedy, l->arena);
	buf_printf(&why, "`%s` never comes with `%s`", trap_hook(line->k.func),
		   trap_mask(line->k.mask));
	buf_printf(&remedy, "it passes `%s` and nothing else; leave the mask "
		   "out", trap_mask(passes));
	never(l, line, trap_place(line, KF_KEY_MASK), why.s, remedy.s);
}

void trap_never(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;
	uint8_t passes = kmodel_hook_mask(k->func);

	if (k->has_mask && k->func != KHOOK_NONE &&
		   k->func != KHOOK_FILE && passes && !(passes & k->mask)) {
		never_mask(l, line);
	} else if (l->view.usable && k->func != KHOOK_SETXATTR &&
		   !trap_can_match(l, line)) {
		never(l, line, line->span, "its conditions leave no number",
		      "ids run from 0 to 4294967294");
	}
}

/* ---- values ---- */

static void say_pcr(struct traps *l, const struct trap_line *line,
		    enum diag_code code, const char *what, const char *remedy)
{
	struct diag *d = diag_add(l->ds, code, trap_place(line, KF_KEY_PCR),
				  what, line->k.pcr);

	diag_note(l->ds, d, NO_SPAN, "%s", remedy);
}

void trap_pcr(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;

	/* where a text is measured, 0 is as if not given: text-line */
	if (k->pcr < 0 || (k->pcr == 0 && khook_is_text(k->func)))
		return;
	if (k->pcr < PCR_FIRST_FREE)
		say_pcr(l, line, DIAG_PCR_RESERVED, "firmware extends pcr %d",
			"what is sealed to it no longer opens; take 8 to 23");
	else if (k->pcr > PCR_LAST)
		say_pcr(l, line, DIAG_PCR_BEYOND_TPM,
			"pcr %d: a TPM has registers 0 to 23",
			"the entry is in the list, and in no register");
	else if (k->pcr == PCR_DEFAULT)
		say_pcr(l, line, DIAG_PCR_DEFAULT, "pcr %d is taken anyway",
			"it is the default, unless the kernel was built with "
			"another");
}

static void check_id(struct traps *l, const struct trap_line *line,
		     const struct kid *id, enum kfeature key)
{
	struct diag *d;

	if (id->op == KID_ANY || id->id < LARGE_ID)
		return;
	d = diag_add(l->ds, DIAG_LARGE_ID, trap_place(line, key), "%s %u: the "
		     "kernel shows numbers from 2147483648 on as negative ones",
		     kmodel_word(key), id->id);
	diag_note(l->ds, d, NO_SPAN,
		  "a policy read back from the kernel cannot be loaded again");
}

void trap_large_id(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;

	check_id(l, line, &k->uid,
		 k->uid.effective ? KF_KEY_EUID : KF_KEY_UID);
	check_id(l, line, &k->gid,
		 k->gid.effective ? KF_KEY_EGID : KF_KEY_GID);
	check_id(l, line, &k->fowner, KF_KEY_FOWNER);
	check_id(l, line, &k->fgroup, KF_KEY_FGROUP);
}

/* labels of critical data that no code of the target's kernel uses */
void trap_data_label(struct traps *l, const struct trap_line *line)
{
	char release[KRELEASE_TEXT];
	struct diag *d;
	size_t i;

	if (line->k.func != KHOOK_DATA || line->k.dont)
		return;
	krelease_text(l->t->release, release, sizeof(release));
	for (i = 0; i < line->k.labels.n; i++) {
		const char *name = line->k.labels.v[i], *near;
		enum kfeature f = kmodel_find(KKIND_LABEL, name, strlen(name));

		if (f != KF_COUNT && f != KF_LABEL_KERNEL_INFO &&
		    kmodel_may(l->t, f))
			continue;
		d = diag_add(l->ds, DIAG_NOT_EMITTED,
			     trap_place(line, KF_KEY_LABEL), "kernel %s "
			     "measures no data called `%s` after a policy is "
			     "loaded", release, name);
		near = f == KF_COUNT ? kmodel_nearest(KF_LABEL_SELINUX, name,
						      strlen(name)) : NULL;
		if (near)
			diag_note(l->ds, d, NO_SPAN, "did you mean `%s`?",
				  near);
		else if (f == KF_LABEL_KERNEL_INFO)
			diag_note(l->ds, d, NO_SPAN, "it is measured once, at "
				  "boot: ima_policy=critical_data has it");
	}
}

/* ---- habits ---- */

void trap_open_exec(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;
	struct diag *d;

	if (k->dont || k->func != KHOOK_FILE || !k->has_mask ||
	    k->mask != KMASK_EXEC)
		return;
	d = diag_add(l->ds, DIAG_OPEN_FOR_EXEC, trap_place(line, KF_KEY_FUNC),
		     "this sees the open of a program that is executed, and "
		     "never a library");
	diag_also(d, trap_place(line, KF_KEY_MASK));
	diag_note(l->ds, d, NO_SPAN, "`func=BPRM_CHECK` and `func=MMAP_CHECK`, "
		  "a line each, are what runs");
}

void trap_open_maskless(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;
	struct diag *d;

	if (k->dont || k->class != KCLASS_MEASURE || k->func != KHOOK_FILE ||
	    k->has_mask || !trap_by_root(k))
		return;
	d = diag_add(l->ds, DIAG_OPEN_WITHOUT_MASK,
		     trap_place(line, KF_KEY_FUNC), "without a mask this "
		     "measures what is written and what is executed, too");
	diag_note(l->ds, d, NO_SPAN, "`mask=^MAY_READ` takes in all that is "
		  "read, and nothing else");
	diag_edit(l->ds, d, trap_place(line, KF_KEY_FUNC),
		  "func=FILE_CHECK mask=^MAY_READ", false);
}

void trap_load_uid(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;
	enum kfeature key = k->uid.effective ? KF_KEY_EUID : KF_KEY_UID;
	struct trap_word w;
	struct diag *d;

	if (k->dont || !trap_by_root(k) ||
	    (k->func != KHOOK_MODULE && k->func != KHOOK_KEXEC_KERNEL &&
	     k->func != KHOOK_KEXEC_INITRAMFS))
		return;
	d = diag_add(l->ds, DIAG_LOAD_BY_UID, trap_place(line, key),
		     "a capability decides who may do this, not the user: one "
		     "with another id escapes");
	diag_note(l->ds, d, NO_SPAN, "leave `%s=0` out", kmodel_word(key));
	if (trap_find_word(line, key, &w))
		diag_edit(l->ds, d, line->span, trap_with(l, line, key, ""),
			  false);
}

void trap_pseudo(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;
	struct diag *d;

	if (k->dont || trap_fs(k) != KFS_PSEUDO)
		return;
	d = diag_add(l->ds, DIAG_ACTS_ON_PSEUDO,
		     trap_place(line, k->has_fsmagic ? KF_KEY_FSMAGIC :
						       KF_KEY_FSNAME),
		     "the kernel makes the files of %s up; %s",
		     trap_fs_name(k),
		     k->class == KCLASS_APPRAISE ?
		     "they have no signature or hash, and are refused" :
		     "each read may be another entry");
	diag_note(l->ds, d, NO_SPAN, "such file systems are exempted: `dont_%s`",
		  trap_action(k));
}

void trap_hash_only(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;
	struct diag *d;

	if (k->dont || k->class != KCLASS_APPRAISE || k->sig ||
	    k->func == KHOOK_SETXATTR)
		return;
	d = diag_add(l->ds, DIAG_HASH_ONLY, line->span, "without "
		     "`appraise_type=` a hash is enough, and root can write "
		     "one, as can whoever has the disk");
	diag_note(l->ds, d, NO_SPAN, "it shows damage, unless EVM is active "
		  "and protects the hashes; `appraise_type=imasig` asks for a "
		  "signature");
}

/* phrase is in lower case */
static bool says(struct span s, const char *phrase)
{
	size_t n = strlen(phrase), at, i;

	for (at = s.start; at + n <= s.end; at++) {
		for (i = 0; i < n; i++) {
			char c = s.src->text[at + i];

			if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) !=
			    phrase[i])
				break;
		}
		if (i == n)
			return true;
	}
	return false;
}

/* phrases that are said of files without a signature, and of no others */
void trap_optional(struct traps *l, const struct trap_line *line)
{
	static const char *const phrases[] = {
		"unsigned files are unaffected",
		"unsigned files are not affected",
		"unsigned files are ignored", "unsigned files are skipped",
		"signatures are optional", "signature is optional",
		"optional signature", "if signed", "when signed",
		"if they are signed", "if it is signed",
	};
	struct span comment = trap_comment(line);
	const struct krule *k = &line->k;
	struct diag *d;
	size_t i;

	if (k->dont || !k->sig || !comment.src)
		return;
	for (i = 0; i < ARRAY_SIZE(phrases); i++)
		if (says(comment, phrases[i]))
			break;
	if (i == ARRAY_SIZE(phrases))
		return;
	d = diag_add(l->ds, DIAG_OPTIONAL_SIGNATURE, line->span,
		     "files without a signature are refused, and the comment "
		     "says that they pass");
	diag_note(l->ds, d, comment, "it says so here");
	diag_note(l->ds, d, NO_SPAN, "no rule checks a signature only where "
		  "there is one; exempt what has none above it, with "
		  "`dont_appraise`");
}

/* as the language's statement of the same kind is warned of */
void trap_label_scoped(struct traps *l, const struct trap_line *line)
{
	const struct krule *k = &line->k;
	struct diag *d;

	if (k->dont || k->class != KCLASS_APPRAISE || !k->sig ||
	    k->fowner.op != KID_ANY || k->fgroup.op != KID_ANY ||
	    trap_names_fs(k) ||
	    (!k->lsm[KLSM_OBJ_USER] && !k->lsm[KLSM_OBJ_ROLE] &&
	     !k->lsm[KLSM_OBJ_TYPE]))
		return;
	d = diag_add(l->ds, DIAG_LABEL_SCOPED, line->span,
		     "signatures are required by label alone");
	diag_note(l->ds, d, NO_SPAN, "a file moved here, or made with another "
		  "label, needs none; to close that, appraise all of an owner "
		  "or file system behind `dont_appraise` of named labels");
}
