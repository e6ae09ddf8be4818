/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_GIVE_H
#define LOADER_GIVE_H

#include "run.h"

/* The load, of a run that was started: what is in force and what the file assumes first, then the kernel's answer. */
enum load_status give_policy(struct run *run);

#endif
