/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_ASSUMED_H
#define LOADER_ASSUMED_H

#include "run.h"

enum assumed_when {
	ASSUMED_NOW,   /* it is loaded now */
	ASSUMED_LATER, /* PID 1 loads it, behind the security module's policy */
};

/*
 * Compares what the compiled file says of its target, in comments "# assumes KEY VALUE", with the running kernel:
 *   kernel        the first two numbers of its release
 *   lsm           the list in securityfs
 *   lsm-policy    loaded before: until then SELinux calls every process "kernel" (security_sid_to_context_core()); a rule
 *                 with an obj_* or subj_* condition asks for the same
 *   config        the configuration in /boot or with the modules
 *   ima_appraise  the kernel command line; only a warning, as the load does what was asked in any case
 * What cannot be seen is not asked. LOAD_APPLIED, or LOAD_IMPOSSIBLE with all that is wrong named. That a file assumes
 * nothing is a warning.
 */
enum load_status assumed_judge(const struct run *run, enum assumed_when when);

#endif
