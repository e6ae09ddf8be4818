/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "commands.h"
#include "nearest.h"
#include "say.h"
#include "streams.h"

/*
 * imapol-attest as a program: one command, by its word or by the name that the
 * program is called by. What links tpm2-tss, libarchive or libcurl is a program
 * of its own, so that who judges has none of it in its address space.
 */
static const struct command {
	const char *word;
	const char *link;	/* the name that it has alone, or NULL */
	int (*run)(int argc, char **argv);	/* NULL: it is in program */
	const char *program;
	const char *summary;
} commands[] = {
	{ "measure", "ima_measure", measure_main, NULL,
	  "the measurement list, to read or to work on" },
	{ "verify", "ima-evm-verifier", verify_main, NULL,
	  "is that machine to be trusted?" },
	{ "collect", NULL, NULL, "imapol-attest-device",
	  "on the device: quote and list into one file" },
	{ "enrol", NULL, NULL, "imapol-attest-device",
	  "on the device: make and keep an attestation key" },
	{ "allowlist", NULL, NULL, "imapol-attest-allowlist",
	  "which contents are good, from a tree, image, packages or list" },
	{ "put", NULL, NULL, "imapol-attest-put",
	  "store evidence and verdict in Vault" },
	{ "gate", NULL, NULL, "imapol-attest-put",
	  "is the verdict that is stored there a good one?" },
};

enum { CANNOT = 2 };	/* exit status: usage, or what it takes cannot be had */

static int said(bool ok)
{
	if (ok)
		return 0;
	say_unprinted();
	return CANNOT;
}

static int show_help(void)
{
	bool ok = say_print("usage: imapol-attest COMMAND [OPTION]...\n"
			    "Evidence of what a machine measured.\n");
	size_t i;

	for (i = 0; ok && i < ARRAY_SIZE(commands); i++)
		ok = say_print("  %-11s%s%s%s%s", commands[i].word,
			       commands[i].summary,
			       commands[i].link ? " (" : "",
			       commands[i].link ? commands[i].link : "",
			       commands[i].link ? ")" : "");
	return said(ok && say_print("\nimapol-attest COMMAND --help lists the "
				    "options of each."));
}

/* returns only where the program cannot be had; argv[0] is the word */
static int hand_over(const struct command *c, char **argv)
{
	const char *dir = getenv("IMAPOL_EXEC_PATH");
	struct arena a;
	const char *path;
	char **words;
	size_t n = 0;

	if (!dir || !*dir)
		dir = IMAPOL_EXEC_DIR;
	while (argv[n])
		n++;
	arena_init(&a);
	path = buf_textf(&a, "%s/%s", dir, c->program);
	words = arena_zalloc(&a, n + 2, sizeof(*words));
	words[0] = arena_strndup(&a, path, strlen(path));
	memcpy(words + 1, argv, n * sizeof(*words));
	execv(path, words);
	say(path, "%s is in this program, which cannot be run: %s%s", c->word,
	    strerror(errno), errno == ENOENT ?
	    ": it is installed apart, or IMAPOL_EXEC_PATH names its directory" :
	    "");
	arena_free(&a);
	return CANNOT;
}

static const struct command *by_word(const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(word, commands[i].word))
			return &commands[i];
	return NULL;
}

static const struct command *by_link(const char *name)
{
	const char *slash = strrchr(name, '/');
	size_t i;

	if (slash)
		name = slash + 1;
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].link && !strcmp(name, commands[i].link))
			return &commands[i];
	return NULL;
}

static int no_command(const char *word)
{
	const char *words[ARRAY_SIZE(commands)], *near;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		words[i] = commands[i].word;
	near = nearest_name(word, words, ARRAY_SIZE(commands));
	if (near)
		say(word, "no such command; did you mean imapol-attest %s?", near);
	else
		say(word, "no such command: imapol-attest --help lists them");
	return CANNOT;
}

static int run_word(int argc, char **argv)
{
	const struct command *c;

	if (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h"))
		return show_help();
	if (!strcmp(argv[0], "--version") || !strcmp(argv[0], "-V"))
		return said(say_print("imapol-attest " PACKAGE_VERSION));
	c = by_word(argv[0]);
	if (!c)
		return no_command(argv[0]);
	return c->run ? c->run(argc, argv) : hand_over(c, argv);
}

int main(int argc, char **argv)
{
	const struct command *c = argc > 0 ? by_link(argv[0]) : NULL;

	streams_hold();
	if (c) {
		say_as(c->link);
		return c->run(argc, argv);
	}
	say_as("imapol-attest");
	if (argc < 2) {
		say(NULL, "no command: imapol-attest --help lists them");
		return CANNOT;
	}
	return run_word(argc - 1, argv + 1);
}
