/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "fake_keys.h"
#include "fake_root.h"
#include "util.h"

static struct arena arena;
static struct machine m;
static struct doctor_report r;

/* a machine on which all is well; tests spoil one thing */
static const char good_config[] =
	"CONFIG_IMA=y\nCONFIG_IMA_APPRAISE=y\nCONFIG_IMA_APPRAISE_BOOTPARAM=y\n"
	"CONFIG_IMA_LSM_RULES=y\nCONFIG_IMA_ARCH_POLICY=y\n"
	"CONFIG_INTEGRITY_TRUSTED_KEYRING=y\nCONFIG_EVM=y\nCONFIG_AUDIT=y\n"
	"CONFIG_SECURITY_SELINUX=y\n# CONFIG_IMA_WRITE_POLICY is not set\n";

#define SECURITY "/sys/kernel/security/"
#define EFIVARS "/sys/firmware/efi/efivars/"
#define EFI_GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define EFI_SHIM "-605dab50-e046-4300-abb6-3dd810dd8b23"

static const char good_keys[] =
	"0000000a I------ 1 perm 1f0b0000 0 0 keyring .ima: 2\n"
	"0000000b I------ 1 perm 1f030000 0 0 asymmetri Site: signing 1: 2a3b: "
	"X509.rsa 2a3b []\n";

static const char policy[] =
	"appraise func=BPRM_CHECK obj_type=bin_t appraise_type=imasig\n"
	"appraise func=MMAP_CHECK fowner=0\n";

static void put_efi(const char *name, char value)
{
	char bytes[5] = { 6, 0, 0, 0, value };

	fake_root_put_bytes(name, bytes, sizeof(bytes));
}

static void put_good(void)
{
	fake_root_put("/proc/sys/kernel/osrelease", "6.1.0-56-amd64\n");
	fake_root_put("/boot/config-6.1.0-56-amd64", good_config);
	fake_root_put("/boot/vmlinuz-6.1.0-56-amd64", "");
	fake_root_put("/proc/cmdline", "ro quiet\n");
	fake_root_put("/proc/self/mounts", "securityfs /sys/kernel/security "
		      "securityfs rw 0 0\n");
	fake_root_put("/proc/keys", good_keys);
	fake_root_put("/proc/1/comm", "systemd\n");
	fake_root_put("/proc/self/attr/current", "u:r:t:s0");
	fake_root_put("/run/auditd.pid", "1\n");
	fake_root_put(SECURITY "lsm", "lockdown,integrity,selinux");
	fake_root_put(SECURITY "lockdown", "none [integrity] confidentiality\n");
	fake_root_put(SECURITY "evm", "1");
	fake_root_put(SECURITY "ima/runtime_measurements_count", "12\n");
	fake_root_put(SECURITY "ima/violations", "0\n");
	fake_root_put("/sys/fs/selinux/enforce", "1");
	fake_root_put("/sys/class/tpm/tpm0/pcr-sha256/10", "A1\n");
	put_efi(EFIVARS "SecureBoot" EFI_GLOBAL, 1);
	put_efi(EFIVARS "SetupMode" EFI_GLOBAL, 0);
	fake_root_put("/etc/ima/ima-policy", policy);
	fake_root_put("/etc/selinux/config", "SELINUX=enforcing\n");
	fake_root_put("/usr/sbin/imapol-load", "");
}

static void setup(void)
{
	arena_init(&arena);
	fake_root_make();
	put_good();
}

static void teardown(void)
{
	fake_root_remove();
	arena_free(&arena);
}

static void examine(void)
{
	ck_assert(machine_read_running(&m, &arena, fake_root, fake_ring));
	doctor_run(&m, &r);
}

static void examine_root(void)
{
	ck_assert(machine_read_root(&m, &arena, fake_root));
	doctor_run(&m, &r);
}

static const char *report_text(void)
{
	struct buf b;

	buf_init(&b, &arena);
	doctor_text(&r, &b);
	return b.s;
}

static bool has(enum doctor_verdict v, const char *check, const char *text)
{
	size_t i;

	for (i = 0; i < r.lines.n; i++) {
		const struct doctor_line *l = &r.lines.v[i];

		if (l->verdict == v && !strcmp(l->check, check) &&
		    strstr(l->found, text))
			return true;
	}
	return false;
}

#define expect(v, check, text)						\
	ck_assert_msg(has(DOCTOR_##v, check, text), "no %s %s: %s in\n%s",	\
		      #v, check, text, report_text())

/* nothing of that check but what is well */
static bool is_well(const char *check)
{
	size_t i;

	for (i = 0; i < r.lines.n; i++)
		if (!strcmp(r.lines.v[i].check, check) &&
		    r.lines.v[i].verdict != DOCTOR_OK)
			return false;
	return true;
}

START_TEST(all_well)
{
	size_t i;

	examine();
	ck_assert_msg(r.n[DOCTOR_OK] == r.lines.n, "%s", report_text());
	expect(OK, "policy", "was loaded in this boot");
	expect(OK, "policy-file", "kernel 6.1.0-56-amd64 takes all of it");
	expect(OK, "keyring", ".ima has 2 keys: Site: signing 1: 2a3b");
	expect(OK, "loaders", "systemd");
	for (i = 0; i < r.lines.n; i++)
		ck_assert_ptr_nonnull(r.lines.v[i].found);
	examine_root();
	ck_assert_uint_eq(r.n[DOCTOR_FAULT], 0);
}
END_TEST

/* of a machine of which nothing can be read nothing is claimed */
START_TEST(nothing_there)
{
	fake_root_remove();
	fake_root_make();
	examine();
	ck_assert_uint_eq(r.n[DOCTOR_FAULT], 0);
	expect(UNKNOWN, "kernel", "is not known");
	expect(UNKNOWN, "boot", "no kernel command line");
	expect(UNKNOWN, "securityfs", "cannot be read");
	expect(UNKNOWN, "lsm", "cannot be read");
	expect(UNKNOWN, "keys", "can be seen");
	examine_root();
	ck_assert_uint_eq(r.n[DOCTOR_FAULT], 0);
	expect(UNKNOWN, "kernel", "no kernel is installed");
}
END_TEST

static void denied(const char *path, const char *check)
{
	ck_assert_int_eq(chmod(fake_root_path(path), 0), 0);
	examine();
	expect(UNKNOWN, check, "cannot be read: Permission denied");
}

START_TEST(not_allowed)
{
	/* root may read all, and each test is a process of its own */
	fake_root_remove();
	if (!getuid())
		ck_assert(!setgid(65534) && !setuid(65534));
	fake_root_make();
	put_good();
	denied("/boot/config-6.1.0-56-amd64", "kernel-config");
	denied("/proc/cmdline", "boot");
	denied(SECURITY "ima/runtime_measurements_count", "measurements");
	denied(SECURITY "evm", "evm-key");
	denied("/etc/ima/ima-policy", "policy-file");
	ck_assert_uint_eq(r.n[DOCTOR_FAULT], 0);
}
END_TEST

/* ---- one thing that is not well ---- */

static const struct {
	const char *path, *text;	/* NULL: it is taken away */
	enum doctor_verdict verdict;
	const char *check, *found;
} spoilt[] = {
	{ "/proc/sys/kernel/osrelease", "9.1.2\n", DOCTOR_WARNING,
	  "kernel-release", "9.1.2 is not known" },
	{ "/proc/sys/kernel/osrelease", "custom\n", DOCTOR_WARNING,
	  "kernel-release", "custom is not known" },
	{ "/proc/sys/kernel/osrelease", "6.2.1\n", DOCTOR_UNKNOWN,
	  "kernel-config", "6.2.1 was not found" },
	{ "/boot/config-6.1.0-56-amd64", "CONFIG_EVM=y\n", DOCTOR_FAULT,
	  "ima", "CONFIG_IMA is off" },
	{ "/boot/config-6.1.0-56-amd64", "CONFIG_IMA=y\n", DOCTOR_FAULT,
	  "appraise", "and a policy here has them" },
	{ "/boot/config-6.1.0-56-amd64", "CONFIG_IMA=y\n", DOCTOR_WARNING,
	  "appraise-bootparam", "with no way to try" },
	{ "/boot/config-6.1.0-56-amd64", "CONFIG_IMA=y\n", DOCTOR_FAULT,
	  "lsm-rules", "and a policy here has them" },
	{ "/boot/config-6.1.0-56-amd64", "CONFIG_IMA=y\n", DOCTOR_WARNING,
	  "trusted-keyring", "root puts any key" },
	{ "/boot/config-6.1.0-56-amd64", "CONFIG_IMA=y\nCONFIG_EVM=m\n",
	  DOCTOR_WARNING, "evm", "CONFIG_EVM is off" },
	{ "/boot/config-6.1.0-56-amd64", "CONFIG_IMA=y\nCONFIG_AUDITED=y\n",
	  DOCTOR_WARNING, "audit", "leave no record" },
	{ "/boot/config-6.1.0-56-amd64", "CONFIG_IMA=y\n", DOCTOR_FAULT,
	  "policy-file", "refuses 1 of its lines, line 1 first" },

	{ "/proc/cmdline", "ima_policy=tcb|tbc ima_policy=\"a tcb\"\n",
	  DOCTOR_WARNING, "boot-policy", "ima_policy=a is no policy" },
	{ "/proc/cmdline", "ima_template=ima-sigv3\n", DOCTOR_WARNING,
	  "boot-template", "ima-sigv3 is no template" },
	{ "/proc/cmdline", "ima_hash=sha257\n", DOCTOR_WARNING, "boot-hash",
	  "is no hash" },
	{ "/proc/cmdline", "ima_hash=sha1\n", DOCTOR_WARNING, "boot-hash",
	  "the same hash can be made" },
	{ "/proc/cmdline", "ima_hash=sha512\n", DOCTOR_WARNING, "boot-hash",
	  "not built into the kernel" },
	{ "/proc/cmdline", "audit=0\n", DOCTOR_WARNING, "boot-audit",
	  "no record" },
	{ "/proc/cmdline", "lsm=selinux\n", DOCTOR_FAULT, "boot-lsm",
	  "panics" },
	{ "/proc/cmdline", "lsm=integrity,yama\n", DOCTOR_FAULT, "boot-lsm",
	  "no security module that knows labels" },
	{ "/proc/cmdline", "security=none\n", DOCTOR_FAULT, "boot-lsm",
	  "security=none has no security module" },
	{ "/proc/cmdline", "security=none lsm=integrity,smack\n", DOCTOR_OK,
	  "boot-lsm", "lsm=integrity,smack" },
	{ "/proc/cmdline", "selinux=0\n", DOCTOR_FAULT, "boot-switches",
	  "selinux=0" },

	{ "/proc/self/mounts", "proc /proc proc rw 0 0\n", DOCTOR_FAULT,
	  "securityfs", "is not mounted" },
	{ SECURITY "ima/violations", "3\n", DOCTOR_WARNING, "measurements",
	  "violations: 3" },
	{ "/sys/class/tpm/tpm0/pcr-sha256/10", "00\n", DOCTOR_WARNING,
	  "tpm-banks", "does not extend PCR 10" },
	{ EFIVARS "SecureBoot" EFI_GLOBAL, NULL, DOCTOR_UNKNOWN,
	  "secure-boot", "cannot be read" },
	{ EFIVARS "SecureBoot" EFI_GLOBAL, "xxxx", DOCTOR_UNKNOWN,
	  "secure-boot", "cannot be read" },
	{ SECURITY "lockdown", "[none] integrity confidentiality\n",
	  DOCTOR_WARNING, "lockdown", "is off" },
	{ SECURITY "lockdown", NULL, DOCTOR_WARNING, "lockdown",
	  "there is no lockdown" },
	{ SECURITY "lsm", "integrity,apparmor", DOCTOR_OK, "lsm", "AppArmor" },
	{ SECURITY "lsm", "integrity,apparmor", DOCTOR_FAULT, "policy-file",
	  "refuses 1 of its lines" },
	{ SECURITY "lsm", "integrity", DOCTOR_FAULT, "lsm",
	  "and a policy here names them" },
	{ "/sys/fs/selinux/enforce", "0", DOCTOR_WARNING, "lsm",
	  "permissive" },
	{ "/proc/self/attr/current", "kernel", DOCTOR_FAULT, "lsm",
	  "without a policy" },
	{ "/sys/fs/selinux/enforce", NULL, DOCTOR_UNKNOWN, "lsm",
	  "whether it enforces" },
	{ "/proc/keys", "0000000e I------ 1 perm 1f0b0000 0 0 keyring "
	  ".blacklist: empty\n", DOCTOR_FAULT, "keys",
	  "and a policy here requires them" },
	{ "/proc/keys", "", DOCTOR_UNKNOWN, "keys", "can be seen" },
	{ "/proc/keys", fake_keys, DOCTOR_UNKNOWN, "keyring",
	  ".platform is there" },
	{ SECURITY "evm", "0", DOCTOR_WARNING, "evm-key", "EVM has no key" },
	{ "/run/auditd.pid", NULL, DOCTOR_WARNING, "auditd", "no auditd" },

	{ "/etc/ima/ima-policy", "measure\nmeasure path=/a\nfoo\n",
	  DOCTOR_FAULT, "policy-file", "refuses 2 of its lines, line 2" },
	{ "/etc/ima/ima-policy", "measure", DOCTOR_WARNING, "policy-file",
	  "no newline" },
	{ "/etc/ima/policy", "measure\n", DOCTOR_WARNING, "loaders-unread",
	  "nothing here reads" },
	{ "/etc/sysconfig/ima-policy", "measure\n", DOCTOR_WARNING,
	  "loaders-unread", "not part of the initramfs" },
	{ "/proc/1/comm", "init\n", DOCTOR_WARNING, "loaders-unread",
	  "does not start this machine" },
	{ "/proc/1/comm", "init\n", DOCTOR_WARNING, "loaders",
	  "nothing that was found" },
	{ "/etc/initramfs-tools/scripts/init-bottom/ima",
	  "imapol-load /etc/ima/ima-policy\n", DOCTOR_WARNING, "loaders",
	  "/init-bottom/ima, then systemd" },
	{ "/etc/initramfs-tools/scripts/init-bottom/ima",
	  "imapol-load /etc/ima/ima-policy\n", DOCTOR_WARNING, "loaders-early",
	  "before SELinux" },
	{ "/etc/initramfs-tools/scripts/init-bottom/ima", "cat a >ima/policy",
	  DOCTOR_WARNING, "imapol-load", "killed half way" },
	{ "/usr/sbin/imapol-load", NULL, DOCTOR_WARNING, "imapol-load",
	  "not installed" },
};

START_TEST(spoils)
{
	const char *path = spoilt[_i].path;

	examine();
	/* it is what makes the difference */
	ck_assert(!has(spoilt[_i].verdict, spoilt[_i].check,
		       spoilt[_i].found));
	if (spoilt[_i].text)
		fake_root_put(path, spoilt[_i].text);
	else
		ck_assert_int_eq(unlink(fake_root_path(path)), 0);
	examine();
	ck_assert_msg(has(spoilt[_i].verdict, spoilt[_i].check,
			  spoilt[_i].found),
		      "no %s: %s in\n%s", spoilt[_i].check, spoilt[_i].found,
		      report_text());
}
END_TEST

/* ---- ima_appraise= ---- */

static void boot(const char *cmdline)
{
	fake_root_put("/proc/cmdline", cmdline);
	examine();
}

START_TEST(modes)
{
	put_efi(EFIVARS "SecureBoot" EFI_GLOBAL, 0);
	boot("ima_appraise=enforce");
	expect(OK, "boot-appraise", "ima_appraise=enforce");
	boot("ima_appraise=log");
	expect(WARNING, "boot-appraise", "refuses nothing:");
	boot("ima-appraise=log");
	expect(WARNING, "boot-appraise", "refuses nothing");
	boot("ima_appraise=fix");
	expect(FAULT, "boot-appraise", "gives a new hash");
	boot("ima_appraise=off");
	expect(FAULT, "boot-appraise", "records nothing");
	boot("ima_appraise=on");
	expect(WARNING, "boot-appraise", "is no mode");
	/* the last one counts, and what is behind -- is not the kernel's */
	boot("ima_appraise=fix ima_appraise=enforce -- ima_appraise=off");
	expect(OK, "boot-appraise", "ima_appraise=enforce");
}
END_TEST

START_TEST(modes_under_secure_boot)
{
	boot("ima_appraise=log");
	expect(WARNING, "boot-appraise", "is ignored under Secure Boot:");
	boot("ima_appraise=fix");
	expect(WARNING, "boot-appraise", "is ignored under Secure Boot:");
	ck_assert_uint_eq(r.n[DOCTOR_FAULT], 0);
	/* while keys are being set up, it is off; and so it is for shim */
	put_efi(EFIVARS "SetupMode" EFI_GLOBAL, 1);
	boot("ima_appraise=fix");
	expect(FAULT, "boot-appraise", "refuses nothing");
	expect(WARNING, "secure-boot", "is off");
	put_efi(EFIVARS "SetupMode" EFI_GLOBAL, 0);
	put_efi(EFIVARS "MokSBStateRT" EFI_SHIM, 1);
	boot("ima_appraise=fix");
	expect(FAULT, "boot-appraise", "refuses nothing");
	expect(WARNING, "secure-boot", "shim");
}
END_TEST

START_TEST(modes_by_configuration)
{
	static const char config[] = "/boot/config-6.1.0-56-amd64";

	fake_root_put(config, "CONFIG_IMA=y\nCONFIG_IMA_ARCH_POLICY=y\n");
	boot("ima_appraise=fix");
	expect(WARNING, "boot-appraise", "built without");
	/* without it nobody asks the firmware */
	fake_root_put(config, "CONFIG_IMA=y\n"
		      "CONFIG_IMA_APPRAISE_BOOTPARAM=y\n");
	boot("ima_appraise=fix");
	expect(FAULT, "boot-appraise", "refuses nothing");
	ck_assert_int_eq(unlink(fake_root_path(config)), 0);
	boot("ima_appraise=fix");
	expect(WARNING, "boot-appraise", "where the kernel has");
}
END_TEST

START_TEST(builtin_policies)
{
	boot("ima_policy=\"tcb | secure_boot\"");
	expect(OK, "boot-policy", "ima_policy=tcb is");
	expect(OK, "boot-policy", "ima_policy=secure_boot is");
	ck_assert(is_well("boot-policy"));
	fake_root_put("/proc/sys/kernel/osrelease", "5.4.286\n");
	boot("ima_policy=critical_data");
	expect(WARNING, "boot-policy", "critical_data is no policy");
}
END_TEST

/* since 6.4 integrity needs no name */
START_TEST(lsm_by_release)
{
	boot("lsm=integrity,selinux");
	ck_assert(is_well("boot-lsm"));
	fake_root_put("/proc/sys/kernel/osrelease", "6.12.1\n");
	boot("lsm=selinux");
	ck_assert(is_well("boot-lsm"));
	expect(OK, "boot-lsm", "lsm=selinux");
}
END_TEST

/* ---- the policy in force ---- */

START_TEST(policy_in_force)
{
	static const char file[] = SECURITY "ima/policy";
	static const char config[] = "/boot/config-6.1.0-56-amd64";

	fake_root_put(file, "measure func=BPRM_CHECK \nmeasure \n");
	boot("ro");
	expect(WARNING, "policy", "IMA has no rules but those");
	boot("ima_policy=tcb");
	expect(WARNING, "policy", "the rules of ima_policy=tcb");
	ck_assert_int_eq(chmod(fake_root_path(file), 0400), 0);
	boot("ro");
	expect(OK, "policy", "cannot be written any more");
	ck_assert_int_eq(chmod(fake_root_path(file), 0600), 0);
	fake_root_put(config, "CONFIG_IMA=y\nCONFIG_IMA_WRITE_POLICY=y\n");
	boot("ro");
	expect(OK, "policy", "2 rules are in force");
	fake_root_put(file, "");
	boot("ro");
	expect(WARNING, "policy", "0 rules are in force");
}
END_TEST

START_TEST(no_ima)
{
	char command[200];

	snprintf(command, sizeof(command), "rm -r %s" SECURITY "ima",
		 fake_root);
	ck_assert_int_eq(system(command), 0);
	examine();
	expect(FAULT, "ima-runs", "IMA does not run");
	ck_assert(!has(DOCTOR_OK, "policy", ""));
}
END_TEST

START_TEST(no_tpm)
{
	char command[200];

	snprintf(command, sizeof(command), "rm -r %s/sys/class/tpm", fake_root);
	ck_assert_int_eq(system(command), 0);
	examine();
	expect(WARNING, "tpm", "nothing vouches");
	fake_root_put("/sys/class/tpm/tpm0/pcr-sha1/10", "A1\n");
	examine();
	expect(WARNING, "tpm-banks", "no bank but sha1");
}
END_TEST

START_TEST(two_loaders)
{
	fake_root_dir("/usr/lib/dracut/modules.d/98integrity");
	fake_root_put("/etc/dracut.conf.d/ima.conf",
		      "add_dracutmodules+=\" integrity \"\n");
	fake_root_put("/etc/sysconfig/ima-policy", policy);
	examine();
	expect(WARNING, "loaders", "dracut's integrity module, with "
	       "/etc/sysconfig/ima-policy, then systemd");
	expect(WARNING, "loaders", "takes the first one");
	expect(FAULT, "loaders-early", "before that of SELinux");
	ck_assert(is_well("loaders-unread"));
	fake_root_dir("/usr/lib/dracut/modules.d/98selinux");
	examine();
	ck_assert(is_well("loaders-early"));
}
END_TEST

START_TEST(others_can_write)
{
	ck_assert_int_eq(chmod(fake_root_path("/etc/ima/ima-policy"), 0664), 0);
	examine();
	expect(FAULT, "policy-file", "others than its owner");
}
END_TEST

/* ---- load.conf, and the images ---- */

#define CONF "/etc/imapol/load.conf"
#define HOOK "/usr/share/initramfs-tools/scripts/init-bottom/imapol"

/* a machine on which images load what load.conf names */
static void put_image(const char *conf)
{
	fake_root_put(CONF, conf);
	fake_root_put("/etc/imapol/policy.imapol", "measure code;\n");
	fake_root_put("/etc/imapol/policy", policy);
	fake_root_put(HOOK, "imapol-load --boot initramfs\n");
	fake_root_put("/usr/sbin/update-initramfs", "");
	fake_root_put("/usr/lib/systemd/system/imapol-confirm.service",
		      "ExecStart=imapol-load --boot system\n");
	unlink(fake_root_path("/usr/lib/systemd/system/sysinit.target.wants/"
			      "imapol-confirm.service"));
	fake_root_link("/usr/lib/systemd/system/sysinit.target.wants/"
		       "imapol-confirm.service", "../imapol-confirm.service");
}

static void image_well(const char *conf, const char *who)
{
	put_image(conf);
	examine();
	ck_assert_msg(r.n[DOCTOR_OK] == r.lines.n, "%s", report_text());
	expect(OK, "loaders", who);
	expect(OK, "load-conf", "all that it names is there");
	expect(OK, "load-image", "does in the initramfs what");
}

/* the file that PID 1 would load lies there, and it is one loader all the same */
START_TEST(images_well)
{
	examine();
	ck_assert(!has(DOCTOR_OK, "load-conf", "") &&
		  !has(DOCTOR_OK, "load-image", ""));
	image_well("", "by the initramfs or PID 1");
	image_well("load = initramfs\n", "by the initramfs, as");
	image_well("load = init\n", "by systemd, with /etc/ima/ima-policy");
	/* each image has its own for its kernel */
	fake_root_put("/etc/ima/ima-policy", "measure\nnonsense\n");
	image_well("load = init\n", "by systemd, with /etc/ima/ima-policy");
	/* and where nothing is left for PID 1 */
	ck_assert_int_eq(unlink(fake_root_path("/etc/ima/ima-policy")), 0);
	image_well("load = initramfs\n", "by the initramfs, as");
	/* a name that would be read by nobody is that of the source */
	fake_root_put("/etc/ima/site.ima", "measure\n");
	image_well("source = /etc/ima/site.ima\n", "by the initramfs or");
}
END_TEST

START_TEST(images_of_a_root)
{
	put_image("load = initramfs\n");
	fake_root_put("/usr/lib/systemd/systemd", "");
	examine_root();
	expect(OK, "loaders", "by the initramfs, as");
	ck_assert(is_well("load-image") && is_well("load-conf"));
}
END_TEST

/* the hook alone does nothing, and so does load.conf */
START_TEST(images_by_half)
{
	put_image("");
	ck_assert_int_eq(unlink(fake_root_path(CONF)), 0);
	examine();
	expect(OK, "loaders", "by systemd");
	ck_assert(is_well("load-image"));
	put_image("");
	ck_assert_int_eq(unlink(fake_root_path("/usr/sbin/update-initramfs")),
			 0);
	examine();
	expect(OK, "loaders", "by systemd");
	expect(WARNING, "load-image", "takes note of it");
	ck_assert_int_eq(unlink(fake_root_path("/etc/ima/ima-policy")), 0);
	examine();
	expect(WARNING, "loaders", "nothing that was found");
}
END_TEST

/* others that load are still two */
START_TEST(images_and_others)
{
	put_image("load = initramfs\n");
	fake_root_put("/etc/initramfs-tools/scripts/init-bottom/ima",
		      "imapol-load /etc/ima/ima-policy\n");
	examine();
	expect(WARNING, "loaders", "2 would load a policy at boot: "
	       "/etc/initramfs-tools/scripts/init-bottom/ima, then the "
	       "initramfs, as");
}
END_TEST

/* what an image is made of says what is asked for, too */
START_TEST(images_use)
{
	fake_root_put("/etc/ima/ima-policy", "measure\n");
	fake_root_put(SECURITY "lsm", "integrity");
	examine();
	ck_assert(is_well("lsm") || has(DOCTOR_WARNING, "lsm", ""));
	ck_assert(!has(DOCTOR_FAULT, "lsm", ""));
	put_image("load = initramfs\n");
	examine();
	expect(FAULT, "lsm", "and a policy here names them");
}
END_TEST

static const struct {
	const char *path, *text;	/* NULL: it is taken away */
	enum doctor_verdict verdict;
	const char *check, *found;
} spoilt_images[] = {
	{ "/etc/imapol/policy.imapol", NULL, DOCTOR_FAULT, "load-conf",
	  "/etc/imapol/policy.imapol, its `source`, is not there" },
	{ CONF, "source = /etc/imapol/x\n", DOCTOR_FAULT, "load-conf",
	  "/etc/imapol/x, its `source`, is not there" },
	{ CONF, "source = /etc/imapol\n", DOCTOR_FAULT, "load-conf",
	  "/etc/imapol, its `source`, is a folder" },
	{ CONF, "keys = /etc/keys/x\n", DOCTOR_FAULT, "load-conf",
	  "/etc/keys/x, its `keys`, is not there" },
	{ CONF, "keys = " CONF "\n", DOCTOR_FAULT, "load-conf",
	  "its `keys`, is a file" },
	{ CONF, "prime = /usr/bin/x\n", DOCTOR_FAULT, "load-conf",
	  "/usr/bin/x, its `prime`, is not there" },
	{ CONF, "load = grub\n", DOCTOR_FAULT, "load-conf",
	  "`load = grub` is none" },
	{ "/usr/lib/systemd/system/imapol-confirm.service", NULL,
	  DOCTOR_WARNING, "load-image", "is not started" },
	{ HOOK, NULL, DOCTOR_WARNING, "load-image", "takes note of it" },
};

START_TEST(spoils_images)
{
	const char *path = spoilt_images[_i].path;

	put_image("");
	examine();
	ck_assert(is_well(spoilt_images[_i].check));
	if (spoilt_images[_i].text)
		fake_root_put(path, spoilt_images[_i].text);
	else
		ck_assert_int_eq(unlink(fake_root_path(path)), 0);
	examine();
	ck_assert_msg(has(spoilt_images[_i].verdict, spoilt_images[_i].check,
			  spoilt_images[_i].found),
		      "no %s: %s in\n%s", spoilt_images[_i].check,
		      spoilt_images[_i].found, report_text());
}
END_TEST

/* imapol= is for images that load */
START_TEST(images_told)
{
	put_efi(EFIVARS "SecureBoot" EFI_GLOBAL, 0);
	boot("imapol=off");
	ck_assert(is_well("boot-imapol"));
	put_image("");
	boot("imapol=off");
	expect(FAULT, "boot-imapol", "imapol=off: no policy is loaded");
	boot("imapol=off imapol=continue");
	expect(WARNING, "boot-imapol", "imapol=continue: a boot without");
	boot("imapol=shell");
	expect(WARNING, "boot-imapol", "a shell of root");
	boot("imapol=stop");
	expect(WARNING, "boot-imapol", "imapol=stop is ignored");
	boot("imapol=off imapol=halt -- imapol=off");
	expect(OK, "boot-imapol", "halts");
	put_efi(EFIVARS "SecureBoot" EFI_GLOBAL, 1);
	boot("imapol=off");
	expect(WARNING, "boot-imapol", "ignored under Secure Boot");
	fake_root_put("/etc/kernel/cmdline", "imapol=off\n");
	examine_root();
	expect(FAULT, "boot-imapol", "unless Secure Boot is on");
}
END_TEST

START_TEST(images_left_to_init)
{
	put_image("load = init\n");
	ck_assert_int_eq(unlink(fake_root_path("/etc/ima/ima-policy")), 0);
	examine();
	expect(WARNING, "load-image", "is what PID 1 loads, and is not there");
	fake_root_put("/proc/1/comm", "init\n");
	examine();
	expect(FAULT, "load-image", "is no systemd here");
}
END_TEST

START_TEST(images_others_can_write)
{
	put_image("keys = /etc/keys/own\n");
	fake_root_put("/etc/keys/own/x.der", "");
	examine();
	ck_assert(is_well("load-conf"));
	ck_assert_int_eq(chmod(fake_root_path(CONF), 0664), 0);
	examine();
	expect(FAULT, "load-conf", "others than its owner");
	put_image("keys = /etc/keys/own\n");
	ck_assert_int_eq(chmod(fake_root_path(CONF), 0644), 0);
	ck_assert_int_eq(chmod(fake_root_path("/etc/imapol/policy.imapol"),
			       0646), 0);
	examine();
	expect(FAULT, "load-conf", "others than its owner");
	ck_assert_int_eq(chmod(fake_root_path("/etc/imapol/policy.imapol"),
			       0644), 0);
	ck_assert_int_eq(chmod(fake_root_path("/etc/keys/own"), 0775), 0);
	examine();
	expect(FAULT, "load-conf", "others than its owner");
}
END_TEST

/* ---- a root file system ---- */

START_TEST(root_alone)
{
	fake_root_put("/proc/cmdline", "ima_appraise=off");
	fake_root_put("/etc/default/grub",
		      "GRUB_CMDLINE_LINUX=\"ima_appraise=fix\"\n");
	fake_root_put("/etc/kernel/cmdline", "ima_appraise=log\n");
	fake_root_put("/boot/vmlinuz-6.12.1", "");
	fake_root_put("/usr/lib/systemd/systemd", "");
	examine_root();
	expect(WARNING, "boot-appraise", "ima_appraise=log");
	expect(FAULT, "boot-appraise", "ima_appraise=fix refuses nothing, "
	       "unless Secure Boot is on");
	ck_assert(!has(DOCTOR_FAULT, "boot-appraise", "ima_appraise=off"));
	expect(OK, "kernel-release", "6.1.0-56-amd64");
	expect(OK, "kernel-release", "6.12.1");
	expect(UNKNOWN, "kernel-config", "6.12.1 was not found");
	expect(OK, "policy-file", "kernel 6.1.0-56-amd64 takes all");
	expect(OK, "policy-file", "kernel 6.12.1 takes all");
	expect(OK, "lsm", "enforcing");
	expect(OK, "loaders", "systemd");
	ck_assert(!has(DOCTOR_OK, "tpm", "") && !has(DOCTOR_OK, "policy", ""));
}
END_TEST

START_TEST(root_unsure)
{
	fake_root_put("/etc/default/grub",
		      "GRUB_CMDLINE_LINUX=\"$(cat /x) audit=0\"\n");
	examine_root();
	expect(UNKNOWN, "boot-shell", "more than these settings");
	expect(WARNING, "boot-audit", "audit=0");
}
END_TEST

/* ---- the table and its output ---- */

START_TEST(names)
{
	const char *name, *other;
	size_t i, j;

	for (i = 0; (name = doctor_check_name(i)); i++)
		for (j = 0; j < i; j++) {
			other = doctor_check_name(j);
			ck_assert_str_ne(name, other);
		}
	ck_assert_uint_gt(i, 30);
}
END_TEST

START_TEST(output)
{
	struct buf b;

	fake_root_put("/proc/cmdline", "audit=0 ima_hash=\x1b[31m\xff\"\n");
	examine();
	ck_assert_ptr_null(strchr(report_text(), 0x1b));
	ck_assert_ptr_nonnull(strstr(report_text(),
		"warning boot-audit: /proc/cmdline: audit=0: refusals leave no "
		"record, and neither does a rule that the kernel refuses\n"
		"\ttake it away\n"));
	buf_init(&b, &arena);
	doctor_json(&r, &b);
	ck_assert_ptr_null(strchr(b.s, 0x1b));
	ck_assert_ptr_nonnull(strstr(b.s, "{\"verdict\":\"warning\",\"check\":"
		"\"boot-audit\",\"at\":\"/proc/cmdline\",\"found\":\"audit=0: "
		"refusals"));
	ck_assert_ptr_nonnull(strstr(b.s, "\"fault\":0"));
	ck_assert_ptr_eq(strchr(b.s, '\n'), b.s + b.len - 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("doctor");
	TCase *t = tcase_create("doctor");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, all_well);
	tcase_add_test(t, nothing_there);
	tcase_add_test(t, not_allowed);
	tcase_add_loop_test(t, spoils, 0, ARRAY_SIZE(spoilt));
	tcase_add_test(t, modes);
	tcase_add_test(t, modes_under_secure_boot);
	tcase_add_test(t, modes_by_configuration);
	tcase_add_test(t, builtin_policies);
	tcase_add_test(t, lsm_by_release);
	tcase_add_test(t, policy_in_force);
	tcase_add_test(t, no_ima);
	tcase_add_test(t, no_tpm);
	tcase_add_test(t, two_loaders);
	tcase_add_test(t, others_can_write);
	tcase_add_test(t, images_well);
	tcase_add_test(t, images_of_a_root);
	tcase_add_test(t, images_by_half);
	tcase_add_test(t, images_and_others);
	tcase_add_test(t, images_use);
	tcase_add_loop_test(t, spoils_images, 0, ARRAY_SIZE(spoilt_images));
	tcase_add_test(t, images_told);
	tcase_add_test(t, images_left_to_init);
	tcase_add_test(t, images_others_can_write);
	tcase_add_test(t, root_alone);
	tcase_add_test(t, root_unsure);
	tcase_add_test(t, names);
	tcase_add_test(t, output);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
