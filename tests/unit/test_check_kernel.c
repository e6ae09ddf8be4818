/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "kstmts.h"

/* ---- every statement of one operation, condition and option ---- */

struct cond_case {
	enum ast_set_kind kind;		/* AST_SET_KINDS: none */
	unsigned int part;		/* LABEL: 0 user, 1 role, 2 type */
	const char *text[2];		/* in the kernel's line; one line each */
};

static const struct cond_case conds[] = {
	{ AST_SET_KINDS, 0, { "", NULL } },
	{ AST_SET_LABEL, 0, { " obj_user=x", NULL } },
	{ AST_SET_LABEL, 1, { " obj_role=x", NULL } },
	{ AST_SET_LABEL, 2, { " obj_type=x", NULL } },
	{ AST_SET_OWNER, 0, { " fowner=0", NULL } },
	{ AST_SET_GROUP, 0, { " fgroup=0", NULL } },
	{ AST_SET_FS, 0, { " fsname=x", NULL } },
	{ AST_SET_FS_SUBTYPE, 0, { " fs_subtype=x", NULL } },
	{ AST_SET_FSMAGIC, 0, { " fsmagic=0x1", NULL } },
	{ AST_SET_FSUUID, 0,
	  { " fsuuid=00000000-0000-0000-0000-000000000001", NULL } },
	{ AST_SET_USER, 0, { " uid=0", " euid=0" } },
	{ AST_SET_UID, 0, { " uid=0", NULL } },
	{ AST_SET_EUID, 0, { " euid=0", NULL } },
	{ AST_SET_GID, 0, { " gid=0", NULL } },
	{ AST_SET_EGID, 0, { " egid=0", NULL } },
	{ AST_SET_DOMAIN, 0, { " subj_type=x", NULL } },
	{ AST_SET_SUBJ_ROLE, 0, { " subj_role=x", NULL } },
	{ AST_SET_SUBJ_USER, 0, { " subj_user=x", NULL } },
};

struct opt_case {
	enum ast_opt_kind kind;		/* AST_OPT_KINDS: none */
	const char *word;
	const char *text;
	bool appraise, measure;		/* only such rules carry it */
};

static const struct opt_case opts[] = {
	{ AST_OPT_KINDS, NULL, "", false, false },
	{ AST_OPT_REQUIRING_DIGEST, NULL, "", true, false },
	{ AST_OPT_REQUIRING_SIGNATURE, NULL, " appraise_type=imasig",
	  true, false },
	{ AST_OPT_REQUIRING_MODSIG, NULL, " appraise_type=imasig|modsig",
	  true, false },
	{ AST_OPT_REQUIRING_VERITY_SIGNATURE, NULL,
	  " digest_type=verity appraise_type=sigv3", true, false },
	{ AST_OPT_ALGORITHMS, "sha256", " appraise_algos=sha256",
	  true, false },
	{ AST_OPT_ALGORITHMS, "sha512", " appraise_algos=sha512",
	  true, false },
	{ AST_OPT_ALGORITHMS, "tgr128", " appraise_algos=tgr128",
	  true, false },
	{ AST_OPT_PCR, NULL, " pcr=11", false, true },
	{ AST_OPT_TEMPLATE, "ima-ng", " template=ima-ng", false, true },
	{ AST_OPT_TEMPLATE, "evm-sig", " template=evm-sig", false, true },
	{ AST_OPT_TEMPLATE, "ima-sigv2", " template=ima-sigv2", false, true },
	{ AST_OPT_DIGEST_VERITY, NULL, " digest_type=verity", false, false },
	{ AST_OPT_ALLOW_DIRECT_IO, NULL, " permit_directio", false, false },
};

struct op_case {
	enum ast_op_kind kind;
	const char *text[2];
};

static const struct op_case ops[] = {
	{ AST_OP_EXEC, { " func=BPRM_CHECK", NULL } },
	{ AST_OP_EXEC_INTO, { " func=CREDS_CHECK", NULL } },
	{ AST_OP_MMAP, { " func=MMAP_CHECK", NULL } },
	{ AST_OP_MMAP_REQUESTED, { " func=MMAP_CHECK_REQPROT", NULL } },
	{ AST_OP_CODE, { " func=BPRM_CHECK", " func=MMAP_CHECK" } },
	{ AST_OP_OPEN, { " func=FILE_CHECK", NULL } },
	{ AST_OP_READ, { " func=FILE_CHECK mask=^MAY_READ", NULL } },
	{ AST_OP_WRITE, { " func=FILE_CHECK mask=^MAY_WRITE", NULL } },
	{ AST_OP_APPEND, { " func=FILE_CHECK mask=^MAY_APPEND", NULL } },
	{ AST_OP_READ_ONLY, { " func=FILE_CHECK mask=MAY_READ", NULL } },
	{ AST_OP_WRITE_ONLY, { " func=FILE_CHECK mask=MAY_WRITE", NULL } },
	{ AST_OP_APPEND_ONLY, { " func=FILE_CHECK mask=MAY_APPEND", NULL } },
	{ AST_OP_EXEC_OPEN, { " func=FILE_CHECK mask=MAY_EXEC", NULL } },
	{ AST_OP_MODULE, { " func=MODULE_CHECK", NULL } },
	{ AST_OP_FIRMWARE, { " func=FIRMWARE_CHECK", NULL } },
	{ AST_OP_KEXEC_KERNEL, { " func=KEXEC_KERNEL_CHECK", NULL } },
	{ AST_OP_KEXEC_INITRAMFS, { " func=KEXEC_INITRAMFS_CHECK", NULL } },
	{ AST_OP_KEXEC_CMDLINE, { " func=KEXEC_CMDLINE", NULL } },
	{ AST_OP_POLICY, { " func=POLICY_CHECK", NULL } },
	{ AST_OP_KEY, { " func=KEY_CHECK", NULL } },
	{ AST_OP_DATA, { " func=CRITICAL_DATA", NULL } },
	{ AST_OP_XATTR, { " func=SETXATTR_CHECK", NULL } },
	{ AST_OP_ANY, { "", NULL } },
};

static_assert(ARRAY_SIZE(ops) == AST_OP_KINDS, "every operation");

struct one_case {
	const struct ktarget *t;
	bool exempt;
	enum kclass class;
	const struct op_case *op;
	const struct cond_case *cond;
	const struct opt_case *opt;
};

/* does the target's kernel take each line that the statement comes to? */
static bool kernel_takes(const struct one_case *c, char *line, size_t size)
{
	static const char *const actions[] = { "measure", "appraise", "audit",
					       "hash" };
	struct kd_out out;
	size_t i, j;

	for (i = 0; i < 2 && c->op->text[i]; i++)
		for (j = 0; j < 2 && c->cond->text[j]; j++) {
			int n = snprintf(line, size, "%s%s%s%s%s",
					 c->exempt ? "dont_" : "",
					 actions[c->class], c->op->text[i],
					 c->cond->text[j], c->opt->text);

			if (kdialect_parse(c->t, &strings, line, (size_t)n,
					   &out) != KD_RULE)
				return false;
		}
	return true;
}

static bool check_takes(const struct one_case *c)
{
	struct ast_stmt *s = rule(c->exempt, c->class, c->op->kind);

	if (c->cond->kind != AST_SET_KINDS) {
		struct ast_set *set = leaf(c->cond->kind);

		if (c->cond->kind == AST_SET_LABEL)
			*(c->cond->part == 0 ? &set->user :
			  c->cond->part == 1 ? &set->role : &set->type) = "x";
		if (c->cond->kind >= AST_SET_USER)
			s->subjects = set;
		else
			s->files = set;
	}
	if (c->opt->kind != AST_OPT_KINDS)
		add_option(s, c->opt->kind, c->opt->word);
	judge(c->t);
	return ds.n_errors == 0;
}

/*
 * Statements that the kernel takes and that are refused all the same: what
 * they say is not what the kernel would do.
 */
static bool means_something_else(const struct one_case *c)
{
	bool cond = c->cond->kind != AST_SET_KINDS;
	bool verity = c->opt->kind == AST_OPT_DIGEST_VERITY ||
		      c->opt->kind == AST_OPT_REQUIRING_VERITY_SIGNATURE;

	if ((c->op->kind == AST_OP_KEY || c->op->kind == AST_OP_DATA) &&
	    c->cond->kind == AST_SET_GID)
		return true;
	if (c->op->kind == AST_OP_XATTR && cond)
		return true;
	/* 5.4 takes any mix of conditions */
	if (c->t->release.minor == 4)
		return true;
	/* rules that the kernel takes and that do nothing, or deny it all */
	return (verity && c->t->config[KCONFIG_FS_VERITY] == KTRI_NO) ||
	       (c->class == KCLASS_APPRAISE && !c->exempt &&
		c->t->config[KCONFIG_IMA_APPRAISE] == KTRI_NO);
}

static bool carried(const struct one_case *c)
{
	if (c->opt->appraise)
		return c->class == KCLASS_APPRAISE && !c->exempt;
	if (c->opt->measure)
		return c->class == KCLASS_MEASURE && !c->exempt;
	return true;
}

static void compare(const struct one_case *c, size_t counts[2])
{
	char line[256];
	bool kernel, check;

	if (!carried(c))
		return;
	kernel = kernel_takes(c, line, sizeof(line));
	check = check_takes(c);
	counts[check]++;
	if (check && !kernel)
		ck_abort_msg("%u.%u lsm %d config %d refuses: %s",
			     c->t->release.major, c->t->release.minor,
			     (int)c->t->lsm, (int)c->t->config[0], line);
	if (kernel && !check && !means_something_else(c))
		ck_abort_msg("%u.%u takes: %s (%s)", c->t->release.major,
			     c->t->release.minor, line, ds.v[0]->text);
}

static void compare_target(const struct ktarget *t, size_t counts[2])
{
	struct one_case c = { .t = t };
	size_t i, j, k;

	for (c.class = 0; c.class < KCLASS_COUNT; c.class++)
		for (i = 0; i < 2 * ARRAY_SIZE(ops); i++) {
			c.exempt = i & 1;
			c.op = &ops[i / 2];
			again();
			for (j = 0; j < ARRAY_SIZE(conds); j++)
				for (k = 0; k < ARRAY_SIZE(opts); k++) {
					c.cond = &conds[j];
					c.opt = &opts[k];
					ast.stmts.n = 0;
					diags_init(&ds, &arena);
					compare(&c, counts);
				}
		}
}

static const char *const releases[] = { "5.4", "5.10", "5.15", "6.1", "6.12",
					"6.19", "7.1" };

START_TEST(as_the_kernel_does)
{
	struct ktarget t = target_of(releases[_i], KLSM_SELINUX);
	size_t counts[2] = { 0, 0 };

	compare_target(&t, counts);
	/* many of both kinds: neither answer is given for all */
	ck_assert_uint_gt(counts[true], 2000);
	ck_assert_uint_gt(counts[false], 2000);
}
END_TEST

START_TEST(as_the_kernel_does_by_config)
{
	static const enum ktri states[] = { KTRI_NO, KTRI_YES };
	size_t i, j, counts[2] = { 0, 0 };

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		struct ktarget t = target_of(releases[_i], KLSM_SELINUX);

		for (j = 0; j < KCONFIG_COUNT; j++)
			t.config[j] = states[i];
		compare_target(&t, counts);
	}
	ck_assert_uint_gt(counts[true], 1000);
}
END_TEST

START_TEST(as_the_kernel_does_by_lsm)
{
	static const enum klsm lsms[] = { KLSM_UNSET, KLSM_NONE,
					  KLSM_APPARMOR, KLSM_SMACK };
	size_t i, counts[2] = { 0, 0 };

	for (i = 0; i < ARRAY_SIZE(lsms); i++) {
		struct ktarget t = target_of(releases[_i], lsms[i]);

		compare_target(&t, counts);
	}
	ck_assert_uint_gt(counts[true], 1000);
}
END_TEST

/* whoever judges, what is assumed is the same */
START_TEST(assumptions)
{
	static const struct {
		enum kclass class;
		enum ast_op_kind op;
		enum ast_opt_kind opt;
		enum kconfig option;
	} cases[] = {
		{ KCLASS_MEASURE, AST_OP_KEY, AST_OPT_KINDS,
		  KCONFIG_IMA_MEASURE_ASYMMETRIC_KEYS },
		{ KCLASS_APPRAISE, AST_OP_MODULE, AST_OPT_REQUIRING_MODSIG,
		  KCONFIG_IMA_APPRAISE_MODSIG },
		{ KCLASS_APPRAISE, AST_OP_EXEC,
		  AST_OPT_REQUIRING_VERITY_SIGNATURE, KCONFIG_FS_VERITY },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ktarget t = target_of("6.12", KLSM_UNSET);
		uint64_t bit = (uint64_t)1 << cases[i].option;
		struct ast_stmt *s;

		again();
		s = rule(false, cases[i].class, cases[i].op);
		if (cases[i].opt != AST_OPT_KINDS)
			add_option(s, cases[i].opt, NULL);
		ck_assert(judge(&t) & bit);
		ck_assert_uint_eq(ds.n_errors, 0);
		ck_assert_uint_eq(ds.n_warnings, 1);
		has_code(DIAG_ASSUMES_CONFIG);

		t.config[cases[i].option] = KTRI_YES;
		diags_init(&ds, &arena);
		ck_assert(!(judge(&t) & bit));
		ck_assert_uint_eq(ds.n, 0);

		t.config[cases[i].option] = KTRI_NO;
		diags_init(&ds, &arena);
		judge(&t);
		has_code(DIAG_NOT_IN_CONFIG);
	}
}
END_TEST

START_TEST(one_warning_an_option)
{
	struct ktarget t = target_of("6.12", KLSM_SELINUX);
	int i;

	t.config[KCONFIG_SECURITY_SELINUX] = KTRI_YES;
	for (i = 0; i < 3; i++) {
		struct ast_stmt *s = rule(false, KCLASS_MEASURE, AST_OP_EXEC);

		s->files = leaf(AST_SET_LABEL);
		s->files->type = "x";
	}
	ck_assert_uint_eq(judge(&t), (uint64_t)1 << KCONFIG_IMA_LSM_RULES);
	ck_assert_uint_eq(ds.n_warnings, 1);
}
END_TEST

/* ---- sets, lets, within, except ---- */

static struct ast_set *join(enum ast_set_kind kind, struct ast_set *l,
			    struct ast_set *r)
{
	struct ast_set *s = leaf(kind);

	s->left = l;
	s->right = r;
	return s;
}

START_TEST(all_leaves_are_seen)
{
	struct ktarget t = target_of("6.12", KLSM_UNSET);
	struct ast_stmt *s = rule(false, KCLASS_MEASURE, AST_OP_EXEC);
	struct ast_set *a = leaf(AST_SET_LABEL), *b = leaf(AST_SET_LABEL);

	a->type = b->type = "x";
	s->files = join(AST_SET_OR, leaf(AST_SET_FS),
			join(AST_SET_AND, join(AST_SET_NOT, a, NULL), b));
	s->subjects = leaf(AST_SET_DOMAIN);
	judge(&t);
	ck_assert_uint_eq(ds.n_errors, 3);
}
END_TEST

START_TEST(lets_are_followed)
{
	struct ktarget t = target_of("6.12", KLSM_UNSET);
	struct ast_stmt *let = NULL, *s;
	struct ast_set *set = leaf(AST_SET_FS_SUBTYPE), *ref;
	int i;

	/* each twice the one before: walked once each, or never done */
	for (i = 0; i < 64; i++) {
		let = arena_new(&arena, struct ast_stmt);
		let->kind = AST_LET;
		let->files = set;
		vec_push(&arena, &ast.stmts, let);
		ref = leaf(AST_SET_REF);
		ref->def = let;
		set = join(AST_SET_OR, ref, ref);
	}
	s = rule(false, KCLASS_MEASURE, AST_OP_EXEC);
	s->files = set;
	judge(&t);
	has_code(DIAG_NOT_IN_RELEASE);
	t = target_of("6.19", KLSM_UNSET);
	diags_init(&ds, &arena);
	judge(&t);
	ck_assert_uint_eq(ds.n, 0);
}
END_TEST

START_TEST(long_chain_of_lets)
{
	struct ktarget t = target_of("6.12", KLSM_UNSET);
	struct ast_set *set = leaf(AST_SET_FS_SUBTYPE);
	int i;

	for (i = 0; i < 200000; i++) {
		struct ast_stmt *let = arena_new(&arena, struct ast_stmt);

		let->kind = AST_LET;
		let->files = set;
		vec_push(&arena, &ast.stmts, let);
		set = leaf(AST_SET_REF);
		set->def = let;
	}
	rule(false, KCLASS_MEASURE, AST_OP_EXEC)->files = set;
	judge(&t);
	has_code(DIAG_NOT_IN_RELEASE);
}
END_TEST

START_TEST(within_counts)
{
	struct ktarget t = target_of("6.12", KLSM_UNSET);
	struct ast_stmt *w = arena_new(&arena, struct ast_stmt), *s;

	s = rule(false, KCLASS_MEASURE, AST_OP_EXEC);
	ast.stmts.n = 0;
	w->kind = AST_WITHIN;
	w->files = leaf(AST_SET_FS_SUBTYPE);
	vec_push(&arena, &w->body, s);
	vec_push(&arena, &ast.stmts, w);
	judge(&t);
	has_code(DIAG_NOT_IN_RELEASE);
}
END_TEST

START_TEST(except_counts)
{
	struct ktarget t = target_of("6.1", KLSM_UNSET);
	struct ast_stmt *s = rule(false, KCLASS_MEASURE, AST_OP_ANY);
	struct ast_except e = { .span = some_span() };
	struct ast_op o = { .kind = AST_OP_MMAP_REQUESTED,
			    .span = some_span() };

	e.subjects = leaf(AST_SET_DOMAIN);
	vec_push(&arena, &e.ops, o);
	vec_push(&arena, &s->excepts, e);
	judge(&t);
	ck_assert_uint_eq(ds.n_errors, 2);	/* the hook, and no LSM */
}
END_TEST

START_TEST(audit_exceptions)
{
	struct ktarget old = target_of("6.18", KLSM_UNSET);
	struct ktarget new = target_of("6.19", KLSM_UNSET);

	rule(true, KCLASS_AUDIT, AST_OP_EXEC);
	judge(&old);
	has_code(DIAG_NOT_IN_RELEASE);
	ck_assert_ptr_nonnull(ds.v[0]->notes);
	ck_assert_ptr_nonnull(strstr(ds.v[0]->notes->text, "6.19"));
	diags_init(&ds, &arena);
	judge(&new);
	ck_assert_uint_eq(ds.n, 0);
}
END_TEST

/* ---- meanings ---- */

START_TEST(exec_into_a_domain)
{
	static const struct {
		const char *release;
		bool ok;
	} cases[] = { { "6.14", true }, { "6.16", true }, { "6.17", false },
		      { "6.17.13", true }, { "6.18", false },
		      { "6.18.5", true }, { "6.19", true } };
	static const enum ast_op_kind hooks[] = { AST_OP_EXEC_INTO,
						  AST_OP_ANY };
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		for (j = 0; j < ARRAY_SIZE(hooks); j++) {
			struct ktarget t = target_of(cases[i].release,
						  KLSM_SELINUX);

			again();
			rule(false, KCLASS_MEASURE, hooks[j])->subjects =
				leaf(AST_SET_DOMAIN);
			judge(&t);
			ck_assert_msg((ds.n_errors == 0) == cases[i].ok,
				      "%s", cases[i].release);
			if (!cases[i].ok)
				ck_assert_int_eq(ds.v[ds.n - 1]->code,
						 DIAG_RELEASE_MEANING);
		}
}
END_TEST

START_TEST(kexec_command_line)
{
	struct ktarget t = target_of("5.4", KLSM_UNSET);

	rule(false, KCLASS_MEASURE, AST_OP_KEXEC_CMDLINE);
	judge(&t);
	ck_assert_uint_eq(ds.n_errors, 0);
	again();
	rule(false, KCLASS_MEASURE, AST_OP_KEXEC_CMDLINE)->subjects =
		leaf(AST_SET_UID);
	judge(&t);
	has_code(DIAG_RELEASE_MEANING);
	t = target_of("5.10", KLSM_UNSET);
	diags_init(&ds, &arena);
	judge(&t);
	ck_assert_uint_eq(ds.n_errors, 0);
}
END_TEST

START_TEST(any_and_the_command_line)
{
	struct ktarget t = target_of("5.7", KLSM_UNSET);

	rule(false, KCLASS_MEASURE, AST_OP_ANY);
	judge(&t);
	has_code(DIAG_RELEASE_MEANING);
	again();
	rule(false, KCLASS_APPRAISE, AST_OP_ANY);
	judge(&t);
	ck_assert_uint_eq(ds.n_errors, 0);
}
END_TEST

START_TEST(data_labels)
{
	static const struct {
		const char *release, *label;
		bool known;
	} cases[] = {
		{ "6.12", "selinux", true }, { "6.12", "device-mapper", true },
		{ "6.12", "modules", false }, { "6.12.117", "modules", true },
		{ "6.14", "modules", true }, { "6.12", "kernel_info", false },
		{ "6.12", "slinux", false }, { "6.18", "ima_kexec", true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ktarget t = target_of(cases[i].release, KLSM_UNSET);
		struct ast_word w = { cases[i].label, some_span() };

		struct ast_stmt *s;

		again();
		s = rule(false, KCLASS_MEASURE, AST_OP_DATA);
		vec_push(&arena, &s->ops.v[0].names, w);
		judge(&t);
		ck_assert_uint_eq(ds.n_errors, 0);
		ck_assert_msg((ds.n_warnings == 0) == cases[i].known,
			      "%s in %s", cases[i].label, cases[i].release);
		if (!cases[i].known)
			has_code(DIAG_NOT_EMITTED);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("check_kernel");
	TCase *tc = tcase_create("check_kernel");
	int n = (int)ARRAY_SIZE(releases), failed;
	SRunner *sr;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, as_the_kernel_does, 0, n);
	tcase_add_loop_test(tc, as_the_kernel_does_by_config, 0, n);
	tcase_add_loop_test(tc, as_the_kernel_does_by_lsm, 0, n);
	tcase_add_test(tc, assumptions);
	tcase_add_test(tc, one_warning_an_option);
	tcase_add_test(tc, all_leaves_are_seen);
	tcase_add_test(tc, lets_are_followed);
	tcase_add_test(tc, long_chain_of_lets);
	tcase_add_test(tc, within_counts);
	tcase_add_test(tc, except_counts);
	tcase_add_test(tc, audit_exceptions);
	tcase_add_test(tc, exec_into_a_domain);
	tcase_add_test(tc, kexec_command_line);
	tcase_add_test(tc, any_and_the_command_line);
	tcase_add_test(tc, data_labels);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
