/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_BOOTAGG_H
#define IMAPOL_BOOTAGG_H

#include "replay.h"

/*
 * boot_aggregate, the first entry of a boot and of each kexec: what PCRs 0 to 9
 * were when IMA began, as one digest by the hash of their own bank (ima_crypto.c,
 * ima_calc_boot_aggregate()). sha1 is over 0 to 7. So were the others when they
 * came (5.8 and its stable lines), until 8 and 9, where loaders measure kernels,
 * were added (5.8 and later).
 */
enum bootagg {
	BOOTAGG_FITS,
	BOOTAGG_FITS_SHORT,	/* over 0 to 7, and no sha1 */
	BOOTAGG_DIFFERS,	/* from what is known of the PCRs */
	BOOTAGG_NO_TPM,		/* all zero: its kernel saw no TPM */
	BOOTAGG_OTHER_HASH,	/* of no bank that replay.h knows, or no digest */
	BOOTAGG_UNKNOWN,	/* the values of these PCRs are not known in its bank */
};

/* is it one, by its name? */
bool bootagg_is(const struct imaentry *e);
/*
 * By the values of g, which somebody else has to have held against a quote. Of two
 * entries each has to fit: the second may be that of a kexec, or a file of that
 * name, which holds what the PCRs hold.
 */
enum bootagg bootagg_check(const struct replay_goal *g,
			   const struct imaentry *e);

#endif
