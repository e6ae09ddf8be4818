/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_DRYRUN_H
#define LOADER_DRYRUN_H

#include "run.h"

/*
 * Has the kernel parse the file of a run that was started, behind a write that makes it drop everything when the policy
 * file is closed, and looks afterwards that it did. LOAD_APPLIED: the kernel takes all of it.
 */
enum load_status dryrun_policy(struct run *run);

#endif
