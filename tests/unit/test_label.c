/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli_oracle.h"
#include "paths.h"

/* The installed libselinux as it is asked for proofs about paths. */

static struct arena arena;
static char dir[64], base[96];

static void setup(void)
{
	arena_init(&arena);
	strcpy(dir, "/tmp/imapol-label.XXXXXX");
	ck_assert_ptr_ne(mkdtemp(dir), NULL);
	snprintf(base, sizeof(base), "%s/fc", dir);
}

static const char *beside(const char *suffix)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s%s", base, suffix);
	return path;
}

static const char *const names[] = {
	"", ".homedirs", ".local", ".subs", ".subs_dist", ".bin",
	".homedirs.bin", ".local.bin",
};

static void teardown(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (unlink(beside(names[i])))
			rmdir(beside(names[i]));
	rmdir(dir);
	arena_free(&arena);
}

static void put(const char *suffix, const char *text)
{
	FILE *f = fopen(beside(suffix), "w");

	ck_assert_ptr_ne(f, NULL);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

static void expect(struct label_contexts *c, const char *path,
		   const char *want)
{
	const char *context;

	ck_assert(label_lookup(c, path, &arena, &context));
	if (want)
		ck_assert_pstr_eq(context, want);
	else
		ck_assert_ptr_eq(context, NULL);
}

START_TEST(all_files)
{
	struct label_contexts *c;

	put("", "/a(/.*)? u:r:a_t:s0\n/a/none <<none>>\n/a/d -d u:r:d_t\n");
	put(".homedirs", "/a/home u:r:h_t\n");
	put(".local", "/a/local u:r:l_t\n");
	put(".subs", "/s /a\n");
	put(".subs_dist", "/d /a\n");
	c = label_open(base);
	ck_assert_ptr_ne(c, NULL);
	expect(c, "/a/x", "u:r:a_t:s0");
	expect(c, "/a/d", "u:r:a_t:s0");
	expect(c, "/a/none", NULL);
	expect(c, "/x", NULL);
	expect(c, "/s/home", "u:r:h_t");
	expect(c, "/d/local", "u:r:l_t");
	label_close(c);
}
END_TEST

START_TEST(text)
{
	static const char lines[] = "/a.* u:r:a_t\n/ab u:r:b_t\n";
	struct label_contexts *c = label_open_text(lines, sizeof(lines) - 1);

	ck_assert_ptr_ne(c, NULL);
	expect(c, "/ac", "u:r:a_t");
	expect(c, "/ab", "u:r:b_t");
	expect(c, "/b", NULL);
	label_close(c);
	ck_assert_ptr_eq(label_open_text("/a x x x\n", 9), NULL);
}
END_TEST

/* without a file, beside a compiled one, and of something else than a file */
START_TEST(not_opened)
{
	ck_assert_ptr_eq(label_open(base), NULL);
	put("", "/a u:r:a_t\n");
	put(names[5 + _i], "");
	ck_assert_ptr_eq(label_open(base), NULL);
	unlink(beside(names[5 + _i]));
	ck_assert_int_eq(mkfifo(beside(names[1 + _i]), 0600), 0);
	ck_assert_ptr_eq(label_open(base), NULL);
	unlink(beside(names[1 + _i]));
	label_close(label_open(base));
	put("", "/a x x x\n");
	ck_assert_ptr_eq(label_open(base), NULL);
}
END_TEST

/* found by its behaviour to be of the version that it was built as */
START_TEST(rules)
{
	struct fc_files files = { .subs = NULL };
	enum fc_version version, v;
	struct fcontext fc;
	struct cli_oracle o;
	struct intern in;
	struct diags ds;

	ck_assert(fc_rules_find(LIBSELINUX_VERSION, &version));
	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	put("", "/a u:r:a_t\n");
	files.input[FC_BASE] = text_source(&arena, "/a u:r:a_t\n", 0);
	cli_oracle_init(&o, &arena, base);
	for (v = 0; v < FC_VERSION_COUNT; v++) {
		ck_assert(fcontext_read(&fc, &files, fc_rules(v), &arena, &in,
					&ds));
		ck_assert_int_eq(o.oracle.opens(o.oracle.arg, &fc),
				 v == version);
	}
	cli_oracle_close(&o);
}
END_TEST

static void put_all(const struct texts *t)
{
	size_t i;

	for (i = 0; i < 5; i++) {
		unlink(beside(text_suffix[i]));
		if (texts_get(t, i))
			put(text_suffix[i], texts_get(t, i));
	}
}

/* the verdict on a random glob, by the library; asked: whether it could be */
static void check_verdict(struct fcdb *db, unsigned int parts,
			  unsigned int *asked)
{
	struct fcdb_query q = { .kind = FC_FILE, .parts = parts };
	struct prove_claim claim = { .db = db, .q = &q };
	struct prove_failure f = { .path = NULL };
	struct glob_error err;
	struct fcdb_result r;
	struct cli_oracle o;
	struct prove p;
	struct buf b;
	struct glob g;

	buf_init(&b, &arena);
	random_glob(&b);
	ck_assert(glob_parse(&arena, b.s, b.len, &g, &err));
	q.glob = &g;
	fcdb_query(db, &q, &r);
	claim.r = &r;
	cli_oracle_init(&o, &arena, base);
	*asked += o.oracle.opens(&o, fcdb_fcontext(db));
	prove_init(&p, &arena);
	p.oracle = &o.oracle;
	ck_assert_msg(prove_by(&p, PROVE_LIBSELINUX, &claim, &f),
		      "%s: %s: %s, %s", g.text, f.path, f.said, f.found);
	cli_oracle_close(&o);
}

/* of true verdicts none is doubted */
START_TEST(verdicts_hold)
{
	unsigned int i, asked = 0;

	dice_state = 40;
	for (i = 0; i < 300; i++) {
		struct intern in;
		struct diags ds;
		struct texts t;
		struct fcdb *db;

		arena_free(&arena);
		arena_init(&arena);
		intern_init(&in, &arena);
		diags_init(&ds, &arena);
		random_texts(&arena, &t);
		put_all(&t);
		db = open_texts(&arena, &in, &ds, &t,
				(enum fc_version)(i % FC_VERSION_COUNT));
		ck_assert_ptr_ne(db, NULL);
		check_verdict(db, 1u << i % 3, &asked);
	}
	ck_assert_uint_gt(asked, 50);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("libselinux");
	TCase *tc = tcase_create("label");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, all_files);
	tcase_add_test(tc, text);
	tcase_add_loop_test(tc, not_opened, 0, 3);
	tcase_add_test(tc, rules);
	tcase_add_test(tc, verdicts_hold);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
