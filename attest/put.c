/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "oom.h"
#include "optrow.h"
#include "put_cmd.h"
#include "say.h"
#include "streams.h"

/* imapol-attest put and gate: options in, one command, an exit status out. */

enum { IN_PUT = 1, IN_GATE = 2, IN_ALL = IN_PUT | IN_GATE };

static const struct command {
	const char *word, *usage, *summary;
	int (*run)(struct put_run *r);
} commands[] = {
	{ "put", "--path PATH --verdict VERDICT.json [OPTION]... BUNDLE",
	  "Stores evidence and verdict in Vault's key-value engine, version 2.",
	  put_main },
	{ "gate", "--path PATH [OPTION]...",
	  "Is the verdict that is stored there a good one? Exit status: 0 trusted, 1 not,\n"
	  "2 could not tell.", gate_main },
};

/* ---- options ---- */

#define TAKE_WORD(name) OPTROW_WORD(name, struct put_run, name)

TAKE_WORD(mount)
TAKE_WORD(path)
TAKE_WORD(token_file)
TAKE_WORD(verdict)
TAKE_WORD(bundle)
OPTROW_FLAG(digest_only, struct put_run, digest_only)

static bool take_cas(void *arg, const char *value)
{
	return optrow_number("--cas", value, 0, 1u << 31,
			     &((struct put_run *)arg)->cas);
}

static bool take_limit(void *arg, const char *value)
{
	return optrow_number("--limit", value, VAULT_LIMIT_LEAST, VAULT_LIMIT,
			     &((struct put_run *)arg)->limit);
}

static bool take_max_age(void *arg, const char *value)
{
	return optrow_number("--max-age", value, 1, 1u << 31,
			     &((struct put_run *)arg)->max_age);
}

/* in the order of the help */
static const struct optrow rows[] = {
	{ 0, "mount", "MOUNT", IN_ALL, take_mount,
	  "where the engine is (secret)" },
	{ 0, "path", "PATH", IN_ALL, take_path,
	  "of the secret: hosts/NAME" },
	{ 0, "verdict", "FILE", IN_PUT, take_verdict,
	  "what imapol-attest verify --format json said" },
	{ 0, "cas", "N", IN_PUT, take_cas,
	  "only where that is the version now; 0: where there is none" },
	{ 0, "limit", "BYTES", IN_PUT, take_limit,
	  "of one secret (1048576); more becomes parts" },
	{ 0, "digest-only", NULL, IN_PUT, take_digest_only,
	  "of the evidence its SHA-256 alone" },
	{ 0, "max-age", "SECONDS", IN_GATE, take_max_age,
	  "since it was stored, by Vault's clock" },
	{ 0, "bundle", "FILE", IN_GATE, take_bundle,
	  "write the evidence there, to verify it anew" },
	{ 0, "token-file", "FILE", IN_ALL, take_token_file,
	  "its first line: the token" },
};

static bool show_help(unsigned int bit);

static const struct optrows options = {
	"imapol-attest", show_help, rows, ARRAY_SIZE(rows), true
};

static bool show_help(unsigned int bit)
{
	const struct command *c = &commands[bit == IN_GATE];
	bool ok = say_print("usage: imapol-attest %s %s\n%s\n", c->word,
			    c->usage, c->summary);

	ok = ok && optrow_help(&options, bit);
	return ok && say_print("\nWhere and who: VAULT_ADDR, VAULT_CACERT, "
			       "VAULT_NAMESPACE, VAULT_TOKEN or\n"
			       "~/.vault-token.");
}

/* ---- the process ---- */

static bool judge(const struct put_run *r, const struct command *c)
{
	const char *why;

	if (!r->path) {
		say(NULL, "--path: no secret is named, as hosts/NAME: try "
		    "imapol-attest %s --help", c->word);
		return false;
	}
	why = vault_path_problem(r->path);
	if (why)
		say(r->path, "%s", why);
	else if ((why = vault_path_problem(r->mount)))
		say(r->mount, "%s", why);
	return !why;
}

static int run(struct put_run *r, const struct command *c)
{
	const char *why;

	if (!judge(r, c))
		return PUT_CANNOT;
	r->vault = vault_open(&r->arena, r->token_file, &why);
	if (!r->vault) {
		say(NULL, "%s", why);
		return PUT_CANNOT;
	}
	if (vault_in_the_clear(r->vault))
		say(NULL, "warning: VAULT_ADDR is http: the token goes over the "
		    "network for all to read");
	return c->run(r);
}

static int start(void *arg, int argc, char **argv)
{
	struct put_run *r = arg;
	int status;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (argc > 1 && !strcmp(argv[1], commands[i].word))
			break;
	if (i == ARRAY_SIZE(commands)) {
		say(NULL, "it is called as imapol-attest put or gate");
		return PUT_CANNOT;
	}
	status = optrow_read(&options, 1u << i, commands[i].word, r, argc - 1,
			     argv + 1);
	if (status != OPTROW_GO_ON)
		return status;
	r->files = argv + 1 + optind;
	r->n_files = argc - 1 - optind;
	status = run(r, &commands[i]);
	vault_close(r->vault);
	return status;
}

int main(int argc, char **argv)
{
	static struct put_run r = {
		.mount = "secret", .cas = VAULT_NO_CAS, .limit = VAULT_LIMIT,
	};
	const struct rlimit none = { 0, 0 };

	say_as("imapol-attest");
	streams_hold();
	/* a crash must not leave the token in a file */
	(void)setrlimit(RLIMIT_CORE, &none);
	signal(SIGPIPE, SIG_IGN);
	return oom_guard(&r.arena, start, &r, argc, argv);
}
