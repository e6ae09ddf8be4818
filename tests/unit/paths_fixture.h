/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_PATHS_FIXTURE_H
#define IMAPOL_TEST_PATHS_FIXTURE_H

#include "paths.h"

/* An arena for each test, and what a database is read with. */
static struct arena arena;
static struct intern in;
static struct diags ds;

static void setup(void)
{
	arena_init(&arena);
	intern_init(&in, &arena);
	diags_init(&ds, &arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

/* the test fails unless the texts can be read */
static struct fcdb *db_of(const struct texts *t, enum fc_version v)
{
	struct fcdb *db = open_texts(&arena, &in, &ds, t, v);

	ck_assert_msg(db, "%s", ds.n ? ds.v[0]->text : "no message");
	return db;
}

#endif
