/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_INTAKE_H
#define IMAPOL_INTAKE_H

#include <signal.h>

#include "watch.h"

/*
 * Reads all sources that w has been told of until there is no more to come, or
 * *stop is set by a signal. While it waits, and only then, the signals that are in
 * none of mask come through. reload: set by another. False: it was said why.
 */
bool intake_run(struct watch *w, const sigset_t *mask,
		volatile sig_atomic_t *stop, volatile sig_atomic_t *reload);

#endif
