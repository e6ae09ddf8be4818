/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PASSWORD_H
#define IMAPOL_PASSWORD_H

#include <stdbool.h>

#include "arena.h"

/*
 * A passphrase or a PIN: the first line of a file, without its end, which may be
 * CR LF. Whoever has it clears it (explicit_bzero(3)). False: *why, with the
 * name.
 */
enum { PASSWORD_MAX = 1024 };	/* with the zero at its end */

bool password_read(struct arena *a, const char *file, char out[PASSWORD_MAX],
		   const char **why);
/* the same of an open file; false: errno, EINVAL where the line is too long */
bool password_line(int fd, char out[PASSWORD_MAX]);

#endif
