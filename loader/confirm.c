/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "confirm.h"
#include "readback.h"

static enum load_status no(const struct run *run, const char *why)
{
	say(&run->voice, ": the kernel took it, but %s: do not rely on it before the next boot", why);
	return LOAD_UNCONFIRMED;
}

static enum load_status dropped(const struct run *run, const char *by)
{
	say(&run->voice, ": the kernel dropped it when the load ended (%s): nothing is changed", by);
	return LOAD_REFUSED;
}

enum load_status confirm_yes(const struct run *run, const char *how)
{
	note(&run->voice, ": in force (%s)", how);
	run_record(run);
	return LOAD_APPLIED;
}

/* The kernel's list against the file's rules. */
static enum load_status compare(const struct run *run, const char *text, size_t len)
{
	const struct active *before = &run->active;
	struct span missing, kernel = { text, len };
	size_t line;

	switch (readback_compare(input_text(&run->src), kernel, &missing, &line)) {
	case READBACK_SAME:
		if (before->kind == ACTIVE_NONE && !active_alone(kernel, run->rec.rules))
			return no(run, "another program has loaded rules just before, which stand in front of it");
		return confirm_yes(run, "the kernel lists every rule");
	case READBACK_DIFFERS:
		break;
	default:
		return no(run, "there is no memory to compare its rules");
	}
	if (before->text && before->len == len && !memcmp(before->text, text, len))
		return dropped(run, "it lists the rules of before");
	say(&run->voice, ":%zu: the kernel does not list this rule: %.*s", line, say_shown(missing), missing.text);
	run_say_origin(run, missing);
	return no(run, "its list of rules is another");
}

static enum load_status gone(const struct run *run, const struct handover *given)
{
	if (!given->unchanged)
		return no(run, "the file was changed while it was loaded");
	if (!given->whole)
		return no(run, "not by its whole path");
	return confirm_yes(run, "the policy file is gone, as it is after a load");
}

enum load_status confirm_given(struct run *run, const struct handover *given)
{
	enum load_status status;
	enum policyfile_state state;
	char *text;
	size_t len;
	int err;

	kmsg_collect(&run->log, run->ops, false);
	state = policyfile_look(&run->target, run->ops, &err);
	if (state == POLICYFILE_GONE)
		return gone(run, given);
	if (state > POLICYFILE_GONE)
		return no(run, "its policy file cannot be seen any more");
	if (!policyfile_read(&run->target, run->ops, &text, &len)) {
		status = compare(run, text, len);
		free(text);
		return status;
	}
	if (run->log.failed && !run->log.completed)
		return state == POLICYFILE_THERE ? dropped(run, "its log says so") : no(run, "its log says that it was dropped");
	if (run->log.completed)
		return no(run, "nothing but its log says that it is in force");
	return no(run, "neither its policy file nor its log confirms that");
}
