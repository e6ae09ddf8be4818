/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_STATUS_H
#define LOADER_STATUS_H

#include "run.h"

/*
 * Tells through ops->answer, a "KEY: VALUE" a line, what is in force, of a run that started with this status.
 * LOAD_APPLIED: it could be told, and is the file's policy where one is named; LOAD_ALREADY: it is another, or cannot be
 * told; LOAD_USAGE where an answer does not get out.
 */
enum load_status status_show(const struct run *run, enum load_status started);

#endif
