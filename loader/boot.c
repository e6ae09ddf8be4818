/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "cmdline.h"
#include "conf.h"
#include "input.h"
#include "keys.h"
#include "onfail.h"
#include "prime.h"
#include "record.h"
#include "rescue.h"
#include "say.h"
#include "secureboot.h"

struct boot {
	const struct load_ops *ops;
	const struct boot_options *opt;
	struct conf conf;
	const char *policy; /* what this stage is about */
	char *cmdline;	    /* NULL: cannot be read */
	struct onfail_facts facts;
};

/* ---- what the machine says ---- */

static void hear(struct boot *b, const struct cmdline_word *word, bool for_init)
{
	struct voice voice = { .ops = b->ops, .about = CMDLINE_FILE };
	enum onfail what = onfail_named(word->value);

	if (for_init)
		say(&voice, ": imapol= behind -- is for init, and ignored: put it in front");
	else if (what == ONFAIL_UNSAID)
		say(&voice, ": imapol=%.*s is ignored: it is off, continue, shell or halt", say_shown(word->value),
		    word->value.text);
	else if (b->facts.secure && what < b->facts.word)
		say(&voice, ": imapol=%s is ignored: %s, and imapol=%s in front of it asks for more", onfail_name(what),
		    b->facts.secure, onfail_name(b->facts.word));
	else
		b->facts.word = what;
}

static void read_cmdline(struct boot *b)
{
	struct voice voice = { .ops = b->ops, .about = CMDLINE_FILE };
	struct cmdline_word word;
	struct cmdline it;
	size_t len;
	int err = ops_read_file(b->ops, CMDLINE_FILE, CMDLINE_MAX, &b->cmdline, &len);

	if (err) {
		say(&voice, ": cannot read it (%s), and so no imapol= counts: mount proc on /proc", strerror(-err));
		return;
	}
	cmdline_start(&it, b->cmdline, len);
	while (cmdline_next(&it, &word))
		if (span_is(word.name, "imapol"))
			hear(b, &word, it.for_init);
}

/* A policy that cannot be read may appraise. */
static bool appraises(const struct load_ops *ops, const char *path)
{
	struct span rule;
	struct lines it;
	bool found = false;
	char *text;
	size_t len;

	if (ops_read_file(ops, path, INPUT_MAX, &text, &len))
		return true;
	lines_start(&it, text, len);
	while (!found && lines_next(&it, &rule))
		found = lines_appraises(rule);
	free(text);
	return found;
}

/* ---- the load, by stage ---- */

static struct load_options of_file(const struct boot *b, const char *file)
{
	return (struct load_options){ .file = file, .securityfs = b->opt->securityfs, .verbose = b->opt->verbose };
}

static enum load_status prime(const struct boot *b, enum load_status loaded)
{
	struct stat st;
	struct prime_options opt = {
		.policy = b->policy,
		.root = b->opt->root,
		.files = b->conf.prime,
		.count = b->conf.primes,
		.keys = !b->ops->stat(b->ops->ctx, b->conf.keys, &st),
		.verbose = b->opt->verbose,
	};

	return prime_behind(b->ops, &opt, loaded);
}

static struct keys_options keys_of(const struct boot *b)
{
	return (struct keys_options){ b->conf.keys, !b->conf.keys_named, b->opt->verbose };
}

static enum load_status in_initramfs(struct boot *b, const char **word)
{
	struct keys_options keys = keys_of(b);
	struct load_options load = of_file(b, b->policy);
	enum load_status status;

	if (b->facts.conf_wrong)
		return LOAD_USAGE;
	status = keys_load(b->ops, &keys);
	if (status != LOAD_APPLIED)
		return status;
	if (b->conf.load == CONF_LOAD_INIT) {
		*word = "left";
		return load_leave(b->ops, &load);
	}
	return prime(b, load_policy(b->ops, &load));
}

/* The record is of an earlier stage of this boot. What lies on the disk may be newer. */
static enum load_status recorded(const struct boot *b, const struct record *loaded)
{
	struct voice voice = { .ops = b->ops, .about = b->policy };
	struct record on_disk;
	struct span text;
	char *data;

	if (ops_read_file(b->ops, b->policy, INPUT_MAX, &data, &text.len))
		return LOAD_APPLIED;
	text.text = data;
	record_of(&on_disk, text, b->policy);
	free(data);
	if (strcmp(on_disk.digest, loaded->digest))
		say(&voice, ": another policy than the one in force, which was loaded from %s: build the image anew to "
			    "have it in the next boot", loaded->file);
	return LOAD_APPLIED;
}

/* Where load.conf does not say whether it is PID 1 that loads, what there is tells. */
static bool init_loads(const struct boot *b, bool was_loaded, bool was_left)
{
	struct stat st;

	if (b->conf.load != CONF_LOAD_AUTO)
		return b->conf.load == CONF_LOAD_INIT;
	return !was_loaded && (was_left || !b->ops->stat(b->ops->ctx, BOOT_INIT_POLICY, &st));
}

/* A mistake that was made in load.conf since the image was built must not stop a boot that has its policy. */
static enum load_status in_system(struct boot *b, const char **word)
{
	struct record loaded, left;
	bool was_loaded = record_read(b->ops, RECORD_LOADED, &loaded);
	bool was_left = record_read(b->ops, RECORD_EXPECTED, &left);
	struct keys_options keys = keys_of(b);
	struct load_options load;

	(void)word;
	if (b->facts.conf_wrong && !was_loaded && !was_left)
		return LOAD_USAGE;
	if (init_loads(b, was_loaded, was_left))
		b->policy = BOOT_INIT_POLICY;
	if (was_loaded && (!was_left || !strcmp(loaded.digest, left.digest)))
		return recorded(b, &loaded);
	load = of_file(b, b->policy);
	load.keys = &keys;
	/* PID 1 does not prime, and the services that come now would be the first */
	return prime(b, load_confirm(b->ops, &load));
}

/* ---- what comes of it ---- */

static void halt(const struct boot *b)
{
	b->ops->halt(b->ops->ctx);
}

/* Who called takes no word for a halt, but may not live to see that there is none. */
static void answer(const struct boot *b, const char *word)
{
	struct voice voice = { .ops = b->ops, .about = "halting" };
	int err = b->ops->answer(b->ops->ctx, word);

	if (!err)
		return;
	say(&voice, ": the answer '%s' does not get out to whoever called (%s)", word, strerror(-err));
	halt(b);
}

static void fail(struct boot *b, enum load_status status)
{
	static const char *const failures[] = {
		[LOAD_REFUSED] = "the kernel refuses the policy, or a certificate",
		[LOAD_USAGE] = "the policy cannot be given to the kernel",
		[LOAD_ALREADY] = "another policy is in force, or nobody knows which",
		[LOAD_IMPOSSIBLE] = "this kernel, as it is, cannot take the policy",
		[LOAD_UNCONFIRMED] = "the kernel took the policy, but nothing confirms that it works",
	};
	struct onfail_choice choice;

	static_assert(sizeof(failures) / sizeof(failures[0]) == LOAD_STATUSES, "each failure has its text");
	b->facts.appraises = appraises(b->ops, b->policy);
	b->facts.open = rescue_open(b->ops, b->opt->root, b->cmdline);
	choice = onfail_choose(&b->facts);
	onfail_say(b->ops, &choice, &b->facts, failures[status]);
	if (choice.action == ONFAIL_HALT)
		halt(b);
	else
		answer(b, onfail_name(choice.action));
}

static enum load_status run_stage(struct boot *b)
{
	static enum load_status (*const stages[])(struct boot *b, const char **word) = {
		[BOOT_INITRAMFS] = in_initramfs,
		[BOOT_SYSTEM] = in_system,
	};
	const char *word = "loaded";
	enum load_status status;

	static_assert(sizeof(stages) / sizeof(stages[0]) == BOOT_STAGES, "each stage has its way");
	status = stages[b->opt->stage](b, &word);
	if (status == LOAD_APPLIED)
		answer(b, word);
	else
		fail(b, status);
	return status;
}

/* Is the break-glass used? */
static bool is_off(struct boot *b)
{
	struct voice voice = { .ops = b->ops, .about = "imapol=off" };

	if (b->facts.word != ONFAIL_OFF)
		return false;
	if (!b->facts.secure) {
		say(&voice, ": NO KEY AND NO POLICY IS LOADED IN THIS BOOT, and so nothing is checked: boot without this word "
			    "when you are done");
		return true;
	}
	say(&voice, ": ignored: %s, and nobody at the console may take the policy away then", b->facts.secure);
	return false;
}

enum load_status boot_run(const struct load_ops *ops, const struct boot_options *opt)
{
	struct boot b = { .ops = ops, .opt = opt };
	enum load_status status;

	b.facts.secure = secureboot_on(ops);
	read_cmdline(&b);
	b.facts.conf_wrong = !conf_read(&b.conf, ops, opt->conf, true);
	b.facts.conf = b.conf.on_failure;
	b.policy = b.conf.policy;
	if (is_off(&b)) {
		answer(&b, onfail_name(ONFAIL_OFF));
		status = LOAD_IMPOSSIBLE;
	} else {
		status = run_stage(&b);
	}
	free(b.cmdline);
	conf_free(&b.conf);
	return status;
}
