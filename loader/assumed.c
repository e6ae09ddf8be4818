/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "assumed.h"

enum {
	LSM_MAX = 256,
	CONTEXT_MAX = 256,
	CONFIGS_MAX = 256, /* options that a file may name; the compiler knows fewer */
};

/* What the running kernel does, as far as it can be seen: what cannot is "". */
struct facts {
	char lsm[LSM_MAX];
	char context[CONTEXT_MAX]; /* of this process */
};

struct judging {
	const struct run *run;
	enum assumed_when when;
	struct facts facts;
	size_t count;		/* of assumptions */
	size_t configs;		/* of them, on the configuration */
	bool lsm_policy_judged; /* what is wrong is told once */
	bool wrong;
};

__attribute__((format(printf, 2, 3))) static void wrong(struct judging *j, const char *format, ...);

static void wrong(struct judging *j, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say(&j->run->voice, ": %s", text);
	j->wrong = true;
}

static void find_facts(struct facts *f, const struct run *run)
{
	const struct load_ops *ops = run->ops;
	char path[PATH_MAX];

	memset(f, 0, sizeof(*f));
	if ((size_t)snprintf(path, sizeof(path), "%s/lsm", run->opt->securityfs) < sizeof(path) &&
	    ops_read_line(ops, path, f->lsm, sizeof(f->lsm)))
		f->lsm[0] = '\0';
	if (ops_read_line(ops, "/proc/self/attr/current", f->context, sizeof(f->context)))
		f->context[0] = '\0';
}

/* "6.12" of "6.12.1-rt" */
static struct span two_numbers(struct span s)
{
	size_t n = 0, dots = 0;

	while (n < s.len && ((s.text[n] >= '0' && s.text[n] <= '9') || (s.text[n] == '.' && !dots++)))
		n++;
	return (struct span){ s.text, n };
}

static void judge_kernel(struct judging *j, struct span value)
{
	const char *release = j->run->config.release;
	struct span here = { release, strlen(release) };

	if (here.len && !span_same(two_numbers(here), two_numbers(value)))
		wrong(j, "made for kernel %.*s, and this is %s: compile it for this kernel", say_shown(value), value.text,
		      release);
}

static bool in_list(const char *list, const char *name, size_t len)
{
	while (*list) {
		size_t n = strcspn(list, ",");

		if (n == len && !memcmp(list, name, n))
			return true;
		list += n;
		list += *list == ',';
	}
	return false;
}

/* A policy without an LSM has no label in it, so any kernel will do. */
static void judge_lsm(struct judging *j, struct span value)
{
	if (*j->facts.lsm && !span_is(value, "no-lsm") && !in_list(j->facts.lsm, value.text, value.len))
		wrong(j, "made for %.*s, and this kernel runs %s: boot it with %.*s in lsm=, or compile for what it runs",
		      say_shown(value), value.text, j->facts.lsm, say_shown(value), value.text);
}

static void judge_lsm_policy(struct judging *j)
{
	if (j->lsm_policy_judged || j->when == ASSUMED_LATER || !in_list(j->facts.lsm, "selinux", strlen("selinux")))
		return;
	j->lsm_policy_judged = true;
	if (!strcmp(j->facts.context, "kernel"))
		wrong(j, "it has labels in it, and no SELinux policy is loaded yet that would know them: load that first "
			 "(load_policy -i), or leave this one to PID 1 (--leave)");
}

static void judge_config(struct judging *j, struct span value)
{
	if (++j->configs == CONFIGS_MAX + 1)
		wrong(j, "assumes more than %d options of the kernel's configuration: is it a compiled policy", CONFIGS_MAX);
	if (j->configs > CONFIGS_MAX)
		return;
	if (kconfig_ask(&j->run->config, value) == 'n')
		wrong(j, "needs a kernel with CONFIG_%.*s, which %s does not have: boot another, or compile for this one by "
			 "--kernel-config",
		      say_shown(value), value.text, j->run->config.path);
}

/* Only what weakens is told. The kernel compares these words by their starts. */
static void judge_appraise(const struct judging *j)
{
	const char *mode = j->run->active.appraise;

	if (!strncmp(mode, "log", 3) || !strncmp(mode, "fix", 3) || !strncmp(mode, "off", 3))
		say(&j->run->voice, ": booted with ima_appraise=%s: it is loaded, but refuses no file, unless Secure Boot makes the "
			 "kernel ignore that word",
		    mode);
}

/* What stands behind "# assumes " in a line. */
static void judge_one(struct judging *j, struct span text)
{
	struct span key, value;

	j->count++;
	lines_word(&text, &key);
	lines_word(&text, &value);
	if (span_is(key, "kernel"))
		judge_kernel(j, value);
	else if (span_is(key, "lsm"))
		judge_lsm(j, value);
	else if (span_is(key, "lsm-policy"))
		judge_lsm_policy(j);
	else if (span_is(key, "config"))
		judge_config(j, value);
	else if (span_is(key, "ima_appraise"))
		judge_appraise(j);
}

static void judge_comments(struct judging *j)
{
	static const char head[] = "# assumes ";
	struct span line;
	struct lines it;

	lines_start(&it, j->run->src.text, j->run->src.len);
	while (lines_any(&it, &line))
		if (span_starts(line, head))
			judge_one(j, span_cut(line, sizeof(head) - 1));
}

/* Labels ask for a policy that knows them, whatever the comments say. */
static void judge_rules(struct judging *j)
{
	struct span rule, word;
	struct lines it;

	lines_start(&it, j->run->src.text, j->run->src.len);
	while (lines_next(&it, &rule))
		while (lines_word(&rule, &word))
			if (span_starts(word, "obj_") || span_starts(word, "subj_"))
				judge_lsm_policy(j);
}

enum load_status assumed_judge(const struct run *run, enum assumed_when when)
{
	struct judging j = { .run = run, .when = when };

	find_facts(&j.facts, run);
	judge_comments(&j);
	judge_rules(&j);
	if (!j.count)
		say(&run->voice, ": it does not say what it was made for (no \"# assumes\" lines), so that is not compared with this "
			 "kernel");
	return j.wrong ? LOAD_IMPOSSIBLE : LOAD_APPLIED;
}
