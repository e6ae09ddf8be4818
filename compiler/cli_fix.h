/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_FIX_H
#define IMAPOL_CLI_FIX_H

#include "cli_unit.h"

/*
 * Makes the sure edits of the messages of u, which was checked, in its files of
 * kernel lines, and says on standard error what was made. True: some file is
 * another now, and u no longer speaks of it.
 */
bool cli_fix(struct cli_unit *u);

#endif
