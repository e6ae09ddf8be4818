/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_COMMANDS_H
#define IMAPOL_COMMANDS_H

/*
 * The commands of imapol-attest that are in it, each in a file of its own.
 * argv[0] is the word or the name of the link; say_as() has been called. The exit
 * status: 0 trusted, or what was asked for holds; 1 not; 2 it cannot be told.
 *
 * A command that is a program below libexec gets its word, too: argv[1] is
 * "collect", and its options stand behind that.
 */
int measure_main(int argc, char **argv);
int verify_main(int argc, char **argv);

#endif
