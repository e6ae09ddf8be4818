/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ORDER_H
#define IMAPOL_ORDER_H

#include "ir.h"
#include "kmodel.h"

/*
 * Fewer rules, same meaning: drops rules that decide nothing, and rules that
 * decide what the rules below would decide alike; makes one of two that differ
 * in a range of ids or in a list of names; in long lists, puts those that an
 * open(2) meets first. Every rule costs time on every open(2). Load-time effects of appraise rules are kept. The questions
 * go to decision diagrams (access.h); when their budget runs out, the list
 * stays as it is from there on, which is longer but not wrong.
 *
 * apart gets the rules as they are before some become one, so that each is of one
 * statement; or NULL.
 */
void order(struct arena *a, const struct ktarget *t, struct ir *ir,
	   struct ir *apart);

#endif
