/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "buf.h"
#include "keys_cmd.h"
#include "nearest.h"
#include "onstop.h"
#include "oom.h"
#include "optrow.h"
#include "sign_run.h"
#include "say.h"
#include "streams.h"
#include "workers.h"

/* imapol-sign as a program: options in, one command, an exit status out. */

enum command { SIGN, VERIFY, APPLY, DETACH, TAR, COMMANDS };

enum {
	IN_SIGN = 1 << SIGN,
	IN_VERIFY = 1 << VERIFY,
	IN_APPLY = 1 << APPLY,
	IN_TAR = 1 << TAR,
	IN_SIGNING = IN_SIGN | IN_TAR,
	IN_FILES = (1 << COMMANDS) - 1 - IN_TAR,
	IN_ALL = (1 << COMMANDS) - 1,
};

static const struct command_row {
	const char *word, *usage, *summary;
	int (*run)(struct sign_run *r);
} commands[] = {
	[SIGN] = { "sign", "--key KEY [OPTION]... PATH...",
		   "sign files, and those in directories", sign_main },
	[VERIFY] = { "verify", "--keys FILE|DIR [OPTION]... PATH...",
		     "is each of them signed well, by one of these keys?",
		     verify_main },
	[APPLY] = { "apply", "[--keys FILE|DIR] [OPTION]... PATH...",
		    "set security.ima to what is in FILE.sig", apply_main },
	[DETACH] = { "detach", "[OPTION]... PATH...",
		     "put security.ima into FILE.sig", detach_main },
	[TAR] = { "tar", "--key KEY [OPTION]... IN OUT",
		  "sign the files in an archive (-: standard streams)",
		  tar_main },
};

_Static_assert(ARRAY_SIZE(commands) == COMMANDS, "a row for each command");

/* ---- options ---- */

#define TAKE_WORD(name, field) OPTROW_WORD(name, struct sign_run, o.field)
#define TAKE_FLAG(field) OPTROW_FLAG(field, struct sign_run, o.field)

TAKE_WORD(key, key)
TAKE_WORD(cert, cert)
TAKE_WORD(password_file, password_file)
TAKE_WORD(hash, hash)
TAKE_WORD(kernel, aim.kernel)
TAKE_WORD(kernel_config, aim.config)
TAKE_WORD(profile, aim.profile)
TAKE_WORD(root, root)
TAKE_WORD(from, list)
TAKE_FLAG(nul)
TAKE_FLAG(detached)
TAKE_FLAG(verity)
TAKE_FLAG(skip_exposed)
TAKE_FLAG(quiet)

static bool take_enable_verity(void *run, const char *value)
{
	struct sign_run *r = run;

	r->o.verity = r->o.enable_verity = true;
	return true;
}

static bool take_keys(void *run, const char *value)
{
	struct sign_run *r = run;

	vec_push(&r->arena, &r->o.keys, value);
	return true;
}

static bool take_jobs(void *run, const char *value)
{
	struct sign_run *r = run;
	uint64_t n;

	if (!optrow_number("-j", value, 1, WORKERS_MAX, &n))
		return false;
	r->o.threads = (unsigned int)n;
	return true;
}

static const struct optrow rows[] = {
	{ 'k', "key", "KEY", IN_SIGNING, take_key,
	  "private key in PEM, or a pkcs11: URI" },
	{ 0, "cert", "FILE", IN_SIGNING, take_cert,
	  "its certificate, whose key id signatures are to have" },
	{ 0, "password-file", "FILE", IN_SIGNING, take_password_file,
	  "first line: the key's passphrase or the token's PIN" },
	{ 'a', "hash", "HASH", IN_SIGNING, take_hash,
	  "of the content (sha256)" },
	{ 0, "keys", "FILE|DIR", IN_VERIFY | IN_APPLY, take_keys,
	  "certificates or public keys; may be repeated" },
	{ 0, "kernel", "RELEASE", IN_SIGNING | IN_VERIFY | IN_APPLY, take_kernel,
	  "that is to verify it: 6.1, a list 6.1,6.12 or running" },
	{ 0, "kernel-config", "FILE", IN_SIGNING | IN_VERIFY | IN_APPLY,
	  take_kernel_config, "the kernel's .config" },
	{ 0, "profile", "NAME", IN_SIGNING | IN_VERIFY | IN_APPLY, take_profile,
	  "a known system, as imapolc has them" },
	{ 0, "detached", NULL, IN_SIGN | IN_VERIFY, take_detached,
	  "FILE.sig instead of security.ima" },
	{ 0, "verity", NULL, IN_SIGNING, take_verity,
	  "sign the fs-verity digest instead of the content" },
	{ 0, "enable-verity", NULL, IN_SIGN, take_enable_verity,
	  "turn fs-verity on before: the file is read-only then" },
	{ 0, "skip-exposed", NULL, IN_SIGN, take_skip_exposed,
	  "leave files that somebody else may write to" },
	{ 0, "root", "DIR", IN_FILES, take_root,
	  "paths are as seen from DIR, and no link leads out of it" },
	{ 0, "from", "LIST", IN_FILES, take_from,
	  "files named in LIST, one a line (-: standard input)" },
	{ '0', "null", NULL, IN_FILES, take_nul,
	  "names in LIST end with a zero byte" },
	{ 'j', "jobs", "N", IN_FILES, take_jobs,
	  "threads (as many as there are processors)" },
	{ 'q', "quiet", NULL, IN_ALL, take_quiet,
	  "no summary" },
};

static bool show_help(unsigned int command);

static const struct optrows options = { "imapol-sign", show_help, rows,
					ARRAY_SIZE(rows), false };

static int wrong(const char *what, const char *why)
{
	say(what, "%s: try imapol-sign --help", why);
	return SIGN_USAGE;
}

/* ---- help ---- */

static bool show_help(unsigned int command)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		ok = ok && say_print("%s imapol-sign %s%s%s %s",
			i ? "      " : "usage:", i ? "" : "[",
			commands[i].word, i ? "" : "]", commands[i].usage);
	ok = ok && say_print("       imapol-sign keys new|check ...");
	ok = ok && say_print("Signs files for the kernel's IMA appraisal.\n");
	for (i = 0; i < COMMANDS; i++)
		ok = ok && say_print("  %-8s%s", commands[i].word,
				      commands[i].summary);
	ok = ok && say_print("  %-8s%s", "keys",
			      "make keys, look at certificates: keys --help");
	ok = ok && say_print("%s", "");
	ok = ok && optrow_help(&options, IN_ALL);
	return ok && say_print("\nExit status: 0 all is done, or good; 1 not "
				"for some files; 2 usage, or what\n"
				"all of it needs cannot be had.");
}

/* ---- the command line ---- */

/* -1: go on; else the exit status */
static int take_options(struct sign_run *r, enum command c, int argc,
			char **argv)
{
	int status = optrow_read(&options, 1u << c, commands[c].word, r, argc,
				 argv);

	r->o.paths = argv + optind;
	r->o.n_paths = (size_t)(argc - optind);
	return status;
}

static int judge(const struct sign_run *r, enum command c)
{
	if ((1 << c & IN_SIGNING) && !r->o.key)
		return wrong("--key", "no key is named");
	if (c == VERIFY && !r->o.keys.n)
		return wrong("--keys", "no keys are named to verify with");
	if (c == TAR && r->o.n_paths != 2)
		return wrong("tar", "it takes two archives, IN and OUT");
	if (r->o.nul && !r->o.list)
		return wrong("-0", "it says how --from LIST is written");
	if (c != TAR && !r->o.n_paths && !r->o.list)
		return wrong(NULL, "no file is named");
	return -1;
}

static enum command find_command(int *argc, char ***argv)
{
	size_t i;

	for (i = 0; *argc > 1 && i < COMMANDS; i++) {
		if (strcmp((*argv)[1], commands[i].word) != 0)
			continue;
		(*argv)[1] = (*argv)[0];
		++*argv;
		--*argc;
		return (enum command)i;
	}
	return SIGN;
}

/* paths are then as seen from another root */
static bool has_root(char **argv)
{
	while (*argv)
		if (!strncmp(*argv++, "--r", 3))
			return true;
	return false;
}

/* signing is what is done without a word: is the first one nearly another? */
static bool is_no_command(int argc, char **argv)
{
	const char *words[COMMANDS + 1], *near;
	size_t i;

	if (argc < 2 || access(argv[1], F_OK) == 0 || has_root(argv))
		return false;
	for (i = 0; i < COMMANDS; i++)
		words[i] = commands[i].word;
	words[i] = "keys";
	near = nearest_name(argv[1], words, ARRAY_SIZE(words));
	if (near)
		say(argv[1], "no such file or command; did you mean imapol-sign %s?",
		    near);
	return near;
}

/* ---- the process ---- */

static struct sign_run run;	/* a signal sets stop */

/* a crash must not leave the key in a file */
static void leave_no_core(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
}

/* keys are made and looked at, and none is held: options of their own */
static bool is_keys(int argc, char **argv)
{
	return argc > 1 && !strcmp(argv[1], "keys");
}

static int start(void *arg, int argc, char **argv)
{
	char **const all = argv;
	enum command c;
	int status;

	if (is_keys(argc, argv))
		return keys_main(&run.arena, argc - 1, argv + 1);
	c = find_command(&argc, &argv);
	run.o.password_file = getenv("IMAPOL_KEY_PASSWORD_FILE");
	if (argv == all && is_no_command(argc, argv))
		return SIGN_USAGE;
	status = take_options(&run, c, argc, argv);
	if (status < 0)
		status = judge(&run, c);
	if (status < 0)
		status = commands[c].run(&run);
	if (run.signer)
		signer_close(run.signer);
	if (run.keys.arena)
		pubkeys_free(&run.keys);
	return status;
}

int main(int argc, char **argv)
{
	say_as("imapol-sign");
	streams_hold();
	leave_no_core();
	onstop_set(&run.stop);
	return oom_guard(&run.arena, start, NULL, argc, argv);
}
