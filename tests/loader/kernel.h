/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_LOADER_KERNEL_H
#define TESTS_LOADER_KERNEL_H

#include <check.h>
#include <string.h>

#include "fake.h"

/* The kernel of a file of tests. */
static struct fake kernel;

static inline void assert_said(const char *part)
{
	ck_assert_msg(strstr(kernel.said, part) != NULL, "wanted \"%s\" in:\n%s", part, kernel.said);
}

#endif
