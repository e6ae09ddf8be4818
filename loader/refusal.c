/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "culprit.h"
#include "refusal.h"

enum { TRIES = 8 }; /* of one rule, where the kernel is interrupted */

static struct span recorded(const struct run *run)
{
	return (struct span){ run->log.bad, strlen(run->log.bad) };
}

/* One rule to an opened policy file; what the kernel answers. */
static ssize_t ask_rule(const struct run *run, int fd, struct span rule)
{
	char line[INPUT_LINE_MAX + 1];
	ssize_t answer = -EINTR;
	int try;

	if (rule.len > INPUT_LINE_MAX)
		return -EFBIG;
	memcpy(line, rule.text, rule.len);
	line[rule.len] = '\n';
	for (try = 0; answer == -EINTR && try < TRIES; try++)
		answer = run->ops->write(run->ops->ctx, fd, line, rule.len + 1);
	return answer;
}

/* Finds the first rule that the kernel refuses, and with records that reach us the word: a second answer of this rule alone
 * has its record last, whatever got lost before. */
static void ask_rules(struct run *run, int fd, struct culprit *at, ssize_t *answer)
{
	struct lines it;

	memset(at, 0, sizeof(*at));
	lines_start(&it, run->src.text, run->src.len);
	for (*answer = 0; *answer >= 0;) {
		if (!lines_next(&it, &at->rule)) {
			*answer = 0;
			return;
		}
		*answer = ask_rule(run, fd, at->rule);
	}
	at->line = it.number;
	if (!run->log.rules)
		return;
	kmsg_mark(&run->log, run->ops);
	ask_rule(run, fd, at->rule);
	kmsg_collect(&run->log, run->ops, true);
	culprit_word(at, recorded(run));
}

/* Asks the kernel for each rule, without effect. 0 and *answer of the first that it refuses, 0 there: none. Else the
 * negative errno that kept it from being asked. */
static int ask_kernel(struct run *run, struct culprit *at, ssize_t *answer)
{
	bool opened;
	int fd = policyfile_open_spoilt(&run->target, run->ops, &opened);

	if (fd < 0)
		return fd;
	ask_rules(run, fd, at, answer);
	run->ops->close(run->ops->ctx, fd);
	return 0;
}

static void say_rule(const struct run *run, const struct culprit *at, ssize_t answer)
{
	static const char too_large[] = "a number is larger than the kernel takes";
	const char *what = at->whole ? "that word, or the rule as a whole, is not for this kernel" :
				       "that word is not for this kernel";

	if (at->word.len)
		say(&run->voice, ":%zu: the kernel refuses this rule at '%.*s': %s", at->line, say_shown(at->word), at->word.text,
		    answer == -ERANGE ? too_large : what);
	else
		say(&run->voice, ":%zu: the kernel refuses this rule (%s), and no record tells at which word: compile for this "
			 "kernel, or run imapolc --check on the file",
		    at->line, answer == -ERANGE ? too_large : strerror((int)-answer));
	say(&run->voice, ":%zu: %.*s", at->line, say_shown(at->rule), at->rule.text);
	run_say_origin(run, at->rule);
	if (at->other)
		say(&run->voice, ":%zu: or it is this rule, or a later one, that begins with the same words", at->other);
}

/* The record names one rule, or the kernel does when it is asked for each. */
static void explain_rule(struct run *run, ssize_t answer)
{
	struct culprit recorded_at, at;
	bool found;
	int err;

	kmsg_collect(&run->log, run->ops, true);
	found = culprit_find(input_text(&run->src), recorded(run), &recorded_at);
	if (found && !recorded_at.other) {
		say_rule(run, &recorded_at, answer);
		return;
	}
	err = ask_kernel(run, &at, &answer);
	if (err && found)
		say_rule(run, &recorded_at, answer);
	else if (err)
		say(&run->voice, ": the kernel refuses a rule in it, no record tells which, and it cannot be asked for each (%s): "
			 "look for type=1807 with res=0 in the audit log, or run imapolc --check on the file",
		    strerror(-err));
	else if (answer)
		say_rule(run, &at, answer);
	else
		say(&run->voice, ": the kernel takes every rule by itself now, but refused the file: was it changed meanwhile, or is "
			 "it another file where the kernel looks");
}

static void say_forbidden(const struct run *run, ssize_t answer)
{
	if (run->src.has_signature)
		say(&run->voice, ": the kernel does not accept the signature of this file (%s), or a security module forbids it: load "
			 "the certificate of its key first, by --keys, and sign the file after its last change",
		    strerror((int)-answer));
	else
		say(&run->voice, ": the kernel may not use this file (%s): a policy in force wants policies signed, or a security "
			 "module forbids it: sign the file, by imapol-sign or evmctl ima_sign",
		    strerror((int)-answer));
}

/* What ima itself logged about the refusal. */
static void say_hint(struct run *run)
{
	kmsg_collect(&run->log, run->ops, false);
	if (!run->log.hint[0])
		return;
	say(&run->voice, ": the kernel says: %s", run->log.hint);
	if (!strncmp(run->log.hint, "rule for LSM", strlen("rule for LSM")))
		say(&run->voice, ": the security module does not know this name, or has no policy yet: load the policy that declares it "
			 "first, then this one");
}

enum load_status refusal_explain(struct run *run, ssize_t answer)
{
	enum load_status status = LOAD_REFUSED;

	switch (answer) {
	case -EINVAL:
	case -ERANGE:
		explain_rule(run, answer);
		break;
	case -EACCES:
	case -EPERM:
		say_forbidden(run, answer);
		break;
	case -ENOMEM:
		say(&run->voice, ": the kernel has no memory for it: free some, and load it again");
		break;
	case -EINTR:
		say(&run->voice, ": interrupted each time: load it again when nothing sends signals to this process");
		status = LOAD_USAGE;
		break;
	default:
		say(&run->voice, ": the kernel does not take it (%s)", strerror((int)-answer));
		break;
	}
	say_hint(run);
	say(&run->voice, ": nothing is changed");
	return status;
}
