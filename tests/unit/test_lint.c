/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_kernel.h"
#include "fix.h"
#include "ktargets.h"
#include "lint_refused.h"

static struct arena arena;
static struct intern strings;
static struct diags ds;

static void setup(void)
{
	arena_init(&arena);
	intern_init(&strings, &arena);
	diags_init(&ds, &arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

static void again(void)
{
	teardown();
	setup();
}

static const struct source *text_len(const char *s, size_t len)
{
	return source_new(&arena, "t", arena_strndup(&arena, s, len), len, 0);
}

static const struct source *text(const char *s)
{
	return text_len(s, strlen(s));
}

/* the messages of a file, for 6.12 with SELinux where t is NULL */
static const struct source *check(const struct ktarget *t, const char *s)
{
	struct ktarget usual = target_of("6.12", KLSM_SELINUX);
	const struct source *src = text(s);

	check_kernel_lines(&strings, src, NULL, t ? t : &usual, &ds);
	return src;
}

static int by_place(const void *a, const void *b)
{
	const struct diag *const *x = a, *const *y = b;

	return span_cmp((*x)->span, (*y)->span);
}

/* "code code", of errors and warnings, by place */
static const char *codes(void)
{
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	if (ds.n)
		qsort(ds.v, ds.n, sizeof(*ds.v), by_place);
	for (i = 0; i < ds.n; i++)
		if (ds.v[i]->code != DIAG_ASSUMES_CONFIG)
			buf_printf(&b, "%s%s", b.len ? " " : "",
				   diag_name(ds.v[i]->code));
	return b.s;
}

/* ---- what is told of a line ---- */

START_TEST(several_in_one)
{
	static const struct {
		const char *line, *codes;
	} v[] = {
		{ "measure func=BPRM_CHECK", "" },
		{ "measure func=BRPM_CHECK # x",
		  "unknown-hook trailing-comment" },
		{ "mesure fowner=root fsmagic=proc obj_type=<t>",
		  "unknown-word name-for-number name-for-number placeholder" },
		{ "measure func=FILE_EXEC path=/x && uid = 0 euid=0",
		  "foreign-word path-condition foreign-word spaced-condition "
		  "shared-place" },
		/* what may follow from another mistake is not one more */
		{ "appraise func=NO_SUCH appraise_type=imasig|modsig",
		  "unknown-hook" },
		{ "frobnicate func=KEY_CHECK fowner=0", "unknown-word" },
		{ "appraise func=KEXEC_CMDLINE", "combination" },
		{ "appraise digest_type=verity appraise_type=imasig",
		  "combination" },
		/* and what does not is */
		{ "measure func=KEY_CHECK fowner=0 mask=MAY_READ",
		  "combination combination" },
		{ "measure uid=$a gid=$b fowner=$c",
		  "placeholder placeholder placeholder" },
		{ "measure uid<abc fowner>3", "name-for-number" },
		{ "dont_audit func=MMAP_CHECK_REQPROT", "not-in-release" },
		{ "measure fsname=$x", "" },
		{ "measure\nuid=0", "no-action" },
		{ "measure\n uid=0", "continued-line" },
		{ "measure\n uid=0 measure", "" },
		{ "measure \\\nuid=0 \\\nfowner=root",
		  "continued-line continued-line name-for-number" },
		{ "measure \\\nmeasure uid=0", "continued-line" },
		{ "measure \\\n# no\nmeasure", "continued-line" },
		{ "measure \\", "continued-line" },
		{ "# a \\\nmeasure", "" },
		{ "", "empty-policy" }, { "#\n\n \t\n", "empty-policy" },
		{ "measure fsname=proc\r", "hidden-cr" },
		{ "measure fsuuid=6a3b7d0c-1b1c-4d5e-8f6a-0123456789ab\r",
		  "" },
	};
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		check(NULL, v[i].line);
		ck_assert_msg(!strcmp(codes(), v[i].codes), "%s: %s",
			      v[i].line, codes());
		again();
	}
}
END_TEST

START_TEST(mistakes_are_capped)
{
	char line[1000] = "measure";
	int i;

	for (i = 0; i < 2 * LINT_MAX_MISTAKES; i++)
		strcat(line, " uid=$x");
	check(NULL, line);
	ck_assert_uint_eq(ds.n, LINT_MAX_MISTAKES);
	again();
	/* the last one that is told, and one past it */
	strcpy(line, "measure");
	for (i = 0; i < LINT_MAX_MISTAKES; i++)
		strcat(line, " uid=$x");
	strcat(line, " fowner=root");
	check(NULL, line);
	ck_assert_uint_eq(ds.n, LINT_MAX_MISTAKES);
}
END_TEST

/* a byte that no way in can carry is one message, however long the line */
START_TEST(bytes)
{
	struct ktarget t = target_of("6.12", KLSM_SELINUX);
	size_t len = 1 << 20;
	char *line = malloc(len);

	ck_assert_ptr_nonnull(line);
	memset(line, 'x', len);
	memcpy(line, "measure fsname=", 15);
	check_kernel_lines(&strings, text_len(line, len), NULL, &t, &ds);
	ck_assert_str_eq(codes(), "line-too-long");
	again();
	line[len / 2] = '\0';
	check_kernel_lines(&strings, text_len(line, len), NULL, &t, &ds);
	ck_assert_str_eq(codes(), "bad-byte");
	again();
	/* a rule that goes on and on */
	memset(line, '\n', len);
	memcpy(line, "measure", 7);
	for (len = 7; len + 8 < 1 << 20; len += 8)
		memcpy(line + len, "\n uid=0\\", 8);
	check_kernel_lines(&strings, text_len(line, len), NULL, &t, &ds);
	ck_assert_uint_gt(ds.n_errors, 0);
	free(line);
}
END_TEST

/* ---- what is made of it ---- */

static bool fix(const struct source *src, const struct ktarget *t, size_t n,
		bool some, struct fix_result *r)
{
	struct fix_input in = {
		.arena = &arena, .strings = &strings, .src = src,
		.diags = &ds, .targets = t, .n_targets = n, .some = some,
	};

	return fix_lines(&in, r);
}

START_TEST(fixes)
{
	static const struct {
		const char *before, *after;	/* NULL: as it was */
	} v[] = {
		{ "measure", NULL },
		{ "measure # x", "# x\nmeasure" },
		{ "  measure uid=0\t// x  ", "  # x\n  measure uid=0" },
		{ "measure uid=0 # \n", "#\nmeasure uid=0\n" },
		{ "measure uid=0 //", "#\nmeasure uid=0" },
		{ "measure uid=0 */", "#\nmeasure uid=0" },
		{ "measure uid=root # x\r\n", "# x\nmeasure uid=0\n" },
		{ "measure fun = EXEC\n", "measure func=BPRM_CHECK\n" },
		{ "uid=0 template=ima-ng measure",
		  "uid=0 measure template=ima-ng" },
		{ "measure uid=0 euid=0 fowner=root # x",
		  "# x\nmeasure uid=0 fowner=0\nmeasure euid=0 fowner=0" },
		{ "measure fsmagic=0x1 obj_type=a|b|c uid=0;",
		  "measure fsmagic=0x1 obj_type=a uid=0\n"
		  "measure fsmagic=0x1 obj_type=b uid=0\n"
		  "measure fsmagic=0x1 obj_type=c uid=0" },
		{ "measure uid<=5 gid>=1", "measure uid<6 gid>0" },
		{ "measure uid>=0", NULL },
		/* half of it is no mend */
		{ "measure obj_type=a|b uid=0,1", NULL },
		{ "measure fsuuid=<u> # x", NULL },
		{ "measure uid=0 euid=0 fsuuid=<u>", NULL },
		{ "measure \\\n path=/x uid=root", NULL },
		/* one line is not held up by another */
		{ "measure fsuuid=<u>\nmeasure uid=root\nmeasure uid=joe",
		  "measure fsuuid=<u>\nmeasure uid=0\nmeasure uid=joe" },
		/* what would mean something else */
		{ "dont_measure uid=0 euid=0", NULL },
		{ "measure uid=0 euid=1", NULL },
		{ "measure uid>1 uid<5", NULL },
		{ "measure mask=MAY_READ|MAY_EXEC", NULL },
		{ "measure quid=0", NULL },
		{ "measure all", NULL },
		{ "measure uid=0 all of it", NULL },
		{ "measure \\", NULL },
	};
	struct ktarget t = target_of("6.12", KLSM_SELINUX);
	struct fix_result r;
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		bool done = fix(check(NULL, v[i].before), &t, 1, false, &r);

		ck_assert_msg(done == (v[i].after != NULL), "%s: %s",
			      v[i].before, done ? r.text.s : "nothing");
		if (done)
			ck_assert_str_eq(r.text.s, v[i].after);
		again();
	}
}
END_TEST

START_TEST(fixes_for_several)
{
	struct ktarget t[2] = { target_of("5.10", KLSM_SELINUX),
				target_of("6.14", KLSM_SELINUX) };
	const char *line = "appraise func=BPRM_CHECK appraise_hash=sha1 # x";
	struct fix_result r;
	const struct source *src;

	/* 5.10 lacks what it becomes */
	src = check(&t[1], line);
	ck_assert(!fix(src, t, 2, false, &r));
	ck_assert(fix(src, t, 2, true, &r));
	again();
	/* 6.14 takes a comment there, and still takes the line */
	src = check(&t[0], "measure # x");
	check_kernel_lines(&strings, src, NULL, &t[1], &ds);
	ck_assert(fix(src, t, 2, false, &r));
	ck_assert_str_eq(r.text.s, "# x\nmeasure");
	again();
	/* one that would no longer be taken where it was */
	src = check(&t[0], "measure # x");
	diag_edit(&ds, ds.v[0], (struct span){ src, 7, 7 },
		  " func=CRITICAL_DATA", true);
	ck_assert(!fix(src, t, 2, false, &r));
	ck_assert(fix(src, t, 2, true, &r));
	again();
	src = check(&t[0], "measure");
	diag_edit(&ds, diag_add(&ds, DIAG_NO_EFFECT, (struct span){ src, 0, 7 },
				"m"),
		  (struct span){ src, 7, 7 }, " func=CRITICAL_DATA", true);
	ck_assert(!fix(src, t, 2, true, &r));
}
END_TEST

/* a later message was made with the edits of the earlier in mind */
START_TEST(fixes_that_overlap)
{
	struct ktarget t = target_of("6.12", KLSM_SELINUX);
	const struct source *src = text("measure aaaa uid=0\nmeasure bbbb");
	struct span a = { src, 8, 12 }, in = { src, 9, 11 };
	struct span over = { src, 11, 15 }, b = { src, 27, 31 };
	struct fix_result r;

	diag_edit(&ds, diag_add(&ds, DIAG_NO_EFFECT, in, "1"), in, "zz", true);
	diag_edit(&ds, diag_add(&ds, DIAG_NO_EFFECT, a, "2"), a, "fowner=1",
		  true);
	/* this one comes later and does not take it in: it waits */
	diag_edit(&ds, diag_add(&ds, DIAG_NO_EFFECT, over, "3"), over, "x",
		  true);
	/* the same edit of two messages is made once */
	diag_edit(&ds, diag_add(&ds, DIAG_NO_EFFECT, b, "4"), b, "uid=1",
		  true);
	diag_edit(&ds, diag_add(&ds, DIAG_NO_EFFECT, b, "5"), b, "uid=1",
		  true);
	ck_assert(fix(src, &t, 1, false, &r));
	ck_assert_str_eq(r.text.s, "measure fowner=1 uid=0\nmeasure uid=1");
}
END_TEST

/* ---- random files ---- */

static unsigned int seed = 1;

static unsigned int draw(unsigned int n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

static const char *const soup[] = {
	"measure", "dont_measure", "appraise", "audit", "hash", "mesure",
	"func=BPRM_CHECK", "func=FILE_CHECK", "func=FILE_EXEC", "func=KEY_CHECK",
	"func=NONE", "func", "=", "uid=0", "euid=0", "uid>=10", "uid=root",
	"uid = 0", "gid=0,1", "fowner!=3", "fsmagic=proc", "fsmagic=0x9fa0",
	"fsmagic=x;", "fsuuid=<u u>", "mask=MAY_READ|MAY_EXEC", "mask=READ",
	"path=/etc/*", "dir=/x", "obj_type=a|b", "obj_type=a_t", "# x", "#",
	"/* x */", "//", "PROC_SUPER_MAGIC", "\\", "\\\n", "\n\t", "\n", "\r",
	"\r\n", "&&", "or", "1", "${a}", "...", "%U%", "appraise_type=sigv3",
	"digest_type=verity", "appraise_type=imasig|modsig",
	"appraise_hash=sha1", "template=ima-ng", "pcr=10", "pcr=99", "permit_directio=1",
	"\"measure\"", "func=\"BPRM_CHECK\"", "keyrings=.ima||x", "lsm=a",
	"fsname=proc\r", "\xff", "measure,audit", "dont_audit",
};

static const char *random_file(void)
{
	size_t n = 1 + draw(14);
	struct buf b;

	buf_init(&b, &arena);
	while (n--) {
		buf_puts(&b, soup[draw(sizeof(soup) / sizeof(soup[0]))]);
		if (draw(8))
			buf_putc(&b, " \t  "[draw(4)]);
	}
	return b.s;
}

/* line by line, as the kernel does; *rules: there is one */
static bool taken(const struct ktarget *t, const struct source *src,
		  bool *rules)
{
	bool all = true;
	size_t at, end;

	*rules = false;
	for (at = 0; at < src->len; at = end + 1) {
		struct kd_out out;
		enum kd_result r;

		end = lint_physical_end(src, at);
		r = kdialect_parse(t, &strings, src->text + at, end - at,
				   &out);
		*rules |= r != KD_EMPTY;
		all &= r != KD_REFUSED;
	}
	return all;
}

static void one_random(const struct ktarget *t, size_t *fixed)
{
	const char *file = random_file();
	const struct source *src = check(t, file);
	struct fix_result r;
	bool rules;
	size_t i;

	ck_assert_msg((ds.n_errors == 0) ==
		      (taken(t, src, &rules) && rules), "%s", file);
	for (i = 0; i < ds.n; i++) {
		ck_assert_uint_le(ds.v[i]->span.start, ds.v[i]->span.end);
		ck_assert_uint_le(ds.v[i]->span.end, src->len);
	}
	if (!fix(src, t, 1, false, &r))
		return;
	++*fixed;
	diags_init(&ds, &arena);
	src = check(t, r.text.s);
	/* another round may do more, and no round more than once */
	for (i = 0; i < 8 && fix(src, t, 1, false, &r); i++) {
		diags_init(&ds, &arena);
		src = check(t, r.text.s);
	}
	ck_assert_msg(i < 8, "%s", file);
}

START_TEST(random_files)
{
	struct ktarget t[2] = { target_of("6.12", KLSM_SELINUX),
				target_of("7.1", KLSM_NONE) };
	size_t i, fixed = 0;

	for (i = 0; i < 20000; i++) {
		again();
		one_random(&t[i & 1], &fixed);
	}
	ck_assert_uint_gt(fixed, 2000);
}
END_TEST

/* ---- which language ---- */

static const char *slurp(const char *path, size_t *len)
{
	const char *s;

	ck_assert_int_eq(source_read(&arena, path, &s, len), SOURCE_OK);
	return s;
}

static size_t n_policies;

static int one_policy(const char *path, const struct stat *st, int kind,
		      struct FTW *where)
{
	size_t len = strlen(path);
	const char *s;

	(void)st;
	(void)where;
	/* kernel lines under the other name, on purpose; and no statement */
	if (kind != FTW_F || len < 7 || strcmp(path + len - 7, ".imapol") ||
	    strstr(path, "kernel-lines-forced") ||
	    strstr(path, "only-a-comment"))
		return 0;
	s = slurp(path, &len);
	ck_assert_msg(!check_is_kernel_dialect(text_len(s, len)), "%s", path);
	n_policies++;
	return 0;
}

START_TEST(policies_are_none)
{
	static const char *const dirs[] = {
		"policies", "tests/golden", "tests/errors", "tests/bogons",
		"tests/live",
	};
	const char *srcdir = getenv("srcdir");
	char path[4096];
	size_t i;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", srcdir ? srcdir : ".",
			 dirs[i]);
		ck_assert_int_eq(nftw(path, one_policy, 16, FTW_PHYS), 0);
	}
	ck_assert_uint_gt(n_policies, 200);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lint");
	TCase *tc = tcase_create("lint");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, several_in_one);
	tcase_add_test(tc, mistakes_are_capped);
	tcase_add_test(tc, bytes);
	tcase_add_test(tc, fixes);
	tcase_add_test(tc, fixes_for_several);
	tcase_add_test(tc, fixes_that_overlap);
	tcase_add_test(tc, random_files);
	tcase_add_test(tc, policies_are_none);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
