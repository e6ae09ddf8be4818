/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "dryrun.h"
#include "give.h"
#include "leave.h"
#include "load.h"
#include "run.h"
#include "status.h"

static enum load_status in_run(const struct load_ops *ops, const struct load_options *opt,
			       enum load_status (*step)(struct run *run))
{
	struct run run;
	enum load_status status = run_start(&run, ops, opt);

	if (status == LOAD_APPLIED)
		status = step(&run);
	run_end(&run);
	return status;
}

enum load_status load_policy(const struct load_ops *ops, const struct load_options *opt)
{
	return in_run(ops, opt, give_policy);
}

enum load_status load_dry_run(const struct load_ops *ops, const struct load_options *opt)
{
	return in_run(ops, opt, dryrun_policy);
}

enum load_status load_leave(const struct load_ops *ops, const struct load_options *opt)
{
	return in_run(ops, opt, leave_policy);
}

enum load_status load_confirm(const struct load_ops *ops, const struct load_options *opt)
{
	return in_run(ops, opt, leave_confirm);
}

enum load_status load_show(const struct load_ops *ops, const struct load_options *opt)
{
	struct run run;
	enum load_status status = run_start(&run, ops, opt);

	status = status_show(&run, status);
	run_end(&run);
	return status;
}
