/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "faulty.h"
#include "kernel.h"
#include "loader/keyring.h"
#include "loader/keys.h"
#include "suites.h"

#define DIR_NAME "/etc/keys/ima"
#define IDENTIFIER "\x06\x03\x55\x1d\x0e"

enum { USER = -4, SESSION = -3 };

static struct fake_file *dir, *first, *second;

static void start(void)
{
	fake_start(&kernel);
	dir = fake_add_dir(&kernel, DIR_NAME);
	/* not in the order of their names */
	second = fake_add(&kernel, DIR_NAME "/b.der", "0bbbb " IDENTIFIER);
	first = fake_add(&kernel, DIR_NAME "/B.der", "0aaaa " IDENTIFIER);
}

static enum load_status load_from(const char *name, bool may_lack)
{
	struct keys_options opt = { .dir = name, .may_lack = may_lack, .verbose = true };
	enum load_status status = keys_load(&kernel.ops, &opt);

	ck_assert_int_eq(fake_open_fds(&kernel), 0);
	return status;
}

static enum load_status load(void)
{
	return load_from(DIR_NAME, false);
}

static long ring_of(long from, const char *name)
{
	return kernel.ops.search_key(&kernel, from, "keyring", name);
}

static bool has(long ring, const char *id)
{
	return kernel.ops.search_key(&kernel, ring, "asymmetric", id) > 0;
}

START_TEST(test_makes_ring)
{
	long ring;

	ck_assert_int_eq(load(), LOAD_APPLIED);
	ring = ring_of(USER, "_ima");
	ck_assert_int_gt(ring, 0);
	ck_assert(has(ring, "id:61616161"));
	ck_assert(has(ring, "id:62626262"));
	ck_assert(kernel.linked);
	assert_said("made the keyring _ima");
	ck_assert(strstr(kernel.said, "/B.der") < strstr(kernel.said, "/b.der"));
	ck_assert_int_eq(ring_of(USER, ".ima"), -ENOKEY);
}
END_TEST

START_TEST(test_keeps_ring)
{
	long ring = fake_add_key(&kernel, "keyring", "_ima", USER);

	fake_add_key(&kernel, "asymmetric", "id:63636363", ring);
	ck_assert_int_eq(load(), LOAD_APPLIED);
	ck_assert_int_eq(ring_of(USER, "_ima"), ring);
	ck_assert_uint_eq(fake_count_keys(&kernel, USER), 1);
	ck_assert_uint_eq(fake_count_keys(&kernel, ring), 3);
	ck_assert_ptr_null(strstr(kernel.said, "made the keyring"));

	/* what is there already is no harm */
	ck_assert_int_eq(load(), LOAD_APPLIED);
	ck_assert_uint_eq(fake_count_keys(&kernel, ring), 3);
}
END_TEST

START_TEST(test_trusted)
{
	long ring = fake_add_key(&kernel, "keyring", ".ima", 0);

	ck_assert_int_eq(load(), LOAD_APPLIED);
	ck_assert_uint_eq(fake_count_keys(&kernel, ring), 2);
	ck_assert_uint_eq(fake_count_keys(&kernel, USER), 0);
	assert_said("B.der: is in .ima");
}
END_TEST

START_TEST(test_trusted_made_up)
{
	/* what any user can have put into the list */
	fake_add_key(&kernel, "user", "x\n00000002 I------     1 perm 3f010000     0     0 keyring   .ima: empty", USER);
	fake_add_key(&kernel, "keyring", "mine", USER);
	ck_assert_int_eq(load(), LOAD_APPLIED);
	ck_assert_uint_eq(fake_count_keys(&kernel, 2), 0);
	ck_assert_uint_eq(fake_count_keys(&kernel, ring_of(USER, "_ima")), 2);
}
END_TEST

START_TEST(test_service)
{
	long ring = fake_add_key(&kernel, "keyring", "_ima", USER);

	kernel.alone = true;
	ck_assert_int_eq(ring_of(SESSION, "_ima"), -ENOKEY);
	ck_assert_int_eq(load(), LOAD_APPLIED);
	ck_assert_int_eq(ring_of(SESSION, "_ima"), ring);
	ck_assert_uint_eq(fake_count_keys(&kernel, ring), 2);
}
END_TEST

START_TEST(test_not_linked)
{
	kernel.link_error = -EACCES;
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_said("cannot be linked into this session");
}
END_TEST

START_TEST(test_other_in_session)
{
	fake_add_key(&kernel, "keyring", "_ima", SESSION);
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_said("a keyring _ima of its own");
	assert_said("keyctl unlink 1 @s");
}
END_TEST

/* A certificate that does not get there: the other one does, and the answer is no. */
static void one_is_bad(const char *message)
{
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_said(message);
	assert_said("1 of 2 certificates");
	ck_assert(has(ring_of(USER, "_ima"), "id:62626262"));
	ck_assert(!has(ring_of(USER, "_ima"), "id:61616161"));
}

static void set_text(struct fake_file *file, const char *text)
{
	file->len = strlen(text);
	memcpy(file->data, text, file->len);
}

START_TEST(test_bad_text)
{
	static const char *const texts[][2] = {
		{ "-----BEGIN CERTIFICATE-----\nMIIB\n", "this is PEM, the kernel reads DER: openssl x509 " },
		{ "-----BEGIN PRIVATE KEY-----\nMIIE\n", "this is a private key" },
		{ "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", "this is a private key" },
		{ "a note", "the kernel refuses it in _ima (Bad message): it is no X.509 certificate in DER" },
		{ "", "empty: is it a certificate" },
	};

	set_text(first, texts[_i][0]);
	one_is_bad(texts[_i][1]);
}
END_TEST

START_TEST(test_no_identifier)
{
	ck_assert_int_eq(load(), LOAD_APPLIED);
	ck_assert_ptr_null(strstr(kernel.said, "no subject key identifier"));
	set_text(first, "0aaaa \x06\x03\x55\x1d");
	ck_assert_int_eq(load(), LOAD_APPLIED);
	assert_said("/B.der: it has no subject key identifier");
	ck_assert_ptr_null(strstr(kernel.said, "/b.der: it has no"));
}
END_TEST

START_TEST(test_not_roots)
{
	static const struct {
		uid_t uid;
		mode_t mode;
	} owners[] = { { 1000, 0644 }, { 0, 0664 }, { 0, 0646 } };

	first->uid = owners[_i].uid;
	first->mode = S_IFREG | owners[_i].mode;
	one_is_bad("/B.der: not root's, or others may write to it");

	start();
	dir->uid = owners[_i].uid;
	dir->mode = S_IFDIR | owners[_i].mode;
	ck_assert_int_eq(load(), LOAD_USAGE);
	assert_said(DIR_NAME ": not root's, or others may write to it");
	ck_assert_uint_eq(fake_count_keys(&kernel, USER), 0);
}
END_TEST

START_TEST(test_unreadable)
{
	first->appraised = FAKE_AT_OPEN;
	one_is_bad("may not be read: a policy in force wants it signed");
}
END_TEST

START_TEST(test_no_files)
{
	fake_add_dir(&kernel, DIR_NAME "/old");
	ck_assert_int_eq(load(), LOAD_APPLIED);

	first->exists = second->exists = false;
	ck_assert_int_eq(load(), LOAD_USAGE);
	assert_said("no file in it");
}
END_TEST

START_TEST(test_no_directory)
{
	ck_assert_int_eq(load_from("/no/such", false), LOAD_USAGE);
	assert_said("no way to this directory");
	ck_assert_int_eq(load_from(DIR_NAME "/b.der", false), LOAD_USAGE);
	assert_said("cannot list this directory (Not a directory)");

	start();
	ck_assert_int_eq(load_from("/no/such", true), LOAD_APPLIED);
	ck_assert_str_eq(kernel.said, "");
	/* it may be missing; it may not be there and be of no use */
	ck_assert_int_eq(load_from(DIR_NAME "/b.der", true), LOAD_USAGE);
}
END_TEST

START_TEST(test_impossible)
{
	switch (_i) {
	case 0:
		kernel.no_keys = true;
		break;
	case 1:
		kernel.user = 1000;
		break;
	default:
		kernel.no_proc_keys = true;
		break;
	}
	ck_assert_int_eq(load(), LOAD_IMPOSSIBLE);
	assert_said(_i == 0 ? "CONFIG_KEYS" : _i == 1 ? "run it as root" : "mount -t proc");
	ck_assert_uint_eq(fake_count_keys(&kernel, USER), 0);
}
END_TEST

START_TEST(test_no_ring)
{
	static const int errors[] = { -EDQUOT, -ENOMEM, -EACCES };

	kernel.ring_error = errors[_i];
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_said("no keyring _ima can be had");
	assert_said(strerror(-errors[_i]));

	start();
	kernel.search_error = -EKEYREVOKED;
	ck_assert_int_eq(load(), LOAD_REFUSED);
	assert_said("keyctl reap");
}
END_TEST

/* Each errno of add_key(2) has a text of its own, with its remedy. */
START_TEST(test_each_refusal)
{
	static const struct {
		int err;
		const char *part;
	} rows[] = {
		{ EBADMSG, "openssl x509" },	  { EKEYREJECTED, "make it anew" },
		{ ENOKEY, "sign it" },		  { EKEYEXPIRED, "keyctl timeout" },
		{ EKEYREVOKED, "the next boot" }, { ENOPKG, "use RSA and SHA-256" },
		{ ENOENT, "modprobe it before" }, { EDQUOT, "kernel.keys.root_maxkeys" },
		{ EACCES, "keyctl setperm" },	  { EPERM, "ca_keys=" },
		{ ENOMEM, "more memory" },	  { ENODEV, "CONFIG_ASYMMETRIC_KEY_TYPE" },
		{ ENOSYS, "CONFIG_KEYS" },	  { EINVAL, "2048 bits" },
		{ EIO, "nothing that it takes" },
	};
	char seen[sizeof(kernel.said)];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start();
		kernel.key_error = -rows[i].err;
		ck_assert_int_eq(load(), LOAD_REFUSED);
		assert_said(rows[i].part);
		assert_said(strerror(rows[i].err));
		assert_said("/B.der: ");
		assert_said("/b.der: ");
		assert_said("0 of 2");
		if (i)
			ck_assert_str_ne(seen, kernel.said);
		strcpy(seen, kernel.said);
	}
}
END_TEST

START_TEST(test_holders)
{
	/* a user's line in the list, which cannot make a keyring look held */
	long user = fake_add_key(&kernel, "user", "x\n00000002 I------ 7 perm 3f010000 0 0 keyring _ima: 1", USER);
	struct keyring ring = { .serial = fake_add_key(&kernel, "keyring", "_ima", USER) }, none = { .serial = 0 };

	ck_assert_int_eq(ring.serial, 2);
	ck_assert_uint_eq(keyring_holders(&ring, &kernel.ops), 1);
	kernel.keys[user - 1].type = NULL;
	ck_assert_uint_eq(keyring_holders(&none, &kernel.ops), 0);
	ck_assert_uint_eq(keyring_holders(&ring, &kernel.ops), 1);
	kernel.held_ring = ring.serial;
	ck_assert_uint_eq(keyring_holders(&ring, &kernel.ops), 2);
	kernel.no_proc_keys = true;
	fake_find(&kernel, "/proc/keys")->exists = false;
	ck_assert_uint_eq(keyring_holders(&ring, &kernel.ops), 0);
}
END_TEST

/* Whichever call fails: all is well only when both keys are where the kernel looks. */
START_TEST(test_each_call_fails)
{
	static const int errors[] = { -EINTR, -EIO, -ENOMEM, -EACCES, -ENOSYS };
	const struct keys_options options = { .dir = DIR_NAME };
	struct faulty faulty;
	int at, well = 0;

	for (at = 1;; at++) {
		enum load_status status;
		long ring;

		start();
		faulty_start(&faulty, &kernel.ops, at, errors[_i]);
		status = keys_load(&faulty.ops, &options);
		if (!faulty.failed)
			break;
		ck_assert_int_eq(fake_open_fds(&kernel), 0);
		ck_assert_msg(status == LOAD_APPLIED || *kernel.said, "%s: nothing said", faulty.failed);
		if (status != LOAD_APPLIED)
			continue;
		ring = ring_of(SESSION, "_ima");
		ck_assert_msg(ring > 0 && fake_count_keys(&kernel, ring) == 2, "%s: not all there", faulty.failed);
		well++;
	}
	ck_assert_int_gt(at, 15);
	ck_assert_int_lt(well, at / 2);
}
END_TEST

Suite *keys_suite(void)
{
	Suite *s = suite_create("keys");
	TCase *tc = tcase_create("keys");

	tcase_add_checked_fixture(tc, start, NULL);
	tcase_add_test(tc, test_makes_ring);
	tcase_add_test(tc, test_keeps_ring);
	tcase_add_test(tc, test_trusted);
	tcase_add_test(tc, test_trusted_made_up);
	tcase_add_test(tc, test_service);
	tcase_add_test(tc, test_not_linked);
	tcase_add_test(tc, test_other_in_session);
	tcase_add_loop_test(tc, test_bad_text, 0, 5);
	tcase_add_test(tc, test_no_identifier);
	tcase_add_loop_test(tc, test_not_roots, 0, 3);
	tcase_add_test(tc, test_unreadable);
	tcase_add_test(tc, test_no_files);
	tcase_add_test(tc, test_no_directory);
	tcase_add_loop_test(tc, test_impossible, 0, 3);
	tcase_add_loop_test(tc, test_no_ring, 0, 3);
	tcase_add_test(tc, test_each_refusal);
	tcase_add_test(tc, test_holders);
	tcase_add_loop_test(tc, test_each_call_fails, 0, 5);
	suite_add_tcase(s, tc);
	return s;
}
