/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_OPENCOST_H
#define IMAPOL_OPENCOST_H

#include "kmodel.h"

/*
 * What a list of rules costs an open(2), estimated: every open walks it, and
 * the one that is meant is for reading, of a file and by a process that no
 * condition of the rules singles out, so that of each rule for opens the first
 * condition fails. Conditions are looked at in the kernel's order (facts 4.2).
 *
 * The weights are hundredths of what a rule about another operation costs. They
 * are of `make bench-order` (doc/results.md).
 */
struct opencost {
	unsigned long cost;	/* hundredths */
	size_t rules;		/* whose conditions are looked at */
};

/* in the order of the list */
struct opencost opencost_of(const struct krule *const *rules, size_t n);

#endif
