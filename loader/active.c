/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "active.h"
#include "builtin.h"
#include "cmdline.h"
#include "readback.h"

static void find_boot(struct active *a, const struct load_ops *ops)
{
	struct cmdline_word word;
	struct cmdline it;
	char *line;
	size_t len;

	a->asked = BUILTIN_BOOT;
	a->cmdline_known = !ops_read_file(ops, CMDLINE_FILE, CMDLINE_MAX, &line, &len);
	if (!a->cmdline_known)
		return;
	a->asked = builtin_asked((struct span){ line, len });
	cmdline_start(&it, line, len);
	while (cmdline_next(&it, &word) && !it.for_init)
		if (span_is(word.name, "ima_appraise"))
			span_keep(a->appraise, sizeof(a->appraise), word.value);
	free(line);
}

/* Counts the kernel's rules. False: not all of them can be the boot's. */
static bool count_rules(struct active *a)
{
	unsigned int groups, boots = a->asked | BUILTIN_KEPT;
	char *room = malloc(READBACK_ROOM(a->len));
	bool in_front = true, all = true;
	struct span rule;
	struct lines it;

	lines_start(&it, a->text, a->len);
	while (lines_next(&it, &rule)) {
		groups = room ? builtin_of(rule, room) : 0;
		a->rules++;
		in_front = in_front && groups & BUILTIN_KEPT;
		a->kept += in_front;
		all = all && groups & boots;
	}
	free(room);
	if (all)
		a->kept = a->rules;
	return all;
}

static void answer(struct active *a, enum active_kind kind, const char *how)
{
	a->kind = kind;
	a->how = how;
}

/* Of a kernel that still takes one, and does not print its rules: does it take one only? Then it has none yet. */
static bool takes_one_only(const struct kconfig *config)
{
	static const char option[] = "IMA_WRITE_POLICY";

	return kconfig_ask(config, (struct span){ option, sizeof(option) - 1 }) == 'n';
}

/* only_boots: the kernel lists its rules, and none that no boot brings */
static void find_kind(struct active *a, const struct kconfig *config, const struct kmsg *log, bool only_boots)
{
	if (active_final(a))
		answer(a, ACTIVE_LOADED, "this kernel has taken the one policy that it takes in a boot");
	else if (a->text && !only_boots)
		answer(a, ACTIVE_LOADED, "the kernel lists rules that no boot brings");
	else if (log->updated)
		answer(a, ACTIVE_LOADED, "the kernel's log has an update");
	else if (a->text && a->recorded)
		answer(a, ACTIVE_MAYBE, "there is a record of it in " RECORD_DIR ", but the kernel lists what a boot brings");
	else if (a->text)
		answer(a, ACTIVE_NONE, "the kernel lists what the boot brought");
	else if (takes_one_only(config))
		answer(a, ACTIVE_NONE, "this kernel takes one policy in a boot, and still would");
	else if (log->from_start)
		answer(a, ACTIVE_NONE, "the kernel's log has no update");
	else if (a->recorded)
		answer(a, ACTIVE_LOADED, "there is a record of it in " RECORD_DIR);
	else
		answer(a, ACTIVE_MAYBE, "the kernel's log cannot be read from its start");
}

void active_find(struct active *a, const struct load_ops *ops, const struct policyfile *pf, const struct kmsg *log,
		 const struct kconfig *config)
{
	bool only_boots = true;

	memset(a, 0, sizeof(*a));
	a->state = policyfile_look(pf, ops, &a->err);
	a->recorded = record_read(ops, RECORD_LOADED, &a->record);
	find_boot(a, ops);
	if ((a->state == POLICYFILE_THERE || a->state == POLICYFILE_SPENT) &&
	    !policyfile_read(pf, ops, &a->text, &a->len))
		only_boots = count_rules(a);
	if (a->state <= POLICYFILE_GONE)
		find_kind(a, config, log, only_boots);
	if (a->kind == ACTIVE_NONE)
		a->recorded = false; /* the kernel knows better */
}

void active_free(struct active *a)
{
	free(a->text);
	a->text = NULL;
}

bool active_final(const struct active *a)
{
	return a->state == POLICYFILE_SPENT || a->state == POLICYFILE_GONE;
}

bool active_alone(struct span kernel, size_t ours)
{
	size_t all = lines_count(kernel), front = all > ours ? all - ours : 0;
	char *room = malloc(READBACK_ROOM(kernel.len));
	struct lines it;
	struct span rule;
	bool kept = room;

	lines_start(&it, kernel.text, kernel.len);
	for (; kept && front; front--)
		kept = lines_next(&it, &rule) && builtin_of(rule, room) & BUILTIN_KEPT;
	free(room);
	return kept;
}

bool active_is(const struct active *a, struct span policy, const struct record *rec, const char **how)
{
	bool recorded = a->recorded && !strcmp(a->record.digest, rec->digest);
	struct span kernel = { a->text, a->len }, missing;
	size_t line;

	if (a->kind == ACTIVE_NONE)
		return false;
	*how = a->text ? "the kernel lists every rule" : "loaded in this boot, by the record in " RECORD_DIR;
	if (!a->text)
		return recorded;
	if (recorded) /* with whatever it was appended to, and was appended to it */
		return readback_has(policy, kernel) == READBACK_SAME;
	return a->rules <= a->kept + rec->rules && readback_compare(policy, kernel, &missing, &line) == READBACK_SAME;
}
