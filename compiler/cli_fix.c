/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "cli_fix.h"
#include "fix.h"
#include "utf8.h"

static void say_made(struct cli_unit *u, const struct source *src,
		     const struct fix_result *r)
{
	struct arena *a = &u->cli->arena;
	struct buf b, out;
	size_t i;

	buf_init(&out, a);
	for (i = 0; i < r->n_made; i++) {
		const struct diag *d = r->made[i];
		struct position pos = source_position(a, src, d->span.start);

		buf_init(&b, a);
		buf_printf(&b, "%s:%zu:%zu: fixed: %s [%s]", src->name,
			   pos.line, pos.column, d->text, diag_name(d->code));
		utf8_puts_visible(&out, b.s);
		buf_putc(&out, '\n');
	}
	cli_put_stderr(out.s, out.len);
}

/* every release, under each module that may be there */
static void all_targets(struct cli_unit *u, struct fix_input *in)
{
	static const enum klsm tries[] = { KLSM_SELINUX, KLSM_APPARMOR,
					   KLSM_SMACK, KLSM_NONE };
	VEC(struct ktarget) v = { 0 };
	struct targets known = u->targets, all;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(tries); i++) {
		if (u->targets.lsm == KLSM_UNSET)
			known.lsm = tries[i];
		target_all_releases(&u->cli->arena, &known, &all);
		for (j = 0; j < all.n; j++)
			vec_push(&u->cli->arena, &v, all.v[j]);
		if (u->targets.lsm != KLSM_UNSET)
			break;
	}
	in->targets = v.v;
	in->n_targets = v.n;
	in->some = true;
}

static bool fix_file(struct cli_unit *u, const struct source *src, bool paths)
{
	struct fix_input in = {
		.arena = &u->cli->arena, .strings = &u->c.strings, .src = src,
		.diags = &u->c.diags, .targets = u->targets.v,
		.n_targets = u->targets.n, .paths = paths,
	};
	struct fix_result r;

	if (!in.n_targets)
		all_targets(u, &in);
	if (!fix_lines(&in, &r) ||
	    !cli_write_file(u->cli, src->path, &r.text))
		return false;
	say_made(u, src, &r);
	return true;
}

bool cli_fix(struct cli_unit *u)
{
	bool changed = false;
	size_t i;

	/* what is read from a pipe cannot be replaced */
	for (i = 0; i < u->kernel_files.n; i++)
		if (u->kernel_files.v[i]->path)
			changed |= fix_file(u, u->kernel_files.v[i], false);
	for (i = 0; i < u->path_files.n; i++)
		if (u->path_files.v[i]->path)
			changed |= fix_file(u, u->path_files.v[i], true);
	return changed && !u->cli->status;
}
