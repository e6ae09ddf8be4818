/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <unistd.h>

#include "cli.h"
#include "cli_oracle.h"
#include "paths.h"

/*
 * What libselinux is asked, with a made-up one that reads like one of the
 * versions, or like none.
 */
struct label_contexts {
	struct fcdb *db;
};

static struct arena arena;
static struct intern in;
static struct diags ds;

static struct {
	enum fc_version like;
	const char *spoilt;	/* has another context than the version's */
	const char *lines;	/* in its files, whatever is there */
	bool refuses, mute;
	unsigned int texts, files, open;
} library;

const char *label_file_contexts(void)
{
	return NULL;
}

const char *label_policy(void)
{
	return NULL;
}

bool label_selinux_runs(void)
{
	return false;
}

static struct label_contexts *new_contexts(const char *text)
{
	struct label_contexts *c = arena_new(&arena, struct label_contexts);
	struct texts t = { .input = { text } };

	c->db = open_texts(&arena, &in, &ds, &t, library.like);
	ck_assert_ptr_ne(c->db, NULL);
	library.open++;
	return c;
}

struct label_contexts *label_open(const char *base)
{
	library.files++;
	ck_assert_ptr_ne(strstr(base, "base"), NULL);
	return library.refuses ? NULL : new_contexts(library.lines);
}

struct label_contexts *label_open_text(const char *text, size_t len)
{
	ck_assert_uint_eq(len, strlen(text));
	library.texts++;
	return library.refuses ? NULL : new_contexts(text);
}

bool label_lookup(struct label_contexts *c, const char *path, struct arena *a,
		  const char **context)
{
	const struct fc_entry *e = fcdb_lookup(c->db, path, FC_FILE, NULL);
	struct buf b;

	*context = NULL;
	if (library.mute)
		return false;
	if (!e || e->none)
		return true;
	buf_init(&b, a);
	buf_printf(&b, "%s:%s:%s%s%s", e->user, e->role, e->type,
		   e->range ? ":" : "", e->range ? e->range : "");
	*context = library.spoilt && !strcmp(library.spoilt, path) ? "u:r:x"
								     : b.s;
	return true;
}

void label_close(struct label_contexts *c)
{
	library.open -= c != NULL;
}

static void setup(void)
{
	arena_init(&arena);
	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	memset(&library, 0, sizeof(library));
	library.lines = "/.* u:r:file_t:s0\n";
}

static void teardown(void)
{
	arena_free(&arena);
}

static const struct fcontext *contexts(enum fc_version v, const char *subs,
				       const char *subs_dist)
{
	struct texts t = { .input = { "/.* u:r:t\n" }, .subs = subs,
			   .subs_dist = subs_dist };
	struct fcdb *db = open_texts(&arena, &in, &ds, &t, v);

	ck_assert_ptr_ne(db, NULL);
	return fcdb_fcontext(db);
}

static unsigned int rules_served(struct cli_oracle *o)
{
	unsigned int served = 0;
	enum fc_version v;

	for (v = 0; v < FC_VERSION_COUNT; v++)
		if (o->oracle.opens(o->oracle.arg, contexts(v, NULL, NULL)))
			served |= 1u << v;
	return served;
}

/* each version's behaviour is told from those of the others */
START_TEST(one_version_fits)
{
	const char *context;
	struct cli_oracle o;

	library.like = (enum fc_version)_i;
	cli_oracle_init(&o, &arena, "the-base");
	ck_assert_uint_eq(library.texts + library.files, 0);
	ck_assert_uint_eq(rules_served(&o), 1u << _i);
	ck_assert_uint_eq(rules_served(&o), 1u << _i);
	ck_assert_uint_eq(library.texts, 1);
	ck_assert_uint_eq(library.files, 1);
	ck_assert(o.oracle.lookup(o.oracle.arg, "/a", &context));
	ck_assert_str_eq(context, "u:r:file_t:s0");
	cli_oracle_close(&o);
	cli_oracle_close(&o);
	ck_assert_uint_eq(library.open, 0);
}
END_TEST

/* a library that differs in one answer is none of those that are known */
START_TEST(none_fits)
{
	struct cli_oracle o;

	library.like = (enum fc_version)_i;
	library.spoilt = "/twice/a";
	cli_oracle_init(&o, &arena, "the-base");
	ck_assert_uint_eq(rules_served(&o), 0);
	ck_assert_uint_eq(library.files, 0);
	ck_assert_uint_eq(library.open, 0);
}
END_TEST

START_TEST(not_there)
{
	struct cli_oracle o;

	library.refuses = true;
	cli_oracle_init(&o, &arena, "the-base");
	ck_assert_uint_eq(rules_served(&o), 0);
	library.refuses = false;
	library.mute = true;
	cli_oracle_init(&o, &arena, "the-base");
	ck_assert_uint_eq(rules_served(&o), 0);
	cli_oracle_close(&o);
}
END_TEST

/* the files are refused, though the rules are known */
START_TEST(files_refused)
{
	struct cli_oracle o;

	cli_oracle_init(&o, &arena, "the-base");
	ck_assert_uint_eq(rules_served(&o), 1u << FC_3_4);
	cli_oracle_close(&o);
	cli_oracle_init(&o, &arena, "the-base");
	o.probed = true;
	o.fits[FC_3_4] = true;
	library.refuses = true;
	ck_assert_uint_eq(rules_served(&o), 0);
}
END_TEST

START_TEST(order_of_substitutions)
{
	static const struct {
		const char *subs, *subs_dist;
		bool serves;
	} cases[] = {
		{ "/a /x\n/b /x\n", "/a /x\n/ab /x\n", true },
		{ "/a /x\n/a/b /y\n", NULL, false },
		{ NULL, "/a/b /x\n/a /y\n", false },
		{ NULL, "/a /x\n/a /y\n", false },
		{ "/a /x\n", "/a/b /x\n", true },
		{ NULL, "/lib /usr/lib\n/lib/systemd /usr/lib/systemd\n",
		  true },
		{ NULL, "/lib /usr/lib\n/lib/systemd /usr/systemd\n", false },
		{ NULL, "/a /x\n/a /x\n", true },
	};
	const struct fcontext *fc = contexts(FC_3_4, cases[_i].subs,
					     cases[_i].subs_dist);
	struct cli_oracle o;

	cli_oracle_init(&o, &arena, "the-base");
	ck_assert_int_eq(o.oracle.opens(o.oracle.arg, fc), cases[_i].serves);
	cli_oracle_close(&o);
}
END_TEST

/* ---- the whole program ---- */

static char dir[64], old_dir[4096];

static void enter_dir(void)
{
	setup();
	strcpy(dir, "/tmp/imapol-oracle.XXXXXX");
	ck_assert_ptr_ne(getcwd(old_dir, sizeof(old_dir)), NULL);
	ck_assert_ptr_ne(mkdtemp(dir), NULL);
	ck_assert_int_eq(chdir(dir), 0);
}

static void leave_dir(void)
{
	unlink("base");
	unlink("t.imapol");
	unlink("out");
	unlink("err");
	ck_assert_int_eq(chdir(old_dir), 0);
	rmdir(dir);
	teardown();
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_ne(f, NULL);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

static const char *file_text(const char *name)
{
	const char *text;
	size_t len;

	ck_assert_int_eq(source_read(&arena, name, &text, &len), SOURCE_OK);
	return text;
}

static int turn(int fd, const char *name)
{
	int kept = dup(fd), to = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	ck_assert(kept >= 0 && to >= 0);
	dup2(to, fd);
	close(to);
	return kept;
}

static int run_program(const char *last)
{
	const char *const args[] = { "imapolc", "--file-contexts", "base",
				     "--no-comments", "-Wno-assumes-config",
				     last };
	char *argv[ARRAY_SIZE(args) + 1] = { NULL };
	int out, err, status;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(args); i++)
		argv[i] = arena_strndup(&arena, args[i], strlen(args[i]));
	fflush(stdout);
	out = turn(STDOUT_FILENO, "out");
	err = turn(STDERR_FILENO, "err");
	status = cli_main(ARRAY_SIZE(args), argv);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	return status;
}

static const char base_lines[] = "/.* u:r:rest_t\n/a/.* u:r:a_t\n";
static const char policy[] =
	"target kernel 6.12, selinux, libselinux 3.4;\n"
	"measure exec of path \"/a/**\";\n";

START_TEST(program_agrees)
{
	library.lines = base_lines;
	write_file("base", base_lines);
	write_file("t.imapol", policy);
	ck_assert_int_eq(run_program("t.imapol"), 0);
	ck_assert_str_eq(file_text("out"),
			 "measure func=BPRM_CHECK obj_type=a_t\n");
	ck_assert_uint_eq(library.files, 1);
	ck_assert_uint_eq(library.open, 0);
}
END_TEST

/* the library has another answer: an error, and nothing is written */
START_TEST(program_disagrees)
{
	library.lines = "/.* u:r:other_t\n";
	write_file("base", base_lines);
	write_file("t.imapol", policy);
	ck_assert_int_eq(run_program("t.imapol"), 1);
	ck_assert_str_eq(file_text("out"), "");
	ck_assert_ptr_ne(strstr(file_text("err"), "t.imapol:2:17: error: "),
			 NULL);
	ck_assert_ptr_ne(strstr(file_text("err"), "/a/a [path-proof-failed]"),
			 NULL);
	ck_assert_ptr_ne(strstr(file_text("err"),
				"the search says: type a_t"), NULL);
	ck_assert_ptr_ne(strstr(file_text("err"),
				"libselinux says: u:r:other_t"), NULL);
	ck_assert_ptr_eq(strstr(file_text("err"), "path-wider"), NULL);
}
END_TEST

/* for other rules it is not asked, and its absence changes nothing */
START_TEST(program_alone)
{
	library.lines = "/.* u:r:other_t\n";
	library.refuses = _i == 0;
	library.like = _i ? FC_3_9 : FC_3_4;
	write_file("base", base_lines);
	write_file("t.imapol", policy);
	ck_assert_int_eq(run_program("t.imapol"), 0);
	ck_assert_str_eq(file_text("out"),
			 "measure func=BPRM_CHECK obj_type=a_t\n");
	ck_assert_uint_eq(library.files, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("the oracle");
	TCase *tc = tcase_create("oracle");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, one_version_fits, 0, FC_VERSION_COUNT);
	tcase_add_loop_test(tc, none_fits, 0, FC_VERSION_COUNT);
	tcase_add_test(tc, not_there);
	tcase_add_test(tc, files_refused);
	tcase_add_loop_test(tc, order_of_substitutions, 0, 8);
	suite_add_tcase(s, tc);
	tc = tcase_create("program");
	tcase_add_checked_fixture(tc, enter_dir, leave_dir);
	tcase_add_test(tc, program_agrees);
	tcase_add_test(tc, program_disagrees);
	tcase_add_loop_test(tc, program_alone, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
