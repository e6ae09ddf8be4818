/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "assumed.h"
#include "dryrun.h"
#include "handover.h"
#include "refusal.h"

static bool same_list(const struct run *run)
{
	const struct active *before = &run->active;
	bool same = true;
	char *text;
	size_t len;

	if (!before->text)
		return true;
	if (policyfile_read(&run->target, run->ops, &text, &len))
		return false;
	same = len == before->len && !memcmp(text, before->text, len);
	free(text);
	return same;
}

/* Is all as it was before? */
static enum load_status judge_after(struct run *run)
{
	enum policyfile_state state;
	int err;

	kmsg_collect(&run->log, run->ops, false);
	state = policyfile_look(&run->target, run->ops, &err);
	if (state == run->active.state && same_list(run) && !run->log.completed)
		return LOAD_APPLIED;
	say(&run->voice, ": a policy came into force during the trial, this one or somebody else's: look with --status");
	return LOAD_UNCONFIRMED;
}

/* The kernel takes none any more. */
static enum load_status too_late(const struct run *run)
{
	const char *how;

	if (!active_is(&run->active, input_text(&run->src), &run->rec, &how))
		return run_already(run);
	say(&run->voice, ": this policy is in force already (%s), and the kernel takes none any more that could be tried", how);
	return LOAD_ALREADY;
}

enum load_status dryrun_policy(struct run *run)
{
	struct handover given;
	enum load_status status = assumed_judge(run, ASSUMED_NOW), after;

	if (status == LOAD_APPLIED && active_final(&run->active))
		status = too_late(run);
	if (status == LOAD_APPLIED)
		status = handover(run, true, &given);
	if (status != LOAD_APPLIED)
		return status;
	if (given.answer < 0)
		status = refusal_explain(run, given.answer);
	after = judge_after(run);
	if (after != LOAD_APPLIED)
		return after;
	if (status == LOAD_APPLIED && (!given.whole || !given.unchanged)) {
		say(&run->voice, ": %s: the trial tells nothing: try again",
		    given.whole ? "changed while the kernel read it" : "the kernel did not take its whole path");
		return LOAD_UNCONFIRMED;
	}
	if (status == LOAD_APPLIED)
		note(&run->voice, ": the kernel takes all of it; nothing is changed");
	return status;
}
