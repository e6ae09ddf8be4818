/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_CONFIRM_H
#define LOADER_CONFIRM_H

#include "handover.h"

/*
 * The kernel did not refuse the path: is all of the policy in force? It is when the kernel lists every rule, or when the
 * policy file is gone, the write took the whole path and the file is still the one that was read. The kernel's log alone
 * makes no LOAD_APPLIED, but "policy update failed" with the policy file still there makes LOAD_REFUSED.
 */
enum load_status confirm_given(struct run *run, const struct handover *given);

/* The policy is in force: says by what that is known, and notes it. */
enum load_status confirm_yes(const struct run *run, const char *how);

#endif
