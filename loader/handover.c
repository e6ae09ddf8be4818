/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "handover.h"

enum { TRIES = 8 }; /* of one load that is interrupted or starts over with a copy */

/* Makes the copy that the kernel gets instead of the file. */
static enum load_status use_copy(struct run *run, const char *why, const char *remedy)
{
	if (run->src.has_signature) {
		say(&run->voice, ": %s, and a signed file is given to the kernel as it is or not at all: %s", why, remedy);
		return LOAD_USAGE;
	}
	if (!copy_make(&run->copy, &run->voice, &run->src)) {
		say(&run->voice, ": %s, and no private copy of it can be made: %s", why, remedy);
		return LOAD_USAGE;
	}
	note(&run->voice, ": %s: loading a private copy, %s", why, run->copy.path);
	return LOAD_APPLIED;
}

static enum load_status prepare(struct run *run)
{
	if (run->src.no_newline)
		return use_copy(run, "no newline at the end", "add one, and sign the file then where it has to be signed");
	if (!run->src.path[0])
		return use_copy(run, "its path does not fit one line of 4095 bytes", "give it a shorter one");
	if (!ops_place_is_roots(run->ops, run->src.path))
		return use_copy(run, "others than root may put another file in its place", "move it where only root may write");
	return LOAD_APPLIED;
}

/*
 * Errors that speak of where the file lies, not of what is in it. EACCES and EPERM are not among them: whoever could
 * read the file gets these from the kernel because of its signature or of a security module, and a copy elsewhere must
 * not be the way around that.
 */
static const char *copy_reason(ssize_t answer, const char **remedy)
{
	*remedy = "put it on another file system";
	switch (answer) {
	case -ETXTBSY:
		*remedy = "close it there first";
		return "somebody has the file open for writing";
	case -ENOENT:
	case -ENOTDIR:
	case -ELOOP:
	case -ENAMETOOLONG:
		*remedy = "give it a path that holds for every process";
		return "the kernel cannot follow its path";
	case -EIO:
	case -ESTALE:
	case -ENXIO:
	case -ENODEV:
	case -EOPNOTSUPP:
	case -EOVERFLOW:
	case -EFBIG:
	case -EREMOTEIO:
		return "the kernel cannot read it where it lies";
	default:
		return NULL;
	}
}

/* The policy file could not be opened. */
static enum load_status cannot_open(const struct run *run, int err)
{
	enum policyfile_state state;
	int behind;

	if (err != -ENOENT && err != -EBUSY) {
		say(&run->voice, ": cannot open %s (%s): run it as root", run->target.path, strerror(-err));
		return LOAD_IMPOSSIBLE;
	}
	state = policyfile_look(&run->target, run->ops, &behind);
	if (state == POLICYFILE_GONE || state == POLICYFILE_SPENT) {
		say(&run->voice, ": another program has loaded a policy just now: this kernel takes no other before the next boot");
		return LOAD_ALREADY;
	}
	if (state > POLICYFILE_GONE)
		return policyfile_refuse(&run->target, &run->voice, state, behind);
	say(&run->voice, ": another program is loading a policy: try again when it is done");
	return LOAD_USAGE;
}

/* What must spoil the load was not answered as it must be. */
static enum load_status cannot_spoil(const struct run *run, int err)
{
	if (err == -EACCES || err == -EPERM)
		say(&run->voice, ": the policy in force takes signed files only, so nothing can be tried without loading it: "
			 "sign the file and load it");
	else if (err == -EPROTO)
		say(&run->voice, ": this kernel takes what is no rule: nothing is tried");
	else
		say(&run->voice, ": the trial cannot be made to change nothing (%s): nothing is tried", strerror(-err));
	return LOAD_IMPOSSIBLE;
}

/* Opens the policy file for one write of one path. *answer is -EINTR also where it was not opened for that reason. */
static enum load_status give_once(struct run *run, bool spoilt, struct handover *out)
{
	const struct load_ops *ops = run->ops;
	const char *path = run->copy.path[0] ? run->copy.path : run->src.path;
	bool opened = false;
	int fd;

	if (!run->copy.path[0] && !input_unchanged(&run->src, ops)) {
		say(&run->voice, ": changed since it was read: load it when its writer is done");
		return LOAD_USAGE;
	}
	kmsg_mark(&run->log, ops);
	fd = spoilt ? policyfile_open_spoilt(&run->target, ops, &opened) : policyfile_open(&run->target, ops);
	out->answer = fd;
	if (fd == -EINTR)
		return LOAD_APPLIED;
	if (fd < 0)
		return opened ? cannot_spoil(run, fd) : cannot_open(run, fd);
	out->answer = ops->write(ops->ctx, fd, path, strlen(path));
	out->whole = out->answer == (ssize_t)strlen(path);
	ops->close(ops->ctx, fd); /* applies or drops; it answers 0 either way, so its answer means nothing */
	out->unchanged = run->copy.path[0] || input_unchanged(&run->src, ops);
	return LOAD_APPLIED;
}

enum load_status handover(struct run *run, bool spoilt, struct handover *out)
{
	enum load_status status = prepare(run);
	const char *why, *remedy;
	int try;

	for (try = 0; status == LOAD_APPLIED && try < TRIES; try++) {
		status = give_once(run, spoilt, out);
		/* waiting for another writer; what this one opened is spoilt, a new one is not */
		if (status != LOAD_APPLIED || out->answer == -EINTR)
			continue;
		why = copy_reason(out->answer, &remedy);
		if (!why || run->copy.path[0])
			break;
		status = use_copy(run, why, remedy);
	}
	return status;
}
