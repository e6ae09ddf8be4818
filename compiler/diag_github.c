/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "diag_print_int.h"

/*
 * Workflow commands: "::error file=F,line=N,…::MESSAGE". What ends a line, a
 * value or a command is written as %XX, as the runner of GitHub Actions undoes
 * it: percent and line ends everywhere, colon and comma in values, too.
 */

static void put_escaped(struct buf *out, const char *s, const char *which)
{
	for (; *s; s++) {
		if (strchr(which, *s))
			buf_printf(out, "%%%02X", (unsigned int)*s);
		else
			buf_putc(out, *s);
	}
}

static void put_value(struct buf *out, const char *s)
{
	put_escaped(out, s, "%\r\n:,");
}

static void put_data(struct buf *out, const char *s)
{
	put_escaped(out, s, "%\r\n");
}

/* columns only where one line has both: others are refused */
static void put_place(const struct diag_printer *p, const struct span *span)
{
	struct diag_place at = diag_place_of(p->arena, span);

	buf_puts(p->out, "file=");
	put_value(p->out, diag_visible(p->arena, at.file));
	buf_printf(p->out, ",line=%zu,endLine=%zu,", at.start.line,
		   at.end.line);
	if (at.start.line == at.end.line)
		buf_printf(p->out, "col=%zu,endColumn=%zu,", at.start_char,
			   at.end_char);
}

static void put_diag(const struct diag_printer *p, const struct diag *d)
{
	buf_printf(p->out, "::%s ", diag_severity_word(d));
	if (d->span.src)
		put_place(p, &d->span);
	buf_puts(p->out, "title=");
	put_value(p->out, diag_name(d->code));
	buf_puts(p->out, "::");
	put_data(p->out, diag_whole_text(p->arena, d, true));
	buf_putc(p->out, '\n');
}

void diag_print_github(const struct diag_printer *p)
{
	struct buf left;
	size_t i;

	for (i = 0; i < p->shown->n; i++)
		put_diag(p, p->shown->v[i]);
	buf_init(&left, p->arena);
	if (!diags_put_left_out(p->shown, &left))
		return;
	buf_puts(p->out, "::notice title=imapolc::");
	put_data(p->out, left.s);
	buf_putc(p->out, '\n');
}
