/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KEYS_CMD_H
#define IMAPOL_KEYS_CMD_H

#include "arena.h"

/*
 * imapol-sign keys new|check: argv[0] is "keys". Prints. 0: done, or nothing
 * found; 1: a certificate would not do; 2: usage, or a file that cannot be read
 * or written.
 */
int keys_main(struct arena *a, int argc, char **argv);

#endif
