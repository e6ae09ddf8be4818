/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdialect.h"
#include "ktargets.h"
#include "util.h"

static struct arena arena;
static struct intern in;

static void setup(void)
{
	arena_init(&arena);
	intern_init(&in, &arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

static struct kd_out parse_len(const struct ktarget *t, const char *line,
			       size_t len, enum kd_result want)
{
	struct kd_out out;
	/* no byte past the end, so that the sanitizer sees a step too far */
	char *exact = malloc(len ? len : 1);
	enum kd_result r;

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, line, len);
	r = kdialect_parse(t, &in, exact, len, &out);
	free(exact);
	ck_assert_msg(r == want, "%u.%u: '%.60s' gives %d, wanted %d: %s",
		      t->release.major, t->release.minor, line, r, want,
		      r == KD_REFUSED ? out.err.message : "-");
	if (r == KD_REFUSED) {
		ck_assert_ptr_nonnull(out.err.message);
		ck_assert_uint_lt(out.err.reason, KD_REASONS);
		ck_assert_uint_lt(out.err.start, out.err.end);
		ck_assert_uint_le(out.err.end, len);
	}
	return out;
}

static struct kd_out parse(const struct ktarget *t, const char *line,
			   enum kd_result want)
{
	return parse_len(t, line, strlen(line), want);
}

#define OK (-1)
#define EMPTY (-2)

struct vector {
	const char *release;
	const char *line;
	int want;	/* OK, EMPTY or the reason */
};

static void run(const struct vector *v, size_t n, enum klsm lsm)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct ktarget t = target_of(v[i].release, lsm);
		struct kd_out out;

		out = parse(&t, v[i].line, v[i].want == OK ? KD_RULE :
			    v[i].want == EMPTY ? KD_EMPTY : KD_REFUSED);
		if (v[i].want >= 0)
			ck_assert_msg(out.err.reason ==
				      (enum kd_reason)v[i].want,
				      "%s: '%s' is %s, wanted %s: %s",
				      v[i].release, v[i].line,
				      kd_reason_name(out.err.reason),
				      kd_reason_name(v[i].want),
				      out.err.message);
	}
}

static const struct vector syntax[] = {
	{ "6.1", "", EMPTY },
	{ "6.1", "  \t ", EMPTY },
	{ "6.1", " # a comment", EMPTY },
	{ "6.1", "#", EMPTY },
	{ "6.1", "# c\r", EMPTY },
	{ "6.1", "\r", KD_CARRIAGE_RETURN },
	{ "6.1", "measure", OK },
	{ "6.1", " \t measure \t func=FILE_CHECK  ", OK },
	{ "6.1", "func=FILE_CHECK measure", OK },
	{ "6.1", "func=FILE_CHECK", KD_NO_ACTION },
	{ "6.1", "measure measure", KD_TWO_ACTIONS },
	{ "6.1", "measure appraise", KD_TWO_ACTIONS },
	{ "6.1", "Measure", KD_UNKNOWN_TOKEN },
	{ "6.1", "measure=", KD_UNKNOWN_TOKEN },
	{ "6.1", "measure func=", KD_EMPTY_VALUE },
	{ "6.1", "measure fsname=", KD_EMPTY_VALUE },
	{ "6.1", "measure func", KD_EMPTY_VALUE },
	{ "6.1", "measure path=/bin", KD_PATH },
	{ "6.1", "measure uid!=0", KD_BAD_OPERATOR },
	{ "6.1", "measure uid>=0", KD_BAD_OPERATOR },
	{ "6.1", "measure uid<=0", KD_BAD_OPERATOR },
	{ "6.1", "measure func>FILE_CHECK", KD_BAD_OPERATOR },
	{ "6.1", "measure pcr<3", KD_BAD_OPERATOR },
	{ "6.1", "measure permit_directio", OK },
	{ "6.1", "measure permit_directio permit_directio", OK },
	{ "6.1", "measure permit_directio=1", KD_BAD_OPERATOR },
	{ "6.1", "measure # why", KD_TRAILING_COMMENT },
	{ "6.13", "measure #why", KD_TRAILING_COMMENT },
	{ "6.14", "measure #why", OK },
	{ "6.14", "measure # func=NOSUCH", OK },
	{ "6.14", "# measure", EMPTY },
	{ "6.14", "measure func=FILE_CHECK#c", KD_TRAILING_COMMENT },
	{ "6.1", "measure func=FILE_CHECK#c", KD_TRAILING_COMMENT },
	{ "6.1", "measure\r", KD_CARRIAGE_RETURN },
	{ "6.1", "measure func=FILE_CHECK\r", KD_CARRIAGE_RETURN },
	{ "6.1", "measure uid=0\r", KD_CARRIAGE_RETURN },
	{ "6.1", "measure mask=MAY_READ\r", KD_CARRIAGE_RETURN },
	{ "6.1", "measure fsname=ext4\r", OK },
	{ "6.1", "dont_audit", KD_NOT_IN_RELEASE },
	{ "6.18", "dont_audit", KD_NOT_IN_RELEASE },
	{ "6.19", "dont_audit", OK },
	{ "5.4", "hash func=FILE_CHECK", OK },
	{ "5.4", "dont_hash", OK },
};

static const struct vector values[] = {
	{ "6.1", "measure func=PATH_CHECK", OK },
	{ "6.1", "measure func=FILE_MMAP", OK },
	{ "6.1", "measure func=POST_SETATTR", KD_FOREIGN },
	{ "6.1", "measure func=file_check", KD_BAD_HOOK },
	{ "6.1", "measure func=FILE_CHECK func=FILE_CHECK", KD_DUPLICATE },
	{ "6.1", "measure mask=^MAY_READ", OK },
	{ "6.1", "measure mask=^^MAY_READ", KD_BAD_MASK },
	{ "6.1", "measure mask=MAY_ACCESS", KD_FOREIGN },
	{ "6.1", "measure mask=^", KD_BAD_MASK },
	{ "6.1", "measure mask=MAY_READ|MAY_EXEC", KD_VALUES },
	{ "6.1", "measure mask=MAY_READ mask=MAY_EXEC", KD_DUPLICATE },
	{ "6.1", "measure fsmagic=9fa0", OK },
	{ "6.1", "measure fsmagic=0X9FA0", OK },
	{ "6.1", "measure fsmagic=+0x9fa0", OK },
	{ "6.1", "measure fsmagic=0x+9fa0", KD_BAD_NUMBER },
	{ "6.1", "measure fsmagic=++1", KD_BAD_NUMBER },
	{ "6.1", "measure fsmagic=-1", KD_BAD_NUMBER },
	{ "6.1", "measure fsmagic=0x", KD_BAD_NUMBER },
	{ "6.1", "measure fsmagic=PROC_SUPER_MAGIC", KD_NAME },
	{ "6.1", "measure fsmagic=0xffffffffffffffff", OK },
	{ "6.1", "measure fsmagic=0x10000000000000000", KD_NUMBER_RANGE },
	{ "6.1", "measure fsmagic=0x10000000000000000z", KD_NUMBER_RANGE },
	{ "6.1", "measure fsmagic=1 fsmagic=2", KD_DUPLICATE },
	{ "6.1", "measure fsmagic=0 fsmagic=2", OK },
	{ "6.1", "measure fsmagic=0 fsmagic=2 fsmagic=3", KD_DUPLICATE },
	{ "6.1", "measure fsname=a fsname=b", OK },
	{ "6.18", "measure fs_subtype=sshfs", KD_NOT_IN_RELEASE },
	{ "6.19", "measure fs_subtype=sshfs", OK },
	{ "6.19", "measure fs_subtype=a fs_subtype=b", KD_DUPLICATE },
	{ "6.1", "measure fsuuid=6a3b7d0c-1b1c-4D5E-8f6a-0123456789ab", OK },
	{ "6.1", "measure fsuuid=6a3b7d0c-1b1c-4d5e-8f6a-0123456789abJUNK",
	  OK },
	{ "6.1", "measure fsuuid=6a3b7d0c-1b1c-4d5e-8f6a-0123456789a",
	  KD_BAD_UUID },
	{ "6.1", "measure fsuuid=6a3b7d0c1b1c4d5e8f6a0123456789abcdef",
	  KD_BAD_UUID },
	{ "6.1", "measure fsuuid=6a3b7d0c-1b1c-4d5e-8f6a-0123456789ag",
	  KD_BAD_UUID },
	{ "6.1", "measure fsuuid=00000000-0000-0000-0000-000000000000 "
	  "fsuuid=6a3b7d0c-1b1c-4d5e-8f6a-0123456789ab", OK },
	{ "6.1", "measure fsuuid=6a3b7d0c-1b1c-4d5e-8f6a-0123456789ab "
	  "fsuuid=00000000-0000-0000-0000-000000000000", KD_DUPLICATE },
	{ "6.1", "measure uid=0", OK },
	{ "6.1", "measure uid=+010", OK },
	{ "6.1", "measure uid=-0", KD_BAD_NUMBER },
	{ "6.1", "measure uid=0x10", KD_BAD_NUMBER },
	{ "6.1", "measure uid=root", KD_NAME },
	{ "6.1", "measure uid>4294967294", OK },
	{ "6.1", "measure uid=4294967295", KD_NUMBER_RANGE },
	{ "6.1", "measure uid=4294967296", KD_NUMBER_RANGE },
	{ "6.1", "measure uid=18446744073709551616", KD_NUMBER_RANGE },
	{ "6.1", "measure uid>1 uid<5", KD_DUPLICATE },
	{ "6.1", "measure uid=1 euid=1", KD_SHARED },
	{ "6.1", "measure gid=1 egid=1", KD_SHARED },
	{ "6.1", "measure uid=1 gid=1 fowner=1 fgroup<1", OK },
	{ "6.1", "measure fowner=1 fowner=1", KD_DUPLICATE },
	{ "5.15", "measure gid=1", KD_NOT_IN_RELEASE },
	{ "5.16", "measure gid=1", KD_NOT_IN_RELEASE },
	{ "5.16", "measure fgroup=1", KD_NOT_IN_RELEASE },
	{ "5.17", "measure egid>1", OK },
	{ "6.1", "measure pcr=0", OK },
	{ "6.1", "measure pcr=+63", OK },
	{ "6.1", "measure pcr=-0", OK },
	{ "6.1", "measure pcr=-", KD_BAD_NUMBER },
	{ "6.1", "measure pcr=-+0", KD_BAD_NUMBER },
	{ "6.1", "measure pcr=-1", KD_NUMBER_RANGE },
	{ "6.1", "measure pcr=64", KD_NUMBER_RANGE },
	{ "6.1", "measure pcr=1 pcr=99", KD_NUMBER_RANGE },
	{ "6.1", "measure pcr=1 pcr=2", OK },
	{ "6.1", "pcr=1 measure", OK },
	{ "5.4", "pcr=1 measure", KD_BAD_ORDER },
	{ "5.4", "measure pcr=1", OK },
	{ "6.1", "measure template=ima-ng", OK },
	{ "6.1", "measure template=d-ng|n-ng|sig", OK },
	{ "6.1", "measure template=ima-ng template=ima", KD_DUPLICATE },
	{ "6.1", "template=ima-ng measure", KD_BAD_ORDER },
	{ "6.1", "appraise template=ima-ng", KD_COMBINATION },
	{ "6.1", "dont_measure template=ima-ng", KD_COMBINATION },
	{ "6.1", "measure template=ima-sigv3", KD_FOREIGN },
	{ "6.1", "measure template=d-ng", KD_BAD_TEMPLATE },
	{ "5.15", "measure template=ima-ngv2", KD_NOT_IN_RELEASE },
	{ "5.19", "measure template=ima-ngv2", KD_NOT_IN_RELEASE },
	{ "6.1", "measure template=ima-ngv2", OK },
	{ "5.10", "measure template=evm-sig", KD_NOT_IN_RELEASE },
	{ "5.15", "measure template=evm-sig", OK },
};

static const struct vector appraise[] = {
	/* 6.1 has no name for it, whatever its modules hash with */
	{ "6.1", "appraise appraise_algos=sha3-256", KD_NOT_IN_RELEASE },
	{ "6.1", "appraise appraise_algos=sha256,sha3-512",
	  KD_NOT_IN_RELEASE },
	{ "6.12", "appraise appraise_algos=sha3-256", OK },
	{ "6.1", "appraise appraise_type=imasig", OK },
	{ "6.1", "appraise appraise_type=imasig appraise_type=imasig", OK },
	{ "6.1", "appraise_type=imasig appraise", OK },
	{ "5.4", "appraise_type=imasig appraise", KD_BAD_ORDER },
	{ "6.1", "measure appraise_type=imasig", KD_COMBINATION },
	{ "5.4", "measure appraise_type=imasig", KD_COMBINATION },
	{ "6.1", "dont_appraise appraise_type=imasig", KD_COMBINATION },
	{ "6.1", "appraise appraise_type=modsig", KD_FOREIGN },
	{ "6.1", "appraise appraise_type=verity", KD_BAD_TYPE },
	{ "6.1", "appraise func=MODULE_CHECK appraise_type=imasig|modsig",
	  OK },
	{ "6.1", "appraise_type=imasig|modsig func=MODULE_CHECK appraise",
	  OK },
	{ "5.4", "appraise func=MODULE_CHECK appraise_type=imasig|modsig",
	  OK },
	{ "5.4", "appraise appraise_type=imasig|modsig func=MODULE_CHECK",
	  KD_BAD_ORDER },
	{ "6.1", "appraise func=BPRM_CHECK appraise_type=imasig|modsig",
	  KD_COMBINATION },
	{ "6.1", "appraise func=POLICY_CHECK appraise_type=imasig|modsig",
	  KD_COMBINATION },
	{ "6.1", "appraise appraise_type=imasig|modsig", KD_COMBINATION },
	{ "6.1", "appraise digest_type=verity appraise_type=sigv3", OK },
	{ "6.1", "appraise digest_type=verity digest_type=verity "
	  "appraise_type=sigv3", OK },
	{ "6.1", "digest_type=verity appraise_type=sigv3 appraise", OK },
	{ "6.1", "appraise appraise_type=sigv3 digest_type=verity",
	  KD_BAD_ORDER },
	{ "6.1", "appraise appraise_type=imasig digest_type=verity",
	  KD_BAD_ORDER },
	{ "6.1", "appraise digest_type=verity appraise_type=imasig",
	  KD_COMBINATION },
	{ "6.1", "appraise appraise_type=sigv3", KD_BAD_ORDER },
	{ "6.1", "appraise digest_type=verity", KD_COMBINATION },
	{ "6.1", "appraise digest_type=sha256", KD_BAD_TYPE },
	{ "6.1", "measure digest_type=verity", OK },
	{ "6.1", "audit digest_type=verity", OK },
	{ "6.1", "dont_appraise digest_type=verity", OK },
	{ "6.1", "appraise func=MODULE_CHECK digest_type=verity "
	  "appraise_type=sigv3", KD_COMBINATION },
	{ "5.17", "measure digest_type=verity", KD_NOT_IN_RELEASE },
	{ "5.18", "measure digest_type=verity", KD_NOT_IN_RELEASE },
	{ "5.19", "measure digest_type=verity", OK },
	{ "7.0", "appraise appraise_type=sigv3", KD_BAD_ORDER },
	{ "7.1", "appraise appraise_type=sigv3", OK },
	{ "7.1", "appraise appraise_type=sigv3 digest_type=verity", OK },
	{ "7.1", "appraise digest_type=verity appraise_type=sigv3", OK },
	{ "7.1", "appraise digest_type=verity appraise_type=imasig",
	  KD_COMBINATION },
	{ "7.1", "appraise digest_type=verity", KD_COMBINATION },
	{ "7.1", "appraise func=MODULE_CHECK appraise_type=sigv3",
	  KD_NOT_IN_RELEASE },
	{ "7.1.3", "appraise func=MODULE_CHECK appraise_type=sigv3",
	  KD_NOT_IN_RELEASE },
	{ "7.1.5", "appraise func=MODULE_CHECK appraise_type=sigv3", OK },
	{ "7.1.5", "appraise func=MODULE_CHECK appraise_type=sigv3 "
	  "appraise_type=imasig|modsig", KD_COMBINATION },
	{ "7.0", "measure appraise_type=sigv3", KD_BAD_ORDER },
	{ "7.1", "measure appraise_type=sigv3", KD_COMBINATION },
	{ "5.4", "appraise appraise_flag=check_blacklist",
	  KD_NOT_IN_RELEASE },
	{ "6.1", "appraise func=MODULE_CHECK appraise_type=imasig|modsig "
	  "appraise_flag=check_blacklist", OK },
	{ "6.1", "appraise func=MODULE_CHECK appraise_type=imasig "
	  "appraise_flag=check_blacklist", KD_COMBINATION },
	{ "6.1", "appraise func=MODULE_CHECK appraise_type=imasig|modsig "
	  "appraise_flag=foo", KD_BAD_FLAG },
	{ "6.6", "audit appraise_flag=foo", OK },
	{ "5.14", "appraise appraise_algos=sha256", KD_NOT_IN_RELEASE },
	{ "5.15", "appraise appraise_algos=sha256,sha1,sha256", OK },
	{ "6.1", "appraise appraise_algos=sha256,", KD_BAD_ALGO },
	{ "6.1", "appraise appraise_algos=SHA256", KD_BAD_ALGO },
	{ "6.1", "appraise appraise_algos=nosuch", KD_BAD_ALGO },
	{ "6.1", "appraise appraise_algos=tgr192", KD_NOT_IN_RELEASE },
	{ "6.1", "appraise appraise_algos=sha1 appraise_algos=sha1",
	  KD_DUPLICATE },
	{ "6.1", "measure appraise_algos=sha256", KD_COMBINATION },
	{ "6.1", "dont_appraise appraise_algos=sha256", KD_COMBINATION },
};

static const struct vector matrix[] = {
	{ "6.2", "measure func=MMAP_CHECK_REQPROT", KD_NOT_IN_RELEASE },
	{ "6.3", "measure func=MMAP_CHECK_REQPROT", OK },
	{ "6.1", "appraise pcr=10", KD_COMBINATION },
	{ "6.1", "dont_measure pcr=10", KD_COMBINATION },
	{ "5.4", "appraise pcr=10", KD_COMBINATION },
	{ "6.1", "measure keyrings=.ima", KD_COMBINATION },
	{ "6.1", "measure func=FILE_CHECK label=selinux", KD_COMBINATION },
	{ "6.1", "measure func=KEXEC_CMDLINE", OK },
	{ "6.1", "dont_measure func=KEXEC_CMDLINE uid=0 fsmagic=1 fowner=3",
	  OK },
	{ "6.1", "measure func=KEXEC_CMDLINE obj_type=a_t", OK },
	{ "6.1", "measure func=KEXEC_CMDLINE mask=MAY_READ", KD_COMBINATION },
	{ "6.1", "measure func=KEXEC_CMDLINE permit_directio",
	  KD_COMBINATION },
	{ "6.1", "appraise func=KEXEC_CMDLINE", KD_COMBINATION },
	{ "6.1", "audit func=KEXEC_CMDLINE", KD_COMBINATION },
	{ "5.4", "audit func=KEXEC_CMDLINE mask=MAY_READ", OK },
	{ "5.4", "measure func=MODULE_CHECK uid=0 permit_directio", OK },
	{ "5.4", "measure func=KEY_CHECK", KD_NOT_IN_RELEASE },
	{ "5.5", "measure func=KEY_CHECK", KD_NOT_IN_RELEASE },
	{ "5.10", "measure func=KEY_CHECK keyrings=.ima|.evm", OK },
	{ "5.7", "measure func=KEY_CHECK keyrings=.ima", OK },
	{ "5.7", "measure keyrings=.ima func=KEY_CHECK", KD_BAD_ORDER },
	{ "5.10", "measure keyrings=.ima func=KEY_CHECK", OK },
	{ "6.1", "measure func=KEY_CHECK keyrings=.ima||.evm", KD_BAD_LIST },
	{ "6.1", "measure func=KEY_CHECK keyrings=|.ima", KD_BAD_LIST },
	{ "6.1", "measure func=KEY_CHECK keyrings=.ima|", KD_BAD_LIST },
	{ "6.1", "measure func=KEY_CHECK keyrings=a keyrings=b",
	  KD_DUPLICATE },
	{ "6.1", "measure func=KEY_CHECK uid>0 gid=3 pcr=4 template=ima-buf",
	  OK },
	{ "6.1", "measure func=KEY_CHECK euid=0", KD_COMBINATION },
	{ "6.1", "measure func=KEY_CHECK egid=0", KD_COMBINATION },
	{ "6.1", "measure func=KEY_CHECK fowner=0", KD_COMBINATION },
	{ "6.1", "measure func=KEY_CHECK fsname=a", KD_COMBINATION },
	{ "6.1", "measure func=KEY_CHECK mask=MAY_READ", KD_COMBINATION },
	{ "6.1", "measure func=KEY_CHECK subj_type=a_t", KD_COMBINATION },
	{ "6.1", "measure func=KEY_CHECK label=a", KD_COMBINATION },
	{ "6.1", "measure func=KEY_CHECK digest_type=verity",
	  KD_COMBINATION },
	{ "6.1", "appraise func=KEY_CHECK", KD_COMBINATION },
	{ "5.11", "measure func=CRITICAL_DATA", KD_NOT_IN_RELEASE },
	{ "5.12", "measure func=CRITICAL_DATA", KD_NOT_IN_RELEASE },
	{ "5.14", "measure func=CRITICAL_DATA", OK },
	{ "6.1", "measure func=CRITICAL_DATA label=any|thing uid=0", OK },
	{ "6.1", "measure func=CRITICAL_DATA label=a label=b", KD_DUPLICATE },
	{ "6.1", "measure func=CRITICAL_DATA keyrings=a", KD_COMBINATION },
	{ "6.1", "audit func=CRITICAL_DATA", KD_COMBINATION },
	{ "5.14", "appraise func=SETXATTR_CHECK", KD_NOT_IN_RELEASE },
	{ "6.1", "appraise func=SETXATTR_CHECK", KD_COMBINATION },
	{ "6.1", "appraise func=SETXATTR_CHECK appraise_algos=sha256", OK },
	{ "6.1", "appraise func=SETXATTR_CHECK appraise_algos=sha256 "
	  "obj_type=a_t", OK },
	{ "6.1", "appraise func=SETXATTR_CHECK appraise_algos=sha256 uid=0",
	  KD_COMBINATION },
	{ "6.1", "appraise func=SETXATTR_CHECK appraise_algos=sha256 "
	  "appraise_type=imasig", KD_COMBINATION },
	{ "6.1", "measure func=SETXATTR_CHECK", KD_COMBINATION },
	{ "6.1", "measure func=BPRM_CHECK mask=MAY_READ", OK },
	{ "6.1", "measure func=MODULE_CHECK template=ima-modsig", OK },
};

static const struct vector selinux[] = {
	{ "6.1", "measure obj_user=u obj_role=r obj_type=t subj_user=u "
	  "subj_role=r subj_type=t", OK },
	{ "5.4", "measure subj_type=init_t", OK },
	{ "6.1", "measure obj_type=a_t obj_type=b_t", KD_DUPLICATE },
	{ "6.1", "measure obj_type=a:b:c_t", KD_LSM },
	{ "6.1", "measure subj_user=_", KD_LSM },
	{ "6.1", "measure obj_type=a_t|b_t", KD_VALUES },
	{ "6.1", "measure obj_type=a_t\r", KD_CARRIAGE_RETURN },
	{ "6.1", "measure obj_type=", KD_EMPTY_VALUE },
};

static const struct vector apparmor[] = {
	{ "6.1", "measure subj_role=firefox", OK },
	{ "5.10", "measure subj_role=/usr/bin/man", OK },
	{ "5.9", "measure subj_role=firefox", KD_NOT_IN_RELEASE },
	{ "5.4", "measure subj_role=firefox", KD_NOT_IN_RELEASE },
	{ "6.1", "measure subj_type=firefox", KD_LSM },
	{ "6.1", "measure obj_role=firefox", KD_LSM },
};

static const struct vector smack[] = {
	{ "6.1", "measure subj_user=_ obj_user=^", OK },
	{ "6.1", "measure subj_user=-x", KD_LSM },
	{ "6.1", "measure obj_type=_", KD_LSM },
	{ "6.1", "measure subj_role=_", KD_LSM },
};

static const struct vector no_lsm[] = {
	{ "6.1", "measure obj_type=a_t", KD_LSM },
	{ "6.1", "measure subj_role=a_r", KD_LSM },
};

START_TEST(vectors)
{
	run(syntax, ARRAY_SIZE(syntax), KLSM_UNSET);
	run(values, ARRAY_SIZE(values), KLSM_UNSET);
	run(appraise, ARRAY_SIZE(appraise), KLSM_UNSET);
	run(matrix, ARRAY_SIZE(matrix), KLSM_SELINUX);
	run(selinux, ARRAY_SIZE(selinux), KLSM_SELINUX);
	run(apparmor, ARRAY_SIZE(apparmor), KLSM_APPARMOR);
	run(smack, ARRAY_SIZE(smack), KLSM_SMACK);
	run(no_lsm, ARRAY_SIZE(no_lsm), KLSM_NONE);
	run(no_lsm, ARRAY_SIZE(no_lsm), KLSM_UNSET);
	printf("%zu vectors\n", ARRAY_SIZE(syntax) + ARRAY_SIZE(values) +
	       ARRAY_SIZE(appraise) + ARRAY_SIZE(matrix) +
	       ARRAY_SIZE(selinux) + ARRAY_SIZE(apparmor) +
	       ARRAY_SIZE(smack) + 2 * ARRAY_SIZE(no_lsm));
}
END_TEST

/* ---- configuration and assumptions ---- */

#define BIT(c) ((uint64_t)1 << KCONFIG_##c)

START_TEST(assumptions)
{
	static const struct {
		const char *line;
		uint64_t assumes;
	} v[] = {
		{ "measure", 0 },
		{ "measure obj_type=a_t", BIT(IMA_LSM_RULES) },
		{ "measure func=KEY_CHECK keyrings=.ima",
		  BIT(IMA_MEASURE_ASYMMETRIC_KEYS) },
		{ "appraise func=MODULE_CHECK appraise_type=imasig|modsig",
		  BIT(IMA_APPRAISE_MODSIG) },
		{ "appraise appraise_algos=sha256", 0 },
		{ "appraise appraise_algos=sha384,sm3",
		  BIT(CRYPTO_SHA512) | BIT(CRYPTO_SM3) },
		{ "measure digest_type=verity", 0 },
	};
	struct ktarget t = target_of("6.12", KLSM_SELINUX);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		struct kd_out out = parse(&t, v[i].line, KD_RULE);

		ck_assert_uint_eq(out.assumes, v[i].assumes);
	}
}
END_TEST

START_TEST(options_off)
{
	static const struct {
		const char *line;
		enum kconfig option;
	} v[] = {
		{ "measure obj_type=a_t", KCONFIG_IMA_LSM_RULES },
		{ "measure subj_role=a_r", KCONFIG_SECURITY_SELINUX },
		{ "measure func=KEY_CHECK",
		  KCONFIG_IMA_MEASURE_ASYMMETRIC_KEYS },
		{ "appraise func=MODULE_CHECK appraise_type=imasig|modsig",
		  KCONFIG_IMA_APPRAISE_MODSIG },
		{ "appraise appraise_algos=sha1,sha512",
		  KCONFIG_CRYPTO_SHA512 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		struct ktarget t = target_of("6.12", KLSM_SELINUX);
		struct kd_out out;

		t.config[v[i].option] = KTRI_YES;
		out = parse(&t, v[i].line, KD_RULE);
		ck_assert_uint_eq(out.assumes & (uint64_t)1 << v[i].option, 0);
		t.config[v[i].option] = KTRI_NO;
		out = parse(&t, v[i].line, KD_REFUSED);
		ck_assert_int_eq(out.err.reason, KD_NOT_IN_CONFIG);
		ck_assert_ptr_nonnull(strstr(out.err.message,
					     kconfig_name(v[i].option)));
	}
}
END_TEST

/* ---- what an error says ---- */

START_TEST(places)
{
	static const struct {
		const char *line, *token, *remedy;
	} v[] = {
		{ "measure func=BRPM_CHECK uid=0", "func=BRPM_CHECK",
		  "BPRM_CHECK" },
		{ " measure func=INODE_PERM", "func=INODE_PERM",
		  "FILE_CHECK" },
		{ "appraise path=/usr/bin/* uid=0", "path=/usr/bin/*",
		  "own (`fsuuid=`)" },
		{ "appraise fowner=root", "fowner=root", "`root` is 0" },
		{ "measure fsmagic=PROC_SUPER_MAGIC uid=0",
		  "fsmagic=PROC_SUPER_MAGIC", "0x9fa0" },
		{ "measure fsmagic=tmpfs", "fsmagic=tmpfs", "0x1021994" },
		{ "appraise appraise_hash=sha256", "appraise_hash=sha256",
		  "appraise_algos" },
		{ "dont_measure fsmagic=0x9fa0  # proc", "# proc", "line" },
		{ "measure uid=$USER fowner=0", "uid=$USER", "template" },
		{ "dnt_measure", "dnt_measure", "dont_measure" },
		{ "measure fun=FILE_CHECK", "fun=FILE_CHECK", "func=" },
		{ "measure fsmgaic=1", "fsmgaic=1", "fsmagic=" },
		{ "measure \\", "\\", "join" },
		{ "measure func=FILE_CHECK uid=1 euid=2", "euid=2", "two" },
		{ "measure func=KEY_CHECK fsname=x", "fsname=x", "leave" },
		{ "func=FILE_CHECK uid=0 ", "func=FILE_CHECK uid=0",
		  "start it" },
		{ "dont_audit uid=0", "dont_audit", "6.19" },
		{ "appraise appraise_type=sigv3", "appraise_type=sigv3",
		  "digest_type=verity" },
		{ "measure mask=^MAY_OPENEXEC", "mask=^MAY_OPENEXEC",
		  "O_MAYEXEC" },
		{ "measure template=ima-sigv3", "template=ima-sigv3",
		  "ima-sigv2" },
	};
	struct ktarget t = target_of("6.12", KLSM_SELINUX);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		struct kd_error e = parse(&t, v[i].line, KD_REFUSED).err;

		ck_assert_uint_eq(e.end - e.start, strlen(v[i].token));
		ck_assert(!memcmp(v[i].line + e.start, v[i].token,
				  e.end - e.start));
		ck_assert_msg(e.remedy && strstr(e.remedy, v[i].remedy),
			      "'%s': %s", v[i].line, e.remedy);
	}
}
END_TEST

START_TEST(features)
{
	struct ktarget t = target_of("6.1", KLSM_UNSET);
	struct kd_error e = parse(&t, "measure fs_subtype=x", KD_REFUSED).err;

	ck_assert_uint_eq(e.feature, KF_KEY_FS_SUBTYPE);
	e = parse(&t, "measure func=MMAP_CHECK_REQPROT", KD_REFUSED).err;
	ck_assert_uint_eq(e.feature, KF_HOOK_MMAP_REQPROT);
	e = parse(&t, "measure fsmagic=10000000000000000", KD_REFUSED).err;
	ck_assert(e.erange);
	e = parse(&t, "measure uid=18446744073709551616", KD_REFUSED).err;
	ck_assert(e.erange);
	e = parse(&t, "measure uid=4294967295", KD_REFUSED).err;
	ck_assert(!e.erange);
	e = parse(&t, "measure pcr=18446744073709551616", KD_REFUSED).err;
	ck_assert(!e.erange);
}
END_TEST

START_TEST(bytes)
{
	struct ktarget t = target_of("6.1", KLSM_UNSET);
	struct kd_out out;
	char line[5000];

	out = parse_len(&t, "measure\0junk", 12, KD_REFUSED);
	ck_assert_int_eq(out.err.reason, KD_NUL);
	out = parse_len(&t, "# c\0", 4, KD_REFUSED);
	ck_assert_int_eq(out.err.reason, KD_NUL);
	memset(line, 'x', sizeof(line));
	memcpy(line, "measure fsname=", 15);
	parse_len(&t, line, 4095, KD_RULE);
	out = parse_len(&t, line, 4096, KD_REFUSED);
	ck_assert_int_eq(out.err.reason, KD_TOO_LONG);
	line[0] = '#';
	parse_len(&t, line, 4095, KD_EMPTY);
	parse_len(&t, line, 4096, KD_REFUSED);
	out = parse(&t, "measure fsname=ext4\r", KD_RULE);
	ck_assert(out.hidden_cr);
	ck_assert_str_eq(out.rule.fsname, "ext4\r");
	out = parse(&t, "measure fsname=ext4", KD_RULE);
	ck_assert(!out.hidden_cr);
	parse(&t, "measure fsname=\xff\xfe", KD_RULE);
}
END_TEST

/* ---- what a rule holds ---- */

START_TEST(rule_fields)
{
	struct ktarget t = target_of("6.12", KLSM_SELINUX);
	struct krule r;

	r = parse(&t, "measure func=FILE_CHECK mask=^MAY_APPEND fsmagic=10 "
		  "fsname=a fsname=b fsuuid=6A3B7D0C-1b1c-4d5e-8f6a-"
		  "0123456789abZZ euid>5 egid<6 fowner=7 fgroup>8 "
		  "obj_type=o_t subj_user=s_u pcr=3 pcr=12 "
		  "template=d-ng|n-ng|buf digest_type=verity "
		  "permit_directio", KD_RULE).rule;
	ck_assert(r.class == KCLASS_MEASURE && !r.dont);
	ck_assert_int_eq(r.func, KHOOK_FILE);
	ck_assert(r.has_mask && r.mask_in && r.mask == KMASK_APPEND);
	ck_assert(r.has_fsmagic && r.fsmagic == 0x10);
	ck_assert_str_eq(r.fsname, "b");
	ck_assert_str_eq(r.fsuuid, "6a3b7d0c-1b1c-4d5e-8f6a-0123456789ab");
	ck_assert(r.uid.op == KID_GT && r.uid.effective && r.uid.id == 5);
	ck_assert(r.gid.op == KID_LT && r.gid.effective && r.gid.id == 6);
	ck_assert(r.fowner.op == KID_EQ && r.fowner.id == 7);
	ck_assert(r.fgroup.op == KID_GT && r.fgroup.id == 8);
	ck_assert_str_eq(r.lsm[KLSM_OBJ_TYPE], "o_t");
	ck_assert_str_eq(r.lsm[KLSM_SUBJ_USER], "s_u");
	ck_assert_int_eq(r.pcr, 12);
	ck_assert_str_eq(r.template, "ima-buf");
	ck_assert(r.verity && r.directio && !r.sig && !r.algos);
	r = parse(&t, "dont_hash", KD_RULE).rule;
	ck_assert(r.class == KCLASS_HASH && r.dont && r.pcr == -1);
	ck_assert(!r.has_mask && !r.has_fsmagic && r.uid.op == KID_ANY);
	r = parse(&t, "appraise func=MODULE_CHECK appraise_type=imasig|modsig "
		  "appraise_algos=sha512,sha1 appraise_flag=check_blacklist",
		  KD_RULE).rule;
	ck_assert_uint_eq(r.sig, KSIG_IMASIG | KSIG_MODSIG);
	ck_assert_uint_eq(r.algos, 1u << 6 | 1u << 2);
	ck_assert(r.blacklist);
	r = parse(&t, "measure func=KEY_CHECK keyrings=.ima|_ima|x",
		  KD_RULE).rule;
	ck_assert_uint_eq(r.keyrings.n, 3);
	ck_assert_str_eq(r.keyrings.v[1], "_ima");
	r = parse(&t, "measure func=CRITICAL_DATA label=selinux",
		  KD_RULE).rule;
	ck_assert_uint_eq(r.labels.n, 1);
	ck_assert_ptr_eq(r.labels.v[0], intern_str(&in, "selinux"));
}
END_TEST

START_TEST(builtins_parse)
{
	static const char *const names[] = {
		"tcb", "ima_tcb", "appraise_tcb", "secure_boot",
		"critical_data", "build_time", "arch_efi", "dont_measure",
	};
	size_t nrel, i, k, n, c, total = 0;
	const struct krelease *all = kmodel_releases(&nrel);

	for (i = 0; i < nrel; i++)
		for (k = 0; k < ARRAY_SIZE(names); k++) {
			const char *const *lines;
			struct ktarget t;

			ktarget_init(&t, all[i]);
			for (c = 0; c < KCONFIG_COUNT; c++)
				t.config[c] = KTRI_YES;
			lines = kmodel_builtin(&arena, &t, names[k], &n);
			total += n;
			while (n--)
				parse(&t, lines[n], KD_RULE);
		}
	ck_assert_uint_gt(total, 2000);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kdialect");
	TCase *tc = tcase_create("kdialect");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, vectors);
	tcase_add_test(tc, assumptions);
	tcase_add_test(tc, options_off);
	tcase_add_test(tc, places);
	tcase_add_test(tc, features);
	tcase_add_test(tc, bytes);
	tcase_add_test(tc, rule_fields);
	tcase_add_test(tc, builtins_parse);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
