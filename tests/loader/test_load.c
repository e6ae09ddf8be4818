/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "loader/load.h"
#include "suites.h"

#define FILE_NAME "/etc/ima/p.ima"

static const char good[] = "# a policy\n\nmeasure func=BPRM_CHECK uid=0\nappraise func=FILE_CHECK fowner=0\n";
static const char bad[] = "# site.imapol:3:5\nmeasure func=BPRM_CHECK\n"
			  "# site.imapol:7:1 appraise\nappraise bogus fowner=0\n";

static struct fake_file *file;

static void start(void)
{
	fake_start(&kernel);
	file = fake_add(&kernel, FILE_NAME, good);
}

static enum load_status load_named(const char *name)
{
	struct load_options opt = { .file = name, .securityfs = "/sys/kernel/security", .verbose = true };
	enum load_status status = load_policy(&kernel.ops, &opt);

	ck_assert_int_eq(fake_copies_left(&kernel), 0);
	ck_assert_int_eq(fake_open_fds(&kernel), 0);
	return status;
}

static enum load_status load(void)
{
	return load_named(FILE_NAME);
}

static void set_text(const char *text)
{
	file->len = strlen(text);
	memcpy(file->data, text, file->len);
}

static void assert_nothing_in_force(void)
{
	ck_assert_str_eq(kernel.in_force, "");
	ck_assert(!kernel.policy_gone);
}

static void assert_all_in_force(void)
{
	ck_assert_str_eq(kernel.in_force,
			 "measure func=BPRM_CHECK uid=0 \nappraise func=FILE_CHECK fowner=0 \n");
}

START_TEST(test_plain)
{
	ck_assert_int_eq(load(), LOAD_APPLIED);
	assert_all_in_force();
	ck_assert_str_eq(kernel.last_path, FILE_NAME);
	ck_assert_int_eq(kernel.policy_writes, 1);
	ck_assert_int_eq(kernel.policy_opens, 1);
	ck_assert_int_eq(kernel.copies_made, 0);
	assert_said("policy file is gone");
}
END_TEST

START_TEST(test_relative)
{
	fake_add(&kernel, "/etc/ima/q.ima", good);
	ck_assert_int_eq(load_named("q.ima"), LOAD_APPLIED);
	ck_assert_str_eq(kernel.last_path, "/etc/ima/q.ima");
	ck_assert_int_eq(kernel.copies_made, 0);
	/* for who asks from elsewhere */
	ck_assert_ptr_nonnull(strstr(fake_find(&kernel, "/run/imapol/loaded")->data, "\nfile /etc/ima/q.ima\n"));
}
END_TEST

START_TEST(test_long_path)
{
	char name[4200] = "/";

	memset(name + 1, 'x', 4094);
	fake_add(&kernel, name, good);
	ck_assert_int_eq(load_named(name), LOAD_APPLIED);
	ck_assert_int_eq(kernel.copies_made, 0);

	start();
	name[4095] = 'x';
	fake_add(&kernel, name, good);
	ck_assert_int_eq(load_named(name), LOAD_APPLIED);
	ck_assert_int_eq(kernel.copies_made, 1);
	assert_all_in_force();
}
END_TEST

START_TEST(test_newline_in_path)
{
	fake_add(&kernel, "/etc/a\nb", good);
	ck_assert_int_eq(load_named("/etc/a\nb"), LOAD_APPLIED);
	ck_assert_int_eq(kernel.copies_made, 1);
	ck_assert_ptr_null(strchr(kernel.last_path, '\n'));
	assert_said("imapol-load: /etc/a?b: ");
}
END_TEST

START_TEST(test_no_final_newline)
{
	file->len--;
	ck_assert_int_eq(load(), LOAD_APPLIED);
	assert_all_in_force();
	ck_assert_int_eq(kernel.copies_made, 1);
	ck_assert_int_eq(strncmp(kernel.last_path, "/run/.imapol-load.", 18), 0);
	ck_assert_int_eq(kernel.policy_writes, 1);
	assert_said("no newline at the end");
}
END_TEST

START_TEST(test_held_open)
{
	file->other_writer = true;
	ck_assert_int_eq(load(), LOAD_APPLIED);
	assert_all_in_force();
	ck_assert_int_eq(kernel.copies_made, 1);
	ck_assert_int_eq(kernel.policy_writes, 2);
	ck_assert_int_eq(kernel.policy_opens, 2);
}
END_TEST

START_TEST(test_where_it_lies)
{
	static const int errors[] = { -EIO, -ESTALE, -EOPNOTSUPP, -ENOENT };

	file->kernel_error = errors[_i];
	ck_assert_int_eq(load(), LOAD_APPLIED);
	assert_all_in_force();
	ck_assert_int_eq(kernel.copies_made, 1);
}
END_TEST

static void sign(void)
{
	memcpy(file->xattr, "\003signature", 10);
	file->xattr_len = 10;
}

/* Not even where only a copy would do. */
START_TEST(test_signed_is_never_copied)
{
	static const char *const reasons[] = { "no newline at the end", "open for writing", "cannot read it where it lies" };

	sign();
	if (_i == 0)
		file->len--;
	else if (_i == 1)
		file->other_writer = true;
	else
		file->kernel_error = -EIO;
	ck_assert_int_eq(load(), LOAD_USAGE);
	ck_assert_int_eq(kernel.copies_made, 0);
	assert_nothing_in_force();
	assert_said(reasons[_i]);
	assert_said("a signed file is given to the kernel as it is");
}
END_TEST

START_TEST(test_signed_as_it_is)
{
	sign();
	ck_assert_int_eq(load(), LOAD_APPLIED);
	ck_assert_str_eq(kernel.last_path, FILE_NAME);
}
END_TEST

START_TEST(test_hashed_is_copied)
{
	sign();
	file->xattr[0] = 4;
	file->len--;
	ck_assert_int_eq(load(), LOAD_APPLIED);
	ck_assert_int_eq(kernel.copies_made, 1);
}
END_TEST

START_TEST(test_signature_refused)
{
	sign();
	file->kernel_error = -EACCES;
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_said("does not accept the signature");
	assert_said("load the certificate of its key first");
}
END_TEST

START_TEST(test_eacces_is_no_reason_for_a_copy)
{
	file->kernel_error = _i ? -EPERM : -EACCES;
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_nothing_in_force();
	ck_assert_int_eq(kernel.copies_made, 0);
	assert_said("sign the file");
}
END_TEST

START_TEST(test_copy_enospc)
{
	file->len--;
	kernel.write_error = -ENOSPC;
	kernel.full_places = 2;
	ck_assert_int_eq(load(), LOAD_APPLIED);
	ck_assert_int_eq(kernel.copies_made, 3);
	ck_assert_int_eq(strncmp(kernel.last_path, "/tmp/.imapol-load.", 18), 0);
	assert_all_in_force();
}
END_TEST

static const char *const open_directories[] = { "/", "/etc/", "/etc/ima/" };

/* Who may write there can put another file in its place for as long as the kernel reads it. */
START_TEST(test_others_directory)
{
	kernel.open_directory = open_directories[_i];
	ck_assert_int_eq(load(), _i ? LOAD_APPLIED : LOAD_USAGE);
	if (!_i) {
		/* there is no safe place at all */
		assert_nothing_in_force();
		assert_said("no private copy in /tmp/");
		return;
	}
	assert_all_in_force();
	ck_assert_int_eq(kernel.copies_made, 1);
	assert_said("others than root may put another file in its place");

	start();
	sign();
	kernel.open_directory = open_directories[_i];
	ck_assert_int_eq(load(), LOAD_USAGE);
	assert_nothing_in_force();
	assert_said("move it where only root may write");
}
END_TEST

START_TEST(test_copy_nowhere_safe)
{
	file->len--;
	kernel.open_directory = "/run/";
	ck_assert_int_eq(load(), LOAD_APPLIED);
	ck_assert_int_eq(strncmp(kernel.last_path, "/dev/shm/.imapol-load.", 22), 0);
}
END_TEST

START_TEST(test_copy_nowhere)
{
	file->len--;
	if (_i == 0) {
		kernel.write_error = -ENOSPC;
		kernel.full_places = 99;
	} else if (_i == 1) {
		kernel.create_error = -EROFS;
	} else {
		kernel.fsync_error = -EIO;
	}
	ck_assert_int_eq(load(), LOAD_USAGE);
	ck_assert_int_eq(kernel.policy_writes, 0);
	assert_nothing_in_force();
	assert_said("no private copy of it can be made");
	assert_said("no private copy in /run/");
	assert_said("no private copy in /dev/shm/");
	assert_said("no private copy in /tmp/");
	assert_said("no private copy in / ");
}
END_TEST

START_TEST(test_refused_line)
{
	set_text(bad);
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_nothing_in_force();
	assert_said("imapol-load: " FILE_NAME ":4: the kernel refuses this rule at 'bogus'");
	assert_said(":4: appraise bogus fowner=0");
	assert_said("written in site.imapol:7:1");
	assert_said("nothing is changed");
	/* and the kernel still takes a good one */
	set_text(good);
	ck_assert_int_eq(load(), LOAD_APPLIED);
}
END_TEST

/* Without any record the kernel is asked for each rule, and none of that is applied. */
START_TEST(test_refused_no_record)
{
	set_text(bad);
	kernel.no_audit = true;
	kernel.no_kmsg = _i;
	fake_add(&kernel, "/boot/config-6.1.0-56-cloud-amd64", "CONFIG_IMA=y\n# CONFIG_IMA_WRITE_POLICY is not set\n");
	kernel.no_records = true;
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_nothing_in_force();
	ck_assert_int_eq(kernel.policy_opens, 2);
	assert_said(FILE_NAME ":4: the kernel refuses this rule");
	assert_said("no record tells at which word");
	assert_said("written in site.imapol:7:1");
	assert_said("nothing is changed");
	set_text(good);
	ck_assert_int_eq(load(), LOAD_APPLIED);
	assert_all_in_force();
}
END_TEST

/* Another program takes the audit records, so that the log has none: whoever listens gets them all the same. */
START_TEST(test_refused_records_elsewhere)
{
	set_text(bad);
	kernel.no_records = true;
	ck_assert_int_eq(load(), LOAD_REFUSED);
	ck_assert_int_eq(kernel.policy_opens, 1);
	assert_said(FILE_NAME ":4: the kernel refuses this rule at 'bogus'");
}
END_TEST

/* The socket was full when the record came: the rule that is found by asking has another one. */
START_TEST(test_refused_record_lost)
{
	set_text(bad);
	kernel.no_records = true;
	kernel.audit_loses = 2; /* the second rule's */
	ck_assert_int_eq(load(), LOAD_REFUSED);
	ck_assert_int_eq(kernel.policy_opens, 2);
	assert_said(FILE_NAME ":4: the kernel refuses this rule at 'bogus'");
	assert_nothing_in_force();
}
END_TEST

/* The record of the second is a record of the first, too, as far as it goes; asking tells them apart. */
START_TEST(test_refused_like_another)
{
	set_text("appraise func=SETXATTR_CHECK appraise_algos=sha256\nappraise func=SETXATTR_CHECK\n");
	kernel.direct_error = _i ? -EACCES : 0;
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_nothing_in_force();
	if (!_i) {
		assert_said(FILE_NAME ":2: the kernel refuses this rule at 'func=SETXATTR_CHECK'");
		ck_assert_ptr_null(strstr(kernel.said, FILE_NAME ":1:"));
	} else {
		assert_said(FILE_NAME ":1: the kernel refuses this rule at");
		assert_said(FILE_NAME ":2: or it is this rule");
	}
}
END_TEST

START_TEST(test_refused_cannot_ask)
{
	set_text(bad);
	kernel.no_audit = true;
	kernel.no_records = true;
	kernel.direct_error = -EACCES;
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_nothing_in_force();
	assert_said("no record tells which, and it cannot be asked for each");
}
END_TEST

START_TEST(test_refused_but_each_rule_taken)
{
	kernel.answers[0] = -EINVAL;
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_nothing_in_force();
	assert_said("takes every rule by itself");
}
END_TEST

START_TEST(test_undefined_label)
{
	set_text("measure func=FILE_CHECK obj_type=good_t\nmeasure func=FILE_CHECK obj_type=nosuch_t\n");
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_said(FILE_NAME ":2: the kernel refuses this rule at 'obj_type=nosuch_t'");
	assert_said("rule for LSM 'nosuch_t' is undefined");
	assert_said("load the policy that declares it first");
}
END_TEST

START_TEST(test_write_errors)
{
	static const int errors[] = { -EINVAL, -ERANGE, -ENOMEM, -EACCES };

	kernel.answers[0] = errors[_i];
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_nothing_in_force();
	assert_said("nothing is changed");
}
END_TEST

START_TEST(test_eintr)
{
	kernel.answers[0] = -EINTR;
	kernel.answers[1] = -EINTR;
	ck_assert_int_eq(load(), LOAD_APPLIED);
	ck_assert_int_eq(kernel.policy_writes, 3);
	ck_assert_int_eq(kernel.policy_opens, 3); /* never a second write where the first failed */
	assert_all_in_force();
}
END_TEST

START_TEST(test_eintr_forever)
{
	int i;

	for (i = 0; i < FAKE_ANSWERS; i++)
		kernel.answers[i] = -EINTR;
	ck_assert_int_eq(load(), LOAD_USAGE);
	assert_nothing_in_force();
	assert_said("interrupted each time");
}
END_TEST

START_TEST(test_odd_count_gone)
{
	kernel.answer_add = _i ? 1 : -3;
	ck_assert_int_eq(load(), LOAD_UNCONFIRMED);
	assert_said("do not rely on it");
}
END_TEST

START_TEST(test_odd_count_listed)
{
	kernel.answer_add = _i ? 1 : -3;
	kernel.can_read_policy = true;
	ck_assert_int_eq(load(), LOAD_APPLIED);
}
END_TEST

START_TEST(test_odd_count_log_only)
{
	kernel.answer_add = _i ? 1 : -3;
	kernel.can_write_policy = true;
	ck_assert_int_eq(load(), LOAD_UNCONFIRMED);
}
END_TEST

START_TEST(test_already_gone)
{
	kernel.policy_gone = true;
	ck_assert_int_eq(load(), LOAD_ALREADY);
	ck_assert_int_eq(kernel.policy_writes, 0);
}
END_TEST

START_TEST(test_vanishes)
{
	kernel.vanishes_at_open = true;
	ck_assert_int_eq(load(), LOAD_ALREADY);
}
END_TEST

START_TEST(test_already_spent)
{
	kernel.can_read_policy = true;
	kernel.policy_spent = true;
	ck_assert_int_eq(load(), LOAD_ALREADY);
}
END_TEST

START_TEST(test_busy)
{
	kernel.policy_open_error = -EBUSY;
	ck_assert_int_eq(load(), LOAD_USAGE);
	assert_said("another program is loading");
}
END_TEST

START_TEST(test_no_right)
{
	kernel.policy_open_error = -EACCES;
	ck_assert_int_eq(load(), LOAD_IMPOSSIBLE);
	assert_said("run it as root");
}
END_TEST

START_TEST(test_no_ima)
{
	kernel.no_ima = true;
	ck_assert_int_eq(load(), LOAD_IMPOSSIBLE);
	assert_said("no IMA");
}
END_TEST

START_TEST(test_not_mounted)
{
	kernel.not_mounted = true;
	ck_assert_int_eq(load(), LOAD_IMPOSSIBLE);
	assert_said("mount -t securityfs");
}
END_TEST

/* Whatever its text says is in force, and whatever it takes. */
START_TEST(test_covered_by_a_file)
{
	kernel.covered = true;
	ck_assert_int_eq(load(), LOAD_IMPOSSIBLE);
	assert_said("something is mounted over /sys/kernel/security/ima/policy");
	ck_assert_str_eq(kernel.in_force, "");
}
END_TEST

START_TEST(test_missing_file)
{
	ck_assert_int_eq(load_named("/etc/ima/none"), LOAD_USAGE);
	assert_said("imapol-load: /etc/ima/none: cannot open the file");
}
END_TEST

START_TEST(test_odd_files)
{
	static const char *const texts[] = { "", "# only\n\n \t# comments\n", "\n" };

	set_text(texts[_i]);
	ck_assert_int_eq(load(), LOAD_USAGE);
	ck_assert_int_eq(kernel.policy_writes, 0);
}
END_TEST

START_TEST(test_nul)
{
	file->data[20] = '\0';
	ck_assert_int_eq(load(), LOAD_USAGE);
	ck_assert_int_eq(kernel.policy_writes, 0);
	assert_said("NUL");
}
END_TEST

START_TEST(test_directory)
{
	file->mode = S_IFDIR | 0755;
	ck_assert_int_eq(load(), LOAD_USAGE);
	assert_said("not a regular file");
}
END_TEST

START_TEST(test_others_may_write)
{
	if (_i == 0)
		file->uid = 1000;
	else
		file->mode |= _i == 1 ? S_IWGRP : S_IWOTH;
	ck_assert_int_eq(load(), LOAD_USAGE);
	ck_assert_int_eq(kernel.policy_opens, 0);
	assert_said(_i ? "chmod go-w" : "chown root");
}
END_TEST

enum { LONGEST = 4095 };

/* A rule of the length that fits, one more byte, and a comment of that length. */
START_TEST(test_long_lines)
{
	static const char *const starts[] = { "measure label=", "measure label=", "#" };
	char text[LONGEST + 2];
	size_t len = LONGEST + (_i ? 1 : 0);

	memset(text, 'x', len);
	memcpy(text, starts[_i], strlen(starts[_i]));
	text[len] = '\0';
	file->len = (size_t)snprintf(file->data, sizeof(file->data), "%s\nmeasure uid=0\n", text);
	ck_assert_int_eq(load(), _i == 1 ? LOAD_USAGE : LOAD_APPLIED);
	if (_i == 1)
		assert_said(FILE_NAME ":1: a rule of more than 4095 bytes");
	if (_i == 2)
		assert_said(FILE_NAME ":1: a comment of more than 4095 bytes");
}
END_TEST

/* Somebody writes the file while the kernel reads it. */
START_TEST(test_changed_while_loaded)
{
	file->changes_when_loaded = true;
	kernel.can_read_policy = _i;
	ck_assert_int_eq(load(), _i ? LOAD_APPLIED : LOAD_UNCONFIRMED);
	if (!_i)
		assert_said("the file was changed while it was loaded");
}
END_TEST

START_TEST(test_covered)
{
	kernel.covered_after_load = true;
	ck_assert_int_eq(load(), LOAD_UNCONFIRMED);
	assert_said("its policy file cannot be seen any more");
}
END_TEST

/* Whoever is not root cannot tell what is in force either. */
START_TEST(test_not_root)
{
	fake_add(&kernel, "/proc/self", "")->uid = 1000;
	kernel.no_kmsg = true;
	ck_assert_int_eq(load(), LOAD_IMPOSSIBLE);
	assert_said("run it as root");
}
END_TEST

START_TEST(test_listed)
{
	kernel.can_read_policy = true;
	kernel.can_write_policy = _i;
	snprintf(kernel.in_force, sizeof(kernel.in_force), "measure func=MODULE_CHECK \n"); /* an architecture's rule */
	ck_assert_int_eq(load(), LOAD_APPLIED);
	assert_said("lists every rule");
}
END_TEST

/* Between the look at what is in force and the load another loader has been there. */
START_TEST(test_listed_behind_others)
{
	kernel.can_read_policy = true;
	kernel.can_write_policy = true;
	kernel.rival = _i ? "measure func=MODULE_CHECK \n" : "dont_appraise \n";
	/* the second is a rule as kernels have it built in */
	ck_assert_int_eq(load(), _i ? LOAD_APPLIED : LOAD_UNCONFIRMED);
	if (!_i)
		assert_said("another program has loaded rules just before");
}
END_TEST

START_TEST(test_listed_without_one)
{
	kernel.can_read_policy = true;
	kernel.forgets_last = true;
	ck_assert_int_eq(load(), LOAD_UNCONFIRMED);
	assert_said(":4: the kernel does not list this rule: appraise func=FILE_CHECK fowner=0");
}
END_TEST

/* The log is no proof: all that it has is a line that says so. */
START_TEST(test_log_alone)
{
	kernel.can_write_policy = true;
	ck_assert_int_eq(load(), LOAD_UNCONFIRMED);
	assert_said("nothing but its log says");
	assert_all_in_force();
}
END_TEST

START_TEST(test_nothing_confirms)
{
	kernel.can_write_policy = true;
	kernel.applies_silently = true;
	ck_assert_int_eq(load(), LOAD_UNCONFIRMED);
}
END_TEST

START_TEST(test_log_of_an_earlier_try)
{
	kernel.can_write_policy = true;
	kernel.applies_silently = true;
	kernel.answers[0] = -EINTR; /* its close logs "policy update failed" */
	ck_assert_int_eq(load(), LOAD_UNCONFIRMED);
	assert_all_in_force();
}
END_TEST

/* It is read for some time, and then nothing is known from it. */
START_TEST(test_endless_log)
{
	kernel.endless_log = true;
	fake_log(&kernel, "Linux version");
	ck_assert_int_eq(load(), LOAD_ALREADY);
	assert_nothing_in_force();
	assert_said("a policy may be in force");
}
END_TEST

START_TEST(test_dropped_at_close)
{
	kernel.drops_at_close = true;
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_nothing_in_force();
}
END_TEST

Suite *load_suite(void)
{
	Suite *suite = suite_create("load");
	TCase *tc = tcase_create("load");

	tcase_add_checked_fixture(tc, start, NULL);
	tcase_add_test(tc, test_plain);
	tcase_add_test(tc, test_relative);
	tcase_add_test(tc, test_long_path);
	tcase_add_test(tc, test_newline_in_path);
	tcase_add_test(tc, test_no_final_newline);
	tcase_add_test(tc, test_held_open);
	tcase_add_loop_test(tc, test_where_it_lies, 0, 4);
	tcase_add_loop_test(tc, test_signed_is_never_copied, 0, 3);
	tcase_add_test(tc, test_signed_as_it_is);
	tcase_add_test(tc, test_hashed_is_copied);
	tcase_add_test(tc, test_signature_refused);
	tcase_add_loop_test(tc, test_eacces_is_no_reason_for_a_copy, 0, 2);
	tcase_add_test(tc, test_copy_enospc);
	tcase_add_loop_test(tc, test_copy_nowhere, 0, 3);
	tcase_add_loop_test(tc, test_others_directory, 0, sizeof(open_directories) / sizeof(open_directories[0]));
	tcase_add_test(tc, test_copy_nowhere_safe);
	tcase_add_test(tc, test_refused_line);
	tcase_add_loop_test(tc, test_refused_no_record, 0, 2);
	tcase_add_test(tc, test_refused_records_elsewhere);
	tcase_add_test(tc, test_refused_record_lost);
	tcase_add_loop_test(tc, test_refused_like_another, 0, 2);
	tcase_add_test(tc, test_refused_cannot_ask);
	tcase_add_test(tc, test_refused_but_each_rule_taken);
	tcase_add_test(tc, test_undefined_label);
	tcase_add_loop_test(tc, test_write_errors, 0, 4);
	tcase_add_test(tc, test_eintr);
	tcase_add_test(tc, test_eintr_forever);
	tcase_add_loop_test(tc, test_odd_count_gone, 0, 2);
	tcase_add_loop_test(tc, test_odd_count_listed, 0, 2);
	tcase_add_loop_test(tc, test_odd_count_log_only, 0, 2);
	tcase_add_test(tc, test_already_gone);
	tcase_add_test(tc, test_vanishes);
	tcase_add_test(tc, test_already_spent);
	tcase_add_test(tc, test_busy);
	tcase_add_test(tc, test_no_right);
	tcase_add_test(tc, test_no_ima);
	tcase_add_test(tc, test_not_mounted);
	tcase_add_test(tc, test_covered_by_a_file);
	tcase_add_test(tc, test_missing_file);
	tcase_add_loop_test(tc, test_odd_files, 0, 3);
	tcase_add_test(tc, test_nul);
	tcase_add_test(tc, test_directory);
	tcase_add_loop_test(tc, test_others_may_write, 0, 3);
	tcase_add_loop_test(tc, test_long_lines, 0, 3);
	tcase_add_loop_test(tc, test_changed_while_loaded, 0, 2);
	tcase_add_test(tc, test_covered);
	tcase_add_test(tc, test_not_root);
	tcase_add_loop_test(tc, test_listed, 0, 2);
	tcase_add_loop_test(tc, test_listed_behind_others, 0, 2);
	tcase_add_test(tc, test_listed_without_one);
	tcase_add_test(tc, test_log_alone);
	tcase_add_test(tc, test_nothing_confirms);
	tcase_add_test(tc, test_log_of_an_earlier_try);
	tcase_add_test(tc, test_endless_log);
	tcase_add_test(tc, test_dropped_at_close);
	suite_add_tcase(suite, tc);
	return suite;
}
