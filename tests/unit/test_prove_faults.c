/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <unistd.h>

#include "../../compiler/paths.h"
#include "compile.h"
#include "prove_trial.h"

/*
 * Each fault of the search planted: where it makes a verdict wrong, the proof
 * must notice, and nothing may be compiled. A table of the ways that notice is
 * printed.
 */
static struct arena arena;
static struct intern in;
static struct diags ds;
static char dir[64], base[96];

static void clear(void)
{
	arena_free(&arena);
	arena_init(&arena);
	intern_init(&in, &arena);
	diags_init(&ds, &arena);
}

static void setup(void)
{
	arena_init(&arena);
	clear();
	strcpy(dir, "/tmp/imapol-prove.XXXXXX");
	ck_assert_ptr_ne(mkdtemp(dir), NULL);
	snprintf(base, sizeof(base), "%s/fc", dir);
	fcdb_fault = FCDB_FAULT_NONE;
}

/* what libselinux reads; without texts the files go */
static void write_texts(const struct texts *t)
{
	char path[128];
	size_t i;

	for (i = 0; i < 5; i++) {
		const char *text = t ? texts_get(t, i) : NULL;
		FILE *f;

		snprintf(path, sizeof(path), "%s%s", base, text_suffix[i]);
		unlink(path);
		if (!text)
			continue;
		f = fopen(path, "w");
		ck_assert_ptr_ne(f, NULL);
		fputs(text, f);
		ck_assert_int_eq(fclose(f), 0);
	}
}

static void teardown(void)
{
	fcdb_fault = FCDB_FAULT_NONE;
	write_texts(NULL);
	rmdir(dir);
	arena_free(&arena);
}

/* what is kept of a trial by file, for libselinux */
static void prove_texts(struct trial *t, const struct texts *texts,
			struct tally *n)
{
	struct cli_oracle oracle;

	write_texts(texts);
	cli_oracle_init(&oracle, &arena, base);
	prove_trial(t, &oracle, n);
	cli_oracle_close(&oracle);
}

/* true: the fault shows */
static bool try_texts(const struct texts *texts, enum fc_version v,
		      const struct glob *g, int fault, struct tally *n)
{
	struct trial t = { .arena = &arena,
			   .q = { .glob = g, .kind = FC_FILE,
				  .parts = FCDB_TYPE } };

	plant(FCDB_FAULT_NONE);
	t.honest = open_texts(&arena, &in, &ds, texts, v);
	plant(fault);
	t.faulty = open_texts(&arena, &in, &ds, texts, v);
	ck_assert(t.honest && t.faulty);
	if (!goes_wrong(&t, fault, true))
		return false;
	prove_texts(&t, texts, n);
	return true;
}

/* ---- a database for each fault ---- */

static const struct crafted {
	struct texts texts;
	const char *glob, *allowing;
} crafted[FCDB_FAULT_COUNT] = {
	/* the loop of the second line is taken to match /a/b */
	[FCDB_FAULT_UNIVERSAL] = {
		{ { "/a/.*\t\tu:r:low_t\n/a/.*x\t\tu:r:high_t\n"
		    "/a/c/.*\t\tu:r:c_t\n" }, NULL, NULL }, "/a/**",
		" allowing unlabelled" },
	/* nothing seems to hang below the first line */
	[FCDB_FAULT_RUN] = {
		{ { "/?.*\t\tu:r:a_t\n/a/b/.*\t\tu:r:b_t\n" }, NULL,
		  NULL }, "/**", "" },
	/* the second line is dropped at /a/b */
	[FCDB_FAULT_FLOOR] = {
		{ { "/a/.*\t\tu:r:a_t\n/a/b[^/]*\t\tu:r:b_t\n" }, NULL,
		  NULL }, "/a/**", "" },
	/* the first line ends the search, from libselinux 3.8 on */
	[FCDB_FAULT_DEPTH] = {
		{ { "/a/b/.*\t\t<<none>>\n/a/.*\t\tu:r:a_t\n" }, NULL, NULL },
		"/a/**", "" },
	/* nothing seems to lead to the second line */
	[FCDB_FAULT_ALIVE] = {
		{ { "/a/.*\t\tu:r:a_t\n/a/b/c\t\tu:r:b_t\n" }, NULL, NULL },
		"/a/**", "" },
	/* /a/b/c is not looked at */
	[FCDB_FAULT_CERTAIN] = {
		{ { "/a/.*\t\tu:r:a_t\n" }, NULL, NULL }, "/a/*", "" },
	/* the longer source goes first, although the shorter one should */
	[FCDB_FAULT_SUB_RANK] = {
		{ { "/x/.*\t\tu:r:x_t\n/y/.*\t\tu:r:y_t\n" }, NULL,
		  "/s/t /x\n/s /y\n" }, "/s/t/**", " allowing wider" },
	/* the last line is too far down for the first search */
	[FCDB_FAULT_CAP] = {
		{ { "/a/.*\t\tu:r:a_t\n/a/b/c/d/e\t\tu:r:b_t\n" }, NULL,
		  NULL }, "/a/**", "" },
	/* the same, where nothing seems to lead there from afar */
	[FCDB_FAULT_BOUND] = {
		{ { "/a/.*\t\tu:r:a_t\n/a/b/c/d/e\t\tu:r:b_t\n" }, NULL,
		  NULL }, "/a/**", "" },
};

static struct glob glob_of(const char *text)
{
	struct glob_error err;
	struct glob g;

	ck_assert(glob_parse(&arena, text, strlen(text), &g, &err));
	return g;
}

/* the lines that a policy with this glob gives; NULL: an error */
static const char *compiled(const struct crafted *c, enum fc_version v,
			    struct compile *unit)
{
	struct fc_files f = { .subs_dist = NULL };
	struct krelease release;
	struct ktarget target;
	struct paths paths;
	struct buf text, out;

	compile_init(unit, &arena);
	paths_init(&paths, &arena, &unit->strings, &unit->diags);
	f.input[FC_BASE] = text_source(&arena, c->texts.input[0], 0);
	f.subs_dist = text_source(&arena, c->texts.subs_dist, 4);
	ck_assert(paths_open(&paths, &f, fc_rules(v)->name));
	unit->paths = &paths;
	buf_init(&text, &arena);
	buf_init(&out, &arena);
	buf_printf(&text, "measure read of path \"%s\"%s;\n", c->glob,
		   c->allowing);
	compile_add_source(unit, source_new(&arena, "t", text.s, text.len, 0));
	compile_check(unit);
	ck_assert(krelease_parse("6.12", 4, &release));
	ktarget_init(&target, release);
	target.lsm = KLSM_SELINUX;
	if (compile_emit(unit, &target, &out))
		return out.s;
	ck_assert_uint_eq(out.len, 0);
	return NULL;
}

static bool proof_failed(const struct compile *unit)
{
	bool failed = false;
	size_t i;

	for (i = 0; i < unit->diags.n; i++)
		failed |= unit->diags.v[i]->code == DIAG_PATH_PROOF_FAILED;
	return failed;
}

/* the lines are there without the fault, and with it the error is */
static void compile_both(const struct crafted *c, enum fc_version v, int fault)
{
	struct compile unit;

	plant(FCDB_FAULT_NONE);
	compiled(c, v, &unit);
	ck_assert(!proof_failed(&unit));
	plant(fault);
	ck_assert_ptr_eq(compiled(c, v, &unit), NULL);
	ck_assert_msg(proof_failed(&unit), "%s: %s", fault_names[fault],
		      unit.diags.v[0]->text);
	ck_assert_uint_eq(unit.diags.n_errors, 1);
}

START_TEST(crafted_databases)
{
	struct tally n = { 0 };
	enum fc_version v;

	for (v = 0; v < FC_VERSION_COUNT; v++) {
		struct glob g;

		clear();
		g = glob_of(crafted[_i].glob);
		if (try_texts(&crafted[_i].texts, v, &g, _i, &n))
			compile_both(&crafted[_i], v, _i);
	}
	print_tally("crafted", _i, &n);
	ck_assert_uint_ge(n.wrong, 1);
	ck_assert_uint_eq(n.caught, n.wrong);
}
END_TEST

/* ---- random databases, and one like Debian's ---- */

START_TEST(random_databases)
{
	struct tally n = { 0 };
	unsigned int i;

	dice_state = 99;
	for (i = 0; i < 3000 && n.wrong < 200; i++) {
		struct texts texts;
		struct buf text;
		struct glob g;

		clear();
		random_texts(&arena, &texts);
		buf_init(&text, &arena);
		random_glob(&text);
		g = glob_of(text.s);
		try_texts(&texts, (enum fc_version)(i % FC_VERSION_COUNT), &g,
			  _i, &n);
	}
	print_tally("random", _i, &n);
	if (_i)
		ck_assert_uint_gt(n.wrong, 0);
	else
		ck_assert_uint_eq(n.wrong, 0);
	/* what is left has a path of many coincidences as its only witness */
	ck_assert_uint_ge(n.caught * 50, n.wrong * 49);
}
END_TEST

/* the globs that people write; not each fault shows here */
START_TEST(debian_like_database)
{
	static const char *const globs[] = {
		"/usr/bin/*", "/usr/bin/**", "/usr/lib/**", "/opt/vendor/bin/*",
		"/usr/lib/firmware/**", "/usr/local/lib/**", "/usr/bin/sshd",
		"/usr/**", "/**", "/opt/**", "/usr/bin/python*",
		"/usr/lib/jvm/*/bin/*", "/{usr,opt}/**", "/lib64/**",
	};
	struct texts texts = { .input = { debian_like },
			       .subs_dist = debian_like_subs };
	struct tally n = { 0 };
	enum fc_version v;
	size_t i;

	for (v = 0; v < FC_VERSION_COUNT; v++)
		for (i = 0; i < ARRAY_SIZE(globs); i++) {
			struct glob g;

			clear();
			g = glob_of(globs[i]);
			try_texts(&texts, v, &g, _i, &n);
		}
	print_tally("debian-like", _i, &n);
	ck_assert_uint_eq(n.caught, n.wrong);
	if (_i == FCDB_FAULT_NONE)
		ck_assert_uint_eq(n.wrong, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("proofs with planted faults");
	TCase *tc = tcase_create("faults");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, crafted_databases, 1, FCDB_FAULT_COUNT);
	tcase_add_loop_test(tc, random_databases, 0, FCDB_FAULT_COUNT);
	tcase_add_loop_test(tc, debian_like_database, 0, FCDB_FAULT_COUNT);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
