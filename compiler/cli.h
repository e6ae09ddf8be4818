/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_H
#define IMAPOL_CLI_H

/*
 * imapolc as a program: options in, files and messages out. The exit status:
 * 0 all well, 1 the policy is at fault, 2 usage or input and output.
 */
enum { CLI_OK, CLI_POLICY, CLI_USAGE };

int cli_main(int argc, char **argv);

#endif
