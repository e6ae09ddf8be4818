/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "cli_run.h"
#include "tests_report.h"

/* The tests that stand in policies. */

static void count_rule(void *arg, const struct ast_context *ctx)
{
	(void)ctx;
	++*(size_t *)arg;
}

/* tests of a file of their own; false: complained, or its messages were shown */
static bool read_tests(struct cli *cli, const struct ast **ast)
{
	bool dialect = cli->o.dialect, read;
	struct cli_unit *u;
	size_t rules = 0;

	*ast = NULL;
	if (!cli->o.tests)
		return true;
	u = cli_unit_new(cli);
	/* the option is about the policy */
	cli->o.dialect = false;
	read = cli_unit_read(u, &cli->o.tests, 1, false);
	cli->o.dialect = dialect;
	if (!read)
		return false;
	compile_check(&u->c);
	if (u->c.diags.n_errors) {
		cli_unit_show(u);
		return false;
	}
	ast_walk_rules(&u->c.ast, count_rule, &rules);
	if (rules || !u->has_policy) {
		cli_complain(cli, cli->o.tests, "it is to hold nothing but "
			     "tests");
		return false;
	}
	*ast = &u->c.ast;
	return true;
}

/* one target: the tree is as it is for this one until the next is compiled */
static bool run_target(struct cli_unit *u, const struct ktarget *t,
		       const struct ast *more, struct diags *said,
		       struct tests_report *r)
{
	struct policy *policy = arena_new(&u->cli->arena, struct policy);
	struct explain *x = arena_new(&u->cli->arena, struct explain);
	struct tests *tests = arena_new(&u->cli->arena, struct tests);

	if (!cli_unit_policy(u, t, policy) || !explain_open(x, policy, said))
		return false;
	tests_init(tests, x, u->c.paths);
	if (!tests_run(tests, policy->ast) || !tests_run(tests, more))
		return false;
	vec_push(&u->cli->arena, &r->runs, tests);
	return true;
}

static void report(struct cli_unit *u, const struct tests_report *r)
{
	static void (*const reports[])(const struct tests_report *r,
				       struct buf *out) = {
		[CLI_FORMAT_TEXT] = tests_report_text,
		[CLI_FORMAT_JSON] = tests_report_json,
		[CLI_FORMAT_TAP] = tests_report_tap,
		[CLI_FORMAT_JUNIT] = tests_report_junit,
	};
	struct buf out;

	buf_init(&out, &u->cli->arena);
	reports[u->cli->o.format](r, &out);
	cli_print(u->cli, &out);
}

static void note_none(struct cli_unit *u, const struct tests_report *r)
{
	size_t i;

	for (i = 0; i < r->runs.n; i++)
		if (r->runs.v[i]->results.n)
			return;
	buf_printf(&u->cli->notice, "imapolc: %s: no test stands in it\n",
		   r->name);
}

void cli_run_test(struct cli *cli)
{
	struct cli_unit *u = cli_unit_new(cli);
	struct tests_report r = { .arena = &cli->arena,
				  .coverage = cli->o.coverage };
	const struct ast *more;
	struct diags said;
	bool whole = true;
	size_t i;

	if (!cli_unit_open(u, cli->o.files.v, cli->o.files.n) ||
	    !read_tests(cli, &more))
		return;
	r.name = cli->o.files.v[0];
	diags_init(&said, &cli->arena);
	for (i = 0; whole && i < u->targets.n; i++)
		whole = run_target(u, &u->targets.v[i], more, &said, &r);
	/* warnings are for those who compile it */
	if (u->c.diags.n_errors)
		cli_unit_show(u);
	/* what tests say stops no other target from being compiled */
	u->c.diags = said;
	if (whole) {
		note_none(u, &r);
		report(u, &r);
	}
	cli_unit_show(u);
}
