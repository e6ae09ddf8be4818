/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_KPOLICY_H
#define IMAPOL_TEST_KPOLICY_H

#include "krules.h"
#include "policy.h"

/* Policies from their lines, for the tests of what asks about them. */
static inline struct policy read_text(const struct ktarget *t,
				      const char *text)
{
	const struct source *src = source_new(&arena, "p", text, strlen(text),
					      0);
	struct policy p;
	struct span bad;

	ck_assert_msg(policy_read(&p, &arena, &in, t, src, NULL, 0, &bad),
		      "%s", text);
	return p;
}

#endif
