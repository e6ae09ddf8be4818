/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "faulty.h"
#include "kernel.h"
#include "loader/prime.h"
#include "suites.h"

#define POLICY "/etc/ima/policy"
#define TOOL "/usr/bin/tool"

enum { USER = -4, ALL = FAKE_AT_OPEN | FAKE_AT_MAP | FAKE_AT_START };

static struct fake_file *tool;
static long ring;
static struct prime_options opt;
static const char *const one_name[] = { TOOL };

static struct fake_file *add_signed(const char *path, const char *key, unsigned int appraised)
{
	struct fake_file *file = fake_add(&kernel, path, "#!");

	file->mode = S_IFREG | 0755;
	file->appraised = appraised;
	file->xattr_len = (size_t)snprintf(file->xattr, sizeof(file->xattr), "\3\2\4%s\1.", key);
	return file;
}

static void start(void)
{
	fake_start(&kernel);
	fake_add(&kernel, POLICY, "# x\nappraise func=BPRM_CHECK appraise_type=imasig\n");
	ring = fake_add_key(&kernel, "keyring", "_ima", USER);
	fake_add_key(&kernel, "asymmetric", "id:61626364", ring);
	tool = add_signed(TOOL, "abcd", ALL);
	opt = (struct prime_options){ .policy = POLICY, .root = "", .files = one_name, .count = 1, .keys = true };
}

static enum load_status prime(void)
{
	enum load_status status;

	*kernel.said = '\0';
	status = prime_files(&kernel.ops, &opt);
	ck_assert_int_eq(fake_open_fds(&kernel), 0);
	ck_assert(status == LOAD_APPLIED || *kernel.said);
	return status;
}

static void assert_unconfirmed(const char *part)
{
	ck_assert_int_eq(prime(), LOAD_UNCONFIRMED);
	assert_said(part);
}

START_TEST(test_named)
{
	tool->appraised = 1u << _i;
	kernel.alone = _i == 1;
	ck_assert_int_eq(prime(), LOAD_APPLIED);
	ck_assert_int_eq(kernel.held_ring, ring);
	ck_assert_str_eq(kernel.said, "");
	ck_assert_str_eq(kernel.mapped, TOOL "\n");
	ck_assert_str_eq(kernel.executed, TOOL "\n");
}
END_TEST

START_TEST(test_two_named)
{
	static const char *const names[] = { "/bin/a", "/bin/b" };

	opt.root = "/root";
	opt.files = names;
	opt.count = 2;
	add_signed("/root/bin/a", "abcd", ALL);
	add_signed("/root/bin/b", "none", ALL);
	assert_unconfirmed("/root/bin/b: ");
	ck_assert_str_eq(kernel.executed, "/root/bin/a\n");
}
END_TEST

START_TEST(test_no_program)
{
	tool->mode = S_IFREG | 0644;
	tool->appraised = FAKE_AT_OPEN;
	ck_assert_int_eq(prime(), LOAD_APPLIED);
	ck_assert_str_eq(kernel.executed, "");
}
END_TEST

START_TEST(test_refused)
{
	static const char *const steps[] = { "refuses to open it", "refuses to map it", "refuses to start it" };

	tool->appraised = 1u << _i;
	tool->changed = true;
	assert_unconfirmed(steps[_i]);
	/* a file that does not open does not show its signature either */
	assert_said(_i ? "the key 61626364 that signed it is in _ima, so it was changed after that" :
			 "no key in _ima made its signature, or it was changed after that");
}
END_TEST

START_TEST(test_wrong_key)
{
	memcpy(tool->xattr + 3, "wxyz", 4);
	tool->appraised = FAKE_AT_START;
	assert_unconfirmed("signed with the key 7778797a, which is not in _ima");
	ck_assert_int_eq(kernel.held_ring, ring);
}
END_TEST

START_TEST(test_foreign_ring)
{
	kernel.held_ring = FAKE_FOREIGN;
	tool->appraised = FAKE_AT_START;
	assert_unconfirmed("the kernel has found another keyring of that name before");
}
END_TEST

START_TEST(test_old_signature)
{
	tool->xattr[1] = 1;
	tool->appraised = FAKE_AT_START;
	tool->changed = true;
	assert_unconfirmed("no key in _ima made its signature");
}
END_TEST

START_TEST(test_not_signed)
{
	tool->xattr_len = 0;
	tool->appraised = 0;
	assert_unconfirmed(TOOL ": it has no signature");

	/* a hash is none */
	tool->xattr_len = 34;
	*tool->xattr = 4;
	assert_unconfirmed(TOOL ": it has no signature");
}
END_TEST

START_TEST(test_missing)
{
	tool->exists = false;
	assert_unconfirmed("cannot open it (No such file or directory)");
}
END_TEST

START_TEST(test_in_the_way)
{
	static const int errors[] = { -EPERM, -ETXTBSY, -ENOMEM, -EAGAIN };

	kernel.exec_error = errors[_i];
	assert_unconfirmed(errors[_i] == -EPERM ? "ptrace_scope is 3" : "cannot start it");
	assert_said(strerror(-errors[_i]));

	/* mounted noexec: execve would say EACCES, which is not the policy's word then */
	start();
	kernel.map_error = -EPERM;
	kernel.exec_error = -EACCES;
	assert_unconfirmed("cannot map it");
}
END_TEST

START_TEST(test_looked_into)
{
	static const int errors[] = { -ENOEXEC, -ENOENT, -ELIBBAD };

	kernel.exec_error = errors[_i];
	ck_assert_int_eq(prime(), LOAD_APPLIED);
}
END_TEST

START_TEST(test_killed_at_start)
{
	kernel.exec_error = -ECHILD;
	assert_unconfirmed("ends it while it starts");
}
END_TEST

START_TEST(test_no_rule_matches)
{
	tool->appraised = 0;
	assert_unconfirmed("the kernel has not looked for its keyring yet");
}
END_TEST

START_TEST(test_no_ring)
{
	kernel.keys[ring - 1].type = NULL;
	assert_unconfirmed("there is no keyring _ima");
	ck_assert_str_eq(kernel.executed, "");
}
END_TEST

START_TEST(test_no_keys_here)
{
	kernel.user = 1000;
	assert_unconfirmed("run it as root");
	opt.count = 0;
	ck_assert_int_eq(prime(), LOAD_APPLIED);
}
END_TEST

START_TEST(test_trusted)
{
	long trusted = fake_add_key(&kernel, "keyring", ".ima", 0);

	tool->changed = true;
	assert_unconfirmed("in .ima");
	fake_add_key(&kernel, "asymmetric", "id:61626364", trusted);
	tool->changed = false;
	ck_assert_int_eq(prime(), LOAD_APPLIED);

	/* it has that keyring in any case */
	opt.count = 0;
	*kernel.executed = '\0';
	add_signed("/bin/true", "abcd", ALL);
	ck_assert_int_eq(prime(), LOAD_APPLIED);
	ck_assert_str_eq(kernel.executed, "");
	ck_assert_str_eq(kernel.said, "");
}
END_TEST

START_TEST(test_usual)
{
	opt.count = 0;
	fake_add(&kernel, "/usr/bin/true", "not signed");
	add_signed("/bin/sh", "abcd", 0);
	add_signed("/sbin/init", "abcd", FAKE_AT_START);
	add_signed("/lib/systemd/systemd", "abcd", FAKE_AT_START);
	ck_assert_int_eq(prime(), LOAD_APPLIED);
	ck_assert_str_eq(kernel.executed, "/bin/sh\n/sbin/init\n");
	ck_assert_int_eq(kernel.held_ring, ring);
	ck_assert_str_eq(kernel.said, "");
}
END_TEST

START_TEST(test_usual_refused)
{
	opt.count = 0;
	add_signed("/bin/true", "none", FAKE_AT_START);
	kernel.held_ring = FAKE_FOREIGN;
	add_signed("/sbin/init", "none", FAKE_AT_START);
	ck_assert_int_eq(prime(), LOAD_APPLIED);
	/* one is enough to know */
	ck_assert_ptr_null(strstr(kernel.said, "/sbin/init"));
	assert_said("/bin/true: it is signed with the key 6e6f6e65, which is not in _ima");
}
END_TEST

START_TEST(test_nothing_to_prime_with)
{
	opt.count = 0;
	ck_assert_int_eq(prime(), LOAD_APPLIED);
	assert_said("name with --prime a signed file");
}
END_TEST

START_TEST(test_nothing_wanted)
{
	static const struct {
		const char *text;
		bool keys, wants;
	} policies[] = {
		{ "measure func=BPRM_CHECK\n", true, false },
		{ "measure func=BPRM_CHECK\ndont_appraise uid=0\n", true, false },
		{ "appraise func=BPRM_CHECK\n", false, false },
		{ "appraise func=BPRM_CHECK\n", true, true },
		{ "measure uid=0\n \tappraise func=BPRM_CHECK  appraise_type=imasig\n", false, true },
		{ "appraise func=SETXATTR_CHECK appraise_algos=sha256\n", false, false },
		{ "func=BPRM_CHECK appraise_type=imasig appraise\n", false, true },
	};

	opt.count = 0;
	opt.keys = policies[_i].keys;
	opt.policy = "/p";
	fake_add(&kernel, "/p", policies[_i].text);
	ck_assert_int_eq(prime(), LOAD_APPLIED);
	ck_assert_int_eq(*kernel.said != '\0', policies[_i].wants);

	/* what cannot be read may want them */
	opt.policy = "/no/such";
	ck_assert_int_eq(prime(), LOAD_APPLIED);
	ck_assert_str_ne(kernel.said, "");
}
END_TEST

START_TEST(test_behind)
{
	int status;

	for (status = 0; status < LOAD_STATUSES; status++) {
		start();
		ck_assert_int_eq(prime_behind(&kernel.ops, &opt, (enum load_status)status), status);
		ck_assert_int_eq(kernel.held_ring, status == LOAD_APPLIED || status == LOAD_UNCONFIRMED ? ring : 0);
	}
	start();
	tool->changed = true;
	ck_assert_int_eq(prime_behind(&kernel.ops, &opt, LOAD_APPLIED), LOAD_UNCONFIRMED);
}
END_TEST

/* Whichever call fails: it is confirmed only when the kernel has the keyring and let the file pass each time. */
START_TEST(test_each_call_fails)
{
	static const int errors[] = { -EINTR, -EIO, -ENOMEM, -EPERM, -ENOSYS };
	struct faulty faulty;
	int at, confirmed = 0;

	for (at = 1;; at++) {
		enum load_status status;

		start();
		tool->appraised = FAKE_AT_START;
		faulty_start(&faulty, &kernel.ops, at, errors[_i]);
		status = prime_files(&faulty.ops, &opt);
		if (!faulty.failed)
			break;
		ck_assert_int_eq(fake_open_fds(&kernel), 0);
		ck_assert_msg(status == LOAD_APPLIED || status == LOAD_UNCONFIRMED, "%s: %d", faulty.failed, status);
		ck_assert_msg(status == LOAD_APPLIED || *kernel.said, "%s: nothing said", faulty.failed);
		if (status != LOAD_APPLIED)
			continue;
		ck_assert_msg(kernel.held_ring == ring && *kernel.executed, "%s: confirmed", faulty.failed);
		confirmed++;
	}
	ck_assert_int_gt(at, 10);
	ck_assert_int_lt(confirmed, at / 2);
}
END_TEST

Suite *prime_suite(void)
{
	Suite *s = suite_create("prime");
	TCase *tc = tcase_create("prime");

	tcase_add_checked_fixture(tc, start, NULL);
	tcase_add_loop_test(tc, test_named, 0, 3);
	tcase_add_test(tc, test_two_named);
	tcase_add_test(tc, test_no_program);
	tcase_add_loop_test(tc, test_refused, 0, 3);
	tcase_add_test(tc, test_wrong_key);
	tcase_add_test(tc, test_foreign_ring);
	tcase_add_test(tc, test_old_signature);
	tcase_add_test(tc, test_not_signed);
	tcase_add_test(tc, test_missing);
	tcase_add_loop_test(tc, test_in_the_way, 0, 4);
	tcase_add_loop_test(tc, test_looked_into, 0, 3);
	tcase_add_test(tc, test_killed_at_start);
	tcase_add_test(tc, test_no_rule_matches);
	tcase_add_test(tc, test_no_ring);
	tcase_add_test(tc, test_no_keys_here);
	tcase_add_test(tc, test_trusted);
	tcase_add_test(tc, test_usual);
	tcase_add_test(tc, test_usual_refused);
	tcase_add_test(tc, test_nothing_to_prime_with);
	tcase_add_loop_test(tc, test_nothing_wanted, 0, 7);
	tcase_add_test(tc, test_behind);
	tcase_add_loop_test(tc, test_each_call_fails, 0, 5);
	suite_add_tcase(s, tc);
	return s;
}
