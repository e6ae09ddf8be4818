/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "front.h"

static struct span nowhere(void)
{
	return NO_SPAN;
}

START_TEST(words_are_all_there)
{
	unsigned int i;

	for (i = 0; i < AST_OP_KINDS; i++)
		ck_assert_ptr_nonnull(ast_op_word((enum ast_op_kind)i));
	for (i = 0; i < AST_SET_KINDS; i++)
		ck_assert_ptr_nonnull(ast_set_word((enum ast_set_kind)i));
	for (i = 0; i < AST_OPT_KINDS; i++)
		ck_assert_ptr_nonnull(ast_opt_word((enum ast_opt_kind)i));
	for (i = 0; i < KCLASS_COUNT; i++)
		ck_assert_ptr_nonnull(ast_class_word((enum kclass)i));
	ck_assert_str_eq(ast_op_word(AST_OP_EXEC_INTO), "exec-into");
	ck_assert_str_eq(ast_set_word(AST_SET_FS_SUBTYPE), "fs-subtype");
	ck_assert_str_eq(ast_opt_word(AST_OPT_ALLOW_WIDER), "allowing wider");
}
END_TEST

static size_t height(const struct ast_set *s)
{
	size_t l, r;

	if (!s)
		return 0;
	l = height(s->left);
	r = height(s->right);
	return (l > r ? l : r) + 1;
}

static void collect(const struct ast_set *s, size_t *next)
{
	if (s->kind == AST_SET_UID) {
		ck_assert_uint_eq(s->id.lo, *next);
		++*next;
		return;
	}
	ck_assert_int_eq(s->kind, AST_SET_OR);
	collect(s->left, next);
	collect(s->right, next);
}

START_TEST(chains_are_balanced_and_in_order)
{
	static const size_t sizes[] = { 1, 2, 3, 5, 1000, 100000 };
	size_t i, k, next;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ast_sets v = { 0 };
		struct ast_set *s;

		for (k = 0; k < sizes[i]; k++)
			vec_push(&arena, &v, ast_set_id(&ast, AST_SET_UID,
				ast_id_value(&ast, NULL, k, nowhere()),
				nowhere()));
		s = ast_set_chain(&ast, AST_SET_OR, &v);
		next = 0;
		collect(s, &next);
		ck_assert_uint_eq(next, sizes[i]);
		ck_assert_uint_le(height(s), 18);
	}
}
END_TEST

static void label(const char *text, bool good, const char *user,
		  const char *role, const char *type)
{
	const char *u, *r, *t;

	ck_assert_msg(ast_label_parts(&strings, text, &u, &r, &t) == good,
		      "%s", text);
	ck_assert_pstr_eq(u, user);
	ck_assert_pstr_eq(r, role);
	ck_assert_pstr_eq(t, type);
}

START_TEST(label_parts)
{
	label("bin_t", true, NULL, NULL, "bin_t");
	label("*", true, NULL, NULL, NULL);
	label("u:r:t", true, "u", "r", "t");
	label("u:*:t", true, "u", NULL, "t");
	label("*:*:t", true, NULL, NULL, "t");
	label("system_u:*:*", true, "system_u", NULL, NULL);
	label("a*:r:t", true, "a*", "r", "t");
	label("", false, NULL, NULL, NULL);
	label("u:r", false, NULL, NULL, NULL);
	label("u:r:t:s0", false, NULL, NULL, NULL);
	label("::t", false, NULL, NULL, NULL);
	label("u:r:", false, NULL, NULL, NULL);
}
END_TEST


static void visit(void *arg, const struct ast_context *ctx)
{
	struct buf *out = arg;
	size_t i;

	for (i = 0; i < ctx->n_within; i++)
		buf_printf(out, "%s/", ctx->within[i]->files->name);
	buf_printf(out, "%s ", ctx->rule->kind == AST_RAW ? "raw"
			: ast_op_word(ctx->rule->ops.v[0].kind));
}

START_TEST(walk_in_order)
{
	struct buf out;

	fake_file("in.imapol", "measure mmap; within label c { audit open; }");
	front("measure exec; within label a { measure read;"
	      " within label b { include \"in.imapol\"; } }"
	      " raw \"audit\"; measure write; let x = label y; target smack;");
	ck_assert_str_eq(codes(), "");
	buf_init(&out, &arena);
	ast_walk_rules(&ast, visit, &out);
	ck_assert_str_eq(out.s, "exec a/read a/b/mmap a/b/c/open raw write ");
}
END_TEST

START_TEST(references_are_followed)
{
	const struct ast_set *s;

	front("let a = label x_t; let b = a; tag t = path \"/x\";"
	      "measure exec of b; measure exec of t;");
	ck_assert_uint_eq(ast.stmts.n, 5);
	s = ast_deref(ast.stmts.v[3]->files);
	ck_assert_int_eq(s->kind, AST_SET_LABEL);
	ck_assert_str_eq(s->type, "x_t");
	s = ast_deref(ast.stmts.v[4]->files);
	ck_assert_int_eq(s->kind, AST_SET_REF);
	ck_assert_ptr_eq(s->def, ast.stmts.v[2]);
	ck_assert(ast.stmts.v[4]->has_tag);
	ck_assert(!ast.stmts.v[4]->has_path);
	ck_assert_ptr_null(ast_deref(NULL));
}
END_TEST

struct found {
	struct buf *out;
	enum ast_opt_kind kind;
};

static void find_opt(void *arg, const struct ast_context *ctx)
{
	struct found *f = arg;
	const struct ast_opt *o = ast_find_opt(ctx, f->kind);

	if (o)
		ast_put_opt(o, f->out);
	buf_puts(f->out, ";");
}

static const char *options_of(const char *text, enum ast_opt_kind kind)
{
	struct buf out;
	struct found f = { &out, kind };

	fresh();
	front(text);
	buf_init(&out, &arena);
	ast_walk_rules(&ast, find_opt, &f);
	return out.s;
}

START_TEST(options_in_force)
{
	ck_assert_str_eq(options_of("within fs ext4 pcr 11 {"
		" measure exec; measure mmap pcr 12; appraise exec;"
		" exempt measure open;"
		" within label a pcr 13 { measure exec; } }", AST_OPT_PCR),
		"pcr 11;pcr 12;;;pcr 13;");
	ck_assert_str_eq(options_of("within fs ext4 requiring signature {"
		" appraise exec requiring digest; appraise module;"
		" within label a requiring modsig {"
		" appraise module; appraise exec; } }",
		AST_OPT_REQUIRING_DIGEST),
		"requiring digest;requiring signature;requiring modsig;"
		"requiring signature;");
	ck_assert_str_eq(options_of("within path \"/a\" allowing wider {"
		" measure exec; exempt measure exec; }"
		" within fs xfs allowing wider {"
		" measure exec; measure exec of path \"/b\"; }",
		AST_OPT_ALLOW_WIDER),
		"allowing wider;;;allowing wider;");
}
END_TEST

START_TEST(dump)
{
	ck_assert_str_eq(dumped(
		"target kernel 6.1, selinux, libselinux 3.4, profile x;\n"
		"let a = label \"u:*:t\" & !(fs ext4 | fsmagic 0x9FA0);\n"
		"within a & owner 5 pcr 0x0b {\n"
		"  exempt measure, audit exec, key in \"a\" | b by >5 & !root\n"
		"    except of group <7 except read by uid 1..2;\n"
		"}\n"
		"raw \"audit \\\"\\\\\";\n"
		"include <x/y>;\n"
		"test \"t\" {\n"
		" open read write \"/x\" owner 7 fsuuid \"u\" by uid 1 & domain d\n"
		"  => measure pcr 3 template ima-ng, appraise modsig algorithms sha1 | md5;\n"
		" policy \"/p\" => nothing;\n"
		"}"),
		"1:1 target kernel \"6.1\", lsm \"selinux\", libselinux \"3.4\", profile \"x\"\n"
		"2:1 let a = label \"u:*:t\" & !(fs \"ext4\" | fsmagic 0x9fa0)\n"
		"3:1 within of a & owner 5 pcr 11\n"
		"  4:3 rule exempt measure, audit exec, key in \"a\" | \"b\" by >5 & !\"root\"\n"
		"    5:5 except of group <7\n"
		"    5:24 except read by uid 1..2\n"
		"7:1 raw \"audit \\\"\\\\\"\n"
		"8:1 include <x/y>\n"
		"9:1 test \"t\"\n"
		"  10:2 open read write \"/x\" owner \"7\" fsuuid \"u\" by uid 1 & domain \"d\" => measure pcr 3 template \"ima-ng\", appraise requiring modsig algorithms \"sha1\" | \"md5\"\n"
		"  12:2 policy \"/p\" => nothing\n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ast");
	TCase *tc = tcase_create("ast");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, words_are_all_there);
	tcase_add_test(tc, chains_are_balanced_and_in_order);
	tcase_add_test(tc, label_parts);
	tcase_add_test(tc, walk_in_order);
	tcase_add_test(tc, references_are_followed);
	tcase_add_test(tc, options_in_force);
	tcase_add_test(tc, dump);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
