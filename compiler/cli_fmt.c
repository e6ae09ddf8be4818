/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "cli_run.h"
#include "fmt.h"
#include "textdiff.h"

/* The layout of policies, each file by itself. */

/* true: what would be written is what stands there */
static bool is_laid_out(const struct source *src, const struct buf *b)
{
	return b->len == src->len && !memcmp(b->s, src->text, b->len);
}

/* its name, or what would change */
static void show_file(struct cli *cli, const struct source *src,
		      const struct buf *laid)
{
	struct textdiff_side from = { src->name, src->text, src->len };
	struct textdiff_side to = { src->name, laid->s, laid->len };
	struct buf b;

	buf_init(&b, &cli->arena);
	if (cli->o.diff)
		textdiff_put(&from, &to, &b);
	else
		buf_printf(&b, "%s\n", src->name);
	if (cli_print(cli, &b) && !cli->status)
		cli->status = CLI_POLICY;
}

/* a file that is laid out keeps its times; standard input is always passed on */
static void put_file(struct cli *cli, const struct source *src,
		     const struct buf *b)
{
	if (cli->o.check || cli->o.diff) {
		if (!is_laid_out(src, b))
			show_file(cli, src, b);
	} else if (!src->path) {
		cli_print(cli, b);
	} else if (!is_laid_out(src, b)) {
		cli_write_file(cli, src->path, b);
	}
}

static void format_file(struct cli_unit *u, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	struct source *src;
	const char *text;
	struct buf b;
	size_t len;

	if (!cli_read_file(u->cli, path, &text, &len))
		return;
	src = ast_add_source(&u->c.ast, is_stdin ? "<stdin>" : path,
			     is_stdin ? NULL : path, text, len);
	if (cli_is_kernel_lines(u->cli, path, src)) {
		cli_complain(u->cli, path, "kernel lines have the layout that "
			     "the kernel wants; only policies in the language "
			     "of imapol(5) get another");
		return;
	}
	buf_init(&b, &u->cli->arena);
	buf_puts(&b, "");
	if (fmt_policy(&u->c.ast, src, &u->c.diags, &b))
		put_file(u->cli, src, &b);
}

void cli_run_fmt(struct cli *cli)
{
	struct cli_unit *u = cli_unit_new(cli);
	size_t i;

	for (i = 0; i < cli->o.files.n; i++)
		format_file(u, cli->o.files.v[i]);
	cli_unit_show(u);
}
