/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <getopt.h>
#include <string.h>

#include "cli_options.h"
#include "nearest.h"
#include "num.h"
#include "profile.h"

/* ---- the tables ---- */

struct command {
	const char *word;	/* NULL: compiling */
	unsigned int formats;	/* bit n: enum cli_format */
	const char *usage, *summary;
};

enum {
	TEXT = 1 << CLI_FORMAT_TEXT, JSON = 1 << CLI_FORMAT_JSON,
	DOT = 1 << CLI_FORMAT_DOT, HTML = 1 << CLI_FORMAT_HTML,
	TAP = 1 << CLI_FORMAT_TAP, JUNIT = 1 << CLI_FORMAT_JUNIT,
	SARIF = 1 << CLI_FORMAT_SARIF,
	MESSAGES = TEXT | JSON | SARIF | 1 << CLI_FORMAT_GITHUB |
		   1 << CLI_FORMAT_GITLAB,
};

static const struct command commands[] = {
#define CLI_COMMAND(id, word, run, formats, usage, summary)		\
	{ word, formats, usage, summary },
#include "cli_commands.def"
#undef CLI_COMMAND
};

static_assert(ARRAY_SIZE(commands) == CLI_COMMANDS, "a row for each command");

/* bits of commands */
enum {
#define CLI_COMMAND(id, word, run, formats, usage, summary)		\
	id = 1 << CLI_##id,
#include "cli_commands.def"
#undef CLI_COMMAND
	EVERY = (1 << CLI_COMMANDS) - 1,
	/* they have more than one way to write */
	FORMATTED = 0
#define CLI_COMMAND(id, word, run, formats, usage, summary)		\
	| (((formats) & ~TEXT) != 0) << CLI_##id
#include "cli_commands.def"
#undef CLI_COMMAND
	,
	/* they read policies */
	POLICIES = EVERY & ~(PATHS | FMT | COMPLETE | DOCTOR),
};

enum kind { KIND_FLAG, KIND_WORD, KIND_WORDS, KIND_NUMBER, KIND_CHOICE,
	    KIND_SPECIAL };

/* what a SPECIAL row has for its field */
enum { SPECIAL_dump, SPECIAL_depend, SPECIAL_warning, SPECIAL_help,
       SPECIAL_version };

struct row {
	const char *group;	/* the heading, before the first of a group */
	enum kind kind;
	size_t field;		/* offset in struct cli_options, or SPECIAL_ */
	const char *name;
	int letter;
	const char *value;
	unsigned int commands;
	const char *help;
};

#define FIELD_FLAG(field) offsetof(struct cli_options, field)
#define FIELD_WORD(field) offsetof(struct cli_options, field)
#define FIELD_WORDS(field) offsetof(struct cli_options, field)
#define FIELD_NUMBER(field) offsetof(struct cli_options, field)
#define FIELD_CHOICE(field) offsetof(struct cli_options, field)
#define FIELD_SPECIAL(field) SPECIAL_##field

/* a group stands on a row of its own, without a name and a letter */
static const struct row rows[] = {
#define CLI_GROUP(title) { .group = (title) },
#define CLI_OPTION(kind, field, name, letter, value, commands, help)	\
	{ NULL, KIND_##kind, FIELD_##kind(field), name, letter, value,	\
	  commands, help },
#include "cli_options.def"
#undef CLI_OPTION
#undef CLI_GROUP
};

const char *cli_command_word(enum cli_command c)
{
	return commands[c].word;
}

const char *cli_command_summary(enum cli_command c)
{
	return commands[c].summary;
}

bool cli_command_writes(enum cli_command c, enum cli_format format)
{
	return commands[c].formats >> format & 1;
}

static bool is_option(const struct row *r)
{
	return r->name || r->letter;
}

bool cli_options_next(enum cli_command c, size_t *at, struct cli_option *out)
{
	for (; *at < ARRAY_SIZE(rows); ++*at) {
		const struct row *r = &rows[*at];

		if (!is_option(r) || !(r->commands >> c & 1))
			continue;
		*out = (struct cli_option){ r->name, r->letter, r->value,
					    r->help };
		++*at;
		return true;
	}
	return false;
}

/* "imapolc paths" */
static void put_command(struct buf *b, unsigned int c)
{
	buf_printf(b, "imapolc%s%s", commands[c].word ? " " : "",
		   commands[c].word ? commands[c].word : "");
}

/* ---- help ---- */

#define HELP_COLUMN 29
#define HELP_WIDTH 80

static void put_padding(struct buf *b, size_t from)
{
	size_t used = b->len - from;

	if (used + 2 > HELP_COLUMN) {
		buf_putc(b, '\n');
		used = 0;
	}
	buf_printf(b, "%*s", (int)(HELP_COLUMN - used), "");
}

/* lines behind the first stand below it */
static void put_help_text(struct buf *b, const char *text)
{
	for (; *text; text++) {
		buf_putc(b, *text);
		if (*text == '\n')
			buf_printf(b, "%*s", HELP_COLUMN, "");
	}
	buf_putc(b, '\n');
}

/* the words of a choice, of --format those that the command writes */
static void put_choices(struct buf *b, const struct row *r, enum cli_command c,
			const char *comma)
{
	const char *word, *between = "";
	size_t i, n;

	for (i = 0, word = r->value; *word; word += n + (word[n] == '|'), i++) {
		n = strcspn(word, "|");
		if (r->field == FIELD_CHOICE(format) &&
		    !cli_command_writes(c, (enum cli_format)i))
			continue;
		buf_printf(b, "%s%.*s", between, (int)n, word);
		between = comma;
	}
}

static void put_option(struct buf *b, const struct row *r, enum cli_command c)
{
	size_t from = b->len;

	if (!r->name)
		buf_printf(b, "  -%c%s", r->letter, r->value);
	else if (r->letter)
		buf_printf(b, "  -%c, --%s", r->letter, r->name);
	else
		buf_printf(b, "      --%s", r->name);
	if (r->kind == KIND_CHOICE) {
		buf_putc(b, '=');
		put_choices(b, r, c, "|");
	} else if (r->name && r->value) {
		buf_printf(b, " %s", r->value);
	}
	put_padding(b, from);
	put_help_text(b, r->help);
}

static void put_options(struct buf *b, enum cli_command c)
{
	const char *group = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!is_option(&rows[i]))
			group = rows[i].group;
		else if (rows[i].commands >> c & 1) {
			if (group)
				buf_printf(b, "\n%s:\n", group);
			group = NULL;
			put_option(b, &rows[i], c);
		}
	}
}

static void put_usages(struct buf *b)
{
	unsigned int i;
	size_t from;

	buf_puts(b, "\ncommands:\n");
	for (i = 0; i < CLI_COMMANDS; i++) {
		from = b->len;
		buf_puts(b, "  ");
		put_command(b, i);
		put_padding(b, from);
		put_help_text(b, commands[i].summary);
	}
}

static void put_profiles(struct buf *b)
{
	const struct profile *p;
	size_t i, from = b->len + 1;

	buf_puts(b, "\nprofiles:");
	for (i = 0; (p = profile_at(i)); i++) {
		if (b->len - from + 1 + strlen(p->name) >= HELP_WIDTH) {
			from = b->len + 1;
			buf_puts(b, "\n ");
		}
		buf_printf(b, " %s", p->name);
	}
}

void cli_options_help(enum cli_command c, struct buf *out)
{
	unsigned int i;

	buf_puts(out, "usage: ");
	put_command(out, c);
	buf_printf(out, " [OPTION]...%s%s\n", *commands[c].usage ? " " : "",
		   commands[c].usage);
	buf_printf(out, "Here: %s.\n", commands[c].summary);
	if (strstr(commands[c].usage, "FILE"))
		buf_puts(out, "FILE may be - for standard input.\n");
	if (POLICIES >> c & 1 && strstr(commands[c].usage, "FILE..."))
		buf_puts(out, "Several files make one policy.\n");
	if (c == CLI_COMPILE)
		put_usages(out);
	put_options(out, c);
	put_profiles(out);
	if (c == CLI_COMPILE) {
		buf_puts(out, "\npasses:");
		for (i = 0; i < PASS_COUNT; i++)
			buf_printf(out, " %s", compile_pass_name(i));
		buf_puts(out, "\n\n`imapolc COMMAND --help` lists the options "
			 "of a command.");
	}
	buf_puts(out, "\n\nExit status: 0 all well, 1 the policy is at fault, 2 "
		 "usage or input and\noutput.\n");
}

/* ---- values ---- */

static void *field_of(struct cli_options *o, const struct row *r)
{
	return (char *)o + r->field;
}

static bool take_number(size_t *out)
{
	uint64_t v;

	if (num_parse(optarg, strlen(optarg), 10, 1000000000, &v) != NUM_OK)
		return false;
	*out = (size_t)v;
	return true;
}

/* the words of a choice stand in its value, "text|json" */
static bool take_choice(const struct row *r, unsigned int *out)
{
	const char *word = r->value;
	unsigned int i;
	size_t n;

	for (i = 0; ; i++, word += n + 1) {
		n = strcspn(word, "|");
		if (n == strlen(optarg) && !memcmp(word, optarg, n)) {
			*out = i;
			return true;
		}
		if (!word[n])
			return false;
	}
}

static bool take_word(const struct row *r, const char **word,
		      struct buf *problem)
{
	if (*word && strcmp(*word, optarg) != 0) {
		buf_printf(problem, "--%s is given twice", r->name);
		return false;
	}
	*word = optarg;
	return true;
}

/* -MD, and -MF FILE or -MFFILE; the M is gone already */
static bool take_depend(int argc, char **argv, struct cli_options *o,
			struct buf *problem)
{
	if (!strcmp(optarg, "D")) {
		o->depend = true;
		return true;
	}
	if (optarg[0] != 'F') {
		buf_printf(problem, "unknown option -M%s", optarg);
		return false;
	}
	o->depend = true;
	if (optarg[1])
		o->depend_file = optarg + 1;
	else if (optind < argc)
		o->depend_file = argv[optind++];
	else
		buf_puts(problem, "-MF needs a file name");
	return o->depend_file != NULL;
}

static bool take_warning(struct arena *a, struct cli_options *o,
			 struct buf *problem)
{
	const char *names[DIAG_CODE_COUNT], *word = optarg, *near;
	struct diags scratch;
	size_t n = 0;
	unsigned int i;

	diags_init(&scratch, a);
	if (diags_option(&scratch, word)) {
		vec_push(a, &o->warnings, word);
		return true;
	}
	if (!strncmp(word, "no-", 3))
		word += 3;
	if (!strncmp(word, "error=", 6))
		word += 6;
	for (i = 0; i < DIAG_CODE_COUNT; i++)
		if (diag_default_severity(i) == DIAG_WARNING)
			names[n++] = diag_name(i);
	near = nearest_name(word, names, n);
	buf_printf(problem, "no warning is called `%s`", word);
	if (near)
		buf_printf(problem, "; did you mean `%s`?", near);
	return false;
}

static bool take_dump(struct cli_options *o, struct buf *problem)
{
	unsigned int i;

	o->dump = compile_pass_by_name(optarg);
	if (o->dump != PASS_COUNT)
		return true;
	buf_printf(problem, "no pass is called `%s`: there are", optarg);
	for (i = 0; i < PASS_COUNT; i++)
		buf_printf(problem, " %s", compile_pass_name(i));
	return false;
}

static bool take_special(struct arena *a, const struct row *r, int argc,
			 char **argv, struct cli_options *o,
			 struct buf *problem)
{
	switch (r->field) {
	case SPECIAL_help: o->help = true; return true;
	case SPECIAL_version: o->version = true; return true;
	case SPECIAL_depend: return take_depend(argc, argv, o, problem);
	case SPECIAL_warning: return take_warning(a, o, problem);
	default: return take_dump(o, problem);
	}
}

static bool bad_word(const struct row *r, struct buf *problem)
{
	buf_printf(problem, "--%s does not take `%s`", r->name, optarg);
	return false;
}

static bool bad_choice(const struct row *r, enum cli_command c,
		       struct buf *problem)
{
	bad_word(r, problem);
	buf_puts(problem, ": there are ");
	put_choices(problem, r, c, ", ");
	return false;
}

static bool take_option(struct arena *a, const struct row *r, int argc,
			char **argv, struct cli_options *o,
			struct buf *problem)
{
	switch (r->kind) {
	case KIND_FLAG:
		*(bool *)field_of(o, r) = true;
		return true;
	case KIND_WORD:
		return take_word(r, field_of(o, r), problem);
	case KIND_WORDS:
		vec_push(a, (cli_words *)field_of(o, r), optarg);
		return true;
	case KIND_NUMBER:
		return take_number(field_of(o, r)) || bad_word(r, problem);
	case KIND_CHOICE:
		return take_choice(r, field_of(o, r)) ||
		       bad_choice(r, o->command, problem);
	case KIND_SPECIAL:
		return take_special(a, r, argc, argv, o, problem);
	}
	return false;
}

static void put_name(struct buf *b, const struct row *r)
{
	if (r->letter)
		buf_printf(b, "-%c", r->letter);
	else
		buf_printf(b, "--%s", r->name);
}

/* an option means nothing where nothing looks at it */
static bool belongs(const struct row *r, enum cli_command c,
		    struct buf *problem)
{
	const char *between = "`";
	unsigned int i;

	if (r->commands >> c & 1)
		return true;
	put_name(problem, r);
	buf_puts(problem, " has no meaning with `");
	put_command(problem, c);
	buf_puts(problem, "`: it belongs to ");
	for (i = 0; i < CLI_COMMANDS; i++)
		if (r->commands >> i & 1) {
			buf_puts(problem, between);
			put_command(problem, i);
			between = "`, `";
		}
	buf_putc(problem, '`');
	return false;
}

/* ---- what fits together ---- */

static bool fits_compiling(const struct cli_options *o, struct buf *problem)
{
	if (o->fix && !o->check)
		buf_puts(problem, "--fix goes with --check");
	else if (o->check && o->output)
		buf_puts(problem, "--check writes nothing, so -o has no "
			 "meaning with it");
	else if (o->check && o->dump != PASS_COUNT)
		buf_puts(problem, "--check writes nothing, so --dump has no "
			 "meaning with it");
	else if (o->check && o->stats)
		buf_puts(problem, "--check writes nothing, so --stats has no "
			 "meaning with it");
	else if (o->output && o->dump != PASS_COUNT)
		buf_puts(problem, "--dump writes to standard output, so -o has "
			 "no meaning with it");
	else if (o->depend && !o->output)
		buf_puts(problem, "-MD and -MF need -o: make has to know what "
			 "depends on the files");
	return problem->len == 0;
}

static bool fits_paths(const struct cli_options *o, struct buf *problem)
{
	if (o->compare && (o->lookups.n || o->files.n ||
			   o->format != CLI_FORMAT_TEXT))
		buf_puts(problem, "--compare is about a compiled policy: "
			 "globs, --lookup and --format have no meaning with it");
	else if (!o->compare && !o->lookups.n && !o->files.n)
		buf_puts(problem, "no glob is given");
	return problem->len == 0;
}

static bool fits_preflight(const struct cli_options *o, struct buf *problem)
{
	if (!o->root)
		buf_puts(problem, "preflight needs --root: a directory, an "
			 "archive or an image");
	else if (o->list && o->format != CLI_FORMAT_TEXT)
		buf_puts(problem, "--list is a format of its own, so --format "
			 "has no meaning with it");
	else if (o->list && o->all)
		buf_puts(problem, "--list names what is refused, so --all has "
			 "no meaning with it");
	else if (o->null && !o->list && !o->baseline)
		buf_puts(problem, "--null goes with --list or --baseline");
	return problem->len == 0;
}

static const struct row *format_row(void)
{
	const struct row *r = rows;

	while (r->kind != KIND_CHOICE || r->field != FIELD_CHOICE(format))
		r++;
	return r;
}

static bool fits_together(const struct cli_options *o, struct buf *problem)
{
	if (!cli_command_writes(o->command, o->format)) {
		put_command(problem, o->command);
		buf_puts(problem, " does not write in this format: there are ");
		put_choices(problem, format_row(), o->command, ", ");
		return false;
	}
	if (o->command == CLI_PATHS)
		return fits_paths(o, problem);
	if (o->command == CLI_DOCTOR) {
		if (o->files.n)
			buf_printf(problem, "doctor takes no file, and `%s` is "
				   "one", o->files.v[0]);
		return problem->len == 0;
	}
	if (!o->files.n)
		buf_puts(problem, "no file is given");
	else if (o->command == CLI_LABELS && !o->output)
		buf_puts(problem, "labels needs -o DIR");
	else if (o->command == CLI_COMPILE)
		return fits_compiling(o, problem);
	else if (o->command == CLI_PREFLIGHT)
		return fits_preflight(o, problem);
	return problem->len == 0;
}

/* ---- getopt ---- */

#define MAX_LETTERS 64

struct getopt_tables {
	char letters[MAX_LETTERS];
	struct option names[ARRAY_SIZE(rows) + 1];
};

/* what getopt gives for row n where that has no letter */
enum { FIRST_ROW = 256 };

static void fill_tables(struct getopt_tables *g)
{
	size_t i, n = 0, at = 1;

	memset(g, 0, sizeof(*g));
	g->letters[0] = ':';
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];

		if (r->name)
			g->names[n++] = (struct option){
				r->name, r->value ? required_argument :
						    no_argument,
				NULL, FIRST_ROW + (int)i,
			};
		if (!r->letter)
			continue;
		assert(at + 2 < MAX_LETTERS);
		g->letters[at++] = (char)r->letter;
		if (r->value)
			g->letters[at++] = ':';
	}
}

static const struct row *find_row(int c)
{
	size_t i;

	if (c >= FIRST_ROW)
		return &rows[c - FIRST_ROW];
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].letter == c)
			return &rows[i];
	return NULL;
}

/* the long option of a command that is nearest to word; NULL: none is near */
static const char *near_option(const char *word, enum cli_command c)
{
	const char *names[ARRAY_SIZE(rows)];
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].name && rows[i].commands >> c & 1)
			names[n++] = rows[i].name;
	return nearest_option(word, names, n);
}

static bool no_option(int got, char **argv, enum cli_command c,
		      struct buf *problem)
{
	const char *last = argv[optind - 1], *near;

	if (got == ':') {
		buf_printf(problem, "%s needs a value", last);
	} else if (optopt >= FIRST_ROW) {
		buf_printf(problem, "--%s takes no value",
			   rows[optopt - FIRST_ROW].name);
	} else if (optopt > 0) {
		buf_printf(problem, "unknown option -%c", optopt);
	} else {
		buf_printf(problem, "unknown option %s", last);
		near = strncmp(last, "--", 2) ? NULL : near_option(last + 2, c);
		if (near)
			buf_printf(problem, "; did you mean --%s?", near);
	}
	return false;
}

enum cli_command cli_command_by_word(const char *word)
{
	unsigned int i;

	for (i = 0; i < CLI_COMMANDS; i++)
		if (commands[i].word && !strcmp(commands[i].word, word))
			return (enum cli_command)i;
	return CLI_COMPILE;
}

void cli_options_near(const char *word, struct buf *out)
{
	const char *words[CLI_COMMANDS], *near;
	unsigned int i;
	size_t n = 0;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].name && !strcmp(rows[i].name, word)) {
			buf_printf(out, "imapolc --%s", word);
			return;
		}
	for (i = 0; i < CLI_COMMANDS; i++)
		if (commands[i].word)
			words[n++] = commands[i].word;
	near = nearest_name(word, words, n);
	if (near)
		buf_printf(out, "imapolc %s", near);
}

/* what a command writes where --format is not given */
static unsigned int first_format(enum cli_command c)
{
	unsigned int f = 0;

	while (!(commands[c].formats >> f & 1))
		f++;
	return f;
}

bool cli_options_parse(struct arena *a, int argc, char **argv,
		       struct cli_options *out, struct buf *problem)
{
	struct getopt_tables tables;
	int c;

	memset(out, 0, sizeof(*out));
	out->dump = PASS_COUNT;
	out->max_errors = 20;
	fill_tables(&tables);
	/* a word before the options: what to do instead of compiling */
	if (argc > 1)
		out->command = cli_command_by_word(argv[1]);
	optind = out->command == CLI_COMPILE ? 1 : 2;
	out->format = first_format(out->command);
	while ((c = getopt_long(argc, argv, tables.letters, tables.names,
				NULL)) != -1) {
		const struct row *r = c == ':' || c == '?' ? NULL : find_row(c);

		if (!r)
			return no_option(c, argv, out->command, problem);
		if (!belongs(r, out->command, problem) ||
		    !take_option(a, r, argc, argv, out, problem))
			return false;
	}
	for (; optind < argc; optind++)
		vec_push(a, &out->files, argv[optind]);
	return out->help || out->version || fits_together(out, problem);
}
