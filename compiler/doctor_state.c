/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "doctor_int.h"
#include "num.h"

/* What the machine is doing now, and what its firmware and settings say. */

static const struct hostfs_file *item(const struct doctor *d,
				      enum machine_item i)
{
	return &d->m->item[i];
}

/* the number that a file of the kernel's holds; false: none, or unread */
static bool number(const struct hostfs_file *f, uint64_t *out)
{
	return f->text &&
	       num_parse(f->text, strcspn(f->text, "\n"), 10, UINT64_MAX,
			 out) == NUM_OK;
}

/* ---- IMA itself ---- */

static bool securityfs_mounted(const struct doctor *d)
{
	const struct hostfs_file *f = item(d, MACHINE_MOUNTS);

	return f->text && strstr(f->text, " /sys/kernel/security securityfs ");
}

static void check_securityfs(struct doctor *d)
{
	const struct hostfs_file *f = item(d, MACHINE_MOUNTS);

	if (securityfs_mounted(d))
		doctor_say(d, DOCTOR_OK, f->path, NULL,
			   "securityfs is mounted at /sys/kernel/security");
	else if (!f->text)
		doctor_say(d, DOCTOR_UNKNOWN, f->path, "mount /proc",
			   "cannot be read, so it is not known what is "
			   "mounted");
	else
		doctor_say(d, DOCTOR_FAULT, f->path, "mount -t securityfs "
			   "securityfs /sys/kernel/security",
			   "securityfs is not mounted: no policy can be "
			   "loaded, and what IMA does cannot be seen");
}

static void check_ima_running(struct doctor *d)
{
	const struct hostfs_file *f = item(d, MACHINE_IMA_DIR);

	if (!securityfs_mounted(d))
		return;
	if (f->there)
		doctor_say(d, DOCTOR_OK, f->path, NULL, "IMA runs");
	else
		doctor_say(d, DOCTOR_FAULT, f->path,
			   "boot a kernel that is built with CONFIG_IMA",
			   "IMA does not run: there is nothing to load a policy "
			   "into");
}

/* ---- its policy ---- */

static size_t count_lines(const struct hostfs_file *f)
{
	size_t i, n = 0;

	for (i = 0; i < f->len; i++)
		n += f->text[i] == '\n';
	return n;
}

static void say_no_load(struct doctor *d, const struct hostfs_file *f)
{
	const char *builtin = doctor_boot_policy(d);

	if (builtin)
		doctor_say(d, DOCTOR_WARNING, f->path,
			   "imapol-load FILE, or have it done at boot",
			   "no policy was loaded in this boot: the rules of "
			   "ima_policy=%s are in force", builtin);
	else
		doctor_say(d, DOCTOR_WARNING, f->path,
			   "imapol-load FILE, or have it done at boot",
			   "no policy was loaded in this boot: IMA has no rules "
			   "but those that are built in");
}

/*
 * What is known of the policy by its file: a kernel that takes one load a boot
 * removes it then, or where it can be read takes away the right to write it.
 */
static void check_policy(struct doctor *d)
{
	const struct hostfs_file *f = item(d, MACHINE_POLICY);
	enum ktri write = doctor_option(d, KCONFIG_IMA_WRITE_POLICY);

	if (!item(d, MACHINE_IMA_DIR)->there)
		return;
	if (!f->there)
		doctor_say(d, DOCTOR_OK, f->path, NULL,
			   "a policy was loaded in this boot: its file is gone, "
			   "and no other is taken");
	else if (f->mode && !(f->mode & 0200))
		doctor_say(d, DOCTOR_OK, f->path, NULL,
			   "a policy was loaded in this boot: its file cannot "
			   "be written any more");
	else if (write == KTRI_NO)
		say_no_load(d, f);
	else if (f->text)
		doctor_say(d, f->len ? DOCTOR_OK : DOCTOR_WARNING, f->path,
			   "imapol-load FILE, or have it done at boot",
			   "%zu rules are in force, and more can be added",
			   count_lines(f));
	else
		doctor_say(d, DOCTOR_UNKNOWN, f->path, "look for \"policy "
			   "update completed\" in the kernel log",
			   "takes rules; whether it has taken some cannot be "
			   "seen on this kernel");
}

static void check_measured(struct doctor *d)
{
	const struct hostfs_file *f = item(d, MACHINE_MEASURED);
	uint64_t n, violations = 0;

	if (!f->there)
		return;
	if (!number(f, &n)) {
		doctor_unread(d, f);
		return;
	}
	number(item(d, MACHINE_VIOLATIONS), &violations);
	if (violations)
		doctor_say(d, DOCTOR_WARNING, item(d, MACHINE_VIOLATIONS)->path,
			   "leave out of the policy what is written while it "
			   "is read, such as logs", "violations: %llu; the "
			   "file was written while it was open for reading, and "
			   "what was measured tells nothing",
			   (unsigned long long)violations);
	else
		doctor_say(d, DOCTOR_OK, f->path, NULL, "entries in the list: "
			   "%llu, and no violation", (unsigned long long)n);
}

/* ---- the TPM ---- */

static void check_tpm(struct doctor *d)
{
	static const char dir[] = "/sys/class/tpm/tpm0";

	if (d->m->tpm)
		doctor_say(d, DOCTOR_OK, dir, NULL, "there is a TPM");
	else
		doctor_say(d, DOCTOR_WARNING, dir, "switch it on in the "
			   "firmware's setup, or load its driver",
			   "there is no TPM: measurements are listed, and "
			   "nothing vouches for the list");
}

static bool is_zero(const char *hex)
{
	return !hex[strspn(hex, "0")];
}

static void check_banks(struct doctor *d)
{
	bool strong = false, extended = false, read = false;
	struct buf names;
	size_t i;

	if (!d->m->tpm)
		return;
	buf_init(&names, d->arena);
	for (i = 0; i < d->m->banks.n; i++) {
		const struct machine_bank *b = &d->m->banks.v[i];

		buf_printf(&names, "%s%s", i ? ", " : "", b->name);
		strong |= strcmp(b->name, "sha1") != 0;
		read |= b->pcr != NULL;
		extended |= b->pcr && !is_zero(b->pcr);
	}
	if (!d->m->banks.n)
		doctor_say(d, DOCTOR_UNKNOWN, "/sys/class/tpm/tpm0",
			   "tpm2_getcap pcrs", "which banks the TPM has is not "
			   "told here");
	else if (!strong)
		doctor_say(d, DOCTOR_WARNING, "/sys/class/tpm/tpm0",
			   "tpm2_pcrallocate sha256:all, and boot again",
			   "the TPM has no bank but %s", names.s);
	else if (read && !extended && item(d, MACHINE_IMA_DIR)->there)
		doctor_say(d, DOCTOR_WARNING, "/sys/class/tpm/tpm0",
			   "use a kernel that has the TPM's driver built in",
			   "IMA does not extend PCR %d of the banks %s: it "
			   "started before the TPM was there", d->m->tpm_pcr,
			   names.s);
	else
		doctor_say(d, DOCTOR_OK, "/sys/class/tpm/tpm0", NULL,
			   "the TPM has the banks %s", names.s);
}

/* ---- what keeps root from the kernel ---- */

static void check_secure_boot(struct doctor *d)
{
	const struct hostfs_file *f = item(d, MACHINE_SECURE_BOOT);

	switch (d->secure) {
	case SECURE_NO_EFI:
		doctor_say(d, DOCTOR_OK, item(d, MACHINE_EFI)->path, NULL,
			   "no EFI firmware, so no Secure Boot of its kind");
		break;
	case SECURE_ON:
		doctor_say(d, DOCTOR_OK, f->path, NULL, "Secure Boot is on");
		break;
	case SECURE_OFF:
		doctor_say(d, DOCTOR_WARNING, f->path, "switch it on, or have "
			   "the boot measured and attested",
			   "Secure Boot is off: any kernel and any command line "
			   "starts");
		break;
	case SECURE_SHIM:
		doctor_say(d, DOCTOR_WARNING, item(d, MACHINE_SHIM_INSECURE)
			   ->path, "mokutil --enable-validation",
			   "Secure Boot is on, and shim was told to verify "
			   "nothing: the kernel takes it as off");
		break;
	case SECURE_UNKNOWN:
		doctor_say(d, DOCTOR_UNKNOWN, f->path, "mount -t efivarfs "
			   "efivarfs /sys/firmware/efi/efivars",
			   "whether Secure Boot is on cannot be read");
		break;
	}
}

static void check_lockdown(struct doctor *d)
{
	const struct hostfs_file *f = item(d, MACHINE_LOCKDOWN);
	const char *mode = f->text ? strchr(f->text, '[') : NULL;
	size_t n = mode ? strcspn(mode, "]\n") : 0;

	if (!securityfs_mounted(d))
		return;
	if (!f->there)
		doctor_say(d, DOCTOR_WARNING, f->path, "use a kernel that is "
			   "built with CONFIG_SECURITY_LOCKDOWN_LSM",
			   "there is no lockdown: root can change the kernel "
			   "that runs");
	else if (!mode || !mode[n])
		doctor_unread(d, f);
	else if (n == 5 && !strncmp(mode, "[none", n))
		doctor_say(d, DOCTOR_WARNING, f->path,
			   "boot with lockdown=integrity", "lockdown is off: "
			   "root can change the kernel that runs");
	else
		doctor_say(d, DOCTOR_OK, f->path, NULL, "lockdown is %.*s",
			   (int)n - 1, mode + 1);
}

/* ---- the security module ---- */

/* SELinux, as it runs: the process has a context only once a policy is there */
static void say_selinux(struct doctor *d)
{
	const struct hostfs_file *f = item(d, MACHINE_ENFORCE);
	const struct hostfs_file *context = item(d, MACHINE_CONTEXT);

	if (context->text && !strchr(context->text, ':'))
		doctor_say(d, d->uses & USES_LABELS ? DOCTOR_FAULT :
						      DOCTOR_WARNING,
			   context->path, "load_policy -i, before IMA's policy",
			   "SELinux runs without a policy: rules that name "
			   "labels are refused");
	else if (f->there && !f->text)
		doctor_unread(d, f);
	else if (!f->text)
		doctor_say(d, DOCTOR_UNKNOWN, f->path, "mount -t selinuxfs "
			   "selinuxfs /sys/fs/selinux",
			   "SELinux runs; whether it enforces cannot be seen");
	else if (*f->text != '1')
		doctor_say(d, DOCTOR_WARNING, f->path, "setenforce 1",
			   "SELinux is permissive: IMA goes by its labels, and "
			   "nothing keeps them as they are");
	else
		doctor_say(d, DOCTOR_OK, f->path, NULL, "SELinux enforces");
}

static void say_no_labels(struct doctor *d, const char *at)
{
	bool used = d->uses & USES_LABELS;

	doctor_say(d, used ? DOCTOR_FAULT : DOCTOR_OK, at,
		   "install and boot one: security=selinux on the command line",
		   "no security module that knows labels %s%s",
		   d->m->running ? "runs" : "is set up",
		   used ? ", and a policy here names them" : "");
}

static void check_lsm(struct doctor *d)
{
	const struct hostfs_file *f = d->m->running ?
		item(d, MACHINE_LSM) : item(d, MACHINE_SELINUX_CONFIG);

	if (d->m->running && !f->text && d->lsm == KLSM_UNSET)
		doctor_say(d, DOCTOR_UNKNOWN, f->path, "mount securityfs",
			   "which security module runs cannot be read");
	else if (d->lsm == KLSM_SELINUX && d->m->running)
		say_selinux(d);
	else if (d->lsm == KLSM_SELINUX)
		doctor_say(d, DOCTOR_OK, f->path, NULL, "SELinux is set up as "
			   "%s", doctor_setting(d, f, "SELINUX"));
	else if (d->lsm == KLSM_APPARMOR)
		doctor_say(d, DOCTOR_OK, d->m->running ? f->path :
			   item(d, MACHINE_APPARMOR_DIR)->path, NULL,
			   "AppArmor %s: rules can name the profile of a "
			   "process and no label of a file",
			   d->m->running ? "runs" : "is set up");
	else if (d->lsm == KLSM_SMACK)
		doctor_say(d, DOCTOR_OK, f->path, NULL, "Smack runs");
	else
		say_no_labels(d, f->path);
}

/* ---- keys ---- */

static void put_keys(const struct machine_ring *r, struct buf *out)
{
	size_t i;

	buf_printf(out, "%zu key%s", r->n_keys, r->n_keys == 1 ? "" : "s");
	for (i = 0; i < r->keys.n; i++)
		buf_printf(out, "%s%s", i ? "; " : ": ",
			   r->keys.v[i].description);
}

/* the ring that signatures are verified with; which one it is, is configured */
static bool is_verifying(const struct doctor *d, const struct machine_ring *r)
{
	enum ktri trusted = doctor_option(d, KCONFIG_INTEGRITY_TRUSTED_KEYRING);
	bool dot = !strcmp(r->name, ".ima");

	return (dot && trusted != KTRI_NO) ||
	       (!strcmp(r->name, "_ima") && trusted != KTRI_YES);
}

static void check_rings(struct doctor *d)
{
	const char *path = item(d, MACHINE_KEYS)->path;
	struct buf keys;
	size_t i;

	for (i = 0; i < d->m->rings.n; i++) {
		const struct machine_ring *r = &d->m->rings.v[i];

		if (!r->there)
			continue;
		buf_init(&keys, d->arena);
		put_keys(r, &keys);
		if (r->listed)
			doctor_say(d, DOCTOR_OK, path, NULL, "%s has %s",
				   r->name, keys.s);
		else
			doctor_say(d, DOCTOR_UNKNOWN, path, "run as root, "
				   "behind keyctl link @u @s",
				   "%s is there; its keys cannot be read",
				   r->name);
	}
}

static void check_keys(struct doctor *d)
{
	const char *path = item(d, MACHINE_KEYS)->path;
	bool any = false, seen = false;
	size_t i;

	for (i = 0; i < d->m->rings.n; i++) {
		const struct machine_ring *r = &d->m->rings.v[i];

		seen |= r->there;
		any |= is_verifying(d, r) && (r->n_keys || !r->listed) &&
		       r->there;
	}
	if (any)
		doctor_say(d, DOCTOR_OK, path, NULL,
			   "there are keys to verify signatures with");
	else if (!seen)
		doctor_say(d, DOCTOR_UNKNOWN, path, "run as root",
			   "no keyring of the kernel's can be seen");
	else
		doctor_say(d, d->uses & USES_SIGNATURE ? DOCTOR_FAULT :
							 DOCTOR_OK, path,
			   "load one before the policy: keyctl padd asymmetric "
			   "'' %keyring:_ima <cert.der, or evmctl import",
			   "there is no key to verify signatures with%s",
			   d->uses & USES_SIGNATURE ?
			   ", and a policy here requires them" : "");
}

static void check_evm(struct doctor *d)
{
	const struct hostfs_file *f = item(d, MACHINE_EVM);
	uint64_t v;

	if (!f->there)
		return;
	if (!number(f, &v))
		doctor_unread(d, f);
	else if (v & 3)
		doctor_say(d, DOCTOR_OK, f->path, NULL, "EVM has a key%s",
			   v & 1 ? " of its own" : "");
	else
		doctor_say(d, d->uses & USES_HASH ? DOCTOR_WARNING : DOCTOR_OK,
			   f->path, "load an EVM key, or require signatures",
			   "EVM has no key: a hash stops neither root nor a "
			   "change of the disk offline");
}

static void check_audit(struct doctor *d)
{
	const struct hostfs_file *f = item(d, MACHINE_AUDITD);

	if (f->there)
		doctor_say(d, DOCTOR_OK, f->path, NULL,
			   "auditd takes the records");
	else
		doctor_say(d, DOCTOR_WARNING, f->path, "install auditd; until "
			   "then echo 0 >/proc/sys/kernel/printk_ratelimit",
			   "no auditd runs: records go to the kernel log, which "
			   "drops them when there are many");
}

const struct doctor_check doctor_state_checks[] = {
	{ "securityfs", SCOPE_RUNNING, check_securityfs },
	{ "ima-runs", SCOPE_RUNNING, check_ima_running },
	{ "policy", SCOPE_RUNNING, check_policy },
	{ "measurements", SCOPE_RUNNING, check_measured },
	{ "tpm", SCOPE_RUNNING, check_tpm },
	{ "tpm-banks", SCOPE_RUNNING, check_banks },
	{ "secure-boot", SCOPE_RUNNING, check_secure_boot },
	{ "lockdown", SCOPE_RUNNING, check_lockdown },
	{ "lsm", SCOPE_MACHINE, check_lsm },
	{ "keyring", SCOPE_RUNNING, check_rings },
	{ "keys", SCOPE_RUNNING, check_keys },
	{ "evm-key", SCOPE_RUNNING, check_evm },
	{ "auditd", SCOPE_RUNNING, check_audit },
	{ NULL, 0, NULL },
};
