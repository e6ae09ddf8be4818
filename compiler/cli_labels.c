/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli_run.h"
#include "labels.h"

/* What puts tags on their files. */

static bool make_directory(struct cli_unit *u, const char *path)
{
	if (!mkdir(path, 0777) || errno == EEXIST)
		return true;
	cli_complain(u->cli, path, strerror(errno));
	return false;
}

static void write_labels(struct cli_unit *u)
{
	struct label_file files[LABEL_FILES];
	struct buf path;
	size_t i;

	if (!labels_make(u->c.tags, u->cli->o.files.v[0], files) ||
	    !make_directory(u, u->cli->o.output))
		return;
	for (i = 0; i < LABEL_FILES; i++) {
		buf_init(&path, &u->cli->arena);
		buf_printf(&path, "%s/%s", u->cli->o.output, files[i].name);
		if (!cli_write_file(u->cli, path.s, &files[i].text))
			return;
	}
}

void cli_run_labels(struct cli *cli)
{
	struct cli_unit *u = cli_unit_new(cli);

	if (!cli_unit_read(u, cli->o.files.v, cli->o.files.n, false))
		return;
	if (!u->c.paths || !u->c.paths->n_db) {
		cli_complain(cli, "labels needs --file-contexts, or the --root "
			     "of a system with an SELinux policy", NULL);
		return;
	}
	compile_check(&u->c);
	if (!u->c.diags.n_errors && !u->c.tags->tag.n)
		cli_complain(cli, "the policy declares no tag", NULL);
	else if (!u->c.diags.n_errors)
		write_labels(u);
	cli_unit_show(u);
}
