/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "kstmts.h"

/*
 * What kernels say of raw lines, of files of kernel lines, and of options that
 * do nothing to texts.
 */

/* ---- raw lines and files of kernel lines ---- */

static const struct source *text(const char *s)
{
	return source_new(&arena, "t", s, strlen(s), 0);
}

static struct ast_stmt *raw(const struct source *src, const char *line)
{
	struct ast_stmt *s = arena_new(&arena, struct ast_stmt);

	s->kind = AST_RAW;
	s->name = line;
	s->name_span = (struct span){ src, 4, src->len - 1 };
	vec_push(&arena, &ast.stmts, s);
	return s;
}

START_TEST(raw_line)
{
	struct ktarget t = target_of("6.12", KLSM_UNSET);
	struct ast_stmt *s = raw(text("raw \"measure func=BPRM_CHECK\";"),
				 "measure func=BPRM_CHECK");

	judge(&t);
	ck_assert_uint_eq(ds.n, 0);
	ck_assert_ptr_nonnull(s->raw);
	ck_assert_int_eq(s->raw->func, KHOOK_BPRM);
}
END_TEST

START_TEST(raw_line_refused)
{
	struct ktarget t = target_of("6.12", KLSM_UNSET);
	const struct source *src =
		text("raw \"measure fsname=\\\"\\\\ func=NONE_CHECK uid=0\";");
	struct ast_stmt *s = raw(src, "measure fsname=\"\\ func=NONE_CHECK "
				 "uid=0");
	struct span span;

	judge(&t);
	has_code(DIAG_UNKNOWN_HOOK);
	ck_assert_ptr_null(s->raw);
	/* the place is counted in the text as written, escapes and all */
	span = ds.v[0]->span;
	ck_assert_uint_eq(span.end - span.start, 15);
	ck_assert_int_eq(strncmp(src->text + span.start, "func=NONE_CHECK",
				 15), 0);
}
END_TEST

START_TEST(raw_line_without_a_rule)
{
	struct ktarget t = target_of("6.12", KLSM_UNSET);

	raw(text("raw \"# why\";"), "# why");
	judge(&t);
	has_code(DIAG_KERNEL_LINE);
}
END_TEST

START_TEST(raw_line_of_another_release)
{
	struct ktarget t = target_of("6.12", KLSM_UNSET);

	raw(text("raw \"dont_audit func=BPRM_CHECK\";"),
	    "dont_audit func=BPRM_CHECK");
	judge(&t);
	has_code(DIAG_NOT_IN_RELEASE);
}
END_TEST

START_TEST(kernel_file)
{
	struct ktarget t = target_of("6.12", KLSM_UNSET);
	const struct source *src = text(
		"# comment\n\nmeasure func=BPRM_CHECK\n"
		"measure func=NONE\naudit\nappraise path=/bin\n"
		"measure func=KEY_CHECK keyrings=.ima");

	ck_assert_uint_eq(check_kernel_lines(&strings, src, NULL, &t, &ds),
			  (uint64_t)1 << KCONFIG_IMA_MEASURE_ASYMMETRIC_KEYS);
	ck_assert_uint_eq(ds.n_errors, 2);
	ck_assert_uint_eq(ds.n_warnings, 1);
	ck_assert_int_eq(strncmp(src->text + ds.v[0]->span.start, "func=NONE",
				 9), 0);
	ck_assert_int_eq(strncmp(src->text + ds.v[1]->span.start, "path=", 5),
			 0);
}
END_TEST

START_TEST(which_language)
{
	static const struct {
		const char *text;
		bool kernel;
	} cases[] = {
		{ "measure func=BPRM_CHECK\n", true },
		{ "# c\n\n\t dont_measure fsmagic=0x9fa0\n", true },
		{ "measure\n", true },
		{ "audit", true },
		{ "measure path=/usr/bin/*\n", true },
		{ "func=BPRM_CHECK measure\n", true },
		{ "mesure func=BPRM_CHECK\n", true },
		{ "measure code;\n", false },
		{ "measure\n\tcode;\n", false },
		{ "measure code\n\tby root;\n", false },
		{ "measure, audit code\n;\n", false },
		{ "target kernel 6.1, selinux;\n", false },
		{ "within fs ext4 {\n", false },
		{ "raw \"measure func=BPRM_CHECK\";\n", false },
		{ "let mine=owner 0\n;", false },
		{ "", false }, { "\n\n", false },
		/* damaged, and still no statement */
		{ "\n# nothing\n", true },
		{ "1\n", true }, { "ima_policy=tcb\n", true },
		{ "/etc/ima/ima-policy\n", true },
		{ "echo \"measure func=BPRM_CHECK\" > policy\n", true },
		{ "measure func=BPRM_CHECK;\n", true },
		{ "measure func=KEY_CHECK keyrings=\".ima\"\n", true },
		{ "appraise fsuuid={{uuid}}\n", true },
		{ "appraise path=\"/etc/*\";\n", true },
		{ "// why\nmeasure func=BPRM_CHECK\n", true },
		{ "dnt_measure fsmagic=0x9fa0\n", true },
		{ "uid = 0\nmeasure func=BPRM_CHECK\n", true },
		{ "let label=owner 0;\n", false },
		{ "tag func=path \"/x\";\n", false },
		{ "measur code;\n", false }, { "1;\n", false },
		{ "measure code\nmeasure exec\n", false },
		{ "test \"a\" { exec \"/x\" => measure; }\n", false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(check_is_kernel_dialect(text(cases[i].text)) ==
			      cases[i].kernel, "%s", cases[i].text);
}
END_TEST

/* ---- what the kernel does not do with texts ---- */

static size_t count(enum diag_code code)
{
	size_t i, n = 0;

	for (i = 0; i < ds.n; i++)
		n += ds.v[i]->code == code;
	return n;
}

static struct ast_stmt *measure_text(enum ast_op_kind op, uint64_t pcr,
				     const char *template)
{
	struct ast_stmt *s = rule(false, KCLASS_MEASURE, op);

	add_option(s, AST_OPT_PCR, NULL);
	s->opts.v[0].number = pcr;
	add_option(s, AST_OPT_TEMPLATE, template);
	return s;
}

static void except(struct ast_stmt *s, enum ast_op_kind op,
		   struct ast_set *files)
{
	struct ast_except e = { .span = some_span(), .files = files };
	struct ast_op o = { .kind = op, .span = some_span() };

	vec_push(&arena, &e.ops, o);
	vec_push(&arena, &s->excepts, e);
}

START_TEST(text_options)
{
	static const struct {
		const char *release;
		enum ast_op_kind op;
		uint64_t pcr;
		const char *template;
		size_t errors;
	} v[] = {
		{ "6.12", AST_OP_KEY, 0, "ima-buf", 1 },
		{ "6.12", AST_OP_DATA, 0, "ima-buf", 1 },
		{ "6.12", AST_OP_KEXEC_CMDLINE, 0, "ima-buf", 1 },
		{ "5.4", AST_OP_KEXEC_CMDLINE, 0, "ima-buf", 1 },
		{ "6.12", AST_OP_KEY, 10, "ima", 1 },
		{ "6.12", AST_OP_KEY, 10, "d|n", 1 },
		{ "6.12", AST_OP_KEY, 0, "ima", 2 },
		{ "6.12", AST_OP_KEY, 10, "ima-ng", 0 },
		{ "6.12", AST_OP_KEXEC_KERNEL, 0, "ima", 0 },
		/* only where it takes in the command line */
		{ "6.12", AST_OP_ANY, 0, "ima", 2 },
		{ "5.10", AST_OP_ANY, 0, "ima", 2 },
		{ "5.4", AST_OP_ANY, 0, "ima", 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		struct ktarget t = target_of(v[i].release, KLSM_SELINUX);

		measure_text(v[i].op, v[i].pcr, v[i].template);
		judge(&t);
		ck_assert_msg(ds.n_errors == v[i].errors, "case %zu: %zu", i,
			      ds.n_errors);
		ck_assert_uint_eq(count(DIAG_TEXT_OPTION), v[i].errors);
		again();
	}
}
END_TEST

START_TEST(text_options_excepted)
{
	struct ktarget t = target_of("6.12", KLSM_SELINUX);
	struct ast_stmt *s;

	s = measure_text(AST_OP_ANY, 0, "ima");
	except(s, AST_OP_KEXEC_CMDLINE, NULL);
	judge(&t);
	ck_assert_uint_eq(ds.n_errors, 0);
	again();
	s = measure_text(AST_OP_ANY, 0, "ima");
	except(s, AST_OP_KEXEC_CMDLINE, leaf(AST_SET_OWNER));
	except(s, AST_OP_MODULE, NULL);
	judge(&t);
	ck_assert_uint_eq(ds.n_errors, 2);
	again();
	/* of what is exempt nothing is measured */
	s = measure_text(AST_OP_KEY, 0, "ima");
	s->exempt = true;
	judge(&t);
	ck_assert_uint_eq(ds.n_errors, 0);
}
END_TEST

START_TEST(text_lines)
{
	static const struct {
		const char *release, *line;
		size_t warnings;
	} v[] = {
		{ "6.12", "measure func=KEY_CHECK pcr=0", 1 },
		{ "6.12", "measure func=CRITICAL_DATA template=ima", 1 },
		{ "5.4", "measure func=KEXEC_CMDLINE pcr=0 template=ima", 1 },
		{ "6.12", "measure pcr=0", 1 },
		{ "5.10", "measure fowner=0 template=d|n", 1 },
		{ "5.4", "measure pcr=0", 0 },
		{ "6.12", "measure mask=^MAY_READ pcr=0", 0 },
		{ "6.12", "measure func=BPRM_CHECK pcr=0 template=ima", 0 },
		{ "6.12", "measure func=KEY_CHECK pcr=10 template=ima-ng", 0 },
		{ "6.12", "dont_measure func=KEY_CHECK", 0 },
		{ "6.12", "audit", 0 },
		/* the first match decides */
		{ "6.12", "measure func=KEXEC_CMDLINE\nmeasure pcr=0", 0 },
		{ "6.12", "dont_measure func=KEXEC_CMDLINE\n"
			  "measure uid=0 template=ima", 0 },
		{ "6.12", "measure func=KEXEC_CMDLINE pcr=11\n"
			  "measure func=KEXEC_CMDLINE pcr=0", 0 },
		{ "6.12", "measure\nmeasure fowner=0 pcr=0", 0 },
		{ "6.12", "measure func=KEXEC_CMDLINE pcr=0\n"
			  "measure pcr=0", 1 },
		{ "6.12", "measure pcr=0\nmeasure func=KEXEC_CMDLINE", 1 },
		{ "6.12", "measure func=KEXEC_CMDLINE uid=0\n"
			  "measure pcr=0", 1 },
		{ "6.12", "dont_measure func=KEXEC_CMDLINE obj_type=a_t\n"
			  "measure pcr=0", 1 },
		{ "6.12", "measure mask=MAY_READ\nmeasure pcr=0", 1 },
		{ "6.12", "measure func=BPRM_CHECK\nmeasure pcr=0", 1 },
		{ "6.12", "audit\nmeasure pcr=0", 1 },
		{ "6.12", "measure func=KEXEC_CMDLINE\n"
			  "measure func=KEY_CHECK pcr=0", 1 },
		{ "5.4", "measure\nmeasure func=KEXEC_CMDLINE pcr=0", 1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		struct ktarget t = target_of(v[i].release, KLSM_SELINUX);
		const struct source *src =
			source_new(&arena, "t", v[i].line,
				   strlen(v[i].line), 0);

		check_kernel_lines(&strings, src, NULL, &t, &ds);
		ck_assert_uint_eq(ds.n_errors, 0);
		ck_assert_msg(count(DIAG_TEXT_LINE) == v[i].warnings, "%s",
			      v[i].line);
		again();
	}
}
END_TEST

static struct ast_stmt *raw_line_of(const char *line)
{
	return raw(text("raw \"of the unit\";"), line);
}

/* the warnings of a raw line below what the unit has */
static size_t warned_below(void)
{
	struct ktarget t = target_of("6.12", KLSM_SELINUX);
	size_t n;

	raw_line_of("measure pcr=0");
	judge(&t);
	n = count(DIAG_TEXT_LINE);
	again();
	return n;
}

START_TEST(text_lines_raw)
{
	struct ast_stmt *s;

	ck_assert_uint_eq(warned_below(), 1);
	raw_line_of("measure func=KEXEC_CMDLINE");
	ck_assert_uint_eq(warned_below(), 0);
	raw_line_of("measure func=KEXEC_CMDLINE uid=0");
	ck_assert_uint_eq(warned_below(), 1);
	/* its path was taken out of the line */
	s = raw_line_of("measure func=KEXEC_CMDLINE");
	s->files = leaf(AST_SET_PATH);
	s->path_span = (struct span){ s->name_span.src, 4, 4 };
	ck_assert_uint_eq(warned_below(), 1);
}
END_TEST

START_TEST(text_lines_below_statements)
{
	struct ast_stmt *s, *w;

	rule(false, KCLASS_MEASURE, AST_OP_KEXEC_CMDLINE);
	ck_assert_uint_eq(warned_below(), 0);
	rule(true, KCLASS_MEASURE, AST_OP_ANY);
	ck_assert_uint_eq(warned_below(), 0);
	rule(false, KCLASS_AUDIT, AST_OP_ANY);
	ck_assert_uint_eq(warned_below(), 1);
	rule(false, KCLASS_MEASURE, AST_OP_EXEC);
	ck_assert_uint_eq(warned_below(), 1);
	s = rule(false, KCLASS_MEASURE, AST_OP_ANY);
	s->files = leaf(AST_SET_OWNER);
	ck_assert_uint_eq(warned_below(), 1);
	s = rule(false, KCLASS_MEASURE, AST_OP_ANY);
	s->subjects = leaf(AST_SET_UID);
	ck_assert_uint_eq(warned_below(), 1);
	s = rule(false, KCLASS_MEASURE, AST_OP_ANY);
	except(s, AST_OP_KEXEC_CMDLINE, NULL);
	ck_assert_uint_eq(warned_below(), 1);
	s = rule(false, KCLASS_MEASURE, AST_OP_ANY);
	ast.stmts.n = 0;
	w = arena_new(&arena, struct ast_stmt);
	w->kind = AST_WITHIN;
	w->files = leaf(AST_SET_OWNER);
	vec_push(&arena, &w->body, s);
	vec_push(&arena, &ast.stmts, w);
	ck_assert_uint_eq(warned_below(), 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("check_raw");
	TCase *tc = tcase_create("check_raw");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, raw_line);
	tcase_add_test(tc, raw_line_refused);
	tcase_add_test(tc, raw_line_without_a_rule);
	tcase_add_test(tc, raw_line_of_another_release);
	tcase_add_test(tc, kernel_file);
	tcase_add_test(tc, which_language);
	tcase_add_test(tc, text_options);
	tcase_add_test(tc, text_options_excepted);
	tcase_add_test(tc, text_lines);
	tcase_add_test(tc, text_lines_raw);
	tcase_add_test(tc, text_lines_below_statements);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
