/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_H
#define IMAPOL_CLI_H

/*
 * imapolc as a program: options in, files and messages out; returns the exit
 * status of cli_unit.h.
 */
int cli_main(int argc, char **argv);

#endif
