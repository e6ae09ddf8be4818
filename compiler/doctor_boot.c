/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "diag.h"
#include "doctor_int.h"
#include "nearest.h"

/* What stands on the kernel's command line. */

/* as default_appraise_setup() and its like: the start of the value decides */
enum mode { MODE_ENFORCE, MODE_LOG, MODE_FIX, MODE_OFF, MODE_NONE };

static enum mode mode_of(const char *value)
{
	static const struct {
		const char *word;
		enum mode mode;
	} modes[] = {
		{ "off", MODE_OFF }, { "log", MODE_LOG }, { "fix", MODE_FIX },
		{ "enforce", MODE_ENFORCE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modes); i++)
		if (!strncmp(value, modes[i].word, strlen(modes[i].word)))
			return modes[i].mode;
	return MODE_NONE;
}

static const char *where(const struct doctor *d)
{
	return d->boot->line->path;
}

static const struct bootline_param *last(const struct doctor *d,
					 const char *name)
{
	return bootline_last(&d->boot->params, name);
}

static void check_cmdline(struct doctor *d)
{
	const struct hostfs_file *f = &d->m->item[MACHINE_CMDLINE];

	if (d->boots.n)
		return;
	if (d->m->running && f->there)
		doctor_unread(d, f);
	else
		doctor_say(d, DOCTOR_UNKNOWN, d->m->running ? f->path : NULL,
			   d->m->running ? "mount /proc" :
			   "look at the boot loader's own settings",
			   "no kernel command line was found");
}

static void check_shell(struct doctor *d)
{
	if (d->boot->line->unsure)
		doctor_say(d, DOCTOR_UNKNOWN, where(d),
			   "see what grub-mkconfig makes of it",
			   "the command line depends on more than these "
			   "settings; what follows goes by their plain parts");
}

/* ---- ima_appraise= ---- */

/* false: the kernel does not go by the parameter, and that was said */
static bool obeyed(struct doctor *d, const char *value)
{
	enum ktri arch = doctor_option(d, KCONFIG_IMA_ARCH_POLICY);

	if (doctor_option(d, KCONFIG_IMA_APPRAISE_BOOTPARAM) == KTRI_NO) {
		doctor_say(d, DOCTOR_WARNING, where(d), "take it away",
			   "ima_appraise=%s is ignored, for the kernel is built "
			   "without CONFIG_%s: it enforces", value,
			   kconfig_name(KCONFIG_IMA_APPRAISE_BOOTPARAM));
		return false;
	}
	if (d->secure == SECURE_ON && arch != KTRI_NO) {
		doctor_say(d, DOCTOR_WARNING, where(d), "take it away, or "
			   "switch Secure Boot off while you try the policy",
			   "ima_appraise=%s is ignored under Secure Boot%s: "
			   "the kernel enforces", value,
			   arch == KTRI_YES ? "" :
			   ", where the kernel has CONFIG_IMA_ARCH_POLICY");
		return false;
	}
	return true;
}

/* where the firmware was not or could not be asked */
static const char *unless(const struct doctor *d)
{
	return d->secure == SECURE_UNKNOWN &&
	       doctor_option(d, KCONFIG_IMA_ARCH_POLICY) != KTRI_NO ?
	       ", unless Secure Boot is on" : "";
}

static void check_mode(struct doctor *d)
{
	const struct bootline_param *p = last(d, "ima_appraise");
	enum mode mode = p ? mode_of(p->value) : MODE_ENFORCE;

	if (mode == MODE_ENFORCE) {
		doctor_say(d, DOCTOR_OK, where(d), NULL,
			   "ima_appraise=%s: what the policy refuses is refused",
			   p ? p->value : "enforce is the default");
		return;
	}
	if (mode == MODE_NONE) {
		doctor_say(d, DOCTOR_WARNING, where(d), "it is one of enforce, "
			   "log, fix and off", "ima_appraise=%s is no mode, and "
			   "is ignored: the kernel enforces", p->value);
		return;
	}
	if (!obeyed(d, p->value))
		return;
	if (mode == MODE_LOG)
		doctor_say(d, DOCTOR_WARNING, where(d), "take it away once the "
			   "records say that nothing is missing",
			   "ima_appraise=%s refuses nothing%s: what would be "
			   "refused is recorded", p->value, unless(d));
	else if (mode == MODE_FIX)
		doctor_say(d, DOCTOR_FAULT, where(d), "take it away once all "
			   "files have their hashes", "ima_appraise=%s refuses "
			   "nothing%s, and gives a new hash to whatever was "
			   "changed", p->value, unless(d));
	else
		doctor_say(d, DOCTOR_FAULT, where(d), "take it away",
			   "ima_appraise=%s refuses nothing%s, and records "
			   "nothing", p->value, unless(d));
}

/* ---- ima_policy= ---- */

static const char *const policy_words[] = {
	"tcb", "appraise_tcb", "secure_boot", "critical_data", "fail_securely",
};

static bool has_builtin(struct doctor *d, const char *name)
{
	size_t n;

	if (!d->kernel || !d->kernel->known || !strcmp(name, "fail_securely"))
		return true;
	kmodel_builtin(d->arena, &d->kernel->target, name, &n);
	return n;
}

static void check_policy_word(struct doctor *d, const char *word)
{
	const char *near;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(policy_words); i++)
		if (!strcmp(word, policy_words[i]))
			break;
	if (i < ARRAY_SIZE(policy_words) && has_builtin(d, word)) {
		doctor_say(d, DOCTOR_OK, where(d), NULL, "ima_policy=%s is a "
			   "built-in policy; the first load takes its place",
			   word);
		return;
	}
	near = i < ARRAY_SIZE(policy_words) ? NULL :
		nearest_name(word, policy_words, ARRAY_SIZE(policy_words));
	doctor_say(d, DOCTOR_WARNING, where(d),
		   near ? buf_textf(d->arena, "did you mean %s?", near) :
		   "take it away, or write the rules into a policy",
		   "ima_policy=%s is no policy of this kernel's, and is "
		   "ignored", word);
}

static void check_policy(struct doctor *d)
{
	const struct bootline_param *p = last(d, "ima_policy");
	const char *s = p ? p->value : "";

	while (*s) {
		size_t n = strcspn(s, " |\n");

		if (n)
			check_policy_word(d, arena_strndup(d->arena, s, n));
		s += n + (s[n] != '\0');
	}
}

/* ---- ima_template=, ima_hash= ---- */

static void check_template(struct doctor *d)
{
	const struct bootline_param *p = last(d, "ima_template");
	const char *name = p ? kmodel_template(p->value) : NULL;

	if (!p)
		return;
	if (name && (!d->kernel || !d->kernel->known ||
		     kmodel_may(&d->kernel->target,
				kmodel_template_row(name))))
		doctor_say(d, DOCTOR_OK, where(d), NULL,
			   "ima_template=%s is a template of this kernel's",
			   p->value);
	else
		doctor_say(d, DOCTOR_WARNING, where(d), "name one that it has, "
			   "such as ima-ng or ima-sig", "ima_template=%s is no "
			   "template of this kernel's: it uses its default",
			   p->value);
}

/* whether the hash can be computed when IMA starts, before any module */
static bool hash_is_late(const struct doctor *d, int index)
{
	/* the rows of hashes are in the order of the kernel's index */
	enum kfeature f = (enum kfeature)(KF_HASH_MD4 + index);
	struct kanswer a;

	if (!d->kernel || !d->kernel->known)
		return false;
	a = kmodel_has(&d->kernel->target, f);
	return a.option != KCONFIG_COUNT &&
	       doctor_option(d, a.option) == KTRI_NO;
}

static void check_hash(struct doctor *d)
{
	const struct bootline_param *p = last(d, "ima_hash");
	int index = p ? kmodel_hash_index(p->value) : -1;

	if (!p)
		return;
	if (index < 0)
		doctor_say(d, DOCTOR_WARNING, where(d), "name one that it has, "
			   "such as sha256", "ima_hash=%s is no hash that the "
			   "kernel knows: it uses its default", p->value);
	else if (hash_is_late(d, index))
		doctor_say(d, DOCTOR_WARNING, where(d), "name one that is "
			   "built in, such as sha256", "ima_hash=%s is not "
			   "built into the kernel, so IMA cannot use it when it "
			   "starts", p->value);
	else if (!strcmp(p->value, "sha1") || !strncmp(p->value, "md", 2))
		doctor_say(d, DOCTOR_WARNING, where(d), "use sha256",
			   "ima_hash=%s: files with the same hash can be made",
			   p->value);
	else
		doctor_say(d, DOCTOR_OK, where(d), NULL,
			   "ima_hash=%s is known", p->value);
}

/* ---- audit=, lsm= ---- */

static void check_audit(struct doctor *d)
{
	const struct bootline_param *p = last(d, "audit");

	if (p && (!strcmp(p->value, "0") || !strcmp(p->value, "off")))
		doctor_say(d, DOCTOR_WARNING, where(d), "take it away",
			   "audit=%s: refusals leave no record, and neither "
			   "does a rule that the kernel refuses", p->value);
	else
		doctor_say(d, DOCTOR_OK, where(d), NULL,
			   "nothing switches audit records off");
}

/* item among the words of a list with commas */
static bool lists(const char *list, const char *item)
{
	size_t n = strlen(item);

	for (; *list; list += strcspn(list, ","), list += *list == ',')
		if (strcspn(list, ",") == n && !strncmp(list, item, n))
			return true;
	return false;
}

/*
 * integrity is always there since 6.4 (LSM_ORDER_LAST). Before that lsm= had to
 * name it, or the first rule that matched was a panic.
 */
static bool lacks_integrity(const struct doctor *d, const char *list)
{
	static const struct krelease since = { 6, 4, -1 };

	return d->kernel && d->kernel->is_release &&
	       krelease_cmp(d->kernel->target.release, since) < 0 &&
	       !lists(list, "integrity");
}

/* security= picks one of those that exclude each other; lsm= overrules it */
static void check_lsm_list(struct doctor *d)
{
	const struct bootline_param *lsm = last(d, "lsm");
	const struct bootline_param *p = lsm ? lsm : last(d, "security");

	if (!p)
		return;
	if (lsm && lacks_integrity(d, lsm->value))
		doctor_say(d, DOCTOR_FAULT, where(d),
			   buf_textf(d->arena, "lsm=integrity,%s", lsm->value),
			   "lsm=%s leaves out integrity: this kernel panics at "
			   "the first rule that matches", lsm->value);
	else if (lists(p->value, "selinux") || lists(p->value, "smack") ||
		 lists(p->value, "apparmor"))
		doctor_say(d, DOCTOR_OK, where(d), NULL,
			   "%s=%s has a security module that knows labels",
			   p->name, p->value);
	else
		doctor_say(d, d->uses & USES_LABELS ? DOCTOR_FAULT :
						      DOCTOR_WARNING, where(d),
			   "name selinux, apparmor or smack there",
			   "%s=%s has no security module that knows labels: "
			   "rules that name labels are refused", p->name,
			   p->value);
}

static void check_switches(struct doctor *d)
{
	static const char *const names[] = { "selinux", "apparmor" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const struct bootline_param *p = last(d, names[i]);

		if (p && !strcmp(p->value, "0"))
			doctor_say(d, d->uses & USES_LABELS ? DOCTOR_FAULT :
							      DOCTOR_WARNING,
				   where(d), "take it away", "%s=0: where the "
				   "kernel goes by it, rules that name labels "
				   "are refused", names[i]);
	}
}

const struct doctor_check doctor_boot_checks[] = {
	{ "boot", SCOPE_MACHINE, check_cmdline },
	{ "boot-shell", SCOPE_BOOT, check_shell },
	{ "boot-appraise", SCOPE_BOOT, check_mode },
	{ "boot-policy", SCOPE_BOOT, check_policy },
	{ "boot-template", SCOPE_BOOT, check_template },
	{ "boot-hash", SCOPE_BOOT, check_hash },
	{ "boot-audit", SCOPE_BOOT, check_audit },
	{ "boot-lsm", SCOPE_BOOT, check_lsm_list },
	{ "boot-switches", SCOPE_BOOT, check_switches },
	{ NULL, 0, NULL },
};
