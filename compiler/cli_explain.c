/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "cli_question.h"
#include "cli_run.h"
#include "explain_report.h"

/* Why a policy decides about one access as it does. */

static bool read_action(struct cli *cli, struct explain_report *r)
{
	unsigned int c;

	if (!cli->o.why_not)
		return true;
	for (c = 0; c < KCLASS_COUNT; c++)
		if (!strcmp(ast_class_word(c), cli->o.why_not))
			break;
	if (c == KCLASS_COUNT) {
		cli_complain(cli, "--why-not", "the actions are measure, "
			     "appraise, audit and hash");
		return false;
	}
	r->why_not = true;
	r->class = c;
	return true;
}

static void answer(struct cli_unit *u, const struct cli_question *q,
		   struct explain_report *r, struct buf *out)
{
	struct explain_miss *misses = NULL;

	r->q = &q->q;
	r->not_regular = q->not_regular;
	r->unread = q->unread;
	r->all = u->cli->o.all;
	if (!explain_ask(r->x, r->q, &r->answer))
		return;
	if (r->why_not)
		r->n_misses = explain_misses(r->x, r->q, r->class, &misses);
	r->misses = misses;
	if (u->cli->o.format == CLI_FORMAT_JSON)
		explain_json(r, out);
	else
		explain_text(r, out);
}

void cli_run_explain(struct cli *cli)
{
	struct cli_unit *u = cli_unit_new(cli);
	struct explain_report r = { 0 };
	struct cli_question q;
	struct policy policy;
	struct explain x;
	struct buf out;

	if (!read_action(cli, &r) ||
	    !cli_unit_open_one(u, cli->o.files.v, cli->o.files.n))
		return;
	buf_init(&out, &cli->arena);
	r.x = &x;
	if (cli_unit_policy(u, &u->targets.v[0], &policy) &&
	    cli_question_read(u, &q) &&
	    explain_open(&x, &policy, &u->c.diags))
		answer(u, &q, &r, &out);
	/* warnings are for those who compile it */
	if (u->c.diags.n_errors)
		cli_unit_show(u);
	if (out.len)
		cli_print(cli, &out);
}
