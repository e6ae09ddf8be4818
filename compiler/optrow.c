/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <getopt.h>
#include <string.h>

#include "buf.h"
#include "num.h"
#include "optrow.h"
#include "say.h"

enum { NO_LETTER = 256, ROW_HELP = NO_LETTER + OPTROW_MAX, ROW_VERSION };

/* what getopt_long() is told */
struct known {
	struct option option[OPTROW_MAX + 3];
	char letters[2 * OPTROW_MAX + 2];
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

/* got: ':' or '?', as getopt_long() says it */
static int say_wrong(const struct optrows *o, int got, const char *last)
{
	const struct optrow *row = row_of(o, optopt);

	if (got == ':' && row)
		say(NULL, "--%s: it needs a value, %s: try %s --help",
		    row->name, row->argument, o->program);
	else if (optopt >= NO_LETTER)
		say(NULL, "%s: it takes no value: try %s --help", last,
		    o->program);
	else if (optopt)
		say(NULL, "-%c: no such option: try %s --help", optopt,
		    o->program);
	else
		say(NULL, "%s: no such option: try %s --help", last, o->program);
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
	return ok ? OPTROW_SAID : OPTROW_WRONG;
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
			return say_wrong(o, got, argv[optind - 1]);
		if (got == ROW_HELP)
			return said(o->help(command));
		if (got == ROW_VERSION)
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
	struct arena a;
	bool ok = true;
	size_t i;

	arena_init(&a);
	for (i = 0; ok && i < o->n; i++)
		if (o->row[i].commands & commands)
			ok = help_row(&a, &o->row[i]);
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
