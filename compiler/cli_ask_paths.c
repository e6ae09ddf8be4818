/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "cli_run.h"
#include "cli_compare.h"
#include "cli_paths.h"
#include "cli_report.h"
#include "profile.h"

/* What globs and paths come to. */

/* assumptions of a compiled file against what is so now */
static void compare(struct cli_unit *u, struct buf *out)
{
	struct assume then;
	const char *text;
	size_t len;

	if (!cli_read_file(u->cli, u->cli->o.compare, &text, &len))
		return;
	assume_init(&then, &u->cli->arena);
	assume_read(&then, text, len);
	if (u->cli->o.root)
		cli_paths_missing_links(&u->paths, u->cli->o.root, &then);
	if (!then.items.n)
		cli_complain(u->cli, u->cli->o.compare, "no assumption about paths is in "
			 "it: it has none, or was compiled with --no-comments");
	else if (!cli_compare(&then, &u->paths.assume, out))
		u->cli->status = CLI_POLICY;
}

/* globs and paths; the files below a root are counted for globs only */
static void report(struct cli_unit *u, struct buf *out)
{
	struct report r;
	size_t i;

	report_init(&r, &u->paths);
	r.all = u->cli->o.all;
	for (i = 0; i < u->cli->o.lookups.n; i++)
		report_add_path(&r, u->cli->o.lookups.v[i]);
	for (i = 0; i < u->cli->o.files.n; i++)
		report_add_glob(&r, u->cli->o.files.v[i]);
	if (r.globs.n && u->cli->o.root) {
		r.root = u->cli->o.root;
		if (!report_count(&r)) {
			cli_complain(u->cli, r.root, strerror(errno));
			return;
		}
		report_missed(&r, &u->cli->notice);
	}
	if (u->cli->o.format == CLI_FORMAT_JSON)
		report_json(&r, out);
	else
		report_text(&r, out);
}

void cli_run_paths(struct cli *cli)
{
	struct cli_unit *u = cli_unit_new(cli);
	struct buf out;

	if (cli->o.profile && !profile_find(cli->o.profile)) {
		cli_complain(cli, cli->o.profile, "no profile has this name; "
			     "imapolc --help lists them");
		return;
	}
	if (!cli_unit_paths(u))
		return;
	if (cli->o.compare && u->paths.selinux)
		assume_add_selinux(&u->paths.assume, u->paths.selinux, true);
	if (!u->paths.assume.items.n) {
		cli_complain(cli, "paths needs --file-contexts, --mounts, or "
			     "the --root of a system with an SELinux policy",
			     NULL);
		return;
	}
	buf_init(&out, &cli->arena);
	if (cli->o.compare)
		compare(u, &out);
	else
		report(u, &out);
	cli_unit_show(u);
	if (out.len)
		cli_print(cli, &out);
}
