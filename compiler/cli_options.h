/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_OPTIONS_H
#define IMAPOL_CLI_OPTIONS_H

#include "compile.h"

/*
 * The command line of imapolc, taken apart; nothing is opened or printed. What
 * there is to say on it is two tables, cli_commands.def and cli_options.def.
 */
enum cli_command {
#define CLI_COMMAND(id, word, run, formats, usage, summary) CLI_##id,
#include "cli_commands.def"
#undef CLI_COMMAND
	CLI_COMMANDS
};

/* in the order of the words of --format; those of messages as in diag_print.h */
enum cli_format {
	CLI_FORMAT_TEXT, CLI_FORMAT_JSON, CLI_FORMAT_SARIF, CLI_FORMAT_GITHUB,
	CLI_FORMAT_GITLAB, CLI_FORMAT_DOT, CLI_FORMAT_HTML, CLI_FORMAT_TAP,
	CLI_FORMAT_JUNIT,
	CLI_FORMATS
};
enum cli_colour { CLI_COLOUR_AUTO, CLI_COLOUR_ALWAYS, CLI_COLOUR_NEVER };

typedef VEC(const char *) cli_words;

struct cli_options {
	enum cli_command command;
	bool help, version;
#define CLI_FIELD_FLAG(field) bool field;
#define CLI_FIELD_WORD(field) const char *field;
#define CLI_FIELD_WORDS(field) cli_words field;
#define CLI_FIELD_NUMBER(field) size_t field;
#define CLI_FIELD_CHOICE(field) unsigned int field;
#define CLI_FIELD_SPECIAL(field)
#define CLI_GROUP(title)
#define CLI_OPTION(kind, field, name, letter, value, commands, help)	\
	CLI_FIELD_##kind(field)
#include "cli_options.def"
#undef CLI_OPTION
#undef CLI_GROUP
	bool depend;			/* -MD, -MF */
	const char *depend_file;	/* -MF */
	enum compile_pass dump;		/* PASS_COUNT: none */
	cli_words warnings;		/* what follows -W; all of them are known */
	cli_words files;		/* what is no option */
};

/*
 * False: *problem says what is wrong, in one line. argv may be reordered. An
 * option that has no meaning with the command is wrong.
 */
bool cli_options_parse(struct arena *a, int argc, char **argv,
		       struct cli_options *out, struct buf *problem);

/* the word of a command; NULL: compiling */
const char *cli_command_word(enum cli_command c);
const char *cli_command_summary(enum cli_command c);
/* the command that argv[1] names; CLI_COMPILE: it is none */
enum cli_command cli_command_by_word(const char *word);
/*
 * "imapolc test" where word is nearly that command, "imapolc --check" where it is
 * that option without its dashes; else nothing is put.
 */
void cli_options_near(const char *word, struct buf *out);

/* an option as the table has it; NULL or 0: there is no such part */
struct cli_option {
	const char *name;
	int letter;
	const char *value;	/* what --help calls it, or its words: a|b */
	const char *help;
};

/* the next option of a command, from *at = 0 on; false: there is none left */
bool cli_options_next(enum cli_command c, size_t *at, struct cli_option *out);
/* whether --format may say the word of this number with the command */
bool cli_command_writes(enum cli_command c, enum cli_format format);
/* of one command, or of all of them where it is compiling */
void cli_options_help(enum cli_command c, struct buf *out);

#endif
