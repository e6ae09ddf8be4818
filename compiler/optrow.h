/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_OPTROW_H
#define IMAPOL_OPTROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The options of a program as rows of a table: what getopt_long() is told and
 * what --help says come from the same row. Not in a library: it prints (say.h).
 *
 * A program has one command or several, whose bits say in each row which of them
 * it means something to. -h, --help, -V and --version are there without a row.
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
	/*
	 * For messages: "try PROGRAM --help", "try PROGRAM COMMAND --help" where
	 * each command has a help of its own; --version says its first word.
	 */
	const char *program;
	/* all that --help says of the command with that bit; false: not written */
	bool (*help)(unsigned int command);
	const struct optrow *row;	/* in the order of the help */
	size_t n;
	bool help_of_command;
};

enum {
	OPTROW_GO_ON = -1,	/* optind is at the first that is no option */
	OPTROW_SAID = 0,	/* --help or --version, and it was said */
	OPTROW_WRONG = 2,	/* that was said, or standard output was not written */
};

/*
 * OPTROW_GO_ON, or the program's exit status. command: its bit; word: what it is
 * called, for messages.
 */
int optrow_read(const struct optrows *o, unsigned int command, const char *word,
		void *arg, int argc, char **argv);

/* the lines of the rows that mean something to any of these; false: not written */
bool optrow_help(const struct optrows *o, unsigned int commands);

/* ---- for who takes ---- */

/* take_NAME(), which keeps the word in a field of what arg points to, or sets it */
#define OPTROW_WORD(name, type, field)					\
	static bool take_##name(void *arg, const char *value)		\
	{								\
		((type *)arg)->field = value;				\
		return true;						\
	}
#define OPTROW_FLAG(name, type, field)					\
	static bool take_##name(void *arg, const char *value)		\
	{								\
		((type *)arg)->field = true;				\
		return true;						\
	}

/* false, and what it has to be was said: "--pcr 99: a number from 0 to 23" */
bool optrow_number(const char *option, const char *value, uint64_t least,
		   uint64_t most, uint64_t *out);

#endif
