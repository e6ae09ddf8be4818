/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "front.h"

/* ---- what is taken ---- */

START_TEST(statements)
{
	static const struct front_case cases[] = {
		{ "", "" },
		{ " # only a comment", "" },
		{ "measure exec;", "" },
		{ "appraise exec; audit exec; hash open;", "" },
		{ "measure, appraise, audit, hash exec;", "" },
		{ "exempt measure, audit read, write;", "" },
		{ "measure exec, exec-into, mmap, mmap-requested, code;", "" },
		{ "measure open, read, write, append, read-only, write-only,"
		  " append-only, exec-open;", "" },
		{ "measure module, firmware, kexec-kernel, kexec-initramfs,"
		  " kexec-cmdline, policy;", "" },
		{ "measure key; measure key in \".ima\" | \"_ima\" | x;", "" },
		{ "measure data; measure data \"selinux\" | \"kernel_info\";",
		  "" },
		{ "measure any;", "" },
		{ "appraise xattr algorithms sha256 | sha512;", "" },
		{ "raw \"measure func=BPRM_CHECK\";", "" },
		{ "target kernel 6.1;", "" },
		{ "target kernel \"6.12.1-foo\", apparmor;", "" },
		{ "target kernel 6.1.0-28-amd64, smack, profile \"debian-12\";",
		  "" },
		{ "target no-lsm;", "" },
		{ "target libselinux 3.4, kernel 5.10, selinux;", "" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

START_TEST(sets)
{
	static const struct front_case cases[] = {
		{ "measure exec of label bin_t;", "" },
		{ "measure exec of label \"system_u:*:bin_t\";", "" },
		{ "measure exec of label \"policy\";", "" },
		{ "measure exec of owner root | owner 5 | owner alice"
		  " | owner 3..9 | owner >5 | owner <7;", "" },
		{ "measure exec of group root | group staff | group 0x10;",
		  "" },
		{ "measure exec of fs ext4 & fs-subtype \"sshfs\";", "" },
		{ "measure exec of fsmagic 0x9fa0 | fsmagic tmpfs"
		  " | fsmagic 0xEF53;", "" },
		{ "measure exec of fsuuid"
		  " \"0123abCD-0000-1111-2222-333344445555\";", "" },
		{ "let a = label x; let b = a | !a & (a | label y);"
		  "measure exec of b & a;", "" },
		{ "measure exec by root; measure exec by 5; measure exec by"
		  " alice; measure exec by \"alice\" | 1000..1999 | >5 | <9;",
		  "" },
		{ "measure exec by uid root & euid alice | gid staff & !egid 5"
		  " | !(uid 1..2 | uid >7);", "" },
		{ "measure exec by domain init_t & subj-role system_r"
		  " & subj-user \"system_u\";", "" },
		{ "measure exec of label x by root except mmap of label y by"
		  " uid 5 except of label z except by euid 6;", "" },
		{ "measure exec except exec, mmap;", "" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

START_TEST(options)
{
	static const struct front_case cases[] = {
		{ "measure exec pcr 8 template ima-sig;", "" },
		{ "measure exec pcr 0x17 template \"d-ng|n-ng\";", "" },
		{ "appraise exec requiring digest;", "" },
		{ "appraise exec requiring signature;", "" },
		{ "appraise module, kexec-kernel, kexec-initramfs requiring"
		  " modsig;", "" },
		{ "appraise exec requiring verity-signature;", "" },
		{ "appraise exec digest verity requiring verity-signature;",
		  "" },
		{ "measure exec digest verity allowing direct-io"
		  " allowing stricter;", "" },
		{ "exempt appraise exec including loads;", "" },
		{ "exempt measure read digest verity allowing direct-io;",
		  "" },
		{ "within fs ext4 pcr 11 requiring signature {"
		  " measure exec; appraise exec; }", "" },
		{ "measure read of path \"/x\" allowing wider allowing"
		  " unlabelled;", "path-not-lowered" },
		{ "measure read of path \"/x\" allowing wider to label a, b"
		  " except of label c;", "path-not-lowered" },
		{ "within path \"/x\" { measure exec allowing wider; }",
		  "path-not-lowered" },
		{ "tag t = path \"/x\" | path \"/y\";"
		  "measure exec of t allowing untagged;", "tag-not-lowered" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

START_TEST(tests_are_taken)
{
	static const struct front_case cases[] = {
		{ "test \"empty\" { }", "" },
		{ "test \"t\" { exec \"/a\" => nothing;"
		  " exec-into \"/a\" => measure; mmap \"/a\" => audit;"
		  " mmap-requested \"/a\" => hash;"
		  " open read write append exec \"/a\" => measure, appraise;"
		  " module \"/m\" => appraise modsig; firmware \"/f\" =>"
		  " nothing; kexec-kernel \"/k\" => nothing;"
		  " kexec-initramfs \"/i\" => nothing; kexec-cmdline \"/k\""
		  " => measure; policy \"/p\" => appraise signature;"
		  " key \".ima\" by uid 0 => measure;"
		  " data \"selinux\" => measure template ima-buf; }", "" },
		{ "test \"t\" { exec \"/a\" label bin_t owner root group 5"
		  " fs ext4 fs-subtype x fsmagic 0xef53 fsuuid"
		  " \"01234567-0000-0000-0000-000000000000\" by uid 0 &"
		  " euid alice & gid 5 & egid 6 & domain a & subj-role b &"
		  " subj-user c => appraise verity-signature digest verity"
		  " algorithms sha256 allowing direct-io; }", "" },
		{ "test \"t\" { exec \"/a\" owner \"alice\" by 7 =>"
		  " appraise digest, measure pcr 11 template ima-ng; }", "" },
		{ NULL, NULL }
	};

	run_cases(cases);
}
END_TEST

/* ---- tokens ---- */

START_TEST(token_dump)
{
	const char *text = "include <a/b>; # c\nmeasure \"x\\\"\" <5 0x1F "
			   "1..2 => 6.1.2 {!}";
	const struct source *src = ast_add_source(&ast, "t", NULL, text,
						  strlen(text));
	struct buf out;

	buf_init(&out, &arena);
	grammar_dump_tokens(&ast, src, &ds, &out);
	ck_assert_str_eq(out.s,
		"1:1 keyword include\n1:9 library <a/b>\n1:14 mark ;\n"
		"2:1 keyword measure\n2:9 text \"x\\\"\"\n2:15 mark <\n"
		"2:16 number 5\n2:18 number 0x1F\n2:23 number 1\n"
		"2:24 mark ..\n2:26 number 2\n2:28 mark =>\n"
		"2:31 release 6.1.2\n2:37 mark {\n2:38 mark !\n2:39 mark }\n");
	ck_assert_str_eq(codes(), "");
}
END_TEST

START_TEST(keywords_are_reserved)
{
	size_t i, n;
	const char *const *words = grammar_keywords(&n);
	char text[128];

	ck_assert_uint_gt(n, 70);
	for (i = 0; i < n; i++) {
		if (i)
			ck_assert_int_lt(strcmp(words[i - 1], words[i]), 0);
		fresh();
		snprintf(text, sizeof(text), "let %s = label a;", words[i]);
		front(text);
		ck_assert_msg(!strcmp(codes(), "syntax"), "%s: %s", words[i],
			      codes());
		fresh();
		snprintf(text, sizeof(text), "measure exec of label \"%s\";",
			 words[i]);
		front(text);
		ck_assert_str_eq(codes(), "");
		fresh();
		snprintf(text, sizeof(text), "let %sx = label a;", words[i]);
		front(text);
		ck_assert_str_eq(codes(), "");
	}
}
END_TEST

START_TEST(lexical_mistakes)
{
	static const struct front_case cases[] = {
		{ "measure exec @;", "bad-byte" },
		{ "measure exec of path /etc/*;", "path-not-lowered bad-byte" },
		{ "# latin-1: \xe4\nmeasure exec;", "bad-byte" },
		{ "# cut off: \xc3", "bad-byte" },
		{ "# overlong: \xc0\xaf", "bad-byte bad-byte" },
		{ "# surrogate: \xed\xa0\x80", "bad-byte bad-byte bad-byte" },
		{ "# past the end: \xf4\x90\x80\x80",
		  "bad-byte bad-byte bad-byte bad-byte" },
		{ "# good: \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80", "" },
		{ "# bidi: \xe2\x80\xae", "bad-byte" },
		{ "# bell: \a", "bad-byte" },
		{ "measure\v exec;", "bad-byte" },
		{ "\xef\xbb\xbfmeasure exec;", "bad-byte" },
		{ "measure exec;\r\nmeasure mmap;\r\n", "bad-byte" },
		{ "measure exec of label \xe2\x80\x9c" "a\xe2\x80\x9d;",
		  "bad-byte bad-byte" },
		{ "raw \"measure;\nmeasure exec;", "bad-string syntax" },
		{ "raw \"measure", "bad-string syntax" },
		{ "raw \"measure\\", "bad-string syntax" },
		{ "raw \"measure\\\nx\";", "bad-string syntax bad-string" },
		{ "raw \"a\\nb\";", "bad-string" },
		{ "raw \"a\\\"b\\\\\";", "" },
		{ "raw \"tab\tin it\";", "" },
		{ "measure exec by 007;", "bad-number" },
		{ "measure exec by 00;", "bad-number" },
		{ "measure exec by 18446744073709551616;", "bad-number" },
		{ "measure exec by 0x;", "bad-number" },
		{ "measure exec by 0x1g;", "bad-number" },
		{ "measure exec by 12ab;", "bad-number" },
		{ "measure exec of fsuuid 12345678-abcd;", "bad-number" },
		{ "measure exec of fsmagic 16;", "syntax" },
		{ "measure read by <root>;", "syntax" },
		{ "include <a\n>;", "syntax" },
		{ NULL, NULL }
	};

	run_cases(cases);
	fresh();
	front_len("measure\0 exec;", 14);
	ck_assert_str_eq(codes(), "bad-byte");
	fresh();
	front_len("raw \"a\0b\";", 10);
	ck_assert_str_eq(codes(), "bad-byte");
}
END_TEST

static void at_and_past(const char *before, const char *piece, size_t cap,
			const char *after, const char *want)
{
	char *s = repeat(before, piece, cap, after);

	fresh();
	front(s);
	ck_assert_msg(!strcmp(codes(), ""), "at %zu: %s", cap, codes());
	free(s);
	s = repeat(before, piece, cap + 1, after);
	fresh();
	front(s);
	ck_assert_msg(!strcmp(codes(), want), "past %zu: %s", cap, codes());
	free(s);
}

START_TEST(lengths)
{
	at_and_past("measure exec of label ", "a", GRAMMAR_WORD_MAX, ";",
		    "too-long");
	at_and_past("raw \"", "a", GRAMMAR_STRING_MAX, "\";", "too-long");
}
END_TEST

/* ---- mistakes ---- */

START_TEST(recovery)
{
	static const struct front_case cases[] = {
		/* each mistake once, and what stands between is read */
		{ "measure; measure exec; appraise of; hash 5;",
		  "syntax syntax syntax" },
		{ "mesure exec; measure exec by nobody2; audit;",
		  "syntax unknown-user syntax" },
		{ "measure exec\nmeasure mmap;\nmeasure of;",
		  "syntax syntax" },
		/* at the end of a block, and in its head */
		{ "within label a { measure exec } measure;",
		  "syntax syntax" },
		{ "within label { measure; measure exec; } measure;",
		  "syntax syntax syntax" },
		{ "withn label a { measure of; } measure;",
		  "syntax syntax syntax" },
		{ "within label a { within label b { measure } audit }"
		  " measure;", "syntax syntax syntax" },
		{ "} measure; } measure exec; }",
		  "syntax syntax syntax syntax" },
		/* at the end of the file */
		{ "within label a { measure exec;", "syntax" },
		{ "measure exec", "syntax" },
		/* in tests */
		{ "test \"t\" { exec => nothing; exec \"/a\" nothing;"
		  " exec \"/b\" => nothing; open } measure;",
		  "syntax syntax syntax syntax" },
		{ "test { exec \"/a\" => measure; } measure;",
		  "syntax syntax" },
		{ "test t; measure;", "syntax syntax" },
		/* options behind exceptions, commas, statements without end */
		{ "appraise exec except of label a requiring signature;",
		  "syntax" },
		{ "measure exec of label a, label b;", "syntax" },
		{ ";", "syntax" },
		{ "let a = ; let b label c; let c = label d;",
		  "syntax syntax" },
		{ "tag = path \"/x\"; include; raw x;",
		  "syntax syntax syntax" },
		{ NULL, NULL }
	};

	run_cases(cases);
	/* what was good is in the tree */
	fresh();
	front("measure; measure exec; within label a { measure; audit mmap; }"
	      " hash");
	ck_assert_uint_eq(ast.stmts.n, 2);
	ck_assert_uint_eq(ast.stmts.v[1]->body.n, 1);
}
END_TEST

static void says(const char *text, const char *want)
{
	fresh();
	front(text);
	ck_assert_msg(strstr(rendered(), want) != NULL,
		      "%s\n  wanted: %s\n  got:\n%s", text, want, rendered());
}

START_TEST(messages)
{
	says("measure;", "t.imapol:1:8: error: unexpected `;`, "
	     "expected an operation or `,` [syntax]");
	says("mesure exec;", "did you mean `measure`?");
	says("measure exek;", "did you mean `exec`?");
	says("dont_measure any;", "did you mean `exempt measure`?");
	says("measure execute;", "did you mean `exec`?");
	says("appraise exec requires signature;", "did you mean `requiring`?");
	says("target debian-12;", "`target profile NAME`");
	says("target kernl 6.1;", "did you mean `kernel`?");
	says("measure exec by uid=0;", "`uid 0`");
	says("measure exec by uid >= 1000;", "`>999`");
	says("measure exec by user www-data;", "`by www-data`");
	says("measure open read;", "write one of the two");
	says("measure exec pcr 5 by root;", "`by` stands before the options");
	says("measure exec of label policy;",
	     "`policy` is a word of the language; as a name it stands in "
	     "double quotes");
	says("let key = label a;", "take another name");
	says("measure read of fsmagic 61267;", "write 0x in front");
	says("appraise exec except by root pcr 5;",
	     "options stand before the exceptions");
	says("within label a {\n measure exec;\n",
	     "t.imapol:1:16: note: this block is not closed");
	says("measure exec;\r\n", "convert the line ends");
	says("measure exec of wrong_t;", "a type is written `label wrong_t`");
	says("measure exec of uid 5;", "it stands behind `by`");
	says("measure exec by alise;", "did you mean `alice`?");
	says("let binaries = label a; measure exec of binares;",
	     "did you mean `binaries`?");
	says("measure exec pcr 24;", "a TPM has registers 0 to 23");
	says("appraise exec requiring modsig;", "write `requiring signature`");
	says("measure exec of fsmagic tmps;", "did you mean `tmpfs`?");
	says("measure exec template ima-bf;", "did you mean `ima-buf`?");
}
END_TEST

START_TEST(errors_are_capped)
{
	char *s = repeat("", "measure;", GRAMMAR_MAX_ERRORS - 1, "");

	front(s);
	ck_assert_uint_eq(ds.n_errors, GRAMMAR_MAX_ERRORS - 1);
	ck_assert_ptr_null(strstr(ds.v[ds.n - 1]->text,
				  "the rest of it is not read"));
	free(s);
	fresh();
	s = repeat("", "measure;", GRAMMAR_MAX_ERRORS + 50, "");
	front(s);
	ck_assert_uint_eq(ds.n_errors, GRAMMAR_MAX_ERRORS);
	ck_assert_ptr_nonnull(strstr(ds.v[ds.n - 1]->text,
				     "the rest of it is not read"));
	free(s);
}
END_TEST

/* ---- sizes and depths ---- */

START_TEST(many_statements)
{
	char *s = repeat("", "measure exec of label a by uid 5;\n", 200000,
			 "");

	front(s);
	ck_assert_str_eq(codes(), "");
	ck_assert_uint_eq(ast.stmts.n, 200000);
	free(s);
}
END_TEST

START_TEST(long_lists)
{
	static const char *const lists[][3] = {
		{ "measure exec of label a", " | label b", ";" },
		{ "measure exec of label a", " & !label b", ";" },
		{ "measure exec by 5", " | 6", ";" },
		{ "measure exec", " except of label a", ";" },
		{ "within label a {", " measure exec;", "}" },
		{ "test \"t\" {", " exec \"/a\" => nothing;", "}" },
		{ "target kernel 6.1", ", kernel 6.1", ";" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		char *s = repeat(lists[i][0], lists[i][1], 100000,
				 lists[i][2]);

		fresh();
		front(s);
		ck_assert_msg(!ds.n, "%s: %s", lists[i][0], codes());
		free(s);
	}
}
END_TEST

static void nested(size_t depth, const char *open, const char *close,
		   const char *before, const char *inside, const char *after,
		   const char *want)
{
	char *left = repeat(before, open, depth, inside);
	char *s = repeat(left, close, depth, after);

	fresh();
	front(s);
	ck_assert_msg(!strcmp(codes(), want), "%zu of %s: %s", depth, open,
		      codes());
	free(left);
	free(s);
}

START_TEST(depths)
{
	nested(AST_MAX_NESTING, "(", ")", "measure exec of ", "label a", ";",
	       "");
	nested(AST_MAX_NESTING + 1, "(", ")", "measure exec of ", "label a",
	       ";", "too-deep");
	nested(AST_MAX_NESTING, "!", "", "measure exec by ", "uid 5", ";", "");
	nested(AST_MAX_NESTING + 1, "!", "", "measure exec by ", "uid 5", ";",
	       "too-deep");
	nested(100000, "(", "", "measure exec of ", "", "", "too-deep");
	/* the count starts anew with each statement, also behind a mistake */
	nested(AST_MAX_NESTING, "(", ")", "measure exec of (((; measure exec"
	       " of ", "label a", ";", "syntax");
	nested(AST_MAX_WITHIN, "within label a {", "}", "", "measure exec;",
	       "", "");
	nested(AST_MAX_WITHIN + 1, "within label a {", "}", "",
	       "measure exec;", "", "too-deep");
	nested(100000, "within label a {", "}", "", "measure exec;", "",
	       "too-deep");
}
END_TEST

START_TEST(braces_without_end)
{
	char *s = repeat("", "{", 100000, "");

	front(s);
	ck_assert_uint_eq(ds.n, AST_MAX_WITHIN + 2);
	ck_assert_int_eq(ds.v[ds.n - 1]->code, DIAG_TOO_DEEP);
	free(s);
}
END_TEST

static char *lets(size_t n, const char *fmt)
{
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	buf_puts(&b, "let x0 = label a;");
	for (i = 1; i < n; i++) {
		buf_printf(&b, "let x%zu = ", i);
		buf_printf(&b, fmt[0] == '2' ? "x%zu | x%zu;" : "!x%zu;",
			   i - 1, i - 1);
	}
	buf_printf(&b, "measure exec of x%zu;", n - 1);
	return strdup(b.s);
}

START_TEST(sets_of_sets)
{
	char *s = lets(AST_MAX_HEIGHT, "1");

	front(s);
	ck_assert_str_eq(codes(), "");
	free(s);
	s = lets(AST_MAX_HEIGHT + 1, "1");
	fresh();
	front(s);
	ck_assert_str_eq(codes(), "too-deep");
	free(s);
	/* 2^19 conditions, then 2^20 */
	s = lets(20, "2");
	fresh();
	front(s);
	ck_assert_str_eq(codes(), "");
	free(s);
	s = lets(21, "2");
	fresh();
	front(s);
	ck_assert_str_eq(codes(), "too-large");
	free(s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("grammar");
	TCase *tc = tcase_create("grammar");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, statements);
	tcase_add_test(tc, sets);
	tcase_add_test(tc, options);
	tcase_add_test(tc, tests_are_taken);
	tcase_add_test(tc, token_dump);
	tcase_add_test(tc, keywords_are_reserved);
	tcase_add_test(tc, lexical_mistakes);
	tcase_add_test(tc, lengths);
	tcase_add_test(tc, recovery);
	tcase_add_test(tc, messages);
	tcase_add_test(tc, errors_are_capped);
	tcase_add_test(tc, many_statements);
	tcase_add_test(tc, long_lists);
	tcase_add_test(tc, depths);
	tcase_add_test(tc, braces_without_end);
	tcase_add_test(tc, sets_of_sets);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
