/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <unistd.h>

#include "paths_ref.h"

static struct arena arena;
static struct intern in;
static struct diags ds;
static enum fc_version version;

static void setup(void)
{
	arena_init(&arena);
	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	ck_assert_msg(fc_rules_find(LIBSELINUX_VERSION, &version),
		      "libselinux %s", LIBSELINUX_VERSION);
}

static void teardown(void)
{
	arena_free(&arena);
}

static void compare(const char *base, const struct texts *t, unsigned int n)
{
	struct fcdb *db = open_texts(&arena, &in, &ds, t, version);
	struct selabel_handle *h = ref_open(base);
	struct buf why;

	buf_init(&why, &arena);
	ck_assert_msg(db, "%s", ds.n ? ds.v[0]->text : "no message");
	ck_assert_ptr_ne(h, NULL);
	while (n--) {
		unsigned int mode = dice(2) ? 0 : dice(ARRAY_SIZE(ref_modes));
		const char *path = random_path(&arena, fcdb_fcontext(db),
					       ref_modes[mode].kind);

		ck_assert_msg(ref_compare(db, h, path, mode, &why), "%s\n%s",
			      why.s, t->input[0]);
	}
	selabel_close(h);
}

START_TEST(random_databases)
{
	char dir[] = "/tmp/imapol-paths.XXXXXX", base[64];
	struct texts t = { .input = { NULL } };
	unsigned int i;

	dice_state = 700 + (uint64_t)_i;
	ck_assert_ptr_ne(mkdtemp(dir), NULL);
	snprintf(base, sizeof(base), "%s/fc", dir);
	for (i = 0; i < 100; i++) {
		teardown();
		setup();
		random_texts(&arena, &t);
		write_texts(base, &t);
		compare(base, &t, 300);
	}
	t = (struct texts){ .input = { NULL } };
	write_texts(base, &t);
	rmdir(dir);
}
END_TEST

START_TEST(shared_databases)
{
	static const char *const names[] = { "small", "tricky", "conflict" };
	const char *dir = getenv("IMAPOL_SHARED");
	char base[4096];
	struct texts t;

	snprintf(base, sizeof(base), "%s/data/fcontexts/%s/file_contexts",
		 dir ? dir : "", names[_i]);
	if (!dir || access(base, R_OK)) {
		printf("skipped: IMAPOL_SHARED has no data/fcontexts/%s\n",
		       names[_i]);
		return;
	}
	read_texts(&arena, base, &t);
	compare(base, &t, 20000);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("paths against libselinux");
	TCase *tc = tcase_create("lookup");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, random_databases, 0, 4);
	tcase_add_loop_test(tc, shared_databases, 0, 3);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
