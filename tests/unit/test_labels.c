/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "front.h"
#include "check_labels.h"

/* Labels against the names of a SELinux policy, which are made up here. */

static struct senames policy;

static void add_attribute(const char *name, const char *a, const char *b,
			  const char *c)
{
	const char *types[] = { a, b, c };
	size_t n = 0;

	while (n < ARRAY_SIZE(types) && types[n])
		n++;
	senames_add_attribute(&policy, name, types, n);
}

static void names_setup(void)
{
	setup();
	senames_init(&policy, &arena, &strings, "a policy");
	senames_add(&policy, SENAME_TYPE, "z_log_t");
	senames_add(&policy, SENAME_TYPE, "init_t");
	senames_add(&policy, SENAME_TYPE, "bin_t");
	senames_add(&policy, SENAME_TYPE, "a_log_t");
	senames_add_alias(&policy, "log_t", "z_log_t");
	add_attribute("logfile", "z_log_t", "a_log_t", "z_log_t");
	add_attribute("file_type", "z_log_t", "bin_t", "a_log_t");
	add_attribute("domain", "init_t", NULL, NULL);
	add_attribute("empty", NULL, NULL, NULL);
	senames_add(&policy, SENAME_USER, "system_u");
	senames_add(&policy, SENAME_ROLE, "object_r");
	senames_add(&policy, SENAME_CLASS, "file");
	senames_finish(&policy);
}

/* as the front end, with the policy at hand */
static const char *checked(const char *text)
{
	static const struct include_ops ops = { fake_identify, fake_read,
						NULL };
	static const struct include_env env = { .ops = &ops,
						.parse = grammar_parse };
	struct source *src;

	teardown();
	names_setup();
	src = ast_add_source(&ast, "t.imapol", "t.imapol", text, strlen(text));
	ast.selinux = &policy;
	grammar_parse(&ast, src, &ds, &ast.stmts);
	include_load(&ast, &env, &ds);
	check_labels(&ast, &ds);
	check_names(&ast, NULL, &ds);
	check_values(&ast, &ds);
	return codes();
}

static const char *lines(const char *text)
{
	teardown();
	names_setup();
	check_label_lines(&policy, source_new(&arena, "t.ima", text,
					      strlen(text), 0), &ds);
	return codes();
}

/* ---- the table ---- */

START_TEST(finding)
{
	ck_assert_ptr_null(senames_find(&policy, SENAMES_TYPES, "system_u"));
	ck_assert_ptr_null(senames_find(&policy, SENAMES_USERS, ""));
	ck_assert_int_eq(senames_find(&policy, SENAMES_TYPES, "log_t")->kind,
			 SENAME_ALIAS);
	ck_assert_str_eq(senames_real(&policy, "log_t"), "z_log_t");
	ck_assert_str_eq(senames_real(&policy, "none_t"), "none_t");
	ck_assert_str_eq(senames_real(NULL, "log_t"), "log_t");
	ck_assert(senames_has(&policy, "logfile", "log_t"));
	ck_assert(senames_has(&policy, "logfile", "a_log_t"));
	ck_assert(!senames_has(&policy, "logfile", "bin_t"));
	ck_assert(!senames_has(&policy, "empty", "bin_t"));
	ck_assert(!senames_has(&policy, "bin_t", "bin_t"));
	ck_assert(!senames_has(&policy, "none", "bin_t"));
}
END_TEST

START_TEST(members_in_order)
{
	const struct sename *s = senames_find(&policy, SENAMES_TYPES,
					      "logfile");

	ck_assert_uint_eq(s->types.n, 2);
	ck_assert_str_eq(s->types.v[0], "a_log_t");
	ck_assert_str_eq(s->types.v[1], "z_log_t");
}
END_TEST

START_TEST(a_rule_settled)
{
	struct krule r;

	krule_init(&r, KCLASS_MEASURE, false);
	r.lsm[KLSM_OBJ_TYPE] = "log_t";
	r.lsm[KLSM_OBJ_USER] = "log_t";
	senames_settle(&policy, &r);
	ck_assert_str_eq(r.lsm[KLSM_OBJ_TYPE], "z_log_t");
	ck_assert_str_eq(r.lsm[KLSM_OBJ_USER], "log_t");
	ck_assert_ptr_null(r.lsm[KLSM_SUBJ_TYPE]);
}
END_TEST

/* ---- the language ---- */

START_TEST(what_is_said)
{
	static const struct front_case cases[] = {
		{ "measure read of label bin_t;", "" },
		{ "measure read of label \"system_u:object_r:bin_t\" by domain "
		  "init_t & subj-user system_u & subj-role object_r;", "" },
		{ "measure read of label \"system_u:*:*\";", "" },
		{ "measure read of label bni_t;", "unknown-label" },
		{ "measure read of label \"bin_t:system_u:object_r\";",
		  "unknown-label unknown-label unknown-label" },
		{ "measure read by domain file;", "unknown-label" },
		{ "measure read by subj-user object_r;", "unknown-label" },
		{ "measure read by subj-role system_u;", "unknown-label" },
		{ "measure read of label log_t;", "label-alias" },
		{ "measure read of label logfile;", "attribute-as-type" },
		{ "measure read by domain domain;", "syntax" },
		{ "measure read by domain \"domain\";", "attribute-as-type" },
		{ "measure read of label init_t;", "label-place" },
		{ "measure read by domain log_t;", "label-alias label-place" },
		{ "measure read of attribute logfile;", "" },
		{ "measure read of attribute logfiles;", "unknown-attribute" },
		{ "measure read of attribute empty;", "unknown-attribute" },
		{ "measure read of attribute bin_t;", "unknown-attribute" },
		{ "measure read of attribute system_u;", "unknown-attribute" },
		{ "let x = label nix;", "unknown-label" },
		{ "within label nix { measure read; }", "unknown-label" },
		{ "measure read except of label nix;", "unknown-label" },
		{ "measure read except by domain nix;", "unknown-label" },
		{ "measure read of !(label bin_t | label nix);",
		  "unknown-label" },
		{ "test \"x\" { exec \"/x\" label nix owner 0 by domain none"
		  " => nothing; }", "unknown-label unknown-label" },
		/* in a test, what has a label is not asked */
		{ "test \"x\" { exec \"/x\" label init_t owner 0 => nothing; }",
		  "" },
		{ "raw \"measure obj_type=nix\";", "unknown-label" },
		{ "raw \"measure obj_type=logfile subj_type=log_t\";",
		  "bare-attribute label-alias label-place" },
		/* wrong otherwise, and said once */
		{ "measure read of label \"a b\";", "bad-text" },
		{ "measure read by domain \"\";", "bad-text" },
		{ NULL, NULL }
	};
	const struct front_case *c;

	for (c = cases; c->text; c++)
		ck_assert_msg(!strcmp(checked(c->text), c->codes),
			      "%s\n  wanted: %s\n  got:    %s\n%s", c->text,
			      c->codes, codes(), rendered());
}
END_TEST

/* leaves of an OR, in their order, joined by blanks */
static void put_types(const struct ast_set *s, struct buf *out)
{
	if (s->kind == AST_SET_OR) {
		put_types(s->left, out);
		put_types(s->right, out);
		return;
	}
	ck_assert_int_eq(s->kind, AST_SET_LABEL);
	ck_assert_ptr_null(s->user);
	ck_assert_ptr_null(s->role);
	buf_printf(out, "%s ", s->type);
}

START_TEST(an_attribute_is_its_types)
{
	const struct ast_set *first, *second;
	struct buf b;

	ck_assert_str_eq(checked("let l = attribute logfile;"
				 "measure read of l;"
				 "measure read of attribute logfile;"
				 "measure read of attribute \"domain\";"), "");
	first = ast_deref(ast.stmts.v[1]->files);
	second = ast_deref(ast.stmts.v[2]->files);
	ck_assert_ptr_eq(first, second);
	buf_init(&b, &arena);
	put_types(first, &b);
	put_types(ast_deref(ast.stmts.v[3]->files), &b);
	ck_assert_str_eq(b.s, "a_log_t z_log_t init_t ");
	/* as written, to who asks for that */
	ck_assert_int_eq(ast.stmts.v[2]->files->kind, AST_SET_ATTRIBUTE);
	ck_assert(senames_find(&policy, SENAMES_TYPES, "logfile")->expanded);
	ck_assert(!senames_find(&policy, SENAMES_TYPES, "file_type")->expanded);
}
END_TEST

START_TEST(an_alias_becomes_its_type)
{
	const struct ast_stmt *test;

	checked("measure read of label \"system_u:*:log_t\" by domain log_t;"
		"measure read of path \"/x\" allowing wider to label log_t, "
		"\"*:object_r:log_t\";"
		"test \"x\" { exec \"/x\" label log_t owner 0 => nothing; }");
	ck_assert_str_eq(ast.stmts.v[0]->files->type, "z_log_t");
	ck_assert_str_eq(ast.stmts.v[0]->files->user, "system_u");
	ck_assert_str_eq(ast.stmts.v[0]->subjects->name, "z_log_t");
	ck_assert_str_eq(ast.stmts.v[1]->opts.v[0].words.v[0].text, "z_log_t");
	ck_assert_str_eq(ast.stmts.v[1]->opts.v[0].words.v[1].text,
			 "*:object_r:z_log_t");
	test = ast.stmts.v[2];
	ck_assert_str_eq(test->tests.v[0].attrs.v[1].text, "z_log_t");
}
END_TEST

/* the size of a set counts the types of its attributes */
START_TEST(attributes_count_as_their_types)
{
	/* not in the arena, which each check starts anew */
	static char text[1024];
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	buf_puts(&b, "let l0 = attribute logfile;");
	for (i = 1; i < 20; i++)
		buf_printf(&b, "let l%zu = l%zu | l%zu;", i, i - 1, i - 1);
	ck_assert_uint_lt(b.len, sizeof(text));
	memcpy(text, b.s, b.len + 1);
	ck_assert_str_eq(checked(text), "too-large");
}
END_TEST

START_TEST(without_a_policy)
{
	fresh();
	front("measure read of label nix | attribute nix by domain nix;");
	ck_assert_str_eq(codes(), "attribute-not-lowered");
}
END_TEST

/* ---- edits ---- */

static const struct diag_edit *the_edit(void)
{
	ck_assert_uint_eq(ds.n, 1);
	return ds.v[0]->edits;
}

static const char *edited(const struct diag_edit *e)
{
	const char *text = e->span.src->text;
	struct buf b;

	buf_init(&b, &arena);
	buf_add(&b, text, e->span.start);
	buf_puts(&b, e->text);
	buf_puts(&b, text + e->span.end);
	return b.s;
}

START_TEST(edits)
{
	static const struct {
		const char *text, *edited;
		bool sure;
	} cases[] = {
		{ "measure read of label bni_t;", "measure read of label bin_t;",
		  false },
		{ "measure read of label logfile;",
		  "measure read of attribute logfile;", true },
		{ "measure read of attribute bin_t;",
		  "measure read of label bin_t;", true },
		{ "measure read of label \"*:object_r:log_t\";",
		  "measure read of label \"*:object_r:z_log_t\";", false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		checked(cases[i].text);
		ck_assert_ptr_nonnull(the_edit());
		ck_assert_str_eq(edited(the_edit()), cases[i].edited);
		ck_assert_int_eq(the_edit()->sure, cases[i].sure);
	}
	/* an attribute is no part of a label */
	checked("measure read of label \"*:*:logfile\";");
	ck_assert_ptr_null(the_edit());
}
END_TEST

/* ---- kernel lines ---- */

START_TEST(of_lines)
{
	ck_assert_str_eq(lines("measure obj_type=bin_t subj_type=init_t\n"
			       "# obj_type=nix\n \t#obj_type=nix\n\n"
			       "fsname=nix label=nix obj_type=\n"
			       "measure obj_type=a|b obj_type=u:r:t\n"), "");
	ck_assert_str_eq(lines("measure obj_type=nix\n"
			       "measure\tobj_user=bin_t obj_role=system_u\n"
			       "dont_measure subj_type=nix"),
			 "unknown-label unknown-label unknown-label "
			 "unknown-label");
	ck_assert_str_eq(lines("audit obj_type=log_t obj_type=logfile\n"
			       "audit obj_type=init_t\n"),
			 "label-alias bare-attribute label-place");
}
END_TEST

START_TEST(edits_of_lines)
{
	lines("measure func=FILE_CHECK obj_type=logfile uid=0\naudit\n");
	ck_assert_str_eq(edited(the_edit()),
			 "measure func=FILE_CHECK obj_type=a_log_t uid=0\n"
			 "measure func=FILE_CHECK obj_type=z_log_t uid=0\n"
			 "audit\n");
	ck_assert(!the_edit()->sure);
	lines("measure obj_type=system_u");
	ck_assert_str_eq(edited(the_edit()), "measure obj_user=system_u");
	lines("measure obj_type=file");
	ck_assert_ptr_null(the_edit());
}
END_TEST

int main(void)
{
	Suite *s = suite_create("labels");
	TCase *tc = tcase_create("labels");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, names_setup, teardown);
	tcase_add_test(tc, finding);
	tcase_add_test(tc, members_in_order);
	tcase_add_test(tc, a_rule_settled);
	tcase_add_test(tc, what_is_said);
	tcase_add_test(tc, an_attribute_is_its_types);
	tcase_add_test(tc, an_alias_becomes_its_type);
	tcase_add_test(tc, attributes_count_as_their_types);
	tcase_add_test(tc, without_a_policy);
	tcase_add_test(tc, edits);
	tcase_add_test(tc, of_lines);
	tcase_add_test(tc, edits_of_lines);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
