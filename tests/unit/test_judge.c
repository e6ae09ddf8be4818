/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "judging.h"

/*
 * What a policy makes of files. Each case is a policy, a file and what must be
 * said of each operation; what kernels make of the values of security.ima is in
 * test_judge_seals.c, and all orders of accesses in
 * tests/meaning/test_judge_brute.c.
 */

/* ---- plain ---- */

#define SIGNED_EXEC "appraise func=BPRM_CHECK appraise_type=imasig fowner=0\n"

START_TEST(plain)
{
	struct judge_verdict v;
	struct judge_who other = root_file();

	open_judge("6.12", SIGNED_EXEC, NULL);
	v = settle(root_file(), unsealed(), ALL_MAPPED);
	ck_assert_uint_eq(v.refused, JUDGE_BIT(JUDGE_EXEC));
	ck_assert_uint_eq(v.unknown, 0);
	ck_finding(&v.at[JUDGE_EXEC], JUDGE_REFUSED, "IMA-signature-required");
	ck_finding(&v.at[JUDGE_READ], JUDGE_NOT_ASKED, NULL);
	ck_assert_int_eq(v.at[JUDGE_EXEC].rule, 0);
	ck_assert_int_eq(v.at[JUDGE_EXEC].leaked, -1);
	ck_assert_int_eq(v.at[JUDGE_EXEC].hook, KHOOK_BPRM);
	ck_assert_ptr_null(v.at[JUDGE_EXEC].subject);
	ck_assert(!v.at[JUDGE_EXEC].once);
	v = settle(root_file(), hashed(), ALL_MAPPED);
	ck_finding(&v.at[JUDGE_EXEC], JUDGE_REFUSED, "IMA-signature-required");
	v = settle(root_file(), signed_well(), ALL_MAPPED);
	ck_assert_uint_eq(v.refused, 0);
	ck_finding(&v.at[JUDGE_EXEC], JUDGE_PASS, NULL);
	v = settle(root_file(), seal(SEALCHECK_NO_KEY, IMAXATTR_SIGNATURE,
				     SHA256), ALL_MAPPED);
	ck_finding(&v.at[JUDGE_EXEC], JUDGE_REFUSED, "invalid-signature");
	/* what cannot come to it is not refused */
	v = settle(root_file(), unsealed(), JUDGE_BIT(JUDGE_READ));
	ck_assert_uint_eq(v.refused, 0);
	other.owner = 1000;
	ck_assert_ptr_ne(judge_class(judge, &other),
			 judge_class(judge, &(struct judge_who)ROOT));
	ck_assert_uint_eq(judge_asks(judge_class(judge, &other)), 0);
	ck_assert_uint_eq(settle(other, unsealed(), ALL_MAPPED).refused, 0);
}
END_TEST

START_TEST(classes)
{
	struct judge_who a = root_file(), b = root_file();
	const struct judge_class *c;

	open_judge("6.12", "appraise func=BPRM_CHECK obj_type=bin_t\n"
		   "measure func=MMAP_CHECK obj_type=lib_t\n", NULL);
	c = judge_class(judge, &a);
	ck_assert_uint_eq(judge_asks(c), JUDGE_BIT(JUDGE_EXEC));
	b.owner = 7;
	b.group = 8;
	ck_assert_ptr_eq(judge_class(judge, &b), c);
	b.type = "etc_t";
	ck_assert_ptr_ne(judge_class(judge, &b), c);
	ck_assert(judge_differs(judge_class(judge, &b), c, EXEC_READ));
	ck_assert(!judge_differs(judge_class(judge, &b), c,
				 JUDGE_BIT(JUDGE_READ)));
	a.type = "lib_t";
	/* what is measured is a decision, too */
	ck_assert(!judge_differs(judge_class(judge, &a), judge_class(judge, &b),
				 EXEC_READ));
	ck_assert(judge_differs(judge_class(judge, &a), judge_class(judge, &b),
				ALL_MAPPED));
	a.type = "no_rule_has_it_t";
	ck_assert_ptr_eq(judge_class(judge, &a), judge_class(judge, &b));
}
END_TEST

START_TEST(without_label)
{
	struct judge_who none = { .fs = &ext4 };
	struct tree_fs bare = ext4;
	struct judge_verdict v;

	open_judge("6.12", "appraise func=BPRM_CHECK obj_type=unlabeled_t\n",
		   NULL);
	v = settle(none, unsealed(), EXEC_READ);
	ck_finding(&v.at[JUDGE_EXEC], JUDGE_REFUSED, "missing-hash");
	/* where no xattr can be, the label is not on the disk */
	bare.no_xattrs = true;
	none.fs = &bare;
	v = settle(none, unsealed(), EXEC_READ);
	ck_assert_int_eq(v.at[JUDGE_EXEC].answer, JUDGE_REFUSED);
	ck_assert_ptr_nonnull(v.at[JUDGE_EXEC].detail);
}
END_TEST

/* what Smack has for it nobody reads: the worst */
START_TEST(without_label_of_smack)
{
	static const char *const lines[] = {
		"appraise func=BPRM_CHECK obj_user=_\n",
		"appraise func=BPRM_CHECK obj_user=floor\n",
	};
	struct judge_who none = { .fs = &ext4 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		struct ktarget t = target("6.12");

		t.lsm = KLSM_SMACK;
		open_judge_of(&t, lines[i], NULL);
		ck_finding(&settle(none, unsealed(), EXEC_READ).at[JUDGE_EXEC],
			   JUDGE_REFUSED, "missing-hash");
	}
}
END_TEST

START_TEST(idle)
{
	open_judge("6.12", "measure func=BPRM_CHECK\n"
		   "dont_appraise func=BPRM_CHECK\n", NULL);
	ck_assert(judge_idle(judge));
	ck_assert_uint_eq(settle(root_file(), unsealed(), EXEC_READ).refused, 0);
}
END_TEST

/* ---- what sticks ---- */

START_TEST(leaks)
{
	struct judge_verdict v;

	open_judge("6.12", "appraise func=BPRM_CHECK appraise_type=imasig\n"
		   "appraise func=FILE_CHECK mask=^MAY_READ\n", NULL);
	v = settle(root_file(), hashed(), EXEC_READ);
	ck_finding(&v.at[JUDGE_READ], JUDGE_REFUSED, "IMA-signature-required");
	ck_assert_int_eq(v.at[JUDGE_READ].rule, 1);
	ck_assert_int_eq(v.at[JUDGE_READ].leaked, 0);
	/* it is not run, and nothing sticks */
	v = settle(root_file(), hashed(), JUDGE_BIT(JUDGE_READ));
	ck_finding(&v.at[JUDGE_READ], JUDGE_PASS, NULL);
	/* refused at the first try already: its word then */
	v = settle(root_file(), unsealed(), EXEC_READ);
	ck_finding(&v.at[JUDGE_READ], JUDGE_REFUSED, "missing-hash");
	ck_assert_int_eq(v.at[JUDGE_READ].leaked, -1);
	ck_assert_int_eq(__builtin_popcount(v.at[JUDGE_READ].causes), 2);
	v = settle(root_file(), signed_well(), EXEC_READ);
	ck_assert_uint_eq(v.refused, 0);
}
END_TEST

START_TEST(leak_of_a_refused_open)
{
	struct judge_verdict v;

	/* the open for exec is refused: BPRM is never asked */
	open_judge("6.12", "appraise func=BPRM_CHECK appraise_type=imasig\n"
		   "appraise func=FILE_CHECK\n", NULL);
	v = settle(root_file(), unsealed(), EXEC_READ);
	ck_assert_int_eq(__builtin_popcount(v.at[JUDGE_READ].causes), 1);
	ck_assert_int_eq(v.at[JUDGE_EXEC].hook, KHOOK_FILE);
	/* a dont_ rule's options stick, those of a class that nothing does not */
	open_judge("6.12", "dont_measure func=BPRM_CHECK digest_type=verity\n"
		   "appraise func=FILE_CHECK\n", NULL);
	ck_assert_uint_eq(settle(root_file(), hashed(), EXEC_READ).refused, 0);
	open_judge("6.12", "dont_measure func=BPRM_CHECK digest_type=verity\n"
		   "measure func=MMAP_CHECK\nappraise func=FILE_CHECK\n", NULL);
	/* the open for exec was appraised as every open is, and it passed */
	ck_assert_uint_eq(settle(root_file(), hashed(), EXEC_READ).refused, 0);
	open_judge("6.12", "dont_measure func=BPRM_CHECK digest_type=verity\n"
		   "measure func=MMAP_CHECK\n"
		   "appraise func=FILE_CHECK mask=MAY_READ\n", NULL);
	v = settle(root_file(), hashed(), EXEC_READ);
	ck_finding(&v.at[JUDGE_READ], JUDGE_REFUSED, "no-verity-digest");
	ck_assert_int_eq(v.at[JUDGE_READ].leaked, 0);
}
END_TEST

START_TEST(leak_of_a_digest)
{
	struct judge_verdict v;
	struct sealcheck c = seal(SEALCHECK_GOOD, IMAXATTR_DIGEST_NG, SHA512);

	/* template=ima collects by sha256, and that is kept */
	open_judge("6.12", "measure func=FILE_CHECK mask=MAY_WRITE template=ima\n"
		   "appraise func=FILE_CHECK mask=MAY_READ\n", NULL);
	v = settle(root_file(), c, EXEC_READ);
	ck_finding(&v.at[JUDGE_READ], JUDGE_REFUSED, "invalid-hash");
	ck_assert_int_eq(v.at[JUDGE_READ].leaked, 0);
	ck_assert_uint_eq(settle(root_file(), hashed(), EXEC_READ).refused, 0);
}
END_TEST

START_TEST(once)
{
	struct judge_verdict v;

	open_judge("6.12", "appraise func=FILE_CHECK appraise_algos=sha256\n",
		   NULL);
	v = settle(root_file(), seal(SEALCHECK_GOOD, IMAXATTR_SIGNATURE, SHA1),
		   EXEC_READ);
	ck_finding(&v.at[JUDGE_READ], JUDGE_REFUSED, "denied-hash-algorithm");
	ck_assert(v.at[JUDGE_READ].once && v.at[JUDGE_EXEC].once);
	v = settle(root_file(), seal(SEALCHECK_FORGED, IMAXATTR_SIGNATURE, SHA1),
		   EXEC_READ);
	ck_finding(&v.at[JUDGE_READ], JUDGE_REFUSED, "invalid-signature");
	ck_assert(!v.at[JUDGE_READ].once);
}
END_TEST

/* ---- who ---- */

START_TEST(subjects)
{
	struct judge_subject user = { .has_uid = true, .uid = 1000 };
	struct judge_subject root = { .has_uid = true, .uid = 0 };
	struct judge_subject sshd = { .domain = "sshd_t" };
	static const char text[] =
		"appraise func=FILE_CHECK mask=MAY_READ uid=0\n"
		"appraise func=BPRM_CHECK subj_type=sshd_t\n";
	struct judge_verdict v;

	open_judge("6.12", text, NULL);
	v = settle(root_file(), unsealed(), EXEC_READ);
	ck_assert_uint_eq(v.refused, EXEC_READ);
	ck_assert_str_eq(v.at[JUDGE_READ].subject, "by uid 0");
	ck_assert_str_eq(v.at[JUDGE_EXEC].subject, "by domain sshd_t");
	open_judge("6.12", text, &user);
	v = settle(root_file(), unsealed(), EXEC_READ);
	ck_assert_uint_eq(v.refused, JUDGE_BIT(JUDGE_EXEC));
	open_judge("6.12", text, &root);
	v = settle(root_file(), unsealed(), EXEC_READ);
	ck_assert_ptr_null(v.at[JUDGE_READ].subject);
	open_judge("6.12", text, &sshd);
	v = settle(root_file(), unsealed(), EXEC_READ);
	ck_assert_ptr_null(v.at[JUDGE_EXEC].subject);
	ck_assert_str_eq(v.at[JUDGE_READ].subject, "by uid 0");
}
END_TEST

START_TEST(new_label)
{
	static const char text[] =
		"appraise func=CREDS_CHECK subj_type=httpd_t\n";
	struct judge_subject sshd = { .domain = "sshd_t" };
	struct judge_verdict v;

	open_judge("6.12", text, NULL);
	v = settle(root_file(), unsealed(), EXEC_READ);
	ck_assert_uint_eq(v.refused, JUDGE_BIT(JUDGE_EXEC));
	ck_assert_str_eq(v.at[JUDGE_EXEC].subject, "into domain httpd_t");
	/* what it becomes is not what it was */
	open_judge("6.12", text, &sshd);
	ck_assert_uint_eq(settle(root_file(), unsealed(), EXEC_READ).refused,
			  JUDGE_BIT(JUDGE_EXEC));
	open_judge("7.0", text, &sshd);
	ck_assert_uint_eq(settle(root_file(), unsealed(), EXEC_READ).refused, 0);
}
END_TEST

START_TEST(own_segments)
{
	struct judge_verdict v;

	open_judge("6.12", "appraise func=MMAP_CHECK\n"
		   "appraise func=FILE_CHECK mask=MAY_READ appraise_type=imasig\n",
		   NULL);
	v = settle(root_file(), hashed(), ALL_MAPPED);
	/* mmap wants an open for reading, a program that is run does not */
	ck_assert_uint_eq(v.refused, JUDGE_BIT(JUDGE_READ) |
			  JUDGE_BIT(JUDGE_MMAP));
	ck_finding(&v.start, JUDGE_REFUSED, "IMA-signature-required");
	ck_assert_int_ne(v.start.leaked, -1);
	v = settle(root_file(), unsealed(), ALL_MAPPED);
	ck_finding(&v.start, JUDGE_REFUSED, "missing-hash");
	ck_assert_int_eq(v.start.hook, KHOOK_MMAP);
	v = settle(root_file(), unsealed(), EXEC_READ);
	ck_finding(&v.start, JUDGE_NOT_ASKED, NULL);
}
END_TEST

/* ---- what is not known ---- */

START_TEST(unknown_content)
{
	struct judge_verdict v;
	struct sealcheck c;

	open_judge("6.12", "appraise func=FILE_CHECK mask=MAY_READ\n"
		   "appraise func=BPRM_CHECK appraise_type=imasig\n", NULL);
	/* what exec requires sticks: the read is refused whatever it contains */
	v = settle(root_file(), seal(SEALCHECK_UNREAD, IMAXATTR_DIGEST_NG,
				     SHA256), EXEC_READ);
	ck_assert_uint_eq(v.unknown, 0);
	ck_assert_uint_eq(v.refused, EXEC_READ);
	v = settle(root_file(), seal(SEALCHECK_UNREAD, IMAXATTR_DIGEST_NG,
				     SHA256), JUDGE_BIT(JUDGE_READ));
	ck_assert_uint_eq(v.unknown, JUDGE_BIT(JUDGE_READ));
	ck_assert_str_eq(v.at[JUDGE_READ].detail,
			 "the content could not be read");
	/* what is remembered of the one is not said of the other */
	c = seal(SEALCHECK_UNREAD, IMAXATTR_SIGNATURE, SHA256);
	v = settle(root_file(), c, EXEC_READ);
	ck_assert_uint_eq(v.unknown, EXEC_READ);
	ck_assert_str_eq(v.at[JUDGE_READ].detail,
			 "the content could not be read");
	c.result = SEALCHECK_MAYBE;
	c.option = KCONFIG_CRYPTO_ECDSA;
	v = settle(root_file(), c, EXEC_READ);
	ck_assert_uint_eq(v.unknown, EXEC_READ);
	ck_assert_str_eq(v.at[JUDGE_READ].detail,
			 "an option of the kernel decides that is not known");
	c.option = KCONFIG_COUNT;
	v = settle(root_file(), c, EXEC_READ);
	ck_assert_str_eq(v.at[JUDGE_READ].detail,
			 "what its kernel verifies is not known of that release");
	c.shared = true;
	v = settle(root_file(), c, EXEC_READ);
	ck_assert_str_eq(v.at[JUDGE_READ].detail,
			 "several keys have the id of its key");
	v = settle(root_file(), seal(SEALCHECK_UNREAD, IMAXATTR_NONE, -1),
		   EXEC_READ);
	ck_assert_uint_eq(v.unknown, EXEC_READ);
}
END_TEST

START_TEST(unknown_fs)
{
	struct tree_fs fs = { .mount = "/" };
	struct judge_who who = root_file();
	struct judge_verdict v;

	open_judge("6.12", "dont_appraise fsmagic=0x1021994\n"
		   "appraise func=BPRM_CHECK\n", NULL);
	who.fs = &fs;
	v = settle(who, unsealed(), EXEC_READ);
	ck_finding(&v.at[JUDGE_EXEC], JUDGE_REFUSED, "missing-hash");
	ck_assert_str_eq(v.at[JUDGE_EXEC].detail,
			 "the worst of what may be its fsmagic");
	fs.name = "tmpfs";
	v = settle(who, unsealed(), EXEC_READ);
	ck_assert_int_eq(v.at[JUDGE_EXEC].answer, JUDGE_NOT_ASKED);
	v = settle(root_file(), unsealed(), EXEC_READ);
	ck_assert_ptr_null(v.at[JUDGE_EXEC].detail);
}
END_TEST

START_TEST(silent)
{
	struct sealcheck c = unsealed();
	struct judge_state s = { .seal = &c,
				 .no_xattrs = true, .reach = EXEC_READ };
	struct judge_who who = root_file();
	struct judge_verdict v;

	open_judge("6.12", SIGNED_EXEC, NULL);
	judge_settle(judge_class(judge, &who), &s, &v);
	ck_finding(&v.at[JUDGE_EXEC], JUDGE_REFUSED, NULL);
}
END_TEST

#define MODULE_READ (JUDGE_BIT(JUDGE_MODULE) | JUDGE_BIT(JUDGE_READ))
#define MODSIG_MODULE "appraise func=MODULE_CHECK appraise_type=imasig|modsig\n"

START_TEST(appended)
{
	struct judge_verdict v;

	open_judge("6.12", MODSIG_MODULE, NULL);
	v = settle(root_file(), unsealed(), MODULE_READ);
	ck_assert_uint_eq(v.refused, 0);
	ck_assert_uint_eq(v.unknown, JUDGE_BIT(JUDGE_MODULE));
	ck_assert_str_eq(v.at[JUDGE_MODULE].cause, "IMA-signature-required");
	ck_assert_ptr_nonnull(v.at[JUDGE_MODULE].detail);
	v = settle(root_file(), signed_well(), MODULE_READ);
	ck_assert_uint_eq(v.unknown | v.refused, 0);
	/* by a key that is there it is looked at alone */
	v = settle(root_file(), seal(SEALCHECK_FORGED, IMAXATTR_SIGNATURE,
				     SHA256), MODULE_READ);
	ck_assert_uint_eq(v.refused, JUDGE_BIT(JUDGE_MODULE));
	v = settle(root_file(), seal(SEALCHECK_GOOD, IMAXATTR_DIGEST, SHA1),
		   MODULE_READ);
	ck_assert_uint_eq(v.refused, JUDGE_BIT(JUDGE_MODULE));
}
END_TEST

static const struct beside {
	enum sealcheck_result seal;
	enum imaxattr_kind kind;
	enum modsig_result appended;
	const char *cause;	/* NULL: it passes */
} besides[] = {
	/* as tests/live/own-plans-use.sh has them from a booted kernel */
	{ SEALCHECK_NONE, IMAXATTR_NONE, MODSIG_NONE, "IMA-signature-required" },
	{ SEALCHECK_NONE, IMAXATTR_NONE, MODSIG_GOOD, NULL },
	{ SEALCHECK_NONE, IMAXATTR_NONE, MODSIG_BAD, "invalid-signature" },
	{ SEALCHECK_GOOD, IMAXATTR_DIGEST_NG, MODSIG_NONE,
	  "IMA-signature-required" },
	{ SEALCHECK_GOOD, IMAXATTR_DIGEST_NG, MODSIG_GOOD, NULL },
	{ SEALCHECK_CONTENT, IMAXATTR_DIGEST_NG, MODSIG_GOOD, NULL },
	{ SEALCHECK_GOOD, IMAXATTR_SIGNATURE, MODSIG_GOOD, NULL },
	{ SEALCHECK_GOOD, IMAXATTR_SIGNATURE, MODSIG_BAD, NULL },
	{ SEALCHECK_NO_KEY, IMAXATTR_SIGNATURE, MODSIG_GOOD, NULL },
	{ SEALCHECK_NO_KEY, IMAXATTR_SIGNATURE, MODSIG_BAD, "invalid-signature" },
	{ SEALCHECK_NO_KEY, IMAXATTR_SIGNATURE, MODSIG_NONE,
	  "invalid-signature" },
	{ SEALCHECK_FORGED, IMAXATTR_SIGNATURE, MODSIG_GOOD,
	  "invalid-signature" },
	/* as its source has it */
	{ SEALCHECK_GOOD, IMAXATTR_DIGEST, MODSIG_GOOD,
	  "IMA-signature-required" },
};

static struct judge_verdict settle_beside(const struct beside *b, bool no_xattrs,
					  unsigned int reach)
{
	struct sealcheck c = seal(b->seal, b->kind,
				  b->kind == IMAXATTR_NONE ? -1 : SHA256);
	struct modsig m = { .result = b->appended };
	struct judge_state s = { .seal = &c, .appended = &m, .reach = reach,
				 .no_xattrs = no_xattrs };
	struct judge_who who = root_file();
	struct judge_verdict v;

	judge_settle(judge_class(judge, &who), &s, &v);
	return v;
}

START_TEST(appended_beside)
{
	const struct beside *b = &besides[_i];
	struct judge_verdict v;

	open_judge("6.12", MODSIG_MODULE, NULL);
	v = settle_beside(b, false, MODULE_READ);
	ck_assert_uint_eq(v.unknown, 0);
	ck_finding(&v.at[JUDGE_MODULE], b->cause ? JUDGE_REFUSED : JUDGE_PASS,
		   b->cause);
	/* what is remembered of one is not said of the other */
	v = settle_beside(&besides[1], false, MODULE_READ);
	ck_finding(&v.at[JUDGE_MODULE], JUDGE_PASS, NULL);
	/* nor is it taken where nobody asks for it */
	open_judge("6.12", "appraise func=MODULE_CHECK appraise_type=imasig\n",
		   NULL);
	v = settle_beside(b, false, MODULE_READ);
	ck_assert_int_eq(v.at[JUDGE_MODULE].answer,
			 b->kind == IMAXATTR_SIGNATURE &&
			 b->seal == SEALCHECK_GOOD ? JUDGE_PASS : JUDGE_REFUSED);
}
END_TEST

START_TEST(appended_and_others)
{
	const struct beside good = besides[1], bad = besides[2];
	struct judge_verdict v;
	struct judge_who who = root_file();

	/* what sticks to it is asked of a read, which does not see the tail */
	open_judge("6.12", MODSIG_MODULE "appraise func=FILE_CHECK mask=MAY_READ\n",
		   NULL);
	ck_assert_uint_ne(judge_takes_appended(judge_class(judge, &who)) &
			  JUDGE_BIT(JUDGE_MODULE), 0);
	v = settle_beside(&good, false, MODULE_READ);
	ck_assert_uint_eq(v.refused, MODULE_READ);
	ck_assert_int_eq(v.at[JUDGE_MODULE].hook, KHOOK_FILE);
	/* where there are no xattrs it is what can be there */
	open_judge("6.12", MODSIG_MODULE, NULL);
	v = settle_beside(&good, true, MODULE_READ);
	ck_finding(&v.at[JUDGE_MODULE], JUDGE_PASS, NULL);
	v = settle_beside(&bad, true, MODULE_READ);
	ck_finding(&v.at[JUDGE_MODULE], JUDGE_REFUSED, "invalid-signature");
	v = settle_beside(&besides[0], true, MODULE_READ);
	ck_finding(&v.at[JUDGE_MODULE], JUDGE_REFUSED, NULL);
	/* firmware is not read for one */
	open_judge("6.12", MODSIG_MODULE "appraise func=FIRMWARE_CHECK\n", NULL);
	v = settle_beside(&good, false, JUDGE_BIT(JUDGE_FIRMWARE));
	ck_finding(&v.at[JUDGE_FIRMWARE], JUDGE_REFUSED, "missing-hash");
	open_judge("6.12", "appraise func=MODULE_CHECK appraise_type=imasig\n",
		   NULL);
	ck_assert_uint_eq(judge_takes_appended(judge_class(judge, &who)), 0);
}
END_TEST

/* what user space unpacks is refused whatever it was, once modules are appraised */
START_TEST(packed)
{
	const unsigned int ops = MODULE_READ | JUDGE_PACKED;
	static const char rule[] =
		"appraise func=MODULE_CHECK appraise_type=imasig fowner=4001\n"
		"appraise func=BPRM_CHECK appraise_type=imasig fowner=0\n";
	struct ktarget t = target("6.12");
	struct judge_verdict v;

	t.config[KCONFIG_MODULE_DECOMPRESS] = KTRI_YES;
	open_judge_of(&t, rule, NULL);
	v = settle(root_file(), unsealed(), ops);
	ck_assert_uint_eq(v.unknown | v.refused, 0);
	t.config[KCONFIG_MODULE_DECOMPRESS] = KTRI_NO;
	open_judge_of(&t, rule, NULL);
	v = settle(root_file(), unsealed(), ops);
	ck_assert_uint_eq(v.unknown, JUDGE_BIT(JUDGE_MODULE));
	ck_assert_int_eq(v.at[JUDGE_MODULE].rule, 0);
	ck_assert_ptr_nonnull(strstr(v.at[JUDGE_MODULE].detail, "enforced"));
	v = settle(root_file(), unsealed(), MODULE_READ);
	ck_assert_uint_eq(v.unknown | v.refused, 0);
	t.config[KCONFIG_MODULE_DECOMPRESS] = KTRI_MAYBE;
	open_judge_of(&t, rule, NULL);
	v = settle(root_file(), signed_well(), ops);
	ck_assert_uint_eq(v.unknown, JUDGE_BIT(JUDGE_MODULE));
	/* the option is younger */
	t = target("5.14");
	t.config[KCONFIG_MODULE_DECOMPRESS] = KTRI_YES;
	open_judge_of(&t, rule, NULL);
	v = settle(root_file(), signed_well(), ops);
	ck_assert_uint_eq(v.unknown, JUDGE_BIT(JUDGE_MODULE));
	/* a rule for all hooks does not name that one */
	open_judge_of(&t, "appraise fowner=4001\n", NULL);
	v = settle(root_file(), unsealed(), ops);
	ck_assert_uint_eq(v.unknown | v.refused, 0);
}
END_TEST

/* past the budget of the diagrams nothing is said to pass */
START_TEST(budget)
{
	struct judge_verdict v;

	open_judge("6.12", SIGNED_EXEC, NULL);
	dd_set_budget(judge->x.m, dd_cells(judge->x.m));
	v = settle(root_file(), signed_well(), EXEC_READ);
	ck_assert_uint_eq(v.unknown, EXEC_READ);
	ck_assert_ptr_nonnull(v.at[JUDGE_EXEC].detail);
}
END_TEST

/* ---- several threads ---- */

#define THREADS 4
#define ROUNDS 40

static const struct judge_class *shared[2];

static struct sealcheck nth_seal(unsigned int n)
{
	static const enum sealcheck_result results[] = {
		SEALCHECK_GOOD, SEALCHECK_CONTENT, SEALCHECK_UNREAD,
		SEALCHECK_MAYBE, SEALCHECK_NO_KEY,
	};
	enum imaxattr_kind kind = IMAXATTR_DIGEST_NG + n % 3;

	return seal(results[n / 3 % ARRAY_SIZE(results)], kind,
		    (int)(n / 15 % 8));
}

/* all kinds, from another end in each thread; a sum of what was said */
static void *settle_all(void *arg)
{
	unsigned int from = *(unsigned int *)arg, i, k;
	uintptr_t sum = 0;

	for (i = 0; i < ROUNDS * 120; i++) {
		unsigned int n = (i * 7 + from * 30) % 120;
		struct sealcheck c = nth_seal(n);
		struct judge_state s = { .seal = &c, .reach = ALL_MAPPED };
		struct judge_verdict v;

		judge_settle(shared[i % 2], &s, &v);
		for (k = 0; k < JUDGE_OPS; k++)
			sum += (v.at[k].answer + 3 * v.at[k].causes) * (k + 1) *
			       (n + 1);
	}
	return (void *)sum;
}

START_TEST(threads)
{
	struct judge_who a = root_file(), b = root_file();
	unsigned int from[THREADS], i;
	pthread_t id[THREADS];
	void *sum, *alone;

	open_judge("6.12", "appraise func=BPRM_CHECK appraise_type=imasig\n"
		   "appraise func=FILE_CHECK mask=^MAY_READ fowner=0\n", NULL);
	b.owner = 1;
	shared[0] = judge_class(judge, &a);
	shared[1] = judge_class(judge, &b);
	for (i = 0; i < THREADS; i++) {
		from[i] = i;
		ck_assert_int_eq(pthread_create(&id[i], NULL, settle_all,
						&from[i]), 0);
	}
	alone = settle_all(&from[0]);
	for (i = 0; i < THREADS; i++) {
		pthread_join(id[i], &sum);
		ck_assert_ptr_eq(sum, alone);
	}
}
END_TEST

/* ---- the operations that can come to a file ---- */

static const struct {
	const char *path;
	mode_t mode;
	bool code;
	unsigned int reach;
} reached[] = {
	{ "/usr/bin/ls", 0755, true, ALL_MAPPED },
	{ "/usr/bin/lsb_release", 0755, false, EXEC_READ },
	{ "/usr/lib/libc.so.6", 0644, true,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_MMAP) },
	{ "/etc/passwd", 0644, false, JUDGE_BIT(JUDGE_READ) },
	{ "/lib/modules/6.1/kernel/a.ko", 0644, false,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_MODULE) },
	{ "/usr/lib/modules/6.1/updates/a.ko.xz", 0644, false,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_MODULE) |
	  JUDGE_PACKED },
	{ "/usr/lib/modules/6.1/modules.dep", 0644, false,
	  JUDGE_BIT(JUDGE_READ) },
	{ "/usr/lib/firmware/x.bin", 0644, false,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_FIRMWARE) },
	{ "/etc/ima/ima-policy", 0644, false,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_POLICY) },
	{ "/etc/imapol/policy", 0644, false,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_POLICY) },
	{ "/etc/imapol/policy.imapol", 0644, false, JUDGE_BIT(JUDGE_READ) },
	{ "/etc/imapol/load.conf", 0644, false, JUDGE_BIT(JUDGE_READ) },
	{ "/boot/vmlinuz-6.1", 0644, false,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_KEXEC_KERNEL) },
	/* as kernel-install and kdump put them */
	{ "/usr/lib/modules/6.1/vmlinuz", 0644, false,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_KEXEC_KERNEL) },
	{ "/boot/0123456789abcdef0123456789abcdef/6.1/linux", 0644, false,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_KEXEC_KERNEL) },
	{ "/efi/0123456789abcdef0123456789abcdef/6.1/initrd", 0644, false,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_KEXEC_INITRAMFS) },
	{ "/var/lib/kdump/vmlinuz", 0644, false,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_KEXEC_KERNEL) },
	{ "/var/lib/kdump/initrd.img", 0644, false,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_KEXEC_INITRAMFS) },
	{ "/usr/lib/modules/6.1/build/vmlinux", 0644, false,
	  JUDGE_BIT(JUDGE_READ) },
	{ "/boot/grub/i386-pc/linux.mod", 0644, false, JUDGE_BIT(JUDGE_READ) },
	{ "/boot/initrd.img-6.1", 0644, false,
	  JUDGE_BIT(JUDGE_READ) | JUDGE_BIT(JUDGE_KEXEC_INITRAMFS) },
};

START_TEST(reach)
{
	struct tree_fs noexec = ext4;
	struct tree_file f = {
		.path = reached[_i].path,
		.mode = S_IFREG | reached[_i].mode, .fs = &ext4,
	};

	ck_assert_uint_eq(judge_reach(&f, reached[_i].code), reached[_i].reach);
	noexec.noexec = true;
	f.fs = &noexec;
	ck_assert_uint_eq(judge_reach(&f, true), reached[_i].reach &
			  ~(JUDGE_BIT(JUDGE_EXEC) | JUDGE_BIT(JUDGE_MMAP)));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge");
	TCase *tc = tcase_create("judge");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, close_judge);
	tcase_add_test(tc, plain);
	tcase_add_test(tc, classes);
	tcase_add_test(tc, without_label);
	tcase_add_test(tc, without_label_of_smack);
	tcase_add_test(tc, idle);
	tcase_add_test(tc, leaks);
	tcase_add_test(tc, leak_of_a_refused_open);
	tcase_add_test(tc, leak_of_a_digest);
	tcase_add_test(tc, once);
	tcase_add_test(tc, subjects);
	tcase_add_test(tc, new_label);
	tcase_add_test(tc, own_segments);
	tcase_add_test(tc, unknown_content);
	tcase_add_test(tc, unknown_fs);
	tcase_add_test(tc, silent);
	tcase_add_test(tc, appended);
	tcase_add_loop_test(tc, appended_beside, 0, ARRAY_SIZE(besides));
	tcase_add_test(tc, appended_and_others);
	tcase_add_test(tc, packed);
	tcase_add_test(tc, budget);
	tcase_add_test(tc, threads);
	suite_add_tcase(s, tc);
	tc = tcase_create("reach");
	tcase_add_loop_test(tc, reach, 0, ARRAY_SIZE(reached));
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}