/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "cli_run.h"
#include "profile.h"

/*
 * What may stand where the last of some words of a command line does: the
 * completions of all shells ask here, so that they know what the tables know. A
 * candidate is a line, and has a tab and a description where there is one; a line
 * ":files" or ":dirs" stands for names on the disk.
 */

struct completion {
	struct cli *cli;
	struct buf out;
	const char *word;	/* what is there of the last one */
	enum cli_command command;
};

/* what it is, without what --help has to say beyond that */
static void put_description(struct buf *out, const char *s)
{
	buf_putc(out, '\t');
	for (; *s && *s != ';' && *s != ':'; s++)
		buf_putc(out, *s == '\n' ? ' ' : *s);
}

/* before, then text, as a candidate, if it begins like the word */
static void offer(struct completion *w, const char *before, const char *text,
		  size_t len, const char *description)
{
	struct buf b;

	buf_init(&b, &w->cli->arena);
	buf_puts(&b, before);
	buf_add(&b, text, len);
	if (strncmp(b.s, w->word, strlen(w->word)) != 0)
		return;
	buf_add(&w->out, b.s, b.len);
	if (description)
		put_description(&w->out, description);
	buf_putc(&w->out, '\n');
}

static void offer_word(struct completion *w, const char *before,
		       const char *text)
{
	offer(w, before, text, strlen(text), NULL);
}

/* ---- what stands behind an option ---- */

/* the words of "a|b"; of those of --format, what the command writes */
static void offer_choice(struct completion *w, const struct cli_option *o,
			 const char *before)
{
	const char *word = o->value;
	unsigned int i;
	size_t n;

	for (i = 0; ; i++, word += n + 1) {
		n = strcspn(word, "|");
		if (strcmp(o->name, "format") != 0 ||
		    cli_command_writes(w->command, (enum cli_format)i))
			offer(w, before, word, n, NULL);
		if (!word[n])
			return;
	}
}

static void offer_releases(struct completion *w, const char *before)
{
	size_t i, n;
	const struct krelease *v = kmodel_releases(&n);
	char text[KRELEASE_TEXT];

	offer_word(w, before, "running");
	for (i = 0; i < n; i++)
		offer_word(w, before,
			   krelease_text(v[i], text, sizeof(text)));
}

static void offer_profiles(struct completion *w, const char *before)
{
	const struct profile *p;
	size_t i;

	for (i = 0; (p = profile_at(i)); i++)
		offer_word(w, before, p->name);
}

static void offer_modules(struct completion *w, const char *before)
{
	unsigned int lsm;

	for (lsm = KLSM_NONE; lsm <= KLSM_SMACK; lsm++)
		offer_word(w, before, target_lsm_word((enum klsm)lsm));
}

static void offer_passes(struct completion *w, const char *before)
{
	unsigned int i;

	for (i = 0; i < PASS_COUNT; i++)
		offer_word(w, before, compile_pass_name((enum compile_pass)i));
}

static bool is_option(const struct cli_option *o, const char *name)
{
	return o->name && !strcmp(o->name, name);
}

static void offer_values(struct completion *w, const struct cli_option *o,
			 const char *before)
{
	static const char *const files[] = { "FILE", "COMPILED", "PATH" };
	size_t i;

	if (strchr(o->value, '|'))
		offer_choice(w, o, before);
	else if (is_option(o, "kernel"))
		offer_releases(w, before);
	else if (is_option(o, "profile"))
		offer_profiles(w, before);
	else if (is_option(o, "lsm"))
		offer_modules(w, before);
	else if (is_option(o, "dump"))
		offer_passes(w, before);
	else if (!strcmp(o->value, "DIR"))
		buf_puts(&w->out, ":dirs\n");
	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (!strcmp(o->value, files[i]))
			buf_puts(&w->out, ":files\n");
}

/* ---- options ---- */

static void offer_warnings(struct completion *w)
{
	static const char *const forms[] = {
		"-W", "-Wno-", "-Werror=", "-Wno-error=",
	};
	unsigned int code;
	size_t i;

	offer(w, "-Werror", "", 0, "all warnings are errors");
	for (i = 0; i < ARRAY_SIZE(forms); i++)
		for (code = 0; code < DIAG_CODE_COUNT; code++)
			if (diag_default_severity(code) == DIAG_WARNING)
				offer(w, forms[i], diag_name(code),
				      strlen(diag_name(code)),
				      diag_title(code));
}

static void offer_options(struct completion *w)
{
	struct cli_option o;
	size_t at = 0;

	if (!strncmp(w->word, "-W", 2)) {
		offer_warnings(w);
		return;
	}
	while (cli_options_next(w->command, &at, &o)) {
		if (o.name) {
			offer(w, "--", o.name, strlen(o.name), o.help);
		} else if (o.letter == 'M') {
			offer(w, "-MD", "", 0, o.help);
			offer_word(w, "-MF", "");
		} else {
			offer(w, "-", (const char[]){ (char)o.letter }, 1,
			      o.help);
		}
	}
}

/* word is an option, of len bytes, that has a value */
static bool find_option(const struct completion *w, const char *word,
			size_t len, struct cli_option *o)
{
	size_t at = 0;

	while (cli_options_next(w->command, &at, o)) {
		if (!o->value)
			continue;
		if (o->name && len == strlen(o->name) + 2 &&
		    !strncmp(word, "--", 2) &&
		    !memcmp(word + 2, o->name, len - 2))
			return true;
		if (o->letter && o->letter != 'W' && o->letter != 'M' &&
		    len == 2 && word[0] == '-' && word[1] == o->letter)
			return true;
	}
	return false;
}

/* ---- the words ---- */

static void offer_commands(struct completion *w)
{
	unsigned int c;

	for (c = 0; c < CLI_COMMANDS; c++)
		if (cli_command_word((enum cli_command)c))
			offer(w, "", cli_command_word((enum cli_command)c),
			      strlen(cli_command_word((enum cli_command)c)),
			      cli_command_summary((enum cli_command)c));
}

/* words of a command line up to the one to be completed, its program first */
static void complete(struct completion *w, const char *const *words, size_t n)
{
	const char *before = words[n - 2], *equals;
	struct cli_option o;

	if (n > 2)
		w->command = cli_command_by_word(words[1]);
	equals = strchr(w->word, '=');
	if (n > 2 && !strcmp(before, "-MF"))
		buf_puts(&w->out, ":files\n");
	else if (n > 2 && find_option(w, before, strlen(before), &o))
		offer_values(w, &o, "");
	else if (equals && find_option(w, w->word, (size_t)(equals - w->word), &o))
		offer_values(w, &o, arena_strndup(&w->cli->arena, w->word,
				(size_t)(equals - w->word) + 1));
	else if (w->word[0] == '-' && w->word[1])
		offer_options(w);
	else {
		if (n == 2)
			offer_commands(w);
		if (w->word[0] == '-')
			offer_options(w);
		buf_puts(&w->out, ":files\n");
	}
}

void cli_run_complete(struct cli *cli)
{
	const cli_words *words = &cli->o.files;
	struct completion w = { .cli = cli };

	if (words->n < 2) {
		cli_complain(cli, "complete needs the words of a command line, "
			     "from the program to what is to be completed",
			     NULL);
		return;
	}
	w.word = words->v[words->n - 1];
	buf_init(&w.out, &cli->arena);
	complete(&w, words->v, words->n);
	if (w.out.len)
		cli_print(cli, &w.out);
}
