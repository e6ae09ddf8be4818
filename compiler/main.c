/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "cli.h"

/* no locale is set: output is the same everywhere */
int main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
