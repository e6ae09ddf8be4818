/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "assumed.h"
#include "combine.h"
#include "confirm.h"
#include "give.h"
#include "keys.h"
#include "leave.h"

static bool in_force(const struct run *run)
{
	const char *how;

	if (!active_is(&run->active, input_text(&run->src), &run->rec, &how))
		return false;
	note(&run->voice, ": already in force (%s)", how);
	return true;
}

enum load_status leave_policy(struct run *run)
{
	enum load_status status;
	int err;

	if (in_force(run))
		return LOAD_APPLIED;
	status = assumed_judge(run, ASSUMED_LATER);
	if (status != LOAD_APPLIED)
		return status;
	if (active_final(&run->active))
		return run_already(run);
	if (run->active.kind != ACTIVE_NONE) {
		say(&run->voice, ": a policy %s in force (%s), so PID 1 must not load another",
		    run->active.kind == ACTIVE_MAYBE ? "may be" : "is", run->active.how);
		return LOAD_ALREADY;
	}
	err = record_write(run->ops, RECORD_EXPECTED, &run->rec);
	if (err) {
		say(&run->voice, ": %s cannot be written (%s), so the load by PID 1 could not be confirmed later: mount /run writable",
		    record_path(RECORD_EXPECTED), strerror(-err));
		return LOAD_USAGE;
	}
	note(&run->voice, ": left to PID 1, noted in %s", record_path(RECORD_EXPECTED));
	return LOAD_APPLIED;
}

static bool was_left(const struct run *run)
{
	struct record left;

	return record_read(run->ops, RECORD_EXPECTED, &left) && !strcmp(left.digest, run->rec.digest);
}

/* Without its keys a policy would refuse what is signed. */
static enum load_status load_late(struct run *run)
{
	enum load_status status = LOAD_APPLIED;

	say(&run->voice, ": nobody has loaded it in this boot: loading it now, after what has run before this");
	if (run->opt->keys)
		status = keys_load(run->ops, run->opt->keys);
	return status == LOAD_APPLIED ? give_policy(run) : status;
}

enum load_status leave_confirm(struct run *run)
{
	if (in_force(run)) {
		if (!run->active.recorded) {
			record_only_seen(&run->rec, "somebody");
			run_record(run);
		}
		return LOAD_APPLIED;
	}
	/* a list that can be read and does not have it says no, whatever was left */
	if (active_final(&run->active) && !run->active.text && was_left(run)) {
		record_only_seen(&run->rec, "PID 1");
		return confirm_yes(run, "left to PID 1, and the kernel has taken a policy since");
	}
	if (run->active.kind == ACTIVE_NONE)
		return load_late(run);
	if (active_final(&run->active))
		return run_already(run);
	say(&run->voice, ": a policy %s in force (%s), but not known to be this one",
	    run->active.kind == ACTIVE_MAYBE ? "may be" : "is", run->active.how);
	return LOAD_ALREADY;
}
