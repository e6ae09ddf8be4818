/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "assumed.h"
#include "combine.h"
#include "confirm.h"
#include "give.h"
#include "handover.h"
#include "refusal.h"

/* Nobody but root can tell, or load. */
static bool is_not_root(const struct run *run)
{
	struct stat st;

	return !run->ops->stat(run->ops->ctx, "/proc/self", &st) && st.st_uid;
}

/* May the policy be given, with what is in force? */
static enum load_status judge_active(const struct run *run)
{
	const struct active *a = &run->active;

	if (active_final(a))
		return run_already(run);
	if (a->kind == ACTIVE_NONE)
		return LOAD_APPLIED;
	if (a->kind == ACTIVE_MAYBE && is_not_root(run)) {
		say(&run->voice, ": it cannot be told what is in force, and only root can load a policy: run it as root");
		return LOAD_IMPOSSIBLE;
	}
	if (run->opt->append) {
		note(&run->voice, ": goes behind the rules in force");
		return LOAD_APPLIED;
	}
	combine_say_append(run);
	return LOAD_ALREADY;
}

enum load_status give_policy(struct run *run)
{
	struct handover given;
	enum load_status status;
	const char *how;

	if (active_is(&run->active, input_text(&run->src), &run->rec, &how)) {
		note(&run->voice, ": already in force (%s)", how);
		return LOAD_APPLIED;
	}
	status = assumed_judge(run, ASSUMED_NOW);
	if (status == LOAD_APPLIED)
		status = judge_active(run);
	if (status == LOAD_APPLIED)
		status = handover(run, false, &given);
	if (status != LOAD_APPLIED)
		return status;
	if (given.answer < 0)
		return refusal_explain(run, given.answer);
	status = confirm_given(run, &given);
	if (status == LOAD_APPLIED && run->active.kind == ACTIVE_NONE)
		combine_say_replaced(run);
	return status;
}
