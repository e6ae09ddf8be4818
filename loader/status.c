/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "builtin.h"
#include "status.h"

enum { ANSWER_MAX = RECORD_FILE_MAX + 512 };

struct telling {
	const struct run *run;
	bool lost; /* an answer did not get out */
};

__attribute__((format(printf, 2, 3))) static void tell(struct telling *t, const char *format, ...)
{
	const struct load_ops *ops = t->run->ops;
	char line[ANSWER_MAX];
	va_list args;
	int err;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	err = t->lost ? 0 : ops->answer(ops->ctx, line);
	if (err) {
		say(&t->run->voice, ": the answer cannot be written (%s)", strerror(-err));
		t->lost = true;
	}
}

static void tell_policy(struct telling *t)
{
	const struct active *a = &t->run->active;

	if (a->kind == ACTIVE_NONE)
		tell(t, "policy: none loaded");
	else if (a->recorded)
		tell(t, "policy: %s, %zu rules, loaded in this boot by %s", a->record.file, a->record.rules, a->record.by);
	else
		tell(t, "policy: %s, not known from where", a->kind == ACTIVE_MAYBE ? "perhaps one loaded" : "one loaded");
	tell(t, "told-by: %s", a->how);
	if (a->text)
		tell(t, "rules: %zu listed by the kernel, of these %zu its own", a->rules, a->kept);
}

static void tell_boot(struct telling *t)
{
	const struct active *a = &t->run->active;
	unsigned int bit;

	if (!a->cmdline_known)
		return;
	for (bit = 1; bit & BUILTIN_BOOT; bit <<= 1)
		if (a->asked & bit)
			tell(t, "boot: ima_policy=%s, %s", builtin_word(bit),
			     a->kind == ACTIVE_NONE ? "in force until a policy is loaded" : "ended with the first load");
}

static void tell_next(struct telling *t)
{
	const struct active *a = &t->run->active;

	if (active_final(a))
		tell(t, "next: refused until the next boot");
	else if (a->kind == ACTIVE_NONE)
		tell(t, "next: taken, and replaces what the boot brought");
	else
		tell(t, "next: appended to what is in force, with --append");
}

static void tell_appraise(struct telling *t)
{
	const struct active *a = &t->run->active;

	if (a->cmdline_known)
		tell(t, "ima_appraise: %s", *a->appraise ? a->appraise : "enforce");
	else
		tell(t, "ima_appraise: unknown, /proc/cmdline cannot be read");
}

static enum load_status judge_file(struct telling *t)
{
	const struct run *run = t->run;
	const char *how;

	if (active_is(&run->active, input_text(&run->src), &run->rec, &how)) {
		tell(t, "file: %s, in force (%s)", run->rec.file, how);
		return LOAD_APPLIED;
	}
	tell(t, "file: %s, %s", run->rec.file, run->active.recorded || run->active.text || run->active.kind == ACTIVE_NONE ?
	     "not in force" : "not known to be in force");
	return LOAD_ALREADY;
}

enum load_status status_show(const struct run *run, enum load_status started)
{
	struct telling t = { run, false };
	const struct active *a = &run->active;
	enum load_status status = started;

	if (started == LOAD_IMPOSSIBLE)
		tell(&t, "ima: %s", a->state == POLICYFILE_UNSEEN ? "cannot be seen" : "not here");
	if (started != LOAD_APPLIED)
		return t.lost ? LOAD_USAGE : status;
	tell(&t, "ima: here, %s", run->target.path);
	tell_policy(&t);
	tell_boot(&t);
	tell_next(&t);
	tell_appraise(&t);
	if (run->opt->file)
		status = judge_file(&t);
	else if (a->kind != ACTIVE_NONE && !a->recorded && !a->text)
		status = LOAD_ALREADY;
	if (status == LOAD_ALREADY)
		say(&run->voice, ": %s", run->opt->file ? "this policy is not known to be in force" :
							  "it cannot be told which policy is in force");
	return t.lost ? LOAD_USAGE : status;
}
