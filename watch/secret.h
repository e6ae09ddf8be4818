/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SECRET_H
#define IMAPOL_SECRET_H

#include <stdbool.h>

#include "password.h"

/*
 * A secret from a file, never from a command line, where all can see it: its
 * first line. A name without a slash is one of systemd's credentials
 * ($CREDENTIALS_DIRECTORY, systemd.exec(5)) where there is such a directory.
 *
 * A file that others may read is refused, and so is one that they may change: it
 * is for its owner, who is root or this process, and, where root owns it, for its
 * group to read. Whoever has the secret clears it with explicit_bzero(3). False:
 * *why, with the name of the file and nothing of what is in it.
 */
bool secret_read(struct arena *a, const char *name, char out[PASSWORD_MAX],
		 const char **why);

#endif
