/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_PATHS_H
#define IMAPOL_CLI_PATHS_H

#include "cli_options.h"
#include "paths.h"

/* Files of a path database for the command line; nothing is printed. */

enum cli_paths_open {
	CLI_PATHS_NONE,		/* nothing was asked for, or nothing is there */
	CLI_PATHS_OPEN,
	CLI_PATHS_BAD,		/* reported in the diags of p */
	CLI_PATHS_IO,		/* *problem could not be read; errno is set */
};

struct cli_paths_request {
	const struct cli_options *options;
	const char *libselinux;		/* the target's; NULL: not known */
	const struct profile *profile;	/* whose symlinks there are, or NULL */
	bool selinux;			/* the target may have its policy */
};

/*
 * What --file-contexts, --root and --mounts name, into p and root; into
 * p->selinux, whatever is returned but for CLI_PATHS_IO, the SELinux policy that
 * is named or belongs to the file contexts. Files that were read are added to
 * inputs. This machine is asked where it is named.
 */
enum cli_paths_open cli_paths_open(struct paths *p, struct root *root,
				   const struct cli_paths_request *req,
				   cli_words *inputs, const char **problem);

/*
 * Assumed links below dir where there is nothing at all: nobody has a file below
 * them either, so they hold.
 */
void cli_paths_missing_links(struct paths *p, const char *dir,
			     const struct assume *then);

#endif
