/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "cli_diff.h"
#include "cli_run.h"

/* What two policies do differently. */

struct diffing {
	struct cli *cli;
	struct cli_unit *unit[2];	/* old, new */
	bool secure_boot;	/* its rules are there */
	struct buf out;
	struct json json;
	bool differs;
};

/* ---- what both are judged for ---- */

static bool same_target(const struct ktarget *x, const struct ktarget *y)
{
	return krelease_cmp(x->release, y->release) == 0 &&
	       x->release.patch == y->release.patch &&
	       (x->lsm == y->lsm || x->lsm == KLSM_UNSET ||
		y->lsm == KLSM_UNSET);
}

static bool same_targets(const struct targets *x, const struct targets *y)
{
	size_t i;

	if (x->n != y->n)
		return false;
	for (i = 0; i < x->n; i++)
		if (!same_target(&x->v[i], &y->v[i]))
			return false;
	return true;
}

/* a policy without a target is judged for that of the other */
static bool share_targets(struct diffing *df)
{
	struct targets *old = &df->unit[0]->targets;
	struct targets *new = &df->unit[1]->targets;
	size_t i;

	if (!new->n)
		*new = *old;
	if (!old->n)
		*old = *new;
	if (!same_targets(old, new)) {
		cli_complain(df->cli, "the two policies are for different "
			     "targets, which decide differently whatever they "
			     "say", NULL);
		return false;
	}
	for (i = 0; i < old->n; i++)
		if (old->v[i].lsm == KLSM_UNSET)
			old->v[i] = new->v[i];
		else
			new->v[i] = old->v[i];
	return true;
}

/* errors are shown; they are not what the exit status 1 is about */
static bool no_errors(struct diffing *df)
{
	bool good = !df->cli->status;
	size_t s;

	for (s = 0; s < 2; s++)
		if (df->unit[s]->c.diags.n_errors) {
			cli_unit_show(df->unit[s]);
			good = false;
		}
	if (!good)
		df->cli->status = CLI_USAGE;
	return good;
}

static bool open_both(struct diffing *df)
{
	size_t s;

	for (s = 0; s < 2; s++) {
		struct cli_unit *u = df->unit[s] = cli_unit_new(df->cli);

		if (!cli_unit_read(u, df->cli->o.files.v + s, 1, true)) {
			df->cli->status = CLI_USAGE;
			return false;
		}
		compile_check(&u->c);
		if (!cli_unit_target(u))
			return false;
	}
	if (!no_errors(df))
		return false;
	if (!df->unit[0]->targets.n && !df->unit[1]->targets.n)
		cli_unit_no_target(df->unit[0]);
	return no_errors(df) && share_targets(df);
}

/* ---- the kernel's own rules that no load removes (facts 5) ---- */

static const char own_of_secure_boot[] = "arch_efi";

/* which rules there are is a matter of configuration */
static bool know_secure_boot(struct diffing *df)
{
	const struct targets *t = &df->unit[0]->targets;
	size_t i, s;

	df->secure_boot = df->cli->o.secure_boot;
	for (s = 0; s < 2; s++)
		if (df->unit[s]->builtin &&
		    !strcmp(df->unit[s]->builtin, own_of_secure_boot))
			df->secure_boot = true;
	for (i = 0; i < t->n && df->secure_boot; i++)
		if (t->v[i].config[KCONFIG_IMA_ARCH_POLICY] == KTRI_MAYBE) {
			cli_complain(df->cli, "the rules of EFI Secure Boot "
				     "depend on the configuration: add "
				     "--kernel-config", NULL);
			return false;
		}
	return true;
}

static bool is_one_of(const char *name, const char *const *v)
{
	for (; *v; v++)
		if (!strcmp(name, *v))
			return true;
	return false;
}

/*
 * They stand in front of what is loaded. In the boot's own list they come behind
 * what measures; with secure_boot those that are configured in are left out.
 */
static void add_own(const struct diffing *df, struct cli_unit *u,
		    const struct ktarget *t, struct policy *p)
{
	static const char *const before[] = { "dont_measure", "ima_tcb", "tcb",
					      NULL };
	static const char *const without[] = { "secure_boot", "build_time",
					       NULL };
	const char *name = u->builtin ? u->builtin : "";
	size_t at = is_one_of(name, before) ? p->rules.n : 0;

	if (!strcmp(name, own_of_secure_boot))
		at = p->rules.n;
	else if (df->secure_boot)
		at = cli_unit_insert_own(u, t, own_of_secure_boot, at, p);
	if (!is_one_of(name, without))
		cli_unit_insert_own(u, t, "build_time", at, p);
}

/* ---- one target ---- */

static bool read_both(struct diffing *df, size_t i, struct policy *p)
{
	bool good = true;
	size_t s;

	for (s = 0; s < 2; s++) {
		struct cli_unit *u = df->unit[s];

		if (cli_unit_policy(u, &u->targets.v[i], &p[s]))
			add_own(df, u, &u->targets.v[i], &p[s]);
		else
			good = false;
	}
	return no_errors(df) && good;
}

static struct diff_side side_of(const struct diffing *df, size_t s,
				const struct policy *p)
{
	return (struct diff_side){ df->cli->o.files.v[s], p,
				   df->unit[s]->builtin };
}

static void put_heading(struct diffing *df, const char *kernel)
{
	if (df->unit[0]->targets.n > 1)
		buf_printf(&df->out, "==== kernel %s ====\n", kernel);
}

static void report(struct diffing *df, size_t i, const struct policy *p,
		   const struct difference *d)
{
	struct diff_report r = {
		.arena = &df->cli->arena, .d = d,
		.old = side_of(df, 0, &p[0]), .new = side_of(df, 1, &p[1]),
		.kernel = cli_release_text(df->cli,
					   &df->unit[0]->targets.v[i]),
		.all = df->cli->o.all,
	};

	df->differs |= !difference_none(d);
	if (df->cli->o.format == CLI_FORMAT_JSON) {
		diff_json(&r, &df->json);
	} else if (!difference_none(d)) {
		put_heading(df, r.kernel);
		diff_text(&r, &df->out);
	}
}

static bool compare(struct diffing *df, size_t i)
{
	struct policy p[2];
	struct difference d;
	struct diag *msg;

	if (!read_both(df, i, p))
		return false;
	if (difference_find(&df->cli->arena, &p[0], &p[1], 0, &d)) {
		report(df, i, p, &d);
		return true;
	}
	msg = diag_add(&df->unit[0]->c.diags, DIAG_DIFF_BUDGET, NO_SPAN,
		       "the two policies are too large to be compared");
	diag_note(&df->unit[0]->c.diags, msg, NO_SPAN, "their conditions cross "
		  "each other too often: name fewer values in one policy, or "
		  "compare parts of them");
	return no_errors(df);
}

static void compare_all(struct diffing *df)
{
	bool as_json = df->cli->o.format == CLI_FORMAT_JSON;
	size_t i;

	buf_init(&df->out, &df->cli->arena);
	json_init(&df->json, &df->out);
	if (as_json) {
		json_open(&df->json, NULL, '{');
		json_text(&df->json, "old", df->cli->o.files.v[0]);
		json_text(&df->json, "new", df->cli->o.files.v[1]);
		json_open(&df->json, "targets", '[');
	}
	for (i = 0; i < df->unit[0]->targets.n; i++)
		if (!compare(df, i))
			return;
	if (as_json) {
		json_close(&df->json, ']');
		json_close(&df->json, '}');
		json_end(&df->json);
	}
	if (df->out.len && !cli_print(df->cli, &df->out))
		return;
	df->cli->status = df->differs ? CLI_POLICY : CLI_OK;
}

void cli_run_diff(struct cli *cli)
{
	struct diffing df = { .cli = cli };

	if (cli->o.files.n != 2)
		cli_complain(cli, "diff needs two policies, OLD and NEW", NULL);
	else if (!strcmp(cli->o.files.v[0], "-") &&
		 !strcmp(cli->o.files.v[1], "-"))
		cli_complain(cli, "only one of the two can be standard input",
			     NULL);
	else if (open_both(&df) && know_secure_boot(&df))
		compare_all(&df);
}
