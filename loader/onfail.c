/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>

#include "onfail.h"

static const char *const names[] = {
	[ONFAIL_UNSAID] = "", [ONFAIL_OFF] = "off",   [ONFAIL_CONTINUE] = "continue",
	[ONFAIL_SHELL] = "shell", [ONFAIL_HALT] = "halt",
};

static_assert(sizeof(names) / sizeof(names[0]) == ONFAIL_COUNT, "each has a word");

const char *onfail_name(enum onfail what)
{
	return names[what];
}

enum onfail onfail_named(struct span word)
{
	size_t i;

	for (i = ONFAIL_OFF; i < ONFAIL_COUNT; i++)
		if (span_is(word, names[i]))
			return (enum onfail)i;
	return ONFAIL_UNSAID;
}

static struct onfail_choice wanted(const struct onfail_facts *facts)
{
	if (facts->conf_wrong)
		return (struct onfail_choice){ ONFAIL_HALT, ONFAIL_CONF_WRONG };
	if (facts->conf != ONFAIL_UNSAID)
		return (struct onfail_choice){ facts->conf, ONFAIL_CONF };
	if (facts->appraises)
		return (struct onfail_choice){ ONFAIL_HALT, ONFAIL_APPRAISES };
	return (struct onfail_choice){ ONFAIL_CONTINUE, ONFAIL_MEASURES };
}

static void hear_word(struct onfail_choice *choice, const struct onfail_facts *facts)
{
	if (facts->word <= ONFAIL_OFF || facts->word == choice->action)
		return;
	if (facts->word < choice->action && facts->secure) {
		choice->why |= ONFAIL_WORD_IGNORED;
		return;
	}
	choice->action = facts->word;
	choice->why = ONFAIL_WORD;
}

static void refuse_shell(struct onfail_choice *choice, const struct onfail_facts *facts)
{
	if (choice->action != ONFAIL_SHELL)
		return;
	if (facts->secure)
		choice->why |= ONFAIL_SHELL_SECURE;
	else if (facts->open)
		choice->why |= ONFAIL_SHELL_OPEN;
	else
		return;
	choice->action = ONFAIL_HALT;
}

struct onfail_choice onfail_choose(const struct onfail_facts *facts)
{
	struct onfail_choice choice = wanted(facts);

	hear_word(&choice, facts);
	refuse_shell(&choice, facts);
	return choice;
}

/* Whatever the choice comes from, for the user who wants another. */
static const char *reason(const struct onfail_choice *choice)
{
	if (choice->why & ONFAIL_CONF_WRONG)
		return "load.conf is wrong, so nobody knows what it wants: imapol-load --check-conf shows where";
	if (choice->why & ONFAIL_CONF)
		return "load.conf says so, by on-failure";
	if (choice->why & ONFAIL_APPRAISES)
		return "the policy appraises, or cannot be read and may, and without it everything may run: on-failure in load.conf can "
		       "say otherwise";
	if (choice->why & ONFAIL_MEASURES)
		return "the policy only measures, and without it less is recorded but no more may run: on-failure = halt in "
		       "load.conf wants more";
	return "the kernel command line says so, by imapol=";
}

static void say_refusals(const struct load_ops *ops, const struct onfail_choice *choice,
			 const struct onfail_facts *facts)
{
	struct voice voice = { .ops = ops, .about = "" };

	if (choice->why & ONFAIL_WORD_IGNORED)
		say(&voice, "imapol=%s is ignored: %s, and only load.conf can ask for less then", names[facts->word],
		    facts->secure);
	if (choice->why & ONFAIL_SHELL_SECURE)
		say(&voice, "no shell: %s, and a root shell could undo what it protects", facts->secure);
	if (choice->why & ONFAIL_SHELL_OPEN)
		say(&voice, "no shell: %s", facts->open);
}

static void say_way_in(const struct load_ops *ops, const struct onfail_facts *facts)
{
	struct voice voice = { .ops = ops, .about = "to get in" };

	if (facts->secure)
		say(&voice, ": switch Secure Boot off in the firmware's setup, then add imapol=off to the kernel command "
			    "line, or boot a rescue system that it trusts; see RECOVERY in imapol-load(8)");
	else
		say(&voice, ": add imapol=off (load nothing) or imapol=continue%s to the kernel command line at the boot "
			    "menu; see RECOVERY in imapol-load(8)", facts->open ? "" : " or imapol=shell");
}

void onfail_say(const struct load_ops *ops, const struct onfail_choice *choice, const struct onfail_facts *facts,
		const char *failed)
{
	static const char *const does[] = {
		[ONFAIL_CONTINUE] = "going on without the policy",
		[ONFAIL_SHELL] = "asking for root's password",
		[ONFAIL_HALT] = "halting",
	};
	struct voice voice = { .ops = ops, .about = does[choice->action] };

	say_refusals(ops, choice, facts);
	say(&voice, ": %s: %s", failed, reason(choice));
	if (choice->action == ONFAIL_HALT)
		say_way_in(ops, facts);
}
