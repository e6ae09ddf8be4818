/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "compile.h"
#include "kdialect.h"
#include "ktargets.h"
#include "util.h"
#include "verify.h"

static struct arena arena;
static struct compile unit;

static void show(void)
{
	const struct diag_style style = { 0 };
	struct buf b;

	buf_init(&b, &arena);
	diags_render(&unit.diags, &style, &b);
	if (b.len)
		fputs(b.s, stderr);
}

/* a policy read and checked for a target; it has to be free of errors */
static void read_policy(const char *policy, const struct ktarget *t)
{
	arena_init(&arena);
	compile_init(&unit, &arena);
	compile_add_source(&unit, source_new(&arena, "p", policy,
					     strlen(policy), 0));
	compile_check(&unit);
	compile_check_target(&unit, t);
	if (unit.diags.n_errors)
		show();
	ck_assert_msg(unit.diags.n_errors == 0, "unfit for a test: %s", policy);
}

static bool prove(const struct ktarget *t, const char *lines, size_t len,
		  size_t budget)
{
	struct verify_input in = {
		.ast = &unit.ast, .target = t, .text = lines, .len = len,
		.diags = &unit.diags, .budget = budget,
	};
	bool equal = verify(&in);

	ck_assert_int_eq(equal, unit.diags.n_errors == 0);
	return equal;
}

static bool has_code(enum diag_code code)
{
	size_t i;

	for (i = 0; i < unit.diags.n; i++)
		if (unit.diags.v[i]->code == code)
			return true;
	return false;
}

static const struct pair {
	const char *policy, *lines;
} equal[] = {
	/* operations */
	{ "measure exec;", "measure func=BPRM_CHECK\n" },
	{ "measure code;", "measure func=BPRM_CHECK\nmeasure func=MMAP_CHECK\n" },
	{ "measure any;", "measure\n" },
	{ "measure read;", "measure func=FILE_CHECK mask=^MAY_READ\n" },
	{ "measure read-only;", "measure func=FILE_CHECK mask=MAY_READ\n" },
	{ "measure open;", "measure func=FILE_CHECK\n" },
	{ "measure exec;", "measure func=BPRM_CHECK mask=MAY_EXEC\n" },
	{ "measure exec;", "measure func=BPRM_CHECK mask=^MAY_EXEC\n" },
	{ "measure module;", "measure func=MODULE_CHECK mask=^MAY_READ\n" },
	{ "measure exec, mmap, mmap-requested, exec-into, exec-open;",
	  "measure mask=MAY_EXEC\n" },
	{ "measure write except append;",
	  "dont_measure func=FILE_CHECK mask=^MAY_APPEND\n"
	  "measure func=FILE_CHECK mask=^MAY_WRITE\n" },
	{ "measure exec;", "# a comment\n\nmeasure func=BPRM_CHECK\n" },
	/* lines that do nothing */
	{ "measure exec;", "measure func=BPRM_CHECK\n"
	  "measure func=BPRM_CHECK uid=0 pcr=11\n"
	  "measure func=BPRM_CHECK mask=MAY_READ pcr=11\n"
	  "dont_measure func=FILE_CHECK\n" },
	{ "exempt measure exec; measure exec by uid 0;", "" },
	/* users */
	{ "measure exec by root;", "measure func=BPRM_CHECK uid=0\n"
	  "measure func=BPRM_CHECK euid=0\n" },
	{ "measure exec by !root;", "dont_measure func=BPRM_CHECK uid=0\n"
	  "dont_measure func=BPRM_CHECK euid=0\nmeasure func=BPRM_CHECK\n" },
	{ "measure exec by uid 1000..1999;",
	  "dont_measure func=BPRM_CHECK uid<1000\n"
	  "dont_measure func=BPRM_CHECK uid>1999\nmeasure func=BPRM_CHECK\n" },
	{ "measure exec by uid 5..4294967294;",
	  "measure func=BPRM_CHECK uid>4\n" },
	{ "measure exec by euid >4;", "measure func=BPRM_CHECK euid>4\n" },
	{ "measure exec by uid 0 & euid 5;",
	  "dont_measure func=BPRM_CHECK uid>0\nmeasure func=BPRM_CHECK euid=5\n" },
	/* one of the ids lies below 6 or above 4: one of them is any at all */
	{ "measure exec by euid <6 | euid >4;", "measure func=BPRM_CHECK\n" },
	{ "measure exec by egid 7 & gid 1;",
	  "dont_measure func=BPRM_CHECK gid<1\n"
	  "dont_measure func=BPRM_CHECK gid>1\n"
	  "measure func=BPRM_CHECK egid=7\n" },
	{ "measure exec by domain init_t & subj-role r & subj-user u;",
	  "measure func=BPRM_CHECK subj_user=u subj_role=r subj_type=init_t\n" },
	/* files */
	{ "within owner 0 { measure exec except of group 7; }",
	  "dont_measure func=BPRM_CHECK fgroup=7\n"
	  "measure func=BPRM_CHECK fowner=0\n" },
	{ "let a = label a_t | label \"u:r:b_t\"; measure exec of a & !fs ext4;",
	  "dont_measure func=BPRM_CHECK fsname=ext4\n"
	  "measure func=BPRM_CHECK obj_type=a_t\n"
	  "measure func=BPRM_CHECK obj_user=u obj_role=r obj_type=b_t\n" },
	{ "measure exec of fsuuid \"AB000000-0000-0000-0000-00000000000F\";",
	  "measure func=BPRM_CHECK fsuuid=ab000000-0000-0000-0000-00000000000f\n" },
	{ "measure exec of fsmagic 0x9fa0;",
	  "measure func=BPRM_CHECK fsmagic=0x9fa0\n" },
	{ "within fs ext4 { within label a_t { measure exec; } measure read; }",
	  "measure func=BPRM_CHECK fsname=ext4 obj_type=a_t\n"
	  "measure func=FILE_CHECK mask=^MAY_READ fsname=ext4\n" },
	/* an exception goes on to what stands below */
	{ "measure exec pcr 11 except of label a_t; measure exec pcr 12;",
	  "measure func=BPRM_CHECK obj_type=a_t pcr=12\n"
	  "measure func=BPRM_CHECK pcr=11\n" },
	{ "measure exec, read except read by uid 1 except of owner 5;",
	  "dont_measure fowner=5\n"
	  "dont_measure func=FILE_CHECK uid=1\n"
	  "measure func=BPRM_CHECK\nmeasure func=FILE_CHECK mask=^MAY_READ\n" },
	/* keys and data */
	{ "measure key in \".ima\" | \"_ima\" by uid 0; measure data;",
	  "measure func=KEY_CHECK keyrings=_ima|.ima uid=0\n"
	  "measure func=CRITICAL_DATA\n" },
	{ "measure key; measure data \"selinux\" template ima-buf;",
	  "measure func=KEY_CHECK\n"
	  "measure func=CRITICAL_DATA label=selinux template=ima-buf\n" },
	/* options */
	{ "measure exec template ima-ng pcr 11;",
	  "measure func=BPRM_CHECK template=d-ng|n-ng pcr=11\n" },
	{ "measure exec digest verity;",
	  "measure func=BPRM_CHECK digest_type=verity\n" },
	{ "appraise exec requiring verity-signature;",
	  "appraise func=BPRM_CHECK digest_type=verity appraise_type=sigv3\n" },
	{ "appraise module requiring modsig algorithms sha256 | sha512;",
	  "appraise func=MODULE_CHECK appraise_type=imasig|modsig "
	  "appraise_algos=sha512,sha256\n" },
	{ "appraise exec requiring digest allowing direct-io;",
	  "appraise func=BPRM_CHECK permit_directio\n" },
	{ "within fs ext4 allowing direct-io { measure kexec-cmdline, exec; "
	  "measure read; }",
	  "measure func=KEXEC_CMDLINE fsname=ext4\n"
	  "measure func=BPRM_CHECK fsname=ext4\n"
	  "measure func=FILE_CHECK mask=^MAY_READ fsname=ext4 permit_directio\n" },
	/* a func-less rule takes the command line in, but reads no file there */
	{ "measure any allowing direct-io;",
	  "measure func=KEXEC_CMDLINE\nmeasure permit_directio\n" },
	/* classes do not meet, but for hash and appraise */
	{ "measure, appraise, audit exec;", "audit func=BPRM_CHECK\n"
	  "measure func=BPRM_CHECK\nappraise func=BPRM_CHECK\n" },
	{ "hash exec; appraise exec;", "appraise func=BPRM_CHECK\n" },
	{ "hash exec by uid 0; appraise exec by uid 0..5;",
	  "dont_appraise func=BPRM_CHECK uid>5\nappraise func=BPRM_CHECK\n" },
	{ "appraise exec; hash exec;",
	  "appraise func=BPRM_CHECK\nhash func=BPRM_CHECK\n" },
	{ "hash exec; exempt appraise exec; appraise any;",
	  "hash func=BPRM_CHECK\ndont_appraise func=BPRM_CHECK\nappraise\n" },
	{ "appraise, hash exec;",
	  "appraise func=BPRM_CHECK\nhash func=BPRM_CHECK\n" },
	{ "hash, appraise exec;", "appraise func=BPRM_CHECK\n" },
	/* what loading switches on */
	{ "appraise any requiring signature; appraise module requiring signature;",
	  "appraise appraise_type=imasig\n"
	  "appraise func=MODULE_CHECK appraise_type=imasig\n" },
	{ "appraise xattr algorithms sha256 | sha512;",
	  "appraise func=SETXATTR_CHECK appraise_algos=sha256,sha512\n" },
	/* raw lines */
	{ "raw \"measure func=BPRM_CHECK uid>5\"; measure exec by uid 5;",
	  "measure func=BPRM_CHECK uid>4\n" },
	{ "raw \"dont_measure mask=MAY_READ obj_type=a_t\"; measure open;",
	  "dont_measure func=FILE_CHECK mask=MAY_READ obj_type=a_t\n"
	  "measure func=FILE_CHECK\n" },
};

START_TEST(equal_pairs)
{
	const struct ktarget t = target_with_all("6.12");
	const struct pair *p = &equal[_i];

	read_policy(p->policy, &t);
	if (!prove(&t, p->lines, strlen(p->lines), 0)) {
		show();
		ck_abort_msg("not equal: %s", p->policy);
	}
	arena_free(&arena);
}
END_TEST

/* the third is a word of the message, where one is worth a test */
static const struct differing {
	const char *policy, *lines, *word;
} differing[] = {
	{ "measure exec;", "", "exec of any file" },
	{ "measure exec;", "measure\n", "open read" },
	{ "measure exec;", "measure func=MMAP_CHECK\n", "exec" },
	{ "exempt measure exec; measure any;", "measure\n", "no measure" },
	{ "measure read;", "measure func=FILE_CHECK mask=MAY_READ\n",
	  "open read write" },
	{ "measure read-only;", "measure func=FILE_CHECK mask=^MAY_READ\n",
	  "open read" },
	{ "measure open;", "measure func=FILE_CHECK mask=^MAY_READ\n",
	  "open write" },
	{ "measure write;", "measure func=FILE_CHECK mask=^MAY_APPEND\n", "" },
	/* two lines swapped */
	{ "measure exec by uid 0 pcr 11; measure exec pcr 12;",
	  "measure func=BPRM_CHECK pcr=12\n"
	  "measure func=BPRM_CHECK uid=0 pcr=11\n", "uid 0" },
	/* a bound that is off by one */
	{ "measure exec by uid 1000..1999;",
	  "dont_measure func=BPRM_CHECK uid<1000\n"
	  "dont_measure func=BPRM_CHECK uid>2000\nmeasure func=BPRM_CHECK\n",
	  "uid 2000" },
	{ "measure exec by uid >5;", "measure func=BPRM_CHECK uid>6\n",
	  "uid 6" },
	{ "measure exec by uid <4294967294;", "measure func=BPRM_CHECK\n",
	  "uid 4294967294" },
	/* real and effective */
	{ "measure exec by euid 0;", "measure func=BPRM_CHECK uid=0\n", "" },
	{ "measure exec by root;", "measure func=BPRM_CHECK euid=0\n",
	  "without CAP_SETUID" },
	{ "measure exec by root;", "measure func=BPRM_CHECK uid=0\n",
	  "euid 0" },
	/* no intervals of an effective id by complement */
	{ "measure exec by euid 1000..1999;",
	  "dont_measure func=BPRM_CHECK euid<1000\n"
	  "dont_measure func=BPRM_CHECK euid>1999\nmeasure func=BPRM_CHECK\n",
	  "with CAP_SETUID" },
	{ "measure exec by euid 5 & euid 7;", "", "with CAP_SETUID" },
	/* three ids at most, one of them the real one */
	{ "measure exec by euid 5 & euid 6 & euid 7;", "", "with CAP_SETUID" },
	{ "measure exec by uid 1 & euid 5 & euid 6;", "", "with CAP_SETUID" },
	{ "measure exec by !euid 0;", "measure func=BPRM_CHECK euid>0\n", "" },
	{ "measure exec by gid 5;", "measure func=BPRM_CHECK egid=5\n", "" },
	{ "measure exec of owner 5;", "measure func=BPRM_CHECK fgroup=5\n",
	  "" },
	/* an exception that does not fall through */
	{ "measure exec pcr 11 except of label a_t; measure exec pcr 12;",
	  "dont_measure func=BPRM_CHECK obj_type=a_t\n"
	  "measure func=BPRM_CHECK pcr=11\n", "label type a_t" },
	{ "within owner 0 { measure exec; }", "measure func=BPRM_CHECK\n",
	  "owner 1" },
	{ "measure exec of label \"u:*:a_t\";",
	  "measure func=BPRM_CHECK obj_type=a_t\n",
	  "a label user that nothing names" },
	{ "measure exec of fs ext4;", "measure func=BPRM_CHECK fsname=xfs\n",
	  "fs ext4" },
	{ "measure exec of fsmagic 0x1234 | fs ext4;",
	  "measure func=BPRM_CHECK fsmagic=0x1234\n", "fs ext4" },
	{ "measure exec by domain a_t;", "measure func=BPRM_CHECK obj_type=a_t\n",
	  "" },
	{ "measure key in \".ima\";", "measure func=KEY_CHECK\n",
	  "in a ring that nothing names" },
	{ "measure data \"selinux\";", "measure func=CRITICAL_DATA label=x\n",
	  "data \"selinux\"" },
	{ "measure key by uid 0;", "measure func=KEY_CHECK gid=0\n", "key" },
	/* options */
	{ "measure exec pcr 11;", "measure func=BPRM_CHECK\n", "pcr 11" },
	{ "measure exec;", "measure func=BPRM_CHECK pcr=10\n", "pcr 10" },
	{ "measure exec template ima-sig;",
	  "measure func=BPRM_CHECK template=ima-ng\n", "ima-sig" },
	{ "appraise exec requiring signature;", "appraise func=BPRM_CHECK\n",
	  "requiring signature" },
	{ "appraise module requiring signature;",
	  "appraise func=MODULE_CHECK appraise_type=imasig|modsig\n",
	  "modsig" },
	{ "appraise exec algorithms sha256;",
	  "appraise func=BPRM_CHECK appraise_algos=sha512\n", "sha512" },
	{ "measure exec digest verity;", "measure func=BPRM_CHECK\n",
	  "digest verity" },
	{ "measure exec;", "measure func=BPRM_CHECK permit_directio\n",
	  "direct-io" },
	{ "exempt measure exec; measure any;",
	  "dont_measure func=BPRM_CHECK permit_directio\nmeasure\n", "exempts" },
	/* classes */
	{ "audit exec;", "measure func=BPRM_CHECK\n", "" },
	{ "hash exec; appraise exec;",
	  "appraise func=BPRM_CHECK\nhash func=BPRM_CHECK\n", "hash" },
	{ "appraise exec; hash exec;", "appraise func=BPRM_CHECK\n", "hash" },
	{ "hash exec; exempt appraise exec; appraise any;",
	  "dont_appraise func=BPRM_CHECK\nappraise\n", "hash" },
	/* what loading switches on */
	{ "appraise any requiring signature; appraise module requiring signature;",
	  "appraise appraise_type=imasig\n", "module" },
	{ "appraise any requiring signature;",
	  "appraise appraise_type=imasig\n"
	  "appraise func=POLICY_CHECK appraise_type=imasig\n", "policy" },
	{ "appraise xattr algorithms sha256;", "", "security.ima" },
	{ "appraise xattr algorithms sha256;",
	  "appraise func=SETXATTR_CHECK appraise_algos=sha512\n",
	  "security.ima" },
	{ "raw \"measure func=BPRM_CHECK uid>5\";",
	  "measure func=BPRM_CHECK uid>4\n", "uid 5" },
};

START_TEST(differing_pairs)
{
	const struct ktarget t = target_with_all("6.12");
	const struct differing *p = &differing[_i];
	const struct diag_style style = { 0 };
	struct buf b;

	read_policy(p->policy, &t);
	ck_assert_msg(!prove(&t, p->lines, strlen(p->lines), 0),
		      "taken for equal: %s", p->policy);
	ck_assert(has_code(DIAG_VERIFY_DIFFERS));
	buf_init(&b, &arena);
	diags_render(&unit.diags, &style, &b);
	ck_assert_msg(strstr(b.s, p->word) != NULL, "no \"%s\" in: %s",
		      p->word, b.s);
	arena_free(&arena);
}
END_TEST

/* in 5.4 the command line has a rule of its own or none */
START_TEST(command_line)
{
	const struct ktarget old = target_with_all("5.4"), now = target_with_all("6.12");
	const char any[] = "measure\n";
	const char both[] = "measure\nmeasure func=KEXEC_CMDLINE\n";

	read_policy("measure any, kexec-cmdline;", &old);
	ck_assert(!prove(&old, any, strlen(any), 0));
	arena_free(&arena);
	read_policy("measure any, kexec-cmdline;", &old);
	ck_assert(prove(&old, both, strlen(both), 0));
	arena_free(&arena);
	read_policy("measure any, kexec-cmdline;", &now);
	ck_assert(prove(&now, any, strlen(any), 0));
	arena_free(&arena);
}
END_TEST

static void refuses(const char *lines, size_t len)
{
	const struct ktarget t = target_with_all("6.12");

	read_policy("measure exec;", &t);
	ck_assert(!prove(&t, lines, len, 0));
	ck_assert(has_code(DIAG_VERIFY_REFUSED));
	arena_free(&arena);
}

START_TEST(bytes)
{
	static char line[VERIFY_LINE_MAX + 2];
	const struct ktarget t = target_with_all("6.12");

	refuses("measure func=BPRM_CHECK", 23);
	refuses("measure func=BPRM_CHECK\r\n", 25);
	refuses("measure func=BPRM_CHECK fsname=a\r\n", 34);
	refuses("measure func=BPRM_CHECK\0\n", 25);
	refuses("measure func=BPRM_CHECK # why\n", 30);
	refuses("measure func=EXEC\n", 18);
	refuses("measure func=BPRM_CHECK\nmeasure path=/x\n", 40);
	/* at the bound, and one past it */
	memset(line, 'x', sizeof(line));
	memcpy(line, "measure func=BPRM_CHECK fsname=", 31);
	line[VERIFY_LINE_MAX + 1] = '\n';
	refuses(line, VERIFY_LINE_MAX + 2);
	line[VERIFY_LINE_MAX] = '\n';
	read_policy("exempt measure exec;", &t);
	ck_assert(!prove(&t, line, VERIFY_LINE_MAX + 1, 0));
	ck_assert(has_code(DIAG_VERIFY_DIFFERS));
	arena_free(&arena);
}
END_TEST

/* past the budget nothing is proven, and it is said */
START_TEST(budget)
{
	const struct ktarget t = target_with_all("6.12");
	const char lines[] = "measure func=BPRM_CHECK uid=0\n"
			     "measure func=BPRM_CHECK fowner=7\n";
	size_t cells, proven = 0;

	for (cells = 1; cells < 400; cells++) {
		read_policy("measure exec by uid 0; measure exec of owner 7;",
			    &t);
		if (prove(&t, lines, strlen(lines), cells))
			proven++;
		else
			ck_assert(has_code(DIAG_VERIFY_BUDGET) &&
				  !has_code(DIAG_VERIFY_DIFFERS));
		arena_free(&arena);
	}
	ck_assert_uint_gt(proven, 0);
	ck_assert_uint_lt(proven, 399);
}
END_TEST

static bool starts(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/* what was compared can be shown, the verdict with it */
START_TEST(dump)
{
	const struct ktarget t = target_with_all("6.12");
	const char lines[] = "measure func=BPRM_CHECK euid=5\n"
			     "measure func=BPRM_CHECK euid=6\n"
			     "audit func=BPRM_CHECK uid=1\n";
	struct verify_input in = {
		.ast = &unit.ast, .target = &t, .text = lines,
		.len = strlen(lines), .diags = &unit.diags,
	};
	const char *audit, *all;
	struct buf b;

	read_policy("measure exec by euid 5..6; audit exec by uid 0;", &t);
	buf_init(&b, &arena);
	in.dump = &b;
	ck_assert(!verify(&in));
	ck_assert(starts(b.s, "measure: statement steps 1, runs of lines 1, "));
	audit = strchr(b.s, '\n') + 1;
	all = strchr(audit, '\n') + 1;
	ck_assert(starts(audit - strlen(" equal\n"), " equal\n"));
	ck_assert(starts(audit, "audit: statement steps 1, runs of lines 1, "));
	ck_assert(starts(all - strlen(" different\n"), " different\n"));
	ck_assert(starts(all, "all: lines 3, cells "));
	arena_free(&arena);
}
END_TEST

/* the place of a difference: the statement that decides, or the line's */
START_TEST(places)
{
	const struct ktarget t = target_with_all("6.12");
	const char policy[] = "measure exec by uid 0;\nmeasure read;\n";
	const char lines[] = "measure func=BPRM_CHECK uid=0\n"
			     "measure func=MODULE_CHECK\n"
			     "measure func=FILE_CHECK mask=^MAY_READ\n";
	struct span spans[3];
	struct verify_input in = {
		.target = &t, .text = lines, .len = strlen(lines),
		.lines = spans, .n_lines = ARRAY_SIZE(spans),
	};
	const struct source *src;

	read_policy(policy, &t);
	src = unit.ast.stmts.v[0]->span.src;
	spans[0] = spans[1] = (struct span){ src, 0, 22 };
	spans[2] = (struct span){ src, 23, 36 };
	in.ast = &unit.ast;
	in.diags = &unit.diags;
	ck_assert(!verify(&in));
	ck_assert_uint_eq(unit.diags.n, 1);
	ck_assert_ptr_eq(unit.diags.v[0]->span.src, src);
	ck_assert_uint_eq(unit.diags.v[0]->span.end, 22);
	ck_assert_ptr_nonnull(strstr(unit.diags.v[0]->text, "module"));
	arena_free(&arena);
}
END_TEST

/* ---- the regions of rules against the plain walk ---- */

static uint32_t seed = 1;

static uint32_t rnd(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 16) % n;
}

static const char *rnd_name(void)
{
	static const char *const names[] = { "a_t", "b_t", "c_t", "d_t" };

	return names[rnd(ARRAY_SIZE(names))];
}

/* a line that the kernel takes; made of the words that have to be right */
static void rnd_line(struct buf *b)
{
	static const char *const hooks[] = {
		"", " func=FILE_CHECK", " func=MMAP_CHECK", " func=BPRM_CHECK",
		" func=CREDS_CHECK", " func=MODULE_CHECK",
		" func=POLICY_CHECK", " func=KEXEC_CMDLINE", " func=KEY_CHECK",
		" func=CRITICAL_DATA",
	};
	static const char *const masks[] = {
		"MAY_READ", "MAY_WRITE", "MAY_EXEC", "MAY_APPEND" };
	static const char *const id_keys[] = { "uid", "euid", "gid", "egid" };
	static const char *const own_keys[] = { "fowner", "fgroup" };
	static const char *const names[] = {
		"fsname", "obj_type", "obj_user", "subj_type" };
	static const char ops[] = "=><";
	uint32_t hook = rnd(ARRAY_SIZE(hooks));
	bool buffer = hook >= 8;

	buf_printf(b, "measure%s", hooks[hook]);
	if (hook < 7 && rnd(3) == 0)
		buf_printf(b, " mask=%s%s", rnd(2) ? "^" : "",
			   masks[rnd(ARRAY_SIZE(masks))]);
	if (rnd(2))
		buf_printf(b, " %s%c%u", id_keys[buffer ? 0 : rnd(2)],
			   ops[rnd(3)], rnd(4));
	if (rnd(3) == 0)
		buf_printf(b, " %s%c%u", id_keys[2 + (buffer ? 0 : rnd(2))],
			   ops[rnd(3)], rnd(4));
	if (!buffer && rnd(3) == 0)
		buf_printf(b, " %s%c%u", own_keys[rnd(2)], ops[rnd(3)], rnd(4));
	if (!buffer && rnd(3) == 0)
		buf_printf(b, " %s=%s", names[rnd(ARRAY_SIZE(names))],
			   rnd_name());
	if (hook == 8 && rnd(2))
		buf_printf(b, " keyrings=%s|%s", rnd_name(), rnd_name());
	if (hook == 9 && rnd(2))
		buf_printf(b, " label=%s", rnd_name());
	if (!buffer && rnd(4) == 0)
		buf_puts(b, rnd(2) ? " fsmagic=0x11" : " fsmagic=0x22");
}

static const char *name_at(const struct space *sp, const struct witness *w,
			   enum space_dim dim)
{
	const char *s = space_atom_name(sp, dim, w->atom[dim]);

	return s ? s : "other";
}

/* the access that a point is */
static struct kaccess access_at(const struct space *sp, const struct witness *w)
{
	struct space_event e = space_event(sp, w->atom[SPACE_EVENT]);
	const char *name = e.name ? e.name : "other";
	struct kaccess a = { .hook = e.hook, .mask = e.mask,
			     .fs_subtype = "", .fsuuid = "" };
	unsigned int f;

	a.uid.real = space_atom_id(sp, SPACE_UID, w->atom[SPACE_UID]);
	a.uid.effective = space_atom_id(sp, SPACE_EUID, w->atom[SPACE_EUID]);
	a.uid.saved = space_atom_id(sp, SPACE_SUID, w->atom[SPACE_SUID]);
	a.uid.cap = w->atom[SPACE_CAP_SETUID];
	a.gid.real = space_atom_id(sp, SPACE_GID, w->atom[SPACE_GID]);
	a.gid.effective = space_atom_id(sp, SPACE_EGID, w->atom[SPACE_EGID]);
	a.gid.saved = space_atom_id(sp, SPACE_SGID, w->atom[SPACE_SGID]);
	a.gid.cap = w->atom[SPACE_CAP_SETGID];
	a.fowner = space_atom_id(sp, SPACE_OWNER, w->atom[SPACE_OWNER]);
	a.fgroup = space_atom_id(sp, SPACE_GROUP, w->atom[SPACE_GROUP]);
	if (!space_atom_fsmagic(sp, w->atom[SPACE_FSMAGIC], &a.fsmagic))
		a.fsmagic = 0x33;
	a.fsname = name_at(sp, w, SPACE_FSNAME);
	for (f = 0; f < KLSM_FIELDS; f++)
		a.lsm[f] = name_at(sp, w, space_lsm_dim(f));
	if (e.hook == KHOOK_KEY)
		a.keyring = name;
	if (e.hook == KHOOK_DATA)
		a.label = name;
	return a;
}

#define RULES 12

START_TEST(regions)
{
	const struct ktarget t = target_with_all(_i % 2 ? "5.4" : "6.12");
	struct krule rules[RULES];
	struct intern strings;
	struct space *sp;
	struct kd_out out;
	struct witness w;
	struct buf b;
	unsigned int i, k, d, hits = 0;

	seed = 1000 + (uint32_t)_i;
	arena_init(&arena);
	intern_init(&strings, &arena);
	sp = space_new(&arena, &t);
	for (i = 0; i < RULES;) {
		buf_init(&b, &arena);
		rnd_line(&b);
		if (kdialect_parse(&t, &strings, b.s, b.len, &out) != KD_RULE)
			continue;
		rules[i++] = out.rule;
		space_add_rule(sp, &out.rule);
	}
	space_finish(sp);
	for (i = 0; i < RULES; i++) {
		dd_ref region = access_rule_region(sp, &rules[i]);

		for (k = 0; k < 500; k++) {
			struct kaccess a;
			bool in;

			for (d = 0; d < SPACE_DIMS; d++)
				w.atom[d] = rnd(dd_width(space_dd(sp), d));
			/* every other point starts inside the region */
			if (k % 2 && dd_witness(space_dd(sp), region, w.atom,
						w.fixed))
				for (d = 0; d < SPACE_DIMS; d++)
					if (!w.fixed[d] || rnd(6) == 0)
						w.atom[d] = rnd(dd_width(
							space_dd(sp), d));
			a = access_at(sp, &w);
			/* a hook that the target lacks is never called */
			if (!kmodel_may(&t, kmodel_hook(a.hook)))
				continue;
			in = dd_eval(space_dd(sp), region, w.atom);
			ck_assert_int_eq(in, kdialect_rule_matches(
						 &t, &rules[i], &a));
			hits += in;
		}
	}
	ck_assert_uint_gt(hits, 100);
	arena_free(&arena);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("verify");
	TCase *tc = tcase_create("verify");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, equal_pairs, 0, (int)ARRAY_SIZE(equal));
	tcase_add_loop_test(tc, differing_pairs, 0,
			    (int)ARRAY_SIZE(differing));
	tcase_add_test(tc, command_line);
	tcase_add_test(tc, bytes);
	tcase_add_test(tc, budget);
	tcase_add_test(tc, dump);
	tcase_add_test(tc, places);
	tcase_add_loop_test(tc, regions, 0, 20);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
