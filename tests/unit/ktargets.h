/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_KTARGETS_H
#define IMAPOL_TEST_KTARGETS_H

#include <check.h>
#include <string.h>

#include "kmodel.h"

/* The kernels that tests ask. */
static inline struct ktarget target_of(const char *release, enum klsm lsm)
{
	struct krelease rel;
	struct ktarget t;

	ck_assert(krelease_parse(release, strlen(release), &rel));
	ktarget_init(&t, rel);
	t.lsm = lsm;
	return t;
}

/* one with SELinux that was built with everything */
static inline struct ktarget target_with_all(const char *release)
{
	struct ktarget t = target_of(release, KLSM_SELINUX);
	unsigned int i;

	for (i = 0; i < KCONFIG_COUNT; i++)
		t.config[i] = KTRI_YES;
	return t;
}

#endif
