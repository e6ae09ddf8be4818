/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "cli_run.h"
#include "graph.h"

/* The decision of a policy as a picture. */

static void put_picture(struct cli_unit *u, const struct policy *p,
			struct buf *out)
{
	const char *title = u->cli->o.files.v[0];
	bool page = u->cli->o.format == CLI_FORMAT_HTML;
	struct cases c;

	/* in a table each outcome leads to its statement */
	if (!cases_list(p, page ? CASES_BY_STATEMENT : CASES_BY_OUTCOME, &c,
			&u->c.diags))
		return;
	if (page)
		graph_html(p, &c, title, out);
	else
		graph_dot(p, &c, title, out);
}

void cli_run_graph(struct cli *cli)
{
	struct cli_unit *u = cli_unit_new(cli);
	struct policy p;
	struct buf out;

	if (!cli_unit_open_one(u, cli->o.files.v, cli->o.files.n))
		return;
	buf_init(&out, &cli->arena);
	if (cli_unit_policy(u, &u->targets.v[0], &p))
		put_picture(u, &p, &out);
	cli_unit_show(u);
	if (cli->status)
		return;
	if (cli->o.output)
		cli_write_file(cli, cli->o.output, &out);
	else
		cli_print(cli, &out);
}
