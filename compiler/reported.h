/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_REPORTED_H
#define IMAPOL_REPORTED_H

#include "diag.h"

/*
 * The places of the errors that were there at one moment, so that a later
 * check does not say the same mistake again in other words.
 */
struct reported {
	const struct span *v;	/* in order */
	size_t n;
};

void reported_init(struct reported *r, const struct diags *ds);
/* is an error's place inside whole, or all of it? */
bool reported_inside(const struct reported *r, struct span whole);
/*
 * Is an error's place part, or does one inside whole take part in? whole is
 * the statement at hand.
 */
bool reported_about(const struct reported *r, struct span part,
		    struct span whole);

#endif
