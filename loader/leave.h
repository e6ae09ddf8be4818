/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_LEAVE_H
#define LOADER_LEAVE_H

#include "run.h"

/* The load that PID 1 does, of a run that was started: leave_policy() checks the file and notes it before, and
 * leave_confirm() looks afterwards, and loads it now where nobody did. */
enum load_status leave_policy(struct run *run);
enum load_status leave_confirm(struct run *run);

#endif
