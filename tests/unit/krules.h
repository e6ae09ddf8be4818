/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_KRULES_H
#define IMAPOL_TEST_KRULES_H

#include <check.h>
#include <string.h>

#include "kdialect.h"
#include "ktargets.h"

/* Kernel rules from their lines, for the tests of what they do. */

static struct arena arena;
static struct intern in;

static void setup(void)
{
	arena_init(&arena);
	intern_init(&in, &arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

static inline struct ktarget target(const char *release)
{
	return target_of(release, KLSM_SELINUX);
}

static inline struct krule rule(const struct ktarget *t, const char *line)
{
	struct kd_out out;
	enum kd_result r = kdialect_parse(t, &in, line, strlen(line), &out);

	ck_assert_msg(r == KD_RULE, "%s: %s", line,
		      r == KD_REFUSED ? out.err.message : "empty");
	return out.rule;
}

#endif
