/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "loader/combine.h"
#include "loader/load.h"
#include "loader/record.h"
#include "suites.h"

#define FILE_NAME "/etc/imapol/policy"

static const char good[] = "# assumes kernel 6.1\nmeasure func=BPRM_CHECK uid=0\nappraise func=FILE_CHECK fowner=0\n";
static const char in_force[] = "measure func=BPRM_CHECK uid=0 \nappraise func=FILE_CHECK fowner=0 \n";

static struct fake_file *file;

static void start(void)
{
	fake_start(&kernel);
	file = fake_add(&kernel, FILE_NAME, good);
}

typedef enum load_status mode(const struct load_ops *ops, const struct load_options *opt);

static enum load_status in_mode(mode *m, const char *name, bool append)
{
	struct load_options opt = { .file = name, .securityfs = LOAD_SECURITYFS, .verbose = true, .append = append };
	enum load_status status;

	kernel.said[0] = '\0';
	kernel.answered[0] = '\0';
	status = m(&kernel.ops, &opt);
	ck_assert_int_eq(fake_copies_left(&kernel), 0);
	ck_assert_int_eq(fake_open_fds(&kernel), 0);
	return status;
}

static enum load_status run(mode *m)
{
	return in_mode(m, FILE_NAME, false);
}

static void set_text(const char *text)
{
	file->len = strlen(text);
	memcpy(file->data, text, file->len);
}

static void set_in_force(const char *text)
{
	snprintf(kernel.in_force, sizeof(kernel.in_force), "%s", text);
}

static void assert_answered(const char *line)
{
	char all[FAKE_DATA + 2], want[1024];

	snprintf(all, sizeof(all), "\n%s", kernel.answered);
	snprintf(want, sizeof(want), "\n%s\n", line);
	ck_assert_msg(strstr(all, want) != NULL, "wanted \"%s\" in:%s", line, all);
}

/* ---- the same again, and another ---- */

START_TEST(test_same_again)
{
	kernel.can_read_policy = _i > 0;
	kernel.can_write_policy = _i > 1;
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	assert_said("already in force");
	ck_assert_str_eq(kernel.in_force, in_force);
	ck_assert_int_eq(kernel.policy_opens, 1);
}
END_TEST

START_TEST(test_another_after)
{
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	set_text("audit func=BPRM_CHECK\n");
	ck_assert_int_eq(run(load_policy), LOAD_ALREADY);
	assert_said("another policy is in force, loaded from " FILE_NAME " in this boot (2 rules)");
	fake_find(&kernel, RECORD_DIR "/loaded")->exists = false;
	ck_assert_int_eq(run(load_policy), LOAD_ALREADY);
	assert_said("it cannot be told which");
	/* nor with --append: this kernel takes no more */
	ck_assert_int_eq(in_mode(load_policy, FILE_NAME, true), LOAD_ALREADY);
	ck_assert_str_eq(kernel.in_force, in_force);
}
END_TEST

/* A record is not believed against the kernel. */
START_TEST(test_false_record)
{
	struct record rec;

	record_of(&rec, (struct span){ good, strlen(good) }, FILE_NAME);
	record_write(&kernel.ops, RECORD_LOADED, &rec);
	kernel.can_read_policy = _i & 1;
	ck_assert_int_eq(run(load_show), LOAD_ALREADY);
	if (_i) /* whether the record is true of rules that only a boot brings cannot be told: none are appended */
		return;
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	ck_assert_str_eq(kernel.in_force, in_force);
}
END_TEST

START_TEST(test_record_cannot_be_written)
{
	kernel.directory_error = -EROFS;
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	assert_said("in force, but " RECORD_DIR "/loaded cannot be written");
	ck_assert_int_eq(run(load_policy), LOAD_ALREADY);
}
END_TEST

/* ---- what the file assumes ---- */

static void assume(const char *lines)
{
	char text[FAKE_DATA];

	snprintf(text, sizeof(text), "%smeasure func=BPRM_CHECK\n", lines);
	set_text(text);
}

static void assert_not_here(const char *part)
{
	ck_assert_int_eq(run(load_policy), LOAD_IMPOSSIBLE);
	ck_assert_int_eq(kernel.policy_opens, 0);
	assert_said(part);
}

START_TEST(test_assumes_kernel)
{
	static const char *const releases[] = { "6.1.0-56-cloud-amd64", "6.1", "6.1-rc3", "6.10.3", "6.12.1", "5.1" };

	assume("# assumes kernel 6.1\n");
	kernel.release = releases[_i];
	if (_i < 3)
		ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	else
		assert_not_here("made for kernel 6.1, and this is");
}
END_TEST

START_TEST(test_assumes_point_release)
{
	assume("# assumes kernel 6.1.7\n");
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
}
END_TEST

START_TEST(test_assumes_lsm)
{
	static const char *const lists[] = { "capability,selinux\n", "selinux", NULL, "capability,apparmor\n", "selinuxx,xselinux" };

	assume("# assumes lsm selinux\n");
	if (lists[_i])
		fake_add(&kernel, LOAD_SECURITYFS "/lsm", lists[_i]);
	if (_i < 3)
		ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	else
		assert_not_here("made for selinux, and this kernel runs");
}
END_TEST

START_TEST(test_assumes_no_lsm)
{
	assume("# assumes lsm no-lsm\n");
	fake_add(&kernel, LOAD_SECURITYFS "/lsm", "capability,selinux\n");
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
}
END_TEST

static void set_selinux(const char *context)
{
	fake_add(&kernel, LOAD_SECURITYFS "/lsm", "capability,selinux\n");
	fake_add(&kernel, "/proc/self/attr/current", context);
}

/* A comment says it, or a rule without any comment. */
START_TEST(test_assumes_lsm_policy)
{
	if (_i)
		set_text("measure func=BPRM_CHECK obj_type=a_t\n");
	else
		assume("# assumes lsm-policy selinux, loaded before\n");
	set_selinux("kernel");
	assert_not_here("no SELinux policy is loaded yet");
	/* who leaves it to PID 1 need not have it */
	ck_assert_int_eq(run(load_leave), LOAD_APPLIED);
	fake_find(&kernel, "/proc/self/attr/current")->exists = false;
	fake_add(&kernel, "/proc/self/attr/current", "system_u:system_r:kernel_t:s0");
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
}
END_TEST

START_TEST(test_assumes_config)
{
	static const char config[] = "CONFIG_IMA=y\nCONFIG_IMA_LSM_RULES=y\nCONFIG_CRYPTO_SHA512=m\n# CONFIG_FS_VERITY is not set\n";
	static const char *const places[] = { "/boot/config-6.1.0-56-cloud-amd64", "/lib/modules/6.1.0-56-cloud-amd64/config",
					      "/usr/lib/modules/6.1.0-56-cloud-amd64/config",
					      "/etc/imapol/config-6.1.0-56-cloud-amd64" };
	struct fake_file *kconfig = fake_add(&kernel, places[_i], config);

	assume("# assumes config FS_VERITY\n# assumes config IMA_LSM\n");
	assert_not_here("needs a kernel with CONFIG_FS_VERITY");
	assert_said("needs a kernel with CONFIG_IMA_LSM,");
	assume("# assumes config IMA_LSM_RULES\n# assumes config CRYPTO_SHA512\n");
	ck_assert_int_eq(run(load_dry_run), LOAD_APPLIED);
	/* somebody else's says nothing */
	kconfig->uid = 1000;
	assume("# assumes config FS_VERITY\n");
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
}
END_TEST

START_TEST(test_assumes_too_much)
{
	char lines[300 * 24] = "";
	int i;

	for (i = 0; i < 256 + _i; i++)
		strcat(lines, "# assumes config IMA\n");
	assume(lines);
	if (_i)
		assert_not_here("more than 256 options");
	else
		ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
}
END_TEST

START_TEST(test_assumes_appraise)
{
	static const char *const words[] = { "log", "fix", "off", "enforce" };
	char line[64];

	snprintf(line, sizeof(line), "quiet ima_appraise=enforce ima_appraise=%s\n", words[_i]);
	fake_add(&kernel, "/proc/cmdline", line);
	assume("# assumes ima_appraise enforce\n");
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	ck_assert_int_eq(strstr(kernel.said, "refuses no file") != NULL, _i < 3);
}
END_TEST

START_TEST(test_assumes_nothing)
{
	assume("# made by hand\n");
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	assert_said("does not say what it was made for");
	start();
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	ck_assert_ptr_null(strstr(kernel.said, "does not say what it was made for"));
}
END_TEST

START_TEST(test_assumes_all_named)
{
	assume("# assumes kernel 5.4\n# assumes lsm smack\n");
	set_selinux("kernel");
	assert_not_here("made for kernel 5.4");
	assert_said("made for smack");
}
END_TEST

/* ---- append ---- */

static void later_kernel(const char *rules)
{
	kernel.can_read_policy = true;
	kernel.can_write_policy = true;
	set_in_force(rules);
}

START_TEST(test_append)
{
	later_kernel("measure func=MODULE_CHECK \nmeasure uid=0 \nappraise func=FILE_CHECK fowner=0 \n");
	ck_assert_int_eq(run(load_policy), LOAD_ALREADY);
	ck_assert_int_eq(kernel.policy_opens, 0);
	assert_said("append this one to it, not replace it");
	assert_said(":2: would never act: measure func=BPRM_CHECK uid=0");
	assert_said(":2: because this one in force, rule 2, stands in front: measure uid=0");
	assert_said("3 rules would stay in front of it (1 of them are the kernel's own); of its 2 rules, 1 are in force already "
		    "and 1 would never act");
	assert_said("give --append");
	ck_assert_int_eq(in_mode(load_policy, FILE_NAME, true), LOAD_APPLIED);
	ck_assert_str_eq(kernel.in_force, "measure func=MODULE_CHECK \nmeasure uid=0 \nappraise func=FILE_CHECK fowner=0 \n"
					  "measure func=BPRM_CHECK uid=0 \nappraise func=FILE_CHECK fowner=0 \n");
}
END_TEST

/* Rules that nobody here has put in front, or behind, make it another policy. */
START_TEST(test_not_alone)
{
	later_kernel(_i ? "measure func=BPRM_CHECK uid=0 \nappraise func=FILE_CHECK fowner=0 \naudit \n" :
			  "audit \nmeasure func=BPRM_CHECK uid=0 \nappraise func=FILE_CHECK fowner=0 \n");
	ck_assert_int_eq(run(load_policy), LOAD_ALREADY);
	assert_said("of its 2 rules, 2 are in force already and 0 would never act");
	ck_assert_int_eq(run(load_confirm), LOAD_ALREADY);
	ck_assert_int_eq(run(load_show), LOAD_ALREADY);
	ck_assert_int_eq(kernel.policy_opens, 0);
}
END_TEST

/* The kernel's own do not, nor what we know of. */
START_TEST(test_alone)
{
	later_kernel("measure func=MODULE_CHECK \nmeasure func=BPRM_CHECK uid=0 \nappraise func=FILE_CHECK fowner=0 \n");
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	ck_assert_int_eq(kernel.policy_opens, 0);
	set_text("audit func=BPRM_CHECK\n");
	ck_assert_int_eq(in_mode(load_policy, FILE_NAME, true), LOAD_APPLIED);
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	ck_assert_int_eq(kernel.policy_opens, 1);
}
END_TEST

/* One that cannot be read: whether a policy is in force is told by the log, the record, or not at all. */
START_TEST(test_append_unread)
{
	struct record rec;

	kernel.can_write_policy = true;
	if (_i == 0) {
		fake_log(&kernel, "ima: policy update completed");
	} else if (_i == 1) {
		kernel.log_lost_start = true;
	} else {
		kernel.no_kmsg = true;
		record_of(&rec, (struct span){ "audit\n", 6 }, "/etc/other");
		record_write(&kernel.ops, RECORD_LOADED, &rec);
	}
	ck_assert_int_eq(run(load_policy), LOAD_ALREADY);
	ck_assert_int_eq(kernel.policy_opens, 0);
	assert_said(_i == 1 ? "may be in force" : "is in force");
	if (_i == 2)
		assert_said("the 1 rules of /etc/other would stay in front");
	ck_assert_int_eq(in_mode(load_policy, FILE_NAME, true), LOAD_UNCONFIRMED);
	ck_assert_str_eq(kernel.in_force, in_force);
}
END_TEST

START_TEST(test_first_load_replaces)
{
	later_kernel("dont_measure fsmagic=0x9fa0 \nmeasure func=POLICY_CHECK \n"
		     "appraise func=POLICY_CHECK appraise_type=imasig \n");
	fake_add(&kernel, "/proc/cmdline", "ima_policy=tcb|secure_boot -- ima_policy=critical_data\n");
	kernel.replaces = true;
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	ck_assert_str_eq(kernel.in_force, in_force);
	assert_said("the rules of ima_policy=tcb have ended");
	assert_said("the rules of ima_policy=secure_boot have ended");
	assert_said("later policies need no signature");
	ck_assert_ptr_null(strstr(kernel.said, "critical_data"));
}
END_TEST

/* What the boot was not asked for, somebody has loaded. */
START_TEST(test_boot_rules_unasked)
{
	later_kernel("dont_measure fsmagic=0x9fa0 \n");
	fake_add(&kernel, "/proc/cmdline", "quiet\n");
	ck_assert_int_eq(run(load_policy), LOAD_ALREADY);
	assert_said("rules that no boot brings");
}
END_TEST

struct shadow_case {
	const char *front, *rule;
	bool shadowed;
};

static const struct shadow_case shadow_cases[] = {
	{ "measure ", "measure func=BPRM_CHECK uid=0 ", true },
	{ "measure func=BPRM_CHECK ", "measure func=BPRM_CHECK uid=0 ", true },
	{ "dont_measure uid=0 ", "measure func=BPRM_CHECK uid=0 ", true },
	{ "measure uid=0 ", "dont_measure func=BPRM_CHECK uid=0 ", true },
	{ "measure pcr=11 template=ima-sig ", "measure func=BPRM_CHECK ", true },
	{ "appraise permit_directio fowner=0 appraise_type=imasig ", "appraise fowner=0 ", true },
	{ "measure uid=0 ", "measure func=BPRM_CHECK uid>0 ", false },
	{ "measure uid=0 ", "measure func=BPRM_CHECK euid=0 ", false },
	{ "measure uid=0 ", "appraise uid=0 ", false },
	{ "appraise uid=0 ", "hash uid=0 ", false },
	{ "measure func=BPRM_CHECK uid=0 ", "measure func=BPRM_CHECK ", false },
	{ "measure func=BPRM_CHECK ", "measure func=FILE_CHECK ", false },
	{ "measure func=BPRM_CHECK ", "measure uid=0 ", false },
	{ "measure mask=MAY_READ ", "measure mask=^MAY_READ ", false },
	{ "measure uid=0 ", "measure func=KEY_CHECK uid=0 ", false },
	{ "measure func=KEY_CHECK ", "measure func=KEY_CHECK uid=0 ", true },
	{ "measure ", "measure func=CRITICAL_DATA ", false },
	{ "appraise ", "appraise func=SETXATTR_CHECK appraise_algos=sha256 ", false },
};

enum { SHADOW_CASES = sizeof(shadow_cases) / sizeof(shadow_cases[0]) };

START_TEST(test_shadows)
{
	const struct shadow_case *c = &shadow_cases[_i];

	ck_assert_msg(combine_shadows((struct span){ c->front, strlen(c->front) }, (struct span){ c->rule, strlen(c->rule) }) ==
			      c->shadowed,
		      "%s| %s", c->front, c->rule);
}
END_TEST

/* ---- dry run ---- */

START_TEST(test_dry_run_good)
{
	kernel.can_read_policy = _i & 1;
	kernel.can_write_policy = _i & 2;
	ck_assert_int_eq(run(load_dry_run), LOAD_APPLIED);
	ck_assert_str_eq(kernel.in_force, "");
	ck_assert_int_eq(kernel.policy_opens, 1);
	ck_assert_str_eq(kernel.last_path, FILE_NAME);
	assert_said("takes all of it; nothing is changed");
	ck_assert_ptr_null(fake_find(&kernel, RECORD_DIR "/loaded"));
	ck_assert_int_eq(run(load_policy), kernel.can_write_policy && !kernel.can_read_policy ? LOAD_UNCONFIRMED : LOAD_APPLIED);
}
END_TEST

START_TEST(test_dry_run_bad)
{
	set_text("# assumes kernel 6.1\n# a.imapol:3:1\nmeasure bogus\n");
	kernel.no_records = kernel.no_audit = _i;
	ck_assert_int_eq(run(load_dry_run), LOAD_REFUSED);
	ck_assert_str_eq(kernel.in_force, "");
	assert_said(_i ? FILE_NAME ":3: the kernel refuses this rule" : FILE_NAME ":3: the kernel refuses this rule at 'bogus'");
	assert_said("written in a.imapol:3:1");
}
END_TEST

START_TEST(test_dry_run_cannot)
{
	if (_i == 0) {
		kernel.direct_error = -EACCES;
		ck_assert_int_eq(run(load_dry_run), LOAD_IMPOSSIBLE);
		assert_said("takes signed files only");
	} else if (_i == 1) {
		kernel.answers[0] = 3; /* it takes what is no rule */
		ck_assert_int_eq(run(load_dry_run), LOAD_IMPOSSIBLE);
		assert_said("takes what is no rule");
	} else {
		ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
		ck_assert_int_eq(run(load_dry_run), LOAD_ALREADY);
		assert_said("this policy is in force already");
		set_text("audit\n");
		ck_assert_int_eq(run(load_dry_run), LOAD_ALREADY);
		assert_said("another policy is in force");
		return;
	}
	ck_assert_str_eq(kernel.in_force, "");
}
END_TEST

START_TEST(test_dry_run_copy)
{
	file->len--;
	ck_assert_int_eq(run(load_dry_run), LOAD_APPLIED);
	ck_assert_int_eq(kernel.copies_made, 1);
	ck_assert_str_eq(kernel.in_force, "");
}
END_TEST

/* Somebody else loads meanwhile, or the kernel is none that drops. */
START_TEST(test_dry_run_applied)
{
	kernel.applies_spoilt = true;
	kernel.can_read_policy = _i & 1;
	ck_assert_int_eq(run(load_dry_run), LOAD_UNCONFIRMED);
	assert_said("came into force during the trial");
}
END_TEST

/* ---- PID 1's ---- */

START_TEST(test_left_and_confirmed)
{
	kernel.can_read_policy = _i;
	ck_assert_int_eq(run(load_leave), LOAD_APPLIED);
	ck_assert_int_eq(kernel.policy_opens, 0);
	/* PID 1 comes */
	set_in_force(in_force);
	kernel.policy_gone = !_i;
	kernel.policy_spent = _i;
	ck_assert_int_eq(run(load_confirm), LOAD_APPLIED);
	ck_assert_ptr_nonnull(fake_find(&kernel, RECORD_DIR "/loaded"));
	ck_assert_int_eq(kernel.policy_opens, 0);
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	assert_said("already in force");
	ck_assert_int_eq(run(load_show), LOAD_APPLIED);
	assert_answered(_i ? "policy: " FILE_NAME ", 2 rules, loaded in this boot by somebody, as imapol-load " PACKAGE_VERSION " saw" :
			     "policy: " FILE_NAME ", 2 rules, loaded in this boot by PID 1, as imapol-load " PACKAGE_VERSION " saw");
}
END_TEST

START_TEST(test_left_and_not_loaded)
{
	ck_assert_int_eq(run(load_leave), LOAD_APPLIED);
	ck_assert_int_eq(run(load_confirm), LOAD_APPLIED);
	assert_said("nobody has loaded it");
	ck_assert_str_eq(kernel.in_force, in_force);
}
END_TEST

START_TEST(test_left_and_another_loaded)
{
	ck_assert_int_eq(run(load_leave), LOAD_APPLIED);
	if (_i == 0) { /* the kernel lists it */
		kernel.can_read_policy = true;
		kernel.policy_spent = true;
		set_in_force("audit func=BPRM_CHECK \n");
	} else { /* the file is another by now */
		kernel.policy_gone = true;
		set_text("audit func=BPRM_CHECK\n");
	}
	ck_assert_int_eq(run(load_confirm), LOAD_ALREADY);
}
END_TEST

START_TEST(test_confirm_what_was_not_left)
{
	kernel.policy_gone = true;
	ck_assert_int_eq(run(load_confirm), LOAD_ALREADY);
	ck_assert_ptr_null(fake_find(&kernel, RECORD_DIR "/loaded"));
}
END_TEST

START_TEST(test_confirm_what_was_loaded)
{
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	ck_assert_int_eq(run(load_confirm), LOAD_APPLIED);
}
END_TEST

START_TEST(test_leave_too_late)
{
	if (_i == 0) {
		kernel.policy_gone = true;
	} else if (_i == 1) {
		later_kernel("audit func=BPRM_CHECK \n");
	} else {
		kernel.can_write_policy = true;
		kernel.log_lost_start = true;
	}
	ck_assert_int_eq(run(load_leave), LOAD_ALREADY);
	ck_assert_ptr_null(fake_find(&kernel, RECORD_DIR "/expected"));
}
END_TEST

START_TEST(test_leave_not_noted)
{
	kernel.directory_error = -EROFS;
	ck_assert_int_eq(run(load_leave), LOAD_USAGE);
	assert_said("could not be confirmed later");
}
END_TEST

START_TEST(test_leave_checks)
{
	set_text("# assumes kernel 5.4\nmeasure\n");
	ck_assert_int_eq(run(load_leave), LOAD_IMPOSSIBLE);
	set_text("# nothing\n");
	ck_assert_int_eq(run(load_leave), LOAD_USAGE);
}
END_TEST

/* ---- status ---- */

static enum load_status show(void)
{
	return in_mode(load_show, NULL, false);
}

START_TEST(test_status_none)
{
	fake_add(&kernel, "/proc/cmdline", "ima_policy=tcb ima_appraise=log\n");
	ck_assert_int_eq(show(), LOAD_APPLIED);
	assert_answered("ima: here, /sys/kernel/security/ima/policy");
	assert_answered("policy: none loaded");
	assert_answered("boot: ima_policy=tcb, in force until a policy is loaded");
	assert_answered("next: taken, and replaces what the boot brought");
	assert_answered("ima_appraise: log");
	ck_assert_int_eq(run(load_show), LOAD_ALREADY);
	assert_answered("file: " FILE_NAME ", not in force");
}
END_TEST

START_TEST(test_status_loaded)
{
	kernel.can_read_policy = _i;
	ck_assert_int_eq(run(load_policy), LOAD_APPLIED);
	ck_assert_int_eq(show(), LOAD_APPLIED);
	assert_answered("policy: " FILE_NAME ", 2 rules, loaded in this boot by imapol-load " PACKAGE_VERSION);
	assert_answered("next: refused until the next boot");
	if (_i)
		assert_answered("rules: 2 listed by the kernel, of these 0 its own");
	ck_assert_int_eq(run(load_show), LOAD_APPLIED);
	set_text("audit func=BPRM_CHECK\n");
	ck_assert_int_eq(run(load_show), LOAD_ALREADY);
	assert_answered("file: " FILE_NAME ", not in force");
}
END_TEST

START_TEST(test_status_unknown)
{
	if (_i == 0)
		kernel.policy_gone = true;
	else
		kernel.no_kmsg = true;
	ck_assert_int_eq(show(), LOAD_ALREADY);
	assert_answered(_i ? "policy: perhaps one loaded, not known from where" : "policy: one loaded, not known from where");
	assert_said("it cannot be told which policy is in force");
	ck_assert_int_eq(run(load_show), LOAD_ALREADY);
	assert_answered("file: " FILE_NAME ", not known to be in force");
}
END_TEST

START_TEST(test_status_no_ima)
{
	kernel.no_ima = _i;
	kernel.not_mounted = !_i;
	ck_assert_int_eq(show(), LOAD_IMPOSSIBLE);
	assert_answered("ima: not here");
}
END_TEST

START_TEST(test_status_unwritten)
{
	kernel.no_answer = true;
	ck_assert_int_eq(show(), LOAD_USAGE);
	assert_said("the answer cannot be written");
}
END_TEST

static TCase *before_load(void)
{
	TCase *tc = tcase_create("before");

	tcase_add_checked_fixture(tc, start, NULL);
	tcase_add_loop_test(tc, test_same_again, 0, 3);
	tcase_add_test(tc, test_another_after);
	tcase_add_loop_test(tc, test_false_record, 0, 2);
	tcase_add_test(tc, test_record_cannot_be_written);
	tcase_add_loop_test(tc, test_assumes_kernel, 0, 6);
	tcase_add_test(tc, test_assumes_point_release);
	tcase_add_loop_test(tc, test_assumes_lsm, 0, 5);
	tcase_add_test(tc, test_assumes_no_lsm);
	tcase_add_loop_test(tc, test_assumes_lsm_policy, 0, 2);
	tcase_add_loop_test(tc, test_assumes_config, 0, 4);
	tcase_add_loop_test(tc, test_assumes_too_much, 0, 2);
	tcase_add_loop_test(tc, test_assumes_appraise, 0, 4);
	tcase_add_test(tc, test_assumes_nothing);
	tcase_add_test(tc, test_assumes_all_named);
	tcase_add_test(tc, test_append);
	tcase_add_loop_test(tc, test_not_alone, 0, 2);
	tcase_add_test(tc, test_alone);
	tcase_add_loop_test(tc, test_append_unread, 0, 3);
	tcase_add_test(tc, test_first_load_replaces);
	tcase_add_test(tc, test_boot_rules_unasked);
	tcase_add_loop_test(tc, test_shadows, 0, SHADOW_CASES);
	return tc;
}

static TCase *other_modes(void)
{
	TCase *tc = tcase_create("modes");

	tcase_add_checked_fixture(tc, start, NULL);
	tcase_add_loop_test(tc, test_dry_run_good, 0, 4);
	tcase_add_loop_test(tc, test_dry_run_bad, 0, 2);
	tcase_add_loop_test(tc, test_dry_run_cannot, 0, 3);
	tcase_add_test(tc, test_dry_run_copy);
	tcase_add_loop_test(tc, test_dry_run_applied, 0, 2);
	tcase_add_loop_test(tc, test_left_and_confirmed, 0, 2);
	tcase_add_test(tc, test_left_and_not_loaded);
	tcase_add_loop_test(tc, test_left_and_another_loaded, 0, 2);
	tcase_add_test(tc, test_confirm_what_was_not_left);
	tcase_add_test(tc, test_confirm_what_was_loaded);
	tcase_add_loop_test(tc, test_leave_too_late, 0, 3);
	tcase_add_test(tc, test_leave_not_noted);
	tcase_add_test(tc, test_leave_checks);
	tcase_add_test(tc, test_status_none);
	tcase_add_loop_test(tc, test_status_loaded, 0, 2);
	tcase_add_loop_test(tc, test_status_unknown, 0, 2);
	tcase_add_loop_test(tc, test_status_no_ima, 0, 2);
	tcase_add_test(tc, test_status_unwritten);
	return tc;
}

Suite *modes_suite(void)
{
	Suite *suite = suite_create("modes");

	suite_add_tcase(suite, before_load());
	suite_add_tcase(suite, other_modes());
	return suite;
}
