/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "boot.h"
#include "conf.h"
#include "keys.h"
#include "lines.h"
#include "load.h"
#include "prime.h"

enum { PRIMES_MAX = 64 };

/* What one call does. */
enum mode {
	MODE_LOAD, /* where no option names another */
	MODE_DRY_RUN,
	MODE_STATUS,
	MODE_LEAVE,
	MODE_CONFIRM,
	MODE_BOOT,
	MODE_CHECK_CONF,
	MODE_HELP,
	MODE_VERSION,
	MODES,
};

struct request {
	enum mode mode;
	struct load_options load;
	const char *keys; /* NULL: none are to be loaded */
	const char *primes[PRIMES_MAX];
	size_t prime_count;
	bool too_many;
	struct boot_options boot;
	const char *stage;
};

static int tell(const char *text)
{
	if (fputs(text, stdout) >= 0 && !fflush(stdout))
		return LOAD_APPLIED;
	if (errno != EPIPE)
		fprintf(stderr, "imapol-load: standard output: %s\n", strerror(errno));
	return LOAD_USAGE;
}

static int wrong(const char *option, const char *what)
{
	fprintf(stderr, "imapol-load: %s%s%s: try imapol-load --help\n", option ? "--" : "", option ? option : "", what);
	return LOAD_USAGE;
}

/* Keys first: with a policy that appraises and without them nobody could do anything any more. */
static int run_load(const struct request *req)
{
	const struct keys_options keys = { .dir = req->keys, .verbose = req->load.verbose };
	const struct prime_options primes = { .policy = req->load.file, .root = "", .files = req->primes,
					      .count = req->prime_count, .keys = req->keys, .verbose = req->load.verbose };
	enum load_status status = req->keys ? keys_load(&ops_linux, &keys) : LOAD_APPLIED;

	if (status != LOAD_APPLIED && req->load.file)
		fprintf(stderr, "imapol-load: %s: not loaded, as its keys come first\n", req->load.file);
	if (status != LOAD_APPLIED || !req->load.file)
		return status;
	return prime_behind(&ops_linux, &primes, load_policy(&ops_linux, &req->load));
}

static int run_dry_run(const struct request *req)
{
	return load_dry_run(&ops_linux, &req->load);
}

static int run_status(const struct request *req)
{
	return load_show(&ops_linux, &req->load);
}

static int run_leave(const struct request *req)
{
	return load_leave(&ops_linux, &req->load);
}

static int run_confirm(const struct request *req)
{
	return load_confirm(&ops_linux, &req->load);
}

static int run_boot(const struct request *req)
{
	static const char *const stages[] = { [BOOT_INITRAMFS] = "initramfs", [BOOT_SYSTEM] = "system" };
	struct boot_options boot = req->boot;
	size_t i;

	_Static_assert(sizeof(stages) / sizeof(stages[0]) == BOOT_STAGES, "a name for each stage");
	boot.securityfs = req->load.securityfs;
	boot.verbose = req->load.verbose;
	for (i = 0; i < BOOT_STAGES; i++) {
		boot.stage = (enum boot_stage)i;
		if (!strcmp(req->stage, stages[i]))
			return boot_run(&ops_linux, &boot);
	}
	return wrong("boot", " is initramfs or system");
}

static int run_check_conf(const struct request *req)
{
	struct conf conf;
	bool good = conf_read(&conf, &ops_linux, req->load.file, false);

	conf_free(&conf);
	return good ? LOAD_APPLIED : LOAD_USAGE;
}

static int run_version(const struct request *req)
{
	(void)req;
	return tell("imapol-load " PACKAGE_VERSION "\n");
}

static int run_help(const struct request *req);

static const struct mode_row {
	int files_min, files_max; /* arguments that are no options */
	int (*run)(const struct request *req); /* answers the exit status */
} modes[] = {
	[MODE_LOAD] = { 1, 1, run_load },
	[MODE_DRY_RUN] = { 1, 1, run_dry_run },
	[MODE_STATUS] = { 0, 1, run_status },
	[MODE_LEAVE] = { 1, 1, run_leave },
	[MODE_CONFIRM] = { 1, 1, run_confirm },
	[MODE_BOOT] = { 0, 0, run_boot },
	[MODE_CHECK_CONF] = { 0, 1, run_check_conf },
	[MODE_HELP] = { 0, 0, run_help },
	[MODE_VERSION] = { 0, 0, run_version },
};

_Static_assert(sizeof(modes) / sizeof(modes[0]) == MODES, "a row for each mode");

enum {
	IN_LOAD = 1 << MODE_LOAD,
	IN_BOOT = 1 << MODE_BOOT,
	IN_ANY = (1 << MODES) - 1,
};

static void take_stage(struct request *req, const char *value)
{
	req->stage = value;
}

static void take_root(struct request *req, const char *value)
{
	req->boot.root = value;
}

static void take_conf(struct request *req, const char *value)
{
	req->boot.conf = value;
}

static void take_append(struct request *req, const char *value)
{
	(void)value;
	req->load.append = true;
}

static void take_keys(struct request *req, const char *value)
{
	req->keys = value;
}

static void take_prime(struct request *req, const char *value)
{
	if (req->prime_count == PRIMES_MAX)
		req->too_many = true;
	else
		req->primes[req->prime_count++] = value;
}

static void take_verbose(struct request *req, const char *value)
{
	(void)value;
	req->load.verbose = true;
}

static void take_securityfs(struct request *req, const char *value)
{
	req->load.securityfs = value;
}

/* In the order of the help. */
static const struct option_row {
	char letter; /* 0: none */
	const char *name, *argument; /* argument NULL: it has none */
	const char *help;
	enum mode mode; /* MODE_LOAD: it names none */
	void (*take)(struct request *req, const char *value);
	unsigned int modes; /* in which it may stand, a bit for each */
} rows[] = {
	{ 0, "append", NULL, "also where a policy is in force: the rules go behind it", 0, take_append, IN_LOAD },
	{ 0, "keys", "DIR", "first load the certificates in DIR; without FILE, only these", 0, take_keys, IN_LOAD },
	{ 0, "prime", "FILE", "then have the kernel check this signed file; may be repeated", 0, take_prime, IN_LOAD },
	{ 0, "dry-run", NULL, "have the kernel parse FILE, and change nothing", MODE_DRY_RUN, NULL, 0 },
	{ 0, "status", NULL, "tell what is in force, and whether that is FILE", MODE_STATUS, NULL, 0 },
	{ 0, "leave", NULL, "check FILE, and note that PID 1 is to load it", MODE_LEAVE, NULL, 0 },
	{ 0, "confirm", NULL, "has PID 1 loaded FILE? load it where nobody did", MODE_CONFIRM, NULL, 0 },
	{ 0, "boot", "STAGE", "what a boot has to do; STAGE is initramfs or system", MODE_BOOT, take_stage, IN_BOOT },
	{ 0, "root", "DIR", "where the system is mounted", 0, take_root, IN_BOOT },
	{ 0, "conf", "FILE", "instead of " CONF_FILE, 0, take_conf, IN_BOOT },
	{ 0, "check-conf", NULL, "judge FILE as a load.conf (default " CONF_FILE ")", MODE_CHECK_CONF, NULL, 0 },
	{ 0, "securityfs", "DIR", "where securityfs is mounted (default " LOAD_SECURITYFS ")", 0, take_securityfs, IN_ANY },
	{ 'v', "verbose", NULL, "tell each step on standard error", 0, take_verbose, IN_ANY },
	{ 'h', "help", NULL, "show this and leave", MODE_HELP, NULL, 0 },
	{ 'V', "version", NULL, "show the version and leave", MODE_VERSION, NULL, 0 },
};

enum {
	ROWS = sizeof(rows) / sizeof(rows[0]),
	NO_LETTER = 256,
	HELP_COLUMN = 24,
};

static const char usage[] =
	"usage: imapol-load [-v] [--append] [--keys DIR] [--prime FILE]... FILE\n"
	"       imapol-load [-v] --keys DIR\n"
	"       imapol-load [-v] --dry-run | --leave | --confirm FILE\n"
	"       imapol-load [-v] --status [FILE]\n"
	"       imapol-load [-v] --boot STAGE [--root DIR] [--conf FILE]\n"
	"       imapol-load --check-conf [FILE]\n"
	"Gives the compiled IMA policy FILE to the kernel, all of it or nothing.\n\n";

static const char statuses[] =
	"\nExit status: 0 all of FILE is in force; 1 refused by the kernel, nothing changed; 2 usage or I/O;\n"
	"3 another policy, or an unknown one, is in force; 4 not possible here; 5 taken but not confirmed.\n";

static void help_row(const struct option_row *row, char *line, size_t room)
{
	char name[HELP_COLUMN];

	snprintf(name, sizeof(name), "--%s %s", row->name, row->argument ? row->argument : "");
	if (row->letter)
		snprintf(line, room, "  -%c, %-*s%s\n", row->letter, HELP_COLUMN, name, row->help);
	else
		snprintf(line, room, "      %-*s%s\n", HELP_COLUMN, name, row->help);
}

static int run_help(const struct request *req)
{
	char line[160];
	size_t i;

	(void)req;
	if (tell(usage))
		return LOAD_USAGE;
	for (i = 0; i < ROWS; i++) {
		help_row(&rows[i], line, sizeof(line));
		if (tell(line))
			return LOAD_USAGE;
	}
	return tell(statuses);
}

static int take_option(struct request *req, const struct option_row *row, const char *value)
{
	if (value && !*value)
		return wrong(row->name, " names nothing");
	if (row->mode != MODE_LOAD && req->mode != MODE_LOAD && req->mode != row->mode)
		return wrong(row->name, " asks for another thing than an option before it");
	if (row->mode != MODE_LOAD)
		req->mode = row->mode;
	if (row->take)
		row->take(req, value);
	return 0;
}

/* got: '?' or ':', as getopt_long() says it of the last word that it looked at */
static int wrong_option(int got, char *last)
{
	const char letter[] = { '-', (char)optopt, '\0' };
	const char *why = got == ':' ? "it needs a value" : "no such option";

	if (optopt >= NO_LETTER && got == '?')
		why = "it takes no value";
	lines_plain(last);
	fprintf(stderr, "imapol-load: %s: %s: try imapol-load --help\n", optopt > 0 && optopt < NO_LETTER ? letter : last,
		why);
	return LOAD_USAGE;
}

/* The options into req, which of them in given. 0, or LOAD_USAGE with its message out. */
static int take_options(struct request *req, bool given[ROWS], int argc, char **argv)
{
	struct option known[ROWS + 1];
	char letters[ROWS + 2] = ":";
	int c, i, err = 0;

	memset(known, 0, sizeof(known));
	for (i = 0; i < ROWS; i++) {
		known[i] = (struct option){ rows[i].name, rows[i].argument ? required_argument : no_argument, NULL,
					    NO_LETTER + i };
		if (rows[i].letter)
			letters[strlen(letters)] = rows[i].letter;
	}
	opterr = 0;
	while (!err && (c = getopt_long(argc, argv, letters, known, NULL)) != -1) {
		for (i = 0; i < ROWS && known[i].val != c && rows[i].letter != c; i++)
			;
		if (i == ROWS)
			return wrong_option(c, argv[optind - 1]);
		given[i] = true;
		err = take_option(req, &rows[i], optarg);
	}
	return err;
}

static bool only_keys(const struct request *req)
{
	return req->mode == MODE_LOAD && req->keys && !req->prime_count && !req->load.append;
}

/* Do the options and the number of files fit the mode? */
static int judge(const struct request *req, const bool given[ROWS], int files)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (given[i] && rows[i].take && !(rows[i].modes & 1u << req->mode))
			return wrong(rows[i].name, " means nothing with the other options");
	if (req->too_many)
		return wrong("prime", " is there too often");
	if (only_keys(req) && !files)
		return 0;
	if (files < modes[req->mode].files_min)
		return wrong(NULL, "no file is named");
	if (files > modes[req->mode].files_max)
		return wrong(NULL, "more files are named than can be used");
	if (files && !*req->load.file)
		return wrong(NULL, "the name of the file is empty");
	return 0;
}

/*
 * No message may end the program half way, or land in a file that was opened as descriptor 2: so these are taken, where
 * there is no /dev/null by something else that takes no text. A limit on the size of files is an error of the copy.
 */
static void guard_messages(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
		if (fd < 0)
			fd = open("/", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

int main(int argc, char **argv)
{
	struct request req = { .mode = MODE_LOAD, .load.securityfs = LOAD_SECURITYFS, .boot.root = "" };
	bool given[ROWS] = { false };
	int err;

	guard_messages();
	err = take_options(&req, given, argc, argv);
	req.load.file = argv[optind]; /* NULL behind the last */
	if (!err)
		err = judge(&req, given, argc - optind);
	return err ? err : modes[req.mode].run(&req);
}
