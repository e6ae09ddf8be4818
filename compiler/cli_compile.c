/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "cli_fix.h"
#include "cli_judge.h"
#include "cli_run.h"

/* Compiling, and --check. */

/* ---- output ---- */

/* -o FILE with the release for each %k in it */
static const char *output_name(struct cli_unit *u, const struct ktarget *t)
{
	const char *s = u->cli->o.output, *k;
	struct buf b;

	buf_init(&b, &u->cli->arena);
	while ((k = strstr(s, "%k"))) {
		buf_add(&b, s, (size_t)(k - s));
		buf_puts(&b, cli_release_text(u->cli, t));
		s = k + 2;
	}
	buf_puts(&b, s);
	return b.s;
}

/* a name as make reads it */
static void put_make_name(struct buf *b, const char *name)
{
	for (; *name; name++) {
		if (*name == '$')
			buf_putc(b, '$');
		else if (strchr(" #\\", *name))
			buf_putc(b, '\\');
		buf_putc(b, *name);
	}
}

static bool write_depend(struct cli_unit *u, const char *target)
{
	const char *path = u->cli->o.depend_file;
	struct buf b, name;
	size_t i;

	buf_init(&b, &u->cli->arena);
	put_make_name(&b, target);
	buf_putc(&b, ':');
	for (i = 0; i < u->c.ast.sources.n; i++) {
		if (!u->c.ast.sources.v[i]->path)
			continue;
		buf_puts(&b, " \\\n ");
		put_make_name(&b, u->c.ast.sources.v[i]->path);
	}
	for (i = 0; i < u->inputs.n; i++) {
		buf_puts(&b, " \\\n ");
		put_make_name(&b, u->inputs.v[i]);
	}
	buf_putc(&b, '\n');
	if (!path) {
		buf_init(&name, &u->cli->arena);
		buf_printf(&name, "%s.d", target);
		path = name.s;
	}
	return cli_write_file(u->cli, path, &b);
}

struct output {
	const char *path;	/* NULL: standard output */
	struct buf text;
};

static bool write_outputs(struct cli_unit *u, const struct output *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].path ? !cli_write_file(u->cli, v[i].path, &v[i].text) :
				!cli_print(u->cli, &v[i].text))
			return false;
	return !u->cli->o.depend || write_depend(u, v[0].path);
}

/*
 * Several policies on one stream: a heading that no kernel takes keeps them
 * from being loaded as one.
 */
static void put_heading(struct cli_unit *u, struct buf *b,
			const struct ktarget *t)
{
	if (u->targets.n > 1 && !u->cli->o.output)
		buf_printf(b, "==== kernel %s ====\n", cli_release_text(u->cli, t));
}

static void put_cost(struct buf *b, const struct opencost *c)
{
	buf_printf(b, "%lu.%02lu", c->cost / 100, c->cost % 100);
}

/* on standard error, for the lines may be on the other */
static void say_stats(struct cli_unit *u, const struct ktarget *t)
{
	const struct compile_stats *s = &u->c.stats;
	struct buf *b = &u->cli->notice;

	buf_printf(b, "imapolc: kernel %s: %zu lines; %zu before some were left "
		   "out or merged\n", cli_release_text(u->cli, t), s->written,
		   s->lowered);
	buf_printf(b, "imapolc: an open(2) that no condition singles out looks "
		   "at %zu of them and costs ", s->written_cost.rules);
	put_cost(b, &s->written_cost);
	buf_puts(b, "; before, ");
	put_cost(b, &s->lowered_cost);
	buf_puts(b, " (1: to pass a line about another operation)\n");
}

static void emit_all(struct cli_unit *u)
{
	size_t i, n = u->targets.n;
	struct output *v = arena_zalloc(&u->cli->arena, n, sizeof(*v));
	bool ok = true;

	for (i = 0; i < n; i++) {
		const struct ktarget *t = &u->targets.v[i];

		buf_init(&v[i].text, &u->cli->arena);
		put_heading(u, &v[i].text, t);
		if (u->cli->o.output)
			v[i].path = output_name(u, t);
		if (!compile_emit(&u->c, t, &v[i].text))
			ok = false;
		else if (u->cli->o.stats)
			say_stats(u, t);
	}
	if (u->c.diags.n_errors || !ok || u->cli->status)
		return;
	if (u->cli->o.dump == PASS_COUNT)
		write_outputs(u, v, n);
}

/* ---- the passes ---- */

static bool several_into_one(const struct cli_unit *u)
{
	return u->targets.n > 1 && u->cli->o.output &&
	       !strstr(u->cli->o.output, "%k");
}

static void judge(struct cli_unit *u)
{
	struct judge_input in = {
		.c = &u->c, .has_policy = u->has_policy,
		.kernel_files = u->kernel_files.v,
		.n_kernel_files = u->kernel_files.n,
	};
	bool refused = u->c.diags.n_errors > 0;
	size_t i;

	/* what either of the two says would be of no use with the other */
	if (u->targets.disputed)
		return;
	for (i = 0; i < u->targets.n; i++)
		judge_target(&in, &u->targets.v[i]);
	if (!u->targets.n && !refused)
		judge_all(&in, &u->targets, &u->cli->notice);
	else if (!u->targets.n && u->c.ast.selinux && !u->has_policy)
		judge_refused(&in, &u->targets, &u->cli->notice);
}

/* the passes before any target is looked at */
static bool needs_target(const struct cli_unit *u)
{
	return u->cli->o.dump != PASS_TOKENS && u->cli->o.dump != PASS_AST;
}

static void compile_all(struct cli_unit *u)
{
	bool only_check = u->cli->o.check || !u->has_policy;

	compile_check(&u->c);
	if (!cli_unit_target(u))
		return;
	if (several_into_one(u)) {
		cli_complain(u->cli, "several targets need %k in the name after -o",
			 NULL);
		return;
	}
	if (!u->targets.n && !only_check && needs_target(u) &&
	    !u->c.diags.n_errors)
		cli_unit_no_target(u);
	/* all mistakes in one run: those of names, then those of a target */
	if (only_check || u->c.diags.n_errors)
		judge(u);
	else if (needs_target(u))
		emit_all(u);
}

static bool only_checked(struct cli *cli)
{
	cli_complain(cli, "kernel lines are checked, not compiled: -o has "
		     "no meaning with them", NULL);
	return false;
}

static bool fits(struct cli_unit *u)
{
	if (u->has_policy && u->kernel_files.n && !u->cli->o.check) {
		cli_complain(u->cli, "a policy and kernel lines together can "
			     "only be checked: say --check", NULL);
		return false;
	}
	return !u->cli->o.output || u->has_policy || only_checked(u->cli);
}

/* a fix may uncover other mistakes; files are read again until none does */
#define MAX_FIXES 16

/* NULL: nothing more is to be done */
static struct cli_unit *run_once(struct cli *cli)
{
	struct cli_unit *u = cli_unit_new(cli);

	if (!cli_unit_read(u, cli->o.files.v, cli->o.files.n, false) ||
	    !fits(u))
		return NULL;
	compile_all(u);
	return u;
}

void cli_run_compile(struct cli *cli)
{
	struct cli_unit *u;
	size_t n = 0;

	if (cli->o.output && cli->o.dialect) {
		only_checked(cli);
		return;
	}
	u = run_once(cli);
	while (u && cli->o.fix && n++ < MAX_FIXES && cli_fix(u)) {
		cli_unit_close(u);
		buf_init(&cli->notice, &cli->arena);
		u = run_once(cli);
	}
	if (!u)
		return;
	if (cli->o.dump == PASS_COUNT)
		compile_end(&u->c);
	cli_unit_show(u);
	if (u->c.dumped.len)
		cli_print(cli, &u->c.dumped);
}
