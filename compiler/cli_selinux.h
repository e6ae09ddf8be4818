/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_SELINUX_H
#define IMAPOL_CLI_SELINUX_H

#include "senames.h"

/* The SELinux policy of the target: where it is, and what it has. */

/*
 * The policy at path. NULL: *problem names it and says what is wrong, as errno
 * does. Digests are made.
 */
struct senames *cli_selinux_open(struct arena *a, struct intern *strings,
				 const char *path, const char **problem);

/* that of this machine, in force or installed; NULL: there is none */
const char *cli_selinux_running(struct arena *a);
/* that which belongs to the file contexts in base; NULL: there is none */
const char *cli_selinux_beside(struct arena *a, const char *base);

#endif
