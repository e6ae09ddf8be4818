/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>

#include "fcdb_int.h"
#include "paths.h"

/*
 * Each shortcut of the queries with a fault planted in it: over random databases
 * the pruned answer must then differ somewhere from the unpruned one, and the
 * two must agree everywhere without a fault.
 */
static struct arena arena;
static size_t together_max;

static const char *answer(struct fcdb *db, const struct glob *g, bool unpruned)
{
	struct fcdb_query q = { .glob = g, .kind = FC_FILE, .parts = FCDB_TYPE,
				.unpruned = unpruned,
				.together = together_max };
	struct fcdb_result r;
	struct buf b;
	size_t i;

	fcdb_query(db, &q, &r);
	buf_init(&b, &arena);
	buf_printf(&b, "%s %s", fcdb_verdict_name(r.verdict),
		   r.uncovered ? r.uncovered : "-");
	for (i = 0; i < r.n_labels; i++)
		buf_printf(&b, " %s %s %s", r.labels[i].type,
			   r.labels[i].inside,
			   r.labels[i].outside ? r.labels[i].outside : "-");
	return b.s;
}

/* the longest source winning is no matter of pruning: lookups tell */
static bool lookups_agree(struct fcdb *db)
{
	unsigned int n = 30;

	while (n--) {
		const char *path = random_path(&arena, fcdb_fcontext(db),
					       FC_FILE);

		if (fcdb_lookup(db, path, FC_FILE, NULL) !=
		    fcdb_find(db, path, FC_FILE))
			return false;
	}
	return true;
}

static bool agrees(enum fc_version v, int fault)
{
	struct glob_error err;
	struct diags ds;
	struct intern in;
	struct fcdb *db;
	struct glob g;
	struct texts t;
	struct buf glob;
	const char *good, *bad;

	diags_init(&ds, &arena);
	intern_init(&in, &arena);
	random_texts(&arena, &t);
	buf_init(&glob, &arena);
	random_glob(&glob);
	ck_assert(glob_parse(&arena, glob.s, glob.len, &g, &err));
	fcdb_fault = FCDB_FAULT_NONE;
	db = open_texts(&arena, &in, &ds, &t, v);
	ck_assert_ptr_ne(db, NULL);
	good = answer(db, &g, true);
	fcdb_fault = fault;
	db = open_texts(&arena, &in, &ds, &t, v);
	bad = answer(db, &g, false);
	return !strcmp(good, bad) && lookups_agree(db);
}

/* the faults that only a search beyond the cap meets have a low one here */
START_TEST(caught)
{
	unsigned int i, differ = 0;
	int fault = _i;

	dice_state = 99;
	together_max = fault == FCDB_FAULT_FLOOR ||
		       fault == FCDB_FAULT_BOUND ||
		       fault == FCDB_FAULT_CAP ? 5 : 2000;
	for (i = 0; i < 3000 && (!differ || !fault); i++) {
		arena_init(&arena);
		differ += !agrees((enum fc_version)(i % FC_VERSION_COUNT),
				  fault);
		arena_free(&arena);
		if (!fault)
			together_max = 1 + i % 40;
		if (!fault && i == 1500)
			break;
	}
	fcdb_fault = FCDB_FAULT_NONE;
	if (fault)
		ck_assert_msg(differ, "fault %d is never seen", fault);
	else
		ck_assert_msg(!differ, "%u differ without a fault", differ);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("faults in paths");
	TCase *tc = tcase_create("faults");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, caught, 0, FCDB_FAULT_COUNT);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
