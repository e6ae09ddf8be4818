/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_OOM_H
#define IMAPOL_OOM_H

#include "arena.h"

/*
 * What a program does, in an arena that is made for it and freed behind it: the
 * status that run() returns. Where memory runs out there, that is said, and the
 * process ends with 2, whatever had been begun. Not in a library (say.h).
 */
int oom_guard(struct arena *a, int (*run)(void *arg, int argc, char **argv),
	      void *arg, int argc, char **argv);

#endif
