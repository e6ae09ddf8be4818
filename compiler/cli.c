/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "cli_run.h"
#include "streams.h"
#include "tmpdir.h"

static void (*const run[])(struct cli *cli) = {
#define CLI_COMMAND(id, word, run, formats, usage, summary) run,
#include "cli_commands.def"
#undef CLI_COMMAND
};

static void show_version(struct cli *cli)
{
	struct buf b;

	buf_init(&b, &cli->arena);
	buf_puts(&b, "imapolc " PACKAGE_VERSION "\n");
	cli_print(cli, &b);
}

static void show_help(struct cli *cli)
{
	struct buf b;

	buf_init(&b, &cli->arena);
	cli_options_help(cli->o.command, &b);
	cli_print(cli, &b);
}

static void complain_of_options(struct cli *cli, const char *problem)
{
	const char *word = cli_command_word(cli->o.command);
	struct buf b;

	buf_init(&b, &cli->arena);
	buf_printf(&b, "imapolc %s%s--help lists the options", word ? word : "",
		   word ? " " : "");
	cli_complain(cli, problem, NULL);
	cli_complain(cli, b.s, NULL);
}

/* is the first word no file, and nearly a command? */
static bool is_no_command(struct cli *cli, int argc, char **argv)
{
	struct buf b;

	if (cli->o.command != CLI_COMPILE || argc < 2 || !cli->o.files.n ||
	    cli->o.files.v[0] != argv[1] || access(argv[1], F_OK) == 0)
		return false;
	buf_init(&b, &cli->arena);
	cli_options_near(argv[1], &b);
	if (!b.len)
		return false;
	cli_complain(cli, buf_textf(&cli->arena, "%s: no such file or command; "
				    "did you mean `%s`?", argv[1], b.s), NULL);
	return true;
}

static void start(struct cli *cli, int argc, char **argv)
{
	struct buf problem;

	buf_init(&problem, &cli->arena);
	buf_init(&cli->notice, &cli->arena);
	if (!cli_options_parse(&cli->arena, argc, argv, &cli->o, &problem)) {
		complain_of_options(cli, problem.s);
	} else if (cli->o.help) {
		show_help(cli);
	} else if (cli->o.version) {
		show_version(cli);
	} else if (!is_no_command(cli, argc, argv)) {
		run[cli->o.command](cli);
	}
}

int cli_main(int argc, char **argv)
{
	static struct cli cli;	/* kept over the jump */
	static const char oom[] = "imapolc: out of memory\n";
	jmp_buf on_oom;
	size_t i;

	memset(&cli, 0, sizeof(cli));
	streams_hold();
	/* a closed pipe and ulimit -f are errors to report, like a full disk */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	arena_init(&cli.arena);
	if (setjmp(on_oom)) {
		cli_put_stderr(oom, sizeof(oom) - 1);
		cli.status = CLI_USAGE;
	} else {
		cli.arena.on_oom = &on_oom;
		start(&cli, argc, argv);
	}
	for (i = 0; i < ARRAY_SIZE(cli.units); i++)
		if (cli.units[i])
			cli_unit_close(cli.units[i]);
	if (cli.scratch)
		tmpdir_remove(cli.scratch);
	arena_free(&cli.arena);
	return cli.status;
}
