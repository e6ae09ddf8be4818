/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "front.h"

START_TEST(names_of_sets)
{
	static const struct front_case cases[] = {
		{ "measure exec of nowhere;", "unknown-name" },
		{ "measure exec of a; let a = label x;", "unknown-name" },
		{ "let a = a | label x;", "unknown-name" },
		{ "let a = label x; let a = label y;", "duplicate-name" },
		{ "let a = label x; tag a = path \"/x\";", "duplicate-name" },
		{ "tag a = path \"/x\"; let a = label x;"
		  " measure exec of a;", "duplicate-name tag-not-lowered" },
		{ "let A = label x; let a = label y;", "" },
		{ "measure exec of label x except of b;", "unknown-name" },
		{ "within c { measure exec; }", "unknown-name" },
		{ "tag t = label x;", "bad-tag" },
		{ "tag t = path \"/x\" & fs ext4;", "bad-tag" },
		{ "tag a-b = path \"/x\";", "bad-tag" },
		{ "tag a_b9 = path \"/x\" | path \"/y\" & !path \"/z\";", "" },
		{ "tag t"
		  "123456789012345678901234567890123456789012345678901234567890"
		  "1234 = path \"/x\";", "bad-tag" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

START_TEST(sets_in_the_wrong_place)
{
	static const struct front_case cases[] = {
		{ "measure exec of uid 5;", "wrong-set" },
		{ "measure exec of label a | domain b & egid 5;",
		  "wrong-set wrong-set" },
		{ "measure exec by owner 5;", "wrong-set" },
		{ "measure exec by path \"/x\" | label a;",
		  "wrong-set wrong-set" },
		{ "let a = label x; measure exec by a;", "unknown-user" },
		{ "measure exec of label a except by fs ext4;", "wrong-set" },
		{ "let a = gid 5; within subj-role r { measure exec; }",
		  "wrong-set wrong-set" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

START_TEST(users_and_groups)
{
	static const struct front_case cases[] = {
		{ "measure exec by bob;", "unknown-user" },
		{ "measure exec by staff;", "unknown-user" },
		{ "measure exec by gid alice;", "unknown-user" },
		{ "measure exec by root | gid root & egid root;", "" },
		{ "measure exec of owner alice..bob;", "unknown-user" },
		{ "measure exec by 5..alice;", "" },
		{ "measure exec by 1001..alice;", "empty-range" },
		{ "measure exec by 1001..bob;", "unknown-user" },
		{ NULL, NULL }
	};
	const struct ast_set *s;

	run_cases(cases);
	fresh();
	front("measure exec of group staff by uid root..alice;");
	ck_assert_str_eq(codes(), "");
	s = ast.stmts.v[0]->files;
	ck_assert_uint_eq(s->id.lo, 50);
	s = ast.stmts.v[0]->subjects;
	ck_assert_uint_eq(s->id.lo, 0);
	ck_assert_uint_eq(s->id.hi, 1000);
}
END_TEST

START_TEST(without_a_table)
{
	const char *text = "measure exec by alice; measure exec by root;";
	struct source *src = ast_add_source(&ast, "t", NULL, text,
					    strlen(text));

	grammar_parse(&ast, src, &ds, &ast.stmts);
	check_names(&ast, NULL, &ds);
	ck_assert_str_eq(codes(), "unknown-user");
	ck_assert_ptr_nonnull(strstr(rendered(), "--users"));
}
END_TEST

START_TEST(file_systems)
{
	static const struct front_case cases[] = {
		{ "measure exec of fsmagic nosuchfs;", "unknown-fs" },
		{ "measure exec of fs nosuchfs;", "" },
		{ "measure exec of fsmagic 0x12345;", "unknown-magic" },
		{ "measure exec of fsmagic 0x01021994;", "" },
		{ "test \"t\" { exec \"/x\" fsmagic nosuchfs => nothing; }",
		  "unknown-fs" },
		{ NULL, NULL }
	};

	run_cases(cases);
	fresh();
	front("measure exec of fsmagic proc;");
	ck_assert_uint_eq(ast.stmts.v[0]->files->magic, 0x9fa0);
}
END_TEST

START_TEST(inside_within)
{
	static const struct front_case cases[] = {
		{ "within label a { raw \"audit\"; }", "not-in-within" },
		{ "within label a { target kernel 6.1; }", "not-in-within" },
		{ "within label a { let b = label c; }", "not-in-within" },
		{ "within label a { tag b = path \"/c\"; }", "not-in-within" },
		{ "within label a { test \"t\" { } }", "not-in-within" },
		{ "within label a { measure key; measure exec, data;"
		  " within label b { appraise xattr algorithms sha256; } }",
		  "not-in-within not-in-within not-in-within" },
		{ "within label a { measure kexec-cmdline; measure any; }",
		  "" },
		{ NULL, NULL }
	};

	run_cases(cases);
	fake_file("raw.imapol", "raw \"audit\";");
	fresh();
	front("include \"raw.imapol\"; within label a {"
	      " include \"raw.imapol\"; }");
	ck_assert_str_eq(codes(), "not-in-within");
}
END_TEST

START_TEST(later_constructs)
{
	static const struct front_case cases[] = {
		/* one message a construct and file, the rest still checked */
		{ "measure exec of path \"/a\"; measure exec of path \"/b\";"
		  " measure exec of attribute c | attribute d; measure of;",
		  "path-not-lowered attribute-not-lowered syntax" },
		{ "tag t = path \"/a\"; measure exec of t; measure mmap of t"
		  " pcr 99;", "tag-not-lowered bad-pcr" },
		{ "tag t = path \"/a\";", "" },
		{ "let l = path \"/a\";", "path-not-lowered" },
		{ "measure exec of label a except of path \"/x\";",
		  "path-not-lowered" },
		{ NULL, NULL }
	};

	run_cases(cases);
	fresh();
	front("measure exec of path \"/1\" | path \"/2\" | path \"/3\" |"
	      " path \"/4\" | path \"/5\" | path \"/6\" | path \"/7\";");
	ck_assert_uint_eq(ds.v[0]->n_more, DIAG_MAX_SPANS);
	ck_assert_ptr_nonnull(strstr(rendered(), "2 more places"));
}
END_TEST

START_TEST(options_nobody_carries)
{
	static const struct front_case cases[] = {
		{ "appraise exec pcr 11;", "option-unused" },
		{ "audit exec template ima-ng;", "option-unused" },
		{ "measure exec requiring signature;", "option-unused" },
		{ "measure exec algorithms sha256;", "option-unused" },
		{ "exempt measure exec pcr 11;", "option-unused" },
		{ "exempt appraise exec requiring signature;",
		  "option-unused" },
		{ "appraise exec including loads;", "option-unused" },
		{ "exempt measure exec including loads;", "option-unused" },
		{ "measure exec allowing wider;", "option-unused" },
		{ "measure exec of label a allowing unlabelled;",
		  "option-unused" },
		{ "measure exec of path \"/x\" allowing untagged;",
		  "path-not-lowered option-unused" },
		{ "exempt measure exec of path \"/x\" allowing wider;",
		  "path-not-lowered option-unused" },
		{ "measure exec of label a allowing wider except of path"
		  " \"/x\";", "option-unused path-not-lowered" },
		{ "measure kexec-cmdline allowing direct-io;",
		  "option-unused" },
		{ "measure key digest verity;", "option-unused" },
		{ "measure module digest verity;", "option-unused" },
		{ "appraise exec, module requiring modsig;", "option-unused" },
		{ "measure, appraise exec pcr 11 requiring signature;", "" },
		{ "within fs ext4 pcr 11 { appraise exec; }",
		  "option-unused" },
		{ "within fs ext4 pcr 11 requiring modsig { measure exec;"
		  " appraise exec; }", "option-unused" },
		{ "within fs ext4 requiring modsig { appraise module; }", "" },
		{ "within fs ext4 allowing wider { measure exec; }",
		  "option-unused" },
		{ "within fs ext4 pcr 11 { within label a {"
		  " measure exec pcr 12; } }", "" },
		{ "within fs ext4 pcr 11 { }", "option-unused" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

START_TEST(options_that_quarrel)
{
	static const struct front_case cases[] = {
		{ "measure exec pcr 11 pcr 12;", "duplicate" },
		{ "appraise exec requiring signature requiring signature;",
		  "duplicate" },
		{ "appraise exec requiring signature requiring digest;",
		  "option-conflict" },
		{ "within fs ext4 pcr 11 pcr 11 { measure exec; }",
		  "duplicate" },
		{ "appraise exec digest verity;", "verity-signature" },
		{ "appraise exec digest verity requiring signature;",
		  "verity-signature" },
		{ "measure, appraise exec digest verity requiring digest;",
		  "verity-signature" },
		{ "within fs ext4 digest verity { measure exec;"
		  " appraise exec requiring signature;"
		  " appraise mmap requiring verity-signature; }",
		  "verity-signature" },
		{ "exempt appraise exec digest verity;", "" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

START_TEST(option_values)
{
	static const struct front_case cases[] = {
		{ "measure exec pcr 24;", "bad-pcr" },
		{ "measure exec pcr 23; measure mmap pcr 8;", "" },
		{ "measure exec pcr 7; measure mmap pcr 0;",
		  "pcr-reserved pcr-reserved" },
		{ "measure exec template nosuch;", "unknown-template" },
		{ "appraise exec algorithms sha256;", "algorithms-once" },
		{ "appraise exec algorithms sha257;",
		  "algorithms-once unknown-algorithm" },
		{ "appraise xattr algorithms sha256 | sha256;", "duplicate" },
		{ "appraise exec algorithms sha256;"
		  " appraise xattr algorithms sha256;", "" },
		{ "appraise exec algorithms sha256;"
		  " appraise xattr algorithms sha256 | md5;",
		  "algorithms-once" },
		{ "appraise exec algorithms sha256 | sha512;"
		  " appraise xattr algorithms sha512;", "" },
		{ "measure exec of path \"/x\" allowing wider to label \"a:b\";",
		  "path-not-lowered bad-label" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

START_TEST(operations_alone)
{
	static const struct front_case cases[] = {
		{ "measure, audit key;", "bad-operation" },
		{ "appraise data;", "bad-operation" },
		{ "exempt measure key in \"a\";", "" },
		{ "exempt audit key;", "bad-operation" },
		{ "measure key of label a;", "bad-operation" },
		{ "measure key by root;", "bad-operation" },
		{ "measure key by uid root | uid >5 & !uid 7;", "" },
		{ "measure data by euid 0 | domain d;",
		  "bad-operation bad-operation" },
		{ "measure key, exec except of label a;", "bad-operation" },
		{ "measure key, exec except exec of label a;", "" },
		{ "measure key except key by gid 5;", "bad-operation" },
		{ "measure key in \"a\", key in \"b\";", "" },
		{ "measure key, key in \"b\";", "duplicate" },
		{ "measure key in \"a\" | \"b\" | \"a\";", "duplicate" },
		{ "measure key in \"a|b\";", "bad-text" },
		{ "measure data \"a b\";", "bad-text" },
		{ "measure data \"\";", "bad-text" },
		{ "appraise kexec-cmdline;", "bad-operation" },
		{ "measure kexec-cmdline of label a by root;", "" },
		{ "appraise xattr;", "bad-operation" },
		{ "measure xattr algorithms sha256;",
		  "bad-operation option-unused" },
		{ "appraise xattr, exec algorithms sha256;", "bad-operation" },
		{ "appraise xattr of label a by 5 algorithms sha256"
		  " except of label b;",
		  "bad-operation bad-operation bad-operation" },
		{ "appraise xattr algorithms sha256 requiring signature;",
		  "option-unused" },
		{ "appraise xattr algorithms sha256;"
		  " appraise xattr algorithms sha512;", "xattr-twice" },
		{ "measure, measure exec;", "duplicate" },
		{ "measure exec, mmap, exec;", "duplicate" },
		{ "measure exec, mmap except exec, exec;", "duplicate" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

START_TEST(numbers)
{
	static const struct front_case cases[] = {
		{ "measure exec by uid 4294967295;", "bad-id" },
		{ "measure exec by uid 18446744073709551615;", "bad-id" },
		{ "measure exec by uid 5..4294967295;", "bad-id" },
		{ "measure exec by uid 4294967294;", "large-id" },
		{ "measure exec by uid 2147483647;", "" },
		{ "measure exec by uid 2147483648;", "large-id" },
		{ "measure exec by uid 1000..2147483648;", "large-id" },
		{ "measure exec by uid 1000..4294967294;", "" },
		{ "measure exec by uid >4294967294;", "empty-range" },
		{ "measure exec by uid <0;", "empty-range" },
		{ "measure exec by uid <1 | uid >4294967293;", "large-id" },
		{ "measure exec by 5..5;", "" },
		{ "measure exec of owner 6..5;", "empty-range" },
		{ "let a = group <0;", "empty-range" },
		{ "within owner 9..8 { measure exec; }", "empty-range" },
		{ "measure exec of label a except by 3..2;", "empty-range" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

START_TEST(texts)
{
	static const struct front_case cases[] = {
		{ "measure exec of label \"a:b\";", "bad-label" },
		{ "measure exec of label \"a:b:c:s0\";", "bad-label" },
		{ "measure exec of label \"a::c\";", "bad-label" },
		{ "measure exec of label \"*\";", "bad-label" },
		{ "measure exec of label \"*:*:*\";", "bad-label" },
		{ "measure exec of label \"\";", "bad-text" },
		{ "measure exec of label \"a b\";", "bad-text" },
		{ "measure exec of label \"a\tb\";", "bad-text" },
		{ "measure exec of label \"\xc3\xa4\";", "bad-text" },
		{ "measure exec of fs \"\";", "bad-text" },
		{ "measure exec of fs-subtype \"a b\";", "bad-text" },
		{ "measure exec by domain \"u:r:t\";", "bad-label" },
		{ "measure exec by domain \"a b\" | subj-user \"c d\""
		  " | subj-role \"/usr/bin/x\";", "bad-text bad-text" },
		{ "measure exec of fsuuid \"\";", "bad-uuid" },
		{ "measure exec of fsuuid \"01234567-0000-0000-0000-00000000000\";",
		  "bad-uuid" },
		{ "measure exec of fsuuid \"0123456-70000-0000-0000-000000000000\";",
		  "bad-uuid" },
		{ "measure exec of fsuuid \"g1234567-0000-0000-0000-000000000000\";",
		  "bad-uuid" },
		{ "measure exec of path \"usr/bin\";",
		  "path-not-lowered bad-path" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

START_TEST(signatures_by_label_alone)
{
	static const struct front_case cases[] = {
		{ "appraise exec of label a requiring signature;",
		  "label-scoped" },
		{ "appraise exec of label a;", "" },
		{ "appraise exec of label a requiring digest;", "" },
		{ "appraise exec requiring signature;", "" },
		{ "appraise exec of owner root requiring signature"
		  " except of label a;", "" },
		{ "appraise exec of owner root & !label a requiring"
		  " signature;", "" },
		{ "appraise exec of !label a requiring signature;", "" },
		{ "appraise exec of owner root | label a requiring"
		  " signature;", "label-scoped" },
		{ "let a = label x & !label y; appraise exec of a"
		  " requiring signature;", "label-scoped" },
		{ "within label a requiring signature { appraise exec;"
		  " measure exec; }", "label-scoped" },
		{ "within fs ext4 { appraise exec of label a requiring"
		  " signature; }", "" },
		{ "measure module of label a; appraise module of label a"
		  " requiring modsig;", "label-scoped" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

START_TEST(shapes_of_tests)
{
	static const struct front_case cases[] = {
		{ "test \"t\" { read \"/x\" => nothing; }", "bad-test" },
		{ "test \"t\" { code \"/x\" => nothing; }", "bad-test" },
		{ "test \"t\" { any \"/x\" => nothing; }", "bad-test" },
		{ "test \"t\" { open \"/x\" => nothing; }", "bad-test" },
		{ "test \"t\" { open read read \"/x\" => nothing; }",
		  "bad-test" },
		{ "test \"t\" { exec write \"/x\" => nothing; }",
		  "bad-test" },
		{ "test \"t\" { exec \"/x\" owner 5 owner 6 => nothing; }",
		  "bad-test" },
		{ "test \"t\" { exec \"/x\" owner nobody2 => nothing; }",
		  "unknown-user" },
		{ "test \"t\" { exec \"/x\" owner 4294967295 => nothing; }",
		  "bad-id" },
		{ "test \"t\" { exec \"/x\" label \"a:b\" fsuuid x =>"
		  " nothing; }", "bad-label bad-uuid" },
		{ "test \"t\" { key \"x\" label a => nothing; }",
		  "bad-test" },
		{ "test \"t\" { exec \"/x\" by uid 1 | uid 2 => nothing; }",
		  "bad-test" },
		{ "test \"t\" { exec \"/x\" by !uid 1 => nothing; }",
		  "bad-test" },
		{ "test \"t\" { exec \"/x\" by uid >1 => nothing; }",
		  "bad-test" },
		{ "test \"t\" { exec \"/x\" by uid 1 & uid 2 => nothing; }",
		  "bad-test" },
		{ "test \"t\" { exec \"/x\" by owner 1 => nothing; }",
		  "wrong-set" },
		{ "test \"t\" { exec \"/x\" => nothing, measure; }",
		  "bad-test" },
		{ "test \"t\" { exec \"/x\" => measure, measure; }",
		  "bad-test" },
		{ "test \"t\" { exec \"/x\" => measure signature; }",
		  "option-unused" },
		{ "test \"t\" { exec \"/x\" => appraise pcr 11; }",
		  "option-unused" },
		{ "test \"t\" { exec \"/x\" => measure pcr 11 pcr 12; }",
		  "duplicate" },
		{ "test \"t\" { exec \"/x\" => measure pcr 99 template x; }",
		  "bad-pcr unknown-template" },
		{ NULL, NULL }
	};

	run_cases(cases);
	fresh();
	front("test \"t\" { open write append \"/x\" => nothing; }");
	ck_assert_uint_eq(ast.stmts.v[0]->tests.v[0].mask,
			  KMASK_WRITE | KMASK_APPEND);
}
END_TEST

/* ---- includes ---- */

START_TEST(includes)
{
	static const struct front_case cases[] = {
		{ "include \"a.imapol\"; measure exec of fromA;", "" },
		{ "include <lib1>; include <sub/lib2>; include <lib1>;", "" },
		{ "include <lib1.imapol>;", "" },
		{ "include \"sub/b.imapol\"; measure exec of fromC;", "" },
		/* twice is no mistake, also with a let in it */
		{ "include \"a.imapol\"; include \"a.imapol\";"
		  " measure exec of fromA;", "" },
		{ "measure exec of fromA; include \"a.imapol\";",
		  "unknown-name" },
		{ "let fromA = label x; include \"a.imapol\";",
		  "duplicate-name" },
		{ "within label x { include <lib1>; }", "" },
		{ "within label x { include \"a.imapol\"; }",
		  "not-in-within" },
		{ "within label x pcr 11 { include <lib1>; }", "" },
		{ "within label x requiring signature { include <lib1>; }",
		  "option-unused" },
		{ "include \"none.imapol\";", "include" },
		{ "include \"\";", "include" },
		{ "include <none>;", "include" },
		{ "include <../t>;", "include" },
		{ "include </t>;", "include" },
		{ "include <>;", "include" },
		{ "include <a//b>;", "include" },
		{ "include <sub/.b>;", "include" },
		{ "include \"t.imapol\";", "include" },
		{ "include \"loop1.imapol\";", "include" },
		{ "include \"bad.imapol\"; include \"bad.imapol\";",
		  "syntax" },
		{ NULL, NULL }
	};

	fake_file("a.imapol", "let fromA = label x; measure open;");
	fake_file("lib/lib1.imapol", "measure exec;");
	fake_file("first/sub/lib2.imapol", "measure mmap;");
	fake_file("lib/sub/lib2.imapol", "measure of;");
	fake_file("sub/b.imapol", "include \"c.imapol\";");
	fake_file("sub/c.imapol", "let fromC = label y;");
	fake_file("loop1.imapol", "include \"loop2.imapol\";");
	fake_file("loop2.imapol", "include \"loop3.imapol\";");
	fake_file("loop3.imapol", "include \"loop1.imapol\";");
	fake_file("bad.imapol", "measure of;");
	run_cases(cases);
	fresh();
	front("include \"loop1.imapol\";");
	ck_assert_ptr_nonnull(strstr(rendered(),
				     "`loop1.imapol` includes itself"));
	ck_assert_ptr_nonnull(strstr(rendered(),
				     "loop2.imapol is included here"));
	fresh();
	front("include <none>;");
	ck_assert_ptr_nonnull(strstr(rendered(), "first/none.imapol"));
	ck_assert_ptr_nonnull(strstr(rendered(), "lib/none.imapol"));
	fresh();
	front("include \"a.imapol\"; include <lib1>; include \"a.imapol\";");
	ck_assert_uint_eq(ast.sources.n, 3);
}
END_TEST

static char names[INCLUDE_MAX_DEPTH + 2][32], bodies[INCLUDE_MAX_DEPTH + 2][96];

/* file i includes the next n times */
static void chain(size_t length, size_t n, const char *last)
{
	size_t i, k;

	n_fake_files = 0;
	for (i = 0; i < length; i++) {
		snprintf(names[i], sizeof(names[i]), "f%zu.imapol", i);
		bodies[i][0] = '\0';
		for (k = 0; k < n && i + 1 < length; k++)
			snprintf(bodies[i] + strlen(bodies[i]),
				 sizeof(bodies[i]) - strlen(bodies[i]),
				 "include \"f%zu.imapol\";", i + 1);
		fake_file(names[i], i + 1 < length ? bodies[i] : last);
	}
}

START_TEST(include_caps)
{
	chain(INCLUDE_MAX_DEPTH, 1, "measure exec;");
	front("include \"f0.imapol\";");
	ck_assert_str_eq(codes(), "");
	fresh();
	chain(INCLUDE_MAX_DEPTH + 1, 1, "measure exec;");
	front("include \"f0.imapol\";");
	ck_assert_str_eq(codes(), "too-deep");
	/* 2^18 times the last file, then 2^20 times */
	fresh();
	chain(19, 2, "measure exec;");
	front("include \"f0.imapol\";");
	ck_assert_str_eq(codes(), "");
	fresh();
	chain(21, 2, "measure exec;");
	front("include \"f0.imapol\";");
	ck_assert_str_eq(codes(), "too-large");
	fresh();
	chain(INCLUDE_MAX_DEPTH, 2, "measure exec;");
	front("include \"f0.imapol\";");
	ck_assert_str_eq(codes(), "too-large");
}
END_TEST

/* as many statements as are allowed, and more */
static void thousands_of_statements(size_t more)
{
	const size_t n = INCLUDE_MAX_STMTS / 1000 - 1;
	char *leaf = repeat("", "measure exec;", 999, ""), *half, *s;

	n_fake_files = 0;
	fake_file("leaf.imapol", leaf);
	half = repeat("", "measure exec;", 1000 + more, "");
	/* each include is a statement, too */
	s = repeat(half, "include \"leaf.imapol\";", n, "");
	front(s);
	free(half);
	free(leaf);
	free(s);
}

START_TEST(include_statements)
{
	thousands_of_statements(0);
	ck_assert_str_eq(codes(), "");
	fresh();
	thousands_of_statements(1);
	ck_assert_str_eq(codes(), "too-large");
}
END_TEST

/* a thousand times a thousand conditions */
static void thousands_of_conditions(const char *end)
{
	const size_t n = AST_MAX_LEAVES / 1000;
	char *a = repeat("let a = label x", " | label x", 999, "; let b = a");
	char *s = repeat(a, " | a", n - 1, end);

	front(s);
	free(a);
	free(s);
}

START_TEST(conditions_of_a_set)
{
	thousands_of_conditions("; measure exec of b;");
	ck_assert_str_eq(codes(), "");
	fresh();
	thousands_of_conditions("; measure exec of b | label y;");
	ck_assert_str_eq(codes(), "too-large");
}
END_TEST

/* the code that an id gets, as a lone one and at the end of a range */
static const char *id_code(const char *before, uint64_t id)
{
	char text[96];

	snprintf(text, sizeof(text), "measure exec by uid %s%llu;", before,
		 (unsigned long long)id);
	fresh();
	front(text);
	return codes();
}

START_TEST(ids)
{
	ck_assert_str_eq(id_code("", KID_MAX), "large-id");
	ck_assert_str_eq(id_code("", (uint64_t)KID_MAX + 1), "bad-id");
	ck_assert_str_eq(id_code("1000..", KID_MAX), "");
	ck_assert_str_eq(id_code("1000..", (uint64_t)KID_MAX + 1), "bad-id");
}
END_TEST

START_TEST(include_depth_of_a_file_read_before)
{
	/* f1 is loaded first by itself, then at the end of its chain */
	chain(INCLUDE_MAX_DEPTH + 1, 1, "measure exec;");
	front("include \"f1.imapol\"; include \"f0.imapol\";");
	ck_assert_str_eq(codes(), "too-deep");
}
END_TEST

START_TEST(within_through_includes)
{
	char *half = repeat("", "within label a {", AST_MAX_WITHIN / 2,
			    "measure exec;"), *file, *s;

	file = repeat(half, "}", AST_MAX_WITHIN / 2, "");
	fake_file("half.imapol", file);
	free(half);
	half = repeat("", "within label b {", AST_MAX_WITHIN / 2,
		      "include \"half.imapol\";");
	s = repeat(half, "}", AST_MAX_WITHIN / 2, "");
	front(s);
	ck_assert_str_eq(codes(), "");
	fresh();
	free(s);
	s = repeat("within label c {", half, 1, "");
	free(half);
	half = repeat(s, "}", AST_MAX_WITHIN / 2 + 1, "");
	front(half);
	ck_assert_str_eq(codes(), "too-deep");
	free(half);
	free(s);
	free(file);
}
END_TEST

START_TEST(appraisal_by_habit)
{
	static const struct front_case cases[] = {
		{ "appraise read of owner 0;", "hash-only" },
		{ "appraise read of owner 0 requiring digest;", "" },
		{ "appraise read of owner 0 requiring signature;", "" },
		{ "within owner 0 requiring digest { appraise read; }", "" },
		{ "measure, appraise read of owner 0;", "hash-only" },
		{ "exempt appraise read of owner 0;", "" },
		{ "appraise xattr algorithms sha256;", "" },
		{ "appraise code requiring signature;", "unscoped-appraise" },
		{ "appraise any requiring digest;", "unscoped-appraise" },
		{ "appraise module requiring signature;", "" },
		{ "appraise code of owner 0 requiring signature;", "" },
		{ "appraise code by root requiring signature;", "" },
		{ "within owner 0 { appraise code requiring signature; }", "" },
		{ "appraise code requiring signature except of fs \"proc\";",
		  "" },
		{ "exempt appraise code of fs \"proc\";\n"
		  "appraise code requiring signature;", "" },
		{ "appraise code requiring signature;\n"
		  "exempt appraise code of fs \"proc\";",
		  "unscoped-appraise" },
		{ NULL, NULL }
	};

	habits = true;
	run_cases(cases);
	habits = false;
}
END_TEST

int main(void)
{
	Suite *s = suite_create("checks");
	TCase *tc = tcase_create("checks");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, names_of_sets);
	tcase_add_test(tc, sets_in_the_wrong_place);
	tcase_add_test(tc, users_and_groups);
	tcase_add_test(tc, without_a_table);
	tcase_add_test(tc, file_systems);
	tcase_add_test(tc, inside_within);
	tcase_add_test(tc, later_constructs);
	tcase_add_test(tc, options_nobody_carries);
	tcase_add_test(tc, options_that_quarrel);
	tcase_add_test(tc, option_values);
	tcase_add_test(tc, operations_alone);
	tcase_add_test(tc, numbers);
	tcase_add_test(tc, texts);
	tcase_add_test(tc, signatures_by_label_alone);
	tcase_add_test(tc, shapes_of_tests);
	tcase_add_test(tc, includes);
	tcase_add_test(tc, include_caps);
	tcase_add_test(tc, include_statements);
	tcase_add_test(tc, conditions_of_a_set);
	tcase_add_test(tc, ids);
	tcase_add_test(tc, include_depth_of_a_file_read_before);
	tcase_add_test(tc, within_through_includes);
	tcase_add_test(tc, appraisal_by_habit);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
