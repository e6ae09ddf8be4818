/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_READBACK_H
#define IMAPOL_TEST_READBACK_H

#include "intern.h"
#include "kmodel.h"

/*
 * The reader of the kernel's own list of rules. It shares nothing with the
 * parser of kernel lines, and knows one spelling of everything, one order of
 * the fields and one blank behind each: what differs from it is an error.
 */

/* NULL, or what is not as a kernel writes it; strings are interned in in */
const char *readback_parse(struct intern *in, const char *line, size_t len,
			   struct krule *out);
/* what the list is to say of a loaded rule: that is not all of it */
struct krule readback_expected(struct intern *in, const struct krule *loaded);
/* the first field in which two rules differ; NULL: none does */
const char *readback_differs(const struct krule *a, const struct krule *b);

#endif
