/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_RESCUE_H
#define LOADER_RESCUE_H

#include "ops.h"

/*
 * Whether sulogin(8) of the system below root ("" for /) asks for a password before it gives a root shell. NULL: it
 * does. Else why it may not, or gives none at all: util-linux takes what stands in the second field of etc/passwd, and
 * of etc/shadow where that is "x" (getrootpwent() of its login-utils/sulogin.c), and nobody's password is empty;
 * systemd's sulogin-shell asks for none where its environment has SYSTEMD_SULOGIN_FORCE. cmdline is the kernel's, from
 * which that environment may come; NULL: not known.
 */
const char *rescue_open(const struct load_ops *ops, const char *root, const char *cmdline);

#endif
