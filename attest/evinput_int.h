/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EVINPUT_INT_H
#define IMAPOL_EVINPUT_INT_H

#include "evinput.h"

/*
 * Values of PCRs into the goal, for evinput.c: from a file, from the firmware's log,
 * and from what one was extended with. NULL: done, with findings; else what of the
 * verifier's own is not there.
 */
const char *evinput_values(struct evinput *in, const char *file);
const char *evinput_events(struct evinput *in);
const char *evinput_extended(struct evinput *in);
/* "14=...": which, and where the value begins; NULL: it is not that */
const char *evinput_extended_pcr(const char *word, unsigned int *pcr);

#endif
