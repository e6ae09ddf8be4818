/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_RUN_H
#define IMAPOL_CLI_RUN_H

#include "cli_unit.h"

/*
 * The commands, one a row of cli_commands.def, each in a file of its own. What
 * went wrong was said when they return, and cli->status tells.
 */
#define CLI_COMMAND(id, word, run, formats, usage, summary)		\
	void run(struct cli *cli);
#include "cli_commands.def"
#undef CLI_COMMAND

#endif
