/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_OPTIONS_H
#define IMAPOL_CLI_OPTIONS_H

#include "compile.h"

/* The command line of imapolc, taken apart; nothing is opened or printed. */

enum cli_mode { CLI_COMPILE, CLI_PATHS, CLI_LABELS, CLI_HELP, CLI_VERSION };
enum cli_colour { CLI_COLOUR_AUTO, CLI_COLOUR_ALWAYS, CLI_COLOUR_NEVER };

typedef VEC(const char *) cli_words;

struct cli_options {
	enum cli_mode mode;
	bool check, comments, dialect, depend, tag_paths;
	const char *output;		/* -o; NULL: standard output */
	const char *depend_file;	/* -MF */
	const char *kernel, *kernel_config, *lsm, *profile;
	const char *root, *users, *groups;
	const char *file_contexts, *mounts;
	const char *selinux_policy, *libselinux;
	/* `imapolc paths` only */
	const char *compare;
	cli_words lookups;
	bool all, json;
	cli_words include_dirs, files;
	cli_words warnings;		/* what follows -W */
	enum compile_pass dump;		/* PASS_COUNT: none */
	size_t max_errors;
	enum cli_colour colour;
};

/*
 * False: *problem says what is wrong, in one line. argv may be reordered.
 * Words after -W are tried on ds.
 */
bool cli_options_parse(struct arena *a, int argc, char **argv,
		       struct diags *ds, struct cli_options *out,
		       struct buf *problem);

void cli_options_help(struct buf *out);

#endif
