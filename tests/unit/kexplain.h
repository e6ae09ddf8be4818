/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_KEXPLAIN_H
#define IMAPOL_TEST_KEXPLAIN_H

#include "compile.h"
#include "explain.h"
#include "kpolicy.h"

/* A policy that is opened to be explained. */

static struct diags ds;
static struct policy policy;
static struct explain x;

/* kernel lines */
static inline void lines(const char *release, const char *text)
{
	struct ktarget t = target(release);

	policy = read_text(&t, text);
	diags_init(&ds, &arena);
	ck_assert(explain_open(&x, &policy, &ds));
}

/* the same from statements, for 6.1 */
static inline void statements(struct compile *c, const char *text)
{
	struct ktarget t = target("6.1");

	compile_init(c, &arena);
	compile_add_source(c, source_new(&arena, "t.imapol", text,
					 strlen(text), 0));
	compile_check(c);
	ck_assert(compile_policy(c, &t, &policy));
	diags_init(&ds, &arena);
	ck_assert(explain_open(&x, &policy, &ds));
}

#endif
