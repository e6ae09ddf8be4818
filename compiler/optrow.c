/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "buf.h"
#include "nearest.h"
#include "num.h"
#include "optrow.h"
#include "say.h"

enum { NO_LETTER = 256, ROW_HELP = NO_LETTER + OPTROW_MAX, ROW_VERSION };

/* what getopt_long() is told */
struct known {
	struct option option[OPTROW_MAX + 3];
	char letters[2 * OPTROW_MAX + 4];
};

static void make_known(const struct optrows *o, struct known *k)
{
	size_t i, n = 0;

	assert(o->n <= OPTROW_MAX);
	memset(k, 0, sizeof(*k));
	k->letters[n++] = ':';
	for (i = 0; i < o->n; i++) {
		const struct optrow *row = &o->row[i];

		k->option[i] = (struct option){
			row->name,
			row->argument ? required_argument : no_argument,
			NULL, NO_LETTER + (int)i };
		if (!row->letter)
			continue;
		k->letters[n++] = row->letter;
		if (row->argument)
			k->letters[n++] = ':';
	}
	k->letters[n++] = 'h';
	k->letters[n++] = 'V';
	k->option[i++] = (struct option){ "help", no_argument, NULL,
					  ROW_HELP };
	k->option[i] = (struct option){ "version", no_argument, NULL,
					ROW_VERSION };
}

static const struct optrow *row_of(const struct optrows *o, int c)
{
	size_t i;

	if (c >= NO_LETTER)
		return c < ROW_HELP ? &o->row[c - NO_LETTER] : NULL;
	for (i = 0; i < o->n; i++)
		if (c && o->row[i].letter == c)
			return &o->row[i];
	return NULL;
}

/* the long option of these commands that is nearest to word; NULL: none is near */
static const char *near_option(const struct optrows *o, unsigned int commands,
			       const char *word)
{
	const char *names[OPTROW_MAX];
	size_t i, n = 0;

	for (i = 0; i < o->n; i++)
		if (o->row[i].commands & commands)
			names[n++] = o->row[i].name;
	return nearest_option(word, names, n);
}

/* what is wrong with an option, and where all of them stand */
static void say_try(const struct optrows *o, const char *word, const char *what,
		    const char *why)
{
	say(NULL, "%s: %s: try %s%s%s --help", what, why, o->program,
	    o->help_of_command ? " " : "", o->help_of_command ? word : "");
}

static void say_unknown(const struct optrows *o, unsigned int command,
			const char *word, const char *last)
{
	const char *near = strncmp(last, "--", 2) ? NULL :
			   near_option(o, command, last + 2);

	if (near)
		say(NULL, "%s: no such option; did you mean --%s?", last, near);
	else
		say_try(o, word, last, "no such option");
}

/* got: ':' or '?', as getopt_long() says it */
static int say_wrong(const struct optrows *o, unsigned int command,
		     const char *word, int got, const char *last)
{
	const struct optrow *row = row_of(o, optopt);
	const char letter[] = { '-', (char)optopt, '\0' };
	struct arena a;

	arena_init(&a);
	if (got == ':' && row)
		say_try(o, word, buf_textf(&a, "--%s", row->name),
			buf_textf(&a, "it needs a value, %s", row->argument));
	else if (optopt >= NO_LETTER)
		say_try(o, word, last, "it takes no value");
	else if (optopt)
		say_try(o, word, letter, "no such option");
	else
		say_unknown(o, command, word, last);
	arena_free(&a);
	return OPTROW_WRONG;
}

static bool take(const struct optrow *row, unsigned int command,
		 const char *word, void *arg, const char *value)
{
	if (!(row->commands & command)) {
		say(NULL, "--%s means nothing to %s", row->name, word);
		return false;
	}
	if (value && !*value) {
		say(NULL, "--%s names nothing", row->name);
		return false;
	}
	return row->take(arg, value);
}

static int said(bool ok)
{
	if (ok)
		return OPTROW_SAID;
	say_unprinted();
	return OPTROW_WRONG;
}

static bool say_version(const struct optrows *o)
{
	return say_print("%.*s " PACKAGE_VERSION, (int)strcspn(o->program, " "),
			 o->program);
}

int optrow_read(const struct optrows *o, unsigned int command, const char *word,
		void *arg, int argc, char **argv)
{
	struct known k;
	int got;

	make_known(o, &k);
	opterr = 0;
	optind = 0;
	while ((got = getopt_long(argc, argv, k.letters, k.option, NULL)) != -1) {
		if (got == '?' || got == ':')
			return say_wrong(o, command, word, got, argv[optind - 1]);
		if (got == ROW_HELP || got == 'h')
			return said(o->help(command));
		if (got == ROW_VERSION || got == 'V')
			return said(say_version(o));
		if (!take(row_of(o, got), command, word, arg, optarg))
			return OPTROW_WRONG;
	}
	return OPTROW_GO_ON;
}

static bool help_row(struct arena *a, const struct optrow *row)
{
	const char *name = buf_textf(a, "--%s%s%s", row->name,
				     row->argument ? " " : "",
				     row->argument ? row->argument : "");

	if (row->letter)
		return say_print("  -%c, %-23s %s", row->letter, name,
				  row->help);
	return say_print("      %-23s %s", name, row->help);
}

bool optrow_help(const struct optrows *o, unsigned int commands)
{
	static const struct optrow everywhere[] = {
		{ 'h', "help", NULL, 0, NULL, "this" },
		{ 'V', "version", NULL, 0, NULL, "the version" },
	};
	struct arena a;
	bool ok = true;
	size_t i;

	arena_init(&a);
	for (i = 0; ok && i < o->n; i++)
		if (o->row[i].commands & commands)
			ok = help_row(&a, &o->row[i]);
	for (i = 0; ok && i < ARRAY_SIZE(everywhere); i++)
		ok = help_row(&a, &everywhere[i]);
	arena_free(&a);
	return ok;
}

bool optrow_number(const char *option, const char *value, uint64_t least,
		   uint64_t most, uint64_t *out)
{
	if (num_parse(value, strlen(value), 10, most, out) == NUM_OK &&
	    *out >= least)
		return true;
	say(NULL, "%s %s: a number from %llu to %llu", option, value,
	    (unsigned long long)least, (unsigned long long)most);
	return false;
}
