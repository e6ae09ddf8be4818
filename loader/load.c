/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "copy.h"
#include "kmsg.h"
#include "load.h"
#include "readback.h"
#include "input.h"
#include "say.h"

enum {
	TRIES = 8, /* of one load that is interrupted or starts over with a copy */
	READBACK_MAX = 2 * INPUT_MAX,
};

#define SECURITYFS_FS_MAGIC 0x73636673UL

struct run {
	const struct load_ops *ops;
	const struct load_options *opt;
	struct voice voice;
	struct input src;
	struct copy copy;
	struct kmsg log;
	char dir[PATH_MAX];    /* the kernel's ima directory */
	char policy[PATH_MAX]; /* and the policy file in it */
};

/* Which of the reasons not to load here it is, when the policy file cannot be seen. */
static enum load_status no_policy_file(const struct run *run, int err)
{
	const struct load_ops *ops = run->ops;
	unsigned long magic = 0;
	struct stat st;

	if (err != -ENOENT && err != -ENOTDIR) {
		say(&run->voice, ": no way to %s (%s): run it as root", run->policy, strerror(-err));
		return LOAD_IMPOSSIBLE;
	}
	if (!ops->stat(ops->ctx, run->dir, &st)) {
		say(&run->voice, ": this kernel has its policy already and takes no other before the next boot: "
			 "load it before anything else does");
		return LOAD_ALREADY;
	}
	if (ops->fs_magic(ops->ctx, run->opt->securityfs, &magic) || magic != SECURITYFS_FS_MAGIC)
		say(&run->voice, ": securityfs is not mounted on %s: mount -t securityfs securityfs %s", run->opt->securityfs,
		    run->opt->securityfs);
	else
		say(&run->voice, ": this kernel has no IMA: boot one that is built with CONFIG_IMA");
	return LOAD_IMPOSSIBLE;
}

static enum load_status find_kernel(struct run *run)
{
	size_t room = sizeof(run->policy);
	struct stat st;
	int err;

	if ((size_t)snprintf(run->dir, room, "%s/ima", run->opt->securityfs) >= room ||
	    (size_t)snprintf(run->policy, room, "%s/ima/policy", run->opt->securityfs) >= room) {
		say(&run->voice, ": the name after --securityfs is too long");
		return LOAD_USAGE;
	}
	err = run->ops->stat(run->ops->ctx, run->policy, &st);
	return err ? no_policy_file(run, err) : LOAD_APPLIED;
}

static enum load_status cannot_open(const struct run *run, int err)
{
	struct stat st;

	if (err != -EBUSY)
		return no_policy_file(run, err);
	/* A kernel that shows its policy but takes one only keeps the file and clears the owner's write bit. */
	if (!run->ops->stat(run->ops->ctx, run->policy, &st) && !(st.st_mode & S_IWUSR)) {
		say(&run->voice, ": this kernel has its policy already and takes no other before the next boot: "
			 "load it before anything else does");
		return LOAD_ALREADY;
	}
	say(&run->voice, ": another program is loading a policy: try again when it is done");
	return LOAD_USAGE;
}

/* Makes the copy that the kernel gets instead of the file. */
static enum load_status use_copy(struct run *run, const char *why)
{
	int err = copy_make(&run->copy, run->ops, &run->src);

	if (err) {
		say(&run->voice, ": %s, and no private copy can be made (%s): make room in /run", why, strerror(-err));
		return LOAD_USAGE;
	}
	note(&run->voice, ": %s: loading a private copy, %s", why, run->copy.path);
	if (run->src.no_newline && run->src.signature_len)
		note(&run->voice, ": its signature does not fit a text with a newline added: sign a file that ends in a newline");
	return LOAD_APPLIED;
}

/*
 * Errors that speak of where the file lies, not of what is in it. EACCES and EPERM are not among them: whoever could
 * read the file gets these from the kernel because of its signature or of a security module, and a copy elsewhere must
 * not be the way around that.
 */
static const char *copy_reason(ssize_t answer)
{
	switch (answer) {
	case -ETXTBSY:
		return "somebody has the file open for writing";
	case -ENOENT:
	case -ENOTDIR:
	case -ELOOP:
	case -ENAMETOOLONG:
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

static void say_origin(const struct run *run, const char *rule)
{
	struct span origin;

	if (lines_origin(run->src.text, rule, &origin))
		say(&run->voice, ": written in %.*s", say_shown(origin), origin.text);
}

/* Names the line that the kernel would not have. */
static void explain_rule(struct run *run)
{
	struct kmsg_culprit at;

	kmsg_collect(&run->log, run->ops, true);
	if (!run->log.bad[0] || !kmsg_find(&run->log, run->src.text, run->src.len, &at)) {
		say(&run->voice, ": the kernel refuses a rule in it and its log does not tell which: "
			 "look for type=1807 with res=0 in the audit log, or run imapolc --check on it");
	} else {
		say(&run->voice, ":%zu: the kernel refuses this rule at '%.*s': %s", at.line, say_shown(at.word), at.word.text,
		    at.whole ? "that word, or the rule as a whole, is not for this kernel" :
			       "that word is not for this kernel");
		say(&run->voice, ":%zu: %.*s", at.line, say_shown(at.rule), at.rule.text);
		say_origin(run, at.rule.text);
	}
}

/* What ima itself logged about the refusal. */
static void say_hint(struct run *run)
{
	kmsg_collect(&run->log, run->ops, false);
	if (!run->log.hint[0])
		return;
	say(&run->voice, ": the kernel says: %s", run->log.hint);
	if (!strncmp(run->log.hint, "rule for LSM", strlen("rule for LSM")))
		say(&run->voice, ": load the security module's policy that declares this name first, then this one");
}

static enum load_status refused(struct run *run, ssize_t answer)
{
	switch (answer) {
	case -EINVAL:
	case -ERANGE:
		explain_rule(run);
		break;
	case -EACCES:
	case -EPERM:
		say(&run->voice, ": the kernel may not use this file (%s): a policy in force wants policies signed, or a security "
			 "module forbids it; sign the file", strerror((int)-answer));
		break;
	default:
		say(&run->voice, ": the kernel refuses it (%s)", strerror((int)-answer));
		break;
	}
	say_hint(run);
	say(&run->voice, ": nothing is changed");
	return LOAD_REFUSED;
}

/* Opens the policy file for one write of one path. False when it could not be opened; *answer tells why. */
static bool hand_over_once(struct run *run, ssize_t *answer, size_t *asked)
{
	const struct load_ops *ops = run->ops;
	const char *path = run->copy.path[0] ? run->copy.path : run->src.path;
	int fd;

	kmsg_mark(&run->log, ops);
	fd = ops->open(ops->ctx, run->policy, O_WRONLY | O_CLOEXEC, 0);
	if (fd < 0) {
		*answer = fd;
		return false;
	}
	*asked = strlen(path);
	*answer = ops->write(ops->ctx, fd, path, *asked);
	ops->close(ops->ctx, fd); /* applies or drops; it answers 0 either way, so its answer means nothing */
	return true;
}

/* The kernel's list against the file's rules. True when it could be read; *same tells the rest. */
static bool read_back(struct run *run, bool *same)
{
	const struct load_ops *ops = run->ops;
	struct span missing, kernel, ours = { run->src.text, run->src.len };
	enum readback_answer answer;
	char *text;
	size_t line;
	int fd, err;

	fd = ops->open(ops->ctx, run->policy, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return false;
	err = ops_read_all(ops, fd, READBACK_MAX, &text, &kernel.len);
	ops->close(ops->ctx, fd);
	if (err)
		return false;
	kernel.text = text;
	answer = readback_compare(ours, kernel, &missing, &line);
	free(text);
	*same = answer == READBACK_SAME;
	if (answer == READBACK_DIFFERS) {
		say(&run->voice, ":%zu: the kernel does not list this rule: %.*s", line, say_shown(missing), missing.text);
		say_origin(run, missing.text);
	}
	return answer != READBACK_NO_MEMORY;
}

static enum load_status unconfirmed(const struct run *run, const char *why)
{
	say(&run->voice, ": the kernel took it, but %s: do not rely on it before the next boot", why);
	return LOAD_UNCONFIRMED;
}

static enum load_status confirmed(const struct run *run, const char *how)
{
	note(&run->voice, ": in force (%s)", how);
	return LOAD_APPLIED;
}

/* The write was not refused: what came of it? whole: it took all of the path, as it does when all rules were taken. */
static enum load_status confirm(struct run *run, bool whole)
{
	struct stat st;
	bool same;
	int err = run->ops->stat(run->ops->ctx, run->policy, &st);

	if (err == -ENOENT)
		return whole ? confirmed(run, "the policy file is gone, as it is after a load") :
			       unconfirmed(run, "not by its whole path");
	kmsg_collect(&run->log, run->ops, false);
	if (run->log.failed && !run->log.completed) {
		say(&run->voice, ": the kernel dropped it when the load ended: nothing is changed");
		return LOAD_REFUSED;
	}
	if (read_back(run, &same))
		return same ? confirmed(run, "the kernel lists every rule") :
			      unconfirmed(run, "its list of rules is another");
	if (whole && run->log.completed)
		return confirmed(run, "the kernel's log says so");
	return unconfirmed(run, "neither its policy file nor its log confirms that");
}

static enum load_status hand_over(struct run *run)
{
	enum load_status status;
	ssize_t answer = -EINTR;
	size_t asked = 0;
	const char *why;
	int try;

	for (try = 0; try < TRIES; try++) {
		if (!hand_over_once(run, &answer, &asked)) {
			if (answer != -EINTR)
				return cannot_open(run, (int)answer);
			continue;
		}
		if (answer == -EINTR) /* waiting for another writer; what this one opened is spoilt, a new one is not */
			continue;
		why = copy_reason(answer);
		if (!why || run->copy.path[0])
			break;
		status = use_copy(run, why);
		if (status != LOAD_APPLIED)
			return status;
	}
	if (answer < 0)
		return refused(run, answer);
	return confirm(run, (size_t)answer == asked);
}

static enum load_status load_input(struct run *run)
{
	enum load_status status = find_kernel(run);

	if (status == LOAD_APPLIED && run->src.no_newline)
		status = use_copy(run, "no newline at the end");
	else if (status == LOAD_APPLIED && !run->src.path[0])
		status = use_copy(run, "its path does not fit one line of 4095 bytes");
	return status == LOAD_APPLIED ? hand_over(run) : status;
}

enum load_status load_policy(const struct load_ops *ops, const struct load_options *opt)
{
	struct run run = { .ops = ops, .opt = opt, .voice = { ops, opt->file, opt->verbose }, .log.fd = -1 };
	enum load_status status = LOAD_USAGE;
	const char *wrong;
	int err;

	wrong = input_read(&run.src, ops, opt->file, &err);
	if (wrong && err)
		say(&run.voice, ": %s (%s)", wrong, strerror(-err));
	else if (wrong)
		say(&run.voice, ": %s", wrong);
	if (!wrong) {
		kmsg_open(&run.log, ops);
		status = load_input(&run);
		kmsg_close(&run.log, ops);
	}
	copy_remove(&run.copy, ops);
	input_free(&run.src);
	return status;
}
