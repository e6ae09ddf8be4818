/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "doctor_int.h"

/* What the kernels are and how they are built. */

static void check_kernels(struct doctor *d)
{
	const struct hostfs_file *f = &d->m->item[MACHINE_RELEASE];

	if (d->kernels.n)
		return;
	if (!d->m->running)
		doctor_say(d, DOCTOR_UNKNOWN, "/boot", "install a kernel, or "
			   "look at the machine while it runs",
			   "no kernel is installed here, so none can be judged");
	else if (f->there)
		doctor_unread(d, f);
	else
		doctor_say(d, DOCTOR_UNKNOWN, f->path, "mount /proc",
			   "is not there, so the kernel is not known");
}

static void check_release(struct doctor *d)
{
	const char *name = d->kernel->k->release;
	char first[KRELEASE_TEXT], last[KRELEASE_TEXT], as[KRELEASE_TEXT];
	const struct krelease *all;
	size_t n;

	if (d->kernel->known) {
		krelease_text(d->kernel->target.release, as, sizeof(as));
		doctor_say(d, DOCTOR_OK, NULL, NULL,
			   "kernel %s is known, as %s", name, as);
		return;
	}
	all = kmodel_releases(&n);
	doctor_say(d, DOCTOR_WARNING, NULL,
		   buf_textf(d->arena, "known are %s to %s: compile for the "
			     "nearest with --kernel, and try the result with "
			     "ima_appraise=log",
			     krelease_text(all[0], first, sizeof(first)),
			     krelease_text(all[n - 1], last, sizeof(last))),
		   "kernel %s is not known to imapolc", name);
}

static void check_config(struct doctor *d)
{
	const struct hostfs_file *f = &d->kernel->k->config;
	const char *name = d->kernel->k->release;

	if (d->kernel->configured)
		doctor_say(d, DOCTOR_OK, f->path, NULL,
			   "the configuration of kernel %s was read", name);
	else if (f->there && !f->text)
		doctor_unread(d, f);
	else
		doctor_say(d, DOCTOR_UNKNOWN, NULL,
			   buf_textf(d->arena, "put its .config at "
				     "/boot/config-%s", name),
			   "the configuration of kernel %s was not found: what "
			   "it can do is not known", name);
}

/* ---- options ---- */

static bool on(const struct doctor *d, enum kconfig c)
{
	return doctor_option(d, c) == KTRI_YES;
}

/* one that no rule depends on, so the model does not have it */
static bool text_on(const struct doctor *d, const char *name)
{
	const char *at = d->kernel->k->config.text;
	size_t n = strlen(name);

	while ((at = strstr(at, name))) {
		if ((at == d->kernel->k->config.text || at[-1] == '\n') &&
		    !strncmp(at + n, "=y", 2))
			return true;
		at += n;
	}
	return false;
}

static const char *config_path(const struct doctor *d)
{
	return d->kernel->k->config.path;
}

static void check_ima(struct doctor *d)
{
	if (on(d, KCONFIG_IMA))
		doctor_say(d, DOCTOR_OK, config_path(d), NULL,
			   "CONFIG_%s is on", kconfig_name(KCONFIG_IMA));
	else
		doctor_say(d, DOCTOR_FAULT, config_path(d),
			   "use a kernel that is built with it",
			   "CONFIG_%s is off: this kernel takes no policy",
			   kconfig_name(KCONFIG_IMA));
}

/* one without which rules lose what they say; fault where a policy has such */
static void check_needed(struct doctor *d, enum kconfig c, unsigned int uses,
			 const char *gives, const char *loses)
{
	bool used = d->uses & uses;

	if (on(d, c))
		doctor_say(d, DOCTOR_OK, config_path(d), NULL,
			   "CONFIG_%s is on%s", kconfig_name(c), gives);
	else
		doctor_say(d, used ? DOCTOR_FAULT : DOCTOR_WARNING,
			   config_path(d), "use a kernel that is built with it",
			   "CONFIG_%s is off: %s%s", kconfig_name(c), loses,
			   used ? ", and a policy here has them" : "");
}

static void check_appraise(struct doctor *d)
{
	check_needed(d, KCONFIG_IMA_APPRAISE, USES_APPRAISE, "",
		     "appraise rules are taken and refuse nothing");
}

static void check_lsm_rules(struct doctor *d)
{
	check_needed(d, KCONFIG_IMA_LSM_RULES, USES_LABELS,
		     ": rules may name labels",
		     "rules that name labels are refused");
}

static void check_bootparam(struct doctor *d)
{
	if (on(d, KCONFIG_IMA_APPRAISE_BOOTPARAM))
		doctor_say(d, DOCTOR_OK, config_path(d), NULL,
			   "CONFIG_%s is on: ima_appraise=log allows a "
			   "rehearsal",
			   kconfig_name(KCONFIG_IMA_APPRAISE_BOOTPARAM));
	else
		doctor_say(d, DOCTOR_WARNING, config_path(d),
			   "rehearse on a kernel that has it",
			   "CONFIG_%s is off: the kernel enforces from the "
			   "first load on, with no way to try",
			   kconfig_name(KCONFIG_IMA_APPRAISE_BOOTPARAM));
}

static void check_loads(struct doctor *d)
{
	bool write = on(d, KCONFIG_IMA_WRITE_POLICY);
	bool read = on(d, KCONFIG_IMA_READ_POLICY);

	doctor_say(d, DOCTOR_OK, config_path(d), NULL,
		   "the kernel takes %s, and its rules can%s be read back",
		   write ? "policies at any time, each behind the one before" :
			   "one policy a boot", read ? "" : "not");
}

static void check_modsig(struct doctor *d)
{
	doctor_say(d, DOCTOR_OK, config_path(d), NULL,
		   "CONFIG_%s is %s: rules that take signatures appended to "
		   "modules are %s",
		   kconfig_name(KCONFIG_IMA_APPRAISE_MODSIG),
		   on(d, KCONFIG_IMA_APPRAISE_MODSIG) ? "on" : "off",
		   on(d, KCONFIG_IMA_APPRAISE_MODSIG) ? "understood" :
		   "refused");
}

static void check_keyring(struct doctor *d)
{
	if (on(d, KCONFIG_INTEGRITY_TRUSTED_KEYRING))
		doctor_say(d, DOCTOR_OK, config_path(d), NULL,
			   "CONFIG_%s is on: the keyring is .ima, and its keys "
			   "are signed by a key of the kernel's",
			   kconfig_name(KCONFIG_INTEGRITY_TRUSTED_KEYRING));
	else
		doctor_say(d, d->uses & USES_SIGNATURE ? DOCTOR_WARNING :
							 DOCTOR_OK,
			   config_path(d), "use a kernel that is built with "
			   "it, or count root among those who may sign",
			   "CONFIG_%s is off: the keyring is _ima, and root "
			   "puts any key into it",
			   kconfig_name(KCONFIG_INTEGRITY_TRUSTED_KEYRING));
}

static void check_evm(struct doctor *d)
{
	if (text_on(d, "CONFIG_EVM"))
		doctor_say(d, DOCTOR_OK, config_path(d), NULL,
			   "CONFIG_EVM is on");
	else
		doctor_say(d, d->uses & USES_HASH ? DOCTOR_WARNING : DOCTOR_OK,
			   config_path(d), "require signatures, or use a "
			   "kernel that is built with it",
			   "CONFIG_EVM is off: whoever changes a disk offline "
			   "also changes the hashes on it");
}

static void check_audit(struct doctor *d)
{
	if (text_on(d, "CONFIG_AUDIT"))
		doctor_say(d, DOCTOR_OK, config_path(d), NULL,
			   "CONFIG_AUDIT is on: refusals leave records");
	else
		doctor_say(d, DOCTOR_WARNING, config_path(d),
			   "use a kernel that is built with it",
			   "CONFIG_AUDIT is off: refusals leave no record");
}

const struct doctor_check doctor_kernel_checks[] = {
	{ "kernel", SCOPE_MACHINE, check_kernels },
	{ "kernel-release", SCOPE_KERNEL, check_release },
	{ "kernel-config", SCOPE_KERNEL, check_config },
	{ "ima", SCOPE_CONFIGURED, check_ima },
	{ "appraise", SCOPE_IMA, check_appraise },
	{ "appraise-bootparam", SCOPE_IMA, check_bootparam },
	{ "lsm-rules", SCOPE_IMA, check_lsm_rules },
	{ "policy-loads", SCOPE_IMA, check_loads },
	{ "modsig", SCOPE_IMA, check_modsig },
	{ "trusted-keyring", SCOPE_IMA, check_keyring },
	{ "evm", SCOPE_IMA, check_evm },
	{ "audit", SCOPE_IMA, check_audit },
	{ NULL, 0, NULL },
};
