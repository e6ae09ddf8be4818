/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_OPTROW_H
#define IMAPOL_OPTROW_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The options of a program as rows of a table: what getopt_long() is told and
 * what --help says come from the same row. Not in a library: it prints (say.h).
 *
 * A program has one command or several, whose bits say in each row which of them
 * it means something to. --help and --version are there without a row.
 */
#define OPTROW_MAX 64	/* rows */

struct optrow {
	char letter;		/* 0: none */
	const char *name, *argument;	/* argument NULL: it has none */
	unsigned int commands;	/* bits */
	/* a value is never empty; false: what is wrong was said */
	bool (*take)(void *arg, const char *value);
	const char *help;	/* one line */
};

struct optrows {
	const char *program;	/* for messages: "try PROGRAM --help" */
	const struct optrow *row;	/* in the order of the help */
	size_t n;
};

enum optrow_end {
	OPTROW_DONE,		/* optind is at the first that is no option */
	OPTROW_HELP, OPTROW_VERSION,
	OPTROW_WRONG,		/* it was said */
};

/* command: its bit; word: what it is called, for messages */
enum optrow_end optrow_read(const struct optrows *o, unsigned int command,
			    const char *word, void *arg, int argc, char **argv);

/* the lines of the rows that mean something to any of these; false: not written */
bool optrow_help(const struct optrows *o, unsigned int commands);

#endif
