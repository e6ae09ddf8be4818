/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "choices.h"
#include "faulty.h"
#include "kernel.h"
#include "loader/boot.h"
#include "loader/conf.h"
#include "loader/record.h"
#include "suites.h"

#define POLICY "/etc/imapol/policy"
#define EFI "/sys/firmware/efi"
#define VARIABLE(name) EFI "/efivars/" name "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define SHADOW "root:$y$j9T$salt$hash:19000:0:99999:7:::\n"

static const char appraising[] = "appraise func=BPRM_CHECK fowner=0\n";
static const char measuring[] = "measure func=BPRM_CHECK uid=0\ndont_appraise fowner=1\n";

/* A machine that boots: what is not said is the simplest. */
struct world {
	enum boot_stage stage;
	const char *conf;    /* NULL: there is no load.conf */
	const char *policy;  /* NULL: there is none */
	const char *cmdline; /* NULL: cannot be read */
	bool secure, open;
	bool keys; /* one, and a signed file to prime with */
};

static enum load_status status;

static void put_keys(const char *root)
{
	struct fake_file *file;
	char path[32];

	fake_add_dir(&kernel, "/etc/keys/ima");
	fake_add(&kernel, "/etc/keys/ima/a.der", "0abcd");
	snprintf(path, sizeof(path), "%s/usr/bin/true", root);
	file = fake_add(&kernel, path, "x");
	file->mode = S_IFREG | 0755;
	file->appraised = FAKE_AT_START;
	memcpy(file->xattr, "\3\2\4abcd", 7);
	file->xattr_len = 7;
}

static void put_variable(const char *path, const char *bytes)
{
	struct fake_file *file = fake_add(&kernel, path, "");

	memcpy(file->data, bytes, 5);
	file->len = 5;
}

static void build(const struct world *w)
{
	const char *root = w->stage == BOOT_INITRAMFS ? "/root" : "";
	char path[32];

	fake_start(&kernel);
	fake_add_dir(&kernel, "/sys/firmware");
	if (w->cmdline)
		fake_add(&kernel, "/proc/cmdline", w->cmdline);
	if (w->conf)
		fake_add(&kernel, CONF_FILE, w->conf);
	if (w->policy)
		fake_add(&kernel, POLICY, w->policy);
	snprintf(path, sizeof(path), "%s/etc/passwd", root);
	fake_add(&kernel, path, "root:x:0:0:root:/root:/bin/sh\n");
	snprintf(path, sizeof(path), "%s/etc/shadow", root);
	fake_add(&kernel, path, w->open ? "root::19000:0:99999:7:::\n" : SHADOW);
	if (w->keys)
		put_keys(root);
	if (!w->secure)
		return;
	fake_add_dir(&kernel, EFI);
	put_variable(VARIABLE("SecureBoot"), "\6\0\0\0\1");
	put_variable(VARIABLE("SetupMode"), "\6\0\0\0\0");
}

static void boot_with(const struct load_ops *ops, enum boot_stage stage)
{
	struct boot_options opt = {
		.stage = stage,
		.root = stage == BOOT_INITRAMFS ? "/root" : "",
		.securityfs = "/sys/kernel/security",
	};

	status = boot_run(ops, &opt);
	ck_assert_int_eq(fake_open_fds(&kernel), 0);
	ck_assert_int_eq(fake_copies_left(&kernel), 0);
}

static void boot(enum boot_stage stage)
{
	kernel.answered[0] = '\0';
	kernel.said[0] = '\0';
	boot_with(&kernel.ops, stage);
}

static void assert_not_said(const char *part)
{
	ck_assert_msg(strstr(kernel.said, part) == NULL, "did not want \"%s\" in:\n%s", part, kernel.said);
}

/* The word, and no halt; or "" and a halt. */
static void assert_answer(const char *word)
{
	char line[32] = "";

	if (*word)
		snprintf(line, sizeof(line), "%s\n", word);
	ck_assert_msg(!strcmp(kernel.answered, line) && kernel.halted == !*word, "wanted '%s', got '%s'%s:\n%s", word,
		      kernel.answered, kernel.halted ? " and a halt" : "", kernel.said);
}

static void assert_in_force(const char *policy)
{
	const char *got = kernel.in_force;

	/* each line of the kernel ends with a blank more */
	for (; *policy; policy++, got++) {
		if (*policy == '\n')
			ck_assert_int_eq(*got++, ' ');
		ck_assert_int_eq(*got, *policy);
	}
	ck_assert_str_eq(got, "");
}

/* ---- what goes well ---- */

static const char *const loading_confs[] = { NULL, "", "load = auto\n", "load = initramfs\non-failure = continue\n" };

START_TEST(test_initramfs_loads)
{
	build(&(struct world){ .conf = loading_confs[_i], .policy = appraising, .cmdline = "ro quiet imapol=continue\n" });
	boot(BOOT_INITRAMFS);
	ck_assert_int_eq(status, LOAD_APPLIED);
	assert_answer("loaded");
	assert_in_force(appraising);

	/* and the system finds it so */
	boot(BOOT_SYSTEM);
	ck_assert_int_eq(status, LOAD_APPLIED);
	assert_answer("loaded");
	ck_assert_str_eq(kernel.said, "");
}
END_TEST

/* The log of a large machine: only the configuration tells that this kernel has taken no policy yet. */
START_TEST(test_log_lost_its_start)
{
	static const char *const words[] = { "loaded", "left" };

	build(&(struct world){ .conf = _i ? "load = init\n" : "", .policy = appraising, .cmdline = "" });
	fake_log(&kernel, "Linux version");
	kernel.log_lost_start = true;
	boot(BOOT_INITRAMFS);
	ck_assert_int_eq(status, LOAD_ALREADY);
	assert_answer("");
	assert_in_force("");

	kernel.halted = false;
	fake_add(&kernel, "/etc/imapol/config-6.1.0-56-cloud-amd64", "CONFIG_IMA=y\n# CONFIG_IMA_WRITE_POLICY is not set\n");
	boot(BOOT_INITRAMFS);
	ck_assert_int_eq(status, LOAD_APPLIED);
	assert_answer(words[_i]);
}
END_TEST

START_TEST(test_left_to_init)
{
	struct fake_file *left;

	build(&(struct world){ .conf = "load = init\n", .policy = appraising, .cmdline = "" });
	boot(BOOT_INITRAMFS);
	ck_assert_int_eq(status, LOAD_APPLIED);
	assert_answer("left");
	assert_in_force("");
	left = fake_find(&kernel, record_path(RECORD_EXPECTED));
	ck_assert_ptr_nonnull(left);

	/* PID 1 loads it */
	kernel.policy_gone = true;
	fake_add(&kernel, BOOT_INIT_POLICY, appraising);
	if (_i)
		strcpy(fake_find(&kernel, CONF_FILE)->data, "#oad = init\n");
	boot(BOOT_SYSTEM);
	ck_assert_int_eq(status, LOAD_APPLIED);
	assert_answer("loaded");
}
END_TEST

START_TEST(test_init_did_not_load)
{
	build(&(struct world){ .conf = "load = init\n", .policy = appraising, .cmdline = "" });
	boot(BOOT_INITRAMFS);
	fake_add(&kernel, BOOT_INIT_POLICY, appraising);
	boot(BOOT_SYSTEM);
	ck_assert_int_eq(status, LOAD_APPLIED);
	assert_answer("loaded");
	assert_in_force(appraising);
	assert_said("nobody has loaded it");
}
END_TEST

/* What was loaded was loaded, whatever was changed for the next boot: load.conf, or the policy of PID 1. */
START_TEST(test_changed_for_the_next_boot)
{
	build(&(struct world){ .conf = _i ? "load = init\n" : "load = initramfs\n", .policy = appraising, .cmdline = "" });
	boot(BOOT_INITRAMFS);
	if (_i) {
		kernel.policy_gone = true;
		fake_add(&kernel, BOOT_INIT_POLICY, appraising);
		boot(BOOT_SYSTEM);
		assert_answer("loaded");
		fake_find(&kernel, BOOT_INIT_POLICY)->exists = false;
	}
	fake_find(&kernel, CONF_FILE)->exists = false;
	fake_add(&kernel, CONF_FILE, "load = init\non-failure = halt\n");
	fake_add(&kernel, BOOT_INIT_POLICY, measuring);
	boot(BOOT_SYSTEM);
	ck_assert_int_eq(status, LOAD_APPLIED);
	assert_answer("loaded");
	assert_said("another policy than the one in force");
}
END_TEST

START_TEST(test_init_loaded_another)
{
	build(&(struct world){ .conf = "load = init\n", .policy = appraising, .cmdline = "" });
	boot(BOOT_INITRAMFS);
	kernel.policy_gone = true;
	fake_add(&kernel, BOOT_INIT_POLICY, measuring);
	boot(BOOT_SYSTEM);
	ck_assert_int_eq(status, LOAD_ALREADY);
	assert_answer("continue"); /* by the file that PID 1 found */
	strcpy(fake_find(&kernel, CONF_FILE)->data, "load = init\non-failure = halt\n");
	fake_find(&kernel, CONF_FILE)->len = strlen("load = init\non-failure = halt\n");
	boot(BOOT_SYSTEM);
	assert_answer("");
}
END_TEST

START_TEST(test_newer_policy_on_disk)
{
	build(&(struct world){ .policy = appraising, .cmdline = "" });
	boot(BOOT_INITRAMFS);
	fake_find(&kernel, POLICY)->exists = false;
	fake_add(&kernel, POLICY, measuring);
	boot(BOOT_SYSTEM);
	ck_assert_int_eq(status, LOAD_APPLIED);
	assert_answer("loaded");
	assert_said("another policy than the one in force, which was loaded from " POLICY);
	fake_find(&kernel, POLICY)->exists = false;
	boot(BOOT_SYSTEM);
	assert_answer("loaded");
}
END_TEST

/* load = auto: what there is tells who was to load. */
START_TEST(test_auto_in_the_system)
{
	build(&(struct world){ .policy = appraising, .cmdline = "" });
	boot(BOOT_INITRAMFS);
	fake_add(&kernel, BOOT_INIT_POLICY, measuring); /* of some other software */
	boot(BOOT_SYSTEM);
	assert_answer("loaded");
	ck_assert_str_eq(kernel.said, "");

	build(&(struct world){ .conf = "load = init\n", .policy = appraising, .cmdline = "" });
	boot(BOOT_INITRAMFS);
	fake_find(&kernel, CONF_FILE)->len = 0;
	boot(BOOT_SYSTEM);
	ck_assert_int_eq(status, LOAD_USAGE); /* PID 1 found nothing */
	assert_answer("");
	assert_said(BOOT_INIT_POLICY);
	assert_in_force("");
}
END_TEST

/* No hook was in the image: it is loaded late rather than never. */
START_TEST(test_no_hook)
{
	build(&(struct world){ .stage = BOOT_SYSTEM, .policy = appraising, .cmdline = "" });
	boot(BOOT_SYSTEM);
	assert_answer("loaded");
	assert_in_force(appraising);
}
END_TEST

START_TEST(test_late_with_keys)
{
	build(&(struct world){ .stage = BOOT_SYSTEM, .conf = "prime = /usr/bin/true\n", .policy = appraising, .cmdline = "",
			       .keys = true });
	boot(BOOT_SYSTEM);
	assert_answer("loaded");
	assert_in_force(appraising);
	ck_assert_int_gt(kernel.ops.search_key(&kernel, -4, "keyring", "_ima"), 0);
	ck_assert_str_eq(kernel.executed, "/usr/bin/true\n");
}
END_TEST

/* Going on without a policy must not become one that refuses all that is signed. */
START_TEST(test_late_without_keys)
{
	build(&(struct world){ .stage = BOOT_SYSTEM, .conf = "keys = /etc/keys/ima\non-failure = continue\n",
			       .policy = appraising, .cmdline = "" });
	boot(BOOT_SYSTEM);
	ck_assert_int_eq(status, LOAD_USAGE);
	assert_answer("continue");
	assert_in_force("");
}
END_TEST

START_TEST(test_record_of_another_boot)
{
	build(&(struct world){ .policy = appraising, .cmdline = "" });
	boot(BOOT_INITRAMFS);
	memcpy(fake_find(&kernel, "/proc/sys/kernel/random/boot_id")->data, "1ca6", 4);
	boot(BOOT_SYSTEM);
	ck_assert_int_eq(status, LOAD_ALREADY);
	assert_answer("");
}
END_TEST

/* A mistake since the image was built is told, and stops nothing that has its policy. */
START_TEST(test_conf_wrong_later)
{
	build(&(struct world){ .conf = _i ? "load = init\n" : "", .policy = appraising, .cmdline = "" });
	boot(BOOT_INITRAMFS);
	kernel.policy_gone = true;
	fake_add(&kernel, BOOT_INIT_POLICY, appraising);
	fake_find(&kernel, CONF_FILE)->exists = false;
	fake_add(&kernel, CONF_FILE, "load = initfs\n");
	boot(BOOT_SYSTEM);
	ck_assert_int_eq(status, LOAD_APPLIED);
	assert_answer("loaded");
	assert_said(CONF_FILE ":1:8: ");
}
END_TEST

/* ---- keys, and what is primed ---- */

START_TEST(test_keys_and_primes)
{
	build(&(struct world){ .conf = "prime = /usr/bin/true\n", .policy = appraising, .cmdline = "", .keys = true });
	boot(BOOT_INITRAMFS);
	assert_answer("loaded");
	ck_assert_int_gt(kernel.ops.search_key(&kernel, -4, "keyring", "_ima"), 0);
	ck_assert_str_eq(kernel.executed, "/root/usr/bin/true\n");
}
END_TEST

/* Nobody named them, so there need be none. */
START_TEST(test_default_keys_are_missing)
{
	build(&(struct world){ .policy = appraising, .cmdline = "" });
	if (_i)
		fake_add_dir(&kernel, "/etc/keys/ima");
	boot(BOOT_INITRAMFS);
	ck_assert_int_eq(status, LOAD_APPLIED);
	assert_answer("loaded");
}
END_TEST

/* PID 1 primes nothing. */
START_TEST(test_primes_for_init)
{
	build(&(struct world){ .conf = "load = init\nprime = /usr/bin/true\n", .policy = appraising, .cmdline = "",
			       .keys = true });
	boot(BOOT_INITRAMFS);
	ck_assert_str_eq(kernel.executed, "");
	kernel.policy_gone = true;
	fake_add(&kernel, BOOT_INIT_POLICY, appraising);
	put_keys("");
	boot(BOOT_SYSTEM);
	assert_answer("loaded");
	ck_assert_str_eq(kernel.executed, "/usr/bin/true\n");
}
END_TEST

/* The policy is in force, but not known to let run what it should: who named the file has to know. */
START_TEST(test_prime_is_missing)
{
	build(&(struct world){ .conf = "prime = /usr/bin/false\n", .policy = appraising, .cmdline = "", .keys = true });
	boot(BOOT_INITRAMFS);
	ck_assert_int_eq(status, LOAD_UNCONFIRMED);
	assert_answer("");
	assert_in_force(appraising);
	assert_said("imapol-load: /root/usr/bin/false: ");
}
END_TEST

START_TEST(test_named_keys_are_missing)
{
	build(&(struct world){ .conf = "keys = /etc/keys/ima\n", .policy = appraising, .cmdline = "" });
	boot(BOOT_INITRAMFS);
	ck_assert_int_eq(status, LOAD_USAGE);
	assert_answer("");
	assert_in_force("");
}
END_TEST

/* ---- failing ---- */

enum failure {
	KEY_REFUSED,
	POLICY_REFUSED,
	NO_POLICY,
	IN_FORCE_BEFORE,
	NO_IMA,
	NOT_CONFIRMED,
	FAILURES,
};

enum { IN_INITRAMFS = 1, IN_SYSTEM = 2, IN_BOTH = 3 };

static const struct {
	unsigned int initramfs_loads, init_loads; /* in which stages this can happen, by who loads */
	enum load_status status;
	const char *said; /* in the last words */
} failures[] = {
	[KEY_REFUSED] = { IN_INITRAMFS, IN_INITRAMFS, LOAD_REFUSED, "the kernel refuses the policy, or a certificate" },
	[POLICY_REFUSED] = { IN_BOTH, IN_SYSTEM, LOAD_REFUSED, "the kernel refuses the policy, or a certificate" },
	[NO_POLICY] = { IN_BOTH, IN_BOTH, LOAD_USAGE, "the policy cannot be given to the kernel" },
	[IN_FORCE_BEFORE] = { IN_BOTH, IN_BOTH, LOAD_ALREADY, "another policy is in force" },
	[NO_IMA] = { IN_BOTH, IN_BOTH, LOAD_IMPOSSIBLE, "this kernel, as it is, cannot take the policy" },
	[NOT_CONFIRMED] = { IN_BOTH, IN_SYSTEM, LOAD_UNCONFIRMED, "nothing confirms that it works" },
};

static void break_it(enum failure failure, struct fake_file *policy)
{
	if (failure == KEY_REFUSED) {
		put_keys("/root");
		kernel.key_error = -EKEYREJECTED;
	} else if (failure == POLICY_REFUSED) {
		memcpy(policy->data + policy->len, "measure bogus\n", 14);
		policy->len += 14;
	} else if (failure == NO_POLICY) {
		policy->exists = false;
	} else if (failure == NOT_CONFIRMED) {
		kernel.answer_add = 1;
	}
	kernel.policy_gone = failure == IN_FORCE_BEFORE;
	kernel.no_ima = failure == NO_IMA;
}

static void conf_of(char *conf, size_t room, size_t row, bool init_loads)
{
	const char *on_failure = choices[row].conf_wrong ? "hlat" : onfail_name(choices[row].conf);

	snprintf(conf, room, "load = %s\n%s%s\n", init_loads ? "init" : "initramfs", *on_failure ? "on-failure = " : "",
		 on_failure);
}

static const char *word_of(char letter)
{
	return letter == 'c' ? "continue" : letter == 's' ? "shell" : "";
}

static struct {
	enum boot_stage stage;
	enum failure failure;
	bool init_loads;
} now;

/* One square of the matrix. */
static void check_failure(size_t row, size_t word, size_t bits)
{
	char conf[64], cmdline[64];
	struct world w = {
		.stage = now.stage,
		.conf = conf,
		.policy = choices[row].appraises ? appraising : measuring,
		.cmdline = cmdline,
		.secure = bits & CHOICE_SECURE,
		.open = bits & CHOICE_OPEN,
	};

	conf_of(conf, sizeof(conf), row, now.init_loads);
	snprintf(cmdline, sizeof(cmdline), "ro %s%s\n", word ? "imapol=" : "", onfail_name(choice_words[word]));
	build(&w);
	if (now.stage == BOOT_SYSTEM && now.init_loads)
		snprintf(fake_find(&kernel, POLICY)->path, FAKE_PATH, "%s", BOOT_INIT_POLICY);
	break_it(now.failure, fake_find(&kernel, now.stage == BOOT_SYSTEM && now.init_loads ? BOOT_INIT_POLICY : POLICY));
	boot(now.stage);
	ck_assert_int_eq(status, choices[row].conf_wrong ? LOAD_USAGE : failures[now.failure].status);
	assert_answer(word_of(choice_at(row, word, bits)));
	if (now.failure != NOT_CONFIRMED || choices[row].conf_wrong)
		assert_in_force("");
	assert_said(failures[choices[row].conf_wrong ? NO_POLICY : now.failure].said);
	if (kernel.halted)
		assert_said("\nimapol-load: halting: ");
	if (kernel.halted)
		assert_said(w.secure ? "\nimapol-load: to get in: switch Secure Boot off" :
				       "\nimapol-load: to get in: add imapol=off");
}

static void check_choices(void)
{
	size_t row, word, bits;

	for (row = 0; row < CHOICES; row++)
		for (word = 0; word < CHOICE_GROUP; word++)
			for (bits = 0; bits < CHOICE_GROUP; bits++)
				/* a policy that is not there may be one that appraises */
				if (now.failure != NO_POLICY || choices[row].appraises)
					check_failure(row, word, bits);
}

START_TEST(test_matrix)
{
	int stage;

	now.failure = (enum failure)_i;
	for (stage = 0; stage < BOOT_STAGES; stage++) {
		now.stage = (enum boot_stage)stage;
		now.init_loads = false;
		if (failures[_i].initramfs_loads & 1u << stage)
			check_choices();
		now.init_loads = true;
		if (failures[_i].init_loads & 1u << stage)
			check_choices();
	}
}
END_TEST

START_TEST(test_missing_policy_may_appraise)
{
	build(&(struct world){ .cmdline = "" });
	boot(BOOT_INITRAMFS);
	ck_assert_int_eq(status, LOAD_USAGE);
	assert_answer("");
	assert_said("the policy appraises");
}
END_TEST

/* Where the word appraise stands is all that counts: an action, and no part of another word. */
static const struct {
	const char *policy;
	bool appraises;
} kinds[] = {
	{ "# appraise\nmeasure uid=0 # appraise\n", true }, /* to some kernels that is no comment */
	{ "# appraise func=BPRM_CHECK\nmeasure uid=0\n", false },
	{ "dont_appraise uid=0\nmeasure\n", false },
	{ "measure\n\t func=BPRM_CHECK\tappraise\n", true },
	{ "measure obj_type=appraise\n", false },
	{ "audit\nhash\n", false },
	{ "measure\nappraise", true },
};

START_TEST(test_kind_of_policy)
{
	build(&(struct world){ .policy = kinds[_i].policy, .cmdline = "" });
	kernel.policy_gone = true;
	boot(BOOT_INITRAMFS);
	assert_answer(kinds[_i].appraises ? "" : "continue");
}
END_TEST

START_TEST(test_conf_not_roots)
{
	build(&(struct world){ .conf = "on-failure = continue\n", .policy = measuring, .cmdline = "" });
	fake_find(&kernel, CONF_FILE)->mode |= S_IWOTH;
	boot(BOOT_INITRAMFS);
	ck_assert_int_eq(status, LOAD_USAGE);
	assert_answer("");
	assert_in_force("");
}
END_TEST

/* ---- the kernel command line ---- */

static const struct {
	const char *cmdline, *word, *said;
} cmdlines[] = {
	{ "imapol=continue imapol=halt", "", NULL },
	{ "imapol=halt imapol=continue", "continue", NULL },
	{ "imapol=continue imapol=stop", "continue", "/proc/cmdline: imapol=stop is ignored" },
	{ "imapol=stop", "", "/proc/cmdline: imapol=stop is ignored" },
	{ "imapol", "", "/proc/cmdline: imapol= is ignored" },
	{ "imapol=", "", "/proc/cmdline: imapol= is ignored" },
	{ "x.imapol=continue imapolx=continue", "", NULL },
	{ "-- imapol=continue", "", "imapol= behind -- is for init" },
	{ "imapol=continue -- imapol=halt", "continue", "imapol= behind -- is for init" },
	{ "a=\"b imapol=continue\"", "", NULL },
	{ "\"imapol=continue\"", "continue", NULL },
	{ "imapol=\"continue\"", "continue", NULL },
	{ "imapol=Continue", "", "/proc/cmdline: imapol=Continue is ignored" },
	{ NULL, "", "no imapol= counts" },
	{ "imapol=shell", "shell", NULL },
	{ "imapol=shell systemd.setenv=SYSTEMD_SULOGIN_FORCE=1", "", "no shell: SYSTEMD_SULOGIN_FORCE" },
	{ "imapol=off", "off", "NO KEY AND NO POLICY" },
	{ "imapol=halt imapol=off", "off", "NO KEY AND NO POLICY" },
	{ "imapol=off imapol=halt", "", NULL },
};

START_TEST(test_cmdline)
{
	build(&(struct world){ .policy = appraising, .cmdline = cmdlines[_i].cmdline });
	kernel.policy_gone = true;
	boot(BOOT_INITRAMFS);
	assert_answer(cmdlines[_i].word);
	if (cmdlines[_i].said)
		assert_said(cmdlines[_i].said);
	else
		assert_not_said("ignored");
}
END_TEST

/* Nothing at all is loaded, wherever it is said, and whatever load.conf is like. */
START_TEST(test_off)
{
	static const char *const confs[] = { NULL, "load = init\n", "load = now\n" };
	int stage;

	for (stage = 0; stage < BOOT_STAGES; stage++) {
		build(&(struct world){ .stage = (enum boot_stage)stage, .conf = confs[_i], .policy = appraising,
				       .cmdline = "quiet imapol=off" });
		put_keys("/root");
		boot((enum boot_stage)stage);
		ck_assert_int_eq(status, LOAD_IMPOSSIBLE);
		assert_answer("off");
		assert_in_force("");
		ck_assert_ptr_null(kernel.keys[0].type);
		ck_assert_ptr_null(fake_find(&kernel, record_path(RECORD_EXPECTED)));
		ck_assert_int_eq(kernel.policy_opens, 0);
		assert_said("NO KEY AND NO POLICY IS LOADED IN THIS BOOT");
	}
}
END_TEST

START_TEST(test_off_with_secure_boot)
{
	build(&(struct world){ .policy = appraising, .cmdline = "imapol=off", .secure = true });
	boot(BOOT_INITRAMFS);
	ck_assert_int_eq(status, LOAD_APPLIED);
	assert_answer("loaded");
	assert_in_force(appraising);
	assert_said("imapol=off: ignored: Secure Boot is on");

	build(&(struct world){ .policy = measuring, .cmdline = "imapol=off", .secure = true });
	kernel.policy_gone = true;
	boot(BOOT_INITRAMFS);
	assert_answer("continue");
}
END_TEST

/* Who adds a word at the end does not take back one that was there. */
START_TEST(test_words_with_secure_boot)
{
	static const struct {
		const char *cmdline, *word, *said;
	} lines[] = {
		{ "imapol=halt imapol=continue", "", "imapol=continue is ignored: Secure Boot is on, and imapol=halt" },
		{ "imapol=halt imapol=off", "", "imapol=off is ignored: Secure Boot is on, and imapol=halt" },
		{ "imapol=continue imapol=halt", "", NULL },
		{ "imapol=continue imapol=continue", "continue", NULL },
	};

	build(&(struct world){ .policy = measuring, .cmdline = lines[_i].cmdline, .secure = true });
	kernel.policy_gone = true;
	boot(BOOT_INITRAMFS);
	assert_answer(lines[_i].word);
	if (lines[_i].said)
		assert_said(lines[_i].said);
}
END_TEST

/* ---- an answer that does not get out ---- */

static const struct world mute[] = {
	{ .policy = measuring, .cmdline = "" },
	{ .policy = measuring, .cmdline = "", .conf = "load = init\n" },
	{ .policy = measuring, .cmdline = "imapol=off" },
	{ .policy = "measure bogus\n", .cmdline = "imapol=continue" },
	{ .policy = "measure bogus\n", .cmdline = "imapol=shell" },
};

START_TEST(test_mute)
{
	build(&mute[_i]);
	kernel.no_answer = true;
	boot(BOOT_INITRAMFS);
	assert_answer("");
	assert_said("imapol-load: halting: the answer '");
}
END_TEST

/* ---- every call fails once ---- */

static const int errors[] = { -EIO, -ENOENT, -EACCES, -EINTR, -ENOMEM, -ENOSPC, -EROFS };

/* What a boot may end in, whatever failed: it has the policy and says so, or it says less, or it halts. */
static void judge(const struct faulty *f, const char *policy)
{
	const char *word = kernel.answered;
	bool good = !strcmp(word, "loaded\n") || !strcmp(word, "left\n");

	ck_assert_msg(kernel.halted != (*word != '\0'), "%s %d: '%s' %d\n%s", f->failed, f->at, word, kernel.halted,
		      kernel.said);
	if (!kernel.halted)
		ck_assert_msg(good == (status == LOAD_APPLIED), "%s %d: '%s' %d", f->failed, f->at, word, status);
	if (!strcmp(word, "loaded\n"))
		assert_in_force(policy);
	if (!strcmp(word, "left\n"))
		ck_assert_ptr_nonnull(fake_find(&kernel, record_path(RECORD_EXPECTED)));
	if (!good)
		ck_assert_str_ne(kernel.said, "");
	if (strcmp(kernel.in_force, ""))
		assert_in_force(policy);
}

static const struct world sweeps[] = {
	{ .policy = appraising, .cmdline = "ro" },
	{ .policy = measuring, .cmdline = "ro" },
	{ .policy = appraising, .cmdline = "ro imapol=continue", .conf = "load = initramfs\non-failure = shell\n" },
	{ .policy = appraising, .cmdline = "ro", .conf = "load = init\n" },
	{ .policy = appraising, .cmdline = "imapol=off", .secure = true },
	{ .policy = appraising, .cmdline = "ro", .conf = "prime = /usr/bin/true\n", .keys = true },
	{ .stage = BOOT_SYSTEM, .policy = appraising, .cmdline = "ro" },
};

/* True: that many calls are not made. */
static bool sweep_one(const struct world *w, int at, int error)
{
	static struct faulty f;

	build(w);
	faulty_start(&f, &kernel.ops, at, error);
	boot_with(&f.ops, w->stage);
	judge(&f, w->policy);
	return !f.failed;
}

START_TEST(test_sweep)
{
	size_t e;
	int at;

	for (e = 0; e < sizeof(errors) / sizeof(errors[0]); e++) {
		for (at = 1; !sweep_one(&sweeps[_i], at, errors[e]); at++)
			;
		ck_assert_int_gt(at, 10);
	}
}
END_TEST

/* The same for the second stage of a boot whose first went well. */
START_TEST(test_sweep_second_stage)
{
	static struct fake first;
	struct faulty f = { .failed = "" };
	size_t e;
	int at;

	build(&(struct world){ .policy = appraising, .cmdline = "ro", .conf = _i ? "load = init\n" : "" });
	fake_add(&kernel, "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
	fake_add(&kernel, "/etc/shadow", SHADOW);
	boot(BOOT_INITRAMFS);
	if (_i) {
		fake_add(&kernel, BOOT_INIT_POLICY, appraising);
		strcpy(kernel.in_force, "appraise func=BPRM_CHECK fowner=0 \n");
		kernel.policy_gone = true;
	}
	kernel.answered[0] = '\0';
	first = kernel;
	for (e = 0; e < sizeof(errors) / sizeof(errors[0]); e++)
		for (at = 1, f.failed = ""; f.failed; at++) {
			kernel = first;
			faulty_start(&f, &kernel.ops, at, errors[e]);
			boot_with(&f.ops, BOOT_SYSTEM);
			judge(&f, appraising);
		}
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *boot_suite(void)
{
	Suite *suite = suite_create("boot");
	TCase *tc = tcase_create("boot");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_initramfs_loads, 0, COUNT(loading_confs));
	tcase_add_loop_test(tc, test_log_lost_its_start, 0, 2);
	tcase_add_loop_test(tc, test_left_to_init, 0, 2);
	tcase_add_test(tc, test_init_did_not_load);
	tcase_add_loop_test(tc, test_changed_for_the_next_boot, 0, 2);
	tcase_add_test(tc, test_init_loaded_another);
	tcase_add_test(tc, test_newer_policy_on_disk);
	tcase_add_test(tc, test_auto_in_the_system);
	tcase_add_test(tc, test_no_hook);
	tcase_add_test(tc, test_late_with_keys);
	tcase_add_test(tc, test_late_without_keys);
	tcase_add_test(tc, test_record_of_another_boot);
	tcase_add_loop_test(tc, test_conf_wrong_later, 0, 2);
	tcase_add_test(tc, test_keys_and_primes);
	tcase_add_test(tc, test_primes_for_init);
	tcase_add_test(tc, test_prime_is_missing);
	tcase_add_test(tc, test_named_keys_are_missing);
	tcase_add_loop_test(tc, test_default_keys_are_missing, 0, 2);
	tcase_add_loop_test(tc, test_matrix, 0, FAILURES);
	tcase_add_test(tc, test_missing_policy_may_appraise);
	tcase_add_loop_test(tc, test_kind_of_policy, 0, COUNT(kinds));
	tcase_add_test(tc, test_conf_not_roots);
	tcase_add_loop_test(tc, test_cmdline, 0, COUNT(cmdlines));
	tcase_add_loop_test(tc, test_off, 0, 3);
	tcase_add_test(tc, test_off_with_secure_boot);
	tcase_add_loop_test(tc, test_words_with_secure_boot, 0, 4);
	tcase_add_loop_test(tc, test_mute, 0, COUNT(mute));
	tcase_add_loop_test(tc, test_sweep, 0, COUNT(sweeps));
	tcase_add_loop_test(tc, test_sweep_second_stage, 0, 2);
	suite_add_tcase(suite, tc);
	return suite;
}
