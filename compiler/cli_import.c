/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "cli_run.h"
#include "import.h"
#include "kmodel_row.h"

/* Kernel lines as statements. */

/* a built-in policy may be named without its prefix, where no file is called so */
static const char *with_prefix(struct cli *cli, const char *file)
{
	struct buf b;

	if (kmodel_find(KKIND_BUILTIN, file, strlen(file)) == KF_COUNT ||
	    access(file, F_OK) == 0)
		return file;
	buf_init(&b, &cli->arena);
	buf_printf(&b, "builtin:%s", file);
	return b.s;
}

/* of a file as they stand there, read-back spellings and all */
static const struct source *lines_of(struct cli_unit *u)
{
	struct policy p;

	if (!u->builtin)
		return u->kernel_files.v[0];
	return cli_unit_policy(u, &u->targets.v[0], &p) ? p.lines : NULL;
}

/* the profile says it all, where nothing else was said */
static const char *profile_alone(const struct cli_options *o)
{
	return o->kernel || o->lsm || o->kernel_config ? NULL : o->profile;
}

static void import_lines(struct cli_unit *u, const struct source *lines)
{
	struct cli *cli = u->cli;
	struct import_request req = {
		.lines = lines, .target = &u->targets.v[0],
		.profile = profile_alone(&cli->o),
		.include_dirs = u->c.include_dirs,
		.n_include_dirs = u->c.n_include_dirs,
		.comments = !cli->o.no_comments,
	};
	struct buf out;
	bool made;

	buf_init(&out, &cli->arena);
	made = import_policy(&req, &u->c.strings, &u->c.diags, &out);
	cli_unit_show(u);
	if (!made || cli->status)
		return;
	if (cli->o.output)
		cli_write_file(cli, cli->o.output, &out);
	else
		cli_print(cli, &out);
}

void cli_run_import(struct cli *cli)
{
	struct cli_unit *u = cli_unit_new(cli);
	const struct source *lines;
	const char *file;

	if (cli->o.files.n != 1) {
		cli_complain(cli, "one policy is imported at a time", NULL);
		return;
	}
	file = with_prefix(cli, cli->o.files.v[0]);
	if (!cli->o.dialect && cli_is_policy_name(file)) {
		cli_complain(cli, file, "it is a policy in the language already; "
			     "--kernel-dialect takes it for kernel lines");
		return;
	}
	/* whatever it looks like */
	cli->o.dialect = true;
	if (!cli_unit_open_one(u, &file, 1))
		return;
	if (!u->builtin && !u->kernel_files.n) {
		cli_complain(cli, file, "path conditions cannot be imported");
		return;
	}
	lines = lines_of(u);
	if (lines)
		import_lines(u, lines);
}
