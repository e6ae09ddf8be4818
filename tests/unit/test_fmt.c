/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <ftw.h>

#include "fmt.h"
#include "front.h"

/*
 * The layout of policies. That nothing of a text is lost is asked of a scanner
 * of this file's own, which knows no keyword.
 */

/* ---- a text taken apart ---- */

typedef VEC(const char *) words;

struct parts {
	words tokens, comments;
};

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

static size_t word_length(const char *s)
{
	bool digit = *s >= '0' && *s <= '9';
	size_t n;

	for (n = 1; s[n]; n++) {
		if (s[n] == '.' && digit && s[n + 1] != '.')
			continue;
		if (!is_word_byte(s[n]) && s[n] != '-' &&
		    !(digit && s[n] == '+'))
			break;
	}
	return n;
}

static size_t string_length(const char *s)
{
	size_t n;

	for (n = 1; s[n] != '"'; n++)
		n += s[n] == '\\';
	return n + 1;
}

static size_t token_length(const char *s, bool behind_include)
{
	if (*s == '"')
		return string_length(s);
	if (*s == '<' && behind_include)
		return strcspn(s, ">") + 1;
	if (!strncmp(s, "=>", 2) || !strncmp(s, "..", 2))
		return 2;
	return is_word_byte(*s) ? word_length(s) : 1;
}

static struct parts take_apart(const char *s)
{
	struct parts p = { 0 };
	bool include = false;
	size_t n, kept;

	for (; *(s += strspn(s, " \t\n")); s += n) {
		if (*s == '#') {
			n = kept = strcspn(s, "\n");
			while (s[kept - 1] == ' ' || s[kept - 1] == '\t')
				kept--;
			vec_push(&arena, &p.comments,
				 arena_strndup(&arena, s, kept));
			continue;
		}
		n = token_length(s, include);
		vec_push(&arena, &p.tokens, arena_strndup(&arena, s, n));
		include = !strcmp(p.tokens.v[p.tokens.n - 1], "include");
	}
	return p;
}

static void same_words(const words *a, const words *b, const char *what,
		       const char *text)
{
	size_t i;

	for (i = 0; i < a->n && i < b->n; i++)
		ck_assert_msg(!strcmp(a->v[i], b->v[i]),
			      "%s: `%s` became `%s` in\n%s", what, a->v[i],
			      b->v[i], text);
	ck_assert_msg(a->n == b->n, "%s: %zu became %zu in\n%s", what, a->n,
		      b->n, text);
}

/* NULL: text has mistakes */
static const char *laid_out(const char *text)
{
	struct source *src = ast_add_source(&ast, "t", "t", text,
					    strlen(text));
	struct buf out;

	buf_init(&out, &arena);
	buf_puts(&out, "");
	return fmt_policy(&ast, src, &ds, &out) ? out.s : NULL;
}

/* laid out, with all that holds of any text */
static const char *sound(const char *text)
{
	const char *out = laid_out(text), *again;
	struct parts before, after;

	if (!out)
		return NULL;
	before = take_apart(text);
	after = take_apart(out);
	same_words(&before.tokens, &after.tokens, "tokens", text);
	same_words(&before.comments, &after.comments, "comments", text);
	again = laid_out(out);
	ck_assert_msg(again && !strcmp(out, again),
		      "once:\n%s\ntwice:\n%s", out, again ? again : "none");
	ck_assert_msg(!*out || (out[0] != '\n' &&
			       out[strlen(out) - 1] == '\n'), "%s", out);
	ck_assert_ptr_null(strstr(out, "\n\n\n"));
	ck_assert_ptr_null(strstr(out, " \n"));
	ck_assert_ptr_null(strstr(out, "\t\n"));
	return out;
}

/* ---- what becomes of one text ---- */

static const struct {
	const char *in, *out;
} layouts[] = {
	{ "", "" },
	{ "\n \t\n", "" },
	{ "# only", "# only\n" },
	{ "measure   code ;", "measure code;\n" },
	{ "measure exec ,mmap of(label a|!fs b)by uid 1 .. 5|> 7;",
	  "measure exec, mmap of (label a | !fs b) by uid 1..5 | >7;\n" },
	{ "let x=!! ( label a & ( label b ) );",
	  "let x = !!(label a & (label b));\n" },
	{ "include<a/b>;include\"c\";", "include <a/b>;\ninclude \"c\";\n" },
	{ "measure open by uid 0x3E8..1999;", "measure open by uid 0x3E8..1999;\n" },
	/* blocks */
	{ "within fs a{within fs b pcr 1{measure code;}}measure mmap;",
	  "within fs a {\n\twithin fs b pcr 1 {\n\t\tmeasure code;\n\t}\n}\n"
	  "measure mmap;\n" },
	{ "within fs a {}", "within fs a {\n}\n" },
	/* empty lines */
	{ "\n\nmeasure code;\n\n\n\nmeasure mmap;\n\n",
	  "measure code;\n\nmeasure mmap;\n" },
	{ "within fs a {\n\nmeasure code;\n\n}\n\n\nmeasure mmap;",
	  "within fs a {\n\tmeasure code;\n}\n\nmeasure mmap;\n" },
	{ "measure\n\ncode;", "measure code;\n" },
	/* comments */
	{ "# a  \n\n\n#b\nmeasure code;# c\n# d",
	  "# a\n\n#b\nmeasure code; # c\n# d\n" },
	{ "within fs a # x\n{ # y\n# z\n\nmeasure code; } # e",
	  "within fs a { # x\n\t# y\n\t# z\n\n\tmeasure code;\n} # e\n" },
	{ "within fs a {\n\n# in\n\n}", "within fs a {\n\t# in\n}\n" },
	{ "measure exec # why\n# own\n, # comma\nmmap # end\n;\n",
	  "measure exec, # why\n\t# own\n\t# comma\n\tmmap; # end\n" },
	{ "measure # a\nexec;", "measure # a\n\texec;\n" },
	{ "measure exec\n\n# own\n;\nmeasure mmap;",
	  "measure exec;\n\n# own\nmeasure mmap;\n" },
	{ "measure code of (label a # x\n| label b # y\n);",
	  "measure code of (label a # x\n\t| label b # y\n\t);\n" },
	/* those at the ends of lines in one column */
	{ "measure code; # a\nmeasure read by root; # b\n\nmeasure mmap; # c",
	  "measure code;         # a\nmeasure read by root; # b\n\n"
	  "measure mmap; # c\n" },
	{ "measure code; # a\n# own\nmeasure read by root; # b",
	  "measure code; # a\n# own\nmeasure read by root; # b\n" },
	{ "include \"\xc3\xa4\"; # a\ninclude \"bb\"; # b",
	  "include \"\xc3\xa4\";  # a\ninclude \"bb\"; # b\n" },
	/* tests */
	{ "test \"t\" { exec \"/a\"=>nothing; open read \"/b\"=>measure; }",
	  "test \"t\" {\n\texec \"/a\"      => nothing;\n"
	  "\topen read \"/b\" => measure;\n}\n" },
	{ "test \"t\" { exec \"/a\"=>nothing;\n\nopen read \"/b\"=>measure; }",
	  "test \"t\" {\n\texec \"/a\" => nothing;\n\n"
	  "\topen read \"/b\" => measure;\n}\n" },
	/* 80 columns, and one more */
	{ "measure exec of label a123456789012345678901234567890123456789"
	  "0123456 by uid 33;",
	  "measure exec of label a123456789012345678901234567890123456789"
	  "0123456 by uid 33;\n" },
	{ "measure exec of label a123456789012345678901234567890123456789"
	  "0123456 by uid 333;",
	  "measure exec of label a123456789012345678901234567890123456789"
	  "0123456\n\tby uid 333;\n" },
	{ "appraise policy, module, firmware, kexec-kernel, kexec-initramfs, "
	  "exec requiring signature;",
	  "appraise policy, module, firmware, kexec-kernel, kexec-initramfs, "
	  "exec\n\trequiring signature;\n" },
	{ "measure code of label aaaaaaaaaaaa_t | label bbbbbbbbbbbb_t | "
	  "label cccccccccccc_t | label dddddddd_t by root pcr 11;",
	  "measure code of label aaaaaaaaaaaa_t | label bbbbbbbbbbbb_t\n"
	  "\t| label cccccccccccc_t | label dddddddd_t\n"
	  "\tby root pcr 11;\n" },
	{ "let x = label aaaaaaaaaaaaaaaaa_t & (label bbbbbbbbbbbbbbbbbbb_t | "
	  "label cccccccccccccc_t & !owner root);",
	  "let x = label aaaaaaaaaaaaaaaaa_t\n"
	  "\t& (label bbbbbbbbbbbbbbbbbbb_t | label cccccccccccccc_t & !owner root);\n" },
	{ "measure exec except of label aaaaaaaaaaaaaaaaaaaaaaaa_t by root "
	  "except read of label bbbbbbbbbbb_t;",
	  "measure exec except of label aaaaaaaaaaaaaaaaaaaaaaaa_t by root\n"
	  "\texcept read of label bbbbbbbbbbb_t;\n" },
	/* nowhere to break */
	{ "raw \"measure func=BPRM_CHECK obj_type=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaa_t\";",
	  "raw \"measure func=BPRM_CHECK obj_type=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaa_t\";\n" },
};

START_TEST(layout)
{
	const char *out = sound(layouts[_i].in);

	ck_assert_msg(out && !strcmp(out, layouts[_i].out),
		      "%s\nwanted:\n%s\ngot:\n%s", layouts[_i].in,
		      layouts[_i].out, out ? out : rendered());
}
END_TEST

START_TEST(mistakes)
{
	static const char *const texts[] = {
		"mesure code;", "measure code", "within fs a { measure code;",
		"measure code;\r\n", "# \xff\n", "}", "include \"a;",
	};

	ck_assert_ptr_null(laid_out(texts[_i]));
	ck_assert_uint_gt(ds.n_errors, 0);
}
END_TEST

/* what was said of another file is no mistake of this one */
START_TEST(other_mistakes)
{
	ck_assert_ptr_null(laid_out("mesure code;"));
	ck_assert_str_eq(laid_out("measure  code;"), "measure code;\n");
}
END_TEST

/* ---- other layouts of the same ---- */

static unsigned int seed = 1;

static unsigned int some(unsigned int n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static bool is_mark(const char *token)
{
	return strchr(";,|&!(){}", *token) != NULL;
}

/* the tokens with other things between them; comments: with those, too */
static const char *scattered(const words *tokens, bool comments)
{
	static const char *const gaps[] = { " ", "\n", "\t ", " \n\t" };
	struct buf out;
	size_t i;

	buf_init(&out, &arena);
	buf_puts(&out, some(2) ? "" : gaps[some(4)]);
	for (i = 0; i < tokens->n; i++) {
		bool may_touch = i + 1 == tokens->n ||
			is_mark(tokens->v[i]) || is_mark(tokens->v[i + 1]);

		buf_puts(&out, tokens->v[i]);
		if (comments && !some(6))
			buf_printf(&out, "%s# c%u\n%s", gaps[some(4)],
				   some(100), some(3) ? "" : "\n\n");
		else if (comments && !some(20))
			buf_puts(&out, "\n\n\n");
		else if (!may_touch || some(2))
			buf_puts(&out, gaps[some(4)]);
	}
	return out.s;
}

static void other_layouts(const char *text, int n)
{
	struct parts p = take_apart(text);
	const char *bare = sound(scattered(&p.tokens, false));

	ck_assert_ptr_nonnull(bare);
	for (; n; n--) {
		ck_assert_str_eq(sound(scattered(&p.tokens, false)), bare);
		ck_assert_ptr_nonnull(sound(scattered(&p.tokens, true)));
	}
}

/* ---- policies of the tree ---- */

static size_t n_files, n_policies;

static int try_file(const char *path, const struct stat *st, int type,
		    struct FTW *ftw)
{
	size_t len = strlen(path), n;
	const char *text, *out;

	if (type != FTW_F || len < 7 || strcmp(path + len - 7, ".imapol") ||
	    st->st_size > 200000)
		return 0;
	fresh();
	ck_assert_int_eq(source_read(&arena, path, &text, &n), SOURCE_OK);
	if (strlen(text) != n)
		return 0;
	out = sound(text);
	if (!out)
		return 0;
	n_files++;
	if (strstr(path, "/policies/")) {
		n_policies++;
		ck_assert_msg(!strcmp(text, out), "%s should be\n%s", path, out);
	}
	if (n < 5000)
		other_layouts(text, 3);
	return 0;
}

START_TEST(tree)
{
	static const char *const folders[] = {
		"policies", "tests/golden", "tests/errors", "tests/bogons",
		"tests/fuzz",
	};
	const char *srcdir = getenv("srcdir");
	char path[4096];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", srcdir ? srcdir : ".",
			 folders[i]);
		ck_assert_int_eq(nftw(path, try_file, 16, FTW_PHYS), 0);
	}
	ck_assert_uint_gt(n_files, 150);
	ck_assert_uint_gt(n_policies, 10);
}
END_TEST

/* ---- random ones, in which every name is short ---- */

static struct buf made;

static void word(const char *const *v, unsigned int n)
{
	buf_printf(&made, "%s ", v[some(n)]);
}

#define ONE_OF(...) do { \
	static const char *const v_[] = { __VA_ARGS__ }; \
	word(v_, ARRAY_SIZE(v_)); \
} while (0)

static void make_set(unsigned int depth, bool subjects)
{
	unsigned int n = 1 + some(some(8) ? 3 : 20);

	for (; n; n--) {
		while (!some(8))
			buf_puts(&made, "! ");
		if (depth && !some(4)) {
			buf_puts(&made, "( ");
			make_set(depth - 1, subjects);
			buf_puts(&made, ") ");
		} else if (subjects) {
			ONE_OF("root", "uid 5", "euid 1 .. 9", "gid > 7",
			       "1000", "< 5", "domain init_t");
		} else {
			ONE_OF("label bin_t", "owner root", "fs ext4",
			       "fsmagic 0x9fa0", "group 5 .. 7",
			       "path \"/opt/**\"", "attribute file_type");
		}
		if (n > 1)
			ONE_OF("|", "|", "|", "&");
	}
}

static void make_rule(void)
{
	unsigned int n;

	ONE_OF("measure", "appraise", "exempt audit", "measure , hash");
	for (n = 1 + some(some(4) ? 2 : 15); n; n--) {
		ONE_OF("exec", "mmap-requested", "read", "kexec-initramfs",
		       "key in \".ima\" | \"_ima\"", "data \"x\"");
		if (n > 1)
			buf_puts(&made, ", ");
	}
	if (some(2)) {
		buf_puts(&made, "of ");
		make_set(3, false);
	}
	if (!some(3)) {
		buf_puts(&made, "by ");
		make_set(2, true);
	}
	for (n = some(4); n; n--)
		ONE_OF("pcr 11", "template ima-ng", "requiring digest",
		       "digest verity", "allowing stricter",
		       "algorithms sha256 | sha512",
		       "allowing wider to label etc_t , usr_t , bin_t");
	for (n = some(3); n; n--) {
		buf_puts(&made, "except ");
		ONE_OF("of label a_t", "by root", "read of label a_t by root");
		if (!some(3))
			buf_puts(&made, "| fs ext4 ");
	}
	buf_puts(&made, "; ");
}

static void make_test(void)
{
	unsigned int n;

	buf_puts(&made, "test \"t\" { ");
	for (n = some(5); n; n--) {
		ONE_OF("exec", "open read", "open read write append");
		buf_puts(&made, "\"/usr/bin/x\" ");
		ONE_OF("", "label bin_t owner 7", "fs ext4 fsmagic 0xef53");
		ONE_OF("", "by root", "by uid 5 & euid 7");
		buf_puts(&made, "=> ");
		ONE_OF("nothing", "measure pcr 11 , appraise signature",
		       "measure template ima-ng , audit , hash digest verity");
		buf_puts(&made, "; ");
	}
	buf_puts(&made, "} ");
}

static void make_policy(unsigned int depth)
{
	unsigned int n;

	for (n = 1 + some(3); n; n--) {
		unsigned int kind = some(8);

		if (kind == 0 && depth) {
			buf_puts(&made, "within ");
			make_set(2, false);
			ONE_OF("", "pcr 11", "requiring signature pcr 12");
			buf_puts(&made, "{ ");
			make_policy(depth - 1);
			buf_puts(&made, "} ");
		} else if (kind == 1) {
			make_test();
		} else if (kind == 2) {
			buf_puts(&made, "let name = ");
			make_set(2, false);
			buf_puts(&made, "; ");
		} else if (kind == 3) {
			ONE_OF("include <a/b> ;", "include \"a\" ;",
			       "target kernel 6.1.0-28-amd64 , selinux ;");
		} else {
			make_rule();
		}
	}
}

static void check_widths(const char *out)
{
	for (; *out; out += strcspn(out, "\n"), out += *out == '\n') {
		size_t i, column = 0, len = strcspn(out, "#\n");

		for (i = 0; i < len; i++)
			column += out[i] == '\t' ? 8 : 1;
		while (i && out[i - 1] == ' ')
			i--, column--;
		ck_assert_msg(column <= FMT_COLUMNS, "too long: %.*s",
			      (int)len, out);
	}
}

START_TEST(random_ones)
{
	int i;

	for (i = 0; i < 400; i++) {
		const char *out;

		fresh();
		seed = (unsigned int)i;
		buf_init(&made, &arena);
		make_policy(3);
		out = sound(made.s);
		ck_assert_msg(out != NULL, "%s", rendered());
		check_widths(out);
		other_layouts(made.s, 3);
	}
}
END_TEST

/* a list without end takes no longer than its length */
START_TEST(large)
{
	char *text = repeat("measure exec of ", "(label a | !label b) & ",
			    20000, "label c;");
	const char *out;

	out = laid_out(text);
	ck_assert_ptr_nonnull(out);
	check_widths(out);
	free(text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("fmt");
	TCase *tc = tcase_create("fmt");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, layout, 0, (int)ARRAY_SIZE(layouts));
	tcase_add_loop_test(tc, mistakes, 0, 7);
	tcase_add_test(tc, other_mistakes);
	tcase_add_test(tc, tree);
	tcase_add_test(tc, random_ones);
	tcase_add_test(tc, large);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
