/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SEPOLICY_H
#define IMAPOL_SEPOLICY_H

#include "senames.h"

/*
 * A binary SELinux policy, as far as labels need it. sepolicy.c alone includes
 * libsepol, and the program alone links it.
 *
 * Fills the names of an initialised table, which is finished then. NULL: done;
 * else what is wrong with the bytes, as a phrase behind a file's name, in the
 * arena of the table; the table may have some names then. Bytes are read as
 * carefully as libsepol reads them: a file that was cut short is an error, one
 * made on purpose may keep it busy.
 */
const char *sepolicy_read(const char *text, size_t len, struct senames *out);

#endif
