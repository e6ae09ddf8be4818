/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "run.h"

enum load_status run_start(struct run *run, const struct load_ops *ops, const struct load_options *opt)
{
	enum load_status status;

	memset(run, 0, sizeof(*run));
	run->ops = ops;
	run->opt = opt;
	run->voice = (struct voice){ ops, opt->file ? opt->file : opt->securityfs, opt->verbose };
	run->log.fd = -1;
	run->log.audit = -1;
	if (!policyfile_name(&run->target, opt->securityfs)) {
		say(&run->voice, ": the name after --securityfs is too long");
		return LOAD_USAGE;
	}
	if (opt->file) {
		status = input_read(&run->src, &run->voice, opt->file);
		if (status != LOAD_APPLIED)
			return status;
		record_of(&run->rec, input_text(&run->src), *run->src.path ? run->src.path : opt->file);
	}
	kmsg_open(&run->log, ops);
	kconfig_read(&run->config, ops);
	active_find(&run->active, ops, &run->target, &run->log, &run->config);
	if (run->active.state > POLICYFILE_GONE)
		return policyfile_refuse(&run->target, &run->voice, run->active.state, run->active.err);
	return LOAD_APPLIED;
}

void run_end(struct run *run)
{
	copy_remove(&run->copy, &run->voice);
	kmsg_close(&run->log, run->ops);
	active_free(&run->active);
	kconfig_free(&run->config);
	input_free(&run->src);
}

enum load_status run_already(const struct run *run)
{
	static const char next[] = "this kernel takes no other before the next boot: load it before anything else does";
	const struct active *a = &run->active;

	if (a->recorded)
		say(&run->voice, ": another policy is in force, loaded from %s in this boot (%zu rules): %s", a->record.file,
		    a->record.rules, next);
	else if (a->text)
		say(&run->voice, ": another policy is in force (the kernel lists %zu rules): %s", a->rules, next);
	else
		say(&run->voice, ": a policy is in force already, and it cannot be told which: %s", next);
	return LOAD_ALREADY;
}

void run_record(const struct run *run)
{
	int err = record_write(run->ops, RECORD_LOADED, &run->rec);

	if (err)
		say(&run->voice, ": in force, but %s cannot be written (%s): later calls will not know that it was this file",
		    record_path(RECORD_LOADED), strerror(-err));
}

void run_say_origin(const struct run *run, struct span rule)
{
	struct span origin;

	if (lines_origin(run->src.text, rule.text, &origin))
		say(&run->voice, ": written in %.*s", say_shown(origin), origin.text);
}
